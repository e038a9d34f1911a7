//! A ratatui backend that writes one piece per picture, inside a synchronized update, and nothing for an equal one.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Begin and end of a synchronized update (DEC mode 2026): the terminal shows the picture when it is whole.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Gathers what crossterm writes and hands it on as one piece.
#[derive(Debug)]
struct Picture<W: Write> {
    bytes: Vec<u8>,
    out: W,
}

impl<W: Write> Write for Picture<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            self.bytes.extend_from_slice(BEGIN);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        self.bytes.extend_from_slice(END);
        let written = self.out.write_all(&self.bytes).and_then(|()| self.out.flush());
        self.bytes.clear();
        written
    }
}

/// The backend. Its size is told, not asked: the model knows it.
#[derive(Debug)]
pub struct QuietBackend<W: Write> {
    crossterm: CrosstermBackend<Picture<W>>,
    size: Size,
    cursor: Option<Position>,
    cursor_shown: bool,
}

impl<W: Write> QuietBackend<W> {
    pub fn new(out: W, size: Size) -> Self {
        let picture = Picture { bytes: Vec::with_capacity(16 * 1024), out };
        Self { crossterm: CrosstermBackend::new(picture), size, cursor: None, cursor_shown: true }
    }

    pub fn set_size(&mut self, size: Size) {
        self.size = size;
    }

    /// Writes bytes that are no picture: a clipboard, a mode.
    pub fn write_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.crossterm.write_all(bytes)?;
        Write::flush(&mut self.crossterm)
    }
}

impl<W: Write> Backend for QuietBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        // Writing cells moves the cursor.
        self.cursor = None;
        self.crossterm.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.cursor_shown, false) { self.crossterm.hide_cursor() } else { Ok(()) }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.cursor_shown, true) { Ok(()) } else { self.crossterm.show_cursor() }
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor.replace(position) == Some(position) {
            return Ok(());
        }
        self.crossterm.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.cursor = None;
        self.crossterm.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.crossterm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::{Terminal, TerminalOptions, Viewport};

    fn draw(terminal: &mut Terminal<QuietBackend<&mut Vec<u8>>>, text: &str) {
        terminal
            .draw(|frame| frame.buffer_mut().set_string(0, 0, text, ratatui::style::Style::new()))
            .map(|_| ())
            .unwrap();
    }

    #[test]
    fn an_equal_picture_writes_nothing_and_another_one_is_synchronized() {
        let mut out = Vec::new();
        {
            let backend = QuietBackend::new(&mut out, Size::new(20, 5));
            let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 5));
            let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
            draw(&mut terminal, "one");
            draw(&mut terminal, "one");
            draw(&mut terminal, "two");
        }
        let pictures = out.windows(BEGIN.len()).filter(|bytes| *bytes == BEGIN).count();
        // The first picture hides the cursor in a piece of its own.
        assert_eq!(pictures, 3, "{}", String::from_utf8_lossy(&out));
        assert!(out.ends_with(END));
    }
}
