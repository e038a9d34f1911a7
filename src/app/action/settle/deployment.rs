//! How a deployment that an operation began stands, and one that it turns back.

use chrono::{DateTime, TimeDelta, Utc};

use super::{ATTEMPT, Watch, is_own, since};
use crate::app::action::operation::{Operation, Settled};
use crate::app::format;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::ending::Weight;
use crate::fleet::id::{DeploymentId, ServiceId, tail};
use crate::fleet::task::Task;
use crate::fleet::topic::Subject;
use crate::fleet::{Fleet, KnownTask};

/// New tasks that end within this time after a deployment's end spoil it.
const PROBATION: TimeDelta = TimeDelta::minutes(5);
/// A deployment whose tasks keep dying is given up when this many did, or as many as are desired.
const DYING: usize = 3;

/// The deployment that an operation began, as far as it is known.
pub fn own<'f>(fleet: &'f Fleet, operation: &Operation) -> Option<&'f ServiceDeployment> {
    let (_, acceptance) = operation.accepted.as_ref()?;
    let known = fleet.deployments(operation.service()?)?;
    let since = since(operation, acceptance);
    // The one that the answer named may still be the one before.
    let new = |deployment: &&ServiceDeployment| is_own(deployment.created, operation, acceptance, since);
    let named = acceptance.deployment.as_ref();
    let named = named.and_then(|named| known.iter().find(|known| known.id == *named)).filter(new);
    named.or_else(|| known.iter().filter(new).min_by_key(|deployment| deployment.created))
}

