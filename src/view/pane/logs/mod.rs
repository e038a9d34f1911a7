//! Log lines: headings, rows, and above them how many there were.

mod bands;
mod row;

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use self::row::Pen;
use crate::app::document::Line;
use crate::app::format;
use crate::app::layout::{Regions, Width, has_headings, width};
use crate::app::logs::columns::{Columns, columns};
use crate::app::logs::rows::{Row, window};
use crate::app::logs::{LogView, between, empty};
use crate::app::model::Model;
use crate::app::update::logs::room;
use crate::app::views::Focus;
use crate::fleet::log::origin::Origin;
use crate::view::canvas::Canvas;
use crate::view::theme::Role;
use crate::view::widget::frame::Title;
use crate::view::widget::{lines, table};

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, view: Option<&LogView>) {
    let Some(view) = view else { return };
    bands::draw(canvas, model, regions, view);
    let columns = columns(model);
    let mut area = regions.table;
    if has_headings(regions, model.screen()) && area.height > 0 {
        headings(canvas, area, &columns, view);
        area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    }
    let window = window(view, room(model));
    if !window.rows.iter().any(|row| matches!(row, Row::Line { .. })) {
        sentences(canvas, model, area, view);
        return;
    }
    let mut pen = Pen::new(model, view, columns);
    for ((place, row), y) in window.rows.iter().enumerate().zip(area.top()..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        match row {
            Row::Line { index, held, part } => pen.line(canvas, line, *index, *held, *part),
            other => {
                let text = between::words(view, *other, model.utc).unwrap_or_default();
                rule(canvas, line, &columns, *other, &text);
            }
        }
        if window.cursor == Some(place) && model.view().focus == Focus::Table {
            table::selected(canvas, line, false);
        }
    }
}

/// A name above each column.
fn headings(canvas: &mut Canvas<'_>, area: Rect, columns: &Columns, view: &LogView) {
    let style = canvas.style(Role::Heading);
    let names = ["TIME", "CONT", "TASK", "LEVEL"];
    let widths = [columns.time, columns.container, columns.task, columns.level];
    let mut x = area.x + columns.start();
    for (name, width) in names.into_iter().zip(widths).filter(|(_, width)| *width > 0) {
        canvas.write(x, area.y, width, name, style);
        x += width + 1;
    }
    let mut text = String::new();
    for field in &view.fields {
        text.push_str(&crate::app::cells::padded(&field.name.to_uppercase(), field.width + 1));
    }
    text.push_str("MESSAGE");
    canvas.sentence(x, area.y, area.right().saturating_sub(x), &text, style);
}

/// What stands between lines, set apart from what containers write.
fn rule(canvas: &mut Canvas<'_>, line: Rect, columns: &Columns, row: Row, text: &str) {
    let (sign, role) = match row {
        Row::Divider(_) => ("- - - - ", Role::Title),
        Row::Dropped(_) => ("- - ", Role::Warning),
        Row::Ended(_) => ("- - ", Role::Label),
        _ => ("- - ", Role::LogNote),
    };
    let x = line.x + columns.start();
    let room = line.right().saturating_sub(x);
    let style = canvas.style(role);
    let taken = canvas.write(x, line.y, room, sign, style);
    let taken = taken + canvas.sentence(x + taken, line.y, room.saturating_sub(taken), text, style);
    if matches!(row, Row::Divider(_)) {
        let rest = room.saturating_sub(taken + 2);
        let dashes = " -".repeat(usize::from(rest / 2).min(usize::from(columns.message)));
        canvas.write(x + taken, line.y, rest, &dashes, style);
    }
}

/// Why there is no line.
fn sentences(canvas: &mut Canvas<'_>, model: &Model, area: Rect, view: &LogView) {
    let inner = Rect {
        x: area.x + 2,
        y: area.y + u16::from(area.height > 4),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(u16::from(area.height > 4)),
    };
    let room = usize::from(inner.width);
    let texts = empty::sentences(model, view).into_iter();
    let text: Vec<Line> = texts.flat_map(|text| lines::wrap(&Line::plain(text), room)).collect();
    lines::draw(canvas, inner, &text, 0, "");
}

/// `checkout-api: 6 tasks, 2 containers, group /ecs/checkout` and how full the ring is.
pub fn title(canvas: &Canvas<'_>, model: &Model, view: Option<&LogView>) -> Title {
    let Some(view) = view else { return Title::new("Logs") };
    let name = match &view.of {
        Origin::Service(_, service) => service.name().to_owned(),
        Origin::Stopped(_, service) => format!("stopped tasks of {}", service.name()),
        Origin::Task(_, task) => format!("task {}", task.short()),
    };
    let tasks: BTreeSet<_> = view.sources.iter().map(|source| &source.task).collect();
    let containers: BTreeSet<_> = view.sources.iter().map(|source| &*source.container).collect();
    let mut facts = Vec::new();
    if !matches!(view.of, Origin::Task(..)) {
        facts.push(format::count(tasks.len(), "task"));
    }
    facts.push(format::count(containers.len(), "container"));
    if !view.sources.is_empty() {
        facts.push(empty::groups(view));
    }
    let left = format!("{name}: {}", facts.join(", "));
    Title::new(left)
        .right(filled(canvas, model, view))
        .focused(model.view().focus == Focus::Table && view.place.cursor.is_some())
}

/// `2,431 lines · 0.6 of 64 MiB · from 13:41:11`.
fn filled(canvas: &Canvas<'_>, model: &Model, view: &LogView) -> String {
    let buffer = &view.buffer;
    let tenths = (buffer.bytes() * 10).div_ceil(1 << 20);
    let limit = between::mebibytes(buffer.limits().bytes);
    let mut facts =
        vec![format::count(buffer.len(), "line"), format!("{}.{} of {limit}", tenths / 10, tenths % 10)];
    if let Some(oldest) = buffer.line(0).and_then(|line| chrono::DateTime::from_timestamp_millis(line.at))
        && width(model.size) > Width::Small
    {
        facts.push(format!("from {}", format::clock(oldest, model.utc)));
    }
    facts.join(&canvas.signs.between())
}
