//! How the lines share the screen with the bands above them and the panel below.

use super::LogView;
use super::panel;
use crate::app::layout::Shares;
use crate::app::views::{Focus, View};
use ratatui::layout::Size;

/// Rows of the bands and of the panel, by the size of the terminal and what has the keys.
pub fn shares(size: Size, view: &View) -> Shares {
    let Some(lines) = view.lines() else { return Shares::default() };
    if lines.choices.full && view.focus == Focus::Table {
        return Shares { full: true, ..Shares::default() };
    }
    let top = match size.height {
        30.. => 3,
        20..30 => 2,
        _ => 0,
    };
    let side = match (view.focus, size.height) {
        (Focus::Side, height) => opened(lines, height),
        (_, 30..) => 2,
        (_, 22..30) => 1,
        _ => 0,
    };
    // With little room the panel that has the keys takes that of the bands.
    let top = if view.focus == Focus::Side && size.height < 30 { 0 } else { top };
    Shares { top: if lines.choices.histogram { top } else { 0 }, side, full: false }
}

/// Rows of the panel that has the keys: all of its items, or a third of the screen.
fn opened(view: &LogView, height: u16) -> u16 {
    let items = u16::try_from(panel::items(view).len()).unwrap_or(u16::MAX);
    items.clamp(2, (height / 3).max(3))
}
