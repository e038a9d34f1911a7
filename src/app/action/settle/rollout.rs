//! How the rollouts of a service stand, where its deployments cannot be read.

use super::deployment::died_told;
use super::{Watch, is_own};
use crate::app::action::operation::Settled;
use crate::fleet::id::ServiceId;
use crate::fleet::service::{Rollout, RolloutState};
use crate::fleet::task::Task;

impl Watch<'_> {
    /// Where service deployments cannot be read, the service's own rollouts tell.
    pub(super) fn rollout(&self, id: &ServiceId) -> Settled {
        let service = match self.fresh(id) {
            Ok(service) => service,
            Err(settled) => return settled,
        };
        let rollouts = service.rollouts.iter();
        let own = if let Some(begun) = &self.acceptance.rollout {
            rollouts.into_iter().find(|rollout| rollout.id == begun.id)
        } else {
            let new =
                |rollout: &&Rollout| is_own(rollout.created, self.operation, self.acceptance, self.since);
            rollouts.filter(new).min_by_key(|rollout| rollout.created)
        };
        if let Some(own) = own.filter(|own| own.state == Some(RolloutState::Failed)) {
            let reason = own.reason.as_deref().unwrap_or("the deployment failed");
            return Settled::Failed(format!("{reason}{}", self.first_stop(id)));
        }
        if let Some(own) = own.filter(|own| own.is_primary()) {
            return self.own_rollout(id, own);
        }
        let is_known = own.is_some() || self.acceptance.rollout.is_some();
        let other = service.primary().filter(|other| is_known && other.created >= Some(self.since));
        if let Some(other) = other {
            let name = other.definition.as_ref().map_or("unknown", |definition| definition.name());
            let gone = format!("rolled back or replaced: AWS deploys {name} anew{}", self.first_stop(id));
            return self.replaced().unwrap_or(Settled::Failed(gone));
        }
        if let Some(never) = self.was_never_done() {
            return never;
        }
        self.patiently(id, None, "waiting for the deployment to begin".to_owned())
    }

    pub(super) fn own_rollout(&self, id: &ServiceId, own: &Rollout) -> Settled {
        let mine = |task: &Task| task.started_by.as_ref() == Some(&own.id);
        if own.state == Some(RolloutState::Completed) {
            let ended = own.updated.or(own.created).unwrap_or(self.accepted);
            return self.probation(id, own.created, ended, &mine);
        }
        let died = self.faults(id, &mine).count();
        if let Some(dying) = self.dying(id, died, own.running, own.desired) {
            return dying;
        }
        let text = format!("{} of {} new tasks run{}", own.running, own.desired, died_told(died));
        self.patiently(id, own.updated, text)
    }

    /// Where deployments cannot be read: the rollout that ECS begins in order to go back.
    pub(super) fn way_back(&self, id: &ServiceId) -> Settled {
        let service = match self.fresh(id) {
            Ok(service) => service,
            Err(settled) => return settled,
        };
        let new = |rollout: &&Rollout| is_own(rollout.created, self.operation, self.acceptance, self.since);
        let Some(back) = service.primary().filter(new) else {
            return self
                .was_never_done()
                .unwrap_or_else(|| self.patiently(id, None, "waiting for the way back to begin".to_owned()));
        };
        let name = back.definition.as_ref().map_or("what was before", |definition| definition.name());
        match back.state {
            Some(RolloutState::Completed) => Settled::Done(format!("rolled back to {name}")),
            Some(RolloutState::Failed) => {
                let because = back.reason.as_deref().map_or_else(String::new, |why| format!(": {why}"));
                Settled::Failed(format!("the rollback failed{because}"))
            }
            _ => {
                let text = format!("rolling back to {name}: {} of {} run", back.running, back.desired);
                self.patiently(id, back.updated, text)
            }
        }
    }
}
