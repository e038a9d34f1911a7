//! How far a service deployment is and what came of it, in the words that lists, dialogs and operations share.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::format;
use crate::fleet::Fleet;
use crate::fleet::deployment::{Breaker, DeploymentStatus, Hook, ServiceDeployment};
use crate::fleet::id::{DefinitionId, DeploymentId, RevisionId};
use crate::fleet::service::{Rollout, Service};
use crate::fleet::verdict::Severity;

/// AWS stamps what belongs together within seconds.
const SLACK: TimeDelta = TimeDelta::seconds(60);
/// Deployments that a typical duration is taken from: what was usual a month ago may be so no more.
const COMPARED: usize = 3;
/// What parts the facts of a sentence that is not a title.
const AND: &str = "; ";

/// The first four characters of a deployment's id: what people can tell it by.
pub fn short(id: &DeploymentId) -> &str {
    let name = id.name();
    name.char_indices().nth(4).and_then(|(end, _)| name.get(..end)).unwrap_or(name)
}

/// The newer deployment because of which this one was stopped or is being stopped; `all` are those of its service.
pub fn replaced_by<'a>(
    deployment: &ServiceDeployment,
    all: &'a [ServiceDeployment],
) -> Option<&'a ServiceDeployment> {
    if was_stopped_by_guard(deployment) {
        return None;
    }
    let stops = matches!(deployment.status, DeploymentStatus::StopRequested | DeploymentStatus::Stopped);
    deployment.replaced_by(all).filter(|_| stops)
}

/// The circuit breaker opened or an alarm went off.
fn was_stopped_by_guard(deployment: &ServiceDeployment) -> bool {
    opened(deployment) || alarmed(deployment)
}

fn opened(deployment: &ServiceDeployment) -> bool {
    deployment.breaker.as_ref().is_some_and(|breaker| &*breaker.status == "TRIGGERED")
}

fn alarmed(deployment: &ServiceDeployment) -> bool {
    deployment.alarms.as_ref().is_some_and(|alarms| &*alarms.status == "TRIGGERED")
}

/// It stands still until a person answers.
pub fn holds(deployment: &ServiceDeployment) -> bool {
    !deployment.status.is_final() && deployment.hooks.iter().any(Hook::waits_for_a_person)
}

/// A rollback was asked for, and the deployment was through before it began.
pub fn came_through(deployment: &ServiceDeployment) -> bool {
    deployment.status == DeploymentStatus::Successful && deployment.rollback.is_some()
}

/// Where a deployment stands, in our words; `all` are those of its service.
pub fn status(deployment: &ServiceDeployment, all: &[ServiceDeployment]) -> String {
    let replaced = replaced_by(deployment, all);
    match (&deployment.status, replaced) {
        (DeploymentStatus::Stopped, Some(next)) => format!("replaced by {}", short(&next.id)),
        (_, Some(next)) => format!("yields to {}", short(&next.id)),
        (DeploymentStatus::Stopped, None) if opened(deployment) => "stopped: breaker".to_owned(),
        (DeploymentStatus::Stopped, None) if alarmed(deployment) => "stopped: alarm".to_owned(),
        (DeploymentStatus::Successful, None) if came_through(deployment) => "not rolled back".to_owned(),
        _ if holds(deployment) => "waits for you".to_owned(),
        (status, None) => status.as_str().to_owned(),
    }
}

/// How much a deployment asks for attention, as the sign in front of its status.
pub fn severity(deployment: &ServiceDeployment) -> Severity {
    match &deployment.status {
        _ if holds(deployment) => Severity::Waiting,
        DeploymentStatus::Pending | DeploymentStatus::InProgress | DeploymentStatus::StopRequested => {
            Severity::Deploying
        }
        DeploymentStatus::RollbackRequested
        | DeploymentStatus::RollbackInProgress
        | DeploymentStatus::RollbackSuccessful => Severity::Degraded,
        DeploymentStatus::RollbackFailed => Severity::Fail,
        DeploymentStatus::Stopped if was_stopped_by_guard(deployment) => Severity::Fail,
        DeploymentStatus::Successful if came_through(deployment) => Severity::Degraded,
        DeploymentStatus::Successful => Severity::Ok,
        DeploymentStatus::Stopped | DeploymentStatus::Other(_) => Severity::Unknown,
    }
}

