//! The settings of a service as CreateService and UpdateService are given them.

use std::sync::Arc;

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::world::settings::{Alarms, Breaker, Controller, Network, Settings, Threshold};
use super::super::super::world::task::Capacity;
use super::strategy;

/// The settings after a request, on top of those before it.
pub fn read(before: &Settings, input: Input<'_>) -> Result<Settings, Refusal> {
    let mut settings = before.clone();
    if let Some(configuration) = input.object("deploymentConfiguration")? {
        read_configuration(&mut settings, configuration)?;
    }
    if let Some(controller) = input.object("deploymentController")? {
        settings.controller = match controller.text("type")? {
            None | Some("ECS") => Controller::Ecs,
            Some("CODE_DEPLOY") => Controller::CodeDeploy,
            Some("EXTERNAL") => Controller::External,
            Some(other) => return Err(Refusal::parameter(format!("Invalid deployment controller: {other}"))),
        };
    }
    settings.exec = input.flag("enableExecuteCommand")?.unwrap_or(settings.exec);
    settings.managed_tags = input.flag("enableECSManagedTags")?.unwrap_or(settings.managed_tags);
    if let Some(grace) = input.whole("healthCheckGracePeriodSeconds")? {
        let seconds = u32::try_from(grace).ok().filter(|seconds| *seconds <= 2_147_483_647);
        // Guess: the words; the limit is the service model's.
        let wrong = || Refusal::parameter("healthCheckGracePeriodSeconds must be between 0 and 2147483647.");
        settings.grace = Some(seconds.ok_or_else(wrong)?);
    }
    if let Some(rebalancing) = input.text("availabilityZoneRebalancing")? {
        settings.zone_rebalancing = rebalancing == "ENABLED";
    }
    settings.propagated = match input.text("propagateTags")? {
        None => settings.propagated,
        Some("SERVICE") => "SERVICE",
        Some("TASK_DEFINITION") => "TASK_DEFINITION",
        Some(_) => "NONE",
    };
    settings.platform = match input.text("platformVersion")? {
        None => settings.platform,
        Some("LATEST") => "LATEST",
        Some("1.4.0") => "1.4.0",
        Some("1.3.0") => "1.3.0",
        Some(_) => {
            let text = "The specified platform does not exist.";
            return Err(Refusal::new("PlatformUnknownException", text));
        }
    };
    read_network(&mut settings, input)?;
    read_capacity(&mut settings, input)?;
    if input.get("loadBalancers").is_some() {
        settings.balanced = !input.objects("loadBalancers")?.is_empty();
    }
    Ok(settings)
}

fn read_configuration(settings: &mut Settings, configuration: Input<'_>) -> Result<(), Refusal> {
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
        settings.breaker = read_breaker(breaker)?;
    }
    if let Some(alarms) = configuration.object("alarms")? {
        settings.alarms = Some(Arc::new(Alarms {
            names: alarms.texts("alarmNames")?.into_iter().map(Arc::from).collect(),
            enabled: alarms.flag("enable")?.unwrap_or(false),
            rollback: alarms.flag("rollback")?.unwrap_or(false),
        }));
    }
    settings.strategy = strategy::read(&settings.strategy, configuration)?;
    Ok(())
}

/// A breaker that is not enabled is no breaker.
fn read_breaker(breaker: Input<'_>) -> Result<Option<Breaker>, Refusal> {
    let usual = Breaker::new(breaker.flag("rollback")?.unwrap_or(false));
    let threshold = match breaker.object("thresholdConfiguration")? {
        None => usual.threshold,
        Some(given) => {
            let value = given.whole("value")?.unwrap_or(50);
            // Guess: the words.
            let value = u32::try_from(value)
                .map_err(|_| Refusal::parameter("The value of a threshold must not be negative."))?;
            match given.text("type")? {
                Some("COUNT") => Threshold::Count(value),
                Some("UNBOUNDED_PERCENT") => Threshold::UnboundedPercent(value),
                _ => Threshold::BoundedPercent(value),
            }
        }
    };
    let resets = breaker.flag("resetOnHealthyTask")?.unwrap_or(true);
    Ok(breaker.flag("enable")?.unwrap_or(false).then_some(Breaker { resets, threshold, ..usual }))
}

fn read_network(settings: &mut Settings, input: Input<'_>) -> Result<(), Refusal> {
    let Some(network) = input.object("networkConfiguration")? else { return Ok(()) };
    let Some(network) = network.object("awsvpcConfiguration")? else { return Ok(()) };
    let texts = |key| Ok(network.texts(key)?.into_iter().map(Arc::from).collect());
    let given = Network { subnets: texts("subnets")?, groups: texts("securityGroups")? };
    if given.subnets.is_empty() {
        return Err(Refusal::parameter("subnets can not be empty."));
    }
    settings.network = Some(Arc::new(given));
    settings.public_address = network.text("assignPublicIp")? == Some("ENABLED");
    Ok(())
}

/// Only Fargate's own providers exist here, and the first one given counts.
fn read_capacity(settings: &mut Settings, input: Input<'_>) -> Result<(), Refusal> {
    let strategy = input.objects("capacityProviderStrategy")?;
    let Some(first) = strategy.first() else { return Ok(()) };
    settings.capacity = match first.text("capacityProvider")? {
        Some("FARGATE") => Capacity::OnDemand,
        Some("FARGATE_SPOT") => Capacity::Spot,
        // Guess: the words.
        _ => return Err(Refusal::parameter("The specified capacity provider was not found.")),
    };
    Ok(())
}
