//! How one observation changes the fleet.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::cluster::Cluster;
use super::definition::TaskDefinition;
use super::ending::ending;
use super::event::EventKind;
use super::id::{ClusterId, ContextId, ServiceId, TaskId, Text};
use super::map::{Map, Set};
use super::observation::{Observation, TaskScope};
use super::service::Service;
use super::task::Task;
use super::topic::Trouble;
use super::{Crew, Fleet, KnownService, KnownTask};

/// Departed services kept, so that a selected row can say that it is gone.
const DEPARTED_KEPT: usize = 64;

impl Fleet {
    /// Takes in one fact that was learnt `at` this time.
    pub fn apply(&mut self, at: DateTime<Utc>, observation: Observation) {
        match observation {
            Observation::Identity { context, identity } => {
                let known = self.contexts.entry(context).or_default();
                if known.identity.as_ref() != Some(&identity) {
                    known.identity = Some(identity);
                    self.version += 1;
                }
            }
            Observation::Remembered { context, services } => {
                self.version += 1;
                let unknown = services.into_iter().filter(|id| !self.services.contains_key(id));
                self.remembered.extend(unknown.map(|id| (id, context)));
            }
            Observation::Clusters { context, clusters } => self.clusters_arrived(at, context, clusters),
            Observation::Roster { context, cluster, services } => {
                self.roster_arrived(at, context, &cluster, services);
            }
            Observation::Services { services, missing } => {
                for service in services {
                    self.service_arrived(at, service);
                }
                for id in missing {
                    self.depart(at, &id);
                }
            }
            Observation::TaskList { scope, stopped, tasks } => {
                self.task_list_arrived(&scope, stopped, &tasks);
            }
            Observation::Tasks { tasks, missing } => {
                for task in tasks {
                    self.task_arrived(at, task);
                }
                for id in missing {
                    self.forget_task(&id);
                }
            }
            Observation::Answered { topic } => {
                self.troubled.remove(&topic);
                let freshness = self.freshness.entry(topic).or_default();
                // A later answer of the same kind only makes what is on the screen younger.
                if freshness.answered.replace(at).is_none() | freshness.trouble.take().is_some() {
                    self.version += 1;
                }
            }
            Observation::Failed { topic, failure, retry_at } => {
                self.version += 1;
                self.troubled.insert(topic.clone());
                let freshness = self.freshness.entry(topic).or_default();
                let since = freshness.trouble.as_ref().map_or(at, |trouble| trouble.since);
                freshness.trouble = Some(Trouble { since, failure, retry_at });
            }
            details => self.details_arrived(details),
        }
    }

    /// Takes in what is learnt of one thing after its description.
    fn details_arrived(&mut self, observation: Observation) {
        match observation {
            Observation::Definition { definition } => self.definition_arrived(*definition),
            Observation::DefinitionGone { id } => {
                self.version += 1;
                self.definitions.entry(id).or_insert(None);
            }
            Observation::Deployments { service, deployments } => {
                self.deployments_arrived(service, deployments);
            }
            Observation::Deployment { deployment } => self.deployment_arrived(*deployment),
            Observation::CodeDeployments { deployments, missing } => {
                self.codedeployments_arrived(deployments, missing);
            }
            Observation::CodeDeployTarget { target } => self.codedeploy_target_arrived(*target),
            Observation::DeploymentGroups { groups, missing } => self.groups_arrived(groups, missing),
            Observation::Routing { config, routing } => self.routing_arrived(config, routing),
            Observation::TargetGroups { found } => self.target_groups_arrived(found),
            Observation::TargetHealth { group, targets } => self.target_health_arrived(group, targets),
            Observation::Routes { found } => self.routes_arrived(found),
            Observation::Alarms { context, alarms, missing } => self.alarms_arrived(context, alarms, missing),
            Observation::Traffic { group, traffic } => self.traffic_arrived(group, traffic),
            Observation::Revisions { revisions, missing } => self.revisions_arrived(revisions, missing),
            Observation::Scaling { service, scaling } => self.scaling_arrived(service, scaling),
            Observation::Protection { tasks } => self.protection_arrived(tasks),
            Observation::Raw { target, json } => self.raw_arrived(target, json),
            Observation::Identity { .. }
            | Observation::Remembered { .. }
            | Observation::Clusters { .. }
            | Observation::Roster { .. }
            | Observation::Services { .. }
            | Observation::TaskList { .. }
            | Observation::Tasks { .. }
            | Observation::Answered { .. }
            | Observation::Failed { .. } => {}
        }
    }

