//! The JSON of `triage --once --json`: its shape is promised in the README and only ever grows.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use strum::IntoEnumIterator;

use super::{Missing, Report};
use crate::fleet::KnownTask;
use crate::fleet::cluster::Cluster;
use crate::fleet::id::{DefinitionId, ServiceId};
use crate::fleet::service::Service;
use crate::fleet::task::{Health, TaskState};
use crate::fleet::verdict::Severity;

#[derive(Serialize)]
struct Whole<'a> {
    complete: bool,
    at: String,
    counts: serde_json::Map<String, serde_json::Value>,
    clusters: Vec<OneCluster<'a>>,
    services: Vec<OneService<'a>>,
    tasks: TaskCounts,
    missing: Vec<OneMissing<'a>>,
}

#[derive(Serialize)]
struct OneCluster<'a> {
    arn: &'a str,
    name: &'a str,
    status: &'a str,
    services: u32,
    running: u32,
    pending: u32,
    /// Tasks that belong to no service.
    standalone_tasks: Vec<OneTask<'a>>,
}

#[derive(Serialize)]
struct OneService<'a> {
    arn: &'a str,
    name: &'a str,
    cluster: Option<&'a str>,
    desired: Option<u32>,
    running: Option<u32>,
    pending: Option<u32>,
    verdict: &'static str,
    why: Option<&'a str>,
    since: Option<String>,
    revision: Option<u32>,
    definition: Option<&'a str>,
    tasks: Vec<OneTask<'a>>,
}

#[derive(Serialize)]
struct OneTask<'a> {
    arn: &'a str,
    state: &'a str,
    health: Option<&'a str>,
    since: Option<String>,
    revision: Option<u32>,
    zone: Option<&'a str>,
    capacity: Option<&'a str>,
    stop_code: Option<&'a str>,
    stopped_reason: Option<&'a str>,
    why: Option<&'a str>,
}

#[derive(Serialize, Default)]
struct TaskCounts {
    running: usize,
    stopped: usize,
    /// On their way up or down.
    moving: usize,
}

#[derive(Serialize)]
struct OneMissing<'a> {
    what: &'a str,
    why: &'a str,
}

impl Report<'_> {
    /// The whole fleet as one JSON object: all services and all tasks, none cut.
    pub fn json(&self) -> String {
        let mut tasks = TaskCounts::default();
        for known in self.fleet.tasks() {
            match &known.task.state {
                TaskState::Running => tasks.running += 1,
                state if state.is_stopped() => tasks.stopped += 1,
                _ => tasks.moving += 1,
            }
        }
        let counts =
            Severity::iter().map(|severity| (word(severity).to_owned(), self.count(severity).into()));
        let missing = self.missing.iter().map(|Missing { what, why }| OneMissing { what, why });
        let whole = Whole {
            complete: self.is_complete(),
            at: stamp(self.at),
            counts: counts.collect(),
            clusters: self.fleet.clusters().map(|cluster| self.cluster(cluster)).collect(),
            services: self.order.iter().map(|id| self.service(id)).collect(),
            tasks,
            missing: missing.collect(),
        };
        // Strings, numbers and lists: there is nothing in it that JSON cannot say.
        let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
        text.push('\n');
        text
    }

    fn cluster<'b>(&'b self, cluster: &'b Cluster) -> OneCluster<'b> {
        OneCluster {
            arn: cluster.id.as_str(),
            name: &cluster.name,
            status: &cluster.status,
            services: cluster.services,
            running: cluster.running,
            pending: cluster.pending,
            standalone_tasks: Self::tasks(self.fleet.standalone_tasks(&cluster.id)),
        }
    }

    fn service<'b>(&'b self, id: &'b ServiceId) -> OneService<'b> {
        let service = self.fleet.known_service(id).map(|known| &*known.service);
        let verdict = self.triage.verdict(id);
        let tasks = service.map(|service| self.fleet.tasks_of(&service.cluster, &service.name));
        OneService {
            arn: id.as_str(),
            name: service.map_or_else(|| id.name(), |service| &*service.name),
            cluster: service.map(|service| service.cluster.name()).or_else(|| id.cluster_name()),
            desired: service.map(|service| service.desired),
            running: service.map(|service| service.running),
            pending: service.map(|service| service.pending),
            verdict: word(self.severity(id)),
            why: verdict.map(|verdict| &*verdict.why).filter(|why| !why.is_empty()),
            since: verdict.and_then(|verdict| verdict.since).map(stamp),
            revision: service.and_then(Service::revision),
            definition: service.and_then(|service| service.definition.as_ref()).map(DefinitionId::as_str),
            tasks: Self::tasks(tasks.into_iter().flatten()),
        }
    }

    /// The newest first, so that the order does not depend on how they were loaded.
    fn tasks<'b>(tasks: impl Iterator<Item = &'b KnownTask>) -> Vec<OneTask<'b>> {
        let mut tasks: Vec<&KnownTask> = tasks.collect();
        tasks.sort_by(|a, b| b.task.since().cmp(&a.task.since()).then_with(|| a.task.id.cmp(&b.task.id)));
        tasks.into_iter().map(OneTask::from).collect()
    }
}

impl<'a> From<&'a KnownTask> for OneTask<'a> {
    fn from(known: &'a KnownTask) -> Self {
        let task = &known.task;
        Self {
            arn: task.id.as_str(),
            state: task.state.as_str(),
            health: (task.health != Health::Unknown).then(|| task.health.as_str()),
            since: task.since().map(stamp),
            revision: task.revision(),
            zone: task.zone.as_deref(),
            capacity: task.capacity_provider.as_deref().or(task.launch_type.as_deref()),
            stop_code: task.stop_code.as_deref(),
            stopped_reason: task.stopped_reason.as_deref(),
            why: known.ending.as_ref().map(|ending| &*ending.sentence),
        }
    }
}

/// The words of the STATE column, and one for what was not looked at.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown => "UNKNOWN",
        severity => severity.word(),
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
