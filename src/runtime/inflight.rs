//! The deployments in flight of a context, in turn: at most one request per second to ECS, and one to CodeDeploy.

pub mod errand;
pub mod look;
pub mod plan;
pub mod wish;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use strum::IntoEnumIterator as _;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{self, Instant};

use self::errand::{Errand, Kind, Lane};
use self::plan::Plan;
use super::poll::access::{LOOK_OUT, is_about_credentials};
use super::poll::ask::Ask;
use super::poll::{Backoff, Shared, codedeploy, joined};
use super::requests::Priority;
use super::sweep::lane::Moment;
use crate::app::subscription::{Cadence, InFlight, Interest};
use crate::fleet::codedeploy::{CodeDeployId, CodeDeployment};
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::observation::Observation;
use crate::fleet::topic::{Failure, FailureKind, Subject};

/// What a request gave.
enum Found {
    Ecs(Vec<ServiceDeployment>),
    Deployments(Vec<CodeDeployment>),
    /// Deployments that nobody knew; they were told.
    Begun(Vec<CodeDeployId>),
    /// It was told already.
    Other,
}

struct Arrival {
    errand: Errand,
    answer: Result<Found, Failure>,
}

/// The poller of one context.
struct Round {
    shared: Shared,
    plan: Plan,
    backoffs: BTreeMap<Lane, Backoff>,
    began: Instant,
    on_way: JoinSet<Arrival>,
    /// Kinds of requests that failed since their last answer.
    troubled: BTreeSet<Kind>,
}

/// Looks at what `interest` names until it is dropped; `cadence` is how often each thing is looked at when the pace
/// allows, and `Cadence::Once` looks at each thing one time.
pub async fn run(cadence: Cadence, shared: Shared, interest: watch::Receiver<Interest>, wake: Arc<Notify>) {
    let every = match cadence {
        Cadence::Once => None,
        Cadence::Seconds(seconds) => Some(Duration::from_secs(u64::from(seconds.max(1)))),
    };
    let round = Round {
        shared,
        plan: Plan::new(every),
        backoffs: Lane::iter().map(|lane| (lane, Backoff::new(Cadence::Seconds(5)))).collect(),
        began: Instant::now(),
        on_way: JoinSet::new(),
        troubled: BTreeSet::new(),
    };
    round.run(interest, wake).await;
}

impl Round {
    async fn run(mut self, mut interest: watch::Receiver<Interest>, wake: Arc<Notify>) {
        let context = self.shared.ask.context();
        let of = |interest: &Interest| interest.in_flight.get(&context).cloned().unwrap_or_default();
        let mut wanted: InFlight = of(&interest.borrow_and_update());
        self.plan.set(&wanted);
        let mut priority = Priority::Deploying;
        loop {
            let access = self.shared.access.clone();
            let valid = access.is_valid();
            if valid {
                self.send(priority);
            }
            self.conclude().await;
            let next = self.plan.next_at().filter(|_| valid).map(|at| self.began + at);
            tokio::select! {
                Some(arrival) = joined(&mut self.on_way), if !self.on_way.is_empty() => {
                    priority = Priority::Deploying;
                    self.take_in(arrival).await;
                }
                Ok(()) = interest.changed() => {
                    let now = of(&interest.borrow_and_update());
                    if now != wanted {
                        self.plan.set(&now);
                        wanted = now;
                    }
                }
                () = wake.notified() => {
                    access.hurry();
                    self.plan.refresh();
                    priority = Priority::User;
                }
                () = access.valid(), if !valid => {}
                () = sleep_until(next) => {}
            }
        }
    }

    fn now(&self) -> Moment {
        self.began.elapsed()
    }

    fn send(&mut self, priority: Priority) {
        let now = self.now();
        for lane in Lane::iter() {
            if let Some(errand) = self.plan.next(lane, now) {
                let ask = self.shared.ask.at(priority);
                self.on_way.spawn(async move {
                    let answer = go(&ask, &errand).await;
                    Arrival { errand, answer }
                });
            }
        }
    }

