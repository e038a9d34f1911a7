//! One deployment: how far it is, what goes wrong with it, what guards it, and what it changes.

use chrono::{DateTime, TimeDelta, Utc};

use super::{LABELS, Side, field, labelled};
use crate::app::difference::{self, Difference};
use crate::app::document::Line;
use crate::app::failures::failures;
use crate::app::format;
use crate::app::model::Model;
use crate::app::progress;
use crate::app::table::Tone;
use crate::fleet::deployment::{DeploymentStatus, RevisionTasks, ServiceDeployment};
use crate::fleet::id::{DeploymentId, ServiceId};
use crate::fleet::service::Service;
use crate::fleet::verdict::Severity;
use crate::view::fit;
use crate::view::glyphs::Signs;
use crate::view::widget::{bar, lines};

/// Cells of the title's line that the id and the place in the list take.
const POSITION: usize = 20;
/// How long ECS knows a task after its end.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);
/// Room in which things stand side by side that stand below each other where there is more.
const NARROW: usize = 100;
/// Cells of a bar, where there is room for a long one and where there is not.
const LONG: usize = 30;
const SHORT: usize = 12;

pub fn details(signs: &Signs, model: &Model, service: &ServiceId, id: &DeploymentId, room: usize) -> Side {
    let fleet = &model.fleet;
    let all = fleet.deployments(service).map_or(&[][..], |all| all.as_slice());
    let Some(deployment) = all.iter().find(|deployment| deployment.id == *id) else {
        let gone = Line::plain("AWS no longer names this deployment.");
        return Side { title: progress::short(id).to_owned(), lines: vec![gone] };
    };
    let service = fleet.service(service).map(AsRef::as_ref);
    let mut revisions = progress::revisions(fleet, deployment);
    if fit::width(&revisions) + POSITION > room {
        revisions = progress::brief_revisions(fleet, deployment);
    }
    let title = [progress::short(id).to_owned(), revisions];
    // What a person must answer, or what went wrong with all of it, comes first.
    let mut text = hooks(model, deployment, room);
    text.extend(rollback(model, deployment, room));
    text.extend(state(model, deployment, all, room));
    text.extend(counts(signs, model, deployment, room));
    text.extend(failed(model, service, deployment, room));
    text.extend(guards(service, deployment, room));
    text.extend(changes(model, deployment, room));
    text.extend(field("WHO", progress::starter(fleet, deployment), room));
    Side { title: title.join(&signs.between()), lines: text }
}

/// Why it ended so, and how long it takes against the earlier ones.
fn state(model: &Model, deployment: &ServiceDeployment, all: &[ServiceDeployment], room: usize) -> Vec<Line> {
    let mut text = Vec::new();
    // A way back says why by itself.
    if deployment.rollback.is_none()
        && let Some(reason) = progress::reason(deployment)
    {
        text.extend(field("WHY", reason, room));
    }
    let stage = deployment.stage.as_deref().filter(|_| !deployment.status.is_final());
    let stage = stage.map(|stage| format!("; in stage {}", stage.to_lowercase().replace('_', " ")));
    let time = progress::duration(deployment, all, model.now);
    text.extend(field("TIME", time + stage.as_deref().unwrap_or_default(), room));
    text
}

/// A bar for each revision, all of the same scale, while they still change.
fn counts(signs: &Signs, model: &Model, deployment: &ServiceDeployment, room: usize) -> Vec<Line> {
    if deployment.status.is_final() {
        return Vec::new();
    }
    let revisions = || deployment.target.iter().chain(&deployment.sources);
    let whole =
        revisions().map(|tasks| tasks.requested.max(tasks.running.saturating_add(tasks.pending))).max();
    let whole = whole.unwrap_or(0);
    let name = |tasks: &RevisionTasks| progress::revision(&model.fleet, &tasks.revision);
    let short = |tasks: &RevisionTasks| format!("@{}", tasks.revision.short());
    let names: Vec<String> =
        if room < NARROW { revisions().map(short).collect() } else { revisions().map(name).collect() };
    let widest = names.iter().map(|name| fit::width(name)).max().unwrap_or(0);
    let cells = if room < NARROW { SHORT } else { LONG };
    let labels = std::iter::once("NEW").chain(std::iter::repeat("OLD"));
    let labels = labels.skip(usize::from(deployment.target.is_none()));
    let line = |((label, name), tasks): ((&str, &String), &RevisionTasks)| {
        let tone = if label == "NEW" { Tone::Severity(Severity::Deploying) } else { Tone::Plain };
        let pending = match tasks.pending {
            0 => String::new(),
            pending => format!(", {pending} pending"),
        };
        let counts = format!("  {} of {} running{pending}", tasks.running, tasks.requested);
        let line = Line::default()
            .with(format!("{label:<LABELS$}"), Tone::Label)
            .with(format!("{name:<widest$}  "), Tone::Plain);
        if label == "OLD" && [tasks.requested, tasks.running, tasks.pending] == [0; 3] {
            return line.with("none left", Tone::Plain);
        }
        line.with(bar::text(signs, tasks.running, whole, cells), tone).with(counts, Tone::Plain)
    };
    labels.zip(&names).zip(revisions()).map(line).flat_map(|line| lines::wrap(&line, room)).collect()
}

