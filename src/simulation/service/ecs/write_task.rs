//! A task as DescribeTasks shows it.

use std::fmt::{self, Display};

use super::super::super::name::{self, Purpose, derive, hex32, uuid, vpc_id};
use super::super::super::wire::json::Object;
use super::super::super::world::World;
use super::super::super::world::definition::{ContainerOutline, Definition, Role};
use super::super::super::world::service::Service;
use super::super::super::world::task::{Capacity, Health, Owner, StopCode, Task, TaskState};
use super::write_service::subnet;

/// `arn:aws:ecs:<region>:<account>:task/<cluster>/<id>`.
pub fn arn(world: &World, task: &Task) -> impl Display {
    let cluster = world.cluster(task.cluster).map_or("", |cluster| &*cluster.name);
    fmt::from_fn(move |f| write!(f, "{}", world.place.ecs(format_args!("task/{cluster}/{}", hex32(task.id)))))
}

fn service<'w>(world: &'w World, task: &Task) -> Option<&'w Service> {
    match task.owner {
        Owner::Service { service, .. } => world.service(service),
        Owner::Alone { .. } => None,
    }
}

pub fn write(o: &mut Object<'_>, world: &World, task: &Task, tags: bool) {
    let Some(definition) = world.definition(task.definition) else { return };
    let cluster = world.cluster(task.cluster).map_or("", |cluster| &*cluster.name);
    let architecture = if definition.arm() { "arm64" } else { "x86_64" };
    attachment(o, world, task);
    o.objects("attributes", [architecture], |o, architecture| {
        o.text("name", "ecs.cpu-architecture").text("value", architecture);
    });
    o.text("availabilityZone", world.place.zone(task.zone));
    let provider = match task.capacity {
        Capacity::LaunchType => None,
        Capacity::OnDemand => Some("FARGATE"),
        Capacity::Spot => Some("FARGATE_SPOT"),
    };
    o.text_if("capacityProviderName", provider);
    o.text("clusterArn", world.place.ecs(format_args!("cluster/{cluster}")));
    if let Some(connected) = task.times.connected {
        let connected_now = task.state < TaskState::Deprovisioning;
        o.text("connectivity", if connected_now { "CONNECTED" } else { "DISCONNECTED" });
        o.time("connectivityAt", connected);
    }
    let arn = arn(world, task).to_string();
    o.objects("containers", definition.containers().iter().enumerate(), |o, (place, outline)| {
        container(o, world, task, &arn, place, outline);
    });
    let (cpu, memory) = definition.size();
    let times = &task.times;
    o.text("cpu", cpu)
        .time("createdAt", times.created)
        .text("desiredStatus", if task.is_wanted() { "RUNNING" } else { "STOPPED" })
        .flag("enableExecuteCommand", task.exec)
        .time_if("executionStoppedAt", times.execution_stopped);
    match (&task.owner, service(world, task)) {
        (Owner::Alone { group, .. }, _) => o.text("group", group),
        (_, Some(service)) => o.text("group", format_args!("service:{}", service.name)),
        _ => o,
    };
    // Unlike a service, a task that a capacity provider placed has the launch type as well. Guess.
    o.text("healthStatus", task.health.word())
        .text("lastStatus", task.state.word())
        .text("launchType", "FARGATE")
        .text("memory", memory);
    overrides(o, definition);
    o.text("platformVersion", "1.4.0")
        .text("platformFamily", "Linux")
        .time_if("pullStartedAt", times.pull_started)
        .time_if("pullStoppedAt", times.pull_stopped)
        .time_if("startedAt", times.started);
    match &task.owner {
        Owner::Service { deployment, .. } => o.text("startedBy", format_args!("ecs-svc/{deployment}")),
        Owner::Alone { started_by, .. } => o.text_if("startedBy", started_by.as_deref()),
    };
    if let Some(ending) = task.ending.as_deref() {
        o.text("stopCode", ending.code.word()).text("stoppedReason", &ending.reason);
    }
    o.time_if("stoppedAt", times.stopped).time_if("stoppingAt", times.stopping);
    write_tags(o, world, task, tags);
    o.text("taskArn", &arn)
        .text("taskDefinitionArn", world.place.ecs(definition.resource()))
        .number("version", task.version)
        .object("ephemeralStorage", |o| {
            o.number("sizeInGiB", 20);
        })
        .object("fargateEphemeralStorage", |o| {
            o.number("sizeInGiB", 20);
        });
}

/// Those that ECS manages and those of the service, if they are asked for.
fn write_tags(o: &mut Object<'_>, world: &World, task: &Task, asked: bool) {
    let Some(service) = service(world, task).filter(|_| asked) else {
        o.none("tags");
        return;
    };
    let cluster = world.cluster(task.cluster).map_or("", |cluster| &*cluster.name);
    let managed = [("aws:ecs:clusterName", cluster), ("aws:ecs:serviceName", &*service.name)];
    let own = service.settings.tags.iter().map(|(key, value)| (&**key, &**value));
    o.pairs("tags", ("key", "value"), managed.into_iter().chain(own));
}

