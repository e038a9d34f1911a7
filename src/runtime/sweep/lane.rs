//! Services in the order in which they were described, by cluster: who is next is found without looking at the others.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::app::subscription::Interest;
use crate::fleet::id::{ClusterId, ServiceId};

/// Time since the sweep began; `None` sorts before every time and means never.
pub type Moment = Duration;

/// An order of services that may be asked for.
#[derive(Debug, Default)]
pub struct Lane {
    queues: HashMap<ClusterId, BTreeSet<(Option<Moment>, ServiceId)>>,
    /// Each cluster at the time of its first service.
    heads: BTreeSet<(Option<Moment>, ClusterId)>,
}

impl Lane {
    pub fn insert(&mut self, cluster: &ClusterId, described: Option<Moment>, service: &ServiceId) {
        self.change(cluster, |queue| queue.insert((described, service.clone())));
    }

    pub fn remove(&mut self, cluster: &ClusterId, described: Option<Moment>, service: &ServiceId) {
        self.change(cluster, |queue| queue.remove(&(described, service.clone())));
    }

    /// The first cluster in order that passes, with the time of its first service.
    pub fn first(&self, passes: impl Fn(&ClusterId) -> bool) -> Option<(Option<Moment>, &ClusterId)> {
        self.heads.iter().map(|(described, cluster)| (*described, cluster)).find(|(_, c)| passes(c))
    }

    /// The services of a cluster in order.
    pub fn of(&self, cluster: &ClusterId) -> impl Iterator<Item = (Option<Moment>, &ServiceId)> {
        let queue = self.queues.get(cluster).into_iter().flatten();
        queue.map(|(described, service)| (*described, service))
    }

    fn change(
        &mut self,
        cluster: &ClusterId,
        change: impl FnOnce(&mut BTreeSet<(Option<Moment>, ServiceId)>) -> bool,
    ) {
        let queue = self.queues.entry(cluster.clone()).or_default();
        let before = queue.first().map(|(described, _)| *described);
        change(queue);
        let after = queue.first().map(|(described, _)| *described);
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.heads.remove(&(before, cluster.clone()));
        }
        match after {
            Some(after) => {
                self.heads.insert((after, cluster.clone()));
            }
            None => {
                self.queues.remove(cluster);
            }
        }
    }
}

/// The lanes that a service can wait in: the one for all, and those for what somebody looks at.
#[derive(Debug, Default)]
pub struct Lanes {
    pub all: Lane,
    pub visible: Lane,
    pub urgent: Lane,
    interest: Interest,
}

impl Lanes {
    /// A service waits for its turn.
    pub fn insert(&mut self, cluster: &ClusterId, described: Option<Moment>, service: &ServiceId) {
        self.all.insert(cluster, described, service);
        if self.interest.visible.contains(service) {
            self.visible.insert(cluster, described, service);
        }
        if self.interest.urgent.contains(service) {
            self.urgent.insert(cluster, described, service);
        }
    }

    /// A service does not wait any more: it is on its way, or gone.
    pub fn remove(&mut self, cluster: &ClusterId, described: Option<Moment>, service: &ServiceId) {
        for lane in [&mut self.all, &mut self.visible, &mut self.urgent] {
            lane.remove(cluster, described, service);
        }
    }

    /// Which services come first from here on; `place` tells where a service waits, if it does.
    pub fn set_interest<'r>(
        &mut self,
        interest: Interest,
        place: impl Fn(&ServiceId) -> Option<(&'r ClusterId, Option<Moment>)>,
    ) {
        let before = std::mem::replace(&mut self.interest, interest);
        let changes = [
            (&mut self.visible, &before.visible, &self.interest.visible),
            (&mut self.urgent, &before.urgent, &self.interest.urgent),
        ];
        for (lane, before, now) in changes {
            for service in before.difference(now) {
                if let Some((cluster, described)) = place(service) {
                    lane.remove(cluster, described, service);
                }
            }
            for service in now.difference(before) {
                if let Some((cluster, described)) = place(service) {
                    lane.insert(cluster, described, service);
                }
            }
        }
    }
}
