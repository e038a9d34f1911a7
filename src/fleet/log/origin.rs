//! Whose lines are wanted.

use std::collections::BTreeSet;

use super::source::{self, Sources};
use crate::fleet::Fleet;
use crate::fleet::id::{ClusterId, DefinitionId, ServiceId, TaskId};
use crate::fleet::task::Task;

/// How long after a task stopped its last words may still come, milliseconds.
pub const LAST_WORDS: i64 = 60_000;

/// Whose lines a view shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// All tasks of a service, those to come as well.
    Service(ClusterId, ServiceId),
    /// The tasks of a service that stopped.
    Stopped(ClusterId, ServiceId),
    Task(ClusterId, TaskId),
}

impl Origin {
    pub fn cluster(&self) -> &ClusterId {
        match self {
            Self::Service(cluster, _) | Self::Stopped(cluster, _) | Self::Task(cluster, _) => cluster,
        }
    }

    /// The service whose tasks they are; that of a single task has to be looked up.
    pub fn service(&self) -> Option<&ServiceId> {
        match self {
            Self::Service(_, service) | Self::Stopped(_, service) => Some(service),
            Self::Task(..) => None,
        }
    }

    /// The tasks that are known, running and stopped.
    pub fn tasks<'a>(&self, fleet: &'a Fleet) -> Vec<&'a Task> {
        match self {
            Self::Service(cluster, service) | Self::Stopped(cluster, service) => {
                let stopped_only = matches!(self, Self::Stopped(..));
                let tasks = fleet.tasks_of(cluster, service.name()).map(|known| &*known.task);
                tasks.filter(|task| !stopped_only || task.has_ended()).collect()
            }
            Self::Task(_, id) => fleet.task(id).map(|task| &**task).into_iter().collect(),
        }
    }

    /// The definitions of tasks that may have written since then, milliseconds since 1970, as far as nobody knows them.
    pub fn unknown_definitions(&self, fleet: &Fleet, since: i64) -> BTreeSet<DefinitionId> {
        let wrote = self.tasks(fleet).into_iter().filter(|task| may_have_written(task, since));
        let definitions = wrote.filter_map(|task| task.definition.clone());
        definitions.filter(|id| !fleet.is_definition_known(id)).collect()
    }

    /// The streams of tasks that may have written since then, milliseconds since 1970, and what cannot be read. A task
    /// whose definition is on its way is left out.
    pub fn sources(&self, fleet: &Fleet, since: i64) -> Sources {
        let tasks = self.tasks(fleet).into_iter().filter(|task| {
            may_have_written(task, since)
                && task.definition.as_ref().is_none_or(|id| fleet.is_definition_known(id))
        });
        source::of(tasks.map(|task| {
            let definition = task.definition.as_ref().and_then(|id| fleet.definition(id));
            (task, definition.map(|definition| &**definition))
        }))
    }
}

fn may_have_written(task: &Task, since: i64) -> bool {
    task.times.stopped.is_none_or(|at| at.timestamp_millis() >= since.saturating_sub(LAST_WORDS))
}
