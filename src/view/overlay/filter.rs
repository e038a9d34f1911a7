//! The filter or search that is being typed, with what it has found so far.

use ratatui::layout::{Position, Rect};

use crate::app::describe;
use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::app::text_input::TextInput;
use crate::app::views::Content;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, area: Rect, input: &TextInput) {
    let right = Line::plain(found(model));
    let right_width = u16::try_from(fit::width(&right.text())).unwrap_or(0);
    let room = area.width.saturating_sub(right_width + 4);
    typed(canvas, Rect { x: area.x + 1, width: room, ..area }, "/", input);
    if right_width + 20 < area.width {
        canvas.line(area.right() - right_width - 1, area.y, right_width, &right);
    }
    let is_list = !matches!(model.view().content, Content::Text);
    if input.text().is_empty() && is_list {
        let help = Line::default().with("text   !text without   -f fuzzy   column:text", Tone::Dim);
        canvas.line(area.x + 4, area.y, room.saturating_sub(3), &help);
    }
}

/// A prompt and what is typed behind it, scrolled so that the caret is seen; the caret goes there.
pub fn typed(canvas: &mut Canvas<'_>, area: Rect, prompt: &str, input: &TextInput) {
    let style = canvas.style(Role::Prompt);
    let start = canvas.write(area.x, area.y, area.width, prompt, style);
    let room = area.width.saturating_sub(start);
    let text = format::plain(input.text());
    let hidden = (input.cursor() + 1).saturating_sub(usize::from(room));
    canvas.write(area.x + start, area.y, room, fit::skip(&text, hidden), style);
    let caret = u16::try_from(input.cursor() - hidden.min(input.cursor())).unwrap_or(0).min(room);
    canvas.caret = Some(Position::new(area.x + start + caret, area.y));
}

/// The count that the filter produces.
fn found(model: &Model) -> String {
    let view = model.view();
    let of =
        |rows: usize, total: usize| format!("{} of {}", format::thousands(rows), format::thousands(total));
    match &view.content {
        Content::Services(rows) => of(rows.listing.len(), rows.total),
        Content::Tasks(rows) => of(rows.listing.len(), rows.total),
        Content::Clusters(rows) => of(rows.listing.len(), rows.total),
        Content::Deployments(rows) => of(rows.listing.len(), rows.total),
        Content::Approvals(rows) => of(rows.listing.len(), rows.total),
        Content::Entries(listing, _) => format!("{} left", format::thousands(listing.len())),
        Content::Lines(_) => String::new(),
        Content::Text => {
            let matches = describe::document(model, model.screen())
                .map_or(0, |document| document.matches(&view.search).len());
            format!("in {}", format::count(matches, "line"))
        }
    }
}
