//! Lines and errors over time, and what happened to the service under them.
//!
//! Times are milliseconds since 1970.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::LogView;
use crate::app::{format, progress};
use crate::fleet::Fleet;
use crate::fleet::deployment::DeploymentStatus;
use crate::fleet::id::ServiceId;
use crate::fleet::log::buffer::LogBuffer;
use crate::fleet::log::histogram::{Bucket, Histogram};
use crate::fleet::log::origin::Origin;

/// Widths that people read at a glance, in seconds.
const WIDTHS: [i64; 18] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];
/// Bytes of lines that are looked at in one go.
const SHARE: usize = 48 * 1024;

/// Cells in front of the bands, for their names, and behind them, for their largest numbers.
pub const LABELS: u16 = 12;
const NUMBERS: u16 = 12;

/// Cells that the bands have on a line of this width.
pub fn room(width: u16) -> usize {
    usize::from(width.saturating_sub(LABELS + NUMBERS))
}

/// What the bands keep between two pictures.
#[derive(Debug, Clone)]
pub struct Bands {
    histogram: Histogram,
    /// The start of the stretch under the cursor, while the bands have the keys.
    pub cursor: Option<i64>,
    pub markers: Vec<Marker>,
    /// The end of the picture.
    until: i64,
    /// Stretches of the picture.
    count: usize,
    is_behind: bool,
}

impl Default for Bands {
    fn default() -> Self {
        let histogram = Histogram::new(10_000);
        Self { histogram, cursor: None, markers: Vec::new(), until: 0, count: 0, is_behind: false }
    }
}

/// Something that happened to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    pub at: i64,
    /// `D` a deployment began, `C` it completed, `R` it was taken back or failed, `S` scaled, `X` a task ended.
    pub letter: char,
    pub text: String,
}

/// The bands as they are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    /// The start of the first stretch, and how long each is.
    pub start: i64,
    pub width: i64,
    pub buckets: Vec<Bucket>,
    /// Cells of each stretch.
    pub cells: usize,
}

impl Picture {
    /// The stretch that a time falls into.
    pub fn place(&self, at: i64) -> Option<usize> {
        let place = at.checked_sub(self.start)?.div_euclid(self.width.max(1));
        usize::try_from(place).ok().filter(|place| *place < self.buckets.len())
    }

    /// The most lines and the most errors of a stretch.
    pub fn most(&self) -> (u32, u32) {
        let of = |count: fn(&Bucket) -> u32| self.buckets.iter().map(count).max().unwrap_or(0);
        (of(|bucket| bucket.lines), of(|bucket| bucket.errors))
    }
}

impl Bands {
    /// Whether lines were not counted yet.
    pub fn has_work(&self) -> bool {
        self.is_behind
    }

    /// The bands for a room of this many cells.
    pub fn picture(&self, room: usize) -> Picture {
        let count = self.count.min(room);
        if count == 0 {
            return Picture::default();
        }
        let width = self.histogram.width();
        let last = self.until.div_euclid(width);
        let before = i64::try_from(count).unwrap_or(1) - 1;
        let buckets = self.histogram.buckets(self.until, count);
        Picture { start: (last - before) * width, width, buckets, cells: (room / count).max(1) }
    }

    /// How long a stretch is: `10s`, `5m`.
    pub fn width(&self) -> String {
        format::age(chrono::TimeDelta::milliseconds(self.histogram.width()))
    }

    /// Moves the cursor by stretches; it begins at the newest.
    pub fn go(&mut self, by: i64) {
        let width = self.histogram.width();
        let last = self.until.div_euclid(width);
        let first = last - i64::try_from(self.count).unwrap_or(1) + 1;
        let now = self.cursor.map_or(last, |at| at.div_euclid(width));
        self.cursor = Some(now.saturating_add(by).clamp(first.min(last), last) * width);
    }

    /// Counts on; `room` are the cells of the bands, 0 where they are not shown.
    fn work(&mut self, buffer: &LogBuffer, near: usize) {
        self.is_behind = self.count > 0 && !self.histogram.advance(buffer, near, SHARE);
    }
}

