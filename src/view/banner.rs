//! The banner above the rows of a list, with the line that parts the two.

use ratatui::layout::Rect;

use crate::app::layout::Regions;
use crate::app::model::Model;
use crate::view::canvas::Canvas;
use crate::view::theme::Role;
use crate::view::widget::frame::{self, Title};
use crate::view::widget::lines;

/// Draws the banner where the layout has a place for it, under this line if there is one. Returns the line on which the
/// title of the rows stands then: the banner has the one above it.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, above: Rect) -> Option<Rect> {
    let area = regions.banner;
    if area.is_empty() {
        return None;
    }
    let style = canvas.style(Role::Frame);
    let mut above = above;
    if above.is_empty() {
        above = Rect { y: area.y.saturating_sub(1), height: 1, ..area };
        canvas.rule(above, canvas.signs.horizontal, style);
    }
    Title::new("Sign in again").focused(true).draw(canvas, above);
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let text: Vec<_> =
        model.banner().iter().flat_map(|line| lines::wrap(line, usize::from(inner.width))).collect();
    lines::draw(canvas, inner, &text, 0, "");
    let below = regions.banner_rule;
    canvas.rule(below, canvas.signs.horizontal, style);
    if regions.framed {
        let right = if regions.beside { regions.side_rule } else { regions.body };
        let across = Rect { width: right.right() - regions.body.x, ..regions.body };
        frame::tees(canvas, across, below.y);
    }
    Some(below)
}
