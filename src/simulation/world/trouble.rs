//! What can be wrong with a service, and how that decides the fate of its tasks.

use std::fmt::Write;
use std::sync::Arc;

use super::super::Millis;
use super::super::name::{self, Purpose};
use super::definition::DefinitionKey;
use super::task::{Ending, Fate, Health, StopCode, TaskKey, TaskState};
use super::{ServiceKey, World, deploy, life};

/// Trouble of a service: of one definition, or of all its tasks.
#[derive(Clone, Debug)]
pub struct Trouble {
    pub kind: Kind,
    /// Only tasks of this definition have it; a deployment of another one heals the service.
    pub definition: Option<DefinitionKey>,
    /// It has begun.
    pub active: bool,
}

/// Kinds of trouble. Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A new revision lost `missing`, and its application exits.
    CrashLoop { missing: Arc<str>, exit: i32, after: Millis },
    /// The image's tag is gone from the registry, so lost tasks cannot be replaced.
    ImageMissing { lost: usize },
    /// A new revision asks for a secret that does not exist.
    SecretMissing { name: Arc<str> },
    /// A new revision's entry point does not exist.
    EntryPointMissing,
    /// Each task is killed after about this time.
    OutOfMemory { after: Millis },
    /// A new revision finds room for `placed` tasks only, of which `hanging` stay PENDING.
    NoCapacity { placed: usize, hanging: usize },
    /// So many of the tasks fail the load balancer's health checks, over and over.
    FailingHealthChecks { tasks: usize, after: Millis },
    /// About this time passes between interruptions of its Spot tasks.
    SpotInterruptions { every: Millis },
    /// The log router of one task stops.
    SidecarStopped,
    /// One task at a time fails its container health check.
    UnhealthyContainer,
}

/// Lets the trouble of a service begin now.
pub fn begin(world: &mut World, key: ServiceKey) {
    let Some(trouble) = world.service_mut(key).and_then(|service| service.trouble.as_mut()) else { return };
    trouble.active = true;
    match trouble.kind.clone() {
        kind @ (Kind::CrashLoop { .. }
        | Kind::SecretMissing { .. }
        | Kind::EntryPointMissing
        | Kind::NoCapacity { .. }) => {
            flawed_revision(world, key, |recipe| flaw(&kind, recipe));
        }
        Kind::ImageMissing { lost } => {
            let reason: Arc<str> =
                "ECS is performing maintenance on the underlying infrastructure hosting the task".into();
            let code = StopCode::Termination;
            for task in wanted(world, key).into_iter().rev().take(lost) {
                let reason = Arc::clone(&reason);
                life::stop(world, task, Ending { code, reason, exit: Some(143), container_reason: None });
            }
        }
        Kind::FailingHealthChecks { tasks, .. } => {
            for task in wanted(world, key).into_iter().rev().take(tasks) {
                let now = world.now;
                reschedule(world, task, Fate::FailsLoadBalancer { after: 0 }, now + 1);
            }
        }
        Kind::OutOfMemory { after } => stagger(world, key, after, |after| Fate::OutOfMemory { after }),
        Kind::SpotInterruptions { every } => {
            let count = Millis::try_from(wanted(world, key).len()).unwrap_or(1);
            stagger(world, key, every * count, |after| Fate::Interrupted { after });
        }
        Kind::SidecarStopped => afflict_newest(world, key, Fate::LosesSidecar { after: 0 }),
        Kind::UnhealthyContainer => afflict_newest(world, key, Fate::FailsContainerCheck { after: 0 }),
    }
}

/// What a revision that has a trouble says otherwise than the one before.
pub fn flaw(kind: &Kind, recipe: &mut super::definition::Recipe) {
    match kind {
        Kind::CrashLoop { missing, .. } => {
            recipe.secrets = recipe.secrets.iter().filter(|name| *name != missing).cloned().collect();
            recipe.variables = recipe.variables.iter().filter(|(name, _)| name != missing).cloned().collect();
        }
        Kind::SecretMissing { name } => {
            recipe.secrets = recipe.secrets.iter().cloned().chain([Arc::clone(name)]).collect();
        }
        _ => {}
    }
}

/// Deploys a revision that has the trouble.
fn flawed_revision(world: &mut World, key: ServiceKey, edit: impl FnOnce(&mut super::definition::Recipe)) {
    let Some(definition) = deploy::register_next(world, key, edit) else { return };
    if let Some(trouble) = world.service_mut(key).and_then(|service| service.trouble.as_mut()) {
        trouble.definition = Some(definition);
    }
    deploy::begin(world, key, definition);
}

fn wanted(world: &World, key: ServiceKey) -> Vec<TaskKey> {
    let Some(service) = world.service(key) else { return Vec::new() };
    let is_wanted = |task: &TaskKey| world.task(*task).is_some_and(super::task::Task::is_wanted);
    service.tasks.iter().copied().filter(is_wanted).collect()
}

/// Gives running tasks fates that come true one after the other within a span.
fn stagger(world: &mut World, key: ServiceKey, span: Millis, fate: impl Fn(Millis) -> Fate) {
    let tasks = wanted(world, key);
    let count = Millis::try_from(tasks.len()).unwrap_or(1).max(1);
    for (place, task) in (1..).zip(tasks) {
        let at = world.now + span * place / count;
        reschedule(world, task, fate(span), at);
    }
}

