//! The events of a group in their order, forwards or backwards, second by second and only as far as they are wanted.

use std::cmp::Ordering;
use std::fmt::{self, Display};
use std::sync::Arc;

use super::super::super::Millis;
use super::super::World;
use super::Group;
use super::put::PutStream;
use super::spark::Spark;
use super::sparks;
use super::stream::Stream;
use super::text;

/// So much is looked through for one answer: streams times seconds, and events.
const MOST_LOOKS: usize = 150_000;
const MOST_EVENTS: usize = 40_000;

/// The place of an event: by timestamp, then by ingestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub at: Millis,
    pub ingested: Millis,
    pub stream: u64,
    pub seq: u32,
}

impl Key {
    /// Before or behind all events of a moment.
    pub fn edge(at: Millis, behind: bool) -> Self {
        if behind {
            Self { at, ingested: Millis::MAX, stream: u64::MAX, seq: u32::MAX }
        } else {
            Self { at, ingested: Millis::MIN, stream: 0, seq: 0 }
        }
    }

    /// 56 digits, of which no two events of a group have the same.
    pub fn event_id(self) -> impl Display {
        fmt::from_fn(move |f| write!(f, "39{:013}{:020}{:021}", self.at.max(0), self.stream, self.seq))
    }
}

/// An event that is found.
#[derive(Debug)]
pub struct Event<'a> {
    pub key: Key,
    pub stream: &'a str,
    pub message: &'a str,
}

/// Whoever writes to a group.
#[derive(Debug)]
pub struct Writer<'w> {
    pub name: Arc<str>,
    number: u64,
    task: Option<Stream>,
    put: Option<&'w PutStream>,
}

impl Writer<'_> {
    /// When the stream came to be, if it has by now: with its first event.
    pub fn created(&self, now: Millis) -> Option<Millis> {
        let put = self.put.map(|put| put.created);
        let first =
            self.task.as_ref().and_then(first).map(|spark| spark.ingested).filter(|first| *first <= now);
        match (put, first) {
            (Some(put), Some(first)) => Some(put.min(first)),
            (put, first) => put.or(first),
        }
    }

    /// The timestamps of the first event and of one that is the last or somewhat before it.
    pub fn span(&self, now: Millis) -> Option<(Millis, Millis)> {
        let put = self.put.and_then(|put| Some((put.events.first()?.at, put.events.last()?.at)));
        let told = self.task.as_ref().and_then(|stream| {
            let first = first(stream).filter(|first| first.ingested <= now)?.at;
            // What CloudWatch Logs knows of the newest event may be an hour old (AWS.md §4.2).
            let lag = 30_000 + i64::try_from(stream.seed % 900_000).unwrap_or_default();
            Some((first, stream.ends.unwrap_or(now).min(now - lag).max(first)))
        });
        match (put, told) {
            (Some(put), Some(told)) => Some((put.0.min(told.0), put.1.max(told.1))),
            (put, told) => put.or(told),
        }
    }

    fn begins(&self) -> Option<Millis> {
        let put = self.put.and_then(|put| put.events.first()).map(|event| event.at);
        let task = self.task.as_ref().map(|stream| stream.begins);
        [put, task].into_iter().flatten().min()
    }

    /// The last moment that may have an event, if it is over.
    fn ends(&self) -> Option<Millis> {
        let put = self.put.and_then(|put| put.events.last()).map_or(Millis::MIN, |event| event.at);
        self.task.as_ref().map_or(Some(put), |stream| stream.ends.map(|ends| ends.max(put)))
    }

    /// The longest that an event may take to come.
    pub fn slowest(&self) -> Millis {
        self.task.as_ref().map_or(0, sparks::slowest)
    }
}

fn first(stream: &Stream) -> Option<Spark> {
    let mut found = Vec::new();
    sparks::second(stream, stream.begins.div_euclid(1000), &mut found);
    if found.is_empty() {
        sparks::second(stream, stream.begins.div_euclid(1000) + 1, &mut found);
    }
    found.into_iter().min_by_key(|spark| spark.ingested)
}

/// All who write to a group, in the order of their streams' names.
pub fn writers<'w>(world: &'w World, group: &Group) -> Vec<Writer<'w>> {
    let put = world.logs.put.get(&(Arc::clone(&group.region), Arc::clone(&group.name)));
    let stored = |name: &str| put.and_then(|put| put.streams.get(name));
    let mut writers: Vec<_> = super::streams(world, group)
        .into_iter()
        .map(|stream| Writer {
            name: stream.name.as_str().into(),
            number: stream.number,
            put: stored(&stream.name),
            task: Some(stream),
        })
        .collect();
    for (name, stream) in put.into_iter().flat_map(|put| &put.streams) {
        if writers.binary_search_by(|writer| writer.name.cmp(name)).is_err() {
            let number = super::name::number_of(name);
            writers.push(Writer { name: Arc::clone(name), number, task: None, put: Some(stream) });
            writers.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
    writers
}

/// Which events are wanted, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The first and the last timestamp.
    pub from: Millis,
    pub to: Millis,
    pub forward: bool,
    /// Events up to this one were answered before.
    pub after: Option<Key>,
    /// Events that came behind the first and up to the second moment.
    pub ingested: (Millis, Millis),
    /// However much there is to look through.
    pub tireless: bool,
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// There is nothing more.
    End,
    /// The taker had enough, or there was too much to look through: it goes on behind this place.
    Stopped(Key),
}

