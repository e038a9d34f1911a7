//! KNOWS: everything learnt about the account, with no IO, no clock and no drawing.

pub mod alarm;
mod apply;
pub mod balancer;
pub mod bucket;
pub mod cluster;
pub mod codedeploy;
pub mod definition;
mod delivery;
pub mod deployment;
mod details;
pub mod ending;
pub mod event;
pub mod id;
pub mod log;
pub mod map;
pub mod observation;
pub mod percent;
pub mod protection;
pub mod revision;
pub mod scaling;
pub mod service;
pub mod shift;
pub mod task;
pub mod topic;
pub mod traffic;
pub mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::alarm::Alarm;
use self::balancer::{Route, RouteId, Target as BalancerTarget, TargetGroup, TargetGroupId, TargetGroupKey};
use self::cluster::Cluster;
use self::codedeploy::{CodeDeployId, CodeDeployment, DeploymentGroup, EcsTarget, GroupId, Routing};
use self::definition::TaskDefinition;
use self::deployment::ServiceDeployment;
use self::ending::Ending;
use self::id::{ClusterId, ContextId, DefinitionId, DeploymentId, RevisionId, ServiceId, TaskId, Text};
use self::map::{Map, Set};
use self::observation::Identity;
use self::protection::Protection;
use self::revision::ServiceRevision;
use self::scaling::Scaling;
use self::service::Service;
use self::task::Task;
use self::topic::{Freshness, Subject, Target, Topic, Trouble};
use self::traffic::Traffic;

/// A service as it was last seen.
#[derive(Debug, Clone)]
pub struct KnownService {
    pub service: Arc<Service>,
    /// When AWS gave this answer.
    pub seen: DateTime<Utc>,
    /// Since when fewer tasks run than are asked for, as far as we saw or its events tell.
    pub short_since: Option<DateTime<Utc>>,
}

/// A task as it was last seen.
#[derive(Debug, Clone)]
pub struct KnownTask {
    pub task: Arc<Task>,
    pub seen: DateTime<Utc>,
    /// Why it stopped, as far as its definition is known.
    pub ending: Option<Arc<Ending>>,
}

/// The tasks of one service.
#[derive(Debug, Clone, Default)]
struct Crew {
    tasks: Vec<TaskId>,
    /// A task changed since `take_touched`.
    touched: bool,
}

/// What is known of one context.
#[derive(Debug, Clone, Default)]
pub struct KnownContext {
    pub identity: Option<Identity>,
    /// The list of clusters arrived at least once.
    pub clusters_listed: bool,
}

/// What is known of deployments beside ECS's own answers: CodeDeploy, load balancers, alarms, counted requests.
#[derive(Debug, Clone, Default)]
struct Delivery {
    codedeployments: BTreeMap<CodeDeployId, Option<Arc<CodeDeployment>>>,
    targets: BTreeMap<CodeDeployId, Arc<EcsTarget>>,
    groups: BTreeMap<GroupId, Option<Arc<DeploymentGroup>>>,
    routings: BTreeMap<Text, Routing>,
    target_groups: BTreeMap<TargetGroupKey, Option<Arc<TargetGroup>>>,
    healths: BTreeMap<TargetGroupId, Arc<Vec<BalancerTarget>>>,
    routes: BTreeMap<RouteId, Option<Arc<Route>>>,
    alarms: BTreeMap<(ContextId, Text), Option<Alarm>>,
    traffics: BTreeMap<TargetGroupId, Arc<Traffic>>,
}

/// Everything learnt. Only `apply` changes it.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    contexts: BTreeMap<ContextId, KnownContext>,
    clusters: BTreeMap<ClusterId, Arc<Cluster>>,
    services: Map<ServiceId, KnownService>,
    /// Names that a list gave and no description has confirmed yet.
    listed: Map<ServiceId, ContextId>,
    /// Names that only the last session knew.
    remembered: Map<ServiceId, ContextId>,
    rosters: Map<ClusterId, usize>,
    /// Services that are gone, newest last, so that a selected row can say so.
    departed: Vec<(Arc<Service>, DateTime<Utc>)>,
    tasks: Map<TaskId, KnownTask>,
    /// Tasks by cluster and service name; standalone tasks under the empty name.
    crews: Map<ClusterId, Map<Text, Crew>>,
    definitions: Map<DefinitionId, Option<Arc<TaskDefinition>>>,
    deployments: Map<ServiceId, Arc<Vec<ServiceDeployment>>>,
    revisions: Map<RevisionId, Option<Arc<ServiceRevision>>>,
    scalings: Map<ServiceId, Arc<Scaling>>,
    protections: Map<TaskId, Protection>,
    delivery: Delivery,
    /// Services that a deployment of ECS is changing now, or that CodeDeploy deploys.
    delivered: BTreeSet<ServiceId>,
    raws: Map<Target, Text>,
    freshness: Map<Topic, Freshness>,
    /// Topics that something is in the way of, so that each picture finds them at once.
    troubled: BTreeSet<Topic>,
    /// Services whose verdict may have changed since `take_touched`.
    touched: Set<ServiceId>,
    /// The same by cluster and name, where a task changed.
    touched_crews: Vec<(ClusterId, Text)>,
    version: u64,
}

