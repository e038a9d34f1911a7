//! Whether a command can be done now, and why not.

use crate::app::command::Command;
use crate::app::model::Model;

/// Whether a command can be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    Ready,
    /// A sentence for the person who asked.
    Not(String),
}

/// Looks at the screen and the row under the cursor.
pub fn availability(_model: &Model, _command: Command) -> Availability {
    Availability::Ready
}
