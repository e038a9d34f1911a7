//! RegisterScalableTarget and DeregisterScalableTarget.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::scaling::{self, Suspended};
use super::super::super::world::service::ServiceStatus;
use super::super::super::world::{ServiceKey, World};
use super::{DIMENSION, about_ecs, constraint, invalid, service_of, write};

/// The service that a request names. AWS's words for one that is missing.
fn named<'a>(world: &World, input: Input<'a>) -> Result<(&'a str, Option<ServiceKey>), Refusal> {
    if !about_ecs(input)? {
        return Err(invalid("The simulation scales services of the namespace ecs only."));
    }
    let resource =
        input.text("ResourceId")?.ok_or_else(|| constraint("null", "resourceId", "not be null"))?;
    match input.text("ScalableDimension")? {
        None => return Err(constraint("null", "scalableDimension", "not be null")),
        Some(DIMENSION) => {}
        // Guess: the words.
        Some(other) => {
            return Err(invalid(format!(
                "Unsupported service namespace, resource type or scalable dimension: {other}"
            )));
        }
    }
    Ok((resource, service_of(world, resource)))
}

fn capacity(input: Input<'_>, key: &str, member: &str) -> Result<Option<u32>, Refusal> {
    input
        .whole(key)?
        .map(|given| {
            // Guess: the words.
            let wrong = || constraint(&format!("'{given}'"), member, "have value greater than or equal to 0");
            u32::try_from(given).map_err(|_| wrong())
        })
        .transpose()
}

/// Brings the desired count within the bounds at once, whatever was given (AWS.md §5.2).
pub fn register(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let (resource, key) = named(world, input)?;
    let active =
        |key: &ServiceKey| world.service(*key).is_some_and(|service| service.status == ServiceStatus::Active);
    let key = key.filter(active).ok_or_else(|| invalid(format!("ECS service doesn't exist: {resource}")))?;
    let bounds =
        (capacity(input, "MinCapacity", "minCapacity")?, capacity(input, "MaxCapacity", "maxCapacity")?);
    let known = world.scaling.get(&key);
    if known.is_none() && (bounds.0.is_none() || bounds.1.is_none()) {
        // Guess: the words.
        return Err(invalid(
            "You must specify both MinCapacity and MaxCapacity to register a new scalable target.",
        ));
    }
    let min = bounds.0.or(known.map(|target| target.min)).unwrap_or(0);
    let max = bounds.1.or(known.map(|target| target.max)).unwrap_or(0);
    if min > max {
        // Guess: the words.
        return Err(invalid("Maximum capacity cannot be less than minimum capacity."));
    }
    let given = input.object("SuspendedState")?;
    let flag = |key| given.map_or(Ok(None), |given| given.flag(key));
    let (scale_in, scale_out) = (flag("DynamicScalingInSuspended")?, flag("DynamicScalingOutSuspended")?);
    let scheduled = flag("ScheduledScalingSuspended")?;
    scaling::register(world, key, bounds, |before| match given {
        None => before,
        // Guess: a state that is given leaves what it does not name as it was.
        Some(_) => Suspended {
            scale_in: scale_in.unwrap_or(before.scale_in),
            scale_out: scale_out.unwrap_or(before.scale_out),
            scheduled: scheduled.unwrap_or(before.scheduled),
        },
    });
    Ok(json::document(|o| {
        o.text("ScalableTargetARN", write::target_arn(world, key));
    }))
}

/// Takes the policies and scheduled actions with it.
pub fn deregister(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let (resource, key) = named(world, input)?;
    match key.and_then(|key| world.scaling.remove(&key)) {
        Some(_) => Ok("{}".to_owned()),
        None => Err(Refusal::new(
            "ObjectNotFoundException",
            format!(
                "No scalable target found for service namespace: ecs, resource ID: {resource}, scalable dimension: \
                 {DIMENSION}"
            ),
        )),
    }
}
