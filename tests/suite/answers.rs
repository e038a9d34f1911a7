//! Answers to blue/green deployments: how their dialogs look, what they ask of a person, and what they would send.

use fargate_top::app::action::gate::{Acceptance, Passage};
use fargate_top::app::effect::Effect;
use fargate_top::app::message::Message;
use fargate_top::app::settings::{Glyphs, Settings};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::codedeploy::{CodeDeployId, CodeDeployStatus};
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::topic::{Subject, Topic};
use ratatui::layout::Size;
use rstest::rstest;

use crate::screens::mono;
use crate::support::changes::open_settings;
use crate::support::desk::Desk;
use crate::support::fixture::{ago, cluster_id, now, service_id};
use crate::support::screen::{assert_picture, assert_styles};
use crate::support::shifts::{
    LEDGER, MAILER, ORDERS, codedeploy_blue_kept, codedeploy_waiting, hook, in_phase, lambda_hangs, ledger,
    native, native_canary_step_two, native_silence_continues, orders, queue_worker, rolled_back_by, target,
    with_hooks,
};

const SIZES: [(u16, u16); 2] = [(120, 36), (80, 24)];

/// The events of a deployment of CodeDeploy whose traffic moves.
const MOVING: [(&str, &str); 7] = [
    ("BeforeInstall", "Succeeded"),
    ("Install", "Succeeded"),
    ("AfterInstall", "Succeeded"),
    ("AllowTestTraffic", "Succeeded"),
    ("AfterAllowTestTraffic", "Succeeded"),
    ("BeforeAllowTraffic", "Succeeded"),
    ("AllowTraffic", "InProgress"),
];

/// A tenth of the traffic is on green.
fn codedeploy_shifting() -> Fleet {
    in_phase(orders("d-7KX2ABCDE", CodeDeployStatus::InProgress, 900), Some(target(&MOVING, 10.0)))
}

/// `d-7KX2ABCDE` succeeded a while ago, and blue is gone.
fn codedeploy_over() -> Fleet {
    let mut over = orders("d-7KX2ABCDE", CodeDeployStatus::Succeeded, 9_000);
    over.completed = Some(ago(4_000));
    let mut fleet = in_phase(over, None);
    let service = fleet.service(&service_id(ORDERS)).map(|known| (**known).clone());
    let mut service = service.expect("orders-api");
    service.task_sets.retain(|set| set.external_id.as_deref() == Some("d-7KX2ABCDE"));
    for set in &mut service.task_sets {
        set.status = "PRIMARY".into();
    }
    fleet.apply(now(), Observation::Services { services: vec![service], missing: Vec::new() });
    fleet
}

/// Two hooks at one stage, of which one is answered.
fn two_hooks() -> Fleet {
    let deployment = native(LEDGER, 41, "PRE_PRODUCTION_TRAFFIC_SHIFT", Some(0.0));
    let hooks = vec![
        hook("ecs-pause-aaaaaa", "PAUSE", "SUCCEEDED", 1_200, "ROLLBACK"),
        hook("ecs-pause-bbbbbb", "PAUSE", "AWAITING_ACTION", 1_200, "ROLLBACK"),
    ];
    let mut deployment = with_hooks(deployment, hooks);
    if let Some(rules) = &mut deployment.rules {
        rules.hooks.extend(rules.hooks.clone());
    }
    ledger(vec![deployment], 0.0)
}

fn desk_of(fleet: Fleet, (width, height): (u16, u16)) -> Desk {
    let mut desk = Desk::with(fleet, Settings::default(), Size::new(width, height));
    desk.unlock();
    desk
}

