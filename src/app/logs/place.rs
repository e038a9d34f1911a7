//! Where a person is in the lines: at the newest, or at one line while others come.

use chrono::{DateTime, Utc};

use crate::fleet::log::buffer::LogBuffer;
use crate::fleet::log::line::LineId;

/// Where a person is.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The line a person is at; none while the newest line is followed.
    pub cursor: Option<Cursor>,
    /// Since when the view does not follow.
    pub pause: Option<Pause>,
    /// Where the lines begin that came in the last pause.
    pub divider: Option<Divider>,
    /// The lines on screen, where the buffer has dropped them.
    pub held: Option<LogBuffer>,
}

/// One line, and where it stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub line: LineId,
    /// Rows above it on the screen.
    pub row: usize,
}

/// What happened since a person stopped following.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub at: DateTime<Utc>,
    /// Lines that arrived since.
    pub arrived: u64,
    /// The newest line at that time.
    pub last: Option<LineId>,
}

/// Stands behind a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divider {
    pub after: LineId,
    /// Lines that arrived in the pause.
    pub arrived: u64,
}
