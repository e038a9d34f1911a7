//! Keys in a dialog; a confirmed one becomes operations and a wish to perform them, and nothing is sent here.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::operate;
use crate::app::action::ask::{Ask, MOST};
use crate::app::action::command_line::command_line;
use crate::app::action::dialog::{Dialog, Field, Stage};
use crate::app::action::gate::{Approval, Passage};
use crate::app::action::preview;
use crate::app::effect::Effect;
use crate::app::model::{Model, Overlay};
use crate::app::notice::Level;

/// What a key did.
enum After {
    /// The dialog stays.
    Stay,
    Close,
    /// It was confirmed.
    Confirm(Approval),
    Ask(Vec<Effect>),
}

/// Takes a key that was pressed while a dialog was open.
pub fn press(model: &mut Model, mut dialog: Box<Dialog>, key: KeyEvent) -> Vec<Effect> {
    let last_key = std::mem::replace(&mut dialog.last_key, model.now);
    let ctrl_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    let ctrl_l = key.code == KeyCode::Char('l') && key.modifiers.contains(KeyModifiers::CONTROL);
    let after = if key.code == KeyCode::Esc || ctrl_c {
        After::Close
    } else if ctrl_l && dialog.ask.has_way_back() && dialog.stage == Stage::Asking {
        return instead(model, dialog);
    } else if !dialog.has_settled(model.now) {
        // It was pressed for what was on the screen before.
        After::Stay
    } else {
        match &dialog.stage {
            Stage::Waiting => After::Stay,
            Stage::Answered { passage, .. } => {
                let passage = passage.clone();
                answered(model, &mut dialog, key, &passage, last_key)
            }
            Stage::Asking => asking(model, &mut dialog, key, last_key),
        }
    };
    match after {
        After::Close => Vec::new(),
        After::Stay => {
            model.overlay = Some(Overlay::Dialog(dialog));
            Vec::new()
        }
        After::Ask(effects) => {
            model.overlay = Some(Overlay::Dialog(dialog));
            effects
        }
        After::Confirm(approval) => operate::confirm(model, dialog, approval),
    }
}

/// The way back in place of what was asked about; it asks for itself.
fn instead(model: &mut Model, dialog: Box<Dialog>) -> Vec<Effect> {
    let back = dialog.ask.service().map(|(cluster, service)| (cluster.clone(), service.clone()));
    let ask = back.map(|(cluster, service)| super::way_back(model, cluster, service));
    match ask {
        Some(Ok(ask)) => operate::ask_about(model, ask),
        Some(Err(reason)) => {
            model.notices.say(model.now, Level::Info, reason);
            model.overlay = Some(Overlay::Dialog(dialog));
            Vec::new()
        }
        None => {
            model.overlay = Some(Overlay::Dialog(dialog));
            Vec::new()
        }
    }
}

/// Confirms a dialog that stood on no screen: the typed word stands for the letter, whatever the risk is. The error is
/// a sentence, and nothing was sent.
pub fn answer(model: &mut Model, dialog: Box<Dialog>, approval: Approval) -> Result<Vec<Effect>, String> {
    let changes = dialog.ask.changes(&model.fleet)?;
    if let Some(off) = preview::preview(model, &dialog).button.off {
        return Err(off);
    }
    if !preview::word_fits(model, &dialog, &changes) {
        let what = preview::word(model, &dialog.ask, &changes).what;
        return Err(format!("off until {what} is typed"));
    }
    Ok(operate::confirm(model, dialog, approval))
}

/// Pasted text goes into the text that is typed, never into the word that confirms.
pub fn paste(dialog: &mut Dialog, pasted: &str, at: chrono::DateTime<chrono::Utc>) {
    dialog.last_key = at;
    if dialog.focus == Field::Reason
        && dialog.stage == Stage::Asking
        && let Some(text) = dialog.text(Field::Reason)
    {
        text.paste(pasted);
    }
}

fn asking(
    model: &Model,
    dialog: &mut Dialog,
    key: KeyEvent,
    last_key: chrono::DateTime<chrono::Utc>,
) -> After {
    let shown = preview::preview(model, dialog);
    let fields = shown.fields.clone();
    let place = fields.iter().position(|field| *field == dialog.focus).unwrap_or(0);
    let next = |by: usize| fields.get((place + by) % fields.len().max(1)).copied().unwrap_or(Field::Buttons);
    match (key.code, dialog.focus) {
        (KeyCode::BackTab, _) => dialog.focus = next(fields.len().max(1) - 1),
        // Enter goes on from field to field and ends on Cancel; it never sends anything.
        (KeyCode::Enter, Field::Buttons) => return After::Close,
        (KeyCode::Tab | KeyCode::Enter, _) => dialog.focus = next(1),
        (KeyCode::Up, Field::Count | Field::Min | Field::Max) => step(model, dialog, dialog.focus, 1),
        (KeyCode::Down, Field::Count | Field::Min | Field::Max) => step(model, dialog, dialog.focus, -1),
        (KeyCode::Up | KeyCode::Char('k'), Field::Choice | Field::Config | Field::Alarms) => {
            dialog.choose(dialog.focus, -1);
        }
        (KeyCode::Down | KeyCode::Char('j'), Field::Choice | Field::Config | Field::Alarms) => {
            dialog.choose(dialog.focus, 1);
        }
        (_, Field::Choice | Field::Config | Field::Alarms) => {}
        (_, Field::Buttons) => return button(model, dialog, key, last_key, &shown.button, &fields),
        (_, field) => {
            // A number has digits and a sign, so that a letter pressed too soon is no part of it.
            let is_number = matches!(field, Field::Count | Field::Min | Field::Max);
            let strange = |c: char| is_number && !(c.is_ascii_digit() || matches!(c, '+' | '-'));
            if !matches!(key.code, KeyCode::Char(c) if strange(c))
                && let Some(text) = dialog.text(field)
            {
                text.key(key);
            }
        }
    }
    operate::look(model, dialog, true);
    After::Stay
}

