//! Which services are described next: a plan without IO and without a clock, so that it can be tested by tables.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use super::census::Census;
use super::lane::{Lane, Lanes, Moment};
use super::lists::Lists;
use super::pace::Paces;
use super::pass::{Pass, Stamp};
use crate::app::subscription::Interest;
use crate::aws::ecs::SERVICES_AT_ONCE;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::runtime::poll::clusters::home;
use crate::runtime::requests::Priority;

/// Rows on the screen are described this often, and what deploys or fails this often.
const VISIBLE: Duration = Duration::from_secs(5);
const URGENT: Duration = Duration::from_secs(2);
/// Services described this lately are not described again, even where a request has room.
const FRESH: Duration = Duration::from_secs(1);
/// Requests on their way at once: in the first load, and for the sweep afterwards.
const LOADING_AT_ONCE: usize = 32;
const SWEEP_AT_ONCE: usize = 3;

/// One DescribeServices: up to ten services of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub cluster: ClusterId,
    pub services: Vec<ServiceId>,
    pub priority: Priority,
}

/// All services of a context and when they were last described.
#[derive(Debug)]
pub struct Roster {
    services: HashMap<ServiceId, Entry>,
    lists: Lists,
    lanes: Lanes,
    /// Clusters that are left alone until then.
    held: BTreeMap<ClusterId, Moment>,
    paused_until: Moment,
    /// Visible rows described before this are due at once.
    refreshed: Option<Moment>,
    paces: Paces,
    census: Census,
    on_way: usize,
    swept_on_way: usize,
    loaded: bool,
    /// After the first load nothing is due by itself.
    once: bool,
    pass: Pass,
}

#[derive(Debug)]
struct Entry {
    cluster: ClusterId,
    described: Option<Moment>,
    on_way: bool,
    stamp: Stamp,
}

impl Roster {
    /// An empty plan; with `once` everything is described once and then only when somebody asks.
    pub fn new(once: bool) -> Self {
        Self {
            services: HashMap::new(),
            lists: Lists::default(),
            lanes: Lanes::default(),
            held: BTreeMap::new(),
            paused_until: Moment::ZERO,
            refreshed: None,
            paces: Paces::default(),
            census: Census::default(),
            on_way: 0,
            swept_on_way: 0,
            loaded: false,
            once,
            pass: Pass::new(),
        }
    }

