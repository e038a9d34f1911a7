//! What CodeDeploy tells of one deployment and its target, of a group, and of a configuration.

use std::collections::BTreeSet;

use super::ask::Ask;
use crate::aws::codedeploy::{DEPLOYMENTS_AT_ONCE, NO_SUCH_ID, NOT_STARTED};
use crate::fleet::codedeploy::{CodeDeployId, CodeDeployStatus, CodeDeployment, GroupId};
use crate::fleet::id::{ClusterId, ServiceId, Text};
use crate::fleet::observation::Observation;
use crate::fleet::topic::{Failure, FailureKind};
use crate::runtime::requests::Priority;

/// One deployment that somebody looks at, between two looks.
#[derive(Debug)]
pub struct Delivery {
    id: CodeDeployId,
    cluster: ClusterId,
    service: ServiceId,
    /// The deployment that rolls it back.
    rolled_back_by: Option<CodeDeployId>,
    /// Nothing of it changes any more.
    settled: bool,
}

impl Delivery {
    pub fn of(id: CodeDeployId, cluster: ClusterId, service: ServiceId) -> Self {
        Self { id, cluster, service, rolled_back_by: None, settled: false }
    }

    /// One look: the deployment, the one that rolls it back, and its target.
    pub async fn look(&mut self, ask: &Ask) -> Result<(), Failure> {
        if self.settled && ask.priority() != Priority::User {
            return Ok(());
        }
        let asked: Vec<CodeDeployId> =
            std::iter::once(&self.id).chain(&self.rolled_back_by).cloned().collect();
        let mut found = deployments(ask, &asked).await?;
        let rollback = found.iter().find(|found| found.id == self.id);
        let rollback = rollback.and_then(|found| found.rolled_back_by.clone());
        if let Some(new) = rollback.filter(|id| !asked.contains(id)) {
            found.extend(deployments(ask, std::slice::from_ref(&new)).await?);
            self.rolled_back_by = Some(new);
        }
        let own = found.iter().find(|found| found.id == self.id);
        if own.is_some_and(has_target) {
            target(ask, &self.id, &self.cluster, &self.service).await?;
        }
        let over = |found: &CodeDeployment| found.status.is_final();
        // A rollback is named some time after the deployment ended.
        let turned =
            own.is_some_and(|own| own.status == CodeDeployStatus::Succeeded || own.rolled_back_by.is_some());
        self.settled = turned && found.iter().all(over);
        Ok(())
    }
}

/// Asks for deployments and tells them. One that is gone fails the whole request, so then each is asked for by itself.
async fn deployments(ask: &Ask, ids: &[CodeDeployId]) -> Result<Vec<CodeDeployment>, Failure> {
    let mut found = Vec::new();
    match ask.batch_get_deployments(ids).await {
        Ok(answer) => found = answer,
        Err(failure) if !is_gone(&failure) => return Err(failure),
        Err(_) if ids.len() == 1 => {}
        Err(_) => {
            for id in ids {
                match ask.batch_get_deployments(std::slice::from_ref(id)).await {
                    Ok(answer) => found.extend(answer),
                    Err(failure) if is_gone(&failure) => {}
                    Err(failure) => return Err(failure),
                }
            }
        }
    }
    tell(ask, ids, found.clone()).await;
    Ok(found)
}

/// Asks for the newest deployments of a group: two requests.
pub async fn history(ask: &Ask, group: &GroupId) -> Result<(), Failure> {
    let newest = ask.list_deployments(group, None).await?.items;
    let newest: Vec<CodeDeployId> = newest.into_iter().take(DEPLOYMENTS_AT_ONCE).collect();
    if newest.is_empty() { Ok(()) } else { deployments(ask, &newest).await.map(drop) }
}

/// Lists what has begun, and tells those of it that are not known; returns these.
pub async fn begun(ask: &Ask, known: &BTreeSet<CodeDeployId>) -> Result<Vec<CodeDeployId>, Failure> {
    let mut new = ask.list_begun_deployments().await?;
    new.retain(|id| !known.contains(id));
    new.truncate(DEPLOYMENTS_AT_ONCE);
    if !new.is_empty() {
        deployments(ask, &new).await?;
    }
    Ok(new)
}

/// Tells which of the deployments there are.
pub async fn tell(ask: &Ask, asked: &[CodeDeployId], deployments: Vec<CodeDeployment>) {
    let lacking = asked.iter().filter(|id| deployments.iter().all(|found| found.id != **id));
    let missing = lacking.cloned().collect();
    ask.observe(Observation::CodeDeployments { deployments, missing }).await;
}

/// Asks for the target of a deployment and tells it; that there is none (yet) is no trouble.
pub async fn target(
    ask: &Ask,
    id: &CodeDeployId,
    cluster: &ClusterId,
    service: &ServiceId,
) -> Result<(), Failure> {
    match ask.batch_get_deployment_targets(id, cluster, service).await {
        Ok(target) => ask.observe(Observation::CodeDeployTarget { target: Box::new(target) }).await,
        Err(failure) if has_none(&failure) => {}
        Err(failure) => return Err(failure),
    }
    Ok(())
}

/// Asks for groups of one application and tells them.
pub async fn groups(ask: &Ask, application: &Text, names: &[Text]) -> Result<(), Failure> {
    let groups = match ask.batch_get_deployment_groups(application, names).await {
        Ok(groups) => groups,
        Err(failure) if failure.kind == FailureKind::Missing => Vec::new(),
        Err(failure) => return Err(failure),
    };
    let id = |name: &Text| GroupId { application: application.clone(), name: name.clone() };
    let missing = names.iter().map(id).filter(|id| groups.iter().all(|group| group.id != *id)).collect();
    ask.observe(Observation::DeploymentGroups { groups, missing }).await;
    Ok(())
}

/// Asks how a configuration moves traffic and tells it.
pub async fn routing(ask: &Ask, config: &Text) -> Result<(), Failure> {
    let routing = ask.get_deployment_config(config).await?;
    ask.observe(Observation::Routing { config: config.clone(), routing }).await;
    Ok(())
}

/// A deployment has its target from its start on.
pub fn has_target(deployment: &CodeDeployment) -> bool {
    !matches!(deployment.status, CodeDeployStatus::Created | CodeDeployStatus::Queued)
}

/// CodeDeploy does not have it (any more), or never could: other controllers keep ids of their own in a task set.
pub fn is_gone(failure: &Failure) -> bool {
    failure.kind == FailureKind::Missing || failure.code.as_deref() == Some(NO_SUCH_ID)
}

/// There is no target: the deployment did not start, or ended before it did.
fn has_none(failure: &Failure) -> bool {
    is_gone(failure) || failure.code.as_deref() == Some(NOT_STARTED)
}
