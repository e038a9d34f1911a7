//! What the program has to say: the latest on the message line, all of it in the history.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

/// How serious a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// One sentence, and when it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub at: DateTime<Utc>,
    pub level: Level,
    pub text: String,
}

/// How long a sentence that is no error stays on the message line.
const SHOWN: TimeDelta = TimeDelta::seconds(6);
/// Sentences kept in the history.
const KEPT: usize = 500;

/// All notices, newest first.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    all: VecDeque<Notice>,
    /// An error stays on the message line until the next key after it.
    read: bool,
}

impl Notices {
    pub fn say(&mut self, at: DateTime<Utc>, level: Level, text: impl Into<String>) {
        self.all.truncate(KEPT - 1);
        self.all.push_front(Notice { at, level, text: text.into() });
        self.read = false;
    }

    /// A person pressed a key: an error that was on the screen has been seen.
    pub fn mark_read(&mut self) {
        self.read = true;
    }

    pub fn all(&self) -> impl ExactSizeIterator<Item = &Notice> {
        self.all.iter()
    }

    /// What stands on the message line now.
    pub fn current(&self, now: DateTime<Utc>) -> Option<&Notice> {
        let newest = self.all.front()?;
        let stays = newest.level == Level::Error && !self.read;
        (stays || now - newest.at < SHOWN).then_some(newest)
    }

    /// When the message line will be empty again.
    pub fn ends_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let newest = self.all.front()?;
        let end = newest.at + SHOWN;
        (end > now).then_some(end)
    }
}
