//! What stands above the tasks of a service: how it is now and what it is made of.

use chrono::{DateTime, Utc};

use crate::app::absence;
use crate::app::document::Line;
use crate::app::format;
use crate::app::layout::Regions;
use crate::app::model::Model;
use crate::app::scaling;
use crate::app::table::Tone;
use crate::app::targets;
use crate::fleet::balancer::RouteId;
use crate::fleet::deployment::Breaker;
use crate::fleet::ending::target_group_name;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::service::{LoadBalancer, Rollout, RolloutState, Service};
use crate::fleet::topic::{Subject, Trouble};
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::status;
use crate::view::widget::frame::Title;
use crate::view::widget::lines;
use crate::view::words;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, cluster: &ClusterId, id: &ServiceId) {
    let mut area = regions.top;
    if regions.framed {
        let line = ratatui::layout::Rect { y: regions.body.y, height: 1, ..area };
        Title::new("Now").draw(canvas, line);
    }
    area.x += 1;
    area.width = area.width.saturating_sub(2);
    let Some(service) = model.fleet.service(id) else {
        let context = model.context_of(model.screen());
        let trouble = absence::trouble(model, context, Subject::Service(cluster.clone(), id.clone()));
        let line = match trouble {
            Some(trouble) => Line::plain(trouble.failure.to_string()),
            None => super::empty::loading("this service"),
        };
        lines::draw(canvas, area, &lines::wrap(&line, usize::from(area.width)), 0, "");
        return;
    };
    let text = if area.height < 6 {
        let room = usize::from(area.width);
        let mut text = Vec::new();
        if status::is_told_below(canvas.signs, model, id) {
            let why = model.triage.verdict(id).map_or("", |verdict| verdict.why.as_str());
            text.extend(lines::wrap(&field("verdict", why), room));
        }
        text.extend(short(canvas, model, regions, service, room));
        text
    } else {
        long(canvas, model, service, usize::from(area.width))
    };
    lines::draw(canvas, area, &text, 0, "");
}

/// Cells for a label and the blank behind it.
const LABEL: usize = 9;

fn field(label: &str, value: impl Into<String>) -> Line {
    Line::default().with(format!("{label:<LABEL$}"), Tone::Label).with(value, Tone::Plain)
}

fn long(canvas: &Canvas<'_>, model: &Model, service: &Service, room: usize) -> Vec<Line> {
    let between = canvas.signs.between();
    let network = service.network.as_ref().map(|network| {
        let address = match network.public_ip {
            Some(true) => "public IP assigned",
            Some(false) => "no public IP",
            None => "",
        };
        let parts = [
            format::count(network.subnets.len(), "subnet"),
            format::count(network.security_groups.len(), "security group"),
            address.to_owned(),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    });
    let mut deploy = deploy(model, service, &between);
    if let Some(trouble) = no_deployments(model, service) {
        deploy = format!("{deploy}{between}{}", trouble.failure);
    }
    vec![
        field("tasks", tasks(service, &between)),
        field("scaling", scaling(model, service, room, &between)),
        field("deploy", deploy),
        field("guard", words::guard(service)),
        field("network", network.unwrap_or_else(|| "not awsvpc".to_owned())),
        field("balancer", balancers(model, service)),
        field("size", size(model, service, usize::MAX)),
    ]
}

/// The same for short terminals, what changes first: what there is no room for is in the description.
fn short(canvas: &Canvas<'_>, model: &Model, regions: &Regions, service: &Service, room: usize) -> Vec<Line> {
    let between = canvas.signs.between();
    let mut now = vec![format!("{}/{} running", service.running, service.desired)];
    if service.pending > 0 {
        now.push(format!("{} pending", service.pending));
    }
    now.push(deploy(model, service, &between));
    let mut guard = words::guard(service);
    if LABEL + fit::width(&guard) > room {
        guard = words::brief_guard(service);
    }
    // The pane with the events tells what is missing, where there is room for one.
    let rest = if let Some(trouble) = no_deployments(model, service).filter(|_| regions.side.is_empty()) {
        field("deploy", trouble.failure.to_string())
    } else {
        let rest = |most| format!("{}{between}{}", size(model, service, most), balancers(model, service));
        let mut size = rest(usize::MAX);
        if LABEL + fit::width(&size) > room {
            // The processor and the memory; the disk and the number of containers are in the description.
            size = rest(2);
        }
        field("size", size)
    };
    let mut lines = vec![field("tasks", now.join(&between)), field("guard", guard), rest];
    let place = if scaling::matters(&model.fleet, &service.id) { 1 } else { lines.len() };
    lines.insert(place, field("scaling", scaling(model, service, room, &between)));
    lines
}

fn no_deployments<'m>(model: &'m Model, service: &Service) -> Option<&'m Trouble> {
    let asked = Subject::Deployments(service.cluster.clone(), service.id.clone());
    absence::trouble(model, service.context, asked)
}

