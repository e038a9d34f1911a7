//! Everything about every cluster, asked once: what `triage` needs, in as few requests as AWS allows.

use std::collections::BTreeSet;

use tokio::task::JoinSet;

use super::triage::Missing;
use crate::app::format;
use crate::app::triage::Triage;
use crate::aws::ecs::{CLUSTERS_AT_ONCE, EventDepth, SERVICES_AT_ONCE, TASKS_AT_ONCE};
use crate::fleet::Fleet;
use crate::fleet::id::{ClusterId, DefinitionId, ServiceId, TaskId};
use crate::fleet::observation::{Observation, TaskScope};
use crate::fleet::service::EVENTS_AT_REST;
use crate::fleet::topic::{Failure, FailureKind};
use crate::runtime::clock::Clock;
use crate::runtime::poll::ask::Ask;

/// Services whose definitions are read: they only sharpen a sentence, and an outage must not make triage slow.
const EXPLAINED: usize = 25;

/// Which part of the fleet is looked at; all of it without a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// A cluster by its name or ARN.
    pub cluster: Option<String>,
    /// A service by its name or ARN.
    pub service: Option<String>,
}

/// A fleet that was looked at once.
#[derive(Debug, Default)]
pub struct Loaded {
    pub fleet: Fleet,
    pub triage: Triage,
    pub missing: Vec<Missing>,
}

/// What one step learnt, and what it could not.
#[derive(Debug, Default)]
struct Part {
    facts: Vec<Observation>,
    missing: Vec<Missing>,
    /// Clusters to look into, with whom to ask.
    clusters: Vec<(Ask, ClusterId)>,
}

/// Looks at everything once; how many requests are on their way at a time is the scheduler's affair.
pub async fn load(contexts: Vec<Ask>, scope: &Scope, clock: Clock) -> Loaded {
    let mut loaded = Loaded::default();
    let mut steps = JoinSet::new();
    for ask in contexts.clone() {
        let scope = scope.clone();
        steps.spawn(async move { clusters(ask, scope).await });
    }
    let mut found = 0;
    while let Some(part) = next(&mut steps).await {
        for (ask, cluster) in loaded.take_in(clock, part) {
            found += 1;
            steps.spawn(services(ask.clone(), cluster.clone(), scope.service.clone()));
            steps.spawn(tasks(ask.clone(), cluster.clone(), false));
            steps.spawn(tasks(ask, cluster, true));
        }
    }
    loaded.judge(clock);
    loaded.seek(scope, found);
    for (ask, id) in loaded.unexplained(&contexts) {
        steps.spawn(definition(ask, id));
    }
    while let Some(part) = next(&mut steps).await {
        loaded.take_in(clock, part);
    }
    loaded.judge(clock);
    loaded.missing.sort_by(|a, b| a.what.cmp(&b.what));
    loaded
}

impl Loaded {
    fn take_in(&mut self, clock: Clock, part: Part) -> Vec<(Ask, ClusterId)> {
        let now = clock.now();
        for fact in part.facts {
            self.fleet.apply(now, fact);
        }
        self.missing.extend(part.missing);
        part.clusters
    }

    /// A name that nothing answers to was not looked at.
    fn seek(&mut self, scope: &Scope, clusters: usize) {
        if !self.missing.is_empty() {
            return;
        }
        let what = match scope {
            Scope { cluster: Some(name), .. } if clusters == 0 => format!("cluster {name}"),
            Scope { service: Some(name), .. } if self.fleet.service_count() == 0 => {
                format!("service {name}")
            }
            _ => return,
        };
        self.missing.push(Missing { what, why: "there is none of this name".to_owned() });
    }

    fn judge(&mut self, clock: Clock) {
        let touched = self.fleet.take_touched();
        self.triage.renew(&self.fleet, touched, clock.now());
    }

    /// Definitions that may tell why the worst services are as they are: the present revision and the one before.
    fn unexplained(&self, contexts: &[Ask]) -> Vec<(Ask, DefinitionId)> {
        let mut bad: Vec<_> = self
            .triage
            .problems()
            .filter_map(|(id, verdict)| Some((verdict.severity, &*self.fleet.known_service(id)?.service)))
            .collect();
        bad.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
        let mut seen = BTreeSet::new();
        let mut asked = Vec::new();
        for (_, service) in bad.into_iter().take(EXPLAINED) {
            let Some(ask) = contexts.iter().find(|ask| ask.context() == service.context) else { continue };
            for id in [service.definition.clone(), service.previous_definition()].into_iter().flatten() {
                if seen.insert(id.clone()) {
                    asked.push((ask.clone(), id));
                }
            }
        }
        asked
    }
}

impl Part {
    fn fact(&mut self, fact: Observation) {
        self.facts.push(fact);
    }

    fn failed(&mut self, what: String, failure: &Failure) {
        self.missing.push(Missing { what, why: failure.to_string() });
    }

    fn join(&mut self, other: Self) {
        self.facts.extend(other.facts);
        self.missing.extend(other.missing);
    }
}

