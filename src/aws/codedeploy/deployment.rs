//! Deployments of CodeDeploy and their ECS targets, of the SDK as the fleet keeps them.

use aws_sdk_codedeploy::types as sdk;

use super::appspec::task_definition;
use super::group::{blue_green, rollback, text};
use crate::aws::text::time;
use crate::fleet::codedeploy::{
    CodeDeployId, CodeDeployStatus, CodeDeployment, EcsTarget, GroupId, LifecycleEvent, Revision,
    WeightedTaskSet,
};
use crate::fleet::id::{ContextId, Text};
use crate::fleet::percent::Percent;

/// The order of the lifecycle; CodeDeploy does not promise to keep it.
const LIFECYCLE: &[&str] = &[
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
];
/// The code of an event that went well.
const SUCCESS: &str = "Success";

/// A deployment; `None` when the answer does not name its id.
pub(super) fn deployment(context: ContextId, from: &sdk::DeploymentInfo) -> Option<CodeDeployment> {
    let group = from.application_name().zip(from.deployment_group_name());
    let linked = |id: Option<&str>| id.filter(|id| !id.is_empty()).map(CodeDeployId::new);
    Some(CodeDeployment {
        id: CodeDeployId::new(from.deployment_id()?),
        context,
        group: group
            .map(|(application, name)| GroupId { application: application.into(), name: name.into() }),
        config: text(from.deployment_config_name()),
        status: CodeDeployStatus::parse(from.status().map_or("", sdk::DeploymentStatus::as_str)),
        creator: text(from.creator().map(sdk::DeploymentCreator::as_str)),
        description: text(from.description()),
        rules: from.blue_green_deployment_configuration().map(blue_green).unwrap_or_default(),
        rollback_rules: from.auto_rollback_configuration().map(rollback).unwrap_or_default(),
        error: from.error_information().map(|error| {
            let code = error.code().map_or("", sdk::ErrorCode::as_str);
            (code.into(), error.message().unwrap_or_default().into())
        }),
        rolled_back_by: linked(from.rollback_info().and_then(sdk::RollbackInfo::rollback_deployment_id)),
        rolls_back: linked(
            from.rollback_info().and_then(sdk::RollbackInfo::rollback_triggering_deployment_id),
        ),
        revision: from.revision().map(revision),
        previous: from.previous_revision().map(revision),
        created: time(from.create_time()),
        started: time(from.start_time()),
        completed: time(from.complete_time()),
    })
}

#[expect(deprecated, reason = "older answers have the AppSpec as a plain string")]
fn revision(from: &sdk::RevisionLocation) -> Revision {
    let (spec, string) = (from.app_spec_content(), from.string());
    let content = spec.and_then(sdk::AppSpecContent::content);
    let content = content.or_else(|| string.and_then(sdk::RawString::content));
    let sha256 = spec.and_then(sdk::AppSpecContent::sha256);
    let s3 = from.s3_location().and_then(|s3| Some((s3.bucket()?.into(), s3.key()?.into())));
    Revision {
        content: text(content),
        sha256: text(sha256.or_else(|| string.and_then(sdk::RawString::sha256))),
        s3,
        definition: content.and_then(task_definition),
    }
}

/// The ECS target of a deployment.
pub(super) fn target(deployment: &CodeDeployId, from: &sdk::EcsTarget) -> EcsTarget {
    let mut events: Vec<(usize, LifecycleEvent)> = Vec::new();
    for event in from.lifecycle_events().iter().map(event) {
        let place = LIFECYCLE.iter().position(|name| **name == *event.name);
        // An event that AWS added stays behind the one that it came after.
        let before = events.last().map_or(0, |(place, _)| *place);
        events.push((place.unwrap_or(before), event));
    }
    events.sort_by_key(|(place, _)| *place);
    EcsTarget {
        deployment: deployment.clone(),
        status: from.status().map_or("", sdk::TargetStatus::as_str).into(),
        events: events.into_iter().map(|(_, event)| event).collect(),
        task_sets: from.task_sets_info().iter().map(task_set).collect(),
        updated: time(from.last_updated_at()),
    }
}

fn event(from: &sdk::LifecycleEvent) -> LifecycleEvent {
    LifecycleEvent {
        name: from.lifecycle_event_name().unwrap_or_default().into(),
        status: from.status().map_or("", sdk::LifecycleEventStatus::as_str).into(),
        started: time(from.start_time()),
        ended: time(from.end_time()),
        message: from.diagnostics().and_then(message),
    }
}

/// What an event says of its failure: its code, its sentence, the end of its log.
fn message(from: &sdk::Diagnostics) -> Option<Text> {
    let code = from.error_code().map(sdk::LifecycleErrorCode::as_str);
    if code == Some(SUCCESS) {
        return None;
    }
    let told = [code, from.message(), from.log_tail()].into_iter().flatten();
    let told: Vec<&str> = told.map(str::trim).filter(|told| !told.is_empty()).collect();
    (!told.is_empty()).then(|| told.join(": ").into())
}

fn task_set(from: &sdk::EcsTaskSet) -> WeightedTaskSet {
    let count = |number: i64| u32::try_from(number).unwrap_or(0);
    WeightedTaskSet {
        // The API spells it so.
        id: from.identifer().unwrap_or_default().into(),
        label: from.task_set_label().map_or("", sdk::TargetLabel::as_str).into(),
        status: from.status().unwrap_or_default().into(),
        weight: Percent::new(from.traffic_weight()),
        desired: count(from.desired_count()),
        pending: count(from.pending_count()),
        running: count(from.running_count()),
        target_group: text(from.target_group().and_then(sdk::TargetGroupInfo::name)),
    }
}
