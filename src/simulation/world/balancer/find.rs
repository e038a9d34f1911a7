//! Which load balancers, listeners, rules and target groups there are, and the one that an ARN or a name means.

use super::super::{ServiceKey, World};
use super::names::{self, Listener, Owner, Rule};
use super::{Slot, Traffic, weights};

/// All load balancers: those of clusters that have a service behind them, then those of single services.
pub fn balancers(world: &World) -> impl Iterator<Item = Owner> {
    let shared = world
        .clusters
        .iter()
        .map(|cluster| Owner::Cluster(cluster.key))
        .filter(|owner| behind(world, *owner).next().is_some());
    let own = world.routings.iter().filter(|(_, routing)| routing.own).map(|(key, _)| *key);
    let own = own.filter(|key| names::owner_of(world, *key).is_some());
    shared.chain(own.map(Owner::Service))
}

/// The services behind a load balancer.
pub fn behind(world: &World, owner: Owner) -> impl Iterator<Item = ServiceKey> {
    let (cluster, single) = match owner {
        Owner::Cluster(key) => (world.cluster(key), None),
        Owner::Service(key) => (None, Some(key)),
    };
    let own = |key: &ServiceKey| world.routings.get(key).is_some_and(|routing| routing.own);
    let shared = cluster.into_iter().flat_map(|cluster| cluster.services.iter().copied());
    let balanced = |key: &ServiceKey| world.service(*key).is_some_and(|service| service.settings.balanced);
    shared.filter(move |key| !own(key)).chain(single).filter(balanced)
}

/// The listeners of a load balancer: for production traffic, and for test traffic if a service has some.
pub fn listeners(world: &World, owner: Owner) -> impl Iterator<Item = Listener> {
    let has = move |traffic: &Traffic| {
        *traffic == Traffic::Production
            || behind(world, owner).any(|key| weights(world, key, *traffic).is_some())
    };
    Traffic::ALL.into_iter().filter(has).map(move |traffic| Listener { owner, traffic })
}

/// The rules of a listener in the order of their priority; the default one is last.
pub fn rules(world: &World, listener: Listener) -> impl Iterator<Item = Rule> {
    let shared = matches!(listener.owner, Owner::Cluster(_));
    let services = behind(world, listener.owner)
        .filter(move |key| shared && weights(world, *key, listener.traffic).is_some());
    services.map(Some).chain([None]).map(move |service| Rule { listener, service })
}

/// All target groups.
pub fn groups(world: &World) -> impl Iterator<Item = (ServiceKey, Slot)> {
    let keys = world.services.iter().map(|service| service.key);
    keys.flat_map(|key| super::slots(world, key).map(move |slot| (key, slot)))
}

/// The load balancer with an ARN.
pub fn balancer(world: &World, arn: &str) -> Option<Owner> {
    balancers(world).find(|owner| names::balancer_arn(world, *owner) == arn)
}

/// The listener with an ARN.
pub fn listener(world: &World, arn: &str) -> Option<Listener> {
    // `…:listener/app/<name>/<digits>/<digits>` begins like the ARN of its load balancer.
    let (balancer_arn, _) = arn.rsplit_once('/')?;
    let owner = balancer(world, &balancer_arn.replacen(":listener/", ":loadbalancer/", 1))?;
    listeners(world, owner).find(|listener| names::listener_arn(world, *listener) == arn)
}

/// The rule with an ARN.
pub fn rule(world: &World, arn: &str) -> Option<Rule> {
    let (listener_arn, _) = arn.rsplit_once('/')?;
    let listener = listener(world, &listener_arn.replacen(":listener-rule/", ":listener/", 1))?;
    rules(world, listener).find(|rule| names::rule_arn(world, *rule) == arn)
}

/// The target group with an ARN. Its digits are compared first, because no text has to be written for that.
pub fn group(world: &World, arn: &str) -> Option<(ServiceKey, Slot)> {
    let digits = u64::from_str_radix(arn.rsplit('/').next()?, 16).ok()?;
    let same = |(key, slot): &(ServiceKey, Slot)| names::group_number(world, *key, *slot) == digits;
    let found = groups(world).find(same)?;
    (names::group_arn(world, found.0, found.1)? == arn).then_some(found)
}

/// The target groups with a name: one in an account, but services of two clusters may share their name here.
pub fn groups_named<'w>(world: &'w World, name: &'w str) -> impl Iterator<Item = (ServiceKey, Slot)> + 'w {
    let begins = move |key: ServiceKey| {
        let service = world.service(key).map_or("", |service| &*service.name);
        let start: &str = service.get(..service.len().min(20)).unwrap_or(service);
        name.strip_prefix("tg-").is_some_and(|rest| rest.starts_with(start))
    };
    groups(world)
        .filter(move |(key, _)| begins(*key))
        .filter(move |(key, slot)| names::group_name(world, *key, *slot).as_deref() == Some(name))
}
