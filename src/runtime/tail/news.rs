//! What a tail tells whoever shows its lines.

use super::plan::Trouble;
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::log::group::Remark;

/// What a tail tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    Events {
        /// Each event once, of one group, in the order of the answer.
        events: Vec<Event>,
        /// Everything before this was told, as far as CloudWatch had it; milliseconds since 1970.
        settled: i64,
        /// Groups that cannot be read at present.
        stuck: Vec<Text>,
    },
    /// A group cannot be read; it is tried again.
    Trouble(Trouble),
    /// A group keeps less than is wanted of it, or gives nothing at all. Told once.
    Remark(Remark),
    /// Sessions of a live tail run.
    Live {
        /// Since when the oldest of them has followed its group, renewals included; milliseconds since 1970.
        since: i64,
        /// Those that AWS bills by the minute now. With none, lines come by polling until there is one again.
        sessions: usize,
    },
    /// AWS tells 500 lines of each second and leaves out the rest, since then; `None`: not any more. What was left
    /// out for less than half a minute is read afterwards.
    Sampled { since: Option<i64> },
    /// A group is polled from now on, though a live tail was wanted; the sentence says why.
    FellBack(String),
    /// So many lines that sessions told here were thrown away, because nobody took them; those that polling happens to
    /// read afterwards are told after all.
    Dropped(u64),
    /// Everything up to the end was told, but for so many groups that could not be read.
    Done { given_up: usize },
}
