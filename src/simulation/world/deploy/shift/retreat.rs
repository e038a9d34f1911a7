//! The way back while blue still runs: it gets all traffic at once, and green is removed.

use super::super::super::event::Fact;
use super::super::super::record::{Cause, RecordStatus};
use super::super::super::scheduler;
use super::super::super::service::{Launch, Rollout};
use super::super::super::strategy::Stage;
use super::super::super::{ServiceKey, World};
use super::{RETREATING, traffic, with};

/// Takes the deployment back. While it cleans up it is too late: then it ends as if nobody had asked.
pub fn retreat(world: &mut World, key: ServiceKey, cause: &Cause) {
    let now = world.now;
    let Some(service) = world.service(key) else { return };
    let Some(shift) = service.shift().filter(|shift| !shift.retreating) else { return };
    // Guess (AWS.md §1.4: a requested rollback can still end SUCCESSFUL).
    if shift.stage == Stage::CleanUp {
        return;
    }
    let (blue, revision) = (shift.blue, shift.blue_revision);
    let settings = service.revision(revision).map(|back| service.settings.deployed_as(&back.settings));
    with(world, key, |shift| {
        shift.retreating = true;
        shift.production = shift.production.map(|_| 0);
        shift.test = shift.test.map(|_| 0);
        shift.due = Some(now + RETREATING);
        // What still waited is over with the stage.
        shift.hooks.retain(|hook| !hook.status.is_open());
    });
    traffic::follow(world, key);
    let Some(service) = world.service_mut(key) else { return };
    if let Some(settings) = settings {
        service.settings = settings.into();
    }
    if let Some(primary) = service.primary_mut() {
        primary.rollout = Rollout::Failed;
        primary.updated = now;
        primary.failed_by = Some(cause.clone());
    }
    service.launch =
        Launch { registered: std::mem::take(&mut service.launch.registered), ..Launch::default() };
    if let Some(place) = service.deployments.iter().position(|deployment| deployment.number == blue) {
        let mut back = service.deployments.remove(place);
        (back.rollout, back.updated, back.way_back) = (Rollout::InProgress, now, Some(cause.clone()));
        service.deployments.insert(0, back);
    }
    if let Some(record) = service.open_record_mut() {
        record.cause = Some(cause.clone());
        record.turn(RecordStatus::RollbackInProgress, now);
        record.rollback = Some((now, revision));
    }
    scheduler::say(world, Some(key), Fact::RollingBack(blue));
}

/// Ends the way back when nothing but blue is left.
pub fn check(world: &mut World, key: ServiceKey) -> bool {
    let now = world.now;
    let Some(service) = world.service_mut(key).filter(|service| service.deployments.len() == 1) else {
        return false;
    };
    if service.shift().is_some_and(|shift| shift.due.is_some_and(|due| due > now)) {
        return false;
    }
    let Some(number) = service.primary_mut().map(|primary| {
        primary.rollout = Rollout::Completed;
        primary.updated = now;
        primary.number
    }) else {
        return false;
    };
    if let Some(record) = service.open_record_mut() {
        record.turn(RecordStatus::RollbackSuccessful, now);
    }
    scheduler::say(world, Some(key), Fact::Completed(number));
    true
}
