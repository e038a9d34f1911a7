//! ECS: each method is exactly one request, so that whoever counts requests can count these.

mod change;
mod definition;
mod deployment;
mod raw;
mod rules;
mod service;
mod tags;
mod task;

use aws_sdk_ecs::types as sdk;

use self::raw::Capture;
use self::tags::Tagging;
use super::error::{absent, failure};
use super::text::{Interner, time};
use crate::fleet::cluster::Cluster;
use crate::fleet::definition::TaskDefinition;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::{
    ClusterId, ContextId, DefinitionId, DeploymentId, RevisionId, ServiceId, TaskId, Text,
};
use crate::fleet::protection::Protection;
use crate::fleet::revision::ServiceRevision;
use crate::fleet::service::Service;
use crate::fleet::task::Task;
use crate::fleet::topic::{Failure, Target};

/// Names that one page of a list gives; ECS gives 10 services a page unless it is asked for 100.
const PAGE: i32 = 100;
/// Clusters that one DescribeClusters may name.
pub const CLUSTERS_AT_ONCE: usize = 100;
/// Services that one DescribeServices may name.
pub const SERVICES_AT_ONCE: usize = 10;
/// Tasks that one DescribeTasks may name.
pub const TASKS_AT_ONCE: usize = 100;
/// Service deployments that one DescribeServiceDeployments may name.
pub const DEPLOYMENTS_AT_ONCE: usize = 20;
/// Service revisions that one DescribeServiceRevisions may name.
pub const REVISIONS_AT_ONCE: usize = 20;
/// Tasks that one GetTaskProtection may name.
pub const PROTECTIONS_AT_ONCE: usize = 100;

/// The adapter of ECS in one context; cheap to clone.
#[derive(Debug, Clone)]
pub struct Ecs {
    client: aws_sdk_ecs::Client,
    context: ContextId,
    tagging: Tagging,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What to ask with for the next page; `None` on the last.
    pub next: Option<String>,
}

/// What a request for things by name gave; `missing` do not exist (any more).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described<T, Id> {
    pub found: Vec<T>,
    pub missing: Vec<Id>,
}

/// How many events of a service are worth keeping: AWS always sends a hundred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventDepth {
    Newest(usize),
    All,
}

/// A service deployment as a list tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDeployment {
    pub id: DeploymentId,
    pub status: DeploymentStatus,
}

impl Ecs {
    pub(super) fn new(client: aws_sdk_ecs::Client, context: ContextId) -> Self {
        Self { client, context, tagging: Tagging::default() }
    }

    /// `aws ecs list-clusters --max-results 100`
    pub async fn list_clusters(&self, token: Option<String>) -> Result<Page<ClusterId>, Failure> {
        let request = self.client.list_clusters().max_results(PAGE).set_next_token(token);
        let answer = request.send().await.map_err(|error| failure("ListClusters", &error))?;
        let items = answer.cluster_arns().iter().map(|arn| ClusterId::new(arn.as_str())).collect();
        Ok(Page { items, next: some_token(answer.next_token) })
    }

    /// `aws ecs describe-clusters --include SETTINGS TAGS --clusters …` (at most 100)
    pub async fn describe_clusters(&self, ids: &[ClusterId]) -> Result<Vec<Cluster>, Failure> {
        let untagged = !self.reads_tags();
        let tags = (!untagged).then_some(sdk::ClusterField::Tags);
        let fields = std::iter::once(sdk::ClusterField::Settings).chain(tags).collect();
        let request = self.client.describe_clusters().set_include(Some(fields));
        let request = request.set_clusters(Some(ids.iter().map(ToString::to_string).collect()));
        let answer = request.send().await.map_err(|error| failure("DescribeClusters", &error))?;
        let mut words = Interner::default();
        let clusters = answer.clusters().iter();
        let clusters = clusters.filter_map(|cluster| service::cluster(self.context, cluster, &mut words));
        Ok(clusters.map(|cluster| Cluster { untagged, ..cluster }).collect())
    }

    /// `aws ecs list-services --max-results 100 --cluster …`
    pub async fn list_services(
        &self,
        cluster: &ClusterId,
        token: Option<String>,
    ) -> Result<Page<ServiceId>, Failure> {
        let request = self.client.list_services().cluster(cluster.as_str()).max_results(PAGE);
        let answer = request.set_next_token(token).send().await;
        let answer = answer.map_err(|error| failure("ListServices", &error))?;
        let items = answer.service_arns().iter().map(|arn| ServiceId::new(arn.as_str())).collect();
        Ok(Page { items, next: some_token(answer.next_token) })
    }

