//! Taking in a batch: what lies behind the newest line is added at once, the rest is compared and merged.

use std::hash::BuildHasher;
use std::sync::Arc;

use super::merge::Fresh;
use super::{Appended, Arrival, COST, Key, LATE, LogBuffer, Part};
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::log::segment::{FULL_BYTES, Row, Segment};
use crate::fleet::map::{Hasher, Map, Set};

/// An event that may be known already, or belongs before another line.
struct Doubtful<'a> {
    key: Key,
    row: Row,
    message: &'a str,
}

/// The lines of one key, by what they say.
#[derive(Default)]
struct Twins {
    /// Message and id, both hashed.
    named: Set<(u64, u32)>,
    by_message: Map<u64, Count>,
}

#[derive(Default)]
struct Count {
    all: usize,
    /// Events without an id in this batch.
    batch: usize,
    /// Places of lines that have no id.
    nameless: Vec<usize>,
}

impl LogBuffer {
    /// Takes events in, in any order.
    ///
    /// An event with an id is taken once, whatever its batch. Events without one are told apart by stream, times and
    /// message: of equal ones the buffer holds as many as the batch that had most of them, so a batch has to be a
    /// whole page or a whole update.
    pub fn append(&mut self, events: &[Event], arrival: Arrival) -> Appended {
        let mut result = Appended::default();
        if arrival == Arrival::History && self.has_room() {
            // What was dropped may come back when it is asked for.
            self.floor = None;
        }
        let before = self.newest;
        let held = self.len();
        let floor = self.floor.map(|floor| floor.row);
        let mut last = self.parts.back().map(|part| self.last_key(&part.segment));
        let mut tail = self.take_tail();
        let mut doubtful = Vec::new();
        // Neighbours mostly share their stream.
        let mut recent: Option<(&Event, u32)> = None;
        for event in events {
            let stream = match recent {
                Some((known, stream))
                    if Arc::ptr_eq(&known.stream, &event.stream)
                        && Arc::ptr_eq(&known.group, &event.group) =>
                {
                    stream
                }
                _ => {
                    let known = self.streams.len();
                    let stream = self.intern(&event.group, &event.stream);
                    if self.streams.len() != known {
                        // A new stream moves the ranks of others.
                        last = tail.last_row().or_else(|| self.last_row()).map(|row| self.key(&row));
                    }
                    stream
                }
            };
            recent = Some((event, stream));
            let late = arrival == Arrival::Live
                && before.is_some_and(|newest| event.at < newest.saturating_sub(LATE));
            let id = event.id.as_deref().map_or(0, |id| self.id_hash(id));
            let row = Row { at: event.at, ingested: event.ingested, stream, id, late };
            let key = self.key(&row);
            if last.is_some_and(|last| key <= last) || floor.is_some_and(|floor| key <= self.key(&floor)) {
                doubtful.push(Doubtful { key, row, message: &event.message });
                continue;
            }
            if tail.segment.is_full() {
                self.put_tail(tail);
                tail = self.take_tail();
            }
            tail.segment.push(row, &event.message);
            self.bytes += event.message.len() + COST;
            result.added += 1;
            result.late += usize::from(late);
            last = Some(key);
        }
        self.put_tail(tail);
        if !doubtful.is_empty() {
            self.settle(doubtful, held, &mut result);
        }
        let newest = events.iter().map(|event| event.at).max();
        self.newest = if result.added > 0 { newest.max(self.newest) } else { self.newest };
        self.late += result.late as u64;
        self.refused += result.refused as u64;
        result.dropped = self.trim();
        if result.added > 0 {
            self.version += 1;
        }
        result
    }

    fn intern(&mut self, group: &Text, stream: &Text) -> u32 {
        match self.streams.find(group, stream) {
            Some(number) => number,
            None => Arc::make_mut(&mut self.streams).add(group, stream),
        }
    }

    /// 0 is kept for events without an id.
    fn id_hash(&self, id: &str) -> u32 {
        let hash = self.hasher.hash_one(id);
        u32::try_from(hash >> 32).unwrap_or(1).max(1)
    }

