//! A task and its containers, running or stopped.

use chrono::{DateTime, Utc};

use super::id::{ClusterId, DefinitionId, TaskId, Text};

/// Where a task is in its life (`lastStatus`, `desiredStatus`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskState {
    Provisioning,
    Pending,
    Activating,
    Running,
    Deactivating,
    Stopping,
    Deprovisioning,
    Stopped,
    Deleted,
    /// A word that AWS added later, shown as it came.
    Other(Text),
}

impl TaskState {
    pub fn parse(word: &str) -> Self {
        match word {
            "PROVISIONING" => Self::Provisioning,
            "PENDING" => Self::Pending,
            "ACTIVATING" => Self::Activating,
            "RUNNING" => Self::Running,
            "DEACTIVATING" => Self::Deactivating,
            "STOPPING" => Self::Stopping,
            "DEPROVISIONING" => Self::Deprovisioning,
            "STOPPED" => Self::Stopped,
            "DELETED" => Self::Deleted,
            other => Self::Other(other.into()),
        }
    }

    /// AWS's own word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
            Self::Deleted => "DELETED",
            Self::Other(word) => word,
        }
    }

    /// On its way up: nothing serves yet.
    pub fn is_starting(&self) -> bool {
        matches!(self, Self::Provisioning | Self::Pending | Self::Activating)
    }

    /// It ended, and nothing about it will change.
    pub fn is_stopped(&self) -> bool {
        matches!(self, Self::Stopped | Self::Deleted)
    }

    /// On its way down.
    pub fn is_stopping(&self) -> bool {
        matches!(self, Self::Deactivating | Self::Stopping | Self::Deprovisioning)
    }
}

/// What a container health check says; `Unknown` is normal where none is defined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Health {
    Healthy,
    Unhealthy,
    #[default]
    Unknown,
    Other(Text),
}

impl Health {
    pub fn parse(word: &str) -> Self {
        match word {
            "HEALTHY" => Self::Healthy,
            "UNHEALTHY" => Self::Unhealthy,
            "UNKNOWN" => Self::Unknown,
            other => Self::Other(other.into()),
        }
    }

    /// The word for a column; `-` where nothing is known.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
            Self::Unknown => "-",
            Self::Other(word) => word,
        }
    }
}

/// The moments of a task's life that `DescribeTasks` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskTimes {
    pub created: Option<DateTime<Utc>>,
    pub connected: Option<DateTime<Utc>>,
    pub pull_started: Option<DateTime<Utc>>,
    pub pull_stopped: Option<DateTime<Utc>>,
    pub started: Option<DateTime<Utc>>,
    pub stopping: Option<DateTime<Utc>>,
    pub execution_stopped: Option<DateTime<Utc>>,
    pub stopped: Option<DateTime<Utc>>,
}

/// The network interface of a Fargate task (`attachments[]` of type `ElasticNetworkInterface`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interface {
    pub id: Option<Text>,
    pub subnet: Option<Text>,
    pub private_ip: Option<Text>,
    /// `ATTACHED`, `ATTACHING`, `DELETED` …
    pub status: Option<Text>,
}

/// One container of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    pub name: Text,
    pub image: Option<Text>,
    /// `sha256:…`, once the image is pulled.
    pub digest: Option<Text>,
    pub state: TaskState,
    pub health: Health,
    /// Absent when the container never started.
    pub exit_code: Option<i32>,
    pub reason: Option<Text>,
    pub runtime_id: Option<Text>,
    /// CPU units, where the definition sets them for this container.
    pub cpu: Option<Text>,
    /// Hard limit in MiB.
    pub memory: Option<Text>,
    /// Soft limit in MiB.
    pub memory_reservation: Option<Text>,
    /// Last status of the `ExecuteCommandAgent`.
    pub exec_agent: Option<Text>,
}

/// One task (`DescribeTasks`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub id: TaskId,
    pub cluster: ClusterId,
    /// `service:NAME` or `family:NAME`.
    pub group: Option<Text>,
    pub definition: Option<DefinitionId>,
    /// The deployment (`ecs-svc/…`) or task set that started it, or a person's word.
    pub started_by: Option<Text>,
    pub state: TaskState,
    pub desired: TaskState,
    pub health: Health,
    pub times: TaskTimes,
    pub stop_code: Option<Text>,
    pub stopped_reason: Option<Text>,
    /// `FARGATE`, `EC2`, `EXTERNAL`; AWS gives it even where a capacity provider was used.
    pub launch_type: Option<Text>,
    /// `FARGATE`, `FARGATE_SPOT` or the name of an own provider.
    pub capacity_provider: Option<Text>,
    pub platform_version: Option<Text>,
    pub platform_family: Option<Text>,
    pub architecture: Option<Text>,
    pub zone: Option<Text>,
    /// CPU units: 1024 is one vCPU.
    pub cpu: Option<Text>,
    /// MiB.
    pub memory: Option<Text>,
    /// GiB.
    pub ephemeral_storage: Option<u32>,
    pub exec: bool,
    pub connectivity: Option<Text>,
    pub instance: Option<Text>,
    pub interface: Option<Interface>,
    pub containers: Vec<Container>,
}

impl Task {
    /// The name of the service that runs it; `None` for a standalone task.
    pub fn service(&self) -> Option<&str> {
        self.group.as_deref()?.strip_prefix("service:")
    }

    pub fn revision(&self) -> Option<u32> {
        self.definition.as_ref()?.revision()
    }

    /// Since when it is in its present state, as far as AWS dates it.
    pub fn since(&self) -> Option<DateTime<Utc>> {
        let times = &self.times;
        match &self.state {
            TaskState::Stopped | TaskState::Deleted => times.stopped.or(times.execution_stopped),
            state if state.is_stopping() => times.stopping.or(times.started),
            TaskState::Running => times.started.or(times.created),
            _ => times.created,
        }
    }

    /// It stopped or is about to, for a reason.
    pub fn has_ended(&self) -> bool {
        self.state.is_stopped() || self.state.is_stopping()
    }

    /// It reached RUNNING.
    pub fn has_run(&self) -> bool {
        self.times.started.is_some()
    }

    /// How long it ran, from start to the end of its containers.
    pub fn ran_for(&self) -> Option<chrono::TimeDelta> {
        let end = self.times.execution_stopped.or(self.times.stopping).or(self.times.stopped)?;
        Some(end - self.times.started?)
    }
}