/// Fits the stretches into the room, and counts some lines that were not counted yet.
pub fn renew(view: &mut LogView, room: usize, now: DateTime<Utc>) {
    let now = now.timestamp_millis();
    let LogView { buffer, bands, history, place, .. } = view;
    if room == 0 {
        (bands.count, bands.is_behind) = (0, false);
        return;
    }
    let oldest = buffer.line(0).map(|line| line.at);
    let start = match (history.from, oldest) {
        (Some(from), _) => from,
        (None, Some(oldest)) if buffer.dropped() > 0 => oldest,
        (None, oldest) => oldest.unwrap_or(i64::MAX).min(history.loaded),
    };
    let until = buffer.newest().unwrap_or(now).max(now);
    let needed = |seconds: i64| {
        let width = seconds * 1000;
        usize::try_from(until.div_euclid(width) - start.div_euclid(width) + 1).unwrap_or(1).max(1)
    };
    let width = WIDTHS.into_iter().find(|seconds| needed(*seconds) <= room).unwrap_or(86_400);
    bands.histogram.set_width(width * 1000);
    (bands.until, bands.count) = (until, needed(width).min(room));
    let near = match &place.cursor {
        Some(cursor) => buffer.find(&cursor.line).unwrap_or_else(|near| near),
        None => buffer.len().saturating_sub(1),
    };
    bands.work(buffer, near);
}

/// Finds out what happened to the service whose lines these are.
pub fn mark(view: &mut LogView, fleet: &Fleet) {
    let mut markers = Vec::new();
    if let Some(service) = view.of.service() {
        deployments(fleet, service, &mut markers);
        scaling(fleet, service, &mut markers);
    }
    stops(fleet, &view.of, &mut markers);
    markers.sort_by(|one: &Marker, other| one.at.cmp(&other.at).then_with(|| one.text.cmp(&other.text)));
    view.bands.markers = markers;
}

fn marker(at: DateTime<Utc>, letter: char, text: impl Into<String>) -> Marker {
    Marker { at: at.timestamp_millis(), letter, text: text.into() }
}

fn deployments(fleet: &Fleet, id: &ServiceId, markers: &mut Vec<Marker>) {
    let known = fleet.deployments(id).map_or(&[][..], |known| known.as_slice());
    for deployment in known {
        let revision = deployment.target.as_ref().map(|target| progress::revision(fleet, &target.revision));
        let revision = revision.unwrap_or_default();
        markers.extend(deployment.began().map(|at| marker(at, 'D', format!("deploy {revision}"))));
        let (letter, end) = match deployment.status {
            DeploymentStatus::Successful => ('C', "completed"),
            DeploymentStatus::RollbackSuccessful => ('R', "rolled back"),
            DeploymentStatus::RollbackFailed => ('R', "rollback failed"),
            _ => ('R', "stopped"),
        };
        markers.extend(deployment.ended().map(|at| marker(at, letter, format!("{revision} {end}"))));
    }
    let Some(service) = fleet.service(id).filter(|_| known.is_empty()) else { return };
    for rollout in &service.rollouts {
        let name = rollout.definition.as_ref().map_or("", |definition| definition.name());
        markers.extend(rollout.created.map(|at| marker(at, 'D', format!("deploy {name}"))));
    }
}

fn scaling(fleet: &Fleet, id: &ServiceId, markers: &mut Vec<Marker>) {
    let Some(scaling) = fleet.scaling(id) else { return };
    let done = scaling.activities.iter().filter(|activity| activity.reasons_not_scaled.is_empty());
    markers.extend(done.map(|activity| {
        let text = activity.description.trim_end_matches('.');
        let count = text.rsplit(' ').next().filter(|word| word.parse::<u32>().is_ok());
        marker(
            activity.at,
            'S',
            count.map_or_else(|| "scaled".to_owned(), |count| format!("scaled to {count}")),
        )
    }));
}

/// Tasks that ended in the same second are one marker.
fn stops(fleet: &Fleet, of: &Origin, markers: &mut Vec<Marker>) {
    let mut ends: BTreeMap<i64, usize> = BTreeMap::new();
    for at in of.tasks(fleet).into_iter().filter_map(|task| task.times.stopped) {
        *ends.entry(at.timestamp()).or_default() += 1;
    }
    markers.extend(ends.into_iter().map(|(at, tasks)| Marker {
        at: at.saturating_mul(1000),
        letter: 'X',
        text: format!("{} ended", format::count(tasks, "task")),
    }));
}
