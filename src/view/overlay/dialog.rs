//! A dialog: its preview from top to bottom, the place to type, and the row of buttons.

use ratatui::layout::{Position, Rect};

use crate::app::action::dialog::{Dialog, Field, Stage};
use crate::app::action::gate::Passage;
use crate::app::action::preview::{Part, Preview, WARNING, preview};
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
/// Cells of the places to type a number into, a word and a text.
const NUMBER: u16 = 10;
const WORD: u16 = 26;
const TEXT: u16 = 36;
/// Cells of the button that closes, with the gap behind it.
const CANCEL: u16 = 14;

/// One line of the dialog as it is drawn, with the label of the part it belongs to.
enum Row {
    Text { of: &'static str, label: &'static str, line: Line },
    Field(&'static str, Field, String),
}

impl Row {
    fn first(of: &'static str, line: Line) -> Self {
        Self::Text { of, label: of, line }
    }
}

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, dialog: &Dialog, screen: Rect) {
    let width = WIDTH.min(screen.width);
    let room = usize::from(width.saturating_sub(LABEL + 4));
    let preview = preview(model, dialog);
    let answer = answer(dialog);
    let rows = match &answer {
        Some(lines) => lines
            .iter()
            .flat_map(|line| lines::wrap(line, room + usize::from(LABEL)))
            .map(|line| Row::first(ANSWER, line))
            .collect(),
        None => rows(&preview, dialog, room),
    };
    let foot = foot(dialog, &preview, usize::from(width.saturating_sub(CANCEL + 4)));
    let around = 3 + u16::try_from(foot.len()).unwrap_or(1);
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(around).min(screen.height);
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    };
    if area.height <= around {
        return;
    }
    // What stands beside it would be read as a part of it.
    canvas.clear(Rect { x: screen.x, width: screen.width, ..area });
    frame::boxed(canvas, area);
    let line = |row: u16| Rect { x: area.x + 1, y: area.y + row, width: area.width - 2, height: 1 };
    Title::new(title(&preview, dialog)).focused(true).right(preview.place.clone()).draw(canvas, line(0));
    let (shown, left_out) = fitting(rows, usize::from(area.height - around));
    for (row, y) in shown.iter().zip(area.y + 1..) {
        draw_row(canvas, dialog, row, Rect { x: area.x + 2, y, width: area.width - 4, height: 1 });
    }
    let rule = Rect { y: area.bottom() - around + 1, ..line(0) };
    let style = canvas.style(Role::Frame);
    canvas.rule(rule, canvas.signs.horizontal, style);
    frame::tees(canvas, area, rule.y);
    if !left_out.is_empty() {
        let text = format!(" not shown for lack of room: {} ", left_out.join(", "));
        let style = canvas.style(Role::Hint);
        canvas.sentence(rule.x + 1, rule.y, rule.width - 2, &text, style);
    }
    let buttons = Rect { x: area.x + 2, y: rule.y + 1, width: area.width - 4, height: around - 3 };
    draw_buttons(canvas, dialog, &preview, &foot, buttons);
}

fn title(preview: &Preview, dialog: &Dialog) -> String {
    match &dialog.stage {
        Stage::Answered { passage: Passage::Drifted(_), .. } => {
            "Things changed while you were deciding".to_owned()
        }
        Stage::Answered { passage: Passage::Overtaken { .. }, .. } => {
            format!("{}: decided before", preview.title)
        }
        Stage::Answered { .. } => format!("{}: not done", preview.title),
        _ => preview.title.clone(),
    }
}

fn rows(preview: &Preview, dialog: &Dialog, room: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for part in &preview.parts {
        match part {
            Part::Space => rows.push(Row::first(SPACE, Line::default())),
            Part::Field { label, field, hint } => rows.push(Row::Field(label, *field, hint.clone())),
            Part::Text { label, lines } => {
                let all = lines.iter().flat_map(|line| lines::wrap(line, room));
                for (place, line) in all.enumerate() {
                    rows.push(Row::Text { of: label, label: if place == 0 { label } else { "" }, line });
                }
            }
            Part::Choices { label, field, items, chosen } => {
                let focused = dialog.focus == *field;
                for (place, item) in items.iter().enumerate() {
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
                    rows.push(Row::Text { of: label, label: if place == 0 { label } else { "" }, line });
                }
            }
        }
    }
    rows
}

/// The label of what the gate said.
const ANSWER: &str = "answer";
/// The label of an empty line.
const SPACE: &str = "";
/// What is left out first where there is little room: it can be copied or asked for elsewhere. Warnings, what is so
/// now and the fields stay.
const DISPENSABLE: [&str; 15] = [
    "cli", "you", "checks", "appspec", "differs", "instead", "stays", "time", "cost", "guard", "who",
    "limits", "each", "image", "changes",
];

