//! The hands of a poller: each method is one request that waits for its turn, and facts are told as they are learnt.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::app::message::Message;
use crate::aws::Aws;
use crate::aws::cloudwatch::{Count, Points};
use crate::aws::ecs::{Described, Ecs, EventDepth, ListedDeployment, Page};
use crate::aws::logs::{Asked, LiveTail, Logs};
use crate::fleet::alarm::Alarm;
use crate::fleet::balancer::{
    Forward, Route, RouteId, Target as BalancerTarget, TargetGroup, TargetGroupId, TargetGroupKey,
};
use crate::fleet::bucket::Bucket;
use crate::fleet::cluster::Cluster;
use crate::fleet::codedeploy::{CodeDeployId, CodeDeployment, DeploymentGroup, EcsTarget, GroupId, Routing};
use crate::fleet::definition::TaskDefinition;
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::{
    ClusterId, ContextId, DefinitionId, DeploymentId, RevisionId, ServiceId, TaskId, Text,
};
use crate::fleet::log::Event;
use crate::fleet::log::group::LogGroup;
use crate::fleet::log::quota::LogsQuota;
use crate::fleet::observation::{Identity, Observation};
use crate::fleet::protection::Protection;
use crate::fleet::revision::ServiceRevision;
use crate::fleet::scaling::{ResourceId, ScalableTarget, ScalingActivity, ScalingPolicy, ScheduledAction};
use crate::fleet::service::Service;
use crate::fleet::task::Task;
use crate::fleet::topic::{Failure, Subject, Target, Topic};
use crate::runtime::outbox::Outbox;
use crate::runtime::requests::{Priority, Requests};

/// Asks AWS for one context, with one priority; cheap to clone.
#[derive(Debug, Clone)]
pub struct Ask {
    aws: Aws,
    requests: Requests,
    outbox: Outbox,
    priority: Priority,
}

type Answer<T> = Result<T, Failure>;

impl Ask {
    pub fn new(aws: Aws, requests: Requests, outbox: Outbox) -> Self {
        Self { aws, requests, outbox, priority: Priority::Visible }
    }

    /// The same hands for requests that are more or less urgent.
    #[must_use]
    pub fn at(&self, priority: Priority) -> Self {
        Self { priority, ..self.clone() }
    }

    pub fn context(&self) -> ContextId {
        self.aws.context()
    }

    pub fn priority(&self) -> Priority {
        self.priority
    }

    /// Tells what no observation is; waits for room.
    pub async fn tell(&self, message: Message) {
        self.outbox.tell(message).await;
    }

    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Tells a fact.
    pub async fn observe(&self, observation: Observation) {
        self.outbox.observe(observation).await;
    }

    /// Tells that a subject was answered whole.
    pub async fn answered(&self, subject: Subject) {
        self.observe(Observation::Answered { topic: Topic::new(self.context(), subject) }).await;
    }

    /// Tells that a subject could not be answered, and in how long it is tried again by itself.
    pub async fn failed(&self, subject: Subject, failure: Failure, retry: Option<Duration>) {
        let topic = Topic::new(self.context(), subject);
        let retry_at = retry.map(|retry| self.outbox.clock().now() + retry);
        self.observe(Observation::Failed { topic, failure, retry_at }).await;
    }

    pub async fn get_caller_identity(&self) -> Answer<Identity> {
        let call = || self.aws.sts.get_caller_identity();
        self.requests.send(Bucket::Identity, self.priority, "GetCallerIdentity", call).await
    }

    pub async fn list_clusters(&self, token: Option<String>) -> Answer<Page<ClusterId>> {
        let call = || self.aws.ecs.list_clusters(token.clone());
        self.requests.send(Bucket::ClusterRead, self.priority, "ListClusters", call).await
    }

