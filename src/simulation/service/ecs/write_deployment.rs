//! Service deployments as they are described, and the ARNs of deployments and revisions.

use std::fmt::{self, Display};

use super::super::super::name::letters21;
use super::super::super::wire::json::Object;
use super::super::super::world::World;
use super::super::super::world::record::{Cause, Record, RecordStatus};
use super::super::super::world::service::Service;
use super::super::super::world::settings::Settings;
use super::super::super::world::shift::{HookEnd, Shift};
use super::super::super::world::strategy::{ALL, HookTarget};
use super::super::super::world::task::Owner;
use super::strategy::percent;
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

/// What the member `statusReason` says.
fn reason(record: &Record) -> Option<&'static str> {
    let rolled_back = match record.cause {
        // Both are AWS's words.
        Some(Cause::Breaker) => {
            Some("Service deployment rolled back because the circuit breaker threshold was exceeded.")
        }
        Some(Cause::Alarm(_)) => Some("Service deployment rolled back because of one or more active alarms."),
        // Guess: the words of all of these.
        Some(Cause::Person) => Some("Service deployment rolled back because it was stopped by a user."),
        Some(Cause::Hook(HookEnd::Refused)) => {
            Some("Service deployment rolled back because a lifecycle hook was answered with ROLLBACK.")
        }
        Some(Cause::Hook(HookEnd::Failed)) => {
            Some("Service deployment rolled back because a lifecycle hook failed.")
        }
        Some(Cause::Hook(HookEnd::TimedOut)) => {
            Some("Service deployment rolled back because a lifecycle hook timed out.")
        }
        None => None,
    };
    match record.status {
        RecordStatus::RollbackInProgress | RecordStatus::RollbackSuccessful => rolled_back,
        // AWS's words for the first; a guess for the second.
        RecordStatus::RollbackFailed if record.rollback.is_none() => {
            Some("No rollback candidate was found to run the rollback.")
        }
        RecordStatus::RollbackFailed => Some("Service deployment rollback failed: tasks failed to start."),
        // Guess: the words of all of these.
        RecordStatus::Stopped => Some(match record.cause {
            Some(Cause::Breaker) => {
                "Service deployment failed because the circuit breaker threshold was exceeded."
            }
            Some(Cause::Alarm(_)) => "Service deployment failed because of one or more active alarms.",
            _ => "Service deployment was stopped because a new service deployment was started.",
        }),
        RecordStatus::StopRequested => Some("A new service deployment was started."),
        RecordStatus::RollbackRequested => Some("A rollback of the service deployment was requested."),
        _ => None,
    }
}

fn cluster_arn(world: &World, service: &Service) -> impl Display {
    let cluster = world.cluster(service.cluster).map_or("", |cluster| &*cluster.name);
    fmt::from_fn(move |f| write!(f, "{}", world.place.ecs(format_args!("cluster/{cluster}"))))
}

/// The members `serviceArn` and `clusterArn`.
pub fn service_arn(o: &mut Object<'_>, world: &World, service: &Service) {
    if let Some(cluster) = world.cluster(service.cluster) {
        o.text("serviceArn", write_service::arn(world, cluster, &service.name));
    }
    o.text("clusterArn", cluster_arn(world, service));
}

/// An entry of ListServiceDeployments.
pub fn brief(o: &mut Object<'_>, world: &World, service: &Service, record: &Record) {
    o.text("serviceDeploymentArn", arn(world, service, record));
    service_arn(o, world, service);
    o.time_if("startedAt", record.started)
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
        .time_if("startedAt", record.started)
        .time_if("finishedAt", record.finished)
        .time_if("stoppedAt", record.stopped)
        .time("updatedAt", record.updated);
    o.objects("sourceServiceRevisions", &record.sources, |o, source| {
        summary(o, world, service, record, *source);
    });
    o.object("targetServiceRevision", |o| summary(o, world, service, record, record.target));
    o.text("status", record.status.word()).text_if("statusReason", reason(record));
    o.text_if("lifecycleStage", stage(world, service, record));
    if let Some(shift) = record.shift.as_deref() {
        hooks(o, shift);
    }
    let settings = settings_of(service, record);
    write_service::configuration(o, settings);
    if let Some((at, revision)) = record.rollback {
        o.object("rollback", |o| {
            o.text("reason", reason(record).unwrap_or_default())
                .time("startedAt", at)
                .text("serviceRevisionArn", revision_arn(world, service, revision));
        });
    }
    monitors(o, settings, record);
}

