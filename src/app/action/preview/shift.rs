//! Before a blue/green deployment goes on, goes back, is left where it is, or loses its blue side.

use chrono::{DateTime, TimeDelta, Utc};

use super::lines::Lines;
use super::seen_shift::shift_now;
use super::{evidence, warning};
use crate::app::action::shift::Waiting;
use crate::app::document::Line;
use crate::app::format;
use crate::app::table::Tone;
use crate::fleet::codedeploy::CodeDeployId;
use crate::fleet::id::ServiceId;
use crate::fleet::percent::Percent;
use crate::fleet::shift::{Deadline, Hold, Phase, Shift, Side, Silence, StepState, Strategy};

/// Before a yes; `news` are the conditions that fail only since this is open.
pub(super) fn go_on(
    lines: &mut Lines<'_>,
    id: &ServiceId,
    waiting: &Waiting,
    news: &[String],
) -> (String, String) {
    let title = match waiting {
        Waiting::Hook { .. } => format!("Continue past the pause hook: {}", id.name()),
        Waiting::Ready(_) => format!("Continue traffic shift: {}", id.name()),
    };
    let shift = shift_now(lines.model, id);
    let held = shift.as_ref().and_then(|shift| Some((shift, shift.hold.as_ref()?)));
    let Some((shift, hold)) = held.filter(|(shift, _)| Waiting::of(shift).as_ref() == Some(waiting)) else {
        lines.warn("it does not wait any more: there is nothing to continue");
        return (title, "continue".to_owned());
    };
    if let Waiting::Hook { hook, .. } = waiting {
        lines.all("hook", at_hook(shift, hold, hook));
    }
    lines.all("moves", moves(lines, shift, hold, waiting));
    lines.say("back", way_back(shift));
    lines.say("silence", silence(lines, hold));
    evidence::show(lines, shift, news);
    lines.say("who", registered_by(lines, shift.green.as_ref()));
    lines.say("instead", "ctrl-l rolls back");
    let label = hold.authorises().map_or_else(|| "continue".to_owned(), |to| format!("continue to {to}"));
    (title, label)
}

fn at_hook(shift: &Shift, hold: &Hold, hook: &str) -> Vec<Line> {
    let steps = shift.traffic.len();
    let place = shift.traffic.iter().position(|step| step.state == StepState::Held);
    let step = place.map_or_else(String::new, |place| format!(", step {} of {steps}", place + 1));
    let mut told = vec![Line::plain(format!("{hook} at {}{step}", hold.stage))];
    if let (answered, of @ 2..) = hold.answered {
        let what = if hold.moves.is_empty() { "it goes on after all" } else { "traffic moves after all" };
        told.push(warning(format!("{answered} of {of} answered; {what}")));
    }
    told
}

/// Which traffic a yes moves, in the end.
fn moves(lines: &Lines<'_>, shift: &Shift, hold: &Hold, waiting: &Waiting) -> Vec<Line> {
    let green = named("GREEN", shift.green.as_ref());
    if !shift.moves_traffic() {
        let since = shift.green_since.or(shift.began);
        let since =
            since.map_or_else(String::new, |at| format!(" since {}", format::minute(at, lines.model.utc)));
        return vec![
            Line::plain("no traffic: there is no load balancer"),
            warning(format!("{green} has worked on live input{since}; rolling back does not undo it")),
        ];
    }
    let Some(to) = hold.authorises() else {
        return vec![Line::plain("no traffic at this hook")];
    };
    let from = shift.green_share_asked().unwrap_or(Percent::NONE);
    let now = hold.moves.first().copied().unwrap_or(to);
    let mut told = vec![Line::plain(format!("production {from} > {now} to {green} now"))];
    if let (Waiting::Ready(_), Strategy::Other(word)) = (waiting, &shift.strategy) {
        let text = format!("{to} in the end, no further gate; the steps of {word} are not known");
        return vec![Line::default().with(text, Tone::Warning)];
    }
    match (waiting, hold.moves.len()) {
        (Waiting::Ready(_), 0 | 1) => {
            told.push(Line::default().with("all of it at once, no further gate", Tone::Warning));
        }
        (Waiting::Ready(_), steps) => {
            let at = lines.model.now + to_the_end(&shift.strategy, steps);
            let at = format::minute(at, lines.model.utc);
            let about = "~";
            let text = format!("{now} now, {to} at {about}{at}, no further gate");
            told.push(Line::default().with(text, Tone::Warning));
        }
        (Waiting::Hook { .. }, _) if to < Percent::ALL => {
            told.push(Line::plain(format!("{to} and no more: the next step has a hook of its own")));
        }
        (Waiting::Hook { .. }, _) => {}
    }
    told
}

