//! Rules for services whose traffic is being moved, or was moved back.

use super::case::Case;
use super::waiting::left;
use super::{Look, Severity, Verdict};
use crate::fleet::id::DefinitionId;
use crate::fleet::percent::Percent;
use crate::fleet::shift::{Outcome, Phase, Shift, ShiftId, Side, Strategy};

/// It ended with traffic on both sides, and nothing will move the rest.
pub(super) fn left_split(case: &Case<'_>) -> Option<Verdict> {
    let shift = case.last_shift()?;
    let ended = matches!(shift.outcome, Some(Outcome::Stopped | Outcome::Failed));
    let green = shift.green.as_ref().and_then(|side| side.production_live.or(side.production_asked))?;
    if !ended || green == Percent::NONE || green == Percent::ALL || !is_last(shift, case) {
        return None;
    }
    let word = if shift.outcome == Some(Outcome::Failed) { "failed" } else { "was stopped" };
    let why = format!("{} deployment {word} with green at {green}", shift.id.provider());
    Some(case.say(Severity::Fail, why, shift.ended, Look::Shift))
}

/// Both sides are still there: nothing newer made them a thing of the past.
fn is_last(shift: &Shift, case: &Case<'_>) -> bool {
    match &shift.id {
        ShiftId::CodeDeploy(_) => case.service.task_sets.len() > 1,
        ShiftId::Ecs(_) => case.service.rollouts.len() > 1,
    }
}

/// It turns back, or CodeDeploy turned it back and nothing newer succeeded.
pub(super) fn rolled_back(case: &Case<'_>) -> Option<Verdict> {
    let shift = case.last_shift()?;
    let to = revision(shift.blue.as_ref()).map_or_else(String::new, |revision| format!(" to rev {revision}"));
    let reason = shift.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    let codedeploy = matches!(shift.id, ShiftId::CodeDeploy(_));
    let state = match (&shift.phase, &shift.outcome) {
        (Phase::RollingBack, _) => "rolling back",
        (_, Some(Outcome::RolledBack)) if codedeploy => "last deploy was rolled back",
        _ => return None,
    };
    let by = if codedeploy { " by CodeDeploy" } else { "" };
    let why = format!("{state}{to}{by}{reason}");
    Some(case.say(Severity::Degraded, why, shift.ended.or(shift.began), Look::Shift))
}

/// It goes its way and nothing speaks against it.
pub(super) fn shifting(case: &Case<'_>) -> Option<Verdict> {
    let shift = case.shift().filter(|shift| shift.strategy != Strategy::Rolling)?;
    let state = match &shift.phase {
        Phase::Starting => "starting green".to_owned(),
        Phase::Preparing => shift.green.as_ref().map_or_else(
            || "preparing green".to_owned(),
            |green| format!("preparing green {} of {}", green.running, green.desired),
        ),
        Phase::Testing => "testing green".to_owned(),
        Phase::BeforeShift => "green is ready, no traffic moved yet".to_owned(),
        Phase::Shifting => match shift.green_share_asked() {
            Some(share) => format!("shifting, {share} of 100% on green"),
            None => "shifting".to_owned(),
        },
        Phase::BlueKept => match shift.blue_until {
            Some(until) if until.at > case.now => {
                let left = left(case, until);
                format!("all on green, instant return ends {left}")
            }
            _ => "all on green, blue is kept".to_owned(),
        },
        Phase::CleaningUp => "removing blue".to_owned(),
        Phase::RollingBack | Phase::Ended => return None,
        Phase::Other(word) => word.to_string(),
    };
    let (blue, green) = (revision(shift.blue.as_ref()), revision(shift.green.as_ref()));
    let change = match (blue, green) {
        (Some(blue), Some(green)) if blue == green => format!("rev {green} again: "),
        (Some(blue), Some(green)) => format!("rev {blue} > {green}: "),
        (None, Some(green)) => format!("rev {green}: "),
        (_, None) => String::new(),
    };
    Some(case.say(Severity::Deploying, format!("{change}{state}"), shift.began, Look::Shift))
}

fn revision(side: Option<&Side>) -> Option<u32> {
    side?.definition.as_ref().and_then(DefinitionId::revision)
}
