//! Stories of commands without a screen: what is typed, what is sent, what is said, and the exit status.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use fargate_top::headless::change::{Terms, Wish, change};
use fargate_top::headless::deployments::{Wanted, deployments};
use fargate_top::headless::ops::ops;
use fargate_top::headless::voice::Exit;
use fargate_top::journal::Kind;
use fargate_top::simulation::{Fault, FaultEffect};
use serde_json::{Value, json};

use crate::support::command::{Desk, Heard, wait, yes};
use crate::support::fixture::now;
use crate::support::story::Story;

fn scale(service: &str, count: &str) -> Wish {
    Wish::Scale { service: service.to_owned(), count: count.to_owned() }
}

fn redeploy(service: &str) -> Wish {
    Wish::Redeploy { service: service.to_owned() }
}

fn roll_back(service: &str) -> Wish {
    Wish::RollBack { service: service.to_owned(), to: None }
}

#[tokio::test(start_paused = true)]
async fn a_service_is_scaled_and_watched_to_its_end() {
    let desk = Desk::open("incident");
    let (exit, heard) = desk.run(scale("payments/tax-api", "+2"), wait("tax-api")).await;
    assert_eq!(exit, Exit::Done, "{heard:?}");
    let sent = desk.sent();
    assert!(sent.len() == 1 && sent[0].contains("\"desiredCount\":5"), "{sent:?}");
    assert!(heard.said[0].starts_with("requested: scale tax-api to 5 (operation "), "{heard:?}");
    assert!(heard.said.last().unwrap().ends_with("done: 5 of 5 run"), "{heard:?}");
    assert_eq!(desk.kinds(), [Kind::Attempt, Kind::Accepted, Kind::Done]);
    // For programs each state is told once.
    let (_, heard) = desk.run(scale("tax-api", "6"), Terms { json: true, ..wait("tax-api") }).await;
    let states: Vec<Value> = heard.said.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = states.iter().map(|state| (&state["state"], &state["sentence"])).collect();
    assert!(told.windows(2).all(|pair| pair[0] != pair[1]), "{told:?}");
    assert_eq!(states.last().unwrap()["sentence"], "6 of 6 run");
    desk.sent();
    // The same count again is no change.
    let (exit, heard) = desk.run(scale("tax-api", "6"), wait("tax-api")).await;
    assert_eq!((exit, desk.sent()), (Exit::Done, Vec::new()));
    assert!(heard.said[0].starts_with("nothing to do: tax-api has desired 6 already"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn without_the_word_the_preview_is_printed_and_nothing_is_sent() {
    let desk = Desk::open("incident");
    let typed: Vec<String> = ["scale", "cart-api", "12"].map(str::to_owned).into();
    for (terms, exit, expected) in [
        (Terms::default(), Exit::NotSent, "it was not confirmed"),
        (yes("cart"), Exit::NotSent, "`cart` is not the name of the service"),
        (Terms { dry_run: true, ..yes("cart-api") }, Exit::Done, "dry run: nothing was sent"),
    ] {
        let (ended, heard) = desk.run(scale("cart-api", "12"), Terms { typed: typed.clone(), ..terms }).await;
        assert_eq!((ended, desk.sent()), (exit, Vec::new()), "{heard:?}");
        let shown = heard.said[0].as_str();
        for part in [
            "above autoscaling max 10",
            "aws ecs update-service --cluster payments --service cart-api",
            "you",
        ] {
            assert!(shown.contains(part), "{shown}");
        }
        let told = [heard.said, heard.complaints].concat();
        let last = told.last().unwrap();
        assert!(last.contains(expected), "{last}");
        assert!(last.ends_with("fargate-top scale cart-api 12 --yes cart-api"), "{last}");
    }
    assert_eq!(desk.kinds(), []);
    let terms = Terms { json: true, ..Terms::default() };
    let (_, heard) = desk.run(scale("cart-api", "12"), terms).await;
    let preview: Value = serde_json::from_str(&heard.said[0]).unwrap();
    assert_eq!((preview["confirm"].as_str(), preview["risk"].as_str()), (Some("cart-api"), Some("low")));
}

#[tokio::test(start_paused = true)]
async fn names_are_looked_up_and_mistakes_are_sentences() {
    let desk = Desk::open("incident");
    for (wish, expected) in [
        (scale("tax-apy", "4"), "there is no service `tax-apy`; did you mean `payments/tax-api`?"),
        (scale("paiments/tax-api", "4"), "there is no cluster `paiments`; did you mean `payments`?"),
        (scale("web/tax-api", "4"), "there is no service `tax-api` in cluster web"),
        (scale("tax-api", "many"), "`many` is not a number of tasks"),
        (scale("tax-api", "-9"), "tax-api has only 3"),
        (
            scale("arn:aws:ecs:eu-west-2:123456789012:service/payments/tax-api", "4"),
            "pass --region eu-west-2",
        ),
        (
            scale("arn:aws:ecs:eu-west-1:123456789012:service/payments/taxi", "4"),
            "there is no service payments/taxi",
        ),
        (Wish::Stop { tasks: vec!["abc".to_owned()] }, "`abc` is too short for a task"),
        (Wish::Stop { tasks: vec!["zzzz".to_owned()] }, "there is no running task `zzzz`"),
    ] {
        let (exit, heard) = desk.run(wish.clone(), yes("tax-api")).await;
        assert_eq!(exit, Exit::NotStarted, "{wish:?} {heard:?}");
        assert!(heard.complaints[0].contains(expected), "{wish:?} {heard:?}");
    }
    assert_eq!(desk.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_guarded_scope_needs_the_unlock_and_read_only_needs_nothing() {
    let mut desk = Desk::guarded("incident");
    let wish = || scale("tax-api", "4");
    let (exit, heard) = desk.run(wish(), yes("tax-api")).await;
    assert_eq!(exit, Exit::NotSent);
    let told = &heard.complaints[0];
    assert!(told.contains("guarded: profile acme-prod matches *prod*"), "{told}");
    assert!(told.ends_with("--unlock acme-prod --yes tax-api"), "{told}");
    let unlock = |word: &str| Terms { unlock: Some(word.to_owned()), ..yes("tax-api") };
    let (exit, heard) = desk.run(wish(), unlock("acme")).await;
    assert!(exit == Exit::NotSent && heard.complaints[0].contains("does not unlock"), "{heard:?}");
    assert_eq!(desk.sent(), Vec::<String>::new());
    let (exit, heard) = desk.run(wish(), unlock("9012")).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Done, 1), "{heard:?}");
    desk.settings.read_only = true;
    let (exit, heard) = desk.run(scale("tax-api", "5"), unlock("acme-prod")).await;
    assert_eq!((exit, desk.sent()), (Exit::NotSent, Vec::new()));
    assert!(heard.complaints[0].contains("read-only"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn tasks_are_stopped_by_the_first_characters_of_their_ids() {
    let desk = Desk::open("incident");
    let mut story = desk.story().await;
    story.pass(5.0).await;
    let fleet = Arc::clone(&story.model().fleet);
    let cluster = fleet.cluster_named("payments").unwrap().id.clone();
    let tasks: Vec<String> =
        fleet.tasks_of(&cluster, "cart-api").map(|known| known.task.id.name().to_owned()).collect();
    drop(story);
    desk.simulation.forget_calls();
    let wish =
        Wish::Stop { tasks: vec![tasks[0].chars().take(8).collect(), format!("payments/{}", tasks[1])] };
    let (exit, heard) = desk.run(wish.clone(), yes("cart-api")).await;
    assert!(exit == Exit::NotSent && heard.complaints[0].contains("--yes 2"), "{heard:?}");
    let terms = Terms { reason: Some("leaking".to_owned()), ..wait("2") };
    let (exit, heard) = desk.run(wish, terms).await;
    assert_eq!(exit, Exit::Done, "{heard:?}");
    let sent = desk.sent();
    assert!(
        sent.len() == 2 && sent.iter().all(|call| call.contains("ana via fargate-top: leaking")),
        "{sent:?}"
    );
    assert_eq!(heard.said.iter().filter(|line| line.contains("done: stopped, ")).count(), 2, "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stuck_deployment_is_rolled_back_and_that_is_done() {
    let desk = Desk::open("incident");
    let (exit, heard) = desk.run(roll_back("core/auth-api"), wait("auth-api")).await;
    assert_eq!(exit, Exit::Done, "{heard:?}");
    let sent = desk.sent();
    assert!(sent.len() == 1 && sent[0].starts_with("StopServiceDeployment"), "{sent:?}");
    assert!(heard.said.last().unwrap().contains("done: rolled back"), "{heard:?}");
    // It was rolled back; the way back of the steady service is a revision that ran before.
    let wish = Wish::RollBack { service: "auth-api".to_owned(), to: Some("5".to_owned()) };
    let (exit, heard) = desk.run(wish, wait("auth-api")).await;
    assert!(exit == Exit::NotStarted && heard.complaints[0].contains("these ran before: "), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_fails_is_a_failure() {
    let desk = Desk::open("incident");
    let create = json!({"cluster": "payments", "serviceName": "new", "taskDefinition": "tax-api:21", "desiredCount": 2});
    desk.simulation.act(now().timestamp_millis(), "ecs", "CreateService", create).unwrap();
    // The first deployment of a service has nothing to go back to.
    let (exit, heard) = desk.run(roll_back("payments/new"), wait("new")).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Failed, 1), "{heard:?}");
    assert!(
        heard.said.last().unwrap().contains("failed: the rollback failed: No rollback candidate"),
        "{heard:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_finishes_before_its_rollback_is_a_failure() {
    let body = json!({"cluster": "payments", "service": "tax-api", "forceNewDeployment": true});
    let start = now().timestamp_millis();
    let began = |desk: &Desk| desk.simulation.act(start, "ecs", "UpdateService", body.clone()).unwrap();
    let rehearsal = Desk::open("incident");
    began(&rehearsal);
    let service = json!({"cluster": "payments", "service": "tax-api"});
    let is_over = |second: &i64| {
        let at = start + second * 1_000;
        let listed = rehearsal.simulation.act(at, "ecs", "ListServiceDeployments", service.clone()).unwrap();
        listed["serviceDeployments"][0]["status"] == "SUCCESSFUL"
    };
    let over = (1..600).find(is_over).unwrap();

    let desk = Desk::open("incident");
    began(&desk);
    let mut story = desk.story().await;
    story.pass(f64::from(u32::try_from(over - 1).unwrap()) + 0.5).await;
    let Story { session, ask, .. } = story;
    let mut heard = Heard::default();
    let (wish, terms) = (roll_back("tax-api"), wait("tax-api"));
    let exit = change(session, &ask, &wish, &terms, &mut heard, std::future::pending()).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Failed, 1), "{heard:?}");
    assert!(heard.said.last().unwrap().contains("the deployment finished first"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_redeployment_that_is_rolled_back_is_a_failure() {
    let desk = Desk::open("incident");
    let undo = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        let (exit, heard) = desk.run(roll_back("tax-api"), wait("tax-api")).await;
        assert_eq!(exit, Exit::Done, "{heard:?}");
        std::future::pending::<()>().await;
    };
    let (exit, heard) = desk.run_until(redeploy("tax-api"), wait("tax-api"), Box::pin(undo)).await;
    assert_eq!(exit, Exit::Failed, "{heard:?}");
    assert!(heard.said.last().unwrap().contains("failed: rolled back"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn what_changed_meanwhile_is_told_and_nothing_is_sent() {
    let desk = Desk::open("incident");
    // Who one is comes late, so that somebody else comes between the two looks at the service.
    desk.simulation.inject(Fault::new(FaultEffect::Latency(2_000)).of("GetCallerIdentity"));
    let other = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let body = json!({"cluster": "payments", "service": "tax-api", "desiredCount": 9});
        desk.simulation.act(now().timestamp_millis() + 1_000, "ecs", "UpdateService", body).unwrap();
    };
    let ((exit, heard), ()) = tokio::join!(desk.run(scale("tax-api", "4"), yes("tax-api")), other);
    assert_eq!((exit, desk.sent()), (Exit::NotSent, Vec::new()), "{heard:?}");
    assert!(heard.complaints[0].ends_with("nothing was sent: desired 3 > 9"), "{heard:?}");
    assert_eq!(desk.kinds(), [Kind::Drifted]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_names_the_permission() {
    let desk = Desk::open("incident");
    desk.simulation.inject(Fault::new(FaultEffect::Deny).of("UpdateService"));
    let (exit, heard) = desk.run(scale("tax-api", "4"), wait("tax-api")).await;
    assert_eq!(exit, Exit::Failed);
    assert!(heard.complaints[0].contains("the permission ecs:UpdateService is missing"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn while_every_look_is_throttled_a_rollback_is_sent_when_the_person_says_so() {
    let desk = Desk::open("incident");
    let mut story = desk.story().await;
    story.pass(5.0).await;
    let fleet = Arc::clone(&story.model().fleet);
    let service = fleet.services().find(|known| &*known.service.name == "auth-api").unwrap();
    let service = service.service.id.clone();
    story.go_to("auth-api").await.press("enter").pass(5.0).await;
    let running = story.model().fleet.deployments(&service).unwrap();
    let running = running.iter().find(|known| !known.status.is_final()).unwrap().id.as_str().to_owned();
    drop(story);
    for operation in [
        "DescribeServices",
        "DescribeServiceDeployments",
        "ListServiceDeployments",
        "DescribeTasks",
        "ListTasks",
    ] {
        desk.simulation.inject(Fault::new(FaultEffect::Throttle).of(operation));
    }
    desk.simulation.forget_calls();
    let (exit, heard) = desk.run(roll_back("auth-api"), yes("auth-api")).await;
    assert!(exit == Exit::NotSent && heard.complaints[0].contains("could not look at"), "{heard:?}");
    let (exit, heard) = desk.run(roll_back(&running), yes("auth-api")).await;
    assert!(exit == Exit::NotSent && heard.complaints[0].contains("--unchecked sends it"), "{heard:?}");
    assert_eq!(desk.sent(), Vec::<String>::new());
    let (exit, heard) = desk.run(roll_back(&running), Terms { unchecked: true, ..yes("auth-api") }).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Done, 1), "{heard:?}");
    // It is for ways back that cannot be mistaken.
    desk.simulation.clear_all();
    let (exit, heard) = desk.run(scale("tax-api", "4"), Terms { unchecked: true, ..yes("tax-api") }).await;
    assert!(exit == Exit::NotStarted && heard.complaints[0].starts_with("--unchecked is for"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn where_the_journal_cannot_be_written_only_ways_back_leave() {
    let desk = Desk::open("incident");
    fs::write(desk.folder.path().join("journal"), "a file where the folder should be").unwrap();
    let (exit, heard) = desk.run(scale("tax-api", "4"), yes("tax-api")).await;
    assert!(exit == Exit::NotSent && !heard.complaints[0].contains("--unjournalled"), "{heard:?}");
    let (exit, heard) = desk.run(roll_back("auth-api"), yes("auth-api")).await;
    assert!(exit == Exit::NotSent && heard.complaints[0].contains("--unjournalled sends it"), "{heard:?}");
    assert_eq!(desk.sent(), Vec::<String>::new());
    let (exit, heard) =
        desk.run(roll_back("auth-api"), Terms { unjournalled: true, ..yes("auth-api") }).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Done, 1), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_is_told_that_it_goes_on() {
    let desk = Desk::open("incident");
    let soon = tokio::time::sleep(Duration::from_secs(8));
    let (exit, heard) = desk.run_until(scale("tax-api", "4"), wait("tax-api"), soon).await;
    assert!(exit == Exit::Unclear && heard.complaints[0].contains("it goes on at AWS"), "{heard:?}");
    let terms = Terms { wait: Some(Duration::from_secs(5)), ..yes("tax-api") };
    let (exit, heard) = desk.run(scale("tax-api", "6"), terms).await;
    assert!(
        exit == Exit::Unclear && heard.complaints[0].starts_with("gave up waiting after 5s"),
        "{heard:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn open_operations_are_looked_at_once() {
    let desk = Desk::open("incident");
    assert_eq!(desk.run(scale("tax-api", "4"), yes("tax-api")).await.0, Exit::Done);
    let mut heard = Heard::default();
    let story = desk.story().await;
    assert_eq!(ops(story.session, desk.folder.path(), None, true, &mut heard).await, Exit::Done);
    let list: Value = serde_json::from_str(&heard.said[0]).unwrap();
    assert_eq!(
        (list[0]["state"].as_str(), list[0]["open"].as_bool()),
        (Some("settling"), Some(true)),
        "{list}"
    );
    let mut story = desk.story().await;
    // Half a minute later it is over.
    story.pass(60.0).await;
    let mut heard = Heard::default();
    assert_eq!(ops(story.session, desk.folder.path(), None, false, &mut heard).await, Exit::Done);
    let told = &heard.said[0];
    assert!(told.contains("scale desired 3 > 4  payments/tax-api  done after "), "{told}");
}

#[tokio::test(start_paused = true)]
async fn one_look_does_not_take_what_it_has_not_seen_for_the_end() {
    let desk = Desk::open("incident");
    assert_eq!(desk.run(redeploy("tax-api"), yes("tax-api")).await.0, Exit::Done);
    let mut story = desk.story().await;
    story.pass(5.0).await;
    let fleet = Arc::clone(&story.model().fleet);
    let cluster = fleet.cluster_named("payments").unwrap().id.clone();
    let task = fleet.tasks_of(&cluster, "cart-api").next().unwrap().task.id.name().to_owned();
    drop(story);
    assert_eq!(desk.run(Wish::Stop { tasks: vec![task] }, yes("cart-api")).await.0, Exit::Done);
    let mut heard = Heard::default();
    // Long before the new tasks have proved themselves, and before the old one has ended.
    let story = desk.story().await;
    ops(story.session, desk.folder.path(), None, true, &mut heard).await;
    let list: Value = serde_json::from_str(&heard.said[0]).unwrap();
    let states: Vec<_> = list.as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["settling", "settling"], "{list}");
}

#[tokio::test(start_paused = true)]
async fn deployments_are_listed_with_what_they_deploy() {
    let desk = Desk::open("incident");
    let Story { session, ask, .. } = desk.story().await;
    let mut heard = Heard::default();
    let wanted = Wanted { service: "core/auth-api".to_owned(), ..Wanted::default() };
    assert_eq!(deployments(session, &ask, &wanted, &mut heard).await, Exit::Done, "{heard:?}");
    assert!(heard.said[0].contains("auth-api:88@") && heard.said[0].contains("in progress"), "{heard:?}");
    let Story { session, ask, .. } = desk.story().await;
    let mut heard = Heard::default();
    let wanted = Wanted { json: true, ..wanted };
    deployments(session, &ask, &wanted, &mut heard).await;
    let list: Value = serde_json::from_str(&heard.said[0]).unwrap();
    assert!(list[0]["target"]["definition"].as_str().unwrap().ends_with("auth-api:89"), "{list}");
}
