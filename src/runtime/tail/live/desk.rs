//! The sessions of one log group: when one is opened, when the next one takes over, and when there is none any more.

use std::collections::BTreeSet;

use super::sentence::{self, Reason, STREAMS};
use crate::fleet::id::Text;
use crate::fleet::topic::{Failure, FailureKind};

/// AWS ends a session after three hours; the next one begins this long after its own beginning, milliseconds.
const RENEW: i64 = 175 * 60_000;
/// Milliseconds between the beginnings of two sessions when streams come: a deployment starts task after task, and
/// what a session does not name is read by polling.
const SPACING: i64 = 10_000;
/// Both sessions tell what comes for so many milliseconds before the old one is left.
const OVERLAP: i64 = 2_000;
/// A session that has said nothing for so long does not keep the next one waiting, milliseconds.
const HUSH: i64 = 5_000;
/// Milliseconds of a pause after a failure; it doubles.
const PAUSE: i64 = 1_000;
const LONGEST_PAUSE: i64 = 60_000;
/// What cannot be put right by asking again is asked for again after so many milliseconds.
const STUCK: i64 = 10_000;
/// Failures in a row, without a session ever, after which none is expected any more.
const PATIENCE: u32 = 4;

/// The sessions of a group.
#[derive(Debug, Default)]
pub(super) struct Desk {
    current: Option<Session>,
    /// It takes over once it has begun.
    next: Option<Session>,
    /// Since when the group is followed, renewals included.
    since: Option<i64>,
    had_one: bool,
    failures: u32,
    paused: Option<i64>,
    /// The group is polled for good.
    has_given_up: bool,
}

#[derive(Debug)]
struct Session {
    number: u64,
    streams: BTreeSet<Text>,
    /// When AWS took it up.
    began: Option<i64>,
}

/// What the desk wants done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// A session with this number, of these streams.
    Open {
        number: u64,
        streams: BTreeSet<Text>,
    },
    Close {
        number: u64,
    },
    /// None can follow all of them, for this reason.
    GiveUp(Reason),
}

impl Desk {
    /// What is to be done now for these streams, or when it is time to look again.
    pub(super) fn next(
        &mut self,
        now: i64,
        wanted: &BTreeSet<Text>,
        number: u64,
    ) -> Result<Order, Option<i64>> {
        if self.has_given_up {
            return Err(None);
        }
        if let (Some(old), Some(Session { began: Some(began), .. })) = (&self.current, &self.next) {
            // What the old one says is heard by `told`, which lets it go; one that is silent goes by itself.
            let number = old.number;
            if now < began + HUSH {
                return Err(Some(began + HUSH));
            }
            self.current = self.next.take();
            return Ok(Order::Close { number });
        }
        if self.next.is_some() || (self.current.is_none() && wanted.is_empty()) {
            return Err(None);
        }
        let due = match &self.current {
            None => now,
            Some(Session { began: None, .. }) => return Err(None),
            Some(Session { began: Some(began), .. }) if wanted.is_empty() => {
                // The last task has gone: a session of nothing is paid for no longer than it takes to be sure.
                let number = self.current.as_ref().map_or(0, |session| session.number);
                if now < began + SPACING {
                    return Err(Some(began + SPACING));
                }
                (self.current, self.since) = (None, None);
                return Ok(Order::Close { number });
            }
            Some(Session { began: Some(began), streams, .. }) if !wanted.is_subset(streams) => {
                began + SPACING
            }
            Some(Session { began: Some(began), .. }) => began + RENEW,
        };
        let due = due.max(self.paused.unwrap_or(i64::MIN));
        if due > now {
            return Err(Some(due));
        }
        if wanted.len() > STREAMS {
            return Ok(Order::GiveUp(Reason::TooMany(wanted.len())));
        }
        let session = Session { number, streams: wanted.clone(), began: None };
        if self.current.is_some() { &mut self.next } else { &mut self.current }.replace(session);
        Ok(Order::Open { number, streams: wanted.clone() })
    }

    /// A session tells what comes from now on; `false` when nobody waits for it.
    pub(super) fn began(&mut self, now: i64, number: u64) -> bool {
        let both = [&mut self.current, &mut self.next];
        let Some(session) = both.into_iter().flatten().find(|session| session.number == number) else {
            return false;
        };
        session.began = Some(now);
        (self.failures, self.paused, self.had_one) = (0, None, true);
        self.since.get_or_insert(now);
        true
    }

    /// A session told something; the number of one that is not needed any more.
    pub(super) fn told(&mut self, now: i64, number: u64) -> Option<u64> {
        let old = self.current.as_ref().filter(|session| session.number == number)?.number;
        let began = self.next.as_ref()?.began?;
        if now < began + OVERLAP {
            return None;
        }
        self.current = self.next.take();
        Some(old)
    }

    /// A session ended or could not be opened; why none is to be expected any more.
    pub(super) fn ended(&mut self, now: i64, number: u64, failure: Option<&Failure>) -> Option<Reason> {
        let is = |session: &Option<Session>| session.as_ref().is_some_and(|session| session.number == number);
        let (session, is_current) = if is(&self.current) {
            (self.current.take(), true)
        } else if is(&self.next) {
            (self.next.take(), false)
        } else {
            return None;
        };
        if is_current {
            self.current = self.next.take();
        }
        let session = session?;
        // One that lasted ends for reasons of its own: the next one is opened at once.
        let lasted = session.began.is_some_and(|began| now - began >= LONGEST_PAUSE);
        self.failures = if lasted { 0 } else { self.failures + 1 };
        let pause = match self.failures.checked_sub(1) {
            None => 0,
            Some(times) => (PAUSE << times.min(6)).min(LONGEST_PAUSE),
        };
        let pause = match failure.map(|failure| &failure.kind) {
            Some(FailureKind::Missing | FailureKind::Expired | FailureKind::NoCredentials) => {
                pause.max(STUCK)
            }
            _ => pause,
        };
        self.paused = (pause > 0).then_some(now + pause);
        if session.began.is_some() || self.current.is_some() {
            return None;
        }
        let is_final =
            |failure: &&Failure| sentence::is_final(failure) || (!self.had_one && self.failures >= PATIENCE);
        failure.filter(is_final).map(|failure| Reason::Refused(failure.clone()))
    }

    /// No session any more; the numbers of those that are to be left.
    pub(super) fn give_up(&mut self) -> Vec<u64> {
        (self.has_given_up, self.since) = (true, None);
        let left = [self.current.take(), self.next.take()];
        left.into_iter().flatten().map(|session| session.number).collect()
    }

    pub(super) fn has_given_up(&self) -> bool {
        self.has_given_up
    }

    /// Sessions tell what comes of all these streams.
    pub(super) fn covers(&self, wanted: &BTreeSet<Text>) -> bool {
        self.running().any(|session| wanted.is_subset(&session.streams))
    }

    /// Sessions that are paid for.
    pub(super) fn sessions(&self) -> usize {
        self.running().count()
    }

    /// Since when the group is followed, milliseconds since 1970.
    pub(super) fn since(&self) -> Option<i64> {
        self.since
    }

    fn running(&self) -> impl Iterator<Item = &Session> {
        [&self.current, &self.next].into_iter().flatten().filter(|session| session.began.is_some())
    }
}