/// A locally administered address.
fn hardware_address(number: u64) -> String {
    (0..5).fold("02".to_owned(), |address, place| format!("{address}:{:02x}", (number >> (8 * place)) & 0xFF))
}

/// The network interface; its details are known once it is attached.
fn attachment(o: &mut Object<'_>, world: &World, task: &Task) {
    let status = match task.state {
        TaskState::Provisioning => "PRECREATED",
        TaskState::Deprovisioning => "DETACHING",
        TaskState::Stopped => "DELETED",
        _ => "ATTACHED",
    };
    o.objects("attachments", [status], |o, status| {
        o.text("id", uuid(task.seed(), Purpose::Attachment, 0))
            .text("type", "ElasticNetworkInterface")
            .text("status", status);
        let hardware = derive(task.seed(), Purpose::Hardware, 0);
        let address = task.address().to_string();
        let details = [
            ("subnetId", subnet(world, task.zone).to_string()),
            ("networkInterfaceId", vpc_id("eni", task.seed(), Purpose::Interface, 0).to_string()),
            ("macAddress", hardware_address(hardware)),
            (
                "privateDnsName",
                format!("ip-{}.{}.compute.internal", address.replace('.', "-"), world.place.region),
            ),
            ("privateIPv4Address", address),
        ];
        let known = if task.times.connected.is_some() { details.len() } else { 1 };
        o.pairs("details", ("name", "value"), details.iter().take(known).map(|(name, value)| (name, value)));
    });
}

fn container(
    o: &mut Object<'_>,
    world: &World,
    task: &Task,
    task_arn: &str,
    place: usize,
    outline: &ContainerOutline<'_>,
) {
    let number = u64::try_from(place).unwrap_or_default();
    let image = outline.image(&world.place).to_string();
    let cluster = world.cluster(task.cluster).map_or("", |cluster| &*cluster.name);
    let id = uuid(task.seed(), Purpose::Container, number);
    let lost = task.lost_sidecar.is_some() && outline.role == Some(Role::LogRouter);
    let created = task.times.pull_stopped.is_some();
    let status = match task.state {
        _ if lost => "STOPPED",
        TaskState::Provisioning | TaskState::Pending | TaskState::Activating => "PENDING",
        TaskState::Running | TaskState::Deactivating | TaskState::Stopping
            if task.times.execution_stopped.is_none() =>
        {
            "RUNNING"
        }
        _ => "STOPPED",
    };
    o.text("containerArn", world.place.ecs(format_args!("container/{cluster}/{}/{id}", hex32(task.id))))
        .text("taskArn", task_arn)
        .text("name", outline.name)
        .text("image", &image);
    if created {
        o.text("imageDigest", name::digest(world.seed, name::number_of(&image)));
        let runtime = derive(task.seed(), Purpose::Container, number + 100) % 10_000_000_000;
        o.text("runtimeId", format_args!("{}-{runtime:010}", hex32(task.id)));
    }
    o.text("lastStatus", status);
    ended(o, task, outline, lost);
    o.none("networkBindings");
    let attached = task.times.connected.is_some();
    o.objects("networkInterfaces", attached.then_some(()), |o, ()| {
        o.text("attachmentId", uuid(task.seed(), Purpose::Attachment, 0))
            .text("privateIpv4Address", task.address());
    });
    o.text("healthStatus", container_health(task, outline).word());
    if task.exec && created {
        o.objects("managedAgents", [status], |o, status| {
            o.time_if("lastStartedAt", task.times.started)
                .text("name", "ExecuteCommandAgent")
                .text("lastStatus", status);
        });
    }
    o.text("cpu", outline.cpu)
        .text_if("memory", outline.memory)
        .text_if("memoryReservation", outline.memory_reservation);
}

fn container_health(task: &Task, outline: &ContainerOutline<'_>) -> Health {
    match task.health {
        _ if !outline.health_check => Health::Unknown,
        Health::Unhealthy if outline.role == Some(Role::Envoy) => Health::Healthy,
        health => health,
    }
}

/// Exit code and reason of a container that has stopped.
fn ended(o: &mut Object<'_>, task: &Task, outline: &ContainerOutline<'_>, lost: bool) {
    if lost {
        o.number("exitCode", 137).text("reason", "OutOfMemoryError: Container killed due to memory usage");
        return;
    }
    let Some(ending) = task.ending.as_deref().filter(|_| task.times.execution_stopped.is_some()) else {
        return;
    };
    let main = outline.essential;
    if task.times.started.is_some() {
        // Sidecars get SIGTERM when the application has ended, and obey.
        o.number_if("exitCode", if main { ending.exit } else { Some(0) });
    }
    if main {
        let failed = (ending.code == StopCode::FailedToStart).then_some(&ending.reason);
        o.text_if("reason", ending.container_reason.as_ref().or(failed));
    }
}

fn overrides(o: &mut Object<'_>, definition: &Definition) {
    o.object("overrides", |o| {
        o.objects("containerOverrides", definition.containers(), |o, outline| {
            o.text("name", outline.name);
        })
        .none("inferenceAcceleratorOverrides");
    });
}
