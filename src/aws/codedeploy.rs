//! CodeDeploy: each method is exactly one request about deployments of ECS services.

mod appspec;
pub mod change;
mod deployment;
mod group;

use super::ecs::Page;
use super::error::{absent, failure};
use super::lazy::Lazy;
use crate::fleet::codedeploy::{CodeDeployId, CodeDeployment, DeploymentGroup, EcsTarget, GroupId, Routing};
use crate::fleet::id::{ClusterId, ContextId, ServiceId, Text};
use crate::fleet::topic::Failure;

/// Deployments that one BatchGetDeployments may name.
pub const DEPLOYMENTS_AT_ONCE: usize = 25;
/// Groups of one application that one BatchGetDeploymentGroups may name.
pub const GROUPS_AT_ONCE: usize = 100;
/// The code of the refusal to tell the targets of a deployment that has none yet.
pub const NOT_STARTED: &str = "DeploymentNotStartedException";
/// The code of the refusal of an id that no deployment can have: other controllers keep what they like in a task set.
pub const NO_SUCH_ID: &str = "InvalidDeploymentIdException";

/// The adapter of CodeDeploy in one context; cheap to clone.
#[derive(Debug, Clone)]
pub struct CodeDeploy {
    client: Lazy<aws_sdk_codedeploy::Client>,
    context: ContextId,
}

impl CodeDeploy {
    pub(super) fn new(client: Lazy<aws_sdk_codedeploy::Client>, context: ContextId) -> Self {
        Self { client, context }
    }

    /// `aws deploy batch-get-deployments --deployment-ids …` (at most 25)
    ///
    /// One id that CodeDeploy does not have may fail the whole request.
    pub async fn batch_get_deployments(&self, ids: &[CodeDeployId]) -> Result<Vec<CodeDeployment>, Failure> {
        let ids = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let request = self.client.get().batch_get_deployments().set_deployment_ids(Some(ids));
        let answer = request.send().await.map_err(|error| failure("BatchGetDeployments", &error))?;
        let found = answer.deployments_info().iter();
        Ok(found.filter_map(|from| deployment::deployment(self.context, from)).collect())
    }

    /// `aws deploy batch-get-deployment-targets --deployment-id … --target-ids CLUSTER:SERVICE`
    ///
    /// A deployment that did not start has no target, and is refused with `DeploymentNotStartedException`.
    pub async fn batch_get_deployment_targets(
        &self,
        id: &CodeDeployId,
        cluster: &ClusterId,
        service: &ServiceId,
    ) -> Result<EcsTarget, Failure> {
        const OPERATION: &str = "BatchGetDeploymentTargets";
        let target = format!("{}:{}", cluster.name(), service.name());
        let request = self.client.get().batch_get_deployment_targets();
        let request = request.deployment_id(id.as_str()).target_ids(&target);
        let answer = request.send().await.map_err(|error| failure(OPERATION, &error))?;
        let found = answer.deployment_targets().iter().find_map(|found| found.ecs_target());
        let found = found.map(|found| deployment::target(id, found));
        found.ok_or_else(|| absent(OPERATION, format!("deployment {} has no target {target}", id.as_str())))
    }

    /// `aws deploy batch-get-deployment-groups --application-name … --deployment-group-names …` (at most 100)
    ///
    /// Groups that the application does not have are left out.
    pub async fn batch_get_deployment_groups(
        &self,
        application: &str,
        names: &[Text],
    ) -> Result<Vec<DeploymentGroup>, Failure> {
        let names = names.iter().map(|name| name.as_ref().to_owned()).collect();
        let request = self.client.get().batch_get_deployment_groups().application_name(application);
        let answer = request.set_deployment_group_names(Some(names)).send().await;
        let answer = answer.map_err(|error| failure("BatchGetDeploymentGroups", &error))?;
        let found = answer.deployment_groups_info().iter();
        Ok(found.filter_map(|from| group::group(self.context, application, from)).collect())
    }

    /// `aws deploy get-deployment-config --deployment-config-name …`
    pub async fn get_deployment_config(&self, name: &str) -> Result<Routing, Failure> {
        const OPERATION: &str = "GetDeploymentConfig";
        let answer = self.client.get().get_deployment_config().deployment_config_name(name).send().await;
        let answer = answer.map_err(|error| failure(OPERATION, &error))?;
        let routing = answer.deployment_config_info().map(group::routing);
        routing.ok_or_else(|| absent(OPERATION, format!("no configuration {name} in the answer")))
    }

    /// `aws deploy list-deployments --include-only-statuses Created Queued InProgress`: what has begun anywhere in the
    /// account and Region, the newest hundred.
    pub async fn list_begun_deployments(&self) -> Result<Vec<CodeDeployId>, Failure> {
        use aws_sdk_codedeploy::types::DeploymentStatus::{Created, InProgress, Queued};
        let request = self.client.get().list_deployments();
        let request = request.set_include_only_statuses(Some(vec![Created, Queued, InProgress]));
        let answer = request.send().await.map_err(|error| failure("ListDeployments", &error))?;
        Ok(answer.deployments().iter().map(|id| CodeDeployId::new(id.as_str())).collect())
    }

    /// `aws deploy list-deployments --application-name … --deployment-group-name …`; CodeDeploy decides how many a
    /// page has, and gives the newest first.
    pub async fn list_deployments(
        &self,
        group: &GroupId,
        token: Option<String>,
    ) -> Result<Page<CodeDeployId>, Failure> {
        let request = self.client.get().list_deployments().application_name(&*group.application);
        let request = request.deployment_group_name(&*group.name).set_next_token(token);
        let answer = request.send().await.map_err(|error| failure("ListDeployments", &error))?;
        let items = answer.deployments().iter().map(|id| CodeDeployId::new(id.as_str())).collect();
        Ok(Page { items, next: answer.next_token })
    }
}
