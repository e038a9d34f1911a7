//! The verdicts on all services, renewed only where a fact or the time changed something.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use strum::IntoEnumIterator;

use crate::fleet::Fleet;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::map::{Map, Set};
use crate::fleet::verdict::{Severity, Verdict, judge};

/// How many services are how bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts([usize; 6]);

impl Counts {
    pub fn of(&self, severity: Severity) -> usize {
        self.0.get(severity as usize).copied().unwrap_or(0)
    }

    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    pub fn worst(&self) -> Severity {
        Severity::iter().find(|severity| self.of(*severity) > 0).unwrap_or(Severity::Ok)
    }

    /// Services that somebody should look at.
    pub fn problems(&self) -> usize {
        Severity::iter().filter(|severity| severity.needs_attention()).map(|severity| self.of(severity)).sum()
    }

    fn change(&mut self, severity: Severity, up: bool) {
        if let Some(count) = self.0.get_mut(severity as usize) {
            *count = if up { *count + 1 } else { count.saturating_sub(1) };
        }
    }
}

/// The verdict on each service that is known.
#[derive(Debug, Clone, Default)]
pub struct Triage {
    verdicts: Map<ServiceId, (ClusterId, Verdict)>,
    /// Services that are not as asked, the worst first.
    problems: BTreeSet<(Severity, ServiceId)>,
    reviews: BTreeSet<(DateTime<Utc>, ServiceId)>,
    counts: Counts,
    by_cluster: Map<ClusterId, Counts>,
}

impl Triage {
    pub fn verdict(&self, id: &ServiceId) -> Option<&Verdict> {
        self.verdicts.get(id).map(|(_, verdict)| verdict)
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    pub fn counts_in(&self, cluster: &ClusterId) -> Counts {
        self.by_cluster.get(cluster).copied().unwrap_or_default()
    }

    /// Services that are not as asked, the worst first.
    pub fn problems(&self) -> impl Iterator<Item = (&ServiceId, &Verdict)> {
        self.problems.iter().filter_map(|(_, id)| Some((id, self.verdict(id)?)))
    }

    /// When the next verdict may change by time alone.
    pub fn next_review(&self) -> Option<DateTime<Utc>> {
        self.reviews.first().map(|(at, _)| *at)
    }

    /// Judges the services that changed and those whose time has come; tells whether any verdict is new.
    pub fn renew(&mut self, fleet: &Fleet, touched: Set<ServiceId>, now: DateTime<Utc>) -> bool {
        let mut ids = touched;
        ids.extend(self.reviews.iter().take_while(|(at, _)| *at <= now).map(|(_, id)| id.clone()));
        let mut changed = false;
        for id in ids {
            let verdict = fleet
                .known_service(&id)
                .map(|known| (known.service.cluster.clone(), judge(fleet, known, now)));
            changed |= self.put(id, verdict);
        }
        changed
    }

    fn put(&mut self, id: ServiceId, new: Option<(ClusterId, Verdict)>) -> bool {
        let old = self.verdicts.remove(&id);
        if let Some((cluster, verdict)) = &old {
            if let Some(at) = verdict.review_at {
                self.reviews.remove(&(at, id.clone()));
            }
            self.problems.remove(&(verdict.severity, id.clone()));
            self.count(cluster, verdict.severity, false);
        }
        if let Some((cluster, verdict)) = &new {
            if let Some(at) = verdict.review_at {
                self.reviews.insert((at, id.clone()));
            }
            if verdict.severity.needs_attention() {
                self.problems.insert((verdict.severity, id.clone()));
            }
            self.count(cluster, verdict.severity, true);
        }
        let changed = match (&old, &new) {
            (Some((_, old)), Some((_, new))) => {
                (old.severity, &old.why, old.since, old.look) != (new.severity, &new.why, new.since, new.look)
            }
            (None, None) => false,
            _ => true,
        };
        if let Some(new) = new {
            self.verdicts.insert(id, new);
        }
        changed
    }

    fn count(&mut self, cluster: &ClusterId, severity: Severity, up: bool) {
        self.counts.change(severity, up);
        self.by_cluster.entry(cluster.clone()).or_default().change(severity, up);
    }
}
