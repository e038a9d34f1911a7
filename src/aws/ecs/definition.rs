//! Task definitions of the SDK as the fleet keeps them: names of environment variables, never their values.

use std::collections::HashMap;

use aws_sdk_ecs::types as sdk;

use crate::aws::text::{Interner, number, time};
use crate::fleet::definition::{ContainerDefinition, HealthCheck, LogDestination, Port, TaskDefinition};
use crate::fleet::id::{DefinitionId, Text};

/// A revision; `None` when the answer does not name its ARN.
pub(super) fn definition(from: &sdk::TaskDefinition) -> Option<TaskDefinition> {
    let words = &mut Interner::default();
    let platform = from.runtime_platform().and_then(sdk::RuntimePlatform::cpu_architecture);
    let storage = from.ephemeral_storage().map(sdk::EphemeralStorage::size_in_gib);
    Some(TaskDefinition {
        id: DefinitionId::new(from.task_definition_arn()?),
        status: words.maybe(from.status().map(sdk::TaskDefinitionStatus::as_str)),
        cpu: words.maybe(from.cpu()),
        memory: words.maybe(from.memory()),
        architecture: words.maybe(platform.map(sdk::CpuArchitecture::as_str)),
        ephemeral_storage: number(storage),
        execution_role: words.maybe(from.execution_role_arn()),
        task_role: words.maybe(from.task_role_arn()),
        registered_at: time(from.registered_at()),
        registered_by: words.maybe(from.registered_by()),
        containers: from.container_definitions().iter().map(|from| container(from, words)).collect(),
    })
}

fn container(from: &sdk::ContainerDefinition, words: &mut Interner) -> ContainerDefinition {
    let names = from.environment().iter().filter_map(sdk::KeyValuePair::name);
    ContainerDefinition {
        name: words.text(from.name().unwrap_or_default()),
        image: words.maybe(from.image()),
        // AWS takes a container for essential unless told otherwise.
        essential: from.essential().unwrap_or(true),
        cpu: number(Some(from.cpu())).filter(|units| *units > 0),
        memory: number(from.memory()),
        memory_reservation: number(from.memory_reservation()),
        ports: from.port_mappings().iter().filter_map(|mapping| port(mapping, words)).collect(),
        environment: names.map(Text::from).collect(),
        secrets: from.secrets().iter().map(|secret| secret.name().into()).collect(),
        logs: from.log_configuration().map(|logs| destination(logs, words)),
        router: from.firelens_configuration().map(|router| words.text(router.r#type().as_str())),
        health_check: from.health_check().map(health_check),
        stop_timeout: number(from.stop_timeout()),
        depends_on: from
            .depends_on()
            .iter()
            .map(|first| format!("{} ({})", first.container_name(), first.condition().as_str()).into())
            .collect(),
    }
}

fn port(from: &sdk::PortMapping, words: &mut Interner) -> Option<Port> {
    Some(Port {
        container: number(from.container_port())?,
        protocol: words.text(from.protocol().map_or("tcp", sdk::TransportProtocol::as_str)),
        name: words.maybe(from.name()),
    })
}

fn destination(from: &sdk::LogConfiguration, words: &mut Interner) -> LogDestination {
    let mut option = |name: &str| {
        let value = from.options().and_then(|options: &HashMap<String, String>| options.get(name));
        words.maybe(value.map(String::as_str))
    };
    // FireLens hands the options to its output, which has names of its own.
    let routed = from.log_driver() == &sdk::LogDriver::Awsfirelens;
    let name = |own: &'static str, of_output: &'static str| if routed { of_output } else { own };
    LogDestination {
        group: option(name("awslogs-group", "log_group_name")),
        region: option(name("awslogs-region", "region")),
        prefix: option(name("awslogs-stream-prefix", "log_stream_prefix")),
        mode: option("mode"),
        buffer: option("max-buffer-size"),
        output: routed.then(|| option("Name")).flatten(),
        url: option("splunk-url").map(|url| without_secrets(&url).into()),
        driver: words.text(from.log_driver().as_str()),
    }
}

/// A URL without what may stand in it for a password.
fn without_secrets(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        _ => url.to_owned(),
    }
}

fn health_check(from: &sdk::HealthCheck) -> HealthCheck {
    HealthCheck {
        command: from.command().join(" ").into(),
        interval: number(from.interval()),
        timeout: number(from.timeout()),
        retries: number(from.retries()),
        start_period: number(from.start_period()),
    }
}
