//! How a story says what another person or a pipeline changes while one looks.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::Millis;
use super::super::actor::{Act, Deed};
use super::StoryError;
use super::span::Span;

/// Changes of one service at one time after the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ActorStory {
    pub after: Option<Span>,
    /// Before the start, in place of `after`.
    pub before: Option<Span>,
    /// `<cluster>/<service>`.
    pub service: String,
    pub desired: Option<u32>,
    /// `family`, `family:revision` or an ARN.
    pub definition: Option<String>,
    #[serde(default)]
    pub redeploy: bool,
    /// How many of its newest tasks are stopped.
    pub stop_task: Option<usize>,
    /// The bounds of auto scaling.
    pub min: Option<u32>,
    pub max: Option<u32>,
    /// How many of the lifecycle hooks that its deployment waits for are answered with CONTINUE.
    pub continue_hook: Option<usize>,
    /// Or with ROLLBACK.
    pub rollback_hook: Option<usize>,
    /// Lets the deployment of CodeDeploy go on that is active then.
    pub r#continue: Option<ContinueStory>,
    /// Stops it.
    pub stop: Option<StopStory>,
}

/// What a deployment goes on from.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContinueStory {
    Ready,
    Termination,
}

/// Whether a deployment that is stopped goes back.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopStory {
    Rollback,
    Only,
}

impl ActorStory {
    /// The cluster and the service.
    pub fn place(&self) -> Result<(&str, &str), StoryError> {
        self.service.split_once('/').ok_or_else(|| {
            StoryError::new(format!(
                "an actor's `service` is written as cluster/service, not {:?}",
                self.service
            ))
        })
    }

    /// What is done, as requests.
    pub fn acts(&self, start: Millis) -> Result<Vec<Act>, StoryError> {
        let (cluster, service) = self.place()?;
        let at = match (self.after, self.before) {
            (Some(after), None) => start + after.0,
            (None, Some(before)) => start - before.0,
            _ => return Err(StoryError::new("an actor does something `after` the start or `before` it")),
        };
        let mut deeds = Vec::new();
        let ask = |service, operation, body: Value| match body {
            Value::Object(body) => Some(Deed::Ask { service, operation, body }),
            _ => None,
        };
        if self.desired.is_some() || self.definition.is_some() || self.redeploy {
            let mut body = Map::new();
            body.insert("cluster".to_owned(), cluster.into());
            body.insert("service".to_owned(), service.into());
            body.insert("desiredCount".to_owned(), self.desired.into());
            body.insert("taskDefinition".to_owned(), self.definition.clone().into());
            body.insert("forceNewDeployment".to_owned(), self.redeploy.into());
            deeds.extend(ask("ecs", "UpdateService", Value::Object(body)));
        }
        if self.min.is_some() || self.max.is_some() {
            let body = json!({
                "ServiceNamespace": "ecs",
                "ResourceId": format!("service/{cluster}/{service}"),
                "ScalableDimension": "ecs:service:DesiredCount",
                "MinCapacity": self.min,
                "MaxCapacity": self.max,
            });
            deeds.extend(ask("application-autoscaling", "RegisterScalableTarget", body));
        }
        if let Some(count) = self.stop_task {
            deeds.push(Deed::StopTasks { cluster: cluster.to_owned(), service: service.to_owned(), count });
        }
        for (count, action) in [(self.continue_hook, "CONTINUE"), (self.rollback_hook, "ROLLBACK")] {
            let (cluster, service) = (cluster.to_owned(), service.to_owned());
            deeds.extend(count.map(|count| Deed::AnswerHooks { cluster, service, count, action }));
        }
        let of_codedeploy = |operation, members: Value| {
            let (cluster, service) = (cluster.to_owned(), service.to_owned());
            match members {
                Value::Object(members) => Some(Deed::AskCodeDeploy { cluster, service, operation, members }),
                _ => None,
            }
        };
        if let Some(told) = self.r#continue {
            let wait = match told {
                ContinueStory::Ready => "READY_WAIT",
                ContinueStory::Termination => "TERMINATION_WAIT",
            };
            deeds.extend(of_codedeploy("ContinueDeployment", json!({"deploymentWaitType": wait})));
        }
        if let Some(told) = self.stop {
            let back = matches!(told, StopStory::Rollback);
            deeds.extend(of_codedeploy("StopDeployment", json!({"autoRollbackEnabled": back})));
        }
        if deeds.is_empty() {
            return Err(StoryError::new(
                "an actor does something: `desired`, `definition`, `redeploy`, `stop-task`, `min`, `max`, \
                 `continue-hook`, `rollback-hook`, `continue` or `stop`",
            ));
        }
        Ok(deeds.into_iter().map(|deed| Act { at, deed }).collect())
    }
}
