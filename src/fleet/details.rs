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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::fleet::observation::Observation;
    use crate::fleet::scaling::{ScalableTarget, Suspension};

    fn revision(id: &str, service: &ServiceId) -> ServiceRevision {
        ServiceRevision {
            id: RevisionId::new(id),
            service: service.clone(),
            definition: None,
            images: Vec::new(),
            launch_type: None,
            capacity: Vec::new(),
            platform_version: None,
            platform_family: None,
            network: None,
            load_balancers: Vec::new(),
            created: None,
        }
    }

    #[test]
    fn what_only_confirms_is_no_news_and_a_service_takes_its_details_along() {
        let (mut fleet, at) = (Fleet::default(), DateTime::<Utc>::default());
        let (cart, web) = (ServiceId::new("service/shop/cart"), ServiceId::new("service/shop/web"));
        let target = ScalableTarget { min: 1, max: 3, suspension: Suspension::default(), created: None };
        let scaling = Scaling { target: Some(target), ..Scaling::default() };
        let task = TaskId::new("task/shop/1");
        let protection = Protection { enabled: true, expires: None };
        let told = [
            Observation::Scaling { service: cart.clone(), scaling: scaling.clone() },
            Observation::Protection { tasks: vec![(task.clone(), protection)] },
        ];
        for observation in told.clone() {
            fleet.apply(at, observation);
        }
        let version = fleet.version();
        for observation in told {
            fleet.apply(at, observation);
        }
        assert_eq!(fleet.version(), version);
        assert_eq!(fleet.scaling(&cart).map(|known| &**known), Some(&scaling));
        assert_eq!(fleet.protection(&task), Some(protection));

        let revisions = vec![revision("a", &cart), revision("b", &web)];
        fleet.apply(at, Observation::Revisions { revisions, missing: vec![RevisionId::new("gone")] });
        let known = |fleet: &Fleet, id: &str| {
            (fleet.is_revision_known(&RevisionId::new(id)), fleet.revision(&RevisionId::new(id)).is_some())
        };
        assert_eq!(
            ["a", "gone", "new"].map(|id| known(&fleet, id)),
            [(true, true), (true, false), (false, false)]
        );
        fleet.apply(at, Observation::Services { services: Vec::new(), missing: vec![cart.clone()] });
        assert_eq!(fleet.scaling(&cart), None);
        assert_eq!(["a", "b"].map(|id| known(&fleet, id)), [(false, false), (true, true)]);
    }
}
