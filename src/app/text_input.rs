//! One line of text that is being typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

/// The line and its cursor.
#[derive(Debug, Clone, Default)]
pub struct TextInput(Input);

impl TextInput {
    pub fn new(text: &str) -> Self {
        Self(Input::new(text.to_owned()))
    }

    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Cells before the cursor.
    pub fn cursor(&self) -> usize {
        self.0.visual_cursor()
    }

    pub fn set(&mut self, text: &str) {
        self.0 = Input::new(text.to_owned());
    }

    /// Pasted text goes in as one line.
    pub fn paste(&mut self, text: &str) {
        for character in text.chars().filter(|c| !c.is_control()) {
            self.0.handle(InputRequest::InsertChar(character));
        }
    }

    /// Takes a key that edits text; tells whether it was one.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let request = match key.code {
            KeyCode::Char('u') if ctrl => InputRequest::DeleteLine,
            KeyCode::Char('w') if ctrl => InputRequest::DeletePrevWord,
            KeyCode::Char('a') if ctrl => InputRequest::GoToStart,
            KeyCode::Char('e') if ctrl => InputRequest::GoToEnd,
            KeyCode::Char(character) if !ctrl && !key.modifiers.contains(KeyModifiers::ALT) => {
                InputRequest::InsertChar(character)
            }
            KeyCode::Backspace => InputRequest::DeletePrevChar,
            KeyCode::Delete => InputRequest::DeleteNextChar,
            KeyCode::Left => InputRequest::GoToPrevChar,
            KeyCode::Right => InputRequest::GoToNextChar,
            KeyCode::Home => InputRequest::GoToStart,
            KeyCode::End => InputRequest::GoToEnd,
            _ => return false,
        };
        self.0.handle(request);
        true
    }
}
