//! DescribeTargetGroups and DescribeTargetGroupAttributes.

use super::super::super::wire::Refusal;
use super::super::super::wire::xml::Element;
use super::super::super::world::balancer::health::{
    DRAINS, HEALTHY_AFTER, INTERVAL, TIMEOUT, UNHEALTHY_AFTER,
};
use super::super::super::world::balancer::{Kind, Slot, find, names, slots};
use super::super::super::world::definition::Definition;
use super::super::super::world::{ServiceKey, World};
use super::{Question, all, balancers, invalid, no_balancer, no_group};

pub fn describe(question: Question<'_>) -> Result<String, Refusal> {
    let (world, input) = (question.world, question.input);
    let arns = question.few("TargetGroupArns", 400)?;
    let wanted = question.few("Names", 400)?;
    let balancer = input.text("LoadBalancerArn")?;
    let ways = [!arns.is_empty(), !wanted.is_empty(), balancer.is_some()];
    if ways.into_iter().filter(|given| *given).count() > 1 {
        // Guess: the words.
        return Err(invalid("Only one of LoadBalancerArn, TargetGroupArns and Names can be given"));
    }
    let found: Vec<_> = if let Some(arn) = balancer {
        let owner = find::balancer(world, arn).ok_or_else(|| no_balancer(arn))?;
        let groups = find::behind(world, owner);
        groups.flat_map(|key| slots(world, key).map(move |slot| (key, slot))).collect()
    } else if !arns.is_empty() {
        all(&arns, |arn| find::group(world, arn), |_| no_group())?
    } else if !wanted.is_empty() {
        let named = |name: &str| {
            let groups: Vec<_> = find::groups_named(world, name).collect();
            (!groups.is_empty()).then_some(groups)
        };
        all(&wanted, named, |_| no_group())?.into_iter().flatten().collect()
    } else {
        find::groups(world).collect()
    };
    question.page("TargetGroups", found, |e, (key, slot)| write(e, world, key, slot))
}

fn write(e: &mut Element<'_>, world: &World, key: ServiceKey, slot: Slot) {
    let (Some(arn), Some(name)) = (names::group_arn(world, key, slot), names::group_name(world, key, slot))
    else {
        return;
    };
    let definition = world.service(key).and_then(|service| world.definition(service.primary()?.definition));
    let owner = names::owner_of(world, key);
    let application = owner.is_some_and(|owner| names::kind(world, owner) == Kind::Application);
    let protocol = if application { "HTTP" } else { "TCP" };
    e.text("TargetGroupArn", arn)
        .text("TargetGroupName", name)
        .text("Protocol", protocol)
        .text("Port", definition.and_then(Definition::port).unwrap_or(80))
        .text("VpcId", balancers::network(world))
        .text("HealthCheckProtocol", protocol)
        .text("HealthCheckPort", "traffic-port")
        .text("HealthCheckEnabled", true)
        .text("HealthCheckIntervalSeconds", INTERVAL)
        .text("HealthCheckTimeoutSeconds", TIMEOUT)
        .text("HealthyThresholdCount", HEALTHY_AFTER)
        .text("UnhealthyThresholdCount", UNHEALTHY_AFTER);
    if application {
        e.text("HealthCheckPath", "/health").element("Matcher", |e| {
            e.text("HttpCode", "200");
        });
    }
    e.texts("LoadBalancerArns", owner.map(|owner| names::balancer_arn(world, owner)))
        .text("TargetType", "ip");
    if application {
        e.text("ProtocolVersion", "HTTP1");
    }
    e.text("IpAddressType", "ipv4");
}

pub fn attributes(question: Question<'_>) -> Result<String, Refusal> {
    let arn = question.input.text("TargetGroupArn")?.unwrap_or_default();
    find::group(question.world, arn).ok_or_else(no_group)?;
    let attributes = [
        ("deregistration_delay.timeout_seconds", DRAINS.to_string()),
        ("stickiness.enabled", "false".to_owned()),
    ];
    Ok(question.answer(|e| {
        e.list("Attributes", attributes, |e, (key, value)| {
            e.text("Key", key).text("Value", value);
        });
    }))
}
