//! Deployments that shift traffic: green runs beside blue and takes over in stages, or blue takes all of it back.

mod answer;
mod hooks;
mod retreat;
mod start;
mod traffic;

use std::sync::Arc;

use super::super::super::Millis;
use super::super::event::Fact;
use super::super::record::{Cause, RecordStatus};
use super::super::scheduler;
use super::super::service::{Rollout, Service};
use super::super::settings::Alarms;
use super::super::shift::{HookRun, Shift};
use super::super::strategy::Stage;
use super::super::{ServiceKey, World};

pub use self::answer::{Unanswered, answer};
pub use self::retreat::retreat;
pub use self::start::start;

const MINUTE: Millis = 60_000;
/// How long a stage takes in which nothing has to be waited for. Guess.
const PASSING: Millis = 2_500;
/// How long shifting traffic takes, and after which time the listener's weights follow what is asked. Guesses.
const SHIFTING: Millis = 14_000;
const LAG: Millis = 4_000;
/// Going back takes at least that long. Guess.
const RETREATING: Millis = 12_000;

/// Changes the shift of the service deployment that runs.
fn with<T>(world: &mut World, key: ServiceKey, act: impl FnOnce(&mut Shift) -> T) -> Option<T> {
    let record = world.service_mut(key)?.open_record_mut()?;
    record.shift.as_deref_mut().map(act)
}

/// One look at a service whose deployment shifts traffic: what is due happens, and both sides get their tasks.
pub fn proceed(world: &mut World, key: ServiceKey) {
    while advance(world, key) {}
    keep_sides(world, key);
    // A side that has gone may be what the stage waited for.
    while advance(world, key) {}
    let Some(shift) = world.service(key).and_then(Service::shift) else { return };
    let times = shift.hooks.iter().filter_map(HookRun::due).chain(shift.due).chain(shift.moves);
    if let Some(again) = times.filter(|due| *due > world.now).min() {
        world.wake(key, again);
    }
}

/// Starts and stops tasks of both sides, and forgets sides that have none left.
fn keep_sides(world: &mut World, key: ServiceKey) {
    let Some(service) = world.service(key) else { return };
    let Some(shift) = service.shift().cloned() else { return };
    let (desired, numbers) = (service.desired, service.deployments.iter().map(|found| found.number));
    for deployment in numbers.collect::<Vec<_>>() {
        scheduler::keep(world, key, deployment, shift.wanted(deployment, desired));
    }
    let Some(service) = world.service(key) else { return };
    let gone = |number: u64| !shift.keeps(number) && !scheduler::lingers(world, service, number);
    let gone: Vec<_> =
        service.deployments.iter().map(|found| found.number).filter(|number| gone(*number)).collect();
    if let Some(service) = world.service_mut(key).filter(|_| !gone.is_empty()) {
        service.deployments.retain(|deployment| !gone.contains(&deployment.number));
    }
}

/// Plays one thing that is due; false if nothing is.
fn advance(world: &mut World, key: ServiceKey) -> bool {
    let now = world.now;
    let Some(service) = world.service(key) else { return false };
    let (Some(record), Some(shift)) = (service.open_record(), service.shift()) else { return false };
    let status = record.status;
    if shift.moves.is_some_and(|moves| moves <= now) {
        traffic::follow(world, key);
        return true;
    }
    if shift.retreating {
        return retreat::check(world, key);
    }
    // A rollback that was requested comes too late while blue is removed already.
    if status != RecordStatus::InProgress && shift.stage != Stage::CleanUp {
        return false;
    }
    if let Some(Some(end)) = with(world, key, |shift| shift.hooks.iter_mut().find_map(|hook| hook.age(now))) {
        retreat(world, key, &Cause::Hook(end));
        return true;
    }
    if let Some(alarm) = firing(world, key) {
        let back = watching(world, key).is_none_or(|alarms| alarms.rollback);
        super::fail(world, key, Cause::Alarm(alarm), back);
        return true;
    }
    if !is_done(world, key) {
        return false;
    }
    let Some(next) = with(world, key, Shift::next) else { return false };
    match next {
        Some(stage) => enter(world, key, stage),
        None => finish(world, key),
    }
    true
}

/// An alarm that watches over the deployment, went off after it began and is still firing.
fn firing(world: &World, key: ServiceKey) -> Option<Arc<str>> {
    let service = world.service(key)?;
    let record = service.open_record()?;
    if !record.shift.as_ref()?.stage.is_guarded() {
        return None;
    }
    let alarms = watching(world, key)?;
    let fires = |name: &&Arc<str>| !record.ignored.contains(*name) && world.alarms.is_firing(name);
    alarms.names.iter().find(fires).cloned()
}

fn watching(world: &World, key: ServiceKey) -> Option<&Alarms> {
    world.service(key)?.settings.alarms.as_deref().filter(|alarms| alarms.enabled)
}

/// Whether everything that a stage waits for has come.
fn is_done(world: &World, key: ServiceKey) -> bool {
    let Some(service) = world.service(key) else { return false };
    let Some(shift) = service.shift() else { return false };
    if shift.hooks.iter().any(|hook| hook.status.is_open()) || shift.moves.is_some() {
        return false;
    }
    let there = |number: u64| service.deployments.iter().any(|deployment| deployment.number == number);
    let passed = shift.due.is_none_or(|due| due <= world.now);
    match shift.stage {
        Stage::ReconcileService => {
            let known = [shift.green, shift.blue];
            service.deployments.iter().all(|deployment| known.contains(&deployment.number))
        }
        Stage::ScaleUp => scheduler::ready(world, service, shift.green) >= service.desired,
        Stage::CleanUp => !there(shift.blue) && passed,
        _ => passed,
    }
}

/// Begins a stage: its hooks start, and its own work.
fn enter(world: &mut World, key: ServiceKey, stage: Stage) {
    let now = world.now;
    let Some(configured) = with(world, key, |shift| shift.configured.clone()) else { return };
    let hooks = hooks::start(world, &configured, stage);
    let Some(()) = with(world, key, |shift| {
        shift.stage = stage;
        let ended = std::mem::replace(&mut shift.hooks, hooks);
        shift.past.extend(ended.into_iter().map(|hook| hook.id));
        shift.due = match stage {
            Stage::ScaleUp | Stage::ReconcileService => None,
            Stage::BakeTime => Some(now + shift.bake),
            _ => Some(now + PASSING),
        };
        traffic::begin(shift, now);
    }) else {
        return;
    };
    if let Some(record) = world.service_mut(key).and_then(Service::open_record_mut) {
        record.updated = now;
    }
}

/// Green is all that runs.
fn finish(world: &mut World, key: ServiceKey) {
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    let Some(number) = service.primary_mut().map(|primary| {
        primary.rollout = Rollout::Completed;
        primary.updated = now;
        primary.number
    }) else {
        return;
    };
    if let Some(record) = service.open_record_mut() {
        record.turn(RecordStatus::Successful, now);
    }
    scheduler::say(world, Some(key), Fact::Completed(number));
}
