//! A dialog: its preview from top to bottom, the place to type, and the row of buttons.

use ratatui::layout::{Position, Rect};

use crate::app::action::dialog::{Dialog, Field, Stage};
use crate::app::action::gate::Passage;
use crate::app::action::preview::{Part, Preview, preview};
use crate::app::action::risk::Risk;
use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::app::text_input::TextInput;
use crate::app::update::{anyway, not_sent};
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;
use crate::view::widget::frame::{self, Title};
use crate::view::widget::lines;

/// Dialogs have this width wherever there is room, so that they look the same everywhere.
const WIDTH: u16 = 78;
/// Cells for the labels.
const LABEL: u16 = 9;
/// Cells of the places to type a number into, and a text.
const NUMBER: u16 = 10;
const TEXT: u16 = 40;

/// One line of the dialog as it is drawn.
enum Row {
    Text(&'static str, Line),
    Field(&'static str, Field, String),
}

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, dialog: &Dialog, screen: Rect) {
    let width = WIDTH.min(screen.width);
    let room = usize::from(width.saturating_sub(LABEL + 4));
    let preview = preview(model, dialog);
    let answer = answer(model, dialog);
    let rows = match &answer {
        Some(lines) => {
            lines.iter().flat_map(|line| lines::wrap(line, room)).map(|line| Row::Text("", line)).collect()
        }
        None => rows(&preview, dialog, room),
    };
    // Frame, rule and buttons around the rows; what does not fit is cut in the middle of the preview, never the
    // fields and the buttons at its end.
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(4).min(screen.height);
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    };
    if area.height < 5 {
        return;
    }
    canvas.clear(area);
    frame::boxed(canvas, area);
    let line = |row: u16| Rect { x: area.x + 1, y: area.y + row, width: area.width - 2, height: 1 };
    Title::new(title(&preview, dialog)).focused(true).right(preview.place.clone()).draw(canvas, line(0));
    let shown = fitting(rows, usize::from(area.height - 4), &answer.is_some());
    for (row, y) in shown.iter().zip(area.y + 1..) {
        draw_row(canvas, dialog, row, Rect { x: area.x + 2, y, width: area.width - 4, height: 1 });
    }
    let rule = Rect { y: area.bottom() - 3, ..line(0) };
    let style = canvas.style(Role::Frame);
    canvas.rule(rule, canvas.signs.horizontal, style);
    frame::tees(canvas, area, rule.y);
    let buttons = Rect { x: area.x + 2, y: area.bottom() - 2, width: area.width - 4, height: 1 };
    draw_buttons(canvas, model, dialog, &preview, buttons);
}

fn title(preview: &Preview, dialog: &Dialog) -> String {
    match &dialog.stage {
        Stage::Answered { passage: Passage::Drifted(_), .. } => {
            "Things changed while you were deciding".to_owned()
        }
        Stage::Answered { .. } => format!("{}: not done", preview.title),
        _ => preview.title.clone(),
    }
}

fn rows(preview: &Preview, dialog: &Dialog, room: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for part in &preview.parts {
        match part {
            Part::Space => rows.push(Row::Text("", Line::default())),
            Part::Field { label, field, hint } => rows.push(Row::Field(label, *field, hint.clone())),
            Part::Text { label, lines } => {
                let all = lines.iter().flat_map(|line| lines::wrap(line, room));
                for (place, line) in all.enumerate() {
                    rows.push(Row::Text(if place == 0 { label } else { "" }, line));
                }
            }
            Part::Choices { label, items, chosen } => {
                let focused = dialog.focus == Field::Choice;
                for (place, item) in items.iter().enumerate() {
                    let label = if place == 0 { label } else { "" };
                    let tone = if place == *chosen { Tone::Strong } else { Tone::Plain };
                    let mark = match (place == *chosen, focused) {
                        (true, true) => "> ",
                        (true, false) => "* ",
                        _ => "  ",
                    };
                    let mut line = Line::default().with(mark, Tone::Key).with(item.as_str(), tone);
                    if place == 0 && items.len() > 1 {
                        line = line.with("   up/down: others", Tone::Dim);
                    }
                    rows.push(Row::Text(label, line));
                }
            }
        }
    }
    rows
}

/// What does not fit is taken from the middle: what is so now, and the fields, are always seen.
fn fitting(mut rows: Vec<Row>, height: usize, keep_top: &bool) -> Vec<Row> {
    if rows.len() <= height {
        return rows;
    }
    if *keep_top {
        rows.truncate(height);
        return rows;
    }
    rows.retain(|row| !matches!(row, Row::Text("", line) if line.text().trim().is_empty()));
    while rows.len() > height {
        // The command first: it can be copied all the same. Then the longest explanations.
        let place = rows
            .iter()
            .rposition(|row| matches!(row, Row::Text("cli" | "you" | "checks" | "time" | "stays", _)))
            .or_else(|| rows.iter().rposition(|row| matches!(row, Row::Text("", _))))
            .or_else(|| rows.iter().rposition(|row| matches!(row, Row::Text(..))));
        match place {
            Some(place) => rows.remove(place),
            None => break,
        };
    }
    rows
}