/// Shows the events that are wanted to `take` until it says false; the event it refuses comes again next time.
pub fn walk(writers: &[Writer<'_>], question: Question, mut take: impl FnMut(&Event<'_>) -> bool) -> Way {
    let known = question.ingested.1;
    let begins = writers.iter().filter_map(Writer::begins).min().unwrap_or(Millis::MAX);
    let ends = writers.iter().map(|writer| writer.ends().unwrap_or(Millis::MAX)).max().unwrap_or(Millis::MIN);
    // Events of the near future can be put.
    let newest = writers.iter().filter_map(|writer| writer.put?.events.last()).map(|event| event.at).max();
    let newest = known.max(newest.unwrap_or(known));
    let (mut from, mut to) = (question.from.max(begins), question.to.min(newest).min(ends));
    match question.after {
        Some(after) if question.forward => from = from.max(after.at),
        Some(after) => to = to.min(after.at),
        None => {}
    }
    if from > to {
        return Way::End;
    }
    let (mut second, mut left) = (from.div_euclid(1000), to.div_euclid(1000) - from.div_euclid(1000) + 1);
    if !question.forward {
        second = to.div_euclid(1000);
    }
    let (mut looks, mut seen) = (0, 0);
    let mut found = Vec::new();
    let mut message = String::new();
    let mut last = question.after;
    while left > 0 {
        found.clear();
        gather(writers, second, &mut found);
        looks += writers.len();
        seen += found.len();
        found.retain(|(key, ..)| {
            key.at >= from
                && key.at <= to
                && key.ingested > question.ingested.0
                && key.ingested <= known
                && question.after.is_none_or(|after| {
                    key.cmp(&after) == if question.forward { Ordering::Greater } else { Ordering::Less }
                })
        });
        found.sort_unstable_by_key(|(key, ..)| *key);
        if !question.forward {
            found.reverse();
        }
        for (key, place, what) in &found {
            let Some(writer) = writers.get(*place) else { continue };
            message.clear();
            match what {
                Source::Told(spark) => {
                    if let Some(stream) = &writer.task {
                        text::write(stream, spark, &mut message);
                    }
                }
                Source::Put(text) => message.push_str(text),
            }
            if !take(&Event { key: *key, stream: &writer.name, message: &message }) {
                // Nothing was taken: the place is just before this one.
                let before = Key::edge(if question.forward { from } else { to }, !question.forward);
                return Way::Stopped(last.unwrap_or(before));
            }
            last = Some(*key);
        }
        left -= 1;
        if left > 0 && !question.tireless && (looks > MOST_LOOKS || seen > MOST_EVENTS) {
            let edge = second * 1000 + if question.forward { 999 } else { 0 };
            return Way::Stopped(Key::edge(edge, question.forward));
        }
        let step = stride(writers, second, question.forward).max(1);
        left -= step - 1;
        second += if question.forward { step } else { -step };
    }
    Way::End
}

/// How many seconds on the next event may be: where no task writes, events are where they were put.
fn stride(writers: &[Writer<'_>], second: i64, forward: bool) -> i64 {
    if writers.iter().any(|writer| writer.task.is_some()) {
        return 1;
    }
    let edge = if forward { (second + 1) * 1000 } else { second * 1000 - 1 };
    let next = writers.iter().filter_map(|writer| writer.put?.nearest(edge, forward));
    let next = if forward { next.min() } else { next.max() };
    next.map_or(1, |next| (next.div_euclid(1000) - second).abs())
}

/// Where the text of an event comes from.
#[derive(Clone, Copy, Debug)]
enum Source<'w> {
    Told(Spark),
    Put(&'w str),
}

fn gather<'w>(writers: &'w [Writer<'_>], second: i64, out: &mut Vec<(Key, usize, Source<'w>)>) {
    let mut sparks = Vec::new();
    for (place, writer) in writers.iter().enumerate() {
        let key = |at, ingested, seq| Key { at, ingested, stream: writer.number, seq };
        if let Some(stream) = &writer.task {
            sparks.clear();
            sparks::second(stream, second, &mut sparks);
            out.extend(
                sparks
                    .iter()
                    .map(|spark| (key(spark.at, spark.ingested, spark.seq), place, Source::Told(*spark))),
            );
        }
        let put = writer.put.map(|put| put.second(second * 1000)).unwrap_or_default();
        // Numbers of events that are put are far from those of tasks.
        out.extend(put.iter().map(|event| {
            (key(event.at, event.ingested, event.number | 1 << 30), place, Source::Put(&event.message))
        }));
    }
}
