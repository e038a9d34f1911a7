//! The words of stories for shifting traffic: strategies, hooks and how well revisions answer.

use serde::Deserialize;

use super::super::world::quality::Quality;
use super::super::world::strategy::{Hook, HookAction, HookTarget, LambdaEnd, Stage};
use super::span::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StrategyStory {
    BlueGreen,
    Canary,
    Linear,
}

/// A lifecycle hook: a pause, or a Lambda function if one is named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HookStory {
    /// As ECS writes them, such as `POST_SCALE_UP`.
    pub stages: Vec<String>,
    /// The name of a function.
    pub lambda: Option<String>,
    /// How the function ends.
    #[serde(default)]
    pub ends: LambdaStory,
    /// Whole minutes.
    pub timeout: Option<Span>,
    #[serde(default)]
    pub on_timeout: TimeoutStory,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LambdaStory {
    #[default]
    Succeeds,
    Fails,
    Hangs,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeoutStory {
    #[default]
    Rollback,
    Continue,
}

/// How well the next revision answers.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QualityStory {
    /// Percent of its answers that are errors.
    pub errors: Option<f64>,
    pub latency: Option<Span>,
}

impl QualityStory {
    /// What is not said is as before.
    pub fn on(self, usual: Quality) -> Quality {
        let latency = self.latency.and_then(|span| u32::try_from(span.0).ok());
        Quality {
            errors: self.errors.map_or(usual.errors, |percent| rounded(percent * 1_000.0)),
            latency: latency.unwrap_or(usual.latency),
        }
    }
}

/// A figure of a story, brought within bounds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a figure of a story that is brought within bounds"
)]
pub fn rounded(value: f64) -> u32 {
    value.round().clamp(0.0, 100_000.0) as u32
}

/// Whole minutes.
pub fn minutes(span: Option<Span>) -> Option<u32> {
    span.and_then(|span| u32::try_from(span.0 / 60_000).ok())
}

impl HookStory {
    pub fn read(&self, account: &str, region: &str) -> Result<Hook, String> {
        let mut stages = Vec::new();
        for word in &self.stages {
            let stage = Stage::named(word).filter(|stage| match self.lambda {
                Some(_) => stage.takes_hooks(),
                None => stage.takes_pauses(),
            });
            stages.push(stage.ok_or_else(|| format!("a hook like this cannot be at the stage {word:?}"))?);
        }
        let target = match &self.lambda {
            None => HookTarget::Pause,
            Some(name) => HookTarget::Lambda {
                arn: format!("arn:aws:lambda:{region}:{account}:function:{name}").into(),
                role: Some(format!("arn:aws:iam::{account}:role/ecs-hooks").into()),
                end: match self.ends {
                    LambdaStory::Succeeds => LambdaEnd::Succeeds,
                    LambdaStory::Fails => LambdaEnd::Fails,
                    LambdaStory::Hangs => LambdaEnd::Hangs,
                },
            },
        };
        let action = match self.on_timeout {
            TimeoutStory::Rollback => HookAction::Rollback,
            TimeoutStory::Continue => HookAction::Continue,
        };
        let timeout = minutes(self.timeout).filter(|minutes| *minutes > 0).unwrap_or(Hook::USUAL_TIMEOUT);
        Ok(Hook { target, stages, timeout, action })
    }
}