/// The rows that fit, and the labels of what does not.
fn fitting(mut rows: Vec<Row>, height: usize) -> (Vec<Row>, Vec<&'static str>) {
    let mut left_out = Vec::new();
    if rows.len() > height {
        rows.retain(|row| !matches!(row, Row::Text { of: SPACE, .. }));
    }
    for part in DISPENSABLE {
        if rows.len() <= height {
            break;
        }
        let before = rows.len();
        rows.retain(|row| !matches!(row, Row::Text { of, .. } if *of == part));
        if rows.len() < before {
            left_out.push(part);
        }
    }
    // Then the ends of what is left; the first words of the effect and of the warnings stay longest.
    while rows.len() > height {
        let is = |row: &Row, label: &str| matches!(row, Row::Text { of, .. } if *of == label);
        let last_beyond = |label: &str, kept: usize| {
            let places = rows.iter().enumerate().filter(|(_, row)| is(row, label));
            places.map(|(place, _)| place).skip(kept).last()
        };
        let place = last_beyond("effect", 2)
            .or_else(|| last_beyond(WARNING, 3))
            .or_else(|| last_beyond("effect", 1))
            .or_else(|| rows.iter().rposition(|row| matches!(row, Row::Text { .. })));
        let Some(Row::Text { of, .. }) = place.map(|place| rows.remove(place)) else { break };
        let named = match of {
            ANSWER => "the rest, which ctrl-o has",
            WARNING => "warnings",
            of => of,
        };
        if !left_out.contains(&named) {
            left_out.push(named);
        }
    }
    (rows, left_out)
}

fn draw_row(canvas: &mut Canvas<'_>, dialog: &Dialog, row: &Row, area: Rect) {
    let style = canvas.style(Role::Label);
    let right = Rect { x: area.x + LABEL, width: area.width.saturating_sub(LABEL), ..area };
    match row {
        Row::Text { of: ANSWER, line, .. } => {
            canvas.line(area.x, area.y, area.width, line);
        }
        Row::Text { label, line, .. } => {
            let style = if *label == WARNING { canvas.style(Role::Warning) } else { style };
            canvas.write(area.x, area.y, LABEL, label, style);
            canvas.line(right.x, right.y, right.width, line);
        }
        Row::Field(label, field, hint) => {
            canvas.write(area.x, area.y, LABEL, label, style);
            let Some(input) = dialog.shown(*field) else { return };
            let is_number = matches!(field, Field::Count | Field::Min | Field::Max);
            let width = match field {
                Field::Word | Field::Unlock => WORD,
                _ if is_number => NUMBER,
                _ => TEXT,
            };
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

/// What stands beside the button that closes: how to confirm, or why that cannot be done.
fn foot(dialog: &Dialog, preview: &Preview, room: usize) -> Vec<Line> {
    let focused = dialog.focus == Field::Buttons;
    let line = match &dialog.stage {
        Stage::Waiting => Line::plain("looking again, then sending ..."),
        Stage::Answered { passage, .. } => {
            let mut line = Line::default();
            if !passage.was_sent() {
                line = line.with("r", Tone::Key).with("  look again", Tone::Plain);
            }
            if let Some(approval) = anyway(dialog, passage) {
                let how = if approval.unjournalled { "not journalled" } else { "not rechecked" };
                line = line.with("    A", Tone::Key).with(format!("  send anyway ({how})"), Tone::Plain);
            }
            line
        }
        Stage::Asking => {
            let button = &preview.button;
            if let Some(off) = &button.off {
                Line::default()
                    .with(format!("{}: ", button.label), Tone::Dim)
                    .with(off.as_str(), Tone::Warning)
            } else {
                let tone = if focused { Tone::Key } else { Tone::Dim };
                let hint = if focused { "" } else { "   (tab here first)" };
                Line::default()
                    .with(button.letter.to_string(), tone)
                    .with(format!("  {}{hint}", button.label), Tone::Strong)
            }
        }
    };
    let lines: Vec<Line> = lines::wrap(&line, room).into_iter().take(3).collect();
    if lines.is_empty() { vec![Line::default()] } else { lines }
}

fn draw_buttons(canvas: &mut Canvas<'_>, dialog: &Dialog, preview: &Preview, foot: &[Line], area: Rect) {
    let cancel = match &dialog.stage {
        Stage::Asking => "[ Cancel ]",
        Stage::Waiting => "",
        Stage::Answered { .. } => "[ Close ]",
    };
    let used = canvas.line(area.x, area.y, area.width, &Line::plain(cancel));
    if dialog.focus == Field::Buttons && used > 0 {
        let style = canvas.style(Role::Selection);
        canvas.select(Rect { width: used, height: 1, ..area }, style);
    }
    let x = area.x + CANCEL;
    let room = area.width.saturating_sub(CANCEL);
    let mut taken = 0;
    for (line, y) in foot.iter().zip(area.top()..area.bottom()) {
        taken = canvas.line(x, y, room, line);
    }
    if dialog.stage == Stage::Asking && foot.len() == 1 && preview.button.off.is_none() {
        let how = match preview.risk {
            Risk::High => "high: typed, then shift+letter",
            Risk::Medium => "medium: shift+letter",
            Risk::Low => "low: shift+letter",
        };
        let width = u16::try_from(how.len()).unwrap_or(0);
        if taken + width + 2 <= room {
            let style = canvas.style(Role::Hint);
            canvas.write(area.right() - width, area.y, width, how, style);
        }
    }
}

/// What the gate said, in place of the preview.
fn answer(dialog: &Dialog) -> Option<Vec<Line>> {
    let Stage::Answered { passage, passed, of } = &dialog.stage else { return None };
    let mut lines = Vec::new();
    let told: Vec<String> = dialog.listed.iter().map(crate::app::action::Change::told).collect();
    if !told.is_empty() {
        lines.push(Line::plain(format!("You confirmed: {}.", told.join(", "))));
    }
    lines.push(Line::plain(match (passage.was_sent(), passed) {
        (true, _) if matches!(passage, Passage::Overtaken { .. }) => {
            "AWS did not do it: it was decided before.".to_owned()
        }
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
