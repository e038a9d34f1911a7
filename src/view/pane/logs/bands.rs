//! How many lines and errors there were over time, with what happened to the service below.

use chrono::DateTime;
use ratatui::layout::Rect;

use crate::app::document::Line;
use crate::app::format;
use crate::app::layout::{Regions, Width, width};
use crate::app::logs::LogView;
use crate::app::logs::bands::{LABELS, Marker, Picture, room};
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::app::views::Focus;
use crate::fleet::log::histogram::Bucket;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, view: &LogView) {
    let area = regions.top;
    if area.height < 2 {
        return;
    }
    let picture = view.bands.picture(room(area.width));
    let (lines, errors) = picture.most();
    let per = format!("lines/{}", view.bands.width());
    band(canvas, area, (&per, Role::Value), &picture, lines, |bucket| bucket.lines);
    let second = Rect { y: area.y + 1, ..area };
    band(canvas, second, ("errors", Role::StatusFail), &picture, errors, |bucket| bucket.errors);
    let cursor = view.bands.cursor.filter(|_| model.view().focus == Focus::Top);
    let cursor = cursor.and_then(|at| picture.place(at));
    if let Some(place) = cursor {
        let (x, width) = cells(area, &picture, place);
        for y in [area.y, area.y + 1] {
            let style = canvas.style(Role::Selection);
            canvas.select(Rect { x, y, width, height: 1 }, style);
        }
    }
    if area.height < 3 {
        beside(canvas, model, area, view, &picture, cursor);
        return;
    }
    let below = Rect { y: area.y + 2, height: 1, ..area };
    match cursor {
        Some(place) => under_cursor(canvas, model, below, view, &picture, place),
        None => axis(canvas, model, below, view, &picture),
    }
}

/// The first cell of a stretch, and how many it has.
fn cells(area: Rect, picture: &Picture, place: usize) -> (u16, u16) {
    let width = u16::try_from(picture.cells).unwrap_or(1);
    let x = u16::try_from(place).unwrap_or(0).saturating_mul(width);
    (area.x + LABELS + x, width)
}

fn band(
    canvas: &mut Canvas<'_>,
    area: Rect,
    (name, role): (&str, Role),
    picture: &Picture,
    most: u32,
    count: fn(&Bucket) -> u32,
) {
    let style = canvas.style(Role::Label);
    canvas.sentence(area.x + 1, area.y, LABELS - 2, name, style);
    let style = canvas.style(role);
    for (place, bucket) in picture.buckets.iter().enumerate() {
        let count = count(bucket);
        if count == 0 {
            continue;
        }
        // The smallest count is seen as well, and only the largest fills the line.
        let height = (u64::from(count) * 8).div_ceil(u64::from(most.max(1))).clamp(1, 8) - 1;
        let sign = usize::try_from(height).ok().and_then(|height| canvas.signs.heights.get(height)).copied();
        let (x, width) = cells(area, picture, place);
        canvas.rule(Rect { x, y: area.y, width, height: 1 }, sign.unwrap_or(" "), style);
    }
    let (end, _) = cells(area, picture, picture.buckets.len());
    let style = canvas.style(Role::Hint);
    let text = highest(most);
    canvas.write(end + 1, area.y, area.right().saturating_sub(end + 1), &text, style);
}

fn clock(model: &Model, picture: &Picture, at: i64) -> String {
    let time = DateTime::from_timestamp_millis(at).unwrap_or_default();
    if picture.width < 60_000 { format::clock(time, model.utc) } else { format::minute(time, model.utc) }
}

/// The time and the counts of the stretch under the cursor.
fn under_cursor(
    canvas: &mut Canvas<'_>,
    model: &Model,
    area: Rect,
    view: &LogView,
    picture: &Picture,
    place: usize,
) {
    let Some((start, counts)) = counted(model, view, picture, place) else { return };
    let end = clock(model, picture, start + picture.width);
    let counted = counts.join(&canvas.signs.between());
    let counted = format!("{} to {end}  {counted}", clock(model, picture, start));
    let line = Line::default()
        .with(counted, Tone::Strong)
        .with("  ", Tone::Plain)
        .with("left right", Tone::Key)
        .with(" move  ", Tone::Plain)
        .with("enter", Tone::Key)
        .with(" goes there", Tone::Plain);
    canvas.line(area.x + 1, area.y, area.width.saturating_sub(2), &line);
}

