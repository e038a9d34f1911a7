//! The story `incident`: every trouble has the facts that AWS would give.

use serde_json::{Value, json};

use super::support::{Caller, START_SECONDS, list, story, text};

fn ended<'a>(tasks: &'a [Value], code: &str) -> Vec<&'a Value> {
    tasks.iter().filter(|task| task["stopCode"] == code).collect()
}

fn said(caller: &Caller, cluster: &str, service: &str, part: &str) -> bool {
    caller.events(cluster, service).iter().any(|event| event.contains(part))
}

#[test]
fn it_has_forty_six_services_in_five_clusters_and_an_empty_one() {
    let caller = story("incident");
    let mut sizes = Vec::new();
    for cluster in list(&caller.ask("ListClusters", &json!({}))["clusterArns"]) {
        let answer = caller.ask("DescribeClusters", &json!({"clusters": [cluster]}));
        sizes.push(answer["clusters"][0]["activeServicesCount"].as_u64().unwrap());
    }
    assert_eq!(sizes, [10, 12, 7, 7, 10, 0]);
}

#[test]
fn checkout_api_crashes_on_a_missing_variable() {
    let mut caller = story("incident");
    let service = caller.service("payments", "checkout-api");
    assert_eq!((&service["runningCount"], &service["desiredCount"]), (&json!(0), &json!(6)));
    assert_eq!(service["deployments"][0]["rolloutState"], "IN_PROGRESS");
    let configuration = &service["deploymentConfiguration"];
    assert_eq!(configuration["deploymentCircuitBreaker"]["enable"], false);
    assert_eq!(
        (&configuration["minimumHealthyPercent"], &configuration["maximumPercent"]),
        (&json!(0), &json!(100))
    );
    let stopped = caller.tasks("payments", "checkout-api", "STOPPED");
    let crashed = ended(&stopped, "EssentialContainerExited");
    assert!(crashed.len() >= 12, "{}", crashed.len());
    for task in &crashed {
        assert_eq!(task["stoppedReason"], "Essential container in task exited");
        assert_eq!(task["containers"][0]["exitCode"], 1);
        let ran = task["executionStoppedAt"].as_f64().unwrap() - task["startedAt"].as_f64().unwrap();
        assert!((9.0..13.0).contains(&ran), "{ran}");
    }
    let names = |revision: u32| -> Vec<String> {
        let name = format!("checkout-api:{revision}");
        let answer = caller.ask("DescribeTaskDefinition", &json!({"taskDefinition": name}));
        let secrets = list(&answer["taskDefinition"]["containerDefinitions"][0]["secrets"]).to_vec();
        secrets.iter().map(|secret| text(&secret["name"]).to_owned()).collect()
    };
    assert_eq!(
        (names(418), names(419)),
        (vec!["DB_URL".into(), "PAYMENT_KEY".into()], vec!["PAYMENT_KEY".into()])
    );
    caller.pass(600);
    assert!(
        caller.tasks("payments", "checkout-api", "STOPPED").len() > stopped.len() + 30,
        "it goes on crashing"
    );
}

#[test]
fn mail_worker_cannot_pull_its_image() {
    let caller = story("incident");
    let service = caller.service("core", "mail-worker");
    assert_eq!((&service["runningCount"], &service["desiredCount"]), (&json!(1), &json!(3)));
    let stopped = caller.tasks("core", "mail-worker", "STOPPED");
    let failed = ended(&stopped, "TaskFailedToStart");
    assert!(failed.len() >= 10);
    let reason = text(&failed[0]["stoppedReason"]);
    assert!(reason.starts_with("CannotPullContainerError") && reason.ends_with("not found"), "{reason}");
    assert!(said(&caller, "core", "mail-worker", "is unable to consistently start tasks successfully."));
    let mut starts: Vec<_> = failed.iter().map(|task| task["createdAt"].as_f64().unwrap()).collect();
    starts.dedup();
    let gaps: Vec<_> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.len() > 4 && gaps.is_sorted(), "the launch back-off grows: {gaps:?}");
}