/// A key on the row of buttons: the letter confirms, digits and arrows go to the first field.
fn button(
    model: &Model,
    dialog: &mut Dialog,
    key: KeyEvent,
    last_key: chrono::DateTime<chrono::Utc>,
    button: &preview::Button,
    fields: &[Field],
) -> After {
    let first = fields.first().copied().unwrap_or(Field::Buttons);
    match key.code {
        KeyCode::Char(letter)
            if letter == button.letter && button.off.is_none() && dialog.is_meant(model.now, last_key) =>
        {
            return After::Confirm(Approval::default());
        }
        KeyCode::Char('q') => return After::Close,
        KeyCode::Char('y') => {
            let changes = &dialog.listed;
            let reason = dialog.given_reason();
            let lines: Vec<String> =
                changes.iter().map(|change| command_line(change, reason.as_deref())).collect();
            if !lines.is_empty() {
                return After::Ask(vec![Effect::Copy {
                    text: lines.join("\n"),
                    what: "the command".to_owned(),
                }]);
            }
        }
        KeyCode::Char(digit) if digit.is_ascii_digit() || matches!(digit, '+' | '-') => {
            if let Some(text) = dialog.text(first).filter(|_| matches!(first, Field::Count | Field::Min)) {
                text.set(&digit.to_string());
                dialog.focus = first;
            }
        }
        KeyCode::Up | KeyCode::Down => {
            let up = key.code == KeyCode::Up;
            match first {
                Field::Count | Field::Min => {
                    dialog.focus = first;
                    step(model, dialog, first, if up { 1 } else { -1 });
                }
                Field::Choice => {
                    dialog.focus = first;
                    dialog.choose(first, if up { -1 } else { 1 });
                }
                _ => {}
            }
        }
        _ => {}
    }
    operate::look(model, dialog, true);
    After::Stay
}

/// Changes a number by one; a relative count of several services stays relative.
fn step(model: &Model, dialog: &mut Dialog, field: Field, by: i64) {
    let several = matches!(&dialog.ask, Ask::Scale { services, .. } if services.len() > 1);
    let now = match &dialog.ask {
        Ask::Scale { services, .. } => services
            .first()
            .and_then(|(_, id)| model.fleet.service(id))
            .map_or(0, |service| i64::from(service.desired)),
        _ => 0,
    };
    let Some(text) = dialog.text(field) else { return };
    let typed = text.text().trim().to_owned();
    let relative = several || typed.starts_with(['+', '-']);
    let value: i64 = typed.trim_start_matches('+').parse().unwrap_or(if relative { 0 } else { now });
    if relative {
        text.set(&format!("{:+}", (value.saturating_add(by)).clamp(-i64::from(MOST), i64::from(MOST))));
    } else {
        text.set(&(value.saturating_add(by)).clamp(0, i64::from(MOST)).to_string());
    }
}

/// A key after the gate has answered: close, look again, or send all the same where that is offered.
fn answered(
    model: &Model,
    dialog: &mut Dialog,
    key: KeyEvent,
    passage: &Passage,
    last_key: chrono::DateTime<chrono::Utc>,
) -> After {
    match key.code {
        KeyCode::Enter | KeyCode::Char('q') => After::Close,
        // What AWS took on is not asked about again.
        KeyCode::Char('r') if !passage.was_sent() && dialog.waiting.is_empty() => {
            dialog.ask.leave_out(&dialog.accepted);
            dialog.stage = Stage::Asking;
            dialog.focus = Field::Buttons;
            dialog.changed.clear();
            dialog.repaint();
            operate::look(model, dialog, true);
            After::Ask(operate::refresh(model, &dialog.ask))
        }
        KeyCode::Char('A') => match anyway(dialog, passage) {
            Some(approval) if dialog.is_meant(model.now, last_key) => After::Confirm(approval),
            _ => After::Stay,
        },
        _ => After::Stay,
    }
}

/// What may be sent although the gate could not do its work: only ways back.
pub fn anyway(dialog: &Dialog, passage: &Passage) -> Option<Approval> {
    let changes = &dialog.listed;
    if !dialog.waiting.is_empty() {
        return None;
    }
    match passage {
        Passage::NotChecked(_) if changes.iter().all(super::super::action::Change::is_unmistakable) => {
            Some(Approval { unchecked: true, ..dialog.approval })
        }
        Passage::NotJournalled(_) if changes.iter().all(super::super::action::Change::is_way_back) => {
            Some(Approval { unjournalled: true, ..dialog.approval })
        }
        _ => None,
    }
}
