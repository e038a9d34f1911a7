//! The steps of a deployment: hooks, the new task set, the test traffic, the wait for a person and the shift.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::agenda::DeploymentKey;
use super::super::balancer::{self, Traffic, Weights};
use super::super::service::{Deployment as TaskSet, Rollout};
use super::super::{ServiceKey, World, deploy};
use super::deployment::Phase;
use super::moves::{change, later, put_first};
use super::{Creator, EventStatus, Lifecycle, Outcome, Status, ending};

/// A Lambda function has an hour, and so has the installation (AWS.md §2.5).
const LONGEST: Millis = 3_600_000;
/// How often CodeDeploy looks at the new task set. Guess.
const LOOK: Millis = 2_000;
/// How often it looks at both while traffic is shifted. Guess.
const GLANCE: Millis = 15_000;
/// A service that is not steady for so long while traffic is shifted fails the deployment (AWS.md §2.6).
const PATIENCE: Millis = 5 * 60_000;

/// What a person can let a deployment go on from: `deploymentWaitType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Ready,
    Termination,
}

/// Plays the step that is due at `at`; a step that was put off meanwhile is not played.
pub fn step(world: &mut World, key: DeploymentKey, at: Millis) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    if deployment.due != Some(at) {
        return;
    }
    if let Some(back) = deployment.stopping {
        return ending::stop(world, key, ("MANUAL_STOP", "The deployment was stopped by a user."), back);
    }
    match deployment.phase {
        Phase::Created => {
            let due = at + world.between(1_500..=3_000);
            change(world, key, |deployment| {
                (deployment.status, deployment.phase) = (Status::Queued, Phase::Queued);
            });
            later(world, key, due);
        }
        Phase::Queued if deployment.creator == Creator::Rollback => ending::reroute(world, key),
        Phase::Queued => start(world, key),
        Phase::At(event) => work(world, key, event, at),
        Phase::Ready { until } if at < until => go_on(world, key),
        Phase::Ready { .. } => {
            // Guess: the code and the words. Nobody asked for it, so nothing is rolled back.
            let words = "The deployment timed out while waiting for a notification to continue.";
            ending::stop(world, key, ("TIMEOUT", words), false);
        }
        Phase::GoingOn => enter(world, key, Lifecycle::BeforeAllowTraffic),
        Phase::Terminating => ending::succeed(world, key),
        Phase::Rerouting => ending::finish_rollback(world, key),
        Phase::Over => {}
    }
}

fn start(world: &mut World, key: DeploymentKey) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    let mut alarms = deployment.guard.alarms.iter().filter(|_| deployment.guard.enabled);
    if let Some(name) = alarms.find(|name| world.alarms.is_firing(name)).cloned() {
        return ending::alarmed(world, key, &name);
    }
    let now = world.now;
    change(world, key, |deployment| {
        (deployment.status, deployment.started) = (Status::InProgress, Some(now));
    });
    enter(world, key, Lifecycle::BeforeInstall);
}

/// Begins a lifecycle event.
fn enter(world: &mut World, key: DeploymentKey, name: Lifecycle) {
    let now = world.now;
    change(world, key, |deployment| {
        deployment.phase = Phase::At(name);
        if let Some(event) = deployment.event_mut(name) {
            (event.status, event.started) = (EventStatus::InProgress, Some(now));
        }
    });
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    let service = deployment.service;
    let takes = match name {
        Lifecycle::Install => {
            add_green(world, key);
            LOOK
        }
        Lifecycle::AllowTestTraffic => {
            let weights = Weights::all(deployment.blue.1.other());
            balancer::shift(world, service, Traffic::Test, weights);
            world.between(1_500..=3_000)
        }
        Lifecycle::AllowTraffic => {
            let share = deployment.config.routing.first();
            let takes = share_out(world, key, share);
            takes.min(GLANCE)
        }
        _ => match deployment.hook(name) {
            Some(hook) if hook.outcome == Outcome::Hangs => LONGEST,
            Some(hook) => hook.takes,
            None => world.between(400..=900),
        },
    };
    later(world, key, now + takes);
}

/// What is done when an event is due.
fn work(world: &mut World, key: DeploymentKey, name: Lifecycle, at: Millis) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    match name {
        Lifecycle::Install if !is_steady(world, deployment.service, deployment.green) => {
            let began = deployment.events.iter().find(|event| event.name == name).and_then(|it| it.started);
            if began.is_some_and(|began| at - began >= LONGEST) {
                // Guess: the words.
                let words = "The ECS service did not reach a steady state within 60 minutes.";
                return ending::fail(world, key, name, None, ("ECS_UPDATE_ERROR", words));
            }
            later(world, key, at + LOOK);
        }
        Lifecycle::AllowTraffic => shift_on(world, key, at),
        _ => {
            let failed = match deployment.hook(name).map(|hook| hook.outcome) {
                // Guess: the codes of the diagnostics and the words.
                Some(Outcome::Fails) => Some(("ScriptFailed", "The validation test failed.")),
                Some(Outcome::Hangs) => {
                    Some(("ScriptTimedOut", "The function did not report a result within 3600 seconds."))
                }
                Some(Outcome::Succeeds) | None => None,
            };
            let Some((code, message)) = failed else { return pass(world, key, name) };
            let words = "The overall deployment failed because a Lambda function for a lifecycle event did not succeed.";
            ending::fail(world, key, name, Some((code, message)), ("HOOK_EXECUTION_FAILURE", words));
        }
    }
}

