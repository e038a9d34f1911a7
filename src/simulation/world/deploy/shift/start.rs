//! How a deployment that shifts traffic begins: which revision is blue, and in which target group green starts.

use super::super::super::balancer::{self, Slot, Traffic};
use super::super::super::service::Service;
use super::super::super::shift::Shift;
use super::super::super::strategy::{ALL, Stage, Step};
use super::super::super::{ServiceKey, World};
use super::{MINUTE, enter, traffic};

/// Begins the shift of the newest service deployment, if the service's strategy has one and there is something to
/// shift from. Guess: the first deployment of a service has nothing to shift and only starts its tasks.
pub fn start(world: &mut World, key: ServiceKey) {
    let Some(service) = world.service(key) else { return };
    let strategy = service.settings.strategy.clone();
    let (Some(green), Some(blue)) = (service.primary(), blue_of(service)) else { return };
    if !strategy.shifts() {
        return;
    }
    let (green, green_revision) = (green.number, green.revision);
    let Some((blue, blue_revision, slot)) = service
        .deployments
        .iter()
        .find(|deployment| deployment.number == blue)
        .map(|found| (found.number, found.revision, found.slot))
    else {
        return;
    };
    let several = service.deployments.len() > 2;
    let balanced = balancer::routing(world, key).is_some_and(|routing| routing.paired);
    let tested = balanced && balancer::weights(world, key, Traffic::Test).is_some();
    let steps = if balanced { strategy.steps() } else { vec![Step { weight: ALL, bake: 0 }] };
    let shift = Shift {
        stage: Stage::ReconcileService,
        green,
        blue,
        green_revision,
        blue_revision,
        production: balanced.then_some(0),
        test: tested.then_some(0),
        hooks: Vec::new(),
        past: Vec::new(),
        configured: strategy.hooks,
        steps,
        step: 0,
        bake: i64::from(strategy.bake) * MINUTE,
        due: None,
        moves: None,
        retreating: false,
    };
    let Some(service) = world.service_mut(key) else { return };
    if let Some(primary) = service.primary_mut() {
        primary.slot = if balanced { slot.other() } else { Slot::First };
    }
    if let Some(record) = service.open_record_mut() {
        record.shift = Some(Box::new(shift));
    }
    // Whatever was shifted before goes back to blue.
    traffic::follow(world, key);
    enter(world, key, if several { Stage::ReconcileService } else { Stage::PreScaleUp });
}

/// The deployment that traffic is shifted away from: the older one, or where a shift was replaced the side that had
/// most of the production traffic. Guess.
fn blue_of(service: &Service) -> Option<u64> {
    let older = service.deployments.get(1..)?;
    let there = |number: u64| older.iter().any(|deployment| deployment.number == number);
    let replaced = service.records.iter().skip(1).find_map(|record| {
        let shift = record.shift.as_deref()?;
        let side = if shift.production.unwrap_or(0) * 2 >= ALL { shift.green } else { shift.blue };
        there(side).then_some(side)
    });
    replaced.or_else(|| older.last().map(|deployment| deployment.number))
}
