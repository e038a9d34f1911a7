//! The only way onto the screen: text made harmless, cut to its cells, in the colours of its role.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::fit;
use super::glyphs::Signs;
use super::theme::{Role, Theme};
use super::tone;
use crate::app::document::Line;
use crate::app::format;
use crate::fleet::log::ansi;

/// The buffer with what it is drawn with. Whatever lies outside of the buffer is not drawn.
#[derive(Debug)]
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    pub signs: &'static Signs,
    /// Where the terminal's own cursor stands, while text is typed.
    pub caret: Option<Position>,
}

impl<'a> Canvas<'a> {
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme, signs: &'static Signs) -> Self {
        Self { buffer, theme, signs, caret: None }
    }

    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// The look that a container asked for.
    pub fn paint(&self, wanted: &ansi::Style) -> Style {
        self.theme.paint(wanted)
    }

    /// Writes text into at most `room` cells of a line, cut off without a sign; returns the cells that it took.
    ///
    /// All text passes here, so that nothing that AWS or a user wrote can steer the terminal.
    pub fn write(&mut self, x: u16, y: u16, room: u16, text: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        if !area.contains(Position::new(x, y)) {
            return 0;
        }
        let room = room.min(area.right() - x);
        // Nearly everything is ASCII: no need to look for graphemes.
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            let mut taken = 0;
            let cells = self.cells(Rect::new(x, y, room, 1));
            for (cell, byte) in cells.zip(text.bytes()) {
                // Text takes the place of what was there, with its look: a title is not dim for its frame is.
                cell.reset();
                cell.set_char(char::from(byte)).set_style(style);
                taken += 1;
            }
            return taken;
        }
        let safe = format::plain(text);
        let taken = u16::try_from(fit::width(&safe)).unwrap_or(room).min(room);
        self.cells(Rect::new(x, y, taken, 1)).for_each(Cell::reset);
        let (end, _) = self.buffer.set_stringn(x, y, safe, usize::from(room), style);
        end - x
    }

    /// Writes a sentence, shortened at its end.
    pub fn sentence(&mut self, x: u16, y: u16, room: u16, text: &str, style: Style) -> u16 {
        let text = fit::end(text, usize::from(room), self.signs.ellipsis);
        self.write(x, y, room, &text, style)
    }

    /// Writes a line of pieces, each in the style of its tone, shortened at its end.
    pub fn line(&mut self, x: u16, y: u16, room: u16, line: &Line) -> u16 {
        self.line_from(x, y, room, line, 0)
    }

    /// The same, without its first `skipped` cells.
    pub fn line_from(&mut self, x: u16, y: u16, room: u16, line: &Line, mut skipped: usize) -> u16 {
        let total: usize = line.pieces.iter().map(|piece| fit::width(&format::plain(&piece.text))).sum();
        let cut = total.saturating_sub(skipped) > usize::from(room);
        let limit = if cut { room.saturating_sub(1) } else { room };
        let mut taken = 0;
        let mut style = Style::new();
        for piece in &line.pieces {
            let text = format::plain(&piece.text);
            let shown = fit::skip(&text, skipped);
            skipped = skipped.saturating_sub(fit::width(&text));
            if taken < limit && !shown.is_empty() {
                style = self.style(tone::role(piece.tone));
                taken += self.write(x + taken, y, limit - taken, shown, style);
            }
        }
        if cut {
            taken += self.write(x + taken, y, 1, self.signs.ellipsis, style);
        }
        taken
    }

    /// Changes the style of what is already there.
    pub fn restyle(&mut self, area: Rect, style: Style) {
        for y in area.top()..area.bottom() {
            for cell in self.cells(Rect { y, height: 1, ..area }) {
                cell.set_style(style);
            }
        }
    }

    /// Gives what is already there another look, with nothing left of its own.
    pub fn redress(&mut self, area: Rect, style: Style) {
        self.restyle(area, Style::reset());
        self.restyle(area, style);
    }

    /// Lays a selection over a line: nothing on it stays dim.
    pub fn select(&mut self, area: Rect, style: Style) {
        for cell in self.cells(Rect { height: 1, ..area }) {
            cell.modifier.remove(Modifier::DIM);
            cell.set_style(style);
        }
    }

    /// Empties an area; a wide character that stands half in it goes as a whole.
    pub fn clear(&mut self, area: Rect) {
        for y in area.top()..area.bottom() {
            if let Some(before) = area.x.checked_sub(1) {
                for cell in self.cells(Rect::new(before, y, 1, 1)) {
                    if cell.symbol().width() > 1 {
                        cell.set_symbol(" ");
                    }
                }
            }
            for cell in self.cells(Rect { y, height: 1, ..area }) {
                cell.reset();
            }
        }
    }

    /// Fills a line with one character.
    pub fn rule(&mut self, area: Rect, symbol: &str, style: Style) {
        for cell in self.cells(Rect { height: 1, ..area }) {
            cell.set_symbol(symbol).set_style(style);
        }
    }

    /// Puts one character.
    pub fn put(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        self.rule(Rect::new(x, y, 1, 1), symbol, style);
    }

    /// The cells of the first line of an area, as far as they are on the screen.
    fn cells(&mut self, area: Rect) -> std::slice::IterMut<'_, Cell> {
        let line = Rect { height: area.height.min(1), ..area }.intersection(self.buffer.area);
        let top = usize::from(line.y - self.buffer.area.y);
        let start = top * usize::from(self.buffer.area.width) + usize::from(line.x - self.buffer.area.x);
        let end = if line.is_empty() { start } else { start + usize::from(line.width) };
        self.buffer.content.get_mut(start..end).unwrap_or_default().iter_mut()
    }
}