impl Fleet {
    /// Grows with every fact that changed something; an answer that only confirms does not count.
    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn context(&self, id: ContextId) -> Option<&KnownContext> {
        self.contexts.get(&id)
    }

    pub fn clusters(&self) -> impl Iterator<Item = &Arc<Cluster>> {
        self.clusters.values()
    }

    pub fn cluster(&self, id: &ClusterId) -> Option<&Arc<Cluster>> {
        self.clusters.get(id)
    }

    pub fn cluster_named(&self, name: &str) -> Option<&Arc<Cluster>> {
        self.clusters.values().find(|cluster| &*cluster.name == name)
    }

    pub fn services(&self) -> impl Iterator<Item = &KnownService> {
        self.services.values()
    }

    /// How many services are described.
    pub fn service_count(&self) -> usize {
        self.services.len()
    }

    /// Services that a deployment of ECS is changing now, or that CodeDeploy deploys: all that can be in flight.
    pub fn delivered(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.delivered.iter().filter_map(|id| Some(&self.services.get(id)?.service))
    }

    pub fn known_service(&self, id: &ServiceId) -> Option<&KnownService> {
        self.services.get(id)
    }

    /// A service, also one that went away lately.
    pub fn service(&self, id: &ServiceId) -> Option<&Arc<Service>> {
        self.services.get(id).map(|known| &known.service).or_else(|| {
            self.departed.iter().rev().map(|(service, _)| service).find(|service| service.id == *id)
        })
    }

    /// The id of a service by its name; ARNs of the old form are found by looking at all services.
    pub fn service_named(&self, cluster: &ClusterId, name: &str) -> ServiceId {
        let id = cluster.service(name);
        if self.services.contains_key(&id) {
            return id;
        }
        let old = self
            .services
            .values()
            .find(|known| *known.service.name == *name && known.service.cluster == *cluster);
        old.map_or(id, |known| known.service.id.clone())
    }

    /// It was there, and is no more.
    pub fn is_departed(&self, id: &ServiceId) -> bool {
        !self.services.contains_key(id) && self.departed.iter().any(|(service, _)| service.id == *id)
    }

    /// Names without a description: listed but not described, or known from the last session.
    pub fn undescribed(&self) -> impl Iterator<Item = (&ServiceId, ContextId, bool)> {
        let listed = self.listed.iter().map(|(id, context)| (id, *context, false));
        let remembered = self.remembered.iter().filter(|(id, _)| !self.listed.contains_key(*id));
        listed.chain(remembered.map(|(id, context)| (id, *context, true)))
    }

    /// Only the last session knew it; nothing of this session has confirmed it yet.
    pub fn is_remembered(&self, id: &ServiceId) -> bool {
        self.remembered.contains_key(id) && !self.listed.contains_key(id)
    }

    /// How many services the lists name in all, where every cluster's list arrived; `None` while some are missing.
    pub fn services_listed(&self) -> Option<usize> {
        let all_clusters =
            !self.contexts.is_empty() && self.contexts.values().all(|context| context.clusters_listed);
        let all_lists = all_clusters && self.clusters.keys().all(|id| self.rosters.contains_key(id));
        all_lists.then(|| self.rosters.values().sum())
    }

    /// Clusters whose list of services arrived.
    pub fn rosters_known(&self) -> usize {
        self.clusters.keys().filter(|id| self.rosters.contains_key(*id)).count()
    }

    /// How many services the list of this cluster names.
    pub fn roster(&self, cluster: &ClusterId) -> Option<usize> {
        self.rosters.get(cluster).copied()
    }

    pub fn task(&self, id: &TaskId) -> Option<&Arc<Task>> {
        self.tasks.get(id).map(|known| &known.task)
    }

