//! Taking the terminal and giving it back, also when the program panics or is told to end.

use std::io::{self, IsTerminal, Write};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{Command, cursor, execute};

use crate::app::format::plain;
use crate::app::settings::Notify;

/// Letters of a notice that a desktop shows.
const NOTICE: usize = 250;

/// Lets the wheel move lists while the mouse is not captured (DEC mode 1007).
struct AlternateScroll(bool);

impl Command for AlternateScroll {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str(if self.0 { "\x1b[?1007h" } else { "\x1b[?1007l" })
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Why the dashboard cannot be drawn here, as a sentence.
pub fn reason_against(term: Option<&str>) -> Option<&'static str> {
    if term == Some("dumb") {
        return Some("this terminal (TERM=dumb) cannot show a full screen; run: fargate-top triage --once");
    }
    let there = io::stdout().is_terminal() && io::stdin().is_terminal();
    (!there).then_some("this is not a terminal; run: fargate-top triage --once")
}

/// Takes the terminal: raw keys, the alternate screen, pastes as one piece.
pub fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, AlternateScroll(true), cursor::Hide)?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives it back as it was. Safe to call twice.
pub fn give_back() {
    let mut out = io::stdout();
    // Each step is tried whatever became of the one before: there is nobody left to tell.
    let _ = execute!(
        out,
        DisableMouseCapture,
        DisableBracketedPaste,
        AlternateScroll(false),
        LeaveAlternateScreen
    );
    let _ = execute!(out, cursor::Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// Captures the mouse or lets it go, as bytes for the screen's writer.
pub fn mouse_bytes(capture: bool) -> Vec<u8> {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = if capture {
        EnableMouseCapture.write_ansi(&mut text)
    } else {
        DisableMouseCapture.write_ansi(&mut text)
    };
    text.into_bytes()
}

/// Puts text on the clipboard of the terminal (OSC 52), as bytes for the screen's writer.
pub fn clipboard_bytes(text: &str) -> Vec<u8> {
    let mut bytes = String::new();
    let _ = crossterm::clipboard::CopyToClipboard::to_clipboard_from(text).write_ansi(&mut bytes);
    bytes.into_bytes()
}

/// Calls a person, as bytes for the screen's writer: the bell, and a notice of the desktop where one is wanted.
///
/// Nothing of the text can end the sequence or begin another one.
pub fn alert_bytes(text: &str, by: Notify) -> Vec<u8> {
    let text: String = plain(text).chars().map(|c| if c == ';' { ',' } else { c }).take(NOTICE).collect();
    let notice = match by {
        Notify::Off => return Vec::new(),
        Notify::Bell => String::new(),
        Notify::Osc9 => format!("\x1b]9;fargate-top: {text}\x1b\\"),
        Notify::Osc777 => format!("\x1b]777;notify;fargate-top;{text}\x1b\\"),
    };
    format!("{notice}\x07").into_bytes()
}

/// A panic in any thread or task gives the terminal back, tells what happened and ends the program: half a program
/// that draws on would show what nobody updates.
pub fn end_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        report(panic);
        #[expect(clippy::disallowed_methods, reason = "after a panic there is no way back through main")]
        std::process::exit(101);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_steers_the_terminal_out_of_a_notice() {
        let told = |by| String::from_utf8_lossy(&alert_bytes("api\u{1b}\\; \u{7}waits", by)).into_owned();
        assert_eq!(told(Notify::Off), "");
        assert_eq!(told(Notify::Bell), "\u{7}");
        assert_eq!(told(Notify::Osc9), "\u{1b}]9;fargate-top: api·\\, ·waits\u{1b}\\\u{7}");
        assert_eq!(told(Notify::Osc777), "\u{1b}]777;notify;fargate-top;api·\\, ·waits\u{1b}\\\u{7}");
    }
}