/// Each dialog as a person sees it who has unlocked a guarded scope.
#[rstest]
#[case("codedeploy-continue", codedeploy_waiting, ORDERS, "approve")]
#[case("codedeploy-stop-waiting", codedeploy_waiting, ORDERS, "roll-back")]
#[case("codedeploy-stop-shifting", codedeploy_shifting, ORDERS, "roll-back")]
#[case("codedeploy-stop-only", codedeploy_shifting, ORDERS, "stop-only")]
#[case("codedeploy-back-while-kept", codedeploy_blue_kept, ORDERS, "roll-back")]
#[case("codedeploy-remove-blue", codedeploy_blue_kept, ORDERS, "remove-blue")]
#[case("codedeploy-back-after-the-end", codedeploy_over, ORDERS, "roll-back")]
#[case("codedeploy-redeploy", codedeploy_over, ORDERS, "redeploy")]
#[case("codedeploy-deploy", codedeploy_over, ORDERS, "deploy")]
#[case("native-continue-step-two", native_canary_step_two, LEDGER, "approve")]
#[case("native-continue-silence", native_silence_continues, LEDGER, "approve")]
#[case("native-two-hooks", two_hooks, LEDGER, "approve")]
#[case("native-refuse", native_canary_step_two, LEDGER, "roll-back")]
#[case("native-queue-worker", queue_worker, MAILER, "approve")]
#[case("native-lambda-back", lambda_hangs, LEDGER, "roll-back")]
fn each_answer(#[case] name: &str, #[case] fleet: fn() -> Fleet, #[case] path: &str, #[case] command: &str) {
    for size in SIZES {
        let desk = desk_of(fleet(), size).command(path, command);
        assert_picture(&format!("answer-{name}"), &desk.model);
    }
}

#[test]
fn answers_without_unicode_and_without_colours() {
    let both = [
        ("codedeploy", codedeploy_waiting as fn() -> Fleet, ORDERS),
        ("native", native_canary_step_two as fn() -> Fleet, LEDGER),
    ];
    for (name, fleet, path) in both {
        for (width, height) in SIZES {
            let settings = Settings { glyphs: Glyphs::Ascii, ..Settings::default() };
            let mut desk = Desk::with(fleet(), settings, Size::new(width, height));
            desk.unlock();
            assert_picture(&format!("ascii-answer-{name}-continue"), &desk.command(path, "approve").model);
        }
        let desk = desk_of(fleet(), (80, 24)).command(path, "approve");
        assert_styles(&format!("mono-answer-{name}-continue"), &desk.model, &mono());
    }
}

#[rstest]
#[case(codedeploy_over, ORDERS, "approve", "nothing waits for approval at orders-api")]
#[case(
    lambda_hangs,
    LEDGER,
    "approve",
    "ledger waits for the function ledger-smoke, which no person can answer; ctrl-l rolls back"
)]
#[case(codedeploy_waiting, ORDERS, "remove-blue", "blue is removed only once all traffic is on green")]
#[case(
    native_canary_step_two,
    LEDGER,
    "stop-only",
    "only CodeDeploy has this; ECS goes on by itself, or back with ctrl-l"
)]
#[case(codedeploy_over, ORDERS, "stop-only", "no deployment of CodeDeploy runs at orders-api")]
fn why_not(#[case] fleet: fn() -> Fleet, #[case] path: &str, #[case] command: &str, #[case] why: &str) {
    let desk = desk_of(fleet(), (120, 36)).command(path, command);
    assert!(desk.notice().ends_with(why), "{}", desk.notice());
    assert!(desk.model.overlay.is_none());
}

#[test]
fn what_rolls_back_already_is_only_watched() {
    let mut fleet =
        in_phase(orders("d-7KX2ABCDE", CodeDeployStatus::Stopped, 900), Some(target(&MOVING, 10.0)));
    rolled_back_by(&mut fleet, CodeDeployStatus::InProgress);
    let desk = desk_of(fleet, (120, 36)).command(ORDERS, "roll-back");
    assert!(desk.notice().ends_with("orders-api is rolling back already; ctrl-o watches changes"));
}

/// A yes in a protected scope, with the reason and the word that are typed.
fn answered(fleet: Fleet, path: &str, reason: &str, word: &str) -> Desk {
    let mut desk = desk_of(fleet, (120, 36)).command(path, "approve");
    desk.press("tab").write(reason).press("tab").write(word).press("tab");
    desk
}

