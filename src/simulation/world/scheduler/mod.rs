//! The service scheduler: brings what runs to what is desired, and writes events about it.

mod sides;
mod stopping;
mod task_sets;

use super::super::Millis;
use super::balancer::{Slot, names};
use super::definition::{Definition, DefinitionKey};
use super::deploy;
use super::event::{Fact, Shortage};
use super::life;
use super::service::{Rollout, Service, ServiceStatus};
use super::settings::Controller;
use super::task::{Owner, Task, TaskKey};
use super::trouble;
use super::{NewTask, ServiceKey, World};

pub use self::sides::{keep, lingers, ready};

/// Identical complaints are not repeated within six hours (AWS.md §1.8).
const SUPPRESSED: Millis = 6 * 60 * 60_000;
/// The launch back-off grows to 27 minutes (AWS.md §1.8); how it grows is a guess.
const LONGEST_BACK_OFF: Millis = 27 * 60_000;
/// A task that ended sooner than that after it ran is not replaced at once, and how long ECS waits. Guess.
const SHORT_LIFE: Millis = 60_000;
const BREATH: Millis = 18_000;
/// How often placement is tried again when there is no capacity. Guess.
const PLACE_AGAIN: Millis = 60_000;

/// A task of a service, as the scheduler weighs it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Copy, Debug)]
struct Weighed {
    key: TaskKey,
    id: u128,
    primary: bool,
    /// The deployment or task set that it belongs to.
    set: Option<u64>,
    starting: bool,
    ready: bool,
    protected: bool,
}

/// `targetgroup/<name>/<digits>` of the tasks of the PRIMARY deployment, behind a load balancer.
pub fn target_group(world: &World, key: ServiceKey) -> Option<String> {
    let slot = world.service(key)?.primary().map(|primary| primary.slot).unwrap_or_default();
    names::group(world, key, slot)
}

/// Writes an event for a service.
pub fn say(world: &mut World, key: Option<ServiceKey>, fact: Fact) {
    let (number, now) = (world.number(), world.now);
    if let Some(service) = key.and_then(|key| world.service_mut(key)) {
        service.say(now, number, fact);
    }
}

/// One more task is about to be stopped for being unhealthy.
pub fn unhealthy(world: &mut World, key: Option<ServiceKey>) {
    if let Some(service) = key.and_then(|key| world.service_mut(key)) {
        service.launch.unhealthy += 1;
    }
}

/// A task reached RUNNING: the launch back-off begins anew, and the count of failures if nobody checks its health.
pub fn task_runs(world: &mut World, key: ServiceKey, task: TaskKey, registered: bool) {
    let deployment = deployment_of(world, task);
    let slot = world.task(task).map(|task| task.slot).unwrap_or_default();
    let definition = world.task(task).and_then(|task| world.definition(task.definition));
    let checked = registered || definition.is_some_and(Definition::has_health_check);
    let Some(service) = world.service_mut(key) else { return };
    if service.launch.never_ran > 0 {
        service.launch.never_ran = 0;
        service.launch.rounds = 0;
        service.launch.not_before = 0;
    }
    *service.launch.registered.of_mut(slot) += usize::from(registered);
    // While a deployment runs, a task that is checked has yet to become healthy.
    if !(checked && service.deploying()) {
        forgive(service, deployment);
    }
}

/// A task became healthy, which ends a row of failures as well.
pub fn task_is_well(world: &mut World, key: ServiceKey, task: TaskKey) {
    let deployment = deployment_of(world, task);
    if let Some(service) = world.service_mut(key) {
        forgive(service, deployment);
    }
}

/// The count of failures of a deployment begins anew, unless its breaker says otherwise.
fn forgive(service: &mut Service, deployment: Option<u64>) {
    if service.settings.breaker.is_some_and(|breaker| !breaker.resets) && service.deploying() {
        return;
    }
    let Some(found) = service.deployments.iter_mut().find(|found| Some(found.number) == deployment) else {
        return;
    };
    found.failed = 0;
    let number = found.number;
    if let Some(record) = service.open_record_mut().filter(|record| record.number == number) {
        record.failures = 0;
    }
}

