//! Application Auto Scaling: each method is exactly one request about ECS services and nothing else.

use std::cmp::Reverse;

use aws_sdk_applicationautoscaling::operation::RequestId;
use aws_sdk_applicationautoscaling::types as sdk;

use super::accepted::Accepted;
use super::ecs::Page;
use super::error::{change_failure, failure};
use super::permit::Permit;
use super::text::{number, time};
use crate::fleet::id::Text;
use crate::fleet::scaling::{
    ActivityStatus, Number, PolicyKind, RangeChange, ResourceId, ScalableTarget, ScalingActivity,
    ScalingPolicy, ScheduledAction, Suspension,
};
use crate::fleet::topic::{Failure, FailureKind};

/// Scalable targets that one DescribeScalableTargets may name.
pub const TARGETS_AT_ONCE: usize = 50;
/// What IAM calls this service in its actions.
const IAM: &str = "application-autoscaling";

/// The adapter of Application Auto Scaling in one context; cheap to clone.
#[derive(Debug, Clone)]
pub struct AutoScaling {
    client: aws_sdk_applicationautoscaling::Client,
}

impl AutoScaling {
    pub(super) fn new(client: aws_sdk_applicationautoscaling::Client) -> Self {
        Self { client }
    }

    /// `aws application-autoscaling describe-scalable-targets --service-namespace ecs --resource-ids …` (at most 50)
    ///
    /// Services that nothing scales are left out.
    pub async fn scalable_targets(
        &self,
        resources: &[ResourceId],
    ) -> Result<Vec<(ResourceId, ScalableTarget)>, Failure> {
        let request = self.client.describe_scalable_targets().service_namespace(sdk::ServiceNamespace::Ecs);
        let request = request.scalable_dimension(sdk::ScalableDimension::EcsServiceDesiredCount);
        let ids = resources.iter().map(|resource| resource.as_str().to_owned()).collect();
        let answer = request.set_resource_ids(Some(ids)).send().await;
        let answer = answer.map_err(|error| failure("DescribeScalableTargets", &error))?;
        let targets = answer.scalable_targets().iter();
        Ok(targets.map(|from| (ResourceId::new(from.resource_id()), target(from))).collect())
    }

    /// `aws application-autoscaling describe-scaling-policies --service-namespace ecs --resource-id …`
    pub async fn scaling_policies(
        &self,
        resource: &ResourceId,
        token: Option<String>,
    ) -> Result<Page<ScalingPolicy>, Failure> {
        let request = self.client.describe_scaling_policies().service_namespace(sdk::ServiceNamespace::Ecs);
        let request = request.scalable_dimension(sdk::ScalableDimension::EcsServiceDesiredCount);
        let answer = request.resource_id(resource.as_str()).set_next_token(token).send().await;
        let answer = answer.map_err(|error| failure("DescribeScalingPolicies", &error))?;
        let items = answer.scaling_policies().iter().map(policy).collect();
        Ok(Page { items, next: answer.next_token })
    }

    /// `aws application-autoscaling describe-scaling-activities --service-namespace ecs --resource-id …
    /// --include-not-scaled-activities --max-results …` (at most 50); the newest first.
    pub async fn scaling_activities(
        &self,
        resource: &ResourceId,
        limit: u8,
    ) -> Result<Vec<ScalingActivity>, Failure> {
        let request = self.client.describe_scaling_activities().service_namespace(sdk::ServiceNamespace::Ecs);
        let request = request.scalable_dimension(sdk::ScalableDimension::EcsServiceDesiredCount);
        let request = request.resource_id(resource.as_str()).include_not_scaled_activities(true);
        let answer = request.max_results(i32::from(limit)).send().await;
        let answer = answer.map_err(|error| failure("DescribeScalingActivities", &error))?;
        let mut activities: Vec<_> = answer.scaling_activities().iter().filter_map(activity).collect();
        activities.sort_by_key(|activity| Reverse(activity.at));
        Ok(activities)
    }

    /// `aws application-autoscaling describe-scheduled-actions --service-namespace ecs --resource-id …`
    pub async fn scheduled_actions(
        &self,
        resource: &ResourceId,
        token: Option<String>,
    ) -> Result<Page<ScheduledAction>, Failure> {
        let request = self.client.describe_scheduled_actions().service_namespace(sdk::ServiceNamespace::Ecs);
        let request = request.scalable_dimension(sdk::ScalableDimension::EcsServiceDesiredCount);
        let answer = request.resource_id(resource.as_str()).set_next_token(token).send().await;
        let answer = answer.map_err(|error| failure("DescribeScheduledActions", &error))?;
        let items = answer.scheduled_actions().iter().map(scheduled).collect();
        Ok(Page { items, next: answer.next_token })
    }

