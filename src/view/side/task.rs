//! One task: why it ended, its containers line by line, its network and its life.

use chrono::{DateTime, Utc};

use super::{LABELS, Side, labelled};
use crate::app::absence;
use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::app::scale_in;
use crate::app::table::Tone;
use crate::fleet::definition::{TaskDefinition, short_image};
use crate::fleet::ending::{Weight, exit_meaning};
use crate::fleet::id::{ContextId, TaskId};
use crate::fleet::task::{Container, Health, Task};
use crate::fleet::topic::Subject;
use crate::view::fit;
use crate::view::glyphs::Signs;
use crate::view::widget::lines;

pub fn preview(signs: &Signs, model: &Model, id: &TaskId, room: usize) -> Option<Side> {
    let task = model.fleet.task(id)?;
    let definition = task.definition.as_ref().and_then(|id| model.fleet.definition(id));
    let definition = definition.map(AsRef::as_ref);
    let names = task.containers.iter().map(|container| fit::width(&container.name)).max().unwrap_or(0);
    let names = (names + 1).clamp(LABELS, 25);
    let field = |label: &str, value: String| labelled(label, names, value, Tone::Plain, room);
    let mut text = Vec::new();
    if let Some(ending) = model.fleet.ending(id) {
        let tone = if ending.weight == Weight::Fault { Tone::Bad } else { Tone::Plain };
        text.extend(labelled("ENDED", names, ending.sentence.clone(), tone, room));
        text.extend(ending.check.into_iter().flat_map(|check| field("CHECK", check.to_owned())));
    }
    text.extend(containers(signs, task, definition, names).iter().flat_map(|line| lines::wrap(line, room)));
    let unknown = task.definition.clone().filter(|id| !model.fleet.is_definition_known(id));
    let context = model.fleet.cluster(&task.cluster).map_or_else(ContextId::default, |known| known.context);
    let trouble = unknown.and_then(|id| absence::trouble(model, context, Subject::Definition(id)));
    text.extend(trouble.into_iter().flat_map(|trouble| field("LIMITS", trouble.failure.to_string())));
    let protection = model.fleet.protection(id).filter(|_| !task.has_ended());
    let protection = protection.and_then(|known| scale_in::told(known, model.now, model.utc));
    text.extend(protection.into_iter().flat_map(|told| field("KEPT", told)));
    let between = signs.between();
    text.extend(field("NETWORK", network(task, &between)));
    text.extend(field("LIFE", life(model, task, &between)));
    text.extend(started_by(task).into_iter().flat_map(|by| field("STARTED", by)));
    Some(Side { title: title(signs, task), lines: text })
}

fn title(signs: &Signs, task: &Task) -> String {
    let revision = task.definition.as_ref().map(|definition| definition.name().to_owned());
    let size =
        Some(format::size(task.cpu.as_deref(), task.memory.as_deref())).filter(|size| !size.is_empty());
    let capacity = task.capacity_provider.as_deref().or(task.launch_type.as_deref());
    let parts = [
        Some(format!("task {}", task.id.short())),
        revision,
        size,
        task.architecture.as_deref().map(ToOwned::to_owned),
        capacity.map(ToOwned::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(&signs.between())
}

/// `app  STOPPED  exit 137 SIGKILL  resize:2.14, limit 1024 MiB  OutOfMemoryError: …` for each container.
fn containers(signs: &Signs, task: &Task, definition: Option<&TaskDefinition>, names: usize) -> Vec<Line> {
    let widest = |text: &dyn Fn(&Container) -> usize| task.containers.iter().map(text).max().unwrap_or(0);
    let states = widest(&|container| container.state.as_str().len());
    let outcomes = widest(&|container| outcome(container).0.len());
    let line = |container: &Container| {
        let name = fit::middle(&container.name, names - 1, signs.ellipsis);
        let pad = " ".repeat(names.saturating_sub(fit::width(&name)));
        let (outcome, tone) = outcome(container);
        let line = Line::default()
            .with(format!("{name}{pad}"), Tone::Label)
            .with(format!("{:<states$}  ", container.state.as_str()), Tone::Plain)
            .with(format!("{outcome:<outcomes$}"), tone)
            .with(if outcomes > 0 { "  " } else { "" }, Tone::Plain)
            .with(facts(container, definition), Tone::Plain);
        match &container.reason {
            Some(reason) => line.with(format!("  {reason}"), Tone::Plain),
            None => line,
        }
    };
    task.containers.iter().map(line).collect()
}

/// How it ended, or what its health check says.
fn outcome(container: &Container) -> (String, Tone) {
    match (container.exit_code, &container.health) {
        (Some(code), _) => {
            let meaning = Some(exit_meaning(code)).filter(|meaning| *meaning != "-");
            let meaning = meaning.map_or_else(String::new, |meaning| format!(" {meaning}"));
            let tone = if matches!(code, 0 | 143) { Tone::Plain } else { Tone::Bad };
            (format!("exit {code}{meaning}"), tone)
        }
        (None, Health::Unknown) => (String::new(), Tone::Plain),
        (None, Health::Unhealthy) => ("unhealthy".to_owned(), Tone::Bad),
        (None, health) => (health.as_str().to_owned(), Tone::Plain),
    }
}

fn facts(container: &Container, definition: Option<&TaskDefinition>) -> String {
    let known = definition.and_then(|definition| definition.container(&container.name));
    let limit = container.memory.as_deref().map(ToOwned::to_owned);
    let limit = limit.or_else(|| known?.memory.map(|mib| mib.to_string()));
    let mut facts = vec![short_image(container.image.as_deref())];
    facts.extend(limit.map(|mib| format!("limit {mib} MiB")));
    if known.is_some_and(|known| !known.essential) {
        facts.push("not essential".to_owned());
    }
    facts.join(", ")
}

fn network(task: &Task, between: &str) -> String {
    let interface = task.interface.as_ref();
    let parts = [
        interface.and_then(|interface| interface.private_ip.as_deref()),
        interface.and_then(|interface| interface.id.as_deref()),
        interface.and_then(|interface| interface.subnet.as_deref()),
        task.zone.as_deref(),
        task.connectivity.as_deref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "no interface".to_owned() } else { parts.join(between) }
}

/// The moments of its life in their order, and how long the longest steps took.
fn life(model: &Model, task: &Task, between: &str) -> String {
    let times = &task.times;
    let at = |at: DateTime<Utc>| format::moment(at, model.now, model.utc);
    let pull = times
        .pull_started
        .zip(times.pull_stopped)
        .map(|(from, to)| format!("pull {}", format::span(to - from)));
    let ran = task.ran_for().map(|ran| format!("ran {}", format::span(ran)));
    let parts = [
        times.created.map(|time| format!("created {}", at(time))),
        pull,
        times.started.map(|time| format!("started {}", at(time))),
        times.stopping.map(|time| format!("stopping {}", at(time))),
        times.stopped.map(|time| format!("stopped {}", at(time))),
        ran,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(between)
}

fn started_by(task: &Task) -> Option<String> {
    let group = task.group.as_deref();
    match (task.started_by.as_deref(), group) {
        (Some(by), Some(group)) => Some(format!("by {by} for {group}")),
        (Some(by), None) => Some(format!("by {by}")),
        (None, group) => group.map(|group| format!("for {group}")),
    }
}