/// A task began to stop; `failed` if it never ran or failed a health check.
pub fn task_ends(world: &mut World, key: ServiceKey, task: TaskKey, registered: bool, failed: bool) {
    let deployment = deployment_of(world, task);
    let started = world.task(task).and_then(|task| task.times.started);
    let slot = world.task(task).map(|task| task.slot).unwrap_or_default();
    let by_itself =
        world.task(task).and_then(|task| task.ending.as_ref()).is_some_and(|ending| ending.exited());
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    *service.launch.deregistered.of_mut(slot) += usize::from(registered);
    service.launch.steady = false;
    if by_itself && started.is_some_and(|started| now - started < SHORT_LIFE) {
        service.launch.not_before = service.launch.not_before.max(now + BREATH);
    }
    if !failed {
        return;
    }
    service.launch.never_ran += u32::from(started.is_none());
    if let Some(found) = service.deployments.iter_mut().find(|found| Some(found.number) == deployment) {
        found.failed += 1;
        found.updated = now;
        let (number, failed) = (found.number, found.failed);
        if let Some(record) = service.open_record_mut().filter(|record| record.number == number) {
            record.failures = failed;
            record.updated = now;
        }
    }
}

fn deployment_of(world: &World, task: TaskKey) -> Option<u64> {
    set_of(world.task(task)?)
}

/// One look at one service, at the time it was woken for.
pub fn look(world: &mut World, key: ServiceKey, at: Millis) {
    let Some(service) = world.service_mut(key) else { return };
    if service.wake != Some(at) {
        return;
    }
    service.wake = None;
    announce_targets(world, key);
    if !deploy::proceed(world, key) {
        return;
    }
    deploy::check_breaker(world, key);
    let weighed = weigh(world, key);
    let Some(service) = world.service(key) else { return };
    if service.status != ServiceStatus::Active {
        return stopping::wind_up(world, key, &weighed);
    }
    if service.settings.controller == Controller::CodeDeploy {
        return task_sets::look(world, key, &weighed);
    }
    if service.shift().is_some() {
        deploy::shift_on(world, key);
        complain(world, key);
    } else {
        stopping::stop_surplus(world, key, &weighed);
        start_missing(world, key);
        complain(world, key);
        deploy::check_completion(world, key);
    }
    check_steady(world, key);
}

fn announce_targets(world: &mut World, key: ServiceKey) {
    let Some(service) = world.service_mut(key) else { return };
    let registered = std::mem::take(&mut service.launch.registered);
    let deregistered = std::mem::take(&mut service.launch.deregistered);
    for slot in Slot::ALL {
        let (registered, deregistered) = (*registered.of(slot), *deregistered.of(slot));
        if deregistered > 0 {
            say(world, Some(key), Fact::Draining(deregistered));
            say(world, Some(key), Fact::Deregistered(deregistered, slot));
        }
        if registered > 0 {
            say(world, Some(key), Fact::Registered(registered, slot));
        }
    }
}

fn set_of(task: &Task) -> Option<u64> {
    match task.owner {
        Owner::Service { deployment, .. } => Some(deployment),
        Owner::Alone { .. } => None,
    }
}

/// The tasks that should be running, oldest first.
fn weigh(world: &World, key: ServiceKey) -> Vec<Weighed> {
    let Some(service) = world.service(key) else { return Vec::new() };
    let primary = service.primary().map(|primary| primary.number);
    let tasks = service.tasks.iter().filter_map(|key| world.task(*key)).filter(|task| task.is_wanted());
    tasks
        .map(|task| Weighed {
            key: task.key,
            id: task.id,
            primary: set_of(task) == primary,
            set: set_of(task),
            starting: task.state.is_starting(),
            ready: task.ready,
            protected: task.is_protected(world.now),
        })
        .collect()
}

/// How many tasks may run at most and must be healthy at least (AWS.md §1.4: rounded down and up).
fn bounds(world: &World, key: ServiceKey) -> (usize, usize, usize) {
    let Some(service) = world.service(key) else { return (0, 0, 0) };
    let share = |percent: u32| service.desired.saturating_mul(percent);
    let most = share(service.settings.maximum_percent) / 100;
    let least = share(service.settings.minimum_percent).div_ceil(100);
    let whole = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    (whole(service.desired), whole(most.max(service.desired)), whole(least))
}

