//! The services of a context: listed, then described in turn, those that somebody looks at first.

mod census;
pub mod lane;
mod lists;
pub mod pace;
mod pass;
pub mod roster;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{self, Instant};

use self::lane::Moment;
use self::roster::{Batch, Roster};
use super::poll::access::{LOOK_OUT, is_about_credentials};
use super::poll::ask::Ask;
use super::poll::clusters::Directory;
use super::poll::{Backoff, SLOW, Shared, joined};
use super::requests::Priority;
use crate::app::subscription::{Cadence, Interest};
use crate::aws::ecs::{EventDepth, Page};
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::observation::Observation;
use crate::fleet::service::EVENTS_AT_REST;
use crate::fleet::topic::{Failure, FailureKind, Subject};

/// Scrolling changes what is visible with every key; only where it rests counts.
const REST: Duration = Duration::from_millis(200);
/// How often clusters are listed here when nobody else does.
const CLUSTERS: Duration = Duration::from_mins(1);

/// So many refusals for the rate in a row, each after the scheduler's repeats, are trouble; before that its slower
/// pace is the answer, and nobody needs to know.
const REFUSALS: u32 = 3;

/// What came back.
enum Arrival {
    Clusters(Result<Vec<ClusterId>, Failure>),
    /// One page of a cluster's list, with the names of the pages before it.
    Page {
        cluster: ClusterId,
        before: Vec<ServiceId>,
        page: Result<Page<ServiceId>, Failure>,
    },
    /// The services that are gone.
    Batch {
        batch: Batch,
        answer: Result<Vec<ServiceId>, Failure>,
    },
}

/// The sweep of one context.
struct Sweep {
    shared: Shared,
    roster: Roster,
    backoff: Backoff,
    began: Instant,
    on_way: JoinSet<Arrival>,
    /// Somebody else lists the clusters.
    kept: bool,
    /// When the clusters are listed here; `None` while somebody else does or they are on their way.
    clusters_at: Option<Moment>,
    /// Requests in a row that were refused for the rate.
    refusals: u32,
    /// Something failed since the last answer was told.
    troubled: bool,
    settled: bool,
    /// Services of the last session that no list has been held against yet.
    remembered: Vec<ServiceId>,
}

/// Describes all services until it is dropped; `remembered` are described before any list is there.
pub async fn run(
    cadence: Cadence,
    remembered: Vec<ServiceId>,
    shared: Shared,
    interest: watch::Receiver<Interest>,
    wake: Arc<Notify>,
) {
    let mut sweep = Sweep {
        roster: Roster::new(cadence == Cadence::Once),
        backoff: Backoff::new(Cadence::Seconds(5)),
        began: Instant::now(),
        on_way: JoinSet::new(),
        kept: false,
        clusters_at: None,
        refusals: 0,
        troubled: false,
        settled: false,
        remembered: remembered.clone(),
        shared,
    };
    if !remembered.is_empty() {
        sweep.roster.remembered(&remembered);
        let context = sweep.shared.ask.context();
        sweep.shared.ask.observe(Observation::Remembered { context, services: remembered }).await;
    }
    sweep.run(interest, wake).await;
}

impl Sweep {
    async fn run(mut self, mut interest: watch::Receiver<Interest>, wake: Arc<Notify>) {
        let mut directory = self.shared.directory.subscribe();
        self.roster.interest(interest.borrow_and_update().clone());
        let first = directory.borrow_and_update().clone();
        self.read(&first).await;
        let mut rest_at: Option<Instant> = None;
        loop {
            let valid = self.shared.access.is_valid();
            if valid {
                self.send();
            }
            let planned = [self.roster.next_at(), self.clusters_at].into_iter().flatten().min();
            let planned = planned.filter(|_| valid).map(|at| self.began + at);
            let next = [planned, rest_at].into_iter().flatten().min();
            let access = self.shared.access.clone();
            tokio::select! {
                Some(arrival) = joined(&mut self.on_way), if !self.on_way.is_empty() => self.take_in(arrival).await,
                Ok(()) = directory.changed() => {
                    let directory = directory.borrow_and_update().clone();
                    self.read(&directory).await;
                }
                Ok(()) = interest.changed() => {
                    rest_at.get_or_insert(Instant::now() + REST);
                }
                () = wake.notified() => {
                    access.hurry();
                    self.roster.refresh(self.now());
                    self.clusters_at = self.clusters_at.map(|_| self.now());
                }
                () = access.valid(), if !valid => {}
                () = sleep_until(next) => {}
            }
            if rest_at.is_some_and(|at| at <= Instant::now()) {
                rest_at = None;
                self.roster.interest(interest.borrow().clone());
            }
            self.conclude().await;
        }
    }

