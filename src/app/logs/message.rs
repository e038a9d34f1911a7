//! What stands in the message column of a line: its pieces, and a note on what is folded under it or came late.

use super::LogView;
use super::fold::{Fold, fold};
use super::line::{Look, Piece, Shown, shown_in};
use crate::app::format;
use crate::fleet::log::buffer::LogBuffer;
use crate::fleet::log::line::Line;

/// A line that took longer than this from its task to CloudWatch is told how long.
const SLOW: i64 = 1500;

/// A message as it stands on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    pub shown: Shown<'a>,
    /// `(+14 lines)`, `x4 in 2s`, `(3.1s late)`; empty for most lines.
    pub note: String,
}

impl<'a> Message<'a> {
    /// The pieces with the note behind them, for a message that is broken into rows.
    pub fn whole(mut self) -> Shown<'a> {
        if !self.note.is_empty() {
            let text = format!("  {}", self.note).into();
            self.shown.pieces.push(Piece { text, look: Look::Note });
        }
        self.shown
    }
}

/// The message of a line of the view's buffer, or of what is held of it.
pub fn message<'a>(view: &LogView, buffer: &LogBuffer, line: &Line<'a>) -> Message<'a> {
    let shown = shown_in(line, view.choices.form, &view.fields);
    let is_held = !std::ptr::eq(buffer, &raw const view.buffer);
    let fold = if is_held { Fold::default() } else { fold(view, line) };
    let mut notes = Vec::new();
    if fold.lines > 0 {
        let more = if fold.is_cut { " or more" } else { "" };
        notes.push(format!("(+{}{more})", format::count(fold.lines, "line")));
    }
    if fold.repeats > 0 {
        let more = if fold.is_cut { "+" } else { "" };
        notes.push(format!("x{}{more} in {}", fold.repeats + 1, lasting(fold.lasting)));
    }
    if line.late {
        let late = line.ingested.saturating_sub(line.at);
        notes.push(if late > SLOW { format!("({} late)", lasting(late)) } else { "(late)".to_owned() });
    }
    Message { shown, note: notes.join(" ") }
}

/// `420ms`, `3.1s`, `4m10s`.
pub fn lasting(millis: i64) -> String {
    match millis.max(0) {
        short @ 0..1000 => format!("{short}ms"),
        some @ 1000..60_000 => {
            let (seconds, tenths) = (some / 1000, some % 1000 / 100);
            if tenths == 0 { format!("{seconds}s") } else { format!("{seconds}.{tenths}s") }
        }
        long => format::span(chrono::TimeDelta::milliseconds(long)),
    }
}
