//! Checks of what guards the deployment: its hooks, its alarms, its circuit breaker.

use super::side::Case;
use super::{Check, CheckKind, Finding};
use crate::app::format;
use crate::fleet::deployment::Hook;
use crate::fleet::shift::{Guard, GuardStanding, ShiftId, Step, StepState};

/// The events of CodeDeploy at which a function may run.
const HOOKS: [&str; 5] =
    ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];

/// Why nothing is said of guards that nobody told of.
pub(super) const UNKNOWN: &str = "the deployment group is not known";

pub(super) fn hooks(case: &Case<'_>) -> Check {
    let row = Check::new(CheckKind::Hooks, "hooks");
    match &case.shift.id {
        ShiftId::CodeDeploy(_) => events(case, row),
        ShiftId::Ecs(id) => match case.fleet.deployment(id) {
            Some(deployment) => native(case, row, &deployment.hooks),
            None => row.not_checked("the deployment is not known"),
        },
    }
}

fn events(case: &Case<'_>, row: Check) -> Check {
    let steps = || case.shift.steps.iter().filter(|step| HOOKS.contains(&&*step.stage));
    if let Some(failed) = steps().find(|step| step.state == StepState::Failed) {
        let message = failed.message.as_deref().unwrap_or("without a message");
        return row.sides("-", format!("{} failed", failed.stage)).says(Finding::Look, message);
    }
    if let Some(now) = steps().find(|step| step.state == StepState::Now) {
        return row.sides("-", format!("{} runs", now.stage)).says(Finding::Info, "");
    }
    let ShiftId::CodeDeploy(id) = &case.shift.id else { return row };
    let revision = case.fleet.codedeployment(id).and_then(|deployment| deployment.revision.as_ref());
    let Some(content) = revision.and_then(|revision| revision.content.as_deref()) else {
        return row.says(Finding::Info, "which functions run is not known: the AppSpec was not given");
    };
    let took = |step: &Step| step.started.zip(step.ended).map(|(started, ended)| ended - started);
    let mut ran = steps().filter(|step| step.state == StepState::Done && has_function(content, &step.stage));
    match ran.next_back() {
        Some(step) => {
            let took = took(step).map_or_else(String::new, |took| format!("took {}", format::span(took)));
            row.sides("-", format!("{} ok", step.stage)).says(Finding::Ok, took)
        }
        None => row.says(Finding::Info, "no function has run"),
    }
}

/// The hooks of an AppSpec, JSON or YAML, name a function for this event.
fn has_function(content: &str, event: &str) -> bool {
    let hooks = content.find("Hooks").or_else(|| content.find("hooks"));
    let Some(hooks) = hooks.and_then(|at| content.get(at..)) else { return false };
    hooks.match_indices(event).any(|(at, _)| {
        let before = hooks.get(..at).and_then(|text| text.chars().next_back());
        let after = hooks.get(at + event.len()..).unwrap_or_default();
        let after = after.trim_start_matches(['"', '\'']).trim_start();
        before.is_none_or(|c| !c.is_alphanumeric()) && after.starts_with(':')
    })
}

fn native(case: &Case<'_>, row: Check, hooks: &[Hook]) -> Check {
    let count = |status: &str| hooks.iter().filter(|hook| &*hook.status == status).count();
    if let Some(bad) = hooks.iter().find(|hook| matches!(&*hook.status, "FAILED" | "TIMED_OUT")) {
        return row
            .sides("-", format!("{} {}", bad.kind, bad.status))
            .says(Finding::Look, bad.id.to_string());
    }
    let answered = case.shift.hold.as_ref().map(|hold| hold.answered);
    let told = answered.map_or_else(String::new, |(answered, of)| format!("{answered} of {of} answered"));
    if case.shift.hold.as_ref().is_some_and(|hold| !hold.is_for_a_person()) {
        return row.sides("-", told).says(Finding::Look, "a function has not answered");
    }
    let finding =
        if count("SUCCEEDED") > 0 && count("IN_PROGRESS") == 0 { Finding::Ok } else { Finding::Info };
    let reading = match answered {
        Some((_, of)) if of > 1 => "traffic moves after all of them",
        Some(_) => "this one waits for you",
        None if hooks.is_empty() => "no hook at this stage",
        None => "",
    };
    row.sides("-", told).says(finding, reading)
}

