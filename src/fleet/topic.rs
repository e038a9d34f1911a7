//! What can be asked of AWS, how fresh the answer is, and what stands in the way.

use std::fmt;

use chrono::{DateTime, Utc};

use super::balancer::{RouteId, TargetGroupId, TargetGroupKey};
use super::codedeploy::{CodeDeployId, GroupId};
use super::id::{ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, TaskId, Text};
use super::log::origin::Origin;

/// One thing that can be asked, in one context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic {
    pub context: ContextId,
    pub subject: Subject,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Who we are.
    Identity,
    /// All clusters with their counts.
    Clusters,
    /// All services of all clusters: their names, then their descriptions in turn.
    Services,
    /// One service with all its events.
    Service(ClusterId, ServiceId),
    /// The running tasks of a cluster.
    ClusterTasks(ClusterId),
    /// The tasks of a cluster that stopped within the last hour.
    StoppedTasks(ClusterId),
    /// The tasks of a service, running and stopped.
    ServiceTasks(ClusterId, ServiceId),
    /// One task.
    Task(ClusterId, TaskId),
    /// One revision of a task definition.
    Definition(DefinitionId),
    /// The newest deployments of a service.
    Deployments(ClusterId, ServiceId),
    /// The service revisions that those deployments name; asked together with them, never by itself.
    Revisions(ClusterId, ServiceId),
    /// The autoscaling of a service.
    Scaling(ClusterId, ServiceId),
    /// Which running tasks of a service are protected from scaling in.
    Protection(ClusterId, ServiceId),
    /// Every deployment that is in flight, in turn: one request per second to ECS, and one to CodeDeploy.
    InFlight,
    /// Every alarm that guards a deployment in flight: one request for a hundred of them.
    Alarms,
    /// One deployment of ECS that somebody looks at.
    Deployment(DeploymentId),
    /// One deployment of CodeDeploy with its ECS target, and the deployment that rolls it back; the target is named by
    /// the cluster and the service.
    CodeDeployment(CodeDeployId, ClusterId, ServiceId),
    /// A deployment group of CodeDeploy.
    DeploymentGroup(GroupId),
    /// The newest deployments of a group of CodeDeploy, most of them over.
    GroupHistory(GroupId),
    /// How a deployment configuration of CodeDeploy moves traffic; it never changes.
    Routing(Text),
    /// Target groups, by ARN or by name.
    TargetGroups(Vec<TargetGroupKey>),
    /// The health of the targets of one group.
    TargetHealth(TargetGroupId),
    /// Where listeners and rules send traffic.
    Routes(Vec<RouteId>),
    /// The requests that target groups answered, minute by minute.
    Traffic(Vec<TargetGroupId>),
    /// The log lines of these tasks from a time on, milliseconds since 1970, and all that come; the streams are told
    /// beside it, for they come and go with the tasks.
    Lines { of: Origin, since: i64, by: Means },
    /// The log lines from a time up to another, milliseconds since 1970; read once.
    OlderLines { of: Origin, from: i64, to: i64 },
    /// The answer as AWS gave it, to be read as JSON.
    Raw(Target),
}

/// How new log lines are learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Means {
    /// `FilterLogEvents`, again and again.
    Polling,
    /// `StartLiveTail`: sampled above 500 lines in a second, and billed by the minute.
    LiveTail,
}

/// One thing with an ARN and the cluster it lives in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    Cluster(ClusterId),
    Service(ClusterId, ServiceId),
    Task(ClusterId, TaskId),
    Definition(DefinitionId),
}

impl Target {
    /// The ARN.
    pub fn arn(&self) -> &str {
        match self {
            Self::Cluster(id) => id.as_str(),
            Self::Service(_, id) => id.as_str(),
            Self::Task(_, id) => id.as_str(),
            Self::Definition(id) => id.as_str(),
        }
    }

    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cluster(_) => "cluster",
            Self::Service(..) => "service",
            Self::Task(..) => "task",
            Self::Definition(_) => "task definition",
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Task(_, id) => id.short(),
            other => super::id::tail(other.arn()),
        }
    }
}

