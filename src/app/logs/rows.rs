//! The rows of the screen: which lines stand on it now, and what stands between them.

use super::LogView;
use super::message::message;
use super::wrapped::breaks;
use crate::fleet::log::buffer::LogBuffer;

/// Room for rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub height: usize,
    /// Cells for a message where long ones are wrapped.
    pub wrap: Option<usize>,
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A line of the buffer, or of what is held of it.
    Line {
        index: usize,
        held: bool,
        /// Which of its rows this is, where it is wrapped.
        part: usize,
    },
    /// So many lines that are not shown stand here.
    Gap(usize),
    /// Below it stands what arrived in the last pause.
    Divider(u64),
    /// So many lines were dropped here, because the buffer is full.
    Dropped(u64),
    /// Older lines were not read yet, or are not wanted.
    Beginning,
    /// The task of this writer ended.
    Ended(usize),
}

/// The rows of one screen, and which of them the cursor is on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    pub rows: Vec<Row>,
    pub cursor: Option<usize>,
}

/// The rows that are on the screen now.
pub fn window(view: &LogView, room: Room) -> Window {
    let visible = &view.sift.visible;
    if room.height == 0 {
        return Window::default();
    }
    let found = view.place.cursor.as_ref().map(|cursor| (cursor, view.buffer.find(&cursor.line)));
    let (at, above) = match found {
        None => (visible.previous(visible.len()), room.height),
        Some((cursor, Err(_))) if view.held_at().is_some() => return held(view, room, cursor.row),
        Some((cursor, Ok(at) | Err(at))) => {
            let at = if visible.contains(at) { Some(at) } else { visible.previous(at) };
            // The screen may have become smaller since.
            (at.or_else(|| visible.next(0)), cursor.row.min(room.height - 1))
        }
    };
    let Some(at) = at else {
        return Window { rows: vec![first(view)], cursor: None };
    };
    // What stands above the oldest line is seen by who goes there.
    let is_first = visible.previous(at).is_none();
    let above = if is_first { above.max(1).min(room.height - 1) } else { above };
    let mut rows = upwards(view, room, at, above);
    let cursor = rows.len();
    push_line(view, &view.buffer, room, at, false, &mut rows);
    downwards(view, room, at, &mut rows);
    fit(view, room, rows, cursor, (at, above))
}

/// Too many rows are cut off at their ends; too few are filled up with lines from above.
fn fit(
    view: &LogView,
    room: Room,
    mut rows: Vec<Row>,
    mut cursor: usize,
    (at, above): (usize, usize),
) -> Window {
    if rows.len() < room.height {
        let more = upwards(view, room, at, cursor + room.height - rows.len());
        let added = more.len().saturating_sub(cursor);
        let tail = rows.split_off(cursor);
        rows = more;
        rows.extend(tail);
        cursor += added;
    }
    let surplus = rows.len().saturating_sub(room.height);
    // The newest line stands at the bottom; elsewhere the cursor stays where it is.
    let front = if view.place.cursor.is_none() { surplus } else { surplus.min(cursor.saturating_sub(above)) };
    rows.drain(..front);
    rows.truncate(room.height);
    cursor = cursor.saturating_sub(front).min(rows.len().saturating_sub(1));
    Window { rows, cursor: view.place.cursor.is_some().then_some(cursor) }
}

/// The rows above a line, the topmost first: at least so many where there are as many.
fn upwards(view: &LogView, room: Room, at: usize, wanted: usize) -> Vec<Row> {
    // Lines in the order in which they are met, the lowest first, each with its rows.
    let mut blocks: Vec<Vec<Row>> = Vec::new();
    let (mut below, mut taken) = (at, 0);
    while taken < wanted {
        let Some(line) = view.sift.visible.previous(below) else {
            let mut top = vec![first(view)];
            push_closings(view, 0, below, &mut top);
            blocks.push(top);
            break;
        };
        let mut block = Vec::new();
        push_line(view, &view.buffer, room, line, false, &mut block);
        push_between(view, line, below, &mut block);
        taken += block.len();
        blocks.push(block);
        below = line;
    }
    let mut rows: Vec<Row> = blocks.into_iter().rev().flatten().collect();
    let surplus = rows.len().saturating_sub(wanted);
    rows.drain(..surplus);
    rows
}