    /// `aws ecs describe-services --include TAGS --cluster … --services …` (at most 10)
    pub async fn describe_services(
        &self,
        cluster: &ClusterId,
        ids: &[ServiceId],
        events: EventDepth,
    ) -> Result<Described<Service, ServiceId>, Failure> {
        let untagged = !self.reads_tags();
        let tags = (!untagged).then(|| vec![sdk::ServiceField::Tags]);
        let request = self.client.describe_services().cluster(cluster.as_str()).set_include(tags);
        let request = request.set_services(Some(ids.iter().map(ToString::to_string).collect()));
        let answer = request.send().await.map_err(|error| failure("DescribeServices", &error))?;
        let mut words = Interner::default();
        let found = answer.services().iter();
        let found =
            found.filter_map(|from| service::service(self.context, cluster, from, events, &mut words));
        Ok(Described {
            found: found.map(|service| Service { untagged, ..service }).collect(),
            missing: missing(answer.failures()).map(ServiceId::new).collect(),
        })
    }

    /// `aws ecs list-tasks --max-results 100 --cluster … [--service-name …] [--desired-status STOPPED]`
    pub async fn list_tasks(
        &self,
        cluster: &ClusterId,
        service: Option<&str>,
        stopped: bool,
        token: Option<String>,
    ) -> Result<Page<TaskId>, Failure> {
        let status = if stopped { sdk::DesiredStatus::Stopped } else { sdk::DesiredStatus::Running };
        let request = self.client.list_tasks().cluster(cluster.as_str()).max_results(PAGE);
        let request = request.desired_status(status).set_service_name(service.map(str::to_owned));
        let answer = request.set_next_token(token).send().await;
        let answer = answer.map_err(|error| failure("ListTasks", &error))?;
        let items = answer.task_arns().iter().map(|arn| TaskId::new(arn.as_str())).collect();
        Ok(Page { items, next: some_token(answer.next_token) })
    }

    /// `aws ecs describe-tasks --cluster … --tasks …` (at most 100)
    pub async fn describe_tasks(
        &self,
        cluster: &ClusterId,
        ids: &[TaskId],
    ) -> Result<Described<Task, TaskId>, Failure> {
        let request = self.client.describe_tasks().cluster(cluster.as_str());
        let request = request.set_tasks(Some(ids.iter().map(ToString::to_string).collect()));
        let answer = request.send().await.map_err(|error| failure("DescribeTasks", &error))?;
        let mut words = Interner::default();
        let found = answer.tasks().iter().filter_map(|from| task::task(cluster, from, &mut words));
        Ok(Described {
            found: found.collect(),
            missing: missing(answer.failures()).map(TaskId::new).collect(),
        })
    }

    /// `aws ecs describe-task-definition --task-definition …`
    pub async fn describe_task_definition(&self, id: &DefinitionId) -> Result<TaskDefinition, Failure> {
        const OPERATION: &str = "DescribeTaskDefinition";
        let answer = self.client.describe_task_definition().task_definition(id.as_str()).send().await;
        let answer = answer.map_err(|error| failure(OPERATION, &error))?;
        let definition = answer.task_definition().and_then(definition::definition);
        definition.ok_or_else(|| absent(OPERATION, format!("no definition {} in the answer", id.name())))
    }

    /// `aws ecs list-service-deployments --cluster … --service … --max-results …`; the newest first.
    pub async fn list_service_deployments(
        &self,
        cluster: &ClusterId,
        service: &ServiceId,
        limit: u8,
    ) -> Result<Vec<ListedDeployment>, Failure> {
        let request = self.client.list_service_deployments().cluster(cluster.as_str());
        let request = request.service(service.as_str()).max_results(i32::from(limit));
        let answer = request.send().await.map_err(|error| failure("ListServiceDeployments", &error))?;
        let mut listed: Vec<_> = answer
            .service_deployments()
            .iter()
            .filter_map(|brief| Some((brief.created_at().copied(), listed_deployment(brief)?)))
            .collect();
        listed.sort_by_key(|(created, _)| std::cmp::Reverse(*created));
        Ok(listed.into_iter().map(|(_, listed)| listed).collect())
    }

    /// `aws ecs describe-service-deployments --service-deployment-arns …` (at most 20)
    pub async fn describe_service_deployments(
        &self,
        ids: &[DeploymentId],
    ) -> Result<Vec<ServiceDeployment>, Failure> {
        let arns = ids.iter().map(ToString::to_string).collect();
        let request = self.client.describe_service_deployments().set_service_deployment_arns(Some(arns));
        let answer = request.send().await.map_err(|error| failure("DescribeServiceDeployments", &error))?;
        let mut words = Interner::default();
        let found = answer.service_deployments().iter();
        Ok(found.filter_map(|from| deployment::deployment(from, &mut words)).collect())
    }

