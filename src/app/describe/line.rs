//! One log line: who wrote it and when, its fields, and the whole of its text.

use chrono::{DateTime, SecondsFormat, Utc};

use super::Page;
use crate::app::document::{Document, Line};
use crate::app::format;
use crate::app::logs::opened::Opened;
use crate::app::screen::Screen;
use crate::app::table::Tone;
use crate::fleet::log::ansi;
use crate::fleet::log::json;
use crate::fleet::log::level;
use crate::fleet::log::origin::Origin;

/// What stands in front of the picked field.
const PICKED: &str = "> ";
/// What stands in front of all other lines.
const INDENT: &str = "  ";

pub(super) fn show(page: &mut Page<'_>, of: &Origin) {
    let view = page.model.views.get(&Screen::Logs(of.clone())).and_then(|view| view.lines());
    let Some((view, opened)) = view.and_then(|view| Some((view, view.opened.as_ref()?))) else {
        page.say("The line is not open any more: esc leads back to the logs.");
        return;
    };
    page.section("Line");
    let at = DateTime::from_timestamp_millis(opened.line.at).unwrap_or_default();
    page.field("Time", Some(time(at, page.model.utc)));
    page.field("Age", Some(format!("{} ago", page.age(at))));
    if let Some(writer) = view.legend.writer(opened.line.stream) {
        page.field("Container", Some(format::plain(&writer.container)));
        let ended = writer.ended.as_ref().map(|ended| format!(", {ended}")).unwrap_or_default();
        page.field("Task", Some(format!("{}{}", writer.task.name(), format::plain(&ended))));
        page.field("Side", writer.side.map(|side| side.to_string()));
    }
    if let Some((group, stream)) = view.buffer.stream(opened.line.stream) {
        page.field("Group", Some(format::plain(group)));
        page.field("Stream", Some(format::plain(stream)));
    }
    page.field("Taken in", Some(delay(opened)));
    let first = opened.text.first().map_or("", String::as_str);
    page.field("Level", level::level(first).map(|level| level.to_string()));
    let fields = opened.fields();
    if fields.is_empty() {
        page.section(if opened.text.len() > 1 { "Text and what goes on with it" } else { "Text" });
        opened.text.iter().for_each(|text| say_lines(page, text));
        return;
    }
    page.section("Fields");
    // A word or two may stand in front of the object.
    if let Some(prefix) = json::object(first).and_then(|object| first.trim_end().strip_suffix(object)) {
        let prefix = ansi::plain(prefix.trim());
        if !prefix.is_empty() {
            page.say(prefix.into_owned());
        }
    }
    page.say("{");
    let last = fields.len() - 1;
    for (place, field) in fields.iter().enumerate() {
        let comma = if place < last { "," } else { "" };
        let lines = field_lines(&field.name, field.raw);
        let end = lines.len().saturating_sub(1);
        for (number, text) in lines.into_iter().enumerate() {
            let text = if number == end { text + comma } else { text };
            page.text.push(piece(text, place == opened.picked, number == 0));
        }
    }
    page.say("}");
    if opened.text.len() > 1 {
        page.section("What goes on with it");
        opened.text.iter().skip(1).for_each(|text| say_lines(page, text));
    }
}

/// The line of the picked field in the document of a log line.
pub(in crate::app) fn picked_line(document: &Document) -> Option<usize> {
    let is_picked = |line: &Line| {
        line.pieces.first().is_some_and(|piece| piece.text == PICKED && piece.tone == Tone::Strong)
    };
    document.lines.iter().position(is_picked)
}

/// A line of a field: the picked one stands out by a sign and by its weight.
fn piece(text: String, picked: bool, first: bool) -> Line {
    let tone = if picked { Tone::Strong } else { Tone::Plain };
    Line::default().with(if picked && first { PICKED } else { INDENT }, tone).with(text, tone)
}

/// `"name": value`, in as many lines as the value has when it is written out.
fn field_lines(name: &str, raw: &str) -> Vec<String> {
    let name = ansi::plain(name);
    let nested = raw.starts_with(['{', '[']);
    let whole = format!("{{\"\":{raw}}}");
    if let Some(pretty) = nested.then(|| json::pretty(&whole)).flatten() {
        let inner = pretty.lines().skip(1);
        let mut lines: Vec<String> =
            inner.map(|line| ansi::plain(line.strip_prefix("  ").unwrap_or(line)).into_owned()).collect();
        lines.pop();
        if let Some(first) = lines.first_mut() {
            *first = format!("\"{name}\"{}", first.trim_start_matches("\"\""));
        }
        return lines;
    }
    // Text over several lines, such as a trace in a field, is read as lines.
    let value = json::unquote(raw);
    if raw.starts_with('"') && value.contains('\n') {
        let lines = value.lines().map(|line| format!("    {}", ansi::plain(line)));
        return std::iter::once(format!("\"{name}\":")).chain(lines).collect();
    }
    vec![format!("\"{name}\": {}", ansi::plain(raw))]
}

fn say_lines(page: &mut Page<'_>, text: &str) {
    for line in text.trim_end().lines() {
        page.say(ansi::plain(line).into_owned());
    }
}

/// `2026-11-21 14:03:22.120 UTC`.
fn time(at: DateTime<Utc>, utc: bool) -> String {
    let whole = format::full(at, utc);
    let millis = format!(".{:03}", at.timestamp_subsec_millis());
    let second = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    // The seconds stand before the zone, in whatever zone.
    let seconds = second.get(17..19).unwrap_or_default();
    match whole.find(&format!(":{seconds} ")) {
        Some(place) => {
            let (before, behind) = whole.split_at(place + 3);
            format!("{before}{millis}{behind}")
        }
        None => whole,
    }
}

/// How long it took until CloudWatch had it.
fn delay(opened: &Opened) -> String {
    let late = if opened.late { ", more than 1.5s behind newer lines" } else { "" };
    match opened.line.ingested - opened.line.at {
        ..0 => format!("{} ms before the time it tells{late}", opened.line.at - opened.line.ingested),
        behind @ 0..10_000 => format!("{behind} ms later{late}"),
        behind => format!("{} later{late}", format::span(chrono::TimeDelta::milliseconds(behind))),
    }
}
