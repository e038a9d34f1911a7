//! A small account in the middle of an incident, as facts that arrive one by one.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use fargate_top::fleet::cluster::Cluster;
use fargate_top::fleet::definition::{ContainerDefinition, TaskDefinition};
use fargate_top::fleet::deployment::{Breaker, DeploymentStatus, ServiceDeployment};
use fargate_top::fleet::event::Event;
use fargate_top::fleet::id::{ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, TaskId};
use fargate_top::fleet::observation::{Identity, Observation};
use fargate_top::fleet::service::{
    CapacityShare, Controller, DeploymentRules, LoadBalancer, Network, Rollout, RolloutState, Service,
};
use fargate_top::fleet::task::{Container, Health, Interface, Task, TaskState, TaskTimes};
use fargate_top::fleet::topic::{Subject, Topic};

pub const CONTEXT: ContextId = ContextId(0);
pub const CLUSTERS: [&str; 9] =
    ["payments", "core", "search", "media", "web", "data", "batch", "edge", "tools"];

/// The moment at which every picture is taken.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 12, 14, 3, 22).unwrap()
}

pub fn ago(minutes: i64, seconds: i64) -> DateTime<Utc> {
    now() - TimeDelta::minutes(minutes) - TimeDelta::seconds(seconds)
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:ecs:eu-west-1:123456789012:{kind}/{name}")
}

pub fn cluster_id(name: &str) -> ClusterId {
    ClusterId::new(arn("cluster", name))
}

pub fn service_id(cluster: &str, name: &str) -> ServiceId {
    cluster_id(cluster).service(name)
}

pub fn task_id(cluster: &str, short: &str) -> TaskId {
    TaskId::new(arn("task", &format!("{cluster}/{short}000000000000000000000000000000")))
}

pub fn definition_id(family: &str, revision: u32) -> DefinitionId {
    DefinitionId::new(arn("task-definition", &format!("{family}:{revision}")))
}

pub fn cluster(name: &str, services: u32, running: u32) -> Cluster {
    Cluster {
        id: cluster_id(name),
        context: CONTEXT,
        name: name.into(),
        status: "ACTIVE".into(),
        services,
        running,
        pending: 0,
        instances: 0,
        capacity_providers: vec!["FARGATE".into(), "FARGATE_SPOT".into()],
        insights: Some(if name == "media" { "enhanced" } else { "disabled" }.into()),
        namespace: None,
    }
}

/// A service that runs as asked.
pub fn service(cluster: &str, name: &str, revision: u32, tasks: u32) -> Service {
    Service {
        id: service_id(cluster, name),
        context: CONTEXT,
        cluster: cluster_id(cluster),
        name: name.into(),
        status: "ACTIVE".into(),
        desired: tasks,
        running: tasks,
        pending: 0,
        controller: Controller::Ecs,
        definition: Some(definition_id(name, revision)),
        launch_type: None,
        capacity: vec![CapacityShare { provider: "FARGATE".into(), base: 0, weight: 1 }],
        platform_version: Some("1.4.0".into()),
        scheduling: Some("REPLICA".into()),
        rules: DeploymentRules {
            strategy: Some("ROLLING".into()),
            minimum_healthy_percent: Some(100),
            maximum_percent: Some(200),
            breaker: true,
            breaker_rolls_back: true,
            alarms: Vec::new(),
            alarms_on: false,
        },
        rollouts: vec![rollout("PRIMARY", name, revision, tasks, tasks, RolloutState::Completed, ago(2900, 0))],
        deployment: None,
        events: vec![event(name, 40, 0, "has reached a steady state.")],
        created: Some(ago(90_000, 0)),
        created_by: None,
        network: Some(Network {
            subnets: vec!["subnet-a".into(), "subnet-b".into(), "subnet-c".into()],
            security_groups: vec!["sg-web".into()],
            public_ip: Some(false),
        }),
        load_balancers: vec![LoadBalancer {
            target_group: Some(format!("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-{name}/1").into()),
            container: Some("app".into()),
            port: Some(8080),
        }],
        grace_seconds: Some(60),
        exec: true,
        task_sets: 0,
    }
}

