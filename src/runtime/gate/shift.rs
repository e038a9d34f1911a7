//! The looks before and after an answer to a blue/green deployment: whether it still waits, and who was faster.

use super::look::{self, Aftermath, Found, Look};
use crate::app::action::Change;
use crate::app::action::seen::{ALLOW_TRAFFIC, Seen};
use crate::app::action::shift::Waiting;
use crate::aws::codedeploy::NOT_STARTED;
use crate::fleet::codedeploy::{CodeDeployId, CodeDeployStatus, CodeDeployment, EcsTarget};
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::{ClusterId, DeploymentId, ServiceId};
use crate::fleet::topic::Failure;
use crate::runtime::poll::ask::Ask;

/// What waits, with the service whose tag may protect it.
pub(super) async fn waiting(
    ask: &Ask,
    cluster: &ClusterId,
    id: &ServiceId,
    waiting: &Waiting,
) -> Result<Found, Failure> {
    let seen = match waiting {
        Waiting::Hook { deployment, hook } => {
            let Some(known) = look::deployment(ask, deployment).await? else {
                return Ok(gone(deployment.name()));
            };
            if let Some(sentence) = is_answered(&known, hook) {
                return Ok(Found::Overtaken(sentence));
            }
            Seen::hook(&known, hook)
        }
        Waiting::Ready(deployment) => {
            let Some((known, target)) = codedeployment(ask, deployment, (cluster, id)).await? else {
                return Ok(gone(deployment.as_str()));
            };
            if let Some(sentence) = has_gone_on(&known, target.as_ref()) {
                return Ok(Found::Overtaken(sentence));
            }
            if known.status != CodeDeployStatus::Ready {
                let status = known.status.as_str();
                return Ok(Found::TooLate(format!(
                    "{} does not wait for approval: it is {status}",
                    deployment.as_str()
                )));
            }
            Seen::shift(&known, target.as_ref())
        }
    };
    of_service(ask, cluster, id, seen).await
}

/// A pause hook that is to be refused. A way back waits for nothing more: of the tag counts what is known.
pub(super) async fn refused(ask: &Ask, id: &DeploymentId, hook: &str) -> Result<Found, Failure> {
    let Some(known) = look::deployment(ask, id).await? else { return Ok(gone(id.name())) };
    if known.status.is_final() {
        return Ok(Found::TooLate(format!("the deployment has ended: {}", known.status.as_str())));
    }
    Ok(match is_answered(&known, hook) {
        Some(sentence) => Found::TooLate(format!("{sentence}; look again: the deployment is stopped then")),
        None => Found::There(Look::of(None, Seen::deployment(&known))),
    })
}

/// A deployment of CodeDeploy that is to be stopped; with its service only where that is no way back.
pub(super) async fn stopped(
    ask: &Ask,
    cluster: &ClusterId,
    service: &ServiceId,
    id: &CodeDeployId,
    back: bool,
) -> Result<Found, Failure> {
    let Some((known, target)) = codedeployment(ask, id, (cluster, service)).await? else {
        return Ok(gone(id.as_str()));
    };
    if known.status.is_final() {
        return Ok(Found::Overtaken(ended(&known)));
    }
    let seen = Seen::shift(&known, target.as_ref());
    if back {
        return Ok(Found::There(Look::of(None, seen)));
    }
    of_service(ask, cluster, service, seen).await
}

/// A deployment of CodeDeploy that keeps blue.
pub(super) async fn keeps_blue(
    ask: &Ask,
    cluster: &ClusterId,
    service: &ServiceId,
    id: &CodeDeployId,
) -> Result<Found, Failure> {
    let Some((known, target)) = codedeployment(ask, id, (cluster, service)).await? else {
        return Ok(gone(id.as_str()));
    };
    if known.status.is_final() {
        return Ok(Found::Overtaken(ended(&known)));
    }
    if !is_rerouted(target.as_ref()) {
        let sentence = format!("{} keeps no blue yet: its traffic has not moved", id.as_str());
        return Ok(Found::TooLate(sentence));
    }
    of_service(ask, cluster, service, Seen::shift(&known, target.as_ref())).await
}

/// What became of an answer that was lost; `None` for another kind of change. None of them is ever sent twice: the
/// second could be meant for the next gate.
pub(super) async fn aftermath(ask: &Ask, change: &Change) -> Result<Option<Aftermath>, Failure> {
    use DeploymentStatus::{RollbackFailed, RollbackInProgress, RollbackRequested, RollbackSuccessful};
    let aftermath = match change {
        Change::Continue { cluster, service, waiting, .. } => {
            answered(ask, (cluster, service), waiting).await?
        }
        Change::StopShift { deployment, .. } => came_to(ask, deployment, &CodeDeployStatus::Stopped).await?,
        Change::RemoveBlue { deployment, .. } => {
            came_to(ask, deployment, &CodeDeployStatus::Succeeded).await?
        }
        Change::Refuse { deployment, .. } => {
            match look::deployment(ask, deployment).await?.map(|known| known.status) {
                Some(RollbackRequested | RollbackInProgress | RollbackSuccessful | RollbackFailed) => {
                    Aftermath::Done
                }
                _ => Aftermath::Other,
            }
        }
        // Which deployment is its own, only its answer told.
        Change::Release { .. } => Aftermath::Other,
        _ => return Ok(None),
    };
    Ok(Some(aftermath))
}

