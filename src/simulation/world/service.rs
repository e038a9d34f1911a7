//! Services: what they were asked to be, their deployments, their events and their past.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::Millis;
use super::ClusterKey;
use super::balancer::requests::Requests;
use super::balancer::{PerSlot, Slot};
use super::definition::DefinitionKey;
use super::event::{Event, Fact, Shortage};
use super::load::Load;
use super::quality::Quality;
use super::record::{Cause, Record, Revision};
use super::settings::{Breaker, Settings};
use super::shift::Shift;
use super::task::TaskKey;
use super::trouble::Trouble;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceKey(pub u32);

/// ECS keeps the newest hundred events.
const KEPT_EVENTS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceStatus {
    Active,
    Draining,
    Inactive,
}

impl ServiceStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollout {
    InProgress,
    Completed,
    Failed,
}

impl Rollout {
    pub fn word(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

/// An entry of `deployments[]`. The first one is PRIMARY, the others are ACTIVE.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The digits of `ecs-svc/<digits>`.
    pub number: u64,
    /// The digits of its service revision.
    pub revision: u64,
    pub definition: DefinitionKey,
    pub created: Millis,
    pub updated: Millis,
    pub rollout: Rollout,
    /// It is the way back from another deployment, and why.
    pub way_back: Option<Cause>,
    /// Why it is FAILED.
    pub failed_by: Option<Cause>,
    /// Tasks that failed since one was last well.
    pub failed: u32,
    /// The target group that its tasks register in.
    pub slot: Slot,
    /// Of a task set: the id of the deployment of CodeDeploy that made it.
    pub external: Option<Arc<str>>,
    /// Of a task set: when it had all its tasks and all were healthy, while that lasts.
    pub steady: Option<Millis>,
    /// Of a task set: its tasks are stopped, then it is gone.
    pub draining: bool,
}

#[derive(Clone, Debug)]
pub struct Service {
    pub key: ServiceKey,
    pub name: Arc<str>,
    pub cluster: ClusterKey,
    pub status: ServiceStatus,
    pub created: Millis,
    pub desired: u32,
    pub settings: Arc<Settings>,
    /// Newest first; never empty.
    pub deployments: Vec<Deployment>,
    /// Newest first.
    pub records: Vec<Record>,
    pub revisions: Vec<Revision>,
    /// Newest first.
    pub events: VecDeque<Event>,
    /// All tasks that AWS still remembers, oldest first.
    pub tasks: Vec<TaskKey>,
    pub trouble: Option<Box<Trouble>>,
    /// When the scheduler looks at it next.
    pub wake: Option<Millis>,
    pub launch: Launch,
    /// A story rolls out a healthy new revision that often.
    pub redeploy_every: Option<Millis>,
    /// The work that comes in.
    pub load: Option<Load>,
    /// The requests that come in.
    pub requests: Requests,
    /// How well the next revision that the story rolls out answers.
    pub green: Option<Quality>,
    /// There is room for that many tasks only.
    pub room: Option<(usize, Shortage)>,
}

/// What the scheduler remembers from look to look.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// Tasks in a row that never reached RUNNING; the launch back-off grows with it.
    pub never_ran: u32,
    /// Batches started since one last ran.
    pub rounds: u32,
    pub not_before: Millis,
    /// The sentences that must not be repeated for six hours, with the time of the last.
    pub said_no_capacity: Option<Millis>,
    pub said_cannot_start: Option<Millis>,
    pub said_protected: Option<Millis>,
    /// Whether steady state was reached since the last change.
    pub steady: bool,
    /// Tasks stopped as unhealthy whose replacements have not started.
    pub unhealthy: usize,
    /// Targets that were registered and deregistered since the last look.
    pub registered: PerSlot<usize>,
    pub deregistered: PerSlot<usize>,
}

impl Service {
    pub fn primary(&self) -> Option<&Deployment> {
        self.deployments.first()
    }

    pub fn primary_mut(&mut self) -> Option<&mut Deployment> {
        self.deployments.first_mut()
    }

    pub fn deploying(&self) -> bool {
        self.primary().is_some_and(|primary| primary.rollout == Rollout::InProgress)
    }

    pub fn say(&mut self, at: Millis, number: u64, fact: Fact) {
        self.events.push_front(Event { at, number, fact });
        self.events.truncate(KEPT_EVENTS);
    }

    /// Tasks in a row of which a deployment fails.
    pub fn breaker_threshold(&self) -> u32 {
        let breaker = self.settings.breaker.unwrap_or(Breaker::new(false));
        breaker.threshold.of(self.desired)
    }

    /// The service deployment that runs or is about to.
    pub fn open_record(&self) -> Option<&Record> {
        self.records.iter().find(|record| !record.status.is_over())
    }

    /// How far the service deployment is that runs, if it shifts traffic.
    pub fn shift(&self) -> Option<&Shift> {
        self.open_record()?.shift.as_deref()
    }

    pub fn open_record_mut(&mut self) -> Option<&mut Record> {
        self.records.iter_mut().find(|record| !record.status.is_over())
    }

    pub fn revision(&self, number: u64) -> Option<&Revision> {
        self.revisions.iter().find(|revision| revision.number == number)
    }
}