    fn now(&self) -> Moment {
        self.began.elapsed()
    }

    /// Sends everything whose turn it is.
    fn send(&mut self) {
        let now = self.now();
        if self.clusters_at.is_some_and(|at| at <= now) && !self.roster.is_paused(now) {
            self.clusters_at = None;
            let ask = self.shared.ask.at(Priority::Visible);
            self.on_way.spawn(async move { Arrival::Clusters(all_clusters(&ask).await) });
        }
        while let Some(cluster) = self.roster.next_list(now) {
            self.list(cluster, Vec::new(), None);
        }
        while let Some(batch) = self.roster.next_batch(now) {
            let ask = self.shared.ask.at(batch.priority);
            self.on_way.spawn(async move {
                let answer = describe(&ask, &batch).await;
                Arrival::Batch { batch, answer }
            });
        }
    }

    fn list(&mut self, cluster: ClusterId, before: Vec<ServiceId>, token: Option<String>) {
        let ask = self.shared.ask.at(Priority::Visible);
        self.on_way.spawn(async move {
            let page = ask.list_services(&cluster, token).await;
            Arrival::Page { cluster, before, page }
        });
    }

    /// Learns of the clusters from whoever lists them.
    async fn read(&mut self, directory: &Directory) {
        self.kept = directory.kept;
        if !self.kept {
            self.clusters_at.get_or_insert(self.began.elapsed());
            return;
        }
        self.clusters_at = None;
        match (&directory.clusters, &directory.failure) {
            (Some(clusters), _) => self.clusters(clusters).await,
            (None, Some(failure)) => self.shared.ask.failed(Subject::Services, failure.clone(), None).await,
            (None, None) => {}
        }
        let now = self.now();
        for (cluster, count) in &directory.services {
            self.roster.counted(now, cluster, *count);
        }
    }

    async fn take_in(&mut self, arrival: Arrival) {
        let now = self.now();
        match arrival {
            Arrival::Clusters(Ok(clusters)) => {
                self.clusters(&clusters).await;
                self.clusters_at = (!self.kept).then_some(now + CLUSTERS);
                self.succeeded();
            }
            Arrival::Clusters(Err(failure)) => {
                let pause = self.trouble(failure).await;
                self.clusters_at = (!self.kept).then_some(now + pause);
            }
            Arrival::Page { cluster, mut before, page: Ok(page) } => {
                self.succeeded();
                self.roster.page(&cluster, &page.items);
                before.extend(page.items);
                if page.next.is_some() {
                    self.list(cluster, before, page.next);
                    return;
                }
                self.roster.listed(now, &cluster, &before);
                let context = self.shared.ask.context();
                self.shared.ask.observe(Observation::Roster { context, cluster, services: before }).await;
            }
            Arrival::Page { cluster, page: Err(failure), .. } => {
                let alone = concerns_one_cluster(&failure.kind);
                if failure.kind == FailureKind::Missing {
                    self.gone(&cluster).await;
                    return;
                }
                let pause = self.trouble(failure).await;
                self.roster.not_listed(&cluster, now + pause, alone);
            }
            Arrival::Batch { batch, answer: Ok(gone) } => {
                self.succeeded();
                self.roster.described(now, &batch, &gone);
                if self.troubled && self.roster.is_loaded() && self.roster.is_whole() {
                    self.troubled = false;
                    self.shared.ask.answered(Subject::Services).await;
                }
            }
            Arrival::Batch { batch, answer: Err(failure) } => {
                let alone = concerns_one_cluster(&failure.kind);
                if failure.kind == FailureKind::Missing {
                    self.roster.failed(&batch, None);
                    self.gone(&batch.cluster).await;
                    return;
                }
                let pause = self.trouble(failure).await;
                self.roster.failed(&batch, alone.then_some(now + pause));
            }
        }
    }

