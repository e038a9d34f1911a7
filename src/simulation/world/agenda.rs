//! What will happen when: the queue that moves the world.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::Millis;
use super::ServiceKey;
use super::task::TaskKey;

/// Alarms are numbered in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlarmKey(pub u32);

/// Deployments of CodeDeploy are numbered in the order in which they are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeploymentKey(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// The next step of a task's life.
    Task(TaskKey),
    /// The scheduler looks at a service.
    Service(ServiceKey),
    /// A service's trouble begins.
    Trouble(ServiceKey),
    /// A healthy new revision is rolled out, as the story says.
    Deploy(ServiceKey),
    /// Auto scaling looks at a service's metric, once a minute.
    Metric(ServiceKey),
    /// Auto scaling looks whether what it asked for has come.
    Fulfilment(ServiceKey),
    /// A scheduled action of auto scaling is due.
    Scheduled(ServiceKey),
    /// An alarm changes its state, as the story says.
    Alarm(AlarmKey),
    /// The next step of a deployment of CodeDeploy.
    CodeDeploy(DeploymentKey),
    /// A deployment of CodeDeploy begins that a story planned, by its place among the planned ones.
    Planned(u32),
}

/// Happenings by time; those of the same moment in the order in which they were added.
#[derive(Debug, Default)]
pub struct Agenda {
    queue: BinaryHeap<Reverse<(Millis, u64, Happening)>>,
    added: u64,
}

impl Agenda {
    pub fn add(&mut self, at: Millis, happening: Happening) {
        self.added += 1;
        self.queue.push(Reverse((at, self.added, happening)));
    }

    /// The next happening that is due at `now`, with its time.
    pub fn take(&mut self, now: Millis) -> Option<(Millis, Happening)> {
        let Reverse((at, _, _)) = self.queue.peek()?;
        if *at > now {
            return None;
        }
        self.queue.pop().map(|Reverse((at, _, happening))| (at, happening))
    }
}
