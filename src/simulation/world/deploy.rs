//! Rolling deployments: how they begin, complete, fail and are rolled back.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::Millis;
use super::super::name::{self, Purpose};
use super::agenda::Happening;
use super::definition::{Body, DefinitionKey};
use super::event::Fact;
use super::scheduler::say;
use super::service::{
    Deployment, Launch, Record, RecordStatus, Revision, Rollout, Service, ServiceStatus, Settings,
};
use super::task::{Owner, TaskState};
use super::{ClusterKey, ServiceKey, World};

/// Service deployments and revisions that are kept; AWS keeps 90 days of them.
const KEPT: usize = 40;

/// Going back takes at least that long even if no task has to be started. Guess.
const ROLLBACK_TAKES: Millis = 45_000;

/// A deployment and its revision, with fresh numbers, that begins now.
pub fn fresh(world: &mut World, definition: DefinitionKey) -> Deployment {
    let (number, now) = (world.number(), world.now);
    Deployment {
        number: name::nineteen_digits(world.seed, Purpose::Deployment, number),
        revision: name::nineteen_digits(world.seed, Purpose::Revision, number),
        definition,
        created: now,
        updated: now,
        rollout: Rollout::InProgress,
        rolls_back: false,
        failed: 0,
    }
}

/// What a new service is asked to be.
#[derive(Debug)]
pub struct NewService {
    pub cluster: ClusterKey,
    pub name: Arc<str>,
    pub definition: DefinitionKey,
    pub desired: u32,
    pub settings: Settings,
}

/// Makes a service that begins its first deployment now.
pub fn create(world: &mut World, new: NewService) -> ServiceKey {
    let key = world.add_service(Service {
        key: ServiceKey(0),
        name: new.name,
        cluster: new.cluster,
        status: ServiceStatus::Active,
        created: world.now,
        desired: new.desired,
        settings: Arc::new(new.settings),
        deployments: Vec::new(),
        records: Vec::new(),
        revisions: Vec::new(),
        events: VecDeque::new(),
        tasks: Vec::new(),
        trouble: None,
        wake: None,
        launch: Launch::default(),
        redeploy_every: None,
    });
    begin(world, key, new.definition);
    key
}

/// Lets a service drain its tasks and then become INACTIVE.
pub fn delete(world: &mut World, key: ServiceKey, now: Millis) {
    world.set_status(key, ServiceStatus::Draining);
    if let Some(service) = world.service_mut(key) {
        service.desired = 0;
    }
    world.wake(key, now);
}

/// Begins a rolling deployment of a definition; one in progress is replaced (AWS.md §1.4: it ends STOPPED).
pub fn begin(world: &mut World, key: ServiceKey, definition: DefinitionKey) {
    let deployment = fresh(world, definition);
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    for record in service.records.iter_mut().filter(|record| !record.status.is_over()) {
        record.status = RecordStatus::Stopped;
        record.finished = Some(now);
        record.updated = now;
    }
    let source = service.primary().map(|primary| primary.revision);
    service.records.insert(0, record_of(&deployment, source, service.breaker_threshold()));
    service.records.truncate(KEPT);
    service.revisions.insert(0, Revision { number: deployment.revision, definition, created: now });
    service.revisions.truncate(KEPT);
    service.deployments.insert(0, deployment);
    // Whatever could not be done or said before may be done and said again.
    service.launch = Launch { registered: service.launch.registered, ..Launch::default() };
    let soon = now + world.between(1_500..=3_000);
    world.wake(key, soon);
}

pub fn record_of(deployment: &Deployment, source: Option<u64>, threshold: u32) -> Record {
    Record {
        number: deployment.number,
        created: deployment.created,
        updated: deployment.updated,
        finished: None,
        status: RecordStatus::InProgress,
        source,
        target: deployment.revision,
        failures: 0,
        threshold,
        rollback: None,
    }
}

/// Registers the next revision of a service's family, with a new image tag, and rolls it out.
pub fn next_revision(world: &mut World, key: ServiceKey) {
    if let Some(definition) = register_next(world, key, |_| {}) {
        begin(world, key, definition);
    }
    if let Some(again) = world.service(key).and_then(|service| service.redeploy_every) {
        let at = world.now + again;
        world.agenda.add(at, Happening::Deploy(key));
    }
}