    /// Everything was listed and described once.
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }

    pub fn knows(&self, service: &ServiceId) -> bool {
        self.services.contains_key(service)
    }

    /// Services that the last session knew; those that do not tell their cluster wait for its list.
    pub fn remembered(&mut self, services: &[ServiceId]) {
        for service in services {
            if let Some(cluster) = home(service) {
                self.admit(&cluster, service);
            }
        }
    }

    /// All clusters there are; returns the services of others, which are forgotten.
    pub fn clusters(&mut self, clusters: &[ClusterId]) -> Vec<ServiceId> {
        self.lists.set(clusters);
        let lists = &self.lists;
        let elsewhere = self.services.iter().filter(|(_, entry)| !lists.has(&entry.cluster));
        let gone: Vec<ServiceId> = elsewhere.map(|(id, _)| id.clone()).collect();
        self.forget(gone.clone());
        self.held.retain(|cluster, _| self.lists.has(cluster));
        self.settle();
        gone
    }

    /// A cluster is no more; returns the services that went with it.
    pub fn forget_cluster(&mut self, cluster: &ClusterId) -> Vec<ServiceId> {
        self.lists.forget(cluster);
        self.held.remove(cluster);
        let of_cluster = self.services.iter().filter(|(_, entry)| entry.cluster == *cluster);
        let services: Vec<ServiceId> = of_cluster.map(|(id, _)| id.clone()).collect();
        self.forget(services.clone());
        self.settle();
        services
    }

    /// The number of active services of a cluster; when it moved, the cluster is listed again.
    pub fn counted(&mut self, now: Moment, cluster: &ClusterId, count: u32) {
        self.lists.counted(now, cluster, count);
    }

    /// Somebody wants everything looked at: the lists, and the rows on the screen at once.
    pub fn refresh(&mut self, now: Moment) {
        self.refreshed = Some(now);
        self.paused_until = now;
        self.held.clear();
        self.lists.ask_all(now);
        self.pass.begin(self.services.len());
    }

    /// Which services come first from here on.
    pub fn interest(&mut self, interest: Interest) {
        let services = &self.services;
        self.lanes.set_interest(interest, |service| {
            let entry = services.get(service).filter(|entry| !entry.on_way)?;
            Some((&entry.cluster, entry.described))
        });
    }

    /// The next cluster to list, whose list is on its way from here on.
    pub fn next_list(&mut self, now: Moment) -> Option<ClusterId> {
        if self.paused_until > now {
            return None;
        }
        let (cluster, again) = self.lists.next(now, self.paces.list_ready_at())?;
        if again {
            self.paces.take_list(now);
        }
        Some(cluster)
    }

    /// One page of a cluster's list, whose services can be described before the next page is there.
    pub fn page(&mut self, cluster: &ClusterId, services: &[ServiceId]) {
        if self.lists.has(cluster) {
            for service in services {
                self.admit(cluster, service);
            }
        }
    }

    /// The whole list of a cluster arrived; what it does not name is gone.
    pub fn listed(&mut self, now: Moment, cluster: &ClusterId, services: &[ServiceId]) {
        if !self.lists.arrived(now, cluster) {
            return;
        }
        let named: BTreeSet<&ServiceId> = services.iter().collect();
        let of_cluster = self.services.iter().filter(|(_, entry)| entry.cluster == *cluster);
        let gone = of_cluster.map(|(id, _)| id).filter(|id| !named.contains(id)).cloned().collect();
        self.forget(gone);
        self.pass.moved();
        self.settle();
    }

    /// The list of a cluster could not be had; it is asked for again at that time, and until then the cluster may
    /// be left alone altogether.
    pub fn not_listed(&mut self, cluster: &ClusterId, again: Moment, hold: bool) {
        self.lists.ask_at(cluster, again);
        if hold {
            self.held.insert(cluster.clone(), again);
            self.settle();
        }
    }

    /// Nothing is asked before this time.
    pub fn pause(&mut self, until: Moment) {
        self.paused_until = self.paused_until.max(until);
    }

    /// Whether nothing is asked at present.
    pub fn is_paused(&self, now: Moment) -> bool {
        self.paused_until > now
    }

    /// The next request, which is on its way from here on.
    pub fn next_batch(&mut self, now: Moment) -> Option<Batch> {
        if self.paused_until > now {
            return None;
        }
        self.held.retain(|_, until| *until > now);
        let (priority, cluster, due) = self.next_head(now)?;
        let batch = self.fill(now, &cluster, priority, due);
        self.on_way += 1;
        self.swept_on_way += usize::from(priority == Priority::Sweep);
        // In the first load the requests in flight are the only limit here; the scheduler keeps the share.
        if self.loaded {
            self.paces.take(now, priority, self.census.requests());
        }
        Some(batch)
    }

    /// When there may be a request or a list to ask for, if nothing arrives before.
    pub fn next_at(&self) -> Option<Moment> {
        let open = |cluster: &ClusterId| !self.held.contains_key(cluster);
        let due = |lane: &Lane, every: Duration, priority: Priority| {
            // What was never described waits only for an answer, for there are enough requests on their way.
            let (described, _) = lane.first(open)?;
            Some((described? + every).max(self.paces.ready_at(priority)))
        };
        let mut next: Vec<Option<Moment>> = vec![self.lists.next_at(self.paces.list_ready_at())];
        let sweep = due(&self.lanes.all, FRESH, Priority::Sweep);
        let sweep = sweep.filter(|_| self.loaded && self.swept_on_way < SWEEP_AT_ONCE);
        if !self.is_idle() {
            next.push(due(&self.lanes.visible, VISIBLE, Priority::Visible));
            next.push(due(&self.lanes.urgent, URGENT, Priority::Deploying));
            next.push(sweep);
        } else if self.lanes.all.first(open).is_some_and(|(described, _)| described <= self.refreshed) {
            next.push(sweep);
        }
        let released = self.held.values().copied();
        next.into_iter().flatten().chain(released).min().map(|at| at.max(self.paused_until))
    }

    /// The answer of a request arrived; the `gone` ones do not exist any more.
    pub fn described(&mut self, now: Moment, batch: &Batch, gone: &[ServiceId]) {
        self.landed(batch);
        self.forget(gone.to_vec());
        for service in &batch.services {
            if let Some(entry) = self.services.get_mut(service) {
                self.pass.reach(&mut entry.stamp);
                entry.described = Some(now);
                self.put_back(service);
            }
        }
        self.pass.moved();
        self.settle();
    }

    /// A request failed: its services are due as before, but their cluster may be left alone until some time.
    pub fn failed(&mut self, batch: &Batch, hold: Option<Moment>) {
        self.landed(batch);
        for service in &batch.services {
            self.put_back(service);
        }
        if let Some(until) = hold {
            self.held.insert(batch.cluster.clone(), until);
        }
        self.settle();
    }

    /// All services were described since the last time this was true.
    pub fn take_complete(&mut self) -> bool {
        let complete = self.loaded && self.pass.is_complete() && self.held.is_empty();
        if complete {
            self.pass.begin(self.services.len());
        }
        complete
    }

    /// No cluster is left alone.
    pub fn is_whole(&self) -> bool {
        self.held.is_empty()
    }

    /// The lane whose turn it is, its first cluster, and what was described before which time is due in it.
    fn next_head(&self, now: Moment) -> Option<(Priority, ClusterId, Option<Moment>)> {
        let head = |lane: &Lane, until: Option<Moment>| {
            let (described, cluster) = lane.first(|cluster| !self.held.contains_key(cluster))?;
            (described <= until).then(|| cluster.clone())
        };
        let never = |lane| head(lane, None);
        let before = |lane, until: Option<Moment>| until.and_then(|until| head(lane, Some(until)));
        let room = self.on_way < LOADING_AT_ONCE;

        if let Some(cluster) = never(&self.lanes.visible) {
            return Some((Priority::Visible, cluster, None));
        }
        if let Some(cluster) = before(&self.lanes.visible, self.refreshed) {
            return Some((Priority::User, cluster, self.refreshed));
        }
        let idle = self.is_idle();
        for (lane, priority, every) in [
            (&self.lanes.visible, Priority::Visible, VISIBLE),
            (&self.lanes.urgent, Priority::Deploying, URGENT),
        ] {
            let due = now.checked_sub(every).filter(|_| !idle && self.paces.ready_at(priority) <= now);
            if let Some(cluster) = before(lane, due) {
                return Some((priority, cluster, due));
            }
        }
        if room && let Some(cluster) = never(&self.lanes.all) {
            return Some((Priority::Sweep, cluster, None));
        }
        // Nothing is described twice before everything was described once.
        if !self.loaded || self.swept_on_way >= SWEEP_AT_ONCE || self.paces.ready_at(Priority::Sweep) > now {
            return None;
        }
        let due = if idle { self.refreshed } else { now.checked_sub(FRESH) };
        before(&self.lanes.all, due).map(|cluster| (Priority::Sweep, cluster, due))
    }

    /// Takes the due services of a lane's cluster, and fills the request with the longest undescribed others.
    fn fill(&mut self, now: Moment, cluster: &ClusterId, priority: Priority, due: Option<Moment>) -> Batch {
        let lane = match priority {
            Priority::User | Priority::Visible => &self.lanes.visible,
            Priority::Deploying => &self.lanes.urgent,
            Priority::Sweep => &self.lanes.all,
        };
        let first = lane.of(cluster).take_while(|(described, _)| *described <= due);
        let mut services: Vec<ServiceId> =
            first.take(SERVICES_AT_ONCE).map(|(_, service)| service.clone()).collect();
        let stale = |described: Option<Moment>| match described {
            None => true,
            // Before everything is loaded a fuller answer would only be a later one.
            Some(described) => self.loaded && described + FRESH <= now,
        };
        let others = self.lanes.all.of(cluster).take_while(|(described, _)| stale(*described));
        for (_, service) in others.take(2 * SERVICES_AT_ONCE) {
            if services.len() < SERVICES_AT_ONCE && !services.contains(service) {
                services.push(service.clone());
            }
        }
        for service in &services {
            if let Some(entry) = self.services.get_mut(service) {
                entry.on_way = true;
                self.lanes.remove(&entry.cluster, entry.described, service);
            }
        }
        Batch { cluster: cluster.clone(), services, priority }
    }

    /// Takes a service in, unless it is known.
    fn admit(&mut self, cluster: &ClusterId, service: &ServiceId) {
        if self.services.contains_key(service) {
            return;
        }
        let entry =
            Entry { cluster: cluster.clone(), described: None, on_way: false, stamp: self.pass.enter() };
        self.services.insert(service.clone(), entry);
        self.census.enter(cluster);
        self.put_back(service);
    }

    fn forget(&mut self, services: Vec<ServiceId>) {
        for service in services {
            let Some(entry) = self.services.remove(&service) else { continue };
            self.pass.leave(entry.stamp);
            self.census.leave(&entry.cluster);
            self.lanes.remove(&entry.cluster, entry.described, &service);
        }
    }

    /// A service waits for its turn again.
    fn put_back(&mut self, service: &ServiceId) {
        let Some(entry) = self.services.get_mut(service) else { return };
        entry.on_way = false;
        self.lanes.insert(&entry.cluster, entry.described, service);
    }

    /// Everything was described once, and nobody asked for more.
    fn is_idle(&self) -> bool {
        self.once && self.loaded
    }

    fn landed(&mut self, batch: &Batch) {
        self.on_way = self.on_way.saturating_sub(1);
        if batch.priority == Priority::Sweep {
            self.swept_on_way = self.swept_on_way.saturating_sub(1);
        }
    }

    /// Notices when the first load is over.
    fn settle(&mut self) {
        if self.loaded || self.on_way > 0 {
            return;
        }
        let held = |cluster: &ClusterId| self.held.contains_key(cluster);
        let undescribed = matches!(self.lanes.all.first(|cluster| !held(cluster)), Some((None, _)));
        self.loaded = !undescribed && self.lists.are_complete(held);
    }
}
