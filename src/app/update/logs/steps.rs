//! Moving in log lines: from line to line, to errors, marks and matches; following and standing still.

use chrono::{DateTime, Utc};

use super::{ask, room};
use crate::app::listing::Step;
use crate::app::logs::going::Going;
use crate::app::logs::place::{Cursor, Divider, Pause};
use crate::app::logs::rows::{Room, Row, window};
use crate::app::logs::{LogView, sift};
use crate::app::model::Model;
use crate::app::notice::Level;
use crate::fleet::log::bits::Bits;

/// Moves the cursor by visible lines. At the newest line the view follows, anywhere else it does not.
pub fn go(model: &mut Model, step: Step) {
    let room = room(model);
    let now = model.now;
    let Some(view) = model.view_mut().lines_mut() else { return };
    sift::look(view);
    if step == Step::Bottom {
        follow(view);
        return;
    }
    let Some(from) = place(view) else {
        if !matches!(step, Step::By(0..)) {
            ask::ask_back(model);
        }
        return;
    };
    let visible = &view.sift.visible;
    let (to, moved) = match step {
        Step::Bottom => (visible.previous(visible.len()), isize::MAX / 2),
        Step::Top => (visible.next(0), isize::MIN / 2),
        Step::By(by) => (Some(walk(view, from, by)), by),
    };
    let Some(to) = to else { return };
    let is_newest = view.sift.visible.next(to + 1).is_none();
    if is_newest && moved > 0 {
        follow(view);
        return;
    }
    let row = cursor_row(view, room);
    let row = row.saturating_add_signed(moved).min(room.height.saturating_sub(1));
    stand(view, now, to, row);
    if to == from && moved < 0 {
        ask::ask_back(model);
    }
}

/// Moves the lines on the screen and leaves the cursor in its row, as a wheel does.
pub fn scroll(model: &mut Model, by: isize) {
    let room = room(model);
    let now = model.now;
    let Some(view) = model.view_mut().lines_mut() else { return };
    sift::look(view);
    let Some(from) = place(view) else { return };
    let to = walk(view, from, by);
    if by > 0 && view.sift.visible.next(to + 1).is_none() {
        follow(view);
        return;
    }
    let row = cursor_row(view, room);
    stand(view, now, to, row);
    if to == from && by < 0 {
        ask::ask_back(model);
    }
}

/// Stands still at the line in a row of the screen; tells whether the cursor is there already.
pub fn click(model: &mut Model, row: usize) -> bool {
    let room = room(model);
    let now = model.now;
    let Some(view) = model.view_mut().lines_mut() else { return false };
    sift::look(view);
    let shown = window(view, room);
    let Some(Row::Line { index, held, part }) = shown.rows.get(row).copied() else { return false };
    let is_at = |cursor: usize| match shown.rows.get(cursor) {
        Some(Row::Line { index: at, held: is_held, .. }) => (*at, *is_held) == (index, held),
        _ => false,
    };
    if shown.cursor.is_some_and(is_at) {
        return true;
    }
    // What was dropped is only seen: it cannot be gone to.
    if !held {
        stand(view, now, index, row.saturating_sub(part));
    }
    false
}

/// Stands still at a line, this many rows below the top of the screen.
pub fn stand(view: &mut LogView, now: DateTime<Utc>, line: usize, row: usize) {
    let Some(id) = view.buffer.id(line) else { return };
    if view.place.cursor.is_none() {
        let last = view.buffer.len().checked_sub(1).and_then(|last| view.buffer.id(last));
        view.place.pause = Some(Pause { at: now, arrived: 0, last });
        view.place.divider = None;
    }
    view.going = None;
    view.place.held = None;
    view.place.cursor = Some(Cursor { line: id, row });
}

/// Stands still at a line: where it is on the screen, else in the middle of it.
pub fn stand_at(view: &mut LogView, now: DateTime<Utc>, room: Room, line: usize) {
    let shown = window(view, room);
    let here = |row: &Row| matches!(row, Row::Line { index, held: false, .. } if *index == line);
    let row = shown.rows.iter().position(here).unwrap_or(room.height / 2);
    stand(view, now, line, row);
}

