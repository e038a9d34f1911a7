//! Scale-in protection of tasks: how it is given, what it keeps from being stopped, and how it ends.

use serde_json::{Value, json};

use super::support::{Caller, START_SECONDS, list, one_service, text};

fn task(caller: &Caller, place: usize) -> String {
    text(&caller.tasks("c", "s", "RUNNING")[place]["taskArn"]).to_owned()
}

fn protect(caller: &Caller, tasks: &[&str], members: &Value) -> Value {
    let mut body = json!({"cluster": "c", "tasks": tasks, "protectionEnabled": true});
    for (key, value) in members.as_object().unwrap() {
        body[key] = value.clone();
    }
    caller.ask("UpdateTaskProtection", &body)
}

fn protection(caller: &Caller, task: &str) -> Value {
    caller.ask("GetTaskProtection", &json!({"cluster": "c", "tasks": [task]}))["protectedTasks"][0].clone()
}

#[test]
fn it_lasts_two_hours_or_as_long_as_is_asked() {
    let mut caller = one_service("tasks = 2");
    let task = task(&caller, 0);
    assert_eq!(protection(&caller, &task), json!({"taskArn": task, "protectionEnabled": false}));
    let given = protect(&caller, &[&task], &json!({}));
    let until = |minutes: f64| json!({"taskArn": task, "protectionEnabled": true, "expirationDate": START_SECONDS + minutes * 60.0});
    assert_eq!(given, json!({"protectedTasks": [until(120.0)], "failures": []}));
    assert_eq!(protection(&caller, &task), until(120.0));
    protect(&caller, &[&task], &json!({"expiresInMinutes": 5}));
    assert_eq!(protection(&caller, &task), until(5.0), "it is set anew");
    caller.pass(300);
    assert_eq!(protection(&caller, &task)["protectionEnabled"], false);
    protect(&caller, &[&task], &json!({}));
    protect(&caller, &[&task], &json!({"protectionEnabled": false}));
    assert_eq!(protection(&caller, &task)["protectionEnabled"], false);
}

#[test]
fn scaling_in_takes_the_others_and_waits_for_the_rest() {
    let mut caller = one_service("tasks = 4, load-balancer = false");
    let kept = [task(&caller, 2), task(&caller, 3)];
    protect(&caller, &[&kept[0], &kept[1]], &json!({"expiresInMinutes": 10}));
    caller.update(&json!({"desiredCount": 2}));
    caller.until("scaled in", 120, |caller| caller.service("c", "s")["runningCount"] == 2);
    let left: Vec<_> = caller.tasks("c", "s", "RUNNING").iter().map(|task| task["taskArn"].clone()).collect();
    assert_eq!(left, kept, "the newest go first, but not these");
    caller.update(&json!({"desiredCount": 1}));
    caller.pass(120);
    assert_eq!(caller.service("c", "s")["runningCount"], 2);
    let number = text(&caller.service("c", "s")["deployments"][0]["id"]).to_owned();
    let said = format!(
        "(service s) was unable to reach steady state because (taskSet {number}) was unable to scale in due to \
         (reason 2 tasks under protection)"
    );
    assert_eq!(caller.events("c", "s").iter().filter(|event| **event == said).count(), 1);
    caller.until("protection ended", 600, |caller| caller.service("c", "s")["runningCount"] == 1);
}

#[test]
fn a_deployment_waits_for_protected_tasks() {
    let mut caller = one_service("tasks = 3, load-balancer = false");
    let kept = task(&caller, 1);
    protect(&caller, &[&kept], &json!({"expiresInMinutes": 30}));
    caller.update(&json!({"forceNewDeployment": true}));
    caller.pass(600);
    assert_eq!(caller.deployments("c", "s")[0]["status"], "IN_PROGRESS");
    let old = &caller.service("c", "s")["deployments"][1];
    assert_eq!((&old["status"], &old["runningCount"]), (&json!("ACTIVE"), &json!(1)));
    assert_eq!(caller.deployments("c", "s")[0]["lifecycleStage"], "CLEAN_UP");
    let new = task(&caller, 1);
    assert_ne!(new, kept);
    let refused = protect(&caller, &[&new], &json!({}));
    assert_eq!(refused["failures"], json!([{"arn": new, "reason": "DEPLOYMENT_BLOCKED"}]));
    protect(&caller, &[&kept], &json!({"protectionEnabled": false}));
    caller.until("completed", 120, |caller| caller.deployments("c", "s")[0]["status"] == "SUCCESSFUL");
}

#[test]
fn stopping_by_hand_does_not_ask_for_protection() {
    let mut caller = one_service("tasks = 2, load-balancer = false");
    let task = task(&caller, 0);
    protect(&caller, &[&task], &json!({}));
    let body = json!({"cluster": "c", "task": task, "reason": "stuck; by mia with a tool"});
    let answer = caller.ask("StopTask", &body)["task"].clone();
    assert_eq!((&answer["desiredStatus"], &answer["stopCode"]), (&json!("STOPPED"), &json!("UserInitiated")));
    assert_eq!(answer["stoppedReason"], "stuck; by mia with a tool");
    caller.until("replaced", 120, |caller| caller.service("c", "s")["runningCount"] == 2);
    let failures =
        caller.ask("GetTaskProtection", &json!({"cluster": "c", "tasks": [task]}))["failures"].clone();
    assert_eq!(failures, json!([{"arn": task, "reason": "TASK_NOT_VALID"}]));
    assert_eq!(caller.deployments("c", "s")[0]["status"], "SUCCESSFUL", "it is no deployment");
}

#[test]
fn other_tasks_are_failures_and_limits_are_kept() {
    let caller = one_service("tasks = 1, revision = 9");
    let alone = caller.ask("RunTask", &json!({"cluster": "c", "taskDefinition": "s:9"}))["tasks"][0].clone();
    let alone = text(&alone["taskArn"]);
    let gone = "0".repeat(32);
    let answer = protect(&caller, &[alone, &gone], &json!({}));
    assert_eq!(answer["protectedTasks"], json!([]));
    let reasons: Vec<_> = list(&answer["failures"]).iter().map(|failure| text(&failure["reason"])).collect();
    assert_eq!(reasons, ["TASK_NOT_VALID", "MISSING"]);
    for (operation, limit) in [("GetTaskProtection", 100), ("UpdateTaskProtection", 10)] {
        let body =
            |count: usize| json!({"cluster": "c", "tasks": vec![&*gone; count], "protectionEnabled": true});
        caller.ask(operation, &body(limit));
        assert_eq!(caller.refused(operation, &body(limit + 1)), "InvalidParameterException");
        assert_eq!(caller.refused(operation, &body(0)), "InvalidParameterException");
    }
    for members in [
        json!({"expiresInMinutes": 0}),
        json!({"expiresInMinutes": 2881}),
        json!({"protectionEnabled": null}),
    ] {
        let mut body = json!({"cluster": "c", "tasks": [gone], "protectionEnabled": true});
        for (key, value) in members.as_object().unwrap() {
            body[key] = value.clone();
        }
        assert_eq!(caller.refused("UpdateTaskProtection", &body), "InvalidParameterException", "{members}");
    }
}