#[test]
fn image_resize_is_killed_for_its_memory() {
    let caller = story("incident");
    let service = caller.service("media", "image-resize");
    assert_eq!((&service["runningCount"], &service["desiredCount"]), (&json!(4), &json!(4)));
    let stopped = caller.tasks("media", "image-resize", "STOPPED");
    let lately = |task: &&&Value| task["stoppingAt"].as_f64().unwrap() > START_SECONDS - 900.0;
    let killed = ended(&stopped, "EssentialContainerExited");
    assert!(killed.iter().filter(lately).count() >= 1);
    for task in killed {
        let app = &task["containers"][0];
        assert_eq!(app["exitCode"], 137);
        assert_eq!(app["reason"], "OutOfMemoryError: Container killed due to memory usage");
    }
}

#[test]
fn auth_api_finds_no_room_and_old_tasks_serve() {
    let mut caller = story("incident");
    for _ in 0..2 {
        let service = caller.service("core", "auth-api");
        let deployments = list(&service["deployments"]);
        assert_eq!((&service["runningCount"], &service["desiredCount"]), (&json!(6), &json!(6)));
        assert_eq!((deployments.len(), &deployments[0]["runningCount"]), (2, &json!(3)));
        assert_eq!(
            (&deployments[0]["rolloutState"], &deployments[0]["pendingCount"]),
            (&json!("IN_PROGRESS"), &json!(1))
        );
        let waiting = caller.tasks("core", "auth-api", "RUNNING");
        assert_eq!(waiting.iter().filter(|task| task["lastStatus"] == "PENDING").count(), 1);
        caller.pass(1800);
    }
    assert!(said(
        &caller,
        "core",
        "auth-api",
        "was unable to place a task. Reason: Capacity is unavailable at this time"
    ));
}

#[test]
fn search_api_fails_its_health_checks_over_and_over() {
    let caller = story("incident");
    let service = caller.service("search", "search-api");
    assert_eq!((&service["runningCount"], &service["desiredCount"]), (&json!(5), &json!(8)));
    let stopped = caller.tasks("search", "search-api", "STOPPED");
    let failed = ended(&stopped, "ServiceSchedulerInitiated");
    assert!(failed.len() >= 9);
    let group = text(&service["loadBalancers"][0]["targetGroupArn"]);
    assert_eq!(
        failed[0]["stoppedReason"],
        format!("Task failed ELB health checks in (target-group {group})")
    );
    let cause = "due to (reason Health checks failed with these codes: [503]).";
    assert!(said(&caller, "search", "search-api", cause));
    assert!(said(&caller, "search", "search-api", "Amazon ECS replaced "));
}

#[test]
fn thumbnailer_is_interrupted_and_recovers() {
    let caller = story("incident");
    let service = caller.service("web", "thumbnailer");
    assert_eq!(service["runningCount"], 6);
    assert_eq!(service["capacityProviderStrategy"][0]["capacityProvider"], "FARGATE_SPOT");
    assert!(service.get("launchType").is_none());
    let stopped = caller.tasks("web", "thumbnailer", "STOPPED");
    let interrupted = ended(&stopped, "SpotInterruption");
    assert!(interrupted.len() >= 3);
    assert_eq!(interrupted[0]["stoppedReason"], "Your Spot Task was interrupted.");
    assert_eq!(interrupted[0]["capacityProviderName"], "FARGATE_SPOT");
}

#[test]
fn cart_web_was_rolled_back_twelve_minutes_ago() {
    let caller = story("incident");
    let service = caller.service("web", "cart-web");
    let deployment = &service["deployments"][0];
    assert_eq!((&service["runningCount"], &deployment["rolloutState"]), (&json!(4), &json!("COMPLETED")));
    let reason = text(&deployment["rolloutStateReason"]);
    assert!(
        reason.starts_with("ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/"),
        "{reason}"
    );
    let age = START_SECONDS - deployment["updatedAt"].as_f64().unwrap();
    assert!((660.0..780.0).contains(&age), "{age}");
    assert!(said(&caller, "web", "cart-web", "rolling back to deployment ecs-svc/"));
}

