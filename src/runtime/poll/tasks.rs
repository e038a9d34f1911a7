//! The tasks of a cluster or a service: all are listed, and only those that may have changed are described.

use std::collections::{HashMap, HashSet};

use tokio::task::JoinSet;

use super::ask::Ask;
use super::joined;
use crate::aws::ecs::TASKS_AT_ONCE;
use crate::fleet::id::{ClusterId, TaskId};
use crate::fleet::observation::{Observation, TaskScope};
use crate::fleet::task::{Task, TaskState};
use crate::fleet::topic::Failure;

/// Settled tasks are described in turn, all of them within so many looks: their health may change.
const LOOKS_FOR_ALL: usize = 5;
/// Requests that one look spends on settled tasks at most; with more tasks their turn comes later.
const SETTLED_REQUESTS: usize = 3;
/// Stopped tasks described in one look; the rest comes with the next one.
const STOPPED_AT_ONCE: usize = 1000;

/// What a description says about the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// On its way up or down.
    Moving,
    /// Running, and meant to.
    Settled,
    /// Nothing about it will change.
    Ended,
}

type Described = Result<Vec<(TaskId, Option<Phase>)>, Failure>;

/// The running tasks of a scope between two looks.
#[derive(Debug)]
pub struct Running {
    scope: TaskScope,
    /// Each task with its phase and the look that described it last.
    known: HashMap<TaskId, (Phase, u64)>,
    looks: u64,
}

/// The stopped tasks of a scope that need not be described again.
#[derive(Debug)]
pub struct Stopped {
    scope: TaskScope,
    known: HashSet<TaskId>,
}

impl Running {
    pub fn of(scope: TaskScope) -> Self {
        Self { scope, known: HashMap::new(), looks: 0 }
    }

    /// Lists all running tasks; describes the new ones, those that move, those that left the list, and some that settled.
    pub async fn look(&mut self, ask: &Ask) -> Result<(), Failure> {
        self.looks += 1;
        let mut descriptions = JoinSet::new();
        let listed =
            list(ask, &self.scope, false, usize::MAX, |id| self.known.contains_key(id), &mut descriptions);
        let listed = listed.await;
        if let Ok((listed, _)) = &listed {
            let ids: Vec<TaskId> = self.due(&listed.iter().collect());
            describe(ask, &self.scope, &ids, &mut descriptions);
        }
        let described = self.take_in(&mut descriptions).await;
        let (tasks, _) = listed?;
        described?;
        ask.observe(Observation::TaskList { scope: self.scope.clone(), stopped: false, tasks }).await;
        Ok(())
    }

    /// Known tasks to describe now. Room in the last request is filled with settled ones, which costs nothing.
    fn due(&self, listed: &HashSet<&TaskId>) -> Vec<TaskId> {
        let (settled, urgent): (Vec<_>, Vec<_>) =
            self.known.iter().partition(|(id, (phase, _))| *phase == Phase::Settled && listed.contains(id));
        let turn = settled.len().div_ceil(LOOKS_FOR_ALL).min(SETTLED_REQUESTS * TASKS_AT_ONCE);
        let room = (urgent.len() + turn).next_multiple_of(TASKS_AT_ONCE) - urgent.len();
        let mut settled: Vec<(u64, &TaskId)> =
            settled.into_iter().map(|(id, (_, look))| (*look, id)).collect();
        settled.sort_unstable();
        let settled = settled.into_iter().take(room).map(|(_, id)| id);
        urgent.into_iter().map(|(id, _)| id).chain(settled).cloned().collect()
    }

    async fn take_in(&mut self, descriptions: &mut JoinSet<Described>) -> Result<(), Failure> {
        let mut trouble = Ok(());
        while let Some(described) = joined(descriptions).await {
            match described {
                Ok(tasks) => {
                    for (id, phase) in tasks {
                        match phase {
                            Some(phase) if phase != Phase::Ended => {
                                self.known.insert(id, (phase, self.looks))
                            }
                            _ => self.known.remove(&id),
                        };
                    }
                }
                Err(failure) => trouble = Err(failure),
            }
        }
        trouble
    }
}

impl Stopped {
    pub fn of(scope: TaskScope) -> Self {
        Self { scope, known: HashSet::new() }
    }

