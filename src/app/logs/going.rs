//! Where a person is to be as soon as the lines are there.

/// Something that was asked for before it could be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// The match next to the cursor, once the search has come across one.
    Match,
    /// The first line from this time on, milliseconds since 1970, once everything since then was read.
    Time(i64),
}
