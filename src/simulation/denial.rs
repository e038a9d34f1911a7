//! What IAM says when it denies an action, with the resource that the request names (AWS.md §8.3).

use serde_json::Value;

use super::service::{Asked, autoscaling, codedeploy, ecs, logs, sts};
use super::world::World;

/// The sentence for a caller whose policies do not allow the action.
pub fn sentence(asked: &Asked, world: &World) -> String {
    let action = format!("{}:{}", asked.service, asked.operation);
    format!(
        "User: arn:aws:sts::{}:{} is not authorized to perform: {action} on resource: {} because no identity-based \
         policy allows the {action} action",
        world.place.account,
        sts::CALLER,
        resource(asked, world)
    )
}

/// The ARN of what an action is about; `*` for those that IAM does not tie to a resource. Guess: which those are.
fn resource(asked: &Asked, world: &World) -> String {
    let text = |key: &str| asked.body.get(key).and_then(Value::as_str);
    let first = |key: &str| asked.body.get(key).and_then(Value::as_array)?.first()?.as_str();
    if asked.service == autoscaling::NAME {
        return world.place.arn(autoscaling::NAME, "scalable-target/*").to_string();
    }
    if asked.service == codedeploy::NAME {
        return group_of(asked, world).unwrap_or_else(|| "*".to_owned());
    }
    if asked.service == logs::NAME {
        return logs::resource(world, asked);
    }
    // Reading load balancing is tied to no resource.
    if asked.service != "ecs" || asked.operation.starts_with("List") {
        return "*".to_owned();
    }
    let named = |kind: &str, reference: &str| ecs::arn_of(world, kind, text("cluster"), reference);
    if let Some(deployment) = text("serviceDeploymentArn").or(first("serviceDeploymentArns")) {
        return deployment.to_owned();
    }
    if let Some(service) = text("service").or(first("services")) {
        return named("service", service);
    }
    match text("task").or(first("tasks")) {
        Some(task) => named("task", task),
        None => "*".to_owned(),
    }
}

/// The ARN of the deployment group that a request of CodeDeploy is about. Guess: IAM asks for the group, not for the
/// deployment, which has no ARN.
fn group_of(asked: &Asked, world: &World) -> Option<String> {
    let text = |key: &str| asked.body.get(key).and_then(Value::as_str);
    let first = |key: &str| asked.body.get(key).and_then(Value::as_array)?.first()?.as_str();
    let known = text("deploymentId").or(first("deploymentIds")).and_then(|id| {
        let service = world.codedeploy.with_id(id)?.service;
        let group = world.codedeploy.groups.get(&service)?;
        Some((group.application.to_string(), group.name.to_string()))
    });
    let named = || {
        let name = text("deploymentGroupName").or(first("deploymentGroupNames"))?;
        Some((text("applicationName")?.to_owned(), name.to_owned()))
    };
    let (application, name) = known.or_else(named)?;
    Some(world.place.arn(codedeploy::NAME, format_args!("deploymentgroup:{application}/{name}")).to_string())
}
