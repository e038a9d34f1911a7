//! Before one or several tasks are stopped.

use super::lines::Lines;
use crate::app::action::Change;
use crate::app::action::risk::{healthy, stops_too_many};
use crate::app::document::Line;
use crate::app::format;
use crate::fleet::KnownTask;
use crate::fleet::id::{ClusterId, TaskId};
use crate::fleet::task::TaskState;

/// Tasks shown by a line of their own.
const SHOWN: usize = 6;
/// Seconds between SIGTERM and SIGKILL where the definition says nothing.
const STOP_TIMEOUT: u32 = 30;

pub(super) fn preview(
    lines: &mut Lines<'_>,
    tasks: &[(ClusterId, TaskId)],
    changes: &[Change],
) -> (String, String) {
    let fleet = &lines.model.fleet;
    let known: Vec<&KnownTask> = tasks.iter().filter_map(|(_, id)| fleet.known_task(id)).collect();
    let service = known.first().and_then(|known| known.task.service());
    let title = match (known.as_slice(), service) {
        ([one], Some(service)) => format!("Stop task {} of {service}", one.task.id.short()),
        ([one], None) => format!("Stop task {}", one.task.id.short()),
        _ => format!("Stop {} tasks", tasks.len()),
    };
    let rows = known.iter().take(SHOWN).map(|known| Line::plain(row(lines, known))).collect();
    lines.all("task", rows);
    if known.len() > SHOWN {
        lines.say("", format!("and {} more", known.len() - SHOWN));
    }
    lines.space();
    let timeout = known.iter().map(|known| timeout(lines, known)).max().unwrap_or(STOP_TIMEOUT);
    let mut effect = vec![Line::plain(format!("SIGTERM now, SIGKILL after {timeout}s. There is no undo."))];
    effect.extend(aftermath(lines, changes));
    lines.all("effect", effect);
    for known in &known {
        if known.task.state.is_stopped() {
            lines.warn(format!("task {} has stopped already", known.task.id.short()));
        }
    }
    if stops_too_many(&lines.model.fleet, changes) {
        lines.warn("less than half of the desired tasks would be left");
    }
    let label = match known.as_slice() {
        [one] => format!("stop {}", one.task.id.short()),
        several => format!("stop {}", format::count(several.len(), "task")),
    };
    (title, label)
}

fn row(lines: &Lines<'_>, known: &KnownTask) -> String {
    let task = &known.task;
    let now = lines.model.now;
    let revision = task.revision().map_or_else(String::new, |revision| format!("  rev {revision}"));
    let zone = task.zone.as_deref().map_or_else(String::new, |zone| format!("  {zone}"));
    let started = task.since().map_or_else(String::new, |at| format!("  for {}", format::age(now - at)));
    let health = match task.health.as_str() {
        "-" => String::new(),
        health => format!("  {health}"),
    };
    let protection = lines.model.fleet.protection(&task.id).filter(|protection| protection.holds(now));
    let protection =
        protection.map_or("", |_| "  PROTECTED from scaling in, which does not keep it from this");
    format!("{}  {}{health}{revision}{zone}{started}{protection}", task.id.short(), task.state.as_str())
}

fn timeout(lines: &Lines<'_>, known: &KnownTask) -> u32 {
    let definition = known.task.definition.as_ref().and_then(|id| lines.model.fleet.definition(id));
    let containers = definition.into_iter().flat_map(|definition| &definition.containers);
    containers.map(|container| container.stop_timeout.unwrap_or(STOP_TIMEOUT)).max().unwrap_or(STOP_TIMEOUT)
}

/// What is left, and who replaces what was stopped.
fn aftermath(lines: &Lines<'_>, changes: &[Change]) -> Vec<Line> {
    let fleet = &lines.model.fleet;
    let Some(Change::StopTask { cluster, service, .. }) = changes.first() else { return Vec::new() };
    let Some(id) = service else {
        return vec![Line::plain("it belongs to no service: it will NOT be replaced.")];
    };
    let Some(service) = fleet.service(id) else { return Vec::new() };
    let stopped = |id: &TaskId| {
        changes.iter().any(|change| matches!(change, Change::StopTask { task, .. } if task == id))
    };
    let left = healthy(fleet, cluster, id).filter(|id| !stopped(id)).count();
    let running =
        fleet.tasks_of(cluster, &service.name).filter(|known| known.task.state == TaskState::Running);
    let all = running.count();
    vec![
        Line::plain(format!(
            "service {} keeps desired {}: ECS starts {}.",
            service.name,
            service.desired,
            if changes.len() == 1 { "a replacement" } else { "replacements" }
        )),
        Line::plain(format!("until then {left} of {all} running tasks serve.")),
    ]
}
