//! What containers write, and when they say nothing.

use std::time::Duration;

use fargate_top::simulation::{Shape, Simulation};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::super::support::{Caller, START, list, one_service, story, text};
use super::all;

const HOUR: i64 = 60 * 60_000;

/// The events of a stream of the last hour, oldest first.
fn stream(caller: &Caller, group: &str, name: &str) -> Vec<Value> {
    let body = json!({"logGroupName": group, "logStreamNames": [name], "startTime": caller.now - HOUR});
    caller.filtered(&body).0
}

fn id(task: &Value) -> &str {
    text(&task["taskArn"]).rsplit('/').next().unwrap()
}

#[test]
fn a_crash_loop_says_its_reason_last() {
    let mut caller = story("incident");
    caller.pass(30);
    let stopped = caller.tasks("payments", "checkout-api", "STOPPED");
    let crashed: Vec<_> =
        stopped.iter().filter(|task| task["stopCode"] == "EssentialContainerExited").collect();
    assert!(crashed.len() > 6);
    for task in &crashed[..4] {
        let lines = stream(&caller, "/ecs/checkout-api", &format!("ecs/app/{}", id(task)));
        let told = all(&lines, "message");
        assert!(told[0].contains("starting checkout-api"), "{told:#?}");
        let panic = told.iter().position(|line| line.starts_with("thread 'main' panicked")).unwrap();
        assert_eq!(told[panic + 1], "DB_URL must be set: NotPresent");
        assert!(told.len() >= 10 && panic + 3 >= told.len() - 4, "{told:#?}");
        let ended = task["executionStoppedAt"].as_f64().unwrap();
        let last = lines.last().unwrap()["timestamp"].as_u64().unwrap();
        assert!((ended - Duration::from_millis(last).as_secs_f64()).abs() < 0.002, "{ended} {last}");
    }
}

#[test]
fn what_never_started_has_no_stream_and_what_was_killed_says_nothing() {
    let caller = story("incident");
    let missing = caller.tasks("core", "mail-worker", "STOPPED");
    let never: Vec<_> = missing.iter().filter(|task| task["stopCode"] == "TaskFailedToStart").collect();
    assert!(!never.is_empty());
    for task in never {
        let name = format!("ecs/app/{}", id(task));
        let body = json!({"logGroupName": "/ecs/mail-worker", "logStreamNames": [name]});
        assert_eq!(caller.logs_refused("FilterLogEvents", &body).0, "ResourceNotFoundException");
    }
    let killed = caller.tasks("media", "image-resize", "STOPPED");
    let killed = killed.iter().find(|task| task["stopCode"] == "EssentialContainerExited").unwrap();
    let lines = stream(&caller, "/ecs/image-resize", &format!("ecs/app/{}", id(killed)));
    let last = text(&lines.last().unwrap()["message"]);
    assert!(!last.contains("shutdown") && !last.contains("panic"), "{last}");
}

#[test]
fn a_task_that_is_replaced_says_goodbye_and_its_lines_outlive_it() {
    let mut caller = one_service(
        "tasks = 1, load-balancer = false, sidecars = [], logs = { style = \"plain\", colours = false, retention = 30 }",
    );
    caller.update(&json!({"forceNewDeployment": true}));
    caller.pass(150);
    let old = caller.tasks("c", "s", "STOPPED");
    let name = format!("ecs/app/{}", id(&old[0]));
    let read = |caller: &Caller| {
        let body = json!({"logGroupName": "/ecs/s", "logStreamNames": [name], "startTime": START - 60_000});
        caller.filtered(&body).0
    };
    let before = read(&caller);
    let told = all(&before, "message");
    let asked = told.iter().position(|line| line.contains("received SIGTERM")).unwrap();
    assert!(told[asked..].iter().any(|line| line.contains("shutdown complete")), "{told:#?}");
    // ECS forgets the task after an hour, CloudWatch Logs keeps the lines.
    caller.pass(90 * 60);
    assert!(caller.tasks("c", "s", "STOPPED").is_empty());
    assert_eq!(read(&caller), before);
}

