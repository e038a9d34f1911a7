//! What a live tail does next, without time and network: which sessions it needs, and what is polled beside them.
//!
//! Each group has sessions of its own, with the names of the streams that are wanted. One session of several groups
//! could not name streams: foreign lines of a shared group would count among the 500 that it tells in a second.

use std::collections::{BTreeMap, BTreeSet};

use super::desk::{Desk, Order};
use super::sentence::{self, Reason, SESSIONS};
use crate::aws::ecs::Page;
use crate::aws::logs::Update;
use crate::fleet::id::{Text, account};
use crate::fleet::log::Event;
use crate::fleet::log::source::Source;
use crate::fleet::topic::Failure;
use crate::runtime::tail::lane::UNSAMPLED;
use crate::runtime::tail::news::News;
use crate::runtime::tail::plan::{self as polled, Call, Key, Terms};

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Ask(Call),
    Open(Opening),
    /// A session is not needed any more.
    Close(u64),
    /// Nothing before this time, milliseconds since 1970; `None` before something is told.
    Wait(Option<i64>),
}

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// What it is told with.
    pub number: u64,
    pub region: Text,
    /// The ARN of the group.
    pub group: Text,
    /// At most 100; those that do not exist yet may appear.
    pub streams: Vec<Text>,
}

/// The live tail of all groups of a service.
#[derive(Debug)]
pub struct Plan {
    polled: polled::Plan,
    desks: BTreeMap<Key, Desk>,
    /// The ARNs of groups.
    names: BTreeMap<Key, Text>,
    /// Whose session it is.
    sessions: BTreeMap<u64, Key>,
    number: u64,
    closing: Vec<u64>,
    /// Since when sessions run, and how many of them.
    running: Option<(i64, usize)>,
    /// Since when lines are left out, and when that was last so.
    sampled: Option<(i64, i64)>,
    news: Vec<News>,
}

impl Plan {
    /// Events from `since` on, milliseconds since 1970; `lifted` where nobody shares the quota.
    pub fn new(since: i64, lifted: bool) -> Self {
        Self {
            polled: polled::Plan::of_live_tail(Terms { since, until: None, lifted }),
            desks: BTreeMap::new(),
            names: BTreeMap::new(),
            sessions: BTreeMap::new(),
            number: 0,
            closing: Vec::new(),
            running: None,
            sampled: None,
            news: Vec::new(),
        }
    }

    /// These streams, and no others, are wanted from now on. Streams that stopped are followed for a minute more.
    pub fn follow(&mut self, now: i64, sources: &[Source]) {
        self.polled.follow(now, sources);
        for source in sources {
            let key = (source.region.clone(), source.group.clone());
            self.names.entry(key).or_insert_with(|| arn(source));
        }
        let groups = self.names.len();
        for (number, key) in self.names.keys().enumerate() {
            let desk = self.desks.entry(key.clone()).or_default();
            if groups > SESSIONS && number >= SESSIONS && !desk.has_given_up() && desk.sessions() == 0 {
                self.closing.extend(desk.give_up());
                let reason = Reason::TooManyGroups(groups);
                self.news.push(News::FellBack(sentence::fell_back(&key.1, &reason)));
            }
        }
        self.settle(now);
    }

    /// What to do now; calls only while there is `room` for their answers. A call is to be answered with
    /// [`Plan::answered`] or [`Plan::failed`], and of a session everything is to be told.
    pub fn next(&mut self, now: i64, room: bool) -> Step {
        self.settle(now);
        if let Some(number) = self.closing.pop() {
            self.sessions.remove(&number);
            return Step::Close(number);
        }
        let mut wake: Option<i64> = self.sampled.map(|(_, last)| last + UNSAMPLED);
        let mut sleep = |until: i64| wake = Some(wake.map_or(until, |wake| wake.min(until)));
        for (key, desk) in &mut self.desks {
            let wanted = self.polled.lane(key).map(|lane| lane.roll().names()).unwrap_or_default();
            match desk.next(now, &wanted, self.number + 1) {
                Ok(Order::Open { number, streams }) => {
                    self.number = number;
                    self.sessions.insert(number, key.clone());
                    let group = self.names.get(key).cloned().unwrap_or_else(|| Text::from(""));
                    let streams = streams.into_iter().collect();
                    return Step::Open(Opening { number, region: key.0.clone(), group, streams });
                }
                Ok(Order::Close { number }) => {
                    self.sessions.remove(&number);
                    self.settle(now);
                    return Step::Close(number);
                }
                Ok(Order::GiveUp(reason)) => {
                    self.closing.extend(desk.give_up());
                    self.news.push(News::FellBack(sentence::fell_back(&key.1, &reason)));
                    return self.next(now, room);
                }
                Err(Some(at)) => sleep(at),
                Err(None) => {}
            }
        }
        if room {
            match self.polled.next(now) {
                polled::Step::Ask(call) => return Step::Ask(call),
                polled::Step::Wait(Some(at)) => sleep(at),
                polled::Step::Wait(None) | polled::Step::Done => {}
            }
        }
        Step::Wait(wake)
    }

