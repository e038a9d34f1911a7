//! Changes from the key to their end: what confirms and what does not, how much is asked, and what AWS has to show.

use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use fargate_top::app::action::ask::{Ask, candidates, ways_back};
use fargate_top::app::action::gate::{Acceptance, Begun, Passage};
use fargate_top::app::action::operation::{Operation, OperationId, Operations, Settled};
use fargate_top::app::action::preview::preview;
use fargate_top::app::action::risk::{Risk, risk};
use fargate_top::app::action::seen::{Aspect, Difference, Seen};
use fargate_top::app::action::settle::{moved_by, own, settled};
use fargate_top::app::action::{Action, Change, Verb};
use fargate_top::app::command::Command;
use fargate_top::app::effect::Effect;
use fargate_top::app::message::{Input, Message};
use fargate_top::app::model::Overlay;
use fargate_top::app::settings::Settings;
use fargate_top::app::subscription::{Cadence, subscriptions};
use fargate_top::app::update::availability::{Availability, availability};
use fargate_top::app::update::next_tick;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::deployment::{DeploymentStatus, Rollback};
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::scaling::{ActivityStatus, Scaling, ScalingActivity, Suspension};
use fargate_top::fleet::service::{Rollout, RolloutState, Service};
use fargate_top::fleet::task::Task;
use fargate_top::fleet::topic::{Subject, Topic};
use fargate_top::fleet::verdict::Severity;
use rstest::rstest;

use crate::support::changes::{
    deployment, deployment_id, desk, desk_with, open_settings, revision, revision_id, scaling,
};
use crate::support::desk::Desk;
use crate::support::fixture::{
    self, cluster_id, definition_id, event, minutes_ago, now, service_id, task_id,
};

const CART: &str = "payments/cart-api";

fn scale(desired: u32) -> Change {
    Change::Scale { cluster: cluster_id("payments"), service: service_id(CART), desired }
}

fn dialog_is_open(desk: &Desk) -> bool {
    matches!(desk.model.overlay, Some(Overlay::Dialog(_)))
}

fn typed(desk: &Desk) -> String {
    match &desk.model.overlay {
        Some(Overlay::Dialog(dialog)) => match &dialog.ask {
            Ask::Scale { count, .. } => count.text().to_owned(),
            other => panic!("{other:?}"),
        },
        other => panic!("no dialog: {other:?}"),
    }
}

fn off(desk: &Desk) -> Option<String> {
    match &desk.model.overlay {
        Some(Overlay::Dialog(dialog)) => preview(&desk.model, dialog).button.off,
        other => panic!("no dialog: {other:?}"),
    }
}

/// A dialog that asks to scale cart-api to nine, with the focus on its buttons.
fn ready() -> Desk {
    let mut desk = desk(120, 36).command(CART, "scale");
    desk.press("9 tab tab");
    desk
}

#[test]
fn the_letter_alone_confirms() {
    let mut desk = ready();
    assert_eq!(desk.confirm("S"), ["scale cart-api to 9"]);
    assert!(dialog_is_open(&desk), "it waits for the gate");
    desk.effects.clear();
    assert!(desk.confirm("S").is_empty(), "what waits is not sent twice");
}

/// Everything that must not confirm.
#[rstest]
#[case::small_letter(|desk: &mut Desk| { desk.wait(500).press("s"); })]
#[case::another_letter(|desk: &mut Desk| { desk.wait(500).press("R D B C L P A"); })]
#[case::enter_held(|desk: &mut Desk| for _ in 0..50 { desk.wait(30).press("enter"); })]
#[case::space(|desk: &mut Desk| { desk.wait(500).press("space"); })]
#[case::y_and_enter(|desk: &mut Desk| { desk.wait(500).press("y enter"); })]
#[case::pasted(|desk: &mut Desk| { desk.wait(500).take(Message::Input(Input::Paste("S\nS".to_owned()))); })]
#[case::pasted_before(|desk: &mut Desk| {
    desk.take(Message::Input(Input::Paste("S".to_owned())));
    desk.wait(20).press("S");
})]
#[case::held_down(|desk: &mut Desk| {
    desk.press("x");
    for _ in 0..50 { desk.wait(33).press("S"); }
})]
#[case::typed_ahead(|desk: &mut Desk| { desk.press("x").wait(100).press("S"); })]
fn what_does_not_confirm(#[case] keys: fn(&mut Desk)) {
    let mut desk = ready();
    keys(&mut desk);
    assert!(desk.performed().is_empty(), "{:?}", desk.performed());
}

#[test]
fn keys_before_the_dialog_was_seen_do_nothing() {
    let mut desk = desk(120, 36);
    desk.at(&fargate_top::app::screen::Screen::Services(cluster_id("payments")));
    desk.press("s");
    let before = typed(&desk);
    desk.wait(5_000).press("9 tab S");
    assert_eq!((desk.performed(), typed(&desk)), (Vec::new(), before.clone()), "it was never painted");
    desk.take(Message::Painted);
    desk.wait(399).press("9 S");
    assert_eq!((desk.performed(), typed(&desk)), (Vec::new(), before), "it was painted just now");
    desk.wait(200).press("9");
    assert_eq!(typed(&desk), "9");
}

#[test]
fn what_is_painted_anew_has_to_be_looked_at_anew() {
    let mut desk = ready();
    desk.describe(CART, |service| service.desired = 12);
    assert!(desk.confirm("S").is_empty(), "the count changed under the dialog");
    desk.take(Message::Painted);
    desk.wait(300);
    assert!(desk.confirm("S").len() == 1, "600 ms after it was painted");
    let mut desk = ready();
    desk.take(Message::Input(Input::Resize(100, 30)));
    assert!(desk.confirm("S").is_empty(), "the picture is another one");
    desk.take(Message::Input(Input::Resize(50, 10)));
    desk.look();
    assert!(desk.confirm("S").is_empty(), "nothing of it is on the screen");
}

