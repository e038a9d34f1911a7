//! A key, a paste or the mouse: into the text that is typed, the overlay that is open, or a command.

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::Position;
use strum::EnumCount;

use super::availability::{Availability, availability};
use super::{dialog, logs, narrow, navigate, perform, text};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::key::Chord;
use crate::app::message::Input;
use crate::app::model::{Model, Overlay};
use crate::app::notice::Level;
use crate::app::palette::Choice;
use crate::app::suggest;
use crate::app::views::{Content, Focus};

/// Takes one thing that a person did.
pub fn take(model: &mut Model, input: Input) -> Vec<Effect> {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => {
            model.notices.mark_read();
            press(model, key)
        }
        Input::Key(_) | Input::Resize(..) => Vec::new(),
        Input::Paste(text) => {
            paste(model, &text);
            Vec::new()
        }
        Input::Mouse(mouse) => click(model, mouse),
    }
}

fn press(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let ctrl_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    match model.overlay.take() {
        Some(Overlay::Dialog(dialog)) => dialog::press(model, dialog, key),
        Some(Overlay::Lines(prompt)) => logs::typing::press(model, prompt, key),
        Some(_) if ctrl_c => Vec::new(),
        Some(Overlay::Palette(palette)) => in_palette(model, palette, key),
        Some(Overlay::Help { input, offset }) => in_help(model, input, offset, key),
        Some(Overlay::Filter { input, before }) => in_filter(model, input, before, key),
        None => {
            let Some(chord) = Chord::from_event(key) else { return Vec::new() };
            match meaning(model, chord) {
                Some(command) => run(model, command),
                None => Vec::new(),
            }
        }
    }
}

/// The command of a key on the shown screen.
fn meaning(model: &Model, chord: Chord) -> Option<Command> {
    let command = model.settings.keymap.lookup(model.screen().scopes(), chord)?;
    // While a search is active, N walks it backwards; without one it sorts by name.
    let searching = !model.view().filter.is_empty() || !model.view().search.is_empty();
    Some(if command == Command::SortName && searching { Command::PreviousMatch } else { command })
}

/// Does a command, or says why not.
pub fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    match availability(model, command) {
        Availability::Ready => perform::perform(model, command),
        Availability::Not(reason) => {
            model.notices.say(model.now, Level::Info, format!("{}: {reason}", command.row().title));
            Vec::new()
        }
    }
}

fn in_palette(model: &mut Model, mut palette: crate::app::palette::Palette, key: KeyEvent) -> Vec<Effect> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc => return Vec::new(),
        KeyCode::Enter => return choose(model, &palette),
        KeyCode::Up => palette.step(-1),
        KeyCode::Down => palette.step(1),
        KeyCode::Char('p') if ctrl => palette.step(-1),
        KeyCode::Char('n') if ctrl => palette.step(1),
        KeyCode::Tab => suggest::complete(&mut palette, model),
        KeyCode::Backspace if palette.input.text().is_empty() => return Vec::new(),
        _ => {
            if palette.input.key(key) {
                suggest::search(&mut palette, model);
            }
        }
    }
    model.overlay = Some(Overlay::Palette(palette));
    Vec::new()
}

fn choose(model: &mut Model, palette: &crate::app::palette::Palette) -> Vec<Effect> {
    let Some(item) = palette.chosen() else {
        let typed = palette.input.text();
        if !typed.is_empty() {
            let text = format!("nothing is called `{typed}`; ctrl-a lists the words");
            model.notices.say(model.now, Level::Warning, text);
        }
        return Vec::new();
    };
    match item.choice.clone() {
        Choice::Run(command) => run(model, command),
        Choice::Go(screen) => {
            navigate::jump(model, &screen);
            Vec::new()
        }
    }
}

fn in_help(
    model: &mut Model,
    mut input: crate::app::text_input::TextInput,
    mut offset: usize,
    key: KeyEvent,
) -> Vec<Effect> {
    let page = usize::from(model.size.height.saturating_sub(8)).max(1);
    match key.code {
        KeyCode::Esc if !input.text().is_empty() => input.set(""),
        KeyCode::Esc | KeyCode::Enter => return Vec::new(),
        KeyCode::Char('q' | '?') if input.text().is_empty() => return Vec::new(),
        KeyCode::Down => offset += 1,
        KeyCode::Up => offset = offset.saturating_sub(1),
        KeyCode::PageDown => offset += page,
        KeyCode::PageUp => offset = offset.saturating_sub(page),
        _ => {
            if input.key(key) {
                offset = 0;
            }
        }
    }
    // More lines than help has at the smallest size; the view stops at the last one.
    model.overlay = Some(Overlay::Help { input, offset: offset.min(Command::COUNT) });
    Vec::new()
}

