//! What speaks for going on and what against it, beside the button.

use std::collections::BTreeSet;

use super::lines::Lines;
use super::seen_shift::shift_now;
use crate::app::action::Change;
use crate::app::action::shift::Waiting;
use crate::app::document::Line;
use crate::app::evidence::{CheckKind, Finding, Preflight, Verdict, evidence, needs_reason, preflight};
use crate::app::model::Model;
use crate::app::table::Tone;
use crate::fleet::shift::Shift;

/// Adds the conditions of going on: those that fail one by one, then those that are fine and those that nobody knows.
pub(super) fn show(lines: &mut Lines<'_>, shift: &Shift, news: &[String]) {
    let model = lines.model;
    let conditions = conditions(model, shift);
    let of = |verdict: Verdict| conditions.iter().filter(move |condition| condition.verdict == verdict);
    for condition in of(Verdict::Fails) {
        let new = if news.contains(&key(condition)) { "new since you opened this: " } else { "" };
        lines.warn(format!("{new}{}", told(condition)));
    }
    let mut shown = Vec::new();
    let fine: Vec<String> = of(Verdict::Ok).map(told).collect();
    if !fine.is_empty() {
        shown.push(Line::default().with("ok  ", Tone::Good).with(fine.join("; "), Tone::Plain));
    }
    let unknown: Vec<&str> = of(Verdict::NotChecked)
        .map(|condition| condition.name)
        .chain(unread(model, shift))
        .chain(["databases and other services"])
        .collect();
    if !unknown.is_empty() {
        shown.push(Line::default().with(format!("not checked: {}", unknown.join(", ")), Tone::Dim));
    }
    if !shown.is_empty() {
        lines.all("evidence", shown);
    }
}

/// What the evidence could not look at either.
fn unread<'a>(model: &'a Model, shift: &'a Shift) -> impl Iterator<Item = &'static str> + 'a {
    let checks = evidence(&model.fleet, shift, model.now, model.utc).checks;
    let unread = |kind| matches!(kind, CheckKind::LogErrors | CheckKind::CpuMemory);
    checks
        .into_iter()
        .filter(move |check| check.finding == Finding::NotChecked && unread(check.kind))
        .map(|check| check.name)
}

/// What tells one condition from another, however its figures change; each alarm is one of its own.
fn key(condition: &Preflight) -> String {
    if condition.name == "alarms" { told(condition) } else { condition.name.to_owned() }
}

/// What speaks against a yes now, each by what tells it from others.
pub fn concerns(model: &Model, changes: &[Change]) -> BTreeSet<String> {
    let shifts = changes.iter().filter_map(|change| waiting(model, change));
    let conditions = shifts.flat_map(|shift| conditions(model, &shift));
    conditions.filter(|it| it.verdict == Verdict::Fails).map(|it| key(&it)).collect()
}

/// Why nobody may go forward on what is known: it is too old.
pub(super) fn too_old(model: &Model, change: &Change) -> Option<String> {
    let shift = waiting(model, change)?;
    let why = crate::app::evidence::too_old(&model.fleet, &shift, model.now)?;
    Some(format!("off: the evidence is older than 30 s and cannot be refreshed ({why})"))
}

fn told(condition: &Preflight) -> String {
    if condition.sentence.is_empty() {
        condition.name.to_owned()
    } else {
        format!("{}: {}", condition.name, condition.sentence)
    }
}

fn conditions(model: &Model, shift: &Shift) -> Vec<Preflight> {
    preflight(&model.fleet, shift, None, model.now, model.utc)
}

/// A condition of this yes fails: it needs a reason in words, wherever it is.
pub(super) fn fails(model: &Model, change: &Change) -> bool {
    waiting(model, change).is_some_and(|shift| needs_reason(&conditions(model, &shift)))
}

/// The evidence has something that a person should look at before this yes.
pub(super) fn warns(model: &Model, change: &Change) -> bool {
    let looks =
        |shift: Shift| evidence(&model.fleet, &shift, model.now, model.utc).warnings().next().is_some();
    waiting(model, change).is_some_and(looks)
}

/// The shift that a yes is about, as it waits for it.
fn waiting(model: &Model, change: &Change) -> Option<Shift> {
    let Change::Continue { service, waiting, .. } = change else { return None };
    shift_now(model, service).filter(|shift| Waiting::of(shift).as_ref() == Some(waiting))
}