    async fn take_in(&mut self, Arrival { errand, answer }: Arrival) {
        let now = self.now();
        let found = match answer {
            Ok(found) => found,
            Err(failure) => return self.failed(now, &errand, failure).await,
        };
        self.troubled.remove(&errand.kind());
        if let Some(backoff) = self.backoffs.get_mut(&errand.lane()) {
            backoff.reset();
        }
        match (&errand, found) {
            (Errand::Ecs(asked), Found::Ecs(found)) => {
                self.plan.ecs_answered(now, asked, &found);
                for deployment in found {
                    let deployment = Box::new(deployment);
                    self.shared.ask.observe(Observation::Deployment { deployment }).await;
                }
            }
            (Errand::Deployments(asked), Found::Deployments(found)) => {
                self.plan.deployments_answered(now, asked, &found);
                codedeploy::tell(&self.shared.ask, asked, found).await;
            }
            (Errand::Target(id, ..), _) => self.plan.target_answered(now, id),
            (Errand::Groups(application, names), _) => self.plan.groups_answered(now, application, names),
            (Errand::Routing(name), _) => self.plan.routing_answered(now, name),
            (Errand::Begun(_), Found::Begun(new)) => self.plan.begun_answered(now, &new),
            (Errand::Ecs(_) | Errand::Deployments(_) | Errand::Begun(_), _) => {}
        }
    }

    /// Something is gone, somebody may not ask, or nobody answers.
    async fn failed(&mut self, now: Moment, errand: &Errand, failure: Failure) {
        match errand {
            Errand::Deployments(ids) if codedeploy::is_gone(&failure) => {
                if ids.len() > 1 {
                    return self.plan.apart(ids);
                }
                self.plan.deployments_answered(now, ids, &[]);
                return codedeploy::tell(&self.shared.ask, ids, Vec::new()).await;
            }
            Errand::Deployments(ids) if failure.kind == FailureKind::Refused && ids.len() > 1 => {
                return self.plan.apart(ids);
            }
            Errand::Ecs(ids) if failure.kind == FailureKind::Refused && ids.len() > 1 => {
                return self.plan.ecs_apart(ids);
            }
            Errand::Routing(name) if failure.kind == FailureKind::Missing => {
                return self.plan.routing_answered(now, name);
            }
            _ => {}
        }
        let (kind, lane) = (errand.kind(), errand.lane());
        self.troubled.insert(kind);
        if is_about_credentials(&failure) {
            self.plan.pause(lane, now);
            if self.shared.access.is_valid() {
                self.shared.access.lost();
                self.shared.ask.failed(Subject::InFlight, failure, Some(LOOK_OUT)).await;
            }
            return;
        }
        if matches!(failure.kind, FailureKind::Refused | FailureKind::Missing) {
            self.plan.skip(now, errand);
            return self.shared.ask.failed(Subject::InFlight, failure, None).await;
        }
        let backoff = self.backoffs.entry(lane).or_insert_with(|| Backoff::new(Cadence::Seconds(5)));
        let pause = backoff.after(&failure.kind);
        let announced = match failure.kind {
            FailureKind::Denied { .. } | FailureKind::Unsupported => {
                self.plan.block(kind, now + pause);
                // A missing permission is not announced as a retry: it takes somebody to give it.
                (failure.kind == FailureKind::Unsupported).then_some(pause)
            }
            _ => {
                self.plan.pause(lane, now + pause);
                Some(pause)
            }
        };
        self.shared.ask.failed(Subject::InFlight, failure, announced).await;
    }

    /// Tells when everything was looked at once more.
    async fn conclude(&mut self) {
        let now = self.now();
        if self.troubled.is_empty() && self.shared.access.is_valid() && self.plan.take_complete(now) {
            self.shared.ask.answered(Subject::InFlight).await;
        }
    }
}

/// One request; what is not of use to the plan is told at once.
async fn go(ask: &Ask, errand: &Errand) -> Result<Found, Failure> {
    match errand {
        Errand::Ecs(ids) => ask.describe_service_deployments(ids).await.map(Found::Ecs),
        Errand::Deployments(ids) => ask.batch_get_deployments(ids).await.map(Found::Deployments),
        Errand::Target(id, cluster, service) => {
            codedeploy::target(ask, id, cluster, service).await.map(|()| Found::Other)
        }
        Errand::Groups(application, names) => {
            codedeploy::groups(ask, application, names).await.map(|()| Found::Other)
        }
        Errand::Routing(name) => codedeploy::routing(ask, name).await.map(|()| Found::Other),
        Errand::Begun(known) => codedeploy::begun(ask, known).await.map(Found::Begun),
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
