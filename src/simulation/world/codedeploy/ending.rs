//! How deployments end: well, by a failure, an alarm or a person, and how the traffic goes back.

use std::sync::Arc;

use super::super::agenda::{DeploymentKey, Happening};
use super::super::balancer::{self, Traffic, Weights};
use super::super::{ServiceKey, World};
use super::deployment::{Phase, RollbackInfo};
use super::moves::{change, later, put_first};
use super::{Creator, EventStatus, Lifecycle, Status, start};

/// Takes note of StopDeployment; `back` if it shall go back whatever the group says.
pub fn ask_stop(world: &mut World, key: DeploymentKey, back: Option<bool>) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    let usual = deployment.rollback.enabled && deployment.rollback.on_request;
    let back = back.unwrap_or(usual);
    if deployment.stopping.is_some() {
        return;
    }
    let due = world.now + world.between(1_500..=3_000);
    change(world, key, |deployment| deployment.stopping = Some(back));
    later(world, key, due);
}

/// An alarm goes to ALARM: deployments that it guards stop.
pub fn sound_alarm(world: &mut World, name: &str) {
    let guarded = world.codedeploy.all().filter(|deployment| {
        let watched =
            deployment.guard.enabled && deployment.guard.alarms.iter().any(|known| &**known == name);
        watched && !deployment.status.is_over() && deployment.started.is_some()
    });
    let keys: Vec<_> = guarded.map(|deployment| deployment.key).collect();
    for key in keys {
        alarmed(world, key, name);
    }
}

/// Stops a deployment for an alarm.
pub fn alarmed(world: &mut World, key: DeploymentKey, name: &str) {
    let rollback = world.codedeploy.deployment(key).map(|deployment| deployment.rollback);
    let back = rollback.is_some_and(|rollback| rollback.enabled && rollback.on_alarm);
    // Guess: the words.
    let words = format!("The deployment was stopped because these alarms are active: {name}");
    stop(world, key, ("ALARM_ACTIVE", &words), back);
}