/// How long the steps after the first one take.
fn to_the_end(strategy: &Strategy, steps: usize) -> TimeDelta {
    let rests = i32::try_from(steps.saturating_sub(1)).unwrap_or(i32::MAX);
    match strategy {
        Strategy::Canary { minutes, .. } => TimeDelta::minutes(i64::from(*minutes)),
        Strategy::Linear { minutes, .. } => TimeDelta::minutes(i64::from(*minutes)) * rests,
        _ => TimeDelta::zero(),
    }
}

fn way_back(shift: &Shift) -> String {
    let blue = named("BLUE", shift.blue.as_ref());
    let kept = shift.guards.blue_kept_minutes.map(|minutes| format!("{minutes} min after"));
    match (shift.moves_traffic(), kept) {
        (_, None) => format!("ctrl-l goes back to {blue} while it is kept; for how long is not known"),
        (true, Some(kept)) => format!("ctrl-l returns everything to {blue} until {kept} 100%"),
        (false, Some(kept)) => format!("ctrl-l goes back to {blue} until {kept} GREEN took over"),
    }
}

/// What happens when nobody answers, and when.
fn silence(lines: &Lines<'_>, hold: &Hold) -> String {
    let what = match &hold.silence {
        Silence::Continues => "SILENCE MEANS YES: it goes on by itself",
        Silence::RollsBack => "it rolls back by itself",
        Silence::Stops => "it is stopped; its traffic stays where it is",
        Silence::RemovesBlue => "blue is removed",
        Silence::Other(word) => return format!("{word}, what it does without an answer"),
    };
    let when = hold.deadline.map_or_else(|| "at a time that is not known".to_owned(), |it| due(lines, it));
    format!("{when} {what}")
}

/// `in ~47m (~14:56)`
fn due(lines: &Lines<'_>, deadline: Deadline) -> String {
    let about = if deadline.exact { "" } else { "~" };
    let left = deadline.at - lines.model.now;
    if left <= TimeDelta::zero() {
        return format!("any moment (since {about}{})", format::minute(deadline.at, lines.model.utc));
    }
    format!("in {about}{} ({about}{})", format::age(left), format::minute(deadline.at, lines.model.utc))
}

/// Who stands behind the new revision, as far as AWS tells.
fn registered_by(lines: &Lines<'_>, green: Option<&Side>) -> String {
    let definition = green.and_then(|green| green.definition.as_ref());
    let known = definition.and_then(|id| lines.model.fleet.definition(id));
    let by = known.and_then(|known| known.registered_by.as_deref());
    match by {
        Some(by) => format!("task definition registered by {}; starter not known", short_arn(by)),
        None => "starter not known; who registered the task definition is not known yet".to_owned(),
    }
}

/// `role/ci-deployer` of a long ARN.
fn short_arn(arn: &str) -> &str {
    arn.splitn(6, ':').last().unwrap_or(arn)
}

/// `GREEN orders:211`
fn named(colour: &str, side: Option<&Side>) -> String {
    let definition = side.and_then(|side| side.definition.as_ref());
    definition.map_or_else(|| colour.to_owned(), |definition| format!("{colour} {}", definition.name()))
}

/// `12 of 12 run`
fn tasks(side: Option<&Side>) -> String {
    side.map_or_else(|| "not known".to_owned(), |side| format!("{} of {} run", side.running, side.desired))
}

/// Where it stands: step, share and since when.
fn state(lines: &Lines<'_>, shift: &Shift) -> String {
    let green = named("GREEN", shift.green.as_ref());
    let share = shift.green_share_asked().map_or_else(
        || "production share not known".to_owned(),
        |share| format!("production {share} on {green}"),
    );
    let since = shift
        .green_since
        .map_or_else(String::new, |at| format!(" since {}", format::minute(at, lines.model.utc)));
    let done = shift.traffic.iter().filter(|step| step.state == StepState::Done).count();
    let step = match shift.traffic.len() {
        0 => String::new(),
        of => format!(", step {done} of {of}"),
    };
    format!("{share}{since}{step}")
}

