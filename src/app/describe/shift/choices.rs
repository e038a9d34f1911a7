//! What each choice does: to go on, to go back, and to do nothing.

use super::Page;
use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::format;
use crate::app::hold;
use crate::app::table::Tone;
use crate::fleet::percent::Percent;
use crate::fleet::shift::{Hold, HoldKind, Phase, Shift, ShiftId, Silence};

pub(super) fn choices(page: &mut Page<'_>, shift: &Shift) {
    super::section(page, "What each choice does");
    let forward = forward(page, shift);
    let approve = page.key(Command::Approve);
    choice(page, &approve, "CONTINUE", forward);
    let key = page.key(Command::RollBack);
    let back = back(shift);
    choice(page, &key, "ROLL BACK", back);
    let wait = wait(page, shift);
    choice(page, "wait", "NOTHING", wait);
}

fn choice(page: &mut Page<'_>, key: &str, name: &str, text: Result<String, String>) {
    let (text, tone) = match text {
        Ok(text) => (text, Tone::Plain),
        Err(text) => (text, Tone::Dim),
    };
    let line = Line::default()
        .with(format!("{key:<8} "), Tone::Key)
        .with(format!("{name:<10} "), Tone::Strong)
        .with(text, tone);
    page.text.push(line);
}

/// `Err`: it cannot be chosen now, and why.
fn forward(page: &Page<'_>, shift: &Shift) -> Result<String, String> {
    let Some(hold) = &shift.hold else {
        return Err("nothing waits for an answer now".to_owned());
    };
    let kept =
        shift.guards.blue_kept_minutes.map(|minutes| format!(" Blue is kept {minutes} min after that."));
    let kept = kept.unwrap_or_default();
    match (&hold.kind, hold.moves.as_slice()) {
        (HoldKind::Function(_), _) => Err("a function has to answer; a person can only roll back".to_owned()),
        (HoldKind::Ready, moves) => {
            Ok(format!("{}{kept} There is no further gate.", ladder(page, shift, moves)))
        }
        (HoldKind::Pause(_), [to]) => {
            let end = if *to == Percent::ALL {
                kept
            } else {
                " The next step asks again where a hook is set.".to_owned()
            };
            Ok(format!("{to} of production on green.{end}"))
        }
        (HoldKind::Pause(_), []) => {
            Ok(format!("the deployment goes on; no traffic moves by it.{}", answered(hold)))
        }
        (HoldKind::Pause(_), moves) => Ok(format!("{}{kept}", ladder(page, shift, moves))),
    }
}

fn answered(hold: &Hold) -> String {
    match hold.answered {
        (answered, all) if all > 1 => format!(" {answered} of {all} hooks answered; it goes on after all."),
        _ => String::new(),
    }
}

/// `10% of production moves to green now, 100% at ~14:15.`
fn ladder(page: &Page<'_>, shift: &Shift, moves: &[Percent]) -> String {
    use crate::fleet::shift::Strategy::{Canary, Linear};
    let pause = match shift.strategy {
        Canary { minutes, .. } | Linear { minutes, .. } => minutes,
        _ => 0,
    };
    match moves {
        [] => "green takes over.".to_owned(),
        [only] => format!("{only} of production moves to green now."),
        [first, .., last] => {
            let steps = i64::try_from(moves.len() - 1).unwrap_or(i64::MAX);
            let end = chrono::TimeDelta::try_minutes(i64::from(pause).saturating_mul(steps));
            let at = end.map(|end| format!(" at ~{}", format::minute(page.model.now + end, page.model.utc)));
            format!("{first} of production moves to green now, {last}{}.", at.unwrap_or_default())
        }
    }
}

fn back(shift: &Shift) -> Result<String, String> {
    if shift.is_over() {
        return Err("it is over: going back is a new deployment".to_owned());
    }
    let share = hold::green_share_now(shift).unwrap_or_default();
    let effect = match (share > Percent::NONE, &shift.phase) {
        (_, Phase::RollingBack) => return Err("it is rolling back already".to_owned()),
        (_, Phase::BlueKept) => "all traffic returns to blue at once: blue still runs".to_owned(),
        (true, _) => format!("green loses its {share} at once and is removed; blue takes everything"),
        (false, _) if hold::green_share_now(shift).is_none() => {
            "green is removed; what it did on live input is not undone".to_owned()
        }
        (false, _) => "green is removed; no production request has reached it".to_owned(),
    };
    let how = match (&shift.id, &shift.hold) {
        (ShiftId::Ecs(_), Some(Hold { kind: HoldKind::Pause(_), .. })) => {
            "the hook is answered with ROLLBACK"
        }
        (ShiftId::Ecs(_), _) => "StopServiceDeployment",
        (ShiftId::CodeDeploy(_), _) => "StopDeployment with automatic rollback",
    };
    Ok(format!("{effect} ({how})."))
}

fn wait(page: &Page<'_>, shift: &Shift) -> Result<String, String> {
    if let Some(hold) = &shift.hold {
        let told = hold::when_silent(shift, hold, page.model.now, page.model.utc);
        return Ok(match hold.silence {
            Silence::Stops => format!("{told}. Traffic stays where it is."),
            _ => format!("{told}."),
        });
    }
    match (shift.blue_until, shift.is_over()) {
        (_, true) => Err("it is over".to_owned()),
        (Some(until), _) => Ok(format!(
            "blue is removed in {}; until then going back is instant.",
            hold::deadline(until, page.model.now, page.model.utc)
        )),
        (None, _) => Ok(format!("it goes on by itself: {}.", hold::stands(shift))),
    }
}
