//! The deployments of a service from before the world began, which no task is left of.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::super::name::{self, Purpose};
use super::super::World;
use super::super::definition::{Body, DefinitionKey, Recipe};
use super::super::record::{Cause, Record, RecordStatus, Revision};
use super::super::settings::Breaker;
use super::super::shift::HookEnd;
use super::Blueprint;

const HOUR: Millis = 60 * 60_000;

/// What is remembered, newest first.
#[derive(Debug)]
pub struct Past {
    pub records: Vec<Record>,
    pub revisions: Vec<Revision>,
    /// The service is at least that old.
    pub begins: Millis,
}

/// How long a deployment of so many tasks takes when nothing goes wrong. Guess.
pub fn usual_time(tasks: u32) -> Millis {
    70_000 + Millis::from(tasks) * 9_000
}

/// A number that belongs to a place in the past of a service; it takes nothing from the world's own numbers.
fn drawn(world: &World, name: &str, place: u32, of: u64) -> u64 {
    name::derive(world.seed, Purpose::History, name::number_of(name) ^ (u64::from(place) << 8) ^ of)
}

/// Tells the deployments before the one that began at `before`, which is the first of the blueprint's history. Among
/// the older ones, one was rolled back if there are enough of them.
pub fn tell(world: &mut World, blueprint: &Blueprint, before: Millis) -> Past {
    let mut past = Past { records: Vec::new(), revisions: Vec::new(), begins: before };
    let older = blueprint.history.saturating_sub(1);
    let failed = (older >= 3).then(|| older - 1);
    let mut at = before;
    let mut times = Vec::new();
    for place in 0..older + u32::from(failed.is_some()) {
        let gap = drawn(world, &blueprint.name, place, 1) % 120;
        at -= (18 + Millis::try_from(gap).unwrap_or_default()) * HOUR;
        times.push((place, at));
    }
    past.begins = at - 24 * HOUR;
    // Task definitions are registered oldest first.
    let mut ran = None;
    for (place, at) in times.into_iter().rev() {
        let definition = register(world, blueprint, place, at);
        let record = episode(world, blueprint, (place, at), ran, Some(place) == failed);
        let settings = Arc::clone(&blueprint.settings);
        past.revisions.insert(0, Revision { number: record.target, definition, created: at, settings });
        ran = record.left_running().or(ran);
        past.records.insert(0, record);
    }
    past
}

/// How many task definitions [`tell`] registers.
pub fn definitions(history: u32) -> u32 {
    let older = history.saturating_sub(1);
    older + u32::from(older >= 3)
}

/// A definition of the past: other tags, and farther back other variables and fewer secrets.
fn register(world: &mut World, blueprint: &Blueprint, place: u32, at: Millis) -> DefinitionKey {
    let mut recipe: Recipe = blueprint.recipe.clone();
    recipe.tag = format!("{:07x}", drawn(world, &blueprint.name, place, 2) >> 36).into();
    if place >= 1 {
        let level = |value: &Arc<str>| Arc::from(if &**value == "debug" { "info" } else { "debug" });
        let variables = recipe.variables.iter().map(|(name, value)| {
            let value = if &**name == "LOG_LEVEL" { level(value) } else { Arc::clone(value) };
            (Arc::clone(name), value)
        });
        recipe.variables = variables.collect();
    }
    if place >= 2 {
        recipe.secrets = recipe.secrets.iter().skip(1).cloned().collect();
    }
    let first = blueprint.revision.saturating_sub(definitions(blueprint.history) + 1).max(1);
    world.add_definition(&blueprint.name, first, at - 4_000, Body::Recipe(recipe))
}

fn episode(
    world: &World,
    blueprint: &Blueprint,
    (place, at): (u32, Millis),
    ran: Option<u64>,
    failed: bool,
) -> Record {
    let number =
        |of, purpose| name::nineteen_digits(world.seed, purpose, drawn(world, &blueprint.name, place, of));
    let share = 80 + Millis::try_from(drawn(world, &blueprint.name, place, 3) % 90).unwrap_or_default();
    let took = usual_time(blueprint.tasks) * share / 100;
    let threshold = threshold(blueprint);
    let shifts = blueprint.settings.strategy.shifts();
    let blank = Record {
        number: number(4, Purpose::Deployment),
        created: at,
        started: None,
        updated: at,
        finished: None,
        stopped: None,
        status: RecordStatus::Pending,
        due: None,
        sources: ran.into_iter().collect(),
        target: number(5, Purpose::Revision),
        failures: 0,
        threshold,
        cause: None,
        rollback: None,
        ignored: Vec::new(),
        shift: None,
    };
    let record = success(blank, at, at + took);
    match ran {
        Some(ran) if failed => Record {
            status: RecordStatus::RollbackSuccessful,
            failures: if shifts { 0 } else { threshold },
            // Only rolling deployments have the circuit breaker.
            cause: Some(if shifts { Cause::Hook(HookEnd::Failed) } else { Cause::Breaker }),
            rollback: Some((at + took / 2, ran)),
            ..record
        },
        _ => record,
    }
}

pub fn threshold(blueprint: &Blueprint) -> u32 {
    let breaker = blueprint.settings.breaker.unwrap_or(Breaker::new(false));
    breaker.threshold.of(blueprint.tasks)
}

/// A service deployment that began and ended well at these times.
pub fn success(record: Record, created: Millis, finished: Millis) -> Record {
    Record {
        created,
        started: Some(created + 850),
        updated: finished,
        finished: Some(finished),
        status: RecordStatus::Successful,
        ..record
    }
}
