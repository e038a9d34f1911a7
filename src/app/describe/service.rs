//! A service in words: its state, its rollouts, what a deployment may do, and where it runs and listens.

mod autoscaling;
mod rules;

use super::Page;
use super::definition;
use super::grid::{Grid, NOTHING, or_nothing};
use crate::app::table::{Cell, Tone};
use crate::app::{bill, format, progress};
use crate::fleet::definition::short_image;
use crate::fleet::deployment::{Breaker, DeploymentStatus, ServiceDeployment};
use crate::fleet::ending::target_group_name;
use crate::fleet::event::EventKind;
use crate::fleet::id::{ClusterId, DefinitionId, ServiceId};
use crate::fleet::service::{Network, RolloutState, Service};
use crate::fleet::topic::Subject;
use crate::fleet::verdict::Severity;

/// Events shown; `e` shows all of them.
const EVENTS: usize = 10;

pub(super) fn describe(page: &mut Page<'_>, cluster: &ClusterId, id: &ServiceId) {
    let model = page.model;
    let Some(service) = model.fleet.service(id) else {
        return page.say(page.absence(Subject::Service(cluster.clone(), id.clone())));
    };
    state(page, service);
    rollouts(page, service);
    rules::describe(page, service);
    autoscaling::describe(page, service);
    capacity(page, service);
    network(page, service.network.as_ref());
    load_balancers(page, service);
    task_definition(page, service);
    deployments(page, cluster, service);
    events(page, cluster, service);
    page.section("Service");
    page.field("ARN", Some(id.as_str()));
    page.field("Cluster", Some(cluster.as_str()));
    page.field("Created", service.created.map(|at| page.dated(at)));
    page.field("Created by", service.created_by.as_deref());
    page.field("Scheduling", service.scheduling.as_deref());
    page.field("Exec", Some(if service.exec { "on for new tasks" } else { "off" }));
}

fn state(page: &mut Page<'_>, service: &Service) {
    let model = page.model;
    page.section("State");
    if model.fleet.is_departed(&service.id) {
        page.say_in("It is gone. What follows is what was last seen of it.", Tone::Warning);
    }
    if let Some(verdict) = model.triage.verdict(&service.id) {
        let age = verdict.since.map_or_else(String::new, |since| format!(" for {}", page.age(since)));
        let why = if verdict.why.is_empty() { String::new() } else { format!(": {}", verdict.why) };
        let tone = match verdict.severity {
            Severity::Ok => Tone::Plain,
            severity => Tone::Severity(severity),
        };
        page.say_in(format!("{}{age}{why}", verdict.severity.name()), tone);
    }
    page.field("Status", Some(&*service.status));
    let Service { desired, running, pending, .. } = service;
    page.field("Tasks", Some(format!("{running} running, {pending} pending, {desired} desired")));
    let seen = model.fleet.known_service(&service.id).map(|known| known.seen);
    page.field("Seen", seen.map(|at| page.time(at)));
    page.field("Cost", Some(bill::service(model, service).sentence()));
    page.field("Cost per task", Some(bill::task(model, service).sentence()));
}

/// The entries of `deployments[]`: each revision that has tasks now.
fn rollouts(page: &mut Page<'_>, service: &Service) {
    page.section("Deployments");
    if !service.task_sets.is_empty() {
        page.say(format!("{}, managed from outside ECS", format::count(service.task_sets.len(), "task set")));
    }
    let mut grid =
        Grid::new(["STATUS", "REVISION", "STATE", "RUNNING", "PENDING", "DESIRED", "FAILED", "BEGAN"]);
    for rollout in &service.rollouts {
        let tone = match &rollout.state {
            Some(RolloutState::Failed) => Tone::Bad,
            _ => Tone::Plain,
        };
        let began = rollout.created.map(|at| format!("{} ({} ago)", page.time(at), page.age(at)));
        let failed = if rollout.failed > 0 { Tone::Bad } else { Tone::Plain };
        grid.row([
            Cell::plain(rollout.status.to_string()),
            or_nothing(rollout.definition.as_ref().map(DefinitionId::name)),
            Cell::new(rollout.state.as_ref().map_or(NOTHING, |state| state.as_str()).to_owned(), tone),
            Cell::plain(rollout.running.to_string()),
            Cell::plain(rollout.pending.to_string()),
            Cell::plain(rollout.desired.to_string()),
            Cell::new(rollout.failed.to_string(), failed),
            or_nothing(began),
        ]);
    }
    if grid.is_empty() && service.task_sets.is_empty() {
        page.say("None.");
    }
    grid.write(page);
    for rollout in &service.rollouts {
        let name = rollout.definition.as_ref().map_or("it", DefinitionId::name);
        if let Some(reason) = &rollout.reason {
            page.say(format!("{name}: {reason}"));
        }
    }
    if service.rollouts.iter().any(|rollout| rollout.failed > 0) {
        page.say_in(
            "FAILED counts tasks that never ran or failed health checks; usually a task that runs sets it back to 0.",
            Tone::Dim,
        );
    }
}

fn capacity(page: &mut Page<'_>, service: &Service) {
    page.section("Capacity");
    let shares = service.capacity.iter().map(|share| {
        let base = if share.base > 0 { format!(", base {}", share.base) } else { String::new() };
        format!("{} weight {}{base}", share.provider, share.weight)
    });
    if service.capacity.is_empty() {
        page.asked_field("Launch type", service.launch_type.as_deref());
    } else {
        page.fields("Providers", shares);
    }
    page.field("Platform", service.platform_version.as_deref());
}

