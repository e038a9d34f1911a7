//! What a dialog asks about, with what a person has typed and chosen so far, and the changes that follow from it.

use super::Change;
pub use super::candidate::{Candidate, brought, candidates, ways_back};
use super::release::{self, Choice};
use super::shift::{Waiting, shift_of};
use crate::app::text_input::TextInput;
use crate::fleet::Fleet;
use crate::fleet::codedeploy::CodeDeployId;
use crate::fleet::deployment::DeploymentStatus;
use crate::fleet::id::{ClusterId, ContextId, DeploymentId, ServiceId, TaskId};
use crate::fleet::percent::Percent;
use crate::fleet::scaling::Suspension;

/// The largest count that is taken for one: ECS allows 5,000 tasks per service.
pub const MOST: u32 = 5_000;

/// The subject of a dialog.
#[derive(Debug, Clone)]
pub enum Ask {
    /// One or several services; a relative count is applied to each.
    Scale {
        services: Vec<(ClusterId, ServiceId)>,
        count: TextInput,
    },
    Redeploy {
        cluster: ClusterId,
        service: ServiceId,
    },
    Deploy {
        cluster: ClusterId,
        service: ServiceId,
        revisions: Vec<Candidate>,
        chosen: usize,
        back: bool,
    },
    StopTasks {
        tasks: Vec<(ClusterId, TaskId)>,
    },
    RollBack {
        cluster: ClusterId,
        service: ServiceId,
        deployment: DeploymentId,
    },
    Range {
        cluster: ClusterId,
        service: ServiceId,
        min: TextInput,
        max: TextInput,
    },
    Suspend {
        cluster: ClusterId,
        service: ServiceId,
        chosen: usize,
    },
    /// Says yes to what waits.
    Continue {
        cluster: ClusterId,
        service: ServiceId,
        waiting: Waiting,
    },
    StopShift {
        cluster: ClusterId,
        service: ServiceId,
        deployment: CodeDeployId,
        back: bool,
    },
    RemoveBlue {
        cluster: ClusterId,
        service: ServiceId,
        deployment: CodeDeployId,
    },
    /// A new deployment of CodeDeploy.
    Release {
        cluster: ClusterId,
        service: ServiceId,
        choice: Choice,
    },
    /// Opens a guarded scope for a while.
    Unlock {
        context: ContextId,
    },
}

/// What can be suspended, as choices.
pub const SUSPENSIONS: [Suspension; 4] = [
    Suspension::ALL,
    Suspension { scale_in: true, scale_out: false, scheduled: false },
    Suspension { scale_in: false, scale_out: true, scheduled: false },
    Suspension { scale_in: false, scale_out: false, scheduled: false },
];

impl Ask {
    /// The changes that would be sent now, or why there are none.
    pub fn changes(&self, fleet: &Fleet) -> Result<Vec<Change>, String> {
        match self {
            Self::Scale { services, count } => scale(fleet, services, count.text()),
            Self::Redeploy { cluster, service } => {
                Ok(vec![Change::Redeploy { cluster: cluster.clone(), service: service.clone() }])
            }
            Self::Deploy { cluster, service, revisions, chosen, back } => {
                let candidate = revisions.get(*chosen).ok_or("no other revision is known")?;
                Ok(vec![Change::Deploy {
                    cluster: cluster.clone(),
                    service: service.clone(),
                    definition: candidate.definition.clone(),
                    back: *back,
                }])
            }
            Self::StopTasks { tasks } => tasks
                .iter()
                .map(|(cluster, id)| {
                    let task =
                        fleet.task(id).ok_or_else(|| format!("task {} is not known any more", id.short()))?;
                    let service = task.service().map(|name| fleet.service_named(cluster, name));
                    Ok(Change::StopTask { cluster: cluster.clone(), service, task: id.clone() })
                })
                .collect(),
            Self::RollBack { cluster, service, deployment } => {
                Ok(vec![roll_back(fleet, cluster, service, deployment)])
            }
            Self::Continue { cluster, service, waiting } => {
                let to = authorised(fleet, service, waiting)?;
                let (cluster, service) = (cluster.clone(), service.clone());
                Ok(vec![Change::Continue { cluster, service, waiting: waiting.clone(), to }])
            }
            Self::StopShift { cluster, service, deployment, back } => Ok(vec![Change::StopShift {
                cluster: cluster.clone(),
                service: service.clone(),
                deployment: deployment.clone(),
                back: *back,
            }]),
            Self::RemoveBlue { cluster, service, deployment } => Ok(vec![Change::RemoveBlue {
                cluster: cluster.clone(),
                service: service.clone(),
                deployment: deployment.clone(),
            }]),
            Self::Release { cluster, service, choice } => release::change(fleet, cluster, service, choice),
            Self::Range { cluster, service, min, max } => {
                let (min, max) = (whole(min.text())?, whole(max.text())?);
                if min > max {
                    return Err("the minimum is above the maximum".to_owned());
                }
                let known = fleet.scaling(service).and_then(|scaling| scaling.target.as_ref());
                if known.is_some_and(|target| (target.min, target.max) == (min, max)) {
                    return Err("this is the range as it is".to_owned());
                }
                Ok(vec![Change::Range { cluster: cluster.clone(), service: service.clone(), min, max }])
            }
            Self::Suspend { cluster, service, chosen } => {
                let suspension = SUSPENSIONS.get(*chosen).copied().unwrap_or_default();
                let known = fleet.scaling(service).map(|scaling| scaling.target.as_ref());
                if known == Some(None) {
                    return Err(
                        "autoscaling does not know this service: there is nothing to suspend".to_owned()
                    );
                }
                if known.flatten().is_some_and(|target| target.suspension == suspension) {
                    return Err("this is how it is now".to_owned());
                }
                Ok(vec![Change::Suspend { cluster: cluster.clone(), service: service.clone(), suspension }])
            }
            Self::Unlock { .. } => Ok(Vec::new()),
        }
    }

