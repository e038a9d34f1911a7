//! Services that have run for days when the world begins.

mod past;

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::Millis;
use super::agenda::Happening;
use super::balancer::requests::Requests;
use super::balancer::{self, Routing, Slot, Weights};
use super::definition::{Body, DefinitionKey, Recipe};
use super::event::{Event, Fact};
use super::record::{Record, Revision};
use super::service::{Launch, Rollout, Service, ServiceStatus};
use super::settings::{Controller, Settings};
use super::task::{Fate, Health, Owner, TaskState};
use super::{ClusterKey, NewTask, ServiceKey, World, codedeploy, deploy};

pub use self::past::definitions as definitions_before;

const HOUR: Millis = 60 * 60_000;
const DAY: Millis = 24 * HOUR;

/// What a settled service is made of.
#[derive(Clone, Debug)]
pub struct Blueprint {
    pub cluster: ClusterKey,
    pub name: Arc<str>,
    pub tasks: u32,
    /// The revision of its family that runs; the one before exists as well.
    pub revision: u32,
    pub recipe: Recipe,
    pub settings: Arc<Settings>,
    /// How many successful service deployments are remembered besides the one that runs.
    pub history: u32,
}

/// Adds a steady service with all its tasks, deployed some days ago.
pub fn service(world: &mut World, blueprint: Blueprint) -> ServiceKey {
    let now = world.now;
    let deployed = now - world.between(DAY..=20 * DAY);
    let before = deployed - world.between(DAY..=15 * DAY);
    let created = before - world.between(10 * DAY..=400 * DAY);
    let mut past = past::tell(world, &blueprint, before);
    let (old, definition) = definitions(world, &blueprint, before, deployed);
    let threshold = past::threshold(&blueprint);
    let Blueprint { cluster, name, tasks, settings, history, .. } = blueprint;
    let mut previous = deploy::fresh(world, old);
    previous.created = before;
    let mut current = deploy::fresh(world, definition);
    let finished = deployed + past::usual_time(tasks);
    (current.created, current.updated, current.rollout) = (deployed, finished, Rollout::Completed);
    let number = current.number;
    let by_codedeploy = settings.controller == Controller::CodeDeploy;
    let mut records = Vec::new();
    let mut revisions = Vec::new();
    // CodeDeploy's services have task sets instead of service deployments and revisions.
    if settings.controller == Controller::Ecs {
        let record = deploy::record_of(&current, vec![previous.revision], threshold);
        records.push(past::success(record, deployed, finished));
        if history > 0 {
            let ran = past.records.iter().find_map(Record::left_running);
            let record = deploy::record_of(&previous, ran.into_iter().collect(), threshold);
            let took = past::usual_time(tasks) * 9 / 10;
            records.push(past::success(record, before, before + took));
        }
        records.append(&mut past.records);
        let revision = |number, definition, created| {
            let settings = Arc::clone(&settings);
            Revision { number, definition, created, settings }
        };
        revisions.push(revision(current.revision, definition, deployed));
        revisions.push(revision(previous.revision, old, before));
        revisions.append(&mut past.revisions);
    }
    let mut ran: Vec<_> = past.revisions.iter().map(|past| (past.definition, past.created)).collect();
    ran.reverse();
    ran.extend([(old, before), (definition, deployed)]);
    let events = events(world, settings.controller, finished, number);
    let launch = Launch { steady: true, ..Launch::default() };
    let key = world.add_service(Service {
        key: ServiceKey(0),
        name,
        cluster,
        status: ServiceStatus::Active,
        created: created.min(past.begins),
        desired: tasks,
        settings,
        deployments: vec![current],
        records,
        revisions,
        events,
        tasks: Vec::new(),
        trouble: None,
        wake: None,
        launch,
        redeploy_every: None,
        load: None,
        requests: Requests::default(),
        green: None,
        room: None,
    });
    pair(world, key);
    if by_codedeploy {
        codedeploy::settle(world, key, &ran);
    }
    for place in 0..tasks {
        running_task(world, key, deployed + 2_000 + Millis::from(place) * 137, number);
    }
    key
}

