//! Services, tasks and definitions to build facts from: plain ones, changed where a test needs it.

use chrono::{DateTime, TimeDelta, Utc};
use fargate_top::app::triage::Triage;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::cluster::Cluster;
use fargate_top::fleet::definition::{ContainerDefinition, TaskDefinition};
use fargate_top::fleet::event::Event;
use fargate_top::fleet::id::{ClusterId, ContextId, DefinitionId, ServiceId, TaskId};
use fargate_top::fleet::observation::{Identity, Observation};
use fargate_top::fleet::service::{Controller, DeploymentRules, Network, Rollout, RolloutState, Service};
use fargate_top::fleet::task::{Container, Health, Interface, Task, TaskState, TaskTimes};

/// 14:03:22 UTC on the day all tests happen.
pub fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-21T14:03:22Z").unwrap().to_utc()
}

/// So many seconds before `now`.
pub fn ago(seconds: i64) -> DateTime<Utc> {
    now() - TimeDelta::seconds(seconds)
}

/// The same in minutes.
pub fn minutes_ago(minutes: i64) -> DateTime<Utc> {
    ago(minutes * 60)
}

fn arn(rest: &str) -> String {
    format!("arn:aws:ecs:eu-west-1:123456789012:{rest}")
}

pub fn cluster_id(name: &str) -> ClusterId {
    ClusterId::new(arn(&format!("cluster/{name}")))
}

pub fn service_id(path: &str) -> ServiceId {
    ServiceId::new(arn(&format!("service/{path}")))
}

pub fn definition_id(name: &str) -> DefinitionId {
    DefinitionId::new(arn(&format!("task-definition/{name}")))
}

pub fn task_id(cluster: &str, id: &str) -> TaskId {
    TaskId::new(arn(&format!("task/{cluster}/{id}")))
}

pub fn cluster(name: &str) -> Cluster {
    Cluster {
        id: cluster_id(name),
        context: ContextId(0),
        name: name.into(),
        status: "ACTIVE".into(),
        services: 0,
        running: 0,
        pending: 0,
        instances: 0,
        capacity_providers: vec!["FARGATE".into(), "FARGATE_SPOT".into()],
        insights: Some("enhanced".into()),
        namespace: None,
        protect: None,
        untagged: false,
    }
}

/// A rollout that ended well two days ago.
pub fn rollout(id: &str, definition: &str, tasks: u32) -> Rollout {
    Rollout {
        id: format!("ecs-svc/{id}").into(),
        status: "PRIMARY".into(),
        definition: Some(definition_id(definition)),
        desired: tasks,
        running: tasks,
        pending: 0,
        failed: 0,
        state: Some(RolloutState::Completed),
        reason: None,
        created: Some(minutes_ago(2_880)),
        updated: Some(minutes_ago(2_870)),
    }
}

/// A service with all its tasks, `cluster/name`.
pub fn service(path: &str, tasks: u32) -> Service {
    let (cluster, name) = path.split_once('/').unwrap();
    Service {
        id: service_id(path),
        context: ContextId(0),
        cluster: cluster_id(cluster),
        name: name.into(),
        status: "ACTIVE".into(),
        desired: tasks,
        running: tasks,
        pending: 0,
        controller: Controller::Ecs,
        definition: Some(definition_id(&format!("{name}:7"))),
        launch_type: Some("FARGATE".into()),
        capacity: Vec::new(),
        platform_version: Some("LATEST".into()),
        scheduling: Some("REPLICA".into()),
        rules: DeploymentRules {
            strategy: Some("ROLLING".into()),
            minimum_healthy_percent: Some(100),
            maximum_percent: Some(200),
            breaker: true,
            breaker_rolls_back: true,
            alarms: Vec::new(),
            alarms_on: false,
            alarms_roll_back: false,
            bake_minutes: None,
            canary: None,
            linear: None,
            hooks: Vec::new(),
        },
        rollouts: vec![rollout("7007", &format!("{name}:7"), tasks)],
        deployment: None,
        events: vec![event(180, "has reached a steady state.")],
        created: Some(minutes_ago(100_000)),
        created_by: None,
        network: Some(Network {
            subnets: vec!["subnet-0a1b".into()],
            security_groups: vec!["sg-0c2d".into()],
            public_ip: Some(false),
        }),
        load_balancers: Vec::new(),
        grace_seconds: None,
        exec: true,
        task_sets: Vec::new(),
        stack: None,
        protect: None,
        untagged: false,
    }
}

/// An event so many minutes ago, without the service's name in front.
pub fn event(minutes: i64, sentence: &str) -> Event {
    let message = format!("(service x) {sentence}");
    Event { id: format!("{minutes}-{sentence}").into(), at: minutes_ago(minutes), message: message.into() }
}