/// One cell over both columns: an alarm has no side.
pub(super) fn alarms(case: &Case<'_>) -> Check {
    let check = named_alarms(case);
    if case.shift.guards.alarms.is_empty() { check } else { check.aged(case.stale_alarms()) }
}

fn named_alarms(case: &Case<'_>) -> Check {
    let row = Check::new(CheckKind::Alarms, "alarms that guard this");
    let guards = &case.shift.guards;
    if !guards.known {
        return row.sides("", "").not_checked(UNKNOWN);
    }
    let breaker = guards.breaker.as_ref().map(|breaker| {
        let (failures, threshold) = (breaker.failures, breaker.threshold);
        format!("circuit breaker {failures} of {threshold}, counts only tasks that never run")
    });
    if guards.alarms.is_empty() || !guards.alarms_on {
        let named =
            if guards.alarms.is_empty() { "no alarm guards this" } else { "its alarms are switched off" };
        let reading = breaker.map_or_else(|| named.to_owned(), |breaker| format!("{named}; {breaker}"));
        return row.sides("", "").says(Finding::Info, reading);
    }
    let words = guards.alarms.iter().map(|guard| format!("{} {}", guard.alarm, word(&guard.standing)));
    let row = row.sides(words.collect::<Vec<_>>().join(", "), "");
    let of = |standing: &GuardStanding| -> Vec<&Guard> {
        guards.alarms.iter().filter(|guard| guard.standing == *standing).collect()
    };
    let names = |guards: &[&Guard]| guards.iter().map(|guard| &*guard.alarm).collect::<Vec<_>>().join(", ");
    let (fires, ignored) = (of(&GuardStanding::Fires), of(&GuardStanding::IgnoredFromTheStart));
    let (blind, unchecked) = (of(&GuardStanding::NoData), of(&GuardStanding::NotChecked));
    if !fires.is_empty() {
        return row.says(Finding::Look, format!("in ALARM: {}", names(&fires)));
    }
    if !ignored.is_empty() {
        return row.says(Finding::Look, format!("NOT guarding, in ALARM since before: {}", names(&ignored)));
    }
    if !blind.is_empty() {
        return row.says(Finding::Look, format!("without data: {}", names(&blind)));
    }
    if !unchecked.is_empty() {
        return row.not_checked(&names(&unchecked));
    }
    let doubtful = of(&GuardStanding::MayBeIgnored);
    if !doubtful.is_empty() {
        return row.not_checked(&may_be_ignored(case, &names(&doubtful)));
    }
    let reading = if guards.alarms_roll_back {
        "roll back by themselves if they fire"
    } else {
        "stop it, roll nothing back"
    };
    row.says(Finding::Ok, reading)
}

/// `ledger-5xx was not OK at 14:00, may be ignored for this deployment`
pub(super) fn may_be_ignored(case: &Case<'_>, names: &str) -> String {
    let began = case.shift.began.map_or_else(
        || "when the deployment began".to_owned(),
        |began| format!("at {}", format::minute(began, case.utc)),
    );
    format!("{names} was not OK {began}, may be ignored for this deployment")
}

/// What stands behind an alarm's name.
pub(super) fn word(standing: &GuardStanding) -> &str {
    match standing {
        GuardStanding::Guards => "OK",
        GuardStanding::MayBeIgnored => "OK now",
        GuardStanding::Fires => "ALARM",
        GuardStanding::IgnoredFromTheStart => "NOT guarding",
        GuardStanding::NoData => "no data",
        GuardStanding::NotChecked => "not checked",
        GuardStanding::Other(word) => word,
    }
}