/// All of it where there is room, else the gist.
fn scaling(model: &Model, service: &Service, room: usize, between: &str) -> String {
    let room = room.saturating_sub(LABEL);
    let told = |brief| scaling::facts(model, service, brief).join(between);
    let all = told(false);
    if fit::width(&all) > room { fit::facts(&told(true), room, between).to_owned() } else { all }
}

fn tasks(service: &Service, between: &str) -> String {
    format!(
        "{} running{between}{} pending{between}{} desired",
        service.running, service.pending, service.desired
    )
}

/// The newest service deployment, and the rollouts where there is more than one or one that fails.
fn deploy(model: &Model, service: &Service, between: &str) -> String {
    let mut parts = Vec::new();
    let primary = service.primary();
    let rollouts = words::rollouts(service);
    if rollouts.len() < 2 {
        parts.extend(service.revision().map(|revision| format!("rev {revision}")));
    }
    parts.extend(rollouts);
    let newest = model.fleet.deployments(&service.id).and_then(|deployments| deployments.first());
    if let Some(newest) = newest {
        let since = newest.ended().or(newest.began());
        let ago = since.map_or_else(String::new, |at| match format::age(model.now - at) {
            age if newest.status.is_final() => format!(" {age} ago"),
            age => format!(" for {age}"),
        });
        let reason = newest.rollback_reason().or(newest.status_reason.as_ref());
        let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        parts.push(format!("{}{ago}{reason}", newest.status.as_str()));
        let counts = |breaker: &&Breaker| !newest.status.is_final() && &*breaker.status != "DISABLED";
        if let Some(breaker) = newest.breaker.as_ref().filter(counts) {
            parts.push(format!("breaker {} of {} failures", breaker.failures, breaker.threshold));
        }
    } else if let Some(primary) = primary {
        parts.extend(rolled_out(primary, model.now));
    }
    parts.join(between)
}

/// `in progress for 3m`, from the rollout itself: not every service has service deployments.
fn rolled_out(rollout: &Rollout, now: DateTime<Utc>) -> Option<String> {
    let age = |at: Option<DateTime<Utc>>| at.map(|at| format::age(now - at));
    let ended = rollout.updated.or(rollout.created);
    match rollout.state.as_ref() {
        Some(RolloutState::InProgress) => Some(format!("in progress for {}", age(rollout.created)?)),
        Some(RolloutState::Failed) => Some(format!("failed {} ago", age(ended)?)),
        Some(RolloutState::Completed) | None => Some(format!("rolled out {} ago", age(ended)?)),
        Some(RolloutState::Other(word)) => Some(word.to_string()),
    }
}

fn balancers(model: &Model, service: &Service) -> String {
    if service.load_balancers.is_empty() {
        return "no load balancer".to_owned();
    }
    let mut parts: Vec<String> = service.load_balancers.iter().map(|it| balancer(model, it)).collect();
    if let Some(grace) = service.grace_seconds.filter(|grace| *grace > 0) {
        parts.push(format!("health check grace {grace}s"));
    }
    parts.join(", ")
}

fn balancer(model: &Model, balancer: &LoadBalancer) -> String {
    if let Some(told) = targets::told(&model.fleet, balancer) {
        let production = balancer.advanced.as_ref().and_then(|advanced| advanced.production.clone());
        let route = production.and_then(|arn| targets::route(&model.fleet, &RouteId::new(arn)));
        return route.map_or_else(|| told.clone(), |route| format!("{told}; {route}"));
    }
    let group = balancer.target_group.as_deref().map_or("load balancer", target_group_name);
    let container = balancer.container.as_deref().unwrap_or("?");
    match balancer.port {
        Some(port) => format!("{group} to {container}:{port}"),
        None => format!("{group} to {container}"),
    }
}

/// What one task of it is, from its definition, in this many facts.
fn size(model: &Model, service: &Service, most: usize) -> String {
    let wanted = service.primary().and_then(|primary| primary.definition.as_ref());
    let Some(id) = wanted.or(service.definition.as_ref()) else { return "no task definition".to_owned() };
    let Some(definition) = model.fleet.definition(id) else {
        let trouble = absence::trouble(model, service.context, Subject::Definition(id.clone()));
        return match trouble {
            Some(trouble) => format!("{}: {}", id.name(), trouble.failure),
            None => format!("{}, not loaded yet", id.name()),
        };
    };
    let mut parts = vec![format::size(definition.cpu.as_deref(), definition.memory.as_deref())];
    parts.extend(definition.architecture.as_deref().map(ToOwned::to_owned));
    parts.extend(definition.ephemeral_storage.map(|gib| format!("{gib} GiB of disk")));
    parts.push(format::count(definition.containers.len(), "container"));
    parts.retain(|part| !part.is_empty());
    parts.truncate(most);
    parts.join(", ")
}
