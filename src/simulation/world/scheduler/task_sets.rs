//! The scheduler of services that CodeDeploy deploys: each task set has as many tasks as are desired, or none.

use super::super::task::TaskState;
use super::super::{ServiceKey, World};
use super::{Batch, Weighed, bounds, check_steady, complain, set_of, start, stopping};

pub fn look(world: &mut World, key: ServiceKey, weighed: &[Weighed]) {
    let (desired, ..) = bounds(world, key);
    let Some(service) = world.service(key) else { return };
    let sets: Vec<_> =
        service.deployments.iter().map(|set| (set.number, set.definition, set.draining)).collect();
    let mut all = weighed.len();
    for (number, definition, draining) in &sets {
        let own = weighed.iter().copied().filter(|task| task.set == Some(*number));
        let have = own.clone().count();
        let wanted = if *draining { 0 } else { desired };
        // Scaling in takes what starts before what runs, and the newest first. Protection does not keep a task set.
        let mut surplus: Vec<_> = own.filter(|task| *draining || !task.protected).collect();
        surplus.sort_by_key(|task| (task.ready, std::cmp::Reverse(task.key)));
        surplus.truncate(have.saturating_sub(wanted));
        stopping::stop_all(world, key, *number, &surplus);
        let missing = wanted.saturating_sub(have);
        start(world, key, &Batch { number: *number, definition: *definition, have, all, wanted: missing });
        all = (all + missing).saturating_sub(surplus.len());
    }
    note_stability(world, key, weighed);
    complain(world, key);
    forget_drained(world, key);
    check_steady(world, key);
}

/// Takes note of when each task set became steady, or stopped being so.
fn note_stability(world: &mut World, key: ServiceKey, weighed: &[Weighed]) {
    let (desired, ..) = bounds(world, key);
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    for set in &mut service.deployments {
        let mut own = weighed.iter().filter(|task| task.set == Some(set.number));
        let wanted = if set.draining { 0 } else { desired };
        let steady = own.clone().count() == wanted && own.all(|task| task.ready);
        if steady != set.steady.is_some() {
            (set.steady, set.updated) = (steady.then_some(now), now);
        }
    }
}

/// A task set that drains is gone when its last target is deregistered.
fn forget_drained(world: &mut World, key: ServiceKey) {
    let Some(service) = world.service(key) else { return };
    let tasks = service.tasks.iter().filter_map(|key| world.task(*key));
    let lingering: Vec<_> = tasks
        .filter(|task| task.is_wanted() || task.state <= TaskState::Deactivating)
        .filter_map(set_of)
        .collect();
    if let Some(service) = world.service_mut(key) {
        service.deployments.retain(|set| !set.draining || lingering.contains(&set.number));
    }
}
