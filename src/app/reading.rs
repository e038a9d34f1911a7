//! How a text stands on the screen: which rows it takes there, which of them are shown, and where a match is.

use super::cells;
use super::document::{Document, Line};
use super::format;
use super::wrap::{self, Part};

/// A row of a text: the line that it belongs to, and which of the parts of that line it is.
///
/// Rows are told by their line, so that a text stays where it is when it is wrapped or the terminal changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    pub line: usize,
    pub part: usize,
}

/// A text with the room that it is shown in.
#[derive(Debug)]
pub struct Reading<'a> {
    document: &'a Document,
    /// The cells at which lines are broken; `None` where they run on.
    room: Option<usize>,
    page: usize,
    /// The rows down to the end of each line.
    ends: Vec<usize>,
}

impl<'a> Reading<'a> {
    /// A text of which `page` rows are shown; it is wrapped where there is a `room` to wrap it in.
    pub fn new(document: &'a Document, room: Option<usize>, page: usize) -> Self {
        let mut rows = 0;
        let ends = document.lines.iter().map(|line| {
            rows += room.map_or(1, |room| wrap::height(line, room));
            rows
        });
        Self { document, room, page, ends: ends.collect() }
    }

    /// The rows of the whole text.
    pub fn rows(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The rows above the screen when it is scrolled to a place; the last page stays full.
    pub fn above(&self, top: Place) -> usize {
        let start = top.line.checked_sub(1).map_or(0, |before| self.end(before));
        let last = self.end(top.line).saturating_sub(1);
        (start + top.part).min(last).min(self.rows().saturating_sub(self.page))
    }

    /// The place of a row, counted from the start of the text.
    pub fn place(&self, row: usize) -> Place {
        let line = self.ends.partition_point(|end| *end <= row);
        let start = line.checked_sub(1).map_or(0, |before| self.end(before));
        Place { line, part: row.saturating_sub(start) }
    }

    /// The first and the last line on the screen, counted from 1, where not all of the text is there.
    pub fn span(&self, top: Place) -> Option<(usize, usize)> {
        let above = self.above(top);
        let last = self.place((above + self.page).min(self.rows()).saturating_sub(1));
        (self.rows() > self.page).then(|| (self.place(above).line + 1, last.line + 1))
    }

    /// The rows on the screen, each with its whole line.
    pub fn shown(&self, top: Place) -> Vec<(&'a Line, Part)> {
        let above = self.above(top);
        let first = self.place(above);
        let rest = self.document.lines.iter().skip(first.line);
        let rows = rest.flat_map(|line| self.parts(line).into_iter().map(move |part| (line, part)));
        rows.skip(first.part).take(self.page).collect()
    }

    /// The rows in which what is searched for begins.
    pub fn matches(&self, needle: &str) -> Vec<Place> {
        let needle = needle.to_lowercase();
        let mut places = Vec::new();
        for line in self.document.matches(&needle) {
            let Some(found) = self.document.lines.get(line) else { continue };
            let parts = self.parts(found);
            let text = found.text();
            let hits = cells::matches(&format::plain(&text), &needle);
            let part = |at: usize| parts.iter().rposition(|part| part.start <= at).unwrap_or(0);
            // Where the cells are not known, the line is.
            let of_line =
                if hits.is_empty() { vec![0] } else { hits.iter().map(|(at, _)| part(*at)).collect() };
            places.extend(of_line.into_iter().map(|part| Place { line, part }));
        }
        places.dedup();
        places
    }

    fn parts(&self, line: &Line) -> Vec<Part> {
        match self.room {
            Some(room) => wrap::parts(line, room),
            None => vec![Part { line: line.clone(), start: 0, indent: 0 }],
        }
    }

    fn end(&self, line: usize) -> usize {
        self.ends.get(line).copied().unwrap_or_else(|| self.rows())
    }
}
