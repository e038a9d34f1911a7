//! What was so when a person decided, as far as the action depends on it, and what has changed since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Change;
use crate::fleet::Fleet;
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::tail;
use crate::fleet::scaling::{ScalableTarget, Suspension};
use crate::fleet::service::Service;
use crate::fleet::task::Task;

/// One thing that an action depends on; the words are those of the drift dialog and of the journal.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    Desired,
    /// The task definition with its revision.
    Definition,
    /// The service deployment under way, by the end of its id.
    Deployment,
    Status,
    Min,
    Max,
    Suspended,
}

impl Aspect {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The aspects of the target with their values, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen(BTreeMap<Aspect, String>);

/// One aspect that is no longer what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub aspect: Aspect,
    pub then: String,
    pub now: String,
}

impl Seen {
    /// What is known of the target of a change; `None` when nothing is.
    pub fn of(fleet: &Fleet, change: &Change) -> Option<Self> {
        match change {
            Change::Scale { service, .. }
            | Change::Redeploy { service, .. }
            | Change::Deploy { service, .. } => {
                fleet.known_service(service).map(|known| Self::service(&known.service))
            }
            Change::StopTask { task, .. } => fleet.task(task).map(|task| Self::task(task)),
            Change::RollBack { service, deployment, .. } => {
                let known = fleet.deployments(service)?;
                known.iter().find(|known| known.id == *deployment).map(Self::deployment)
            }
            Change::Range { service, .. } | Change::Suspend { service, .. } => {
                let desired = fleet.known_service(service)?.service.desired;
                fleet.scaling(service).map(|scaling| Self::target(scaling.target.as_ref(), desired))
            }
        }
    }

    pub fn service(service: &Service) -> Self {
        let definition = service.definition.as_ref().map_or("none", |definition| definition.name());
        let deployment = service.deployment.as_ref().map_or("none", |id| tail(id.as_str()));
        Self::from([
            (Aspect::Desired, service.desired.to_string()),
            (Aspect::Definition, definition.to_owned()),
            (Aspect::Deployment, deployment.to_owned()),
            (Aspect::Status, service.status.to_string()),
        ])
    }

    pub fn task(task: &Task) -> Self {
        Self::from([(Aspect::Status, task.state.as_str().to_owned())])
    }

    /// Of a deployment only counts whether it still runs: other differences do not block a way back.
    pub fn deployment(deployment: &ServiceDeployment) -> Self {
        let status = if deployment.status.is_final() { deployment.status.as_str() } else { "not ended" };
        Self::from([
            (Aspect::Deployment, tail(deployment.id.as_str()).to_owned()),
            (Aspect::Status, status.to_owned()),
        ])
    }

    /// The count counts as well: registering a range clamps it at once.
    pub fn target(target: Option<&ScalableTarget>, desired: u32) -> Self {
        let desired = (Aspect::Desired, desired.to_string());
        let Some(target) = target else {
            return Self::from([desired, (Aspect::Status, "not registered".to_owned())]);
        };
        Self::from([
            desired,
            (Aspect::Min, target.min.to_string()),
            (Aspect::Max, target.max.to_string()),
            (Aspect::Suspended, suspended(target.suspension).to_owned()),
        ])
    }

    pub fn get(&self, aspect: Aspect) -> Option<&str> {
        self.0.get(&aspect).map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Aspect, &str)> {
        self.0.iter().map(|(aspect, value)| (*aspect, value.as_str()))
    }

    /// What is different now.
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let aspects: std::collections::BTreeSet<Aspect> =
            self.0.keys().chain(now.0.keys()).copied().collect();
        let value = |seen: &Self, aspect| seen.get(aspect).unwrap_or("none").to_owned();
        aspects
            .into_iter()
            .map(|aspect| Difference { aspect, then: value(self, aspect), now: value(now, aspect) })
            .filter(|difference| difference.then != difference.now)
            .collect()
    }
}

impl<const N: usize> From<[(Aspect, String); N]> for Seen {
    fn from(aspects: [(Aspect, String); N]) -> Self {
        Self(aspects.into())
    }
}

/// What is suspended, in words.
pub fn suspended(suspension: Suspension) -> &'static str {
    match (suspension.scale_in, suspension.scale_out, suspension.scheduled) {
        (false, false, false) => "nothing",
        (true, true, true) => "everything",
        (true, false, false) => "scaling in",
        (false, true, false) => "scaling out",
        (false, false, true) => "scheduled actions",
        (true, true, false) => "scaling in and out",
        (true, false, true) => "scaling in, scheduled actions",
        (false, true, true) => "scaling out, scheduled actions",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let then =
            Seen::from([(Aspect::Desired, "10".to_owned()), (Aspect::Definition, "cart:77".to_owned())]);
        let now =
            Seen::from([(Aspect::Desired, "12".to_owned()), (Aspect::Definition, "cart:77".to_owned())]);
        assert_eq!(then.differences(&then), []);
        let difference = Difference { aspect: Aspect::Desired, then: "10".to_owned(), now: "12".to_owned() };
        assert_eq!(then.differences(&now), [difference]);
    }
}
