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
    pub after: Span,
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
        let at = start + self.after.0;
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
        if deeds.is_empty() {
            return Err(StoryError::new(
                "an actor does something: `desired`, `definition`, `redeploy`, `stop-task`, `min` or `max`",
            ));
        }
        Ok(deeds.into_iter().map(|deed| Act { at, deed }).collect())
    }
}
