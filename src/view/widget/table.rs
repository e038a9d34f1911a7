//! A list with columns: headings, the rows that fit on the screen, the cursor, marks and what the filter found.

use std::borrow::Cow;

use ratatui::layout::Rect;

use super::columns::{Placed, Room, place};
use super::lines::highlight;
use crate::app::format;
use crate::app::listing::Listing;
use crate::app::table::{Cell, Column, Tone};
use crate::app::views::Rows;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;
use crate::view::tone;

/// Cells before the first column: the cursor, then the mark or the sign of a remembered row.
const START: u16 = 2;

/// A list and how it is looked at.
#[derive(Debug)]
pub struct List<'m, Id, C: 'static> {
    pub rows: &'m Rows<Id, C>,
    /// Columns that say the same in every row here.
    pub hidden: &'static [C],
    pub wide: bool,
    /// The text that the filter found, in lower case.
    pub needle: Option<&'m str>,
    /// Nothing new arrives: the rows are what was true once.
    pub frozen: bool,
}

/// One row, and what is special about it.
#[derive(Debug)]
pub struct Face<R> {
    pub row: R,
    /// Nobody has to look at it.
    pub quiet: bool,
    /// Known from the last session, not checked yet.
    pub remembered: bool,
    /// AWS no longer has it.
    pub gone: bool,
}

impl<R> Face<R> {
    pub fn plain(row: R) -> Self {
        Self { row, quiet: false, remembered: false, gone: false }
    }
}

/// Draws headings and rows; `face` gives the row of an id, or the name of a thing that is no longer known.
/// Returns the lines that it took.
pub fn draw<'m, Id: Clone + Ord, C: Column>(
    canvas: &mut Canvas<'_>,
    area: Rect,
    list: &List<'m, Id, C>,
    face: impl Fn(&'m Id) -> Result<Face<C::Row<'m>>, &'m str>,
) -> u16 {
    if area.is_empty() {
        return 0;
    }
    let listing = &list.rows.listing;
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let offset = offset(listing, usize::from(body.height));
    let ids = listing.rows().iter().skip(offset).take(usize::from(body.height));
    let faces: Vec<_> = ids.clone().map(face).collect();
    let columns = place(&room(area, list), &longest::<C>(canvas, &faces));
    headings(canvas, area, list, &columns);
    for (((place, id), face), y) in (offset..).zip(ids).zip(&faces).zip(body.y..) {
        let line = Rect { y, height: 1, ..area };
        match face {
            Ok(face) => row(canvas, line, &columns, face, list),
            Err(name) => lost(canvas, line, name),
        }
        prefix(canvas, line, face.as_ref().is_ok_and(|face| face.remembered), listing.marks().contains(id));
        if place == listing.cursor() {
            let gone = listing.has_left() || !face.as_ref().is_ok_and(|face| !face.gone);
            selected(canvas, line, gone);
        }
    }
    u16::try_from(faces.len()).unwrap_or(body.height) + 1
}

fn room<Id, C: Column>(area: Rect, list: &List<'_, Id, C>) -> Room<C> {
    Room {
        width: area.width,
        start: START,
        gap: if area.width < 98 { 1 } else { 2 },
        wide: list.wide,
        hidden: list.hidden,
        sorted: Some(list.rows.sort.column),
        picked: list.rows.picked.and_then(|at| C::ALL.get(at).copied()),
    }
}

/// The cells of the longest text in each column, among the rows that are shown.
fn longest<C: Column>(canvas: &Canvas<'_>, faces: &[Result<Face<C::Row<'_>>, &str>]) -> Vec<usize> {
    let rows = || faces.iter().flatten().map(|face| &face.row);
    let of = |column: &C| rows().map(|row| fit::width(&text(canvas, &column.cell(row)))).max().unwrap_or(0);
    // What grows takes the rest whatever it holds; there is no need to look.
    C::ALL.iter().map(|column| if column.shape().grows { 0 } else { of(column) }).collect()
}