fn network(page: &mut Page<'_>, network: Option<&Network>) {
    page.section("Network");
    let list = |texts: &[crate::fleet::id::Text]| (!texts.is_empty()).then(|| texts.join(", "));
    page.asked_field("Subnets", network.and_then(|network| list(&network.subnets)));
    page.asked_field("Security groups", network.and_then(|network| list(&network.security_groups)));
    let public = network.and_then(|network| network.public_ip);
    page.asked_field(
        "Public IP",
        public.map(|assigned| if assigned { "assigned to each task" } else { "no" }),
    );
}

fn load_balancers(page: &mut Page<'_>, service: &Service) {
    page.section("Load balancers");
    if service.load_balancers.is_empty() {
        return page.say("None.");
    }
    for balancer in &service.load_balancers {
        let group = balancer.target_group.as_deref().map_or("no target group", target_group_name);
        let container = balancer.container.as_deref().unwrap_or("container not known");
        let port = balancer.port.map_or_else(String::new, |port| format!(":{port}"));
        page.say(format!("{group} > {container}{port}"));
    }
    let grace = service.grace_seconds.filter(|seconds| *seconds > 0);
    let grace =
        grace.map(|seconds| format!("failed health checks of a task's first {seconds} s do not count"));
    page.field("Grace period", Some(grace.unwrap_or_else(|| "none".to_owned())));
}

fn task_definition(page: &mut Page<'_>, service: &Service) {
    let model = page.model;
    page.section("Task definition");
    let id = service.primary().and_then(|primary| primary.definition.as_ref());
    let Some(id) = id.or(service.definition.as_ref()) else { return page.say("Not known.") };
    page.field("Name", Some(id.name()));
    let Some(known) = model.fleet.definition(id) else { return definition::absent(page, id) };
    definition::registered(page, known);
    definition::size(page, known);
    let containers = known.containers.iter().map(|container| {
        let essential = if container.essential { "" } else { ", not essential" };
        format!("{}: {}{essential}", container.name, short_image(container.image.as_deref()))
    });
    page.fields("Containers", containers);
    definition::changes(page, known, service.previous_definition());
}

fn deployments(page: &mut Page<'_>, cluster: &ClusterId, service: &Service) {
    let model = page.model;
    page.section("Service deployments");
    let subject = Subject::Deployments(cluster.clone(), service.id.clone());
    let Some(deployments) = model.fleet.deployments(&service.id) else {
        return page.say(page.absence(subject));
    };
    page.say_absence(subject);
    if deployments.is_empty() {
        return page.say("None within the last 90 days, which is as far as AWS remembers.");
    }
    let mut grid = Grid::new(["BEGAN", "STATUS", "STAGE", "TOOK", "REVISIONS", "BREAKER"]);
    for deployment in deployments.iter() {
        let began = deployment.started.or(deployment.created);
        let tone = match &deployment.status {
            DeploymentStatus::RollbackFailed => Tone::Bad,
            DeploymentStatus::RollbackSuccessful => Tone::Warning,
            _ => Tone::Plain,
        };
        grid.row([
            or_nothing(began.map(|at| page.time(at))),
            Cell::new(progress::status(deployment, deployments), tone),
            or_nothing(deployment.stage.as_deref().filter(|_| !deployment.status.is_final())),
            or_nothing(took(page, deployment)),
            or_nothing(
                deployment.target.as_ref().map(|_| progress::brief_revisions(&model.fleet, deployment)),
            ),
            or_nothing(deployment.breaker.as_ref().map(breaker)),
        ]);
    }
    grid.write(page);
    for deployment in deployments.iter() {
        let at = deployment.started.or(deployment.created).map_or_else(String::new, |at| page.time(at));
        for reason in [deployment.status_reason.as_ref(), deployment.rollback_reason()].into_iter().flatten()
        {
            page.say(format!("{at} {reason}").trim_start().to_owned());
        }
    }
}

/// How near the circuit breaker is to opening.
fn breaker(breaker: &Breaker) -> String {
    if &*breaker.status == "DISABLED" {
        return "off".to_owned();
    }
    let status = breaker.status.to_lowercase().replace('_', " ");
    format!("{} of {} failures, {status}", breaker.failures, breaker.threshold)
}

fn took(page: &Page<'_>, deployment: &ServiceDeployment) -> Option<String> {
    let so_far = || Some(format!("{} so far", format::span(progress::so_far(deployment, page.model.now)?)));
    progress::took(deployment).map(format::span).or_else(so_far)
}

fn events(page: &mut Page<'_>, cluster: &ClusterId, service: &Service) {
    page.section("Newest events");
    page.say_absence(Subject::Service(cluster.clone(), service.id.clone()));
    if service.events.is_empty() {
        return page.say("None.");
    }
    let mut grid = Grid::without_heads();
    for event in service.events.iter().take(EVENTS) {
        let tone = match event.kind() {
            EventKind::Bad => Tone::Bad,
            EventKind::Warning => Tone::Warning,
            EventKind::Good | EventKind::Progress | EventKind::Other => Tone::Plain,
        };
        grid.row([Cell::new(page.time(event.at), Tone::Dim), Cell::new(event.sentence().to_owned(), tone)]);
    }
    grid.write(page);
    let more = service.events.len().saturating_sub(EVENTS);
    if more > 0 {
        let key = page.key(crate::app::command::Command::Events);
        page.say_in(format!("{} older ones; {key} shows them", format::thousands(more)), Tone::Dim);
    }
}
