//! What is typed below log lines.

use chrono::{Local, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{older, out, steps};
use crate::app::effect::Effect;
use crate::app::logs::jump;
use crate::app::logs::prompt::{Extent, Prompt, Purpose, Saving};
use crate::app::logs::sift;
use crate::app::model::{Model, Overlay};
use crate::fleet::log::marks::Condition;
use crate::fleet::log::pattern::Pattern;
use crate::fleet::log::rules::Kind;

/// Begins to type.
pub fn open(model: &mut Model, purpose: Purpose) {
    let search = model.view().lines().and_then(|view| view.search.pattern());
    let before = search.map(|pattern| pattern.written().to_owned()).unwrap_or_default();
    model.overlay = Some(Overlay::Lines(Prompt::new(purpose, before)));
}

/// Takes a key while something is typed.
pub fn press(model: &mut Model, mut prompt: Prompt, key: KeyEvent) -> Vec<Effect> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc => return cancel(model, &prompt),
        KeyCode::Char('c') if ctrl => return cancel(model, &prompt),
        KeyCode::Backspace if prompt.input.text().is_empty() => return cancel(model, &prompt),
        KeyCode::Enter => return enter(model, prompt),
        KeyCode::Char('t') if ctrl => turn(model, &mut prompt),
        KeyCode::Char(letter) if matches!(prompt.purpose, Purpose::Save(_)) => {
            if key.modifiers.difference(KeyModifiers::SHIFT).is_empty() {
                return choose(model, prompt, letter);
            }
        }
        _ => {
            if prompt.input.key(key) {
                typed(model, &mut prompt);
            }
        }
    }
    model.overlay = Some(Overlay::Lines(prompt));
    Vec::new()
}

/// Takes pasted text.
pub fn paste(model: &mut Model, pasted: &str) {
    let Some(Overlay::Lines(prompt)) = &model.overlay else { return };
    let mut prompt = prompt.clone();
    if !matches!(prompt.purpose, Purpose::Save(_)) {
        prompt.input.paste(pasted);
        typed(model, &mut prompt);
    }
    model.overlay = Some(Overlay::Lines(prompt));
}

/// Everything is as it was before.
fn cancel(model: &mut Model, prompt: &Prompt) -> Vec<Effect> {
    if prompt.purpose == Purpose::Search {
        search(model, &prompt.before);
    }
    Vec::new()
}

fn search(model: &mut Model, text: &str) -> Option<String> {
    let view = model.view_mut().lines_mut()?;
    view.search.set(text);
    view.sift.spoil();
    view.search.mistake().map(ToOwned::to_owned)
}

/// From search to keep to hide and back; the text stays.
fn turn(model: &mut Model, prompt: &mut Prompt) {
    let turned = prompt.purpose.turned();
    if turned == prompt.purpose {
        return;
    }
    if prompt.purpose == Purpose::Search {
        let before = prompt.before.clone();
        search(model, &before);
    }
    (prompt.purpose, model.slash) = (turned, turned);
    typed(model, prompt);
}

/// The text is another one: a search follows it at once, everything else only says whether it can be read.
fn typed(model: &mut Model, prompt: &mut Prompt) {
    let text = prompt.input.text().to_owned();
    prompt.mistake = match prompt.purpose {
        Purpose::Search => {
            let text = if text.is_empty() { prompt.before.clone() } else { text };
            search(model, &text)
        }
        Purpose::Keep | Purpose::Hide => Pattern::new(&text).err(),
        // Half a time is no time: it is read when it is complete.
        Purpose::Time | Purpose::Range | Purpose::Save(_) => None,
    };
}

fn enter(model: &mut Model, mut prompt: Prompt) -> Vec<Effect> {
    let text = prompt.input.text().to_owned();
    let now = model.now;
    let done = match prompt.purpose {
        Purpose::Save(saving) => return out::save(model, Extent::Shown, saving),
        Purpose::Search => {
            let mistake = search(model, if text.is_empty() { &prompt.before } else { &text });
            if mistake.is_none() {
                steps::to_match(model);
            }
            mistake.map_or(Ok(()), Err)
        }
        _ if text.trim().is_empty() => Ok(()),
        Purpose::Keep => rule(model, Kind::Keep, &text),
        Purpose::Hide => rule(model, Kind::Hide, &text),
        Purpose::Time => {
            let goal =
                if model.utc { jump::parse(&text, now, &Utc) } else { jump::parse(&text, now, &Local) };
            goal.map(|goal| older::jump(model, goal))
        }
        Purpose::Range => {
            let from =
                if model.utc { jump::range(&text, now, &Utc) } else { jump::range(&text, now, &Local) };
            from.map(|from| older::range(model, from))
        }
    };
    if let Err(mistake) = done {
        prompt.mistake = Some(mistake);
        model.overlay = Some(Overlay::Lines(prompt));
    }
    Vec::new()
}

fn rule(model: &mut Model, kind: Kind, text: &str) -> Result<(), String> {
    let pattern = Pattern::new(text)?;
    if let Some(view) = model.view_mut().lines_mut() {
        view.rules.add(kind, Condition::Matches(pattern));
        view.sift.spoil();
        sift::look(view);
    }
    Ok(())
}

/// One letter says what is saved, or how.
fn choose(model: &mut Model, mut prompt: Prompt, letter: char) -> Vec<Effect> {
    let Purpose::Save(saving) = prompt.purpose else { return Vec::new() };
    let saving = match letter {
        'b' => return out::save(model, Extent::Buffer, saving),
        's' => return out::save(model, Extent::Shown, saving),
        'm' if model.view().lines().is_some_and(|view| !view.marked().is_empty()) => {
            return out::save(model, Extent::Marked, saving);
        }
        'j' => Saving { json: !saving.json, ..saving },
        'x' => Saving { secrets: !saving.secrets, ..saving },
        _ => saving,
    };
    prompt.mistake = match letter {
        'm' => Some("nothing is marked: m marks a line".to_owned()),
        'j' | 'x' => None,
        _ => Some("b saves the buffer, s what is shown, m what is marked".to_owned()),
    };
    prompt.purpose = Purpose::Save(saving);
    model.overlay = Some(Overlay::Lines(prompt));
    Vec::new()
}
