//! What was so when a person decided, as far as the action depends on it, and what has changed since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Change;
use super::shift::Waiting;
use crate::fleet::Fleet;
use crate::fleet::codedeploy::{CodeDeployment, EcsTarget};
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::tail;
use crate::fleet::percent::Percent;
use crate::fleet::scaling::{ScalableTarget, Suspension};
use crate::fleet::service::Service;
use crate::fleet::task::Task;

/// CodeDeploy's event in which production traffic moves.
pub const ALLOW_TRAFFIC: &str = "AllowTraffic";

/// One thing that an action depends on; the words are those of the drift dialog and of the journal.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
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
    /// A stage of ECS or an event of CodeDeploy, by its text.
    Stage,
    /// The pause hook that is answered, by its status.
    Hook,
    /// Pause hooks that wait.
    Waiting,
    /// The shares of green that were asked for.
    Traffic,
    /// Whether all tasks of green run.
    Green,
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
            Change::RollBack { service, deployment, .. } | Change::Refuse { service, deployment, .. } => {
                let known = fleet.deployments(service)?;
                known.iter().find(|known| known.id == *deployment).map(Self::deployment)
            }
            Change::Range { service, .. } | Change::Suspend { service, .. } => {
                let desired = fleet.known_service(service)?.service.desired;
                fleet.scaling(service).map(|scaling| Self::target(scaling.target.as_ref(), desired))
            }
            Change::Continue { service, waiting: Waiting::Hook { deployment, hook }, .. } => {
                let known = fleet.deployments(service)?;
                let known = known.iter().find(|known| known.id == *deployment)?;
                Some(Self::hook(known, hook))
            }
            Change::Continue { waiting: Waiting::Ready(deployment), .. }
            | Change::StopShift { deployment, .. }
            | Change::RemoveBlue { deployment, .. } => {
                let target = fleet.codedeploy_target(deployment).map(AsRef::as_ref);
                fleet.codedeployment(deployment).map(|known| Self::shift(known, target))
            }
            Change::Release { service, .. } => {
                fleet.known_service(service).map(|known| Self::release(&known.service))
            }
        }
    }

    /// Of a deployment of ECS what an answer to its pause hook depends on.
    pub fn hook(deployment: &ServiceDeployment, hook: &str) -> Self {
        let status = deployment.hooks.iter().find(|known| *known.id == *hook).map(|known| &*known.status);
        let waiting = deployment.hooks.iter().filter(|known| known.waits_for_a_person()).count();
        let target = deployment.target.as_ref();
        let share = |share: Option<Percent>| share.map_or_else(|| "-".to_owned(), |share| share.to_string());
        let traffic = format!(
            "production {}, test {}",
            share(target.and_then(|target| target.production)),
            share(target.and_then(|target| target.test))
        );
        Self::from([
            (Aspect::Deployment, tail(deployment.id.as_str()).to_owned()),
            (Aspect::Status, deployment.status.as_str().to_owned()),
            (Aspect::Stage, deployment.stage.as_deref().unwrap_or("none").to_owned()),
            (Aspect::Hook, status.unwrap_or("none").to_owned()),
            (Aspect::Waiting, waiting.to_string()),
            (Aspect::Traffic, traffic),
            (Aspect::Green, green(target.map(|target| (target.running, target.requested)))),
            (Aspect::Definition, target.map_or("none", |target| target.revision.short()).to_owned()),
        ])
    }

    /// Of a deployment of CodeDeploy what an answer to it depends on.
    pub fn shift(deployment: &CodeDeployment, target: Option<&EcsTarget>) -> Self {
        let event = target.and_then(|target| target.event(ALLOW_TRAFFIC));
        let stage = event.map_or_else(
            || "not begun".to_owned(),
            |event| format!("{ALLOW_TRAFFIC} {}", event.status.to_ascii_lowercase()),
        );
        let sets = target.into_iter().flat_map(|target| &target.task_sets);
        let set = sets.filter(|set| set.label.eq_ignore_ascii_case("green")).max_by_key(|set| set.weight);
        let definition = deployment.revision.as_ref().and_then(|revision| revision.definition.as_ref());
        Self::from([
            (Aspect::Deployment, deployment.id.as_str().to_owned()),
            (Aspect::Status, deployment.status.as_str().to_owned()),
            (Aspect::Stage, stage),
            (Aspect::Traffic, set.map_or_else(|| "none".to_owned(), |set| format!("green {}", set.weight))),
            (Aspect::Green, green(set.map(|set| (set.running, set.desired)))),
            (Aspect::Definition, definition.map_or("none", |definition| definition.name()).to_owned()),
        ])
    }

    /// Of a service of CodeDeploy what a new deployment depends on.
    pub fn release(service: &Service) -> Self {
        let primary = service.task_sets.iter().find(|set| &*set.status == "PRIMARY");
        let definition = primary.and_then(|set| set.definition.as_ref()).or(service.definition.as_ref());
        let mut running: Vec<&str> =
            service.task_sets.iter().filter_map(|set| set.external_id.as_deref()).collect();
        running.sort_unstable();
        let running = if running.is_empty() { "none".to_owned() } else { running.join(", ") };
        Self::from([
            (Aspect::Definition, definition.map_or("none", |definition| definition.name()).to_owned()),
            (Aspect::Deployment, running),
            (Aspect::Status, service.status.to_string()),
        ])
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

impl FromIterator<(Aspect, String)> for Seen {
    fn from_iter<I: IntoIterator<Item = (Aspect, String)>>(aspects: I) -> Self {
        Self(aspects.into_iter().collect())
    }
}

/// Whether the tasks of green run. How many there are is no matter: autoscaling may add some while a person reads.
fn green(tasks: Option<(u32, u32)>) -> String {
    match tasks {
        Some((running, wanted)) if wanted > 0 && running >= wanted => "all run".to_owned(),
        Some((running, wanted)) => format!("{running} of {wanted} run"),
        None => "none".to_owned(),
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
