//! Dialogs as they look: each with its preview, its friction, and what the gate answers.

use fargate_top::app::action::gate::{Acceptance, Passage};
use fargate_top::app::action::operation::OperationId;
use fargate_top::app::action::seen::{Aspect, Difference};
use fargate_top::app::effect::Effect;
use fargate_top::app::message::Message;
use fargate_top::app::protection::{Protection, Rules};
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::{Glyphs, Settings};
use fargate_top::fleet::deployment::DeploymentStatus;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::service::Controller;
use fargate_top::fleet::topic::{Failure, FailureKind};
use fargate_top::view::theme::Theme;
use rstest::rstest;

use crate::screens::mono;
use crate::support::changes::{REQUEST, deployment, desk, desk_with, open_settings, scaling};
use crate::support::desk::Desk;
use crate::support::fixture::{cluster_id, service_id, task, task_id};
use crate::support::screen::{assert_picture, assert_styles};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 15)];
const CART: &str = "payments/cart-api";
const CHECKOUT: &str = "payments/checkout-api";

type Scene = fn(Desk) -> Desk;

fn id(cluster: &str, short: &str) -> fargate_top::fleet::id::TaskId {
    task_id(cluster, &format!("{short}{}", "0".repeat(28)))
}

/// A count typed into the scale dialog.
fn to(desk: Desk, path: &str, count: &str) -> Desk {
    let mut desk = desk.command(path, "scale");
    desk.press("tab");
    desk.press("backspace backspace backspace");
    desk.write(count);
    desk
}

fn running(mut desk: Desk) -> Desk {
    desk.describe(CART, |service| {
        service.deployment = Some(crate::support::changes::deployment_id("cart-api", "NCWGC2ZR"));
        if let Some(rollout) = service.rollouts.first_mut() {
            rollout.state = Some(fargate_top::fleet::service::RolloutState::InProgress);
            rollout.running = 3;
        }
    });
    desk.learn(Observation::Deployments {
        service: service_id(CART),
        deployments: vec![deployment("cart-api", "NCWGC2ZR", (76, 77), DeploymentStatus::InProgress, 3)],
    });
    desk
}

/// Each dialog as a person sees it who has unlocked a guarded scope.
#[rstest]
#[case("scale-up", |desk: Desk| to(desk, "payments/orders-api", "6"))]
#[case("scale-above", |desk: Desk| to(desk, CART, "14"))]
#[case("scale-down", |desk: Desk| to(desk, CART, "6"))]
#[case("scale-below", |desk: Desk| to(desk, CART, "2"))]
#[case("scale-to-zero", |desk: Desk| to(desk, CART, "0"))]
#[case("scale-same", |desk: Desk| desk.command(CART, "scale"))]
#[case("scale-deploying", |desk: Desk| to(desk, "core/auth-api", "8"))]
#[case("scale-several", |mut desk: Desk| {
    desk.at(&Screen::Services(cluster_id("payments")));
    desk.press("space j space j space s");
    desk.look().press("+ 2");
    desk
})]
#[case("scale-stack", |mut desk: Desk| {
    desk.describe(CART, |service| service.stack = Some("shop-payments".into()));
    to(desk, CART, "9")
})]
#[case("redeploy", |desk: Desk| desk.command(CART, "redeploy"))]
#[case("redeploy-unguarded", |desk: Desk| desk.command(CHECKOUT, "redeploy"))]
#[case("redeploy-deploying", |desk: Desk| running(desk).command(CART, "redeploy"))]
#[case("redeploy-codedeploy", |mut desk: Desk| {
    desk.describe(CART, |service| service.controller = Controller::CodeDeploy);
    desk.command(CART, "redeploy")
})]
#[case("deploy", |desk: Desk| desk.command(CART, "deploy"))]
#[case("deploy-older", |mut desk: Desk| {
    desk = desk.command(CART, "deploy");
    desk.press("down");
    desk
})]
#[case("stop-one", |desk: Desk| desk.on_tasks(CART, "ctrl-d"))]
#[case("stop-several", |desk: Desk| desk.on_tasks("media/image-resize", "space j space j space ctrl-d"))]
#[case("stop-standalone", |mut desk: Desk| {
    let mut alone = task("payments/x", "77ac");
    alone.group = Some("family:migrate".into());
    alone.started_by = None;
    desk.learn(Observation::Tasks { tasks: vec![alone], missing: Vec::new() });
    desk.at(&Screen::Task(cluster_id("payments"), id("payments", "77ac")));
    desk.press(": stop-task enter");
    desk.shown()
})]
#[case("stop-protected", |mut desk: Desk| {
    desk.protect(id("payments", "a41c"));
    desk.at(&Screen::Task(cluster_id("payments"), id("payments", "a41c")));
    desk.press(": stop-task enter");
    desk.shown()
})]
#[case("roll-back-running", |desk: Desk| running(desk).command(CART, "roll-back"))]
#[case("roll-back-steady", |desk: Desk| desk.command(CART, "roll-back"))]
#[case("roll-back-failing", |mut desk: Desk| {
    desk.describe(CHECKOUT, |service| {
        service.rollouts.truncate(1);
        service.rollouts[0].state = Some(fargate_top::fleet::service::RolloutState::Completed);
    });
    desk.command(CHECKOUT, "roll-back")
})]
#[case("range", |mut desk: Desk| {
    desk = desk.command(CART, "range");
    desk.press("tab backspace 2 tab");
    desk.press("backspace backspace 8");
    desk
})]
#[case("range-unregistered", |mut desk: Desk| {
    desk = desk.command(CHECKOUT, "range");
    desk.press("tab 2 tab 8");
    desk
})]
#[case("suspend", |desk: Desk| desk.command(CART, "suspend"))]
#[case("suspend-unregistered", |desk: Desk| desk.command(CHECKOUT, "suspend"))]
fn each_dialog(#[case] name: &str, #[case] scene: Scene) {
    for (width, height) in SIZES {
        assert_picture(&format!("dialog-{name}"), &scene(desk(width, height)).model);
    }
}