/// Whether the gate took a yes.
async fn answered(
    ask: &Ask,
    place: (&ClusterId, &ServiceId),
    waiting: &Waiting,
) -> Result<Aftermath, Failure> {
    let done = match waiting {
        Waiting::Hook { deployment, hook } => look::deployment(ask, deployment).await?.is_some_and(|known| {
            let status = known.hooks.iter().find(|it| *it.id == **hook).map(|it| &*it.status);
            status == Some("SUCCEEDED")
        }),
        Waiting::Ready(id) => {
            let known = codedeployment(ask, id, place).await?;
            known.is_some_and(|(known, target)| !known.status.is_final() && has_begun(target.as_ref()))
        }
    };
    Ok(if done { Aftermath::Done } else { Aftermath::Other })
}

/// Whether a deployment of CodeDeploy ended in this way.
async fn came_to(ask: &Ask, id: &CodeDeployId, wanted: &CodeDeployStatus) -> Result<Aftermath, Failure> {
    let known = described(ask, id).await?;
    let done = known.is_some_and(|known| known.status == *wanted);
    Ok(if done { Aftermath::Done } else { Aftermath::Other })
}

/// Adds the service: a tag that was set since the last look counts.
async fn of_service(ask: &Ask, cluster: &ClusterId, id: &ServiceId, seen: Seen) -> Result<Found, Failure> {
    let service = look::service(ask, cluster, id).await?;
    Ok(match service.filter(crate::fleet::service::Service::is_active) {
        Some(service) => Found::There(Look::of(Some(&service), seen)),
        None => Found::TooLate(format!("service {} is gone", id.name())),
    })
}

fn gone(name: &str) -> Found {
    Found::TooLate(format!("deployment {name} is gone"))
}

/// What became of a hook that does not wait any more.
fn is_answered(deployment: &ServiceDeployment, hook: &str) -> Option<String> {
    let status = &deployment.status;
    // A status that is not known does not hide a hook that waits: AWS refuses what comes too late.
    if !matches!(status, DeploymentStatus::InProgress | DeploymentStatus::Other(_)) {
        return Some(format!("the deployment does not wait any more: it is {}", status.as_str()));
    }
    let known = deployment.hooks.iter().find(|known| *known.id == *hook);
    if known.is_some_and(crate::fleet::deployment::Hook::waits_for_a_person) {
        return None;
    }
    let stage = deployment.stage.as_deref().unwrap_or("a stage that is not told");
    Some(match known.map(|known| &*known.status) {
        Some("SUCCEEDED") => format!("already answered by somebody else: {hook} was continued"),
        Some("TIMED_OUT") => format!("{hook} timed out before the answer; the deployment is at {stage}"),
        Some(status) => format!("{hook} does not wait any more: it is {status}"),
        None => {
            format!(
                "already answered by somebody else, or by its time: {hook} is gone, the deployment is at {stage}"
            )
        }
    })
}

/// What became of a deployment of CodeDeploy that does not wait for approval any more.
fn has_gone_on(deployment: &CodeDeployment, target: Option<&EcsTarget>) -> Option<String> {
    if deployment.status.is_final() {
        return Some(ended(deployment));
    }
    has_begun(target)
        .then(|| format!("already answered by somebody else: {} moves its traffic", deployment.id.as_str()))
}

fn ended(deployment: &CodeDeployment) -> String {
    let because = deployment.error.as_ref().map_or_else(String::new, |(_, sentence)| format!(": {sentence}"));
    let back = deployment.rolled_back_by.as_ref();
    let back = back.map_or_else(String::new, |id| format!("; {} rolls it back", id.as_str()));
    format!("{} has {} already{because}{back}", deployment.id.as_str(), deployment.status.as_str())
}

/// Production traffic moves or has moved.
fn has_begun(target: Option<&EcsTarget>) -> bool {
    let event = target.and_then(|target| target.event(ALLOW_TRAFFIC));
    event.is_some_and(|event| matches!(&*event.status, "InProgress" | "Succeeded" | "Failed"))
}

fn is_rerouted(target: Option<&EcsTarget>) -> bool {
    let event = target.and_then(|target| target.event(ALLOW_TRAFFIC));
    event.is_some_and(|event| &*event.status == "Succeeded")
}

/// A deployment of CodeDeploy with its target, which is not there before it starts.
async fn codedeployment(
    ask: &Ask,
    id: &CodeDeployId,
    (cluster, service): (&ClusterId, &ServiceId),
) -> Result<Option<(CodeDeployment, Option<EcsTarget>)>, Failure> {
    let found = described(ask, id).await?;
    let Some(found) = found else { return Ok(None) };
    let target = match ask.batch_get_deployment_targets(id, cluster, service).await {
        Ok(target) => Some(target),
        Err(failure) if failure.code.as_deref() == Some(NOT_STARTED) => None,
        Err(failure) => return Err(failure),
    };
    Ok(Some((found, target)))
}

async fn described(ask: &Ask, id: &CodeDeployId) -> Result<Option<CodeDeployment>, Failure> {
    Ok(ask.batch_get_deployments(std::slice::from_ref(id)).await?.into_iter().next())
}
