//! The inbox, a yes, a no and waiting from a shell: what is sent, what is said, and the exit status.

use std::time::Duration;

use fargate_top::headless::approvals::approvals;
use fargate_top::headless::change::{Terms, Wish};
use fargate_top::headless::voice::Exit;
use fargate_top::headless::wait::{self as waiting, Until, Wanted};
use fargate_top::journal::Kind;
use fargate_top::simulation::{Disturbance, Fault, FaultEffect, Simulation};
use serde_json::{Value, json};

use super::scene::{CANARY, SHIFT, act, codedeploy, native, one, start};
use crate::support::command::{Desk, Heard, wait, yes};
use crate::support::story::Story;

fn approve(service: &str) -> Wish {
    Wish::Approve { service: service.to_owned() }
}

fn back(service: &str) -> Wish {
    Wish::RollBack { service: service.to_owned(), to: None }
}

fn told(heard: &Heard) -> String {
    heard.said.join("\n") + "\n" + &heard.complaints.join("\n")
}

async fn inbox(desk: &Desk, json: bool) -> (Exit, Heard) {
    let mut heard = Heard::default();
    let exit = approvals(desk.story().await.session, json, &mut heard).await;
    (exit, heard)
}

async fn until(desk: &Desk, until: Until, minutes: u64) -> (Exit, Heard) {
    let Story { session, ask, .. } = desk.story().await;
    let timeout = Duration::from_secs(minutes * 60);
    let wanted = Wanted { service: "shop/api".to_owned(), cluster: None, until, timeout, json: false };
    let mut heard = Heard::default();
    let exit = waiting::wait(session, &ask, &wanted, &mut heard, std::future::pending()).await;
    (exit, heard)
}

/// Does something so many seconds after the start, while a command runs.
async fn after(seconds: u64, deed: impl FnOnce(i64)) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    deed(start() + i64::try_from(seconds).unwrap() * 1_000);
}

fn continued(simulation: &Simulation, at: i64) {
    let all = act(simulation, at, "ListServiceDeployments", json!({"cluster": "shop", "service": "api"}));
    let arn = &all["serviceDeployments"][0]["serviceDeploymentArn"];
    let described =
        act(simulation, at, "DescribeServiceDeployments", json!({"serviceDeploymentArns": [arn]}));
    let hook = &described["serviceDeployments"][0]["lifecycleHookDetails"][0]["hookId"];
    let body = json!({"serviceDeploymentArn": arn, "hookId": hook, "action": "CONTINUE"});
    act(simulation, at, "ContinueServiceDeployment", body);
}

