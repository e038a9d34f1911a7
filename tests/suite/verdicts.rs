//! Verdicts as tables: what ECS says of a service, and the sentence that must come of it.

use fargate_top::fleet::Fleet;
use fargate_top::fleet::service::{Rollout, RolloutState, Service};
use fargate_top::fleet::task::{Health, Task, TaskState, TaskTimes};
use fargate_top::fleet::verdict::{Severity, Verdict};
use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::fixture::*;

const PATH: &str = "payments/api";

/// The verdict on one service among nothing else.
fn verdict(service: Service, tasks: Vec<Task>) -> Verdict {
    let mut fleet: Fleet = fleet(vec![service], tasks, Vec::new());
    triage(&mut fleet).verdict(&service_id(PATH)).cloned().unwrap()
}

fn says(service: Service, tasks: Vec<Task>) -> (Severity, String) {
    let verdict = verdict(service, tasks);
    (verdict.severity, verdict.why)
}

/// A service whose newest rollout is under way, with an older one beside it.
fn deploying(desired: u32, new: u32, old: u32) -> Service {
    let mut service = service(PATH, desired);
    service.running = new + old;
    service.definition = Some(definition_id("api:8"));
    let new = Rollout {
        running: new,
        state: Some(RolloutState::InProgress),
        created: Some(minutes_ago(4)),
        ..rollout("8008", "api:8", desired)
    };
    let old = Rollout { status: "ACTIVE".into(), running: old, ..rollout("7007", "api:7", desired) };
    service.rollouts = vec![new, old];
    service.events.insert(0, event(4, "has started 2 tasks: (task 1) (task 2)."));
    service
}

fn of_new(mut task: Task) -> Task {
    task.started_by = Some("ecs-svc/8008".into());
    task.definition = Some(definition_id("api:8"));
    task
}

#[test]
fn a_service_as_asked_is_ok_without_words() {
    assert_eq!(says(service(PATH, 3), vec![task(PATH, "aaaa")]), (Severity::Ok, String::new()));
    assert_eq!(says(service(PATH, 0), Vec::new()), (Severity::Ok, "scaled to 0".to_owned()));
}

#[test]
fn a_deployment_whose_tasks_all_die_fails() {
    let dead = (0..5).map(|n| of_new(stopped(PATH, &format!("dea{n}"), n + 1, Some(1)))).collect();
    assert_eq!(
        says(deploying(6, 0, 6), dead),
        (Severity::Fail, "all 5 new tasks exited 1; old 6/6 still serve".to_owned())
    );
    let dead = (0..3).map(|n| of_new(stopped(PATH, &format!("dea{n}"), n + 1, Some(1)))).collect();
    assert_eq!(
        says(deploying(6, 0, 0), dead),
        (Severity::Fail, "all 3 new tasks exited 1; nothing serves".to_owned())
    );
}

#[test]
fn a_new_task_that_serves_speaks_for_the_deployment() {
    let mut tasks: Vec<Task> =
        (0..2).map(|n| of_new(stopped(PATH, &format!("dea{n}"), n + 1, Some(1)))).collect();
    tasks.push(of_new(task(PATH, "good")));
    assert_eq!(
        says(deploying(6, 1, 6), tasks),
        (Severity::Deploying, "rev 7 > 8: 1 of 6 new tasks running".to_owned())
    );
}

#[test]
fn a_removed_secret_is_named_beside_the_crash() {
    let mut new = definition("api:8");
    new.containers[0].secrets.clear();
    let dead = (0..2).map(|n| of_new(stopped(PATH, &format!("dea{n}"), n + 1, Some(1)))).collect();
    let mut fleet = fleet(vec![deploying(6, 0, 6)], dead, vec![definition("api:7"), new]);
    let triage = triage(&mut fleet);
    assert_eq!(
        triage.verdict(&service_id(PATH)).unwrap().why,
        "all 2 new tasks exited 1; rev 8 lost secret DB_URL; old 6/6 still serve"
    );
}

