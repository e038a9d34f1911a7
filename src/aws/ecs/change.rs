//! What ECS can be asked to change: each method is exactly one request and uses up one permit.

use aws_sdk_ecs::operation::RequestId;
use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;
use aws_sdk_ecs::types as sdk;

use super::{Ecs, EventDepth, service};
use crate::aws::accepted::Accepted;
use crate::aws::error::change_failure;
use crate::aws::permit::Permit;
use crate::aws::text::Interner;
use crate::fleet::id::{ClusterId, DefinitionId, DeploymentId, ServiceId, TaskId, Text};
use crate::fleet::topic::Failure;

/// What IAM calls this service in its actions.
const IAM: &str = "ecs";

impl Ecs {
    /// `aws ecs update-service --cluster … --service … --desired-count …`
    ///
    /// Only the count is sent: no deployment starts, and no role is passed.
    pub async fn scale(
        &self,
        permit: Permit,
        cluster: &ClusterId,
        service: &ServiceId,
        desired: u32,
    ) -> Result<Accepted, Failure> {
        let desired = i32::try_from(desired).unwrap_or(i32::MAX);
        let request = self.client.update_service().desired_count(desired);
        let accepted = self.update(permit, cluster, service, request).await?;
        // What runs at this moment was not started by this.
        Ok(Accepted { deployment: None, ..accepted })
    }

    /// `aws ecs update-service --cluster … --service … --force-new-deployment`
    ///
    /// The task definition is not sent: a family in its place would be an upgrade.
    pub async fn redeploy(
        &self,
        permit: Permit,
        cluster: &ClusterId,
        service: &ServiceId,
    ) -> Result<Accepted, Failure> {
        let request = self.client.update_service().force_new_deployment(true);
        self.update(permit, cluster, service, request).await
    }

    /// `aws ecs update-service --cluster … --service … --task-definition …`, one revision by its whole ARN.
    pub async fn deploy(
        &self,
        permit: Permit,
        cluster: &ClusterId,
        service: &ServiceId,
        definition: &DefinitionId,
    ) -> Result<Accepted, Failure> {
        let request = self.client.update_service().task_definition(definition.as_str());
        self.update(permit, cluster, service, request).await
    }

    /// `aws ecs stop-task --cluster … --task … --reason …`; everybody reads the reason in the task's record.
    pub async fn stop_task(
        &self,
        permit: Permit,
        cluster: &ClusterId,
        task: &TaskId,
        reason: &str,
    ) -> Result<Accepted, Failure> {
        permit.spend();
        let request = self.client.stop_task().cluster(cluster.as_str()).task(task.as_str()).reason(reason);
        let answer = request.send().await.map_err(|error| change_failure(IAM, "StopTask", &error))?;
        Ok(Accepted { request_id: answer.request_id().map(Text::from), ..Accepted::default() })
    }

    /// `aws ecs stop-service-deployment --service-deployment-arn … --stop-type ROLLBACK`
    pub async fn roll_back(&self, permit: Permit, deployment: &DeploymentId) -> Result<Accepted, Failure> {
        permit.spend();
        let request = self.client.stop_service_deployment().service_deployment_arn(deployment.as_str());
        let answer = request.stop_type(sdk::StopServiceDeploymentStopType::Rollback).send().await;
        let answer = answer.map_err(|error| change_failure(IAM, "StopServiceDeployment", &error))?;
        Ok(Accepted {
            request_id: answer.request_id().map(Text::from),
            deployment: answer.service_deployment_arn().map(DeploymentId::new),
            ..Accepted::default()
        })
    }

    /// `aws ecs continue-service-deployment --service-deployment-arn … --hook-id … --action CONTINUE`
    pub async fn continue_past(
        &self,
        permit: Permit,
        deployment: &DeploymentId,
        hook: &str,
    ) -> Result<Accepted, Failure> {
        self.answer(permit, deployment, hook, sdk::DeploymentLifecycleHookAction::Continue).await
    }

    /// `aws ecs continue-service-deployment --service-deployment-arn … --hook-id … --action ROLLBACK`
    pub async fn refuse(
        &self,
        permit: Permit,
        deployment: &DeploymentId,
        hook: &str,
    ) -> Result<Accepted, Failure> {
        self.answer(permit, deployment, hook, sdk::DeploymentLifecycleHookAction::Rollback).await
    }

    /// Deployment, hook and action are always sent: what is left out, ECS would choose.
    async fn answer(
        &self,
        permit: Permit,
        deployment: &DeploymentId,
        hook: &str,
        action: sdk::DeploymentLifecycleHookAction,
    ) -> Result<Accepted, Failure> {
        permit.spend();
        let request = self.client.continue_service_deployment().service_deployment_arn(deployment.as_str());
        let answer = request.hook_id(hook).action(action).send().await;
        let answer = answer.map_err(|error| change_failure(IAM, "ContinueServiceDeployment", &error))?;
        Ok(Accepted {
            request_id: answer.request_id().map(Text::from),
            deployment: answer.service_deployment_arn().map(DeploymentId::new),
            ..Accepted::default()
        })
    }

    async fn update(
        &self,
        permit: Permit,
        cluster: &ClusterId,
        service: &ServiceId,
        request: UpdateServiceFluentBuilder,
    ) -> Result<Accepted, Failure> {
        permit.spend();
        let answer = request.cluster(cluster.as_str()).service(service.as_str()).send().await;
        let answer = answer.map_err(|error| change_failure(IAM, "UpdateService", &error))?;
        let words = &mut Interner::default();
        let service = answer
            .service()
            .and_then(|from| service::service(self.context, cluster, from, EventDepth::Newest(0), words));
        Ok(Accepted {
            request_id: answer.request_id().map(Text::from),
            deployment: service.as_ref().and_then(|service| service.deployment.clone()),
            service,
            ..Accepted::default()
        })
    }
}
