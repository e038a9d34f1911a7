//! Room for lines: on the screen, and in memory for all log views together.

use crate::app::logs::rows::Room;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::views::Content;

/// What the lines of all log views may take together, in bytes; one view may take as much as was settled for it.
const TOGETHER: usize = 256 * 1024 * 1024;

/// The room for rows on the shown screen.
pub fn room(model: &Model) -> Room {
    let regions = model.regions();
    let wraps = model.view().lines().is_some_and(|view| view.choices.wrap);
    let width = crate::app::logs::columns::columns(model).message;
    Room { height: model.page(), wrap: (wraps && !regions.table.is_empty()).then_some(usize::from(width)) }
}

/// Forgets log views where all of them together take too much: first those that nobody can go back to, then those
/// that were on the screen longest ago. The one that is shown stays.
pub fn forget(model: &mut Model) {
    let shown = match model.screen() {
        Screen::Logs(of) | Screen::LogLine(of) => Some(Screen::Logs(of.clone())),
        _ => None,
    };
    let stack = model.history.stack();
    let is_on_the_way = |screen: &Screen| match screen {
        Screen::Logs(of) => {
            stack.iter().any(|known| *known == *screen || *known == Screen::LogLine(of.clone()))
        }
        _ => false,
    };
    let mut others: Vec<_> = model
        .views
        .iter()
        .filter(|(screen, _)| Some(*screen) != shown.as_ref())
        .filter_map(|(screen, view)| Some((screen, view.lines()?)))
        .map(|(screen, view)| (is_on_the_way(screen), view.seen, view.buffer.bytes(), screen.clone()))
        .collect();
    // A view that opens will take its share.
    let most = TOGETHER.max(model.settings.lines.bytes);
    let own = shown.map_or(0, |_| model.settings.lines.bytes);
    let mut taken = own + others.iter().map(|(_, _, bytes, _)| bytes).sum::<usize>();
    others.sort();
    for (_, _, bytes, screen) in others {
        if taken <= most {
            break;
        }
        if let Some(view) = model.views.get_mut(&screen) {
            view.content = Content::Lines(None);
        }
        taken -= bytes;
    }
}
