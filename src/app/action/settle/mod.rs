//! What AWS shows of an accepted change: still on its way, done, or come to nothing.
//!
//! The call's answer does not count.

mod deployment;
mod moved;
mod rollout;
mod shift;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::deployment::own;
use self::moved::{autoscaled, moved};
pub use self::moved::{is_moved, moved_by};
use super::Change;
use super::gate::Acceptance;
use super::operation::{Operation, Settled};
use super::seen::{Aspect, suspended};
use super::shift::Waiting;
use crate::fleet::id::{ServiceId, TaskId};
use crate::fleet::scaling::{ScalableTarget, Scaling};
use crate::fleet::service::Service;
use crate::fleet::task::{Task, TaskState};
use crate::fleet::topic::Subject;
use crate::fleet::{Fleet, KnownTask};

/// Without any progress for this long, a scaling has failed.
const STUCK: TimeDelta = TimeDelta::minutes(10);

/// An answer may be older than the change for so long, although it came later.
const CATCHING_UP: TimeDelta = TimeDelta::seconds(30);
/// What was sent without a known answer shows within this time after the attempt, or was never done.
const ATTEMPT: TimeDelta = TimeDelta::minutes(1);
/// Without any progress for this long, nothing is waited for any more; AWS's own limits are shorter.
const PATIENCE: TimeDelta = TimeDelta::hours(3);
/// How far our clock may be from AWS's where nothing better is known.
const CLOCKS: TimeDelta = TimeDelta::seconds(5);
/// The times that AWS gives to the parts of one change differ by no more.
const APART: TimeDelta = TimeDelta::seconds(2);