fn in_filter(
    model: &mut Model,
    mut input: crate::app::text_input::TextInput,
    before: String,
    key: KeyEvent,
) -> Vec<Effect> {
    match key.code {
        KeyCode::Esc => {
            narrow::apply(model, &before);
            return Vec::new();
        }
        KeyCode::Enter => {
            text::to_first_match(model);
            return Vec::new();
        }
        KeyCode::Down | KeyCode::Up if !matches!(model.view().content, Content::Text) => {
            let by = if key.code == KeyCode::Down { 1 } else { -1 };
            let page = model.page();
            let view = model.view_mut();
            view.go(crate::app::listing::Step::By(by));
            view.reveal(page);
        }
        KeyCode::Backspace if input.text().is_empty() => return Vec::new(),
        _ => {
            if input.key(key) {
                narrow::apply(model, input.text());
            }
        }
    }
    model.overlay = Some(Overlay::Filter { input, before });
    Vec::new()
}

fn paste(model: &mut Model, pasted: &str) {
    match &mut model.overlay {
        Some(Overlay::Palette(palette)) => {
            let mut palette = palette.clone();
            palette.input.paste(pasted);
            suggest::search(&mut palette, model);
            model.overlay = Some(Overlay::Palette(palette));
        }
        Some(Overlay::Help { input, .. }) => input.paste(pasted),
        Some(Overlay::Filter { input, .. }) => {
            input.paste(pasted);
            let typed = input.text().to_owned();
            narrow::apply(model, &typed);
        }
        Some(Overlay::Lines(_)) => logs::typing::paste(model, pasted),
        Some(Overlay::Dialog(dialog)) => dialog::paste(dialog, pasted, model.now),
        // Pasted text is never a command.
        None => {}
    }
}

fn click(model: &mut Model, mouse: MouseEvent) -> Vec<Effect> {
    if model.overlay.is_some() {
        return Vec::new();
    }
    let regions = model.regions();
    let at = Position::new(mouse.column, mouse.row);
    let page = model.page();
    match mouse.kind {
        MouseEventKind::ScrollDown | MouseEventKind::ScrollUp => {
            let by = if mouse.kind == MouseEventKind::ScrollDown { 3 } else { -3 };
            if regions.side.contains(at) {
                let view = model.view_mut();
                view.side_scroll = view.side_scroll.saturating_add_signed(by);
            } else if matches!(model.view().content, Content::Lines(_)) {
                logs::steps::scroll(model, by);
            } else if !model.view_mut().wheel(by, page) {
                text::scroll(model, by);
            }
            Vec::new()
        }
        MouseEventKind::Down(MouseButton::Left) if regions.table.contains(at) => {
            model.view_mut().focus = Focus::Table;
            let headings = u16::from(crate::app::layout::has_headings(&regions, model.screen()));
            let Some(row) = (at.y - regions.table.y).checked_sub(headings) else { return Vec::new() };
            select_row(model, usize::from(row))
        }
        MouseEventKind::Down(MouseButton::Left) if regions.side.contains(at) => {
            model.view_mut().focus = Focus::Side;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// A click selects; a click on the selected row opens it.
fn select_row(model: &mut Model, row: usize) -> Vec<Effect> {
    if matches!(model.view().content, Content::Lines(_)) {
        return if logs::steps::click(model, row) { run(model, Command::OpenLine) } else { Vec::new() };
    }
    let view = model.view_mut();
    let Some((cursor, rows)) = view.position() else { return Vec::new() };
    let offset = match &view.content {
        Content::Services(rows) => rows.listing.offset(),
        Content::Tasks(rows) => rows.listing.offset(),
        Content::Clusters(rows) => rows.listing.offset(),
        Content::Deployments(rows) => rows.listing.offset(),
        Content::Approvals(rows) => rows.listing.offset(),
        Content::Entries(listing, _) => listing.offset(),
        Content::Lines(_) | Content::Text => 0,
    };
    let place = offset + row;
    if place >= rows {
        return Vec::new();
    }
    if place == cursor {
        return run(model, Command::Open);
    }
    let by = isize::try_from(place).unwrap_or(0) - isize::try_from(cursor).unwrap_or(0);
    view.go(crate::app::listing::Step::By(by));
    Vec::new()
}
