//! Lines of text: cut where they run on, with what is searched for in view.

use ratatui::layout::Rect;

use crate::app::document::Line;
use crate::app::format;
pub use crate::app::wrap::wrap;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;

/// Draws lines from the top of an area, without their first `right` cells.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, lines: &[Line], right: usize, needle: &str) {
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        canvas.line_from(area.x, y, area.width, line, right);
        if !needle.is_empty() {
            highlight(canvas, Rect { y, height: 1, ..area }, &format::plain(&line.text()), right, needle);
        }
    }
}

/// Marks where `needle`, in lower case, occurs in a text that stands in this area without its first `right` cells.
pub fn highlight(canvas: &mut Canvas<'_>, area: Rect, text: &str, right: usize, needle: &str) {
    for (at, cells) in fit::matches(text, needle) {
        let start = at.max(right) - right;
        let end = (at + cells).saturating_sub(right).min(usize::from(area.width));
        if let (Ok(start), Ok(end)) = (u16::try_from(start), u16::try_from(end))
            && start < end
        {
            let found = Rect { x: area.x + start, width: end - start, ..area };
            let style = canvas.style(Role::Match);
            canvas.restyle(found, style);
        }
    }
}
