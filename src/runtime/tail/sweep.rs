//! One pass over the streams of a log group: target after target, each page by page to its end.

use std::collections::{BTreeSet, VecDeque};

use crate::aws::logs::Streams;
use crate::fleet::id::Text;

/// How late an event may come and still surely be given, milliseconds.
pub const OVERLAP: i64 = 60_000;

/// What a sweep is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// These streams are read for the first time.
    History(BTreeSet<Text>),
    /// What is new.
    Shallow,
    /// What came late, as far back as lines have been late so far.
    Deep,
    /// What came late, as far back as anything is promised.
    Full,
}

/// What one chain of pages asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) streams: Streams,
    /// Milliseconds since 1970.
    pub(super) from: i64,
}

/// A pass that is under way or waits.
#[derive(Debug)]
pub(super) struct Sweep {
    pub(super) kind: Kind,
    /// Milliseconds since 1970; of a history the earliest of its streams.
    pub(super) from: i64,
    pub(super) to: Option<i64>,
    /// When its first request was made; its targets are chosen then.
    pub(super) began: Option<i64>,
    pub(super) targets: VecDeque<Target>,
    /// The next page of the first target.
    token: Option<String>,
    /// Everything of the first target before this was given.
    position: i64,
    /// When the last page of a target was asked for, of the target where that was earliest.
    pub(super) read: i64,
    /// The newest time of an event.
    pub(super) newest: i64,
    /// Something new came.
    pub(super) gave: bool,
}

impl Sweep {
    pub(super) fn new(kind: Kind, from: i64, to: Option<i64>) -> Self {
        Self {
            kind,
            from,
            to,
            began: None,
            targets: VecDeque::new(),
            token: None,
            position: from,
            read: i64::MAX,
            newest: i64::MIN,
            gave: false,
        }
    }

    /// Begins with these targets.
    pub(super) fn begin(&mut self, now: i64, targets: Vec<Target>) {
        self.began = Some(now);
        self.targets = targets.into();
        if !matches!(self.kind, Kind::History(_)) {
            for target in &mut self.targets {
                target.from = self.from;
            }
        }
    }

    pub(super) fn token(&self) -> Option<&String> {
        self.token.as_ref()
    }

    /// A page of the first target came, asked for at this time, whose last event has this time.
    pub(super) fn turn(&mut self, asked: i64, last: Option<i64>, next: Option<String>) {
        // A token that leads to itself without an event is an end.
        let next = next.filter(|next| last.is_some() || self.token.as_ref() != Some(next));
        self.position = self.position.max(last.unwrap_or(i64::MIN));
        self.newest = self.newest.max(last.unwrap_or(i64::MIN));
        self.token = next;
        if self.token.is_none() {
            self.read = self.read.min(asked);
            self.targets.pop_front();
            self.position = self.targets.front().map_or(i64::MAX, |target| target.from);
        }
    }

    /// The first target has to be asked for in another way.
    pub(super) fn replace(&mut self, targets: Vec<Target>) {
        self.token = None;
        let Some(first) = self.targets.pop_front() else { return };
        for target in targets.into_iter().rev() {
            self.targets.push_front(Target { from: first.from, ..target });
        }
    }

    /// It is more than a look at what is new: the past, or one page after the other.
    pub(super) fn is_behind(&self) -> bool {
        match self.kind {
            Kind::History(_) => true,
            Kind::Shallow => self.token.is_some(),
            Kind::Deep | Kind::Full => false,
        }
    }

    /// Everything before this was given.
    pub(super) fn settled(&self) -> i64 {
        let rest = self.targets.iter().skip(1).map(|target| target.from).min();
        self.position.min(rest.unwrap_or(i64::MAX))
    }
}
