//! The life of a task, from PROVISIONING to being forgotten.

use std::sync::Arc;

use super::super::Millis;
use super::balancer::names;
use super::definition::Definition;
use super::event::Fact;
use super::scheduler;
use super::task::{Ending, Fate, Health, Owner, StopCode, Task, TaskKey, TaskState};
use super::{ServiceKey, World};

/// How long AWS remembers a stopped task (AWS.md §0.13: about an hour).
const REMEMBERED: Millis = 60 * 60_000;
/// How long a task stays UNHEALTHY before its replacement is healthy and ECS stops it. Guess.
const UNHEALTHY_FOR: Millis = 7 * 60_000;

/// Starts the clock of a task that was just made.
pub fn begin(world: &mut World, key: TaskKey) {
    let due = world.now + world.between(6_000..=9_500);
    world.change(key, |task| task.due = Some(due));
}

/// Plays the step that is due at `at`; a step that was put off meanwhile is not played.
pub fn step(world: &mut World, key: TaskKey, at: Millis) {
    let Some(task) = world.task(key) else { return };
    if task.due != Some(at) {
        return;
    }
    match task.state {
        TaskState::Provisioning => pull(world, key, at),
        TaskState::Pending => match &task.fate {
            Fate::NeverStarts { reason } => {
                let reason = Arc::clone(reason);
                stop(
                    world,
                    key,
                    Ending { code: StopCode::FailedToStart, reason, exit: None, container_reason: None },
                );
            }
            _ => activate(world, key, at),
        },
        TaskState::Activating => run(world, key, at),
        TaskState::Running => while_running(world, key, at),
        TaskState::Deactivating => {
            // The containers of a task that ended by itself are gone already.
            if task.times.execution_stopped.is_some() {
                deprovision(world, key, at);
            } else {
                let due = at + world.between(1_500..=6_000);
                world.change(key, |task| {
                    task.state = TaskState::Stopping;
                    task.times.signalled = Some(at);
                    task.due = Some(due);
                });
            }
        }
        TaskState::Stopping => deprovision(world, key, at),
        TaskState::Deprovisioning => world.change(key, |task| {
            task.state = TaskState::Stopped;
            task.times.stopped = Some(at);
            task.due = Some(at + REMEMBERED);
        }),
        TaskState::Stopped => world.forget(key),
    }
}

fn settings_of(world: &World, task: &Task) -> (Option<ServiceKey>, bool, Millis) {
    match task.owner {
        Owner::Service { service, .. } => world.service(service).map_or((None, false, 6_000), |found| {
            (Some(service), found.settings.balanced, found.settings.pull)
        }),
        Owner::Alone { .. } => (None, false, 6_000),
    }
}

/// The network interface is there: PENDING, the image is pulled.
fn pull(world: &mut World, key: TaskKey, at: Millis) {
    let Some(task) = world.task(key) else { return };
    let (_, _, usual) = settings_of(world, task);
    let due = match task.fate {
        Fate::Hangs => None,
        Fate::NeverStarts { .. } => Some(at + world.between(3_000..=7_000)),
        _ => Some(at + world.between(usual * 9 / 10..=usual * 11 / 10)),
    };
    world.change(key, |task| {
        task.state = TaskState::Pending;
        task.times.connected = Some(at - 1_250);
        task.times.pull_started = Some(at);
        task.due = due;
    });
}

/// The image is there: the containers start, targets are registered.
fn activate(world: &mut World, key: TaskKey, at: Millis) {
    let Some(task) = world.task(key) else { return };
    let (_, balanced, _) = settings_of(world, task);
    let due = at + if balanced { world.between(3_500..=5_500) } else { world.between(900..=1_600) };
    world.change(key, |task| {
        task.state = TaskState::Activating;
        task.times.pull_stopped = Some(at);
        task.due = Some(due);
    });
}

/// How long after RUNNING the fate of a task comes true.
fn fate_after(fate: &Fate) -> Option<Millis> {
    match fate {
        Fate::Exits { after, .. }
        | Fate::OutOfMemory { after }
        | Fate::FailsLoadBalancer { after }
        | Fate::FailsContainerCheck { after }
        | Fate::Interrupted { after }
        | Fate::LosesSidecar { after } => Some(*after),
        Fate::Lives | Fate::NeverStarts { .. } | Fate::Hangs => None,
    }
}

fn run(world: &mut World, key: TaskKey, at: Millis) {
    let Some(task) = world.task(key) else { return };
    let (service, balanced, _) = settings_of(world, task);
    let checked = world.definition(task.definition).is_some_and(Definition::has_health_check);
    // A task that nobody checks counts as healthy after 40 s (AWS.md §1.4).
    let ready = match (checked, balanced) {
        (true, _) => world.between(22_000..=32_000),
        (false, true) => world.between(16_000..=26_000),
        (false, false) => 40_000,
    };
    let Some(task) = world.task(key) else { return };
    let first = match (&task.fate, fate_after(&task.fate)) {
        (Fate::FailsLoadBalancer { after }, _) => *after,
        (_, Some(after)) => after.min(ready),
        (_, None) => ready,
    };
    world.change(key, |task| {
        task.state = TaskState::Running;
        task.times.started = Some(at);
        task.ill = matches!(task.fate, Fate::FailsLoadBalancer { .. }).then_some(at);
        task.registered = balanced;
        task.due = Some(at + first);
    });
    if let Some(service) = service {
        scheduler::task_runs(world, service, key, balanced);
    }
}