/// How long it took; `None` while it is under way, or where AWS gives no times.
pub fn took(deployment: &ServiceDeployment) -> Option<TimeDelta> {
    Some(deployment.ended()? - deployment.began()?)
}

/// How long it has been under way.
pub fn so_far(deployment: &ServiceDeployment, now: DateTime<Utc>) -> Option<TimeDelta> {
    (!deployment.status.is_final()).then_some(())?;
    Some(now - deployment.began()?)
}

/// How long the newest deployments that went well took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typical {
    pub median: TimeDelta,
    pub min: TimeDelta,
    pub max: TimeDelta,
    /// How many were compared, three at most.
    pub count: usize,
}

/// The usual duration of these deployments, newest first. Those that waited for a person tell nothing about it.
pub fn typical(deployments: &[ServiceDeployment]) -> Option<Typical> {
    let good = deployments.iter().filter(|deployment| {
        deployment.status == DeploymentStatus::Successful
            && deployment.rollback.is_none()
            && !deployment.hooks.iter().any(|hook| &*hook.kind == "PAUSE")
    });
    let mut spans: Vec<TimeDelta> = good.filter_map(took).take(COMPARED).collect();
    spans.sort_unstable();
    let (min, max) = (*spans.first()?, *spans.last()?);
    let middle = spans.len() / 2;
    let upper = spans.get(middle).copied()?;
    let lower = if spans.len().is_multiple_of(2) { spans.get(middle - 1).copied()? } else { upper };
    Some(Typical { median: lower + (upper - lower) / 2, min, max, count: spans.len() })
}

/// What is usual for the service before this deployment, of all its deployments, newest first.
pub fn typical_before(deployment: &ServiceDeployment, all: &[ServiceDeployment]) -> Option<Typical> {
    let place = all.iter().position(|other| other.id == deployment.id)?;
    typical(all.get(place + 1..)?)
}

/// `typical 3m40s (last three 3m12s to 4m05s)`.
impl fmt::Display for Typical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = format::span;
        let last = match self.count {
            1 => return write!(f, "the last one took {}", span(self.median)),
            2 => "two",
            _ => "three",
        };
        write!(f, "typical {} (last {last} {} to {})", span(self.median), span(self.min), span(self.max))
    }
}

/// `5m00s so far; typical 3m40s (last three 3m12s to 4m05s), longer than each of them`. What was stopped or turned back
/// is not compared: it did not take its time.
pub fn duration(deployment: &ServiceDeployment, all: &[ServiceDeployment], now: DateTime<Utc>) -> String {
    let (own, text) = match (took(deployment), so_far(deployment, now)) {
        (Some(took), _) => (took, format!("took {}", format::span(took))),
        (None, Some(age)) => (age, format!("{} so far", format::span(age))),
        (None, None) => return "AWS gave no times".to_owned(),
    };
    match typical_before(deployment, all) {
        _ if deployment.status.is_final() && deployment.status != DeploymentStatus::Successful => text,
        Some(typical) if own > typical.max => {
            let than = if typical.count == 1 { "that" } else { "each of them" };
            format!("{text}{AND}{typical}, longer than {than}")
        }
        Some(typical) => format!("{text}{AND}{typical}"),
        None => format!("{text}{AND}no earlier one that went well to compare with"),
    }
}

/// `auth:88@77ab`: the definition, its revision, and the end of the service revision's id.
pub fn revision(fleet: &Fleet, id: &RevisionId) -> String {
    format!("{}@{}", definition_of(fleet, id).map_or("?", DefinitionId::name), id.short())
}

/// `auth:88@77ab > auth:88@c01e`.
pub fn revisions(fleet: &Fleet, deployment: &ServiceDeployment) -> String {
    from_to(deployment, |id| revision(fleet, id))
}

