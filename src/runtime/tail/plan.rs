//! What the tail asks next, without time and network: both are told, so that tests can lie about them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::lane::Lane;
use super::pace::Pace;
use crate::aws::ecs::Page;
use crate::aws::logs::Asked;
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::log::group::LEAST_KEPT;
use crate::fleet::log::quota::LogsQuota;
use crate::fleet::log::source::Source;
use crate::fleet::topic::{Failure, FailureKind};

/// Requests on their way at once.
const AT_ONCE: usize = 4;

/// What is wanted of a tail. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Events from here on.
    pub since: i64,
    /// Read once up to here; without it what comes is followed.
    pub until: Option<i64>,
    /// Nobody shares the quota: nothing is spared.
    pub lifted: bool,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What its answer is told with.
    pub number: u64,
    pub region: Text,
    pub asked: Asked,
    /// The page that an answer before named.
    pub token: Option<String>,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Ask(Call),
    /// Nothing before this time, milliseconds since 1970; `None` before an answer or other streams come.
    Wait(Option<i64>),
    /// Everything was read; never when following.
    Done,
}

/// What stands in the way of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub region: Text,
    pub group: Text,
    pub failure: Failure,
}

/// Region and name of a group.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, group, failure } = self;
        match &failure.kind {
            FailureKind::Missing => write!(f, "there is no log group {group} in {region}"),
            FailureKind::Denied { action: Some(action) } => {
                write!(f, "no permission {action} on log group {group} in {region}: its lines cannot be read")
            }
            _ => write!(f, "log group {group} in {region} cannot be read: {failure}"),
        }
    }
}

pub(super) type Key = (Text, Text);

/// The tail of all groups of a service. One request of a group is on its way at a time.
#[derive(Debug)]
pub struct Plan {
    terms: Terms,
    /// Sessions of a live tail may tell what comes.
    is_live: bool,
    /// Groups that are to be asked about, and whether they were.
    curious: BTreeMap<Key, bool>,
    lanes: BTreeMap<Key, Lane>,
    paces: BTreeMap<Text, Pace>,
    /// Whose request it is, and when it was sent.
    asked: BTreeMap<u64, (Key, i64)>,
    number: u64,
    /// The last group that was asked, so that the others have their turn.
    turn: Option<Key>,
}

impl Plan {
    pub fn new(terms: Terms) -> Self {
        Self {
            terms,
            is_live: false,
            curious: BTreeMap::new(),
            lanes: BTreeMap::new(),
            paces: BTreeMap::new(),
            asked: BTreeMap::new(),
            number: 0,
            turn: None,
        }
    }

    /// One whose groups a live tail may follow.
    pub(super) fn of_live_tail(terms: Terms) -> Self {
        Self { is_live: true, ..Self::new(terms) }
    }

    /// These streams, and no others, are wanted from now on. Streams that stopped are read for a minute more.
    pub fn follow(&mut self, now: i64, sources: &[Source]) {
        let mut wanted: BTreeMap<Key, BTreeSet<&Text>> = BTreeMap::new();
        let mut fresh: BTreeMap<Key, (BTreeSet<Text>, i64)> = BTreeMap::new();
        for source in sources {
            let key = (source.region.clone(), source.group.clone());
            wanted.entry(key.clone()).or_default().insert(&source.stream);
            let (until, is_live) = (self.terms.until, self.is_live);
            let lane = self.lanes.entry(key.clone()).or_insert_with(|| {
                let group = Text::clone(&key.1);
                if is_live { Lane::of_live_tail(group) } else { Lane::new(group, until) }
            });
            if self.terms.since < now - LEAST_KEPT {
                self.curious.entry(key.clone()).or_insert(false);
            }
            let since = self.terms.since;
            let new = lane.roll().want(&source.stream, since, source.begins, source.ended, now);
            let Some(from) = new else { continue };
            let (streams, earliest) = fresh.entry(key).or_insert_with(|| (BTreeSet::new(), from));
            streams.insert(source.stream.clone());
            *earliest = from.min(*earliest);
        }
        for (key, lane) in &mut self.lanes {
            let of_lane = wanted.get(key);
            lane.roll().keep(now, |name| of_lane.is_some_and(|wanted| wanted.contains(name)));
            if let Some((streams, from)) = fresh.remove(key) {
                lane.read(streams, from);
            }
        }
    }

