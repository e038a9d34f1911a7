//! CreateCluster, RegisterTaskDefinition, CreateService, DeleteService and RunTask, as far as tests need them.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::definition::Body;
use super::super::super::world::deploy::{self, NewService};
use super::super::super::world::service::ServiceStatus;
use super::super::super::world::settings::Settings;
use super::super::super::world::task::{Capacity, Fate, Owner};
use super::super::super::world::{NewTask, World, life};
use super::super::sts;
use super::{clusters, settings, write_definition, write_service, write_task};

pub fn cluster(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let name = input.text("clusterName")?.unwrap_or("default");
    // Making a cluster that exists returns it.
    let key = match world.cluster_named(name) {
        Some(known) => known.key,
        None => world.add_cluster(name.into(), "disabled"),
    };
    Ok(json::document(|o| {
        o.object("cluster", |o| {
            if let Some(cluster) = world.cluster(key) {
                clusters::write(o, world, cluster, clusters::Extras::default());
            }
        });
    }))
}

pub fn definition(
    world: &mut World,
    input: Input<'_>,
    given: &Map<String, Value>,
) -> Result<String, Refusal> {
    let family = input.required("family", "Family")?;
    if input.objects("containerDefinitions")?.is_empty() {
        return Err(Refusal::client("Container list cannot be empty."));
    }
    let body = Body::Given(Arc::new(Value::Object(given.clone())));
    let now = world.now;
    let key = world.add_definition(&Arc::from(family), 1, now, body);
    world.register_as(key, Some(sts::CALLER.into()));
    Ok(json::document(|o| {
        o.object("taskDefinition", |o| {
            if let Some(definition) = world.definition(key) {
                write_definition::write(o, world, definition);
            }
        });
    }))
}

pub fn service(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?.key;
    let name = input.required("serviceName", "Service name")?;
    if world.service_named(cluster, name).is_some_and(|known| known.status != ServiceStatus::Inactive) {
        return Err(Refusal::parameter("Creation of service was not idempotent."));
    }
    if !input.objects("loadBalancers")?.is_empty() {
        return Err(Refusal::parameter(
            "The simulation has no load balancers for services that are created.",
        ));
    }
    let definition = super::definition(world, input.required("taskDefinition", "TaskDefinition")?)
        .ok_or_else(|| Refusal::client("TaskDefinition not found."))?;
    let desired = u32::try_from(input.whole("desiredCount")?.unwrap_or(0))
        .map_err(|_| Refusal::parameter("desiredCount must not be negative."))?;
    let settings = settings::read(&Settings { breaker: None, ..Settings::default() }, input)?;
    let key = deploy::create(world, NewService { cluster, name: name.into(), definition, desired, settings });
    Ok(json::document(|o| {
        o.object("service", |o| {
            if let Some(service) = world.service(key) {
                write_service::write(o, world, service, true);
            }
        });
    }))
}

pub fn delete_service(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let service = super::active_service(world, cluster, input.required("service", "Service")?)?;
    if service.desired > 0 && !input.flag("force")?.unwrap_or(false) {
        return Err(Refusal::parameter("The service cannot be stopped while it is scaled above 0."));
    }
    let (key, now) = (service.key, world.now);
    deploy::delete(world, key, now);
    Ok(json::document(|o| {
        o.object("service", |o| {
            if let Some(service) = world.service(key) {
                write_service::write(o, world, service, true);
            }
        });
    }))
}

pub fn run_task(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?.key;
    let definition = super::definition(world, input.required("taskDefinition", "Task definition")?)
        .ok_or_else(|| Refusal::client("TaskDefinition not found."))?;
    let count = input.whole("count")?.unwrap_or(1);
    if !(1..=10).contains(&count) {
        // Guess: the words; the limit of ten is AWS's.
        return Err(Refusal::parameter("count must be between 1 and 10."));
    }
    let family =
        world.definition(definition).map_or_else(String::new, |found| format!("family:{}", found.family));
    let group: Arc<str> = input.text("group")?.unwrap_or(&family).into();
    let started_by: Option<Arc<str>> = input.text("startedBy")?.map(Arc::from);
    let exec = input.flag("enableExecuteCommand")?.unwrap_or(false);
    let mut made = Vec::new();
    for _ in 0..count {
        let owner = Owner::Alone { started_by: started_by.clone(), group: Arc::clone(&group) };
        let capacity = Capacity::LaunchType;
        let task = world.add_task(NewTask { cluster, owner, definition, capacity, exec, fate: Fate::Lives });
        life::begin(world, task);
        made.push(task);
    }
    Ok(json::document(|o| {
        let tasks = made.iter().filter_map(|key| world.task(*key));
        o.objects("tasks", tasks, |o, task| write_task::write(o, world, task, false)).none("failures");
    }))
}
