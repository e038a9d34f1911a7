//! The pretended account: clusters, services, tasks and definitions, moved by a queue of what is due.

pub mod agenda;
pub mod alarm;
pub mod balancer;
pub mod cluster;
pub mod codedeploy;
pub mod definition;
pub mod deploy;
pub mod event;
pub mod life;
pub mod load;
pub mod logs;
pub mod metric;
pub mod quality;
pub mod record;
pub mod scaling;
pub mod scheduler;
pub mod service;
pub mod settings;
pub mod settle;
pub mod shift;
pub mod strategy;
pub mod task;
pub mod trouble;

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::sync::Arc;

use fastrand::Rng;

use self::agenda::{Agenda, Happening};
use self::alarm::Alarms;
use self::balancer::{Routing, Slot};
use self::cluster::Cluster;
pub use self::cluster::ClusterKey;
use self::codedeploy::CodeDeploy;
use self::definition::{Body, Definition, DefinitionKey};
use self::logs::Logs;
use self::scaling::Target;
pub use self::service::ServiceKey;
use self::service::{Service, ServiceStatus};
use self::task::{Capacity, Fate, Health, Owner, Task, TaskKey, TaskState, Times};
use super::Millis;
use super::name::{self, Place, Purpose};

/// Everything that the pretended AWS knows.
#[derive(Debug)]
pub struct World {
    pub place: Place,
    pub seed: u64,
    /// How far the world has been played.
    pub now: Millis,
    /// Drawn from only while happenings are played, in their order, so that asking changes nothing.
    pub random: Rng,
    pub clusters: Vec<Cluster>,
    pub services: Vec<Service>,
    pub definitions: Vec<Definition>,
    pub families: BTreeMap<Arc<str>, Vec<DefinitionKey>>,
    pub tasks: BTreeMap<TaskKey, Task>,
    pub agenda: Agenda,
    /// What Application Auto Scaling may change.
    pub scaling: BTreeMap<ServiceKey, Target>,
    pub alarms: Alarms,
    /// Of services whose traffic is not led in the usual way.
    pub routings: BTreeMap<ServiceKey, Routing>,
    pub codedeploy: CodeDeploy,
    pub logs: Logs,
    task_by_id: HashMap<u128, TaskKey>,
    cluster_by_name: HashMap<Arc<str>, ClusterKey>,
    service_by_name: HashMap<(ClusterKey, Arc<str>), ServiceKey>,
    next_task: u32,
    next_number: u64,
}

/// What a new task is made of.
#[derive(Debug)]
pub struct NewTask {
    pub cluster: ClusterKey,
    pub owner: Owner,
    pub definition: DefinitionKey,
    pub capacity: Capacity,
    pub exec: bool,
    pub fate: Fate,
}

impl World {
    pub fn new(place: Place, seed: u64, now: Millis) -> Self {
        Self {
            place,
            seed,
            now,
            random: Rng::with_seed(seed),
            clusters: Vec::new(),
            services: Vec::new(),
            definitions: Vec::new(),
            families: BTreeMap::new(),
            tasks: BTreeMap::new(),
            agenda: Agenda::default(),
            scaling: BTreeMap::new(),
            alarms: Alarms::default(),
            routings: BTreeMap::new(),
            codedeploy: CodeDeploy::default(),
            logs: Logs::default(),
            task_by_id: HashMap::new(),
            cluster_by_name: HashMap::new(),
            service_by_name: HashMap::new(),
            next_task: 0,
            next_number: 0,
        }
    }

    /// Plays what is due up to `now`. A clock that goes back is ignored.
    pub fn advance(&mut self, now: Millis) {
        while let Some((at, happening)) = self.agenda.take(now) {
            self.now = self.now.max(at);
            match happening {
                Happening::Task(key) => life::step(self, key, at),
                Happening::Service(key) => scheduler::look(self, key, at),
                Happening::Trouble(key) => trouble::begin(self, key),
                Happening::Deploy(key) => deploy::next_revision(self, key),
                Happening::Metric(key) => scaling::look(self, key, at),
                Happening::Fulfilment(key) => scaling::check_fulfilment(self, key),
                Happening::Scheduled(key) => scaling::run_scheduled(self, key),
                Happening::Alarm(key) => alarm::change(self, key),
                Happening::CodeDeploy(key) => codedeploy::step(self, key, at),
                Happening::Planned(place) => codedeploy::run_planned(self, place),
            }
        }
        self.now = self.now.max(now);
    }

