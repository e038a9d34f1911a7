//! Rolling deployments: percentages, completion, the circuit breaker and the way back.

use fargate_top::simulation::Disturbance;
use serde_json::json;

use super::support::{Caller, list, one_service, text};

fn deploy(caller: &Caller) {
    caller.ask("UpdateService", &json!({"cluster": "c", "service": "s", "forceNewDeployment": true}));
}

fn rollout(caller: &Caller) -> String {
    text(&caller.service("c", "s")["deployments"][0]["rolloutState"]).to_owned()
}

/// The newest service deployment, described.
fn newest(caller: &Caller) -> serde_json::Value {
    caller.deployments("c", "s")[0].clone()
}

#[test]
fn a_deployment_replaces_tasks_within_its_percentages() {
    let mut caller =
        one_service("tasks = 8, minimum-percent = 100, maximum-percent = 150, load-balancer = true");
    let before = caller.service("c", "s");
    deploy(&caller);
    assert_eq!(rollout(&caller), "IN_PROGRESS");
    let pending = newest(&caller);
    assert_eq!((&pending["status"], pending.get("startedAt")), (&json!("PENDING"), None));
    assert_eq!(caller.service("c", "s")["currentServiceDeployment"], pending["serviceDeploymentArn"]);
    caller.pass(4);
    let begun = newest(&caller);
    assert_eq!((&begun["status"], &begun["lifecycleStage"]), (&json!("IN_PROGRESS"), &json!("SCALE_UP")));
    assert!(begun["startedAt"].as_f64() > begun["createdAt"].as_f64());
    assert_eq!(begun["targetServiceRevision"]["requestedTaskCount"], 8);
    assert_eq!(begun["sourceServiceRevisions"][0]["runningTaskCount"], 8);
    caller.until("completed", 600, |caller| {
        let service = caller.service("c", "s");
        let running = service["runningCount"].as_u64().unwrap();
        let wanted = caller.tasks("c", "s", "RUNNING").len();
        assert!(running >= 8 && wanted <= 12, "{running} running, {wanted} wanted");
        rollout(caller) == "COMPLETED"
    });
    let after = caller.service("c", "s");
    assert_eq!(list(&after["deployments"]).len(), 1);
    assert_ne!(after["deployments"][0]["id"], before["deployments"][0]["id"]);
    assert!(after.get("currentServiceDeployment").is_none());
    assert_eq!(newest(&caller)["status"], "SUCCESSFUL");
    let events = caller.events("c", "s");
    assert!(events[0].ends_with("has reached a steady state."), "{events:?}");
    assert!(events[1].ends_with("deployment completed."), "{events:?}");
    let started_by = &after["deployments"][0]["id"];
    assert!(caller.tasks("c", "s", "RUNNING").iter().all(|task| &task["startedBy"] == started_by));
}

#[test]
fn a_new_deployment_stops_the_one_in_progress() {
    let mut caller = one_service("tasks = 4");
    deploy(&caller);
    caller.pass(10);
    deploy(&caller);
    let statuses = |caller: &Caller| -> Vec<String> {
        caller.deployments("c", "s").iter().map(|one| text(&one["status"]).to_owned()).collect()
    };
    assert_eq!(statuses(&caller), ["PENDING", "STOP_REQUESTED", "SUCCESSFUL"]);
    caller.pass(4);
    assert_eq!(statuses(&caller), ["IN_PROGRESS", "STOPPED", "SUCCESSFUL"]);
    let all = caller.deployments("c", "s");
    assert!(all[1]["stoppedAt"].as_f64() < all[1]["finishedAt"].as_f64());
    assert_eq!(list(&all[0]["sourceServiceRevisions"]).len(), 2, "what was replaced has left tasks too");
    caller.until("completed", 300, |caller| rollout(caller) == "COMPLETED");
    let only = json!({"cluster": "c", "service": "s", "status": ["STOPPED"]});
    assert_eq!(list(&caller.ask("ListServiceDeployments", &only)["serviceDeployments"]).len(), 1);
    let since = |seconds: f64| {
        let body = json!({"cluster": "c", "service": "s", "createdAt": {"after": seconds}});
        list(&caller.ask("ListServiceDeployments", &body)["serviceDeployments"]).len()
    };
    let created = all[0]["createdAt"].as_f64().unwrap();
    assert_eq!((since(created - 1.0), since(created - 60.0), since(created + 1.0)), (1, 2, 0));
}