    fn clusters_arrived(&mut self, at: DateTime<Utc>, context: ContextId, clusters: Vec<Cluster>) {
        let known = self.contexts.entry(context).or_default();
        if !known.clusters_listed {
            known.clusters_listed = true;
            self.version += 1;
        }
        let now: Set<ClusterId> = clusters.iter().map(|cluster| cluster.id.clone()).collect();
        let known = self.clusters.values().filter(|known| known.context == context);
        let gone: Vec<ClusterId> =
            known.map(|known| known.id.clone()).filter(|id| !now.contains(id)).collect();
        for id in gone {
            self.forget_cluster(at, &id);
        }
        for mut cluster in clusters {
            if let Some(known) = self.clusters.get(&cluster.id)
                && cluster.untagged
            {
                cluster.protect.clone_from(&known.protect);
            }
            if self.clusters.get(&cluster.id).is_none_or(|known| **known != cluster) {
                self.version += 1;
                self.clusters.insert(cluster.id.clone(), Arc::new(cluster));
            }
        }
    }

    /// A definition explains the endings and the changes of the services that use it.
    fn definition_arrived(&mut self, definition: TaskDefinition) {
        let id = definition.id.clone();
        self.version += 1;
        for known in self.tasks.values_mut() {
            if known.ending.is_some() && known.task.definition.as_ref() == Some(&id) {
                known.ending = ending(&known.task, Some(&definition)).map(Arc::new);
            }
        }
        self.definitions.insert(id.clone(), Some(Arc::new(definition)));
        let users = self.services.values().filter(|known| {
            let mut used = known.service.rollouts.iter().filter_map(|rollout| rollout.definition.as_ref());
            used.any(|used| *used == id) || known.service.previous_definition().as_ref() == Some(&id)
        });
        let users: Vec<ServiceId> = users.map(|known| known.service.id.clone()).collect();
        self.touched.extend(users);
    }

    fn roster_arrived(
        &mut self,
        at: DateTime<Utc>,
        context: ContextId,
        cluster: &ClusterId,
        services: Vec<ServiceId>,
    ) {
        let mut changed = self.rosters.insert(cluster.clone(), services.len()) != Some(services.len());
        let now: Set<&ServiceId> = services.iter().collect();
        let known = self.services.values().filter(|known| known.service.cluster == *cluster);
        let gone: Vec<ServiceId> =
            known.map(|known| known.service.id.clone()).filter(|id| !now.contains(id)).collect();
        let prefix = cluster.service("");
        let of_cluster = |id: &ServiceId| id.as_str().starts_with(prefix.as_str());
        let names = self.remembered.len() + self.listed.len();
        self.remembered.retain(|id, _| !of_cluster(id));
        self.listed.retain(|id, _| !of_cluster(id) || now.contains(id));
        changed |= names != self.remembered.len() + self.listed.len();
        for id in gone {
            self.depart(at, &id);
        }
        for id in services {
            if !self.services.contains_key(&id) {
                changed |= self.listed.insert(id, context).is_none();
            }
        }
        self.version += u64::from(changed);
    }

    fn service_arrived(&mut self, at: DateTime<Utc>, mut service: Service) {
        let new = self.listed.remove(&service.id).is_some() | self.remembered.remove(&service.id).is_some();
        self.version += u64::from(new);
        if !service.is_active() {
            self.depart(at, &service.id);
            return;
        }
        let known = self.services.get(&service.id);
        if let Some(known) = known {
            service.keep_events_of(&known.service);
            service.keep_tags_of(&known.service);
        }
        let short = service.running < service.desired;
        let short_since = short.then(|| {
            let began = || {
                let began = trouble_began(&service).unwrap_or(at);
                // It was not short when it was last seen.
                known.map_or(began, |known| began.max(known.seen)).min(at)
            };
            known.and_then(|known| known.short_since).unwrap_or_else(began)
        });
        self.departed.retain(|(gone, _)| gone.id != service.id);
        // An answer that changed nothing keeps the row as it was, so that nothing is judged or drawn again.
        if let Some(known) = self.services.get_mut(&service.id)
            && *known.service == service
            && known.short_since == short_since
        {
            known.seen = at;
            return;
        }
        self.version += 1;
        self.touched.insert(service.id.clone());
        let id = service.id.clone();
        if service.is_delivered() {
            self.delivered.insert(id.clone());
        } else {
            self.delivered.remove(&id);
        }
        self.services.insert(id, KnownService { service: Arc::new(service), seen: at, short_since });
    }

