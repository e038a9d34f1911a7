//! The message line: what is typed, what was just said, or what stands in the way, or the change that is watched.

use crate::app::condition::{Gravity, conditions};
use crate::app::layout::Regions;
use crate::app::model::{Model, Overlay};
use crate::app::notice::Level;
use crate::view::canvas::Canvas;
use crate::view::overlay;
use crate::view::theme::Role;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions) {
    let area = regions.message;
    if let Some(Overlay::Filter { input, .. }) = &model.overlay {
        overlay::filter::draw(canvas, model, area, input);
        return;
    }
    if let Some(Overlay::Lines(prompt)) = &model.overlay {
        overlay::lines::draw(canvas, model, area, prompt);
        return;
    }
    let Some((text, role)) = text(model) else { return };
    let style = canvas.style(role);
    canvas.sentence(area.x + 1, area.y, area.width.saturating_sub(2), &text, style);
}

/// A word on what was just done comes before conditions, which are there after it as well.
fn text(model: &Model) -> Option<(String, Role)> {
    if let Some(notice) = model.notices.current(model.now) {
        let (sign, role) = match notice.level {
            Level::Info => ("", Role::Notice),
            Level::Warning => ("! ", Role::Warning),
            Level::Error => ("! ", Role::Error),
        };
        return Some((format!("{sign}{}", notice.text), role));
    }
    let conditions = conditions(model);
    let Some(first) = conditions.first() else {
        let newest = model.operations.open().last()?;
        return Some((newest.told(), Role::Notice));
    };
    let role = if first.gravity <= Gravity::Offline { Role::Error } else { Role::Warning };
    let more = match conditions.len() {
        1 => String::new(),
        several => format!("(+{}) ", several - 1),
    };
    Some((format!("! {more}{}", first.sentence), role))
}
