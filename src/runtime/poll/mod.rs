//! One poller: looks at its subject again and again, and never ends by itself.

pub mod access;
pub mod ask;
mod backoff;
mod balancing;
pub mod clusters;
pub mod codedeploy;
mod deployments;
mod protection;
mod scaling;
mod single;
mod tasks;
mod traffic;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{self, Instant};

use self::access::{Access, LOOK_OUT, is_about_credentials};
use self::ask::Ask;
pub use self::backoff::{Backoff, SLOW};
use self::clusters::Directory;
use self::codedeploy::Delivery;
use self::deployments::Deployments;
use self::tasks::{Running, Stopped};
use self::traffic::Counting;
use super::requests::Priority;
use crate::app::subscription::Cadence;
use crate::fleet::observation::TaskScope;
use crate::fleet::topic::{Failure, FailureKind, Subject};

/// What the pollers of a context share; cheap to clone.
#[derive(Debug, Clone)]
pub struct Shared {
    pub ask: Ask,
    pub access: Access,
    pub directory: Arc<watch::Sender<Directory>>,
}

/// What a poller keeps between two looks.
#[derive(Debug)]
enum Memory {
    None,
    Running(Running),
    Stopped(Stopped),
    Both(Running, Stopped),
    Deployments(Deployments),
    Delivery(Delivery),
    Counting(Counting),
}

/// Polls a subject until it is dropped; `wake` makes it look at once, as a person's wish.
///
/// Subjects that take many things in turn have ways of their own: `sweep` and `inflight`.
pub async fn run(subject: Subject, cadence: Cadence, shared: Shared, wake: Arc<Notify>) {
    let mut memory = Memory::of(&subject);
    let mut backoff = Backoff::new(cadence);
    // The first look is a person's wish too: somebody opened a view.
    let mut priority = Priority::User;
    loop {
        wait_for_access(&shared.access, &wake).await;
        let started = Instant::now();
        let looked = look(&subject, &mut memory, &shared, &shared.ask.at(priority)).await;
        let pause = match looked {
            Ok(()) => {
                backoff.reset();
                shared.ask.answered(subject.clone()).await;
                next_look(cadence, started)
            }
            Err(failure) if is_about_credentials(&failure) => {
                shared.access.lost();
                shared.ask.failed(subject.clone(), failure, Some(LOOK_OUT)).await;
                continue;
            }
            Err(failure) => {
                let pause = backoff.after(&failure.kind);
                // A missing permission is not announced as a retry: it takes somebody to give it.
                let announced = (!matches!(failure.kind, FailureKind::Denied { .. })).then_some(pause);
                shared.ask.failed(subject.clone(), failure, announced).await;
                Some(pause)
            }
        };
        priority = wait(pause, &wake).await;
    }
}

impl Memory {
    fn of(subject: &Subject) -> Self {
        match subject {
            Subject::ClusterTasks(cluster) => Self::Running(Running::of(TaskScope::Cluster(cluster.clone()))),
            Subject::StoppedTasks(cluster) => Self::Stopped(Stopped::of(TaskScope::Cluster(cluster.clone()))),
            Subject::ServiceTasks(cluster, service) => {
                let scope = TaskScope::Service(cluster.clone(), service.clone());
                Self::Both(Running::of(scope.clone()), Stopped::of(scope))
            }
            Subject::Deployments(cluster, service) => {
                Self::Deployments(Deployments::of(cluster.clone(), service.clone()))
            }
            Subject::CodeDeployment(id, cluster, service) => {
                Self::Delivery(Delivery::of(id.clone(), cluster.clone(), service.clone()))
            }
            Subject::Traffic(ids) => Self::Counting(Counting::of(ids.clone())),
            _ => Self::None,
        }
    }
}