    fn depart(&mut self, at: DateTime<Utc>, id: &ServiceId) {
        self.listed.remove(id);
        self.remembered.remove(id);
        self.forget_details(id);
        self.delivered.remove(id);
        self.version += 1;
        let Some(known) = self.services.remove(id) else { return };
        let crew =
            self.crews.get_mut(&known.service.cluster).and_then(|crews| crews.remove(&known.service.name));
        for task in crew.unwrap_or_default().tasks {
            self.tasks.remove(&task);
            self.protections.remove(&task);
        }
        if self.departed.len() >= DEPARTED_KEPT {
            self.departed.remove(0);
        }
        self.departed.push((known.service, at));
        self.touched.insert(id.clone());
    }

    fn forget_cluster(&mut self, at: DateTime<Utc>, id: &ClusterId) {
        self.version += 1;
        self.clusters.remove(id);
        self.rosters.remove(id);
        let services = self.services.values().filter(|known| known.service.cluster == *id);
        let services: Vec<ServiceId> = services.map(|known| known.service.id.clone()).collect();
        for service in services {
            self.depart(at, &service);
        }
        for crew in self.crews.remove(id).into_iter().flat_map(Map::into_values) {
            for task in crew.tasks {
                self.tasks.remove(&task);
                self.protections.remove(&task);
            }
        }
    }

    /// A complete list of stopped tasks is all that AWS still knows; what it leaves out is forgotten.
    fn task_list_arrived(&mut self, scope: &TaskScope, stopped: bool, listed: &[TaskId]) {
        if !stopped {
            return;
        }
        let now: Set<&TaskId> = listed.iter().collect();
        let ended = |task: &&Arc<Task>| task.state.is_stopped();
        let id = |task: &Arc<Task>| task.id.clone();
        let known: Vec<TaskId> = match scope {
            TaskScope::Cluster(cluster) => {
                self.tasks_in(cluster).map(|known| &known.task).filter(ended).map(id).collect()
            }
            TaskScope::Service(cluster, service) => {
                let tasks = self.tasks_of(cluster, service.name()).map(|known| &known.task);
                tasks.filter(ended).map(id).collect()
            }
        };
        for id in known.iter().filter(|id| !now.contains(id)) {
            self.forget_task(id);
        }
    }

    fn task_arrived(&mut self, at: DateTime<Utc>, task: Task) {
        let ended = task.definition.as_ref().filter(|_| task.has_ended());
        let definition = ended.and_then(|id| self.definitions.get(id)?.as_deref());
        let moved = match self.tasks.get_mut(&task.id) {
            Some(known) if *known.task == task => {
                known.seen = at;
                return;
            }
            // A task does not change its service; an answer that says so moves it.
            Some(known) if known.task.group != task.group || known.task.cluster != task.cluster => true,
            Some(known) => {
                self.version += 1;
                known.seen = at;
                known.ending = ending(&task, definition).map(Arc::new);
                touch(&mut self.crews, &mut self.touched_crews, &task);
                match Arc::get_mut(&mut known.task) {
                    Some(place) => *place = task,
                    None => known.task = Arc::new(task),
                }
                return;
            }
            None => false,
        };
        let ending = ending(&task, definition).map(Arc::new);
        if moved {
            self.forget_task(&task.id);
        }
        self.version += 1;
        touch(&mut self.crews, &mut self.touched_crews, &task).tasks.push(task.id.clone());
        self.tasks.insert(task.id.clone(), KnownTask { task: Arc::new(task), seen: at, ending });
    }

    fn forget_task(&mut self, id: &TaskId) {
        self.protections.remove(id);
        let Some(known) = self.tasks.remove(id) else { return };
        self.version += 1;
        let crew = touch(&mut self.crews, &mut self.touched_crews, &known.task);
        crew.tasks.retain(|task| task != id);
    }
}

/// The crew of a task, whose service is to be judged again.
fn touch<'c>(
    crews: &'c mut Map<ClusterId, Map<Text, Crew>>,
    touched: &mut Vec<(ClusterId, Text)>,
    task: &Task,
) -> &'c mut Crew {
    let crews = crews.entry(task.cluster.clone()).or_default();
    let service = task.service().unwrap_or_default();
    // The name is copied for a new crew only.
    let name = match crews.get_key_value(service) {
        Some((name, _)) => Text::clone(name),
        None => service.into(),
    };
    let crew = crews.entry(Text::clone(&name)).or_default();
    if !crew.touched && !service.is_empty() {
        crew.touched = true;
        touched.push((task.cluster.clone(), name));
    }
    crew
}

/// When a service that is short of tasks left its last steady state: its first event after that, or the oldest kept.
fn trouble_began(service: &Service) -> Option<DateTime<Utc>> {
    let steady = service.events.iter().position(|event| event.kind() == EventKind::Good);
    match steady {
        Some(0) => None,
        Some(at) => service.events.get(at - 1).map(|event| event.at),
        None => service.events.last().map(|event| event.at),
    }
}
