//! Below log lines: who writes, which rules hold, and what is said most often.

use ratatui::layout::Rect;

use crate::app::document::Line;
use crate::app::format;
use crate::app::layout::Regions;
use crate::app::logs::LogView;
use crate::app::logs::empty::troubles;
use crate::app::logs::legend::Writer;
use crate::app::logs::panel::{Item, items, rule, said};
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::app::views::Focus;
use crate::fleet::log::rules::Kind;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;
use crate::view::widget::frame::{Title, side_line};
use crate::view::widget::table;

/// Cells between two facts of a line.
const GAP: &str = "   ";

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, view: &LogView) {
    let focused = model.view().focus == Focus::Side;
    let (title, hint) = if focused {
        let keys = ["space on/off", "o solo", "x forgets a rule"];
        ("Rules and streams", keys.join(&canvas.signs.between()))
    } else {
        ("Streams", "tab to switch streams and rules on and off".to_owned())
    };
    Title::new(title).right(hint).focused(focused).draw(canvas, side_line(regions));
    let area = regions.side;
    if focused {
        list(canvas, area, view);
        return;
    }
    let room = usize::from(area.width.saturating_sub(2));
    let news = news(view);
    let lines = match (area.height, news) {
        (0, _) => Vec::new(),
        (1, Some(news)) => vec![news],
        (1, None) if !view.panel.top.is_empty() => vec![patterns(view, room)],
        (1, None) => vec![streams(view, room)],
        (_, news) => vec![streams(view, room), news.unwrap_or_else(|| patterns(view, room))],
    };
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        canvas.line(area.x + 1, y, area.width.saturating_sub(2), line);
    }
}

/// What a person should know before patterns: what cannot be read, and the rules.
fn news(view: &LogView) -> Option<Line> {
    let troubles = troubles(view);
    if let Some(first) = troubles.first() {
        let more =
            if troubles.len() > 1 { format!(" (+{} more)", troubles.len() - 1) } else { String::new() };
        return Some(Line::default().with(format!("! {first}{more}"), Tone::Warning));
    }
    if view.rules.iter().len() == 0 {
        return None;
    }
    let mut line = Line::default().with("rules:", Tone::Label);
    for number in 0..view.rules.iter().len() {
        line = line.with("  ", Tone::Plain);
        line.pieces.extend(ruled(view, number).pieces);
    }
    if view.rules.context() > 0 {
        line = line.with(format!("  {} around", format::count(view.rules.context(), "line")), Tone::Plain);
    }
    Some(line)
}

/// `[x] keep timeout hides 1,200`.
fn ruled(view: &LogView, number: usize) -> Line {
    let Some(known) = view.rules.iter().nth(number) else { return Line::default() };
    let line = Line::default().with(format!("{} ", tick(known.is_on)), Tone::Plain);
    let tone = if known.is_on { Tone::Strong } else { Tone::Dim };
    let line = line.with(rule(known), tone);
    if !known.is_on {
        return line.with(" off", Tone::Plain);
    }
    let hidden = view.sift.by_rule.get(number).copied().unwrap_or(0);
    let verb = if known.kind == Kind::Keep { "leaves out" } else { "hides" };
    line.with(format!(" {verb} {}", format::thousands(hidden)), Tone::Plain)
}

fn tick(on: bool) -> &'static str {
    if on { "[x]" } else { "[ ]" }
}

/// `[x] A 9f3c app 31/min`.
fn stream(view: &LogView, place: usize, writer: &Writer) -> String {
    let rate = view.panel.rates.get(place).copied().unwrap_or(0);
    let pace = match (&writer.ended, rate) {
        (Some(_), 0) => "ended".to_owned(),
        (_, rate) => format!("{}/min", format::thousands(rate)),
    };
    let name = format!("{} {} {}", writer.letter, writer.short, writer.container);
    format!("{} {name} {pace}", tick(writer.is_on))
}

/// As many streams as there is room for, those that still write first.
fn streams(view: &LogView, room: usize) -> Line {
    let mut writers: Vec<(usize, &Writer)> = view.legend.writers().iter().enumerate().collect();
    writers.sort_by_key(|(place, writer)| {
        (writer.ended.is_some(), std::cmp::Reverse(view.panel.rates.get(*place).copied().unwrap_or(0)))
    });
    let mut line = Line::default();
    let mut taken = 0;
    let more = "+999 more".len();
    for (number, (place, writer)) in writers.iter().enumerate() {
        let text = stream(view, *place, writer);
        let gap = if number == 0 { "" } else { GAP };
        let rest = if number + 1 < writers.len() { more + GAP.len() } else { 0 };
        if number > 0 && taken + fit::width(&text) + gap.len() + rest > room {
            return line.with(format!("{GAP}+{} more", writers.len() - number), Tone::Plain);
        }
        taken += fit::width(&text) + gap.len();
        let tone = if writer.is_on { Tone::Plain } else { Tone::Dim };
        line = line.with(gap, Tone::Plain).with(text, tone);
    }
    if writers.is_empty() { line.with("no stream has written yet", Tone::Plain) } else { line }
}

/// What is said most often, as much of it as there is room for.
fn patterns(view: &LogView, room: usize) -> Line {
    let mut line = Line::default().with("top patterns:", Tone::Label);
    let mut left = room.saturating_sub("top patterns:".len());
    let most = view.panel.top.len();
    for top in &view.panel.top {
        let count = format!("  {}x ", format::thousands(top.lines));
        let shape = fit::end(said(&top.shape), 36, "~").into_owned();
        let cells = count.len() + fit::width(&shape);
        if cells > left && left + 24 < room {
            break;
        }
        left = left.saturating_sub(cells);
        line = line.with(count, Tone::Strong).with(shape, Tone::Plain);
    }
    if most == 0 { line.with("  none yet", Tone::Plain) } else { line }
}

/// Everything, one row each, with a cursor.
fn list(canvas: &mut Canvas<'_>, area: Rect, view: &LogView) {
    let items = items(view);
    let cursor = view.panel.cursor.min(items.len().saturating_sub(1));
    let height = usize::from(area.height);
    let offset = (cursor + 1).saturating_sub(height);
    for ((place, item), y) in items.iter().enumerate().skip(offset).zip(area.top()..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        let room = area.width.saturating_sub(3);
        let mut start = area.x + 2;
        if let Item::Stream(number) = item
            && let Some(writer) = view.legend.writers().get(*number)
        {
            let style = canvas.style(Role::stream(writer.colour));
            let ended = writer.ended.as_ref().map_or_else(String::new, |ended| format!("   ended: {ended}"));
            let text = stream(view, *number, writer);
            start += canvas.sentence(start, y, room, &text, style);
            let left = area.right().saturating_sub(start + 1);
            canvas.sentence(start, y, left, &ended, canvas.style(Role::Value));
        } else {
            canvas.line(start, y, room, &described(view, *item));
        }
        if place == cursor {
            table::selected(canvas, line, false);
        }
    }
}

fn described(view: &LogView, item: Item) -> Line {
    match item {
        Item::Rule(rule) => ruled(view, rule),
        Item::Stream(_) => Line::default(),
        Item::Pattern(place) => view.panel.top.get(place).map_or_else(Line::default, |top| {
            Line::default()
                .with(format!("{}x ", format::thousands(top.lines)), Tone::Strong)
                .with(said(&top.shape), Tone::Plain)
        }),
        Item::Remark(place) => {
            Line::plain(view.remarks.get(place).map_or_else(String::new, ToString::to_string))
        }
    }
}