    /// The open segment at the end, or a new one.
    fn take_tail(&mut self) -> Tail {
        let first = self.parts.back().map_or(0, |part| part.first + part.segment.len());
        if let Some(part) = self.parts.pop_back_if(|part| !part.segment.is_full()) {
            // A clone of the buffer keeps its own picture of it.
            return Tail { first: part.first, segment: Arc::unwrap_or_clone(part.segment) };
        }
        let mut segment = Segment::new(self.next_serial());
        if first > 0 {
            // One was full, so this one will be.
            segment.text.reserve(FULL_BYTES + FULL_BYTES / 64);
        }
        Tail { first, segment }
    }

    fn put_tail(&mut self, mut tail: Tail) {
        if tail.segment.len() == 0 {
            return;
        }
        if tail.segment.is_full() {
            tail.segment.seal();
        }
        self.parts.push_back(Part { segment: Arc::new(tail.segment), first: tail.first });
    }

    /// Finds out which of these events are known, and merges the others. Lines from `held` on came in this batch.
    fn settle(&mut self, mut doubtful: Vec<Doubtful<'_>>, held: usize, result: &mut Appended) {
        for event in &mut doubtful {
            // A stream that appeared meanwhile may have moved the rank.
            event.key = self.key(&event.row);
        }
        // Stable: equal keys stay in order of arrival.
        doubtful.sort_by_key(|event| event.key);
        let floor = self.floor.map(|floor| self.key(&floor.row));
        let refused = doubtful.partition_point(|event| floor.is_some_and(|floor| event.key <= floor));
        result.refused += refused;
        let mut fresh = Vec::new();
        let mut names = Vec::new();
        for group in doubtful.get(refused..).unwrap_or_default().chunk_by(|one, next| one.key == next.key) {
            let mut twins = self.twins(group, held);
            for event in group {
                let hash = self.hasher.hash_one(event.message);
                let count = twins.by_message.entry(hash).or_default();
                let known = if event.row.id == 0 {
                    count.batch += 1;
                    count.batch <= count.all
                } else if !twins.named.insert((hash, event.row.id)) {
                    true
                } else if let Some(index) = count.nameless.pop() {
                    // It came before, from a source that gives no ids.
                    names.push((index, event.row.id));
                    true
                } else {
                    false
                };
                if known {
                    result.duplicates += 1;
                } else {
                    count.all += 1;
                    result.added += 1;
                    result.late += usize::from(event.row.late);
                    self.bytes += event.message.len() + COST;
                    fresh.push(Fresh { key: event.key, row: event.row, message: event.message });
                }
            }
        }
        for (index, id) in names {
            self.name_line(index, id);
        }
        self.merge(&fresh);
    }

    /// The lines that the buffer holds of a group's key.
    fn twins(&self, group: &[Doubtful<'_>], held: usize) -> Twins {
        let mut twins = Twins::default();
        let Some(key) = group.first().map(|event| event.key) else { return twins };
        for index in self.bound(key).. {
            let Some((part, line)) = self.place(index) else { break };
            let row = part.segment.row(line);
            if self.key(&row) != key {
                break;
            }
            let hash = self.hasher.hash_one(part.segment.message(line));
            let count = twins.by_message.entry(hash).or_default();
            count.all += 1;
            if row.id == 0 {
                count.batch += usize::from(index >= held);
                count.nameless.push(index);
            } else {
                twins.named.insert((hash, row.id));
            }
        }
        twins
    }

    /// Gives a line the id that it came without.
    fn name_line(&mut self, index: usize, id: u32) {
        let number = index + self.skip;
        let place = self.parts.partition_point(|part| part.first <= number).saturating_sub(1);
        if let Some(part) = self.parts.get_mut(place) {
            let segment = Arc::make_mut(&mut part.segment);
            let sealed = segment.is_sealed();
            segment.name(number - part.first, id);
            if sealed {
                segment.seal();
            }
        }
    }

    fn last_row(&self) -> Option<Row> {
        self.parts.back().map(|part| part.segment.row(part.segment.len().saturating_sub(1)))
    }

    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

/// The segment at the end while a batch is added to it.
struct Tail {
    first: usize,
    segment: Segment,
}

impl Tail {
    fn last_row(&self) -> Option<Row> {
        self.segment.len().checked_sub(1).map(|line| self.segment.row(line))
    }
}

/// Seeded anew by each start; hashes are compared within one process only.
#[derive(Debug, Clone, Default)]
pub(super) struct Hashes(Hasher);

impl Hashes {
    pub fn hash_one(&self, text: &str) -> u64 {
        self.0.hash_one(text)
    }
}