    /// A number that was not given before, for ids.
    pub fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// A random span of time.
    pub fn between(&mut self, range: RangeInclusive<Millis>) -> Millis {
        self.random.i64(range)
    }

    pub fn cluster(&self, key: ClusterKey) -> Option<&Cluster> {
        self.clusters.get(index(key.0))
    }

    pub fn cluster_mut(&mut self, key: ClusterKey) -> Option<&mut Cluster> {
        self.clusters.get_mut(index(key.0))
    }

    pub fn cluster_named(&self, name: &str) -> Option<&Cluster> {
        self.cluster(*self.cluster_by_name.get(name)?)
    }

    pub fn service(&self, key: ServiceKey) -> Option<&Service> {
        self.services.get(index(key.0))
    }

    pub fn service_mut(&mut self, key: ServiceKey) -> Option<&mut Service> {
        self.services.get_mut(index(key.0))
    }

    pub fn service_named(&self, cluster: ClusterKey, name: &str) -> Option<&Service> {
        self.service(*self.service_by_name.get(&(cluster, Arc::from(name)))?)
    }

    pub fn definition(&self, key: DefinitionKey) -> Option<&Definition> {
        self.definitions.get(index(key.0))
    }

    pub fn task(&self, key: TaskKey) -> Option<&Task> {
        self.tasks.get(&key)
    }

    pub fn task_with_id(&self, id: u128) -> Option<&Task> {
        self.task(*self.task_by_id.get(&id)?)
    }

    pub fn add_cluster(&mut self, name: Arc<str>, insights: &'static str) -> ClusterKey {
        let key = ClusterKey(count(self.clusters.len()));
        self.cluster_by_name.insert(Arc::clone(&name), key);
        self.clusters.push(Cluster::new(key, name, insights));
        key
    }

    /// Adds a service; its key is set here.
    pub fn add_service(&mut self, mut service: Service) -> ServiceKey {
        let key = ServiceKey(count(self.services.len()));
        service.key = key;
        self.service_by_name.insert((service.cluster, Arc::clone(&service.name)), key);
        if let Some(cluster) = self.clusters.get_mut(index(service.cluster.0)) {
            cluster.services.push(key);
            cluster.active_services += u32::from(service.status == ServiceStatus::Active);
        }
        self.services.push(service);
        key
    }

    pub fn set_status(&mut self, key: ServiceKey, status: ServiceStatus) {
        let Some(service) = self.services.get_mut(index(key.0)) else { return };
        let was = std::mem::replace(&mut service.status, status);
        if let Some(cluster) = self.clusters.get_mut(index(service.cluster.0)) {
            cluster.active_services -= u32::from(was == ServiceStatus::Active);
            cluster.active_services += u32::from(status == ServiceStatus::Active);
        }
    }

    /// Adds the next revision of a family; the first one of a family gets the number `first`.
    pub fn add_definition(
        &mut self,
        family: &Arc<str>,
        first: u32,
        registered: Millis,
        body: Body,
    ) -> DefinitionKey {
        let key = DefinitionKey(count(self.definitions.len()));
        let newest = self.families.get(family).and_then(|keys| keys.last());
        let revision =
            newest.and_then(|key| self.definition(*key)).map_or(first, |newest| newest.revision + 1);
        self.families.entry(Arc::clone(family)).or_default().push(key);
        self.definitions.push(Definition {
            family: Arc::clone(family),
            revision,
            registered,
            active: true,
            registered_by: None,
            body,
        });
        key
    }

    /// Says who registered a definition: what follows `arn:aws:sts::<account>:`.
    pub fn register_as(&mut self, key: DefinitionKey, by: Option<Arc<str>>) {
        if let Some(definition) = self.definitions.get_mut(index(key.0)) {
            definition.registered_by = by;
        }
    }

    pub fn deregister(&mut self, key: DefinitionKey) {
        if let Some(definition) = self.definitions.get_mut(index(key.0)) {
            definition.active = false;
        }
    }

    /// The newest active revision of a family, or a certain one.
    pub fn find_definition(&self, family: &str, revision: Option<u32>) -> Option<DefinitionKey> {
        let keys = self.families.get(family)?;
        keys.iter().rev().copied().find(|key| {
            self.definition(*key).is_some_and(|definition| match revision {
                Some(revision) => definition.revision == revision,
                None => definition.active,
            })
        })
    }

