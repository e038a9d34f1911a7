//! What a blue/green deployment waits for, until when, and what happens when nobody answers, in words.

use chrono::{DateTime, Utc};

use super::format;
use crate::fleet::percent::Percent;
use crate::fleet::shift::{Deadline, Hold, HoldKind, Phase, Shift, Side, Silence, Strategy};

/// `canary 10%, the rest after 5m`.
pub fn strategy(strategy: &Strategy) -> String {
    match strategy {
        Strategy::AllAtOnce => "all at once".to_owned(),
        Strategy::Canary { percent, minutes } => format!("canary {percent}, the rest after {minutes}m"),
        Strategy::Linear { percent, minutes } => format!("linear {percent} every {minutes}m"),
        Strategy::Rolling => "rolling".to_owned(),
        Strategy::Other(word) => word.to_string(),
    }
}

/// `CodeDeploy canary 10%/5m`: the same where there is little room.
pub fn carried_out(shift: &Shift) -> String {
    let how = match &shift.strategy {
        Strategy::AllAtOnce => "all at once".to_owned(),
        Strategy::Canary { percent, minutes } => format!("canary {percent}/{minutes}m"),
        Strategy::Linear { percent, minutes } => format!("linear {percent}/{minutes}m"),
        Strategy::Rolling => "rolling".to_owned(),
        Strategy::Other(word) => word.to_string(),
    };
    format!("{} {how}", shift.id.provider())
}

/// Green's share of production now: what the load balancer does, else what was asked for.
pub fn green_share_now(shift: &Shift) -> Option<Percent> {
    let green = shift.green.as_ref()?;
    green.production_live.or(green.production_asked)
}

/// What an answer moves: `10% > 100%`, `0% > 10%, then 100%`, `no traffic moves`.
pub fn moves(shift: &Shift, hold: &Hold) -> String {
    let now = green_share_now(shift).unwrap_or_default();
    match hold.moves.as_slice() {
        [] => "no traffic moves".to_owned(),
        [to] => format!("{now} > {to}"),
        [next, .., last] => format!("{now} > {next}, then {last}"),
    }
}

/// Who or what has to answer, and what for.
pub fn waits_for(shift: &Shift, hold: &Hold) -> String {
    match &hold.kind {
        HoldKind::Function(hook) => {
            let name =
                hook.target.as_deref().map_or("a function", |arn| arn.rsplit(':').next().unwrap_or(arn));
            format!("function {name}")
        }
        HoldKind::Pause(_) | HoldKind::Ready => {
            let (answered, all) = hold.answered;
            let among = if all > 1 { format!(", {answered} of {all} answered") } else { String::new() };
            format!("{}{among}", moves(shift, hold))
        }
    }
}

/// Where a deployment that waits for nobody stands: `shifting, 10% on green`.
pub fn stands(shift: &Shift) -> String {
    if let Some(outcome) = &shift.outcome {
        use crate::fleet::shift::Outcome;
        return match outcome {
            Outcome::Succeeded => "done".to_owned(),
            Outcome::RolledBack => "rolled back".to_owned(),
            Outcome::Stopped => "stopped; traffic stays where it is".to_owned(),
            Outcome::Failed => "failed".to_owned(),
            Outcome::Replaced(by) => format!("replaced by {by}"),
            Outcome::Other(word) => word.to_string(),
        };
    }
    let share = || green_share_now(shift).map_or_else(String::new, |share| format!(", {share} on green"));
    match &shift.phase {
        Phase::Starting => "starting".to_owned(),
        Phase::Preparing => {
            let counts = shift.green.as_ref().map(|green| format!(" {} of {}", green.running, green.desired));
            format!("starting green{}", counts.unwrap_or_default())
        }
        Phase::Testing => "test traffic on green".to_owned(),
        Phase::BeforeShift => "before the shift".to_owned(),
        Phase::Shifting => format!("shifting{}", share()),
        Phase::BlueKept => "all on green, blue kept".to_owned(),
        Phase::CleaningUp => "removing blue".to_owned(),
        Phase::RollingBack => format!("rolling back{}", share()),
        Phase::Ended => "ended".to_owned(),
        Phase::Other(stage) => stage.to_string(),
    }
}

/// `21m40s (14:31)`; what is worked out carries a `~`.
pub fn deadline(deadline: Deadline, now: DateTime<Utc>, utc: bool) -> String {
    let about = if deadline.exact { "" } else { "~" };
    format!("{about}{} ({about}{})", left(deadline, now), format::until(deadline.at, now, utc))
}

/// How long until then: seconds only where they count.
pub fn left(deadline: Deadline, now: DateTime<Utc>) -> String {
    let left = deadline.at - now;
    if left.num_minutes() >= 10 || !deadline.exact { format::age(left) } else { format::span(left) }
}

/// What happens when nobody answers, as a word for a list.
pub fn silence(silence: &Silence) -> &str {
    match silence {
        Silence::Continues => "CONTINUES",
        Silence::RollsBack => "rolls back",
        Silence::Stops => "stops",
        Silence::RemovesBlue => "removes blue",
        Silence::Other(word) => word,
    }
}

/// The same as a sentence: `SILENCE MEANS YES: ECS continues in 21m40s (14:31)`.
pub fn when_silent(shift: &Shift, hold: &Hold, now: DateTime<Utc>, utc: bool) -> String {
    let who = shift.id.provider();
    let when = hold.deadline.map_or_else(
        || " at a time that is not known".to_owned(),
        |at| format!(" in {}", deadline(at, now, utc)),
    );
    match &hold.silence {
        Silence::Continues => format!("SILENCE MEANS YES: {who} continues by itself{when}"),
        Silence::RollsBack => format!("nobody answers: {who} rolls back{when}"),
        Silence::Stops => format!("nobody answers: {who} stops it{when}"),
        Silence::RemovesBlue => format!("nobody answers: {who} removes blue{when}"),
        Silence::Other(word) => format!("nobody answers: {word}{when}"),
    }
}

/// What people tell the two sides by: `210 > 211`; where both have one definition, the ends of their service revisions.
pub fn sides(shift: &Shift) -> (String, String) {
    let definition = |side: &Option<Side>| side.as_ref().and_then(|side| side.definition.clone());
    let blue = definition(&shift.blue);
    let same = blue.is_some() && blue == definition(&shift.green);
    let name = |side: Option<&Side>| {
        let Some(side) = side else { return "none".to_owned() };
        let number = side.definition.as_ref().and_then(crate::fleet::id::DefinitionId::revision);
        let number = number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        match &side.revision {
            Some(revision) if same => format!("{number}@{}", revision.short()),
            _ => number,
        }
    };
    (name(shift.blue.as_ref()), name(shift.green.as_ref()))
}