/// Gives the new task set its next share when that is due, and fails if the service is unsteady for too long.
fn shift_on(world: &mut World, key: DeploymentKey, at: Millis) {
    let name = Lifecycle::AllowTraffic;
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    let (share, next_share, routing) = (deployment.share, deployment.next_share, deployment.config.routing);
    let blue = Some(deployment.blue.0);
    let steady = [blue, deployment.green].iter().all(|set| is_steady(world, deployment.service, *set));
    let unsteady = if steady { None } else { deployment.unsteady.or(Some(at)) };
    change(world, key, |deployment| deployment.unsteady = unsteady);
    if unsteady.is_some_and(|since| at - since >= PATIENCE) {
        // Guess: the words.
        let words = "The ECS service was not in a steady state for 5 minutes while traffic was shifted.";
        return ending::fail(world, key, name, None, ("ECS_UPDATE_ERROR", words));
    }
    if at < next_share {
        return later(world, key, next_share.min(at + GLANCE));
    }
    if share < 100 {
        let takes = share_out(world, key, routing.next(share));
        return later(world, key, at + takes.min(GLANCE));
    }
    promote(world, key);
    pass(world, key, name);
}

/// Ends an event well and goes to the next, or waits.
fn pass(world: &mut World, key: DeploymentKey, name: Lifecycle) {
    let now = world.now;
    change(world, key, |deployment| {
        if let Some(event) = deployment.event_mut(name) {
            (event.status, event.ended) = (EventStatus::Succeeded, Some(now));
        }
    });
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    match deployment.after(name) {
        Some(Lifecycle::BeforeAllowTraffic) => {
            let Some(minutes) = deployment.ready else {
                return enter(world, key, Lifecycle::BeforeAllowTraffic);
            };
            let until = now + Millis::from(minutes) * 60_000;
            let answered = deployment.answered.map_or(until, |after| until.min(now + after));
            change(world, key, |deployment| {
                (deployment.status, deployment.phase) = (Status::Ready, Phase::Ready { until });
            });
            later(world, key, answered);
        }
        Some(next) => enter(world, key, next),
        None => {
            let wait = Millis::from(deployment.termination) * 60_000;
            change(world, key, |deployment| deployment.phase = Phase::Terminating);
            later(world, key, now + wait.max(1_000));
        }
    }
}

fn go_on(world: &mut World, key: DeploymentKey) {
    let due = world.now + world.between(700..=1_500);
    change(world, key, |deployment| {
        (deployment.status, deployment.phase) = (Status::InProgress, Phase::GoingOn);
    });
    later(world, key, due);
}

/// Lets a deployment go on; false if it does not wait for that.
pub fn continue_on(world: &mut World, key: DeploymentKey, hold: Hold) -> bool {
    let Some(deployment) = world.codedeploy.deployment(key) else { return false };
    if deployment.stopping.is_some() {
        return false;
    }
    match (deployment.phase, hold) {
        (Phase::Ready { .. }, Hold::Ready) => go_on(world, key),
        (Phase::Terminating, Hold::Termination) => {
            let due = world.now + 1_000;
            later(world, key, due);
        }
        _ => return false,
    }
    true
}

/// Gives the new task set its share of the production traffic, and says how long it keeps it.
fn share_out(world: &mut World, key: DeploymentKey, share: u16) -> Millis {
    let Some(deployment) = world.codedeploy.deployment(key) else { return 0 };
    let (service, slot) = (deployment.service, deployment.blue.1.other());
    let interval = deployment.config.routing.interval();
    balancer::shift(world, service, Traffic::Production, Weights::share(slot, share));
    let takes = if share < 100 { interval } else { world.between(4_000..=7_000) };
    let next = world.now + takes;
    change(world, key, |deployment| (deployment.share, deployment.next_share) = (share, next));
    takes
}

/// Makes the new task set. Guess: one that an earlier deployment left is taken away, and so is its share of the
/// traffic, because the new one registers in the same target group.
fn add_green(world: &mut World, key: DeploymentKey) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    let (service, definition, id) = (deployment.service, deployment.definition, Arc::clone(&deployment.id));
    let slot = deployment.blue.1.other();
    let set =
        TaskSet { rollout: Rollout::Completed, slot, external: Some(id), ..deploy::fresh(world, definition) };
    let number = set.number;
    let blue = slot.other();
    change(world, key, |deployment| deployment.green = Some(number));
    balancer::shift(world, service, Traffic::Production, Weights::all(blue));
    let now = world.now;
    if let Some(service) = world.service_mut(service) {
        for left in service.deployments.iter_mut().skip(1) {
            left.draining = true;
        }
        service.deployments.push(set);
        service.launch.steady = false;
    }
    world.wake(service, now + 1_000);
}

/// The new task set becomes PRIMARY, which is the first one.
fn promote(world: &mut World, key: DeploymentKey) {
    let Some(deployment) = world.codedeploy.deployment(key) else { return };
    if let Some(green) = deployment.green {
        put_first(world, deployment.service, green);
    }
    change(world, key, |deployment| deployment.promoted = true);
}

/// All tasks of a task set are healthy, and as many as desired.
fn is_steady(world: &World, key: ServiceKey, number: Option<u64>) -> bool {
    let (Some(service), Some(number)) = (world.service(key), number) else { return false };
    let mut ready = 0;
    for task in service.tasks.iter().filter_map(|key| world.task(*key)).filter(|task| task.is_wanted()) {
        if task.belongs_to(number) {
            ready += u32::from(task.ready);
        }
    }
    ready >= service.desired
}
