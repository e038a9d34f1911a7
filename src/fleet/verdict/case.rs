//! The facts about one service, gathered once for all rules.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Look, Severity, Verdict};
use crate::fleet::ending::{Cause, Ending, Weight};
use crate::fleet::event::{Event, EventKind};
use crate::fleet::service::{Rollout, RolloutState, Service};
use crate::fleet::shift::{self, Shift};
use crate::fleet::task::{Health, Task};
use crate::fleet::{Fleet, KnownService, KnownTask};

/// How far back repeated endings count.
pub(super) const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How long a warning in the events counts as news.
pub(super) const NEWS: TimeDelta = TimeDelta::minutes(5);
pub(super) const SHORT: TimeDelta = TimeDelta::minutes(2);
pub(super) const LONG: TimeDelta = TimeDelta::minutes(5);
/// How long ECS waits before it counts a task without health checks as healthy.
pub(super) const HEALTHY_AFTER: TimeDelta = TimeDelta::seconds(40);

/// A task that stopped, when, and why.
pub(super) type Stop<'a> = (&'a Task, DateTime<Utc>, &'a Ending);

/// One service with its tasks, and the time at which it is judged.
pub(super) struct Case<'a> {
    pub(super) service: &'a Service,
    pub(super) fleet: &'a Fleet,
    pub(super) short_since: Option<DateTime<Utc>>,
    pub(super) now: DateTime<Utc>,
    pub(super) alive: Vec<&'a Task>,
    /// Tasks that stopped, with why, newest first.
    pub(super) stops: Vec<Stop<'a>>,
    shift: Option<Shift>,
}

impl<'a> Case<'a> {
    pub(super) fn new(fleet: &'a Fleet, known: &'a KnownService, now: DateTime<Utc>) -> Self {
        let service = &*known.service;
        let (mut alive, mut stops) = (Vec::new(), Vec::new());
        for KnownTask { task, ending, .. } in fleet.tasks_of(&service.cluster, &service.name) {
            match ending {
                Some(ending) if task.state.is_stopped() => {
                    stops.push((&**task, task.since().unwrap_or(now), &**ending));
                }
                _ => alive.push(&**task),
            }
        }
        stops.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
        alive.sort_by(|a, b| a.id.cmp(&b.id));
        let shift = shift::shift(fleet, service);
        Self { service, fleet, short_since: known.short_since, now, alive, stops, shift }
    }

    /// The shift that is under way.
    pub(super) fn shift(&self) -> Option<&Shift> {
        self.shift.as_ref().filter(|shift| !shift.is_over())
    }

    /// The same, or the one that ended last.
    pub(super) fn last_shift(&self) -> Option<&Shift> {
        self.shift.as_ref()
    }

    /// When a sentence that counts minutes says another number.
    fn next_minute(&self) -> Option<DateTime<Utc>> {
        let shift = self.shift()?;
        let waits = shift.hold.as_ref().and_then(|hold| hold.deadline);
        let ends = waits.or(shift.blue_until)?.at;
        let left = (ends - self.now).num_milliseconds();
        // Of 21m40s `21m` stays true for another 40 s.
        (left > 0).then(|| self.now + TimeDelta::milliseconds(left % 60_000 + 1))
    }

    /// When a function has taken long enough to be told.
    fn function_is_late(&self) -> Option<DateTime<Utc>> {
        let hold = self.shift()?.hold.as_ref().filter(|hold| !hold.is_for_a_person())?;
        let late = hold.since? + LONG;
        // From then on the minutes that it takes are counted.
        let waited = (self.now - late).num_milliseconds();
        Some(if waited < 0 { late } else { self.now + TimeDelta::milliseconds(60_000 - waited % 60_000) })
    }

    pub(super) fn say(
        &self,
        severity: Severity,
        why: String,
        since: Option<DateTime<Utc>>,
        look: Look,
    ) -> Verdict {
        let since = since.map(|since| since.min(self.now));
        Verdict { severity, why, since, look, review_at: None }
    }

    pub(super) fn fine(&self) -> Verdict {
        let why = if self.service.desired == 0 { "scaled to 0".to_owned() } else { String::new() };
        self.say(Severity::Ok, why, None, Look::Open)
    }

