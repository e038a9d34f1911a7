//! Text to read: wrapped or scrolled sideways, with what is searched for in view.

use ratatui::layout::Rect;

use crate::app::document::Document;
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
    let right = if model.wraps() { 0 } else { view.scroll.right };
    let needle = view.search.to_lowercase();
    let is_json = matches!(model.screen(), Screen::Json(_));
    let shown = model.reading(document).shown(view.scroll.top);
    for ((whole, part), y) in shown.iter().zip(area.top()..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        let taken = canvas.line_from(line.x, y, line.width, &part.line, right);
        // What is looked for in the whole line is found where this part of it stands.
        let indent = u16::try_from(part.indent).unwrap_or(0).min(taken);
        let of_part = Rect { x: line.x + indent, width: taken - indent, ..line };
        let before = part.start + right;
        let text = whole.text();
        let text = format::plain(&text);
        lines::highlight(canvas, of_part, &text, before, &needle);
        if is_json {
            json::colour(canvas, of_part, &text, before);
        }
    }
}

/// What the text is, the search with its matches, and which lines are shown.
pub fn title(model: &Model, document: Option<&Document>) -> Title {
    let view = model.view();
    let Some(document) = document else {
        return Title::new(model.screen().title()).focused(true);
    };
    let mut parts = Vec::new();
    if !view.search.is_empty() {
        let matches = document.matches(&view.search).len();
        parts.push(format!("/{} in {}", view.search, format::count(matches, "line")));
    }
    if let Some((first, last)) = model.reading(document).span(view.scroll.top) {
        parts.push(format!("{first}-{last} of {}", document.lines.len()));
    }
    if view.scroll.right > 0 && !model.wraps() {
        parts.push(format!("from column {}", view.scroll.right + 1));
    }
    Title::new(model.screen().title()).right(parts.join("  ")).focused(true)
}
