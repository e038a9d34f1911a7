//! Which tasks the scheduler stops: what is too much, what was replaced, and all of a deleted service.

use std::sync::Arc;

use super::super::event::Fact;
use super::super::life;
use super::super::service::{Rollout, ServiceStatus};
use super::super::task::{TaskKey, TaskState};
use super::super::{ServiceKey, World};
use super::{SUPPRESSED, Weighed, bounds, say};

/// Stops what is too much: by scaling in, or old tasks that a deployment has replaced. Protected tasks stay.
pub fn stop_surplus(world: &mut World, key: ServiceKey, weighed: &[Weighed]) {
    let (desired, _, least) = bounds(world, key);
    let new: Vec<_> = weighed.iter().copied().filter(|task| task.primary).collect();
    let old: Vec<_> = weighed.iter().copied().filter(|task| !task.primary).collect();
    let mut leaving = Vec::new();
    let mut kept = Vec::new();
    // Scaling in takes what starts before what runs, and the newest first. Guess.
    let mut surplus: Vec<_> = new.iter().copied().filter(|task| !task.protected).collect();
    surplus.sort_by_key(|task| (task.ready, std::cmp::Reverse(task.key)));
    let too_many = new.len().saturating_sub(desired);
    leaving.extend(surplus.iter().take(too_many));
    if leaving.len() < too_many {
        kept.extend(new.iter().filter(|task| task.protected));
    }
    let failed = world
        .service(key)
        .and_then(|service| service.primary())
        .is_some_and(|primary| primary.rollout == Rollout::Failed);
    if failed {
        // The tasks of before go on serving, as many as are desired.
        let free: Vec<_> = old.iter().copied().rev().filter(|task| !task.protected).collect();
        leaving.extend(free.iter().take(old.len().saturating_sub(desired)));
    } else {
        let ready = weighed.iter().filter(|task| task.ready).count();
        let mut spare = ready.saturating_sub(least);
        for task in &old {
            if task.protected {
                kept.push(*task);
            } else if !task.ready {
                leaving.push(*task);
            } else if spare > 0 {
                spare -= 1;
                leaving.push(*task);
            }
        }
    }
    let number = world.service(key).and_then(|service| service.primary()).map_or(0, |primary| primary.number);
    stop_all(world, key, number, &leaving);
    wait_for_protection(world, key, &kept);
}

/// Stops so many of the tasks of one deployment, the newest first and what starts before what runs; protected ones stay.
pub fn stop_some(world: &mut World, key: ServiceKey, number: u64, tasks: &[Weighed], count: usize) {
    let mut free: Vec<_> = tasks.iter().copied().filter(|task| !task.protected).collect();
    free.sort_by_key(|task| (task.ready, std::cmp::Reverse(task.key)));
    free.truncate(count);
    stop_all(world, key, number, &free);
    if free.len() < count {
        let kept: Vec<_> = tasks.iter().copied().filter(|task| task.protected).collect();
        wait_for_protection(world, key, &kept);
    }
}

/// Says that protected tasks are in the way, and looks again when the first protection ends.
fn wait_for_protection(world: &mut World, key: ServiceKey, kept: &[Weighed]) {
    let now = world.now;
    let ends = kept.iter().filter_map(|task| world.task(task.key)?.protected_until).min();
    let Some(ends) = ends else { return };
    world.wake(key, ends);
    let Some(service) = world.service_mut(key) else { return };
    let Some(deployment) = service.primary().map(|primary| primary.number) else { return };
    if service.launch.said_protected.is_none_or(|said| now - said >= SUPPRESSED) {
        service.launch.said_protected = Some(now);
        say(world, Some(key), Fact::Protected { deployment, tasks: kept.len() });
    }
}

/// Stops tasks in the name of a deployment or task set.
pub fn stop_all(world: &mut World, key: ServiceKey, number: u64, leaving: &[Weighed]) {
    if leaving.is_empty() {
        return;
    }
    let reason: Arc<str> = format!("Scaling activity initiated by (deployment ecs-svc/{number})").into();
    for pending in [true, false] {
        let tasks: Box<[u128]> =
            leaving.iter().filter(|task| task.starting == pending).map(|task| task.id).collect();
        if !tasks.is_empty() {
            say(world, Some(key), Fact::Stopped { tasks, pending });
        }
    }
    for task in leaving {
        life::stop(world, task.key, life::scheduler_stop(Arc::clone(&reason), 0));
    }
}

/// A deleted service stops its tasks and becomes INACTIVE when the last one is gone.
pub fn wind_up(world: &mut World, key: ServiceKey, weighed: &[Weighed]) {
    let number = world.service(key).and_then(|service| service.primary()).map_or(0, |primary| primary.number);
    stop_all(world, key, number, weighed);
    let Some(service) = world.service(key) else { return };
    let over = |key: &TaskKey| world.task(*key).is_none_or(|task| task.state == TaskState::Stopped);
    if service.status == ServiceStatus::Draining && service.tasks.iter().all(over) {
        world.set_status(key, ServiceStatus::Inactive);
        if let Some(service) = world.service_mut(key) {
            service.deployments.clear();
        }
    }
}
