//! DescribeLoadBalancers.

use super::super::super::name::{self, Purpose, vpc_id};
use super::super::super::wire::Refusal;
use super::super::super::wire::xml::Element;
use super::super::super::world::World;
use super::super::super::world::balancer::names::{self, Owner};
use super::super::super::world::balancer::{Kind, find};
use super::{Question, all, no_balancer};

/// When the oldest load balancers were made, before every service.
const OLD: i64 = 500 * 86_400_000;

pub fn describe(question: Question<'_>) -> Result<String, Refusal> {
    let world = question.world;
    let arns = question.few("LoadBalancerArns", 20)?;
    let wanted = question.few("Names", 20)?;
    let named = |name: &str| find::balancers(world).find(|owner| names::balancer_name(world, *owner) == name);
    let found = if !arns.is_empty() {
        all(&arns, |arn| find::balancer(world, arn), no_balancer)?
    } else if !wanted.is_empty() {
        all(&wanted, named, no_balancer)?
    } else {
        find::balancers(world).collect()
    };
    question.page("LoadBalancers", found, |e, owner| write(e, world, owner))
}

fn write(e: &mut Element<'_>, world: &World, owner: Owner) {
    let application = names::kind(world, owner) == Kind::Application;
    let made = match owner {
        Owner::Service(key) => world.service(key).map(|service| service.created - 3_600_000),
        Owner::Cluster(key) => {
            let services = world.cluster(key).into_iter().flat_map(|cluster| cluster.services.iter());
            services.filter_map(|key| world.service(*key)).map(|service| service.created - OLD).min()
        }
    };
    e.text("LoadBalancerArn", names::balancer_arn(world, owner))
        .text("DNSName", names::dns_name(world, owner))
        .text("CanonicalHostedZoneId", if application { "Z32O12XQLNTSW2" } else { "Z2IFOLAFXWLO4F" })
        .time("CreatedTime", made.unwrap_or(world.now - OLD))
        .text("LoadBalancerName", names::balancer_name(world, owner))
        .text("Scheme", "internet-facing")
        .text("VpcId", network(world))
        .element("State", |e| {
            e.text("Code", "active");
        })
        .text("Type", if application { "application" } else { "network" })
        .list("AvailabilityZones", 0..name::ZONES, |e, zone| {
            e.text("ZoneName", world.place.zone(zone))
                .text("SubnetId", vpc_id("subnet", world.seed, Purpose::Subnet, u64::from(zone) + 100))
                .element("LoadBalancerAddresses", |_| {});
        });
    if application {
        e.texts("SecurityGroups", [vpc_id("sg", world.seed, Purpose::SecurityGroup, u64::MAX)]);
    }
    e.text("IpAddressType", "ipv4");
}

/// The account's one network.
pub fn network(world: &World) -> impl std::fmt::Display {
    vpc_id("vpc", world.seed, Purpose::Subnet, u64::MAX)
}
