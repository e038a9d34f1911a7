//! A small account in the middle of an incident: crash loops, images that are missing, kills, deployments, and calm.

use chrono::{DateTime, TimeDelta, Utc};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::cluster::Cluster;
use fargate_top::fleet::definition::TaskDefinition;
use fargate_top::fleet::deployment::{Breaker, DeploymentStatus, ServiceDeployment};
use fargate_top::fleet::event::Event;
use fargate_top::fleet::id::{ContextId, DeploymentId};
use fargate_top::fleet::observation::{Identity, Observation};
use fargate_top::fleet::service::{CapacityShare, LoadBalancer, Rollout, RolloutState, Service};
use fargate_top::fleet::task::{Container, Health, Task, TaskState};
use fargate_top::fleet::topic::{Subject, Topic};

use super::fixture::{self, cluster_id, definition_id, now, service_id};

pub const CONTEXT: ContextId = ContextId(0);
const CLUSTERS: [&str; 9] = ["payments", "core", "search", "media", "web", "data", "batch", "edge", "tools"];

fn ago(minutes: i64, seconds: i64) -> DateTime<Utc> {
    fixture::ago(minutes * 60 + seconds)
}

/// A service that runs as asked.
fn service(cluster: &str, name: &str, revision: u32, tasks: u32) -> Service {
    let mut service = fixture::service(&format!("{cluster}/{name}"), tasks);
    service.definition = Some(definition_id(&format!("{name}:{revision}")));
    service.capacity = vec![CapacityShare { provider: "FARGATE".into(), base: 0, weight: 1 }];
    service.rollouts =
        vec![rollout("PRIMARY", name, revision, (tasks, tasks), RolloutState::Completed, 2900)];
    service.events = vec![event(name, 40, 0, "has reached a steady state.")];
    service.load_balancers = vec![LoadBalancer {
        target_group: Some(
            format!("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-{name}/1").into(),
        ),
        container: Some("app".into()),
        port: Some(8080),
    }];
    service.grace_seconds = Some(60);
    service
}

/// Running and desired tasks of a revision, and how many minutes ago it was rolled out.
fn rollout(
    status: &str,
    name: &str,
    revision: u32,
    (running, desired): (u32, u32),
    state: RolloutState,
    minutes: i64,
) -> Rollout {
    let mut rollout = fixture::rollout(&format!("{name}-{revision}"), &format!("{name}:{revision}"), desired);
    rollout.status = status.into();
    rollout.running = running;
    rollout.state = Some(state);
    rollout.created = Some(ago(minutes, 10));
    rollout.updated = Some(ago(minutes, 0));
    rollout
}

fn event(service: &str, minutes: i64, seconds: i64, text: &str) -> Event {
    Event {
        id: format!("{service}-{minutes}-{seconds}-{}", text.len()).into(),
        at: ago(minutes, seconds),
        message: format!("(service {service}) {text}").into(),
    }
}

/// A task that runs since some minutes.
fn task(cluster: &str, short: &str, service: &str, revision: u32, minutes: i64) -> Task {
    let created = ago(minutes, 40);
    let sum: usize = short.bytes().map(usize::from).sum();
    let mut task = fixture::task(&format!("{cluster}/{service}"), short);
    task.definition = Some(definition_id(&format!("{service}:{revision}")));
    task.started_by = Some(format!("ecs-svc/{service}-{revision}").into());
    task.health = Health::Healthy;
    task.times.created = Some(created);
    task.times.pull_started = Some(created + TimeDelta::seconds(14));
    task.times.pull_stopped = Some(created + TimeDelta::seconds(18));
    task.times.started = Some(created + TimeDelta::seconds(40));
    task.zone = Some(["eu-west-1a", "eu-west-1b", "eu-west-1c"][sum % 3].into());
    if let Some(interface) = &mut task.interface {
        interface.private_ip = Some(format!("10.0.12.{}", 10 + sum % 200).into());
    }
    task.containers = vec![container("app", "app:2.14.0")];
    task
}