/// One look at a subject.
async fn look(subject: &Subject, memory: &mut Memory, shared: &Shared, ask: &Ask) -> Result<(), Failure> {
    match (subject, memory) {
        (_, Memory::Running(running)) => running.look(ask).await,
        (_, Memory::Stopped(stopped)) => stopped.look(ask).await,
        (_, Memory::Both(running, stopped)) => {
            let (running, stopped) = tokio::join!(running.look(ask), stopped.look(ask));
            running.and(stopped)
        }
        (_, Memory::Deployments(deployments)) => deployments.look(ask).await,
        (_, Memory::Delivery(delivery)) => delivery.look(ask).await,
        (_, Memory::Counting(counting)) => counting.look(ask).await,
        (Subject::Identity, Memory::None) => single::identity(ask).await,
        (Subject::Clusters, Memory::None) => clusters::look(ask, &shared.directory).await,
        (Subject::Service(cluster, id), Memory::None) => single::service(ask, cluster, id).await,
        (Subject::Task(cluster, id), Memory::None) => single::task(ask, cluster, id).await,
        (Subject::Definition(id), Memory::None) => single::definition(ask, id).await,
        (Subject::Raw(target), Memory::None) => single::raw(ask, target).await,
        (Subject::Scaling(cluster, id), Memory::None) => scaling::look(ask, cluster, id).await,
        (Subject::Deployment(id), Memory::None) => single::deployment(ask, id).await,
        (Subject::DeploymentGroup(id), Memory::None) => {
            codedeploy::groups(ask, &id.application, std::slice::from_ref(&id.name)).await
        }
        (Subject::GroupHistory(id), Memory::None) => codedeploy::history(ask, id).await,
        (Subject::Routing(name), Memory::None) => codedeploy::routing(ask, name).await,
        (Subject::TargetGroups(keys), Memory::None) => balancing::target_groups(ask, keys).await.map(drop),
        (Subject::TargetHealth(id), Memory::None) => balancing::target_health(ask, id).await,
        (Subject::Routes(ids), Memory::None) => balancing::routes(ask, ids).await,
        (Subject::Protection(cluster, id), Memory::None) => protection::look(ask, cluster, id).await,
        (
            Subject::Services
            | Subject::ClusterTasks(_)
            | Subject::StoppedTasks(_)
            | Subject::ServiceTasks(..)
            | Subject::Deployments(..)
            | Subject::Revisions(..)
            | Subject::InFlight
            | Subject::Alarms
            | Subject::CodeDeployment(..)
            | Subject::Traffic(_)
            | Subject::Lines { .. }
            | Subject::OlderLines { .. },
            Memory::None,
        ) => Ok(()),
    }
}

/// Waits until the credentials are valid; a person who asks meanwhile has them looked at.
pub(super) async fn wait_for_access(access: &Access, wake: &Notify) {
    loop {
        tokio::select! {
            () = access.valid() => return,
            () = wake.notified() => access.hurry(),
        }
    }
}

/// How long until the next look, so that looks begin at the cadence; a slow answer leaves half of it as a pause.
fn next_look(cadence: Cadence, started: Instant) -> Option<Duration> {
    let Cadence::Seconds(seconds) = cadence else { return None };
    let every = Duration::from_secs(u64::from(seconds.max(1)));
    Some(every.saturating_sub(started.elapsed()).max(every / 2))
}

/// Waits for the next look, `None` until somebody asks, and tells whose wish it is.
async fn wait(pause: Option<Duration>, wake: &Notify) -> Priority {
    let Some(pause) = pause else {
        wake.notified().await;
        return Priority::User;
    };
    match time::timeout(pause, wake.notified()).await {
        Ok(()) => Priority::User,
        Err(_) => Priority::Visible,
    }
}

/// The next result of a set; a task of it that ended without one takes the poller with it, as a panic should.
pub(super) async fn joined<T: 'static>(set: &mut JoinSet<T>) -> Option<T> {
    match set.join_next().await? {
        Ok(result) => Some(result),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        // Nobody aborts a task of the set; the runtime ends.
        Err(_) => std::future::pending().await,
    }
}
