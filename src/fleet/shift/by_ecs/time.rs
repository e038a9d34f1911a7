//! Times that ECS does not tell, worked out from those that it does.

use chrono::{DateTime, TimeDelta, Utc};

use super::Case;
use crate::fleet::percent::Percent;
use crate::fleet::shift::stages::{BAKE, PRE_PRODUCTION};
use crate::fleet::shift::{Deadline, Hold, Side, Strategy};

impl Case<'_> {
    /// Since when green has its present share of production.
    pub(super) fn green_since(&self, green: Option<&Side>, hold: Option<&Hold>) -> Option<DateTime<Utc>> {
        let green = green?;
        if !self.moves_traffic() {
            return self.first_task(green);
        }
        if self.asked() == Percent::NONE {
            return None;
        }
        let bake = match self.strategy {
            Strategy::Canary { minutes, .. } | Strategy::Linear { minutes, .. } => minutes,
            _ => 0,
        };
        // The step rested for its minutes before the hook of the next one came up.
        let next = hold.filter(|hold| &*hold.stage == PRE_PRODUCTION).and_then(|hold| hold.since);
        // `updatedAt` changes with every count, and dates nothing.
        next.map(|since| since - TimeDelta::minutes(i64::from(bake)))
    }

    /// Without traffic to move green works from its first task on.
    fn first_task(&self, green: &Side) -> Option<DateTime<Utc>> {
        let started_by = green.started_by.as_ref()?;
        let tasks = self.fleet.tasks_of(&self.service.cluster, &self.service.name);
        let own = tasks.filter(|known| known.task.started_by.as_ref() == Some(started_by));
        let first = own.filter_map(|known| known.task.times.started).min();
        let rollout = || self.service.rollouts.iter().find(|rollout| rollout.id == *started_by)?.created;
        first.or_else(rollout)
    }

    /// The end of the bake time, counted from when the deployment last changed: ECS does not date its stages.
    pub(super) fn blue_until(&self) -> Option<Deadline> {
        if self.deployment.stage.as_deref() != Some(BAKE) {
            return None;
        }
        let minutes = TimeDelta::minutes(i64::from(self.rules.bake_minutes?));
        Some(Deadline { at: self.deployment.updated? + minutes, exact: false })
    }
}