    /// `aws application-autoscaling register-scalable-target --service-namespace ecs --resource-id …
    /// [--min-capacity …] [--max-capacity …] [--suspended-state …]`
    ///
    /// AWS moves the desired count into the range at once, whatever is changed.
    pub async fn register(
        &self,
        permit: Permit,
        resource: &ResourceId,
        change: RangeChange,
    ) -> Result<Accepted, Failure> {
        permit.spend();
        let capacity = |tasks: u32| i32::try_from(tasks).unwrap_or(i32::MAX);
        let request = self.client.register_scalable_target().service_namespace(sdk::ServiceNamespace::Ecs);
        let request = request.scalable_dimension(sdk::ScalableDimension::EcsServiceDesiredCount);
        let request = request
            .resource_id(resource.as_str())
            .set_min_capacity(change.min.map(capacity))
            .set_max_capacity(change.max.map(capacity))
            .set_suspended_state(change.suspension.map(suspended));
        let answer = request.send().await.map_err(|error| {
            let mut failure = change_failure(IAM, "RegisterScalableTarget", &error);
            // Elsewhere the code means too many requests, here a quota that is full.
            if failure.code.as_deref() == Some("LimitExceededException") {
                failure.kind = FailureKind::Refused;
            }
            failure
        })?;
        Ok(Accepted { request_id: answer.request_id().map(Text::from), ..Accepted::default() })
    }
}

fn target(from: &sdk::ScalableTarget) -> ScalableTarget {
    ScalableTarget {
        min: number(Some(from.min_capacity())).unwrap_or_default(),
        max: number(Some(from.max_capacity())).unwrap_or_default(),
        suspension: from.suspended_state().map(suspension).unwrap_or_default(),
        created: time(Some(from.creation_time())),
    }
}

fn suspension(from: &sdk::SuspendedState) -> Suspension {
    Suspension {
        scale_in: from.dynamic_scaling_in_suspended().unwrap_or_default(),
        scale_out: from.dynamic_scaling_out_suspended().unwrap_or_default(),
        scheduled: from.scheduled_scaling_suspended().unwrap_or_default(),
    }
}

/// All three are sent: what is left out of the request would stay as it is.
fn suspended(from: Suspension) -> sdk::SuspendedState {
    sdk::SuspendedState::builder()
        .dynamic_scaling_in_suspended(from.scale_in)
        .dynamic_scaling_out_suspended(from.scale_out)
        .scheduled_scaling_suspended(from.scheduled)
        .build()
}

fn policy(from: &sdk::ScalingPolicy) -> ScalingPolicy {
    let kind = match (from.policy_type().as_str(), from.target_tracking_scaling_policy_configuration()) {
        (_, Some(tracking)) => PolicyKind::TargetTracking {
            metric: metric(tracking),
            target: Number(tracking.target_value()),
            scale_in_disabled: tracking.disable_scale_in().unwrap_or_default(),
        },
        ("StepScaling", None) => PolicyKind::Step,
        ("PredictiveScaling", None) => PolicyKind::Predictive,
        (other, None) => PolicyKind::Other(other.into()),
    };
    let alarms = from.alarms().iter().map(|alarm| alarm.alarm_name().into());
    ScalingPolicy { name: from.policy_name().into(), kind, alarms: alarms.collect() }
}

fn metric(from: &sdk::TargetTrackingScalingPolicyConfiguration) -> Text {
    if let Some(predefined) = from.predefined_metric_specification() {
        return predefined.predefined_metric_type().as_str().into();
    }
    let custom = from.customized_metric_specification();
    match custom.map(|custom| (custom.namespace().unwrap_or_default(), custom.metric_name())) {
        Some((namespace, Some(name))) => format!("{namespace} {name}").trim_start().into(),
        _ => "metric math".into(),
    }
}

/// An activity without a time cannot be placed and is left out.
fn activity(from: &sdk::ScalingActivity) -> Option<ScalingActivity> {
    Some(ScalingActivity {
        id: from.activity_id().into(),
        at: time(Some(from.start_time()))?,
        ended: time(from.end_time()),
        status: ActivityStatus::parse(from.status_code().as_str()),
        description: from.description().into(),
        cause: from.cause().into(),
        message: from.status_message().map(Text::from),
        reasons_not_scaled: from.not_scaled_reasons().iter().map(|reason| reason.code().into()).collect(),
    })
}

fn scheduled(from: &sdk::ScheduledAction) -> ScheduledAction {
    let action = from.scalable_target_action();
    ScheduledAction {
        name: from.scheduled_action_name().into(),
        schedule: from.schedule().into(),
        timezone: from.timezone().map(Text::from),
        min: number(action.and_then(sdk::ScalableTargetAction::min_capacity)),
        max: number(action.and_then(sdk::ScalableTargetAction::max_capacity)),
    }
}
