//! What stands above the rows while the credentials are not valid: what ended, when, and what to do.

use ratatui::layout::Rect;

use crate::app::condition::{Gravity, conditions};
use crate::app::document::Line;
use crate::app::format;
use crate::app::layout::Regions;
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::fleet::topic::FailureKind;
use crate::view::canvas::Canvas;
use crate::view::theme::Role;
use crate::view::widget::frame::{self, Title};
use crate::view::widget::lines;

/// Draws the banner, if there is a reason for one, and leaves the rest of the table's place to the rows. Returns the
/// line between the two, for the title of the rows: the banner has the line above it.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &mut Regions) -> Option<Rect> {
    let text = text(model)?;
    let mut area = regions.table;
    let room = usize::from(area.width.saturating_sub(2));
    let text: Vec<Line> = text.iter().flat_map(|line| lines::wrap(line, room)).collect();
    let height = u16::try_from(text.len()).unwrap_or(u16::MAX);
    // The rows come first: a banner that leaves no room for them stays on the message line.
    if area.height < height.saturating_add(6) {
        return None;
    }
    let style = canvas.style(Role::Frame);
    let mut above = frame::table_line(regions);
    if above.is_empty() {
        above = Rect { height: 1, ..area };
        canvas.rule(above, canvas.signs.horizontal, style);
        area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    }
    Title::new("Sign in again").focused(true).draw(canvas, above);
    lines::draw(
        canvas,
        Rect { x: area.x + 1, width: area.width.saturating_sub(2), height, ..area },
        &text,
        0,
        "",
    );
    let below = Rect { y: area.y + height, height: 1, ..area };
    canvas.rule(below, canvas.signs.horizontal, style);
    if regions.framed {
        frame::tees(canvas, regions.body, below.y);
    }
    regions.table = Rect { y: below.y + 1, height: area.height - height - 1, ..area };
    Some(below)
}

fn text(model: &Model) -> Option<Vec<Line>> {
    let conditions = conditions(model);
    let expired = conditions.iter().find(|condition| condition.gravity == Gravity::Expired)?;
    let info = model.context(expired.context);
    let failure = model.fleet.topics().filter(|(topic, _)| topic.context == expired.context).find_map(
        |(_, freshness)| {
            let failure = &freshness.trouble.as_ref()?.failure;
            matches!(failure.kind, FailureKind::Expired | FailureKind::NoCredentials).then_some(failure)
        },
    );
    let since = format::clock(expired.since, model.utc);
    let profile = info.and_then(|info| info.profile.as_deref());
    let whose = profile.map_or_else(String::new, |profile| format!(" of profile {profile}"));
    let none = failure.is_some_and(|failure| failure.kind == FailureKind::NoCredentials);
    let what = if none {
        format!("No credentials{whose} were found at {since}.")
    } else {
        format!("The credentials{whose} ended at {since}.")
    };
    let login = match profile {
        Some(profile) => format!("aws sso login --profile {profile}"),
        None => "aws sso login".to_owned(),
    };
    let mut lines = vec![
        Line::default().with(what, Tone::Strong).with(" The rows below are what was true then.", Tone::Plain),
        Line::default().with("run in another terminal  ", Tone::Label).with(login, Tone::Key),
        Line::plain("New credentials are noticed by themselves; the view, filters and marks stay."),
    ];
    if let Some(failure) = failure {
        lines.push(Line::default().with(format!("{}: {}", failure.operation, failure.message), Tone::Dim));
    }
    Some(lines)
}
