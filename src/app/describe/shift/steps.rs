//! The steps of a blue/green deployment, each with how long it took, and how far production has come.

use super::{Page, is_brief, section};
use crate::app::cells;
use crate::app::document::Line;
use crate::app::settings::Glyphs;
use crate::app::table::Tone;
use crate::app::{format, hold};
use crate::fleet::id::Text;
use crate::fleet::shift::{Shift, Step, StepState};
use crate::fleet::verdict::Severity;

/// Blanks between two steps.
const GAP: usize = 3;

pub(super) fn steps(page: &mut Page<'_>, shift: &Shift) {
    let took = shift.began.map(|began| format::span(shift.ended.unwrap_or(page.model.now) - began));
    let so_far = took
        .map_or_else(String::new, |took| format!(", {took}{}", if shift.is_over() { "" } else { " so far" }));
    section(page, &format!("Steps: {}{so_far}", hold::strategy(&shift.strategy)));
    let done = shift.steps.iter().take_while(|step| step.state == StepState::Done).count();
    // Where lines are scarce, what is done is a number.
    let told = if is_brief(page) && done > 1 { done } else { 0 };
    let mut parts = Vec::new();
    if told > 0 {
        let (sign, tone) = sign(page, StepState::Done);
        parts.push(vec![(format!("{sign} "), tone), (format!("{told} steps done"), Tone::Plain)]);
    }
    parts.extend(shift.steps.iter().skip(told).map(|step| part(page, step)));
    flow(page, parts);
    if shift.traffic.len() > 1 {
        let mut line = Line::default().with("production goes to green in steps:", Tone::Label);
        for step in &shift.traffic {
            let (sign, tone) = sign(page, step.state);
            line = line.with(format!("  {sign} "), tone).with(step.green.to_string(), Tone::Plain);
        }
        page.text.push(line);
    }
    for step in shift.steps.iter().filter(|step| step.message.is_some()) {
        let message = step.message.as_deref().unwrap_or_default();
        page.say_in(format!("{}: {message}", name(&step.stage)), Tone::Warning);
    }
    if let Some(reason) = &shift.reason {
        page.say_in(reason.to_string(), Tone::Warning);
    }
}

/// One step as pieces that stay together.
fn part(page: &Page<'_>, step: &Step) -> Vec<(String, Tone)> {
    let (sign, tone) = sign(page, step.state);
    let of_name = match step.state {
        StepState::Next | StepState::Skipped => Tone::Dim,
        StepState::Now | StepState::Held => Tone::Strong,
        _ => Tone::Plain,
    };
    let mut part = vec![(format!("{sign} "), tone), (name(&step.stage), of_name)];
    let span = step.started.map(|from| step.ended.unwrap_or(page.model.now) - from);
    // What took no time at all only fills the line.
    if let Some(span) = span.filter(|span| span.num_seconds() > 0 && step.state != StepState::Next) {
        part.push((format!(" {}", format::span(span)), Tone::Plain));
    }
    part
}

/// Puts parts side by side, as many as a line has room for.
fn flow(page: &mut Page<'_>, parts: Vec<Vec<(String, Tone)>>) {
    let room = usize::from(page.model.regions().table.width.saturating_sub(2));
    let mut line = Line::default();
    let mut taken = 0;
    for part in parts {
        let width: usize = part.iter().map(|(text, _)| cells::width(text)).sum();
        if taken > 0 && taken + GAP + width > room {
            page.text.push(std::mem::take(&mut line));
            taken = 0;
        }
        if taken > 0 {
            line = line.with(" ".repeat(GAP), Tone::Plain);
            taken += GAP;
        }
        taken += width;
        line = part.into_iter().fold(line, |line, (text, tone)| line.with(text, tone));
    }
    page.text.push(line);
}

/// The sign that means the same without colour.
fn sign(page: &Page<'_>, state: StepState) -> (&'static str, Tone) {
    let ascii = page.model.settings.glyphs == Glyphs::Ascii;
    let (unicode, plain, tone) = match state {
        StepState::Done => ("✓", "ok", Tone::Good),
        StepState::Now => ("»", ">", Tone::Strong),
        StepState::Held => ("?", "?", Tone::Severity(Severity::Waiting)),
        StepState::Next | StepState::Skipped => ("·", "-", Tone::Dim),
        StepState::Failed => ("✗", "x", Tone::Bad),
        StepState::Unknown => ("?", "?", Tone::Dim),
    };
    (if ascii { plain } else { unicode }, tone)
}

/// AWS's word; what all stages end with is left out.
fn name(stage: &Text) -> String {
    stage.strip_suffix("_TRAFFIC_SHIFT").unwrap_or(stage).to_owned()
}