fn container(name: &str, image: &str) -> Container {
    let mut container = fixture::container(name);
    container.image = Some(format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/{image}").into());
    container.health = Health::Healthy;
    container
}

/// The task, stopped some time ago; one that has no exit code never ran.
fn stopped(mut task: Task, at: DateTime<Utc>, exit: Option<i32>, code: &str, reason: &str) -> Task {
    task.state = TaskState::Stopped;
    task.desired = TaskState::Stopped;
    task.health = Health::Unknown;
    task.stop_code = Some(code.into());
    task.stopped_reason = Some(reason.into());
    task.times.stopping = Some(at - TimeDelta::seconds(2));
    task.times.execution_stopped = Some(at - TimeDelta::seconds(1));
    task.times.stopped = Some(at);
    if exit.is_none() {
        task.times.started = None;
        task.times.pull_stopped = None;
    }
    for container in &mut task.containers {
        container.state = TaskState::Stopped;
        container.health = Health::Unknown;
        container.exit_code = exit;
    }
    task
}

fn definition(family: &str, revision: u32, image: &str, secrets: &[&str]) -> TaskDefinition {
    let mut definition = fixture::definition(&format!("{family}:{revision}"));
    definition.ephemeral_storage = Some(21);
    for container in &mut definition.containers {
        container.image = Some(image.into());
        container.memory = Some(1024);
        container.secrets = secrets.iter().map(|secret| (*secret).into()).collect();
    }
    definition
}

/// The fleet that knows all of it, every question answered just now.
pub fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    for fact in facts() {
        fleet.apply(now(), fact);
    }
    fleet
}

/// Everything there is to know, in the order in which it would arrive.
pub fn facts() -> Vec<Observation> {
    let mut facts = vec![Observation::Identity {
        context: CONTEXT,
        identity: Identity {
            account: "123456789012".into(),
            arn: "arn:aws:iam::123456789012:role/dev".into(),
        },
    }];
    let troubled = troubled();
    let healthy = healthy();
    let all: Vec<&Service> = troubled.iter().chain(&healthy).collect();
    let clusters = CLUSTERS.map(|name| {
        let of: Vec<_> = all.iter().filter(|service| service.cluster == cluster_id(name)).collect();
        let running = of.iter().map(|service| service.running).sum();
        Cluster { services: u32::try_from(of.len()).unwrap(), running, ..fixture::cluster(name) }
    });
    facts.push(Observation::Clusters { context: CONTEXT, clusters: clusters.to_vec() });
    for name in CLUSTERS {
        let of = all.iter().filter(|service| service.cluster == cluster_id(name));
        facts.push(Observation::Roster {
            context: CONTEXT,
            cluster: cluster_id(name),
            services: of.map(|service| service.id.clone()).collect(),
        });
    }
    facts.push(Observation::Tasks { tasks: tasks(), missing: Vec::new() });
    for definition in [
        definition("checkout-api", 418, "app:7d1e", &["DB_URL"]),
        definition("checkout-api", 419, "app:91aa", &[]),
        definition("image-resize", 31, "resize:2.14.0", &[]),
        definition("cart-api", 77, "cart:9.3", &[]),
    ] {
        facts.push(Observation::Definition { definition: Box::new(definition) });
    }
    facts.push(Observation::Deployments {
        service: service_id("payments/checkout-api"),
        deployments: vec![deployment("checkout-api", "d2", DeploymentStatus::InProgress, 5, None)],
    });
    facts.push(Observation::Deployments {
        service: service_id("payments/cart-api"),
        deployments: vec![deployment("cart-api", "d1", DeploymentStatus::Successful, 2900, Some(2896))],
    });
    facts.push(Observation::Services { services: troubled, missing: Vec::new() });
    facts.push(Observation::Services { services: healthy, missing: Vec::new() });
    facts.extend(answers());
    facts
}

/// Every question of every screen is answered just now.
fn answers() -> Vec<Observation> {
    let mut subjects = vec![Subject::Identity, Subject::Clusters, Subject::Services];
    for name in CLUSTERS {
        subjects.push(Subject::ClusterTasks(cluster_id(name)));
        subjects.push(Subject::StoppedTasks(cluster_id(name)));
    }
    for (cluster, name) in [
        ("payments", "checkout-api"),
        ("payments", "cart-api"),
        ("media", "image-resize"),
        ("core", "auth-api"),
    ] {
        let (cluster, id) = (cluster_id(cluster), service_id(&format!("{cluster}/{name}")));
        subjects.push(Subject::Service(id.clone()));
        subjects.push(Subject::ServiceTasks(cluster.clone(), id.clone()));
        subjects.push(Subject::Deployments(cluster, id));
    }
    let topics = subjects.into_iter().map(|subject| Topic::new(CONTEXT, subject));
    topics.map(|topic| Observation::Answered { topic }).collect()
}

