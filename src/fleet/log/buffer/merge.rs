//! Putting lines at their places among older ones: only the segments that get a line are written anew.

use std::sync::Arc;

use super::{Key, LogBuffer, Part};
use crate::fleet::log::segment::{FULL_BYTES, FULL_LINES, Row, Segment};

/// A line that the buffer does not hold yet.
pub(super) struct Fresh<'a> {
    pub key: Key,
    pub row: Row,
    pub message: &'a str,
}

impl LogBuffer {
    /// Puts lines, which are in order, behind those that are not greater.
    pub(super) fn merge(&mut self, mut fresh: &[Fresh<'_>]) {
        if self.parts.is_empty() && !fresh.is_empty() {
            let segment = Arc::new(Segment::new(self.next_serial()));
            self.parts.push_back(Part { segment, first: 0 });
        }
        // From the end, so that the places in front stay.
        while let Some(last) = fresh.last() {
            let home = self.home(last.key);
            let start = self.parts.get(home).filter(|_| home > 0).map(|part| self.key(&part.segment.row(0)));
            let own = fresh.partition_point(|line| start.is_some_and(|start| line.key < start));
            let (before, here) = fresh.split_at_checked(own).unwrap_or((&[], fresh));
            self.rewrite(home, here);
            fresh = before;
        }
        self.count();
    }

    /// The last segment that does not begin behind this key.
    fn home(&self, key: Key) -> usize {
        self.parts.partition_point(|part| self.key(&part.segment.row(0)) <= key).saturating_sub(1)
    }

    /// Writes one segment anew with these lines among its own; more than one where they do not fit.
    fn rewrite(&mut self, place: usize, fresh: &[Fresh<'_>]) {
        let is_last = place + 1 == self.parts.len();
        let Some(old) = self.parts.get(place).map(|part| Arc::clone(&part.segment)) else { return };
        let skip = if place == 0 { std::mem::take(&mut self.skip) } else { 0 };
        let bytes = old.text.len() + fresh.iter().map(|line| line.message.len() + 1).sum::<usize>();
        let lines = old.len() - skip + fresh.len();
        // A sealed segment may grow to twice its size, or late lines would leave many small ones behind.
        let room = if is_last { 1 } else { 2 };
        let fits = bytes <= FULL_BYTES * room && lines <= FULL_LINES * room;
        let pieces = if fits { 1 } else { bytes.div_ceil(FULL_BYTES).max(lines.div_ceil(FULL_LINES)) };
        let share = (bytes.div_ceil(pieces), lines.div_ceil(pieces));
        let mut segments = vec![Segment::new(self.next_serial())];
        let mut put = |buffer: &mut Self, row: Row, message: &str| {
            if let Some(segment) = segments.last_mut() {
                segment.push(row, message);
                if pieces > 1 && (segment.text.len() >= share.0 || segment.len() >= share.1) {
                    segments.push(Segment::new(buffer.next_serial()));
                }
            }
        };
        let mut fresh = fresh.iter().peekable();
        let mut span = old.span(skip);
        for line in skip..old.len() {
            let row = old.row(line);
            let key = self.key(&row);
            while let Some(new) = fresh.next_if(|new| new.key < key) {
                put(self, new.row, new.message);
            }
            put(self, row, old.text.get(span.0..span.1).unwrap_or_default());
            span = old.span_after(line + 1, span.1);
        }
        for new in fresh {
            put(self, new.row, new.message);
        }
        segments.retain(|segment| segment.len() > 0);
        let count = segments.len();
        self.parts.remove(place);
        for (number, mut segment) in segments.into_iter().enumerate() {
            if !is_last || number + 1 < count || segment.is_full() {
                segment.seal();
            }
            self.parts.insert(place + number, Part { segment: Arc::new(segment), first: 0 });
        }
    }
}
