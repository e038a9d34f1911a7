//! The targets of a target group: which tasks are registered, and how the health checks see them.

use super::super::super::Millis;
use super::super::task::{Fate, Health, Task, TaskState};
use super::super::{ServiceKey, World};
use super::Slot;

/// Seconds between the health checks of a target.
pub const INTERVAL: u32 = 10;
/// Seconds until a health check counts as failed.
pub const TIMEOUT: u32 = 5;
/// Checks in a row that have to succeed, or to fail.
pub const HEALTHY_AFTER: u32 = 2;
pub const UNHEALTHY_AFTER: u32 = 2;
/// Seconds for which a target that leaves is drained: `deregistration_delay.timeout_seconds`.
pub const DRAINS: u32 = 30;

/// How long after it runs a task that never answers is `unhealthy`. Guess: its first checks fail one after the other.
const FOUND_OUT: Millis = 20_000;

/// `TargetHealth.State` (AWS.md §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetState {
    Initial,
    Healthy,
    Unhealthy,
    Draining,
}

impl TargetState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
            Self::Draining => "draining",
        }
    }

    /// The reason code and its description; a healthy target has neither. Descriptions are as the documentation of the
    /// codes words them, or guesses.
    pub fn reason(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Initial => Some(("Elb.InitialHealthChecking", "Initial health checks in progress")),
            Self::Healthy => None,
            Self::Unhealthy => {
                Some(("Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]"))
            }
            Self::Draining => {
                Some(("Target.DeregistrationInProgress", "Target deregistration is in progress"))
            }
        }
    }
}

/// How the load balancer sees a task of a service behind it; `None` if it is not registered.
pub fn state(task: &Task, now: Millis) -> Option<TargetState> {
    if task.state == TaskState::Deactivating {
        return Some(TargetState::Draining);
    }
    if !task.registered {
        return None;
    }
    let since = task.times.started.map_or(0, |started| now - started);
    let fails = matches!(task.fate, Fate::FailsLoadBalancer { .. });
    Some(match task.ready {
        // A container that fails its own check still answers the load balancer's.
        _ if task.health == Health::Unhealthy && !fails => TargetState::Healthy,
        true => TargetState::Healthy,
        false if fails && since >= FOUND_OUT => TargetState::Unhealthy,
        false => TargetState::Initial,
    })
}

/// The tasks that are registered in a target group, oldest first, with their states.
pub fn targets(world: &World, key: ServiceKey, slot: Slot) -> Vec<(&Task, TargetState)> {
    let Some(service) = world.service(key).filter(|service| service.settings.balanced) else {
        return Vec::new();
    };
    let tasks = service.tasks.iter().filter_map(|key| world.task(*key));
    let registered = tasks.filter(|task| task.slot == slot);
    registered.filter_map(|task| Some((task, state(task, world.now)?))).collect()
}