#[test]
fn esc_always_closes() {
    let fields = ["", "tab", "tab tab", "shift-tab"];
    for keys in fields {
        let mut desk = desk(120, 36).command(CART, "scale");
        if !keys.is_empty() {
            desk.press(keys);
        }
        desk.press("esc");
        assert!(!dialog_is_open(&desk), "after {keys}");
    }
    let mut desk = desk(120, 36);
    desk.at(&fargate_top::app::screen::Screen::Services(cluster_id("payments")));
    desk.press("s esc");
    assert!(!dialog_is_open(&desk), "before it was painted");
    let mut desk = ready();
    desk.confirm("S");
    desk.press("esc");
    assert!(!dialog_is_open(&desk), "while the gate looks");
    assert_eq!(desk.model.operations.open().count(), 1, "and the change goes on");
    desk.key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL));
}

#[test]
fn ctrl_c_cancels_and_never_quits() {
    let mut desk = ready();
    desk.press("ctrl-c");
    assert!(!dialog_is_open(&desk) && !desk.model.quitting);
}

#[test]
fn enter_goes_from_field_to_field_and_ends_on_cancel() {
    let mut desk = desk(120, 36).command(CART, "scale");
    desk.press("tab enter enter");
    assert!(dialog_is_open(&desk));
    desk.press("enter");
    assert!(!dialog_is_open(&desk) && desk.performed().is_empty());
}

#[rstest]
#[case("9", "9")]
#[case("+ 4", "+4")]
#[case("up", "11")]
#[case("down down", "8")]
#[case("tab backspace backspace 7 x", "7")]
#[case("tab + 5", "10+5")]
fn numbers_are_typed_from_anywhere(#[case] keys: &str, #[case] expected: &str) {
    let mut desk = desk(120, 36).command(CART, "scale");
    desk.press(keys);
    assert_eq!(typed(&desk), expected);
}

#[test]
fn the_word_has_to_be_whole() {
    let mut desk = desk(120, 36).command(CART, "scale");
    desk.press("0 tab").write("INC-1").press("tab").write("cart-ap");
    assert!(desk.press("tab").confirm("S").is_empty());
    assert_eq!(off(&desk).as_deref(), Some("off until cart-api is typed"));
    desk.press("shift-tab");
    desk.take(Message::Input(Input::Paste("i".to_owned())));
    assert!(desk.press("tab").confirm("S").is_empty(), "what is pasted proves nothing");
    desk.press("shift-tab").write("i").press("tab");
    assert_eq!(desk.confirm("S"), ["scale cart-api to 0"]);
}

#[test]
fn what_is_dear_needs_a_reason() {
    let mut desk = desk(120, 36).command(CART, "scale");
    desk.press("0 tab tab").write("cart-api").press("tab");
    assert_eq!(off(&desk).as_deref(), Some("off until a reason is given"));
    assert!(desk.confirm("S").is_empty());
}

#[test]
fn several_services_change_by_the_same() {
    let mut desk = desk(120, 36);
    desk.at(&fargate_top::app::screen::Screen::Services(cluster_id("payments")));
    desk.press("space j space s");
    desk.look();
    assert_eq!(typed(&desk), "", "never an implicit count");
    assert!(desk.confirm("S").is_empty());
    desk.press("up up tab tab");
    assert_eq!(typed(&desk), "+2");
    assert_eq!(desk.confirm("S").len(), 2);
    let waiting: Vec<OperationId> = desk.model.operations.open().map(|o| o.id.clone()).collect();
    for operation in waiting {
        desk.take(Message::Passed { operation, passage: Passage::Accepted(Acceptance::default()) });
    }
    assert!(!dialog_is_open(&desk));
    assert_eq!(desk.notice(), "requested: 2 changes (ctrl-o)");
}

#[rstest]
#[case("read-only", Settings { read_only: true, ..Settings::default() }, "read-only: nothing is sent that changes the account")]
#[case(
    "guarded",
    Settings::default(),
    "guarded: profile acme-prod matches *prod*; esc, then ctrl-x unlocks it"
)]
fn protection_locks_the_last_step_only(#[case] name: &str, #[case] settings: Settings, #[case] reason: &str) {
    let mut desk = desk_with(settings, 120, 36).command(CART, "scale");
    desk.press("9 tab tab");
    assert_eq!(off(&desk).as_deref(), Some(reason), "{name}");
    assert!(desk.confirm("S").is_empty(), "{name}");
}

#[test]
fn an_unlock_lasts_a_while_and_is_taken_back_by_the_same_key() {
    let mut desk = desk_with(Settings::default(), 120, 36);
    desk.press("ctrl-x");
    desk.look().press("tab").write("9012").press("tab").wait(300).press("U");
    assert!(!dialog_is_open(&desk), "{:?}", desk.notice());
    let until = next_tick(&desk.model);
    assert!(until <= desk.model.now + TimeDelta::minutes(1), "the label counts minutes");
    assert_eq!(availability(&desk.model, Command::Unlock), Availability::Ready);
    desk.press("ctrl-x");
    assert_eq!(desk.notice(), "locked again: acme-prod eu-west-1");
    let open = desk_with(open_settings(), 120, 36);
    let nothing = Availability::Not("nothing is guarded here".to_owned());
    assert_eq!(availability(&open.model, Command::Unlock), nothing);
}

#[test]
fn drift_is_shown_and_looked_at_again() {
    let mut desk = ready();
    desk.confirm("S");
    let operation = desk.model.operations.iter().next().unwrap().id.clone();
    let difference = Difference { aspect: Aspect::Desired, then: "10".to_owned(), now: "12".to_owned() };
    desk.take(Message::Passed { operation, passage: Passage::Drifted(vec![difference]) });
    desk.effects.clear();
    assert!(desk.look().confirm("A").is_empty(), "a way forward is never sent anyway");
    desk.describe(CART, |service| service.desired = 12);
    desk.press("r");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Refresh(_))));
    desk.look().press("tab tab tab");
    assert_eq!(desk.confirm("S"), ["scale cart-api to 9"]);
    let sent = desk.effects.iter().find_map(|effect| match effect {
        Effect::Perform { action, .. } => action.seen.get(Aspect::Desired).map(str::to_owned),
        _ => None,
    });
    assert_eq!(sent.as_deref(), Some("12"), "what is seen now is the precondition");
}

