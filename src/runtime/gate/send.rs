//! The change as one request.

use super::Door;
use crate::app::action::Change;
use crate::aws::Accepted;
use crate::aws::permit::Permit;
use crate::fleet::bucket::Bucket;
use crate::fleet::scaling::{RangeChange, ResourceId};
use crate::fleet::topic::Failure;
use crate::runtime::requests::Priority;

/// The futures of the SDK are large, so they live on the heap.
pub(super) async fn send(
    door: &Door,
    permit: Permit,
    change: &Change,
    reason: &str,
) -> Result<Accepted, Failure> {
    let (requests, user) = (&door.requests, Priority::User);
    let (ecs, autoscaling) = (&door.aws.ecs, &door.aws.autoscaling);
    match change {
        Change::Scale { cluster, service, desired } => {
            let request = ecs.scale(permit, cluster, service, *desired);
            requests.once(Bucket::ServiceModify, user, "UpdateService", Box::pin(request)).await
        }
        Change::Redeploy { cluster, service } => {
            let request = ecs.redeploy(permit, cluster, service);
            requests.once(Bucket::ServiceModify, user, "UpdateService", Box::pin(request)).await
        }
        Change::Deploy { cluster, service, definition, .. } => {
            let request = ecs.deploy(permit, cluster, service, definition);
            requests.once(Bucket::ServiceModify, user, "UpdateService", Box::pin(request)).await
        }
        Change::StopTask { cluster, task, .. } => {
            let request = ecs.stop_task(permit, cluster, task, reason);
            requests.once(Bucket::TaskModify, user, "StopTask", Box::pin(request)).await
        }
        Change::RollBack { deployment, .. } => {
            let request = ecs.roll_back(permit, deployment);
            requests.once(Bucket::DeploymentModify, user, "StopServiceDeployment", Box::pin(request)).await
        }
        Change::Range { cluster, service, min, max } => {
            let change = RangeChange { min: Some(*min), max: Some(*max), suspension: None };
            let resource = ResourceId::of(cluster, service);
            let request = autoscaling.register(permit, &resource, change);
            requests.once(Bucket::Autoscaling, user, "RegisterScalableTarget", Box::pin(request)).await
        }
        Change::Suspend { cluster, service, suspension } => {
            let change = RangeChange { suspension: Some(*suspension), ..RangeChange::default() };
            let resource = ResourceId::of(cluster, service);
            let request = autoscaling.register(permit, &resource, change);
            requests.once(Bucket::Autoscaling, user, "RegisterScalableTarget", Box::pin(request)).await
        }
    }
}
