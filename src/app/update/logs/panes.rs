//! What keys do in the bands above log lines and in the panel below them, and how one gets there.

use super::older;
use crate::app::command::Command;
use crate::app::logs::bands::{self, Bands};
use crate::app::logs::panel::{self, Item};
use crate::app::model::Model;
use crate::app::views::Focus;

/// Cells of the bands; 0 where they are not shown.
pub fn cells(model: &Model) -> usize {
    bands::room(model.regions().top.width)
}

/// Does a command of the pane that has the keys; tells whether it did.
pub fn perform(model: &mut Model, command: Command) -> bool {
    let focus = model.view().focus;
    match (command, focus) {
        (Command::NextPane, _) => turn(model, true),
        (Command::PreviousPane, _) => turn(model, false),
        (Command::Histogram, _) => {
            let view = model.view_mut();
            if view.focus == Focus::Top {
                view.focus = Focus::Table;
            }
            let Some(lines) = view.lines_mut() else { return false };
            lines.choices.histogram = !lines.choices.histogram;
        }
        (Command::FullScreen, _) => {
            let view = model.view_mut();
            view.focus = Focus::Table;
            let Some(lines) = view.lines_mut() else { return false };
            lines.choices.full = !lines.choices.full;
        }
        (_, Focus::Top) => return in_bands(model, command),
        (_, Focus::Side) => return in_panel(model, command),
        _ => return false,
    }
    true
}

/// From the lines to the panel, to the bands where they are shown, and back to the lines.
fn turn(model: &mut Model, forwards: bool) {
    let has_bands =
        model.view().lines().is_some_and(|view| view.choices.histogram) && model.size.height >= 20;
    let order: &[Focus] =
        if has_bands { &[Focus::Table, Focus::Side, Focus::Top] } else { &[Focus::Table, Focus::Side] };
    let view = model.view_mut();
    let at = order.iter().position(|focus| *focus == view.focus).unwrap_or(0);
    let by = if forwards { 1 } else { order.len() - 1 };
    view.focus = order.get((at + by) % order.len()).copied().unwrap_or_default();
    let is_in_bands = view.focus == Focus::Top;
    if let Some(view) = view.lines_mut() {
        view.choices.full = false;
        view.bands.cursor = None;
        if is_in_bands {
            view.bands.go(0);
        }
    }
}

fn in_bands(model: &mut Model, command: Command) -> bool {
    let step = |model: &mut Model, go: fn(&mut Bands)| {
        if let Some(view) = model.view_mut().lines_mut() {
            go(&mut view.bands);
        }
        true
    };
    match command {
        Command::ScrollLeft => step(model, |bands| bands.go(-1)),
        Command::ScrollRight => step(model, |bands| bands.go(1)),
        Command::Top => step(model, |bands| bands.go(i64::MIN / 2)),
        Command::Bottom => step(model, |bands| bands.go(i64::MAX / 2)),
        Command::OpenLine => {
            let at = model.view().lines().and_then(|view| view.bands.cursor);
            model.view_mut().focus = Focus::Table;
            if let Some(at) = at {
                older::go_to(model, at);
            }
            true
        }
        Command::Up | Command::Down | Command::PageUp | Command::PageDown => true,
        _ => false,
    }
}

fn in_panel(model: &mut Model, command: Command) -> bool {
    let page = usize::from(model.regions().side.height).max(1);
    let Some(view) = model.view_mut().lines_mut() else { return false };
    let last = panel::items(view).len().saturating_sub(1);
    let cursor = view.panel.cursor.min(last);
    view.panel.cursor = match command {
        Command::Down => (cursor + 1).min(last),
        Command::Up => cursor.saturating_sub(1),
        Command::PageDown => (cursor + page).min(last),
        Command::PageUp => cursor.saturating_sub(page),
        Command::Top => 0,
        Command::Bottom => last,
        _ => cursor,
    };
    let item = panel::selected(view);
    match (command, item) {
        (Command::Bookmark | Command::OpenLine, Some(Item::Stream(writer))) => view.legend.turn(writer),
        (Command::Bookmark | Command::OpenLine, Some(Item::Rule(rule))) => {
            let on = view.rules.iter().nth(rule).is_some_and(|rule| rule.is_on);
            view.rules.turn(rule, !on);
        }
        (Command::Solo, Some(Item::Stream(writer))) => view.legend.solo(writer),
        (Command::AllStreams, _) => view.legend.turn_all_on(),
        (Command::RemoveRule, Some(Item::Rule(rule))) => view.rules.remove(rule),
        (
            Command::Down
            | Command::Up
            | Command::PageDown
            | Command::PageUp
            | Command::Top
            | Command::Bottom
            | Command::Bookmark
            | Command::OpenLine
            | Command::Solo
            | Command::RemoveRule,
            _,
        ) => return true,
        _ => return false,
    }
    view.sift.spoil();
    true
}
