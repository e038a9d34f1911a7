//! The last lines: the keys that work here, as many as there is room for.

use strum::IntoEnumIterator;

use crate::app::action::dialog::{Field, Stage};
use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::layout::{Regions, Width, width};
use crate::app::model::{Model, Overlay};
use crate::app::screen::Screen;
use crate::app::table::Tone;
use crate::app::update::availability::{Availability, availability, leads_back};
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::overlay;

/// Hints from this place on are the same on every screen; where there are two lines they have the second.
const GENERAL: u8 = 20;

/// A key and what it does.
struct Hint {
    place: u8,
    command: Command,
    key: String,
    title: &'static str,
}

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions) {
    let area = regions.hints;
    let brackets = width(model.size) > Width::Small;
    let room = usize::from(area.width.saturating_sub(1));
    let lines = match &model.overlay {
        Some(overlay) => vec![typed(overlay)],
        None => lines(model, room, area.height, brackets),
    };
    if let Some(Overlay::Lines(prompt)) = &model.overlay
        && let Some(mistake) = overlay::lines::mistake(prompt)
    {
        canvas.line(area.x + 1, area.y, area.width.saturating_sub(2), &mistake);
        return;
    }
    for (hints, y) in lines.into_iter().zip(area.top()..area.bottom()) {
        let mut line = Line::default();
        for (place, hint) in hints.iter().enumerate() {
            let gap = if place == 0 {
                ""
            } else if brackets {
                " "
            } else {
                "  "
            };
            let key = if brackets { format!("<{}>", hint.key) } else { hint.key.clone() };
            line = line
                .with(gap, Tone::Plain)
                .with(key, Tone::Key)
                .with(format!(" {}", hint.title), Tone::Plain);
        }
        canvas.line(area.x + 1, y, area.width.saturating_sub(1), &line);
    }
}

/// The cells of a hint with the gap behind it.
fn taken(hint: &Hint, brackets: bool) -> usize {
    fit::width(&hint.key) + fit::width(hint.title) + if brackets { 4 } else { 3 }
}

/// What is on the screen first; with one line the way to help is kept free.
fn lines(model: &Model, room: usize, height: u16, brackets: bool) -> Vec<Vec<Hint>> {
    let mut here = hints(model);
    let general = here.iter().position(|hint| hint.place >= GENERAL).unwrap_or(here.len());
    let mut general = here.split_off(general);
    if height < 2 {
        let help = general.iter().position(|hint| hint.command == Command::Help);
        let help = help.map(|at| general.remove(at));
        let kept = help.as_ref().map_or(0, |hint| taken(hint, brackets));
        let room = room.saturating_sub(kept);
        let mut line = fill(&mut here.into_iter().peekable(), room, brackets);
        let used: usize = line.iter().map(|hint| taken(hint, brackets)).sum();
        line.extend(fill(&mut general.into_iter().peekable(), room.saturating_sub(used), brackets));
        line.extend(help);
        return vec![line];
    }
    let mut here = here.into_iter().peekable();
    let first = fill(&mut here, room, brackets);
    let mut rest = general.into_iter().chain(here).collect::<Vec<_>>().into_iter().peekable();
    let second = fill(&mut rest, room, brackets);
    vec![first, second]
}

/// Takes whole hints as long as they fit.
fn fill(hints: &mut std::iter::Peekable<std::vec::IntoIter<Hint>>, room: usize, brackets: bool) -> Vec<Hint> {
    let mut line = Vec::new();
    let mut used = 0;
    // Nothing stands behind the gap of the last hint.
    let gap = if brackets { 1 } else { 2 };
    while let Some(hint) = hints.next_if(|hint| used + taken(hint, brackets) <= room + gap) {
        used += taken(&hint, brackets);
        line.push(hint);
    }
    line
}

/// The hints of the screen in their order: commands that can be done now, by a key that means them here.
fn hints(model: &Model) -> Vec<Hint> {
    let scopes = model.screen().scopes();
    let keymap = &model.settings.keymap;
    let mut hints: Vec<Hint> = Command::iter()
        .filter_map(|command| {
            let row = command.row();
            let place = place(model, command, row.hint?);
            let mut chords = keymap.chords(command).iter();
            let chord = chords.find(|chord| keymap.lookup(scopes, **chord) == Some(command))?;
            let ready = availability(model, command) == Availability::Ready
                && (command != Command::Back || leads_back(model));
            let is_search = command == Command::Filter && matches!(model.screen(), Screen::Logs(_));
            let title = if is_search { "search" } else { row.title };
            ready.then(|| Hint { place, command, key: chord.to_string(), title })
        })
        .collect();
    hints.sort_by_key(|hint| hint.place);
    hints
}

/// Where a hint stands; beside the evidence the two answers come first.
fn place(model: &Model, command: Command, usual: u8) -> u8 {
    match command {
        // Log lines are searched before anything else.
        Command::Filter if matches!(model.screen(), Screen::Logs(_)) => 0,
        _ if !matches!(model.screen(), Screen::Shift(..)) => usual,
        Command::Approve => 0,
        Command::RollBack => 1,
        _ => usual.max(2),
    }
}

/// The keys while text is typed; they are not in the table, because they are not for changing.
fn typed(overlay: &Overlay) -> Vec<Hint> {
    let hints: &[(&str, &'static str)] = match overlay {
        Overlay::Palette(_) => &[("enter", "run"), ("tab", "complete"), ("down", "next"), ("esc", "close")],
        Overlay::Help { .. } => &[("down", "scroll"), ("esc", "close")],
        Overlay::Lines(_) => &[("enter", "keep"), ("ctrl-t", "search, keep, hide"), ("esc", "undo")],
        Overlay::Filter { .. } => &[("enter", "keep"), ("esc", "undo")],
        Overlay::Dialog(dialog) => match (&dialog.stage, dialog.focus) {
            (Stage::Asking, Field::Buttons) => {
                &[("tab", "next field"), ("y", "copy the command"), ("esc", "cancel")]
            }
            (Stage::Asking, _) => &[("tab", "next field"), ("esc", "cancel")],
            (Stage::Waiting, _) => &[("esc", "close; the change goes on")],
            (Stage::Answered { .. }, _) => &[("esc", "close")],
        },
    };
    hints
        .iter()
        .map(|(key, title)| Hint { place: 0, command: Command::Back, key: (*key).to_owned(), title })
        .collect()
}

/// The key of a command for a sentence: the first one, or what to type in the palette.
pub fn key(model: &Model, command: Command) -> String {
    let chord = model.settings.keymap.chords(command).first();
    chord.map_or_else(|| format!(":{command}"), ToString::to_string)
}
