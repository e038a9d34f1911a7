//! What is learnt of a service that somebody looks at: its deployments and revisions, its autoscaling, raw answers.

use std::sync::Arc;

use super::Fleet;
use super::deployment::ServiceDeployment;
use super::id::{RevisionId, ServiceId, TaskId, Text};
use super::protection::Protection;
use super::revision::ServiceRevision;
use super::scaling::Scaling;
use super::topic::Target;

/// Raw answers kept, so that going back to one shows it at once.
const RAWS_KEPT: usize = 16;

impl Fleet {
    pub(super) fn deployments_arrived(&mut self, service: ServiceId, deployments: Vec<ServiceDeployment>) {
        if self.deployments.get(&service).is_none_or(|known| **known != deployments) {
            self.version += 1;
            self.deployments.insert(service.clone(), Arc::new(deployments));
            self.touched.insert(service);
        }
    }

    /// A revision never changes; one that AWS does not have may still have been told before.
    pub(super) fn revisions_arrived(&mut self, revisions: Vec<ServiceRevision>, missing: Vec<RevisionId>) {
        self.version += 1;
        let found = revisions.into_iter().map(|found| (found.id.clone(), Some(Arc::new(found))));
        self.revisions.extend(found);
        for id in missing {
            self.revisions.entry(id).or_insert(None);
        }
    }

    pub(super) fn scaling_arrived(&mut self, service: ServiceId, scaling: Scaling) {
        if self.scalings.get(&service).is_none_or(|known| **known != scaling) {
            self.version += 1;
            self.scalings.insert(service, Arc::new(scaling));
        }
    }

    pub(super) fn protection_arrived(&mut self, tasks: Vec<(TaskId, Protection)>) {
        for (id, protection) in tasks {
            if self.protections.insert(id, protection) != Some(protection) {
                self.version += 1;
            }
        }
    }

    pub(super) fn raw_arrived(&mut self, target: Target, json: Text) {
        self.version += 1;
        if self.raws.len() >= RAWS_KEPT && !self.raws.contains_key(&target) {
            self.raws.clear();
        }
        self.raws.insert(target, json);
    }

    /// The service is gone.
    pub(super) fn forget_details(&mut self, id: &ServiceId) {
        self.deployments.remove(id);
        self.scalings.remove(id);
        self.revisions.retain(|_, known| known.as_ref().is_none_or(|revision| revision.service != *id));
    }
}
