//! ContinueServiceDeployment: an answer to one hook that waits for a person.

use super::super::super::super::Millis;
use super::super::super::record::{Cause, RecordStatus};
use super::super::super::shift::{HookEnd, HookStatus};
use super::super::super::strategy::{HookAction, HookTarget};
use super::super::super::{ServiceKey, World};
use super::with;

/// How long a deployment stays ROLLBACK_REQUESTED. Guess.
const REQUEST_TAKES: Millis = 3_000;

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// The deployment shifts no traffic and has no hooks.
    NoShift,
    /// It is in another state than IN_PROGRESS.
    NotInProgress(RecordStatus),
    NoSuchHook,
    /// It calls a function and waits for nobody.
    NotAPause,
    /// It was answered or its time is over; `None` for a hook of an earlier stage.
    NotWaiting(Option<HookStatus>),
}

/// Answers a hook of a service deployment.
pub fn answer(
    world: &mut World,
    key: ServiceKey,
    number: u64,
    hook: &str,
    action: HookAction,
) -> Result<(), Unanswered> {
    let now = world.now;
    let service = world.service(key).ok_or(Unanswered::NoSuchHook)?;
    let record = service.records.iter().find(|record| record.number == number);
    let record = record.ok_or(Unanswered::NoSuchHook)?;
    // A deployment that has not begun yet has no hooks either.
    if record.shift.is_none() && !service.settings.strategy.shifts() {
        return Err(Unanswered::NoShift);
    }
    if record.status != RecordStatus::InProgress {
        return Err(Unanswered::NotInProgress(record.status));
    }
    let shift = service.shift().ok_or(Unanswered::NoShift)?;
    let Some(place) = shift.hooks.iter().position(|run| &*run.id == hook) else {
        let past = shift.past.iter().any(|id| &**id == hook);
        return Err(if past { Unanswered::NotWaiting(None) } else { Unanswered::NoSuchHook });
    };
    let waiting = shift.hooks.get(place).ok_or(Unanswered::NoSuchHook)?;
    if waiting.target != HookTarget::Pause {
        return Err(Unanswered::NotAPause);
    }
    if waiting.status != HookStatus::AwaitingAction {
        return Err(Unanswered::NotWaiting(Some(waiting.status)));
    }
    with(world, key, |shift| {
        if let Some(run) = shift.hooks.get_mut(place) {
            // Guess: what a hook that was answered with ROLLBACK becomes.
            run.status = match action {
                HookAction::Continue => HookStatus::Succeeded,
                HookAction::Rollback => HookStatus::Failed,
            };
        }
    });
    if action == HookAction::Rollback
        && let Some(record) = world.service_mut(key).and_then(|service| service.open_record_mut())
    {
        record.turn(RecordStatus::RollbackRequested, now);
        record.cause = Some(Cause::Hook(HookEnd::Refused));
        record.due = Some(now + REQUEST_TAKES);
    }
    world.wake(key, now);
    Ok(())
}