    /// Asks no more about these targets: AWS took them on.
    pub fn leave_out(&mut self, targets: &[String]) {
        let is_left = |arn: &str| !targets.iter().any(|target| target == arn);
        match self {
            Self::Scale { services, .. } => services.retain(|(_, id)| is_left(id.as_str())),
            Self::StopTasks { tasks } => tasks.retain(|(_, id)| is_left(id.as_str())),
            _ => {}
        }
    }

    /// It is about a blue/green deployment that can go back instead.
    pub fn has_way_back(&self) -> bool {
        matches!(self, Self::Continue { .. } | Self::RemoveBlue { .. } | Self::StopShift { back: false, .. })
    }

    /// The service that the dialog is about, where it is one.
    pub fn service(&self) -> Option<(&ClusterId, &ServiceId)> {
        match self {
            Self::Scale { services, .. } => services.first().map(|(cluster, service)| (cluster, service)),
            Self::Redeploy { cluster, service }
            | Self::Deploy { cluster, service, .. }
            | Self::RollBack { cluster, service, .. }
            | Self::Range { cluster, service, .. }
            | Self::Suspend { cluster, service, .. }
            | Self::Continue { cluster, service, .. }
            | Self::StopShift { cluster, service, .. }
            | Self::RemoveBlue { cluster, service, .. }
            | Self::Release { cluster, service, .. } => Some((cluster, service)),
            Self::StopTasks { .. } | Self::Unlock { .. } => None,
        }
    }
}

/// The way out of a deployment of ECS that runs: an answer where it waits for one, else it is stopped.
fn roll_back(fleet: &Fleet, cluster: &ClusterId, service: &ServiceId, id: &DeploymentId) -> Change {
    let known = fleet.deployments(service).and_then(|all| all.iter().find(|known| known.id == *id));
    let hook = known.and_then(|known| {
        let runs = known.status == DeploymentStatus::InProgress;
        known.hooks.iter().find(|hook| runs && hook.waits_for_a_person())
    });
    let (cluster, service, deployment) = (cluster.clone(), service.clone(), id.clone());
    match hook {
        Some(hook) => Change::Refuse { cluster, service, deployment, hook: hook.id.clone() },
        None => Change::RollBack { cluster, service, deployment },
    }
}

/// The share that a yes authorises. The error says why there is nothing to say yes to any more.
fn authorised(fleet: &Fleet, service: &ServiceId, waiting: &Waiting) -> Result<Option<Percent>, String> {
    let shift = shift_of(fleet, service).ok_or("the deployment is not known any more")?;
    let hold = shift.hold.as_ref().filter(|_| Waiting::of(&shift).as_ref() == Some(waiting));
    let hold = hold.ok_or_else(|| match waiting {
        Waiting::Hook { hook, .. } => format!("{hook} does not wait any more"),
        Waiting::Ready(id) => format!("{} does not wait any more", id.as_str()),
    })?;
    Ok(hold.authorises())
}

/// `14`, `+4`, `-2`.
fn scale(fleet: &Fleet, services: &[(ClusterId, ServiceId)], typed: &str) -> Result<Vec<Change>, String> {
    let typed = typed.trim();
    let known = |service: &ServiceId| {
        fleet.known_service(service).map(|known| known.service.desired).ok_or("it is not described yet")
    };
    let mut changes = Vec::new();
    for (cluster, service) in services {
        let now = known(service)?;
        let desired = match typed.split_at_checked(1) {
            Some(("+", by)) => now.saturating_add(whole(by)?),
            Some(("-", by)) => {
                now.checked_sub(whole(by)?).ok_or_else(|| format!("{} has only {now}", service.name()))?
            }
            _ => whole(typed)?,
        };
        if desired > MOST {
            return Err(format!("ECS allows {MOST} tasks per service"));
        }
        // Of several services those that stand there already are left alone.
        if desired != now {
            changes.push(Change::Scale { cluster: cluster.clone(), service: service.clone(), desired });
        }
    }
    if changes.is_empty() { Err("this is the count as it is".to_owned()) } else { Ok(changes) }
}

fn whole(typed: &str) -> Result<u32, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("type a number".to_owned());
    }
    typed.parse().map_err(|_| format!("`{typed}` is not a number of tasks"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_a_whole_number() {
        for (typed, expected) in [("14", Ok(14)), (" 7 ", Ok(7)), ("0", Ok(0))] {
            assert_eq!(whole(typed), expected);
        }
        for typed in ["", "x", "1.5", "-3", "99999999999"] {
            assert!(whole(typed).is_err(), "{typed}");
        }
    }
}