#[rstest]
#[case(
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref x:4f1c: not found",
    "0/3 run: all 2 tasks could not pull image app:1.4.2 (not found)"
)]
#[case(
    "ResourceInitializationError: unable to pull secrets or registry auth: dial tcp: lookup api.ecr.eu-west-1.amazonaws.com: i/o timeout",
    "0/3 run: all 2 tasks cannot reach a secret or the registry: api.ecr"
)]
#[case(
    "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    "0/3 run: all 2 tasks cannot get a secret: not found"
)]
#[case(
    "Timeout waiting for network interface provisioning to complete.",
    "0/3 run: all 2 tasks got no network interface"
)]
fn nothing_runs_and_the_reason_is_in_words(#[case] reason: &str, #[case] expected: &str) {
    let mut service = service(PATH, 3);
    service.running = 0;
    service.events.insert(0, event(9, "has started 3 tasks: (task 1)."));
    let tasks = vec![never_ran(PATH, "dea1", 1, reason), never_ran(PATH, "dea2", 3, reason)];
    assert_eq!(says(service, tasks), (Severity::Fail, expected.to_owned()));
}

#[test]
fn a_service_that_has_just_been_asked_for_is_not_failing() {
    let mut service = service(PATH, 3);
    (service.running, service.pending) = (0, 3);
    service.events = vec![event(1, "has started 3 tasks: (task 1).")];
    service.rollouts[0].state = Some(RolloutState::InProgress);
    service.rollouts[0].running = 0;
    assert_eq!(says(service, Vec::new()), (Severity::Deploying, "rev 7: 0 of 3 tasks running".to_owned()));
}

#[test]
fn starts_that_keep_failing_for_five_minutes_fail() {
    let mut service = service(PATH, 3);
    service.running = 1;
    service.events.insert(0, event(22, "has started 2 tasks: (task 1) (task 2)."));
    let pull = "CannotPullContainerError: image not found";
    let tasks = vec![never_ran(PATH, "dea1", 1, pull), never_ran(PATH, "dea2", 6, pull), task(PATH, "good")];
    let verdict = verdict(service, tasks);
    assert_eq!(
        (verdict.severity, verdict.why.as_str(), verdict.since),
        (
            Severity::Fail,
            "1/3 run: 2 tasks could not pull image app:1.4.2 (not found)",
            Some(minutes_ago(22))
        )
    );
}

#[test]
fn fewer_tasks_than_asked_for_degrade_after_two_minutes() {
    let short = |minutes| {
        let mut service = service(PATH, 8);
        service.running = 5;
        service.events.insert(0, event(minutes, "has stopped 3 running tasks: (task 1)."));
        service
    };
    assert_eq!(says(short(1), Vec::new()).0, Severity::Deploying);
    assert_eq!(says(short(3), Vec::new()), (Severity::Degraded, "5/8 run".to_owned()));
    let elb = |id, minutes| {
        let mut task = stopped(PATH, id, minutes, Some(143));
        task.stop_code = Some("ServiceSchedulerInitiated".into());
        task.stopped_reason = Some("Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-search/77aa)".into());
        task
    };
    assert_eq!(
        says(short(9), vec![elb("dea1", 2), elb("dea2", 5)]),
        (
            Severity::Degraded,
            "5/8 run: 2 tasks in 15m failed load-balancer health checks in tg-search".to_owned()
        )
    );
}

#[test]
fn unhealthy_targets_are_told_with_their_code() {
    let mut service = service(PATH, 8);
    service.events.insert(0, event(3, "(task 9f3c) (port 8080) is unhealthy in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-search/77aa) due to (reason Health checks failed with these codes: [503])."));
    assert_eq!(
        says(service, Vec::new()),
        (Severity::Degraded, "1 target unhealthy in tg-search (HTTP 503)".to_owned())
    );
}

#[test]
fn a_container_that_fails_its_health_check_degrades() {
    let mut sick = task(PATH, "sick");
    sick.health = Health::Unhealthy;
    sick.containers[0].health = Health::Unhealthy;
    assert_eq!(
        says(service(PATH, 4), vec![sick]),
        (Severity::Degraded, "1 of 4 tasks fail their container health check (app)".to_owned())
    );
}

#[test]
fn a_sidecar_that_died_is_told() {
    let mut lame = task(PATH, "lame");
    let mut router = container("log_router");
    router.state = TaskState::Stopped;
    router.exit_code = Some(137);
    lame.containers.push(router);
    assert_eq!(
        says(service(PATH, 6), vec![lame]),
        (Severity::Degraded, "log_router exited 137 in 1 of 6 tasks, not restarted".to_owned())
    );
}

