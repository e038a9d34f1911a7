//! The log view: what its tail tells, what follows from it, and what a person does there.

mod ask;
pub mod line;
mod older;
mod out;
mod panes;
mod perform;
mod room;
pub mod steps;
pub mod typing;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::app::logs::place::Place;
use crate::app::logs::rows::{Room, Row, Window, window};
use crate::app::logs::told::Told;
use crate::app::logs::{LogView, bands, between, fields, panel, sift};
use crate::app::model::Model;
use crate::app::notice::Level;
use crate::app::screen::Screen;
use crate::app::settings::Tailing;
use crate::app::views::Content;
use crate::fleet::log::buffer::{Arrival, LogBuffer};
use crate::fleet::log::origin::Origin;

pub use self::perform::perform;
pub use self::room::room;

/// How far before the newest line a view that was left goes on: lines may have come late. Milliseconds.
const OVERLAP: i64 = 60_000;

/// Gives the shown log view its lines, or lets it go on where it was left.
pub fn arrive(model: &mut Model) {
    let shown = model.screen().clone();
    room::forget(model);
    for (screen, view) in &mut model.views {
        if let (Screen::Logs(of), Some(view)) = (screen, view.lines_mut())
            && shown != Screen::Logs(of.clone())
            && shown != Screen::LogLine(of.clone())
            && !std::mem::replace(&mut view.tail.left, true)
        {
            view.tail.end();
            view.seen = model.now;
        }
    }
    let Screen::Logs(of) = shown else { return };
    let begins = begins(model, &of);
    let (limits, now, live) = (model.settings.lines, model.now, model.settings.source == Tailing::Live);
    if let Content::Lines(lines) = &mut model.view_mut().content {
        match lines {
            None => {
                let mut view = LogView::new(of, limits, begins);
                view.choices.live = live;
                view.seen = now;
                *lines = Some(Box::new(view));
            }
            Some(view) => {
                if std::mem::take(&mut view.tail.left) {
                    let left = view.seen;
                    resume(view, left);
                }
                view.seen = now;
            }
        }
    }
    renew(model, true);
}

/// The tail goes on where it was at this time. What could not be read till then, or was still being read, is read
/// again; a clock that goes ahead does not hide what others write.
pub(super) fn resume(view: &mut LogView, at: DateTime<Utc>) {
    if view.tail.settled == Some(i64::MAX) && view.tail.troubles.is_empty() {
        let read = view.buffer.newest().map(|newest| newest.min(at.timestamp_millis()));
        view.history.resume(read, OVERLAP);
    }
}

/// The time whose last minutes are read first: of tasks that stopped that is the end of the first one.
fn begins(model: &Model, of: &Origin) -> DateTime<Utc> {
    let ends = || of.tasks(&model.fleet).into_iter().map(|task| task.times.stopped);
    let first = match of {
        Origin::Service(..) => None,
        Origin::Stopped(..) => ends().flatten().min(),
        // One that runs goes on until now.
        Origin::Task(..) => ends().next().flatten(),
    };
    first.unwrap_or(model.now).min(model.now)
}