    pub async fn describe_clusters(&self, ids: &[ClusterId]) -> Answer<Vec<Cluster>> {
        let send = |ecs: Ecs| async move {
            let call = || ecs.describe_clusters(ids);
            self.requests.send(Bucket::ClusterRead, self.priority, "DescribeClusters", call).await
        };
        let described = send(self.aws.ecs.clone()).await;
        let Err(failure) = &described else { return described };
        let Some(bare) = self.aws.ecs.without_tags(failure) else { return described };
        self.untagged(send(bare).await, failure)
    }

    pub async fn list_services(&self, cluster: &ClusterId, token: Option<String>) -> Answer<Page<ServiceId>> {
        let call = || self.aws.ecs.list_services(cluster, token.clone());
        self.requests.send(Bucket::ServiceRead, self.priority, "ListServices", call).await
    }

    pub async fn describe_services(
        &self,
        cluster: &ClusterId,
        ids: &[ServiceId],
        events: EventDepth,
    ) -> Answer<Described<Service, ServiceId>> {
        let send = |ecs: Ecs| async move {
            let call = || ecs.describe_services(cluster, ids, events);
            self.requests.send(Bucket::ServiceRead, self.priority, "DescribeServices", call).await
        };
        let described = send(self.aws.ecs.clone()).await;
        let Err(failure) = &described else { return described };
        let Some(bare) = self.aws.ecs.without_tags(failure) else { return described };
        self.untagged(send(bare).await, failure)
    }

    /// The answer of an attempt without tags: where it succeeded, they may have been why the first one failed.
    fn untagged<T>(&self, described: Answer<T>, failure: &Failure) -> Answer<T> {
        if described.is_ok() {
            self.aws.ecs.give_up_tags(failure);
        }
        described
    }

    pub async fn list_tasks(
        &self,
        cluster: &ClusterId,
        service: Option<&str>,
        stopped: bool,
        token: Option<String>,
    ) -> Answer<Page<TaskId>> {
        let call = || self.aws.ecs.list_tasks(cluster, service, stopped, token.clone());
        self.requests.send(Bucket::TaskRead, self.priority, "ListTasks", call).await
    }

    pub async fn describe_tasks(
        &self,
        cluster: &ClusterId,
        ids: &[TaskId],
    ) -> Answer<Described<Task, TaskId>> {
        let call = || self.aws.ecs.describe_tasks(cluster, ids);
        self.requests.send(Bucket::TaskRead, self.priority, "DescribeTasks", call).await
    }

    pub async fn describe_task_definition(&self, id: &DefinitionId) -> Answer<TaskDefinition> {
        let call = || self.aws.ecs.describe_task_definition(id);
        self.requests.send(Bucket::DefinitionRead, self.priority, "DescribeTaskDefinition", call).await
    }

    pub async fn list_service_deployments(
        &self,
        cluster: &ClusterId,
        service: &ServiceId,
        limit: u8,
    ) -> Answer<Vec<ListedDeployment>> {
        let call = || self.aws.ecs.list_service_deployments(cluster, service, limit);
        self.requests.send(Bucket::DeploymentRead, self.priority, "ListServiceDeployments", call).await
    }

    pub async fn describe_service_deployments(&self, ids: &[DeploymentId]) -> Answer<Vec<ServiceDeployment>> {
        let call = || self.aws.ecs.describe_service_deployments(ids);
        self.requests.send(Bucket::DeploymentRead, self.priority, "DescribeServiceDeployments", call).await
    }

    pub async fn describe_service_revisions(
        &self,
        ids: &[RevisionId],
    ) -> Answer<Described<ServiceRevision, RevisionId>> {
        let call = || self.aws.ecs.describe_service_revisions(ids);
        self.requests.send(Bucket::RevisionRead, self.priority, "DescribeServiceRevisions", call).await
    }

    pub async fn task_protection(
        &self,
        cluster: &ClusterId,
        ids: &[TaskId],
    ) -> Answer<Vec<(TaskId, Protection)>> {
        let call = || self.aws.ecs.task_protection(cluster, ids);
        self.requests.send(Bucket::TaskProtection, self.priority, "GetTaskProtection", call).await
    }

