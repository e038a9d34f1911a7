//! Rules for services that fail: nothing serves, or a change cannot succeed.

use super::case::{Case, LONG, SHORT, common};
use super::{Look, Severity, Verdict};
use crate::fleet::ending::Weight;
use crate::fleet::service::RolloutState;
use crate::fleet::task::Task;

/// A deployment is in progress, none of its tasks is healthy, and two or more stopped.
pub(super) fn deployment_crash_loops(case: &Case<'_>) -> Option<Verdict> {
    let primary = case.in_progress()?;
    let mine = |task: &&&Task| task.started_by.as_deref() == Some(&*primary.id);
    if case.alive.iter().filter(mine).any(|task| case.is_healthy(task)) {
        return None;
    }
    let common = common(case.faults(Some(primary)));
    let failed = common.as_ref().map_or(primary.failed as usize, |common| common.of);
    if failed < 2 || (common.is_none() && primary.running > 0) {
        return None;
    }
    let what = match &common {
        Some(common) => common.told("new task"),
        None => format!("{failed} new tasks failed to start"),
    };
    let old: u32 =
        case.service.rollouts.iter().filter(|rollout| !rollout.is_primary()).map(|r| r.running).sum();
    let serves = match old {
        0 if case.service.running == 0 => "nothing serves".to_owned(),
        0 => "no old task is left".to_owned(),
        old => format!("old {old}/{} still serve", case.service.desired),
    };
    let suspicion = case.suspicion().unwrap_or_default();
    let why = format!("{what}{suspicion}; {serves}");
    Some(case.say(Severity::Fail, why, primary.created.or(common.map(|c| c.first)), Look::Open))
}

/// Nothing runs although something should.
pub(super) fn nothing_runs(case: &Case<'_>) -> Option<Verdict> {
    let service = case.service;
    if service.running > 0 || service.desired == 0 {
        return None;
    }
    let common = common(case.faults(None));
    let young = case.short_for() < SHORT && common.is_none() && case.placement().is_none();
    if young {
        return None;
    }
    let why = match (&common, case.placement()) {
        (Some(common), _) => {
            let suspicion = case.suspicion().unwrap_or_default();
            format!("0/{} run: {}{suspicion}", service.desired, common.told("task"))
        }
        (None, Some((_, reason))) => format!("0/{} run: no place for a task: {reason}", service.desired),
        (None, None) => format!("0/{} run, reason not known", service.desired),
    };
    Some(case.say(Severity::Fail, why, case.short_since, Look::Open))
}

/// The newest deployment failed, nothing rolled it back, and the service is not as asked.
pub(super) fn deployment_failed(case: &Case<'_>) -> Option<Verdict> {
    let primary = case.service.primary().filter(|primary| primary.state == Some(RolloutState::Failed))?;
    if case.service.running >= case.service.desired {
        return None;
    }
    let name = primary.definition.as_ref().map_or("", |definition| definition.name());
    let reason = primary.reason.as_deref().unwrap_or("no reason given");
    let why = format!("deployment of {name} failed: {reason}");
    Some(case.say(Severity::Fail, why, primary.updated.or(primary.created), Look::Events))
}

/// Fewer tasks than asked for, for five minutes, and new ones fail to start.
pub(super) fn starts_keep_failing(case: &Case<'_>) -> Option<Verdict> {
    if case.short_for() < LONG {
        return None;
    }
    let never_ran =
        case.stops.iter().filter(|(task, _, ending)| !task.has_run() && ending.weight == Weight::Fault);
    let why = match (common(never_ran), case.placement()) {
        (Some(common), _) if common.count >= 2 => {
            format!(
                "{}/{} run: {} tasks {}",
                case.service.running, case.service.desired, common.count, common.verb
            )
        }
        (_, Some((_, reason))) => {
            format!("{}/{} run: no place for a task: {reason}", case.service.running, case.service.desired)
        }
        _ => return None,
    };
    Some(case.say(Severity::Fail, why, case.short_since, Look::Open))
}