/// The rows below a line, as many as there is room for.
fn downwards(view: &LogView, room: Room, at: usize, rows: &mut Vec<Row>) {
    let (limit, mut above) = (rows.len() + room.height, at);
    while rows.len() < limit {
        let Some(line) = view.sift.visible.next(above + 1) else {
            push_closings(view, above + 1, view.buffer.len(), rows);
            return;
        };
        push_between(view, above, line, rows);
        push_line(view, &view.buffer, room, line, false, rows);
        above = line;
    }
}

/// What stands above the oldest line.
fn first(view: &LogView) -> Row {
    let dropped = view.buffer.dropped();
    if dropped > 0 && view.history.from.is_none() { Row::Dropped(dropped) } else { Row::Beginning }
}

/// The ends of tasks in front of the lines from one to another.
fn push_closings(view: &LogView, from: usize, to: usize, rows: &mut Vec<Row>) {
    let start = view.closings.partition_point(|closing| closing.before < from);
    let behind = view.closings.get(start..).unwrap_or_default().iter();
    rows.extend(behind.take_while(|closing| closing.before <= to).map(|closing| Row::Ended(closing.writer)));
}

/// What stands between two lines that are seen one below the other.
fn push_between(view: &LogView, above: usize, below: usize, rows: &mut Vec<Row>) {
    if view.rules.context() > 0 && below > above + 1 {
        let between = below - above - 1;
        let folded = view.sift.shown.count_in(above + 1..below);
        if between > folded {
            rows.push(Row::Gap(between - folded));
        }
    }
    push_closings(view, above + 1, below, rows);
    if let Some(divider) = &view.place.divider {
        let after = view.buffer.find(&divider.after).map_or_else(|near| near, |at| at + 1);
        if (above + 1..=below).contains(&after) {
            rows.push(Row::Divider(divider.arrived));
        }
    }
}

fn push_line(view: &LogView, buffer: &LogBuffer, room: Room, index: usize, held: bool, rows: &mut Vec<Row>) {
    let height = room.wrap.map_or(1, |width| height(view, buffer, index, width));
    rows.extend((0..height).map(|part| Row::Line { index, held, part }));
}

/// Rows that a wrapped line takes.
fn height(view: &LogView, buffer: &LogBuffer, index: usize, width: usize) -> usize {
    let Some(found) = buffer.line(index) else { return 1 };
    breaks(&message(view, buffer, &found).whole().text(), width).len()
}

/// The screen where its line is not in the buffer any more: what is held of it, then the oldest lines that are left.
fn held(view: &LogView, room: Room, row: usize) -> Window {
    let Some(held) = &view.place.held else { return Window::default() };
    let mut rows = Vec::new();
    let mut cursor = 0;
    for index in 0..held.len() {
        if held.id(index) == view.place.cursor.map(|cursor| cursor.line) {
            cursor = rows.len();
        }
        push_line(view, held, room, index, true, &mut rows);
    }
    // Nothing moves because what stood above was dropped.
    if cursor < row {
        rows.insert(0, Row::Beginning);
        cursor += 1;
    }
    rows.push(Row::Dropped(view.buffer.dropped()));
    let mut next = view.sift.visible.next(0);
    while let Some(line) = next.filter(|_| rows.len() < room.height + cursor) {
        push_line(view, &view.buffer, room, line, false, &mut rows);
        next = view.sift.visible.next(line + 1);
    }
    let front = rows.len().saturating_sub(room.height).min(cursor.saturating_sub(row));
    rows.drain(..front);
    rows.truncate(room.height);
    Window { rows, cursor: Some(cursor - front) }
}
