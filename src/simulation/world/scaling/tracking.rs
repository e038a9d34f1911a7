//! Target tracking: from the CPU utilization of the last minutes to another desired count.

use super::super::super::Millis;
use super::super::agenda::Happening;
use super::super::service::ServiceStatus;
use super::super::task::TaskState;
use super::super::{ServiceKey, World};
use super::activity::{self, Activity, Outcome};
use super::{MINUTE, Policy, Side, alarm};

/// The alarm that scales out needs that many figures above the target in a row, the one that scales in below it.
pub const HIGH_POINTS: usize = 3;
pub const LOW_POINTS: usize = 15;

/// What a policy can see of its service.
#[derive(Clone, Copy, Debug)]
struct Sight {
    desired: u32,
    running: u32,
    deploying: bool,
    min: u32,
    max: u32,
}

/// One look a minute. Without running tasks there is no metric, so nothing happens.
pub fn look(world: &mut World, key: ServiceKey, at: Millis) {
    let Some(target) = world.scaling.get_mut(&key) else { return };
    if target.due != at {
        return;
    }
    target.due = at + MINUTE;
    let (min, max, policies) = (target.min, target.max, target.policies.clone());
    world.agenda.add(at + MINUTE, Happening::Metric(key));
    let Some(service) = world.service(key).filter(|found| found.status == ServiceStatus::Active) else {
        return;
    };
    let running = |task: &&_| world.task(**task).is_some_and(|task| task.state == TaskState::Running);
    let running = u32::try_from(service.tasks.iter().filter(running).count()).unwrap_or(u32::MAX);
    let deploying = service.deploying() || service.deployments.len() > 1;
    let cpu = service.load.as_ref().and_then(|load| load.cpu(at, running));
    let sight = Sight { desired: service.desired, running, deploying, min, max };
    let Some(target) = world.scaling.get_mut(&key) else { return };
    let Some(cpu) = cpu else { return target.points.clear() };
    target.points.push_front(cpu);
    target.points.truncate(LOW_POINTS);
    let points = target.points.clone();
    for policy in policies {
        let (high, low) = (policy.target * 10, policy.target * 9);
        if points.len() >= HIGH_POINTS && points.iter().take(HIGH_POINTS).all(|point| *point > high) {
            return scale_out(world, key, &policy, sight, cpu);
        }
        if points.len() >= LOW_POINTS && points.iter().all(|point| *point < low) {
            return scale_in(world, key, &policy, sight, cpu);
        }
    }
    if let Some(target) = world.scaling.get_mut(&key) {
        target.refused = None;
    }
}

/// How many tasks would bring the metric to its target; it starts from the running count (AWS.md §5.2).
fn needed(policy: &Policy, sight: Sight, cpu: u32) -> u32 {
    sight.running.saturating_mul(cpu).div_ceil((policy.target * 10).max(1))
}

fn scale_out(world: &mut World, key: ServiceKey, policy: &Policy, sight: Sight, cpu: u32) {
    if world.scaling.get(&key).is_none_or(|target| target.suspended.scale_out) {
        return;
    }
    if sight.desired >= sight.max {
        return refuse(world, key, policy, Side::High, ("AlreadyAtMaxCapacity", sight.max));
    }
    let wanted =
        if sight.desired < sight.min { sight.min } else { needed(policy, sight, cpu).min(sight.max) };
    // What an earlier scale-out asked for and has yet to come is part of the desired count.
    if wanted > sight.desired {
        act(world, key, policy, Side::High, wanted);
    }
}

fn scale_in(world: &mut World, key: ServiceKey, policy: &Policy, sight: Sight, cpu: u32) {
    let Some(target) = world.scaling.get(&key) else { return };
    if target.suspended.scale_in || policy.scale_in_disabled {
        return;
    }
    let rest = Millis::from(policy.scale_in_cooldown) * 1_000;
    if target.acted.is_some_and(|acted| world.now - acted < rest) {
        return;
    }
    // Guess: the code for a service that is being deployed.
    let reason = if sight.deploying {
        Some(("TargetServicePutResourceAsUnscalable", sight.desired))
    } else if sight.desired <= sight.min {
        Some(("AlreadyAtMinCapacity", sight.min))
    } else {
        None
    };
    if let Some(reason) = reason {
        return refuse(world, key, policy, Side::Low, reason);
    }
    let wanted =
        if sight.desired > sight.max { sight.max } else { needed(policy, sight, cpu).max(sight.min) };
    if wanted < sight.desired {
        act(world, key, policy, Side::Low, wanted);
    } else {
        refuse(world, key, policy, Side::Low, ("AlreadyAtDesiredCapacity", sight.desired));
    }
}

fn cause(world: &World, key: ServiceKey, policy: &Policy, side: Side) -> String {
    let alarm = alarm(world, key, policy, side);
    format!("monitor alarm {alarm} in state ALARM triggered policy {}", policy.name)
}

fn act(world: &mut World, key: ServiceKey, policy: &Policy, side: Side, count: u32) {
    let cause = cause(world, key, policy, side);
    let now = world.now;
    if let Some(target) = world.scaling.get_mut(&key) {
        target.acted = Some(now);
        target.refused = None;
    }
    activity::scale(world, key, count, cause);
}

/// Records that nothing was done, once while the alarm stays as it is. Guess: that it is once.
fn refuse(world: &mut World, key: ServiceKey, policy: &Policy, side: Side, reason: (&'static str, u32)) {
    let Some(target) = world.scaling.get_mut(&key) else { return };
    if target.refused.replace(reason.0) == Some(reason.0) {
        return;
    }
    let cause = cause(world, key, policy, side).into();
    let started = world.now;
    let outcome = Outcome::NotScaled(reason.0, reason.1);
    activity::note(world, key, Activity { number: 0, started, ended: None, cause, outcome });
}
