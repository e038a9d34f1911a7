//! The newest deployments of a service; those that ended are described once.

use std::collections::HashMap;

use super::ask::Ask;
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::{ClusterId, DeploymentId, ServiceId};
use crate::fleet::observation::Observation;
use crate::fleet::topic::Failure;

/// How many deployments of a service are looked at.
const NEWEST: u8 = 5;

/// What is known of a service's deployments between two looks.
#[derive(Debug)]
pub struct Deployments {
    cluster: ClusterId,
    service: ServiceId,
    ended: HashMap<DeploymentId, ServiceDeployment>,
}

impl Deployments {
    pub fn of(cluster: ClusterId, service: ServiceId) -> Self {
        Self { cluster, service, ended: HashMap::new() }
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
        ask.observe(Observation::Deployments { service: self.service.clone(), deployments }).await;
        Ok(())
    }
}
