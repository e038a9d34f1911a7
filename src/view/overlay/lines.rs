//! What is being typed below log lines: what it is for, how many lines it finds, and what is wrong with it.

use ratatui::layout::Rect;

use super::filter::typed;
use crate::app::document::Line;
use crate::app::format;
use crate::app::logs::prompt::{Prompt, Purpose};
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::view::canvas::Canvas;
use crate::view::fit;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, area: Rect, prompt: &Prompt) {
    let right = found(model, prompt);
    let right_width = u16::try_from(fit::width(&right.text())).unwrap_or(area.width);
    let fits = right_width + 24 < area.width;
    let room = if fits { area.width.saturating_sub(right_width + 4) } else { area.width.saturating_sub(2) };
    let label = format!("{} ", prompt.purpose);
    typed(canvas, Rect { x: area.x + 1, width: room, ..area }, &label, &prompt.input);
    if fits {
        canvas.line(area.right() - right_width - 1, area.y, right_width, &right);
    }
    if prompt.input.text().is_empty() {
        let start = u16::try_from(label.len()).unwrap_or(0) + 2;
        let help = Line::default().with(prompt.hint(), Tone::Dim);
        canvas.line(area.x + 1 + start, area.y, room.saturating_sub(start), &help);
    }
}

/// What is wrong, under the prompt; `None` where nothing is.
pub fn mistake(prompt: &Prompt) -> Option<Line> {
    let mistake = prompt.mistake.as_ref()?;
    Some(Line::default().with(mistake.clone(), Tone::Bad))
}

/// How many lines a search finds.
fn found(model: &Model, prompt: &Prompt) -> Line {
    let Some(view) = model.view().lines().filter(|_| prompt.mistake.is_none()) else {
        return Line::default();
    };
    if prompt.purpose != Purpose::Search || prompt.input.text().is_empty() {
        return Line::default();
    }
    let so_far = if view.sift.hits.complete { "" } else { " so far" };
    Line::plain(format!("in {}{so_far}", format::count(view.sift.hits.lines.count(), "line")))
}
