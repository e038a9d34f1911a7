//! Tasks: where they are in their life, what is going to happen to them, and how they ended.

use std::fmt::{self, Display};
use std::sync::Arc;

use super::super::Millis;
use super::super::name::{self, Purpose};
use super::balancer::Slot;
use super::definition::DefinitionKey;
use super::{ClusterKey, ServiceKey};

/// Tasks are numbered in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskKey(pub u32);

/// `lastStatus` (AWS.md §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskState {
    Provisioning,
    Pending,
    Activating,
    Running,
    Deactivating,
    Stopping,
    Deprovisioning,
    Stopped,
}

impl TaskState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }

    /// What `pendingCount` counts.
    pub fn is_starting(self) -> bool {
        self < Self::Running
    }
}

/// Where a task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// By launch type, without a capacity provider.
    LaunchType,
    OnDemand,
    Spot,
}

/// Who asked for a task.
#[derive(Clone, Debug)]
pub enum Owner {
    Service { service: ServiceKey, deployment: u64 },
    Alone { started_by: Option<Arc<str>>, group: Arc<str> },
}

/// What is going to happen to a task that nobody stops. Durations are milliseconds after it runs.
#[derive(Clone, Debug)]
pub enum Fate {
    Lives,
    /// The containers never start: the task fails while it is PENDING.
    NeverStarts {
        reason: Arc<str>,
    },
    /// Stays PENDING.
    Hangs,
    /// The application ends by itself.
    Exits {
        after: Millis,
        code: i32,
    },
    OutOfMemory {
        after: Millis,
    },
    FailsLoadBalancer {
        after: Millis,
    },
    FailsContainerCheck {
        after: Millis,
    },
    Interrupted {
        after: Millis,
    },
    /// The log router dies while the application goes on.
    LosesSidecar {
        after: Millis,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Unknown,
    Healthy,
    Unhealthy,
}

impl Health {
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Healthy => "HEALTHY",
            Self::Unhealthy => "UNHEALTHY",
        }
    }
}

/// `stopCode` (AWS.md §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopCode {
    FailedToStart,
    EssentialContainerExited,
    UserInitiated,
    Scheduler,
    Spot,
    Termination,
    Infrastructure,
}

impl StopCode {
    pub const ALL: [Self; 7] = [
        Self::FailedToStart,
        Self::EssentialContainerExited,
        Self::UserInitiated,
        Self::Scheduler,
        Self::Spot,
        Self::Termination,
        Self::Infrastructure,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::FailedToStart => "TaskFailedToStart",
            Self::EssentialContainerExited => "EssentialContainerExited",
            Self::UserInitiated => "UserInitiated",
            Self::Scheduler => "ServiceSchedulerInitiated",
            Self::Spot => "SpotInterruption",
            Self::Termination => "TerminationNotice",
            Self::Infrastructure => "InfrastructureHealth",
        }
    }
}

/// Why and how a task stops.
#[derive(Clone, Debug)]
pub struct Ending {
    pub code: StopCode,
    pub reason: Arc<str>,
    /// The exit code of the application; `None` if it never started.
    pub exit: Option<i32>,
    /// The `reason` of the application's container.
    pub container_reason: Option<Arc<str>>,
}

impl Ending {
    /// The application ended without being told to.
    pub fn exited(&self) -> bool {
        self.code == StopCode::EssentialContainerExited
    }
}

/// The moments of a task's life.
#[derive(Clone, Debug, Default)]
pub struct Times {
    pub created: Millis,
    pub connected: Option<Millis>,
    pub pull_started: Option<Millis>,
    pub pull_stopped: Option<Millis>,
    pub started: Option<Millis>,
    pub stopping: Option<Millis>,
    /// When its containers were sent SIGTERM.
    pub signalled: Option<Millis>,
    pub execution_stopped: Option<Millis>,
    pub stopped: Option<Millis>,
}

#[derive(Clone, Debug)]
pub struct Task {
    pub key: TaskKey,
    /// The 32 digits at the end of the ARN.
    pub id: u128,
    pub cluster: ClusterKey,
    pub owner: Owner,
    pub definition: DefinitionKey,
    pub zone: u8,
    pub capacity: Capacity,
    pub exec: bool,
    pub state: TaskState,
    pub version: u32,
    pub times: Times,
    pub fate: Fate,
    /// When the next step of its life is due; an entry of the agenda with another time is out of date.
    pub due: Option<Millis>,
    pub ending: Option<Box<Ending>>,
    /// By the container health check.
    pub health: Health,
    /// Counts as healthy for the service scheduler, which also asks the load balancer.
    pub ready: bool,
    /// Is registered in its target group.
    pub registered: bool,
    /// Which of the target groups of its service is its own.
    pub slot: Slot,
    /// When the log router stopped while the task ran.
    pub lost_sidecar: Option<Millis>,
    /// Since when it answers health checks wrongly.
    pub ill: Option<Millis>,
    /// Scaling in and deployments leave it alone up to then.
    pub protected_until: Option<Millis>,
}

impl Task {
    /// Whether `desiredStatus` is RUNNING.
    pub fn is_wanted(&self) -> bool {
        self.ending.is_none()
    }

    pub fn is_protected(&self, now: Millis) -> bool {
        self.protected_until.is_some_and(|until| now < until)
    }

    /// Low bits of the id, from which addresses and the like are derived.
    pub fn seed(&self) -> u64 {
        u64::try_from(self.id & u128::from(u64::MAX)).unwrap_or_default()
    }

    /// Whether a deployment or task set, by its number, made it.
    pub fn belongs_to(&self, number: u64) -> bool {
        matches!(self.owner, Owner::Service { deployment, .. } if deployment == number)
    }

    /// The private address, within the subnet of the task's zone.
    pub fn address(&self) -> impl Display + use<> {
        let number = name::derive(self.seed(), Purpose::Address, 0);
        let (third, last) = (u64::from(self.zone) * 16 + number % 16, 4 + (number >> 8) % 250);
        fmt::from_fn(move |f| write!(f, "10.0.{third}.{last}"))
    }
}
