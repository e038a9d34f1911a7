//! The open command palette: what is typed and what is suggested.

use super::command::Command;
use super::screen::Screen;
use super::text_input::TextInput;

/// The open palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    pub input: TextInput,
    pub items: Vec<Item>,
    pub selected: usize,
    /// Suggestions in all, of which the best are in `items`.
    pub found: usize,
}

/// What running a suggestion does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Run(Command),
    Go(Screen),
}

/// One suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What would have to be typed.
    pub text: String,
    /// `view`, `command`, `service`, `cluster`.
    pub kind: &'static str,
    pub about: String,
    pub choice: Choice,
    /// Why it can't be done now.
    pub not_now: Option<String>,
}

impl Palette {
    pub fn step(&mut self, by: isize) {
        let last = self.items.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    pub fn chosen(&self) -> Option<&Item> {
        self.items.get(self.selected)
    }
}
