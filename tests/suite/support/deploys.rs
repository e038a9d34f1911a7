//! Deployments with their revisions: one that goes well, one that is stuck, one that was rolled back, a calm history.
#![expect(
    clippy::indexing_slicing,
    reason = "every service here has a rollout, every definition a container"
)]

use chrono::{DateTime, TimeDelta, Utc};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::definition::TaskDefinition;
use fargate_top::fleet::deployment::{
    Alarms, Breaker, DeploymentStatus, Hook, RevisionTasks, Rollback, ServiceDeployment,
};
use fargate_top::fleet::id::{ContextId, DeploymentId, RevisionId};
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::revision::{RevisionImage, ServiceRevision};
use fargate_top::fleet::service::{Controller, RolloutState, Service, TaskSet};
use fargate_top::fleet::task::Task;
use fargate_top::fleet::topic::{Subject, Topic};

use super::fixture::{self, ago, definition_id, minutes_ago, now, service_id, stopped};

/// The service of all of them.
pub const PATH: &str = "core/auth-api";

/// A service revision by the last four characters of its id.
pub fn revision_id(end: &str) -> RevisionId {
    RevisionId::new(format!(
        "arn:aws:ecs:eu-west-1:123456789012:service-revision/{PATH}/498030646637357{end}"
    ))
}

pub fn deployment_id(short: &str) -> DeploymentId {
    DeploymentId::new(format!(
        "arn:aws:ecs:eu-west-1:123456789012:service-deployment/{PATH}/{short}GC2ZRekrU1bQwT7xk"
    ))
}

/// Requested, running and pending tasks of a revision.
pub fn tasks(end: &str, (requested, running, pending): (u32, u32, u32)) -> RevisionTasks {
    RevisionTasks { revision: revision_id(end), requested, running, pending, production: None, test: None }
}

/// A deployment under way since some minutes, from one revision to another, that a breaker and no alarm guards.
pub fn deployment(short: &str, minutes: i64, from: &str, to: &str) -> ServiceDeployment {
    let began = minutes_ago(minutes);
    ServiceDeployment {
        id: deployment_id(short),
        service: service_id(PATH),
        status: DeploymentStatus::InProgress,
        status_reason: None,
        stage: None,
        hooks: Vec::new(),
        breaker: Some(breaker("MONITORING", 0)),
        alarms: Some(alarms("DISABLED", &[])),
        rollback: None,
        sources: vec![tasks(from, (0, 0, 0))],
        target: Some(tasks(to, (6, 6, 0))),
        created: Some(began),
        started: Some(began),
        updated: Some(began),
        finished: None,
        stopped: None,
        rules: None,
    }
}

/// The same, ended after so many seconds.
pub fn ended(mut deployment: ServiceDeployment, status: DeploymentStatus, seconds: i64) -> ServiceDeployment {
    let end = deployment.began().map(|began| began + TimeDelta::seconds(seconds));
    deployment.finished = end;
    deployment.stopped = end.filter(|_| status == DeploymentStatus::Stopped);
    deployment.status = status;
    deployment.breaker = Some(breaker("MONITORING_COMPLETE", 0));
    deployment
}

pub fn good(short: &str, minutes: i64, from: &str, to: &str, seconds: i64) -> ServiceDeployment {
    ended(deployment(short, minutes, from, to), DeploymentStatus::Successful, seconds)
}

pub fn breaker(status: &str, failures: u32) -> Breaker {
    Breaker { status: status.into(), failures, threshold: 3 }
}

pub fn alarms(status: &str, triggered: &[&str]) -> Alarms {
    let names = if status == "DISABLED" { &[][..] } else { &["auth-5xx", "auth-latency"] };
    let texts = |names: &[&str]| names.iter().map(|name| (*name).into()).collect();
    Alarms { status: status.into(), names: texts(names), triggered: texts(triggered) }
}

pub fn pause(status: &str, silence: &str) -> Hook {
    Hook {
        id: "ecs-pause-e7tK9G".into(),
        kind: "PAUSE".into(),
        target: None,
        status: status.into(),
        expires: Some(ago(-21 * 60)),
        timeout_action: Some(silence.into()),
    }
}

