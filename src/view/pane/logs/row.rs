//! One row of a log line: its signs, who wrote it and when, and its message in pieces.

use std::ops::Range;

use chrono::DateTime;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::format;
use crate::app::logs::LogView;
use crate::app::logs::choices::{Hue, TimeForm};
use crate::app::logs::columns::Columns;
use crate::app::logs::legend::Writer;
use crate::app::logs::line::{Look, Shown};
use crate::app::logs::message::{lasting, message};
use crate::app::logs::wrapped::breaks;
use crate::app::model::Model;
use crate::fleet::log::level::Level;
use crate::fleet::log::line::Line;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;

/// What all rows of one picture have in common.
pub struct Pen<'m> {
    model: &'m Model,
    view: &'m LogView,
    columns: Columns,
    /// The side of a writer tells more than its letter.
    sides: bool,
    /// The wrapped line that was drawn last, with the places where it is broken.
    last: Option<(usize, bool, Shown<'m>, Vec<usize>)>,
}

impl<'m> Pen<'m> {
    pub fn new(model: &'m Model, view: &'m LogView, columns: Columns) -> Self {
        let sides = view.choices.side.is_some() || view.legend.has_sides();
        Self { model, view, columns, sides, last: None }
    }

    /// Draws one row of a line.
    pub fn line(&mut self, canvas: &mut Canvas<'_>, area: Rect, index: usize, held: bool, part: usize) {
        let view = self.view;
        let buffer = if held { view.place.held.as_ref().unwrap_or(&view.buffer) } else { &view.buffer };
        let Some(line) = buffer.line(index) else { return };
        let level_x = (part == 0).then(|| self.front(canvas, area, &line, held));
        let x = area.x + self.columns.front();
        let room = area.right().saturating_sub(x);
        let place = Rect { x, width: room.min(self.columns.message), ..area };
        if view.choices.wrap {
            let is_same = self.last.as_ref().is_some_and(|(at, was, ..)| (*at, *was) == (index, held));
            if !is_same {
                let shown = message(view, buffer, &line).whole();
                let starts = breaks(&shown.text(), usize::from(self.columns.message));
                self.last = Some((index, held, shown, starts));
            }
            let Some((_, _, shown, starts)) = &self.last else { return };
            let start = starts.get(part).copied().unwrap_or(usize::MAX);
            let end = starts.get(part + 1).copied().unwrap_or(usize::MAX);
            level(canvas, level_x, shown.level, self.columns.level);
            pieces(canvas, place, view, shown, start..end);
            return;
        }
        let message = message(view, buffer, &line);
        level(canvas, level_x, message.shown.level, self.columns.level);
        run_on(canvas, place, view, &message.shown, &message.note);
    }

    /// What stands in front of the message; gives the place of the level.
    fn front(&self, canvas: &mut Canvas<'_>, area: Rect, line: &Line<'_>, held: bool) -> (u16, u16) {
        let (view, columns) = (self.view, &self.columns);
        let y = area.y;
        if line_id(view, line, held).is_some_and(|id| view.bookmarks.contains(&id)) {
            canvas.write(area.x, y, 1, "m", canvas.style(Role::Mark));
        } else if line.late {
            canvas.write(area.x, y, 1, "~", canvas.style(Role::LogLate));
        }
        let writer = view.legend.writer(line.stream);
        let colour = writer
            .map_or_else(|| canvas.style(Role::Value), |writer| canvas.style(Role::stream(writer.colour)));
        canvas.write(area.x + columns.gutter, y, columns.letter, &self.letter(writer), colour);
        let mut x = area.x + columns.start();
        if columns.time > 0 {
            let style = canvas.style(Role::LogTime);
            canvas.write(x, y, columns.time, &self.time(line, held), style);
            x += columns.time + 1;
        }
        if columns.container > 0 {
            let name = writer.map_or("?", |writer| &writer.container);
            let name = fit::middle(name, usize::from(columns.container), canvas.signs.ellipsis);
            canvas.write(x, y, columns.container, &name, colour);
            x += columns.container + 1;
        }
        canvas.write(x, y, columns.task, writer.map_or("?", |writer| &writer.short), colour);
        (x + columns.task + 1, y)
    }

    fn letter(&self, writer: Option<&Writer>) -> String {
        match writer {
            None => "?".to_owned(),
            Some(writer) if self.sides => match writer.side {
                Some(Hue::Blue) => "B".to_owned(),
                Some(Hue::Green) => "G".to_owned(),
                None => " ".to_owned(),
            },
            Some(writer) => writer.letter.to_string(),
        }
    }