    /// What to do now. A call is to be answered with [`Plan::answered`] or [`Plan::failed`].
    pub fn next(&mut self, now: i64) -> Step {
        if self.lanes.values().all(Lane::is_done) && self.terms.until.is_some() {
            return Step::Done;
        }
        if self.asked.len() >= AT_ONCE {
            return Step::Wait(None);
        }
        let mut wake: Option<i64> = None;
        let mut sleep = |until: i64| wake = Some(wake.map_or(until, |wake| wake.min(until)));
        for key in self.order() {
            let Some(lane) = self.lanes.get_mut(&key) else { continue };
            let Some(due) = lane.due(now) else { continue };
            if due > now {
                sleep(due);
                continue;
            }
            if !lane.is_behind() {
                let lifted = self.terms.lifted;
                let pace = self.paces.entry(key.0.clone());
                let pace = pace.or_insert_with_key(|region| Pace::of(LogsQuota::of(region), lifted));
                if let Err(at) = pace.take(now) {
                    sleep(at);
                    continue;
                }
            }
            let Some((asked, token)) = lane.next(now) else { continue };
            self.number += 1;
            let call = Call { number: self.number, region: key.0.clone(), asked, token };
            self.asked.insert(self.number, (key.clone(), now));
            self.turn = Some(key);
            return Step::Ask(call);
        }
        Step::Wait(wake)
    }

    /// All groups, beginning with the one after the last that was asked.
    fn order(&self) -> Vec<Key> {
        let (after, before): (Vec<&Key>, Vec<&Key>) =
            self.lanes.keys().partition(|key| self.turn.as_ref().is_none_or(|turn| *key > turn));
        after.into_iter().chain(before).cloned().collect()
    }

    /// Takes in an answer; the events that were not given before, in the order of the answer.
    pub fn answered(&mut self, now: i64, number: u64, page: Page<Event>) -> Vec<Event> {
        let Some((key, sent)) = self.asked.remove(&number) else { return Vec::new() };
        self.lanes.get_mut(&key).map_or_else(Vec::new, |lane| lane.answered(sent, now, page))
    }

    /// Takes in a failure; it is asked again by itself. What stands in the way is told once.
    pub fn failed(&mut self, now: i64, number: u64, failure: Failure) -> Option<Trouble> {
        let (key, _) = self.asked.remove(&number)?;
        if failure.kind == FailureKind::Refused {
            self.curious.entry(key.clone()).or_insert(false);
        }
        let is_news = self.lanes.get_mut(&key)?.failed(now, &failure);
        let (region, group) = key;
        is_news.then_some(Trouble { region, group, failure })
    }

    /// A group to ask DescribeLogGroups about, by Region and name, each once: what is wanted of it may have expired, or
    /// it refuses to be read.
    pub fn curious(&mut self) -> Option<(Text, Text)> {
        let (key, is_asked) = self.curious.iter_mut().find(|(_, is_asked)| !**is_asked)?;
        *is_asked = true;
        Some(key.clone())
    }

    /// The tails of all groups, by Region and name.
    pub(super) fn lanes(&mut self) -> impl Iterator<Item = (&Key, &mut Lane)> {
        self.lanes.iter_mut()
    }

    pub(super) fn lane(&mut self, key: &Key) -> Option<&mut Lane> {
        self.lanes.get_mut(key)
    }

    /// Everything before this was given, as far as CloudWatch had it when it was asked; the end of time when nothing
    /// old is missing. Milliseconds since 1970.
    pub fn settled(&self) -> i64 {
        self.lanes.values().map(Lane::settled).min().unwrap_or(i64::MAX)
    }

    /// Groups that cannot be read at present.
    pub fn stuck(&self) -> Vec<Text> {
        self.lanes.iter().filter(|(_, lane)| lane.is_stuck()).map(|((_, group), _)| group.clone()).collect()
    }

    /// Groups that could not be read to their end.
    pub fn given_up(&self) -> usize {
        self.lanes.values().filter(|lane| lane.has_given_up()).count()
    }
}
