//! Log lines that leave the program: to the clipboard and to files.

use super::room;
use crate::app::effect::Effect;
use crate::app::format;
use crate::app::logs::export;
use crate::app::logs::prompt::{Extent, Saving};
use crate::app::model::Model;
use crate::app::notice::Level;
use crate::app::screen::Screen;
use crate::app::update::perform;
use crate::fleet::log::mask::STARS;

/// Copies the line under the cursor.
pub fn copy_line(model: &mut Model) -> Vec<Effect> {
    let Some(text) = model.view().lines().and_then(export::line) else { return Vec::new() };
    copy(model, text, "the line")
}

/// Copies the marked lines, else those on the screen.
pub fn copy_lines(model: &mut Model) -> Vec<Effect> {
    let room = room(model);
    let Some(view) = model.view().lines() else { return Vec::new() };
    let (marked, (count, text)) = (!view.marked().is_empty(), export::lines(view, room));
    let what = if marked { "marked line" } else { "line" };
    copy(model, text, &format::count(count, what))
}

/// Copies text of log lines, and says when it is without what looked like a secret.
pub fn copy(model: &mut Model, text: String, what: &str) -> Vec<Effect> {
    let masked = if text.contains(STARS) { ", without what looks like a secret" } else { "" };
    perform::copy(model, text, format!("{what}{masked}"))
}

/// Saves lines to a file.
pub fn save(model: &mut Model, extent: Extent, saving: Saving) -> Vec<Effect> {
    let Some(view) = model.view().lines() else { return Vec::new() };
    let (count, text) = export::extent(view, extent, saving);
    if count == 0 {
        model.notices.say(model.now, Level::Info, "not saved: there are no such lines");
        return Vec::new();
    }
    let name = match model.screen() {
        Screen::Logs(of) => of.service().map_or_else(|| "task".to_owned(), |id| id.name().to_owned()),
        _ => String::new(),
    };
    let stem = format!("{name}-logs-{extent}").replace(|letter: char| !letter.is_alphanumeric(), "-");
    let extension = if saving.json { "jsonl" } else { "log" };
    vec![Effect::Save { stem, extension, text }]
}