#[test]
fn an_undo_is_no_dearer_than_what_it_takes_back() {
    let mut desk = desk(120, 36).command(CART, "scale");
    desk.press("4 0 tab tab");
    assert_eq!(desk.confirm("S"), ["scale cart-api to 40"]);
    let operation = desk.model.operations.iter().next().unwrap().id.clone();
    desk.take(Message::Passed { operation, passage: Passage::Accepted(Acceptance::default()) });
    desk.wait(2_000).describe(CART, |service| service.desired = 40);
    desk.effects.clear();
    desk.press(": undo enter");
    desk.look();
    assert_eq!(typed(&desk), "10");
    assert_eq!(off(&desk), None, "from 40 to 10 would be typed otherwise");
    assert_eq!(desk.confirm("S"), ["scale cart-api to 10"]);
}

#[test]
fn an_undo_of_a_count_that_moved_on_is_as_dear_as_any() {
    let mut desk = desk(120, 36).command(CART, "scale");
    desk.press("1 2 tab tab").confirm("S");
    let operation = desk.model.operations.iter().next().unwrap().id.clone();
    desk.take(Message::Passed { operation, passage: Passage::Accepted(Acceptance::default()) });
    desk.wait(2_000).describe(CART, |service| service.desired = 40);
    desk.effects.clear();
    desk.press(": undo enter");
    desk.look();
    assert_eq!(typed(&desk), "10");
    assert_eq!(off(&desk).as_deref(), Some("off until cart-api is typed"), "from 40 to 10");
}

#[test]
fn an_undo_takes_back_nothing_that_somebody_else_began() {
    let mut desk = desk(120, 36).command(CART, "redeploy");
    assert_eq!(desk.confirm("R"), ["redeploy cart-api"]);
    let operation = desk.model.operations.iter().next().unwrap().id.clone();
    let learn = |desk: &mut Desk, seconds: i64| {
        let at = desk.model.now + TimeDelta::seconds(seconds);
        let known = deployment("cart-api", "D1", (76, 77), DeploymentStatus::InProgress, 1);
        let deployments = vec![began(at, known)];
        desk.learn(Observation::Deployments { service: service_id(CART), deployments });
    };
    let reason = "nothing of the last hour can be undone".to_owned();
    learn(&mut desk, 0);
    desk.press("esc");
    assert_eq!(availability(&desk.model, Command::Undo), Availability::Not(reason.clone()), "not accepted");
    desk.take(Message::Passed { operation, passage: Passage::Accepted(Acceptance::default()) });
    learn(&mut desk, -60);
    assert_eq!(availability(&desk.model, Command::Undo), Availability::Not(reason), "somebody else's");
    learn(&mut desk, 1);
    assert_eq!(availability(&desk.model, Command::Undo), Availability::Ready);
}

#[test]
fn a_rollback_is_shown_with_the_image_it_went_back_to() {
    let mut desk = desk(120, 36);
    let mut known = deployment("cart-api", "D9", (75, 77), DeploymentStatus::RollbackSuccessful, 30);
    known.rollback =
        Some(Rollback { reason: None, started: None, revision: Some(revision_id("cart-api", "9076")) });
    desk.learn(Observation::Deployments { service: service_id(CART), deployments: vec![known] });
    let desk = desk.command(CART, "roll-back");
    let Some(Overlay::Dialog(dialog)) = &desk.model.overlay else { panic!("no dialog") };
    let parts = format!("{:?}", preview(&desk.model, dialog).parts);
    assert!(parts.contains("app:9.2 ran sha256:7d1e"), "{parts}");
}

#[test]
fn old_operations_make_room_and_their_numbers_stay() {
    let mut operations = Operations::default();
    let first = operations.begin(operation(scale(1), 0).action, now());
    for place in 2..=300_u32 {
        let id = operations.begin(operation(scale(1), 0).action, now());
        let ended = operations.get_mut(&id).unwrap();
        assert_eq!(ended.number, place);
        ended.settle(now(), Settled::Done("done".to_owned()));
    }
    assert!(operations.iter().len() <= 202, "{}", operations.iter().len());
    assert!(operations.get(&first).is_some(), "it is still on its way");
}

#[test]
fn nothing_to_undo_says_so() {
    let desk = desk(120, 36);
    let reason = "nothing of the last hour can be undone".to_owned();
    assert_eq!(availability(&desk.model, Command::Undo), Availability::Not(reason));
}

/// What a dialog and an open operation ask for.
#[test]
fn open_dialogs_and_operations_are_asked_for() {
    let mut desk = desk(120, 36);
    desk.at(&fargate_top::app::screen::Screen::Services(cluster_id("payments")));
    let (cluster, id) = (cluster_id("payments"), service_id(CART));
    let cadence = |desk: &Desk, subject: &Subject| {
        let all = subscriptions(&desk.model);
        all.into_iter().find(|wish| wish.topic.subject == *subject).map(|wish| wish.cadence)
    };
    let service = Subject::Service(cluster.clone(), id.clone());
    let scaling = Subject::Scaling(cluster.clone(), id.clone());
    let deployments = Subject::Deployments(cluster.clone(), id.clone());
    assert_eq!(cadence(&desk, &service), None);
    while desk.selected() != "cart-api" {
        desk.press("j");
    }
    desk.press("s");
    assert_eq!(cadence(&desk, &service), Some(Cadence::Seconds(5)));
    assert_eq!(cadence(&desk, &scaling), Some(Cadence::Seconds(30)));
    assert_eq!(cadence(&desk, &deployments), Some(Cadence::Seconds(15)));
    desk.look().press("9 tab tab").confirm("S");
    desk.press("esc");
    assert_eq!(cadence(&desk, &service), Some(Cadence::Seconds(2)));
    assert_eq!(next_tick(&desk.model), desk.model.changed + TimeDelta::seconds(1));
}