impl Topic {
    pub fn new(context: ContextId, subject: Subject) -> Self {
        Self { context, subject }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity => f.write_str("identity"),
            Self::Clusters => f.write_str("clusters"),
            Self::Services => f.write_str("services"),
            Self::Service(_, id) => write!(f, "service {}", id.name()),
            Self::ClusterTasks(id) => write!(f, "tasks of {}", id.name()),
            Self::StoppedTasks(id) => write!(f, "stopped tasks of {}", id.name()),
            Self::ServiceTasks(_, id) => write!(f, "tasks of {}", id.name()),
            Self::Task(_, id) => write!(f, "task {}", id.short()),
            Self::Definition(id) => write!(f, "task definition {}", id.name()),
            Self::Deployments(_, id) => write!(f, "deployments of {}", id.name()),
            Self::Revisions(_, id) => write!(f, "service revisions of {}", id.name()),
            Self::Scaling(_, id) => write!(f, "autoscaling of {}", id.name()),
            Self::Protection(_, id) => write!(f, "task protection of {}", id.name()),
            Self::InFlight => f.write_str("deployments in flight"),
            Self::Alarms => f.write_str("alarms"),
            Self::Deployment(id) => write!(f, "deployment {}", id.name()),
            Self::CodeDeployment(id, ..) => write!(f, "deployment {}", id.as_str()),
            Self::DeploymentGroup(id) => write!(f, "deployment group {}", id.name),
            Self::GroupHistory(id) => write!(f, "deployments of group {}", id.name),
            Self::Routing(name) => write!(f, "deployment configuration {name}"),
            Self::TargetGroups(keys) => {
                write!(f, "target group {}", keys.first().map_or("", TargetGroupKey::name))
            }
            Self::TargetHealth(id) => write!(f, "targets of {}", id.name()),
            Self::Routes(_) => f.write_str("listener rules"),
            Self::Traffic(ids) => {
                write!(f, "requests of {}", ids.first().map_or("", TargetGroupId::name))
            }
            Self::Lines { .. } => f.write_str("log lines"),
            Self::OlderLines { .. } => f.write_str("older log lines"),
            Self::Raw(target) => write!(f, "{} {}", target.kind(), target.name()),
        }
    }
}

/// Why a request was not answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// AWS refused for the rate.
    Throttled,
    /// The caller may not do this; the IAM action where AWS named it (`ecs:ListServices`).
    Denied { action: Option<Text> },
    /// Credentials that ended or are not valid.
    Expired,
    /// There are no credentials.
    NoCredentials,
    /// The thing is gone.
    Missing,
    /// Nobody answered, or the connection broke.
    Network,
    /// No answer within the deadline.
    Timeout,
    /// AWS or the emulator does not have this operation.
    Unsupported,
    /// AWS understood and said no, for the reason in its message; nothing was done.
    Refused,
    /// Whatever else AWS says.
    Other,
}

impl FailureKind {
    /// It is no trouble of today: whatever shows the missing facts tells it in their place, and nobody else.
    pub fn is_told_in_its_place(&self) -> bool {
        matches!(self, Self::Unsupported | Self::Missing)
    }
}

/// A request that failed: what was asked, why not, in AWS's words where there are any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Failure {
    pub kind: FailureKind,
    /// The operation, `ListServices`.
    pub operation: Text,
    /// AWS's error code, where there is one.
    pub code: Option<Text>,
    /// AWS's message, or the error's own sentence.
    pub message: Text,
    pub request_id: Option<Text>,
}

impl Failure {
    /// Whether what was asked may have been done although the answer is a failure: then only a look tells.
    pub fn may_have_acted(&self) -> bool {
        match self.kind {
            FailureKind::Network | FailureKind::Timeout | FailureKind::Other => true,
            FailureKind::Throttled
            | FailureKind::Denied { .. }
            | FailureKind::Expired
            | FailureKind::NoCredentials
            | FailureKind::Missing
            | FailureKind::Unsupported
            | FailureKind::Refused => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = &self.operation;
        match &self.kind {
            FailureKind::Throttled => write!(f, "AWS is limiting {operation}"),
            FailureKind::Denied { action: Some(action) } => write!(f, "no permission {action}"),
            FailureKind::Denied { action: None } => write!(f, "{operation} denied: {}", self.message),
            FailureKind::Expired => write!(f, "credentials expired ({operation}: {})", self.message),
            FailureKind::NoCredentials => write!(f, "no credentials: {}", self.message),
            FailureKind::Missing => write!(f, "{operation}: not found: {}", self.message),
            FailureKind::Network => write!(f, "network: {operation}: {}", self.message),
            FailureKind::Timeout => write!(f, "{operation} did not answer in time"),
            FailureKind::Unsupported => write!(f, "{operation} is not offered by this endpoint"),
            FailureKind::Refused | FailureKind::Other => match &self.code {
                Some(code) => write!(f, "{operation}: {code}: {}", self.message),
                None => write!(f, "{operation}: {}", self.message),
            },
        }
    }
}

/// What is in the way of a topic, and when it is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub since: DateTime<Utc>,
    pub failure: Failure,
    /// `None`: not before somebody asks.
    pub retry_at: Option<DateTime<Utc>>,
}

/// When a topic was last answered, and what is in the way since.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Freshness {
    pub answered: Option<DateTime<Utc>>,
    pub trouble: Option<Trouble>,
}