/// The first row to show: as the listing says, moved if the cursor would not be seen.
pub fn offset<Id: Clone + Ord>(listing: &Listing<Id>, height: usize) -> usize {
    let (cursor, offset) = (listing.cursor(), listing.offset());
    let lowest = (cursor + 1).saturating_sub(height.max(1));
    offset.clamp(lowest, cursor.max(lowest))
}

/// The sign of the cursor and the look of its line.
pub fn selected(canvas: &mut Canvas<'_>, line: Rect, gone: bool) {
    let role = if gone { Role::SelectionGone } else { Role::Selection };
    canvas.write(line.x, line.y, 1, canvas.signs.cursor, canvas.style(Role::Value));
    let style = canvas.style(role);
    canvas.select(line, style);
}

fn prefix(canvas: &mut Canvas<'_>, line: Rect, remembered: bool, marked: bool) {
    if remembered {
        canvas.write(line.x + 1, line.y, 1, canvas.signs.remembered, canvas.style(Role::Value));
    }
    if marked {
        canvas.write(line.x + 1, line.y, 1, canvas.signs.mark, canvas.style(Role::Mark));
    }
}

fn headings<Id, C: Column>(
    canvas: &mut Canvas<'_>,
    area: Rect,
    list: &List<'_, Id, C>,
    columns: &[Placed<C>],
) {
    let sort = list.rows.sort;
    let picked = list.rows.picked.and_then(|at| C::ALL.get(at).copied());
    for placed in columns {
        let sorted = placed.column == sort.column;
        let style = canvas.style(if sorted { Role::Sorted } else { Role::Heading });
        let title = fit::end(placed.column.title(), usize::from(placed.width), "");
        let width = u16::try_from(fit::width(&title)).unwrap_or(placed.width);
        let shift = if placed.shape.right { placed.width.saturating_sub(width) } else { 0 };
        let x = area.x + placed.x + shift;
        canvas.write(x, area.y, width, &title, style);
        if sorted {
            // The sign may stand in the gap behind its column.
            let sign = if sort.reversed { canvas.signs.rising } else { canvas.signs.falling };
            canvas.write(x + width, area.y, 1, sign, style);
        }
        if picked == Some(placed.column) {
            let style = canvas.style(Role::Selection);
            canvas.select(Rect { x, y: area.y, width, height: 1 }, style);
        }
    }
}

fn row<Id, C: Column>(
    canvas: &mut Canvas<'_>,
    line: Rect,
    columns: &[Placed<C>],
    face: &Face<C::Row<'_>>,
    list: &List<'_, Id, C>,
) {
    for placed in columns {
        let cell = placed.column.cell(&face.row);
        let role = match tone::role(cell.tone) {
            _ if list.frozen => Role::Stale,
            Role::Value if face.quiet || face.remembered => Role::Dim,
            role => role,
        };
        let text = text(canvas, &cell);
        let shown = if placed.shape.grows {
            fit::end(&text, usize::from(placed.width), canvas.signs.ellipsis)
        } else {
            fit::middle(&text, usize::from(placed.width), canvas.signs.ellipsis)
        };
        let width = u16::try_from(fit::width(&shown)).unwrap_or(placed.width);
        let shift = if placed.shape.right { placed.width.saturating_sub(width) } else { 0 };
        let x = line.x + placed.x + shift;
        canvas.write(x, line.y, placed.width, &shown, canvas.style(role));
        if let Some(needle) = list.needle {
            let at = Rect { x, width: placed.width - shift, ..line };
            highlight(canvas, at, &shown, 0, needle);
        }
    }
}

/// A word of state gets its sign; where the sign is the word itself, once is enough.
fn text<'a>(canvas: &Canvas<'_>, cell: &'a Cell<'_>) -> Cow<'a, str> {
    let text = format::plain(&cell.text);
    let Tone::Severity(severity) = cell.tone else { return text };
    let sign = canvas.signs.severity(severity);
    if sign.eq_ignore_ascii_case(&text) { sign.into() } else { format!("{sign} {text}").into() }
}

fn lost(canvas: &mut Canvas<'_>, line: Rect, name: &str) {
    let text = format!("{name}  gone: no longer known to AWS");
    let style = canvas.style(Role::Warning);
    canvas.sentence(line.x + START, line.y, line.width.saturating_sub(START), &text, style);
}
