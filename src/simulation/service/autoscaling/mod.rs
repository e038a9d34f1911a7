//! Application Auto Scaling: its operations by name, and how requests refer to scalable targets.

mod list;
mod register;
mod write;

use super::super::wire::Refusal;
use super::super::wire::input::Input;
use super::super::world::{ServiceKey, World};
use super::Asked;

/// The name of the service in IAM actions and ARNs.
pub const NAME: &str = "application-autoscaling";

/// Its name in `x-amz-target`.
pub const TARGET: &str = "AnyScaleFrontendService";

/// The one dimension that ECS services have.
const DIMENSION: &str = "ecs:service:DesiredCount";

pub fn perform(world: &mut World, asked: &Asked) -> Result<String, Refusal> {
    let input = Input::new(&asked.body);
    match asked.operation.as_str() {
        "DescribeScalableTargets" => list::targets(world, input),
        "DescribeScalingPolicies" => list::policies(world, input),
        "DescribeScalingActivities" => list::activities(world, input),
        "DescribeScheduledActions" => list::scheduled(world, input),
        "RegisterScalableTarget" => register::register(world, input),
        "DeregisterScalableTarget" => register::deregister(world, input),
        _ => Err(super::unknown(asked)),
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("ValidationException", message)
}

/// The words of a constraint that a member breaks.
fn constraint(value: &str, member: &str, constraint: &str) -> Refusal {
    invalid(format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: Member must {constraint}"
    ))
}

/// Whether a request is about ECS; other namespaces exist and are empty.
fn about_ecs(input: Input<'_>) -> Result<bool, Refusal> {
    match input.text("ServiceNamespace")? {
        Some(namespace) => Ok(namespace == "ecs"),
        None => Err(constraint("null", "serviceNamespace", "not be null")),
    }
}

/// The dimension that is asked for. Without a resource it is refused (the service model says so; the words are guesses).
fn dimension(input: Input<'_>, resource: bool) -> Result<bool, Refusal> {
    match input.text("ScalableDimension")? {
        Some(_) if !resource => {
            Err(invalid("If you specify a scalable dimension, you must also specify a resource ID."))
        }
        Some(dimension) => Ok(dimension == DIMENSION),
        None => Ok(true),
    }
}

/// The service that `service/<cluster>/<service>` names.
fn service_of(world: &World, resource: &str) -> Option<ServiceKey> {
    let (cluster, service) = resource.strip_prefix("service/")?.split_once('/')?;
    let cluster = world.cluster_named(cluster)?;
    world.service_named(cluster.key, service).map(|service| service.key)
}
