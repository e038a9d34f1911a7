//! Revisions that may be deployed: newer ones, and those that ran before with what proved them.

use crate::fleet::Fleet;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::{DefinitionId, RevisionId};
use crate::fleet::service::Service;
use crate::fleet::shift::ShiftId;

/// A revision that may be deployed, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub definition: DefinitionId,
    /// The deployment that proved it, if one did.
    pub proof: Option<ShiftId>,
}

/// Newer revisions that are looked for.
const NEWER: usize = 5;

/// What can be deployed: newer revisions as far as they are known and one to look at, then what ran before.
pub fn candidates(fleet: &Fleet, service: &Service, back: bool) -> Vec<Candidate> {
    let mut all = newer(fleet, service.definition.as_ref().filter(|_| !back));
    all.extend(ways_back(fleet, service));
    all
}

/// Revisions above this one, the newest first.
pub fn newer(fleet: &Fleet, than: Option<&DefinitionId>) -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut next = than.and_then(DefinitionId::after);
    for _ in 0..NEWER {
        let Some(definition) = next else { break };
        let known = fleet.definition(&definition).is_some();
        if fleet.is_definition_known(&definition) && !known {
            // AWS has none of this number.
            break;
        }
        next = definition.after().filter(|_| known);
        all.insert(0, Candidate { definition, proof: None });
    }
    all
}

/// Revisions that a service can go back to: what was deployed successfully, the newest first, without what runs now.
///
/// Where no deployment is known, the revision below is all there is to offer; it may never have run.
pub fn ways_back(fleet: &Fleet, service: &Service) -> Vec<Candidate> {
    let now =
        service.primary().and_then(|primary| primary.definition.as_ref()).or(service.definition.as_ref());
    let known = fleet.deployments(&service.id);
    let mut found: Vec<Candidate> = Vec::new();
    for deployment in known.into_iter().flat_map(|known| known.iter()) {
        let Some(definition) = succeeded(fleet, deployment) else { continue };
        if now != Some(&definition) && !found.iter().any(|known| known.definition == definition) {
            found.push(Candidate { definition, proof: Some(ShiftId::Ecs(deployment.id.clone())) });
        }
    }
    if found.is_empty() {
        let before = service.previous_definition().filter(|before| now != Some(before));
        found.extend(before.map(|definition| Candidate { definition, proof: None }));
    }
    found
}

fn succeeded(fleet: &Fleet, deployment: &ServiceDeployment) -> Option<DefinitionId> {
    fleet.revision(brought(deployment)?)?.definition.clone()
}

/// What a deployment brought to its end: its target, or what it went back to.
pub fn brought(deployment: &ServiceDeployment) -> Option<&RevisionId> {
    match deployment.status {
        DeploymentStatus::Successful => Some(&deployment.target.as_ref()?.revision),
        DeploymentStatus::RollbackSuccessful => deployment.rollback.as_ref()?.revision.as_ref(),
        _ => None,
    }
}