    fn time(&self, line: &Line<'_>, held: bool) -> String {
        let at = DateTime::from_timestamp_millis(line.at).unwrap_or_default();
        let width = usize::from(self.columns.time);
        match self.view.choices.time {
            TimeForm::Off => String::new(),
            TimeForm::Millis if width >= 12 => {
                format!("{}.{:03}", format::clock(at, self.model.utc), line.at.rem_euclid(1000))
            }
            TimeForm::Millis | TimeForm::Seconds => format::clock(at, self.model.utc),
            TimeForm::Delta => {
                let before = self.view.sift.visible.previous(line.index).filter(|_| !held);
                let before = before.and_then(|before| self.view.buffer.line(before));
                let text =
                    before.map_or_else(String::new, |before| format!("+{}", lasting(line.at - before.at)));
                format!("{text:>width$}")
            }
            TimeForm::Age => format!("{:>width$}", format::age(self.model.now - at)),
        }
    }
}

fn line_id(view: &LogView, line: &Line<'_>, held: bool) -> Option<crate::fleet::log::line::LineId> {
    // Few lines are marked: most frames need no name of any.
    if view.bookmarks.is_empty() {
        return None;
    }
    let buffer = if held { view.place.held.as_ref()? } else { &view.buffer };
    buffer.id(line.index)
}

fn level(canvas: &mut Canvas<'_>, at: Option<(u16, u16)>, level: Option<Level>, width: u16) {
    let (Some((x, y)), Some(level)) = (at, level) else { return };
    let role = match level {
        Level::Fatal | Level::Error => Role::StatusFail,
        Level::Warn => Role::StatusDegraded,
        Level::Info => Role::Value,
        Level::Debug | Level::Trace => Role::Dim,
    };
    let style = canvas.style(role);
    canvas.write(x, y, width, &level.to_string(), style);
}

/// A message on one row, without what is scrolled away, its note at the end in any case.
fn run_on(canvas: &mut Canvas<'_>, area: Rect, view: &LogView, shown: &Shown<'_>, note: &str) {
    let note_cells = u16::try_from(fit::width(note)).unwrap_or(u16::MAX);
    let behind = if note.is_empty() { 0 } else { (note_cells + 1).min(area.width) };
    let room = area.width - behind;
    let text = shown.text();
    let right = view.choices.right;
    let start = if right == 0 { 0 } else { text.len() - fit::skip(&text, right).len() };
    let rest = text.get(start..).unwrap_or_default();
    let fitting = fit::prefix(rest, usize::from(room));
    let is_cut = fitting < rest.len();
    let end =
        if is_cut { start + fit::prefix(rest, usize::from(room.saturating_sub(1))) } else { text.len() };
    let taken = pieces(canvas, Rect { width: room, ..area }, view, shown, start..end);
    let mut x = area.x + taken;
    if is_cut && room > 0 {
        canvas.write(x, area.y, 1, canvas.signs.ellipsis, canvas.style(Role::LogNote));
        x += 1;
    }
    if behind > 0 {
        let gap = u16::from(x > area.x);
        let style = canvas.style(Role::LogNote);
        canvas.write(x + gap, area.y, note_cells, note, style);
    }
}

/// Writes the pieces between two bytes of a message, with what is searched for set apart; returns the cells taken.
fn pieces(
    canvas: &mut Canvas<'_>,
    area: Rect,
    view: &LogView,
    shown: &Shown<'_>,
    range: Range<usize>,
) -> u16 {
    let (mut at, mut taken) = (0, 0);
    for piece in &shown.pieces {
        let (from, to) = (at.max(range.start), (at + piece.text.len()).min(range.end));
        if from < to && taken < area.width {
            let style = look(canvas, piece.look);
            let text = piece.text.get(from - at..to - at).unwrap_or_default();
            taken += canvas.write(area.x + taken, area.y, area.width - taken, text, style);
        }
        at += piece.text.len();
    }
    if let Some(pattern) = view.search.pattern() {
        let text = shown.text();
        let style = canvas.style(Role::Match);
        for found in pattern.ranges(&text) {
            let (from, to) = (found.start.max(range.start), found.end.min(range.end));
            let (Some(before), Some(hit)) = (text.get(range.start..from), text.get(from..to)) else {
                continue;
            };
            let (before, hit) = (fit::width(before), fit::width(hit));
            if let (Ok(x), Ok(width)) = (u16::try_from(before), u16::try_from(hit))
                && x < area.width
            {
                let cells = Rect { x: area.x + x, width: width.min(area.width - x), ..area };
                canvas.restyle(cells, style);
            }
        }
    }
    taken
}

fn look(canvas: &Canvas<'_>, look: Look) -> Style {
    match look {
        Look::Plain => canvas.style(Role::Value),
        Look::Painted(style) => canvas.paint(&style),
        Look::Key => canvas.style(Role::JsonKey),
        Look::Value => canvas.style(Role::JsonString),
        Look::Number => canvas.style(Role::JsonNumber),
        Look::Literal => canvas.style(Role::JsonLiteral),
        Look::Note => canvas.style(Role::LogNote),
    }
}
