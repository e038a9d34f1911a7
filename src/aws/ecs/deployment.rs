//! Service deployments and service revisions of the SDK as the fleet keeps them.

use aws_sdk_ecs::types as sdk;

use super::rules::rules;
use super::service::{capacity, listener, network};
use crate::aws::text::{Interner, count, time};
use crate::fleet::deployment::{
    Alarms, Breaker, DeploymentStatus, Hook, RevisionTasks, Rollback, ServiceDeployment,
};
use crate::fleet::id::{DefinitionId, DeploymentId, RevisionId, ServiceId};
use crate::fleet::percent::Percent;
use crate::fleet::revision::{RevisionImage, ServiceRevision};

/// A service deployment; `None` when the answer does not name its ARN.
pub(super) fn deployment(from: &sdk::ServiceDeployment, words: &mut Interner) -> Option<ServiceDeployment> {
    let id = DeploymentId::new(from.service_deployment_arn()?);
    let status = from.status().map_or("", sdk::ServiceDeploymentStatus::as_str);
    let sources = from.source_service_revisions().iter();
    Some(ServiceDeployment {
        service: ServiceId::new(words.text(from.service_arn().unwrap_or_default())),
        status: DeploymentStatus::parse(status),
        status_reason: words.maybe(from.status_reason()),
        // The generated enum lacks stages that AWS documents, so the stage stays text.
        stage: words.maybe(from.lifecycle_stage().map(sdk::ServiceDeploymentLifecycleStage::as_str)),
        hooks: from.lifecycle_hook_details().iter().filter_map(|from| hook(from, words)).collect(),
        breaker: from.deployment_circuit_breaker().map(|breaker| Breaker {
            status: words.text(breaker.status().map_or("", |status| status.as_str())),
            failures: count(breaker.failure_count()),
            threshold: count(breaker.threshold()),
        }),
        alarms: from.alarms().map(|alarms| Alarms {
            status: words.text(alarms.status().map_or("", |status| status.as_str())),
            names: words.texts(alarms.alarm_names()),
            triggered: words.texts(alarms.triggered_alarm_names()),
        }),
        rollback: from.rollback().map(|rollback| Rollback {
            reason: words.maybe(rollback.reason()),
            started: time(rollback.started_at()),
            revision: words.maybe(rollback.service_revision_arn()).map(RevisionId::new),
        }),
        rules: from.deployment_configuration().map(|configuration| rules(configuration, words)),
        sources: sources.filter_map(|from| tasks(from, words)).collect(),
        target: from.target_service_revision().and_then(|from| tasks(from, words)),
        created: time(from.created_at()),
        started: time(from.started_at()),
        updated: time(from.updated_at()),
        finished: time(from.finished_at()),
        stopped: time(from.stopped_at()),
        id,
    })
}

/// A hook that cannot be answered without its id is left out.
fn hook(from: &sdk::DeploymentLifecycleHookDetail, words: &mut Interner) -> Option<Hook> {
    Some(Hook {
        id: words.text(from.hook_id()?),
        kind: words.text(from.target_type().map_or("", sdk::DeploymentLifecycleHookTargetType::as_str)),
        target: words.maybe(from.target_arn()),
        status: words.text(from.status().map_or("", sdk::DeploymentLifecycleHookStatus::as_str)),
        expires: time(from.expires_at()),
        timeout_action: words.maybe(from.timeout_action().map(sdk::DeploymentLifecycleHookAction::as_str)),
    })
}

fn tasks(from: &sdk::ServiceRevisionSummary, words: &mut Interner) -> Option<RevisionTasks> {
    Some(RevisionTasks {
        revision: RevisionId::new(words.text(from.arn()?)),
        requested: count(from.requested_task_count()),
        running: count(from.running_task_count()),
        pending: count(from.pending_task_count()),
        production: from.requested_production_traffic_weight().map(Percent::new),
        test: from.requested_test_traffic_weight().map(Percent::new),
    })
}

/// A service revision; `None` when the answer does not name its ARN.
pub(super) fn revision(from: &sdk::ServiceRevision, words: &mut Interner) -> Option<ServiceRevision> {
    Some(ServiceRevision {
        id: RevisionId::new(from.service_revision_arn()?),
        service: ServiceId::new(words.text(from.service_arn().unwrap_or_default())),
        definition: words.maybe(from.task_definition()).map(DefinitionId::new),
        images: from.container_images().iter().map(|from| image(from, words)).collect(),
        launch_type: words.maybe(from.launch_type().map(sdk::LaunchType::as_str)),
        capacity: from.capacity_provider_strategy().iter().map(|item| capacity(item, words)).collect(),
        platform_version: words.maybe(from.platform_version()),
        platform_family: words.maybe(from.platform_family()),
        network: from
            .network_configuration()
            .and_then(|configuration| configuration.awsvpc_configuration())
            .map(|vpc| network(vpc, words)),
        load_balancers: from.load_balancers().iter().map(|balancer| listener(balancer, words)).collect(),
        created: time(from.created_at()),
    })
}

fn image(from: &sdk::ContainerImage, words: &mut Interner) -> RevisionImage {
    RevisionImage {
        container: words.text(from.container_name().unwrap_or_default()),
        image: words.text(from.image().unwrap_or_default()),
        digest: words.maybe(from.image_digest()),
    }
}
