//! A cluster in words: its counts, how its services are, what it runs on.

use strum::IntoEnumIterator;

use super::Page;
use super::grid::Grid;
use crate::app::table::{Cell, Tone};
use crate::app::{bill, format};
use crate::fleet::id::ClusterId;
use crate::fleet::topic::Subject;
use crate::fleet::verdict::Severity;

/// Services named one by one.
const NAMED: usize = 20;

pub(super) fn describe(page: &mut Page<'_>, id: &ClusterId) {
    let model = page.model;
    let Some(cluster) = model.fleet.cluster(id) else {
        return page.say(page.absence(Subject::Clusters));
    };
    page.section("Cluster");
    page.field("Name", Some(&*cluster.name));
    page.field("Status", Some(&*cluster.status));
    let counts = [
        format::count(cluster.services as usize, "service"),
        format!("{} running", format::count(cluster.running as usize, "task")),
        format!("{} pending", format::thousands(cluster.pending as usize)),
    ];
    page.field("Holds", Some(counts.join(", ")));
    let instances = match cluster.instances {
        0 => "none registered".to_owned(),
        some => format!("{some} registered: tasks may run on them"),
    };
    page.field("EC2 instances", Some(instances));
    let providers = (!cluster.capacity_providers.is_empty()).then(|| cluster.capacity_providers.join(", "));
    page.field("Capacity", Some(providers.unwrap_or_else(|| "no capacity provider attached".to_owned())));
    let insights = cluster.insights.as_deref().map(|insights| match insights {
        "disabled" => "disabled: no figures per task",
        "enabled" => "enabled: figures per service and task definition",
        "enhanced" => "enhanced: figures per task and container",
        other => other,
    });
    page.asked_field("Insights", insights);
    page.field("Namespace", cluster.namespace.as_deref());
    page.field("Cost", Some(bill::cluster(model, id).sentence()));
    page.field("ARN", Some(id.as_str()));
    services(page, id);
}

/// How the services are, and those that are not well by name.
fn services(page: &mut Page<'_>, id: &ClusterId) {
    let model = page.model;
    page.section("Services");
    let counts = model.triage.counts_in(id);
    let parts = Severity::iter().filter(|severity| counts.of(*severity) > 0);
    let parts: Vec<String> =
        parts.map(|severity| format!("{} {}", counts.of(severity), severity.name().to_lowercase())).collect();
    if parts.is_empty() {
        page.say("None of its services was looked at yet.");
    } else {
        page.say(parts.join(", "));
    }
    if model.fleet.roster(id).is_none() {
        page.say_absence(Subject::Services);
    }
    if let Some(listed) = model.fleet.roster(id).filter(|listed| *listed > counts.total()) {
        page.say(format!("{} of {listed} were not looked at yet.", listed - counts.total()));
    }
    let mut bad: Vec<_> = model
        .triage
        .problems()
        .filter_map(|(service, verdict)| Some((model.fleet.service(service)?, verdict)))
        .filter(|(service, _)| service.cluster == *id)
        .collect();
    bad.sort_by(|a, b| a.1.severity.cmp(&b.1.severity).then_with(|| a.0.name.cmp(&b.0.name)));
    let more = bad.len().saturating_sub(NAMED);
    let mut grid = Grid::without_heads();
    for (service, verdict) in bad.into_iter().take(NAMED) {
        grid.row([
            Cell::new(verdict.severity.word(), Tone::Severity(verdict.severity)),
            Cell::plain(service.name.to_string()),
            Cell::plain(format!("{}/{}", service.running, service.desired)),
            Cell::plain(verdict.why.clone()),
        ]);
    }
    grid.write(page);
    if more > 0 {
        page.say_in(format!("and {more} more"), Tone::Dim);
    }
    let standalone = model.fleet.standalone_tasks(id).filter(|known| !known.task.state.is_stopped()).count();
    if standalone > 0 {
        page.say(format!("{} without a service", format::count(standalone, "task")));
    }
    page.say_absence(Subject::ClusterTasks(id.clone()));
}