    /// Lists all stopped tasks and describes those that are new; the list is told once all of them are described.
    pub async fn look(&mut self, ask: &Ask) -> Result<(), Failure> {
        let mut descriptions = JoinSet::new();
        let is_known = |id: &TaskId| self.known.contains(id);
        let listed = list(ask, &self.scope, true, STOPPED_AT_ONCE, is_known, &mut descriptions).await;
        let mut trouble = Ok(());
        while let Some(described) = joined(&mut descriptions).await {
            match described {
                Ok(tasks) => {
                    let ended = tasks.into_iter().filter(|(_, phase)| *phase == Some(Phase::Ended));
                    self.known.extend(ended.map(|(id, _)| id));
                }
                Err(failure) => trouble = Err(failure),
            }
        }
        let (tasks, whole) = listed?;
        trouble?;
        let now: HashSet<&TaskId> = tasks.iter().collect();
        self.known.retain(|id| now.contains(id));
        if whole {
            ask.observe(Observation::TaskList { scope: self.scope.clone(), stopped: true, tasks }).await;
        }
        Ok(())
    }
}

/// Lists a scope page by page, and describes up to `limit` unknown tasks while the next page is on its way.
///
/// Returns all names, and whether every unknown one of them is being described.
async fn list(
    ask: &Ask,
    scope: &TaskScope,
    stopped: bool,
    limit: usize,
    is_known: impl Fn(&TaskId) -> bool,
    descriptions: &mut JoinSet<Described>,
) -> Result<(Vec<TaskId>, bool), Failure> {
    let service = match scope {
        TaskScope::Cluster(_) => None,
        TaskScope::Service(_, service) => Some(service.name()),
    };
    let (mut tasks, mut room, mut whole, mut token) = (Vec::new(), limit, true, None);
    loop {
        let page = ask.list_tasks(cluster_of(scope), service, stopped, token).await?;
        let mut new: Vec<TaskId> = page.items.iter().filter(|id| !is_known(id)).cloned().collect();
        whole &= new.len() <= room;
        new.truncate(room);
        room -= new.len();
        describe(ask, scope, &new, descriptions);
        tasks.extend(page.items);
        token = page.next;
        if token.is_none() {
            return Ok((tasks, whole));
        }
    }
}

/// Describes tasks a hundred at a time; each answer is told as it arrives.
fn describe(ask: &Ask, scope: &TaskScope, ids: &[TaskId], descriptions: &mut JoinSet<Described>) {
    for ids in ids.chunks(TASKS_AT_ONCE) {
        let (ask, cluster, ids) = (ask.clone(), cluster_of(scope).clone(), ids.to_vec());
        descriptions.spawn(async move {
            let described = ask.describe_tasks(&cluster, &ids).await?;
            let found = described.found.iter().map(|task| (task.id.clone(), Some(phase(task))));
            let missing = described.missing.iter().map(|id| (id.clone(), None));
            let phases = found.chain(missing).collect();
            ask.observe(Observation::Tasks { tasks: described.found, missing: described.missing }).await;
            Ok(phases)
        });
    }
}

fn phase(task: &Task) -> Phase {
    match task.state {
        TaskState::Running if task.desired == TaskState::Running => Phase::Settled,
        _ if task.state.is_stopped() => Phase::Ended,
        _ => Phase::Moving,
    }
}

fn cluster_of(scope: &TaskScope) -> &ClusterId {
    match scope {
        TaskScope::Cluster(cluster) | TaskScope::Service(cluster, _) => cluster,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settled_tasks_take_turns_and_fill_requests() {
        let id = |n: usize| TaskId::new(format!("t/{n}"));
        let mut running = Running::of(TaskScope::Cluster(ClusterId::new("c")));
        for n in 0..700 {
            running.known.insert(id(n), (Phase::Settled, n as u64 / 100));
        }
        running.known.insert(id(1000), (Phase::Moving, 0));
        running.known.insert(id(1001), (Phase::Settled, 6));
        let all: Vec<TaskId> = (0..700).map(id).collect();
        let due = running.due(&all.iter().collect());
        assert_eq!(due.len(), 200, "a fifth of 700 and two more need two requests");
        assert!(due.contains(&id(1000)), "it moves");
        assert!(due.contains(&id(1001)), "it left the list");
        assert!((0..190).all(|n| due.contains(&id(n))), "the longest undescribed come first");
    }
}
