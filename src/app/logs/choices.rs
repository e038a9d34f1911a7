//! How lines are shown: what a person chose.

use strum::{Display, EnumIter};

use crate::fleet::log::level::Level;

/// The choices of one view.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "switches that a person turns one by one")]
pub struct Choices {
    pub form: Form,
    pub time: TimeForm,
    pub histogram: bool,
    /// The frames of a stack trace stand folded under its first line.
    pub fold_traces: bool,
    /// Lines that say the same as the one before them in their stream stand folded under it.
    pub fold_repeats: bool,
    /// Only lines of this level or worse.
    pub least: Option<Level>,
    /// Only one side of a blue/green deployment.
    pub side: Option<Hue>,
    /// Long lines are wrapped.
    pub wrap: bool,
    /// Columns of the messages that are scrolled away to the left.
    pub right: usize,
    /// New lines come by StartLiveTail.
    pub live: bool,
    /// The body takes the whole screen.
    pub full: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            form: Form::Compact,
            time: TimeForm::Millis,
            histogram: true,
            fold_traces: true,
            fold_repeats: false,
            least: None,
            side: None,
            wrap: false,
            right: 0,
            live: false,
            full: false,
        }
    }
}

/// How a line that is JSON is shown; all other lines are shown as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumIter)]
#[strum(serialize_all = "lowercase")]
pub enum Form {
    /// As it was written.
    Raw,
    /// Level and message, then the other fields as `key=value`.
    Compact,
    /// Fields that many lines have, in columns.
    Columns,
}

/// How the time of a line is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumIter)]
#[strum(serialize_all = "lowercase")]
pub enum TimeForm {
    Off,
    Seconds,
    Millis,
    /// Since the line above it.
    Delta,
    Age,
}

/// A side of a blue/green deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumIter)]
#[strum(serialize_all = "lowercase")]
pub enum Hue {
    Blue,
    Green,
}