/// Follows the newest line again; what came meanwhile stands below a divider.
pub fn follow(view: &mut LogView) {
    view.place.cursor = None;
    view.place.held = None;
    view.going = None;
    view.history.stop();
    let pause = view.place.pause.take().filter(|pause| pause.arrived > 0);
    if let Some(Pause { arrived, last: Some(after), .. }) = pause {
        view.place.divider = Some(Divider { after, arrived });
    }
}

/// Goes to the next of these lines, or to the one before; behind the last one the first comes again, and that is said.
/// Who follows is behind all of them, so that either way leads to the newest.
pub fn seek(model: &mut Model, back: bool, what: &str, of: impl Fn(&LogView) -> Bits) {
    let room = room(model);
    let now = model.now;
    let Some(view) = model.view_mut().lines_mut() else { return };
    sift::look(view);
    let mut lines = of(view);
    lines.intersect(&view.sift.visible);
    let from = place(view).unwrap_or(0);
    let newest = || lines.previous(lines.len());
    let found = if view.is_following() {
        newest().map(|line| (line, false))
    } else if back {
        lines.previous(from).map(|line| (line, false)).or_else(|| newest().map(|line| (line, true)))
    } else {
        lines.next(from + 1).map(|line| (line, false)).or_else(|| lines.next(0).map(|line| (line, true)))
    };
    let Some((line, wrapped)) = found else {
        let text = format!("no {what} among the lines that are shown");
        model.notices.say(now, Level::Info, text);
        return;
    };
    let same = !view.is_following() && line == from;
    stand_at(view, now, room, line);
    let text = match (wrapped, back) {
        (true, _) if same => format!("this is the only {what}"),
        (true, false) => format!("that was the newest {what}: this is the oldest"),
        (true, true) => format!("that was the oldest {what}: this is the newest"),
        (false, _) => return,
    };
    model.notices.say(now, Level::Info, text);
}

/// Goes to the match next to the cursor: the line itself, else one below it; the newest while following.
pub fn to_match(model: &mut Model) {
    let now = model.now;
    let room = room(model);
    let Some(view) = model.view_mut().lines_mut() else { return };
    sift::look(view);
    let hits = &view.sift.hits.lines;
    let found = match place(view) {
        _ if view.is_following() => hits.previous(hits.len()),
        Some(from) => hits.next(from).or_else(|| hits.next(0)),
        None => None,
    };
    let wrapped = !view.is_following() && found < place(view);
    match found {
        Some(line) => {
            stand_at(view, now, room, line);
            if wrapped {
                let text = "no match further down: this is the oldest";
                model.notices.say(now, Level::Info, text);
            }
        }
        // Lines are still searched, or it is said that none matches.
        None => view.going = view.search.pattern().map(|_| Going::Match),
    }
}

/// The place of the line under the cursor among the lines that are there, the newest while following.
pub fn place(view: &LogView) -> Option<usize> {
    let visible = &view.sift.visible;
    let Some(cursor) = &view.place.cursor else { return visible.previous(visible.len()) };
    let at = view.buffer.find(&cursor.line).unwrap_or_else(|near| near);
    if visible.contains(at) { Some(at) } else { visible.previous(at).or_else(|| visible.next(0)) }
}

/// So many visible lines on, or as far as there are any.
fn walk(view: &LogView, from: usize, by: isize) -> usize {
    let visible = &view.sift.visible;
    let mut at = from;
    for _ in 0..by.unsigned_abs() {
        let next = if by > 0 { visible.next(at + 1) } else { visible.previous(at) };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// Where the cursor, or the newest line, stands on the screen.
pub fn cursor_row(view: &LogView, room: Room) -> usize {
    let shown = window(view, room);
    let last = || shown.rows.iter().rposition(|row| matches!(row, Row::Line { .. })).unwrap_or(0);
    shown.cursor.unwrap_or_else(last)
}
