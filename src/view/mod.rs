//! SHOWS: the model as cells on a terminal, with no state, no IO and no clock of its own.

mod banner;
mod canvas;
mod entry;
mod fit;
mod footer;
mod glyphs;
mod header;
mod json;
mod message;
mod overlay;
mod pane;
mod side;
mod status;
mod task_state;
pub mod theme;
mod tone;
mod too_small;
mod widget;
mod words;

use ratatui::Frame;

use self::canvas::Canvas;
use self::glyphs::Signs;
use self::theme::Theme;
use crate::app::layout;
use crate::app::model::{Model, Overlay};

/// Draws everything.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let mut canvas = Canvas::new(frame.buffer_mut(), theme, Signs::of(model.settings.glyphs));
    if layout::is_too_small(area.as_size()) {
        too_small::draw(&mut canvas, area);
        return;
    }
    picture(&mut canvas, model);
    if let Some(caret) = canvas.caret {
        frame.set_cursor_position(caret);
    }
}

fn picture(canvas: &mut Canvas<'_>, model: &Model) {
    let regions = model.regions();
    if let Some(Overlay::Help { input, offset }) = &model.overlay {
        overlay::help::draw(canvas, model, input, *offset);
        return;
    }
    header::draw(canvas, model, &regions);
    let position = pane::draw(canvas, model, &regions);
    status::draw(canvas, model, &regions, &position);
    message::draw(canvas, model, &regions);
    footer::draw(canvas, model, &regions);
    match &model.overlay {
        Some(Overlay::Palette(palette)) => overlay::palette::draw(canvas, palette, regions.body),
        Some(Overlay::Dialog(dialog)) => {
            // From below the status to the message line: what is so and what was said stays in sight.
            let area = regions.body.union(regions.status);
            overlay::dialog::draw(canvas, model, dialog, area);
        }
        _ => {}
    }
}
