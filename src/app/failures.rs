//! Why the new tasks of a deployment ended, those that ended alike as one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::format;
use super::progress::{definition_of, rollout_of};
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::ending::{Ending, Weight};
use crate::fleet::id::TaskId;
use crate::fleet::service::Service;
use crate::fleet::task::Task;
use crate::fleet::{Fleet, KnownTask};

/// Endings of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// `exited 1`.
    pub verb: String,
    /// That of the newest: `app exit 1: application error`.
    pub sentence: String,
    /// What to look at first.
    pub check: Option<&'static str>,
    /// When the newest of them ended.
    pub last: DateTime<Utc>,
    /// Its task.
    pub task: TaskId,
    pub count: usize,
}

impl Group {
    /// `5 tasks: app exit 1: application error; last 9f3c 31s ago`.
    pub fn told(&self, now: DateTime<Utc>) -> String {
        let age = format::age(now - self.last);
        let (tasks, task) = (format::count(self.count, "task"), self.task.short());
        let last = if self.count > 1 { "last " } else { "" };
        format!("{tasks}: {}; {last}{task} {age} ago", self.sentence)
    }
}

/// The endings of the tasks that this deployment started, as far as ECS still knows them, the most frequent first.
///
/// Tasks that were replaced or scaled in as planned are no failures.
pub fn failures(fleet: &Fleet, service: &Service, deployment: &ServiceDeployment) -> Vec<Group> {
    let rollout = rollout_of(fleet, service, deployment);
    let own = |task: &Task| match rollout {
        Some(rollout) => task.started_by.as_deref() == Some(&*rollout.id),
        None => was_started_by(fleet, deployment, task),
    };
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for KnownTask { task, ending, .. } in fleet.tasks_of(&service.cluster, &service.name) {
        let Some(ending) = ending.as_deref().filter(|ending| ending.weight != Weight::Normal) else {
            continue;
        };
        let Some(at) = task.since().filter(|_| task.state.is_stopped() && own(task)) else { continue };
        let group = groups.entry(&ending.verb).or_insert_with(|| new(task, ending, at));
        group.count += 1;
        // Two that ended at once are told by their ids, so that the sentence does not jump.
        if (group.last, &group.task) < (at, &task.id) {
            *group = Group { count: group.count, ..new(task, ending, at) };
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| b.last.cmp(&a.last)));
    groups
}

fn new(task: &Task, ending: &Ending, at: DateTime<Utc>) -> Group {
    Group {
        verb: ending.verb.clone(),
        sentence: ending.sentence.clone(),
        check: ending.check,
        last: at,
        task: task.id.clone(),
        count: 0,
    }
}

/// The rollout is gone: a task of its definition that was created while the deployment was under way is taken for its own.
fn was_started_by(fleet: &Fleet, deployment: &ServiceDeployment, task: &Task) -> bool {
    let target = deployment.target.as_ref().and_then(|target| definition_of(fleet, &target.revision));
    let (Some(began), Some(created)) = (deployment.created.or(deployment.started), task.times.created) else {
        return false;
    };
    target.is_some()
        && task.definition.as_ref() == target
        && created >= began
        && deployment.ended().is_none_or(|end| created <= end)
}
