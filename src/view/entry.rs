//! One entry of a timeline as a line: when, how bad, where from, how often, what.

use chrono::TimeDelta;

use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::app::timeline::{Entry, Importance};
use crate::fleet::verdict::Severity;
use crate::view::glyphs::Signs;
use crate::view::tone;

/// The width that the times of these entries need: those of another day carry their date.
pub fn time_width<'a>(model: &Model, entries: impl IntoIterator<Item = &'a Entry>) -> usize {
    let old = entries.into_iter().any(|entry| model.now - entry.at >= TimeDelta::hours(20));
    if old { 12 } else { 8 }
}

/// The line of an entry; `words` writes the importance out.
pub fn line(signs: &Signs, model: &Model, entry: &Entry, time_width: usize, words: bool) -> Line {
    let tone = tone::of_importance(entry.importance);
    let time = format::moment(entry.at, model.now, model.utc);
    let sign = match entry.importance {
        Importance::Info => " ",
        Importance::Warn => signs.severity(Severity::Degraded),
        Importance::Error => signs.severity(Severity::Fail),
    };
    let mut line = Line::default().with(format!("{time:<time_width$}  "), Tone::Plain);
    line = line.with(format!("{sign} "), tone).with(format!("{:<6} ", entry.lane.word()), Tone::Plain);
    if words {
        line = line.with(format!("{:<5}  ", entry.importance.word()), tone);
    }
    if entry.count > 1 {
        line = line.with(format!("x{} ", entry.count), Tone::Strong);
    }
    line.with(entry.text.as_str(), Tone::Plain)
}