/// The result of the next step that ends; a step that panicked takes the program with it.
async fn next(steps: &mut JoinSet<Part>) -> Option<Part> {
    match steps.join_next().await? {
        Ok(part) => Some(part),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Some(Part::default()),
    }
}

/// All clusters with their counts: two requests for a hundred of them.
async fn clusters(ask: Ask, scope: Scope) -> Part {
    let mut part = Part::default();
    let (mut known, mut token) = (Vec::new(), None);
    loop {
        let page = match ask.list_clusters(token).await {
            Ok(page) => page,
            Err(failure) => {
                part.failed("clusters".to_owned(), &failure);
                break;
            }
        };
        let mut ids = page.items;
        ids.retain(|id| is_meant(scope.cluster.as_ref(), id.name(), id.as_str()));
        for ids in ids.chunks(CLUSTERS_AT_ONCE) {
            match ask.describe_clusters(ids).await {
                Ok(clusters) => known.extend(clusters),
                Err(failure) => part.failed(format::count(ids.len(), "cluster"), &failure),
            }
        }
        part.clusters.extend(ids.into_iter().map(|id| (ask.clone(), id)));
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    part.fact(Observation::Clusters { context: ask.context(), clusters: known });
    part
}

fn is_meant(wanted: Option<&String>, name: &str, arn: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == name || wanted == arn)
}

/// The services of a cluster: a hundred names a page, described in tens while the next page is on its way.
async fn services(ask: Ask, cluster: ClusterId, wanted: Option<String>) -> Part {
    let mut part = Part::default();
    let (mut names, mut descriptions, mut token) = (Vec::new(), JoinSet::new(), None);
    loop {
        let page = match ask.list_services(&cluster, token).await {
            Ok(page) => page,
            Err(failure) => {
                part.failed(format!("services of cluster {}", cluster.name()), &failure);
                break;
            }
        };
        let mut ids = page.items;
        ids.retain(|id| is_meant(wanted.as_ref(), id.name(), id.as_str()));
        for ids in ids.chunks(SERVICES_AT_ONCE) {
            descriptions.spawn(describe_services(ask.clone(), cluster.clone(), ids.to_vec()));
        }
        names.extend(ids);
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    // What is not described later is known by its name at least.
    part.fact(Observation::Roster { context: ask.context(), cluster, services: names });
    while let Some(described) = next(&mut descriptions).await {
        part.join(described);
    }
    part
}

async fn describe_services(ask: Ask, cluster: ClusterId, ids: Vec<ServiceId>) -> Part {
    let mut part = Part::default();
    match ask.describe_services(&cluster, &ids, EventDepth::Newest(EVENTS_AT_REST)).await {
        Ok(described) => {
            part.fact(Observation::Services { services: described.found, missing: described.missing });
        }
        Err(failure) => {
            let names: Vec<&str> = ids.iter().map(ServiceId::name).collect();
            part.failed(format!("services {} of cluster {}", names.join(", "), cluster.name()), &failure);
        }
    }
    part
}

/// The tasks of a cluster that run, or that stopped within the last hour.
async fn tasks(ask: Ask, cluster: ClusterId, stopped: bool) -> Part {
    let kind = if stopped { "stopped tasks" } else { "tasks" };
    let mut part = Part::default();
    let (mut names, mut descriptions, mut token) = (Vec::new(), JoinSet::new(), None);
    loop {
        let page = match ask.list_tasks(&cluster, None, stopped, token).await {
            Ok(page) => page,
            Err(failure) => {
                part.failed(format!("{kind} of cluster {}", cluster.name()), &failure);
                break;
            }
        };
        for ids in page.items.chunks(TASKS_AT_ONCE) {
            descriptions.spawn(describe_tasks(ask.clone(), cluster.clone(), ids.to_vec()));
        }
        names.extend(page.items);
        token = page.next;
        if token.is_none() {
            let scope = TaskScope::Cluster(cluster);
            part.fact(Observation::TaskList { scope, stopped, tasks: names });
            break;
        }
    }
    while let Some(described) = next(&mut descriptions).await {
        part.join(described);
    }
    part
}

async fn describe_tasks(ask: Ask, cluster: ClusterId, ids: Vec<TaskId>) -> Part {
    let mut part = Part::default();
    match ask.describe_tasks(&cluster, &ids).await {
        Ok(described) => {
            part.fact(Observation::Tasks { tasks: described.found, missing: described.missing });
        }
        Err(failure) => {
            let what = format!("{} of cluster {}", format::count(ids.len(), "task"), cluster.name());
            part.failed(what, &failure);
        }
    }
    part
}

async fn definition(ask: Ask, id: DefinitionId) -> Part {
    let mut part = Part::default();
    match ask.describe_task_definition(&id).await {
        Ok(definition) => part.fact(Observation::Definition { definition: Box::new(definition) }),
        // The revision before may have been deleted; then there is nothing that could be looked at.
        Err(failure)
            if failure.kind == FailureKind::Missing || failure.code.as_deref() == Some("ClientException") =>
        {
            part.fact(Observation::DefinitionGone { id });
        }
        Err(failure) => part.failed(format!("task definition {}", id.name()), &failure),
    }
    part
}