    pub async fn scalable_targets(
        &self,
        resources: &[ResourceId],
    ) -> Answer<Vec<(ResourceId, ScalableTarget)>> {
        let call = || self.aws.autoscaling.scalable_targets(resources);
        self.requests.send(Bucket::Autoscaling, self.priority, "DescribeScalableTargets", call).await
    }

    pub async fn scaling_policies(
        &self,
        resource: &ResourceId,
        token: Option<String>,
    ) -> Answer<Page<ScalingPolicy>> {
        let call = || self.aws.autoscaling.scaling_policies(resource, token.clone());
        self.requests.send(Bucket::Autoscaling, self.priority, "DescribeScalingPolicies", call).await
    }

    pub async fn scaling_activities(&self, resource: &ResourceId, limit: u8) -> Answer<Vec<ScalingActivity>> {
        let call = || self.aws.autoscaling.scaling_activities(resource, limit);
        self.requests.send(Bucket::Autoscaling, self.priority, "DescribeScalingActivities", call).await
    }

    pub async fn scheduled_actions(
        &self,
        resource: &ResourceId,
        token: Option<String>,
    ) -> Answer<Page<ScheduledAction>> {
        let call = || self.aws.autoscaling.scheduled_actions(resource, token.clone());
        self.requests.send(Bucket::Autoscaling, self.priority, "DescribeScheduledActions", call).await
    }

    pub async fn raw(&self, target: &Target) -> Answer<Text> {
        let (bucket, operation) = match target {
            Target::Cluster(_) => (Bucket::ClusterRead, "DescribeClusters"),
            Target::Service(..) => (Bucket::ServiceRead, "DescribeServices"),
            Target::Task(..) => (Bucket::TaskRead, "DescribeTasks"),
            Target::Definition(_) => (Bucket::DefinitionRead, "DescribeTaskDefinition"),
        };
        self.requests.send(bucket, self.priority, operation, || self.aws.ecs.raw(target)).await
    }

    pub async fn batch_get_deployments(&self, ids: &[CodeDeployId]) -> Answer<Vec<CodeDeployment>> {
        let call = || self.aws.codedeploy.batch_get_deployments(ids);
        self.requests.send(Bucket::CodeDeploy, self.priority, "BatchGetDeployments", call).await
    }

    pub async fn list_begun_deployments(&self) -> Answer<Vec<CodeDeployId>> {
        let call = || self.aws.codedeploy.list_begun_deployments();
        self.requests.send(Bucket::CodeDeploy, self.priority, "ListDeployments", call).await
    }

    pub async fn list_deployments(
        &self,
        group: &GroupId,
        token: Option<String>,
    ) -> Answer<Page<CodeDeployId>> {
        let call = || self.aws.codedeploy.list_deployments(group, token.clone());
        self.requests.send(Bucket::CodeDeploy, self.priority, "ListDeployments", call).await
    }

    pub async fn batch_get_deployment_targets(
        &self,
        id: &CodeDeployId,
        cluster: &ClusterId,
        service: &ServiceId,
    ) -> Answer<EcsTarget> {
        let call = || self.aws.codedeploy.batch_get_deployment_targets(id, cluster, service);
        self.requests.send(Bucket::CodeDeploy, self.priority, "BatchGetDeploymentTargets", call).await
    }

    pub async fn batch_get_deployment_groups(
        &self,
        application: &str,
        names: &[Text],
    ) -> Answer<Vec<DeploymentGroup>> {
        let call = || self.aws.codedeploy.batch_get_deployment_groups(application, names);
        self.requests.send(Bucket::CodeDeploy, self.priority, "BatchGetDeploymentGroups", call).await
    }

