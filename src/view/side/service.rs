//! Why a service is as it is, without opening it.

use super::{LABELS, Side, field, labelled};
use crate::app::absence;
use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::app::timeline::{self, Choice};
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::service::Service;
use crate::fleet::topic::{Subject, Trouble};
use crate::fleet::verdict::Severity;
use crate::view::entry;
use crate::view::glyphs::Signs;
use crate::view::status;
use crate::view::widget::lines as text;
use crate::view::words;

/// Entries that a preview may show; more are in the timeline.
const ENTRIES: usize = 60;

/// The verdict, the last change, the tasks, and what happened last.
pub fn preview(signs: &Signs, model: &Model, id: &ServiceId, room: usize) -> Side {
    let Some(service) = model.fleet.service(id) else {
        let what = if model.fleet.is_remembered(id) {
            "Known from the last session. It is checked when its cluster has answered."
        } else {
            "Listed; its description is on its way."
        };
        return Side { title: id.name().to_owned(), lines: vec![Line::plain(what)] };
    };
    let narrow = room < 100;
    let guard = words::guard(service);
    let in_title = if narrow { words::short_guard(service) } else { Some(&*guard) };
    let revision = words::revision(service);
    let facts = [Some(&*service.name), Some(service.cluster.name()), Some(&*revision), in_title];
    let title = facts.into_iter().flatten().collect::<Vec<_>>().join(&signs.between());
    let mut lines = verdict(model, service, room);
    if let Some(change) = words::change(model, service) {
        lines.extend(field("CHANGE", change, room));
    }
    lines.extend(field("TASKS", tasks(signs, service), room));
    if narrow && words::short_guard(service) == Some("breaker OFF") {
        lines.extend(field("GUARD", guard, room));
    }
    let stops = absence::of_stops(model, service.context, &service.cluster, id);
    lines.extend(lacking("stops", stops, room));
    let entries = entries(signs, model, &service.cluster, id);
    if !entries.is_empty() && room > 100 {
        lines.push(Line::default());
    }
    lines.extend(entries);
    Side { title, lines }
}

/// The change and the newest entries, for the screen that shows everything else already; the verdict as well where the
/// status line cuts it.
pub fn newest(signs: &Signs, model: &Model, cluster: &ClusterId, id: &ServiceId, room: usize) -> Side {
    let mut lines = Vec::new();
    if let Some(service) = model.fleet.service(id) {
        if status::cuts_verdict(signs, model, id) {
            lines.extend(verdict(model, service, room));
        }
        let change = words::change(model, service);
        lines.extend(change.into_iter().flat_map(|change| field("CHANGE", change, room)));
    }
    let context = model.context_of(model.screen());
    let events = Subject::Service(cluster.clone(), id.clone());
    let deployments = Subject::Deployments(cluster.clone(), id.clone());
    lines.extend(lacking("events", absence::trouble(model, context, events), room));
    lines.extend(lacking("deployments", absence::trouble(model, context, deployments), room));
    lines.extend(lacking("stops", absence::of_stops(model, context, cluster, id), room));
    lines.extend(entries(signs, model, cluster, id));
    if lines.is_empty() {
        lines.push(Line::plain("Nothing that ECS remembers."));
    }
    Side { title: "Change and events".to_owned(), lines }
}

/// What is missing among the entries.
fn lacking(what: &str, trouble: Option<&Trouble>, room: usize) -> Vec<Line> {
    let sentence = trouble.map(|trouble| format!("{what}: {}", trouble.failure));
    let line = sentence.map(|sentence| Line::default().with(sentence, Tone::Warning));
    line.map_or_else(Vec::new, |line| text::wrap(&line, room))
}

fn verdict(model: &Model, service: &Service, room: usize) -> Vec<Line> {
    let Some(verdict) = model.triage.verdict(&service.id) else {
        let gone = "gone: deleted or no longer listed; this is what was last seen";
        return labelled("VERDICT", LABELS, gone, Tone::Warning, room);
    };
    let why = match verdict.why.as_str() {
        "" => "as asked".to_owned(),
        why => why.to_owned(),
    };
    let since = verdict.since.filter(|_| verdict.severity != Severity::Ok);
    let since = since.map_or_else(String::new, |since| format!(" (for {})", format::age(model.now - since)));
    field("VERDICT", format!("{why}{since}"), room)
}

fn tasks(signs: &Signs, service: &Service) -> String {
    let between = signs.between();
    let mut text = format!(
        "{} running{between}{} pending{between}{} desired",
        service.running, service.pending, service.desired
    );
    for rollout in words::rollouts(service) {
        text.push_str(&between);
        text.push_str(&rollout);
    }
    text
}

fn entries(signs: &Signs, model: &Model, cluster: &ClusterId, id: &ServiceId) -> Vec<Line> {
    let choice = Choice { fold: true, lane: None, problems_only: false };
    let mut entries = timeline::entries(&model.fleet, cluster, id, choice);
    entries.truncate(ENTRIES);
    let width = entry::time_width(model, &entries);
    entries.iter().map(|item| entry::line(signs, model, item, width, false)).collect()
}
