//! The life of tasks: their states in order, how they end, and when they are forgotten.

use fargate_top::simulation::Disturbance;
use serde_json::{Value, json};

use super::support::{Caller, list, one_service, text};

/// All states that a task shows from now on, with the last look at it.
fn watch(caller: &mut Caller, task: &Value, seconds: i64) -> (Vec<String>, Value) {
    let (mut states, mut last) = (Vec::<String>::new(), Value::Null);
    for _ in 0..seconds * 2 {
        let answer = caller.ask("DescribeTasks", &json!({"cluster": "c", "tasks": [task]}));
        let Some(seen) = list(&answer["tasks"]).first() else { break };
        let state = text(&seen["lastStatus"]).to_owned();
        if states.last() != Some(&state) {
            states.push(state);
        }
        last = seen.clone();
        caller.now += 500;
    }
    (states, last)
}

#[test]
fn a_task_passes_all_states_and_its_times_rise() {
    let mut caller = one_service("tasks = 1, load-balancer = true, exec = true");
    caller.ask("UpdateService", &json!({"cluster": "c", "service": "s", "desiredCount": 2}));
    caller.until("a second task", 10, |caller| caller.tasks("c", "s", "RUNNING").len() == 2);
    let arn = caller.tasks("c", "s", "RUNNING")[1]["taskArn"].clone();
    let (states, seen) = watch(&mut caller, &arn, 80);
    assert_eq!(states, ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"]);
    assert_eq!(seen["containers"][0]["managedAgents"][0]["lastStatus"], "RUNNING");

    caller.ask("StopTask", &json!({"cluster": "c", "task": arn, "reason": "looked odd"}));
    let (states, seen) = watch(&mut caller, &arn, 100);
    assert_eq!(states, ["DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"]);
    let times = [
        "createdAt",
        "connectivityAt",
        "pullStartedAt",
        "pullStoppedAt",
        "startedAt",
        "stoppingAt",
        "executionStoppedAt",
        "stoppedAt",
    ];
    let times: Vec<f64> = times.iter().map(|key| seen[key].as_f64().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!((&seen["stopCode"], &seen["stoppedReason"]), (&json!("UserInitiated"), &json!("looked odd")));
    assert_eq!(seen["containers"][0]["exitCode"], 143);
    assert_eq!(seen["attachments"][0]["status"], "DELETED");
    caller.until("a replacement", 120, |caller| caller.service("c", "s")["runningCount"] == 2);
}

#[test]
fn a_task_that_never_ran_has_no_start_and_no_exit_code() {
    let mut caller = one_service("tasks = 3");
    caller.disturb(Disturbance::Break {
        cluster: "c".into(),
        service: "s".into(),
        behaviour: "image-missing".into(),
    });
    caller.pass(60);
    let stopped = caller.tasks("c", "s", "STOPPED");
    let failed = stopped.iter().find(|task| task["stopCode"] == "TaskFailedToStart").unwrap();
    assert!(failed.get("startedAt").is_none() && failed.get("pullStoppedAt").is_none());
    assert!(text(&failed["stoppedReason"]).starts_with("CannotPullContainerError"));
    assert!(failed["containers"][0].get("exitCode").is_none());
    assert_eq!(failed["containers"][0]["reason"], failed["stoppedReason"]);
}

#[test]
fn stopped_tasks_are_forgotten_after_an_hour() {
    let mut caller = one_service("tasks = 2");
    let task = text(&caller.tasks("c", "s", "RUNNING")[0]["taskArn"]).to_owned();
    caller.ask("StopTask", &json!({"cluster": "c", "task": task}));
    caller.pass(59 * 60);
    assert_eq!(caller.tasks("c", "s", "STOPPED").len(), 1);
    caller.pass(3 * 60);
    assert!(caller.tasks("c", "s", "STOPPED").is_empty());
    let answer = caller.ask("DescribeTasks", &json!({"cluster": "c", "tasks": [task]}));
    assert_eq!(answer["failures"], json!([{"arn": task, "reason": "MISSING"}]));
}

#[test]
fn a_task_may_be_ended_in_any_way() {
    let caller = one_service("tasks = 1");
    let task = caller.tasks("c", "s", "RUNNING")[0]["taskArn"].clone();
    let id = text(&task).rsplit('/').next().unwrap().to_owned();
    let stop = |code: &str| Disturbance::StopTask {
        task: id.clone(),
        code: code.into(),
        reason: "host gone".into(),
        exit: Some(139),
    };
    assert!(caller.simulation.disturb(caller.now, stop("Nonsense")).is_err());
    caller.disturb(stop("InfrastructureHealth"));
    let seen = &caller.tasks("c", "s", "STOPPED")[0];
    assert_eq!(
        (&seen["stopCode"], &seen["stoppedReason"]),
        (&json!("InfrastructureHealth"), &json!("host gone"))
    );
}

#[test]
fn counts_of_services_and_clusters_follow_the_tasks() {
    let mut caller = one_service("tasks = 2, load-balancer = false, health-check = false");
    caller.ask("UpdateService", &json!({"cluster": "c", "service": "s", "desiredCount": 5}));
    for _ in 0..240 {
        let service = caller.service("c", "s");
        let cluster = caller.ask("DescribeClusters", &json!({"clusters": ["c"]}))["clusters"][0].clone();
        assert_eq!(cluster["runningTasksCount"], service["runningCount"]);
        assert_eq!(cluster["pendingTasksCount"], service["pendingCount"]);
        caller.pass(1);
    }
    assert_eq!(caller.service("c", "s")["runningCount"], 5);
    assert!(caller.events("c", "s")[0].ends_with("has reached a steady state."));

    caller.ask("UpdateService", &json!({"cluster": "c", "service": "s", "desiredCount": 1}));
    caller.until("scaled in", 60, |caller| caller.service("c", "s")["runningCount"] == 1);
    let stopped = &caller.tasks("c", "s", "STOPPED")[0];
    assert_eq!(stopped["stopCode"], "ServiceSchedulerInitiated");
    assert!(
        text(&stopped["stoppedReason"]).starts_with("Scaling activity initiated by (deployment ecs-svc/")
    );
    assert!(
        caller.events("c", "s").iter().any(|event| event.contains("has stopped 4 running tasks: (task "))
    );
}

#[test]
fn a_deleted_service_drains_and_then_is_inactive() {
    let mut caller = one_service("tasks = 2");
    caller.disturb(Disturbance::DeleteService { cluster: "c".into(), service: "s".into() });
    assert_eq!(caller.service("c", "s")["status"], "DRAINING");
    let update = json!({"cluster": "c", "service": "s", "desiredCount": 1});
    assert_eq!(caller.refused("UpdateService", &update), "ServiceNotActiveException");
    caller.until("inactive", 120, |caller| caller.service("c", "s")["status"] == "INACTIVE");
    assert_eq!(caller.ask("ListServices", &json!({"cluster": "c"}))["serviceArns"], json!([]));
}
