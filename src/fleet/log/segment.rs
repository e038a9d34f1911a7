//! A run of lines that follow each other in time: their text in one piece, their facts beside it.

use super::packed::Packed;

/// A segment takes no more lines once its text has this many bytes.
pub(super) const FULL_BYTES: usize = 256 * 1024;
/// Nor once it has this many lines.
pub(super) const FULL_LINES: usize = 8 * 1024;
/// Lines between two known places of a sealed text.
const STRIDE: usize = 32;

/// What is kept of a line beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub at: i64,
    pub ingested: i64,
    /// Its place in the table of streams.
    pub stream: u32,
    /// A hash of the event's id; 0 when it has none.
    pub id: u32,
    pub late: bool,
}

/// Lines in their order; every text ends with a line feed of ours.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Names these lines for whoever keeps results about them: lines may join at the end, anything else gets a new
    /// number.
    pub serial: u64,
    pub text: String,
    /// A line carries an escape sequence, so what is shown differs from what is kept.
    pub escapes: bool,
    /// Lines with the byte behind their text, as long as more may join.
    open: Vec<(Row, u32)>,
    /// The same, packed.
    sealed: Option<Box<Columns>>,
}

#[derive(Debug, Clone)]
struct Columns {
    lines: usize,
    at: Packed,
    /// From the event's time to its ingestion.
    lag: Packed,
    /// Twice the stream, plus one for a late line.
    stream: Packed,
    id: Packed,
    length: Packed,
    /// Where every 32nd line begins.
    starts: Box<[u32]>,
}

impl Segment {
    pub fn new(serial: u64) -> Self {
        Self { serial, text: String::new(), escapes: false, open: Vec::new(), sealed: None }
    }

    pub fn len(&self) -> usize {
        self.sealed.as_ref().map_or(self.open.len(), |columns| columns.lines)
    }

    /// It takes no more lines.
    pub fn is_full(&self) -> bool {
        self.text.len() >= FULL_BYTES || self.len() >= FULL_LINES || self.sealed.is_some()
    }

    pub fn is_sealed(&self) -> bool {
        self.sealed.is_some()
    }

    /// Adds a line at the end; a sealed segment is opened for it.
    pub fn push(&mut self, row: Row, text: &str) {
        self.text.push_str(text);
        let end = place(self.text.len());
        self.text.push('\n');
        self.escapes |= memchr::memchr(b'\x1b', text.as_bytes()).is_some();
        self.open().push((row, end));
    }

    /// Sets the id of a line that came without one.
    pub fn name(&mut self, line: usize, id: u32) {
        if let Some((row, _)) = self.open().get_mut(line) {
            row.id = id;
        }
    }

    fn open(&mut self) -> &mut Vec<(Row, u32)> {
        if self.sealed.is_some() {
            self.open = (0..self.len()).map(|line| (self.row(line), place(self.span(line).1))).collect();
            self.sealed = None;
        }
        &mut self.open
    }

    /// Packs what is known of its lines.
    pub fn seal(&mut self) {
        if self.sealed.is_some() {
            return;
        }
        let rows = &self.open;
        let starts = (0..rows.len())
            .map(|line| if line == 0 { 0 } else { rows.get(line - 1).map_or(0, |(_, end)| end + 1) });
        let lengths = rows.iter().zip(starts.clone()).map(|((_, end), start)| i64::from(end - start));
        let columns = Columns {
            lines: rows.len(),
            at: Packed::new(rows.iter().map(|(row, _)| row.at)),
            lag: Packed::new(rows.iter().map(|(row, _)| row.ingested.wrapping_sub(row.at))),
            stream: Packed::new(rows.iter().map(|(row, _)| i64::from(row.stream) * 2 + i64::from(row.late))),
            id: Packed::new(rows.iter().map(|(row, _)| i64::from(row.id))),
            length: Packed::new(lengths),
            starts: starts.step_by(STRIDE).collect(),
        };
        self.sealed = Some(Box::new(columns));
        self.open = Vec::new();
        self.text.shrink_to_fit();
    }

    /// A row of zeros where there is no such line.
    pub fn row(&self, line: usize) -> Row {
        match &self.sealed {
            None => self.open.get(line).map_or(NOTHING, |(row, _)| *row),
            Some(columns) => {
                let at = columns.at.get(line);
                let stream = columns.stream.get(line);
                Row {
                    at,
                    ingested: at.wrapping_add(columns.lag.get(line)),
                    stream: u32::try_from(stream / 2).unwrap_or(0),
                    id: u32::try_from(columns.id.get(line)).unwrap_or(0),
                    late: stream % 2 == 1,
                }
            }
        }
    }

    /// The bytes of a line's text, without its line feed; the end of the text where there is no such line.
    pub fn span(&self, line: usize) -> (usize, usize) {
        if line >= self.len() {
            return (self.text.len(), self.text.len());
        }
        match &self.sealed {
            None => {
                let end = |line: usize| self.open.get(line).map_or(0, |(_, end)| *end as usize);
                (if line == 0 { 0 } else { end(line - 1) + 1 }, end(line))
            }
            Some(columns) => {
                let known = columns.starts.get(line / STRIDE).map_or(0, |start| *start as usize);
                let before = line / STRIDE * STRIDE..line;
                let start = before.fold(known, |start, line| start + columns.length(line) + 1);
                (start, start + columns.length(line))
            }
        }
    }

    /// The bytes of the line that follows one whose text ends there.
    pub fn span_after(&self, line: usize, end: usize) -> (usize, usize) {
        match &self.sealed {
            Some(columns) if line < columns.lines => (end + 1, end + 1 + columns.length(line)),
            _ => self.span(line),
        }
    }

    /// The line that holds this byte of the text; the last one for what lies behind.
    pub fn line_at(&self, byte: usize) -> usize {
        match &self.sealed {
            None => self.open.partition_point(|(_, end)| (*end as usize) < byte),
            Some(columns) => {
                let known = columns.starts.partition_point(|start| *start as usize <= byte).saturating_sub(1);
                let mut line = known * STRIDE;
                let mut end = self.span(line).1;
                while end < byte && line + 1 < columns.lines {
                    line += 1;
                    end = self.span_after(line, end).1;
                }
                line
            }
        }
    }

    pub fn message(&self, line: usize) -> &str {
        let (start, end) = self.span(line);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Bytes on the heap beside the text itself: columns, line feeds, room that is not used.
    pub fn overhead(&self) -> usize {
        let rows = match &self.sealed {
            None => self.open.capacity() * size_of::<(Row, u32)>(),
            Some(columns) => {
                let packed = [&columns.at, &columns.lag, &columns.stream, &columns.id, &columns.length];
                size_of::<Columns>()
                    + columns.starts.len() * size_of::<u32>()
                    + packed.into_iter().map(Packed::heap).sum::<usize>()
            }
        };
        size_of::<Self>() + rows + self.len() + self.text.capacity() - self.text.len()
    }
}

impl Columns {
    fn length(&self, line: usize) -> usize {
        usize::try_from(self.length.get(line)).unwrap_or(0)
    }
}

const NOTHING: Row = Row { at: 0, ingested: 0, stream: 0, id: 0, late: false };

/// A place in a text; an event has at most a megabyte, so a segment stays far below four gigabytes.
fn place(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}
