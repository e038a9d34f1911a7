//! Deployments: how they begin.

mod progress;
mod rollback;
pub mod shift;

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::Millis;
use super::super::name::{self, Purpose};
use super::agenda::Happening;
use super::balancer::Slot;
use super::balancer::requests::Requests;
use super::definition::{Body, DefinitionKey};
use super::record::{Record, RecordStatus, Revision};
use super::scheduler::say;
use super::service::{Deployment, Launch, Rollout, Service, ServiceStatus};
use super::settings::Settings;
use super::{ClusterKey, ServiceKey, World};

pub use self::progress::{check_completion, proceed};
pub use self::rollback::{ask_back, check_breaker, fail, sound_alarm};
pub use self::shift::proceed as shift_on;

/// Service deployments and revisions that are kept; AWS keeps 90 days of them.
const KEPT: usize = 40;

/// How long a deployment that is replaced stays STOP_REQUESTED. Guess.
const STOPPING_TAKES: Millis = 2_500;

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
        way_back: None,
        failed_by: None,
        failed: 0,
        slot: Slot::First,
        external: None,
        steady: None,
        draining: false,
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
        load: None,
        requests: Requests::default(),
        green: None,
        room: None,
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

/// Begins a deployment of a definition; one in progress is replaced (AWS.md §1.4: it ends STOPPED).
pub fn begin(world: &mut World, key: ServiceKey, definition: DefinitionKey) {
    let mut deployment = fresh(world, definition);
    let now = world.now;
    let firing = world.service(key).and_then(|service| service.settings.alarms.as_deref()).map(|alarms| {
        alarms.names.iter().filter(|name| world.alarms.is_firing(name)).cloned().collect::<Vec<_>>()
    });
    let Some(service) = world.service_mut(key) else { return };
    // A rolling deployment stays behind the same target group.
    deployment.slot = service.primary().map(|primary| primary.slot).unwrap_or_default();
    let mut first_look = now;
    for record in service.records.iter_mut().filter(|record| !record.status.is_over()) {
        if record.status != RecordStatus::StopRequested {
            record.turn(RecordStatus::StopRequested, now);
            record.stopped = Some(now);
            record.due = Some(now + STOPPING_TAKES);
        }
        first_look = now + STOPPING_TAKES;
    }
    let sources = service.deployments.iter().map(|deployment| deployment.revision).collect();
    let record = record_of(&deployment, sources, service.breaker_threshold());
    service.records.insert(0, Record { ignored: firing.unwrap_or_default(), ..record });
    service.records.truncate(KEPT);
    let settings = Arc::clone(&service.settings);
    service.revisions.insert(0, Revision { number: deployment.revision, definition, created: now, settings });
    service.revisions.truncate(KEPT);
    service.deployments.insert(0, deployment);
    // Whatever could not be done or said before may be done and said again.
    service.launch =
        Launch { registered: std::mem::take(&mut service.launch.registered), ..Launch::default() };
    let soon = now + world.between(1_500..=3_000);
    world.wake(key, soon.max(first_look));
}

pub fn record_of(deployment: &Deployment, sources: Vec<u64>, threshold: u32) -> Record {
    Record {
        number: deployment.number,
        created: deployment.created,
        started: None,
        updated: deployment.updated,
        finished: None,
        stopped: None,
        status: RecordStatus::Pending,
        due: None,
        sources,
        target: deployment.revision,
        failures: 0,
        threshold,
        cause: None,
        rollback: None,
        ignored: Vec::new(),
        shift: None,
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

/// The next revision of a service's family: a copy of the one that runs with a new tag, what `edit` changes and
/// what the story says of how well it answers.
pub fn register_next(
    world: &mut World,
    key: ServiceKey,
    edit: impl FnOnce(&mut super::definition::Recipe),
) -> Option<DefinitionKey> {
    let service = world.service(key)?;
    let (current, green) = (world.definition(service.primary()?.definition)?, service.green);
    let family = Arc::clone(&current.family);
    let body = match current.body.clone() {
        Body::Recipe(mut recipe) => {
            let tag = name::derive(
                world.seed,
                Purpose::Digest,
                u64::from(current.revision) ^ name::number_of(&family),
            );
            recipe.tag = format!("{:07x}", tag >> 36).into();
            recipe.quality = green.unwrap_or(recipe.quality);
            edit(&mut recipe);
            Body::Recipe(recipe)
        }
        given @ Body::Given(_) => given,
    };
    // Pipelines register a definition a moment before they deploy it.
    Some(world.add_definition(&family, 1, world.now - 4_000, body))
}

/// When a deployment was last heard of: what `updatedAt` shows.
pub fn last_change(deployment: &Deployment) -> Millis {
    deployment.updated.max(deployment.created)
}