    /// Makes a task that is PROVISIONING now. The caller says when its life goes on.
    pub fn add_task(&mut self, new: NewTask) -> TaskKey {
        let key = TaskKey(self.next_task);
        self.next_task += 1;
        let number = u64::from(key.0);
        let id = (u128::from(name::derive(self.seed, Purpose::TaskHigh, number)) << 64)
            | u128::from(name::derive(self.seed, Purpose::TaskLow, number));
        if let Some(cluster) = self.clusters.get_mut(index(new.cluster.0)) {
            cluster.pending += 1;
            cluster.wanted.insert(key);
        }
        let mut slot = Slot::default();
        if let Owner::Service { service, deployment } = new.owner
            && let Some(service) = self.services.get_mut(index(service.0))
        {
            service.tasks.push(key);
            let owner = service.deployments.iter().find(|found| found.number == deployment);
            slot = owner.map_or(slot, |owner| owner.slot);
        }
        self.task_by_id.insert(id, key);
        let task = Task {
            key,
            id,
            cluster: new.cluster,
            owner: new.owner,
            definition: new.definition,
            zone: u8::try_from(number % u64::from(name::ZONES)).unwrap_or_default(),
            capacity: new.capacity,
            exec: new.exec,
            state: TaskState::Provisioning,
            version: 1,
            times: Times { created: self.now, ..Times::default() },
            fate: new.fate,
            due: None,
            ending: None,
            health: Health::Unknown,
            ready: false,
            registered: false,
            slot,
            lost_sidecar: None,
            ill: None,
            protected_until: None,
        };
        self.tasks.insert(key, task);
        key
    }

    /// The one way to change a task: keeps its cluster's figures and lists right and tells the scheduler.
    pub fn change(&mut self, key: TaskKey, change: impl FnOnce(&mut Task)) {
        let Some(task) = self.tasks.get_mut(&key) else { return };
        let before = (task.state, task.is_wanted());
        change(task);
        let after = (task.state, task.is_wanted());
        task.version += 1;
        let due = task.due;
        let service = match task.owner {
            Owner::Service { service, .. } => Some(service),
            Owner::Alone { .. } => None,
        };
        if let Some(cluster) = self.clusters.get_mut(index(task.cluster.0)) {
            cluster.moved(key, before, after);
        }
        if let Some(due) = due {
            self.agenda.add(due, Happening::Task(key));
        }
        if let Some(service) = service {
            let soon = self.between(2_000..=3_500);
            self.wake(service, self.now + soon);
        }
    }

    /// Changes a task of the past, of which the scheduler need not hear.
    pub fn settle(&mut self, key: TaskKey, change: impl FnOnce(&mut Task)) {
        let Some(task) = self.tasks.get_mut(&key) else { return };
        let before = (task.state, task.is_wanted());
        change(task);
        let after = (task.state, task.is_wanted());
        if let Some(cluster) = self.clusters.get_mut(index(task.cluster.0)) {
            cluster.moved(key, before, after);
        }
    }

    /// Has the scheduler look at a service at `at`, or earlier if it was going to.
    pub fn wake(&mut self, key: ServiceKey, at: Millis) {
        let Some(service) = self.services.get_mut(index(key.0)) else { return };
        if service.wake.is_none_or(|wake| at < wake) {
            service.wake = Some(at);
            self.agenda.add(at, Happening::Service(key));
        }
    }

    /// Asks a service for another number of tasks.
    pub fn set_desired(&mut self, key: ServiceKey, desired: u32) {
        let soon = self.now + self.between(1_500..=3_000);
        let Some(service) = self.services.get_mut(index(key.0)) else { return };
        if desired != service.desired {
            service.desired = desired;
            service.launch.steady = false;
            service.launch.said_protected = None;
        }
        self.wake(key, soon);
    }

    /// AWS forgets stopped tasks after about an hour.
    pub fn forget(&mut self, key: TaskKey) {
        let Some(task) = self.tasks.remove(&key) else { return };
        self.task_by_id.remove(&task.id);
        if let Some(cluster) = self.clusters.get_mut(index(task.cluster.0)) {
            cluster.unwanted.remove(&key);
        }
        if let Owner::Service { service, .. } = task.owner
            && let Some(service) = self.services.get_mut(index(service.0))
        {
            service.tasks.retain(|other| *other != key);
        }
        // What it wrote stays.
        self.logs.remember(task);
    }
}

/// Keys are positions; there are never as many as 32 bits can count.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn index(key: u32) -> usize {
    usize::try_from(key).unwrap_or(usize::MAX)
}
