//! How many lines and how many errors each stretch of time has.

use std::collections::BTreeMap;

use super::bits::Bits;
use super::buffer::LogBuffer;
use super::level::Level;
use super::marks::{Condition, Marks};
use crate::fleet::map::Map;

/// Segments that are counted anew in one call, so that it stays short.
const MOST: usize = 64;

/// What one stretch of time has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    pub lines: u32,
    pub errors: u32,
}

/// Lines and errors of a buffer by time, kept up as lines come and go.
#[derive(Debug, Clone)]
pub struct Histogram {
    /// Milliseconds.
    width: i64,
    errors: Marks,
    parts: Map<u64, Part>,
}

#[derive(Debug, Clone, Default)]
struct Part {
    /// Lines of the segment when it was counted, and how many of them were dropped or known to be errors.
    seen: (usize, usize, usize),
    /// By the start of the stretch in widths since 1970.
    buckets: Vec<(i64, Bucket)>,
}

impl Histogram {
    /// The width of a stretch in milliseconds, at least 1.
    pub fn new(width: i64) -> Self {
        let errors = Marks::new(Condition::Level(Level::Error));
        Self { width: width.max(1), errors, parts: Map::default() }
    }

    /// Another width; levels that are known stay known.
    pub fn set_width(&mut self, width: i64) {
        if self.width != width.max(1) {
            self.width = width.max(1);
            self.parts.clear();
        }
    }

    /// Milliseconds.
    pub fn width(&self) -> i64 {
        self.width
    }

    /// The lines that are errors, for jumping from one to the next.
    pub fn errors(&self, buffer: &LogBuffer) -> Bits {
        self.errors.lines(buffer)
    }

    /// Counts lines that were not counted yet; see [`Marks::advance`].
    pub fn advance(&mut self, buffer: &LogBuffer, near: usize, budget: usize) -> bool {
        let known = self.errors.advance(buffer, near, budget);
        let mut stale = 0;
        let mut parts = Map::default();
        for (place, chunk) in buffer.chunks().enumerate().rev() {
            let part = self.parts.remove(&chunk.segment.serial);
            let errors = self.errors.part(place);
            let seen = (chunk.segment.len(), chunk.skip, errors.map_or(0, Bits::count));
            let part = match part {
                Some(part) if part.seen == seen => part,
                old => {
                    stale += 1;
                    if stale > MOST {
                        parts.extend(old.map(|old| (chunk.segment.serial, old)));
                        continue;
                    }
                    let mut buckets: BTreeMap<i64, Bucket> = BTreeMap::new();
                    for line in chunk.skip..chunk.segment.len() {
                        let bucket =
                            buckets.entry(chunk.segment.row(line).at.div_euclid(self.width)).or_default();
                        bucket.lines += 1;
                        bucket.errors += u32::from(errors.is_some_and(|errors| errors.contains(line)));
                    }
                    Part { seen, buckets: buckets.into_iter().collect() }
                }
            };
            parts.insert(chunk.segment.serial, part);
        }
        self.parts = parts;
        known && stale <= MOST
    }

    /// This many stretches, the last one holding the given time; times in milliseconds since 1970.
    pub fn buckets(&self, until: i64, count: usize) -> Vec<Bucket> {
        let last = until.div_euclid(self.width);
        let first = last.saturating_sub(i64::try_from(count).unwrap_or(i64::MAX)).saturating_add(1);
        let mut all = vec![Bucket::default(); count];
        for (start, bucket) in self.parts.values().flat_map(|part| &part.buckets) {
            let place = start.checked_sub(first).and_then(|place| usize::try_from(place).ok());
            if let Some(sum) = place.and_then(|place| all.get_mut(place)) {
                sum.lines += bucket.lines;
                sum.errors += bucket.errors;
            }
        }
        all
    }
}
