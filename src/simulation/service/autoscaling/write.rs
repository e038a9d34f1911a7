//! Scalable targets, policies, activities and scheduled actions as they are described.

use std::fmt::Display;

use super::super::super::Millis;
use super::super::super::name::{Purpose, derive, uuid};
use super::super::super::wire::json::Object;
use super::super::super::world::scaling::{
    Activity, Outcome, Policy, Scheduled, Side, Target, alarm, resource,
};
use super::super::super::world::{ServiceKey, World};
use super::{DIMENSION, NAME};

/// `…:scalable-target/<36 letters>`.
pub fn target_arn(world: &World, key: ServiceKey) -> String {
    let number = |of: u64| derive(world.seed, Purpose::Target, u64::from(key.0) ^ (of << 40));
    let id = format!("0ec5{:016x}{:016x}", number(1), number(2));
    world.place.arn(NAME, format_args!("scalable-target/{id}")).to_string()
}

/// The three members that name the target.
fn identity(o: &mut Object<'_>, world: &World, key: ServiceKey) {
    o.text("ServiceNamespace", "ecs")
        .text("ResourceId", resource(world, key))
        .text("ScalableDimension", DIMENSION);
}

pub fn target(o: &mut Object<'_>, world: &World, key: ServiceKey, target: &Target) {
    identity(o, world, key);
    let role = "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/\
                AWSServiceRoleForApplicationAutoScaling_ECSService";
    o.number("MinCapacity", target.min)
        .number("MaxCapacity", target.max)
        .text("RoleARN", world.place.iam(role))
        .time("CreationTime", target.created)
        .object("SuspendedState", |o| {
            o.flag("DynamicScalingInSuspended", target.suspended.scale_in)
                .flag("DynamicScalingOutSuspended", target.suspended.scale_out)
                .flag("ScheduledScalingSuspended", target.suspended.scheduled);
        })
        .text("ScalableTargetARN", target_arn(world, key));
}

/// `…:<kind>:<uuid>:resource/ecs/<resource>:<last>`, the shape of ARNs of policies and scheduled actions.
fn arn(world: &World, kind: &str, key: ServiceKey, last: impl Display) -> String {
    let id = uuid(world.seed, Purpose::Policy, u64::from(key.0));
    let resource = resource(world, key);
    world.place.arn("autoscaling", format_args!("{kind}:{id}:resource/ecs/{resource}:{last}")).to_string()
}

pub fn policy(o: &mut Object<'_>, world: &World, key: ServiceKey, policy: &Policy) {
    o.text("PolicyARN", arn(world, "scalingPolicy", key, format_args!("policyName/{}", policy.name)))
        .text("PolicyName", &policy.name);
    identity(o, world, key);
    o.text("PolicyType", "TargetTrackingScaling")
        .object("TargetTrackingScalingPolicyConfiguration", |o| {
            o.number("TargetValue", format_args!("{}.0", policy.target))
                .object("PredefinedMetricSpecification", |o| {
                    o.text("PredefinedMetricType", "ECSServiceAverageCPUUtilization");
                })
                .number("ScaleOutCooldown", policy.scale_out_cooldown)
                .number("ScaleInCooldown", policy.scale_in_cooldown)
                .flag("DisableScaleIn", policy.scale_in_disabled);
        })
        .objects("Alarms", [Side::High, Side::Low], |o, side| {
            let alarm = alarm(world, key, policy, side);
            o.text("AlarmName", &alarm)
                .text("AlarmARN", world.place.arn("cloudwatch", format_args!("alarm:{alarm}")));
        })
        .time("CreationTime", policy.created);
}

pub fn activity(o: &mut Object<'_>, world: &World, key: ServiceKey, activity: &Activity) {
    o.text("ActivityId", uuid(world.seed, Purpose::Activity, activity.number));
    identity(o, world, key);
    o.text("Description", activity.description())
        .text("Cause", &activity.cause)
        .time("StartTime", activity.started)
        .time_if("EndTime", activity.ended)
        .text("StatusCode", activity.status())
        .text_if("StatusMessage", activity.message());
    if let Outcome::NotScaled(code, capacity) = activity.outcome {
        let which = match code {
            "AlreadyAtMaxCapacity" => "MaxCapacity",
            "AlreadyAtMinCapacity" => "MinCapacity",
            _ => "CurrentCapacity",
        };
        o.objects("NotScaledReasons", [code], |o, code| {
            o.text("Code", code).number(which, capacity);
        });
    }
}

pub fn scheduled(o: &mut Object<'_>, world: &World, key: ServiceKey, action: &Scheduled) {
    o.text("ScheduledActionName", &action.name);
    let last = format_args!("scheduledActionName/{}", action.name).to_string();
    o.text("ScheduledActionARN", arn(world, "scheduledAction", key, last));
    identity(o, world, key);
    o.text("Schedule", format_args!("at({})", moment(action.at)))
        .text("Timezone", "UTC")
        .object("ScalableTargetAction", |o| {
            o.number_if("MinCapacity", action.min).number_if("MaxCapacity", action.max);
        })
        .time("CreationTime", action.created);
}

/// `yyyy-mm-ddThh:mm:ss` in UTC. The date is counted in years that begin in March, so that leap days come last.
fn moment(at: Millis) -> String {
    let seconds = at.div_euclid(1000);
    let (days, second) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let rest = day - (365 * year + year / 4 - year / 100);
    let month = (5 * rest + 2) / 153;
    let date = rest - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year + later;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_dates() {
        assert_eq!(moment(0), "1970-01-01T00:00:00");
        assert_eq!(moment(1_709_208_000_000), "2024-02-29T12:00:00");
        assert_eq!(moment(1_790_000_000_000), "2026-09-21T14:13:20");
    }
}
