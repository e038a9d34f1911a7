//! ECS: the operations by name, and how requests refer to clusters, services and tasks.

mod clusters;
mod continue_deployment;
mod create;
mod definitions;
mod deployments;
mod logging;
mod protection;
mod services;
mod settings;
mod stop;
mod strategy;
mod tasks;
mod update;
mod write_definition;
mod write_deployment;
mod write_revision;
mod write_service;
mod write_task;

use std::fmt::Display;

use super::super::wire::Refusal;
use super::super::wire::input::Input;
use super::super::wire::json::Object;
use super::super::world::World;
use super::super::world::cluster::Cluster;
use super::super::world::definition::DefinitionKey;
use super::super::world::service::{Service, ServiceStatus};
use super::Asked;

/// The name of the service in `x-amz-target`.
pub const TARGET: &str = "AmazonEC2ContainerServiceV20141113";

pub fn perform(world: &mut World, asked: &Asked) -> Result<String, Refusal> {
    let input = Input::new(&asked.body);
    match asked.operation.as_str() {
        "ListClusters" => clusters::list(world, input),
        "DescribeClusters" => clusters::describe(world, input),
        "ListServices" => services::list(world, input),
        "DescribeServices" => services::describe(world, input),
        "ListTasks" => tasks::list(world, input),
        "DescribeTasks" => tasks::describe(world, input),
        "ListTaskDefinitions" => definitions::list(world, input),
        "ListTaskDefinitionFamilies" => definitions::list_families(world, input),
        "DescribeTaskDefinition" => definitions::describe(world, input),
        "ListServiceDeployments" => deployments::list(world, input),
        "DescribeServiceDeployments" => deployments::describe(world, input),
        "DescribeServiceRevisions" => deployments::describe_revisions(world, input),
        "UpdateService" => update::service(world, input),
        "StopTask" => stop::task(world, input),
        "StopServiceDeployment" => stop::deployment(world, input),
        "ContinueServiceDeployment" => continue_deployment::answer(world, input),
        "GetTaskProtection" => protection::get(world, input),
        "UpdateTaskProtection" => protection::update(world, input),
        "CreateCluster" => create::cluster(world, input),
        "RegisterTaskDefinition" => create::definition(world, input, &asked.body),
        "DeregisterTaskDefinition" => definitions::deregister(world, input),
        "CreateService" => create::service(world, input),
        "DeleteService" => create::delete_service(world, input),
        "RunTask" => create::run_task(world, input),
        _ => Err(super::unknown(asked)),
    }
}

/// The ARN of the service deployment that runs.
pub fn deployment_arn(world: &World, service: &Service) -> Option<String> {
    service.open_record().map(|record| write_deployment::arn(world, service, record).to_string())
}

/// What an ARN points to, after `arn:aws:ecs:<region>:<account>:`; a short name is returned as it is.
fn resource(reference: &str) -> &str {
    if reference.starts_with("arn:") {
        reference.splitn(6, ':').nth(5).unwrap_or_default()
    } else {
        reference
    }
}

/// The name of a cluster given by name or ARN; `default` when it is not given.
fn cluster_name(reference: Option<&str>) -> &str {
    let resource = resource(reference.unwrap_or("default"));
    resource.strip_prefix("cluster/").unwrap_or(resource)
}

/// The ARN of a service or task of a cluster, however both are named.
pub fn arn_of(world: &World, kind: &str, cluster: Option<&str>, reference: &str) -> String {
    let name = reference.rsplit('/').next().unwrap_or_default();
    world.place.ecs(format_args!("{kind}/{}/{name}", cluster_name(cluster))).to_string()
}

/// The cluster that a request names in its member `cluster`.
fn cluster<'w>(world: &'w World, input: Input<'_>) -> Result<&'w Cluster, Refusal> {
    world
        .cluster_named(cluster_name(input.text("cluster")?))
        .filter(|cluster| cluster.active)
        .ok_or_else(|| Refusal::new("ClusterNotFoundException", "Cluster not found."))
}

/// The name in a reference to a service or task of a cluster: a bare name, `<kind>/<cluster>/<name>` or the older
/// `<kind>/<name>`. An ARN of another cluster is refused in the words that ECS uses.
fn name_in<'r>(cluster: &Cluster, kind: &str, reference: &'r str) -> Result<&'r str, Refusal> {
    let parts: Vec<_> = resource(reference).split('/').collect();
    match parts.as_slice() {
        [name] => Ok(name),
        [first, name] if *first == kind => Ok(name),
        [first, owner, name] if *first == kind && *owner == &*cluster.name => Ok(name),
        [first, owner, _] if *first == kind => Err(Refusal::parameter(format!(
            "Identifier is for cluster {owner}. Your cluster is {}",
            cluster.name
        ))),
        // Guess: the words.
        _ => Err(Refusal::parameter(format!("Invalid identifier: {reference}"))),
    }
}

/// A service that has to be there.
fn service<'w>(world: &'w World, cluster: &Cluster, reference: &str) -> Result<&'w Service, Refusal> {
    let name = name_in(cluster, "service", reference)?;
    world
        .service_named(cluster.key, name)
        .ok_or_else(|| Refusal::new("ServiceNotFoundException", "Service not found."))
}

/// A service that has to be there and ACTIVE.
fn active_service<'w>(world: &'w World, cluster: &Cluster, reference: &str) -> Result<&'w Service, Refusal> {
    let service = service(world, cluster, reference)?;
    if service.status == ServiceStatus::Active {
        Ok(service)
    } else {
        Err(Refusal::new("ServiceNotActiveException", "Service was not ACTIVE."))
    }
}

/// A definition given as `family`, `family:revision` or ARN.
pub fn definition(world: &World, reference: &str) -> Option<DefinitionKey> {
    let resource = resource(reference);
    let name = resource.strip_prefix("task-definition/").unwrap_or(resource);
    match name.split_once(':') {
        None => world.find_definition(name, None),
        Some((family, revision)) => world.find_definition(family, Some(revision.parse().ok()?)),
    }
}

/// Whether `include` asks for something.
fn includes(input: Input<'_>, word: &str) -> Result<bool, Refusal> {
    Ok(input.texts("include")?.contains(&word))
}

/// Refuses a list that is empty or too long. Guess: the words for too long; the error is AWS's.
fn within(what: &str, count: usize, limit: usize) -> Result<(), Refusal> {
    match count {
        0 => Err(Refusal::parameter(format!("{what} cannot be empty."))),
        _ if count > limit => Err(Refusal::parameter(format!("{what} can have at most {limit} items."))),
        _ => Ok(()),
    }
}

/// Writes `failures`: what was asked for and is not there.
fn failures<T: Display>(object: &mut Object<'_>, missing: impl IntoIterator<Item = T>) {
    object.objects("failures", missing, |failure, arn| {
        failure.text("arn", arn).text("reason", "MISSING");
    });
}