/// The next revision of a service's family: a copy of the one that runs with a new tag and what `edit` changes.
pub fn register_next(
    world: &mut World,
    key: ServiceKey,
    edit: impl FnOnce(&mut super::definition::Recipe),
) -> Option<DefinitionKey> {
    let current = world.definition(world.service(key)?.primary()?.definition)?;
    let family = Arc::clone(&current.family);
    let body = match current.body.clone() {
        Body::Recipe(mut recipe) => {
            let tag = name::derive(
                world.seed,
                Purpose::Digest,
                u64::from(current.revision) ^ name::number_of(&family),
            );
            recipe.tag = format!("{:07x}", tag >> 36).into();
            edit(&mut recipe);
            Body::Recipe(recipe)
        }
        given @ Body::Given(_) => given,
    };
    // Pipelines register a definition a moment before they deploy it.
    Some(world.add_definition(&family, 1, world.now - 4_000, body))
}

/// Fails a deployment whose tasks failed too often in a row, and goes back if the breaker says so.
pub fn check_breaker(world: &mut World, key: ServiceKey) {
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    let Some(breaker) = service.settings.breaker else { return };
    let threshold = service.breaker_threshold();
    let can_go_back = breaker.rollback && service.deployments.len() > 1;
    let Some(primary) = service.primary_mut() else { return };
    if primary.rollout != Rollout::InProgress || primary.rolls_back || primary.failed < threshold {
        return;
    }
    primary.rollout = Rollout::Failed;
    primary.updated = now;
    let (failed, failures) = (primary.number, primary.failed);
    let mut back = None;
    if can_go_back {
        // The deployment that worked becomes PRIMARY again under its own number. Guess.
        let mut good = service.deployments.remove(1);
        good.rollout = Rollout::InProgress;
        good.rolls_back = true;
        good.updated = now;
        back = Some((good.number, good.revision));
        service.deployments.insert(0, good);
    }
    if let Some(record) = service.records.iter_mut().find(|record| record.number == failed) {
        record.failures = failures;
        record.updated = now;
        record.rollback = back.map(|(_, revision)| (now, revision));
        // Guess: without rollback a failed deployment is reported as stopped.
        record.status = if back.is_some() { RecordStatus::RollbackInProgress } else { RecordStatus::Stopped };
        record.finished = if back.is_some() { None } else { Some(now) };
    }
    service.launch = Launch { registered: service.launch.registered, ..Launch::default() };
    say(world, Some(key), Fact::Failed(failed));
    if let Some((number, _)) = back {
        say(world, Some(key), Fact::RollingBack(number));
    }
}

/// Completes a deployment when its tasks are healthy and the old ones have gone.
pub fn check_completion(world: &mut World, key: ServiceKey) {
    let now = world.now;
    let Some(service) = world.service(key) else { return };
    let Some(primary) = service.primary() else { return };
    let (number, rolls_back) = (primary.number, primary.rolls_back);
    let earliest = primary.updated + ROLLBACK_TAKES;
    if rolls_back && service.deploying() && now < earliest {
        return world.wake(key, earliest);
    }
    let mut ready = 0;
    let mut lingering = Vec::new();
    for task in service.tasks.iter().filter_map(|key| world.task(*key)) {
        let Owner::Service { deployment, .. } = task.owner else { continue };
        if deployment == number {
            ready += u32::from(task.is_wanted() && task.ready);
        } else if task.is_wanted() || task.state <= TaskState::Deactivating {
            lingering.push(deployment);
        }
    }
    let desired = service.desired;
    let Some(service) = world.service_mut(key) else { return };
    service
        .deployments
        .retain(|deployment| deployment.number == number || lingering.contains(&deployment.number));
    if !service.deploying() || ready < desired || service.deployments.len() > 1 {
        return;
    }
    if let Some(primary) = service.primary_mut() {
        primary.rollout = Rollout::Completed;
        primary.updated = now;
    }
    if let Some(record) = service.records.iter_mut().find(|record| !record.status.is_over()) {
        record.status = if rolls_back { RecordStatus::RollbackSuccessful } else { RecordStatus::Successful };
        record.finished = Some(now);
        record.updated = now;
    }
    say(world, Some(key), Fact::Completed(number));
}

/// When a deployment was last heard of: what `updatedAt` shows.
pub fn last_change(deployment: &Deployment) -> Millis {
    deployment.updated.max(deployment.created)
}
