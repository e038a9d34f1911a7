//! What is said on a terminal that is too small for a dashboard.

use ratatui::layout::Rect;

use crate::app::document::Line;
use crate::app::layout::SMALLEST;
use crate::view::canvas::Canvas;
use crate::view::widget::lines;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect) {
    let text = format!(
        "needs {}x{}, this is {}x{}. Make it larger, or run: fargate-top triage --once",
        SMALLEST.width, SMALLEST.height, area.width, area.height
    );
    let wrapped = lines::wrap(&Line::plain(text), usize::from(area.width));
    lines::draw(canvas, area, &wrapped, 0, "");
}