#[tokio::test(start_paused = true)]
async fn the_inbox_is_printed_for_people_and_for_programs() {
    let desk = Desk::open("silence");
    let (exit, heard) = inbox(&desk, false).await;
    assert_eq!(exit, Exit::Done, "{heard:?}");
    let lines: Vec<&str> = heard.said[0].lines().collect();
    assert!(lines[1].contains("search-api") && lines[1].contains("CONTINUES"), "{}", heard.said[0]);
    assert!(lines[2].contains("payout-api") && lines[2].contains("rolls back"), "{}", heard.said[0]);
    let (exit, heard) = inbox(&desk, true).await;
    let list: Value = serde_json::from_str(&heard.said[0]).unwrap();
    assert_eq!((exit, list.as_array().unwrap().len()), (Exit::Done, 2));
    let first = &list[0];
    assert!(first["service"].as_str().unwrap().ends_with("service/search/search-api"), "{first}");
    assert_eq!((&first["holds"], &first["hold"]["silence"]), (&json!(true), &json!("continues")));
    assert_eq!((&first["hold"]["moves"], &first["hold"]["answerable"]), (&json!([5.0]), &json!(true)));
    assert_eq!(first["hold"]["stage"], "PRE_PRODUCTION_TRAFFIC_SHIFT");
    assert!(first["hold"]["hook"].as_str().unwrap().starts_with("ecs-pause-"), "{first}");
    assert!(first["hold"]["deadline"].as_str().unwrap().starts_with("2026-11-21T14:2"), "{first}");

    let (exit, heard) = inbox(&Desk::open("calm"), false).await;
    assert_eq!((exit, heard.said.len()), (Exit::Done, 1));
    assert!(heard.said[0].starts_with("No blue/green deployment is in flight"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn an_inbox_that_could_not_be_looked_at_is_not_empty() {
    let desk = Desk::on(codedeploy(SHIFT));
    desk.simulation.inject(Fault::new(FaultEffect::Deny).of("BatchGetDeployments"));
    let (exit, heard) = inbox(&desk, true).await;
    assert_eq!(exit, Exit::NotStarted, "{heard:?}");
    assert!(!heard.complaints.is_empty());
}

#[tokio::test(start_paused = true)]
async fn nothing_but_the_right_word_is_a_yes() {
    for (simulation, word, operation) in [
        (native(CANARY), "10", "ContinueServiceDeployment"),
        (codedeploy(SHIFT), "100", "ContinueDeployment"),
    ] {
        let desk = Desk::on(simulation);
        let (exit, heard) = desk.run(approve("shop/api"), Terms::default()).await;
        assert_eq!(exit, Exit::NotSent, "{heard:?}");
        assert!(
            told(&heard).contains("evidence") && told(&heard).contains("it was not confirmed"),
            "{heard:?}"
        );
        for wrong in ["api", "yes", "50", if word == "10" { "100" } else { "10" }] {
            let (exit, heard) = desk.run(approve("shop/api"), yes(wrong)).await;
            assert_eq!(exit, Exit::NotSent, "{wrong} {heard:?}");
        }
        let (exit, heard) = desk.run(approve("api"), Terms { dry_run: true, ..yes(word) }).await;
        assert_eq!((exit, desk.sent()), (Exit::Done, Vec::new()), "{heard:?}");
        let (exit, heard) = desk.run(approve("api"), yes(word)).await;
        assert_eq!(exit, Exit::Done, "{heard:?}");
        let sent = desk.sent();
        assert!(sent.len() == 1 && sent[0].starts_with(operation), "{sent:?}");
        assert_eq!(desk.kinds(), [Kind::Attempt, Kind::Accepted]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_finding_needs_a_reason() {
    let desk = Desk::open("canary");
    let (exit, heard) = desk.run(approve("checkout-api"), yes("100")).await;
    assert_eq!((exit, desk.sent()), (Exit::NotSent, Vec::new()), "{heard:?}");
    assert!(told(&heard).contains("--reason"), "{}", told(&heard));
    let terms = Terms { reason: Some("known: INC-7".to_owned()), ..yes("100") };
    let (exit, heard) = desk.run(approve("checkout-api"), terms).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Done, 1), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn where_no_traffic_moves_the_name_is_the_word() {
    let desk = Desk::open("canary");
    let (exit, _) = desk.run(approve("invoice-worker"), yes("100")).await;
    assert_eq!((exit, desk.sent()), (Exit::NotSent, Vec::new()));
    let (exit, heard) = desk.run(approve("invoice-worker"), yes("invoice-worker")).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Done, 1), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_wait_cannot_be_approved() {
    for (desk, service, why) in [
        (Desk::open("canary"), "web-front", "nothing waits for approval"),
        (Desk::open("stuck"), "upload-api", "which no person can answer"),
        (Desk::open("blue-green"), "search-web", "nothing waits for approval"),
    ] {
        let (exit, heard) = desk.run(approve(service), yes("100")).await;
        assert_eq!((exit, desk.sent()), (Exit::NotSent, Vec::new()), "{heard:?}");
        assert!(told(&heard).contains(why), "{heard:?}");
    }
    let desk = Desk::open("canary");
    let (exit, heard) = desk.run(approve("chekout-api"), yes("100")).await;
    assert_eq!((exit, desk.sent()), (Exit::NotStarted, Vec::new()), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn who_was_slower_has_not_approved() {
    let desk = Desk::on(native(CANARY));
    // The figures come late, so that somebody else answers between the first look and the last one.
    desk.simulation.inject(Fault::new(FaultEffect::Latency(1_500)).of("GetMetricData"));
    let other = after(1, |at| continued(&desk.simulation, at));
    let ((exit, heard), ()) = tokio::join!(desk.run(approve("api"), wait("10")), other);
    assert_eq!((exit, desk.sent()), (Exit::NotSent, Vec::new()), "{heard:?}");
    assert!(told(&heard).contains("already answered by somebody else"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_yes_is_watched_to_its_end() {
    let desk = Desk::on(native(CANARY));
    let (exit, heard) = desk.run(approve("api"), wait("10")).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Done, 1), "{heard:?}");
    let desk = Desk::on(codedeploy(SHIFT));
    let (exit, heard) = desk.run(approve("api"), wait("100")).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Done, 1), "{heard:?}");
    assert!(told(&heard).contains("production 10% on green, 100% next"), "{heard:?}");
    assert!(told(&heard).contains("all production traffic is on green"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_yes_that_comes_to_nothing_is_a_failure() {
    let desk = Desk::on(codedeploy(SHIFT));
    let stop = after(40, |at| {
        let all = act(
            &desk.simulation,
            at,
            "ListDeployments",
            json!({"applicationName": "AppECS-shop-api",
            "deploymentGroupName": "DgpECS-shop-api"}),
        );
        let body = json!({"deploymentId": all["deployments"][0], "autoRollbackEnabled": true});
        act(&desk.simulation, at, "StopDeployment", body);
    });
    let ((exit, heard), ()) = tokio::join!(desk.run(approve("api"), wait("100")), stop);
    assert_eq!((exit, desk.sent().len()), (Exit::Failed, 1), "{heard:?}");

    let desk = Desk::on(native(CANARY));
    desk.simulation.inject(Fault::new(FaultEffect::Deny).of("ContinueServiceDeployment"));
    let (exit, heard) = desk.run(approve("api"), wait("10")).await;
    assert_eq!((exit, desk.sent().len()), (Exit::Failed, 1), "{heard:?}");
    assert!(told(&heard).contains("ecs:ContinueServiceDeployment is missing"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_no_is_watched_to_its_end() {
    for (simulation, operation) in
        [(native(CANARY), "ContinueServiceDeployment"), (codedeploy(SHIFT), "StopDeployment")]
    {
        let desk = Desk::on(simulation);
        let (exit, heard) = desk.run(back("api"), wait("api")).await;
        assert_eq!(exit, Exit::Done, "{heard:?}");
        let sent = desk.sent();
        assert!(sent.len() == 1 && sent[0].starts_with(operation), "{sent:?}");
        assert!(told(&heard).contains("rolled back"), "{heard:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hold_is_waited_for() {
    let (exit, heard) = until(&Desk::on(native(CANARY)), Until::Hold, 5).await;
    assert_eq!(exit, Exit::Done, "{heard:?}");
    assert!(told(&heard).contains("waits for a person: 0% > 10%"), "{heard:?}");
    // Twenty seconds after its start nothing waits yet.
    let young = CANARY.replace("step-bake", "since = \"20s\", step-bake");
    let desk = Desk::on(one(&format!("behaviour = \"rolling\", {young}")));
    let (exit, heard) = until(&desk, Until::Hold, 5).await;
    assert_eq!(exit, Exit::Done, "{heard:?}");
    assert!(heard.said.len() > 1, "{heard:?}");
    assert_eq!(desk.sent(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_hold_that_never_comes_is_lost() {
    let desk =
        Desk::on(one(&format!("behaviour = \"rolling\", since = \"20s\", alarms = [\"errors\"], {CANARY}")));
    let fails = after(10, |at| {
        let alarm = Disturbance::TurnAlarm { alarm: "errors".into(), state: "ALARM".into() };
        desk.simulation.disturb(at, alarm).unwrap();
    });
    let ((exit, heard), ()) = tokio::join!(until(&desk, Until::Hold, 10), fails);
    assert_eq!(exit, Exit::Failed, "{heard:?}");
    // Nothing is deployed at all.
    let (exit, heard) = until(&Desk::on(one("history = 1")), Until::Hold, 5).await;
    assert_eq!(exit, Exit::Failed, "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn stable_is_reached_through_a_hold() {
    let desk = Desk::on(native(&CANARY.replace("PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT")));
    let answer = after(30, |at| continued(&desk.simulation, at));
    let ((exit, heard), ()) = tokio::join!(until(&desk, Until::Stable, 30), answer);
    assert_eq!(exit, Exit::Done, "{heard:?}");
    assert!(told(&heard).contains("waits for a person"), "{heard:?}");
    assert!(told(&heard).contains("succeeded"), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_no_approval() {
    // The hook runs out and takes it back.
    let desk = Desk::on(native(&CANARY.replace("30m", "9m")));
    let (exit, heard) = until(&desk, Until::Stable, 10).await;
    assert_eq!(exit, Exit::Failed, "{heard:?}");
    assert!(told(&heard).contains("rolled back"), "{heard:?}");
    // Nobody answers within the time that is given.
    let (exit, heard) = until(&Desk::on(native(CANARY)), Until::Stable, 1).await;
    assert_eq!(exit, Exit::Unclear, "{heard:?}");
    assert!(told(&heard).contains("gave up waiting after 1m"), "{heard:?}");
}
