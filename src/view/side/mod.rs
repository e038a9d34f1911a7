//! What stands below or beside a list: more about the row under the cursor.

mod deployment;
mod entry;
mod panel;
mod service;
mod task;

use ratatui::layout::Rect;

use crate::app::document::Line;
use crate::app::layout::Regions;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::table::Tone;
use crate::app::views::{Content, Focus};
use crate::view::canvas::Canvas;
use crate::view::theme::Role;
use crate::view::widget::frame::{self, Title};
use crate::view::widget::lines;

/// What a side part says.
struct Side {
    title: String,
    lines: Vec<Line>,
}

/// Draws the side part with the list's position on the line above it, and gives the position back if there is none.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, position: String) -> String {
    let mut area = regions.side;
    if area.is_empty() {
        return position;
    }
    if let Content::Lines(lines) = &model.view().content {
        if let Some(lines) = lines {
            panel::draw(canvas, model, regions, lines);
        }
        return position;
    }
    let room = usize::from(area.width.saturating_sub(2));
    let focused = model.view().focus == Focus::Side;
    let side =
        content(canvas, model, room).unwrap_or_else(|| Side { title: String::new(), lines: Vec::new() });
    let above = frame::side_line(regions);
    let left_over = if above.is_empty() {
        let style = canvas.style(if focused { Role::Title } else { Role::Heading });
        canvas.sentence(area.x + 1, area.y, area.width.saturating_sub(2), &side.title, style);
        area = Rect { y: area.y + 1, height: area.height - 1, ..area };
        position
    } else {
        let beside = regions.beside;
        let (shown, left_over) = if beside { (String::new(), position) } else { (position, String::new()) };
        Title::new(side.title).right(shown).focused(focused).draw(canvas, above);
        left_over
    };
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let end = side.lines.len().saturating_sub(usize::from(inner.height));
    let down = model.view().side_scroll.min(end);
    let shown = side.lines.get(down..).unwrap_or_default();
    lines::draw(canvas, inner, shown, 0, "");
    left_over
}

fn content(canvas: &Canvas<'_>, model: &Model, room: usize) -> Option<Side> {
    let view = model.view();
    Some(match (&view.content, model.screen()) {
        (Content::Services(rows), _) => service::preview(canvas.signs, model, rows.listing.selected()?, room),
        (Content::Tasks(_), Screen::Service(cluster, id)) => {
            service::newest(canvas.signs, model, cluster, id, room)
        }
        (Content::Tasks(rows), _) => task::preview(canvas.signs, model, rows.listing.selected()?, room)?,
        (Content::Deployments(rows), Screen::Deployments(cluster, id)) => match rows.listing.selected() {
            Some(selected) => deployment::details(canvas.signs, model, id, selected, room),
            None => service::newest(canvas.signs, model, cluster, id, room),
        },
        (Content::Entries(..), _) => entry::details(canvas.signs, model, view.selected_entry()?, room),
        (
            Content::Clusters(_)
            | Content::Deployments(_)
            | Content::Approvals(_)
            | Content::Lines(_)
            | Content::Text,
            _,
        ) => return None,
    })
}

/// Cells for a label and the blank behind it.
const LABELS: usize = 10;

/// A labelled value over as many lines as it needs.
fn field(label: &str, value: impl Into<String>, room: usize) -> Vec<Line> {
    labelled(label, LABELS, value, Tone::Plain, room)
}

/// The same with a label of this width.
fn labelled(label: &str, width: usize, value: impl Into<String>, tone: Tone, room: usize) -> Vec<Line> {
    let line = Line::default().with(format!("{label:<width$}"), Tone::Label).with(value, tone);
    lines::wrap(&line, room)
}
