//! The look right before a change is sent, and the one after an answer that was lost.

use super::look::{Aftermath, Found, Look, deployment, service};
use super::shift;
use crate::app::action::seen::Seen;
use crate::app::action::{Action, Change};
use crate::fleet::deployment::DeploymentStatus;
use crate::fleet::id::{ClusterId, ServiceId, TaskId};
use crate::fleet::scaling::{ResourceId, ScalableTarget};
use crate::fleet::service::Service;
use crate::fleet::task::{Task, TaskState};
use crate::fleet::topic::Failure;
use crate::runtime::poll::ask::Ask;

/// Describes the target of a change, with the service whose tag may protect it.
pub(super) async fn recheck(ask: &Ask, change: &Change) -> Result<Found, Failure> {
    let gone = |id: &ServiceId| Found::TooLate(format!("service {} is gone", id.name()));
    match change {
        Change::Scale { cluster, service: id, .. }
        | Change::Redeploy { cluster, service: id }
        | Change::Deploy { cluster, service: id, .. } => {
            if let Change::Deploy { definition, back: false, .. } = change {
                // One that is gone would be refused after the attempt was recorded: better before.
                ask.describe_task_definition(definition).await?;
            }
            Ok(match service(ask, cluster, id).await? {
                Some(service) if service.is_active() => {
                    Found::There(Look::of(Some(&service), Seen::service(&service)))
                }
                _ => gone(id),
            })
        }
        Change::StopTask { cluster, service: of, task: id } => {
            let Some(task) = task(ask, cluster, id).await? else {
                return Ok(Found::TooLate(format!("task {} is gone", id.short())));
            };
            // The task itself knows best whose it is.
            let of = task.service().map(|name| cluster.service(name)).or_else(|| of.clone());
            let service = match of {
                Some(of) => service(ask, cluster, &of).await?,
                None => None,
            };
            Ok(Found::There(Look::of(service.as_ref(), Seen::task(&task))))
        }
        // A way back waits for nothing more: of the tag counts what is known.
        Change::RollBack { deployment: id, .. } => Ok(match deployment(ask, id).await? {
            Some(deployment) if deployment.status.is_final() => {
                Found::TooLate(format!("the deployment has ended: {}", deployment.status.as_str()))
            }
            Some(deployment) => Found::There(Look::of(None, Seen::deployment(&deployment))),
            None => Found::TooLate(format!("deployment {} is gone", id.name())),
        }),
        Change::Range { cluster, service: id, .. } | Change::Suspend { cluster, service: id, .. } => {
            let service = service(ask, cluster, id).await?;
            let Some(service) = service.filter(Service::is_active) else { return Ok(gone(id)) };
            let target = target(ask, cluster, id).await?;
            Ok(Found::There(Look::of(Some(&service), Seen::target(target.as_ref(), service.desired))))
        }
        Change::Continue { cluster, service, waiting, .. } => {
            shift::waiting(ask, cluster, service, waiting).await
        }
        Change::Refuse { deployment, hook, .. } => shift::refused(ask, deployment, hook).await,
        Change::StopShift { cluster, service, deployment, back } => {
            shift::stopped(ask, cluster, service, deployment, *back).await
        }
        Change::RemoveBlue { cluster, service, deployment } => {
            shift::keeps_blue(ask, cluster, service, deployment).await
        }
        Change::Release { cluster, service: id, release } => {
            if let Some(definition) = release.definition.as_ref().filter(|_| !release.back) {
                ask.describe_task_definition(definition).await?;
            }
            Ok(match service(ask, cluster, id).await? {
                Some(service) if service.is_active() => {
                    Found::There(Look::of(Some(&service), Seen::release(&service)))
                }
                _ => gone(id),
            })
        }
    }
}

/// What became of a change whose answer was lost: what is now, against what it wanted and what was seen before.
pub(super) async fn aftermath(
    ask: &Ask,
    action: &Action,
    before: Option<&Look>,
) -> Result<Aftermath, Failure> {
    if let Some(aftermath) = shift::aftermath(ask, &action.change).await? {
        return Ok(aftermath);
    }
    let untouched = |now: &Seen| action.change.differences(&action.seen, now).is_empty();
    let (done, untouched) = match &action.change {
        Change::Scale { cluster, service: id, desired } => match service(ask, cluster, id).await? {
            Some(service) => (service.desired == *desired, untouched(&Seen::service(&service))),
            None => (false, false),
        },
        // Two of them in a row restart everything twice, so it counts as untouched never.
        Change::Redeploy { cluster, service: id } => {
            let now = service(ask, cluster, id).await?;
            let now = now.as_ref().and_then(Service::primary).map(|rollout| &rollout.id);
            let then = before.and_then(|look| look.primary.as_ref());
            (now.is_some() && then.is_some() && now != then, false)
        }
        Change::Deploy { cluster, service: id, definition, .. } => match service(ask, cluster, id).await? {
            Some(service) => {
                (service.definition.as_ref() == Some(definition), untouched(&Seen::service(&service)))
            }
            None => (false, false),
        },
        Change::StopTask { cluster, task: id, .. } => match task(ask, cluster, id).await? {
            Some(task) => (task.desired == TaskState::Stopped, untouched(&Seen::task(&task))),
            None => (true, false),
        },
        Change::RollBack { deployment: id, .. } => {
            use DeploymentStatus::{InProgress, Other, Pending, Successful};
            match deployment(ask, id).await?.map(|deployment| deployment.status) {
                Some(Pending | InProgress) => (false, true),
                // It came to its end all the same.
                None | Some(Successful | Other(_)) => (false, false),
                Some(_) => (true, false),
            }
        }
        Change::Range { cluster, service: id, min, max } => {
            let (seen, target) = scaling(ask, cluster, id).await?;
            (target.is_some_and(|target| (target.min, target.max) == (*min, *max)), untouched(&seen))
        }
        Change::Suspend { cluster, service: id, suspension } => {
            let (seen, target) = scaling(ask, cluster, id).await?;
            (target.is_some_and(|target| target.suspension == *suspension), untouched(&seen))
        }
        Change::Continue { .. }
        | Change::Refuse { .. }
        | Change::StopShift { .. }
        | Change::RemoveBlue { .. }
        | Change::Release { .. } => (false, false),
    };
    Ok(match (done, untouched) {
        (true, _) => Aftermath::Done,
        (false, true) => Aftermath::Untouched,
        (false, false) => Aftermath::Other,
    })
}

async fn task(ask: &Ask, cluster: &ClusterId, id: &TaskId) -> Result<Option<Task>, Failure> {
    Ok(ask.describe_tasks(cluster, std::slice::from_ref(id)).await?.found.into_iter().next())
}

async fn target(ask: &Ask, cluster: &ClusterId, id: &ServiceId) -> Result<Option<ScalableTarget>, Failure> {
    let targets = ask.scalable_targets(&[ResourceId::of(cluster, id)]).await?;
    Ok(targets.into_iter().next().map(|(_, target)| target))
}

async fn scaling(
    ask: &Ask,
    cluster: &ClusterId,
    id: &ServiceId,
) -> Result<(Seen, Option<ScalableTarget>), Failure> {
    let target = target(ask, cluster, id).await?;
    // A service that is gone has no count, which is another than any that was seen.
    let seen = match service(ask, cluster, id).await? {
        Some(service) => Seen::target(target.as_ref(), service.desired),
        None => Seen::default(),
    };
    Ok((seen, target))
}