/// A revision of the service: what it runs, and the first characters of its image's digest.
pub fn revision(end: &str, definition: u32, digest: &str) -> ServiceRevision {
    ServiceRevision {
        id: revision_id(end),
        service: service_id(PATH),
        definition: Some(definition_id(&format!("auth-api:{definition}"))),
        images: vec![RevisionImage {
            container: "app".into(),
            image: image(definition).into(),
            digest: Some(format!("sha256:{digest}{}", "0".repeat(58)).into()),
        }],
        launch_type: Some("FARGATE".into()),
        capacity: Vec::new(),
        platform_version: Some("1.4.0".into()),
        platform_family: Some("Linux".into()),
        network: fixture::service(PATH, 6).network,
        load_balancers: Vec::new(),
        created: Some(minutes_ago(3)),
    }
}

fn image(revision: u32) -> String {
    format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/auth:4.{revision}")
}

pub fn definition(revision: u32, registered: i64) -> TaskDefinition {
    let mut definition = fixture::definition(&format!("auth-api:{revision}"));
    definition.registered_at = Some(minutes_ago(registered));
    definition.containers[0].image = Some(image(revision).into());
    definition
}

fn service(revision: u32) -> Service {
    let mut service = fixture::service(PATH, 6);
    service.definition = Some(definition_id(&format!("auth-api:{revision}")));
    service.rollouts = vec![rollout(revision, (6, 6), 2_880)];
    service
}

/// Running and desired tasks of a revision, rolled out so many minutes ago.
fn rollout(
    revision: u32,
    (running, desired): (u32, u32),
    minutes: i64,
) -> fargate_top::fleet::service::Rollout {
    let mut rollout = fixture::rollout(&revision.to_string(), &format!("auth-api:{revision}"), desired);
    rollout.running = running;
    rollout.created = Some(minutes_ago(minutes));
    rollout.updated = Some(minutes_ago(minutes - 4));
    rollout
}

/// Earlier deployments that took about four minutes each, and one that was replaced.
pub fn history() -> Vec<ServiceDeployment> {
    vec![
        good("8Rzm", 2_880, "88aa", "88f3", 220),
        good("Kx2p", 4_330, "87d0", "88aa", 245),
        ended(deployment("Tw7v", 4_332, "86b1", "87d0"), DeploymentStatus::Stopped, 121),
        good("Jq9c", 11_500, "85c4", "86b1", 192),
        good("Lm3d", 20_000, "84a9", "85c4", 610),
    ]
}

/// The fleet of the service with these deployments, newest first, every question answered.
pub fn fleet(service: Service, tasks: Vec<Task>, deployments: Vec<ServiceDeployment>) -> Fleet {
    let mut newest = definition(89, 4);
    newest.containers[0].secrets.clear();
    newest.containers[0].environment.push("FEATURE_LOGIN".into());
    newest.memory = Some("2048".into());
    let id = service.id.clone();
    let cluster = service.cluster.clone();
    let mut fleet = fixture::fleet(vec![service], tasks, vec![newest, definition(88, 4_335)]);
    let ids =
        [("c01e", 89, "77ab00"), ("88f3", 88, "3f9d22"), ("88aa", 88, "3f9d21"), ("87d0", 87, "aa0011")];
    let older = [("86b1", 86, "bb0011"), ("85c4", 85, "cc0011"), ("84a9", 84, "dd0011")];
    let revisions =
        ids.iter().chain(&older).map(|(end, number, digest)| revision(end, *number, digest)).collect();
    let mut facts = vec![
        Observation::Deployments { service: id.clone(), deployments },
        Observation::Revisions { revisions, missing: Vec::new() },
    ];
    let subjects = [
        Subject::Services,
        Subject::Service(cluster.clone(), id.clone()),
        Subject::ServiceTasks(cluster.clone(), id.clone()),
        Subject::Deployments(cluster, id),
    ];
    facts.extend(subjects.map(|subject| Observation::Answered { topic: Topic::new(ContextId(0), subject) }));
    for fact in facts {
        fleet.apply(now(), fact);
    }
    fleet
}

/// Half of the new tasks run, and nothing is wrong.
pub fn in_progress() -> Fleet {
    let mut service = service(89);
    service.running = 7;
    service.pending = 2;
    service.rollouts = vec![rollout(89, (3, 6), 3), rollout(88, (4, 4), 2_880)];
    service.rollouts[0].state = Some(RolloutState::InProgress);
    service.rollouts[0].pending = 2;
    service.rollouts[1].status = "ACTIVE".into();
    let mut newest = deployment("NCWG", 3, "88f3", "c01e");
    newest.stage = Some("SCALE_UP".into());
    newest.sources = vec![tasks("88f3", (4, 4, 0))];
    newest.target = Some(tasks("c01e", (6, 3, 2)));
    newest.alarms = Some(alarms("MONITORING", &[]));
    fleet(service, Vec::new(), [vec![newest], history()].concat())
}