/// Those that hold now while it runs, else those of its revision.
fn settings_of<'s>(service: &'s Service, record: &Record) -> &'s Settings {
    let revision = service.revision(record.target).filter(|_| record.status.is_over());
    revision.map_or(&service.settings, |revision| &revision.settings)
}

/// `lifecycleHookDetails`.
fn hooks(o: &mut Object<'_>, shift: &Shift) {
    o.objects("lifecycleHookDetails", &shift.hooks, |o, hook| {
        o.text("hookId", &hook.id).text("targetType", hook.target.word());
        if let HookTarget::Lambda { arn, .. } = &hook.target {
            o.text("targetArn", arn);
        }
        o.text("status", hook.status.word())
            .time("expiresAt", hook.expires)
            .text("timeoutAction", hook.action.word());
    });
}

/// Guess: while it goes back, one that shifts traffic shows the stage at which that began; a rolling one scales up
/// until all its tasks are well, and then cleans up.
fn stage(world: &World, service: &Service, record: &Record) -> Option<&'static str> {
    if record.status.is_over() || record.status == RecordStatus::Pending {
        return None;
    }
    if let Some(shift) = record.shift.as_deref() {
        return Some(shift.stage.word());
    }
    let primary = service.primary()?.number;
    let ready = service.tasks.iter().filter_map(|key| world.task(*key)).filter(|task| {
        task.ready && matches!(task.owner, Owner::Service { deployment, .. } if deployment == primary)
    });
    let all = ready.count() >= usize::try_from(service.desired).unwrap_or(usize::MAX);
    Some(if all { "CLEAN_UP" } else { "SCALE_UP" })
}

/// What watches over a deployment: the circuit breaker and alarms.
fn monitors(o: &mut Object<'_>, settings: &Settings, record: &Record) {
    let status = |enabled: bool, triggered: bool| match record.status {
        _ if !enabled => "DISABLED",
        _ if triggered => "TRIGGERED",
        status if status.is_over() => "MONITORING_COMPLETE",
        _ => "MONITORING",
    };
    // Guess: it reads DISABLED where it does nothing, because only rolling deployments have it (AWS.md §1.4).
    let rolling = record.shift.is_none() && !settings.strategy.shifts();
    let breaker = status(rolling && settings.breaker.is_some(), record.cause == Some(Cause::Breaker));
    o.object("deploymentCircuitBreaker", |o| {
        o.text("status", breaker)
            .number("failureCount", record.failures)
            .number("threshold", record.threshold);
    });
    let alarms = settings.alarms.as_deref().filter(|alarms| alarms.enabled);
    let triggered = match &record.cause {
        Some(Cause::Alarm(name)) => Some(name),
        _ => None,
    };
    o.object("alarms", |o| {
        o.text("status", status(alarms.is_some(), triggered.is_some()))
            .texts("alarmNames", alarms.map(|alarms| alarms.names.as_slice()).unwrap_or_default())
            .texts("triggeredAlarmNames", triggered);
    });
}

fn summary(o: &mut Object<'_>, world: &World, service: &Service, record: &Record, revision: u64) {
    let deployment = service.deployments.iter().find(|deployment| deployment.revision == revision);
    let counts = deployment.map(|deployment| write_service::counts(world, service, Some(deployment.number)));
    let counts = counts.unwrap_or_default();
    let primary = service.primary().is_some_and(|primary| primary.revision == revision);
    let wanted = match deployment {
        Some(deployment) if record.shift.is_some() => write_service::desired(service, deployment, counts),
        _ if primary => service.desired,
        _ => counts.wanted,
    };
    o.text("arn", revision_arn(world, service, revision))
        .number("requestedTaskCount", wanted)
        .number("runningTaskCount", counts.running)
        .number("pendingTaskCount", counts.pending);
    let Some(shift) = record.shift.as_deref() else { return };
    let share = |green: u32| match revision {
        _ if revision == shift.green_revision => green,
        _ if revision == shift.blue_revision => ALL - green,
        _ => 0,
    };
    o.number_if("requestedTestTrafficWeight", shift.test.map(|green| percent(share(green))))
        .number_if("requestedProductionTrafficWeight", shift.production.map(|green| percent(share(green))));
}
