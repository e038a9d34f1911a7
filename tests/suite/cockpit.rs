//! The cockpit of a blue/green deployment and the inbox of all, at each size, with and without colours and Unicode.

use fargate_top::app::screen::Screen;
use fargate_top::app::settings::{Glyphs, Settings};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::observation::Observation;
use fargate_top::view::theme::{Background, Depth, Theme, ThemeChoice};
use ratatui::layout::Size;
use rstest::rstest;

use crate::support::desk::Desk;
use crate::support::fixture::{cluster_id, now, service_id};
use crate::support::screen::{assert_picture, assert_styles, lines, picture};
use crate::support::shifts::codedeploy::{
    ORDERS, codedeploy_blue_kept, codedeploy_waiting, in_phase, orders, target,
};
use crate::support::shifts::native::{
    LEDGER, MAILER, lambda_hangs, ledger, native, native_canary_step_two, native_silence_continues,
    queue_worker,
};
use fargate_top::fleet::codedeploy::CodeDeployStatus;

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 15)];

fn cockpit(path: &str) -> Screen {
    let cluster = path.split('/').next().unwrap_or_default();
    Screen::Shift(cluster_id(cluster), service_id(path))
}

fn desk(fleet: Fleet, glyphs: Glyphs, (width, height): (u16, u16)) -> Desk {
    let settings = Settings { glyphs, ..Settings::default() };
    Desk::with(fleet, settings, Size::new(width, height))
}

/// CodeDeploy is at a stage and in a state that nobody here knows.
fn strange_codedeploy() -> Fleet {
    let mut target = target(&[("Meditate", "Levitating")], 0.0);
    target.status = "Floating".into();
    in_phase(orders("d-7KX2ABCDE", CodeDeployStatus::Other("Dreaming".into()), 800), Some(target))
}

/// The same of ECS.
fn strange_ecs() -> Fleet {
    let mut deployment = native(LEDGER, 12, "GLOBAL_TRAFFIC_SHIFT", Some(10.0));
    deployment.status = fargate_top::fleet::deployment::DeploymentStatus::Other("PONDERING".into());
    ledger(vec![deployment], 0.0)
}

/// Both providers in each of their places.
#[rstest]
#[case("codedeploy-waiting", codedeploy_waiting, ORDERS)]
#[case("codedeploy-blue-kept", codedeploy_blue_kept, ORDERS)]
#[case("codedeploy-strange", strange_codedeploy, ORDERS)]
#[case("native-step-two", native_canary_step_two, LEDGER)]
#[case("native-silence", native_silence_continues, LEDGER)]
#[case("native-function", lambda_hangs, LEDGER)]
#[case("native-queue-worker", queue_worker, MAILER)]
#[case("native-strange", strange_ecs, LEDGER)]
fn each_cockpit(#[case] name: &str, #[case] fleet: fn() -> Fleet, #[case] path: &str) {
    for size in SIZES {
        let desk = desk(fleet(), Glyphs::Unicode, size).open(&cockpit(path));
        assert_picture(&format!("cockpit-{name}"), &desk.model);
    }
}

#[test]
fn without_unicode_and_without_colours() {
    for (name, fleet, path) in [
        ("codedeploy", codedeploy_waiting as fn() -> Fleet, ORDERS),
        ("native", native_canary_step_two, LEDGER),
    ] {
        for size in SIZES {
            let ascii = desk(fleet(), Glyphs::Ascii, size).open(&cockpit(path));
            assert_picture(&format!("ascii-cockpit-{name}"), &ascii.model);
            let text: String = lines(&picture(&ascii.model, &Theme::default())).concat();
            assert!(text.is_ascii(), "{text}");
        }
        let desk = desk(fleet(), Glyphs::Unicode, (120, 36)).open(&cockpit(path));
        let mono = Theme::load(&ThemeChoice::Auto, Depth::Mono, Background::Dark);
        assert_styles(&format!("mono-cockpit-{name}"), &desk.model, &mono);
        assert_styles(&format!("cockpit-{name}"), &desk.model, &Theme::default());
    }
}

/// Everything of both providers in one account.
fn everything() -> Fleet {
    let mut all = native_silence_continues();
    for other in [codedeploy_waiting(), queue_worker()] {
        take_over(&mut all, &other);
    }
    all
}

/// What the inbox needs of another account's facts.
fn take_over(all: &mut Fleet, other: &Fleet) {
    let services: Vec<_> = other.services().map(|known| (*known.service).clone()).collect();
    let mut facts = Vec::new();
    for service in &services {
        if let Some(deployments) = other.deployments(&service.id) {
            facts.push(Observation::Deployments {
                service: service.id.clone(),
                deployments: deployments.to_vec(),
            });
        }
    }
    for deployment in other.codedeployments() {
        let target = other.codedeploy_target(&deployment.id);
        let routing = deployment.config.as_ref().and_then(|config| Some((config, other.routing(config)?)));
        facts.push(Observation::CodeDeployments {
            deployments: vec![(**deployment).clone()],
            missing: Vec::new(),
        });
        facts.extend(
            target.map(|target| Observation::CodeDeployTarget { target: Box::new((**target).clone()) }),
        );
        facts.extend(routing.map(|(config, routing)| Observation::Routing {
            config: config.clone(),
            routing: routing.clone(),
        }));
    }
    let groups = other.deployment_groups().map(|group| (**group).clone()).collect();
    facts.push(Observation::DeploymentGroups { groups, missing: Vec::new() });
    facts.push(Observation::Services { services, missing: Vec::new() });
    for fact in facts {
        all.apply(now(), fact);
    }
}

#[test]
fn the_inbox_of_everything() {
    for size in SIZES {
        let unicode = desk(everything(), Glyphs::Unicode, size).open(&Screen::Approvals);
        assert_picture("inbox", &unicode.model);
        let ascii = desk(everything(), Glyphs::Ascii, size).open(&Screen::Approvals);
        assert_picture("ascii-inbox", &ascii.model);
    }
}
