//! How a task stands, in one line: its state, since when, and why it ended.

use chrono::{DateTime, Utc};

use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::app::rows::task_row;
use crate::app::table::Tone;
use crate::fleet::KnownTask;
use crate::fleet::ending::{Ending, Weight};
use crate::fleet::task::{Health, Task, TaskState};
use crate::fleet::verdict::Severity;
use crate::view::glyphs::Signs;

/// The sign that fits a task.
pub fn severity(task: &Task, ending: Option<&Ending>) -> Severity {
    match (&task.state, ending) {
        (state, Some(ending)) if state.is_stopped() => match ending.weight {
            Weight::Fault => Severity::Fail,
            Weight::Notable => Severity::Degraded,
            Weight::Normal => Severity::Unknown,
        },
        (TaskState::Running, _) if task.health == Health::Unhealthy => Severity::Degraded,
        (TaskState::Running, _) if task.containers.iter().any(|c| c.state.is_stopped()) => Severity::Degraded,
        (TaskState::Running, _) => Severity::Ok,
        _ => Severity::Deploying,
    }
}

pub fn line(signs: &Signs, model: &Model, known: &KnownTask) -> Line {
    let task = &*known.task;
    let severity = severity(task, known.ending.as_deref());
    let state = format!("{} {}", signs.severity(severity), task.state.as_str());
    let mut line = Line::default().with(state, Tone::Severity(severity));
    if let Some(since) = task.since() {
        line = line.with(format!(" {}", ago(task, since, model.now)), Tone::Plain);
    }
    let (note, _) = task_row(model, known).note();
    let note = match task.health {
        Health::Unknown => note,
        _ if !note.is_empty() => note,
        _ => task.health.as_str().into(),
    };
    if note.is_empty() { line } else { line.with(format!("  {note}"), Tone::Plain) }
}

fn ago(task: &Task, since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let age = format::age(now - since);
    if task.state.is_stopped() { format!("{age} ago") } else { format!("for {age}") }
}
