//! What CodeDeploy tells of the deployments of an ECS service.

use chrono::{DateTime, TimeDelta, Utc};

use super::balancer::RouteId;
use super::id::{ContextId, DefinitionId, Text};
use super::percent::Percent;

/// How long after its end a deployment's target is looked at, so that how the traffic ended is seen.
const TOLD_WITHIN: TimeDelta = TimeDelta::seconds(20);
/// How long after the end of a deployment the one that rolls it back may be named. Careful: no source tells it.
const NAMED_WITHIN: TimeDelta = TimeDelta::minutes(2);

/// CodeDeploy's id of a deployment, `d-7KX2ABCDE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeDeployId(pub Text);

impl CodeDeployId {
    pub fn new(id: impl Into<Text>) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Task sets carry ids of other things as well; those of CodeDeploy begin with `d-`.
    pub fn of_task_set(external: &str) -> Option<Self> {
        external.starts_with("d-").then(|| Self::new(external))
    }
}

/// A deployment group by its names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId {
    pub application: Text,
    pub name: Text,
}

/// Where CodeDeploy's deployment stands (`status`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CodeDeployStatus {
    Created,
    Queued,
    InProgress,
    Baking,
    Succeeded,
    Failed,
    Stopped,
    Ready,
    Other(Text),
}

impl CodeDeployStatus {
    pub fn parse(word: &str) -> Self {
        match word {
            "Created" => Self::Created,
            "Queued" => Self::Queued,
            "InProgress" => Self::InProgress,
            "Baking" => Self::Baking,
            "Succeeded" => Self::Succeeded,
            "Failed" => Self::Failed,
            "Stopped" => Self::Stopped,
            "Ready" => Self::Ready,
            other => Self::Other(other.into()),
        }
    }

    /// The word that people read.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Created => "created",
            Self::Queued => "queued",
            Self::InProgress => "in progress",
            Self::Baking => "baking",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Ready => "ready",
            Self::Other(word) => word,
        }
    }

    pub fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

/// How traffic is moved (`trafficRoutingConfig`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Routing {
    AllAtOnce,
    /// A first share, and the rest after so many minutes.
    Canary {
        percent: Percent,
        minutes: u32,
    },
    /// The same share again and again.
    Linear {
        percent: Percent,
        minutes: u32,
    },
    Other(Text),
}

/// What happens when nobody answers (`deploymentReadyOption`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ReadyAction {
    /// `CONTINUE_DEPLOYMENT`: it does not wait at all.
    Continue,
    /// `STOP_DEPLOYMENT`: it waits for a person, at most so many minutes.
    Stop {
        minutes: u32,
    },
    Other(Text),
}

/// The blue/green rules of a group, and the copy that holds for a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlueGreenRules {
    pub ready: Option<ReadyAction>,
    /// Minutes for which blue is kept after the traffic moved (`terminationWaitTimeInMinutes`).
    pub blue_kept_minutes: Option<u32>,
}

/// When CodeDeploy rolls back by itself (`autoRollbackConfiguration`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AutoRollback {
    pub enabled: bool,
    /// `DEPLOYMENT_FAILURE`, `DEPLOYMENT_STOP_ON_ALARM`, `DEPLOYMENT_STOP_ON_REQUEST`.
    pub events: Vec<Text>,
}

/// The alarms that stop a deployment (`alarmConfiguration`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlarmRules {
    pub enabled: bool,
    /// A deployment goes on although CloudWatch could not be asked.
    pub ignores_poll_failure: bool,
    pub names: Vec<Text>,
}

/// A deployment group (`BatchGetDeploymentGroups`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentGroup {
    pub id: GroupId,
    pub context: ContextId,
    /// The names of cluster and service that it deploys to.
    pub services: Vec<(Text, Text)>,
    pub config: Option<Text>,
    pub rules: BlueGreenRules,
    pub rollback: AutoRollback,
    pub alarms: AlarmRules,
    /// The names of both target groups.
    pub target_groups: Vec<Text>,
    pub production: Option<RouteId>,
    pub test: Option<RouteId>,
    pub last_attempted: Option<CodeDeployId>,
    pub last_successful: Option<CodeDeployId>,
}

