//! The change as one request, sent in its turn.

use std::pin::Pin;

use super::Door;
use crate::app::action::Change;
use crate::app::action::shift::{Release, Spec, Waiting};
use crate::aws::Accepted;
use crate::aws::codedeploy::change::{AppSpec, NewDeployment};
use crate::aws::permit::Permit;
use crate::fleet::bucket::Bucket;
use crate::fleet::scaling::{RangeChange, ResourceId};
use crate::fleet::topic::Failure;
use crate::runtime::requests::{Priority, Turn};

/// Waits until the change may be sent: what is looked at and judged afterwards is as it is then.
pub(super) async fn turn(door: &Door, change: &Change) -> Result<Turn, Failure> {
    let (bucket, operation) = match change {
        Change::Scale { .. } | Change::Redeploy { .. } | Change::Deploy { .. } => {
            (Bucket::ServiceModify, "UpdateService")
        }
        Change::StopTask { .. } => (Bucket::TaskModify, "StopTask"),
        Change::RollBack { .. } => (Bucket::DeploymentModify, "StopServiceDeployment"),
        Change::Continue { waiting: Waiting::Hook { .. }, .. } | Change::Refuse { .. } => {
            (Bucket::DeploymentModify, "ContinueServiceDeployment")
        }
        Change::Continue { waiting: Waiting::Ready(_), .. } | Change::RemoveBlue { .. } => {
            (Bucket::CodeDeployModify, "ContinueDeployment")
        }
        Change::StopShift { .. } => (Bucket::CodeDeployModify, "StopDeployment"),
        Change::Release { .. } => (Bucket::CodeDeployModify, "CreateDeployment"),
        Change::Range { .. } | Change::Suspend { .. } => (Bucket::Autoscaling, "RegisterScalableTarget"),
    };
    door.requests.turn(bucket, Priority::User, operation).await
}

pub(super) async fn send(
    door: &Door,
    turn: Turn,
    permit: Permit,
    change: &Change,
    reason: &str,
) -> Result<Accepted, Failure> {
    let (ecs, autoscaling, codedeploy) = (&door.aws.ecs, &door.aws.autoscaling, &door.aws.codedeploy);
    // A request is a large future, and each hand that it goes through would make room for it.
    let request: Pin<Box<dyn Future<Output = Result<Accepted, Failure>> + Send + '_>> = match change {
        Change::Scale { cluster, service, desired } => {
            Box::pin(ecs.scale(permit, cluster, service, *desired))
        }
        Change::Redeploy { cluster, service } => Box::pin(ecs.redeploy(permit, cluster, service)),
        Change::Deploy { cluster, service, definition, .. } => {
            Box::pin(ecs.deploy(permit, cluster, service, definition))
        }
        Change::StopTask { cluster, task, .. } => Box::pin(ecs.stop_task(permit, cluster, task, reason)),
        Change::RollBack { deployment, .. } => Box::pin(ecs.roll_back(permit, deployment)),
        Change::Continue { waiting: Waiting::Hook { deployment, hook }, .. } => {
            Box::pin(ecs.continue_past(permit, deployment, hook))
        }
        Change::Refuse { deployment, hook, .. } => Box::pin(ecs.refuse(permit, deployment, hook)),
        Change::Continue { waiting: Waiting::Ready(id), .. } => Box::pin(codedeploy.reroute(permit, id)),
        Change::RemoveBlue { deployment, .. } => Box::pin(codedeploy.remove_blue(permit, deployment)),
        Change::StopShift { deployment, back, .. } => Box::pin(codedeploy.stop(permit, deployment, *back)),
        Change::Release { release, .. } => Box::pin(codedeploy.create(permit, new(release, reason))),
        Change::Range { cluster, service, min, max } => {
            let range = RangeChange { min: Some(*min), max: Some(*max), suspension: None };
            let resource = ResourceId::of(cluster, service);
            Box::pin(async move { autoscaling.register(permit, &resource, range).await })
        }
        Change::Suspend { cluster, service, suspension } => {
            let range = RangeChange { suspension: Some(*suspension), ..RangeChange::default() };
            let resource = ResourceId::of(cluster, service);
            Box::pin(async move { autoscaling.register(permit, &resource, range).await })
        }
    };
    turn.take(request).await
}

/// Everybody reads the reason in the deployment's description.
fn new<'a>(release: &'a Release, reason: &'a str) -> NewDeployment<'a> {
    NewDeployment {
        group: &release.group,
        spec: match &release.spec {
            Spec::Content(content) => AppSpec::Content(content),
            Spec::S3 { bucket, key } => AppSpec::S3 { bucket, key },
        },
        config: release.config.as_deref(),
        ignores_alarms: release.ignores_alarms,
        description: Some(reason),
    }
}