/// `88@77ab > 89@c01e` where all of them are of one family, which then says nothing.
pub fn brief_revisions(fleet: &Fleet, deployment: &ServiceDeployment) -> String {
    let mut families =
        ends(deployment).filter_map(|id| Some(definition_of(fleet, id)?.family())).collect::<Vec<_>>();
    families.dedup();
    if families.len() > 1 {
        return revisions(fleet, deployment);
    }
    let number = |id: &RevisionId| {
        let number = definition_of(fleet, id).and_then(DefinitionId::revision);
        format!("{}@{}", number.map_or_else(|| "?".to_owned(), |number| number.to_string()), id.short())
    };
    from_to(deployment, number)
}

/// What ran before and what is deployed.
fn ends(deployment: &ServiceDeployment) -> impl Iterator<Item = &RevisionId> {
    deployment.sources.iter().chain(&deployment.target).map(|tasks| &tasks.revision)
}

fn from_to(deployment: &ServiceDeployment, name: impl Fn(&RevisionId) -> String) -> String {
    let target = deployment.target.as_ref().map_or_else(|| "?".to_owned(), |target| name(&target.revision));
    match deployment.sources.as_slice() {
        [] => format!("first {target}"),
        [source] => format!("{} > {target}", name(&source.revision)),
        [source, more @ ..] => format!("{} +{} > {target}", name(&source.revision), more.len()),
    }
}

/// The task definition of a service revision, as far as it is known.
pub fn definition_of<'a>(fleet: &'a Fleet, id: &RevisionId) -> Option<&'a DefinitionId> {
    fleet.revision(id)?.definition.as_ref()
}

/// `3 of 6 new tasks running, 2 pending; 4 old ones still run`; `None` once it has ended.
pub fn progress(deployment: &ServiceDeployment) -> Option<String> {
    let target = deployment.target.as_ref().filter(|_| !deployment.status.is_final())?;
    let pending = match target.pending {
        0 => String::new(),
        pending => format!(", {pending} pending"),
    };
    let old = match deployment.sources.iter().map(|source| source.running).sum() {
        0 => String::new(),
        1 => format!("{AND}1 old one still runs"),
        old => format!("{AND}{old} old ones still run"),
    };
    Some(format!("{} of {} new tasks running{pending}{old}", target.running, target.requested))
}

/// The same in the fewest words: `3/6 new, 4 old`.
pub fn counts(deployment: &ServiceDeployment) -> Option<String> {
    let target = deployment.target.as_ref().filter(|_| !deployment.status.is_final())?;
    let old = match deployment.sources.iter().map(|source| source.running).sum::<u32>() {
        0 => String::new(),
        old => format!(", {old} old"),
    };
    Some(format!("{}/{} new{old}", target.running, target.requested))
}

/// Why it ended as it did, in AWS's words where there are any.
pub fn reason(deployment: &ServiceDeployment) -> Option<&str> {
    if came_through(deployment) {
        return Some("it was through before the rollback began");
    }
    deployment.rollback_reason().or(deployment.status_reason.as_ref()).map(AsRef::as_ref)
}

/// The rollout whose tasks this deployment starts: of the same definition, begun at the same moment.
pub fn rollout_of<'a>(
    fleet: &Fleet,
    service: &'a Service,
    deployment: &ServiceDeployment,
) -> Option<&'a Rollout> {
    let created = deployment.created?;
    let target = deployment.target.as_ref().and_then(|target| definition_of(fleet, &target.revision));
    let apart = |rollout: &Rollout| rollout.created.map(|at| (at - created).abs());
    let same = service.rollouts.iter().filter(|rollout| {
        target.is_none_or(|target| rollout.definition.as_ref() == Some(target))
            && apart(rollout).is_some_and(|apart| apart <= SLACK)
    });
    same.min_by_key(|rollout| apart(rollout))
}

