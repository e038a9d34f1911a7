//! The lines of one view in the order of their times, bounded, without duplicates, cheap to clone.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use self::arrival::Hashes;
use super::line::{Line, LineId};
use super::segment::{Row, Segment};
use super::streams::{StreamId, Streams};
use crate::fleet::id::Text;

mod arrival;
mod merge;

/// A live line that is this much older than the newest one is marked, in milliseconds.
pub const LATE: i64 = 1500;

/// What a line costs beside its text, as counted against the limit.
const COST: usize = 12;

/// How much a buffer holds, whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// At least 1.
    pub lines: usize,
    /// Text and 12 bytes for each line.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { lines: 50_000, bytes: 64 * 1024 * 1024 }
    }
}

/// Why lines arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// As they are written: what comes late is marked.
    Live,
    /// Because older ones were asked for.
    History,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appended {
    pub added: usize,
    /// Events that the buffer holds already.
    pub duplicates: usize,
    /// Added lines that were marked as late.
    pub late: usize,
    /// Lines that the limits pushed out.
    pub dropped: usize,
    /// Events before the oldest line since lines were dropped: they were dropped before, or are too old to keep.
    pub refused: usize,
}

/// Where a line belongs: time, ingestion, rank of its stream.
type Key = (i64, i64, u32);

/// The last line that was dropped.
#[derive(Debug, Clone, Copy)]
struct Floor {
    row: Row,
    /// How many of its key were dropped.
    cut: u32,
}

#[derive(Debug, Clone)]
struct Part {
    segment: Arc<Segment>,
    /// The number of its first line, counted from the first line of the first segment.
    first: usize,
}

/// Lines of many streams, merged by time, then ingestion, then name of the stream, then arrival.
#[derive(Debug, Clone, Default)]
pub struct LogBuffer {
    /// None is empty; all but the last are sealed.
    parts: VecDeque<Part>,
    /// Lines of the first segment that are dropped.
    skip: usize,
    streams: Arc<Streams>,
    limits: Limits,
    /// Counted against the limit.
    bytes: usize,
    dropped: u64,
    refused: u64,
    late: u64,
    /// What is not behind the last line that was dropped is refused.
    floor: Option<Floor>,
    /// The newest time of all lines, milliseconds since 1970.
    newest: Option<i64>,
    serial: u64,
    version: u64,
    hasher: Hashes,
}

impl LogBuffer {
    pub fn new(limits: Limits) -> Self {
        Self { limits: Limits { lines: limits.lines.max(1), ..limits }, ..Self::default() }
    }