/// What is to be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The AppSpec as JSON or YAML, where CodeDeploy gives its content.
    pub content: Option<Text>,
    pub sha256: Option<Text>,
    /// The bucket and key of an AppSpec in S3.
    pub s3: Option<(Text, Text)>,
    /// The task definition that the AppSpec names, where it can be read.
    pub definition: Option<DefinitionId>,
}

/// A deployment by CodeDeploy (`BatchGetDeployments`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeDeployment {
    pub id: CodeDeployId,
    pub context: ContextId,
    pub group: Option<GroupId>,
    pub config: Option<Text>,
    pub status: CodeDeployStatus,
    /// `user`, `autoscaling`, `codeDeployRollback`, …: a kind, not a person.
    pub creator: Option<Text>,
    pub description: Option<Text>,
    pub rules: BlueGreenRules,
    pub rollback_rules: AutoRollback,
    /// `errorInformation`: its code, and its sentence.
    pub error: Option<(Text, Text)>,
    /// The deployment that rolls this one back (`rollbackDeploymentId`).
    pub rolled_back_by: Option<CodeDeployId>,
    /// The deployment that this one rolls back (`rollbackTriggeringDeploymentId`).
    pub rolls_back: Option<CodeDeployId>,
    pub revision: Option<Revision>,
    pub previous: Option<Revision>,
    pub created: Option<DateTime<Utc>>,
    pub started: Option<DateTime<Utc>>,
    pub completed: Option<DateTime<Utc>>,
}

impl CodeDeployment {
    /// It is under way, or it ended so lately that its target, or the deployment that rolls it back, is still to be
    /// told.
    pub fn is_in_flight(&self, now: DateTime<Utc>) -> bool {
        let told = |within: TimeDelta| self.completed.is_none_or(|end| now - end >= within);
        if !self.status.is_final() || !told(TOLD_WITHIN) {
            return true;
        }
        let is_undone = matches!(self.status, CodeDeployStatus::Failed | CodeDeployStatus::Stopped);
        is_undone && !told(NAMED_WITHIN) && self.rolled_back_by.is_none() && self.rollback_rules.enabled
    }
}

/// One lifecycle event of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleEvent {
    /// `BeforeInstall`, `Install`, …, by its text.
    pub name: Text,
    /// `Pending`, `InProgress`, `Succeeded`, `Failed`, `Skipped`, `Unknown`, by its text.
    pub status: Text,
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// What a hook function said when it failed: its code, its sentence, the end of its log.
    pub message: Option<Text>,
}

/// A task set in a deployment (`taskSetsInfo`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightedTaskSet {
    /// `ecs-svc/DIGITS`.
    pub id: Text,
    /// `Blue` or `Green`.
    pub label: Text,
    /// `PRIMARY`, `ACTIVE`, `DRAINING`.
    pub status: Text,
    pub weight: Percent,
    pub desired: u32,
    pub pending: u32,
    pub running: u32,
    /// The name of its target group.
    pub target_group: Option<Text>,
}

/// The ECS target of a deployment (`BatchGetDeploymentTargets`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcsTarget {
    pub deployment: CodeDeployId,
    /// `Pending`, `InProgress`, `Succeeded`, `Failed`, `Skipped`, `Unknown`, `Ready`, by its text.
    pub status: Text,
    /// In the order of the lifecycle.
    pub events: Vec<LifecycleEvent>,
    pub task_sets: Vec<WeightedTaskSet>,
    pub updated: Option<DateTime<Utc>>,
}

impl EcsTarget {
    pub fn event(&self, name: &str) -> Option<&LifecycleEvent> {
        self.events.iter().find(|event| &*event.name == name)
    }
}