fn draw_row(canvas: &mut Canvas<'_>, dialog: &Dialog, row: &Row, area: Rect) {
    let style = canvas.style(Role::Label);
    let right = Rect { x: area.x + LABEL, width: area.width.saturating_sub(LABEL), ..area };
    match row {
        Row::Text(label, line) => {
            canvas.write(area.x, area.y, LABEL, label, style);
            canvas.line(right.x, right.y, right.width, line);
        }
        Row::Field(label, field, hint) => {
            canvas.write(area.x, area.y, LABEL, label, style);
            let Some(input) = dialog.shown(*field) else { return };
            let is_number = matches!(field, Field::Count | Field::Min | Field::Max);
            let width = if is_number { NUMBER } else { TEXT };
            draw_field(canvas, input, dialog.focus == *field, Rect { width, ..right });
            let style = canvas.style(Role::Hint);
            let room = right.width.saturating_sub(width + 2);
            canvas.sentence(right.x + width + 2, right.y, room, hint, style);
        }
    }
}

/// `[ text ]`, scrolled so that the caret is seen.
fn draw_field(canvas: &mut Canvas<'_>, input: &TextInput, focused: bool, area: Rect) {
    let style = canvas.style(if focused { Role::Prompt } else { Role::Value });
    canvas.write(area.x, area.y, 2, "[ ", style);
    canvas.write(area.right().saturating_sub(2), area.y, 2, " ]", style);
    let room = area.width.saturating_sub(4);
    let text = format::plain(input.text());
    let hidden = (input.cursor() + 1).saturating_sub(usize::from(room));
    canvas.write(area.x + 2, area.y, room, fit::skip(&text, hidden), style);
    if focused {
        let caret = u16::try_from(input.cursor().saturating_sub(hidden)).unwrap_or(0).min(room);
        canvas.caret = Some(Position::new(area.x + 2 + caret, area.y));
    }
}

fn draw_buttons(canvas: &mut Canvas<'_>, model: &Model, dialog: &Dialog, preview: &Preview, area: Rect) {
    let focused = dialog.focus == Field::Buttons;
    let cancel = match &dialog.stage {
        Stage::Asking => "[ Cancel ]",
        Stage::Waiting => "",
        Stage::Answered { .. } => "[ Close ]",
    };
    let used = canvas.line(area.x, area.y, area.width, &Line::plain(cancel));
    if focused && used > 0 {
        crate::view::widget::table::selected(canvas, Rect { width: used, ..area }, false);
    }
    let rest = Rect { x: area.x + used + 4, width: area.width.saturating_sub(used + 4), ..area };
    let line = match &dialog.stage {
        Stage::Waiting => Line::plain("looking again, then sending ..."),
        Stage::Answered { passage, .. } => {
            let mut line = Line::default();
            if !passage.was_sent() {
                line = line.with("r", Tone::Key).with("  look again", Tone::Plain);
            }
            if let Some(approval) = anyway(model, dialog, passage) {
                let how = if approval.unjournalled { "not journalled" } else { "not rechecked" };
                line = line.with("    A", Tone::Key).with(format!("  send anyway ({how})"), Tone::Plain);
            }
            line
        }
        Stage::Asking => {
            let button = &preview.button;
            match &button.off {
                Some(off) => Line::default()
                    .with(format!("{}: ", button.label), Tone::Dim)
                    .with(off.as_str(), Tone::Warning),
                None => {
                    let tone = if focused { Tone::Key } else { Tone::Dim };
                    let hint = if focused { "" } else { "   (tab to the buttons first)" };
                    Line::default()
                        .with(button.letter.to_string(), tone)
                        .with(format!("  {}{hint}", button.label), Tone::Strong)
                }
            }
        }
    };
    let taken = canvas.line(rest.x, rest.y, rest.width, &line);
    if dialog.stage == Stage::Asking {
        let how = match preview.risk {
            Risk::High => "high: typed, then shift+letter",
            Risk::Medium => "medium: shift+letter",
            Risk::Low => "low: shift+letter",
        };
        let width = u16::try_from(how.len()).unwrap_or(0);
        if taken + width + 2 <= rest.width {
            let style = canvas.style(Role::Hint);
            canvas.write(rest.right() - width, rest.y, width, how, style);
        }
    }
}

/// What the gate said, in place of the preview.
fn answer(model: &Model, dialog: &Dialog) -> Option<Vec<Line>> {
    let Stage::Answered { passage, passed, of } = &dialog.stage else { return None };
    let mut lines = Vec::new();
    let told: Vec<String> =
        dialog.ask.changes(&model.fleet).unwrap_or_default().iter().map(|change| change.told()).collect();
    if !told.is_empty() {
        lines.push(Line::plain(format!("You confirmed: {}.", told.join(", "))));
    }
    lines.push(Line::plain(match (passage.was_sent(), passed) {
        (true, _) => "AWS did not do it:".to_owned(),
        (false, 0) => "Nothing was sent.".to_owned(),
        (false, passed) => format!("{passed} of {of} were sent, this one was not."),
    }));
    lines.push(Line::default());
    if let Passage::Drifted(differences) = passage {
        lines.push(Line::default().with(format!("{:<14}{:<22}{}", "", "when you decided", "now"), Tone::Dim));
        for difference in differences {
            lines.push(Line::plain(format!(
                "{:<14}{:<22}{}",
                difference.aspect.name(),
                difference.then,
                difference.now
            )));
        }
    } else {
        lines.push(Line::plain(not_sent(passage)));
    }
    Some(lines)
}
