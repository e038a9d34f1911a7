//! What each command does on the screen of one log line.

use super::out;
use crate::app::command::Command;
use crate::app::describe;
use crate::app::effect::Effect;
use crate::app::logs::opened::Opened;
use crate::app::logs::{LogView, export};
use crate::app::model::Model;
use crate::app::notice::Level;
use crate::app::reading::Place;
use crate::app::screen::Screen;
use crate::fleet::log::ansi;
use crate::fleet::log::marks::Condition;
use crate::fleet::log::mask::mask;
use crate::fleet::log::pattern::Pattern;
use crate::fleet::log::rules::Kind;

/// The line that is open, on its own screen.
pub fn opened(model: &Model) -> Option<&Opened> {
    let Screen::LogLine(of) = model.screen() else { return None };
    model.views.get(&Screen::Logs(of.clone()))?.lines()?.opened.as_ref()
}

fn view_mut(model: &mut Model) -> Option<&mut LogView> {
    let Screen::LogLine(of) = model.screen().clone() else { return None };
    model.views.get_mut(&Screen::Logs(of))?.lines_mut()
}

/// Does a command of this screen; `None` where it is not one.
pub fn perform(model: &mut Model, command: Command) -> Option<Vec<Effect>> {
    match command {
        Command::NextField => pick(model, true),
        Command::PreviousField => pick(model, false),
        Command::KeepValue => rule(model, Kind::Keep),
        Command::HideValue => rule(model, Kind::Hide),
        Command::CopyValue => return Some(copy(model)),
        Command::CopyRow => return Some(copy_all(model)),
        Command::Save => return Some(save(model)),
        _ => return None,
    }
    Some(Vec::new())
}

/// Picks a field and brings it onto the screen.
fn pick(model: &mut Model, next: bool) {
    let Some(fields) = opened(model).map(|opened| opened.fields().len()).filter(|fields| *fields > 0) else {
        return;
    };
    if let Some(opened) = view_mut(model).and_then(|view| view.opened.as_mut()) {
        let step = if next { 1 } else { fields - 1 };
        opened.picked = (opened.picked + step) % fields;
    }
    let Some(document) = describe::document(model, model.screen()) else { return };
    let Some(line) = describe::picked_line(&document) else { return };
    let reading = model.reading(&document);
    let (top, place) = (model.view().scroll.top, Place { line, part: 0 });
    let page = model.page();
    let above = reading.above(top);
    // Not `Reading::above`: that never goes behind the last page.
    let row = (0..reading.rows()).find(|row| reading.place(*row) == place).unwrap_or(0);
    let to = if row < above {
        row
    } else if row >= above + page {
        row + 1 - page
    } else {
        return;
    };
    let top = reading.place(to);
    model.view_mut().scroll.top = top;
}

/// Keeps or hides the lines with the value of the picked field.
fn rule(model: &mut Model, kind: Kind) {
    let Some(found) =
        opened(model).and_then(Opened::field).map(|field| Pattern::field(&field.name, field.raw))
    else {
        return;
    };
    let (level, text) = match found {
        Ok(pattern) => {
            let what = ansi::plain(&short(pattern.written())).into_owned();
            if let Some(view) = view_mut(model) {
                view.rules.add(kind, Condition::Matches(pattern));
                view.sift.spoil();
            }
            let text = match kind {
                Kind::Keep => format!("only lines with {what} are shown; esc, and esc again takes that back"),
                Kind::Hide => format!("lines with {what} are hidden; esc, and esc again takes that back"),
            };
            (Level::Info, text)
        }
        Err(_) => (Level::Warning, "this value is too long to look for".to_owned()),
    };
    model.notices.say(model.now, level, text);
}

/// The first letters of what is long.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['.', '.', '.']).collect()
}

/// Copies the value of the picked field, or the text of the line.
fn copy(model: &mut Model) -> Vec<Effect> {
    let Some(opened) = opened(model) else { return Vec::new() };
    let (text, what) = match opened.field() {
        Some(field) => {
            // Its name may say that it is a secret.
            let whole = format!("\"{}\":{}", field.name, field.raw);
            let masked = mask(&whole).into_owned();
            let value = masked.get(field.name.len() + 3..).unwrap_or_default();
            let value = export::printable(&crate::fleet::log::json::unquote(value));
            (value, format!("the value of {}", ansi::plain(&field.name)))
        }
        None => (whole(model).unwrap_or_default(), "the line".to_owned()),
    };
    out::copy(model, text, &what)
}

/// The whole line as it leaves the program: printable, without secrets.
fn whole(model: &Model) -> Option<String> {
    let seen = export::printable(&opened(model)?.text.join("\n"));
    Some(mask(&seen).into_owned())
}

fn copy_all(model: &mut Model) -> Vec<Effect> {
    let Some(text) = whole(model) else { return Vec::new() };
    out::copy(model, text, "the line")
}

fn save(model: &Model) -> Vec<Effect> {
    let Some(text) = whole(model) else { return Vec::new() };
    vec![Effect::Save { stem: "log-line".to_owned(), extension: "log", text: text + "\n" }]
}