/// A running task becomes ready, or its fate comes true.
fn while_running(world: &mut World, key: TaskKey, at: Millis) {
    let Some(task) = world.task(key) else { return };
    let started = task.times.started.unwrap_or(at);
    let fated = fate_after(&task.fate).map(|after| started + after);
    if task.ready || task.health == Health::Unhealthy || fated.is_some_and(|fated| at >= fated) {
        return meet_fate(world, key, at);
    }
    let checked = world.definition(task.definition).is_some_and(Definition::has_health_check);
    let (service, ..) = settings_of(world, task);
    world.change(key, |task| {
        task.ready = true;
        task.health = if checked { Health::Healthy } else { Health::Unknown };
        task.due = fated;
    });
    if let Some(service) = service {
        scheduler::task_is_well(world, service, key);
    }
}

fn meet_fate(world: &mut World, key: TaskKey, at: Millis) {
    let Some(task) = world.task(key) else { return };
    let id = task.id;
    let service = match task.owner {
        Owner::Service { service, .. } => Some(service),
        Owner::Alone { .. } => None,
    };
    let exited = |exit, container_reason: Option<&str>| Ending {
        code: StopCode::EssentialContainerExited,
        reason: Arc::from("Essential container in task exited"),
        exit: Some(exit),
        container_reason: container_reason.map(Arc::from),
    };
    match task.fate {
        Fate::Exits { code, .. } => stop(world, key, exited(code, None)),
        Fate::OutOfMemory { .. } => {
            let reason = "OutOfMemoryError: Container killed due to memory usage";
            stop(world, key, exited(137, Some(reason)));
        }
        Fate::Interrupted { .. } => {
            let reason = Arc::from("Your Spot Task was interrupted.");
            stop(
                world,
                key,
                Ending { code: StopCode::Spot, reason, exit: Some(143), container_reason: None },
            );
        }
        Fate::LosesSidecar { .. } => world.change(key, |task| {
            task.lost_sidecar = Some(at);
            task.fate = Fate::Lives;
            task.due = None;
        }),
        Fate::FailsContainerCheck { .. } if task.health != Health::Unhealthy => {
            world.change(key, |task| {
                task.health = Health::Unhealthy;
                task.ill = Some(at);
                task.ready = false;
                task.due = Some(at + UNHEALTHY_FOR);
            });
            scheduler::say(world, service, Fact::FailedContainerHealthCheck(id));
        }
        Fate::FailsContainerCheck { .. } => {
            scheduler::unhealthy(world, service);
            stop(world, key, scheduler_stop(Arc::from("Task failed container health checks"), 143));
        }
        Fate::FailsLoadBalancer { .. } => {
            let port = world.definition(task.definition).and_then(Definition::port).unwrap_or(80);
            let slot = task.slot;
            let arn = service.and_then(|service| names::group_arn(world, service, slot)).unwrap_or_default();
            let cause = "Health checks failed with these codes: [503]";
            scheduler::say(world, service, Fact::Unhealthy { task: id, port, slot, cause });
            scheduler::unhealthy(world, service);
            let reason = format!("Task failed ELB health checks in (target-group {arn})");
            stop(world, key, scheduler_stop(Arc::from(reason), 143));
        }
        Fate::Lives | Fate::Hangs | Fate::NeverStarts { .. } => world.change(key, |task| task.due = None),
    }
}

/// An ending that the service scheduler wants.
pub fn scheduler_stop(reason: Arc<str>, exit: i32) -> Ending {
    Ending { code: StopCode::Scheduler, reason, exit: Some(exit), container_reason: None }
}

/// Makes a task stop, from whatever state it is in.
pub fn stop(world: &mut World, key: TaskKey, mut ending: Ending) {
    let Some(task) = world.task(key).filter(|task| task.is_wanted()) else { return };
    let at = world.now;
    let (service, balanced, _) = settings_of(world, task);
    let (state, registered) = (task.state, task.registered);
    let ran = state >= TaskState::Running;
    if !ran {
        ending.exit = None;
    }
    let failed = match ending.code {
        StopCode::FailedToStart => true,
        StopCode::Scheduler => ending.reason.starts_with("Task failed"),
        _ => false,
    };
    let by_itself = ending.code == StopCode::EssentialContainerExited;
    let next = match state {
        _ if !ran => TaskState::Deprovisioning,
        _ if balanced => TaskState::Deactivating,
        _ if by_itself => TaskState::Deprovisioning,
        _ => TaskState::Stopping,
    };
    let due = at
        + match next {
            TaskState::Deactivating if by_itself => world.between(1_000..=3_000),
            TaskState::Deactivating => world.between(24_000..=34_000),
            TaskState::Stopping => world.between(1_500..=6_000),
            _ => world.between(7_000..=14_000),
        };
    let executed = (by_itself || !ran).then_some(at);
    let signalled = (next == TaskState::Stopping).then_some(at);
    world.change(key, |task| {
        task.ending = Some(Box::new(ending));
        task.state = next;
        task.ready = false;
        task.registered = false;
        task.times.stopping = Some(at);
        task.times.execution_stopped = executed;
        task.times.signalled = signalled;
        task.due = Some(due);
    });
    if let Some(service) = service {
        scheduler::task_ends(world, service, key, registered, failed);
    }
}

fn deprovision(world: &mut World, key: TaskKey, at: Millis) {
    let due = at + world.between(7_000..=14_000);
    world.change(key, |task| {
        task.state = TaskState::Deprovisioning;
        task.times.execution_stopped.get_or_insert(at);
        task.due = Some(due);
    });
}
