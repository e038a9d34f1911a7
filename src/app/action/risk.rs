//! How much a change asks of the person who confirms it (UX.md §4.3).

use super::Change;
use crate::fleet::Fleet;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::task::{Health, TaskState};
use crate::fleet::verdict::Severity;

/// More targets than this are confirmed by typing.
const BATCH: usize = 5;

/// The friction before a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// A capital letter.
    Low,
    /// A capital letter, in a protected scope.
    Medium,
    /// A word that proves understanding, then the letter.
    High,
}

impl Risk {
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The risk of changes that are confirmed together; `severity` tells how bad it is before them.
pub fn risk(
    fleet: &Fleet,
    changes: &[Change],
    is_protected: bool,
    severity: impl Fn(&ServiceId) -> Severity,
) -> Risk {
    let of_one = |change: &Change| match change {
        Change::Scale { service, desired, .. } => {
            let now = fleet.service(service).map_or(0, |service| service.desired);
            of_count(now, *desired)
        }
        // Registering clamps the count into the range at once: what it comes to is judged as a scaling to that.
        Change::Range { service, min, max, .. } => of_range(fleet, service, *min, *max),
        Change::Suspend { service, .. } => {
            let target = fleet.scaling(service).and_then(|scaling| scaling.target.as_ref());
            target.map_or(Risk::Medium, |target| of_range(fleet, service, target.min, target.max))
        }
        Change::Deploy { service, back: true, .. } => {
            let hurts = fleet.service(service).is_some_and(|service| service.is_deploying())
                || matches!(severity(service), Severity::Fail | Severity::Degraded);
            if hurts { Risk::Medium } else { Risk::High }
        }
        Change::Release { service, release, .. } if release.back => {
            let hurts = matches!(severity(service), Severity::Fail | Severity::Degraded);
            if hurts { Risk::Medium } else { Risk::High }
        }
        Change::StopTask { service: None, .. }
        | Change::Continue { .. }
        | Change::StopShift { back: false, .. }
        | Change::RemoveBlue { .. } => Risk::High,
        _ => Risk::Medium,
    };
    let worst = changes.iter().map(of_one).max().unwrap_or(Risk::Low);
    let worst = if changes.len() > BATCH || stops_too_many(fleet, changes) { Risk::High } else { worst };
    match worst {
        worst if is_protected => worst,
        Risk::High if stops_too_many(fleet, changes) => Risk::High,
        Risk::High => Risk::Medium,
        Risk::Medium | Risk::Low => Risk::Low,
    }
}

/// Fewer than half, or none, is a high risk.
fn of_count(now: u32, desired: u32) -> Risk {
    let halves = u64::from(desired) * 2 < u64::from(now);
    if desired < now && (desired == 0 || halves) { Risk::High } else { Risk::Medium }
}

fn of_range(fleet: &Fleet, service: &ServiceId, min: u32, max: u32) -> Risk {
    let now = fleet.service(service).map_or(0, |service| service.desired);
    of_count(now, now.max(min).min(max))
}

/// The tasks to be stopped leave a service with less than half of its desired tasks healthy.
pub fn stops_too_many(fleet: &Fleet, changes: &[Change]) -> bool {
    let stopped: Vec<_> = changes
        .iter()
        .filter_map(|change| match change {
            Change::StopTask { cluster, service: Some(service), task } => Some((cluster, service, task)),
            _ => None,
        })
        .collect();
    // One task at a time is what ECS itself may take away.
    stopped.len() > 1
        && stopped.iter().any(|(cluster, service, _)| {
            let desired = fleet.service(service).map_or(0, |service| service.desired);
            let gone = |id| stopped.iter().any(|(_, _, task)| **task == id);
            let left = healthy(fleet, cluster, service).filter(|id| !gone(id.clone())).count();
            u64::try_from(left).unwrap_or(u64::MAX) * 2 < u64::from(desired)
        })
}

/// The tasks of a service that serve.
pub fn healthy<'f>(
    fleet: &'f Fleet,
    cluster: &ClusterId,
    service: &ServiceId,
) -> impl Iterator<Item = crate::fleet::id::TaskId> + use<'f> {
    let name = fleet.service(service).map_or_else(|| service.name().into(), |service| service.name.clone());
    fleet
        .tasks_of(cluster, &name)
        .filter(|known| known.task.state == TaskState::Running && known.task.health != Health::Unhealthy)
        .map(|known| known.task.id.clone())
}