fn start_missing(world: &mut World, key: ServiceKey) {
    let (desired, most, _) = bounds(world, key);
    let weighed = weigh(world, key);
    let Some(service) = world.service(key) else { return };
    let Some(primary) = service.primary().filter(|primary| primary.rollout != Rollout::Failed) else {
        return;
    };
    let (number, definition) = (primary.number, primary.definition);
    let have = weighed.iter().filter(|task| task.primary).count();
    let wanted = desired.saturating_sub(have).min(most.saturating_sub(weighed.len()));
    start(world, key, &Batch { number, definition, have, all: weighed.len(), wanted });
}

/// Tasks of one deployment or task set that are missing.
#[derive(Clone, Copy, Debug)]
struct Batch {
    number: u64,
    definition: DefinitionKey,
    /// How many it has.
    have: usize,
    /// How many the service has.
    all: usize,
    wanted: usize,
}

/// Starts tasks as far as there is room.
fn start(world: &mut World, key: ServiceKey, batch: &Batch) {
    let Batch { number, definition, have, all, wanted } = *batch;
    let Some(service) = world.service(key).filter(|_| wanted > 0) else { return };
    let (cluster, capacity, exec) = (service.cluster, service.settings.capacity, service.settings.exec);
    let now = world.now;
    if now < service.launch.not_before {
        let again = service.launch.not_before;
        return world.wake(key, again);
    }
    let room = service.room.map(|(room, shortage)| (room.saturating_sub(all), shortage));
    let troubled = trouble::places(world, key, definition, have).map(|places| (places, Shortage::Capacity));
    let (places, shortage) = troubled.or(room).unwrap_or((wanted, Shortage::Capacity));
    let placed = wanted.min(places);
    if placed < wanted {
        no_capacity(world, key, shortage);
    }
    let mut ids = Vec::with_capacity(placed);
    for _ in 0..placed {
        let fate = trouble::fate(world, key, definition);
        let owner = Owner::Service { service: key, deployment: number };
        let task = world.add_task(NewTask { cluster, owner, definition, capacity, exec, fate });
        life::begin(world, task);
        ids.extend(world.task(task).map(|task| task.id));
    }
    if ids.is_empty() {
        return;
    }
    let Some(service) = world.service_mut(key) else { return };
    service.launch.steady = false;
    let replaced = service.launch.unhealthy.min(ids.len());
    service.launch.unhealthy -= replaced;
    if service.launch.never_ran > 0 {
        service.launch.rounds += 1;
        let grown = 10_000_i64.checked_shl(service.launch.rounds).unwrap_or(LONGEST_BACK_OFF);
        service.launch.not_before = now + grown.clamp(0, LONGEST_BACK_OFF);
    }
    say(world, Some(key), Fact::Started { tasks: ids.into(), replaced });
}

fn no_capacity(world: &mut World, key: ServiceKey, shortage: Shortage) {
    let now = world.now;
    world.wake(key, now + PLACE_AGAIN);
    let Some(service) = world.service_mut(key) else { return };
    if service.launch.said_no_capacity.is_none_or(|said| now - said >= SUPPRESSED) {
        service.launch.said_no_capacity = Some(now);
        say(world, Some(key), Fact::NoCapacity(shortage));
    }
}

/// Three tasks in a row that never ran are called inconsistent. The number is a guess.
fn complain(world: &mut World, key: ServiceKey) {
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    let said = service.launch.said_cannot_start;
    if service.launch.never_ran >= 3 && said.is_none_or(|said| now - said >= SUPPRESSED) {
        service.launch.said_cannot_start = Some(now);
        say(world, Some(key), Fact::CannotStart);
    }
}

fn check_steady(world: &mut World, key: ServiceKey) {
    let weighed = weigh(world, key);
    let (desired, ..) = bounds(world, key);
    let Some(service) = world.service_mut(key) else { return };
    let settled = service.deployments.len() == 1 && !service.deploying();
    if settled && !service.launch.steady && weighed.len() == desired && weighed.iter().all(|task| task.ready)
    {
        service.launch.steady = true;
        say(world, Some(key), Fact::SteadyState);
    }
}
