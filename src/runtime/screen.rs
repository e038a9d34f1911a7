//! The picture on the terminal: draws the model when it changed, and only then.

use std::io::{self, Write};

use ratatui::layout::{Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::backend::QuietBackend;
use crate::app::model::Model;
use crate::view;
use crate::view::theme::Theme;

/// A terminal, the theme, and which version of the model it shows.
#[derive(Debug)]
pub struct Screen<W: Write> {
    terminal: Terminal<QuietBackend<W>>,
    theme: Theme,
    shown: Option<u64>,
}

impl<W: Write> Screen<W> {
    pub fn new(out: W, size: Size, theme: Theme) -> io::Result<Self> {
        let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
        let terminal = Terminal::with_options(QuietBackend::new(out, size), TerminalOptions { viewport })?;
        Ok(Self { terminal, theme, shown: None })
    }

    /// Whether the model has changed since the last picture.
    pub fn is_behind(&self, model: &Model) -> bool {
        self.shown != Some(model.version)
    }

    /// Draws the model.
    pub fn draw(&mut self, model: &Model) -> io::Result<()> {
        let size = Rect::new(0, 0, model.size.width, model.size.height);
        if self.terminal.get_frame().area() != size {
            self.terminal.backend_mut().set_size(model.size);
            self.terminal.resize(size)?;
        }
        self.terminal.draw(|frame| view::draw(model, &self.theme, frame))?;
        self.shown = Some(model.version);
        Ok(())
    }

    /// Draws everything the next time, whatever is believed to be on the terminal.
    pub fn redraw(&mut self) -> io::Result<()> {
        self.shown = None;
        self.terminal.clear()
    }

    pub fn set_theme(&mut self, theme: Theme) {
        self.shown = None;
        self.theme = theme;
    }

    /// Writes bytes that are no picture.
    pub fn write_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.terminal.backend_mut().write_raw(bytes)
    }
}
