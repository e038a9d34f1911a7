//! The panel below the lines: who writes and how much, the rules, and what is said most often.

use chrono::{DateTime, Utc};

use super::LogView;
use crate::app::format;
use crate::fleet::log::marks::Condition;
use crate::fleet::log::patterns::{Patterns, Top};
use crate::fleet::log::rules::{Kind, Rule};

/// Patterns that are listed.
const PATTERNS: usize = 8;
/// Bytes of lines that are counted at a time: patterns come after everything else.
const SHARE: usize = 24 * 1024;
/// How long rates and patterns stand, in milliseconds.
const STANDS: i64 = 2_000;
/// Newest lines that rates are taken from.
const RATED: usize = 20_000;

/// What the panel keeps between two pictures.
#[derive(Debug, Clone, Default)]
pub struct Panel {
    patterns: Patterns,
    /// The row under the cursor, while the panel has the keys.
    pub cursor: usize,
    pub top: Vec<Top>,
    /// Lines per minute of each writer.
    pub rates: Vec<usize>,
    /// When both were found out, and for how many lines.
    known: Option<(DateTime<Utc>, usize)>,
}

/// One row of the open panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A writer of the legend.
    Stream(usize),
    /// A rule.
    Rule(usize),
    /// A pattern.
    Pattern(usize),
    /// What a person must know of the source of lines.
    Remark(usize),
}

/// The rows of the panel; the cursor walks over the first `selectable` of them.
pub fn items(view: &LogView) -> Vec<Item> {
    let streams = (0..view.legend.writers().len()).map(Item::Stream);
    let rules = (0..view.rules.iter().len()).map(Item::Rule);
    let patterns = (0..view.panel.top.len()).map(Item::Pattern);
    let remarks = (0..view.remarks.len()).map(Item::Remark);
    rules.chain(streams).chain(patterns).chain(remarks).collect()
}

/// The row under the cursor.
pub fn selected(view: &LogView) -> Option<Item> {
    let items = items(view);
    items.get(view.panel.cursor.min(items.len().saturating_sub(1))).copied()
}

/// Counts on, and finds out anew what has stood for long enough.
pub fn renew(view: &mut LogView, now: DateTime<Utc>) {
    let LogView { buffer, legend, panel, .. } = view;
    panel.patterns.advance(buffer, SHARE);
    let old = panel.known.is_none_or(|(at, lines)| {
        (now - at).num_milliseconds().abs() >= STANDS || (lines < 1_000 && lines != buffer.len())
    });
    if !old {
        return;
    }
    panel.known = Some((now, buffer.len()));
    panel.top = alike(panel.patterns.top(buffer, PATTERNS * 4));
    let mut counts = vec![0_usize; legend.writers().len()];
    let from = now.timestamp_millis().saturating_sub(60_000);
    let start = buffer.at_or_after(from).max(buffer.len().saturating_sub(RATED));
    let begins = if start > 0 { buffer.line(start).map_or(from, |line| line.at) } else { from };
    for line in buffer.lines(start..buffer.len()) {
        if let Some(count) = legend.place(line.stream).and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    // More lines than are looked at in less than a minute.
    let is_part = start > 0 && begins > from && buffer.len() - start >= RATED;
    let span = now.timestamp_millis().saturating_sub(begins).max(1);
    let scale = |count: usize| {
        if is_part { count.saturating_mul(60_000) / usize::try_from(span).unwrap_or(1) } else { count }
    };
    panel.rates = counts.into_iter().map(scale).collect();
}

/// The patterns that say most; those that differ only in fields that are not shown are one.
fn alike(all: Vec<Top>) -> Vec<Top> {
    let mut top: Vec<Top> = Vec::new();
    for one in all {
        match top.iter_mut().find(|known| said(&known.shape) == said(&one.shape)) {
            Some(known) => {
                known.lines += one.lines;
                (known.first, known.last) = (known.first.min(one.first), known.last.max(one.last));
            }
            None => top.push(one),
        }
    }
    top.sort_by_key(|top| std::cmp::Reverse(top.lines));
    top.truncate(PATTERNS);
    top
}

/// What lines of a shape say: of JSON its message, which the numbers taken out left to be found by its name.
pub fn said(shape: &str) -> &str {
    let message = |name: &str| shape.split_once(name).and_then(|(_, rest)| rest.split('"').next());
    if !shape.starts_with('{') {
        return shape;
    }
    let names = ["\"msg\":\"", "\"message\":\"", "\"msg\": \"", "\"message\": \""];
    names.into_iter().find_map(message).filter(|said| !said.is_empty()).unwrap_or(shape)
}

/// `keep timeout`, `hide health`.
pub fn rule(rule: &Rule) -> String {
    let kind = match rule.kind {
        Kind::Keep => "keep",
        Kind::Hide => "hide",
    };
    format!("{kind} {}", condition(rule.condition()))
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Matches(pattern) => pattern.written().to_owned(),
        Condition::Level(level) => format!("{level} and worse"),
        Condition::Stream(streams) => format::count(streams.len(), "stream"),
        Condition::Continues => "frames of traces".to_owned(),
        Condition::Repeats => "repeats".to_owned(),
        Condition::Late => "late lines".to_owned(),
    }
}