/// Behind the bands where no line is below them: what is under the cursor, or what happened last.
fn beside(
    canvas: &mut Canvas<'_>,
    model: &Model,
    area: Rect,
    view: &LogView,
    picture: &Picture,
    cursor: Option<usize>,
) {
    let x = cells(area, picture, picture.buckets.len()).0 + 1;
    let room = area.right().saturating_sub(x);
    let width = usize::from(room);
    let style = canvas.style(Role::Label);
    if let Some((start, counts)) = cursor.and_then(|place| counted(model, view, picture, place)) {
        canvas.write(x, area.y, room, &format!("{:<width$}", clock(model, picture, start)), style);
        canvas.write(x, area.y + 1, room, &format!("{:<width$}", counts.join(" ")), style);
        return;
    }
    let Some(text) = newest(model, view, picture) else { return };
    let gap = u16::try_from(fit::width(&highest(picture.most().1))).unwrap_or(0) + 2;
    if fit::width(&text) <= usize::from(room.saturating_sub(gap)) {
        canvas.write(x + gap, area.y + 1, room - gap, &text, style);
    }
}

fn highest(most: u32) -> String {
    format!("max {}", format::thousands(most as usize))
}

/// `13:58 deploy 419`, where there is no line for an axis.
fn newest(model: &Model, view: &LogView, picture: &Picture) -> Option<String> {
    let mut shown = view.bands.markers.iter().rev().filter(|marker| picture.place(marker.at).is_some());
    let newest = shown.next()?;
    let at = format::minute(DateTime::from_timestamp_millis(newest.at)?, model.utc);
    Some(format!("{at} {}", newest.text))
}

/// When a stretch begins, and what it has: `9 lines`, `1 error`, `deploy 419`.
fn counted(model: &Model, view: &LogView, picture: &Picture, place: usize) -> Option<(i64, Vec<String>)> {
    let bucket = picture.buckets.get(place)?;
    let start = picture.start + i64::try_from(place).ok()? * picture.width;
    let within =
        view.bands.markers.iter().filter(|marker| (start..start + picture.width).contains(&marker.at));
    let mut facts =
        vec![format::count(bucket.lines as usize, "line"), format::count(bucket.errors as usize, "error")];
    // Where there is little room the counts are enough.
    if width(model.size) > Width::Small {
        facts.extend(within.map(|marker| marker.text.clone()));
    }
    Some((start, facts))
}

/// The ends of the time, and a letter for each thing that happened, with its words where there is room.
fn axis(canvas: &mut Canvas<'_>, model: &Model, area: Rect, view: &LogView, picture: &Picture) {
    let (begin, _) = cells(area, picture, 0);
    let (end, _) = cells(area, picture, picture.buckets.len());
    let last = picture.start + i64::try_from(picture.buckets.len()).unwrap_or(0) * picture.width;
    let (from, to) = (clock(model, picture, picture.start), clock(model, picture, last));
    let style = canvas.style(Role::Label);
    let mut free = begin + canvas.write(begin, area.y, area.right().saturating_sub(begin), &from, style) + 1;
    let width = u16::try_from(fit::width(&to)).unwrap_or(0);
    let stop = end.saturating_sub(width).max(free);
    canvas.write(stop, area.y, area.right().saturating_sub(stop), &to, style);
    let placed: Vec<(u16, &Marker)> = view
        .bands
        .markers
        .iter()
        .filter_map(|marker| Some((cells(area, picture, picture.place(marker.at)?).0, marker)))
        .collect();
    for (number, (x, marker)) in placed.iter().enumerate() {
        if *x < free || *x + 1 >= stop {
            continue;
        }
        let role = if matches!(marker.letter, 'X' | 'R') { Role::StatusDegraded } else { Role::Label };
        let style = canvas.style(role);
        let next = placed.iter().skip(number + 1).map(|(x, _)| *x).find(|next| next > x);
        let room = next.unwrap_or(stop).min(stop).saturating_sub(x + 1);
        let text = format!("{} {}", marker.letter, marker.text);
        let shown = if fit::width(&text) <= usize::from(room) { text } else { marker.letter.to_string() };
        free = x + canvas.write(*x, area.y, stop - x, &shown, style) + 1;
    }
}