fn settings(name: &str) -> Settings {
    let protection = |locked: Vec<String>| Protection {
        guarded: Protection::default().guarded,
        locked: Rules { accounts: locked, ..Rules::default() },
    };
    match name {
        "open" => open_settings(),
        "read-only" => Settings { read_only: true, ..Settings::default() },
        "locked" => {
            Settings { protection: protection(vec!["123456789012".to_owned()]), ..Settings::default() }
        }
        _ => Settings::default(),
    }
}

/// The same question under each protection.
#[rstest]
#[case("open")]
#[case("guarded")]
#[case("locked")]
#[case("read-only")]
fn under_protection(#[case] name: &str) {
    for (width, height) in SIZES {
        let desk = to(desk_with(settings(name), width, height), CART, "8");
        assert_picture(&format!("dialog-{name}"), &desk.model);
    }
}

/// A way back has the unlock as one field of its own dialog.
#[test]
fn a_way_back_under_guard() {
    for (width, height) in SIZES {
        let mut desk = running(desk_with(Settings::default(), width, height)).command(CART, "roll-back");
        desk.press("tab tab").write("acme-");
        assert_picture("dialog-guarded-roll-back", &desk.model);
        assert!(desk.press("tab").confirm("B").is_empty());
        desk.press("shift-tab").write("prod").press("tab");
        assert_eq!(desk.confirm("B"), ["roll back cart-api"]);
    }
}

#[test]
fn the_unlock_of_a_guarded_scope() {
    for (width, height) in SIZES {
        let mut desk = desk_with(Settings::default(), width, height);
        desk.press("ctrl-x");
        let mut desk = desk.shown();
        desk.press("tab").write("acme-p");
        assert_picture("dialog-unlock", &desk.model);
    }
}

#[test]
fn a_word_that_is_typed() {
    let mut desk = to(desk(80, 24), CART, "0");
    desk.press("tab tab").write("cart-a");
    assert_picture("dialog-word-partly", &desk.model);
    desk.write("pi").press("tab");
    assert_picture("dialog-word-whole", &desk.model);
}

#[test]
fn what_changes_under_an_open_dialog_is_said() {
    let mut desk = to(desk(80, 24), CART, "9");
    desk.describe(CART, |service| service.desired = 12);
    assert_picture("dialog-changed", &desk.model);
}

/// A dialog that was confirmed.
fn sent(desk: Desk, count: &str) -> (Desk, OperationId) {
    let mut desk = to(desk, CART, count);
    desk.press("tab tab");
    confirmed(desk, "S")
}

fn confirmed(mut desk: Desk, letter: &str) -> (Desk, OperationId) {
    desk.confirm(letter);
    let id = desk.effects.iter().find_map(|effect| match effect {
        Effect::Perform { operation, .. } => Some(operation.clone()),
        _ => None,
    });
    let id = id.expect("it went to the gate");
    (desk, id)
}

fn failure(kind: FailureKind, operation: &str, code: &str, message: &str) -> Failure {
    Failure {
        kind,
        operation: operation.into(),
        code: (!code.is_empty()).then(|| code.into()),
        message: message.into(),
        request_id: Some(REQUEST.into()),
    }
}