    /// How many lines it holds.
    pub fn len(&self) -> usize {
        self.parts.back().map_or(0, |part| part.first + part.segment.len() - self.skip)
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Bytes as they count against the limit: text and 12 for each line.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes on the heap beside the text of its lines.
    pub fn overhead(&self) -> usize {
        let parts = self.parts.capacity() * size_of::<Part>();
        let segments: usize = self.parts.iter().map(|part| part.segment.overhead()).sum();
        parts + segments + self.parts.front().map_or(0, |part| part.segment.span(self.skip).0)
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Changes what the buffer may hold, and drops what is too much; returns how many lines that were.
    pub fn set_limits(&mut self, limits: Limits) -> usize {
        self.limits = Limits { lines: limits.lines.max(1), ..limits };
        let dropped = self.trim();
        if dropped > 0 {
            self.version += 1;
        }
        dropped
    }

    /// Whether lines fit in without pushing others out. A ring that its bytes filled ends a little below its limit.
    pub fn has_room(&self) -> bool {
        self.len() < self.limits.lines && self.bytes < self.limits.bytes - self.limits.bytes / 16
    }

    /// Lines that the limits pushed out since the beginning.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Events that came for a time from which lines were dropped before; duplicates of dropped lines are among them.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Lines that were marked as late since the beginning.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Grows with every change of its lines.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The newest time of all lines, milliseconds since 1970.
    pub fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// Group and name of a stream.
    pub fn stream(&self, stream: StreamId) -> Option<(&Text, &Text)> {
        self.streams.name(stream.0).map(|(group, name)| (group, name))
    }

    /// All streams that had a line, in order of appearance.
    pub fn streams(&self) -> impl Iterator<Item = StreamId> + use<> {
        (0..u32::try_from(self.streams.len()).unwrap_or(u32::MAX)).map(StreamId)
    }

    pub fn line(&self, index: usize) -> Option<Line<'_>> {
        let (part, line) = self.place(index)?;
        Some(read(&part.segment, index, line, part.segment.span(line)))
    }

    /// Lines from one place to another, forwards and backwards.
    pub fn lines(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = Line<'_>> {
        let range = range.start.min(self.len())..range.end.min(self.len());
        range.filter_map(|index| self.line(index))
    }

    /// The name of a line that stays while others come and go.
    pub fn id(&self, index: usize) -> Option<LineId> {
        let row = self.row(index)?;
        let key = self.key(&row);
        let first = self.bound(key);
        let cut = self.cut(key);
        let nth = u32::try_from(index - first).unwrap_or(u32::MAX).saturating_add(cut);
        Some(LineId { at: row.at, ingested: row.ingested, stream: StreamId(row.stream), nth })
    }

    /// The place of a line; where it would be when it is not there any more.
    pub fn find(&self, id: &LineId) -> Result<usize, usize> {
        let key = (id.at, id.ingested, self.streams.rank(id.stream.0));
        let cut = self.cut(key);
        let first = self.bound(key);
        let Some(nth) = id.nth.checked_sub(cut) else { return Err(first) };
        let index = first.saturating_add(nth as usize);
        match self.row(index) {
            Some(row) if self.key(&row) == key => Ok(index),
            _ => Err(index.min(self.bound((key.0, key.1, key.2.saturating_add(1))))),
        }
    }

    /// The first line that is not older than this time, in milliseconds since 1970; `len` when all are.
    pub fn at_or_after(&self, at: i64) -> usize {
        self.bound((at, i64::MIN, 0))
    }

    /// The first line whose key is not smaller.
    fn bound(&self, key: Key) -> usize {
        let part = self.parts.partition_point(|part| self.last_key(&part.segment) < key);
        let Some(found) = self.parts.get(part) else { return self.len() };
        let (mut low, mut high) = (if part == 0 { self.skip } else { 0 }, found.segment.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.key(&found.segment.row(middle)) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        found.first + low - self.skip
    }

    fn key(&self, row: &Row) -> Key {
        (row.at, row.ingested, self.streams.rank(row.stream))
    }

    /// How many lines of this key were dropped, as far as others of it may be left.
    fn cut(&self, key: Key) -> u32 {
        self.floor.filter(|floor| self.key(&floor.row) == key).map_or(0, |floor| floor.cut)
    }

    fn last_key(&self, segment: &Segment) -> Key {
        self.key(&segment.row(segment.len().saturating_sub(1)))
    }

    fn row(&self, index: usize) -> Option<Row> {
        self.place(index).map(|(part, line)| part.segment.row(line))
    }

    /// The segment of a line, and its number in there.
    fn place(&self, index: usize) -> Option<(&Part, usize)> {
        let number = index.checked_add(self.skip)?;
        let part = self.parts.partition_point(|part| part.first <= number).checked_sub(1)?;
        let part = self.parts.get(part)?;
        let line = number - part.first;
        (line < part.segment.len()).then_some((part, line))
    }

    /// These lines alone, under the same names: what was on screen when the view was paused stays to be drawn after
    /// the ring dropped it. Lines of one instant and stream keep their names as long as none between them is left out.
    #[must_use]
    pub fn excerpt(&self, lines: impl Iterator<Item = usize> + Clone) -> Self {
        let mut segment = Segment::new(1);
        for line in lines.clone().filter_map(|line| self.line(line)) {
            if let Some(row) = self.row(line.index) {
                segment.push(row, line.text);
            }
        }
        let mut excerpt =
            Self { streams: Arc::clone(&self.streams), serial: 1, version: 1, ..Self::new(self.limits) };
        // The first line may not be the first of its instant.
        let first = lines.clone().next();
        let before = first.and_then(|first| self.id(first)).filter(|first| first.nth > 0);
        excerpt.floor = before.and_then(|name| Some(Floor { row: self.row(first?)?, cut: name.nth }));
        excerpt.newest = lines.last().and_then(|last| self.line(last)).map(|line| line.at);
        excerpt.bytes = segment.text.len() + segment.len() * (COST - 1);
        if segment.len() > 0 {
            excerpt.parts.push_back(Part { segment: Arc::new(segment), first: 0 });
        }
        excerpt
    }

    /// The segments, oldest first, for whoever keeps results about lines.
    pub(super) fn chunks(&self) -> impl DoubleEndedIterator<Item = Chunk<'_>> + ExactSizeIterator {
        self.parts.iter().enumerate().map(|(place, part)| Chunk {
            segment: &part.segment,
            skip: if place == 0 { self.skip } else { 0 },
            index: part.first.saturating_sub(self.skip),
        })
    }

    /// Where in `chunks` a line lies.
    pub(super) fn chunk_of(&self, index: usize) -> usize {
        self.parts.partition_point(|part| part.first <= index + self.skip).saturating_sub(1)
    }

    /// Drops the oldest lines until the limits are met.
    fn trim(&mut self) -> usize {
        let mut gone = 0;
        loop {
            let (lines, bytes) = (self.len(), self.bytes);
            let over = lines.saturating_sub(self.limits.lines);
            if over == 0 && (bytes <= self.limits.bytes || lines <= 1) {
                return gone;
            }
            let Some(part) = self.parts.front() else { return gone };
            let segment = Arc::clone(&part.segment);
            let held = segment.len() - self.skip;
            let (start, end) = (segment.span(self.skip).0, segment.text.len());
            let whole = end - start + held * (COST - 1);
            // Whole segments at once, as long as all of their lines have to go.
            if held < lines && (held == 1 || over >= held || bytes.saturating_sub(whole) >= self.limits.bytes)
            {
                self.sink(&segment, self.skip, segment.len());
                (self.skip, self.bytes, gone) = (0, bytes - whole, gone + held);
                self.parts.pop_front();
                self.count();
            } else {
                let (mut line, mut span, mut left) = (self.skip, segment.span(self.skip), bytes);
                while line + 1 < segment.len() && (line - self.skip < over || left > self.limits.bytes) {
                    left -= span.1 - span.0 + COST;
                    line += 1;
                    span = segment.span_after(line, span.1);
                }
                if line == self.skip {
                    return gone;
                }
                self.sink(&segment, self.skip, line);
                gone += line - self.skip;
                (self.skip, self.bytes) = (line, left);
            }
        }
    }

    /// Takes note of lines that go.
    fn sink(&mut self, segment: &Segment, from: usize, to: usize) {
        let Some(last) = to.checked_sub(1).filter(|last| *last >= from) else { return };
        let key = self.key(&segment.row(last));
        let same = (from..to).rev().take_while(|line| self.key(&segment.row(*line)) == key).count();
        let cut = self.cut(key).saturating_add(u32::try_from(same).unwrap_or(u32::MAX));
        self.floor = Some(Floor { row: segment.row(last), cut });
        self.dropped += (to - from) as u64;
    }

    /// Numbers the segments anew.
    fn count(&mut self) {
        let mut first = 0;
        for part in &mut self.parts {
            part.first = first;
            first += part.segment.len();
        }
    }
}

/// One segment with the place of its lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub segment: &'a Segment,
    /// Lines in front that are dropped.
    pub skip: usize,
    /// The place of its first line that is not dropped.
    pub index: usize,
}

impl<'a> Chunk<'a> {
    /// A line by its number in the segment.
    pub fn line(&self, line: usize) -> Line<'a> {
        read(self.segment, self.index + line.saturating_sub(self.skip), line, self.segment.span(line))
    }
}

fn read(segment: &Segment, index: usize, line: usize, span: (usize, usize)) -> Line<'_> {
    let row = segment.row(line);
    Line {
        index,
        at: row.at,
        ingested: row.ingested,
        stream: StreamId(row.stream),
        late: row.late,
        text: segment.text.get(span.0..span.1).unwrap_or_default(),
    }
}