/// How the change of this operation stands by what is known now; `newer` is the number of the operation that took its
/// place, see [`Operations::replacements`](super::operation::Operations::replacements).
pub fn settled(fleet: &Fleet, operation: &Operation, newer: Option<u32>, now: DateTime<Utc>) -> Settled {
    let Some((accepted, acceptance)) = &operation.accepted else {
        return Settled::Waiting("at the gate".to_owned());
    };
    let since = since(operation, acceptance);
    let watch = Watch { fleet, operation, acceptance, accepted: *accepted, since, newer, now };
    match &operation.action.change {
        Change::Scale { service, desired, .. } => watch.scale(service, *desired),
        Change::Redeploy { service, .. } | Change::Deploy { service, .. } => watch.deployment(service),
        // Refused or stopped: ECS goes back in the same way.
        Change::RollBack { service, deployment, .. } | Change::Refuse { service, deployment, .. } => {
            watch.roll_back(service, deployment)
        }
        Change::StopTask { task, .. } => watch.stop(task),
        Change::Continue { service, waiting: Waiting::Hook { deployment, hook }, .. } => {
            watch.past_hook(service, deployment, hook)
        }
        Change::Continue { service, waiting: Waiting::Ready(id), .. } => watch.rerouted(service, id),
        Change::StopShift { service, deployment, back, .. } => watch.stopped(service, deployment, *back),
        Change::RemoveBlue { service, deployment, .. } => watch.blue_removed(service, deployment),
        Change::Release { service, release, .. } => watch.released(service, release),
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

/// From when on things at AWS are the doing of an operation: by AWS's clock where its answer told.
fn since(operation: &Operation, acceptance: &Acceptance) -> DateTime<Utc> {
    let begun = acceptance.rollout.as_ref().and_then(|rollout| rollout.created);
    begun.map_or(operation.asked - CLOCKS, |created| created - APART)
}

/// Something that was created then is the doing of an operation. What may never have been sent has only its own moment
/// to show itself: what comes later is somebody else's.
fn is_own(
    created: Option<DateTime<Utc>>,
    operation: &Operation,
    acceptance: &Acceptance,
    since: DateTime<Utc>,
) -> bool {
    created.is_some_and(|at| at >= since && (!acceptance.unanswered || at <= operation.asked + ATTEMPT))
}

struct Watch<'a> {
    fleet: &'a Fleet,
    operation: &'a Operation,
    acceptance: &'a Acceptance,
    /// By our clock.
    accepted: DateTime<Utc>,
    /// By AWS's clock, as far as it is known.
    since: DateTime<Utc>,
    newer: Option<u32>,
    now: DateTime<Utc>,
}

impl Watch<'_> {
    /// The service as an answer after the acceptance describes it; older answers tell nothing.
    fn fresh(&self, id: &ServiceId) -> Result<&Service, Settled> {
        match self.fleet.known_service(id) {
            Some(known) if known.seen > self.accepted => Ok(&known.service),
            None if self.fleet.is_departed(id) => Err(Settled::Failed(format!("{} is gone", id.name()))),
            _ => Err(self.unseen()),
        }
    }

    /// AWS did not tell anything since; at some time nobody waits for it any more.
    fn unseen(&self) -> Settled {
        if self.now - self.accepted > PATIENCE {
            return Settled::TimedOut("AWS has told nothing of it for 3h".to_owned());
        }
        let accepted = if self.acceptance.unanswered { "no answer is recorded" } else { "accepted by AWS" };
        Settled::Waiting(format!("{accepted}; waiting for the next look"))
    }

    /// It may never have been sent, and by now AWS would show it.
    fn was_never_done(&self) -> Option<Settled> {
        let is_late = self.acceptance.unanswered && self.now - self.operation.asked > ATTEMPT;
        is_late.then(|| Settled::Failed("no answer is recorded, and AWS shows nothing of it".to_owned()))
    }

    fn replaced(&self) -> Option<Settled> {
        Some(Settled::Replaced(format!("by operation {}", self.newer?)))
    }

    /// AWS answered about this subject after the change was accepted.
    fn is_answered(&self, subject: Subject) -> bool {
        self.fleet.answered(self.operation.action.context, subject) > Some(self.accepted)
    }

    /// Waits on while something moves.
    fn patiently(&self, id: &ServiceId, updated: Option<DateTime<Utc>>, text: String) -> Settled {
        let begun = |known: &KnownTask| known.task.times.created.max(known.task.times.started);
        let newest = self.tasks(id).filter_map(begun).max();
        let last = Some(self.accepted).max(updated).max(newest);
        if last.is_some_and(|last| self.now - last > PATIENCE) {
            return Settled::TimedOut(format!("{text}; nothing moved for 3h"));
        }
        Settled::Waiting(text)
    }

    fn scale(&self, id: &ServiceId, desired: u32) -> Settled {
        let service = match self.fresh(id) {
            Ok(service) => service,
            Err(settled) => return settled,
        };
        if service.desired != desired {
            return self.other_count(service);
        }
        if service.running == desired && service.pending == 0 {
            return Settled::Done(format!("{desired} of {desired} run"));
        }
        let blocked = service.events.iter().take_while(|event| event.at >= self.since).find_map(|event| {
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

    /// The service has another count than this scaling asked for.
    fn other_count(&self, service: &Service) -> Settled {
        if let Some(replaced) = self.replaced() {
            return replaced;
        }
        if count_before(self.operation) != Some(service.desired) {
            return Settled::Failed(moved(self.fleet, service, self.since));
        }
        if self.now - self.accepted < CATCHING_UP {
            return Settled::Waiting(format!("AWS still shows the old count, {}", service.desired));
        }
        if let Some(never) = self.was_never_done() {
            return never;
        }
        let old = || format!("AWS shows the old count, {}: somebody may have set it back", service.desired);
        Settled::Failed(autoscaled(self.fleet, service, self.since).unwrap_or_else(old))
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

    fn stop(&self, id: &TaskId) -> Settled {
        let Some(known) = self.fleet.known_task(id) else {
            // A task that nobody has looked for is not gone.
            let cluster = self.operation.action.change.cluster().clone();
            return if self.is_answered(Subject::Task(cluster, id.clone())) {
                Settled::Done(format!("task {} is gone", id.short()))
            } else {
                self.unseen()
            };
        };
        let task: &Task = &known.task;
        if task.state.is_stopped() {
            let exit = task.containers.iter().find_map(|container| container.exit_code);
            let exit = exit.map_or_else(|| "no exit code".to_owned(), |code| format!("exit code {code}"));
            return Settled::Done(format!("stopped, {exit}"));
        }
        if known.seen <= self.accepted {
            return self.unseen();
        }
        let never = self.was_never_done().filter(|_| task.desired != TaskState::Stopped);
        if let Some(never) = never {
            return never;
        }
        if self.now - self.accepted > STUCK {
            return Settled::Failed(format!("still {} after 10m", task.state.as_str()));
        }
        Settled::Waiting(task.state.as_str().to_owned())
    }

    fn target(
        &self,
        id: &ServiceId,
        is_so: impl Fn(&ScalableTarget) -> bool,
        told: impl Fn(&ScalableTarget) -> String,
    ) -> Settled {
        let scaling: Option<&Scaling> = self.fleet.scaling(id).map(AsRef::as_ref);
        if let Some(target) = scaling.and_then(|scaling| scaling.target.as_ref()).filter(|it| is_so(it)) {
            return Settled::Done(told(target));
        }
        let cluster = self.operation.action.change.cluster().clone();
        let is_answered = self.is_answered(Subject::Scaling(cluster, id.clone()));
        let never = self.was_never_done().filter(|_| is_answered);
        if let Some(end) = self.replaced().or(never) {
            return end;
        }
        if self.now - self.accepted > STUCK {
            return Settled::Failed("autoscaling does not show it after 10m".to_owned());
        }
        Settled::Waiting("waiting for autoscaling to show it".to_owned())
    }
}

/// The desired count before a scaling, for its way back.
pub fn count_before(operation: &Operation) -> Option<u32> {
    operation.action.seen.get(Aspect::Desired)?.parse().ok()
}