impl Watch<'_> {
    pub(super) fn deployment(&self, id: &ServiceId) -> Settled {
        let Some(deployment) = own(self.fleet, self.operation) else {
            let told = self.rollout(id);
            // Where deployments can be read, the next look at them tells more than the rollouts.
            let is_early = self.now - self.accepted < ATTEMPT && self.fleet.deployments(id).is_some();
            return match told {
                Settled::Failed(_) | Settled::Done(_) if is_early => self.unseen(),
                told => told,
            };
        };
        let name = tail(deployment.id.as_str());
        let reason = deployment.status_reason.as_deref().or(deployment.rollback_reason().map(AsRef::as_ref));
        let because = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        match &deployment.status {
            DeploymentStatus::Successful => {
                let ended = deployment.ended().unwrap_or(self.now);
                self.probation(id, deployment.began(), ended, &self.started_by(deployment))
            }
            DeploymentStatus::Stopped => match self.newer_than(id, deployment) {
                Some(newer) => Settled::Replaced(format!("replaced by {}", tail(newer.id.as_str()))),
                None => Settled::Failed(format!("deployment {name} stopped{because}")),
            },
            DeploymentStatus::RollbackSuccessful => {
                Settled::Failed(format!("rolled back{because}{}", self.first_stop(id)))
            }
            DeploymentStatus::RollbackFailed => Settled::Failed(format!("the rollback failed{because}")),
            DeploymentStatus::StopRequested => {
                Settled::Waiting(format!("deployment {name} is being stopped"))
            }
            DeploymentStatus::RollbackRequested | DeploymentStatus::RollbackInProgress => {
                Settled::Waiting(format!("rolling back{because}"))
            }
            DeploymentStatus::Pending | DeploymentStatus::InProgress | DeploymentStatus::Other(_) => {
                self.in_progress(id, deployment)
            }
        }
    }

    pub(super) fn in_progress(&self, id: &ServiceId, deployment: &ServiceDeployment) -> Settled {
        if let Some(hook) = deployment.hooks.iter().find(|hook| hook.waits_for_a_person()) {
            return Settled::Waiting(format!("waits for approval at hook {}", hook.id));
        }
        let (new, wanted) =
            deployment.target.as_ref().map_or((0, 0), |target| (target.running, target.requested));
        let died = self.faults(id, &self.started_by(deployment)).count();
        if let Some(dying) = self.dying(id, died, new, wanted) {
            return dying;
        }
        let old: u32 = deployment.sources.iter().map(|source| source.running).sum();
        let failures = deployment.breaker.as_ref().filter(|breaker| breaker.failures > 0);
        let failures = failures.map_or_else(String::new, |breaker| {
            format!(", {} of {} failures", breaker.failures, breaker.threshold)
        });
        let text = format!("{new} of {wanted} new run, {old} old left{failures}{}", died_told(died));
        // The old tasks are kept for as long as its rules say.
        if deployment.stage.as_deref() == Some("BAKE_TIME") {
            return Settled::Waiting(text);
        }
        self.patiently(id, deployment.updated, text)
    }

    /// So many new tasks died that it is given up.
    pub(super) fn dying(&self, id: &ServiceId, died: usize, new: u32, wanted: u32) -> Option<Settled> {
        let enough = DYING.max(usize::try_from(wanted).unwrap_or(usize::MAX));
        (died >= enough && new < wanted).then(|| {
            let first = self.first_stop(id);
            Settled::Failed(format!("{died} new tasks died{first}; the deployment goes on at AWS"))
        })
    }

    /// A deployment that AWS calls successful is watched a little longer: its tasks may still die.
    pub(super) fn probation(
        &self,
        id: &ServiceId,
        began: Option<DateTime<Utc>>,
        ended: DateTime<Utc>,
        mine: &dyn Fn(&Task) -> bool,
    ) -> Settled {
        if let Some(known) = self.faults(id, mine).find(|known| known.task.since() >= Some(ended)) {
            let sentence = known.ending.as_ref().map_or("ended", |ending| &*ending.sentence);
            return Settled::Failed(format!(
                "successful for AWS, but new task {} died: {sentence}",
                known.task.id.short()
            ));
        }
        if self.now - ended < PROBATION {
            let left = format::age(PROBATION - (self.now - ended));
            return Settled::Waiting(format!("successful; watching the new tasks for {left} more"));
        }
        let took = began.map_or_else(String::new, |began| format!(" in {}", format::span(ended - began)));
        Settled::Done(format!("deployed{took}, and no new task died"))
    }

    pub(super) fn roll_back(&self, id: &ServiceId, target: &DeploymentId) -> Settled {
        let known = self.fleet.deployments(id).and_then(|all| all.iter().find(|known| known.id == *target));
        let Some(deployment) = known else {
            return self.way_back(id);
        };
        let because =
            deployment.status_reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
        match &deployment.status {
            DeploymentStatus::RollbackSuccessful => Settled::Done(format!("rolled back{because}")),
            DeploymentStatus::RollbackFailed => Settled::Failed(format!("the rollback failed{because}")),
            DeploymentStatus::Successful => {
                Settled::Failed("the deployment finished first: nothing was rolled back".to_owned())
            }
            DeploymentStatus::Stopped => match self.newer_than(id, deployment) {
                Some(newer) => Settled::Replaced(format!("replaced by {}", tail(newer.id.as_str()))),
                None => Settled::Failed(format!("stopped, not rolled back{because}")),
            },
            // It was asked for: what was seen before tells nothing yet.
            DeploymentStatus::Pending | DeploymentStatus::InProgress => {
                let cluster = self.operation.action.change.cluster().clone();
                let is_answered = self.is_answered(Subject::Deployments(cluster, id.clone()));
                let never = self.was_never_done().filter(|_| is_answered);
                never.unwrap_or_else(|| self.unseen())
            }
            status => {
                let back: u32 = deployment.sources.iter().map(|source| source.running).sum();
                let text = format!("{}: {back} of the old tasks run", status.as_str());
                self.patiently(id, deployment.updated, text)
            }
        }
    }

    /// The deployment for which ECS stopped this one.
    pub(super) fn newer_than(
        &self,
        id: &ServiceId,
        deployment: &ServiceDeployment,
    ) -> Option<&ServiceDeployment> {
        deployment.replaced_by(self.fleet.deployments(id)?)
    }

    /// Which tasks a deployment began: those of its revision since it was created.
    pub(super) fn started_by(&self, deployment: &ServiceDeployment) -> impl Fn(&Task) -> bool + use<> {
        let began = deployment.created;
        let definition = deployment
            .target
            .as_ref()
            .and_then(|target| self.fleet.revision(&target.revision))
            .and_then(|revision| revision.definition.clone());
        move |task| (definition.is_none() || task.definition == definition) && task.times.created >= began
    }

    /// The tasks among `mine` that died of a fault.
    pub(super) fn faults<'b>(
        &'b self,
        id: &'b ServiceId,
        mine: &'b dyn Fn(&Task) -> bool,
    ) -> impl Iterator<Item = &'b KnownTask> {
        self.tasks(id).filter(move |known| {
            let fault = known.ending.as_ref().is_some_and(|ending| ending.weight == Weight::Fault);
            fault && known.task.state.is_stopped() && mine(&known.task)
        })
    }

    /// `; first stop: app exit 1`, of the tasks since the change.
    pub(super) fn first_stop(&self, id: &ServiceId) -> String {
        let stops = self.tasks(id).filter(|known| known.task.times.created >= Some(self.since));
        let faults = stops.filter_map(|known| {
            let ending = known.ending.as_ref().filter(|ending| ending.weight == Weight::Fault)?;
            Some((known.task.since()?, &ending.sentence))
        });
        faults.min().map_or_else(String::new, |(_, sentence)| format!("; first stop: {sentence}"))
    }
}

pub(super) fn died_told(died: usize) -> String {
    if died > 0 { format!(", {} died", format::count(died, "new task")) } else { String::new() }
}
