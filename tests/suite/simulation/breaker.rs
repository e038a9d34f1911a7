//! The circuit breaker and alarms: what they count, when they fail a deployment, and what then.

use fargate_top::simulation::Disturbance;
use serde_json::{Value, json};

use super::support::{Caller, list, of_s, one_service, text};

fn broken(caller: &Caller, behaviour: &str) {
    let (cluster, service) = ("c".to_owned(), "s".to_owned());
    caller.disturb(Disturbance::Break { cluster, service, behaviour: behaviour.to_owned() });
}

fn newest(caller: &Caller) -> Value {
    caller.deployments("c", "s")[0].clone()
}

#[test]
fn tasks_that_run_and_exit_never_trip_it() {
    let mut caller =
        one_service("tasks = 4, breaker = \"rollback\", health-check = false, load-balancer = false");
    broken(&caller, "crash-loop");
    caller.pass(1800);
    let record = newest(&caller);
    assert_eq!(record["status"], "IN_PROGRESS");
    assert_eq!(
        record["deploymentCircuitBreaker"],
        json!({"status": "MONITORING", "failureCount": 0, "threshold": 3})
    );
    let stopped = caller.tasks("c", "s", "STOPPED");
    assert!(stopped.iter().filter(|task| task["stopCode"] == "EssentialContainerExited").count() > 20);
}

#[test]
fn without_a_way_back_the_deployment_stops_as_failed() {
    let mut caller = one_service("tasks = 4, breaker = \"on\"");
    broken(&caller, "secret-missing");
    caller.until("failed", 120, |caller| newest(caller)["status"] == "STOPPED");
    let record = newest(&caller);
    assert_eq!(record["deploymentCircuitBreaker"]["status"], "TRIGGERED");
    assert!(record.get("rollback").is_none() && record.get("stoppedAt").is_some());
    let reason = text(&record["statusReason"]);
    assert!(reason.contains("circuit breaker threshold was exceeded"), "{reason}");
    let failed = &caller.service("c", "s")["deployments"][0];
    assert_eq!((&failed["status"], &failed["rolloutState"]), (&json!("PRIMARY"), &json!("FAILED")));
    let before = caller.tasks("c", "s", "STOPPED").len();
    caller.pass(600);
    assert_eq!(caller.tasks("c", "s", "STOPPED").len(), before, "no more tasks are started");
    // The tasks of before are scaled in, though.
    caller.update(&json!({"desiredCount": 1}));
    caller.until("scaled in", 120, |caller| caller.service("c", "s")["runningCount"] == 1);
}

#[test]
fn failing_health_checks_count_and_a_healthy_task_clears_the_count() {
    let mut caller = one_service(
        "tasks = 4, breaker = \"rollback\", load-balancer = true, minimum-percent = 0, maximum-percent = 100",
    );
    let good = caller.service("c", "s")["taskDefinition"].clone();
    broken(&caller, "failing-health-checks");
    caller.update(&json!({"forceNewDeployment": true}));
    // Three of four tasks fail: the fourth becomes healthy once and clears what was counted up to then.
    caller.until("rolled back", 900, |caller| newest(caller)["status"] == "ROLLBACK_IN_PROGRESS");
    assert_eq!(newest(&caller)["deploymentCircuitBreaker"]["failureCount"], 3);
    assert_eq!(caller.service("c", "s")["taskDefinition"], good);
}

#[test]
fn the_count_may_be_kept_and_the_threshold_chosen() {
    let mut caller = one_service("tasks = 4, load-balancer = false, health-check = false");
    let breaker = json!({
        "enable": true,
        "rollback": false,
        "resetOnHealthyTask": false,
        "thresholdConfiguration": {"type": "COUNT", "value": 6},
    });
    caller.update(&json!({"deploymentConfiguration": {"deploymentCircuitBreaker": breaker}}));
    broken(&caller, "entry-point-missing");
    caller.until("failed", 300, |caller| newest(caller)["status"] == "STOPPED");
    let monitor = newest(&caller)["deploymentCircuitBreaker"].clone();
    assert_eq!((&monitor["threshold"], monitor["failureCount"].as_u64() >= Some(6)), (&json!(6), true));
}