/// UX.md §4.3: the level in a protected scope, and one lower in an open one.
#[rstest]
#[case::up(scale(14), Risk::Medium, Risk::Low)]
#[case::down_to_half(scale(5), Risk::Medium, Risk::Low)]
#[case::below_half(scale(4), Risk::High, Risk::Medium)]
#[case::zero(scale(0), Risk::High, Risk::Medium)]
#[case::redeploy(Change::Redeploy { cluster: cluster_id("payments"), service: service_id(CART) }, Risk::Medium, Risk::Low)]
#[case::deploy(deploy(false), Risk::Medium, Risk::Low)]
#[case::back_when_steady(deploy(true), Risk::High, Risk::Medium)]
#[case::back_while_deploying(
    Change::RollBack { cluster: cluster_id("payments"), service: service_id(CART), deployment: deployment_id("cart-api", "x") },
    Risk::Medium,
    Risk::Low
)]
#[case::one_task(stop("a1", true), Risk::Medium, Risk::Low)]
#[case::standalone(stop("a1", false), Risk::High, Risk::Medium)]
#[case::range(Change::Range { cluster: cluster_id("payments"), service: service_id(CART), min: 1, max: 5 }, Risk::Medium, Risk::Low)]
#[case::range_to_none(Change::Range { cluster: cluster_id("payments"), service: service_id(CART), min: 0, max: 0 }, Risk::High, Risk::Medium)]
#[case::range_to_less_than_half(Change::Range { cluster: cluster_id("payments"), service: service_id(CART), min: 1, max: 4 }, Risk::High, Risk::Medium)]
fn risks(#[case] change: Change, #[case] protected: Risk, #[case] open: Risk) {
    let fleet = fleet(|_| {});
    let of = |is_protected| risk(&fleet, std::slice::from_ref(&change), is_protected, |_| Severity::Ok);
    assert_eq!((of(true), of(false)), (protected, open));
}

#[test]
fn a_way_back_from_trouble_is_cheaper() {
    let fleet = fleet(|_| {});
    for severity in [Severity::Fail, Severity::Degraded] {
        assert_eq!(risk(&fleet, &[deploy(true)], true, |_| severity), Risk::Medium);
    }
}

#[test]
fn many_at_once_are_typed() {
    let fleet = fleet(|_| {});
    let many: Vec<Change> = (0..6).map(|_| scale(11)).collect();
    assert_eq!(risk(&fleet, &many, true, |_| Severity::Ok), Risk::High);
    assert_eq!(risk(&fleet, &many[..5], true, |_| Severity::Ok), Risk::Medium);
    let stops: Vec<Change> = (0..6).map(|place| stop(&format!("a{place}"), true)).collect();
    // Of ten desired tasks ten run: six stopped leave four.
    assert_eq!(risk(&fleet, &stops, false, |_| Severity::Ok), Risk::High);
    assert_eq!(risk(&fleet, &stops[..5], true, |_| Severity::Ok), Risk::Medium);
}

#[test]
fn each_letter_differs_from_the_key_that_opens() {
    let commands = [
        (Verb::Scale, Command::Scale),
        (Verb::Redeploy, Command::Redeploy),
        (Verb::Deploy, Command::Deploy),
        (Verb::StopTask, Command::StopTask),
        (Verb::RollBack, Command::RollBack),
        (Verb::Range, Command::Range),
        (Verb::Suspend, Command::Suspend),
    ];
    for (verb, command) in commands {
        assert!(verb.letter().is_ascii_uppercase());
        assert!(!command.row().keys.contains(&&*verb.letter().to_string()), "{command}");
    }
}

fn deploy(back: bool) -> Change {
    Change::Deploy {
        cluster: cluster_id("payments"),
        service: service_id(CART),
        definition: definition_id("cart-api:76"),
        back,
    }
}

fn stop(id: &str, of_service: bool) -> Change {
    Change::StopTask {
        cluster: cluster_id("payments"),
        service: of_service.then(|| service_id(CART)),
        task: task_id("payments", &format!("{id}{}", "0".repeat(28))),
    }
}

/// cart-api with ten running tasks, changed as a test needs it.
fn fleet(change: impl FnOnce(&mut Service)) -> Fleet {
    let tasks = (0..10).map(|place| fixture::task(CART, &format!("a{place}"))).collect();
    fleet_with(change, tasks)
}

fn fleet_with(change: impl FnOnce(&mut Service), tasks: Vec<Task>) -> Fleet {
    let mut service = fixture::service(CART, 10);
    service.definition = Some(definition_id("cart-api:77"));
    service.rollouts = vec![fixture::rollout("7007", "cart-api:77", 10)];
    change(&mut service);
    let mut fleet = fixture::fleet(vec![service], tasks, Vec::new());
    let revisions =
        vec![revision("cart-api", 77, "a"), revision("cart-api", 76, "b"), revision("cart-api", 75, "c")];
    fleet.apply(now(), Observation::Revisions { revisions, missing: Vec::new() });
    fleet
}

fn learn(fleet: &mut Fleet, deployments: Vec<fargate_top::fleet::deployment::ServiceDeployment>) {
    fleet.apply(now(), Observation::Deployments { service: service_id(CART), deployments });
}

/// An operation that was accepted so many seconds ago.
fn operation(change: Change, seconds: i64) -> Operation {
    let at = fixture::ago(seconds);
    let seen = Seen::from([(Aspect::Desired, "10".to_owned())]);
    let action = Action { context: ContextId(0), change, seen, reason: None };
    let mut operation = Operation::new(OperationId("x".to_owned()), 1, action, at);
    operation.pass(at, &Passage::Accepted(Acceptance::default()));
    operation
}

fn told(fleet: &Fleet, operation: &Operation) -> String {
    told_with(fleet, operation, None)
}

/// The same when the operation of this number took over.
fn told_with(fleet: &Fleet, operation: &Operation, newer: Option<u32>) -> String {
    match settled(fleet, operation, newer, now()) {
        Settled::Waiting(text) => format!("waiting: {text}"),
        Settled::Done(text) => format!("done: {text}"),
        Settled::Failed(text) => format!("failed: {text}"),
        Settled::TimedOut(text) => format!("timed out: {text}"),
        Settled::Replaced(text) => format!("replaced: {text}"),
    }
}

