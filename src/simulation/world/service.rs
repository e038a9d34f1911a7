//! Services: what they were asked to be, their deployments, their events and their past.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::Millis;
use super::ClusterKey;
use super::definition::DefinitionKey;
use super::event::{Event, Fact};
use super::task::{Capacity, TaskKey};
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

/// Circuit breaker of a service's deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    pub rollback: bool,
}

/// What a service was asked to be and does not change by itself.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Clone, Debug)]
pub struct Settings {
    pub capacity: Capacity,
    /// Behind a load balancer, at the definition's port.
    pub balanced: bool,
    /// Seconds.
    pub grace: Option<u32>,
    pub exec: bool,
    pub breaker: Option<Breaker>,
    pub minimum_percent: u32,
    pub maximum_percent: u32,
    pub zone_rebalancing: bool,
    pub public_address: bool,
    pub tags: Arc<[(Arc<str>, Arc<str>)]>,
    /// How long its image takes to pull.
    pub pull: Millis,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            capacity: Capacity::LaunchType,
            balanced: false,
            grace: None,
            exec: false,
            breaker: Some(Breaker { rollback: true }),
            minimum_percent: 100,
            maximum_percent: 200,
            zone_rebalancing: true,
            public_address: false,
            tags: Arc::new([]),
            pull: 6_000,
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
    /// It is the way back from a deployment that failed.
    pub rolls_back: bool,
    /// Tasks that failed since one last became healthy.
    pub failed: u32,
}

/// `status` of a service deployment (AWS.md §1.3), as far as rolling deployments go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordStatus {
    InProgress,
    Stopped,
    Successful,
    RollbackInProgress,
    RollbackSuccessful,
}

impl RecordStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Stopped => "STOPPED",
            Self::Successful => "SUCCESSFUL",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
        }
    }

    pub fn is_over(self) -> bool {
        matches!(self, Self::Stopped | Self::Successful | Self::RollbackSuccessful)
    }
}

/// A service deployment: the history that outlives `deployments[]` by 90 days.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id in the ARN is made from this number, which is its deployment's.
    pub number: u64,
    pub created: Millis,
    pub updated: Millis,
    pub finished: Option<Millis>,
    pub status: RecordStatus,
    /// The revision that ran before.
    pub source: Option<u64>,
    pub target: u64,
    pub failures: u32,
    pub threshold: u32,
    /// When it was rolled back and to which revision.
    pub rollback: Option<(Millis, u64)>,
}

/// A service revision: what a deployment brings.
#[derive(Clone, Debug)]
pub struct Revision {
    pub number: u64,
    pub definition: DefinitionKey,
    pub created: Millis,
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
    /// Whether steady state was reached since the last change.
    pub steady: bool,
    /// Tasks stopped as unhealthy whose replacements have not started.
    pub unhealthy: usize,
    pub registered: usize,
    pub deregistered: usize,
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

    /// Tasks in a row of which a deployment fails (AWS.md §1.3: 50 % of the desired count, within 3 and 200).
    pub fn breaker_threshold(&self) -> u32 {
        self.desired.div_ceil(2).clamp(3, 200)
    }
}
