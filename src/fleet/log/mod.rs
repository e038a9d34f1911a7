//! What containers write: where it goes, the events that come from there, and the buffer that holds a view's lines.

pub mod ansi;
pub mod bits;
pub mod buffer;
pub mod group;
pub mod histogram;
pub mod json;
pub mod level;
pub mod line;
pub mod marks;
pub mod mask;
pub mod origin;
mod packed;
pub mod pattern;
pub mod patterns;
pub mod quota;
pub mod rules;
pub mod search;
pub mod seen;
mod segment;
pub mod shape;
pub mod source;
pub mod streams;
pub mod trace;

use super::id::Text;

/// One event of a log stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub group: Text,
    pub stream: Text,
    /// Milliseconds since 1970.
    pub at: i64,
    /// When CloudWatch took it in, milliseconds since 1970.
    pub ingested: i64,
    /// Unique within its group; live tail has none.
    pub id: Option<Text>,
    pub message: Text,
}
