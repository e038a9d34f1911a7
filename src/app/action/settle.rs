//! What AWS shows of an accepted change: still on its way, done, or come to nothing.
//!
//! The call's answer does not count.

use chrono::{DateTime, TimeDelta, Utc};

use super::Change;
use super::operation::{Operation, Settled};
use super::seen::{Aspect, suspended};
use crate::app::format;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::ending::Weight;
use crate::fleet::id::{DeploymentId, ServiceId, TaskId, tail};
use crate::fleet::scaling::{ScalableTarget, Scaling};
use crate::fleet::service::Service;
use crate::fleet::task::Task;
use crate::fleet::topic::{Subject, Topic};
use crate::fleet::{Fleet, KnownTask};

/// Without any progress for this long, a scaling has failed.
const STUCK: TimeDelta = TimeDelta::minutes(10);
/// New tasks that end within this time after a deployment's end spoil it.
const PROBATION: TimeDelta = TimeDelta::minutes(5);
/// A deployment whose tasks keep dying is given up when this many did, or as many as are desired.
const DYING: usize = 3;

/// How the change of this operation stands by what is known now.
pub fn settled(fleet: &Fleet, operation: &Operation, now: DateTime<Utc>) -> Settled {
    let Some((accepted, acceptance)) = &operation.accepted else {
        return Settled::Waiting("at the gate".to_owned());
    };
    let watch = Watch { fleet, operation, accepted: *accepted, now };
    match &operation.action.change {
        Change::Scale { service, desired, .. } => watch.scale(service, *desired),
        Change::Redeploy { service, .. } | Change::Deploy { service, .. } => {
            watch.deployment(service, acceptance.deployment.as_ref())
        }
        Change::RollBack { service, deployment, .. } => watch.roll_back(service, deployment),
        Change::StopTask { task, .. } => watch.stop(task),
        Change::Range { service, min, max, .. } => watch.target(
            service,
            |target| (target.min, target.max) == (*min, *max),
            |target| format!("autoscaling between {} and {}", target.min, target.max),
        ),
        Change::Suspend { service, suspension, .. } => watch.target(
            service,
            |target| target.suspension == *suspension,
            |target| format!("suspended: {}", suspended(target.suspension)),
        ),
    }
}

/// Whether autoscaling or somebody else moved the count away from what a scaling asked for.
pub fn is_moved(fleet: &Fleet, operation: &Operation) -> bool {
    let Change::Scale { service, desired, .. } = &operation.action.change else { return false };
    fleet.known_service(service).is_some_and(|known| known.service.desired != *desired)
}

/// Who moved it; `None` until autoscaling's record tells, or has been `waited` for long enough.
pub fn moved_by(fleet: &Fleet, operation: &Operation, waited: bool) -> Option<String> {
    let service = fleet.service(operation.service()?)?;
    let told = autoscaled(fleet, service, operation.asked);
    told.or_else(|| waited.then(|| moved(fleet, service, operation.asked)))
}

/// Who moved the desired count, as far as autoscaling's record tells.
fn moved(fleet: &Fleet, service: &Service, since: DateTime<Utc>) -> String {
    autoscaled(fleet, service, since).unwrap_or_else(|| {
        format!("desired is {} now: autoscaling or somebody else changed it", service.desired)
    })
}

fn autoscaled(fleet: &Fleet, service: &Service, since: DateTime<Utc>) -> Option<String> {
    let activities = fleet.scaling(&service.id).map(|scaling| scaling.activities.as_slice());
    let done = |activity: &&crate::fleet::scaling::ScalingActivity| {
        activity.at >= since && activity.reasons_not_scaled.is_empty()
    };
    let activity = activities.into_iter().flatten().find(done)?;
    let described = activity.description.trim_end_matches('.');
    Some(format!("autoscaling set desired to {}: {described} ({})", service.desired, activity.cause))
}

