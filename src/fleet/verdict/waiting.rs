//! Rules for services whose deployment waits: for a person, or for a function that does not answer.

use chrono::TimeDelta;

use super::case::{Case, LONG};
use super::{Look, Severity, Verdict};
use crate::fleet::deployment::Hook;
use crate::fleet::id::tail;
use crate::fleet::percent::Percent;
use crate::fleet::shift::{Deadline, Hold, HoldKind, Shift, Silence};

/// From here on a wait comes before what is merely degraded.
const NEAR: TimeDelta = TimeDelta::minutes(30);

/// Silence means yes, or the time is nearly up.
pub(super) fn pressing(case: &Case<'_>) -> Option<Verdict> {
    let shift = case.shift()?;
    let deadline = shift.hold.as_ref()?.deadline;
    let near = shift.holds() && deadline.is_some_and(|deadline| deadline.at - case.now < NEAR);
    (near || shift.silence_means_yes()).then(|| waiting(case)).flatten()
}

/// A deployment stands still until a person answers, or until a function does that should have long since.
pub(super) fn waiting(case: &Case<'_>) -> Option<Verdict> {
    let shift = case.shift()?;
    let hold = shift.hold.as_ref()?;
    let why = match &hold.kind {
        HoldKind::Function(hook) => {
            let waited = case.now - hold.since?;
            if waited < LONG {
                return None;
            }
            let (name, stage, waited) = (function(hook), &hold.stage, minutes(waited));
            let silence = silence(case, hold).map_or_else(String::new, |silence| format!(": {silence}"));
            format!("function {name} silent for {waited} at {stage}{silence}")
        }
        HoldKind::Pause(_) | HoldKind::Ready => {
            let answered = match hold.answered {
                (_, 0 | 1) | (0, _) => String::new(),
                (answered, of) => format!(" ({answered} of {of} answered)"),
            };
            let question = format!("approve {}{answered}", what(shift, hold));
            // What happens by itself comes first: a narrow row cuts the end.
            match silence(case, hold) {
                Some(silence) => format!("{silence}: {question}"),
                None => question,
            }
        }
    };
    Some(case.say(Severity::Waiting, why, hold.since, Look::Shift))
}

/// `10% > 100%`, or the stage where no traffic moves.
fn what(shift: &Shift, hold: &Hold) -> String {
    if hold.moves.is_empty() {
        return format!("at {}", hold.stage);
    }
    let shares =
        std::iter::once(shift.green_share_asked().unwrap_or_default()).chain(hold.moves.iter().copied());
    shares.map(|share: Percent| share.to_string()).collect::<Vec<_>>().join(" > ")
}

/// `SILENCE MEANS YES in 21m`: what comes of it when nobody answers, where that is known.
fn silence(case: &Case<'_>, hold: &Hold) -> Option<String> {
    let time = hold.deadline.map_or_else(String::new, |deadline| format!(" {}", left(case, deadline)));
    Some(match &hold.silence {
        Silence::Continues if hold.is_for_a_person() => format!("SILENCE MEANS YES{time}"),
        Silence::Continues => format!("goes on{time}"),
        Silence::RollsBack => format!("auto-ROLLS BACK{time}"),
        Silence::Stops => format!("auto-STOPS{time}"),
        Silence::RemovesBlue => format!("blue is removed{time}"),
        Silence::Other(_) if hold.deadline.is_some() => format!("ends{time}"),
        Silence::Other(_) => return None,
    })
}

/// `in 21m`, `in ~47m`, `any moment`.
pub(super) fn left(case: &Case<'_>, deadline: Deadline) -> String {
    let left = deadline.at - case.now;
    let about = if deadline.exact { "" } else { "~" };
    match left.num_minutes() {
        _ if left <= TimeDelta::zero() => "any moment".to_owned(),
        0 => "in less than 1m".to_owned(),
        _ => format!("in {about}{}", minutes(left)),
    }
}

/// `21m`, `3h20m`, `2d`: nothing here is told to the second.
pub(super) fn minutes(span: TimeDelta) -> String {
    let minutes = span.num_minutes();
    match minutes {
        ..60 => format!("{minutes}m"),
        60..2_880 => format!("{}h{:02}m", minutes / 60, minutes % 60),
        _ => format!("{}d", minutes / 1_440),
    }
}

/// The name of the function behind its ARN.
fn function(hook: &Hook) -> &str {
    hook.target.as_deref().map_or("of a hook", |arn| arn.rsplit_once(':').map_or(tail(arn), |(_, name)| name))
}
