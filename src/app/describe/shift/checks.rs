//! The evidence as a table: what was checked on both sides, and what it means.

use super::{Page, is_brief, section};
use crate::app::describe::grid::Grid;
use crate::app::document::Line;
use crate::app::evidence::{Check, CheckKind, Evidence, Finding};
use crate::app::layout::{Width, width};
use crate::app::settings::Glyphs;
use crate::app::table::{Cell, Tone};
use crate::app::{format, hold};
use crate::fleet::shift::Shift;

pub(super) fn checks(page: &mut Page<'_>, shift: &Shift, evidence: &Evidence) {
    let since = evidence.since.map(|since| {
        let share = hold::green_share_now(shift).filter(|share| share.tenths() > 0);
        let what = match (share, shift.green_since) {
            (Some(share), Some(_)) => format!("since {share} reached green"),
            (Some(_), None) => "since the shift began".to_owned(),
            (None, _) => "since green is up".to_owned(),
        };
        format!(" {what} ({}, {})", format::minute(since, page.model.utc), page.age(since))
    });
    section(page, &format!("Evidence{}", since.unwrap_or_default()));
    let (blue, green) = hold::sides(shift);
    let mut grid = Grid::<4>::without_heads();
    let label = |text: String| Cell::new(text, Tone::Label);
    grid.row([
        label("  CHECK".to_owned()),
        label(format!("BLUE {blue}")),
        label(format!("GREEN {green}")),
        label("READING".to_owned()),
    ]);
    let shown = || evidence.checks.iter().filter(|check| is_shown(page, check));
    let (of_all, of_sides): (Vec<&Check>, Vec<&Check>) =
        shown().partition(|check| check.kind == CheckKind::Alarms);
    for check in of_sides {
        grid.row(row(page, check));
    }
    grid.write(page);
    for check in of_all {
        alarms(page, check);
    }
    not_checked(page, evidence);
}

/// Weights that are as asked stand beside the traffic; where lines are scarce, only what speaks for or against counts.
fn is_shown(page: &Page<'_>, check: &Check) -> bool {
    match check.finding {
        Finding::NotChecked => false,
        Finding::Look => true,
        Finding::Ok => check.kind != CheckKind::Weights,
        Finding::Info => !is_brief(page) || check.kind == CheckKind::LiveInput,
    }
}

fn row(page: &Page<'_>, check: &Check) -> [Cell<'static>; 4] {
    let (sign, tone) = sign(page, check);
    let small = width(page.model.size) == Width::Small;
    let name = Cell::new(format!("{sign} {}", if small { short(check) } else { check.name }), tone);
    let reading = if check.finding == Finding::Look { Tone::Warning } else { Tone::Plain };
    // Which target group it is stands behind two blanks, where there is room.
    let side = |text: &str| {
        let text = if small { text.split_once("  ").map_or(text, |(first, _)| first) } else { text };
        Cell::plain(text.to_owned())
    };
    [name, side(&check.blue), side(&check.green), Cell::new(check.reading.clone(), reading)]
}

fn sign(page: &Page<'_>, check: &Check) -> (&'static str, Tone) {
    let ascii = page.model.settings.glyphs == Glyphs::Ascii;
    match check.finding {
        Finding::Ok => (if ascii { "+" } else { "✓" }, Tone::Good),
        Finding::Look => ("!", Tone::Warning),
        Finding::Info | Finding::NotChecked => (" ", Tone::Plain),
    }
}

/// Alarms have no side: they stand under both.
fn alarms(page: &mut Page<'_>, check: &Check) {
    let (sign, tone) = sign(page, check);
    let parts = [check.blue.as_str(), check.reading.as_str()];
    let words: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty() && *part != "-").collect();
    let of_words = if check.finding == Finding::Look { Tone::Warning } else { Tone::Plain };
    let line = Line::default().with(format!("{sign} alarms  "), tone).with(words.join("; "), of_words);
    page.text.push(line);
}

/// Names that leave room for what was found.
fn short(check: &Check) -> &'static str {
    match check.kind {
        CheckKind::Tasks => "running",
        CheckKind::Targets => "healthy targets",
        CheckKind::Stops => "task stops",
        CheckKind::Requests => "requests/min",
        CheckKind::TestRequests => "test requests",
        CheckKind::Scaling => "scaling",
        _ => check.name,
    }
}

/// What could not be checked stands on one line: it must not push what could out of sight.
fn not_checked(page: &mut Page<'_>, evidence: &Evidence) {
    let missing = evidence.checks.iter().filter(|check| check.finding == Finding::NotChecked);
    let told: Vec<String> = missing
        .map(|check| {
            let why = check.reading.strip_prefix("not checked: ").unwrap_or(&check.reading);
            if why.is_empty() { check.name.to_owned() } else { format!("{} ({why})", check.name) }
        })
        .collect();
    if !told.is_empty() {
        let line = Line::default().with(format!("  not checked: {}", told.join("; ")), Tone::Dim);
        page.text.push(line);
    }
}
