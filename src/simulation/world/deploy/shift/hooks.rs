//! The hooks of a stage when it begins.

use super::super::super::super::Millis;
use super::super::super::super::name;
use super::super::super::World;
use super::super::super::shift::{HookRun, HookStatus};
use super::super::super::strategy::{Hook, HookTarget, LambdaEnd, Stage};
use super::MINUTE;

/// How long a Lambda function takes. Guess.
const LAMBDA_TAKES: Millis = 25_000;

/// Starts the hooks of a stage.
pub fn start(world: &mut World, hooks: &[Hook], stage: Stage) -> Vec<HookRun> {
    let now = world.now;
    let of_stage = hooks.iter().filter(|hook| hook.stages.contains(&stage));
    of_stage
        .map(|hook| {
            let number = world.number();
            let (prefix, status, ends) = match &hook.target {
                HookTarget::Pause => ("ecs-pause", HookStatus::AwaitingAction, None),
                // Guess: how the ids of Lambda hooks begin.
                HookTarget::Lambda { end, .. } => {
                    let ends = (*end != LambdaEnd::Hangs).then_some(now + LAMBDA_TAKES);
                    ("ecs-lambda", HookStatus::InProgress, ends)
                }
            };
            HookRun {
                id: format!("{prefix}-{}", name::letters43(world.seed, number)).into(),
                target: hook.target.clone(),
                status,
                expires: now + Millis::from(hook.timeout) * MINUTE,
                action: hook.action,
                ends,
            }
        })
        .collect()
}