/// The same crash loop with this text wherever AWS or a person writes one.
pub fn facts_saying(text: &str) -> Vec<Observation> {
    let mut service = troubled().swap_remove(0);
    service.name = text.into();
    service.status = text.into();
    service.capacity[0].provider = text.into();
    service.rollouts[0].reason = Some(text.into());
    service.load_balancers[0].container = Some(text.into());
    service.events.insert(0, Event { id: "text".into(), at: ago(0, 1), message: text.into() });
    let mut task = tasks().swap_remove(0);
    task.stopped_reason = Some(text.into());
    task.group = Some(format!("service:{text}").into());
    task.zone = Some(text.into());
    task.containers[0].name = text.into();
    task.containers[0].image = Some(text.into());
    task.containers[0].reason = Some(text.into());
    let target = fargate_top::fleet::topic::Target::Service(service.cluster.clone(), service.id.clone());
    vec![
        Observation::Raw { target, json: text.into() },
        Observation::Services { services: vec![service], missing: Vec::new() },
        Observation::Tasks { tasks: vec![task], missing: Vec::new() },
    ]
}

fn deployment(
    service: &str,
    id: &str,
    status: DeploymentStatus,
    started: i64,
    finished: Option<i64>,
) -> ServiceDeployment {
    ServiceDeployment {
        id: DeploymentId::new(format!("service-deployment/payments/{service}/{id}")),
        service: service_id(&format!("payments/{service}")),
        status,
        status_reason: None,
        stage: None,
        breaker: Some(Breaker { status: "DISABLED".into(), failures: 0, threshold: 0 }),
        rollback_reason: None,
        target_revision: None,
        created: Some(ago(started, 0)),
        started: Some(ago(started, 0)),
        finished: finished.map(|minutes| ago(minutes, 0)),
    }
}

fn troubled() -> Vec<Service> {
    let mut checkout = service("payments", "checkout-api", 419, 6);
    checkout.running = 0;
    checkout.pending = 2;
    checkout.rules.breaker = false;
    checkout.rules.breaker_rolls_back = false;
    checkout.rules.minimum_healthy_percent = Some(0);
    checkout.rollouts = vec![
        rollout("PRIMARY", "checkout-api", 419, (0, 6), RolloutState::InProgress, 5),
        rollout("ACTIVE", "checkout-api", 418, (0, 0), RolloutState::Completed, 360),
    ];
    checkout.rollouts[0].failed = 14;
    checkout.rollouts[0].pending = 2;
    checkout.events = vec![
        event("checkout-api", 1, 2, "deployment ecs-svc/7b21: tasks failed to start."),
        event("checkout-api", 3, 42, "deregistered 6 targets in (target-group tg-checkout)"),
        event("checkout-api", 5, 2, "has started 6 tasks: (task 9f3c) (task b2e7)."),
        event("checkout-api", 43, 0, "has reached a steady state."),
    ];

    let mut mail = service("core", "mail-worker", 8, 3);
    mail.running = 1;
    mail.load_balancers.clear();
    mail.events = vec![
        event("mail-worker", 2, 0, "is unable to consistently start tasks successfully."),
        event("mail-worker", 22, 0, "has started 2 tasks: (task 77aa) (task 88bb)."),
        event("mail-worker", 50, 0, "has reached a steady state."),
    ];

    let mut search = service("search", "search-api", 140, 8);
    search.events = [2, 5, 9]
        .map(|minutes| {
            event(
                "search-api",
                minutes,
                0,
                "(port 8080) is unhealthy in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-search/9) due to (reason Health checks failed with these codes: [503]).",
            )
        })
        .to_vec();

    let resize = service("media", "image-resize", 31, 4);
    let mut cart = service("payments", "cart-api", 77, 10);
    cart.rules.alarms = vec!["cart-5xx".into(), "cart-latency".into()];
    cart.rules.alarms_on = true;

    let mut auth = service("core", "auth-api", 89, 6);
    auth.running = 7;
    auth.rollouts = vec![
        rollout("PRIMARY", "auth-api", 89, (3, 6), RolloutState::InProgress, 3),
        rollout("ACTIVE", "auth-api", 88, (4, 4), RolloutState::Completed, 5_000),
    ];
    auth.definition = Some(definition_id("auth-api:89"));
    auth.events = vec![event("auth-api", 3, 0, "has started 3 tasks: (task a) (task b) (task c).")];

    let mut notify = service("core", "notify", 13, 3);
    notify.rollouts = vec![
        rollout("PRIMARY", "notify", 13, (3, 3), RolloutState::InProgress, 6),
        rollout("ACTIVE", "notify", 12, (1, 0), RolloutState::Completed, 4_000),
    ];
    let mut web = service("web", "web-front", 302, 18);
    web.running = 20;
    web.rollouts = vec![
        rollout("PRIMARY", "web-front", 302, (9, 18), RolloutState::InProgress, 2),
        rollout("ACTIVE", "web-front", 301, (11, 11), RolloutState::Completed, 4_000),
    ];
    vec![checkout, mail, search, resize, cart, auth, notify, web]
}

