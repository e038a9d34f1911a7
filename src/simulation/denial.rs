//! What IAM says when it denies an action, with the resource that the request names (AWS.md §8.3).

use serde_json::Value;

use super::service::{Asked, autoscaling, ecs, sts};
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
