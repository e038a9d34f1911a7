//! How service deployments go from state to state, up to their end.

use super::super::super::Millis;
use super::super::balancer::requests;
use super::super::event::Fact;
use super::super::record::{Cause, RecordStatus};
use super::super::service::Rollout;
use super::super::task::{Owner, TaskState};
use super::super::{ServiceKey, World};
use super::{rollback, say, shift};

/// Going back takes at least that long even if no task has to be started. Guess.
const ROLLBACK_TAKES: Millis = 45_000;

/// Plays what is due for the service deployments; false while the newest one waits for another to stop.
pub fn proceed(world: &mut World, key: ServiceKey) -> bool {
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return true };
    let mut again = None;
    let mut back = None;
    let mut begins = false;
    for record in service.records.iter_mut().filter(|record| !record.status.is_over()) {
        match record.due {
            Some(due) if due > now => again = Some(again.unwrap_or(due).min(due)),
            Some(_) if record.status == RecordStatus::StopRequested => {
                record.turn(RecordStatus::Stopped, now);
            }
            Some(_) => {
                record.due = None;
                back = Some(record.cause.clone().unwrap_or(Cause::Person));
            }
            None => {}
        }
    }
    let stopping = service.records.iter().any(|record| record.status == RecordStatus::StopRequested);
    if let Some(newest) = service.records.first_mut()
        && newest.status == RecordStatus::Pending
        && !stopping
    {
        newest.turn(RecordStatus::InProgress, now);
        newest.started = Some(now);
        begins = true;
    }
    let waits = service.records.first().is_some_and(|newest| newest.status == RecordStatus::Pending);
    if let Some(again) = again {
        world.wake(key, again);
    }
    if begins {
        shift::start(world, key);
    }
    if let Some(cause) = back {
        rollback::go_back(world, key, cause);
    }
    !waits
}

/// Completes a deployment when its tasks are healthy and the old ones have gone.
pub fn check_completion(world: &mut World, key: ServiceKey) {
    let now = world.now;
    let Some(service) = world.service(key) else { return };
    let Some(primary) = service.primary() else { return };
    let (number, goes_back) = (primary.number, primary.way_back.is_some());
    let earliest = primary.updated + ROLLBACK_TAKES;
    if goes_back && service.deploying() && now < earliest {
        return world.wake(key, earliest);
    }
    let mut ready = 0;
    let mut lingering = Vec::new();
    for task in service.tasks.iter().filter_map(|key| world.task(*key)) {
        let Owner::Service { deployment, .. } = task.owner else { continue };
        if deployment == number {
            ready += u32::from(task.is_wanted() && task.ready);
        } else if task.is_wanted() || task.state <= TaskState::Deactivating {
            lingering.push(deployment);
        }
    }
    let desired = service.desired;
    let Some(service) = world.service_mut(key) else { return };
    service
        .deployments
        .retain(|deployment| deployment.number == number || lingering.contains(&deployment.number));
    if !service.deploying() || ready < desired || service.deployments.len() > 1 {
        return;
    }
    if let Some(primary) = service.primary_mut() {
        primary.rollout = Rollout::Completed;
        primary.updated = now;
    }
    requests::note(world, key);
    let Some(service) = world.service_mut(key) else { return };
    // A rollback that was requested and has not begun comes too late (AWS.md §1.4).
    if let Some(record) = service.open_record_mut() {
        let end = if goes_back { RecordStatus::RollbackSuccessful } else { RecordStatus::Successful };
        record.turn(end, now);
    }
    say(world, Some(key), Fact::Completed(number));
}
