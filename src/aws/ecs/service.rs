//! Clusters and services of the SDK as the fleet keeps them.

use std::cmp::Reverse;

use aws_sdk_ecs::types as sdk;

use super::rules::rules;
use super::{EventDepth, tags};
use crate::aws::text::{Interner, count, number, time};
use crate::fleet::cluster::Cluster;
use crate::fleet::event::Event;
use crate::fleet::id::{ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, tail};
use crate::fleet::service::{
    AdvancedBalancing, CapacityShare, Controller, LoadBalancer, Network, Rollout, RolloutState, Service,
    TaskSet,
};

/// A cluster; `None` when the answer does not name its ARN.
pub(super) fn cluster(context: ContextId, from: &sdk::Cluster, words: &mut Interner) -> Option<Cluster> {
    let arn = from.cluster_arn()?;
    let insights = from
        .settings()
        .iter()
        .find(|setting| setting.name().is_some_and(|name| name.as_str() == "containerInsights"));
    Some(Cluster {
        id: ClusterId::new(arn),
        context,
        name: words.text(from.cluster_name().unwrap_or_else(|| tail(arn))),
        status: words.text(from.status().unwrap_or_default()),
        services: count(from.active_services_count()),
        running: count(from.running_tasks_count()),
        pending: count(from.pending_tasks_count()),
        instances: count(from.registered_container_instances_count()),
        capacity_providers: words.texts(from.capacity_providers()),
        insights: insights.and_then(|setting| words.maybe(setting.value())),
        namespace: from.service_connect_defaults().and_then(|defaults| words.maybe(defaults.namespace())),
        protect: tags::protect(from.tags()),
        untagged: false,
    })
}

/// A service; `None` when the answer does not name its ARN.
pub(super) fn service(
    context: ContextId,
    cluster: &ClusterId,
    from: &sdk::Service,
    depth: EventDepth,
    words: &mut Interner,
) -> Option<Service> {
    let arn = from.service_arn()?;
    let controller = from.deployment_controller().map(|controller| controller.r#type().as_str());
    let definition = words.maybe(from.task_definition());
    Some(Service {
        id: ServiceId::new(arn),
        context,
        cluster: from
            .cluster_arn()
            .map_or_else(|| cluster.clone(), |cluster| ClusterId::new(words.text(cluster))),
        name: words.text(from.service_name().unwrap_or_else(|| tail(arn))),
        status: words.text(from.status().unwrap_or_default()),
        desired: count(from.desired_count()),
        running: count(from.running_count()),
        pending: count(from.pending_count()),
        controller: controller.map(Controller::parse).unwrap_or_default(),
        definition: definition.map(DefinitionId::new),
        launch_type: words.maybe(from.launch_type().map(sdk::LaunchType::as_str)),
        capacity: from.capacity_provider_strategy().iter().map(|item| capacity(item, words)).collect(),
        platform_version: words.maybe(from.platform_version()),
        scheduling: words.maybe(from.scheduling_strategy().map(sdk::SchedulingStrategy::as_str)),
        rules: from
            .deployment_configuration()
            .map(|configuration| rules(configuration, words))
            .unwrap_or_default(),
        rollouts: from.deployments().iter().map(|deployment| rollout(deployment, words)).collect(),
        deployment: from.current_service_deployment().map(DeploymentId::new),
        events: events(from.events(), depth),
        created: time(from.created_at()),
        created_by: words.maybe(from.created_by()),
        network: from
            .network_configuration()
            .and_then(|configuration| configuration.awsvpc_configuration())
            .map(|vpc| network(vpc, words)),
        load_balancers: from.load_balancers().iter().map(|balancer| listener(balancer, words)).collect(),
        grace_seconds: number(from.health_check_grace_period_seconds()),
        exec: from.enable_execute_command(),
        task_sets: from.task_sets().iter().map(|set| task_set(set, words)).collect(),
        stack: tags::stack(from.tags()),
        protect: tags::protect(from.tags()),
        untagged: false,
    })
}

fn rollout(from: &sdk::Deployment, words: &mut Interner) -> Rollout {
    Rollout {
        id: words.text(from.id().unwrap_or_default()),
        status: words.text(from.status().unwrap_or_default()),
        definition: words.maybe(from.task_definition()).map(DefinitionId::new),
        desired: count(from.desired_count()),
        running: count(from.running_count()),
        pending: count(from.pending_count()),
        failed: count(from.failed_tasks()),
        state: from.rollout_state().map(|state| RolloutState::parse(state.as_str())),
        reason: words.maybe(from.rollout_state_reason()),
        created: time(from.created_at()),
        updated: time(from.updated_at()),
    }
}

pub(super) fn capacity(from: &sdk::CapacityProviderStrategyItem, words: &mut Interner) -> CapacityShare {
    CapacityShare {
        provider: words.text(from.capacity_provider()),
        base: count(from.base()),
        weight: count(from.weight()),
    }
}

pub(super) fn network(from: &sdk::AwsVpcConfiguration, words: &mut Interner) -> Network {
    Network {
        subnets: words.texts(from.subnets()),
        security_groups: words.texts(from.security_groups()),
        public_ip: from.assign_public_ip().map(|assigned| assigned.as_str() == "ENABLED"),
    }
}

pub(super) fn listener(from: &sdk::LoadBalancer, words: &mut Interner) -> LoadBalancer {
    LoadBalancer {
        target_group: words.maybe(from.target_group_arn()),
        container: words.maybe(from.container_name()),
        port: number(from.container_port()),
        advanced: from.advanced_configuration().map(|advanced| AdvancedBalancing {
            alternate: words.maybe(advanced.alternate_target_group_arn()),
            production: words.maybe(advanced.production_listener_rule()),
            test: words.maybe(advanced.test_listener_rule()),
        }),
    }
}

fn task_set(from: &sdk::TaskSet, words: &mut Interner) -> TaskSet {
    let groups = from.load_balancers().iter().filter_map(sdk::LoadBalancer::target_group_arn);
    TaskSet {
        id: words.text(from.id().unwrap_or_default()),
        external_id: words.maybe(from.external_id()),
        status: words.text(from.status().unwrap_or_default()),
        definition: words.maybe(from.task_definition()).map(DefinitionId::new),
        desired: count(from.computed_desired_count()),
        running: count(from.running_count()),
        pending: count(from.pending_count()),
        target_groups: groups.map(|arn| words.text(arn)).collect(),
        stability: words.maybe(from.stability_status().map(sdk::StabilityStatus::as_str)),
        created: time(from.created_at()),
    }
}

/// The newest events, newest first; one without a time cannot be placed and is left out.
fn events(from: &[sdk::ServiceEvent], depth: EventDepth) -> Vec<Event> {
    let mut dated: Vec<_> =
        from.iter().filter_map(|event| Some((time(event.created_at())?, event))).collect();
    dated.sort_by_key(|(at, _)| Reverse(*at));
    let wanted = match depth {
        EventDepth::Newest(wanted) => wanted,
        EventDepth::All => dated.len(),
    };
    let newest = dated.into_iter().take(wanted);
    newest
        .map(|(at, event)| Event {
            id: event.id().unwrap_or_default().into(),
            at,
            message: event.message().unwrap_or_default().into(),
        })
        .collect()
}
