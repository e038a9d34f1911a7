//! The command palette: what is typed, what it may mean, and why something can't be done now.

use ratatui::layout::Rect;

use super::filter::typed;
use crate::app::document::Line;
use crate::app::format;
use crate::app::palette::{Item, Palette};
use crate::app::table::Tone;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;
use crate::view::widget::frame::{self, Title};

/// The widest that the palette gets; longer sentences are for the screens themselves.
const WIDEST: u16 = 100;
const GRAMMAR: &str = "VIEW [cluster[/service]] or any name; tab completes";

pub fn draw(canvas: &mut Canvas<'_>, palette: &Palette, body: Rect) {
    // On small screens it takes the whole width: what would be left beside it says nothing.
    let width = if body.width < 100 { body.width } else { body.width.saturating_sub(4).min(WIDEST) };
    // Frame, input, two lines between, and the grammar.
    let items = u16::try_from(palette.items.len().max(1)).unwrap_or(u16::MAX);
    let height = items.saturating_add(6).min(body.height);
    let area = Rect {
        x: body.x + (body.width - width) / 2,
        y: body.y + (body.height - height).min(2),
        width,
        height,
    };
    if area.height < 4 {
        return;
    }
    canvas.clear(area);
    frame::boxed(canvas, area);
    let line = |row: u16| Rect { x: area.x + 1, y: area.y + row, width: area.width - 2, height: 1 };
    Title::new("Command").focused(true).right("enter run, tab complete, esc close").draw(canvas, line(0));
    let input = Rect { x: area.x + 2, width: area.width - 4, ..line(1) };
    typed(canvas, input, ": ", &palette.input);
    between(canvas, area, line(2), &matches(palette));
    let with_grammar = area.height > 6;
    let last = if with_grammar { area.bottom() - 3 } else { area.bottom() - 1 };
    let found = Rect { y: area.y + 3, height: last - area.y - 3, ..line(3) };
    suggestions(canvas, found, palette);
    if with_grammar {
        between(canvas, area, Rect { y: last, ..line(0) }, "Grammar");
        let grammar = Rect { y: last + 1, ..input };
        canvas.line(grammar.x, grammar.y, grammar.width, &Line::plain(GRAMMAR));
    }
}

fn between(canvas: &mut Canvas<'_>, area: Rect, line: Rect, title: &str) {
    let style = canvas.style(Role::Frame);
    canvas.rule(line, canvas.signs.horizontal, style);
    frame::tees(canvas, area, line.y);
    Title::new(title).draw(canvas, line);
}

fn matches(palette: &Palette) -> String {
    let shown = palette.items.len();
    match palette.found {
        0 => "no match".to_owned(),
        1 => "1 match".to_owned(),
        found if found > shown => format!("{} matches, the best {shown}", format::thousands(found)),
        found => format!("{found} matches"),
    }
}

fn suggestions(canvas: &mut Canvas<'_>, area: Rect, palette: &Palette) {
    if palette.items.is_empty() {
        let text = format!("Nothing is called `{}`. :aliases lists every name.", palette.input.text().trim());
        canvas.line(area.x + 1, area.y, area.width.saturating_sub(2), &Line::plain(text));
        return;
    }
    let height = usize::from(area.height.max(1));
    let first = (palette.selected + 1).saturating_sub(height);
    // Names take what the longest of them needs, so that nothing jumps while the cursor moves.
    let longest = palette.items.iter().map(|item| fit::width(&item.text)).max().unwrap_or(0);
    let names = longest.clamp(12, usize::from(area.width) / 2);
    let rows = palette.items.iter().enumerate().skip(first);
    for ((place, item), y) in rows.zip(area.top()..area.bottom()) {
        let line = suggestion(canvas, item, names);
        canvas.line(area.x + 2, y, area.width.saturating_sub(3), &line);
        if place == palette.selected {
            crate::view::widget::table::selected(canvas, Rect { y, height: 1, ..area }, false);
        }
    }
}

fn suggestion(canvas: &Canvas<'_>, item: &Item, names: usize) -> Line {
    let text = fit::middle(&item.text, names, canvas.signs.ellipsis);
    let pad = " ".repeat(names.saturating_sub(fit::width(&text)));
    let line = Line::default().with(text, Tone::Strong).with(format!("{pad}  {:<9}", item.kind), Tone::Plain);
    match &item.not_now {
        None => line.with(item.about.as_str(), Tone::Plain),
        Some(reason) => line.with(format!("not now: {reason}"), Tone::Dim),
    }
}
