//! The target of a change as it is right before it is sent, or after its answer was lost.

use crate::app::action::seen::Seen;
use crate::aws::ecs::EventDepth;
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::{ClusterId, DeploymentId, ServiceId, Text};
use crate::fleet::service::Service;
use crate::fleet::topic::Failure;
use crate::runtime::poll::ask::Ask;

/// What the look found.
pub(super) enum Found {
    There(Look),
    /// Somebody or something else decided it first, and what became of it.
    Overtaken(String),
    /// Why it is no longer possible, such as `task 1a2b3c4d is gone`.
    TooLate(String),
}

/// The target as it is now.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub seen: Seen,
    /// The protection that its service's tag asks for.
    pub protect: Option<String>,
    /// The rollout that ECS works towards.
    pub primary: Option<Text>,
}

impl Look {
    pub(super) fn of(service: Option<&Service>, seen: Seen) -> Self {
        Self {
            seen,
            protect: service.and_then(|service| service.protect.as_ref()).map(Text::to_string),
            primary: service.and_then(Service::primary).map(|rollout| rollout.id.clone()),
        }
    }
}

/// What a look tells of a change whose answer was lost.
pub(super) enum Aftermath {
    Done,
    /// Everything is as it was seen: nothing was done.
    Untouched,
    /// Neither: somebody else acted, or AWS does not show it yet.
    Other,
}

pub(super) async fn service(
    ask: &Ask,
    cluster: &ClusterId,
    id: &ServiceId,
) -> Result<Option<Service>, Failure> {
    let ids = std::slice::from_ref(id);
    let described = ask.describe_services(cluster, ids, EventDepth::Newest(0)).await?;
    Ok(described.found.into_iter().next())
}

pub(super) async fn deployment(ask: &Ask, id: &DeploymentId) -> Result<Option<ServiceDeployment>, Failure> {
    Ok(ask.describe_service_deployments(std::slice::from_ref(id)).await?.into_iter().next())
}
