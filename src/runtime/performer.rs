//! Carries out what the model wants from the outside, and says how it went.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::screen::Screen;
use super::terminal;
use crate::app::effect::Effect;
use crate::app::message::{Message, Report};
use crate::journal::file;

/// Carries out one effect; some have something to report.
pub fn carry_out<W: Write>(
    effect: Effect,
    screen: &mut Screen<W>,
    folder: Option<&Path>,
    now: DateTime<Utc>,
) -> io::Result<Option<Message>> {
    match effect {
        Effect::Copy { text, what } => {
            screen.write_raw(&terminal::clipboard_bytes(&text))?;
            Ok(Some(Message::Reported(Report::Done(format!("copied: {what}")))))
        }
        Effect::Save { stem, extension, text } => {
            let name = format!("{}-{stem}.{extension}", now.format("%Y%m%d-%H%M%S"));
            Ok(Some(Message::Reported(save(folder, &name, &text))))
        }
        Effect::Alert { text, by } => screen.write_raw(&terminal::alert_bytes(&text, by)).map(|()| None),
        Effect::CaptureMouse(capture) => screen.write_raw(&terminal::mouse_bytes(capture)).map(|()| None),
        Effect::Redraw => screen.redraw().map(|()| None),
        #[cfg(debug_assertions)]
        #[expect(clippy::panic, reason = "it was asked for, to see that the terminal survives it")]
        Effect::Panic => panic!("forced by a hidden command"),
        // The session carries these out.
        Effect::Refresh(_) | Effect::Perform { .. } | Effect::Record { .. } | Effect::Quit => Ok(None),
    }
}

fn save(folder: Option<&Path>, name: &str, text: &str) -> Report {
    let Some(folder) = folder else {
        return Report::Failed("not saved: there is no home folder to save in; set HOME".to_owned());
    };
    let path: PathBuf = folder.join("saved").join(name);
    match file::write(&path, text.as_bytes()) {
        Ok(()) => Report::Done(format!("saved to {}", path.display())),
        Err(error) => Report::Failed(format!("not saved to {}: {error}", path.display())),
    }
}