fn hooks(model: &Model, deployment: &ServiceDeployment, room: usize) -> Vec<Line> {
    let open = deployment.hooks.iter().filter(|_| !deployment.status.is_final());
    let told = open.filter_map(|hook| {
        let tone = if hook.waits_for_a_person() { Tone::Severity(Severity::Waiting) } else { Tone::Plain };
        Some(labelled("HOOK", LABELS, progress::hook(hook, model.now, model.utc)?, tone, room))
    });
    told.flatten().collect()
}

/// Why its tasks ended.
fn failed(
    model: &Model,
    service: Option<&Service>,
    deployment: &ServiceDeployment,
    room: usize,
) -> Vec<Line> {
    let groups = service.map_or_else(Vec::new, |service| failures(&model.fleet, service, deployment));
    let mut text = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        let label = if place == 0 { "FAILED" } else { "" };
        text.extend(labelled(label, LABELS, group.told(model.now), Tone::Bad, room));
        let check = group.check.filter(|_| place == 0);
        text.extend(check.into_iter().flat_map(|check| field("", format!("check first: {check}"), room)));
    }
    if groups.is_empty() {
        let none = without_failures(model, deployment);
        text.extend(none.into_iter().flat_map(|none| field("FAILED", none, room)));
    }
    let unplaced = service.filter(|_| !deployment.status.is_final());
    let unplaced = unplaced.and_then(|service| unplaced_since(service, deployment.began()?));
    text.extend(unplaced.into_iter().flat_map(|(at, reason)| {
        let told = format!("no place for a task: {reason}; {} ago", format::age(model.now - at));
        labelled("", LABELS, told, Tone::Bad, room)
    }));
    text
}

/// When ECS last found no place for a task of the service after this time, and why.
fn unplaced_since(service: &Service, began: DateTime<Utc>) -> Option<(DateTime<Utc>, &str)> {
    let mut since = service.events.iter().take_while(|event| event.at >= began);
    since.find_map(|event| Some((event.at, event.placement_reason()?)))
}

/// That no task failed, where somebody would ask.
fn without_failures(model: &Model, deployment: &ServiceDeployment) -> Option<&'static str> {
    let young = deployment.created.is_some_and(|created| model.now - created < REMEMBERED);
    match deployment.status {
        DeploymentStatus::Successful | DeploymentStatus::Stopped => None,
        _ if young => Some("no task so far"),
        _ => Some("no task that ECS still knows: it forgets tasks an hour after they stopped"),
    }
}

/// What would undo it.
fn guards(service: Option<&Service>, deployment: &ServiceDeployment, room: usize) -> Vec<Line> {
    let over = deployment.status.is_final();
    let on = deployment.breaker.as_ref().filter(|breaker| &*breaker.status != "DISABLED");
    let tone = match on {
        Some(breaker) if &*breaker.status == "TRIGGERED" => Tone::Bad,
        Some(breaker) if breaker.failures > 0 && !over => Tone::Warning,
        None if !over => Tone::Warning,
        _ => Tone::Plain,
    };
    let mut text = labelled("BREAKER", LABELS, progress::breaker(deployment, service), tone, room);
    let went_off = deployment.alarms.as_ref().is_some_and(|alarms| !alarms.triggered.is_empty());
    let tone = if went_off { Tone::Bad } else { Tone::Plain };
    text.extend(labelled("ALARMS", LABELS, progress::alarms(deployment), tone, room));
    text
}

fn rollback(model: &Model, deployment: &ServiceDeployment, room: usize) -> Vec<Line> {
    let Some(rollback) = &deployment.rollback else { return Vec::new() };
    let at = rollback.started.map(|at| format!("since {}", format::moment(at, model.now, model.utc)));
    let to = rollback.revision.as_ref().map(|id| format!("to {}", progress::revision(&model.fleet, id)));
    let reason = progress::reason(deployment).map(ToOwned::to_owned);
    let where_to = [at, to].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let told = [Some(where_to).filter(|text| !text.is_empty()), reason];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join(": ");
    let tone = if deployment.status == DeploymentStatus::RollbackFailed { Tone::Bad } else { Tone::Warning };
    labelled("ROLLBACK", LABELS, told, tone, room)
}

/// What the deployment changes, one line each where there is room; then why that may not be all.
fn changes(model: &Model, deployment: &ServiceDeployment, room: usize) -> Vec<Line> {
    let (Some(target), Some(source)) = (&deployment.target, deployment.sources.first()) else {
        return field("CHANGES", "the first deployment of the service", room);
    };
    let Difference { changes, gaps } = difference::between(&model.fleet, &source.revision, &target.revision);
    let mut all = changes;
    if all.is_empty() && gaps.is_empty() {
        all.push(difference::NOTHING.to_owned());
    }
    if room < NARROW && all.len() > 1 {
        all = vec![all.join(", ")];
    }
    all.extend(gaps);
    let labels = std::iter::once("CHANGES").chain(std::iter::repeat(""));
    labels.zip(all).flat_map(|(label, text)| field(label, text, room)).collect()
}