pub fn container(name: &str) -> Container {
    Container {
        name: name.into(),
        image: Some(format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/{name}:1.4.2").into()),
        digest: Some(format!("sha256:3f9d21{}", "0".repeat(58)).into()),
        state: TaskState::Running,
        health: Health::Unknown,
        exit_code: None,
        reason: None,
        runtime_id: Some("9f3c-2531".into()),
        cpu: Some("0".into()),
        memory: None,
        memory_reservation: None,
        exec_agent: None,
    }
}

/// A task of a service (`cluster/name`) that has run for an hour.
pub fn task(path: &str, id: &str) -> Task {
    let (cluster, name) = path.split_once('/').unwrap();
    Task {
        id: task_id(cluster, &format!("{id}{}", "0".repeat(28))),
        cluster: cluster_id(cluster),
        group: Some(format!("service:{name}").into()),
        definition: Some(definition_id(&format!("{name}:7"))),
        started_by: Some("ecs-svc/7007".into()),
        state: TaskState::Running,
        desired: TaskState::Running,
        health: Health::Unknown,
        times: TaskTimes {
            created: Some(minutes_ago(61)),
            connected: Some(minutes_ago(61)),
            pull_started: Some(minutes_ago(61)),
            pull_stopped: Some(ago(60 * 60 + 20)),
            started: Some(minutes_ago(60)),
            ..TaskTimes::default()
        },
        stop_code: None,
        stopped_reason: None,
        launch_type: Some("FARGATE".into()),
        capacity_provider: Some("FARGATE".into()),
        platform_version: Some("1.4.0".into()),
        platform_family: Some("Linux".into()),
        architecture: Some("x86_64".into()),
        zone: Some("eu-west-1a".into()),
        cpu: Some("512".into()),
        memory: Some("1024".into()),
        ephemeral_storage: Some(20),
        exec: true,
        connectivity: Some("CONNECTED".into()),
        instance: None,
        interface: Some(Interface {
            id: Some("eni-0a1b".into()),
            subnet: Some("subnet-0a1b".into()),
            private_ip: Some("10.0.12.41".into()),
            status: Some("ATTACHED".into()),
        }),
        containers: vec![container("app")],
    }
}

/// The same task, stopped so many minutes ago after eleven seconds, with an exit code of its first container.
pub fn stopped(path: &str, id: &str, minutes: i64, exit: Option<i32>) -> Task {
    let mut task = task(path, id);
    let end = minutes_ago(minutes);
    task.state = TaskState::Stopped;
    task.desired = TaskState::Stopped;
    task.times.created = Some(end - TimeDelta::seconds(40));
    task.times.started = Some(end - TimeDelta::seconds(11));
    task.times.stopping = Some(end);
    task.times.execution_stopped = Some(end);
    task.times.stopped = Some(end);
    task.stop_code = Some("EssentialContainerExited".into());
    task.stopped_reason = Some("Essential container in task exited".into());
    if let Some(container) = task.containers.first_mut() {
        container.state = TaskState::Stopped;
        container.exit_code = exit;
    }
    task
}

/// A task that never ran, with AWS's reason.
pub fn never_ran(path: &str, id: &str, minutes: i64, reason: &str) -> Task {
    let mut task = stopped(path, id, minutes, None);
    task.times.started = None;
    task.times.execution_stopped = None;
    task.stop_code = Some("TaskFailedToStart".into());
    task.stopped_reason = Some(reason.into());
    task
}

pub fn container_definition(name: &str) -> ContainerDefinition {
    ContainerDefinition {
        name: name.into(),
        image: Some(format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/{name}:1.4.2").into()),
        essential: true,
        cpu: None,
        memory: None,
        memory_reservation: None,
        ports: Vec::new(),
        environment: vec!["LOG_LEVEL".into()],
        secrets: vec!["DB_URL".into()],
        logs: None,
        router: None,
        health_check: None,
        stop_timeout: None,
        depends_on: Vec::new(),
    }
}

pub fn definition(name: &str) -> TaskDefinition {
    TaskDefinition {
        id: definition_id(name),
        status: Some("ACTIVE".into()),
        cpu: Some("512".into()),
        memory: Some("1024".into()),
        architecture: Some("X86_64".into()),
        ephemeral_storage: None,
        execution_role: Some("arn:aws:iam::123456789012:role/ecsTaskExecutionRole".into()),
        task_role: None,
        registered_at: Some(minutes_ago(3_000)),
        registered_by: Some("arn:aws:sts::123456789012:assumed-role/ci/deploy".into()),
        containers: vec![container_definition("app")],
    }
}

/// A fleet that knows these things, all learnt now; the lists name exactly these services.
pub fn fleet(services: Vec<Service>, tasks: Vec<Task>, definitions: Vec<TaskDefinition>) -> Fleet {
    let mut fleet = Fleet::default();
    let context = ContextId(0);
    let identity = Identity {
        account: "123456789012".into(),
        arn: "arn:aws:sts::123456789012:assumed-role/oncall/ana".into(),
    };
    fleet.apply(now(), Observation::Identity { context, identity });
    let mut names: Vec<String> = services.iter().map(|service| service.cluster.name().to_owned()).collect();
    names.sort();
    names.dedup();
    let clusters = names
        .iter()
        .map(|name| {
            let own = || services.iter().filter(|service| service.cluster.name() == name);
            Cluster {
                services: u32::try_from(own().count()).unwrap(),
                running: own().map(|service| service.running).sum(),
                pending: own().map(|service| service.pending).sum(),
                ..cluster(name)
            }
        })
        .collect();
    fleet.apply(now(), Observation::Clusters { context, clusters });
    for name in &names {
        let of = services.iter().filter(|service| service.cluster.name() == name);
        let services = of.map(|service| service.id.clone()).collect();
        fleet.apply(now(), Observation::Roster { context, cluster: cluster_id(name), services });
    }
    fleet.apply(now(), Observation::Services { services, missing: Vec::new() });
    fleet.apply(now(), Observation::Tasks { tasks, missing: Vec::new() });
    for definition in definitions {
        fleet.apply(now(), Observation::Definition { definition: Box::new(definition) });
    }
    fleet
}

/// The verdicts on all services of a fleet.
pub fn triage(fleet: &mut Fleet) -> Triage {
    let mut triage = Triage::default();
    let touched = fleet.take_touched();
    triage.renew(fleet, touched, now());
    triage
}
