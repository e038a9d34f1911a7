//! The look right before a change is sent, and the one after an answer that was lost.

use crate::app::action::seen::{Aspect, Seen};
use crate::app::action::{Action, Change};
use crate::aws::ecs::EventDepth;
use crate::fleet::id::{ClusterId, ServiceId, Text};
use crate::fleet::scaling::ResourceId;
use crate::fleet::service::Service;
use crate::fleet::task::TaskState;
use crate::fleet::topic::Failure;
use crate::runtime::poll::ask::Ask;

/// What the look found.
pub(super) enum Found {
    /// The target as it is now, and the protection that its service's tag asks for.
    There { seen: Seen, protect: Option<String> },
    /// What is not there any more.
    Gone(String),
}

/// Describes the target of a change.
pub(super) async fn recheck(ask: &Ask, change: &Change) -> Result<Found, Failure> {
    match change {
        Change::Scale { cluster, service, .. } | Change::Redeploy { cluster, service } => {
            found_service(ask, cluster, service).await
        }
        Change::Deploy { cluster, service, definition, .. } => {
            // A definition that is gone would be refused after the attempt was recorded: better before.
            ask.describe_task_definition(definition).await?;
            found_service(ask, cluster, service).await
        }
        Change::StopTask { cluster, task, .. } => {
            let described = ask.describe_tasks(cluster, std::slice::from_ref(task)).await?;
            Ok(match described.found.first() {
                Some(task) => Found::There { seen: Seen::task(task), protect: None },
                None => Found::Gone(format!("task {}", task.short())),
            })
        }
        Change::RollBack { deployment, .. } => {
            let described = ask.describe_service_deployments(std::slice::from_ref(deployment)).await?;
            Ok(match described.first() {
                Some(deployment) => Found::There { seen: Seen::deployment(deployment), protect: None },
                None => Found::Gone(format!("deployment {}", deployment.name())),
            })
        }
        Change::Range { cluster, service, .. } | Change::Suspend { cluster, service, .. } => {
            let targets = ask.scalable_targets(&[ResourceId::of(cluster, service)]).await?;
            let target = targets.first().map(|(_, target)| target);
            Ok(Found::There { seen: Seen::target(target), protect: None })
        }
    }
}

async fn found_service(ask: &Ask, cluster: &ClusterId, id: &ServiceId) -> Result<Found, Failure> {
    Ok(match service(ask, cluster, id).await? {
        Some(service) if service.is_active() => Found::There {
            seen: Seen::service(&service),
            protect: service.protect.as_ref().map(Text::to_string),
        },
        _ => Found::Gone(format!("service {}", id.name())),
    })
}

async fn service(ask: &Ask, cluster: &ClusterId, id: &ServiceId) -> Result<Option<Service>, Failure> {
    let ids = std::slice::from_ref(id);
    let described = ask.describe_services(cluster, ids, EventDepth::Newest(0)).await?;
    Ok(described.found.into_iter().next())
}

/// Whether a change whose answer was lost was done: by comparing what is now with what it wanted and what was before.
pub(super) async fn was_done(ask: &Ask, action: &Action) -> Result<bool, Failure> {
    match &action.change {
        Change::Scale { cluster, service: id, desired } => {
            let service = service(ask, cluster, id).await?;
            Ok(service.is_some_and(|service| service.desired == *desired))
        }
        Change::Redeploy { cluster, service: id } => {
            let now = service(ask, cluster, id).await?.map(|service| Seen::service(&service));
            let before = action.seen.get(Aspect::Deployment);
            Ok(now.is_some_and(|now| now.get(Aspect::Deployment) != before))
        }
        Change::Deploy { cluster, service: id, definition, .. } => {
            let service = service(ask, cluster, id).await?;
            Ok(service.is_some_and(|service| service.definition.as_ref() == Some(definition)))
        }
        Change::StopTask { cluster, task, .. } => {
            let described = ask.describe_tasks(cluster, std::slice::from_ref(task)).await?;
            Ok(described.found.first().is_none_or(|task| task.desired == TaskState::Stopped))
        }
        Change::RollBack { deployment, .. } => {
            use crate::fleet::deployment::DeploymentStatus::{InProgress, Pending};
            let described = ask.describe_service_deployments(std::slice::from_ref(deployment)).await?;
            Ok(described.first().is_some_and(|known| !matches!(known.status, Pending | InProgress)))
        }
        Change::Range { cluster, service, min, max } => {
            let targets = ask.scalable_targets(&[ResourceId::of(cluster, service)]).await?;
            Ok(targets.first().is_some_and(|(_, target)| (target.min, target.max) == (*min, *max)))
        }
        Change::Suspend { cluster, service, suspension } => {
            let targets = ask.scalable_targets(&[ResourceId::of(cluster, service)]).await?;
            Ok(targets.first().is_some_and(|(_, target)| target.suspension == *suspension))
        }
    }
}
