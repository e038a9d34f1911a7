//! Load balancing: which target groups a service has, and how listeners share its traffic out among them.
//!
//! Only what differs from the usual is kept. A service behind a load balancer usually has one target group, to which a
//! rule of its cluster's Application Load Balancer forwards; all of that follows from its key. Services that are
//! deployed blue/green have two target groups and a [`Routing`].

pub mod find;
pub mod health;
pub mod names;
pub mod requests;

use super::{ServiceKey, World};

/// One of the two target groups of a service. Which of them is blue changes with each deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    #[default]
    First,
    Second,
}

impl Slot {
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// Something of each of the two target groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PerSlot<T> {
    pub first: T,
    pub second: T,
}

impl<T> PerSlot<T> {
    pub fn of(&self, slot: Slot) -> &T {
        match slot {
            Slot::First => &self.first,
            Slot::Second => &self.second,
        }
    }

    pub fn of_mut(&mut self, slot: Slot) -> &mut T {
        match slot {
            Slot::First => &mut self.first,
            Slot::Second => &mut self.second,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Application,
    Network,
}

/// Whose traffic a listener or rule shares out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Traffic {
    Production,
    Test,
}

impl Traffic {
    pub const ALL: [Self; 2] = [Self::Production, Self::Test];
}

/// The weights of a forward action, 0 to 999 each; what counts is their share of the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    pub first: u16,
    pub second: u16,
}

impl Weights {
    /// Everything to one target group.
    pub fn all(slot: Slot) -> Self {
        Self::share(slot, 100)
    }

    /// So many percent, up to 100, to one target group and the rest to the other.
    pub fn share(slot: Slot, percent: u16) -> Self {
        let percent = percent.min(100);
        match slot {
            Slot::First => Self { first: percent, second: 100 - percent },
            Slot::Second => Self { first: 100 - percent, second: percent },
        }
    }

    pub fn of(self, slot: Slot) -> u16 {
        match slot {
            Slot::First => self.first,
            Slot::Second => self.second,
        }
    }
}

/// How the traffic of one service is led, where that is not the usual way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routing {
    pub kind: Kind,
    /// It has a load balancer of its own, whose listeners forward by their default actions (CodeDeploy, and every
    /// Network Load Balancer); else rules of the cluster's load balancer forward to it.
    pub own: bool,
    /// It has two target groups.
    pub paired: bool,
    pub production: Weights,
    /// Of its test listener or rule, if it has one.
    pub test: Option<Weights>,
}

impl Routing {
    /// One target group behind the load balancer of the cluster.
    pub const USUAL: Self = Self {
        kind: Kind::Application,
        own: false,
        paired: false,
        production: Weights { first: 100, second: 0 },
        test: None,
    };
}

/// How the traffic of a service is led; `None` without a load balancer.
pub fn routing(world: &World, key: ServiceKey) -> Option<Routing> {
    let balanced = world.service(key)?.settings.balanced;
    // Load balancers and target groups outlive their services.
    balanced.then(|| world.routings.get(&key).copied().unwrap_or(Routing::USUAL))
}

/// Leads the traffic of a service in another way than the usual.
pub fn lead(world: &mut World, key: ServiceKey, routing: Routing) {
    world.routings.insert(key, routing);
}

/// Shares the production or test traffic of a service out anew, at once. Nothing happens without such a route.
pub fn shift(world: &mut World, key: ServiceKey, traffic: Traffic, weights: Weights) {
    // What was before is noted as well, because nobody may have done so yet.
    requests::note(world, key);
    let Some(routing) = world.routings.get_mut(&key) else { return };
    match traffic {
        Traffic::Production => routing.production = weights,
        Traffic::Test => routing.test = routing.test.map(|_| weights),
    }
    requests::note(world, key);
}

/// The live weights of a service; `None` if it has no such listener or rule.
pub fn weights(world: &World, key: ServiceKey, traffic: Traffic) -> Option<Weights> {
    let routing = routing(world, key)?;
    match traffic {
        Traffic::Production => Some(routing.production),
        Traffic::Test => routing.test,
    }
}

/// The target groups that a service has.
pub fn slots(world: &World, key: ServiceKey) -> impl Iterator<Item = Slot> + use<> {
    let count = routing(world, key).map_or(0, |routing| 1 + usize::from(routing.paired));
    Slot::ALL.into_iter().take(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_one_group_leaves_the_rest_to_the_other() {
        let tenth = Weights::share(Slot::Second, 10);
        assert_eq!((tenth.of(Slot::First), tenth.of(Slot::Second)), (90, 10));
        assert_eq!(Weights::all(Slot::First), Weights { first: 100, second: 0 });
        assert_eq!(Weights::share(Slot::First, 400), Weights::all(Slot::First));
    }
}
