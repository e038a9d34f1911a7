//! The tail of one log group: which sweep comes next, and what of an answer is new.

use std::collections::{BTreeSet, VecDeque};

use super::clockwork::{BUSY, Clockwork, FULL_EVERY, IDLE, delay};
use super::live::ledger::Ledger;
use super::stream::{Roll, Which};
use super::sweep::{Kind, OVERLAP, Sweep};
use crate::aws::ecs::Page;
use crate::aws::logs::{Asked, Streams, Update};
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::log::seen::Seen;
use crate::fleet::topic::{Failure, FailureKind};

/// Milliseconds of a pause after a failure; it doubles.
const PAUSE: i64 = 1_000;
const LONGEST_PAUSE: i64 = 60_000;
/// What cannot be put right by asking again is asked for again after so many milliseconds.
const STUCK: i64 = 10_000;
/// Live tails tell what CloudWatch took in up to so many milliseconds before.
const MARGIN: i64 = 2_000;
/// How long after the beginning of a session what it may have missed is read once more, milliseconds.
const SECOND_LOOK: i64 = 10_000;
/// Milliseconds without a sampled update after which a session tells every line again.
pub(super) const UNSAMPLED: i64 = 5_000;
/// What was left out for no longer than this is read afterwards, milliseconds: a peak is no flood.
const PEAK: i64 = 30_000;
/// Failures in a row after which a history that is read once is given up.
const PATIENCE: u32 = 3;

/// The tail of one group.
#[derive(Debug)]
pub(super) struct Lane {
    group: Text,
    /// The time up to which it is read once; without it the group is followed.
    until: Option<i64>,
    roll: Roll,
    seen: Seen,
    /// Histories, and looks at what is new.
    queue: VecDeque<Sweep>,
    /// A deep or full sweep, which goes on page by page where the queue leaves room.
    back: Option<Sweep>,
    /// The back has the next turn although there is something new to look at.
    is_turn_of_back: bool,
    /// A request of this sweep is on its way.
    asked: Option<Place>,
    clockwork: Option<Clockwork>,
    /// How late the events of the history came: what is looked at next has to go back as far.
    delay: i64,
    failures: u32,
    paused: Option<i64>,
    /// What was told about what stands in the way.
    trouble: Option<FailureKind>,
    has_given_up: bool,
    /// Only where sessions of a live tail may tell what comes.
    live: Option<Live>,
}

/// What a live tail adds to a lane: while sessions tell what comes, nothing is asked but what they may have missed.
#[derive(Debug, Default)]
struct Live {
    ledger: Ledger,
    /// Sessions tell what comes of all streams.
    is_on: bool,
    /// When what sessions may have missed is to be read.
    looks: VecDeque<i64>,
    /// Since when sessions leave lines out, and when they did so last.
    sampled: Option<(i64, i64)>,
    /// When old events are forgotten next.
    forget: i64,
}

/// Where a sweep stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Queue,
    Back,
}

impl Lane {
    pub(super) fn new(group: Text, until: Option<i64>) -> Self {
        Self {
            group,
            until,
            roll: Roll::default(),
            seen: Seen::default(),
            queue: VecDeque::new(),
            back: None,
            is_turn_of_back: false,
            asked: None,
            clockwork: None,
            delay: 0,
            failures: 0,
            paused: None,
            trouble: None,
            has_given_up: false,
            live: None,
        }
    }

    /// One that a live tail may tell what comes.
    pub(super) fn of_live_tail(group: Text) -> Self {
        Self { live: Some(Live::default()), ..Self::new(group, None) }
    }

    pub(super) fn roll(&mut self) -> &mut Roll {
        &mut self.roll
    }

    /// New streams are read from here on.
    pub(super) fn read(&mut self, streams: BTreeSet<Text>, from: i64) {
        self.queue.push_back(Sweep::new(Kind::History(streams), from, self.until));
    }

    /// When there is something to ask; `None` while a request is on its way, or for ever.
    pub(super) fn due(&self, now: i64) -> Option<i64> {
        if self.asked.is_some() || self.has_given_up {
            return None;
        }
        let is_idle = self.queue.is_empty() && self.back.is_none();
        let due = match &self.clockwork {
            _ if !is_idle => now,
            Some(_) if self.is_live() => *self.live.as_ref()?.looks.front()?,
            Some(clockwork) if self.until.is_none() && !self.roll.is_empty() => clockwork.due(),
            _ => return None,
        };
        Some(due.max(self.paused.unwrap_or(i64::MIN)))
    }

    /// Whether the next request is for what is behind, and need not be spared.
    pub(super) fn is_behind(&self) -> bool {
        self.queue.front().is_some_and(Sweep::is_behind)
    }

