//! When a followed group is asked again: often for what is new, seldom for what came late.

use super::sweep::{Kind, OVERLAP, Sweep};
use crate::fleet::log::Event;

/// How far a look at what is new goes back, milliseconds.
const SHALLOW: i64 = 2_000;
/// Milliseconds between two looks while lines come, and when none come for long.
pub(super) const BUSY: i64 = 1_000;
pub(super) const IDLE: i64 = 5_000;
/// Milliseconds between two deep and between two full sweeps.
const DEEP_EVERY: i64 = 10_000;
pub(super) const FULL_EVERY: i64 = 60_000;
/// A deep sweep goes back at least so far, milliseconds.
const LEAST_DEEP: i64 = 3_000;

/// When what was read, once the history is read; milliseconds since 1970.
#[derive(Debug)]
pub(super) struct Clockwork {
    /// The newest time of an event.
    pub(super) newest: i64,
    /// When the last look at what is new asked for its last page.
    pub(super) read: i64,
    pub(super) deep: i64,
    pub(super) full: i64,
    pub(super) next_shallow: i64,
    pub(super) interval: i64,
    /// How late events came so far.
    pub(super) delay: i64,
}

impl Clockwork {
    /// The history was asked for at `began`, its last page at `read`, and its events came late by `delay`.
    pub(super) fn starting(now: i64, began: i64, read: i64, delay: i64) -> Self {
        Self {
            newest: i64::MIN,
            read,
            deep: began,
            full: began,
            next_shallow: now + BUSY,
            interval: BUSY,
            delay,
        }
    }

    /// When there is something to look at again.
    pub(super) fn due(&self) -> i64 {
        self.next_shallow.min(self.deep + DEEP_EVERY).min(self.full + FULL_EVERY)
    }

    /// A look at what is new, if it is time for one.
    pub(super) fn shallow(&self, now: i64) -> Option<Sweep> {
        // Where nothing came, the newest time is not waited for longer than an event may be late.
        let from = self.newest.clamp(self.read - OVERLAP, self.read) - SHALLOW;
        (self.next_shallow <= now).then(|| Sweep::new(Kind::Shallow, from, None))
    }

    /// A look at what came late, if it is time for one.
    pub(super) fn back(&self, now: i64) -> Option<Sweep> {
        if self.full + FULL_EVERY <= now {
            return Some(self.full_sweep(now));
        }
        if self.deep + DEEP_EVERY <= now {
            let depth = (self.delay * 5 / 4).clamp(LEAST_DEEP, OVERLAP);
            return Some(Sweep::new(Kind::Deep, self.deep - depth, Some(now)));
        }
        None
    }

    pub(super) fn full_sweep(&self, now: i64) -> Sweep {
        Sweep::new(Kind::Full, self.full - OVERLAP, Some(now))
    }

    pub(super) fn note(&mut self, events: &[Event]) {
        self.delay = self.delay.max(delay(events));
    }
}

/// How long it took at most until CloudWatch had these events, milliseconds.
pub(super) fn delay(events: &[Event]) -> i64 {
    let late = events.iter().map(|event| event.ingested - event.at).max().unwrap_or(0);
    late.clamp(0, OVERLAP)
}