#[rstest]
#[case::all_run(14, 14, 0, 60, "done: 14 of 14 run")]
#[case::on_the_way(14, 12, 2, 60, "waiting: starting: 12 of 14 run, 2 pending")]
#[case::down(6, 8, 0, 60, "waiting: stopping: 8 of 6 run")]
#[case::stuck(14, 12, 2, 601, "failed: 12 of 14 run, and nothing moved for 10m")]
fn a_scaling_settles(
    #[case] desired: u32,
    #[case] running: u32,
    #[case] pending: u32,
    #[case] seconds: i64,
    #[case] expected: &str,
) {
    let fleet = fleet(|service| {
        (service.desired, service.running, service.pending) = (desired, running, pending);
    });
    assert_eq!(told(&fleet, &operation(scale(desired), seconds)), expected);
}

#[test]
fn a_scaling_waits_for_an_answer_after_it() {
    let fleet = fleet(|service| (service.desired, service.running) = (14, 14));
    let expected = "waiting: accepted by AWS; waiting for the next look";
    assert_eq!(told(&fleet, &operation(scale(14), 0)), expected);
}

#[test]
fn tasks_that_find_no_place_fail_a_scaling() {
    let fleet = fleet(|service| {
        (service.desired, service.running) = (14, 12);
        service.events = vec![event(
            0,
            "was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later.",
        )];
    });
    let told = told(&fleet, &operation(scale(14), 60));
    assert!(told.starts_with("failed: tasks cannot be placed: Capacity is unavailable"), "{told}");
}

#[test]
fn who_moved_the_count_is_told() {
    let mut fleet = fleet(|service| (service.desired, service.running) = (10, 10));
    let operation = operation(scale(14), 60);
    let somebody = "failed: AWS shows the old count, 10: somebody may have set it back";
    assert_eq!(told(&fleet, &operation), somebody);
    let activity = ScalingActivity {
        id: "1".into(),
        at: fixture::ago(10),
        ended: Some(fixture::ago(5)),
        status: ActivityStatus::Successful,
        description: "Setting desired count to 10.".into(),
        cause: "alarm low".into(),
        message: None,
        reasons_not_scaled: Vec::new(),
    };
    let failed = ScalingActivity { status: ActivityStatus::Failed, ..activity.clone() };
    let other = ScalingActivity { description: "Setting desired count to 100.".into(), ..activity.clone() };
    let with = |activities| Scaling { activities, ..scaling(4, 10) };
    let record = with(vec![failed, other]);
    fleet.apply(now(), Observation::Scaling { service: service_id(CART), scaling: record });
    assert_eq!(told(&fleet, &operation), somebody, "neither set it to ten");
    let record = with(vec![activity]);
    fleet.apply(now(), Observation::Scaling { service: service_id(CART), scaling: record });
    let expected = "autoscaling set desired to 10: Setting desired count to 10 (alarm low)";
    assert_eq!(told(&fleet, &operation), format!("failed: {expected}"));
    assert_eq!(moved_by(&fleet, &operation, false).as_deref(), Some(expected));
}

#[test]
fn a_scaling_that_is_pulled_back_after_its_end_says_so() {
    let mut desk = ready();
    desk.confirm("S");
    let id = desk.model.operations.iter().next().unwrap().id.clone();
    desk.take(Message::Passed { operation: id, passage: Passage::Accepted(Acceptance::default()) });
    desk.wait(2_000).describe(CART, |service| (service.desired, service.running) = (9, 9));
    let state = |desk: &Desk| desk.model.operations.iter().next().unwrap().state.word();
    assert_eq!(state(&desk), "done");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Record { .. })));
    desk.wait(60_000).describe(CART, |service| service.desired = 10);
    desk.wait(5_000).describe(CART, |service| service.desired = 9);
    desk.wait(60_000).describe(CART, |service| service.desired = 10);
    assert_eq!(desk.model.operations.iter().next().unwrap().after, None, "it came back in between");
    assert_eq!(state(&desk), "done", "it was done, and something else happened to it");
    // Autoscaling's own record may come later, and tells more.
    desk.wait(31_000).settle();
    let expected =
        "scale cart-api to 9 (operation 1): desired is 10 now: autoscaling or somebody else changed it";
    assert_eq!(desk.notice(), expected);
    let notices = desk.model.notices.all().len();
    desk.wait(60_000).settle();
    assert_eq!(desk.model.notices.all().len(), notices, "it is said once");
}

fn began(
    at: DateTime<Utc>,
    mut known: fargate_top::fleet::deployment::ServiceDeployment,
) -> fargate_top::fleet::deployment::ServiceDeployment {
    known.created = Some(at);
    known.started = Some(at);
    known
}

/// A deployment that began with the operation, ten minutes ago.
#[rstest]
#[case(DeploymentStatus::Pending, None, "waiting: 3 of 6 new run, 3 old left")]
#[case(DeploymentStatus::InProgress, None, "waiting: 3 of 6 new run, 3 old left")]
#[case(DeploymentStatus::Successful, Some(6), "done: deployed in 4m00s, and no new task died")]
#[case(DeploymentStatus::Successful, Some(2), "waiting: successful; watching the new tasks for 3m more")]
#[case(DeploymentStatus::Stopped, None, "failed: deployment D1 stopped")]
#[case(DeploymentStatus::StopRequested, None, "waiting: deployment D1 is being stopped")]
#[case(DeploymentStatus::RollbackRequested, None, "waiting: rolling back")]
#[case(DeploymentStatus::RollbackInProgress, None, "waiting: rolling back")]
#[case(DeploymentStatus::RollbackSuccessful, None, "failed: rolled back")]
#[case(DeploymentStatus::RollbackFailed, None, "failed: the rollback failed")]
fn a_redeployment_settles(
    #[case] status: DeploymentStatus,
    #[case] ended: Option<i64>,
    #[case] expected: &str,
) {
    let mut fleet = fleet(|_| {});
    let mut known = deployment("cart-api", "D1", (76, 77), status, 10);
    known.finished = ended.map(minutes_ago);
    learn(&mut fleet, vec![known]);
    let redeploy = Change::Redeploy { cluster: cluster_id("payments"), service: service_id(CART) };
    assert_eq!(told(&fleet, &operation(redeploy, 600)), expected);
}

