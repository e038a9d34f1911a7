//! The changes of this session, the newest first: what was asked, what AWS shows, and the way there.

use super::Page;
use crate::app::action::operation::{Operation, State};
use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::format;
use crate::app::table::Tone;

pub(super) fn operations(page: &mut Page<'_>) {
    let model = page.model;
    if model.operations.iter().len() == 0 {
        page.say("Nothing was changed in this session.");
        return page
            .say_in("Each change is previewed first, and watched here until AWS shows its end.", Tone::Dim);
    }
    let undo = page.key(Command::Undo);
    page.say_in(format!("{undo} takes back the newest change that has a way back."), Tone::Dim);
    for operation in model.operations.iter().rev() {
        one(page, operation);
    }
}

fn one(page: &mut Page<'_>, operation: &Operation) {
    let model = page.model;
    page.section(&format!("Operation {}: {}", operation.number, operation.action.change.told()));
    let tone = match &operation.state {
        State::Failed(_) => Tone::Bad,
        State::NotSent(_) | State::TimedOut(_) | State::Replaced(_) | State::Overtaken(_) => Tone::Warning,
        State::Done(_) => Tone::Good,
        State::Asked | State::Settling(_) => Tone::Strong,
    };
    let state = Line::default()
        .with(operation.state.word(), tone)
        .with(format!("  {}", operation.state.sentence()), Tone::Plain);
    page.text.push(state);
    let who = if operation.resumed { "begun by an earlier session" } else { "begun by you" };
    page.field("Asked", Some(format!("{}, {who}", format::full(operation.asked, model.utc))));
    page.field("Reason", operation.action.reason.as_deref());
    let before: Vec<String> =
        operation.action.seen.iter().map(|(aspect, value)| format!("{} {value}", aspect.name())).collect();
    page.field("Before", (!before.is_empty()).then(|| before.join(", ")));
    for step in &operation.steps {
        page.text.push(Line::plain(format!("  {}  {}", format::clock(step.at, model.utc), step.text)));
    }
}