    fn succeeded(&mut self) {
        self.backoff.reset();
        self.refusals = 0;
    }

    /// Tells a failure and decides how long to wait; failures that come together tell the same news once.
    async fn trouble(&mut self, failure: Failure) -> Duration {
        let now = self.now();
        if failure.kind == FailureKind::Throttled {
            self.refusals += 1;
            if self.refusals < REFUSALS {
                return Duration::ZERO;
            }
        }
        if is_about_credentials(&failure) {
            if self.shared.access.is_valid() {
                self.shared.access.lost();
                self.shared.ask.failed(Subject::Services, failure, Some(LOOK_OUT)).await;
            }
            self.troubled = true;
            return Duration::ZERO;
        }
        self.troubled = true;
        if concerns_one_cluster(&failure.kind) {
            self.shared.ask.failed(Subject::Services, failure, None).await;
            return SLOW;
        }
        if self.roster.is_paused(now) {
            return Duration::ZERO;
        }
        let pause = self.backoff.after(&failure.kind);
        self.roster.pause(now + pause);
        self.shared.ask.failed(Subject::Services, failure, Some(pause)).await;
        pause
    }

    /// All clusters there are.
    async fn clusters(&mut self, clusters: &[ClusterId]) {
        let missing = self.roster.clusters(clusters);
        self.missing(missing).await;
    }

    /// A cluster is no more, and its services with it.
    async fn gone(&mut self, cluster: &ClusterId) {
        let missing = self.roster.forget_cluster(cluster);
        self.missing(missing).await;
    }

    async fn missing(&self, missing: Vec<ServiceId>) {
        if !missing.is_empty() {
            self.shared.ask.observe(Observation::Services { services: Vec::new(), missing }).await;
        }
    }

    /// Tells what became complete.
    async fn conclude(&mut self) {
        if self.roster.take_complete() {
            self.troubled = false;
            self.shared.ask.answered(Subject::Services).await;
        }
        if self.roster.is_loaded() && !self.settled {
            self.settled = true;
            let mut forgotten = std::mem::take(&mut self.remembered);
            forgotten.retain(|service| !self.roster.knows(service));
            self.missing(forgotten).await;
            self.shared.ask.requests().settle();
        }
    }
}

/// Describes a batch and tells what it gave; returns the services that are gone.
async fn describe(ask: &Ask, batch: &Batch) -> Result<Vec<ServiceId>, Failure> {
    let events = EventDepth::Newest(EVENTS_AT_REST);
    let described = ask.describe_services(&batch.cluster, &batch.services, events).await?;
    let (services, missing) = (described.found, described.missing);
    ask.observe(Observation::Services { services, missing: missing.clone() }).await;
    Ok(missing)
}

async fn all_clusters(ask: &Ask) -> Result<Vec<ClusterId>, Failure> {
    let (mut clusters, mut token) = (Vec::new(), None);
    loop {
        let page = ask.list_clusters(token).await?;
        clusters.extend(page.items);
        token = page.next;
        if token.is_none() {
            return Ok(clusters);
        }
    }
}

/// A refusal that says nothing about other clusters: policies may name the clusters that they allow.
fn concerns_one_cluster(kind: &FailureKind) -> bool {
    matches!(kind, FailureKind::Denied { .. } | FailureKind::Unsupported)
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
