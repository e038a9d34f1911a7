//! Tasks and their containers of the SDK as the fleet keeps them.

use aws_sdk_ecs::types as sdk;

use crate::aws::text::{Interner, number, time};
use crate::fleet::id::{ClusterId, DefinitionId, TaskId};
use crate::fleet::task::{Container, Health, Interface, Task, TaskState, TaskTimes};

/// A task; `None` when the answer does not name its ARN.
pub(super) fn task(cluster: &ClusterId, from: &sdk::Task, words: &mut Interner) -> Option<Task> {
    let storage = from.ephemeral_storage().map(sdk::EphemeralStorage::size_in_gib);
    let storage =
        storage.or_else(|| from.fargate_ephemeral_storage().map(sdk::TaskEphemeralStorage::size_in_gib));
    Some(Task {
        id: TaskId::new(from.task_arn()?),
        cluster: from
            .cluster_arn()
            .map_or_else(|| cluster.clone(), |cluster| ClusterId::new(words.text(cluster))),
        group: words.maybe(from.group()),
        definition: words.maybe(from.task_definition_arn()).map(DefinitionId::new),
        started_by: words.maybe(from.started_by()),
        state: TaskState::parse(from.last_status().unwrap_or_default()),
        desired: TaskState::parse(from.desired_status().unwrap_or_default()),
        health: health(from.health_status()),
        times: times(from),
        stop_code: words.maybe(from.stop_code().map(sdk::TaskStopCode::as_str)),
        stopped_reason: words.maybe(from.stopped_reason()),
        launch_type: words.maybe(from.launch_type().map(sdk::LaunchType::as_str)),
        capacity_provider: words.maybe(from.capacity_provider_name()),
        platform_version: words.maybe(from.platform_version()),
        platform_family: words.maybe(from.platform_family()),
        architecture: attribute(from, "ecs.cpu-architecture").and_then(|value| words.maybe(Some(value))),
        zone: words.maybe(from.availability_zone()),
        cpu: words.maybe(from.cpu()),
        memory: words.maybe(from.memory()),
        ephemeral_storage: number(storage),
        exec: from.enable_execute_command(),
        connectivity: words.maybe(from.connectivity().map(sdk::Connectivity::as_str)),
        instance: words.maybe(from.container_instance_arn()),
        interface: interface(from, words),
        containers: from.containers().iter().map(|container| self::container(container, words)).collect(),
    })
}

fn container(from: &sdk::Container, words: &mut Interner) -> Container {
    let agent = from
        .managed_agents()
        .iter()
        .find(|agent| agent.name().is_some_and(|name| name.as_str() == "ExecuteCommandAgent"));
    Container {
        name: words.text(from.name().unwrap_or_default()),
        image: words.maybe(from.image()),
        digest: words.maybe(from.image_digest()),
        state: TaskState::parse(from.last_status().unwrap_or_default()),
        health: health(from.health_status()),
        exit_code: from.exit_code(),
        reason: words.maybe(from.reason()),
        runtime_id: from.runtime_id().map(Into::into),
        cpu: words.maybe(from.cpu()),
        memory: words.maybe(from.memory()),
        memory_reservation: words.maybe(from.memory_reservation()),
        exec_agent: agent.and_then(|agent| words.maybe(agent.last_status())),
    }
}

fn times(from: &sdk::Task) -> TaskTimes {
    TaskTimes {
        created: time(from.created_at()),
        connected: time(from.connectivity_at()),
        pull_started: time(from.pull_started_at()),
        pull_stopped: time(from.pull_stopped_at()),
        started: time(from.started_at()),
        stopping: time(from.stopping_at()),
        execution_stopped: time(from.execution_stopped_at()),
        stopped: time(from.stopped_at()),
    }
}

/// The network interface that Fargate attached, from the pairs by which AWS describes it.
fn interface(from: &sdk::Task, words: &mut Interner) -> Option<Interface> {
    let attachment = from
        .attachments()
        .iter()
        .find(|attachment| attachment.r#type() == Some("ElasticNetworkInterface"))?;
    let detail = |name: &str| {
        let mut details = attachment.details().iter();
        details.find(|detail| detail.name() == Some(name)).and_then(sdk::KeyValuePair::value)
    };
    Some(Interface {
        id: detail("networkInterfaceId").map(Into::into),
        subnet: words.maybe(detail("subnetId")),
        private_ip: detail("privateIPv4Address").map(Into::into),
        status: words.maybe(attachment.status()),
    })
}

fn attribute<'t>(from: &'t sdk::Task, name: &str) -> Option<&'t str> {
    from.attributes().iter().find(|attribute| attribute.name() == name)?.value()
}

fn health(from: Option<&sdk::HealthStatus>) -> Health {
    from.map(|health| Health::parse(health.as_str())).unwrap_or_default()
}
