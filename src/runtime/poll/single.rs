//! Things that are asked for one by one: a service with all its events, a task, a definition, a deployment, a raw answer.

use super::ask::Ask;
use crate::aws::ecs::EventDepth;
use crate::fleet::id::{ClusterId, DefinitionId, DeploymentId, ServiceId, TaskId};
use crate::fleet::observation::Observation;
use crate::fleet::topic::{Failure, FailureKind, Target};

/// What ECS answers for a definition that does not exist; its code says only that the caller is wrong.
const NO_DEFINITION: &str = "Unable to describe task definition";

pub async fn identity(ask: &Ask) -> Result<(), Failure> {
    let identity = ask.get_caller_identity().await?;
    ask.observe(Observation::Identity { context: ask.context(), identity }).await;
    Ok(())
}

pub async fn service(ask: &Ask, cluster: &ClusterId, id: &ServiceId) -> Result<(), Failure> {
    let ids = std::slice::from_ref(id);
    let described = ask.describe_services(cluster, ids, EventDepth::All).await?;
    ask.observe(Observation::Services { services: described.found, missing: described.missing }).await;
    Ok(())
}

pub async fn task(ask: &Ask, cluster: &ClusterId, id: &TaskId) -> Result<(), Failure> {
    let described = ask.describe_tasks(cluster, std::slice::from_ref(id)).await?;
    ask.observe(Observation::Tasks { tasks: described.found, missing: described.missing }).await;
    Ok(())
}

pub async fn definition(ask: &Ask, id: &DefinitionId) -> Result<(), Failure> {
    let observation = match ask.describe_task_definition(id).await {
        Ok(definition) => Observation::Definition { definition: Box::new(definition) },
        Err(failure) if failure.message.contains(NO_DEFINITION) => {
            Observation::DefinitionGone { id: id.clone() }
        }
        Err(failure) => return Err(failure),
    };
    ask.observe(observation).await;
    Ok(())
}

pub async fn deployment(ask: &Ask, id: &DeploymentId) -> Result<(), Failure> {
    let found = ask.describe_service_deployments(std::slice::from_ref(id)).await?;
    let Some(deployment) = found.into_iter().find(|found| found.id == *id) else {
        return Err(gone("DescribeServiceDeployments", format!("ECS has no deployment {}", id.name())));
    };
    ask.observe(Observation::Deployment { deployment: Box::new(deployment) }).await;
    Ok(())
}

/// The answer came, and what was asked for is not in it.
fn gone(operation: &str, message: String) -> Failure {
    Failure {
        kind: FailureKind::Missing,
        operation: operation.into(),
        code: None,
        message: message.into(),
        request_id: None,
    }
}

pub async fn raw(ask: &Ask, target: &Target) -> Result<(), Failure> {
    let json = ask.raw(target).await?;
    ask.observe(Observation::Raw { target: target.clone(), json }).await;
    Ok(())
}