#[test]
fn a_rollback_is_told_until_a_newer_deployment() {
    let mut service = service(PATH, 4);
    service.events.insert(0, event(12, "rolling back to deployment ecs-svc/7007."));
    service.events.insert(0, event(9, "has reached a steady state."));
    service.rollouts[0].reason =
        Some("ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/7007.".into());
    let verdict = verdict(service, Vec::new());
    assert_eq!(
        (verdict.severity, verdict.why.as_str(), verdict.since),
        (
            Severity::Degraded,
            "last deploy was rolled back to api:7 by the circuit breaker",
            Some(minutes_ago(12))
        )
    );
}

#[rstest]
#[case(&[3, 14], "2 out-of-memory kills in 15m (limit 1024 MiB)")]
#[case(&[3, 40], "1 out-of-memory kill in 15m (limit 1024 MiB)")]
#[case(&[20, 40], "2 out-of-memory kills in 1h (limit 1024 MiB)")]
fn out_of_memory_kills_degrade(#[case] minutes: &[i64], #[case] expected: &str) {
    let killed = minutes.iter().map(|at| {
        let mut task = stopped(PATH, &format!("k{at:03}"), *at, Some(137));
        task.containers[0].reason = Some("OutOfMemoryError: Container killed due to memory usage".into());
        task.containers[0].memory = Some("1024".into());
        task
    });
    assert_eq!(says(service(PATH, 4), killed.collect()), (Severity::Degraded, expected.to_owned()));
}

#[test]
fn one_spot_interruption_is_no_trouble_and_two_are() {
    let spot = |id, minutes| {
        let mut task = stopped(PATH, id, minutes, Some(143));
        task.stop_code = Some("SpotInterruption".into());
        task.stopped_reason = Some("Your Spot Task was interrupted.".into());
        task
    };
    assert_eq!(says(service(PATH, 4), vec![spot("dea1", 3)]).0, Severity::Ok);
    assert_eq!(
        says(service(PATH, 4), vec![spot("dea1", 3), spot("dea2", 9)]),
        (Severity::Degraded, "2 tasks in 15m were interrupted (Spot)".to_owned())
    );
}

#[test]
fn a_deployment_without_a_place_for_its_tasks_is_stuck() {
    let mut service = deploying(4, 0, 4);
    service.events.insert(0, event(1, "was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone."));
    assert_eq!(
        says(service, Vec::new()),
        (
            Severity::Degraded,
            "deploy of rev 8 is stuck: no place for a task: Capacity is unavailable at this time; old 4/4 still serve"
                .to_owned()
        )
    );
}

#[test]
fn a_task_that_does_not_start_is_stuck_after_five_minutes() {
    let mut slow = of_new(task(PATH, "slow"));
    slow.state = TaskState::Pending;
    slow.times = TaskTimes { created: Some(minutes_ago(7)), ..TaskTimes::default() };
    let mut service = deploying(4, 0, 4);
    service.pending = 1;
    assert_eq!(
        says(service, vec![slow]),
        (
            Severity::Degraded,
            "1 task stuck in PENDING (pulling or initialising); old 4/4 still serve".to_owned()
        )
    );
}

#[rstest]
#[case(3, 6, "rev 7 > 8: 3 of 6 new tasks running")]
#[case(6, 1, "rev 7 > 8: draining 1 old task")]
fn a_deployment_tells_how_far_it_is(#[case] new: u32, #[case] old: u32, #[case] expected: &str) {
    assert_eq!(says(deploying(6, new, old), Vec::new()), (Severity::Deploying, expected.to_owned()));
}

#[test]
fn scaling_is_told_in_its_direction() {
    let mut service = service(PATH, 10);
    (service.running, service.pending) = (6, 4);
    service.events.insert(0, event(0, "has started 4 tasks: (task 1)."));
    assert_eq!(
        says(service, Vec::new()),
        (Severity::Deploying, "scaling out: 6 of 10 tasks running".to_owned())
    );
}

#[test]
fn a_verdict_says_when_time_alone_will_change_it() {
    let mut service = service(PATH, 8);
    service.running = 5;
    service.events.insert(0, event(1, "has stopped 3 running tasks: (task 1)."));
    assert_eq!(verdict(service, Vec::new()).review_at, Some(ago(60 - 120)));
}