#[rstest]
#[case(codedeploy_waiting, ORDERS, "smoke ok", "100", &["continue orders-api to 100%"])]
#[case(codedeploy_waiting, ORDERS, "smoke ok", "100%", &["continue orders-api to 100%"])]
#[case::the_first_step_is_not_all_of_it(codedeploy_waiting, ORDERS, "smoke ok", "10", &[])]
#[case::without_a_reason(codedeploy_waiting, ORDERS, "", "100", &[])]
#[case(two_hooks, LEDGER, "smoke ok", "10", &["continue ledger to 10%"])]
#[case::a_native_canary_asks_for_the_next_step(two_hooks, LEDGER, "smoke ok", "100", &[])]
#[case(queue_worker, MAILER, "works", "mailer", &["continue mailer"])]
fn what_is_typed_is_what_moves(
    #[case] fleet: fn() -> Fleet,
    #[case] path: &str,
    #[case] reason: &str,
    #[case] word: &str,
    #[case] performed: &[&str],
) {
    let mut desk = answered(fleet(), path, reason, word);
    assert_eq!(desk.confirm("C"), performed);
}

/// In an open scope a yes is a letter, until something speaks against it.
#[test]
fn a_warning_asks_for_word_and_reason_in_every_scope() {
    let open = |fleet| {
        let desk = Desk::with(fleet, open_settings(), Size::new(120, 36));
        desk.command(LEDGER, "approve")
    };
    assert_eq!(open(native_silence_continues()).confirm("C"), ["continue ledger to 100%"]);
    let mut warned = open(native_canary_step_two());
    assert!(warned.confirm("C").is_empty());
    warned.press("tab").write("known: INC-7").press("tab").write("100").press("tab");
    assert_eq!(warned.confirm("C"), ["continue ledger to 100%"]);
}

#[test]
fn a_hook_that_another_one_followed_is_not_answered() {
    let mut desk = answered(two_hooks(), LEDGER, "smoke ok", "10");
    let next = native(LEDGER, 41, "PRE_PRODUCTION_TRAFFIC_SHIFT", Some(10.0));
    let next =
        with_hooks(next, vec![hook("ecs-pause-cccccc", "PAUSE", "AWAITING_ACTION", 1_200, "ROLLBACK")]);
    desk.learn(Observation::Deployment { deployment: Box::new(next) });
    desk.look();
    assert!(desk.confirm("C").is_empty());
    assert_picture("answer-native-hook-gone", &desk.model);
}

#[test]
fn the_way_back_is_one_key_away_and_asks_for_itself() {
    let mut desk = desk_of(codedeploy_waiting(), (120, 36)).command(ORDERS, "approve");
    desk.press("ctrl-l");
    assert!(desk.confirm("B").is_empty(), "it was not on the screen yet");
    assert_eq!(desk.look().confirm("B"), ["stop and roll back orders-api"]);
    let mut desk = desk_of(native_canary_step_two(), (120, 36)).command(LEDGER, "approve");
    desk.press("ctrl-l");
    assert_eq!(desk.look().confirm("B"), ["refuse ledger and roll back"]);
}

#[test]
fn what_was_decided_before_is_a_result() {
    for size in SIZES {
        let mut desk = desk_of(codedeploy_waiting(), size).command(ORDERS, "approve");
        desk.press("tab").write("smoke ok").press("tab").write("100").press("tab");
        desk.confirm("C");
        let operation = desk.effects.iter().find_map(|effect| match effect {
            Effect::Perform { operation, .. } => Some(operation.clone()),
            _ => None,
        });
        let sentence = "already answered by somebody else: d-7KX2ABCDE moves its traffic".to_owned();
        let passage = Passage::Overtaken { sentence, sent: false };
        desk.take(Message::Passed { operation: operation.unwrap(), passage });
        assert_picture("answer-decided-before", &desk.look().model);
        desk.press("enter").press("ctrl-o");
        if size == SIZES[0] {
            assert_picture("answer-decided-before-operations", &desk.model);
        }
    }
}