    pub fn known_task(&self, id: &TaskId) -> Option<&KnownTask> {
        self.tasks.get(id)
    }

    /// Why a task stopped, as far as its definition is known.
    pub fn ending(&self, id: &TaskId) -> Option<&Arc<Ending>> {
        self.tasks.get(id)?.ending.as_ref()
    }

    pub fn tasks(&self) -> impl Iterator<Item = &KnownTask> {
        self.tasks.values()
    }

    pub fn task_count(&self) -> usize {
        self.tasks.len()
    }

    /// The tasks of a service, running and stopped, in no order.
    pub fn tasks_of<'a>(
        &'a self,
        cluster: &ClusterId,
        service: &str,
    ) -> impl Iterator<Item = &'a KnownTask> + use<'a> {
        let crew = self.crews.get(cluster).and_then(|crews| crews.get(service));
        crew.into_iter().flat_map(|crew| &crew.tasks).filter_map(|id| self.known_task(id))
    }

    /// The tasks of a cluster that belong to no service.
    pub fn standalone_tasks<'a>(
        &'a self,
        cluster: &ClusterId,
    ) -> impl Iterator<Item = &'a KnownTask> + use<'a> {
        self.tasks_of(cluster, "")
    }

    /// All tasks of a cluster.
    pub fn tasks_in<'a>(&'a self, cluster: &ClusterId) -> impl Iterator<Item = &'a KnownTask> + use<'a> {
        let crews = self.crews.get(cluster).into_iter().flat_map(Map::values);
        crews.flat_map(|crew| &crew.tasks).filter_map(|id| self.known_task(id))
    }

    pub fn definition(&self, id: &DefinitionId) -> Option<&Arc<TaskDefinition>> {
        self.definitions.get(id)?.as_ref()
    }

    /// It was asked for; it may not exist any more.
    pub fn is_definition_known(&self, id: &DefinitionId) -> bool {
        self.definitions.contains_key(id)
    }

    /// The newest deployments of a service, newest first.
    pub fn deployments(&self, id: &ServiceId) -> Option<&Arc<Vec<ServiceDeployment>>> {
        self.deployments.get(id)
    }

    pub fn revision(&self, id: &RevisionId) -> Option<&Arc<ServiceRevision>> {
        self.revisions.get(id)?.as_ref()
    }

    /// It was asked for; AWS may have forgotten it.
    pub fn is_revision_known(&self, id: &RevisionId) -> bool {
        self.revisions.contains_key(id)
    }

    /// The autoscaling of a service; `None` when it was not asked for.
    pub fn scaling(&self, id: &ServiceId) -> Option<&Arc<Scaling>> {
        self.scalings.get(id)
    }

    /// The protection of a task as it was last told; `None` when it was not asked for.
    pub fn protection(&self, id: &TaskId) -> Option<Protection> {
        self.protections.get(id).copied()
    }

    /// One deployment by its id.
    pub fn deployment(&self, id: &DeploymentId) -> Option<&ServiceDeployment> {
        self.deployments.values().flat_map(|known| known.iter()).find(|known| known.id == *id)
    }

    pub fn raw(&self, target: &Target) -> Option<&Text> {
        self.raws.get(target)
    }

    pub fn freshness(&self, topic: &Topic) -> Option<&Freshness> {
        self.freshness.get(topic)
    }

    /// All topics that were ever asked, with how they stand.
    pub fn topics(&self) -> impl Iterator<Item = (&Topic, &Freshness)> {
        self.freshness.iter()
    }

    /// What is in the way of which topic.
    pub fn troubles(&self) -> impl Iterator<Item = (&Topic, &Trouble)> {
        self.troubled.iter().filter_map(|topic| Some((topic, self.freshness(topic)?.trouble.as_ref()?)))
    }

    /// The answer for a subject in any context that was asked for it.
    pub fn answered(&self, context: ContextId, subject: Subject) -> Option<DateTime<Utc>> {
        self.freshness(&Topic::new(context, subject))?.answered
    }

    /// The services whose verdict may have changed since the last call.
    pub fn take_touched(&mut self) -> Set<ServiceId> {
        for (cluster, service) in std::mem::take(&mut self.touched_crews) {
            if let Some(crew) = self.crews.get_mut(&cluster).and_then(|crews| crews.get_mut(&service)) {
                crew.touched = false;
            }
            let id = self.service_named(&cluster, &service);
            if self.services.contains_key(&id) {
                self.touched.insert(id);
            }
        }
        std::mem::take(&mut self.touched)
    }
}
