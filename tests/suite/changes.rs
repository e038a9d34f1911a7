//! Stories of changes: a key, a dialog, the gate, the request, and what AWS shows in the end.

use std::fs;
use std::sync::Arc;

use fargate_top::app::action::dialog::Stage;
use fargate_top::app::action::gate::Passage;
use fargate_top::app::action::operation::{Operation, State};
use fargate_top::app::model::Overlay;
use fargate_top::app::protection::{Protection, Rules};
use fargate_top::app::settings::Settings;
use fargate_top::fleet::verdict::Severity;
use fargate_top::journal::{Kind, read, trails};
use fargate_top::simulation::{Fault, FaultEffect, Simulation};
use proptest::prelude::*;
use serde_json::json;

use crate::support::fixture::now;
use crate::support::story::Story;

/// Settings in which nothing is guarded, whatever the profile is called.
fn open() -> Settings {
    let protection = Protection { guarded: Rules::default(), locked: Rules::default() };
    Settings { protection, ..Settings::default() }
}

fn simulation(story: &str) -> Simulation {
    Simulation::story(story, now().timestamp_millis()).unwrap()
}

async fn begin(story: &str) -> Story {
    let mut story = Story::of(simulation(story), open()).await;
    story.pass(5.0).await;
    story.calls();
    story
}

/// The requests since the last look that change something.
fn changes(story: &mut Story) -> Vec<String> {
    let changing = ["Update", "Stop", "Register", "Create", "Delete", "Put", "Continue"];
    let calls = story.calls().into_iter();
    let calls = calls.filter(|call| changing.iter().any(|verb| call.operation.starts_with(verb)));
    calls.map(|call| format!("{} {}", call.operation, call.body)).collect()
}

fn newest(story: &Story) -> &Operation {
    story.model().operations.iter().next_back().expect("an operation")
}

