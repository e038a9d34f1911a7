//! The newest deployments of a service with their revisions; what will not change is described once.

use std::collections::{BTreeSet, HashMap, HashSet};

use tokio::time::Instant;

use super::access::is_about_credentials;
use super::ask::Ask;
use super::backoff::Backoff;
use crate::app::subscription::Cadence;
use crate::aws::ecs::REVISIONS_AT_ONCE;
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::{ClusterId, DeploymentId, RevisionId, ServiceId};
use crate::fleet::observation::Observation;
use crate::fleet::topic::{Failure, FailureKind, Subject};
use crate::runtime::requests::Priority;

/// How many deployments of a service are looked at: as many as one request describes.
const NEWEST: u8 = 20;
/// What the pauses of revisions that cannot be had start from.
const REVISIONS_AGAIN: Cadence = Cadence::Seconds(30);

/// What is known of a service's deployments between two looks.
#[derive(Debug)]
pub struct Deployments {
    cluster: ClusterId,
    service: ServiceId,
    ended: HashMap<DeploymentId, ServiceDeployment>,
    /// Revisions that were told, or that AWS does not have.
    revisions: HashSet<RevisionId>,
    backoff: Backoff,
    /// Revisions failed, and are not asked for before this.
    revisions_after: Option<Instant>,
}

impl Deployments {
    pub fn of(cluster: ClusterId, service: ServiceId) -> Self {
        Self {
            cluster,
            service,
            ended: HashMap::new(),
            revisions: HashSet::new(),
            backoff: Backoff::new(REVISIONS_AGAIN),
            revisions_after: None,
        }
    }

    pub async fn look(&mut self, ask: &Ask) -> Result<(), Failure> {
        let listed = ask.list_service_deployments(&self.cluster, &self.service, NEWEST).await?;
        let open = listed
            .iter()
            .filter(|listed| self.ended.get(&listed.id).is_none_or(|ended| ended.status != listed.status));
        let open: Vec<DeploymentId> = open.map(|listed| listed.id.clone()).collect();
        let described =
            if open.is_empty() { Vec::new() } else { ask.describe_service_deployments(&open).await? };
        let mut known: HashMap<DeploymentId, ServiceDeployment> = std::mem::take(&mut self.ended);
        known.extend(described.into_iter().map(|deployment| (deployment.id.clone(), deployment)));
        let deployments: Vec<_> = listed.iter().filter_map(|listed| known.remove(&listed.id)).collect();
        let ended = deployments.iter().filter(|deployment| deployment.status.is_final());
        self.ended = ended.map(|deployment| (deployment.id.clone(), deployment.clone())).collect();
        let named: BTreeSet<RevisionId> =
            deployments.iter().flat_map(ServiceDeployment::revisions).cloned().collect();
        ask.observe(Observation::Deployments { service: self.service.clone(), deployments }).await;
        self.describe_revisions(ask, named).await
    }

    /// Asks for the revisions that are new. They are a subject of their own: without them the deployments still stand.
    async fn describe_revisions(&mut self, ask: &Ask, named: BTreeSet<RevisionId>) -> Result<(), Failure> {
        let new: Vec<RevisionId> = named.into_iter().filter(|id| !self.revisions.contains(id)).collect();
        let pauses = self.revisions_after.is_some_and(|after| Instant::now() < after);
        if new.is_empty() || (pauses && ask.priority() != Priority::User) {
            return Ok(());
        }
        let subject = Subject::Revisions(self.cluster.clone(), self.service.clone());
        for ids in new.chunks(REVISIONS_AT_ONCE) {
            let described = match ask.describe_service_revisions(ids).await {
                Ok(described) => described,
                Err(failure) if is_about_credentials(&failure) => return Err(failure),
                Err(failure) => {
                    let pause = self.backoff.after(&failure.kind);
                    self.revisions_after = Some(Instant::now() + pause);
                    let announced = (!matches!(failure.kind, FailureKind::Denied { .. })).then_some(pause);
                    ask.failed(subject, failure, announced).await;
                    return Ok(());
                }
            };
            let found = described.found.iter().map(|revision| &revision.id);
            self.revisions.extend(found.chain(&described.missing).cloned());
            let (revisions, missing) = (described.found, described.missing);
            ask.observe(Observation::Revisions { revisions, missing }).await;
        }
        self.backoff.reset();
        self.revisions_after = None;
        ask.answered(subject).await;
        Ok(())
    }
}