#[test]
fn asking_twice_or_later_gives_the_same() {
    let caller = story("incident");
    let body =
        json!({"logGroupName": "/ecs/cart-api", "startTime": START - 120_000, "endTime": START - 30_000});
    let (first, _) = caller.filtered(&body);
    assert!(!first.is_empty());
    let mut other = story("incident");
    other.pass(300);
    assert_eq!(other.filtered(&body).0, first);
}

#[test]
fn the_incident_has_every_way_to_write_logs() {
    let caller = story("incident");
    let logging = |service: &str| {
        let definition = caller.ask("DescribeTaskDefinition", &json!({"taskDefinition": service}));
        definition["taskDefinition"]["containerDefinitions"][0]["logConfiguration"].clone()
    };
    assert_eq!(logging("ledger")["logDriver"], "awsfirelens");
    let splunk = logging("statements-api");
    assert_eq!(
        (&splunk["logDriver"], &splunk["secretOptions"][0]["name"]),
        (&json!("splunk"), &json!("splunk-token"))
    );
    assert_eq!(logging("query-logger")["options"]["Name"], "datadog");
    assert_eq!(logging("webhooks")["options"]["awslogs-region"], "eu-central-1");
    assert_eq!(logging("web-front")["options"]["mode"], "non-blocking");
    assert_eq!(logging("checkout-api")["options"]["mode"], "blocking");
    assert_eq!(logging("invoice-worker")["options"]["awslogs-group"], "/ecs/invoice-worker");
    let (code, _) = caller.logs_refused("FilterLogEvents", &json!({"logGroupName": "/ecs/invoice-worker"}));
    assert_eq!(code, "ResourceNotFoundException");
    let groups = caller.logs("DescribeLogGroups", &json!({"logGroupClass": "INFREQUENT_ACCESS"}));
    assert_eq!(groups["logGroups"][0]["logGroupName"], "/ecs/seo-worker");
}

#[test]
fn lines_read_as_they_should() {
    let caller = story("incident");
    let some = |group: &str, seconds: i64, holds: &dyn Fn(&str) -> bool| {
        caller.messages(group, seconds).iter().any(|line| holds(line))
    };
    assert!(some("/ecs/web-front", 300, &|line| line.contains("ELB-HealthChecker/2.0")));
    assert!(some("/ecs/search-api", 300, &|line| line.contains("503") && line.contains("health")));
    assert!(some("/ecs/orders-api", 300, &|line| line.contains("\" 127.0.0.1:8080")
        || line.contains("\"127.0.0.1:8080\"")));
    assert!(some("/ecs/ledger", 900, &|line| line.contains("[ info] [output]")
        || line.contains("[ warn] [engine]")));
    let multi = |line: &str| line.contains('\n');
    assert!(some("/ecs/payout-worker", 7_200, &multi), "several lines in one event");
    assert!(some("/ecs/indexer", 7_200, &|line| line.starts_with("\tat ") || line.starts_with("  File ")));
    assert!(some("/ecs/scheduler", 600, &|line| line.contains("\u{1b}[")));
    let json = caller.messages("/ecs/cart-api", 600);
    let broken = json.iter().find(|line| serde_json::from_str::<Value>(line).is_err());
    assert_eq!(broken, None);
    let routed = caller.logs(
        "DescribeLogStreams",
        &json!({"logGroupName": "/ecs/ledger", "logStreamNamePrefix": "app/app-firelens-"}),
    );
    assert_eq!(list(&routed["logStreams"]).len(), 4);
}

#[test]
fn a_large_fleet_has_a_group_for_each_service() {
    let shape = Shape { clusters: 10, services: 2_000, tasks: 10_000, seed: 5 };
    let simulation = Simulation::generate(&shape, START);
    let caller = Caller { simulation, now: START };
    let page = caller.logs("DescribeLogGroups", &json!({}));
    assert_eq!(list(&page["logGroups"]).len(), 50);
    let group = text(&page["logGroups"][7]["logGroupName"]).to_owned();
    let body = json!({"logGroupName": group, "startTime": START - 60_000});
    let (events, _) = caller.filtered(&body);
    assert!(!events.is_empty() && events.iter().all(|event| text(&event["logStreamName"]).contains('/')));
}
