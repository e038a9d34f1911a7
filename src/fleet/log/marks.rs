//! Which lines of a buffer meet a condition, found in small slices and kept while lines come and go.

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use super::ansi;
use super::bits::Bits;
use super::buffer::{Chunk, LogBuffer};
use super::level::{self, Level};
use super::pattern::Pattern;
use super::shape::shape;
use super::streams::StreamId;
use super::trace;
use crate::fleet::map::{Hasher, Map};

/// Bytes of text for one call of `advance` that stay within 4 ms for any condition.
pub const SLICE: usize = 256 * 1024;

/// What asking a line costs beside its length, so that a slice of empty lines ends as well.
pub(super) const LEAST: usize = 16;

/// What a line may be asked.
#[derive(Debug, Clone)]
pub enum Condition {
    Matches(Pattern),
    /// Its level is this one or worse; lines without a level are no worse than any.
    Level(Level),
    /// It is of one of these streams.
    Stream(BTreeSet<StreamId>),
    /// It goes on with the line before it, as the frames of a trace do.
    Continues,
    /// It says the same as the line before it in its stream, but for numbers, ids and times.
    Repeats,
    Late,
}

/// The lines that meet a condition, as far as they are known.
#[derive(Debug, Clone)]
pub struct Marks {
    condition: Condition,
    parts: Vec<Part>,
    hasher: Hasher,
}

#[derive(Debug, Clone, Default)]
struct Part {
    serial: u64,
    /// Lines of the segment that were asked.
    done: usize,
    found: Bits,
    /// The last shape of each stream, where the condition compares neighbours.
    shapes: Map<StreamId, u64>,
}

impl Marks {
    pub fn new(condition: Condition) -> Self {
        Self { condition, parts: Vec::new(), hasher: Hasher::default() }
    }

    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Asks lines that were not asked yet, about this many bytes of text, beginning at a line and going on to the
    /// newest, then back to the oldest. Tells whether nothing is left to ask.
    pub fn advance(&mut self, buffer: &LogBuffer, near: usize, budget: usize) -> bool {
        self.align(buffer);
        let chunks: Vec<Chunk<'_>> = buffer.chunks().collect();
        let start = buffer.chunk_of(near).min(chunks.len());
        let mut left = budget;
        for place in (start..chunks.len()).chain((0..start).rev()) {
            let (Some(chunk), Some(part)) = (chunks.get(place), self.parts.get_mut(place)) else { break };
            while part.done < chunk.segment.len() {
                if left == 0 {
                    return false;
                }
                let from = part.done.max(chunk.skip);
                let begin = chunk.segment.span(from).0;
                part.found.resize(chunk.segment.len());
                part.done = ask(&self.condition, chunk, part, left, &self.hasher);
                let bytes = chunk.segment.span(part.done).0.saturating_sub(begin);
                left = left.saturating_sub(bytes + (part.done - from) * LEAST);
            }
        }
        true
    }

    /// Whether every line was asked.
    pub fn is_complete(&self, buffer: &LogBuffer) -> bool {
        let chunks = buffer.chunks();
        chunks.len() == self.parts.len()
            && chunks
                .zip(&self.parts)
                .all(|(chunk, part)| chunk.segment.serial == part.serial && part.done >= chunk.segment.len())
    }

    /// The lines that are known to meet the condition, by their places in the buffer.
    pub fn lines(&self, buffer: &LogBuffer) -> Bits {
        let mut lines = Bits::new(0);
        let mut parts = self.parts.iter().peekable();
        let in_step = self.parts.len() == buffer.chunks().len();
        for chunk in buffer.chunks() {
            let length = chunk.segment.len();
            let part = if in_step {
                parts.next()
            } else {
                self.parts.iter().find(|part| part.serial == chunk.segment.serial)
            };
            let mut found = match part {
                Some(part) if part.serial == chunk.segment.serial => part.found.clone(),
                _ => Bits::new(0),
            };
            found.resize(length);
            lines.extend(&found, chunk.skip);
        }
        lines
    }

    /// What was found in one segment, by the numbers of its lines.
    pub(super) fn part(&self, segment: usize) -> Option<&Bits> {
        self.parts.get(segment).map(|part| &part.found)
    }

    /// Keeps what is known of segments that are still there, in their order.
    fn align(&mut self, buffer: &LogBuffer) {
        let same = buffer.chunks().len() == self.parts.len()
            && buffer.chunks().zip(&self.parts).all(|(chunk, part)| chunk.segment.serial == part.serial);
        if same {
            return;
        }
        let mut known: Map<u64, Part> =
            std::mem::take(&mut self.parts).into_iter().map(|part| (part.serial, part)).collect();
        self.parts = buffer
            .chunks()
            .map(|chunk| {
                let serial = chunk.segment.serial;
                known.remove(&serial).unwrap_or_else(|| Part { serial, ..Part::default() })
            })
            .collect();
    }
}

/// Asks the next lines of a segment and returns the line to go on with.
fn ask(condition: &Condition, chunk: &Chunk<'_>, part: &mut Part, budget: usize, hasher: &Hasher) -> usize {
    let from = part.done.max(chunk.skip);
    let Part { found, shapes, .. } = part;
    if let Condition::Matches(pattern) = condition {
        return pattern.scan(chunk.segment, from, budget, &mut |line| found.insert(line));
    }
    let mut left = budget;
    for number in from..chunk.segment.len() {
        let line = chunk.line(number);
        let is_met = match condition {
            Condition::Matches(_) => false,
            Condition::Level(least) => level::level(line.text).is_some_and(|level| level >= *least),
            Condition::Stream(streams) => streams.contains(&line.stream),
            Condition::Continues => trace::continues(&ansi::plain_line(line.text)),
            Condition::Repeats => {
                let shape = hasher.hash_one(shape(&ansi::plain(line.text)));
                shapes.insert(line.stream, shape) == Some(shape)
            }
            Condition::Late => line.late,
        };
        if is_met {
            found.insert(number);
        }
        left = left.saturating_sub(line.text.len() + LEAST);
        if left == 0 {
            return number + 1;
        }
    }
    chunk.segment.len()
}