/// Stops a deployment now. Nothing else happens unless it goes `back`: traffic stays as it is.
pub fn stop(world: &mut World, key: DeploymentKey, error: (&'static str, &str), back: bool) {
    over(world, key, Status::Stopped, error);
    if back {
        roll_back(world, key);
    }
}

/// Fails a deployment at a lifecycle event.
pub fn fail(
    world: &mut World,
    key: DeploymentKey,
    name: Lifecycle,
    diagnostics: Option<(&'static str, &str)>,
    error: (&'static str, &str),
) {
    let now = world.now;
    change(world, key, |deployment| {
        if let Some(event) = deployment.event_mut(name) {
            (event.status, event.ended) = (EventStatus::Failed, Some(now));
            event.diagnostics = diagnostics.map(|(code, message)| (code, message.into()));
        }
    });
    over(world, key, Status::Failed, error);
    let rollback = world.codedeploy.deployment(key).map(|deployment| deployment.rollback);
    if rollback.is_some_and(|rollback| rollback.enabled && rollback.on_failure) {
        roll_back(world, key);
    }
}

/// Ends a deployment that did not succeed. Guess: events that are not over are skipped.
fn over(world: &mut World, key: DeploymentKey, status: Status, error: (&'static str, &str)) {
    let now = world.now;
    change(world, key, |deployment| {
        (deployment.status, deployment.phase, deployment.due) = (status, Phase::Over, None);
        deployment.completed = Some(now);
        deployment.error = Some((error.0, error.1.into()));
        for event in &mut deployment.events {
            if matches!(event.status, EventStatus::Pending | EventStatus::InProgress) {
                event.ended = event.started.map(|_| now);
                event.status = EventStatus::Skipped;
            }
        }
    });
}

/// The wait is over: the old task set goes.
pub fn succeed(world: &mut World, key: DeploymentKey) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    let (service, blue) = (deployment.service, deployment.blue.0);
    drain(world, service, blue);
    finish(world, key);
}

fn finish(world: &mut World, key: DeploymentKey) {
    let now = world.now;
    change(world, key, |deployment| {
        (deployment.status, deployment.phase, deployment.due) = (Status::Succeeded, Phase::Over, None);
        deployment.completed = Some(now);
    });
}

fn drain(world: &mut World, key: ServiceKey, number: u64) {
    let now = world.now;
    if let Some(service) = world.service_mut(key)
        && let Some(set) = service.deployments.iter_mut().find(|set| set.number == number)
    {
        (set.draining, set.updated) = (true, now);
    }
    world.wake(key, now + 500);
}

/// Begins the way back, which is a deployment of its own. One that had not started has nothing to go back from. Guess.
fn roll_back(world: &mut World, from: DeploymentKey) {
    let Some(failed) = world.codedeploy.deployment(from).filter(|failed| failed.started.is_some()) else {
        return;
    };
    let failed = failed.clone();
    let set = world.service(failed.service).and_then(|service| {
        service.deployments.iter().find(|set| set.number == failed.blue.0).map(|set| set.definition)
    });
    let definition = set.unwrap_or(failed.definition);
    let content =
        failed.before.clone().unwrap_or_else(|| super::appspec::write(world, definition, &[]).into());
    let number = world.number();
    let mut back = start::blank(world, number, failed.service, definition, content);
    back.creator = Creator::Rollback;
    (back.config, back.rollback) = (failed.config, failed.rollback);
    (back.ready, back.termination) = (failed.ready, failed.termination);
    // Its blue task set is the one that stays, its green one the one that goes.
    (back.blue, back.green, back.promoted) = (failed.blue, failed.green, failed.promoted);
    (back.share, back.before) = (failed.share, Some(failed.content));
    // Guess: the words of both.
    back.rollback_info = Some(RollbackInfo {
        to: None,
        from: Some(Arc::clone(&failed.id)),
        message: format!("Rollback of the deployment {}", failed.id).into(),
    });
    let id = Arc::clone(&back.id);
    let due = world.now + world.between(800..=1_500);
    back.due = Some(due);
    back.phase = Phase::Queued;
    let key = world.codedeploy.add(back);
    world.agenda.add(due, Happening::CodeDeploy(key));
    change(world, from, |failed| {
        let message = format!("The deployment {} was rolled back by the deployment {id}", failed.id).into();
        failed.rollback_info = Some(RollbackInfo { to: Some(id), from: None, message });
    });
}

/// Leads all traffic back to the task set that ran before, at once.
pub fn reroute(world: &mut World, key: DeploymentKey) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    let (service, (blue, slot)) = (deployment.service, deployment.blue);
    let now = world.now;
    for traffic in Traffic::ALL {
        balancer::shift(world, service, traffic, Weights::all(slot));
    }
    put_first(world, service, blue);
    change(world, key, |deployment| {
        (deployment.status, deployment.started) = (Status::InProgress, Some(now));
        deployment.phase = Phase::Rerouting;
        // Guess: of the events of a way back only the shift is carried out.
        for event in &mut deployment.events {
            event.status = EventStatus::Skipped;
        }
        if let Some(event) = deployment.event_mut(Lifecycle::AllowTraffic) {
            (event.status, event.started) = (EventStatus::InProgress, Some(now));
        }
    });
    let due = now + world.between(2_000..=4_000);
    later(world, key, due);
}

/// The traffic is back: the new task set goes.
pub fn finish_rollback(world: &mut World, key: DeploymentKey) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    let (service, green) = (deployment.service, deployment.green);
    let now = world.now;
    if let Some(green) = green {
        drain(world, service, green);
    }
    change(world, key, |deployment| {
        deployment.share = 0;
        if let Some(event) = deployment.event_mut(Lifecycle::AllowTraffic) {
            (event.status, event.ended) = (EventStatus::Succeeded, Some(now));
        }
    });
    finish(world, key);
}