fn answer(story: &Story) -> &Passage {
    match &story.model().overlay {
        Some(Overlay::Dialog(dialog)) => match &dialog.stage {
            Stage::Answered { passage, .. } => passage,
            stage => panic!("{stage:?}"),
        },
        other => panic!("no dialog: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_is_scaled_up_and_watched_until_its_tasks_run() {
    let mut story = begin("incident").await;
    story.go_to("tax-api").await.slowly("s").await;
    assert!(
        matches!(story.model().overlay, Some(Overlay::Dialog(_))),
        "{:?}",
        story.model().notices.current(story.now())
    );
    let before =
        story.model().fleet.services().find(|s| &*s.service.name == "tax-api").unwrap().service.desired;
    story.slowly("up up enter enter S").await;
    let sent = changes(&mut story);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(
        sent[0].starts_with("UpdateService") && sent[0].contains(&format!("\"desiredCount\":{}", before + 2)),
        "{sent:?}"
    );
    assert!(!sent[0].contains("taskDefinition") && !sent[0].contains("forceNewDeployment"), "{sent:?}");
    assert!(matches!(newest(&story).state, State::Settling(_)), "{:?}", newest(&story));
    story.pass(180.0).await;
    assert_eq!(newest(&story).state, State::Done(format!("{0} of {0} run", before + 2)));
    let contents = read(story.folder.path(), None);
    let kinds: Vec<Kind> = contents.entries().map(|entry| entry.kind.clone()).collect();
    assert_eq!(kinds, [Kind::Attempt, Kind::Accepted, Kind::Done]);
}

#[tokio::test(start_paused = true)]
async fn nothing_but_the_letter_after_a_silence_confirms() {
    let mut story = begin("incident").await;
    story.go_to("tax-api").await;
    // Typed before the dialog was painted, and right after.
    story.press("s S").press("S");
    story.pass(0.2).await;
    story.press("S").pass(1.0).await;
    assert_eq!(changes(&mut story), Vec::<String>::new());
    story.slowly("up enter enter").await;
    // The wrong letters, and the right one held down.
    for keys in ["s", "R", "B", "D", "y", "SSSSSSSS"] {
        if keys == "SSSSSSSS" {
            story.press("x");
        }
        story.press(keys).pass(0.3).await;
    }
    story.pass(2.0).await;
    assert_eq!(changes(&mut story), Vec::<String>::new());
    // Enter, held down, closes without a change.
    story.press("enter enter enter enter").pass(2.0).await;
    assert_eq!(changes(&mut story), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn somebody_else_changed_the_count_meanwhile() {
    let mut story = begin("incident").await;
    story.go_to("tax-api").await.slowly("s up up enter enter").await;
    let body = json!({"cluster": "payments", "service": "tax-api", "desiredCount": 9});
    story.simulation.act(story.millis(), "ecs", "UpdateService", body).unwrap();
    story.press("S").pass(1.0).await;
    assert_eq!(changes(&mut story), Vec::<String>::new());
    let Passage::Drifted(differences) = answer(&story) else { panic!("{:?}", answer(&story)) };
    assert_eq!(
        differences.iter().map(|d| (d.aspect.name(), d.now.as_str())).collect::<Vec<_>>(),
        [("desired", "9")]
    );
    assert_eq!(
        read(story.folder.path(), None).entries().map(|e| e.kind.clone()).collect::<Vec<_>>(),
        [Kind::Drifted]
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_names_the_permission_and_the_request() {
    let mut story = begin("incident").await;
    story.simulation.inject(Fault::new(FaultEffect::Deny).of("UpdateService"));
    story.go_to("tax-api").await.slowly("s up enter enter S").await;
    let Passage::Rejected(failure) = answer(&story) else { panic!("{:?}", answer(&story)) };
    let told = fargate_top::app::action::gate::refusal(failure);
    assert!(told.contains("ecs:UpdateService") && told.contains("(request "), "{told}");
    assert!(matches!(&newest(&story).state, State::Failed(text) if text.contains("ecs:UpdateService")));
}

#[tokio::test(start_paused = true)]
async fn above_the_maximum_it_is_pulled_back_and_the_operation_says_so() {
    let mut story = begin("incident").await;
    story.go_to("cart-api").await.slowly("s 1 4 enter enter S").await;
    assert_eq!(changes(&mut story).len(), 1);
    story.pass(120.0).await;
    assert_eq!(newest(&story).state, State::Done("14 of 14 run".to_owned()));
    story.press("enter").pass(1500.0).await;
    let after = newest(&story).after.clone().unwrap_or_default();
    assert!(after.contains("autoscaling set desired to 10"), "{after} {:?}", newest(&story));
}

#[tokio::test(start_paused = true)]
async fn a_stuck_deployment_is_rolled_back() {
    let mut story = begin("incident").await;
    story.go_to("auth-api").await.press("enter").pass(3.0).await;
    story.slowly("ctrl-l B").await;
    let sent = changes(&mut story);
    assert!(sent.len() == 1 && sent[0].starts_with("StopServiceDeployment"), "{sent:?}");
    story.pass(300.0).await;
    assert!(
        matches!(&newest(&story).state, State::Done(text) if text.starts_with("rolled back")),
        "{:?}",
        newest(&story)
    );
}

#[tokio::test(start_paused = true)]
async fn while_every_look_is_throttled_a_rollback_is_sent_when_the_person_says_so() {
    let mut story = begin("incident").await;
    story.go_to("auth-api").await.press("enter").pass(3.0).await;
    story.slowly("ctrl-l").await;
    for operation in
        ["DescribeServices", "DescribeServiceDeployments", "ListServiceDeployments", "DescribeTasks"]
    {
        story.simulation.inject(Fault::new(FaultEffect::Throttle).of(operation));
    }
    story.press("B").pass(20.0).await;
    assert!(matches!(answer(&story), Passage::NotChecked(_)), "{:?}", answer(&story));
    assert_eq!(changes(&mut story), Vec::<String>::new());
    story.press("A").pass(2.0).await;
    let sent = changes(&mut story);
    assert!(sent.len() == 1 && sent[0].starts_with("StopServiceDeployment"), "{sent:?}");
    let contents = read(story.folder.path(), None);
    assert!(contents.entries().any(|entry| entry.kind == Kind::Attempt && !entry.checked));
}

#[tokio::test(start_paused = true)]
async fn tasks_that_run_and_exit_fail_the_operation_although_no_breaker_trips() {
    let mut story = begin("incident").await;
    // Its newest revision lost a variable: each task runs for eleven seconds and exits.
    story.go_to("checkout-api").await.slowly("r R").await;
    assert_eq!(changes(&mut story).len(), 1, "{:?}", story.model().notices.current(story.now()));
    story.press("enter").pass(600.0).await;
    let State::Failed(why) = &newest(&story).state else { panic!("{:?}", newest(&story)) };
    assert!(why.contains("new tasks died") && why.contains("exit 1"), "{why}");
    let verdict = story.verdict("checkout-api").unwrap();
    assert!(verdict.severity == Severity::Fail && verdict.why.contains("exited 1"), "{verdict:?}");
}

#[tokio::test(start_paused = true)]
async fn tasks_that_never_run_trip_the_breaker_and_the_operation_says_so() {
    let mut story = begin("incident").await;
    // Its newest revision asks for a secret that does not exist: no task of it ever reaches RUNNING.
    let body = json!({
        "cluster": "core",
        "service": "report-builder",
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": true, "rollback": false}},
    });
    story.simulation.act(story.millis(), "ecs", "UpdateService", body).unwrap();
    story.pass(10.0).await;
    story.go_to("report-builder").await.slowly("r R").await;
    assert_eq!(changes(&mut story).len(), 1, "{:?}", story.model().notices.current(story.now()));
    story.press("enter").pass(1200.0).await;
    let State::Failed(why) = &newest(&story).state else { panic!("{:?}", newest(&story)) };
    assert!(why.contains("circuit breaker") || why.contains("new tasks died"), "{why}");
    let known = story.model().fleet.deployments(newest(&story).service().unwrap()).unwrap();
    let breaker = known.first().and_then(|deployment| deployment.breaker.as_ref()).unwrap();
    assert_eq!(&*breaker.status, "TRIGGERED", "{breaker:?}");
}

#[tokio::test(start_paused = true)]
async fn a_task_is_stopped_with_its_reason() {
    let mut story = begin("incident").await;
    story.go_to("cart-api").await.press("enter").pass(2.0).await;
    story.slowly("ctrl-d tab").await;
    story.press("leaking").slowly("enter D").await;
    let sent = changes(&mut story);
    assert!(
        sent.len() == 1
            && sent[0].starts_with("StopTask")
            && sent[0].contains("ana via fargate-top: leaking"),
        "{sent:?}"
    );
    story.pass(180.0).await;
    assert!(
        matches!(&newest(&story).state, State::Done(text) if text.starts_with("stopped, ")),
        "{:?}",
        newest(&story)
    );
}

#[tokio::test(start_paused = true)]
async fn a_guarded_scope_is_unlocked_for_a_while() {
    let mut story = Story::of(simulation("incident"), Settings::default()).await;
    story.pass(5.0).await;
    story.calls();
    story.go_to("tax-api").await.slowly("s up enter enter S").await;
    assert_eq!(changes(&mut story), Vec::<String>::new());
    story.slowly("esc ctrl-x tab").await;
    story.press("acme-prod").slowly("enter U").await;
    story.slowly("s up enter enter S").await;
    assert_eq!(changes(&mut story).len(), 1);
    // A quarter of an hour later it is guarded again.
    story.pass(16.0 * 60.0).await;
    story.slowly("s up enter enter S").await;
    assert_eq!(changes(&mut story), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn where_the_journal_cannot_be_written_only_ways_back_leave() {
    let mut story = begin("incident").await;
    let journal = story.folder.path().join("journal");
    fs::write(&journal, "a file where the folder should be").unwrap();
    story.go_to("tax-api").await.slowly("s up enter enter S").await;
    assert!(matches!(answer(&story), Passage::NotJournalled(_)), "{:?}", answer(&story));
    story.slowly("A").await;
    assert_eq!(changes(&mut story), Vec::<String>::new());
    story.slowly("esc esc").await;
    story.go_to("auth-api").await.press("enter").pass(3.0).await;
    story.slowly("ctrl-l B").await;
    assert!(matches!(answer(&story), Passage::NotJournalled(_)), "{:?}", answer(&story));
    story.slowly("A").await;
    assert_eq!(changes(&mut story).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_session_goes_on_watching() {
    let mut story = begin("incident").await;
    story.go_to("tax-api").await.slowly("s up enter enter S").await;
    assert!(newest(&story).state.is_open());
    let (simulation, folder) = (story.simulation.clone(), Arc::clone(&story.folder));
    drop(story);
    let mut story = Story::in_folder(simulation, open(), folder).await;
    assert_eq!(story.model().operations.open().count(), 1);
    assert!(newest(&story).resumed);
    story.pass(180.0).await;
    assert!(matches!(newest(&story).state, State::Done(_)), "{:?}", newest(&story));
    let contents = read(story.folder.path(), None);
    let all = trails(contents.entries());
    assert_eq!(all.len(), 1);
    assert!(all.iter().all(|trail| trail.telling().kind == Kind::Done));
}

#[tokio::test(start_paused = true)]
async fn the_rollout_that_a_deployment_began_is_remembered() {
    let mut story = begin("incident").await;
    story.go_to("tax-api").await.slowly("r R").await;
    let rollout = |story: &Story| newest(story).accepted.as_ref().and_then(|(_, it)| it.rollout.clone());
    let begun = rollout(&story).expect("the answer names it");
    story.pass(5.0).await;
    let service = newest(&story).service().unwrap().clone();
    let primary = story.model().fleet.service(&service).unwrap().primary().unwrap().clone();
    assert_eq!((&begun.id, begun.created), (&primary.id, primary.created));
    let (simulation, folder) = (story.simulation.clone(), Arc::clone(&story.folder));
    drop(story);
    let story = Story::in_folder(simulation, open(), folder).await;
    assert_eq!(rollout(&story), Some(begun));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_without_a_recorded_answer_may_never_have_left() {
    let mut story = begin("incident").await;
    story.go_to("tax-api").await.slowly("s up enter enter S").await;
    let (simulation, folder) = (story.simulation.clone(), Arc::clone(&story.folder));
    drop(story);
    // The machine stopped right after the first line.
    for file in fs::read_dir(folder.path().join("journal")).unwrap() {
        let path = file.unwrap().path();
        if let Some(first) = fs::read_to_string(&path).unwrap().lines().next() {
            fs::write(&path, format!("{first}\n")).unwrap();
        }
    }
    let story = Story::in_folder(simulation, open(), folder).await;
    let (_, acceptance) = newest(&story).accepted.as_ref().unwrap();
    assert!(acceptance.unanswered && newest(&story).resumed);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_for_and_repeated_only_when_nothing_was_done() {
    let mut story = begin("incident").await;
    let fault = story.simulation.inject(Fault::new(FaultEffect::Drop).of("UpdateService"));
    story.go_to("tax-api").await.slowly("s up enter enter S").await;
    story.pass(5.0).await;
    // It was tried twice, each time with a look that showed nothing was done.
    assert_eq!(changes(&mut story).len(), 2);
    assert!(matches!(answer(&story), Passage::Rejected(_)), "{:?}", answer(&story));
    story.simulation.clear(fault);
}

/// Keys that a hand may hit, in any order; the word that unlocks is not among them.
const HANDS: &[&str] = &[
    "s",
    "r",
    "ctrl-d",
    "ctrl-l",
    "ctrl-x",
    "ctrl-o",
    "S",
    "R",
    "D",
    "B",
    "C",
    "L",
    "P",
    "U",
    "A",
    "enter",
    "enter",
    "esc",
    "tab",
    "up",
    "down",
    "1",
    "0",
    "+",
    "-",
    "y",
    "q",
    "j",
    "g",
    "space",
    "z",
    ": range enter",
    ": suspend enter",
    ": deploy enter",
    ": undo enter",
    "/ api enter",
];

/// Presses these keys with pauses in which each of them counts, and tells what was sent that changes anything.
fn sent_by(settings: &Settings, keys: &[(usize, bool)]) -> Vec<String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut story = Story::of(simulation("incident"), settings.clone()).await;
        story.pass(3.0).await;
        story.calls();
        for (key, slow) in keys {
            story.press(HANDS[*key]);
            if *slow {
                story.pass(0.6).await;
            }
        }
        story.pass(3.0).await;
        changes(&mut story)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, ..ProptestConfig::default() })]

    /// Read-only, guarded without an unlock, locked: not one request that changes anything leaves, whatever is pressed.
    #[test]
    fn a_closed_gate_lets_nothing_through(
        keys in proptest::collection::vec((0..HANDS.len(), proptest::bool::weighted(0.8)), 30..60),
        lock in 0..3_usize,
    ) {
        let locked = Rules { accounts: vec!["123456789012".to_owned()], ..Rules::default() };
        let settings = match lock {
            0 => Settings { read_only: true, ..open() },
            1 => Settings::default(),
            _ => Settings { protection: Protection { locked, ..open().protection }, ..Settings::default() },
        };
        prop_assert_eq!(sent_by(&settings, &keys), Vec::<String>::new());
    }
}

/// The same keys with an open gate do change something: the test above is not blind.
#[test]
fn an_open_gate_lets_these_keys_through() {
    let place = |key: &str| (HANDS.iter().position(|known| *known == key).unwrap(), true);
    let keys: Vec<(usize, bool)> = ["/ api enter", "s", "+", "1", "enter", "enter", "S"].map(place).to_vec();
    assert_eq!(sent_by(&open(), &keys).len(), 1);
    assert_eq!(sent_by(&Settings { read_only: true, ..open() }, &keys), Vec::<String>::new());
}
