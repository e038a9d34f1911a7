//! StopServiceDeployment: when it goes back, when it comes too late, and when it is refused.

use fargate_top::simulation::Disturbance;
use serde_json::{Value, json};

use super::support::{Caller, list, one_service, text};

fn broken(caller: &Caller, behaviour: &str) {
    let (cluster, service) = ("c".to_owned(), "s".to_owned());
    caller.disturb(Disturbance::Break { cluster, service, behaviour: behaviour.to_owned() });
}

fn newest(caller: &Caller) -> Value {
    caller.deployments("c", "s")[0].clone()
}

fn status(caller: &Caller) -> String {
    text(&newest(caller)["status"]).to_owned()
}

/// Asks for the way back from the newest service deployment.
fn stop(caller: &Caller) -> Value {
    let arn = newest(caller)["serviceDeploymentArn"].clone();
    let body = json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"});
    assert_eq!(caller.ask("StopServiceDeployment", &body), json!({"serviceDeploymentArn": arn}));
    newest(caller)
}

#[test]
fn a_stuck_deployment_goes_back_through_all_its_states() {
    let mut caller = one_service("tasks = 4, revision = 9, breaker = \"off\"");
    let before = caller.service("c", "s");
    broken(&caller, "secret-missing");
    caller.pass(300);
    assert_eq!(status(&caller), "IN_PROGRESS", "without a breaker nothing ends it");
    let asked = stop(&caller);
    assert_eq!(asked["status"], "ROLLBACK_REQUESTED");
    assert!(asked.get("rollback").is_none() && asked.get("stoppedAt").is_some());
    let mut seen = vec!["ROLLBACK_REQUESTED".to_owned()];
    caller.until("gone back", 300, |caller| status(caller) != "ROLLBACK_REQUESTED");
    let record = newest(&caller);
    seen.push(text(&record["status"]).to_owned());
    assert_eq!(record["rollback"]["serviceRevisionArn"], record["sourceServiceRevisions"][0]["arn"]);
    assert!(record["rollback"]["startedAt"].as_f64() > asked["stoppedAt"].as_f64());
    assert!(text(&record["statusReason"]).contains("rolled back"));
    caller.until("come to its end", 300, |caller| status(caller) != "ROLLBACK_IN_PROGRESS");
    seen.push(status(&caller));
    assert_eq!(seen, ["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"]);
    let after = caller.service("c", "s");
    assert_eq!((&after["taskDefinition"], &after["runningCount"]), (&before["taskDefinition"], &json!(4)));
    assert_eq!(list(&after["deployments"]).len(), 1);
    assert!(after.get("currentServiceDeployment").is_none());
    assert!(
        caller.events("c", "s").iter().any(|event| event.contains("rolling back to deployment ecs-svc/"))
    );
}

#[test]
fn where_no_old_task_is_left_the_old_revision_is_started_again() {
    let mut caller = one_service(
        "tasks = 3, revision = 9, breaker = \"off\", minimum-percent = 0, maximum-percent = 100, load-balancer = false",
    );
    broken(&caller, "crash-loop");
    caller.until("nothing of before runs", 300, |caller| {
        list(&caller.service("c", "s")["deployments"]).len() == 1
    });
    caller.pass(60);
    stop(&caller);
    caller.until("gone back", 300, |caller| status(caller) == "ROLLBACK_SUCCESSFUL");
    let service = caller.service("c", "s");
    assert_eq!(service["runningCount"], 3);
    assert!(text(&service["taskDefinition"]).ends_with(":9"));
}

#[test]
fn what_a_revision_recorded_comes_back_with_it() {
    let mut caller = one_service("tasks = 2, capacity = \"on-demand\"");
    let before = caller.service("c", "s");
    caller.update(&json!({
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}],
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-wrong"]}},
        "desiredCount": 3,
    }));
    caller.pass(5);
    stop(&caller);
    caller.until("gone back", 300, |caller| status(caller) == "ROLLBACK_SUCCESSFUL");
    let after = caller.service("c", "s");
    assert_eq!(after["networkConfiguration"], before["networkConfiguration"]);
    assert_eq!(after["capacityProviderStrategy"], before["capacityProviderStrategy"]);
    assert_eq!(after["desiredCount"], 3, "the count is no part of a revision");
}

#[test]
fn asking_again_changes_nothing_and_after_the_end_it_is_a_conflict() {
    let mut caller = one_service("tasks = 3");
    caller.update(&json!({"forceNewDeployment": true}));
    caller.pass(8);
    let first = stop(&caller);
    assert_eq!(stop(&caller), first);
    caller.pass(4);
    let going = newest(&caller);
    assert_eq!(going["status"], "ROLLBACK_IN_PROGRESS");
    assert_eq!(stop(&caller), going);
    caller.until("gone back", 300, |caller| status(caller) == "ROLLBACK_SUCCESSFUL");
    let body = json!({"serviceDeploymentArn": newest(&caller)["serviceDeploymentArn"]});
    assert_eq!(caller.refused("StopServiceDeployment", &body), "ConflictException");
    let old = &caller.deployments("c", "s")[1]["serviceDeploymentArn"];
    assert_eq!(
        caller.refused("StopServiceDeployment", &json!({"serviceDeploymentArn": old})),
        "ConflictException"
    );
}