/// What a yes comes to, by what AWS shows afterwards.
#[rstest]
#[case::not_moved_yet(CodeDeployStatus::Ready, &MOVING[..6], 0.0, "settling")]
#[case::a_tenth(CodeDeployStatus::InProgress, &MOVING, 10.0, "settling: production 10% on green, 100% next")]
#[case::stopped(CodeDeployStatus::Stopped, &MOVING, 10.0, "failed: stopped")]
#[case::succeeded(
    CodeDeployStatus::Succeeded,
    &MOVING[..6],
    100.0,
    "done: all traffic is on green; the deployment has succeeded"
)]
fn how_a_yes_to_codedeploy_settles(
    #[case] status: CodeDeployStatus,
    #[case] events: &[(&str, &str)],
    #[case] share: f64,
    #[case] expected: &str,
) {
    let mut desk = answered(codedeploy_waiting(), ORDERS, "smoke ok", "100");
    desk.confirm("C");
    accept(&mut desk);
    desk.wait(3_000);
    let id = CodeDeployId::new("d-7KX2ABCDE");
    let mut now = orders("d-7KX2ABCDE", status, 900);
    now.id = id.clone();
    desk.learn(Observation::CodeDeployments { deployments: vec![now], missing: Vec::new() });
    desk.learn(Observation::CodeDeployTarget { target: Box::new(target(events, share)) });
    let subject = Subject::CodeDeployment(id, cluster_id("payments"), service_id(ORDERS));
    desk.learn(Observation::Answered { topic: Topic::new(ContextId(0), subject) });
    assert_state(&desk, expected);
}

/// A yes at a hook is done with the hook, and its stage with the last of its hooks.
#[rstest]
#[case::still_waiting("PRE_PRODUCTION_TRAFFIC_SHIFT", 10.0, "AWAITING_ACTION", "settling")]
#[case::not_moved_on("PRE_PRODUCTION_TRAFFIC_SHIFT", 10.0, "SUCCEEDED", "settling: answered; still at")]
#[case::moved_on("PRODUCTION_TRAFFIC_SHIFT", 10.0, "", "done: answered; the deployment is at PRODUCTION")]
#[case::timed_out("PRE_PRODUCTION_TRAFFIC_SHIFT", 10.0, "TIMED_OUT", "failed: ecs-pause-e7tK9G timed out")]
fn how_a_yes_at_a_hook_settles(
    #[case] stage: &str,
    #[case] share: f64,
    #[case] status: &str,
    #[case] expected: &str,
) {
    let mut desk = answered(native_silence_continues(), LEDGER, "smoke ok", "100");
    desk.confirm("C");
    accept(&mut desk);
    desk.wait(3_000);
    let mut now = native(LEDGER, 41, stage, Some(share));
    if !status.is_empty() {
        now = with_hooks(now, vec![hook("ecs-pause-e7tK9G", "PAUSE", status, 1_200, "CONTINUE")]);
    }
    let subject = Subject::Deployment(now.id.clone());
    desk.learn(Observation::Deployment { deployment: Box::new(now) });
    desk.learn(Observation::Answered { topic: Topic::new(ContextId(0), subject) });
    assert_state(&desk, expected);
}

/// AWS took on the only change.
fn accept(desk: &mut Desk) {
    let operation = desk.effects.iter().find_map(|effect| match effect {
        Effect::Perform { operation, .. } => Some(operation.clone()),
        _ => None,
    });
    let passage = Passage::Accepted(Acceptance::default());
    desk.take(Message::Passed { operation: operation.expect("it went to the gate"), passage });
}

fn assert_state(desk: &Desk, expected: &str) {
    let operation = desk.model.operations.iter().next().expect("an operation");
    let state = format!("{}: {}", operation.state.word(), operation.state.sentence());
    assert!(state.starts_with(expected), "{state}");
}
