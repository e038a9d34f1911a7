//! Rules for services that serve, but worse than asked for.

use std::collections::BTreeSet;

use super::case::{Case, LONG, SHORT, WINDOW, common, tasks};
use super::{Look, Severity, Verdict};
use crate::fleet::ending::{Cause, Weight, target_group_name};
use crate::fleet::event::{Event, EventKind};
use crate::fleet::task::{Health, Task, TaskState};

/// Fewer tasks than asked for: for two minutes without a deployment, or below what a deployment may leave.
pub(super) fn short_of_tasks(case: &Case<'_>) -> Option<Verdict> {
    let service = case.service;
    if service.running >= service.desired {
        return None;
    }
    let deploying = case.in_progress().is_some();
    let minimum = service.rules.minimum_healthy_percent.unwrap_or(100);
    let floor = (u64::from(service.desired) * u64::from(minimum)).div_ceil(100);
    let below_floor = deploying && u64::from(service.running) < floor && case.short_for() >= SHORT;
    let short = !deploying && case.short_for() >= SHORT;
    if !(below_floor || short) {
        return None;
    }
    let recent = case
        .stops
        .iter()
        .filter(|(_, at, ending)| case.now - *at <= WINDOW && ending.weight > Weight::Normal);
    let why = match common(recent) {
        Some(common) => {
            format!(
                "{}/{} run: {} in 15m {}",
                service.running,
                service.desired,
                tasks(common.count),
                common.verb
            )
        }
        None if service.pending > 0 => {
            format!("{}/{} run, {} starting", service.running, service.desired, service.pending)
        }
        None => format!("{}/{} run", service.running, service.desired),
    };
    Some(case.say(Severity::Degraded, why, case.short_since, Look::Open))
}

/// A running task or container fails its health check.
pub(super) fn tasks_unhealthy(case: &Case<'_>) -> Option<Verdict> {
    let sick: Vec<&&Task> = case.alive.iter().filter(|task| task.health == Health::Unhealthy).collect();
    let first = sick.first()?;
    let container = first.containers.iter().find(|container| container.health == Health::Unhealthy);
    let name = container.map_or_else(String::new, |container| format!(" ({})", container.name));
    let why =
        format!("{} of {} tasks fail their container health check{name}", sick.len(), case.service.desired);
    Some(case.say(Severity::Degraded, why, None, Look::Open))
}

/// The load balancer called a target unhealthy lately, and no steady state followed.
pub(super) fn targets_unhealthy(case: &Case<'_>) -> Option<Verdict> {
    let last_good = case.service.events.iter().position(|event| event.kind() == EventKind::Good);
    let news: Vec<&Event> = case.service.events.iter().take(last_good.unwrap_or(usize::MAX)).collect();
    let unhealthy = |event: &&&Event| event.message.contains("is unhealthy in");
    let newest = news.iter().find(unhealthy)?;
    if case.now - newest.at > WINDOW {
        return None;
    }
    let group = newest.message.split("target-group ").nth(1).and_then(|rest| rest.split(')').next());
    let group = group.map_or_else(String::new, |arn| format!(" in {}", target_group_name(arn)));
    let code = newest.message.split("codes: [").nth(1).and_then(|rest| rest.split(']').next());
    let code = match code {
        Some(code) => format!(" (HTTP {code})"),
        None if newest.message.contains("timed out") => " (timed out)".to_owned(),
        None => String::new(),
    };
    // The same task is called unhealthy again and again.
    let sick: BTreeSet<Option<&str>> = news.iter().filter(unhealthy).map(|event| task_named(event)).collect();
    let targets = if sick.len() == 1 { "1 target".to_owned() } else { format!("{} targets", sick.len()) };
    let why = format!("{targets} unhealthy{group}{code}");
    let oldest = news.iter().rev().find(unhealthy).map(|event| event.at);
    Some(case.say(Severity::Degraded, why, oldest, Look::Events))
}

/// The task that an event names first.
fn task_named(event: &Event) -> Option<&str> {
    event.message.split("(task ").nth(1).and_then(|rest| rest.split(')').next())
}

/// A container stopped in a task that runs on without it.
pub(super) fn sidecar_stopped(case: &Case<'_>) -> Option<Verdict> {
    let running = case.alive.iter().filter(|task| task.state == TaskState::Running);
    let dead = |task: &&&Task| task.containers.iter().any(|container| container.state.is_stopped());
    let hit: Vec<&&Task> = running.filter(dead).collect();
    let container = hit.first()?.containers.iter().find(|container| container.state.is_stopped())?;
    let exit = container.exit_code.map_or_else(|| "stopped".to_owned(), |code| format!("exited {code}"));
    let why = format!(
        "{} {exit} in {} of {} tasks, not restarted",
        container.name,
        hit.len(),
        case.service.running
    );
    Some(case.say(Severity::Degraded, why, None, Look::Open))
}