fn afflict_newest(world: &mut World, key: ServiceKey, fate: Fate) {
    let now = world.now;
    if let Some(task) = wanted(world, key).last() {
        reschedule(world, *task, fate, now + 1);
    }
}

/// Changes what will happen to a task that runs; other tasks keep their fate.
fn reschedule(world: &mut World, key: TaskKey, fate: Fate, at: Millis) {
    if world.task(key).is_some_and(|task| task.state == TaskState::Running) {
        let ill = matches!(fate, Fate::FailsLoadBalancer { .. }).then_some(world.now);
        world.change(key, |task| {
            task.fate = fate;
            task.ill = ill;
            task.due = Some(at);
        });
    }
}

/// The trouble that a task of this definition has.
fn afflicting(world: &World, key: ServiceKey, definition: DefinitionKey) -> Option<&Kind> {
    let trouble = world.service(key)?.trouble.as_deref()?;
    let hit = trouble.active && trouble.definition.is_none_or(|flawed| flawed == definition);
    hit.then_some(&trouble.kind)
}

/// How many more tasks of a definition find room, if that is limited; `have` are placed already.
pub fn places(world: &World, key: ServiceKey, definition: DefinitionKey, have: usize) -> Option<usize> {
    match afflicting(world, key, definition)? {
        Kind::NoCapacity { placed, .. } => Some(placed.saturating_sub(have)),
        _ => None,
    }
}

/// What will happen to a task that a service is about to start.
pub fn fate(world: &mut World, key: ServiceKey, definition: DefinitionKey) -> Fate {
    let Some(kind) = afflicting(world, key, definition).cloned() else { return Fate::Lives };
    match kind {
        Kind::CrashLoop { exit, after, .. } => {
            Fate::Exits { after: world.between(after * 9 / 10..=after * 11 / 10), code: exit }
        }
        Kind::ImageMissing { .. } => Fate::NeverStarts { reason: image_missing(world, definition).into() },
        Kind::SecretMissing { name } => Fate::NeverStarts { reason: secret_missing(world, &name).into() },
        Kind::EntryPointMissing => Fate::NeverStarts { reason: ENTRY_POINT_MISSING.into() },
        Kind::OutOfMemory { after } => {
            Fate::OutOfMemory { after: world.between(after * 9 / 10..=after * 11 / 10) }
        }
        Kind::NoCapacity { hanging, .. } => {
            let hangs = count(world, key, |task| matches!(task.fate, Fate::Hangs));
            if hangs < hanging { Fate::Hangs } else { Fate::Lives }
        }
        Kind::FailingHealthChecks { tasks, after } => {
            let failing = count(world, key, |task| matches!(task.fate, Fate::FailsLoadBalancer { .. }));
            if failing < tasks { Fate::FailsLoadBalancer { after } } else { Fate::Lives }
        }
        Kind::SpotInterruptions { every } => {
            let tasks = Millis::try_from(wanted(world, key).len()).unwrap_or(0) + 1;
            Fate::Interrupted { after: world.between(every * tasks * 7 / 10..=every * tasks * 13 / 10) }
        }
        Kind::SidecarStopped => {
            let others = count(world, key, |task| task.lost_sidecar.is_some() || is_sidecar_fate(&task.fate));
            if others == 0 { Fate::LosesSidecar { after: 4 * 60_000 } } else { Fate::Lives }
        }
        Kind::UnhealthyContainer => {
            let others = count(world, key, |task| {
                task.health != Health::Unhealthy && matches!(task.fate, Fate::FailsContainerCheck { .. })
            });
            if others == 0 { Fate::FailsContainerCheck { after: 60_000 } } else { Fate::Lives }
        }
    }
}

fn is_sidecar_fate(fate: &Fate) -> bool {
    matches!(fate, Fate::LosesSidecar { .. })
}

fn count(world: &World, key: ServiceKey, holds: impl Fn(&super::task::Task) -> bool) -> usize {
    wanted(world, key).into_iter().filter(|task| world.task(*task).is_some_and(&holds)).count()
}

/// The wording that containerd's resolver gives, as ECS passes it on (AWS.md §7.1).
fn image_missing(world: &World, definition: DefinitionKey) -> String {
    let image = world
        .definition(definition)
        .and_then(|found| found.containers().first().map(|app| app.image(&world.place).to_string()))
        .unwrap_or_default();
    format!(
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: \
         {image}: not found"
    )
}

fn secret_missing(world: &World, secret: &str) -> String {
    let mut text = String::from(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: \
         unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ",
    );
    let request = name::uuid(world.seed, Purpose::Request, name::number_of(secret));
    let _ = write!(
        text,
        "{} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret. \
         status code: 400, request id: {request}",
        secret_arn(world, secret)
    );
    text
}

/// The ARN of a secret by the name of the variable it fills; the six letters at the end are Secrets Manager's.
pub fn secret_arn(world: &World, variable: &str) -> String {
    let number = name::derive(world.seed, Purpose::Secret, name::number_of(variable));
    let path = variable.to_lowercase().replace('_', "-");
    let tail: String = (0..6)
        .map(|place| char::from(b'a' + u8::try_from((number >> (place * 8)) % 26).unwrap_or_default()))
        .collect();
    world.place.arn("secretsmanager", format_args!("secret:prod/{path}-{tail}")).to_string()
}

const ENTRY_POINT_MISSING: &str = "CannotStartContainerError: failed to create shim task: OCI runtime create failed: \
     runc create failed: unable to start container process: exec: \"/app/server\": stat /app/server: no such file \
     or directory: unknown";