    /// The next moment at which a threshold of time passes.
    pub(super) fn review_at(&self) -> Option<DateTime<Utc>> {
        let shortage = self.short_since.into_iter().flat_map(|since| [since + SHORT, since + LONG]);
        let stops = self.stops.iter().map(|(_, at, _)| *at + WINDOW);
        let stuck =
            self.alive.iter().filter(|task| !task.has_run()).filter_map(|t| t.since()).map(|at| at + LONG);
        let young = self.alive.iter().filter_map(|task| task.times.started).map(|at| at + HEALTHY_AFTER);
        let news = self.service.events.first().map(|event| event.at + NEWS);
        let counted = self.next_minute().into_iter().chain(self.function_is_late());
        let soonest = shortage.chain(stops).chain(stuck).chain(young).chain(news).chain(counted);
        soonest.filter(|at| *at > self.now).min()
    }

    pub(super) fn short_for(&self) -> TimeDelta {
        self.short_since.map_or(TimeDelta::zero(), |since| self.now - since)
    }

    pub(super) fn in_progress(&self) -> Option<&'a Rollout> {
        self.service.primary().filter(|primary| primary.state == Some(RolloutState::InProgress))
    }

    /// Stops that are the service's fault, newest first, of one rollout or of all.
    pub(super) fn faults<'b>(&'b self, rollout: Option<&'b Rollout>) -> impl Iterator<Item = &'b Stop<'a>> {
        self.stops.iter().filter(move |(task, _, ending)| {
            let of_rollout = rollout.is_none_or(|rollout| task.started_by.as_deref() == Some(&*rollout.id));
            of_rollout && ending.weight == Weight::Fault
        })
    }

    /// A task that serves: its health check says so, or it has none and ran long enough.
    pub(super) fn is_healthy(&self, task: &Task) -> bool {
        match task.health {
            Health::Healthy => true,
            Health::Unhealthy | Health::Other(_) => false,
            Health::Unknown => task.times.started.is_some_and(|at| self.now - at >= HEALTHY_AFTER),
        }
    }

    pub(super) fn placement(&self) -> Option<(&'a Event, &'a str)> {
        let last_good = self.service.events.iter().position(|event| event.kind() == EventKind::Good);
        let mut news = self.service.events.iter().take(last_good.unwrap_or(usize::MAX));
        news.find_map(|event| Some((event, event.placement_reason()?)))
    }

    /// `; rev 419 lost secret DB_URL`, where both revisions are known and something of the kind changed.
    pub(super) fn suspicion(&self) -> Option<String> {
        let now = self.service.primary()?.definition.as_ref()?;
        let before = self.service.previous_definition()?;
        let changes = self.fleet.definition(now)?.changes_since(self.fleet.definition(&before)?);
        let telling = changes.iter().find_map(|change| change.strip_suffix(" removed"))?;
        Some(format!("; rev {} lost {telling}", now.revision()?))
    }
}

/// What most of the stops have in common: how many of how many, and what they did.
pub(super) struct Common {
    pub(super) count: usize,
    pub(super) of: usize,
    pub(super) cause: Cause,
    pub(super) verb: String,
    pub(super) first: DateTime<Utc>,
}

impl Common {
    /// `all 18 new tasks exited 1`, `3 of 5 tasks exited 1`.
    pub(super) fn told(&self, thing: &str) -> String {
        let Self { count, of, verb, .. } = self;
        match (count, of) {
            (1, 1) => format!("1 {thing} {verb}"),
            (count, of) if count == of => format!("all {of} {thing}s {verb}"),
            _ => format!("{count} of {of} {thing}s {verb}"),
        }
    }
}

pub(super) fn common<'a>(stops: impl Iterator<Item = &'a Stop<'a>>) -> Option<Common> {
    let mut groups: BTreeMap<&str, (usize, &Ending, DateTime<Utc>)> = BTreeMap::new();
    let mut of = 0;
    for (_, at, ending) in stops {
        of += 1;
        let group = groups.entry(&ending.verb).or_insert((0, ending, *at));
        group.0 += 1;
        group.2 = group.2.min(*at);
    }
    let (count, ending, first) =
        groups.into_values().max_by_key(|(count, _, first)| (*count, std::cmp::Reverse(*first)))?;
    Some(Common { count, of, cause: ending.cause.clone(), verb: ending.verb.clone(), first })
}

/// `1 task`, `2 tasks`.
pub(super) fn tasks(count: usize) -> String {
    if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") }
}