pub fn rollout(
    status: &str,
    family: &str,
    revision: u32,
    running: u32,
    desired: u32,
    state: RolloutState,
    created: DateTime<Utc>,
) -> Rollout {
    Rollout {
        id: format!("ecs-svc/{family}-{revision}").into(),
        status: status.into(),
        definition: Some(definition_id(family, revision)),
        desired,
        running,
        pending: 0,
        failed: 0,
        state: Some(state),
        reason: None,
        created: Some(created),
        updated: Some(created + TimeDelta::minutes(4)),
    }
}

pub fn event(service: &str, minutes: i64, seconds: i64, text: &str) -> Event {
    Event {
        id: format!("{service}-{minutes}-{seconds}-{}", text.len()).into(),
        at: ago(minutes, seconds),
        message: format!("(service {service}) {text}").into(),
    }
}

/// A task that runs since some minutes.
pub fn task(cluster: &str, short: &str, service: &str, revision: u32, minutes: i64) -> Task {
    let created = ago(minutes, 40);
    Task {
        id: task_id(cluster, short),
        cluster: cluster_id(cluster),
        group: Some(format!("service:{service}").into()),
        definition: Some(definition_id(service, revision)),
        started_by: Some(format!("ecs-svc/{service}-{revision}").into()),
        state: TaskState::Running,
        desired: TaskState::Running,
        health: Health::Healthy,
        times: TaskTimes {
            created: Some(created),
            connected: Some(created + TimeDelta::seconds(12)),
            pull_started: Some(created + TimeDelta::seconds(14)),
            pull_stopped: Some(created + TimeDelta::seconds(18)),
            started: Some(created + TimeDelta::seconds(40)),
            ..TaskTimes::default()
        },
        stop_code: None,
        stopped_reason: None,
        launch_type: Some("FARGATE".into()),
        capacity_provider: Some("FARGATE".into()),
        platform_version: Some("1.4.0".into()),
        platform_family: Some("Linux".into()),
        architecture: Some("ARM64".into()),
        zone: Some(["eu-west-1a", "eu-west-1b", "eu-west-1c"][short.bytes().map(usize::from).sum::<usize>() % 3].into()),
        cpu: Some("1024".into()),
        memory: Some("2048".into()),
        ephemeral_storage: Some(21),
        exec: true,
        connectivity: Some("CONNECTED".into()),
        instance: None,
        interface: Some(Interface {
            id: Some("eni-0a1b2c3d".into()),
            subnet: Some("subnet-a".into()),
            private_ip: Some(format!("10.0.12.{}", 10 + short.bytes().map(u32::from).sum::<u32>() % 200).into()),
            status: Some("ATTACHED".into()),
        }),
        containers: vec![container("app", "img/app:2.14.0")],
    }
}

