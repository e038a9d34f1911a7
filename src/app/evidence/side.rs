//! The facts about one shift, found once for all checks.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::has_share;
use crate::fleet::balancer::{Target, TargetGroup, TargetGroupId, TargetGroupKey, TargetState};
use crate::fleet::service::Service;
use crate::fleet::shift::{Shift, Side};
use crate::fleet::task::{Task, TaskState};
use crate::fleet::traffic::Figures;
use crate::fleet::{Fleet, KnownTask};

/// One shift with the fleet around it.
pub(super) struct Case<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) shift: &'a Shift,
    pub(super) service: Option<&'a Arc<Service>>,
    pub(super) now: DateTime<Utc>,
    pub(super) utc: bool,
}

/// Why there are no figures of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// It is not known which target group serves the side, or nobody asked for its figures.
    NotAsked,
    /// Only an Application Load Balancer counts requests.
    NotCounted,
    /// Nothing was counted in this time.
    Nothing,
    /// CloudWatch told only a part, or nothing.
    Partial,
}

impl Missing {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NotAsked => "no figures yet",
            Self::NotCounted => "this load balancer counts no requests",
            Self::Nothing => "no request was counted",
            Self::Partial => "CloudWatch did not answer in full",
        }
    }
}

impl<'a> Case<'a> {
    pub(super) fn new(fleet: &'a Fleet, shift: &'a Shift, now: DateTime<Utc>, utc: bool) -> Self {
        Self { fleet, shift, service: fleet.service(&shift.service), now, utc }
    }

    pub(super) fn since(&self) -> Option<DateTime<Utc>> {
        let shared = has_share(self.shift) || !self.shift.moves_traffic();
        self.shift.green_since.filter(|_| shared).or(self.shift.began)
    }

    pub(super) fn blue(&self) -> Option<&'a Side> {
        self.shift.blue.as_ref()
    }

    pub(super) fn green(&self) -> Option<&'a Side> {
        self.shift.green.as_ref()
    }

    /// The tasks of a side, running and stopped.
    pub(super) fn tasks(&self, side: Option<&'a Side>) -> impl Iterator<Item = &'a KnownTask> {
        let started_by = side.and_then(|side| side.started_by.as_ref());
        let name = self.service.map_or("", |service| &*service.name);
        let tasks = self.fleet.tasks_of(&self.shift.cluster, name);
        tasks.filter(move |known| started_by.is_some() && known.task.started_by.as_ref() == started_by)
    }

    pub(super) fn running(&self, side: Option<&'a Side>) -> impl Iterator<Item = &'a Task> {
        self.tasks(side).map(|known| &*known.task).filter(|task| task.state == TaskState::Running)
    }

    fn group(&self, side: Option<&Side>) -> Option<(TargetGroupId, Option<&'a TargetGroup>)> {
        let key = side?.target_group.as_ref()?;
        let known = self.fleet.target_group(key).map(|group| &**group);
        match key {
            TargetGroupKey::Id(id) => Some((id.clone(), known)),
            TargetGroupKey::Name(_) => known.map(|group| (group.id.clone(), Some(group))),
        }
    }

    pub(super) fn group_id(&self, side: Option<&Side>) -> Option<TargetGroupId> {
        self.group(side).map(|(id, _)| id)
    }

    /// The targets of a side's group; `None` when nobody asked.
    pub(super) fn targets(&self, side: Option<&Side>) -> Option<&'a [Target]> {
        let (id, _) = self.group(side)?;
        self.fleet.target_health(&id).map(|targets| targets.as_slice())
    }

    /// A task as a target, by its address and the port that the load balancer sends to.
    pub(super) fn target_of(&self, task: &Task, targets: &'a [Target]) -> Option<&'a Target> {
        let ip = task.interface.as_ref()?.private_ip.as_ref()?;
        let balancers = self.service.map_or(&[][..], |service| &service.load_balancers);
        let port_fits = |target: &Target| {
            let mut ports = balancers.iter().filter_map(|balancer| balancer.port).peekable();
            target.port.is_none() || ports.peek().is_none() || ports.any(|port| Some(port) == target.port)
        };
        targets.iter().find(|target| target.id == *ip && port_fits(target))
    }

    pub(super) fn is_healthy(target: &Target) -> bool {
        target.state == TargetState::Healthy
    }

    /// What a side's load balancer counted since a time.
    pub(super) fn figures(&self, side: Option<&Side>, since: DateTime<Utc>) -> Result<Figures, Missing> {
        let (id, group) = self.group(side).ok_or(Missing::NotAsked)?;
        if group.is_some_and(|group| !group.has_request_metrics()) {
            return Err(Missing::NotCounted);
        }
        let traffic = self.fleet.traffic(&id).ok_or(Missing::NotAsked)?;
        if traffic.requests_missing {
            return Err(Missing::Partial);
        }
        traffic.since(since).ok_or(Missing::Nothing)
    }

    /// How long something is so, in the coarse words of a table.
    pub(super) fn for_long(&self, since: DateTime<Utc>) -> TimeDelta {
        self.now - since
    }
}
