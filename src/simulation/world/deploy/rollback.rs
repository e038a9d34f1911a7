//! How a deployment fails, and the way back to what ran before.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::event::Fact;
use super::super::record::{Cause, Record, RecordStatus};
use super::super::service::{Deployment, Launch, Rollout, Service};
use super::super::{ServiceKey, World};
use super::{say, shift};

/// How long a deployment stays ROLLBACK_REQUESTED. Guess.
const REQUEST_TAKES: Millis = 3_000;

/// Takes note of StopServiceDeployment; the way back begins a moment later.
pub fn ask_back(world: &mut World, key: ServiceKey, number: u64) {
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    let Some(record) = service.records.iter_mut().find(|record| record.number == number) else { return };
    if matches!(record.status, RecordStatus::Pending | RecordStatus::InProgress) {
        record.turn(RecordStatus::RollbackRequested, now);
        record.stopped = Some(now);
        record.due = Some(now + REQUEST_TAKES);
        world.wake(key, now + REQUEST_TAKES);
    }
}

/// Fails a deployment whose tasks failed too often in a row, and goes back if the breaker says so.
pub fn check_breaker(world: &mut World, key: ServiceKey) {
    // The breaker is for rolling deployments (AWS.md §1.4).
    let Some(service) = world.service(key).filter(|service| service.shift().is_none()) else {
        return;
    };
    let Some(primary) = service.primary().filter(|primary| primary.rollout == Rollout::InProgress) else {
        return;
    };
    if primary.way_back.is_some() {
        // Guess: a way back that cannot run is given up at the usual threshold, with or without a breaker.
        if primary.failed >= service.breaker_threshold() {
            give_up(world, key);
        }
        return;
    }
    let Some(breaker) = service.settings.breaker else { return };
    if primary.failed >= service.breaker_threshold() {
        fail(world, key, Cause::Breaker, breaker.rollback);
    }
}

/// An alarm goes to ALARM: the deployment in progress fails if the alarm watches over it.
pub fn sound_alarm(world: &mut World, key: ServiceKey, name: &str) {
    let Some(service) = world.service(key).filter(|service| service.deploying()) else { return };
    let Some(record) = service.open_record() else { return };
    // One that shifts traffic looks at its alarms itself, stage by stage.
    if record.shift.is_some() {
        let now = world.now;
        return world.wake(key, now);
    }
    if record.ignored.iter().any(|ignored| &**ignored == name) {
        return;
    }
    let Some(alarms) = service.settings.alarms.clone().filter(|alarms| alarms.enabled) else { return };
    if let Some(name) = alarms.names.iter().find(|known| &***known == name) {
        fail(world, key, Cause::Alarm(Arc::clone(name)), alarms.rollback);
    }
}

pub fn fail(world: &mut World, key: ServiceKey, cause: Cause, rollback: bool) {
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    let Some(primary) = service.primary_mut() else { return };
    let number = primary.number;
    let why = if cause == Cause::Breaker { "tasks failed to start" } else { "alarm detected" };
    if !rollback {
        primary.rollout = Rollout::Failed;
        primary.failed_by = Some(cause.clone());
        primary.updated = now;
        if let Some(record) = service.open_record_mut() {
            // The service model: a deployment that fails without a way back stops.
            record.turn(RecordStatus::Stopped, now);
            record.stopped = Some(now);
            record.cause = Some(cause);
        }
        service.launch =
            Launch { registered: std::mem::take(&mut service.launch.registered), ..Launch::default() };
        return say(world, Some(key), Fact::Failed(number, why));
    }
    say(world, Some(key), Fact::Failed(number, why));
    go_back(world, key, cause);
}

/// The newest service deployment before the open one that ended well left a revision: that is where to go back to.
fn candidate(service: &Service) -> Option<u64> {
    let open = service.records.iter().position(|record| !record.status.is_over())?;
    service.records.iter().skip(open + 1).find_map(Record::left_running)
}

/// Makes the revision that ran before the PRIMARY one again, or fails if there is none.
pub fn go_back(world: &mut World, key: ServiceKey, cause: Cause) {
    if world.service(key).and_then(Service::shift).is_some() {
        return shift::retreat(world, key, &cause);
    }
    let now = world.now;
    let Some(service) = world.service(key) else { return };
    let back = candidate(service).and_then(|number| service.revision(number)).cloned();
    // Its old deployment goes on under its own number while it still has tasks. Guess.
    let kept = back.as_ref().and_then(|back| {
        service.deployments.iter().skip(1).position(|deployment| deployment.revision == back.number)
    });
    let anew = match (&back, kept) {
        (Some(back), None) => {
            Some(Deployment { revision: back.number, ..super::fresh(world, back.definition) })
        }
        _ => None,
    };
    let Some(service) = world.service_mut(key) else { return };
    if let Some(primary) = service.primary_mut() {
        primary.rollout = Rollout::Failed;
        primary.updated = now;
        primary.failed_by = Some(cause.clone());
    }
    service.launch =
        Launch { registered: std::mem::take(&mut service.launch.registered), ..Launch::default() };
    let good = match kept {
        Some(place) => Some(service.deployments.remove(place + 1)),
        None => anew,
    };
    let Some(record) = service.open_record_mut() else { return };
    record.cause = Some(cause.clone());
    let (Some(good), Some(back)) = (good, back) else {
        return record.turn(RecordStatus::RollbackFailed, now);
    };
    record.turn(RecordStatus::RollbackInProgress, now);
    record.rollback = Some((now, back.number));
    let number = good.number;
    service.settings = Arc::new(service.settings.deployed_as(&back.settings));
    service.deployments.insert(
        0,
        Deployment {
            rollout: Rollout::InProgress,
            way_back: Some(cause),
            failed_by: None,
            failed: 0,
            updated: now,
            ..good
        },
    );
    say(world, Some(key), Fact::RollingBack(number));
}

/// The way back cannot run either.
fn give_up(world: &mut World, key: ServiceKey) {
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    let Some(primary) = service.primary_mut() else { return };
    primary.rollout = Rollout::Failed;
    primary.failed_by = Some(Cause::Breaker);
    primary.updated = now;
    let number = primary.number;
    if let Some(record) = service.open_record_mut() {
        record.turn(RecordStatus::RollbackFailed, now);
    }
    say(world, Some(key), Fact::Failed(number, "tasks failed to start"));
}
