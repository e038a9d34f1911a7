//! Help: the keys that work on the screen below, in columns, narrowed by what is typed.

use ratatui::layout::Rect;
use strum::IntoEnumIterator;

use super::filter::typed;
use crate::app::command::reference::{Entry, entries};
use crate::app::command::{Danger, Group};
use crate::app::document::Line;
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::app::text_input::TextInput;
use crate::app::update::availability::has_meaning;
use crate::fleet::verdict::Severity;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;
use crate::view::widget::lines;

/// Cells that a column needs for a key and its sentence.
const COLUMN: u16 = 56;
/// Cells for the keys.
const KEYS: usize = 16;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, input: &TextInput, offset: usize) {
    let size = model.size;
    let area = Rect::new(1, 2, size.width.saturating_sub(2), size.height.saturating_sub(3));
    let style = canvas.style(Role::Title);
    let scope = model.screen().scopes().first().map_or("everywhere", |scope| scope.title());
    canvas.write(1, 0, area.width, &format!("Keys in {scope}"), style);
    let narrowed = input.text().trim().to_lowercase();
    let columns = (area.width / COLUMN).clamp(1, 3);
    let width = area.width / columns - 2;
    let text = text(canvas, model, &narrowed, usize::from(width));
    // Columns are filled one after the other, like those of a newspaper; what does not fit is scrolled to.
    let height = usize::from(area.height);
    let page = height * usize::from(columns);
    let down = offset.min(text.len().saturating_sub(page));
    let shown = text.get(down..).unwrap_or_default();
    for (part, x) in shown.chunks(height).zip((area.x..).step_by(usize::from(width + 2)).take(columns.into()))
    {
        lines::draw(canvas, Rect { x, width, ..area }, part, 0, &narrowed);
    }
    let rule = Rect::new(0, 1, size.width, 1);
    let style = canvas.style(Role::Frame);
    canvas.rule(rule, canvas.signs.horizontal, style);
    let bottom = Rect::new(1, size.height.saturating_sub(1), area.width, 1);
    let prompt = if input.text().is_empty() { "type to narrow, esc closes: " } else { "narrowed to: " };
    typed(canvas, bottom, prompt, input);
    if text.len() > page {
        let text = format!("lines {}-{} of {}", down + 1, (down + page).min(text.len()), text.len());
        let width = u16::try_from(text.len()).unwrap_or(0);
        let style = canvas.style(Role::Hint);
        canvas.write(size.width.saturating_sub(width + 1), 0, width, &text, style);
    }
}

fn text(canvas: &Canvas<'_>, model: &Model, narrowed: &str, room: usize) -> Vec<Line> {
    let mut text = Vec::new();
    for group in Group::iter() {
        let entries = entries(&model.settings.keymap, group, model.screen().scopes());
        let here = |entry: &&Entry| entry.commands.iter().any(|command| has_meaning(model, *command));
        let mut found = entries.iter().filter(here).filter(|entry| matches(entry, narrowed)).peekable();
        if found.peek().is_some() {
            text.push(Line::heading(group.title()));
            text.extend(found.flat_map(|entry| lines::wrap(&line(entry), room)));
            text.push(Line::default());
        }
    }
    if narrowed.is_empty() {
        text.push(Line::heading("Signs"));
        text.extend(signs(canvas).iter().flat_map(|line| lines::wrap(line, room)));
    }
    if text.is_empty() {
        text.push(Line::plain(format!("No key is about `{narrowed}`. The palette knows more names.")));
    }
    text
}

fn matches(entry: &Entry, narrowed: &str) -> bool {
    let names = entry.commands.iter().any(|command| command.name().contains(narrowed));
    narrowed.is_empty()
        || names
        || entry.keys().to_lowercase().contains(narrowed)
        || entry.help.to_lowercase().contains(narrowed)
}

fn line(entry: &Entry) -> Line {
    let keys = match entry.chords.as_slice() {
        [first, _, _, .., last] => format!("{first} to {last}"),
        _ => entry.keys(),
    };
    let pad = " ".repeat(KEYS.saturating_sub(fit::width(&keys)).max(1));
    let danger = if entry.danger == Danger::None { "" } else { "* " };
    Line::default()
        .with(format!("{keys}{pad}"), Tone::Key)
        .with(format!("{danger}{}", entry.help), Tone::Plain)
}

/// Signs carry the meaning; colour only repeats it.
fn signs(canvas: &Canvas<'_>) -> Vec<Line> {
    let meanings = [
        (Severity::Fail, "nothing serves, or the deployment failed"),
        (Severity::Degraded, "serves, but worse than asked"),
        (Severity::Waiting, "a person must decide"),
        (Severity::Deploying, "a change is on its way"),
        (Severity::Unknown, "not checked yet"),
        (Severity::Ok, "as asked"),
    ];
    let mut lines: Vec<Line> = meanings
        .iter()
        .map(|(severity, meaning)| {
            let sign = canvas.signs.severity(*severity);
            let word = if sign.eq_ignore_ascii_case(severity.word()) { "" } else { severity.word() };
            Line::default()
                .with(format!("{:<KEYS$}", format!("{sign} {word}")), Tone::Severity(*severity))
                .with(*meaning, Tone::Plain)
        })
        .collect();
    for (sign, meaning) in [
        (canvas.signs.remembered, "known from the last session, not checked yet"),
        (canvas.signs.mark, "marked; in front of a sentence here: it opens a dialog first"),
    ] {
        lines.push(Line::default().with(format!("{sign:<KEYS$}"), Tone::Key).with(meaning, Tone::Plain));
    }
    lines
}
