//! The requests that come to a service: how many, where they were led so far, and how well they are answered.

use super::super::super::Millis;
use super::super::super::name;
use super::super::definition::DefinitionKey;
use super::super::quality::Quality;
use super::super::{ServiceKey, World};
use super::{Slot, Traffic, Weights, routing};

/// Where requests are led from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    pub from: Millis,
    pub production: Weights,
    /// `None` without a test listener.
    pub test: Option<Weights>,
    /// Who answers in the first and in the second target group.
    pub answers: [Option<DefinitionKey>; 2],
}

impl Leg {
    /// The part of the production traffic, and of the test traffic, that a target group gets: from 0 to 1.
    pub fn shares(&self, slot: Slot) -> (f64, f64) {
        let share = |weights: Weights| {
            let sum = f64::from(weights.first) + f64::from(weights.second);
            if sum > 0.0 { f64::from(weights.of(slot)) / sum } else { 0.0 }
        };
        let production = share(self.production);
        // Nobody tests what serves everybody.
        let test = self.test.map_or(0.0, share);
        (production, if production < 1.0 { test } else { 0.0 })
    }

    pub fn answers(&self, slot: Slot) -> Option<DefinitionKey> {
        let [first, second] = self.answers;
        if slot == Slot::First { first } else { second }
    }
}

/// What comes in, and how it was led so far.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    /// Requests in a minute, on average; a service that was told nothing gets a figure from its name.
    pub usual: Option<u32>,
    /// The same of testers, while the test listener leads to green.
    pub tests: Option<u32>,
    /// Oldest first. Empty until something changed.
    log: Vec<Leg>,
}

/// Legs that are kept, enough for the days that anybody looks back.
const KEPT: usize = 400;

/// How the requests of a service are led now.
fn leg(world: &World, key: ServiceKey, from: Millis) -> Option<Leg> {
    let routing = routing(world, key)?;
    let service = world.service(key)?;
    // While a deployment replaces tasks behind one target group, the old ones answer.
    let answers = Slot::ALL.map(|slot| {
        service.deployments.iter().rev().find(|found| found.slot == slot).map(|found| found.definition)
    });
    Some(Leg { from, production: routing.production, test: routing.test, answers })
}

/// Takes note of how the requests of a service are led from now on. To be called before the first change as well.
pub fn note(world: &mut World, key: ServiceKey) {
    let Some(service) = world.service(key) else { return };
    let from = if service.requests.log.is_empty() { service.created } else { world.now };
    let Some(next) = leg(world, key, from) else { return };
    let Some(service) = world.service_mut(key) else { return };
    let log = &mut service.requests.log;
    match log.last_mut() {
        Some(last) if Leg { from, ..*last } == next => {}
        Some(last) if last.from == from => *last = next,
        _ => log.push(next),
    }
    if log.len() > KEPT {
        log.remove(0);
    }
}

/// How the requests of a service were led, oldest first. Without a load balancer there are none.
pub fn legs(world: &World, key: ServiceKey) -> Vec<Leg> {
    let Some(service) = world.service(key) else { return Vec::new() };
    if service.requests.log.is_empty() {
        return leg(world, key, service.created).into_iter().collect();
    }
    service.requests.log.clone()
}

/// How well a definition answers. What was registered over the API answers as usual.
pub fn quality(world: &World, key: DefinitionKey) -> Quality {
    world
        .definition(key)
        .and_then(|found| found.recipe())
        .map_or_else(Quality::default, |found| found.quality)
}

/// Requests in a minute, before chance has its say.
pub fn rate(world: &World, key: ServiceKey, traffic: Traffic) -> f64 {
    /// Requests of testers if the story does not say.
    const USUAL_TESTS: u32 = 12;
    let Some(service) = world.service(key) else { return 0.0 };
    match (traffic, service.requests.usual) {
        (Traffic::Production, Some(told)) => f64::from(told),
        (Traffic::Production, None) => {
            let bits = name::number_of(&service.name) & 0xFFFF;
            300.0 + f64::from(u16::try_from(bits).unwrap_or_default()) / 24.0
        }
        (Traffic::Test, _) => f64::from(service.requests.tests.unwrap_or(USUAL_TESTS)),
    }
}