#[test]
fn the_first_deployment_has_nothing_to_go_back_to() {
    let mut caller = one_service("tasks = 1, revision = 9");
    let body = json!({
        "cluster": "c",
        "serviceName": "new",
        "taskDefinition": "s:9",
        "desiredCount": 2,
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": true, "rollback": true}},
    });
    caller.ask("CreateService", &body);
    let (cluster, service) = ("c".to_owned(), "new".to_owned());
    let behaviour = "image-missing".to_owned();
    caller.disturb(Disturbance::Break { cluster, service, behaviour });
    caller.until("given up", 300, |caller| caller.deployments("c", "new")[0]["status"] == "ROLLBACK_FAILED");
    let record = &caller.deployments("c", "new")[0];
    assert_eq!(record["statusReason"], "No rollback candidate was found to run the rollback.");
    assert!(record.get("rollback").is_none() && record.get("finishedAt").is_some());
    assert_eq!(caller.service("c", "new")["deployments"][0]["rolloutState"], "FAILED");
}

#[test]
fn an_alarm_rolls_a_deployment_back() {
    let mut caller = one_service("tasks = 3, alarms = [\"errors\", \"latency\"]");
    let before = caller.service("c", "s")["taskDefinition"].clone();
    let alarm =
        |alarm: &str| Disturbance::Alarm { cluster: "c".into(), service: "s".into(), alarm: alarm.into() };
    caller.disturb(alarm("errors"));
    assert_eq!(newest(&caller)["status"], "SUCCESSFUL", "it watches over running deployments only");
    caller.disturb(Disturbance::TurnAlarm { alarm: "errors".into(), state: "OK".into() });
    caller.disturb(Disturbance::Deploy { cluster: "c".into(), service: "s".into() });
    caller.pass(10);
    caller.disturb(alarm("another"));
    assert_eq!(newest(&caller)["status"], "IN_PROGRESS");
    caller.disturb(alarm("errors"));
    let record = newest(&caller);
    assert_eq!(record["status"], "ROLLBACK_IN_PROGRESS");
    assert_eq!(
        record["rollback"]["reason"],
        "Service deployment rolled back because of one or more active alarms."
    );
    assert_eq!(
        record["alarms"],
        json!({"status": "TRIGGERED", "alarmNames": ["errors", "latency"], "triggeredAlarmNames": ["errors"]})
    );
    caller.until("rolled back", 300, |caller| newest(caller)["status"] == "ROLLBACK_SUCCESSFUL");
    assert_eq!(caller.service("c", "s")["taskDefinition"], before);
}

#[test]
fn a_service_finds_room_for_so_many_tasks_only() {
    for (ends, reason) in [
        ("capacity", "Capacity is unavailable at this time."),
        ("quota", "You've reached the limit on the number of vCPUs you can run concurrently."),
    ] {
        let mut caller = one_service(&format!("tasks = 4, room = 6, room-ends = \"{ends}\""));
        caller.update(&json!({"desiredCount": 10}));
        caller.pass(600);
        let service = caller.service("c", "s");
        assert_eq!((&service["runningCount"], &service["pendingCount"]), (&json!(6), &json!(0)));
        let said = format!("(service s) was unable to place a task. Reason: {reason}");
        let told = caller.events("c", "s").iter().filter(|event| event.starts_with(&said)).count();
        assert_eq!(told, 1, "the same sentence is not repeated for six hours: {:?}", caller.events("c", "s"));
        let refused =
            list(&caller.ask("DescribeServices", &json!({"cluster": "c", "services": ["s"]}))["failures"])
                .len();
        assert_eq!(refused, 0);
        caller.ask("UpdateService", &of_s(&json!({"desiredCount": 5})));
        caller.until("scaled in", 120, |caller| caller.service("c", "s")["runningCount"] == 5);
    }
}
