//! Clusters: their services and tasks in order, and the figures that DescribeClusters shows.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ServiceKey;
use super::task::{TaskKey, TaskState};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterKey(pub u32);

#[derive(Clone, Debug)]
pub struct Cluster {
    pub key: ClusterKey,
    pub name: Arc<str>,
    pub active: bool,
    /// The value of the setting `containerInsights`.
    pub insights: &'static str,
    pub tags: Arc<[(Arc<str>, Arc<str>)]>,
    /// All services that ever were, in the order they were made.
    pub services: Vec<ServiceKey>,
    pub active_services: u32,
    /// Tasks whose desired status is RUNNING.
    pub wanted: BTreeSet<TaskKey>,
    /// Tasks whose desired status is STOPPED and that are remembered.
    pub unwanted: BTreeSet<TaskKey>,
    pub running: u32,
    pub pending: u32,
}

impl Cluster {
    pub fn new(key: ClusterKey, name: Arc<str>, insights: &'static str) -> Self {
        Self {
            key,
            name,
            active: true,
            insights,
            tags: [("environment".into(), "production".into())].into(),
            services: Vec::new(),
            active_services: 0,
            wanted: BTreeSet::new(),
            unwanted: BTreeSet::new(),
            running: 0,
            pending: 0,
        }
    }

    /// Takes note of a task's move from one state and desire to another.
    pub fn moved(&mut self, key: TaskKey, before: (TaskState, bool), after: (TaskState, bool)) {
        self.running -= u32::from(before.0 == TaskState::Running);
        self.running += u32::from(after.0 == TaskState::Running);
        self.pending -= u32::from(before.0.is_starting());
        self.pending += u32::from(after.0.is_starting());
        if before.1 && !after.1 {
            self.wanted.remove(&key);
            self.unwanted.insert(key);
        }
    }
}