/// How near the circuit breaker is to opening, what it counts, and what it does then.
pub fn breaker(deployment: &ServiceDeployment, service: Option<&Service>) -> String {
    let over = deployment.status.is_final();
    let known = deployment.breaker.as_ref().filter(|breaker| &*breaker.status != "DISABLED");
    let Some(Breaker { failures, threshold, .. }) = known else {
        let alarms = deployment.alarms.as_ref().is_some_and(|alarms| &*alarms.status != "DISABLED");
        let strategy = service.and_then(|service| service.rules.strategy.as_deref());
        let rolling = strategy.is_none_or(|strategy| strategy == "ROLLING");
        return match (over, rolling, alarms) {
            (_, false, _) => "guards rolling deployments only".to_owned(),
            (true, ..) => "was off".to_owned(),
            (false, _, true) => "off: only an alarm can undo it".to_owned(),
            (false, _, false) => "off: nothing will undo it".to_owned(),
        };
    };
    let count = format!("{failures} of {threshold} failures");
    if opened(deployment) {
        return format!("{count}: it opened");
    }
    if over {
        return count;
    }
    let then = match service.map(|service| service.rules.breaker_rolls_back) {
        Some(true) => "it rolls back",
        Some(false) => "it stops where it is, nothing rolls back",
        None => "it opens",
    };
    format!("{count}, then {then}; counts tasks that never run or fail health checks, anew when one runs")
}

/// The alarms that guard it. What state they are in is not asked.
pub fn alarms(deployment: &ServiceDeployment) -> String {
    let Some(alarms) = &deployment.alarms else { return "not known".to_owned() };
    let names = alarms.names.join(", ");
    match &*alarms.status {
        "DISABLED" => "off: no alarm ends it".to_owned(),
        _ if !alarms.triggered.is_empty() => format!("went off: {}", alarms.triggered.join(", ")),
        "TRIGGERED" => format!("one of them went off: {names}"),
        _ if names.is_empty() => "on, without any alarm".to_owned(),
        _ if deployment.status.is_final() => format!("none went off: {names}"),
        _ => format!("watched: {names}; their states are not known"),
    }
}

/// What a hook of the deployment waits for, and what silence does; `None` for one that is through.
pub fn hook(hook: &Hook, now: DateTime<Utc>, utc: bool) -> Option<String> {
    let until = hook.expires.map_or_else(String::new, |at| format!(" until {}", format::until(at, now, utc)));
    let silence = match hook.timeout_action.as_deref() {
        Some("CONTINUE") => ", then it goes on: silence means yes",
        Some("ROLLBACK") => ", then it rolls back",
        _ => "",
    };
    match (&*hook.status, hook.target.as_deref()) {
        ("SUCCEEDED", _) => None,
        ("AWAITING_ACTION", _) => Some(format!("{} waits for a person{until}{silence}", hook.id)),
        ("IN_PROGRESS", Some(function)) => {
            let function = function.rsplit(':').next().unwrap_or(function);
            Some(format!("function {function} runs{until}{silence}"))
        }
        (status, _) => Some(format!("{} {}", hook.id, status.to_lowercase().replace('_', " "))),
    }
}

/// Who began it. ECS does not tell; that the definition was registered for it is the nearest that it tells.
pub fn starter(fleet: &Fleet, deployment: &ServiceDeployment) -> String {
    let unknown = || "starter not known".to_owned();
    let Some(target) = deployment.target.as_ref() else { return unknown() };
    let Some(id) = definition_of(fleet, &target.revision) else { return unknown() };
    let sources = deployment.sources.iter().filter_map(|source| definition_of(fleet, &source.revision));
    if sources.into_iter().any(|source| source == id) {
        return "starter not known: the same task definition again".to_owned();
    }
    let Some(definition) = fleet.definition(id) else {
        return if fleet.is_definition_known(id) { unknown() } else { "starter not known yet".to_owned() };
    };
    match (&definition.registered_by, definition.registered_at, deployment.began()) {
        (Some(by), Some(at), Some(began)) if at <= began => {
            format!("task definition registered by {by}, {} before", format::span(began - at))
        }
        (Some(by), ..) => format!("task definition registered by {by}"),
        (None, ..) => unknown(),
    }
}
