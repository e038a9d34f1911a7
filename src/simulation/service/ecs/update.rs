//! UpdateService and StopTask.

use std::sync::Arc;

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::service::{Breaker, Settings};
use super::super::super::world::task::{Capacity, Ending, StopCode};
use super::super::super::world::{World, deploy, life};
use super::{tasks, write_service, write_task};

pub fn service(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let reference = input.required("service", "Service")?;
    let service = super::active_service(world, cluster, reference)?;
    let key = service.key;
    let (settings, replaced) = settings(&service.settings, input)?;
    let desired = match input.whole("desiredCount")? {
        None => service.desired,
        // Guess: the words, and the quota of 5,000 tasks for each service as the limit.
        Some(count) => u32::try_from(count)
            .ok()
            .filter(|count| *count <= 5_000)
            .ok_or_else(|| Refusal::parameter("desiredCount must be between 0 and 5000."))?,
    };
    let asked = match input.text("taskDefinition")? {
        None => None,
        Some(reference) => {
            let key = super::definition(world, reference);
            let active = key.filter(|key| world.definition(*key).is_some_and(|found| found.active));
            Some(active.ok_or_else(|| Refusal::client("TaskDefinition not found."))?)
        }
    };
    let current = service.primary().map(|primary| primary.definition);
    let forced = input.flag("forceNewDeployment")?.unwrap_or(false) || replaced;
    let changed = asked.is_some() && asked != current;
    let now = world.now;
    if let Some(service) = world.service_mut(key) {
        service.settings = Arc::new(settings);
        if desired != service.desired {
            service.desired = desired;
            service.launch.steady = false;
        }
    }
    match asked.or(current) {
        Some(definition) if forced || changed => deploy::begin(world, key, definition),
        _ => {
            let soon = now + world.between(1_500..=3_000);
            world.wake(key, soon);
        }
    }
    Ok(json::document(|o| {
        o.object("service", |o| {
            if let Some(service) = world.service(key) {
                write_service::write(o, world, service, true);
            }
        });
    }))
}

/// The settings after an update, and whether the change needs a deployment (AWS.md §1.5).
pub fn settings(before: &Settings, input: Input<'_>) -> Result<(Settings, bool), Refusal> {
    let mut settings = before.clone();
    let mut replaced = false;
    if let Some(configuration) = input.object("deploymentConfiguration")? {
        let percent = |key, old| match configuration.whole(key)? {
            None => Ok(old),
            // Guess: the words.
            Some(given) => {
                u32::try_from(given).map_err(|_| Refusal::parameter(format!("{key} must not be negative.")))
            }
        };
        settings.maximum_percent = percent("maximumPercent", settings.maximum_percent)?;
        settings.minimum_percent = percent("minimumHealthyPercent", settings.minimum_percent)?;
        if settings.minimum_percent > 100 || settings.maximum_percent < 100 {
            // Guess: the words.
            return Err(Refusal::parameter(
                "minimumHealthyPercent must be between 0 and 100 and maximumPercent at least 100.",
            ));
        }
        if let Some(breaker) = configuration.object("deploymentCircuitBreaker")? {
            let rollback = breaker.flag("rollback")?.unwrap_or(false);
            settings.breaker = breaker.flag("enable")?.unwrap_or(false).then_some(Breaker { rollback });
        }
    }
    if let Some(exec) = input.flag("enableExecuteCommand")? {
        settings.exec = exec;
    }
    if let Some(grace) = input.whole("healthCheckGracePeriodSeconds")? {
        settings.grace = u32::try_from(grace).ok();
    }
    if let Some(rebalancing) = input.text("availabilityZoneRebalancing")? {
        settings.zone_rebalancing = rebalancing == "ENABLED";
    }
    let strategy = input.objects("capacityProviderStrategy")?;
    if let Some(first) = strategy.first() {
        let spot = first.text("capacityProvider")? == Some("FARGATE_SPOT");
        settings.capacity = if spot { Capacity::Spot } else { Capacity::OnDemand };
        replaced = true;
    }
    for key in ["networkConfiguration", "platformVersion", "loadBalancers", "serviceRegistries"] {
        replaced |= input.get(key).is_some();
    }
    Ok((settings, replaced))
}

pub fn stop_task(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let id = tasks::task_id(cluster, input.required("task", "Task")?)?;
    let task = world
        .task_with_id(id)
        .filter(|task| task.cluster == cluster.key)
        .ok_or_else(|| Refusal::parameter("The referenced task was not found."))?;
    let key = task.key;
    let reason = Arc::from(input.text("reason")?.unwrap_or("Task stopped by user"));
    let ending = Ending { code: StopCode::UserInitiated, reason, exit: Some(143), container_reason: None };
    life::stop(world, key, ending);
    Ok(json::document(|o| {
        o.object("task", |o| {
            if let Some(task) = world.task(key) {
                write_task::write(o, world, task, false);
            }
        });
    }))
}
