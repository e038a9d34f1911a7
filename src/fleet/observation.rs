//! One fact learnt from AWS.

use chrono::{DateTime, Utc};

use super::alarm::Alarm;
use super::balancer::{Route, RouteId, Target as BalancerTarget, TargetGroup, TargetGroupId, TargetGroupKey};
use super::cluster::Cluster;
use super::codedeploy::{CodeDeployId, CodeDeployment, DeploymentGroup, EcsTarget, GroupId, Routing};
use super::definition::TaskDefinition;
use super::deployment::ServiceDeployment;
use super::id::{ClusterId, ContextId, DefinitionId, RevisionId, ServiceId, TaskId, Text};
use super::protection::Protection;
use super::revision::ServiceRevision;
use super::scaling::Scaling;
use super::service::Service;
use super::task::Task;
use super::topic::{Failure, Target, Topic};
use super::traffic::Traffic;

/// Who the credentials of a context belong to (`GetCallerIdentity`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub account: Text,
    pub arn: Text,
}

/// Whose tasks a list names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TaskScope {
    Cluster(ClusterId),
    Service(ClusterId, ServiceId),
}

/// One fact learnt. Lists are whole: what a complete list does not name is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    Identity {
        context: ContextId,
        identity: Identity,
    },
    /// Services that the last session knew, not checked yet.
    Remembered {
        context: ContextId,
        services: Vec<ServiceId>,
    },
    Clusters {
        context: ContextId,
        clusters: Vec<Cluster>,
    },
    /// All services of a cluster, by name only.
    Roster {
        context: ContextId,
        cluster: ClusterId,
        services: Vec<ServiceId>,
    },
    /// Described services; `missing` were asked for and are gone.
    Services {
        services: Vec<Service>,
        missing: Vec<ServiceId>,
    },
    /// All tasks that run (`stopped` false) or stopped within the last hour, by id only.
    TaskList {
        scope: TaskScope,
        stopped: bool,
        tasks: Vec<TaskId>,
    },
    /// Described tasks; `missing` were asked for and are gone.
    Tasks {
        tasks: Vec<Task>,
        missing: Vec<TaskId>,
    },
    Definition {
        definition: Box<TaskDefinition>,
    },
    /// A definition that cannot be had: deregistered and deleted.
    DefinitionGone {
        id: DefinitionId,
    },
    /// Newest first.
    Deployments {
        service: ServiceId,
        deployments: Vec<ServiceDeployment>,
    },
    /// One deployment of ECS, described by itself; the others of its service stay.
    Deployment {
        deployment: Box<ServiceDeployment>,
    },
    /// Deployments of CodeDeploy; `missing` were asked for and are gone.
    CodeDeployments {
        deployments: Vec<CodeDeployment>,
        missing: Vec<CodeDeployId>,
    },
    /// The ECS target of a deployment of CodeDeploy.
    CodeDeployTarget {
        target: Box<EcsTarget>,
    },
    DeploymentGroups {
        groups: Vec<DeploymentGroup>,
        missing: Vec<GroupId>,
    },
    /// How a deployment configuration moves traffic.
    Routing {
        config: Text,
        routing: Routing,
    },
    /// Target groups under the keys that they were asked for by; `None` for one that is not there.
    TargetGroups {
        found: Vec<(TargetGroupKey, Option<TargetGroup>)>,
    },
    TargetHealth {
        group: TargetGroupId,
        targets: Vec<BalancerTarget>,
    },
    Routes {
        found: Vec<(RouteId, Option<Route>)>,
    },
    /// Alarms; `missing` were asked for by name and had no answer.
    Alarms {
        context: ContextId,
        alarms: Vec<Alarm>,
        missing: Vec<Text>,
    },
    Traffic {
        group: TargetGroupId,
        traffic: Traffic,
    },
    /// Described service revisions; `missing` were asked for and are gone.
    Revisions {
        revisions: Vec<ServiceRevision>,
        missing: Vec<RevisionId>,
    },
    Scaling {
        service: ServiceId,
        scaling: Scaling,
    },
    /// The protection of tasks that belong to a service.
    Protection {
        tasks: Vec<(TaskId, Protection)>,
    },
    /// The answer as AWS gave it, pretty JSON, with values of environment variables masked.
    Raw {
        target: Target,
        json: Text,
    },
    /// A topic was answered whole.
    Answered {
        topic: Topic,
    },
    /// A topic could not be answered.
    Failed {
        topic: Topic,
        failure: Failure,
        retry_at: Option<DateTime<Utc>>,
    },
}
