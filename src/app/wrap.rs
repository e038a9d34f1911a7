//! Lines broken at their words, so that all of them is read on a screen that is narrower.

use super::cells;
use super::document::{Line, Piece};
use super::table::Tone;

/// The room that the last cell of a row needs to be broken where it stands; with less it goes below.
const LEAST: usize = 24;

/// One line of the screen that a longer line is broken into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub line: Line,
    /// Cells of the whole line that stand in the parts before this one.
    pub start: usize,
    /// Blanks in front of it that are not in the whole line.
    pub indent: usize,
}

/// Breaks a line at its words into lines of at most `room` cells; those that follow are indented like its value.
pub fn wrap(line: &Line, room: usize) -> Vec<Line> {
    parts(line, room).into_iter().map(|part| part.line).collect()
}

/// The same, with what each of them is of the whole line. There is always at least one.
pub fn parts(line: &Line, room: usize) -> Vec<Part> {
    if fits(line, room) {
        return vec![Part { line: line.clone(), start: 0, indent: 0 }];
    }
    let mut broken = Broken::new(indent(line).min(room / 2), room);
    if let Some(widest) = line.row {
        broken.row(&line.pieces, widest);
        broken.next_line();
        // Columns that say nothing need no line of their own.
        broken.parts.retain(|part| !part.line.text().trim().is_empty());
    } else {
        for piece in &line.pieces {
            broken.words(&piece.text, piece.tone);
        }
        broken.next_line();
    }
    for part in &mut broken.parts {
        part.line.heading = line.heading;
    }
    broken.parts
}

/// How many lines of the screen it takes.
pub fn height(line: &Line, room: usize) -> usize {
    if fits(line, room) { 1 } else { parts(line, room).len() }
}

fn fits(line: &Line, room: usize) -> bool {
    line.pieces.iter().map(|piece| cells::width(&piece.text)).sum::<usize>() <= room
}

/// Where the value of a line begins: behind its label, its first column, else further in than the line itself.
fn indent(line: &Line) -> usize {
    match line.pieces.first() {
        Some(Piece { text, .. }) if line.row.is_some() => cells::width(text),
        Some(Piece { text, tone: Tone::Label | Tone::Key }) => cells::width(text),
        Some(Piece { text, .. }) => match text.len() - text.trim_start().len() {
            0 => 0,
            blanks => blanks + 2,
        },
        None => 0,
    }
}

/// A line that is being broken.
struct Broken {
    parts: Vec<Part>,
    line: Line,
    /// Cells taken in the line that is being filled.
    taken: usize,
    /// Cells of the whole line that are already placed, and how many of them in the lines before this one.
    placed: usize,
    start: usize,
    /// Blanks in front of this line, and of those that follow.
    blanks: usize,
    indent: usize,
    room: usize,
}

impl Broken {
    fn new(indent: usize, room: usize) -> Self {
        let line = Line::default();
        Self { parts: Vec::new(), line, taken: 0, placed: 0, start: 0, blanks: 0, indent, room }
    }

    fn words(&mut self, text: &str, tone: Tone) {
        for word in text.split_inclusive(' ') {
            self.word(word, tone);
        }
    }

    fn word(&mut self, word: &str, tone: Tone) {
        let width = cells::width(word.trim_end());
        let left = self.room.saturating_sub(self.taken);
        // What has to be broken in any case begins where it stands.
        let broken = width > self.room.saturating_sub(self.indent) && left >= LEAST;
        if width > left && !broken && self.taken > self.indent {
            self.next_line();
        }
        let mut rest = word;
        // A word that is longer than a line is broken anywhere.
        while self.taken + cells::width(rest.trim_end()) > self.room {
            let (head, tail) = rest.split_at(cells::prefix(rest, self.room.saturating_sub(self.taken)));
            if head.is_empty() {
                break;
            }
            self.push(head, tone);
            self.next_line();
            rest = tail;
        }
        self.push(rest, tone);
    }