/// No new task stays up, and nothing will undo it.
pub fn stuck() -> Fleet {
    let mut service = service(89);
    service.running = 4;
    service.rules.breaker = false;
    service.rules.breaker_rolls_back = false;
    service.rollouts = vec![rollout(89, (0, 6), 12), rollout(88, (4, 4), 2_880)];
    service.rollouts[0].state = Some(RolloutState::InProgress);
    service.rollouts[0].failed = 2;
    let unplaced = "was unable to place a task. Reason: Capacity is unavailable at this time.";
    service.events.insert(0, fixture::event(3, unplaced));
    service.rollouts[1].status = "ACTIVE".into();
    let mut newest = deployment("NCWG", 12, "88f3", "c01e");
    newest.breaker = Some(Breaker { status: "DISABLED".into(), failures: 0, threshold: 0 });
    newest.sources = vec![tasks("88f3", (4, 4, 0))];
    newest.target = Some(tasks("c01e", (6, 0, 1)));
    fleet(service, crashes(12), [vec![newest], history()].concat())
}

/// Five tasks of the newest rollout that exited, one that found no image, and an older one that was scaled in.
fn crashes(minutes: i64) -> Vec<Task> {
    let of_rollout = |mut task: Task, revision: u32| {
        task.started_by = Some(format!("ecs-svc/{revision}").into());
        task.definition = Some(definition_id(&format!("auth-api:{revision}")));
        task
    };
    let shorts = ["9f3c", "b2e7", "03aa", "77f1", "51de"];
    let crashed = (1..)
        .zip(shorts)
        .map(|(place, short)| of_rollout(stopped(PATH, short, (minutes - 2 * place).max(1), Some(1)), 89));
    let reason = "CannotPullContainerError: failed to resolve ref auth:4.89: not found";
    let missing = of_rollout(fixture::never_ran(PATH, "d0d0", minutes - 1, reason), 89);
    let mut replaced = of_rollout(stopped(PATH, "0aa0", minutes - 1, Some(143)), 88);
    replaced.stop_code = Some("ServiceSchedulerInitiated".into());
    replaced.stopped_reason = Some("Scaling activity initiated by (deployment ecs-svc/89)".into());
    crashed.chain([missing, replaced]).collect()
}

/// The breaker opened, and the revision before serves again.
pub fn rolled_back() -> Fleet {
    let mut newest = ended(deployment("NCWG", 31, "88f3", "c01e"), DeploymentStatus::RollbackSuccessful, 405);
    let why = "Service deployment rolled back because of a circuit breaker threshold.";
    newest.status_reason = Some(why.into());
    newest.breaker = Some(breaker("TRIGGERED", 3));
    newest.rollback = Some(rollback(minutes_ago(27), why));
    fleet(service(88), crashes(30), [vec![newest], history()].concat())
}

pub fn rollback(started: DateTime<Utc>, reason: &str) -> Rollback {
    Rollback { reason: Some(reason.into()), started: Some(started), revision: Some(revision_id("88f3")) }
}

/// It waits for a person, who has twenty minutes.
pub fn held() -> Fleet {
    let mut service = service(89);
    service.rollouts = vec![rollout(89, (6, 6), 9), rollout(88, (6, 6), 2_880)];
    service.rollouts[0].state = Some(RolloutState::InProgress);
    service.rollouts[1].status = "ACTIVE".into();
    let mut newest = deployment("NCWG", 9, "88f3", "c01e");
    newest.stage = Some("POST_SCALE_UP".into());
    newest.hooks = vec![pause("AWAITING_ACTION", "CONTINUE")];
    newest.sources = vec![tasks("88f3", (6, 6, 0))];
    fleet(service, Vec::new(), [vec![newest], history()].concat())
}

/// Nothing is under way.
pub fn calm() -> Fleet {
    fleet(service(88), Vec::new(), history())
}

fn task_set(id: &str) -> TaskSet {
    TaskSet {
        id: id.into(),
        external_id: None,
        status: "ACTIVE".into(),
        definition: None,
        desired: 2,
        running: 2,
        pending: 0,
        target_groups: Vec::new(),
        stability: None,
        created: None,
    }
}

/// CodeDeploy has two task sets of it.
pub fn code_deploy() -> Fleet {
    let mut service = service(88);
    service.controller = Controller::CodeDeploy;
    service.rules.strategy = None;
    service.rollouts.clear();
    service.task_sets = vec![task_set("ecs-svc/1"), task_set("ecs-svc/2")];
    fleet(service, Vec::new(), Vec::new())
}
