//! Lines of text: wrapped at words, cut where they run on, with what is searched for in view.

use ratatui::layout::Rect;

use crate::app::document::{Line, Piece};
use crate::app::format;
use crate::app::table::Tone;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;

/// Draws lines from the top of an area, without their first `right` cells.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, lines: &[Line], right: usize, needle: &str) {
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        canvas.line_from(area.x, y, area.width, line, right);
        if !needle.is_empty() {
            highlight(canvas, Rect { y, height: 1, ..area }, &format::plain(&line.text()), right, needle);
        }
    }
}

/// Marks where `needle`, in lower case, occurs in a text that stands in this area without its first `right` cells.
pub fn highlight(canvas: &mut Canvas<'_>, area: Rect, text: &str, right: usize, needle: &str) {
    for (at, cells) in fit::matches(text, needle) {
        let start = at.max(right) - right;
        let end = (at + cells).saturating_sub(right).min(usize::from(area.width));
        if let (Ok(start), Ok(end)) = (u16::try_from(start), u16::try_from(end))
            && start < end
        {
            let found = Rect { x: area.x + start, width: end - start, ..area };
            let style = canvas.style(Role::Match);
            canvas.restyle(found, style);
        }
    }
}

/// Breaks a line at its words into lines of at most `room` cells; those that follow are indented like its value.
pub fn wrap(line: &Line, room: usize) -> Vec<Line> {
    let total: usize = line.pieces.iter().map(|piece| fit::width(&piece.text)).sum();
    if total <= room {
        return vec![line.clone()];
    }
    let indent = indent(line).min(room / 2);
    let mut wrapped = Wrapped { lines: Vec::new(), line: Line::default(), taken: 0, indent, room };
    for piece in &line.pieces {
        for word in piece.text.split_inclusive(' ') {
            wrapped.word(word, piece.tone);
        }
    }
    wrapped.next_line();
    for part in &mut wrapped.lines {
        part.heading = line.heading;
    }
    wrapped.lines
}

/// Where the value of a line begins: behind its label, else behind its blanks.
fn indent(line: &Line) -> usize {
    match line.pieces.first() {
        Some(Piece { text, tone: Tone::Label | Tone::Key }) => fit::width(text),
        Some(Piece { text, .. }) => text.len() - text.trim_start().len(),
        None => 0,
    }
}

struct Wrapped {
    lines: Vec<Line>,
    line: Line,
    taken: usize,
    indent: usize,
    room: usize,
}

impl Wrapped {
    fn word(&mut self, word: &str, tone: Tone) {
        let fits = |taken: usize| taken + fit::width(word.trim_end()) <= self.room;
        if !fits(self.taken) && self.taken > self.indent {
            self.next_line();
        }
        let mut rest = word;
        // A word that is longer than a line is broken anywhere.
        while self.taken + fit::width(rest.trim_end()) > self.room {
            let (head, tail) = rest.split_at(fit::prefix(rest, self.room.saturating_sub(self.taken)));
            if head.is_empty() {
                break;
            }
            self.push(head, tone);
            self.next_line();
            rest = tail;
        }
        self.push(rest, tone);
    }

    fn push(&mut self, text: &str, tone: Tone) {
        self.taken += fit::width(text);
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
        self.lines.push(std::mem::replace(&mut self.line, blank));
        self.taken = self.indent;
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
}