    pub async fn get_deployment_config(&self, name: &str) -> Answer<Routing> {
        let call = || self.aws.codedeploy.get_deployment_config(name);
        self.requests.send(Bucket::CodeDeploy, self.priority, "GetDeploymentConfig", call).await
    }

    pub async fn describe_target_groups(
        &self,
        keys: &[TargetGroupKey],
        marker: Option<String>,
    ) -> Answer<Page<TargetGroup>> {
        let call = || self.aws.balancing.describe_target_groups(keys, marker.clone());
        self.requests.send(Bucket::Balancing, self.priority, "DescribeTargetGroups", call).await
    }

    pub async fn describe_target_health(&self, group: &TargetGroupId) -> Answer<Vec<BalancerTarget>> {
        let call = || self.aws.balancing.describe_target_health(group);
        self.requests.send(Bucket::Balancing, self.priority, "DescribeTargetHealth", call).await
    }

    pub async fn describe_listeners(&self, ids: &[RouteId], marker: Option<String>) -> Answer<Page<Route>> {
        let call = || self.aws.balancing.describe_listeners(ids, marker.clone());
        self.requests.send(Bucket::Balancing, self.priority, "DescribeListeners", call).await
    }

    pub async fn describe_rules_of(
        &self,
        listener: &RouteId,
        marker: Option<String>,
    ) -> Answer<Page<Forward>> {
        let call = || self.aws.balancing.describe_rules_of(listener, marker.clone());
        self.requests.send(Bucket::Balancing, self.priority, "DescribeRules", call).await
    }

    pub async fn describe_rules(&self, ids: &[RouteId], marker: Option<String>) -> Answer<Page<Route>> {
        let call = || self.aws.balancing.describe_rules(ids, marker.clone());
        self.requests.send(Bucket::Balancing, self.priority, "DescribeRules", call).await
    }

    /// It is never repeated: AWS's own watch over deployments needs the same quota.
    pub async fn describe_alarms(&self, names: &[Text], token: Option<String>) -> Answer<Page<Alarm>> {
        let call = self.aws.cloudwatch.describe_alarms(names, token);
        self.requests.once(Bucket::Alarms, self.priority, "DescribeAlarms", Box::pin(call)).await
    }

    pub async fn get_metric_data(
        &self,
        counts: &[Count],
        start: DateTime<Utc>,
        end: DateTime<Utc>,
        token: Option<String>,
    ) -> Answer<Page<Points>> {
        let call = || self.aws.cloudwatch.get_metric_data(counts, start, end, token.clone());
        self.requests.send(Bucket::Metrics, self.priority, "GetMetricData", call).await
    }

    /// The logs of a Region, which may be another than the one of everything else.
    pub fn logs(&self, region: &str) -> Logs {
        self.aws.logs.in_region(region)
    }

    pub async fn filter_log_events(
        &self,
        logs: &Logs,
        asked: &Asked,
        token: Option<String>,
    ) -> Answer<Page<Event>> {
        let call = || logs.filter_log_events(asked, token.clone());
        let bucket = Bucket::LogsFilter(LogsQuota::of(logs.region()));
        self.requests.send(bucket, self.priority, "FilterLogEvents", call).await
    }

    /// `None` where there is no group of this name.
    pub async fn describe_log_group(&self, logs: &Logs, name: &str) -> Answer<Option<LogGroup>> {
        let call = || logs.describe_log_group(name);
        self.requests.send(Bucket::LogsGroups, self.priority, "DescribeLogGroups", call).await
    }

    /// Only the start is a request; the stream of updates that follows is none.
    pub async fn start_live_tail(&self, logs: &Logs, groups: &[Text], streams: &[Text]) -> Answer<LiveTail> {
        let call = || logs.start_live_tail(groups, streams);
        self.requests.send(Bucket::LogsTail, self.priority, "StartLiveTail", call).await
    }

    /// The time that facts are stamped with.
    pub fn now(&self) -> DateTime<Utc> {
        self.outbox.clock().now()
    }
}