/// Takes in what a tail tells; tells whether it can be seen.
pub fn told(model: &mut Model, of: &Origin, told: Told) -> bool {
    let screen = Screen::Logs(of.clone());
    let room = room(model);
    let now = model.now;
    // A view that nobody can go back to any more was forgotten.
    let Some(view) = model.views.get_mut(&screen).and_then(|view| view.lines_mut()) else { return false };
    match told {
        Told::Lines { events, settled, stuck } => {
            view.tail.troubles.retain(|group, _| stuck.contains(group));
            hold(view, room, events.len());
            let taken = view.buffer.append(&events, Arrival::Live);
            if let Some(pause) = &mut view.place.pause {
                pause.arrived += taken.added as u64;
            }
            view.legend.meet(&view.buffer, &view.sources);
            view.tail.settled = Some(settled);
            if taken.dropped > 0
                && let Some(oldest) = view.buffer.line(0)
            {
                view.history.dropped(oldest.at);
            }
        }
        Told::Older { events } => {
            view.buffer.append(&events, Arrival::History);
            view.legend.meet(&view.buffer, &view.sources);
        }
        // Nobody knew where to read yet, or not everything could be read: it is not there.
        Told::OlderDone { given_up, .. } if given_up > 0 || view.sources.is_empty() => {
            view.history.stop();
            view.going = None;
            let why = view.tail.troubles.values().next().cloned();
            let why = why.unwrap_or_else(|| "no log stream is known of that time".to_owned());
            model.notices.say(now, Level::Warning, format!("older lines could not be read: {why}"));
        }
        Told::OlderDone { from, .. } => {
            let found = view.buffer.line(0).is_some_and(|oldest| oldest.at < view.history.loaded);
            view.history.arrived(from, found);
            if let Some(sentence) = older::arrived(view) {
                model.notices.say(now, Level::Warning, sentence);
            }
        }
        Told::Trouble { group, sentence } => {
            view.tail.troubles.insert(group, sentence);
        }
        Told::Remark(sentence) => {
            view.tail.remarks.insert(sentence);
        }
        Told::Sampled(since) => view.tail.sampled = since,
        Told::Session(since) => view.tail.session = since,
        Told::Missed(lines) => view.tail.missed += lines,
        Told::FellBack(sentence) => {
            view.tail.remarks.insert(sentence.clone());
            model.notices.say(now, Level::Warning, sentence);
        }
    }
    *model.screen() == screen
}

/// Before lines may be dropped from a view that does not follow, those on its screen are set aside.
fn hold(view: &mut LogView, room: Room, coming: usize) {
    let Place { cursor: Some(_), held, .. } = &view.place else { return };
    let limits = view.buffer.limits();
    let is_tight = view.buffer.len() + coming > limits.lines || view.buffer.bytes() * 8 > limits.bytes * 7;
    if held.is_none() && is_tight {
        sift::renew(view);
        view.place.held = excerpt(view, &window(view, room));
    }
}

/// The lines of the buffer that stand on a screen.
fn excerpt(view: &LogView, window: &Window) -> Option<LogBuffer> {
    let lines = window.rows.iter().filter_map(|row| match row {
        // A wrapped line takes several rows; its first one may be above the screen.
        Row::Line { index, held: false, .. } => Some(*index),
        _ => None,
    });
    let mut lines: Vec<usize> = lines.collect();
    lines.dedup();
    (!lines.is_empty()).then(|| view.buffer.excerpt(lines.into_iter()))
}

/// Brings the shown log view in line with what is known; `facts` have changed, or only its lines.
pub fn renew(model: &mut Model, facts: bool) {
    let Screen::Logs(of) = model.screen().clone() else { return };
    let fleet = Arc::clone(&model.fleet);
    let shift = of.service().and_then(|service| model.shifts.get(service)).cloned();
    let (now, cells) = (model.now, panes::cells(model));
    let Some(view) = model.view_mut().lines_mut() else { return };
    let since = view.history.wanted.min(view.history.since);
    if facts || view.resolved != Some(since) {
        let sources = of.sources(&fleet, since);
        view.resolved = Some(since);
        view.remarks = sources.remarks;
        if *view.sources != sources.readable {
            view.sources = Arc::new(sources.readable);
        }
        view.legend.meet(&view.buffer, &view.sources);
        bands::mark(view, &fleet);
    }
    if facts || view.legend.has_new() {
        view.legend.renew(&fleet, shift.as_ref());
    }
    let shown = view.legend.shown(view.choices.side);
    view.sift.set_streams(shown);
    sift::work(view);
    sift::renew(view);
    derive(view, cells, now);
    older::go_on(model);
}

/// Looks through some lines that nobody looked at yet; what follows from all of them is worked out at the end.
pub fn idle(model: &mut Model) {
    if let Some(view) = model.view_mut().lines_mut() {
        sift::work(view);
        if !view.sift.has_work() {
            renew(model, false);
        }
    }
}

/// Brings what is shown in line with the lines that came since, before a key means one of them.
pub fn look(model: &mut Model) {
    if let Some(view) = model.view_mut().lines_mut() {
        sift::renew(view);
        between::close(view);
    }
}

/// What stands beside the lines and between them.
fn derive(view: &mut LogView, cells: usize, now: DateTime<Utc>) {
    between::close(view);
    fields::choose(view);
    bands::renew(view, cells, now);
    panel::renew(view, now);
}
