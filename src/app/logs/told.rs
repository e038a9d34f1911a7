//! What the tail of a view tells, and what of it is kept beside the lines.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::fleet::id::Text;
use crate::fleet::log::Event;

/// News of a tail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Lines as they come.
    Lines {
        events: Vec<Event>,
        /// Everything before this was told, as far as CloudWatch had it; milliseconds since 1970.
        settled: i64,
        /// Groups that cannot be read at present; why was told.
        stuck: Vec<Text>,
    },
    /// Lines that were asked for because a person went back.
    Older { events: Vec<Event> },
    /// Everything from this time on was told, milliseconds since 1970, but for groups that could not be read.
    OlderDone { from: i64, given_up: usize },
    /// A group cannot be read; a sentence.
    Trouble { group: Text, sentence: String },
    /// Something that will not change; a sentence.
    Remark(String),
    /// Live tail began to leave lines out at this time, or does not any more.
    Sampled(Option<DateTime<Utc>>),
    /// Live tail runs since then, or not any more.
    Session(Option<DateTime<Utc>>),
    /// Live tail was not taken in quickly enough: so many lines are missing.
    Missed(u64),
    /// A group is polled although live tail was wanted, for this reason.
    FellBack(String),
}

/// What is known of the tail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tail {
    /// Everything before this was told; `None` before the first answer. Milliseconds since 1970.
    pub settled: Option<i64>,
    /// What cannot be read at present, a sentence for each group.
    pub troubles: BTreeMap<Text, String>,
    /// Sentences about what will never be there.
    pub remarks: BTreeSet<String>,
    pub sampled: Option<DateTime<Utc>>,
    pub session: Option<DateTime<Utc>>,
    /// Lines that live tail lost.
    pub missed: u64,
    /// The view was left, and nothing is read meanwhile.
    pub left: bool,
}

impl Tail {
    /// Nothing is told any more: what only a running tail can say is over.
    pub fn end(&mut self) {
        (self.sampled, self.session) = (None, None);
    }
}
