//! When the list of each cluster's services is asked for: at first, when its counts moved, and every few minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::lane::Moment;
use crate::fleet::id::ClusterId;

/// A list is asked for again after this time even when the counts did not move: they hide a swap.
const AGAIN: Duration = Duration::from_mins(3);

/// The lists of all clusters.
#[derive(Debug, Default)]
pub struct Lists {
    /// The names of the clusters arrived.
    known: bool,
    by_cluster: BTreeMap<ClusterId, List>,
    due: BTreeSet<(Moment, ClusterId)>,
}

/// The list of one cluster.
#[derive(Debug, Default)]
struct List {
    listed: bool,
    /// When the list is due; `None` while it is on its way.
    due: Option<Moment>,
    /// `activeServicesCount` when it was last seen.
    count: Option<u32>,
}

impl Lists {
    pub fn has(&self, cluster: &ClusterId) -> bool {
        self.by_cluster.contains_key(cluster)
    }

    /// All clusters there are; new ones are due at once.
    pub fn set(&mut self, clusters: &[ClusterId]) {
        self.known = true;
        let now: BTreeSet<&ClusterId> = clusters.iter().collect();
        let gone: Vec<ClusterId> =
            self.by_cluster.keys().filter(|cluster| !now.contains(cluster)).cloned().collect();
        for cluster in gone {
            self.forget(&cluster);
        }
        for cluster in clusters {
            if !self.has(cluster) {
                self.by_cluster.insert(cluster.clone(), List::default());
                self.ask_at(cluster, Moment::ZERO);
            }
        }
    }

    pub fn forget(&mut self, cluster: &ClusterId) {
        if let Some(due) = self.by_cluster.remove(cluster).and_then(|list| list.due) {
            self.due.remove(&(due, cluster.clone()));
        }
    }

    /// The number of active services of a cluster; when it moved, the list is due.
    pub fn counted(&mut self, now: Moment, cluster: &ClusterId, count: u32) {
        let Some(list) = self.by_cluster.get_mut(cluster) else { return };
        if list.count.replace(count).is_some_and(|before| before != count) {
            self.ask_at(cluster, now);
        }
    }

    /// All lists are due.
    pub fn ask_all(&mut self, now: Moment) {
        let clusters: Vec<ClusterId> = self.by_cluster.keys().cloned().collect();
        for cluster in clusters {
            self.ask_at(&cluster, now);
        }
    }

    /// The list of a cluster is due at this time.
    pub fn ask_at(&mut self, cluster: &ClusterId, at: Moment) {
        let Some(list) = self.by_cluster.get_mut(cluster) else { return };
        if let Some(due) = list.due.replace(at) {
            self.due.remove(&(due, cluster.clone()));
        }
        self.due.insert((at, cluster.clone()));
    }

    /// The next list to ask for, which is on its way from here on, and whether it is one to ask for again: only
    /// such a list waits for the `pace`.
    pub fn next(&mut self, now: Moment, pace: Moment) -> Option<(ClusterId, bool)> {
        let (due, cluster) = self.due.first()?.clone();
        let again = self.by_cluster.get(&cluster).is_some_and(|list| list.listed);
        if due > now || (again && pace > now) {
            return None;
        }
        self.due.remove(&(due, cluster.clone()));
        if let Some(list) = self.by_cluster.get_mut(&cluster) {
            list.due = None;
        }
        Some((cluster, again))
    }

    /// When the next list is due.
    pub fn next_at(&self, pace: Moment) -> Option<Moment> {
        self.due.first().map(|(due, _)| (*due).max(pace))
    }

    /// The whole list of a cluster arrived; `false` when nobody needs it any more.
    pub fn arrived(&mut self, now: Moment, cluster: &ClusterId) -> bool {
        let Some(list) = self.by_cluster.get_mut(cluster) else { return false };
        list.listed = true;
        // A list that was asked for again while this one was on its way stays due.
        if list.due.is_none() {
            self.ask_at(cluster, now + AGAIN);
        }
        true
    }

    /// Every list arrived, but for those of the clusters that are left alone.
    pub fn are_complete(&self, left_alone: impl Fn(&ClusterId) -> bool) -> bool {
        self.known && self.by_cluster.iter().all(|(id, list)| list.listed || left_alone(id))
    }
}
