//! A deployment of CodeDeploy: its status, its lifecycle events and where it stands.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::ServiceKey;
use super::super::agenda::DeploymentKey;
use super::super::balancer::Slot;
use super::super::definition::DefinitionKey;
use super::{AutoRollback, Config, Guard, Hook};

/// `status` of a deployment (AWS.md §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Created,
    Queued,
    InProgress,
    Ready,
    Succeeded,
    Failed,
    Stopped,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::Queued => "Queued",
            Self::InProgress => "InProgress",
            Self::Ready => "Ready",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
        }
    }

    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

/// `creator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creator {
    User,
    Rollback,
}

impl Creator {
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Rollback => "codeDeployRollback",
        }
    }
}

/// The lifecycle events of ECS deployments in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lifecycle {
    BeforeInstall,
    Install,
    AfterInstall,
    AllowTestTraffic,
    AfterAllowTestTraffic,
    BeforeAllowTraffic,
    AllowTraffic,
    AfterAllowTraffic,
}

impl Lifecycle {
    pub const ALL: [Self; 8] = [
        Self::BeforeInstall,
        Self::Install,
        Self::AfterInstall,
        Self::AllowTestTraffic,
        Self::AfterAllowTestTraffic,
        Self::BeforeAllowTraffic,
        Self::AllowTraffic,
        Self::AfterAllowTraffic,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::BeforeInstall => "BeforeInstall",
            Self::Install => "Install",
            Self::AfterInstall => "AfterInstall",
            Self::AllowTestTraffic => "AllowTestTraffic",
            Self::AfterAllowTestTraffic => "AfterAllowTestTraffic",
            Self::BeforeAllowTraffic => "BeforeAllowTraffic",
            Self::AllowTraffic => "AllowTraffic",
            Self::AfterAllowTraffic => "AfterAllowTraffic",
        }
    }

    /// The events that only a group with a test listener has.
    pub fn is_test(self) -> bool {
        matches!(self, Self::AllowTestTraffic | Self::AfterAllowTestTraffic)
    }

    /// Whether a Lambda function may be called at it.
    pub fn is_hook(self) -> bool {
        !matches!(self, Self::Install | Self::AllowTestTraffic | Self::AllowTraffic)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventStatus {
    Pending,
    InProgress,
    Succeeded,
    Failed,
    Skipped,
}

impl EventStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
        }
    }
}

/// One lifecycle event of the target.
#[derive(Clone, Debug)]
pub struct Event {
    pub name: Lifecycle,
    pub status: EventStatus,
    pub started: Option<Millis>,
    pub ended: Option<Millis>,
    /// `errorCode` and `message` of what went wrong.
    pub diagnostics: Option<(&'static str, Arc<str>)>,
}

/// Where a deployment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Created,
    Queued,
    At(Lifecycle),
    /// It waits for a person until then.
    Ready {
        until: Millis,
    },
    /// A person answered, or nobody had to.
    GoingOn,
    /// The traffic is shifted; the old task set is kept for a while.
    Terminating,
    /// It is the way back of another one.
    Rerouting,
    Over,
}

/// The other deployment of a rollback, and the words about it.
#[derive(Clone, Debug)]
pub struct RollbackInfo {
    /// The deployment that was made to go back.
    pub to: Option<Arc<str>>,
    /// The deployment that went wrong.
    pub from: Option<Arc<str>>,
    pub message: Arc<str>,
}

#[derive(Clone, Debug)]
pub struct Deployment {
    pub key: DeploymentKey,
    pub id: Arc<str>,
    pub service: ServiceKey,
    pub definition: DefinitionKey,
    /// The AppSpec of the revision, and that of the one before.
    pub content: Arc<str>,
    pub before: Option<Arc<str>>,
    pub description: Option<Arc<str>>,
    pub config: Config,
    pub creator: Creator,
    pub status: Status,
    pub created: Millis,
    pub started: Option<Millis>,
    pub completed: Option<Millis>,
    pub updated: Millis,
    /// `errorInformation`.
    pub error: Option<(&'static str, Arc<str>)>,
    pub rollback: AutoRollback,
    pub guard: Guard,
    /// Its guard is not that of the group.
    pub guard_overridden: bool,
    pub rollback_info: Option<RollbackInfo>,
    /// As the group has them when it begins.
    pub ready: Option<u32>,
    pub termination: u32,
    pub events: Vec<Event>,
    pub hooks: Vec<Hook>,
    pub phase: Phase,
    /// When its next step is due; an entry of the agenda with another time is out of date.
    pub due: Option<Millis>,
    /// It was asked to stop, and whether it goes back then.
    pub stopping: Option<bool>,
    /// A story lets it go on so long after it began to wait.
    pub answered: Option<Millis>,
    /// The task set that ran before, and its target group.
    pub blue: (u64, Slot),
    /// The new one, once it is there.
    pub green: Option<u64>,
    /// Percent of the production traffic that the new one was given.
    pub share: u16,
    /// When it is given the next share.
    pub next_share: Millis,
    /// Since when its task sets do not have all their tasks, while traffic is shifted.
    pub unsteady: Option<Millis>,
    /// The shift is done: the new task set is PRIMARY.
    pub promoted: bool,
    /// It never was.
    pub forgotten: bool,
}

impl Deployment {
    pub fn event_mut(&mut self, name: Lifecycle) -> Option<&mut Event> {
        self.events.iter_mut().find(|event| event.name == name)
    }

    /// The event that follows one, among those that this deployment has.
    pub fn after(&self, name: Lifecycle) -> Option<Lifecycle> {
        self.events.iter().map(|event| event.name).find(|other| *other > name)
    }

    pub fn hook(&self, name: Lifecycle) -> Option<&Hook> {
        self.hooks.iter().find(|hook| hook.event == name)
    }

    /// Everything is done but the end of the old task set.
    pub fn target_status(&self) -> &'static str {
        match (self.status, self.phase) {
            (Status::Failed | Status::Stopped, _) => "Failed",
            (Status::Succeeded, _) | (_, Phase::Terminating) => "Succeeded",
            (Status::Ready, _) => "Ready",
            _ if self.started.is_some() => "InProgress",
            _ => "Pending",
        }
    }
}

/// The events of a deployment, none of which has begun.
pub fn events(tested: bool) -> Vec<Event> {
    let names = Lifecycle::ALL.into_iter().filter(|name| tested || !name.is_test());
    let event =
        |name| Event { name, status: EventStatus::Pending, started: None, ended: None, diagnostics: None };
    names.map(event).collect()
}