/// Before CodeDeploy is stopped: with its traffic back on blue, or left where it is.
pub(super) fn stop(
    lines: &mut Lines<'_>,
    id: &ServiceId,
    deployment: &CodeDeployId,
    back: bool,
) -> (String, String) {
    let title = if back {
        format!("Stop and roll back: {}", id.name())
    } else {
        format!("Stop WITHOUT rolling back: {}", id.name())
    };
    let label = if back { "stop and roll back" } else { "stop, leave traffic as it is" };
    let name = deployment.as_str();
    let shift = shift_now(lines.model, id).filter(|shift| shift.id.as_str() == name);
    let Some(shift) = shift else {
        lines.say("state", format!("deployment {name}, not described yet"));
        let on = if back { "ON" } else { "OFF" };
        lines
            .say("effect", format!("CodeDeploy stops {name} with automatic rollback {on} (StopDeployment)."));
        return (title, label.to_owned());
    };
    lines.say("state", state(lines, &shift));
    let (blue, green) = (named("BLUE", shift.blue.as_ref()), named("GREEN", shift.green.as_ref()));
    if back {
        lines.all(
            "effect",
            vec![
                Line::plain(format!(
                    "CodeDeploy stops {name} with automatic rollback ON (StopDeployment)."
                )),
                Line::plain(format!(
                    "Production returns to {blue} ({}), {green} is removed. A rollback deployment of its own is \
                     created.",
                    tasks(shift.blue.as_ref())
                )),
            ],
        );
        if shift.blue.as_ref().is_some_and(|blue| blue.running == 0) {
            lines.warn("no task of blue runs any more: it has to start anew");
        }
        lines.say("time", "traffic back in seconds while blue runs; cleanup takes some minutes");
        lines.say("differs", "from :stop-only, which leaves traffic as it is now");
    } else {
        lines.all(
            "effect",
            vec![Line::plain(format!(
                "CodeDeploy stops {name} with automatic rollback OFF (StopDeployment). No further event runs."
            ))],
        );
        lines.all("traffic", stays(&shift));
        lines.warn("nothing moves it on or back by itself; ctrl-l stops AND rolls back");
    }
    (title, label.to_owned())
}

/// A picture of where traffic stays.
fn stays(shift: &Shift) -> Vec<Line> {
    const WIDTH: u32 = 20;
    let Some(share) = shift.green_share_asked() else {
        return vec![Line::plain("where it stands is not known; it stays there")];
    };
    let bar = |share: Percent| {
        let full = (u32::from(share.tenths()) * WIDTH).div_ceil(1_000);
        let full = usize::try_from(full).unwrap_or(0);
        format!("{}{}", "#".repeat(full), ".".repeat(usize::try_from(WIDTH).unwrap_or(0) - full))
    };
    let row = |colour: &str, side: Option<&Side>, share: Percent| {
        Line::plain(format!("{:<24} {} {share} stays", named(colour, side), bar(share)))
    };
    vec![row("BLUE", shift.blue.as_ref(), share.rest()), row("GREEN", shift.green.as_ref(), share)]
}

/// Before the way back of CodeDeploy is cut off.
pub(super) fn remove_blue(
    lines: &mut Lines<'_>,
    id: &ServiceId,
    deployment: &CodeDeployId,
) -> (String, String) {
    let title = format!("Remove BLUE now: {}", id.name());
    let label = "remove BLUE".to_owned();
    let name = deployment.as_str();
    let shift = shift_now(lines.model, id).filter(|shift| shift.id.as_str() == name);
    let Some(shift) = shift.filter(|shift| shift.phase == Phase::BlueKept) else {
        lines.warn("blue is not kept any more, or not yet");
        return (title, label);
    };
    let (blue, until) = (shift.blue.as_ref(), shift.blue_until);
    let kept = until.map_or_else(String::new, |until| format!("; it goes {}", due(lines, until)));
    lines.say("state", format!("{}. {} is kept{kept}", state(lines, &shift), named("BLUE", blue)));
    let running = blue.map_or(0, |blue| blue.running);
    lines.say(
        "effect",
        format!(
            "{} of BLUE stop now (ContinueDeployment TERMINATION_WAIT).",
            format::count(running as usize, "task")
        ),
    );
    lines.warn("THIS ENDS INSTANT ROLLBACK. Going back later is a full new deployment.");
    if let Some(until) = until {
        let left = saved(until.at, lines.model.now);
        let text = format!(
            "{} x {left}. Doing nothing removes BLUE {} anyway.",
            format::count(running as usize, "task"),
            due(lines, until)
        );
        lines.say("saves", text);
    }
    (title, label)
}

fn saved(until: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (until - now).num_minutes().max(0);
    format::count(usize::try_from(minutes).unwrap_or(0), "minute")
}