#[test]
fn one_that_is_pending_goes_back_and_one_that_is_replaced_goes_on_to_stop() {
    let mut caller = one_service("tasks = 3");
    caller.update(&json!({"forceNewDeployment": true}));
    assert_eq!(status(&caller), "PENDING");
    assert_eq!(stop(&caller)["status"], "ROLLBACK_REQUESTED");
    caller.until("gone back", 300, |caller| status(caller) == "ROLLBACK_SUCCESSFUL");

    caller.update(&json!({"forceNewDeployment": true}));
    caller.pass(8);
    caller.update(&json!({"forceNewDeployment": true}));
    let replaced = caller.deployments("c", "s")[1].clone();
    assert_eq!(replaced["status"], "STOP_REQUESTED");
    caller.ask("StopServiceDeployment", &json!({"serviceDeploymentArn": replaced["serviceDeploymentArn"]}));
    caller.pass(5);
    assert_eq!(caller.deployments("c", "s")[1]["status"], "STOPPED");
    // A deployment that goes back is replaced like any other.
    stop(&caller);
    caller.update(&json!({"forceNewDeployment": true}));
    caller.pass(5);
    let statuses: Vec<_> = caller.deployments("c", "s").iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses[..2], [json!("IN_PROGRESS"), json!("STOPPED")]);
}

#[test]
fn a_deployment_that_finishes_first_is_successful() {
    let mut caller = one_service("tasks = 2, load-balancer = false, health-check = false");
    let rehearsal = one_service("tasks = 2, load-balancer = false, health-check = false");
    let mut rehearsal = rehearsal;
    for one in [&caller, &rehearsal] {
        one.update(&json!({"forceNewDeployment": true}));
    }
    rehearsal.until("done", 300, |caller| status(caller) == "SUCCESSFUL");
    caller.now = rehearsal.now - 1_000;
    assert_eq!(stop(&caller)["status"], "ROLLBACK_REQUESTED");
    caller.pass(2);
    let record = newest(&caller);
    assert_eq!(record["status"], "SUCCESSFUL");
    assert!(record.get("rollback").is_none() && record.get("stoppedAt").is_some());
}

#[test]
fn a_way_back_fails_where_there_is_none_or_it_cannot_run() {
    let mut caller = one_service("tasks = 1, revision = 9");
    let create = json!({"cluster": "c", "serviceName": "new", "taskDefinition": "s:9", "desiredCount": 2});
    caller.ask("CreateService", &create);
    caller.pass(5);
    let arn = caller.deployments("c", "new")[0]["serviceDeploymentArn"].clone();
    caller.ask("StopServiceDeployment", &json!({"serviceDeploymentArn": arn}));
    caller.pass(5);
    let record = caller.deployments("c", "new")[0].clone();
    assert_eq!(
        (&record["status"], &record["statusReason"]),
        (&json!("ROLLBACK_FAILED"), &json!("No rollback candidate was found to run the rollback."))
    );

    let mut caller = one_service("tasks = 3, breaker = \"off\", minimum-percent = 0, maximum-percent = 100");
    caller.update(&json!({"forceNewDeployment": true}));
    // The image of all revisions is gone, so what was stopped cannot come back.
    broken(&caller, "image-missing");
    caller.pass(120);
    stop(&caller);
    caller.until("given up", 600, |caller| status(caller) == "ROLLBACK_FAILED");
    let record = newest(&caller);
    assert!(record.get("rollback").is_some() && record.get("finishedAt").is_some());
    assert_eq!(caller.service("c", "s")["deployments"][0]["rolloutState"], "FAILED");
}

#[test]
fn what_it_refuses_has_the_errors_of_the_model() {
    let caller = one_service("tasks = 1");
    caller.update(&json!({"forceNewDeployment": true}));
    let arn = newest(&caller)["serviceDeploymentArn"].clone();
    for (body, error) in [
        (json!({}), "InvalidParameterException"),
        (json!({"serviceDeploymentArn": "ecs-svc/1"}), "InvalidParameterException"),
        (json!({"serviceDeploymentArn": arn, "stopType": "ABORT"}), "InvalidParameterException"),
        (
            json!({"serviceDeploymentArn": "arn:aws:ecs:eu-west-1:123456789012:service-deployment/c/s/gone"}),
            "ServiceDeploymentNotFoundException",
        ),
        (
            json!({"serviceDeploymentArn": "arn:aws:ecs:eu-west-1:123456789012:service-deployment/c/gone/x"}),
            "ServiceDeploymentNotFoundException",
        ),
    ] {
        assert_eq!(caller.refused("StopServiceDeployment", &body), error, "{body}");
    }
    assert_eq!(status(&caller), "PENDING");
}