#[test]
fn a_redeployment_that_another_one_replaced() {
    let mut fleet = fleet(|_| {});
    let first = deployment("cart-api", "D1", (76, 77), DeploymentStatus::Stopped, 10);
    let second = deployment("cart-api", "D2", (77, 78), DeploymentStatus::InProgress, 6);
    learn(&mut fleet, vec![second, first.clone()]);
    assert_eq!(told(&fleet, &operation(deploy(false), 600)), "replaced: replaced by D2");
    // It ended six minutes ago: what somebody began later replaced nothing.
    let later = deployment("cart-api", "D2", (77, 78), DeploymentStatus::InProgress, 5);
    learn(&mut fleet, vec![later, first]);
    assert_eq!(told(&fleet, &operation(deploy(false), 600)), "failed: deployment D1 stopped");
}

#[test]
fn an_older_deployment_is_not_taken_for_the_new_one() {
    let mut fleet = fleet(|_| {});
    learn(&mut fleet, vec![deployment("cart-api", "D0", (76, 77), DeploymentStatus::Successful, 60)]);
    let told = told(&fleet, &operation(deploy(false), 60));
    assert!(told.starts_with("waiting: "), "{told}");
}

#[test]
fn tasks_that_run_and_exit_fail_a_redeployment() {
    let dead = |id: &str, minutes| {
        let mut task = fixture::stopped(CART, id, minutes, Some(1));
        task.definition = Some(definition_id("cart-api:77"));
        task
    };
    let mut fleet = fleet_with(|_| {}, (1..=6).map(|n| dead(&format!("d{n}"), n)).collect());
    learn(&mut fleet, vec![deployment("cart-api", "D1", (76, 77), DeploymentStatus::InProgress, 10)]);
    let text = told(&fleet, &operation(deploy(false), 600));
    assert!(text.starts_with("failed: 6 new tasks died; first stop: app exit"), "{text}");
    assert!(text.ends_with("the deployment goes on at AWS"), "{text}");

    let mut fleet = fleet_with(|_| {}, vec![dead("d1", 1)]);
    let mut known =
        began(minutes_ago(8), deployment("cart-api", "D1", (76, 77), DeploymentStatus::Successful, 8));
    known.finished = Some(minutes_ago(4));
    learn(&mut fleet, vec![known]);
    let text = told(&fleet, &operation(deploy(false), 480));
    assert!(text.starts_with("failed: successful for AWS, but new task d100 died"), "{text}");
}

#[test]
fn without_deployments_the_rollouts_tell() {
    let mut fleet = fleet(|service| {
        let rollout = service.rollouts.first_mut().unwrap();
        rollout.created = Some(fixture::ago(30));
        rollout.state = Some(RolloutState::InProgress);
        rollout.running = 4;
    });
    let told_now = told(&fleet, &operation(deploy(false), 60));
    assert!(told_now.starts_with("waiting: "), "{told_now}");
    let mut service = (**fleet.service(&service_id(CART)).unwrap()).clone();
    service.rollouts.first_mut().unwrap().state = Some(RolloutState::Failed);
    fleet.apply(now(), Observation::Services { services: vec![service], missing: Vec::new() });
    let told_now = told(&fleet, &operation(deploy(false), 60));
    assert!(told_now.starts_with("failed: "), "{told_now}");
}

#[rstest]
#[case(DeploymentStatus::RollbackSuccessful, "done: rolled back")]
#[case(DeploymentStatus::RollbackFailed, "failed: the rollback failed")]
#[case(DeploymentStatus::Successful, "failed: the deployment finished first: nothing was rolled back")]
#[case(DeploymentStatus::Stopped, "failed: stopped, not rolled back")]
#[case(DeploymentStatus::RollbackInProgress, "waiting: rolling back: 3 of the old tasks run")]
fn a_roll_back_settles(#[case] status: DeploymentStatus, #[case] expected: &str) {
    let mut fleet = fleet(|_| {});
    learn(&mut fleet, vec![deployment("cart-api", "D1", (76, 77), status, 10)]);
    let change = Change::RollBack {
        cluster: cluster_id("payments"),
        service: service_id(CART),
        deployment: deployment_id("cart-api", "D1"),
    };
    assert_eq!(told(&fleet, &operation(change, 60)), expected);
}

#[test]
fn a_stop_settles() {
    let id = |task: &Task| Change::StopTask {
        cluster: cluster_id("payments"),
        service: Some(service_id(CART)),
        task: task.id.clone(),
    };
    let running = fixture::task(CART, "a1");
    let ended = fixture::stopped(CART, "a2", 1, Some(143));
    let fleet = fleet_with(|_| {}, vec![running.clone(), ended.clone()]);
    assert_eq!(told(&fleet, &operation(id(&running), 60)), "waiting: RUNNING");
    assert_eq!(told(&fleet, &operation(id(&running), 601)), "failed: still RUNNING after 10m");
    assert_eq!(told(&fleet, &operation(id(&ended), 60)), "done: stopped, exit code 143");
}

#[test]
fn a_range_settles_when_autoscaling_shows_it() {
    let mut fleet = fleet(|_| {});
    let range = Change::Range { cluster: cluster_id("payments"), service: service_id(CART), min: 2, max: 8 };
    let hold = Change::Suspend {
        cluster: cluster_id("payments"),
        service: service_id(CART),
        suspension: Suspension::ALL,
    };
    assert_eq!(told(&fleet, &operation(range.clone(), 60)), "waiting: waiting for autoscaling to show it");
    let mut known = scaling(2, 8);
    known.target.as_mut().unwrap().suspension = Suspension::ALL;
    fleet.apply(now(), Observation::Scaling { service: service_id(CART), scaling: known });
    assert_eq!(told(&fleet, &operation(range, 60)), "done: autoscaling between 2 and 8");
    assert_eq!(told(&fleet, &operation(hold, 60)), "done: suspended: everything");
}

