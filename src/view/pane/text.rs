//! Text to read: wrapped or scrolled sideways, with what is searched for in view.

use crate::app::document::{Document, Line};
use crate::app::format;
use crate::app::layout::Regions;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::view::canvas::Canvas;
use crate::view::json;
use crate::view::widget::frame::Title;
use crate::view::widget::lines;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, document: Option<&Document>) {
    let view = model.view();
    let mut area = regions.table;
    area.x += 1;
    area.width = area.width.saturating_sub(2);
    let Some(document) = document else {
        lines::draw(canvas, area, &[super::empty::loading("the answer of AWS")], 0, "");
        return;
    };
    let room = usize::from(area.width);
    let height = usize::from(area.height);
    let shown = shown(document, view.scroll.down, height, view.wrap.then_some(room));
    let right = if view.wrap { 0 } else { view.scroll.right };
    let needle = view.search.to_lowercase();
    lines::draw(canvas, area, &shown, right, &needle);
    if matches!(model.screen(), Screen::Json(_)) {
        json::colour(canvas, area, &shown, right);
    }
}

/// The lines of one page; wrapped ones where there is a width to wrap at.
fn shown(document: &Document, down: usize, height: usize, wrap: Option<usize>) -> Vec<Line> {
    // A terminal that grew may leave the text scrolled too far.
    let start = down.min(document.lines.len().saturating_sub(1));
    let rest = document.lines.iter().skip(start);
    match wrap {
        None => rest.take(height).cloned().collect(),
        Some(room) => rest.flat_map(|line| lines::wrap(line, room)).take(height).collect(),
    }
}

/// What the text is, the search with its matches, and which lines are shown.
pub fn title(model: &Model, document: Option<&Document>) -> Title {
    let view = model.view();
    let Some(document) = document else {
        return Title::new(model.screen().title()).focused(true);
    };
    let lines = document.lines.len();
    let first = (view.scroll.down + 1).min(lines);
    let last = (view.scroll.down + model.page()).min(lines);
    let mut parts = Vec::new();
    if !view.search.is_empty() {
        let matches = document.matches(&view.search).len();
        parts.push(format!("/{} in {}", view.search, format::count(matches, "line")));
    }
    if lines > model.page() {
        parts.push(format!("{first}-{last} of {lines}"));
    }
    if view.scroll.right > 0 && !view.wrap {
        parts.push(format!("from column {}", view.scroll.right + 1));
    }
    Title::new(model.screen().title()).right(parts.join("  ")).focused(true)
}
