//! How a view of log lines stands: its lines, who wrote them, what of them is shown, and where a person is in them.

pub mod bands;
pub mod between;
pub mod choices;
pub mod columns;
pub mod empty;
pub mod export;
pub mod fields;
pub mod fold;
pub mod going;
pub mod history;
pub mod jump;
pub mod legend;
pub mod line;
pub mod message;
pub mod opened;
pub mod panel;
pub mod panes;
pub mod place;
pub mod prompt;
pub mod rows;
pub mod sift;
pub mod told;
pub mod wrapped;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::bands::Bands;
use self::between::Closing;
use self::choices::Choices;
use self::fields::FieldColumn;
use self::going::Going;
use self::history::History;
use self::legend::Legend;
use self::opened::Opened;
use self::panel::Panel;
use self::place::Place;
use self::sift::Sift;
use self::told::Tail;
use crate::fleet::log::buffer::{Limits, LogBuffer};
use crate::fleet::log::line::LineId;
use crate::fleet::log::origin::Origin;
use crate::fleet::log::rules::Rules;
use crate::fleet::log::search::Search;
use crate::fleet::log::source::{Remark, Source};

/// A view of the lines of some tasks.
#[derive(Debug, Clone)]
pub struct LogView {
    pub of: Origin,
    pub buffer: LogBuffer,
    /// The streams that are read.
    pub sources: Arc<Vec<Source>>,
    /// What cannot be read, or may be missing.
    pub remarks: Vec<Remark>,
    /// Who wrote: names, letters and colours.
    pub legend: Legend,
    /// Where a person is.
    pub place: Place,
    pub choices: Choices,
    /// What a person keeps and hides.
    pub rules: Rules,
    pub search: Search,
    /// Which lines are shown; it follows from all of the above.
    pub sift: Sift,
    /// The ends of tasks among the lines, in order.
    pub closings: Vec<Closing>,
    /// Lines and errors over time.
    pub bands: Bands,
    /// Streams, rules and patterns below the lines.
    pub panel: Panel,
    /// The fields of JSON lines that have columns.
    pub fields: Vec<FieldColumn>,
    /// The version of the buffer by which they were chosen.
    pub fields_at: Option<u64>,
    /// The time since which the streams are known, milliseconds since 1970.
    pub resolved: Option<i64>,
    /// How far back lines were read.
    pub history: History,
    pub tail: Tail,
    /// In the order of their times.
    pub bookmarks: Vec<LineId>,
    /// The line that is open on a screen of its own.
    pub opened: Option<Opened>,
    /// What is gone to as soon as it is there.
    pub going: Option<Going>,
    /// When it was on the screen last.
    pub seen: DateTime<Utc>,
}

impl LogView {
    /// A view that reads from now on, and what was written in the minutes before.
    pub fn new(of: Origin, limits: Limits, now: DateTime<Utc>) -> Self {
        Self {
            of,
            buffer: LogBuffer::new(limits),
            sources: Arc::default(),
            remarks: Vec::new(),
            legend: Legend::default(),
            place: Place::default(),
            choices: Choices::default(),
            rules: Rules::default(),
            search: Search::default(),
            sift: Sift::default(),
            closings: Vec::new(),
            bands: Bands::default(),
            panel: Panel::default(),
            fields: Vec::new(),
            fields_at: None,
            resolved: None,
            history: History::beginning(now.timestamp_millis()),
            tail: Tail::default(),
            bookmarks: Vec::new(),
            opened: None,
            going: None,
            seen: now,
        }
    }

    /// New lines come to the bottom of the screen.
    pub fn is_following(&self) -> bool {
        self.place.cursor.is_none()
    }

    /// The line under the cursor as the screen shows it, else the newest that is shown.
    pub fn at(&self) -> Option<LineId> {
        let visible = &self.sift.visible;
        let Some(cursor) = &self.place.cursor else {
            return self.buffer.id(visible.previous(visible.len())?);
        };
        if self.held_at().is_some() {
            return Some(cursor.line);
        }
        match self.buffer.find(&cursor.line) {
            Ok(at) | Err(at) if visible.contains(at) => self.buffer.id(at),
            Ok(at) | Err(at) => self.buffer.id(visible.previous(at).or_else(|| visible.next(0))?),
        }
    }

    /// The place of the cursor's line among those that were dropped and are still on the screen, where it is one.
    pub fn held_at(&self) -> Option<usize> {
        let line = self.place.cursor.as_ref()?.line;
        let is_dropped = self.buffer.find(&line) == Err(0);
        self.place.held.as_ref().filter(|_| is_dropped)?.find(&line).ok()
    }

    /// The buffer that holds a line, and its place in there; what is on the screen may be dropped already.
    pub fn find(&self, line: &LineId) -> Option<(&LogBuffer, usize)> {
        if let Ok(at) = self.buffer.find(line) {
            return Some((&self.buffer, at));
        }
        let held = self.place.held.as_ref()?;
        Some((held, held.find(line).ok()?))
    }

    /// The marked lines that are there, in their order.
    pub fn marked(&self) -> Vec<usize> {
        self.bookmarks.iter().filter_map(|line| self.buffer.find(line).ok()).collect()
    }
}