fn healthy() -> Vec<Service> {
    let names = [
        ("payments", &["ledger", "orders-api", "invoice-pdf", "fraud-score", "payout-scheduler"][..]),
        ("core", &["session", "profile", "geo", "feature-flags", "cache-warmer", "id-generator"]),
        ("search", &["search-index", "suggest", "crawler"]),
        ("media", &["transcode", "thumbnails", "upload-api"]),
        ("web", &["landing", "help-centre", "status-page", "docs"]),
        ("data", &["etl-orders", "etl-users", "metabase", "kafka-connect", "schema-registry"]),
        ("batch", &["nightly-report", "gdpr-export"]),
        ("edge", &["gateway-eu-west-1-internal-production", "rate-limit", "bot-shield"]),
        ("tools", &["atlantis", "renovate"]),
    ];
    let mut services = Vec::new();
    for (cluster, names) in names {
        for (place, name) in (1..).zip(names) {
            services.push(service(cluster, name, 10 + place * 7, 1 + place % 4));
        }
    }
    services
}

fn tasks() -> Vec<Task> {
    let mut tasks = Vec::new();
    for (place, short) in ["9f3c", "b2e7", "03aa", "77f1", "51de"].into_iter().enumerate() {
        let at = ago(0, 31 + 55 * i64::try_from(place).unwrap());
        let mut task = task("payments", short, "checkout-api", 419, 1);
        task.times.started = Some(at - TimeDelta::seconds(12));
        task.times.created = Some(at - TimeDelta::seconds(50));
        tasks.push(stopped(
            task,
            at,
            Some(1),
            "EssentialContainerExited",
            "Essential container in task exited",
        ));
    }
    let mut starting = task("payments", "d0d0", "checkout-api", 419, 0);
    starting.state = TaskState::Pending;
    starting.health = Health::Unknown;
    starting.times.started = None;
    starting.containers[0].state = TaskState::Pending;
    starting.containers[0].health = Health::Unknown;
    tasks.push(starting);

    for (short, minutes) in [("77aa", 21), ("88bb", 14), ("99cc", 6)] {
        let task = task("core", short, "mail-worker", 8, minutes + 1);
        let mut task = stopped(
            task,
            ago(minutes, 0),
            None,
            "TaskFailedToStart",
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref mail:4f1c: not found",
        );
        task.containers[0].image = Some("registry/mail:4f1c".into());
        tasks.push(task);
    }
    for (short, minutes) in [("b810", 22), ("c2d9", 9), ("77a1", 31), ("e6f0", 130)] {
        let mut task = task("media", short, "image-resize", 31, minutes);
        task.containers.push(container("envoy", "envoy:1.31"));
        task.capacity_provider = Some("FARGATE_SPOT".into());
        if short == "e6f0" {
            task.health = Health::Unhealthy;
            task.containers[0].health = Health::Unhealthy;
        }
        tasks.push(task);
    }
    for (short, minutes) in [("4e10", 9), ("19cc", 13)] {
        let mut task = task("media", short, "image-resize", 31, minutes + 31);
        task.containers.push(container("envoy", "envoy:1.31"));
        let mut task = stopped(
            task,
            ago(minutes, 12),
            Some(137),
            "EssentialContainerExited",
            "Essential container in task exited",
        );
        task.containers[0].reason = Some("OutOfMemoryError: Container killed due to memory usage".into());
        task.containers[1].exit_code = Some(0);
        tasks.push(task);
    }
    let replaced = stopped(
        task("media", "f3aa", "image-resize", 30, 350),
        ago(48, 0),
        Some(143),
        "ServiceSchedulerInitiated",
        "Scaling activity initiated by (deployment ecs-svc/image-resize-31)",
    );
    tasks.push(replaced);
    for (place, short) in ["a41c", "0be2", "77d0", "c9f4", "12aa", "e07b", "5d3e", "9f81", "3c3c", "4d4d"]
        .into_iter()
        .enumerate()
    {
        let minutes = 13 + 700 * i64::try_from(place % 4).unwrap();
        let mut task = task("payments", short, "cart-api", 77, minutes);
        let mut router = container("log_router", "aws-for-fluent-bit:stable");
        router.health = Health::Unknown;
        if place < 3 {
            router.state = TaskState::Stopped;
            router.exit_code = Some(137);
        }
        task.containers.push(router);
        tasks.push(task);
    }
    let spot = task("payments", "6e6e", "cart-api", 77, 200);
    tasks.push(stopped(spot, ago(41, 0), Some(143), "SpotInterruption", "Your Spot Task was interrupted."));
    for short in ["aa01", "aa02", "aa03"] {
        tasks.push(task("core", short, "auth-api", 89, 2));
    }
    tasks
}
