//! The line at the bottom of a log view: what is searched, kept or hidden, and which time is gone to.

use crate::app::text_input::TextInput;

/// What is typed is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Purpose {
    Search,
    Keep,
    Hide,
    /// A time to jump to.
    Time,
    /// A range of time that ends now.
    Range,
    /// Which lines are saved, and how.
    Save(Saving),
}

impl Purpose {
    /// What ctrl-t makes of it.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Search => Self::Keep,
            Self::Keep => Self::Hide,
            Self::Hide => Self::Search,
            other => other,
        }
    }
}

/// How lines are saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saving {
    /// One JSON object for each line instead of text.
    pub json: bool,
    /// Secrets are left as they are.
    pub secrets: bool,
}

/// Which lines are saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Extent {
    /// All lines of the buffer.
    Buffer,
    /// Those that rules, streams, level and range let through.
    Shown,
    Marked,
}

impl Prompt {
    pub fn new(purpose: Purpose, before: String) -> Self {
        Self { purpose, input: TextInput::default(), before, mistake: None }
    }

    /// What may be typed, where nothing stands in the prompt yet.
    pub fn hint(&self) -> String {
        match self.purpose {
            Purpose::Search => "text or regex, 'literal; ctrl-t: keep".to_owned(),
            Purpose::Keep => "show only what matches; ctrl-t: hide".to_owned(),
            Purpose::Hide => "hide what matches; ctrl-t: search".to_owned(),
            Purpose::Time => "14:03, -10m, yesterday 22:15, deploy, stop, alarm".to_owned(),
            Purpose::Range => "45m, 2h, 3d, or when it begins: 14:03".to_owned(),
            Purpose::Save(Saving { json, secrets }) => format!(
                "b buffer, s shown, m marked; {} (j), secrets {} (x)",
                if json { "JSON lines" } else { "text" },
                if secrets { "as they are" } else { "masked" }
            ),
        }
    }
}

/// What is being typed in a log view.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub purpose: Purpose,
    pub input: TextInput,
    /// The search before it.
    pub before: String,
    /// What is wrong with what is typed.
    pub mistake: Option<String>,
}
