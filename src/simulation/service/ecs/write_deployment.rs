//! Service deployments and revisions as they are described, and their ARNs.

use std::fmt::{self, Display};

use super::super::super::name::{self, letters21};
use super::super::super::wire::json::Object;
use super::super::super::world::World;
use super::super::super::world::definition::Definition;
use super::super::super::world::scheduler;
use super::super::super::world::service::{Record, RecordStatus, Revision, Service};
use super::write_service;

fn scoped(world: &World, kind: &'static str, service: &Service, last: impl Display) -> impl Display {
    let cluster = world.cluster(service.cluster).map_or("", |cluster| &*cluster.name);
    fmt::from_fn(move |f| {
        write!(f, "{}", world.place.ecs(format_args!("{kind}/{cluster}/{}/{last}", service.name)))
    })
}

/// `…:service-deployment/<cluster>/<service>/<21 letters>`.
pub fn arn(world: &World, service: &Service, record: &Record) -> impl Display {
    scoped(world, "service-deployment", service, letters21(world.seed, record.number))
}

/// `…:service-revision/<cluster>/<service>/<19 digits>`.
pub fn revision_arn(world: &World, service: &Service, revision: u64) -> impl Display {
    scoped(world, "service-revision", service, revision)
}

/// What the member `statusReason` says; the words are guesses.
fn reason(record: &Record) -> Option<&'static str> {
    match record.status {
        RecordStatus::Stopped if record.failures >= record.threshold => {
            Some("ECS deployment circuit breaker: tasks failed to start.")
        }
        RecordStatus::Stopped => Some("A new service deployment was started."),
        RecordStatus::RollbackInProgress | RecordStatus::RollbackSuccessful => {
            Some("Service deployment rolled back because of a circuit breaker threshold.")
        }
        RecordStatus::InProgress | RecordStatus::Successful => None,
    }
}

fn cluster_arn(world: &World, service: &Service) -> impl Display {
    let cluster = world.cluster(service.cluster).map_or("", |cluster| &*cluster.name);
    fmt::from_fn(move |f| write!(f, "{}", world.place.ecs(format_args!("cluster/{cluster}"))))
}

fn service_arn(o: &mut Object<'_>, world: &World, service: &Service) {
    if let Some(cluster) = world.cluster(service.cluster) {
        o.text("serviceArn", write_service::arn(world, cluster, &service.name));
    }
    o.text("clusterArn", cluster_arn(world, service));
}

/// An entry of ListServiceDeployments.
pub fn brief(o: &mut Object<'_>, world: &World, service: &Service, record: &Record) {
    o.text("serviceDeploymentArn", arn(world, service, record));
    service_arn(o, world, service);
    o.time("startedAt", record.created + 850)
        .time("createdAt", record.created)
        .time_if("finishedAt", record.finished)
        .text("targetServiceRevisionArn", revision_arn(world, service, record.target))
        .text("status", record.status.word())
        .text_if("statusReason", reason(record));
}

pub fn write(o: &mut Object<'_>, world: &World, service: &Service, record: &Record) {
    o.text("serviceDeploymentArn", arn(world, service, record));
    service_arn(o, world, service);
    o.time("createdAt", record.created)
        .time("startedAt", record.created + 850)
        .time_if("finishedAt", record.finished);
    if record.status == RecordStatus::Stopped {
        o.time_if("stoppedAt", record.finished);
    }
    o.time("updatedAt", record.updated);
    o.objects("sourceServiceRevisions", record.source, |o, source| summary(o, world, service, source));
    o.object("targetServiceRevision", |o| summary(o, world, service, record.target));
    o.text("status", record.status.word()).text_if("statusReason", reason(record));
    // Guess: a rolling deployment is scaling up until it cleans up.
    let stage = match record.status {
        RecordStatus::InProgress | RecordStatus::RollbackInProgress => Some("SCALE_UP"),
        _ => None,
    };
    o.text_if("lifecycleStage", stage);
    write_service::configuration(o, &service.settings);
    if let Some((at, revision)) = record.rollback {
        o.object("rollback", |o| {
            o.text("reason", reason(record).unwrap_or_default())
                .time("startedAt", at)
                .text("serviceRevisionArn", revision_arn(world, service, revision));
        });
    }
    let monitor = match record.status {
        _ if service.settings.breaker.is_none() => "DISABLED",
        _ if record.rollback.is_some() => "TRIGGERED",
        RecordStatus::InProgress => "MONITORING",
        RecordStatus::Stopped if record.failures >= record.threshold => "TRIGGERED",
        _ => "MONITORING_COMPLETE",
    };
    o.object("deploymentCircuitBreaker", |o| {
        o.text("status", monitor)
            .number("failureCount", record.failures)
            .number("threshold", record.threshold);
    });
    o.object("alarms", |o| {
        o.text("status", "DISABLED").none("alarmNames").none("triggeredAlarmNames");
    });
}

fn summary(o: &mut Object<'_>, world: &World, service: &Service, revision: u64) {
    let deployment = service.deployments.iter().find(|deployment| deployment.revision == revision);
    let counts = deployment.map(|deployment| write_service::counts(world, service, Some(deployment.number)));
    let counts = counts.unwrap_or_default();
    let primary = service.primary().is_some_and(|primary| primary.revision == revision);
    o.text("arn", revision_arn(world, service, revision))
        .number("requestedTaskCount", if primary { service.desired } else { counts.wanted })
        .number("runningTaskCount", counts.running)
        .number("pendingTaskCount", counts.pending);
}

/// An entry of DescribeServiceRevisions.
pub fn revision(o: &mut Object<'_>, world: &World, service: &Service, revision: &Revision) {
    o.text("serviceRevisionArn", revision_arn(world, service, revision.number));
    service_arn(o, world, service);
    let definition = world.definition(revision.definition);
    if let Some(definition) = definition {
        o.text("taskDefinition", world.place.ecs(definition.resource()));
    }
    write_service::capacity(o, service.settings.capacity);
    o.text("platformVersion", "1.4.0").text("platformFamily", "Linux");
    write_service::load_balancers(o, world, service);
    o.none("serviceRegistries");
    write_service::network(o, world, service);
    let containers = definition.map(Definition::containers).unwrap_or_default();
    o.objects("containerImages", containers, |o, container| {
        let image = container.image(&world.place).to_string();
        o.text("containerName", container.name)
            .text("imageDigest", name::digest(world.seed, name::number_of(&image)))
            .text("image", image);
    });
    o.flag("guardDutyEnabled", false).none("volumeConfigurations").time("createdAt", revision.created);
    if let Some(group) = scheduler::target_group(world, service.key) {
        o.object("resolvedConfiguration", |o| {
            o.objects("loadBalancers", [group], |o, group| {
                o.text("targetGroupArn", world.place.arn("elasticloadbalancing", group));
            });
        });
    }
}
