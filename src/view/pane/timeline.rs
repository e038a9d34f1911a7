//! The timeline: what happened in the last hour, lane by lane, and every entry below.

use chrono::TimeDelta;
use ratatui::layout::Rect;
use strum::IntoEnumIterator;

use super::empty;
use crate::app::absence;
use crate::app::format;
use crate::app::layout::Regions;
use crate::app::listing::Listing;
use crate::app::model::Model;
use crate::app::timeline::{Choice, Entry, Importance, Lane, entries as entries_of, histogram};
use crate::fleet::id::Text;
use crate::fleet::topic::{Subject, Trouble};
use crate::view::canvas::Canvas;
use crate::view::entry;
use crate::view::theme::Role;
use crate::view::tone;
use crate::view::widget::frame::Title;
use crate::view::widget::lines::highlight;
use crate::view::widget::table;

/// Minutes in the lanes; one column each.
const MINUTES: u16 = 60;
/// Cells of a line from which on the importance is written out; below the sign alone says it.
const WORDS: u16 = 76;
/// Cells in front of the lanes, for their names.
const NAMES: u16 = 9;

pub fn draw(
    canvas: &mut Canvas<'_>,
    model: &Model,
    regions: &Regions,
    listing: &Listing<Text>,
    entries: &[Entry],
) {
    lanes(canvas, model, regions);
    let area = regions.table;
    if listing.is_empty() {
        empty::draw(canvas, model, area);
        return;
    }
    let offset = table::offset(listing, usize::from(area.height));
    let width = entry::time_width(model, entries);
    let needle = model.view().filter.needle().unwrap_or_default();
    for ((place, id), y) in listing.rows().iter().enumerate().skip(offset).zip(area.top()..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        // The entries stand in the order of the rows unless one of them left.
        let same = |entry: &&Entry| entry.id == *id;
        let found = entries.get(place).filter(same).or_else(|| entries.iter().find(same));
        let (x, room) = (area.x + 2, area.width.saturating_sub(3));
        if let Some(found) = found {
            let text = entry::line(canvas.signs, model, found, width, area.width >= WORDS);
            canvas.line(x, y, room, &text);
            let at = Rect { x, width: room, ..line };
            highlight(canvas, at, &format::plain(&text.text()), 0, needle);
        } else {
            let style = canvas.style(Role::Dim);
            canvas.sentence(x, y, room, "gone: ECS no longer remembers this entry", style);
        }
        if place == listing.cursor() {
            table::selected(canvas, line, found.is_none());
        }
    }
    let taken = u16::try_from(listing.len() - offset).map_or(area.height, |rows| rows.min(area.height));
    let rest = Rect { y: area.y + taken, height: area.height - taken, ..area };
    super::below(canvas, rest, [absence::line(model)]);
}

/// A line for each lane, a column for each minute, the last one at the right.
fn lanes(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions) {
    let area = regions.top;
    if area.is_empty() {
        return;
    }
    let columns = MINUTES.min(area.width.saturating_sub(NAMES + 2));
    if regions.framed {
        let minute = |at| format::minute(at, model.utc);
        let start = model.now - TimeDelta::minutes(i64::from(columns));
        let title = format!("{} to {}", minute(start), minute(model.now));
        let line = Rect { y: regions.body.y, height: 1, ..area };
        Title::new(title).right("each column is one minute").draw(canvas, line);
    }
    let text = format!("last {columns}m");
    let (x, room) = (area.x + NAMES + columns + 1, area.width.saturating_sub(NAMES + columns + 1));
    // Without a frame there is no line above to say it.
    if !regions.framed && text.len() <= usize::from(room) {
        let style = canvas.style(Role::Dim);
        canvas.write(x, area.y, room, &text, style);
    }
    let all = unfolded(model);
    for (lane, y) in Lane::iter().zip(area.top()..area.bottom()) {
        let shown = model.view().lane.is_none_or(|only| only == lane);
        let style = canvas.style(if shown { Role::Label } else { Role::Dim });
        canvas.write(area.x + 1, y, NAMES, lane.word(), style);
        let minutes = histogram(&all, lane, model.now, usize::from(columns));
        if let Some(trouble) = lacking(model, lane).filter(|_| minutes.iter().all(|count| *count == 0)) {
            let style = canvas.style(Role::Warning);
            canvas.sentence(
                area.x + NAMES,
                y,
                area.width.saturating_sub(NAMES + 1),
                &trouble.failure.to_string(),
                style,
            );
            continue;
        }
        for (count, x) in minutes.into_iter().zip(area.x + NAMES..) {
            minute(canvas, x, y, count, worst(&all, lane));
        }
    }
}

/// What keeps a lane from being told.
fn lacking(model: &Model, lane: Lane) -> Option<&Trouble> {
    let (cluster, id) = (model.screen().cluster()?, model.screen().service()?);
    let context = model.context_of(model.screen());
    let (cluster, id) = (cluster.clone(), id.clone());
    match lane {
        Lane::Deploy => absence::trouble(model, context, Subject::Deployments(cluster, id)),
        Lane::Stop => absence::of_stops(model, context, &cluster, &id),
        Lane::Event => absence::trouble(model, context, Subject::Service(cluster, id)),
    }
}

/// Everything that happened, one by one: the lanes count what the list below folds, filters or leaves out.
fn unfolded(model: &Model) -> Vec<Entry> {
    let (Some(cluster), Some(service)) = (model.screen().cluster(), model.screen().service()) else {
        return Vec::new();
    };
    let choice = Choice { fold: false, lane: None, problems_only: false };
    entries_of(&model.fleet, cluster, service, choice)
}

/// The worst of a lane gives it its colour; the numbers tell the rest.
fn worst(entries: &[Entry], lane: Lane) -> Importance {
    let of_lane = entries.iter().filter(|entry| entry.lane == lane);
    of_lane.map(|entry| entry.importance).max().unwrap_or(Importance::Info)
}

fn minute(canvas: &mut Canvas<'_>, x: u16, y: u16, count: usize, importance: Importance) {
    let digit = match count {
        0 => {
            let style = canvas.style(Role::Dim);
            canvas.write(x, y, 1, canvas.signs.quiet, style);
            return;
        }
        1..=9 => count.to_string(),
        _ => "+".to_owned(),
    };
    let style = canvas.style(tone::role(tone::of_importance(importance)));
    canvas.write(x, y, 1, &digit, style);
}