#[test]
fn a_sidecar_is_gone_and_a_container_is_unhealthy() {
    let caller = story("incident");
    let tasks = caller.tasks("core", "audit-log", "RUNNING");
    let gone = |task: &&Value| list(&task["containers"]).iter().any(|it| it["lastStatus"] == "STOPPED");
    let lost: Vec<_> = tasks.iter().filter(gone).collect();
    assert_eq!((lost.len(), &lost[0]["lastStatus"]), (1, &json!("RUNNING")));
    let router = &lost[0]["containers"][1];
    assert_eq!((&router["name"], &router["exitCode"]), (&json!("log_router"), &json!(137)));

    let tasks = caller.tasks("search", "crawl-worker", "RUNNING");
    let unhealthy: Vec<_> = tasks.iter().filter(|task| task["healthStatus"] == "UNHEALTHY").collect();
    assert_eq!((unhealthy.len(), &unhealthy[0]["lastStatus"]), (1, &json!("RUNNING")));
    assert_eq!(unhealthy[0]["containers"][0]["healthStatus"], "UNHEALTHY");
    assert!(said(&caller, "search", "crawl-worker", "failed container health checks."));
}

#[test]
fn two_healthy_deployments_run_and_come_to_an_end() {
    let mut caller = story("incident");
    for (cluster, name) in [("core", "notify"), ("web", "web-front")] {
        assert_eq!(caller.service(cluster, name)["deployments"][0]["rolloutState"], "IN_PROGRESS", "{name}");
    }
    caller.until("both complete", 900, |caller| {
        [("core", "notify"), ("web", "web-front")].iter().all(|(cluster, name)| {
            caller.service(cluster, name)["deployments"][0]["rolloutState"] == "COMPLETED"
        })
    });
    caller.until("a new one begins", 900, |caller| {
        caller.service("core", "notify")["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    });
}

#[test]
fn report_builder_cannot_get_its_secret() {
    let caller = story("incident");
    let service = caller.service("core", "report-builder");
    assert_eq!((&service["runningCount"], list(&service["deployments"]).len()), (&json!(2), 2));
    let stopped = caller.tasks("core", "report-builder", "STOPPED");
    let reason = text(&ended(&stopped, "TaskFailedToStart")[0]["stoppedReason"]);
    assert!(
        reason.starts_with("ResourceInitializationError: unable to pull secrets or registry auth"),
        "{reason}"
    );
}

#[test]
fn tasks_without_a_service_run_and_fail() {
    let caller = story("incident");
    let alone = |cluster: &str, family: &str, desired: &str| {
        let body = json!({"cluster": cluster, "family": family, "desiredStatus": desired});
        let tasks = caller.ask("ListTasks", &body)["taskArns"].clone();
        caller.ask("DescribeTasks", &json!({"cluster": cluster, "tasks": tasks}))["tasks"][0].clone()
    };
    let running = alone("core", "search-reindex", "RUNNING");
    assert_eq!(
        (&running["lastStatus"], &running["group"]),
        (&json!("RUNNING"), &json!("family:search-reindex"))
    );
    let failed = alone("payments", "ledger-backfill", "STOPPED");
    assert_eq!((&failed["lastStatus"], &failed["containers"][0]["exitCode"]), (&json!("STOPPED"), &json!(2)));
    assert_eq!(failed["startedBy"], "ci-pipeline-8841");
}

#[test]
fn steady_services_do_not_change_by_a_byte() {
    let mut caller = story("incident");
    let steady =
        json!({"cluster": "payments", "services": ["cart-api", "orders-api", "ledger", "fraud-check"]});
    let before = caller.ask("DescribeServices", &steady);
    let tasks = caller.tasks("payments", "orders-api", "RUNNING");
    caller.pass(3 * 3600);
    assert_eq!(caller.ask("DescribeServices", &steady), before);
    assert_eq!(caller.tasks("payments", "orders-api", "RUNNING"), tasks);
}