#[test]
fn the_breaker_fails_a_deployment_and_goes_back() {
    let mut caller = one_service("tasks = 4, breaker = \"rollback\"");
    let before = caller.service("c", "s");
    let good = text(&before["deployments"][0]["id"]).to_owned();
    let broken = Disturbance::Break {
        cluster: "c".into(),
        service: "s".into(),
        behaviour: "entry-point-missing".into(),
    };
    caller.disturb(broken);
    assert_ne!(caller.service("c", "s")["deployments"][0]["id"], good);
    caller.until("rolled back", 120, |caller| newest(caller)["status"] == "ROLLBACK_IN_PROGRESS");
    caller.until("completed", 120, |caller| rollout(caller) == "COMPLETED");
    let after = caller.service("c", "s");
    let deployment = &after["deployments"][0];
    assert_eq!((&deployment["id"], &deployment["taskDefinition"]), (&json!(good), &before["taskDefinition"]));
    assert_eq!(
        deployment["rolloutStateReason"],
        format!("ECS deployment circuit breaker: rolling back to deploymentId {good}.")
    );
    assert_eq!(after["runningCount"], 4);
    let record = newest(&caller);
    assert_eq!(record["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(
        record["deploymentCircuitBreaker"],
        json!({"status": "TRIGGERED", "failureCount": 4, "threshold": 3})
    );
    assert_eq!(record["rollback"]["serviceRevisionArn"], record["sourceServiceRevisions"][0]["arn"]);
    let events = caller.events("c", "s");
    let said = |end: &str| events.iter().any(|event| event.ends_with(end));
    assert!(said("deployment failed: tasks failed to start."), "{events:?}");
    assert!(said(&format!("rolling back to deployment {good}.")), "{events:?}");
}

#[test]
fn without_rollback_the_failed_deployment_stays_and_old_tasks_serve() {
    let mut caller = one_service("tasks = 4, breaker = \"on\"");
    let broken =
        Disturbance::Break { cluster: "c".into(), service: "s".into(), behaviour: "secret-missing".into() };
    caller.disturb(broken);
    caller.until("failed", 120, |caller| rollout(caller) == "FAILED");
    caller.pass(600);
    let service = caller.service("c", "s");
    assert_eq!((&service["runningCount"], list(&service["deployments"]).len()), (&json!(4), 2));
    assert_eq!(
        service["deployments"][0]["rolloutStateReason"],
        "ECS deployment circuit breaker: tasks failed to start."
    );
    assert!(caller.events("c", "s").iter().all(|event| !event.contains("rolling back")));
}

#[test]
fn an_older_revision_heals_what_a_revision_broke() {
    let mut caller =
        one_service("tasks = 3, revision = 9, minimum-percent = 0, maximum-percent = 100, breaker = \"off\"");
    let broken =
        Disturbance::Break { cluster: "c".into(), service: "s".into(), behaviour: "crash-loop".into() };
    caller.disturb(broken);
    caller.pass(300);
    assert!(text(&caller.service("c", "s")["taskDefinition"]).ends_with("s:10"));
    let stopped = caller.tasks("c", "s", "STOPPED");
    assert!(stopped.iter().any(|task| task["stopCode"] == "EssentialContainerExited"));
    caller.ask("UpdateService", &json!({"cluster": "c", "service": "s", "taskDefinition": "s:9"}));
    caller.until("healed", 300, |caller| rollout(caller) == "COMPLETED");
    assert_eq!(caller.service("c", "s")["runningCount"], 3);
}

#[test]
fn changing_only_the_count_starts_no_deployment() {
    let caller = one_service("tasks = 2");
    let id = caller.service("c", "s")["deployments"][0]["id"].clone();
    caller.ask(
        "UpdateService",
        &json!({"cluster": "c", "service": "s", "desiredCount": 3, "taskDefinition": "s"}),
    );
    assert_eq!(caller.service("c", "s")["deployments"][0]["id"], id);
    let wrong = json!({"cluster": "c", "service": "s", "taskDefinition": "s:4711"});
    assert_eq!(caller.refused("UpdateService", &wrong), "ClientException");
    let wrong = json!({"cluster": "c", "service": "s", "desiredCount": -1});
    assert_eq!(caller.refused("UpdateService", &wrong), "InvalidParameterException");
}

#[test]
fn what_is_registered_and_created_runs() {
    let mut caller = one_service("tasks = 1");
    caller.ask("CreateCluster", &json!({"clusterName": "new"}));
    let containers = json!([{"name": "web", "image": "nginx:1", "essential": true}]);
    let definition =
        json!({"family": "hello", "cpu": "256", "memory": "512", "containerDefinitions": containers});
    let made = caller.ask("RegisterTaskDefinition", &definition)["taskDefinition"].clone();
    assert_eq!((&made["revision"], &made["containerDefinitions"]), (&json!(1), &containers));
    let service =
        json!({"cluster": "new", "serviceName": "hi", "taskDefinition": "hello", "desiredCount": 2});
    caller.ask("CreateService", &service);
    caller.ask("RunTask", &json!({"cluster": "new", "taskDefinition": "hello:1", "startedBy": "me"}));
    caller.until("all run", 120, |caller| {
        let clusters = caller.ask("DescribeClusters", &json!({"clusters": ["new"]}));
        clusters["clusters"][0]["runningTasksCount"] == 3
    });
    assert_eq!(
        list(&caller.ask("ListTasks", &json!({"cluster": "new", "startedBy": "me"}))["taskArns"]).len(),
        1
    );
    caller.until("completed", 120, |caller| {
        caller.service("new", "hi")["deployments"][0]["rolloutState"] == "COMPLETED"
    });
}