/// The last deployment was rolled back, and no newer one succeeded.
pub(super) fn rolled_back(case: &Case<'_>) -> Option<Verdict> {
    let primary = case.service.primary()?;
    let reason = primary.reason.as_deref().filter(|reason| reason.contains("rolling back"))?;
    let to = primary.definition.as_ref().map_or("the revision before", |definition| definition.name());
    let by = if reason.contains("circuit breaker") {
        "by the circuit breaker"
    } else if reason.contains("alarm") {
        "by an alarm"
    } else {
        "by ECS"
    };
    let state = if case.in_progress().is_some() { "rolling back" } else { "last deploy was rolled back" };
    let why = format!("{state} to {to} {by}");
    // The rollout that was gone back to is an old one: when it was gone back to stands in the events.
    let told = case.service.events.iter().find(|event| event.message.contains("rolling back to deployment"));
    let since = told.map(|event| event.at).or(primary.updated).or(primary.created);
    Some(case.say(Severity::Degraded, why, since, Look::Events))
}

/// Out-of-memory kills, or one ending three times in a quarter of an hour.
pub(super) fn same_ending_repeats(case: &Case<'_>) -> Option<Verdict> {
    let killed = case.stops.iter().filter(|(_, _, ending)| ending.cause == Cause::OutOfMemory);
    if let Some(newest) = killed.clone().next() {
        let recent = killed.clone().filter(|(_, at, _)| case.now - *at <= WINDOW).count();
        let (count, window) = if recent > 0 { (recent, "15m") } else { (killed.clone().count(), "1h") };
        if recent > 0 || count >= 2 {
            let limit =
                newest.2.verb.split_once('(').map_or_else(String::new, |(_, limit)| format!(" ({limit}"));
            let kills = if count == 1 {
                "1 out-of-memory kill".to_owned()
            } else {
                format!("{count} out-of-memory kills")
            };
            let since = killed.map(|(_, at, _)| *at).min();
            return Some(case.say(
                Severity::Degraded,
                format!("{kills} in {window}{limit}"),
                since,
                Look::Open,
            ));
        }
    }
    let recent = case.stops.iter().filter(|(_, at, e)| case.now - *at <= WINDOW && e.weight > Weight::Normal);
    let common = common(recent)
        .filter(|common| common.count >= 3 || (common.cause == Cause::Spot && common.count >= 2))?;
    let why = format!("{} in 15m {}", tasks(common.count), common.verb);
    Some(case.say(Severity::Degraded, why, Some(common.first), Look::Open))
}

/// Tasks that neither start nor stop.
pub(super) fn tasks_stuck(case: &Case<'_>) -> Option<Verdict> {
    let is_stuck = |task: &&&Task| {
        let since = if task.state.is_starting() { task.times.created } else { task.times.stopping };
        let moving = task.state.is_starting() || task.state.is_stopping();
        moving && since.is_some_and(|since| case.now - since >= LONG)
    };
    let stuck: Vec<&&Task> = case.alive.iter().filter(is_stuck).collect();
    let first = stuck.first()?;
    let hint = match first.state.as_str() {
        "PROVISIONING" => " (waiting for a network interface)",
        "PENDING" => " (pulling or initialising)",
        "DEACTIVATING" => " (leaving the load balancer)",
        _ => "",
    };
    let since = stuck.iter().filter_map(|task| task.times.stopping.or(task.times.created)).min();
    let old = case.service.outgoing().map_or(0, |rollout| rollout.running);
    let serves =
        if old > 0 { format!("; old {old}/{} still serve", case.service.desired) } else { String::new() };
    let why = format!("{} stuck in {}{hint}{serves}", tasks(stuck.len()), first.state.as_str());
    Some(case.say(Severity::Degraded, why, since, Look::Open))
}

/// ECS finds no place for a task, or no room inside the deployment's percentages.
pub(super) fn placement_fails(case: &Case<'_>) -> Option<Verdict> {
    if let Some((event, reason)) = case.placement() {
        let deploying = case.in_progress().and_then(|primary| primary.definition.as_ref()?.revision());
        let what =
            deploying.map_or_else(String::new, |revision| format!("deploy of rev {revision} is stuck: "));
        let serves = case.service.outgoing().filter(|old| old.running > 0);
        let serves = serves.map_or_else(String::new, |old| {
            format!("; old {}/{} still serve", old.running, case.service.desired)
        });
        let why = format!("{what}no place for a task: {reason}{serves}");
        return Some(case.say(Severity::Degraded, why, Some(event.at), Look::Events));
    }
    let newest = case.service.events.first()?;
    let no_room = newest.message.contains("was unable to stop or start tasks during a deployment");
    no_room.then(|| {
        let rules = &case.service.rules;
        let percent = |value: Option<u32>| value.map_or_else(|| "?".to_owned(), |value| value.to_string());
        let (low, high) = (percent(rules.minimum_healthy_percent), percent(rules.maximum_percent));
        let why = format!("deploy is stuck: minimum {low}% and maximum {high}% leave no room");
        case.say(Severity::Degraded, why, Some(newest.at), Look::Events)
    })
}
