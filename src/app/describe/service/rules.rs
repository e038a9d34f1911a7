//! What a deployment of a service may do and what guards it, in words.

use super::super::Page;
use crate::app::format;
use crate::app::table::services::strategy;
use crate::fleet::service::{Controller, DeploymentRules, Service};

pub(super) fn describe(page: &mut Page<'_>, service: &Service) {
    page.section("Rules of a deployment");
    page.field("Kind", Some(strategy(service)));
    match service.controller {
        Controller::Ecs => {}
        Controller::CodeDeploy => {
            return page.say("CodeDeploy carries out deployments; the rules are in its deployment group.");
        }
        Controller::External | Controller::Other(_) => {
            return page.say("A controller outside ECS carries out deployments.");
        }
    }
    let rules = &service.rules;
    let desired = service.desired;
    if let Some(percent) = rules.minimum_healthy_percent {
        page.field(&format!("Minimum {percent} %"), Some(minimum(percent, desired)));
    }
    if let Some(percent) = rules.maximum_percent {
        // AWS rounds the upper limit down.
        let most = u64::from(desired) * u64::from(percent) / 100;
        let most = format::count(usize::try_from(most).unwrap_or(usize::MAX), "task");
        page.field(&format!("Maximum {percent} %"), Some(format!("up to {most} while it is under way")));
    }
    page.field("Breaker", Some(breaker(rules)));
    let alarms = match (rules.alarms_on, rules.alarms.as_slice()) {
        (false, _) => "off: no alarm ends a deployment".to_owned(),
        (true, []) => "on, without any alarm".to_owned(),
        (true, alarms) => format!("on: {}", alarms.join(", ")),
    };
    page.field("Alarms", Some(alarms));
}

/// AWS rounds the lower limit up.
fn minimum(percent: u32, desired: u32) -> String {
    match percent {
        0 => "healthy: old tasks may stop before new ones are healthy".to_owned(),
        100.. => "healthy: no old task stops before a new one is healthy".to_owned(),
        percent => {
            let least = (u64::from(desired) * u64::from(percent)).div_ceil(100);
            format!("healthy: at least {least} of {desired} tasks stay up")
        }
    }
}

fn breaker(rules: &DeploymentRules) -> String {
    let is_rolling = rules.strategy.as_deref().is_none_or(|strategy| strategy == "ROLLING");
    match (rules.breaker, rules.breaker_rolls_back) {
        _ if !is_rolling => "guards rolling deployments only".to_owned(),
        (false, _) => "off: however many tasks fail, the deployment goes on".to_owned(),
        (true, rolls_back) => {
            let then = if rolls_back { "rolls back" } else { "fails the deployment, does not roll back" };
            format!("on, {then}: counts tasks that never run or fail health checks, anew when one runs")
        }
    }
}