    /// `aws ecs describe-service-revisions --service-revision-arns …` (at most 20)
    ///
    /// AWS has none from before 2024-10-25, and forgets them with their service.
    pub async fn describe_service_revisions(
        &self,
        ids: &[RevisionId],
    ) -> Result<Described<ServiceRevision, RevisionId>, Failure> {
        let arns = ids.iter().map(ToString::to_string).collect();
        let request = self.client.describe_service_revisions().set_service_revision_arns(Some(arns));
        let answer = request.send().await.map_err(|error| failure("DescribeServiceRevisions", &error))?;
        let mut words = Interner::default();
        let found = answer.service_revisions().iter();
        Ok(Described {
            found: found.filter_map(|from| deployment::revision(from, &mut words)).collect(),
            missing: missing(answer.failures()).map(RevisionId::new).collect(),
        })
    }

    /// `aws ecs get-task-protection --cluster … --tasks …` (at most 100)
    ///
    /// Tasks of no service have no protection and are left out.
    pub async fn task_protection(
        &self,
        cluster: &ClusterId,
        ids: &[TaskId],
    ) -> Result<Vec<(TaskId, Protection)>, Failure> {
        let request = self.client.get_task_protection().cluster(cluster.as_str());
        let request = request.set_tasks(Some(ids.iter().map(ToString::to_string).collect()));
        let answer = request.send().await.map_err(|error| failure("GetTaskProtection", &error))?;
        let tasks = answer.protected_tasks().iter();
        let protection = |from: &sdk::ProtectedTask| Protection {
            enabled: from.protection_enabled(),
            expires: time(from.expiration_date()),
        };
        Ok(tasks.filter_map(|from| Some((TaskId::new(from.task_arn()?), protection(from)))).collect())
    }

    /// `aws ecs describe-{clusters,services,tasks,task-definition} --output json` of one thing.
    ///
    /// The answer as AWS gave it, indented, with the values of environment variables masked.
    pub async fn raw(&self, target: &Target) -> Result<Text, Failure> {
        let capture = Capture::default();
        let operation = match target {
            Target::Cluster(id) => {
                let request = self.client.describe_clusters().clusters(id.as_str());
                let request = request.include(sdk::ClusterField::Settings).customize();
                let answer = request.interceptor(capture.clone()).send().await;
                answer.map(|_| "DescribeClusters").map_err(|error| failure("DescribeClusters", &error))?
            }
            Target::Service(cluster, id) => {
                let request = self.client.describe_services().cluster(cluster.as_str());
                let request = request.services(id.as_str()).customize();
                let answer = request.interceptor(capture.clone()).send().await;
                answer.map(|_| "DescribeServices").map_err(|error| failure("DescribeServices", &error))?
            }
            Target::Task(cluster, id) => {
                let request = self.client.describe_tasks().cluster(cluster.as_str());
                let request = request.tasks(id.as_str()).customize();
                let answer = request.interceptor(capture.clone()).send().await;
                answer.map(|_| "DescribeTasks").map_err(|error| failure("DescribeTasks", &error))?
            }
            Target::Definition(id) => {
                let request = self.client.describe_task_definition().task_definition(id.as_str()).customize();
                let answer = request.interceptor(capture.clone()).send().await;
                answer
                    .map(|_| "DescribeTaskDefinition")
                    .map_err(|error| failure("DescribeTaskDefinition", &error))?
            }
        };
        let json = capture.json().ok_or_else(|| absent(operation, "the answer has no body"))?;
        Ok(json.into())
    }
}

fn listed_deployment(brief: &sdk::ServiceDeploymentBrief) -> Option<ListedDeployment> {
    Some(ListedDeployment {
        id: DeploymentId::new(brief.service_deployment_arn()?),
        status: DeploymentStatus::parse(brief.status().map_or("", sdk::ServiceDeploymentStatus::as_str)),
    })
}

/// The ARNs that AWS says do not exist; other reasons do not mean that a thing is gone.
fn missing(failures: &[sdk::Failure]) -> impl Iterator<Item = &str> {
    failures.iter().filter(|failure| failure.reason() == Some("MISSING")).filter_map(|failure| failure.arn())
}

/// Some endpoints end a list with an empty token.
fn some_token(token: Option<String>) -> Option<String> {
    token.filter(|token| !token.is_empty())
}
