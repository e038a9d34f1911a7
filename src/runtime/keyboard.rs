//! The thread that reads keys, pastes, the mouse and resizes from the terminal.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyModifiers};
use tokio::sync::mpsc;

use crate::app::message::{Input, Message};

/// What the keyboard thread tells.
#[derive(Debug)]
pub enum Heard {
    Input(Message),
    /// The background of the terminal, if it told.
    Background(Option<Background>),
    /// The terminal is gone.
    Closed,
}

/// What stands behind the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    Dark,
    Light,
}

/// How long the terminal may take to tell its background.
const PATIENCE: Duration = Duration::from_millis(100);

/// Starts the thread; it ends with the process, because reading cannot be interrupted.
pub fn listen(ask_background: bool) -> mpsc::UnboundedReceiver<Heard> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        // Asked before any key is read, because a late answer would arrive as keys.
        let mut late = false;
        if ask_background {
            let background = background();
            late = background.is_none();
            let _ = sender.send(Heard::Background(background));
        }
        let mut swallowing = false;
        loop {
            let Ok(event) = crossterm::event::read() else {
                let _ = sender.send(Heard::Closed);
                return;
            };
            if late && is_late_answer(&event, &mut swallowing) {
                continue;
            }
            let input = match event {
                Event::Key(key) => Input::Key(key),
                Event::Paste(text) => Input::Paste(text),
                Event::Mouse(mouse) => Input::Mouse(mouse),
                Event::Resize(width, height) => Input::Resize(width, height),
                Event::FocusGained | Event::FocusLost => continue,
            };
            if sender.send(Heard::Input(Message::Input(input))).is_err() {
                return;
            }
        }
    });
    receiver
}

fn background() -> Option<Background> {
    let mut options = terminal_colorsaurus::QueryOptions::default();
    options.timeout = PATIENCE;
    match terminal_colorsaurus::theme_mode(options) {
        Ok(terminal_colorsaurus::ThemeMode::Light) => Some(Background::Light),
        Ok(terminal_colorsaurus::ThemeMode::Dark) => Some(Background::Dark),
        Err(_) => None,
    }
}

/// An answer to the question about the background that came too late: crossterm reads it as alt-`]`, its digits and
/// an end. It is swallowed, never taken for keys.
fn is_late_answer(event: &Event, swallowing: &mut bool) -> bool {
    let Event::Key(key) = event else { return false };
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    match key.code {
        KeyCode::Char(']') if alt => *swallowing = true,
        KeyCode::Char('\\') if alt && *swallowing => {
            *swallowing = false;
            return true;
        }
        KeyCode::Char('g') if key.modifiers.contains(KeyModifiers::CONTROL) && *swallowing => {
            *swallowing = false;
            return true;
        }
        KeyCode::Char(c) if *swallowing && (c.is_ascii_hexdigit() || ";:/rgb".contains(c)) => {}
        _ => *swallowing = false,
    }
    *swallowing
}
