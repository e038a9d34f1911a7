//! Columns that line up, for short lists inside a text.

use super::Page;
use crate::app::cells;
use crate::app::document::Line;
use crate::app::format;
use crate::app::table::{Cell, Tone};

/// What stands in a cell that has nothing to say.
pub(super) const NOTHING: &str = "-";

/// Rows of `N` cells under their headings.
pub(super) struct Grid<const N: usize> {
    heads: [&'static str; N],
    rows: Vec<[Cell<'static>; N]>,
}

impl<const N: usize> Grid<N> {
    pub(super) fn new(heads: [&'static str; N]) -> Self {
        Self { heads, rows: Vec::new() }
    }

    /// Rows that explain themselves.
    pub(super) fn without_heads() -> Self {
        Self::new([""; N])
    }

    pub(super) fn row(&mut self, cells: [Cell<'static>; N]) {
        self.rows.push(cells);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the rows; a column that says nothing in any of them is left out.
    pub(super) fn write(self, page: &mut Page<'_>) {
        let columns: Vec<(usize, usize)> = self
            .heads
            .iter()
            .enumerate()
            .filter_map(|(column, head)| {
                let cells = || self.rows.iter().filter_map(|row| row.get(column));
                let speaks = cells().any(|cell| !matches!(&*cell.text, "" | NOTHING));
                let widest = cells().map(|cell| width(&cell.text)).max()?;
                speaks.then(|| (column, widest.max(head.len())))
            })
            .collect();
        let (last, widest) = columns.last().copied().unzip();
        // Two blanks part a column from the next one.
        let filled = |column: usize, width: usize, text: &str| {
            let room = if Some(column) == last { 0 } else { width + 2 };
            cells::padded(&format::plain(text), room)
        };
        if self.heads.iter().any(|head| !head.is_empty()) {
            let mut line = Line { row: widest, ..Line::default() };
            for (column, width) in &columns {
                let head = self.heads.get(*column).copied().unwrap_or_default();
                line = line.with(filled(*column, *width, head), Tone::Label);
            }
            page.text.push(line);
        }
        for row in self.rows {
            let mut line = Line { row: widest, ..Line::default() };
            for (column, width) in &columns {
                let Some(cell) = row.get(*column) else { continue };
                line = line.with(filled(*column, *width, &cell.text), cell.tone);
            }
            page.text.push(line);
        }
    }
}

fn width(text: &str) -> usize {
    cells::width(&format::plain(text))
}

/// A cell of a value that may be missing.
pub(super) fn or_nothing(value: Option<impl Into<String>>) -> Cell<'static> {
    match value {
        Some(value) => Cell::plain(value.into()),
        None => Cell::new(NOTHING, Tone::Dim),
    }
}
