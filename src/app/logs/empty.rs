//! What stands where lines would be that are not there: what is read, what hides them, and what to do.

use std::collections::BTreeSet;

use chrono::DateTime;

use super::LogView;
use crate::app::format;
use crate::app::model::Model;
use crate::fleet::log::origin::Origin;

/// Names of groups that are told before the rest is counted.
const GROUPS: usize = 3;

/// The sentences, the most telling first.
pub fn sentences(model: &Model, view: &LogView) -> Vec<String> {
    let mut all = Vec::new();
    if view.buffer.is_empty() {
        all.push(nothing(model, view));
    } else {
        all.push(hidden(view));
    }
    all.extend(troubles(view));
    if view.buffer.is_empty() {
        all.extend(view.remarks.iter().map(ToString::to_string));
    }
    all.into_iter().map(ended).collect()
}

/// What cannot be read, or is missing: first what was refused, then what was lost.
pub fn troubles(view: &LogView) -> Vec<String> {
    let missed = view.tail.missed;
    let missed = (missed > 0).then(|| {
        let lines = format::count(usize::try_from(missed).unwrap_or(usize::MAX), "line");
        format!("{lines} of live tail came faster than they were taken in and are missing")
    });
    let troubles = view.tail.troubles.values().cloned().chain(missed);
    troubles.chain(view.tail.remarks.iter().cloned()).collect()
}

/// No line arrived.
fn nothing(model: &Model, view: &LogView) -> String {
    let tasks = view.of.tasks(&model.fleet).len();
    let whose = match &view.of {
        Origin::Service(_, service) => format!("of {}", service.name()),
        Origin::Stopped(_, service) => format!("of {} that stopped", service.name()),
        Origin::Task(_, task) => task.short().to_string(),
    };
    if tasks == 0 {
        return match &view.of {
            Origin::Stopped(..) => {
                format!("No task {whose} is known: ECS forgets stopped tasks after about an hour")
            }
            _ => format!("No task {whose} is known (yet): lines show up by themselves when one starts"),
        };
    }
    let count = if matches!(view.of, Origin::Task(..)) {
        format!("task {whose}")
    } else {
        format!("the {} {whose}", if tasks == 1 { "task" } else { "tasks" })
    };
    if view.sources.is_empty() {
        return if view.remarks.is_empty() {
            format!("Finding out where {count} write their lines ...")
        } else {
            format!("No lines of {count} can be read here")
        };
    }
    let since = DateTime::from_timestamp_millis(view.history.loaded);
    let since = since.map_or_else(String::new, |at| format::minute(at, model.utc));
    if view.tail.settled.is_none() && view.tail.troubles.is_empty() {
        return format!("Reading lines since {since} from {} ...", groups(view));
    }
    format!(
        "No line since {since} in {} of {}; up looks for older ones",
        format::count(view.sources.len(), "stream"),
        groups(view)
    )
}

/// Lines are there, but none is shown.
fn hidden(view: &LogView) -> String {
    if !view.sift.complete || view.sift.has_work() {
        return format!("Looking through {} ...", format::count(view.buffer.len(), "line"));
    }
    let mut by = Vec::new();
    if view.rules.iter().any(|rule| rule.is_on) {
        by.push("rules");
    }
    if view.legend.writers().iter().any(|writer| !writer.is_on) {
        by.push("streams that are off");
    }
    if view.choices.side.is_some() {
        by.push("the side of the deployment");
    }
    if view.choices.least.is_some() {
        by.push("the level");
    }
    if view.history.from.is_some() {
        by.push("the range of time");
    }
    let by = if by.is_empty() { "nothing that is known".to_owned() } else { by.join(", ") };
    format!(
        "All {} are hidden by {by}; tab goes to rules and streams, where space switches one off or on, a shows all streams, W all levels",
        format::count(view.buffer.len(), "line")
    )
}

/// `group /ecs/checkout`, `groups /ecs/a, /ecs/b`, `5 groups`.
pub fn groups(view: &LogView) -> String {
    let groups: BTreeSet<&str> = view.sources.iter().map(|source| &*source.group).collect();
    match groups.len() {
        1 => format!("group {}", groups.iter().copied().collect::<String>()),
        few @ 0..=GROUPS if few > 0 => {
            format!("groups {}", groups.into_iter().collect::<Vec<_>>().join(", "))
        }
        many => format::count(many, "group"),
    }
}

fn ended(text: String) -> String {
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}