fn denied() -> Failure {
    failure(
        FailureKind::Denied { action: Some("ecs:UpdateService".into()) },
        "UpdateService",
        "AccessDeniedException",
        "User: arn:aws:sts::123456789012:assumed-role/oncall/ana is not authorized to perform: ecs:UpdateService on resource: arn:aws:ecs:eu-west-1:123456789012:service/payments/cart-api because no identity-based policy allows the ecs:UpdateService action",
    )
}

fn drifted() -> Passage {
    Passage::Drifted(vec![
        Difference { aspect: Aspect::Desired, then: "10".to_owned(), now: "12".to_owned() },
        Difference {
            aspect: Aspect::Definition,
            then: "cart-api:77".to_owned(),
            now: "cart-api:78".to_owned(),
        },
    ])
}

#[rstest]
#[case("drifted", drifted())]
#[case("denied", Passage::Rejected(denied()))]
#[case(
    "not-checked",
    Passage::NotChecked(failure(
        FailureKind::Throttled,
        "DescribeServices",
        "ThrottlingException",
        "Rate exceeded"
    ))
)]
#[case("not-journalled", Passage::NotJournalled("the journal cannot be written: no space left on device".to_owned()))]
fn an_answer_of_the_gate(#[case] name: &str, #[case] passage: Passage) {
    for (width, height) in SIZES {
        let (mut desk, operation) = sent(desk(width, height), "9");
        desk.take(Message::Passed { operation, passage: passage.clone() });
        assert_picture(&format!("dialog-answer-{name}"), &desk.look().model);
    }
}

#[rstest]
#[case(
    "not-checked",
    Passage::NotChecked(failure(
        FailureKind::Throttled,
        "DescribeServiceDeployments",
        "ThrottlingException",
        "Rate exceeded"
    ))
)]
#[case("not-journalled", Passage::NotJournalled("the journal cannot be written: no space left on device".to_owned()))]
fn a_way_back_can_be_sent_anyway(#[case] name: &str, #[case] passage: Passage) {
    for (width, height) in SIZES {
        let (mut desk, operation) = confirmed(running(desk(width, height)).command(CART, "roll-back"), "B");
        desk.take(Message::Passed { operation, passage: passage.clone() });
        assert_picture(&format!("dialog-anyway-{name}"), &desk.look().model);
        desk.effects.clear();
        assert_eq!(desk.confirm("A"), ["roll back cart-api"]);
    }
}

#[test]
fn while_the_gate_looks_again() {
    let (desk, _) = sent(desk(80, 24), "9");
    assert_picture("dialog-waiting", &desk.model);
}

/// Operations in all their states.
fn operations(mut desk: Desk) -> Desk {
    let accepted =
        || Passage::Accepted(Acceptance { request_id: Some(REQUEST.into()), ..Acceptance::default() });
    let passages =
        [("9", accepted()), ("8", Passage::Rejected(denied())), ("7", drifted()), ("9", accepted())];
    for (count, passage) in passages {
        desk.effects.clear();
        let (mut next, operation) = sent(desk, count);
        next.take(Message::Passed { operation, passage });
        next.press("esc esc");
        desk = next;
    }
    desk.wait(2_000).describe(CART, |service| {
        service.desired = 9;
        service.running = 10;
    });
    desk.settle();
    desk.wait(8_000);
    desk
}

#[test]
fn operations_are_listed() {
    for (width, height) in SIZES {
        let mut desk = operations(desk(width, height));
        assert_picture("operations-tray", &desk.model);
        desk.press("ctrl-o");
        assert_picture("operations-all", &desk.model);
    }
}

#[test]
fn dialogs_without_unicode() {
    let settings = Settings { glyphs: Glyphs::Ascii, ..Settings::default() };
    let mut desk = desk_with(settings, 80, 24);
    desk.unlock();
    assert_picture("ascii-dialog-scale-above", &to(desk, CART, "14").model);
}

#[rstest]
#[case("", Theme::default())]
#[case("-mono", mono())]
fn dialogs_in_colours(#[case] suffix: &str, #[case] theme: Theme) {
    let scale = to(desk(80, 24), CART, "14");
    assert_styles(&format!("dialog-scale-above{suffix}"), &scale.model, &theme);
    let back = desk(80, 24).command(CART, "roll-back");
    assert_styles(&format!("dialog-roll-back{suffix}"), &back.model, &theme);
}

#[test]
fn a_scope_of_its_own_range_is_not_told_twice() {
    let mut desk = desk(80, 24);
    desk.learn(Observation::Scaling { service: service_id(CART), scaling: scaling(1, 20) });
    let desk = to(desk, CART, "14");
    assert_picture("dialog-scale-within", &desk.model);
}