/// Gives a service two target groups if its traffic is shifted between them.
fn pair(world: &mut World, key: ServiceKey) {
    let Some(settings) = world.service(key).map(|service| Arc::clone(&service.settings)) else { return };
    // CodeDeploy has listeners that forward to them by default, ECS has rules, as far as a load balancer has rules.
    let own = settings.controller == Controller::CodeDeploy;
    if settings.balanced && (own || settings.strategy.shifts()) {
        let (production, test) = (Weights::all(Slot::First), Some(Weights::all(Slot::First)));
        balancer::lead(world, key, Routing { own, paired: true, production, test, ..Routing::USUAL });
    }
}

/// Steady state is reported about every six hours; the deployments of other controllers are told elsewhere.
fn events(world: &mut World, controller: Controller, finished: Millis, deployment: u64) -> VecDeque<Event> {
    let last = world.now - world.between(10 * 60_000..=6 * HOUR);
    let facts = [
        (last, Fact::SteadyState),
        (last - 6 * HOUR - world.between(1_000..=90_000), Fact::SteadyState),
        (finished, Fact::Completed(deployment)),
    ];
    let mut events = VecDeque::with_capacity(facts.len());
    for (at, fact) in facts {
        let number = world.number();
        if controller == Controller::Ecs || !matches!(fact, Fact::Completed(_)) {
            events.push_back(Event { at: at.max(finished), number, fact });
        }
    }
    events
}

/// The definition that ran before and the one that runs.
fn definitions(
    world: &mut World,
    blueprint: &Blueprint,
    before: Millis,
    deployed: Millis,
) -> (DefinitionKey, DefinitionKey) {
    let Blueprint { name, revision, recipe, .. } = blueprint;
    let older = Recipe { tag: older_tag(&recipe.tag), ..recipe.clone() };
    let first = revision.saturating_sub(1).max(1);
    let old = world.add_definition(name, first, before - 4_000, Body::Recipe(older));
    if *revision == 1 {
        return (old, old);
    }
    (old, world.add_definition(name, first, deployed - 4_000, Body::Recipe(recipe.clone())))
}

fn older_tag(tag: &str) -> Arc<str> {
    tag.chars().rev().collect::<String>().into()
}

/// Adds a task that was made then and has run since.
fn running_task(world: &mut World, key: ServiceKey, created: Millis, deployment: u64) {
    let Some(service) = world.service(key) else { return };
    let Some(definition) = service.primary().map(|primary| primary.definition) else { return };
    let (cluster, settings) = (service.cluster, Arc::clone(&service.settings));
    let owner = Owner::Service { service: key, deployment };
    let new = NewTask {
        cluster,
        owner,
        definition,
        capacity: settings.capacity,
        exec: settings.exec,
        fate: Fate::Lives,
    };
    let checked = world.definition(definition).is_some_and(super::definition::Definition::has_health_check);
    let connected = created + world.between(5_000..=8_500);
    let pulled = connected + 1_250 + world.between(settings.pull * 9 / 10..=settings.pull * 11 / 10);
    let started = pulled + world.between(3_500..=5_500);
    let task = world.add_task(new);
    let now = world.now;
    world.settle(task, |task| {
        task.state = TaskState::Running;
        task.version = 4;
        task.ready = true;
        task.registered = settings.balanced;
        task.health = if checked { Health::Healthy } else { Health::Unknown };
        let times = &mut task.times;
        times.created = created.min(now);
        (times.connected, times.pull_started) = (Some(connected), Some(connected + 1_250));
        (times.pull_stopped, times.started) = (Some(pulled), Some(started));
    });
}

/// Has a service's trouble begin, or its first redeployment, at a time to come.
pub fn schedule(world: &mut World, key: ServiceKey, at: Millis, redeploys: bool) {
    if world.service(key).is_some_and(|service| service.trouble.is_some()) {
        world.agenda.add(at, Happening::Trouble(key));
    }
    if redeploys {
        world.agenda.add(at, Happening::Deploy(key));
    }
}

/// Protects the newest tasks of a service up to a time.
pub fn protect(world: &mut World, key: ServiceKey, count: usize, until: Millis) {
    let Some(service) = world.service(key) else { return };
    let newest: Vec<_> = service.tasks.iter().rev().take(count).copied().collect();
    for task in newest {
        world.settle(task, |task| task.protected_until = Some(until));
    }
}
