//! What a deployment may do and what guards it, of the SDK as the fleet keeps it.

use aws_sdk_ecs::types as sdk;

use crate::aws::text::{Interner, count, number};
use crate::fleet::percent::Percent;
use crate::fleet::service::{DeploymentRules, HookRule};

/// What AWS does where a deployment says nothing: (percent, minutes).
const CANARY: (f64, u32) = (5.0, 10);
const LINEAR: (f64, u32) = (10.0, 6);
/// Minutes until a hook acts by itself where nothing is said, and what it does then.
const HOOK_MINUTES: u32 = 1_440;
const HOOK_ACTION: &str = "ROLLBACK";

pub(super) fn rules(from: &sdk::DeploymentConfiguration, words: &mut Interner) -> DeploymentRules {
    let breaker = from.deployment_circuit_breaker();
    let alarms = from.alarms();
    let share = |percent: Option<f64>, minutes: Option<i32>, usual: (f64, u32)| {
        (Percent::new(percent.unwrap_or(usual.0)), number(minutes).unwrap_or(usual.1))
    };
    DeploymentRules {
        strategy: words.maybe(from.strategy().map(sdk::DeploymentStrategy::as_str)),
        minimum_healthy_percent: number(from.minimum_healthy_percent()),
        maximum_percent: number(from.maximum_percent()),
        breaker: breaker.is_some_and(sdk::DeploymentCircuitBreaker::enable),
        breaker_rolls_back: breaker.is_some_and(sdk::DeploymentCircuitBreaker::rollback),
        alarms: alarms.map(|alarms| words.texts(alarms.alarm_names())).unwrap_or_default(),
        alarms_on: alarms.is_some_and(sdk::DeploymentAlarms::enable),
        alarms_roll_back: alarms.is_some_and(sdk::DeploymentAlarms::rollback),
        bake_minutes: number(from.bake_time_in_minutes()),
        canary: from
            .canary_configuration()
            .map(|canary| share(canary.canary_percent(), canary.canary_bake_time_in_minutes(), CANARY)),
        linear: from
            .linear_configuration()
            .map(|linear| share(linear.step_percent(), linear.step_bake_time_in_minutes(), LINEAR)),
        hooks: from.lifecycle_hooks().iter().map(|from| hook(from, words)).collect(),
    }
}

fn hook(from: &sdk::DeploymentLifecycleHook, words: &mut Interner) -> HookRule {
    HookRule {
        kind: words.maybe(from.target_type().map(sdk::DeploymentLifecycleHookTargetType::as_str)),
        target: words.maybe(from.hook_target_arn()),
        stages: from.lifecycle_stages().iter().map(|stage| words.text(stage.as_str())).collect(),
        timeout: from.timeout_configuration().map(|timeout| {
            let action = timeout.action().map_or(HOOK_ACTION, sdk::DeploymentLifecycleHookAction::as_str);
            (timeout.timeout_in_minutes().map_or(HOOK_MINUTES, count), words.text(action))
        }),
    }
}