pub fn container(name: &str, image: &str) -> Container {
    Container {
        name: name.into(),
        image: Some(format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/{image}").into()),
        digest: None,
        state: TaskState::Running,
        health: Health::Healthy,
        exit_code: None,
        reason: None,
        runtime_id: None,
        cpu: None,
        memory: None,
        memory_reservation: None,
        exec_agent: None,
    }
}

/// The task, stopped some time ago.
pub fn stopped(mut task: Task, at: DateTime<Utc>, exit: Option<i32>, code: &str, reason: &str) -> Task {
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

pub fn definition(family: &str, revision: u32, image: &str, secrets: &[&str]) -> TaskDefinition {
    TaskDefinition {
        id: definition_id(family, revision),
        status: Some("ACTIVE".into()),
        cpu: Some("1024".into()),
        memory: Some("2048".into()),
        architecture: Some("ARM64".into()),
        ephemeral_storage: Some(21),
        execution_role: Some("role/ecs-exec".into()),
        task_role: None,
        registered_at: Some(ago(6, 0)),
        registered_by: Some("role/ci-deployer".into()),
        containers: vec![ContainerDefinition {
            name: "app".into(),
            image: Some(image.into()),
            essential: true,
            cpu: None,
            memory: Some(1024),
            memory_reservation: None,
            ports: Vec::new(),
            environment: vec!["LOG_LEVEL".into()],
            secrets: secrets.iter().map(|secret| (*secret).into()).collect(),
            logs: None,
            health_check: None,
            stop_timeout: None,
            depends_on: Vec::new(),
        }],
    }
}

/// Everything there is to know, in the order in which it would arrive.
pub fn incident() -> Vec<Observation> {
    let mut facts = vec![Observation::Identity {
        context: CONTEXT,
        identity: Identity { account: "123456789012".into(), arn: "arn:aws:iam::123456789012:role/dev".into() },
    }];
    let troubled = troubled();
    let healthy = healthy();
    let all: Vec<&Service> = troubled.iter().chain(&healthy).collect();
    let clusters = CLUSTERS.map(|name| {
        let of: Vec<_> = all.iter().filter(|service| service.cluster == cluster_id(name)).collect();
        let running = of.iter().map(|service| service.running).sum();
        cluster(name, u32::try_from(of.len()).unwrap(), running)
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
        service: service_id("payments", "checkout-api"),
        deployments: vec![deployment(
            "checkout-api",
            "d2",
            DeploymentStatus::InProgress,
            5,
            None,
        )],
    });
    facts.push(Observation::Deployments {
        service: service_id("payments", "cart-api"),
        deployments: vec![deployment("cart-api", "d1", DeploymentStatus::Successful, 2900, Some(2896))],
    });
    facts.push(Observation::Services { services: troubled, missing: Vec::new() });
    facts.push(Observation::Services { services: healthy, missing: Vec::new() });
    facts.extend(answers());
    facts
}

/// Every question of every screen is answered just now.
pub fn answers() -> Vec<Observation> {
    let mut subjects = vec![Subject::Identity, Subject::Clusters, Subject::Services];
    for name in CLUSTERS {
        subjects.push(Subject::ClusterTasks(cluster_id(name)));
        subjects.push(Subject::StoppedTasks(cluster_id(name)));
    }
    for (cluster, name) in [("payments", "checkout-api"), ("payments", "cart-api"), ("media", "image-resize"), ("core", "auth-api")] {
        let (cluster, id) = (cluster_id(cluster), service_id(cluster, name));
        subjects.push(Subject::Service(id.clone()));
        subjects.push(Subject::ServiceTasks(cluster.clone(), id.clone()));
        subjects.push(Subject::Deployments(cluster, id));
    }
    let topics = subjects.into_iter().map(|subject| Topic::new(CONTEXT, subject));
    topics.map(|topic| Observation::Answered { topic }).collect()
}

fn deployment(
    service: &str,
    id: &str,
    status: DeploymentStatus,
    started: i64,
    finished: Option<i64>,
) -> ServiceDeployment {
    ServiceDeployment {
        id: DeploymentId::new(arn("service-deployment", &format!("payments/{service}/{id}"))),
        service: service_id("payments", service),
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
        rollout("PRIMARY", "checkout-api", 419, 0, 6, RolloutState::InProgress, ago(5, 10)),
        rollout("ACTIVE", "checkout-api", 418, 0, 0, RolloutState::Completed, ago(360, 0)),
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
        rollout("PRIMARY", "auth-api", 89, 3, 6, RolloutState::InProgress, ago(3, 0)),
        rollout("ACTIVE", "auth-api", 88, 4, 4, RolloutState::Completed, ago(5_000, 0)),
    ];
    auth.definition = Some(definition_id("auth-api", 89));
    auth.events = vec![event("auth-api", 3, 0, "has started 3 tasks: (task a) (task b) (task c).")];

    let mut notify = service("core", "notify", 13, 3);
    notify.rollouts = vec![
        rollout("PRIMARY", "notify", 13, 3, 3, RolloutState::InProgress, ago(6, 0)),
        rollout("ACTIVE", "notify", 12, 1, 0, RolloutState::Completed, ago(4_000, 0)),
    ];
    let mut web = service("web", "web-front", 302, 18);
    web.running = 20;
    web.rollouts = vec![
        rollout("PRIMARY", "web-front", 302, 9, 18, RolloutState::InProgress, ago(2, 0)),
        rollout("ACTIVE", "web-front", 301, 11, 11, RolloutState::Completed, ago(4_000, 0)),
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
        tasks.push(stopped(task, at, Some(1), "EssentialContainerExited", "Essential container in task exited"));
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
    for (place, short) in
        ["a41c", "0be2", "77d0", "c9f4", "12aa", "e07b", "5d3e", "9f81", "3c3c", "4d4d"].into_iter().enumerate()
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
