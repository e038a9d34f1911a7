//! What the lines of a buffer say most often, once numbers, ids and times are taken out.

use std::hash::BuildHasher;

use super::ansi;
use super::buffer::LogBuffer;
use super::marks::LEAST;
use super::shape::shape;
use crate::fleet::map::{Hasher, Map};

/// One shape of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Top {
    /// The shape, printable, with `#` for what differs.
    pub shape: String,
    pub lines: usize,
    /// Milliseconds since 1970.
    pub first: i64,
    /// Milliseconds since 1970.
    pub last: i64,
}

/// How often each shape occurs, counted in slices.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    parts: Map<u64, Part>,
    hasher: Hasher,
}

#[derive(Debug, Clone, Default)]
struct Part {
    /// Lines that were dropped when counting began.
    skip: usize,
    done: usize,
    counts: Map<u64, Count>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    lines: usize,
    first: i64,
    last: i64,
    /// A line of this shape, by its number in the segment.
    example: usize,
}

impl Patterns {
    /// Counts about this many bytes of lines, newest segments first; tells whether nothing is left to count.
    pub fn advance(&mut self, buffer: &LogBuffer, budget: usize) -> bool {
        let mut left = budget;
        let mut old = std::mem::take(&mut self.parts);
        for chunk in buffer.chunks().rev() {
            let known = old.remove(&chunk.segment.serial);
            let mut part = match known {
                Some(part) if part.skip == chunk.skip => part,
                // Lines were dropped: what is left is counted anew.
                _ => Part { skip: chunk.skip, done: chunk.skip, counts: Map::default() },
            };
            while part.done < chunk.segment.len() && left > 0 {
                let line = chunk.line(part.done);
                let hash = self.hasher.hash_one(shape(&ansi::plain(line.text)));
                let start = Count { lines: 0, first: line.at, last: line.at, example: part.done };
                let count = part.counts.entry(hash).or_insert(start);
                (count.lines, count.last) = (count.lines + 1, line.at);
                part.done += 1;
                left = left.saturating_sub(line.text.len() + LEAST);
            }
            self.parts.insert(chunk.segment.serial, part);
        }
        left > 0 || self.is_complete(buffer)
    }

    fn is_complete(&self, buffer: &LogBuffer) -> bool {
        buffer.chunks().all(|chunk| {
            self.parts.get(&chunk.segment.serial).is_some_and(|part| part.done >= chunk.segment.len())
        })
    }

    /// The shapes that occur most often, the most frequent first; equal ones by what they say.
    pub fn top(&self, buffer: &LogBuffer, most: usize) -> Vec<Top> {
        let mut all: Map<u64, (Count, &str)> = Map::default();
        for chunk in buffer.chunks() {
            let Some(part) = self.parts.get(&chunk.segment.serial) else { continue };
            for (hash, count) in &part.counts {
                let (sum, _) = all
                    .entry(*hash)
                    .or_insert_with(|| (Count { lines: 0, ..*count }, chunk.segment.message(count.example)));
                sum.lines += count.lines;
                sum.first = sum.first.min(count.first);
                sum.last = sum.last.max(count.last);
            }
        }
        let mut counts: Vec<(Count, &str)> = all.into_values().collect();
        // By count first; the text decides only among those that may be shown.
        counts.sort_unstable_by_key(|(count, _)| std::cmp::Reverse(count.lines));
        let least = counts.get(most.saturating_sub(1)).map_or(0, |(count, _)| count.lines);
        let shown = counts.into_iter().take_while(|(count, _)| count.lines >= least.max(1));
        let mut top: Vec<Top> = shown
            .map(|(count, text)| Top {
                shape: shape(&ansi::plain(text)),
                lines: count.lines,
                first: count.first,
                last: count.last,
            })
            .collect();
        top.sort_by(|one, other| other.lines.cmp(&one.lines).then_with(|| one.shape.cmp(&other.shape)));
        top.truncate(most);
        top
    }
}