    /// The next request.
    pub(super) fn next(&mut self, now: i64) -> Option<(Asked, Option<String>)> {
        loop {
            let place = self.turn(now)?;
            let sweep = self.sweep(place)?;
            if sweep.began.is_none() {
                let which = match &sweep.kind {
                    Kind::History(streams) => Which::These(&streams.clone()),
                    Kind::Shallow => Which::Quick,
                    Kind::Deep | Kind::Full => Which::All,
                };
                let targets = self.roll.targets(which, now);
                self.sweep(place)?.begin(now, targets);
            }
            let sweep = self.sweep(place)?;
            if let Some(target) = sweep.targets.front() {
                let (streams, from, to) = (target.streams.clone(), target.from, sweep.to);
                let token = sweep.token().cloned();
                self.asked = Some(place);
                return Some((Asked { group: self.group.clone(), streams, from, to }, token));
            }
            self.finish(place, now);
        }
    }

    /// Whose turn it is. What is new comes first, but what came late has a turn after each look.
    fn turn(&mut self, now: i64) -> Option<Place> {
        let is_live = self.is_live();
        if let (None, Some(clockwork)) = (&self.back, &self.clockwork) {
            self.back = match &mut self.live {
                Some(live) if is_live => {
                    live.looks.pop_front_if(|at| *at <= now).map(|_| clockwork.full_sweep(now))
                }
                _ => clockwork.back(now),
            };
        }
        if self.back.is_some() && std::mem::take(&mut self.is_turn_of_back) {
            return Some(Place::Back);
        }
        if self.queue.is_empty()
            && !is_live
            && let Some(shallow) = self.clockwork.as_ref().and_then(|clockwork| clockwork.shallow(now))
        {
            self.queue.push_back(shallow);
        }
        if !self.queue.is_empty() {
            return Some(Place::Queue);
        }
        self.back.is_some().then_some(Place::Back)
    }

    fn sweep(&mut self, place: Place) -> Option<&mut Sweep> {
        match place {
            Place::Queue => self.queue.front_mut(),
            Place::Back => self.back.as_mut(),
        }
    }

    /// Takes in a page that was asked for at `sent`; what is new of it.
    pub(super) fn answered(&mut self, sent: i64, now: i64, page: Page<Event>) -> Vec<Event> {
        (self.failures, self.paused, self.trouble) = (0, None, None);
        let Some(place) = self.asked.take() else { return Vec::new() };
        let sweep = match place {
            Place::Queue => self.queue.front_mut(),
            Place::Back => self.back.as_mut(),
        };
        let Some(sweep) = sweep else { return Vec::new() };
        match sweep.targets.front().map(|target| &target.streams) {
            Some(Streams::Named(names)) => self.roll.prove(names),
            Some(Streams::Beginning(_)) => {
                let came: BTreeSet<&Text> = page.items.iter().map(|event| &event.stream).collect();
                self.roll.prove(came);
            }
            None => {}
        }
        let last = page.items.iter().map(|event| event.at).max();
        let mut events = page.items;
        events.retain(|event| {
            let is_meant = match &sweep.kind {
                Kind::History(streams) => streams.contains(&event.stream),
                _ => true,
            };
            is_meant
                && self.roll.wants(&event.stream, event.at)
                && self.seen.is_new(event)
                && self.live.as_mut().is_none_or(|live| live.ledger.is_new_named(event))
        });
        sweep.gave |= !events.is_empty();
        sweep.turn(sent, last, page.next);
        let is_over = sweep.targets.is_empty();
        match &mut self.clockwork {
            Some(clockwork) => clockwork.note(&events),
            None => self.delay = self.delay.max(delay(&events)),
        }
        if is_over {
            self.finish(place, now);
        }
        events
    }

    /// Something stands in the way of what is asked.
    pub(super) fn is_stuck(&self) -> bool {
        self.trouble.is_some()
    }

    /// A request failed; `true` where that is news.
    pub(super) fn failed(&mut self, now: i64, failure: &Failure) -> bool {
        let Some(place) = self.asked.take() else { return false };
        let sweep = match place {
            Place::Queue => self.queue.front_mut(),
            Place::Back => self.back.as_mut(),
        };
        if failure.kind == FailureKind::Missing
            && let Some(sweep) = sweep
            && let Some(Streams::Named(names)) = sweep.targets.front().map(|target| &target.streams)
        {
            // A stream appears with the first line of its container. Which one is missing AWS does not say.
            let names: BTreeSet<Text> = names.iter().cloned().collect();
            self.roll.doubt(&names);
            let targets = self.roll.targets(Which::These(&names), now);
            sweep.replace(targets);
            return false;
        }
        self.failures += 1;
        let is_stuck = !matches!(
            failure.kind,
            FailureKind::Throttled | FailureKind::Network | FailureKind::Timeout | FailureKind::Other
        );
        let pause = (PAUSE << self.failures.saturating_sub(1).min(6)).min(LONGEST_PAUSE);
        let pause = match failure.kind {
            // The group comes with the first task that writes to it.
            FailureKind::Missing => STUCK,
            _ if is_stuck => pause.max(STUCK),
            _ => pause,
        };
        self.paused = Some(now + pause);
        if self.until.is_some() && (is_stuck || self.failures >= PATIENCE) {
            self.has_given_up = true;
        }
        let is_new = self.trouble.as_ref() != Some(&failure.kind);
        self.trouble = Some(failure.kind.clone());
        is_new
    }