#[test]
fn ways_back_are_what_was_deployed_successfully() {
    let mut fleet = fleet(|_| {});
    let names = |fleet: &Fleet, back| -> Vec<String> {
        let service = fleet.service(&service_id(CART)).unwrap();
        candidates(fleet, service, back).iter().map(|known| known.definition.name().to_owned()).collect()
    };
    learn(
        &mut fleet,
        vec![
            deployment("cart-api", "D5", (76, 77), DeploymentStatus::Successful, 10),
            deployment("cart-api", "D4", (75, 76), DeploymentStatus::Stopped, 30),
            deployment("cart-api", "D3", (76, 75), DeploymentStatus::Successful, 50),
            deployment("cart-api", "D2", (75, 76), DeploymentStatus::Successful, 70),
            deployment("cart-api", "D1", (76, 75), DeploymentStatus::Successful, 90),
        ],
    );
    assert_eq!(names(&fleet, true), ["cart-api:75", "cart-api:76"], "each once, not what runs");
    assert_eq!(names(&fleet, false), ["cart-api:78", "cart-api:75", "cart-api:76"]);
    let newer = fixture::definition("cart-api:78");
    fleet.apply(now(), Observation::Definition { definition: Box::new(newer) });
    fleet.apply(now(), Observation::DefinitionGone { id: definition_id("cart-api:79") });
    assert_eq!(names(&fleet, false), ["cart-api:78", "cart-api:75", "cart-api:76"], "79 does not exist");
    let service = fleet.service(&service_id(CART)).unwrap();
    assert!(ways_back(&fleet, service).iter().all(|known| known.proof.is_some()));
}

fn redeploy() -> Change {
    Change::Redeploy { cluster: cluster_id("payments"), service: service_id(CART) }
}

fn accepted(change: Change, seconds: i64, acceptance: Acceptance) -> Operation {
    let mut operation = operation(change, seconds);
    operation.accepted = Some((operation.asked, acceptance));
    operation
}

/// The answer to a deployment named this rollout, created so many seconds ago by AWS's clock.
fn with_rollout(seconds: i64) -> Acceptance {
    let rollout = Begun { id: "ecs-svc/8008".into(), created: Some(fixture::ago(seconds)) };
    Acceptance { rollout: Some(rollout), ..Acceptance::default() }
}

/// AWS answered about this just now.
fn answer(fleet: &mut Fleet, subject: Subject) {
    fleet.apply(now(), Observation::Answered { topic: Topic::new(ContextId(0), subject) });
}

#[test]
fn the_clock_of_aws_tells_which_deployment_is_ours() {
    // Our clock is four minutes ahead: what we asked for ten minutes ago, AWS began fourteen minutes ago.
    let mut fleet = fleet(|_| {});
    let before = deployment("cart-api", "D0", (75, 76), DeploymentStatus::Successful, 20);
    let ours = deployment("cart-api", "D1", (76, 77), DeploymentStatus::InProgress, 14);
    learn(&mut fleet, vec![ours.clone(), before.clone()]);
    let operation = accepted(redeploy(), 600, with_rollout(14 * 60 + 1));
    assert_eq!(told(&fleet, &operation), "waiting: 3 of 6 new run, 3 old left");
    assert_eq!(own(&fleet, &operation).map(|own| own.id.clone()), Some(ours.id));
    // And behind: the one before is not ours, although it began after we asked by our clock.
    let operation = accepted(redeploy(), 25 * 60, with_rollout(14 * 60));
    let text = told(&fleet, &operation);
    assert_eq!(text, "waiting: 3 of 6 new run, 3 old left");
}

/// cart-api without known deployments, and with this rollout beside the one before.
fn rolling(change: impl FnOnce(&mut Vec<Rollout>), tasks: Vec<Task>) -> Fleet {
    let rollouts = |service: &mut Service| {
        let mut before = service.rollouts.remove(0);
        before.status = "ACTIVE".into();
        let mut ours = fixture::rollout("8008", "cart-api:76", 10);
        (ours.created, ours.updated) = (Some(minutes_ago(20)), Some(minutes_ago(15)));
        service.rollouts = vec![ours, before];
        change(&mut service.rollouts);
    };
    fleet_with(rollouts, tasks)
}

fn rollback_of(rollouts: &mut Vec<Rollout>) {
    rollouts[0].status = "ACTIVE".into();
    let mut back = fixture::rollout("9009", "cart-api:75", 10);
    back.created = Some(minutes_ago(5));
    rollouts.insert(0, back);
}

#[rstest]
#[case::done(|_: &mut Vec<Rollout>| {}, "done: deployed in 5m00s, and no new task died")]
#[case::watched(
    |rollouts: &mut Vec<Rollout>| rollouts[0].updated = Some(minutes_ago(2)),
    "waiting: successful; watching the new tasks for 3m more"
)]
#[case::on_the_way(
    |rollouts: &mut Vec<Rollout>| (rollouts[0].state, rollouts[0].running) = (Some(RolloutState::InProgress), 4),
    "waiting: 4 of 10 new tasks run"
)]
#[case::given_up(
    |rollouts: &mut Vec<Rollout>| {
        rollback_of(rollouts);
        rollouts[1].state = Some(RolloutState::Failed);
        rollouts[1].reason = Some("ECS deployment circuit breaker: tasks failed to start.".into());
    },
    "failed: ECS deployment circuit breaker: tasks failed to start."
)]
#[case::gone(
    |rollouts: &mut Vec<Rollout>| { rollback_of(rollouts); rollouts.remove(1); },
    "failed: rolled back or replaced: AWS deploys cart-api:75 anew"
)]
#[case::not_there_yet(
    |rollouts: &mut Vec<Rollout>| { rollouts.remove(0); rollouts[0].status = "PRIMARY".into(); },
    "waiting: waiting for the deployment to begin"
)]
fn where_deployments_cannot_be_read(#[case] change: fn(&mut Vec<Rollout>), #[case] expected: &str) {
    let fleet = rolling(change, Vec::new());
    assert_eq!(told(&fleet, &accepted(deploy(false), 20 * 60, with_rollout(20 * 60))), expected);
}