struct Watch<'a> {
    fleet: &'a Fleet,
    operation: &'a Operation,
    accepted: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Watch<'_> {
    /// The service as an answer after the acceptance describes it; older answers tell nothing.
    fn fresh(&self, id: &ServiceId) -> Result<&Service, Settled> {
        match self.fleet.known_service(id) {
            Some(known) if known.seen > self.accepted => Ok(&known.service),
            Some(_) => Err(Settled::Waiting("accepted by AWS; waiting for the next look".to_owned())),
            None if self.fleet.is_departed(id) => Err(Settled::Failed(format!("{} is gone", id.name()))),
            None => Err(Settled::Waiting("waiting for the first look".to_owned())),
        }
    }

    fn scale(&self, id: &ServiceId, desired: u32) -> Settled {
        let service = match self.fresh(id) {
            Ok(service) => service,
            Err(settled) => return settled,
        };
        if service.desired != desired {
            return Settled::Failed(moved(self.fleet, service, self.operation.asked));
        }
        if service.running == desired && service.pending == 0 {
            return Settled::Done(format!("{desired} of {desired} run"));
        }
        let blocked = service.events.iter().take_while(|event| event.at >= self.accepted).find_map(|event| {
            event.placement_reason().map(|reason| format!("tasks cannot be placed: {reason}"))
        });
        if let Some(blocked) = blocked {
            return Settled::Failed(blocked);
        }
        if self.now - self.accepted > STUCK && !self.moves(id) {
            return Settled::Failed(format!(
                "{} of {desired} run, and nothing moved for 10m",
                service.running
            ));
        }
        let pending =
            if service.pending > 0 { format!(", {} pending", service.pending) } else { String::new() };
        let verb = if service.running > desired { "stopping" } else { "starting" };
        Settled::Waiting(format!("{verb}: {} of {desired} run{pending}", service.running))
    }

    /// A task of the service started or stopped lately.
    fn moves(&self, id: &ServiceId) -> bool {
        let recent = |at: Option<DateTime<Utc>>| at.is_some_and(|at| self.now - at < STUCK);
        self.tasks(id).any(|known| {
            let times = &known.task.times;
            recent(times.created) || recent(times.started) || recent(times.stopped)
        })
    }

    fn tasks(&self, id: &ServiceId) -> impl Iterator<Item = &KnownTask> {
        let cluster = self.operation.action.change.cluster();
        let name = self.fleet.service(id).map_or_else(|| id.name().into(), |service| service.name.clone());
        self.fleet.tasks_of(cluster, &name)
    }

    /// The deployment that this operation began: the one that the answer named if it is new, else the first after it.
    fn own(&self, id: &ServiceId, named: Option<&DeploymentId>) -> Option<&ServiceDeployment> {
        let known = self.fleet.deployments(id)?;
        // AWS's clock and ours differ by a little.
        let since = self.operation.asked - TimeDelta::seconds(5);
        let new = |deployment: &&ServiceDeployment| deployment.created.is_some_and(|at| at >= since);
        let named = named.and_then(|named| known.iter().find(|known| known.id == *named)).filter(new);
        named.or_else(|| known.iter().filter(new).min_by_key(|deployment| deployment.created))
    }

    fn deployment(&self, id: &ServiceId, named: Option<&DeploymentId>) -> Settled {
        let Some(deployment) = self.own(id, named) else {
            return if self.lacks_deployments(id) {
                self.rollout(id)
            } else {
                Settled::Waiting("waiting for its deployment to be listed".to_owned())
            };
        };
        let name = tail(deployment.id.as_str());
        let reason = deployment.status_reason.as_deref().or(deployment.rollback_reason().map(AsRef::as_ref));
        let because = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        match &deployment.status {
            DeploymentStatus::Successful => self.probation(id, deployment),
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

    /// They were asked for since, and this one is not among them, or they cannot be read.
    fn lacks_deployments(&self, id: &ServiceId) -> bool {
        let cluster = self.operation.action.change.cluster().clone();
        let topic = Topic::new(self.operation.action.context, Subject::Deployments(cluster, id.clone()));
        let known = self.fleet.freshness(&topic);
        known.is_some_and(|known| known.trouble.is_some() || known.answered > Some(self.accepted))
    }

    /// Where service deployments cannot be read, the service's own rollouts tell.
    fn rollout(&self, id: &ServiceId) -> Settled {
        use crate::fleet::service::RolloutState;
        let service = match self.fresh(id) {
            Ok(service) => service,
            Err(settled) => return settled,
        };
        let Some(primary) = service.primary() else {
            return Settled::Waiting("waiting for the deployment to begin".to_owned());
        };
        let is_new = primary.created.is_some_and(|at| at >= self.operation.asked - TimeDelta::seconds(5));
        match (&primary.state, is_new) {
            (_, false) => Settled::Waiting("waiting for the deployment to begin".to_owned()),
            (Some(RolloutState::Completed), true) => {
                Settled::Done(format!("{} of {} run", primary.running, primary.desired))
            }
            (Some(RolloutState::Failed), true) => {
                let reason = primary.reason.as_deref().unwrap_or("the deployment failed");
                Settled::Failed(reason.to_owned())
            }
            _ => Settled::Waiting(format!("{} of {} new tasks run", primary.running, primary.desired)),
        }
    }

    fn in_progress(&self, id: &ServiceId, deployment: &ServiceDeployment) -> Settled {
        if let Some(hook) = deployment.hooks.iter().find(|hook| hook.waits_for_a_person()) {
            return Settled::Waiting(format!("waits for approval at hook {}", hook.id));
        }
        let (new, wanted) =
            deployment.target.as_ref().map_or((0, 0), |target| (target.running, target.requested));
        let died = self.faults(id, deployment).count();
        let enough = DYING.max(usize::try_from(wanted).unwrap_or(usize::MAX));
        if died >= enough && new < wanted {
            return Settled::Failed(format!(
                "{died} new tasks died{}; the deployment goes on at AWS",
                self.first_stop(id)
            ));
        }
        let old: u32 = deployment.sources.iter().map(|source| source.running).sum();
        let failures = deployment.breaker.as_ref().filter(|breaker| breaker.failures > 0);
        let failures = failures.map_or_else(String::new, |breaker| {
            format!(", {} of {} failures", breaker.failures, breaker.threshold)
        });
        let died =
            if died > 0 { format!(", {}", format::count(died, "new task")) + " died" } else { String::new() };
        Settled::Waiting(format!("{new} of {wanted} new run, {old} old left{failures}{died}"))
    }

    /// A deployment that AWS calls successful is watched a little longer: its tasks may still die.
    fn probation(&self, id: &ServiceId, deployment: &ServiceDeployment) -> Settled {
        let ended = deployment.ended().unwrap_or(self.now);
        if let Some(known) = self.faults(id, deployment).find(|known| known.task.since() >= Some(ended)) {
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
        let took = deployment
            .began()
            .map_or_else(String::new, |began| format!(" in {}", format::span(ended - began)));
        Settled::Done(format!("deployed{took}, and no new task died"))
    }

    fn roll_back(&self, id: &ServiceId, target: &DeploymentId) -> Settled {
        let known = self.fleet.deployments(id).and_then(|all| all.iter().find(|known| known.id == *target));
        let Some(deployment) = known else {
            return Settled::Waiting("accepted by AWS; waiting for the next look".to_owned());
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
                Settled::Waiting("accepted by AWS; waiting for the next look".to_owned())
            }
            status => {
                let back: u32 = deployment.sources.iter().map(|source| source.running).sum();
                Settled::Waiting(format!("{}: {back} of the old tasks run", status.as_str()))
            }
        }
    }

    fn newer_than(&self, id: &ServiceId, deployment: &ServiceDeployment) -> Option<&ServiceDeployment> {
        let known = self.fleet.deployments(id)?;
        known.iter().filter(|other| other.created > deployment.created).min_by_key(|other| other.created)
    }

    /// Tasks of the deployment's revision that died of a fault since it began.
    fn faults<'b>(
        &'b self,
        id: &'b ServiceId,
        deployment: &'b ServiceDeployment,
    ) -> impl Iterator<Item = &'b KnownTask> {
        let began = deployment.created;
        let definition = deployment
            .target
            .as_ref()
            .and_then(|target| self.fleet.revision(&target.revision))
            .and_then(|revision| revision.definition.clone());
        self.tasks(id).filter(move |known| {
            let fault = known.ending.as_ref().is_some_and(|ending| ending.weight == Weight::Fault);
            let own = definition.is_none() || known.task.definition == definition;
            fault && own && known.task.state.is_stopped() && known.task.times.created >= began
        })
    }

    /// `; first stop: app exit 1`, of the tasks since the acceptance.
    fn first_stop(&self, id: &ServiceId) -> String {
        let stops = self.tasks(id).filter(|known| known.task.times.created >= Some(self.accepted));
        let faults = stops.filter_map(|known| {
            let ending = known.ending.as_ref().filter(|ending| ending.weight == Weight::Fault)?;
            Some((known.task.since()?, &ending.sentence))
        });
        faults.min().map_or_else(String::new, |(_, sentence)| format!("; first stop: {sentence}"))
    }

    fn stop(&self, id: &TaskId) -> Settled {
        let Some(known) = self.fleet.known_task(id) else {
            // A new session has not seen it yet: that it is not known tells nothing before the first look.
            return if self.has_looked_for(id) {
                Settled::Done(format!("task {} is gone", id.short()))
            } else {
                Settled::Waiting("waiting for the first look".to_owned())
            };
        };
        let task: &Task = &known.task;
        if task.state.is_stopped() {
            let exit = task.containers.iter().find_map(|container| container.exit_code);
            let exit = exit.map_or_else(|| "no exit code".to_owned(), |code| format!("exit code {code}"));
            return Settled::Done(format!("stopped, {exit}"));
        }
        if known.seen <= self.accepted {
            return Settled::Waiting("accepted by AWS; waiting for the next look".to_owned());
        }
        if self.now - self.accepted > STUCK {
            return Settled::Failed(format!("still {} after 10m", task.state.as_str()));
        }
        Settled::Waiting(task.state.as_str().to_owned())
    }

    /// A look since the acceptance would have shown this task.
    fn has_looked_for(&self, id: &TaskId) -> bool {
        let change = &self.operation.action.change;
        let cluster = change.cluster();
        let service = change.service().map(|id| Subject::ServiceTasks(cluster.clone(), id.clone()));
        let own = [Subject::Task(cluster.clone(), id.clone()), Subject::ClusterTasks(cluster.clone())];
        own.into_iter()
            .chain(service)
            .any(|subject| self.fleet.answered(self.operation.action.context, subject) > Some(self.accepted))
    }

    fn target(
        &self,
        id: &ServiceId,
        is_so: impl Fn(&ScalableTarget) -> bool,
        told: impl Fn(&ScalableTarget) -> String,
    ) -> Settled {
        let scaling: Option<&Scaling> = self.fleet.scaling(id).map(AsRef::as_ref);
        match scaling.and_then(|scaling| scaling.target.as_ref()) {
            Some(target) if is_so(target) => Settled::Done(told(target)),
            _ if self.now - self.accepted > STUCK => {
                Settled::Failed("autoscaling does not show it after 10m".to_owned())
            }
            _ => Settled::Waiting("waiting for autoscaling to show it".to_owned()),
        }
    }
}

/// The desired count before a scaling, for its way back.
pub fn count_before(operation: &Operation) -> Option<u32> {
    operation.action.seen.get(Aspect::Desired)?.parse().ok()
}
