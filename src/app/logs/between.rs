//! What stands between lines, in words: gaps, what came in a pause, what was dropped, where a task ended.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::LogView;
use super::rows::Row;
use crate::app::format;
use crate::fleet::log::rules::Kind;

/// The end of a task among the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// It stands in front of this line.
    pub before: usize,
    /// One of the task's writers.
    pub writer: usize,
}

/// Finds the ends of tasks among the lines that are there now.
///
/// Where rules pick single lines they would be more than the lines.
pub fn close(view: &mut LogView) {
    let LogView { buffer, legend, closings, rules, choices, .. } = view;
    closings.clear();
    let keeps = rules.iter().any(|rule| rule.is_on && rule.kind == Kind::Keep);
    if keeps || choices.least.is_some() || buffer.is_empty() {
        return;
    }
    let oldest = buffer.line(0).map_or(i64::MAX, |line| line.at);
    let writers = legend.writers();
    let mut told = BTreeSet::new();
    for (place, writer) in writers.iter().enumerate() {
        let Some(at) = writer.ended_at.filter(|at| *at >= oldest && writer.is_on) else { continue };
        let is_shown = choices.side.is_none_or(|side| writer.side == Some(side));
        if is_shown && writer.ended.is_some() && told.insert(&writer.task) {
            closings.push(Closing { before: buffer.at_or_after(at.saturating_add(1)), writer: place });
        }
    }
    let ended = |closing: &Closing| writers.get(closing.writer).and_then(|writer| writer.ended_at);
    closings.sort_by_key(|closing| (closing.before, ended(closing)));
}

/// The words of a row that is no line.
pub fn words(view: &LogView, row: Row, utc: bool) -> Option<String> {
    Some(match row {
        Row::Line { .. } => return None,
        Row::Gap(lines) => format::count(lines, "line"),
        Row::Divider(lines) => {
            format!("{} arrived since you paused", format::count(usize::try_from(lines).unwrap_or(0), "line"))
        }
        Row::Dropped(lines) => {
            let limits = view.buffer.limits();
            let lines = usize::try_from(lines).unwrap_or(usize::MAX);
            let older = if lines == 1 {
                "1 older line"
            } else {
                &format!("{} older lines", format::thousands(lines))
            };
            format!(
                "{older} dropped: the ring holds {} lines or {}; `lines` in the configuration",
                format::thousands(limits.lines),
                mebibytes(limits.bytes)
            )
        }
        Row::Beginning => beginning(view, utc),
        Row::Ended(writer) => {
            let writer = view.legend.writers().get(writer)?;
            let at = writer.ended_at.and_then(DateTime::from_timestamp_millis)?;
            let reason = writer.ended.as_deref().unwrap_or("reason not known");
            format!("{} task {} ended: {reason}", format::clock(at, utc), writer.short)
        }
    })
}

/// What stands above the oldest line.
fn beginning(view: &LogView, utc: bool) -> String {
    let clock = |at: i64| {
        DateTime::<Utc>::from_timestamp_millis(at).map_or_else(String::new, |at| format::clock(at, utc))
    };
    if let Some((from, to)) = view.history.missing() {
        return format!("loading {} to {} ...", clock(from), clock(to));
    }
    match view.history.from {
        Some(from) => format!("only lines from {} on; 1 shows the oldest that are there", clock(from)),
        None => format!("read from {} on; scroll up for older lines", clock(view.history.loaded)),
    }
}

/// `64 MiB`, or KiB below one.
pub fn mebibytes(bytes: usize) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", bytes >> 10),
        whole => format!("{} MiB", format::thousands(whole)),
    }
}
