//! The tasks of the incident: those that crash, cannot start, were killed, or run.
#![expect(clippy::indexing_slicing, reason = "every service here has a rollout, every task a container")]

use chrono::{DateTime, TimeDelta, Utc};
use fargate_top::fleet::task::{Container, Health, Task, TaskState};

use super::ago;
use crate::support::fixture::{self, definition_id};

/// A task that runs since some minutes.
fn task(cluster: &str, short: &str, service: &str, revision: u32, minutes: i64) -> Task {
    let created = ago(minutes, 40);
    let sum: usize = short.bytes().map(usize::from).sum();
    let mut task = fixture::task(&format!("{cluster}/{service}"), short);
    task.definition = Some(definition_id(&format!("{service}:{revision}")));
    task.started_by = Some(format!("ecs-svc/{service}-{revision}").into());
    task.health = Health::Healthy;
    task.times.created = Some(created);
    task.times.pull_started = Some(created + TimeDelta::seconds(14));
    task.times.pull_stopped = Some(created + TimeDelta::seconds(18));
    task.times.started = Some(created + TimeDelta::seconds(40));
    task.zone = Some(["eu-west-1a", "eu-west-1b", "eu-west-1c"][sum % 3].into());
    if let Some(interface) = &mut task.interface {
        interface.private_ip = Some(format!("10.0.12.{}", 10 + sum % 200).into());
    }
    task.containers = vec![container("app", "app:2.14.0")];
    task
}

fn container(name: &str, image: &str) -> Container {
    let mut container = fixture::container(name);
    container.image = Some(format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/{image}").into());
    container.health = Health::Healthy;
    container
}

/// The task, stopped some time ago; one that has no exit code never ran.
fn stopped(mut task: Task, at: DateTime<Utc>, exit: Option<i32>, code: &str, reason: &str) -> Task {
    task.state = TaskState::Stopped;
    task.desired = TaskState::Stopped;
    task.health = Health::Unknown;
    task.stop_code = Some(code.into());
    task.stopped_reason = Some(reason.into());
    task.times.stopping = Some(at - TimeDelta::seconds(2));
    task.times.execution_stopped = Some(at - TimeDelta::seconds(1));
    task.times.stopped = Some(at);
    if exit.is_none() {
        task.times.started = None;
        task.times.pull_stopped = None;
    }
    for container in &mut task.containers {
        container.state = TaskState::Stopped;
        container.health = Health::Unknown;
        container.exit_code = exit;
    }
    task
}

/// All of them.
pub fn tasks() -> Vec<Task> {
    [crash_loop(), missing_image(), kills(), sidecars()].concat()
}

fn crash_loop() -> Vec<Task> {
    let shorts = ["9f3c", "b2e7", "03aa", "77f1", "51de"];
    let crashed = shorts.iter().zip(0..).map(|(short, place)| {
        let at = ago(0, 31 + 55 * place);
        let mut task = task("payments", short, "checkout-api", 419, 1);
        task.times.started = Some(at - TimeDelta::seconds(12));
        task.times.created = Some(at - TimeDelta::seconds(50));
        stopped(task, at, Some(1), "EssentialContainerExited", "Essential container in task exited")
    });
    let mut starting = task("payments", "d0d0", "checkout-api", 419, 0);
    starting.state = TaskState::Pending;
    starting.health = Health::Unknown;
    starting.times.started = None;
    starting.containers[0].state = TaskState::Pending;
    starting.containers[0].health = Health::Unknown;
    crashed.chain([starting]).collect()
}

fn missing_image() -> Vec<Task> {
    let reason = "CannotPullContainerError: pull image manifest has been retried 5 time(s): \
                  failed to resolve ref mail:4f1c: not found";
    let failed = [("77aa", 21), ("88bb", 14), ("99cc", 6)].map(|(short, minutes)| {
        let task = task("core", short, "mail-worker", 8, minutes + 1);
        let mut task = stopped(task, ago(minutes, 0), None, "TaskFailedToStart", reason);
        task.containers[0].image = Some("registry/mail:4f1c".into());
        task
    });
    failed.to_vec()
}

fn kills() -> Vec<Task> {
    let resize = |short: &str, minutes: i64| {
        let mut task = task("media", short, "image-resize", 31, minutes);
        task.capacity_provider = Some("FARGATE_SPOT".into());
        task.containers.push(container("envoy", "envoy:1.31"));
        task
    };
    let mut tasks = vec![resize("b810", 22), resize("c2d9", 9), resize("77a1", 31)];
    let mut sick = resize("e6f0", 130);
    sick.health = Health::Unhealthy;
    sick.containers[0].health = Health::Unhealthy;
    tasks.push(sick);
    for (short, minutes) in [("4e10", 9), ("19cc", 13)] {
        let reason = "Essential container in task exited";
        let task = resize(short, minutes + 31);
        let mut task = stopped(task, ago(minutes, 12), Some(137), "EssentialContainerExited", reason);
        task.containers[0].reason = Some("OutOfMemoryError: Container killed due to memory usage".into());
        task.containers[1].exit_code = Some(0);
        tasks.push(task);
    }
    let replaced = task("media", "f3aa", "image-resize", 30, 350);
    let reason = "Scaling activity initiated by (deployment ecs-svc/image-resize-31)";
    tasks.push(stopped(replaced, ago(48, 0), Some(143), "ServiceSchedulerInitiated", reason));
    tasks
}

fn sidecars() -> Vec<Task> {
    let shorts = ["a41c", "0be2", "77d0", "c9f4", "12aa", "e07b", "5d3e", "9f81", "3c3c", "4d4d"];
    let running = shorts.iter().zip(0..).map(|(short, place)| {
        let mut task = task("payments", short, "cart-api", 77, 13 + 700 * (place % 4));
        let mut router = container("log_router", "aws-for-fluent-bit:stable");
        router.health = Health::Unknown;
        if place < 3 {
            router.state = TaskState::Stopped;
            router.exit_code = Some(137);
        }
        task.containers.push(router);
        task
    });
    let mut tasks: Vec<Task> = running.collect();
    let spot = task("payments", "6e6e", "cart-api", 77, 200);
    tasks.push(stopped(spot, ago(41, 0), Some(143), "SpotInterruption", "Your Spot Task was interrupted."));
    tasks.extend(["aa01", "aa02", "aa03"].map(|short| task("core", short, "auth-api", 89, 2)));
    tasks
}