    /// Cells that stand in columns go below as they are, so that the rows of a table break at the same places.
    fn row(&mut self, columns: &[Piece], widest: usize) {
        let Some((last, columns)) = columns.split_last() else { return };
        for column in columns {
            let filled = column.text.trim_end();
            // The columns are as wide in every row, with two blanks behind them.
            let width = cells::width(&column.text).saturating_sub(2);
            if self.taken + width > self.room && self.taken > self.indent {
                self.next_line();
            }
            if self.taken + width > self.room {
                self.words(filled, column.tone);
                self.push(column.text.get(filled.len()..).unwrap_or_default(), column.tone);
            } else {
                self.push(&column.text, column.tone);
            }
        }
        // Decided by the widest one, so that the same column of all rows stands below the same heading.
        let left = self.room.saturating_sub(self.taken);
        if left >= LEAST {
            self.indent = self.taken;
        } else if widest > left && self.taken > self.indent {
            self.next_line();
        }
        self.words(&last.text, last.tone);
    }

    fn push(&mut self, text: &str, tone: Tone) {
        let width = cells::width(text);
        self.taken += width;
        self.placed += width;
        match self.line.pieces.last_mut() {
            Some(piece) if piece.tone == tone => piece.text.push_str(text),
            _ => self.line.pieces.push(Piece { text: text.to_owned(), tone }),
        }
    }

    fn next_line(&mut self) {
        // The blank between two words stays behind: with it the line might be too long.
        if let Some(last) = self.line.pieces.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        let blank = Line::default().with(" ".repeat(self.indent), Tone::Plain);
        let line = std::mem::replace(&mut self.line, blank);
        self.parts.push(Part { line, start: self.start, indent: self.blanks });
        (self.taken, self.blanks, self.start) = (self.indent, self.indent, self.placed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &Line, room: usize) -> Vec<String> {
        wrap(line, room).iter().map(|line| line.text().trim_end().to_owned()).collect()
    }

    #[test]
    fn lines_break_at_words_and_stay_under_their_value() {
        let line = Line::default().with("why  ", Tone::Label).with("all tasks of it exited", Tone::Plain);
        assert_eq!(texts(&line, 40), ["why  all tasks of it exited"]);
        assert_eq!(texts(&line, 16), ["why  all tasks", "     of it", "     exited"]);
        assert_eq!(texts(&Line::plain("abcdefgh ij"), 5), ["abcde", "fgh", "ij"]);
        assert_eq!(texts(&Line::plain("日本語"), 1), ["日本語"]);
    }

    #[test]
    fn the_rows_of_a_table_break_at_the_same_columns() {
        let row = |cells: [&str; 4]| {
            let [first, second, third, last] = cells;
            let line = Line { row: Some(39), ..Line::default() };
            let line = line.with(cells::padded(first, 8), Tone::Plain);
            let line = line.with(cells::padded(second, 12), Tone::Plain);
            line.with(cells::padded(third, 12), Tone::Plain).with(last, Tone::Plain)
        };
        assert_eq!(
            texts(&row(["NAME", "ONE", "TWO", "LAST"]), 30),
            ["NAME    ONE         TWO", "        LAST"]
        );
        let long = row(["app", "1", "", "a sentence that is long"]);
        assert_eq!(texts(&long, 30), ["app     1", "        a sentence that is", "        long"]);
        assert_eq!(texts(&long, 24), ["app     1", "        a sentence that", "        is long"]);
        let wide = row(["app", "1", "2", "a sentence that goes on where it stands"]);
        let below = " ".repeat(32) + "where it stands";
        assert_eq!(texts(&wide, 58), ["app     1           2           a sentence that goes on", &below]);
    }

    #[test]
    fn a_word_that_fits_nowhere_begins_where_it_stands() {
        let line = Line::plain(format!("arn {}", "x".repeat(60)));
        assert_eq!(texts(&line, 40), [format!("arn {}", "x".repeat(36)), "x".repeat(24)]);
    }

    #[test]
    fn parts_know_where_they_stand_in_the_whole() {
        let line = Line::default().with("why  ", Tone::Label).with("all tasks of it exited", Tone::Plain);
        let places: Vec<_> = parts(&line, 16).iter().map(|part| (part.start, part.indent)).collect();
        assert_eq!(places, [(0, 0), (15, 5), (21, 5)]);
    }
}
