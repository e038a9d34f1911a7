//! Asking for older lines, where there is room for them.

use crate::app::format;
use crate::app::logs::LogView;
use crate::app::model::Model;
use crate::app::notice::Level;

/// Asks for lines before those that are there; says why not where none are to come.
pub fn ask_back(model: &mut Model) {
    let now = model.now;
    let Some(view) = model.view_mut().lines_mut() else { return };
    if view.history.from.is_some() {
        model.notices.say(now, Level::Info, "the range begins here; 0 takes it away");
        return;
    }
    if !view.buffer.has_room() {
        let text = full(view);
        model.notices.say(now, Level::Warning, text);
        return;
    }
    view.history.ask_back();
}

/// Why no more lines are read, and what to do.
pub fn full(view: &LogView) -> String {
    let limits = view.buffer.limits();
    format!(
        "the view is full with {} lines or {} MiB; set lines or megabytes of [logs] in the configuration higher for more",
        format::thousands(limits.lines),
        limits.bytes >> 20
    )
}
