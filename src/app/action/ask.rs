//! What a dialog asks about, with what a person has typed and chosen so far, and the changes that follow from it.

use super::Change;
use crate::app::text_input::TextInput;
use crate::fleet::Fleet;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::{ClusterId, ContextId, DefinitionId, DeploymentId, RevisionId, ServiceId, TaskId};
use crate::fleet::scaling::Suspension;
use crate::fleet::service::Service;

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
    /// Opens a guarded scope for a while.
    Unlock {
        context: ContextId,
    },
}

/// A revision that may be deployed, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub definition: DefinitionId,
    /// The deployment that proved it, if one did.
    pub proof: Option<DeploymentId>,
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
            Self::RollBack { cluster, service, deployment } => Ok(vec![Change::RollBack {
                cluster: cluster.clone(),
                service: service.clone(),
                deployment: deployment.clone(),
            }]),
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

    /// The service that the dialog is about, where it is one.
    pub fn service(&self) -> Option<(&ClusterId, &ServiceId)> {
        match self {
            Self::Scale { services, .. } => services.first().map(|(cluster, service)| (cluster, service)),
            Self::Redeploy { cluster, service }
            | Self::Deploy { cluster, service, .. }
            | Self::RollBack { cluster, service, .. }
            | Self::Range { cluster, service, .. }
            | Self::Suspend { cluster, service, .. } => Some((cluster, service)),
            Self::StopTasks { .. } | Self::Unlock { .. } => None,
        }
    }
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

/// Newer revisions that are looked for.
const NEWER: usize = 5;

/// What can be deployed: newer revisions as far as they are known and one to look at, then what ran before.
pub fn candidates(fleet: &Fleet, service: &Service, back: bool) -> Vec<Candidate> {
    let mut all = ways_back(fleet, service);
    let mut newer = service.definition.as_ref().filter(|_| !back).and_then(DefinitionId::after);
    for _ in 0..NEWER {
        let Some(definition) = newer else { break };
        let known = fleet.definition(&definition).is_some();
        if fleet.is_definition_known(&definition) && !known {
            // AWS has none of this number.
            break;
        }
        newer = definition.after().filter(|_| known);
        all.insert(0, Candidate { definition, proof: None });
    }
    all
}

/// Revisions that a service can go back to: what was deployed successfully, the newest first, without what runs now.
///
/// Where no deployment is known, the revision below is all there is to offer; it may never have run.
pub fn ways_back(fleet: &Fleet, service: &Service) -> Vec<Candidate> {
    let now =
        service.primary().and_then(|primary| primary.definition.as_ref()).or(service.definition.as_ref());
    let known = fleet.deployments(&service.id);
    let mut found: Vec<Candidate> = Vec::new();
    for deployment in known.into_iter().flat_map(|known| known.iter()) {
        let Some(definition) = succeeded(fleet, deployment) else { continue };
        if now != Some(&definition) && !found.iter().any(|known| known.definition == definition) {
            found.push(Candidate { definition, proof: Some(deployment.id.clone()) });
        }
    }
    if found.is_empty() {
        let before = service.previous_definition().filter(|before| now != Some(before));
        found.extend(before.map(|definition| Candidate { definition, proof: None }));
    }
    found
}

fn succeeded(fleet: &Fleet, deployment: &ServiceDeployment) -> Option<DefinitionId> {
    fleet.revision(brought(deployment)?)?.definition.clone()
}

/// What a deployment brought to its end: its target, or what it went back to.
pub fn brought(deployment: &ServiceDeployment) -> Option<&RevisionId> {
    match deployment.status {
        DeploymentStatus::Successful => Some(&deployment.target.as_ref()?.revision),
        DeploymentStatus::RollbackSuccessful => deployment.rollback.as_ref()?.revision.as_ref(),
        _ => None,
    }
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