    /// Everything before this was given, as far as CloudWatch had it; a group that cannot be read holds nobody up.
    pub(super) fn settled(&self) -> i64 {
        if self.has_given_up || self.trouble.is_some() {
            return i64::MAX;
        }
        let histories = self.queue.iter().filter(|sweep| matches!(sweep.kind, Kind::History(_)));
        histories.map(Sweep::settled).min().unwrap_or(i64::MAX)
    }

    /// Nothing more will come of it.
    pub(super) fn is_done(&self) -> bool {
        self.has_given_up || (self.until.is_some() && self.queue.is_empty())
    }

    pub(super) fn has_given_up(&self) -> bool {
        self.has_given_up
    }

    /// Sessions tell what comes of all streams from now on, or do not any more.
    pub(super) fn set_live(&mut self, now: i64, is_on: bool) {
        let Some(live) = &mut self.live else { return };
        if live.is_on == is_on {
            return;
        }
        live.is_on = is_on;
        if is_on {
            // What came before it began, and what CloudWatch did not show at once.
            live.looks = [now, now + SECOND_LOOK].into();
        } else {
            live.looks.clear();
            if let Some(clockwork) = &mut self.clockwork {
                (clockwork.next_shallow, clockwork.interval) = (now, BUSY);
            }
        }
    }

    fn is_live(&self) -> bool {
        self.live.as_ref().is_some_and(|live| live.is_on)
    }

    /// Takes in what a session told; what is new of it.
    pub(super) fn told(&mut self, now: i64, session: u64, update: Update) -> Vec<Event> {
        let Some(live) = &mut self.live else { return Vec::new() };
        let Update { mut events, sampled } = update;
        if sampled {
            live.sampled = Some((live.sampled.map_or(now, |(since, _)| since), now));
        }
        if let Some((since, last)) = live.sampled
            && last + UNSAMPLED <= now
        {
            live.sampled = None;
            if last - since <= PEAK && live.is_on {
                live.looks.push_back(now);
            }
        }
        events.retain(|event| {
            self.roll.wants(&event.stream, event.at) && live.ledger.is_new_live(session, event)
        });
        let is_caught_up =
            live.is_on && live.looks.is_empty() && self.queue.is_empty() && self.back.is_none();
        let is_time = live.forget <= now;
        let Some(clockwork) = &mut self.clockwork else { return events };
        clockwork.note(&events);
        let newest = events.iter().map(|event| event.at).max();
        clockwork.newest = clockwork.newest.max(newest.unwrap_or(i64::MIN));
        if is_caught_up {
            let heard = now - MARGIN;
            for time in [&mut clockwork.read, &mut clockwork.deep, &mut clockwork.full] {
                *time = heard.max(*time);
            }
            if is_time {
                live.forget = now + FULL_EVERY;
                self.roll.retire(heard, None);
                self.forget_before(heard - 2 * OVERLAP);
            }
        }
        events
    }

    fn forget_before(&mut self, at: i64) {
        self.seen.forget_before(at);
        if let Some(live) = &mut self.live {
            live.ledger.forget_before(at);
        }
    }

    /// A sweep read everything it was for.
    fn finish(&mut self, place: Place, now: i64) {
        let sweep = match place {
            Place::Queue => self.queue.pop_front(),
            Place::Back => self.back.take(),
        };
        let Some(sweep) = sweep else { return };
        let began = sweep.began.unwrap_or(now);
        let read = sweep.read.min(now);
        let clockwork =
            self.clockwork.get_or_insert_with(|| Clockwork::starting(now, began, read, self.delay));
        clockwork.newest = clockwork.newest.max(sweep.newest);
        match sweep.kind {
            Kind::History(streams) => self.roll.retire(began, Some(&streams)),
            Kind::Shallow => {
                clockwork.interval = if sweep.gave { BUSY } else { (clockwork.interval * 3 / 2).min(IDLE) };
                clockwork.next_shallow = now.max(began + clockwork.interval);
                clockwork.read = read;
                self.is_turn_of_back = true;
            }
            Kind::Deep => clockwork.deep = began,
            Kind::Full => {
                (clockwork.deep, clockwork.full) = (began, began);
                clockwork.delay = clockwork.delay * 3 / 4;
                self.roll.retire(began, None);
                // Twice the overlap: no sweep to come asks for what is older.
                let old = began.min(clockwork.read) - 2 * OVERLAP;
                self.forget_before(old);
            }
        }
    }
}
