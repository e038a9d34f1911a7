//! The names and ARNs of load balancers, listeners, rules and target groups: all follow from keys.

use super::super::super::name::{self, Purpose};
use super::super::{ClusterKey, ServiceKey, World};
use super::{Kind, Slot, Traffic, routing};

/// The longest name that a load balancer or target group may have.
const LONGEST: usize = 32;

/// Whose load balancer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    Cluster(ClusterKey),
    Service(ServiceKey),
}

impl Owner {
    fn number(self) -> u64 {
        match self {
            Self::Cluster(key) => u64::from(key.0),
            Self::Service(key) => 1 << 32 | u64::from(key.0),
        }
    }
}

/// A listener of a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    pub owner: Owner,
    pub traffic: Traffic,
}

/// A rule of a listener; without a service it is the default one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub listener: Listener,
    pub service: Option<ServiceKey>,
}

/// The load balancer that a service is behind.
pub fn owner_of(world: &World, key: ServiceKey) -> Option<Owner> {
    let own = routing(world, key)?.own;
    let cluster = world.service(key)?.cluster;
    Some(if own { Owner::Service(key) } else { Owner::Cluster(cluster) })
}

pub fn kind(world: &World, owner: Owner) -> Kind {
    match owner {
        Owner::Cluster(_) => Kind::Application,
        Owner::Service(key) => routing(world, key).map_or(Kind::Application, |routing| routing.kind),
    }
}

/// The listener that leads the traffic of a service.
pub fn listener_of(world: &World, key: ServiceKey, traffic: Traffic) -> Option<Listener> {
    super::weights(world, key, traffic)?;
    Some(Listener { owner: owner_of(world, key)?, traffic })
}

/// What native deployments name as `productionListenerRule` and `testListenerRule`: the ARN of a rule of an
/// Application Load Balancer, of a listener of a Network Load Balancer (AWS.md §5.1).
pub fn route_arn(world: &World, key: ServiceKey, traffic: Traffic) -> Option<String> {
    let listener = listener_of(world, key, traffic)?;
    Some(match listener.owner {
        Owner::Service(_) if kind(world, listener.owner) == Kind::Network => listener_arn(world, listener),
        Owner::Service(_) => rule_arn(world, Rule { listener, service: None }),
        Owner::Cluster(_) => rule_arn(world, Rule { listener, service: Some(key) }),
    })
}

/// The `LoadBalancerName`.
pub fn balancer_name(world: &World, owner: Owner) -> String {
    let (name, ending) = match owner {
        Owner::Cluster(key) => (world.cluster(key).map_or("", |cluster| &*cluster.name), "-alb"),
        Owner::Service(key) => {
            let ending = if kind(world, owner) == Kind::Network { "-nlb" } else { "-alb" };
            (world.service(key).map_or("", |service| &*service.name), ending)
        }
    };
    name.chars().take(LONGEST - ending.len()).chain(ending.chars()).collect()
}

fn derived(world: &World, owner: Owner, of: u64) -> u64 {
    name::derive(world.seed, Purpose::Balancer, owner.number() | of << 40)
}

/// `app/<name>/<digits>`, the part that the ARNs of a load balancer, its listeners and their rules share.
fn balancer_path(world: &World, owner: Owner) -> String {
    let kind = if kind(world, owner) == Kind::Network { "net" } else { "app" };
    format!("{kind}/{}/{:016x}", balancer_name(world, owner), derived(world, owner, 0))
}

pub fn balancer_arn(world: &World, owner: Owner) -> String {
    arn(world, &format!("loadbalancer/{}", balancer_path(world, owner)))
}

pub fn dns_name(world: &World, owner: Owner) -> String {
    let number = derived(world, owner, 3) >> 32;
    format!("{}-{number}.{}.elb.amazonaws.com", balancer_name(world, owner), world.place.region)
}

fn listener_path(world: &World, listener: Listener) -> String {
    let of = if listener.traffic == Traffic::Production { 1 } else { 2 };
    format!("{}/{:016x}", balancer_path(world, listener.owner), derived(world, listener.owner, of))
}

pub fn listener_arn(world: &World, listener: Listener) -> String {
    arn(world, &format!("listener/{}", listener_path(world, listener)))
}

pub fn rule_arn(world: &World, rule: Rule) -> String {
    let number = rule.service.map_or(u64::from(u32::MAX), |key| u64::from(key.0));
    let number = name::derive(world.seed, Purpose::Rule, number | u64::from(is_test(rule)) << 32);
    arn(world, &format!("listener-rule/{}/{number:016x}", listener_path(world, rule.listener)))
}

fn is_test(rule: Rule) -> bool {
    rule.listener.traffic == Traffic::Test
}

/// `targetgroup/<name>/<digits>` of one of the target groups of a service behind a load balancer.
pub fn group(world: &World, key: ServiceKey, slot: Slot) -> Option<String> {
    let name = group_name(world, key, slot)?;
    Some(format!("targetgroup/{name}/{:016x}", group_number(world, key, slot)))
}

pub fn group_arn(world: &World, key: ServiceKey, slot: Slot) -> Option<String> {
    group(world, key, slot).map(|group| arn(world, &group))
}

/// The `TargetGroupName`. CodeDeploy names target groups by it.
pub fn group_name(world: &World, key: ServiceKey, slot: Slot) -> Option<String> {
    super::slots(world, key).find(|known| *known == slot)?;
    let service = world.service(key)?;
    let ending = if slot == Slot::Second { "-2" } else { "" };
    let room = LONGEST - "tg-".len() - ending.len();
    Some("tg-".chars().chain(service.name.chars().take(room)).chain(ending.chars()).collect())
}

pub fn group_number(world: &World, key: ServiceKey, slot: Slot) -> u64 {
    let second = u64::from(slot == Slot::Second);
    name::derive(world.seed, Purpose::TargetGroup, u64::from(key.0) | second << 40)
}

fn arn(world: &World, resource: &str) -> String {
    world.place.arn("elasticloadbalancing", resource).to_string()
}
