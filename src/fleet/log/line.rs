//! One line of a buffer, and the name by which a cursor finds it again.

use super::streams::StreamId;

/// A line of one buffer; it stays the same while other lines come before it or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LineId {
    /// Milliseconds since 1970.
    pub at: i64,
    /// Milliseconds since 1970.
    pub ingested: i64,
    pub stream: StreamId,
    /// Its number among the lines of its stream with the same two times, in order of arrival.
    pub nth: u32,
}

/// One line as it lies in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// 0 for the oldest line that the buffer holds; changes as lines come and go.
    pub index: usize,
    /// Milliseconds since 1970.
    pub at: i64,
    /// When CloudWatch took it in, milliseconds since 1970.
    pub ingested: i64,
    pub stream: StreamId,
    /// It came more than 1.5 s behind the newest line.
    pub late: bool,
    /// The whole message as it was written, with escape sequences if it has any.
    pub text: &'a str,
}
