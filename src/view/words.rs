//! What is said of a service in several places: its guard, its last change, its rollouts.

use crate::app::absence;
use crate::app::format;
use crate::app::model::Model;
use crate::app::table::services::strategy;
use crate::fleet::id::DefinitionId;
use crate::fleet::service::{Controller, Rollout, Service};
use crate::fleet::topic::Subject;

/// `rev 419 rolling`.
pub fn revision(service: &Service) -> String {
    match service.revision() {
        Some(revision) => format!("rev {revision} {}", strategy(service)),
        None => strategy(service),
    }
}

/// What would undo a bad deployment, or that nothing would.
pub fn guard(service: &Service) -> String {
    guard_as(service, "circuit breaker", "nothing will undo this for you")
}

/// The same where there is little room.
pub fn brief_guard(service: &Service) -> String {
    guard_as(service, "breaker", "nothing undoes it")
}

fn guard_as(service: &Service, breaker: &str, nothing: &str) -> String {
    let rules = &service.rules;
    match service.controller {
        Controller::CodeDeploy => return "deployed and rolled back by CodeDeploy".to_owned(),
        Controller::External | Controller::Other(_) => return "deployed from outside ECS".to_owned(),
        Controller::Ecs => {}
    }
    let rolling = rules.strategy.as_deref().is_none_or(|strategy| strategy == "ROLLING");
    let mut parts = Vec::new();
    if rolling {
        parts.push(match (rules.breaker, rules.breaker_rolls_back) {
            (true, true) => format!("{breaker} ON, rolls back"),
            (true, false) => format!("{breaker} ON without rollback"),
            (false, _) => format!("{breaker} OFF"),
        });
    }
    let alarms = rules.alarms_on && !rules.alarms.is_empty();
    if alarms {
        let watch = if rules.alarms.len() == 1 { "watches" } else { "watch" };
        parts.push(format!("{} {watch}", format::count(rules.alarms.len(), "alarm")));
    }
    if let Some(minimum) = rules.minimum_healthy_percent.filter(|minimum| rolling && *minimum < 100) {
        parts.push(format!("min healthy {minimum}%"));
    }
    let undone = alarms || !rolling || (rules.breaker && rules.breaker_rolls_back);
    let end = if undone { String::new() } else { format!(": {nothing}") };
    format!("{}{end}", parts.join("; "))
}

/// The same in two words, for the title of a narrow pane; nothing where it is not for ECS to undo.
pub fn short_guard(service: &Service) -> Option<&'static str> {
    let rules = &service.rules;
    match service.controller {
        Controller::Ecs if rules.breaker && rules.breaker_rolls_back => Some("breaker ON"),
        Controller::Ecs if rules.breaker => Some("breaker without rollback"),
        Controller::Ecs if rules.alarms_on && !rules.alarms.is_empty() => Some("alarms ON"),
        Controller::Ecs => Some("breaker OFF"),
        _ => None,
    }
}

/// The difference between the revision that is wanted and the one before it, as far as both are known.
pub fn change(model: &Model, service: &Service) -> Option<String> {
    let wanted = service.primary().and_then(|primary| primary.definition.as_ref());
    let now = wanted.or(service.definition.as_ref())?;
    let Some(before) = service.previous_definition() else {
        return Some(format!("{} is the first revision", now.name()));
    };
    let short = |id: &DefinitionId| match id.revision() {
        Some(revision) if id.family() == now.family() => revision.to_string(),
        _ => id.name().to_owned(),
    };
    let (old, new) = (short(&before), short(now));
    let fleet = &model.fleet;
    Some(match (fleet.definition(&before), fleet.definition(now)) {
        (Some(older), Some(newer)) => {
            let changes = newer.changes_since(older);
            let what = if changes.is_empty() {
                "nothing that was compared; an image given by tag may be other code".to_owned()
            } else {
                changes.join(", ")
            };
            format!("{old} > {new}: {what}")
        }
        (None, _) if fleet.is_definition_known(&before) => {
            format!("{old} > {new}: revision {old} no longer exists")
        }
        _ => {
            let wanted = [&before, now].map(|id| Subject::Definition(id.clone()));
            let mut troubles =
                wanted.into_iter().filter_map(|subject| absence::trouble(model, service.context, subject));
            match troubles.next() {
                Some(trouble) => format!("revisions {old} and {new} not compared: {}", trouble.failure),
                None => format!("revisions {old} and {new} not compared yet"),
            }
        }
    })
}

/// What the rollouts add to the service's own counts: how they differ, or how often the only one failed.
pub fn rollouts(service: &Service) -> Vec<String> {
    let alive = |rollout: &&Rollout| rollout.running + rollout.pending + rollout.desired + rollout.failed > 0;
    let alive: Vec<&Rollout> = service.rollouts.iter().filter(alive).collect();
    match alive.as_slice() {
        [only] if only.failed > 0 => vec![format!("{} failed to start", only.failed)],
        [_] => Vec::new(),
        several => several.iter().copied().map(rollout).collect(),
    }
}

/// `rev 419: 0/6, 2 pending, 14 failed`.
fn rollout(rollout: &Rollout) -> String {
    let revision = rollout.definition.as_ref().and_then(DefinitionId::revision);
    let revision = revision.map_or_else(|| "?".to_owned(), |revision| revision.to_string());
    let mut parts = vec![format!("rev {revision}: {}/{}", rollout.running, rollout.desired)];
    for (count, word) in [(rollout.pending, "pending"), (rollout.failed, "failed")] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    parts.join(", ")
}