#[test]
fn tasks_that_die_fail_a_rollout_as_well() {
    let dead = |n: i64| {
        let mut task = fixture::stopped(CART, &format!("d{n}"), n, Some(1));
        task.started_by = Some("ecs-svc/8008".into());
        task
    };
    let in_progress = |rollouts: &mut Vec<Rollout>| {
        (rollouts[0].state, rollouts[0].running) = (Some(RolloutState::InProgress), 4);
    };
    let operation = accepted(deploy(false), 20 * 60, with_rollout(20 * 60));
    let text = told(&rolling(in_progress, (1..=10).map(dead).collect()), &operation);
    assert!(text.starts_with("failed: 10 new tasks died; first stop: app exit"), "{text}");
    let text = told(&rolling(|_| {}, vec![dead(1)]), &operation);
    assert!(text.starts_with("failed: successful for AWS, but new task d100 died"), "{text}");
}

#[test]
fn a_roll_back_is_seen_in_the_rollouts() {
    let change = Change::RollBack {
        cluster: cluster_id("payments"),
        service: service_id(CART),
        deployment: deployment_id("cart-api", "D1"),
    };
    let operation = operation(change, 6 * 60);
    let waiting = "waiting: waiting for the way back to begin";
    assert_eq!(told(&rolling(|_| {}, Vec::new()), &operation), waiting);
    assert_eq!(told(&rolling(rollback_of, Vec::new()), &operation), "done: rolled back to cart-api:75");
}

#[test]
fn nothing_is_waited_for_forever() {
    let stuck = |rollouts: &mut Vec<Rollout>| {
        (rollouts[0].state, rollouts[0].running) = (Some(RolloutState::InProgress), 4);
        (rollouts[0].created, rollouts[0].updated) = (Some(minutes_ago(200)), Some(minutes_ago(190)));
    };
    let operation = accepted(deploy(false), 200 * 60, with_rollout(200 * 60));
    let expected = "timed out: 4 of 10 new tasks run; nothing moved for 3h";
    assert_eq!(told(&rolling(stuck, Vec::new()), &operation), expected);
    let mut fleet = fleet_with(|_| {}, Vec::new());
    let mut known = deployment("cart-api", "D1", (76, 77), DeploymentStatus::InProgress, 200);
    learn(&mut fleet, vec![known.clone()]);
    let expected = "timed out: 3 of 6 new run, 3 old left; nothing moved for 3h";
    assert_eq!(told(&fleet, &operation), expected);
    known.stage = Some("BAKE_TIME".into());
    learn(&mut fleet, vec![known]);
    assert_eq!(told(&fleet, &operation), "waiting: 3 of 6 new run, 3 old left", "its rules let it bake");
}

#[test]
fn a_scaling_does_not_fail_on_an_answer_older_than_it() {
    let fleet = fleet(|_| {});
    let expected = "waiting: AWS still shows the old count, 10";
    assert_eq!(told(&fleet, &operation(scale(14), 10)), expected);
    let expected = "failed: AWS shows the old count, 10: somebody may have set it back";
    assert_eq!(told(&fleet, &operation(scale(14), 31)), expected);
}

#[test]
fn a_newer_change_of_ours_takes_over() {
    let fleet = fleet(|service| service.desired = 12);
    assert_eq!(told_with(&fleet, &operation(scale(14), 60), Some(2)), "replaced: by operation 2");
    let mut operations = Operations::default();
    let mut begin = |change: Change| {
        let action = operation(change, 0).action;
        let id = operations.begin(action, now());
        operations.get_mut(&id).unwrap().pass(now(), &Passage::Accepted(Acceptance::default()));
        id
    };
    let (first, _) = (begin(scale(14)), begin(scale(12)));
    let (second, _) = (begin(redeploy()), begin(deploy(false)));
    let expected = [(first, 2), (second, 4)].into_iter().collect();
    assert_eq!(operations.replacements(), expected);
}

#[test]
fn a_task_that_nobody_looked_for_is_not_gone() {
    let mut fleet = fleet(|_| {});
    let change = stop("ff", true);
    let Change::StopTask { cluster, task, .. } = change.clone() else { unreachable!() };
    let operation = operation(change, 60);
    assert_eq!(told(&fleet, &operation), "waiting: accepted by AWS; waiting for the next look");
    answer(&mut fleet, Subject::Task(cluster, task));
    assert!(told(&fleet, &operation).starts_with("done: task ff00"), "{}", told(&fleet, &operation));
}

/// What may never have left has a minute to show itself.
#[test]
fn without_a_recorded_answer_what_comes_later_is_not_ours() {
    let unanswered = || Acceptance { unanswered: true, ..Acceptance::default() };
    let nothing = "failed: no answer is recorded, and AWS shows nothing of it";
    let mut fleet = fleet(|_| {});
    let later = deployment("cart-api", "D1", (76, 77), DeploymentStatus::InProgress, 10);
    learn(&mut fleet, vec![later]);
    assert_eq!(told(&fleet, &accepted(redeploy(), 15 * 60, unanswered())), nothing);
    let ours = told(&fleet, &accepted(redeploy(), 10 * 60 + 30, unanswered()));
    assert_eq!(ours, "waiting: 3 of 6 new run, 3 old left");
    assert_eq!(told(&fleet, &accepted(scale(14), 90, unanswered())), nothing);
    let task = fixture::task(CART, "a1");
    let stop = Change::StopTask {
        cluster: cluster_id("payments"),
        service: Some(service_id(CART)),
        task: task.id.clone(),
    };
    let fleet = fleet_with(|_| {}, vec![task]);
    assert_eq!(told(&fleet, &accepted(stop, 90, unanswered())), nothing);
}