    /// A session tells what comes from now on.
    pub fn began(&mut self, now: i64, session: u64) {
        let desk = self.sessions.get(&session).and_then(|key| self.desks.get_mut(key));
        if !desk.is_some_and(|desk| desk.began(now, session)) {
            self.closing.push(session);
        }
        self.settle(now);
    }

    /// A session told something. What was `dropped` of it is gone.
    pub fn told(&mut self, now: i64, session: u64, update: Update, dropped: bool) {
        let Some(key) = self.sessions.get(&session) else { return };
        if let Some(old) = self.desks.get_mut(key).and_then(|desk| desk.told(now, session)) {
            self.closing.push(old);
        }
        if update.sampled {
            let since = self.sampled.map_or(now, |(since, _)| since);
            if self.sampled.is_none() {
                self.news.push(News::Sampled { since: Some(since) });
            }
            self.sampled = Some((since, now));
        }
        let update = if dropped { Update { events: Vec::new(), ..update } } else { update };
        let events = self.polled.lane(key).map(|lane| lane.told(now, session, update)).unwrap_or_default();
        if !events.is_empty() {
            let (settled, stuck) = (self.polled.settled(), self.polled.stuck());
            self.news.push(News::Events { events, settled, stuck });
        }
        self.settle(now);
    }

    /// A session ended or could not be opened.
    pub fn ended(&mut self, now: i64, session: u64, failure: Option<&Failure>) {
        let Some(key) = self.sessions.remove(&session) else { return };
        let Some(desk) = self.desks.get_mut(&key) else { return };
        if let Some(reason) = desk.ended(now, session, failure) {
            self.closing.extend(desk.give_up());
            self.news.push(News::FellBack(sentence::fell_back(&key.1, &reason)));
        }
        self.settle(now);
    }

    /// Takes in an answer to a call.
    pub fn answered(&mut self, now: i64, number: u64, page: Page<Event>) {
        let events = self.polled.answered(now, number, page);
        let (settled, stuck) = (self.polled.settled(), self.polled.stuck());
        self.news.push(News::Events { events, settled, stuck });
    }

    /// Takes in the failure of a call; it is asked again by itself.
    pub fn failed(&mut self, now: i64, number: u64, failure: Failure) {
        if let Some(trouble) = self.polled.failed(now, number, failure) {
            self.news.push(News::Trouble(trouble));
        }
    }

    /// A group to ask about, as [`polled::Plan::curious`] says.
    pub fn curious(&mut self) -> Option<(Text, Text)> {
        self.polled.curious()
    }

    /// What is to be told since the last time.
    pub fn news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// Polls where no session tells everything, and tells what became of sessions.
    fn settle(&mut self, now: i64) {
        for (key, lane) in self.polled.lanes() {
            let wanted: BTreeSet<Text> = lane.roll().names();
            let covers = self.desks.get(key).is_some_and(|desk| desk.covers(&wanted));
            lane.set_live(now, covers);
        }
        let sessions = self.desks.values().map(Desk::sessions).sum();
        let since = self.desks.values().filter_map(Desk::since).min();
        let running = since.map(|since| (since, sessions));
        if running != self.running {
            let (since, sessions) = running.or(self.running.map(|(since, _)| (since, 0))).unwrap_or((now, 0));
            self.news.push(News::Live { since, sessions });
            self.running = running;
        }
        if self.sampled.is_some_and(|(_, last)| last + UNSAMPLED <= now) {
            self.sampled = None;
            self.news.push(News::Sampled { since: None });
        }
    }
}

/// The ARN of the group, which lies in the account and the partition of the task.
fn arn(source: &Source) -> Text {
    let task = source.task.as_str();
    let partition = task.split(':').nth(1).unwrap_or("aws");
    let account = account(task).unwrap_or_default();
    format!("arn:{partition}:logs:{}:{account}:log-group:{}", source.region, source.group).into()
}
