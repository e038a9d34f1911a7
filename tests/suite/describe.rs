//! The screens that are text: what they say of known and of unknown things.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use fargate_top::app::budget::{BucketUse, Budget};
use fargate_top::app::describe::document;
use fargate_top::app::model::{ContextInfo, Model};
use fargate_top::app::notice::Level;
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::app::views::View;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::bucket::Bucket;
use fargate_top::fleet::cluster::Cluster;
use fargate_top::fleet::definition::{
    ContainerDefinition, HealthCheck, LogDestination, Port, TaskDefinition,
};
use fargate_top::fleet::deployment::{Breaker, DeploymentStatus, ServiceDeployment};
use fargate_top::fleet::event::Event;
use fargate_top::fleet::id::{ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, TaskId, Text};
use fargate_top::fleet::observation::{Identity, Observation};
use fargate_top::fleet::service::{
    CapacityShare, Controller, DeploymentRules, LoadBalancer, Network, Rollout, RolloutState, Service,
};
use fargate_top::fleet::task::{Container, Health, Interface, Task, TaskState, TaskTimes};
use fargate_top::fleet::topic::{Failure, FailureKind, Subject, Target, Topic};
use insta::assert_snapshot;
use ratatui::layout::Size;
use rstest::rstest;

const CONTEXT: ContextId = ContextId(0);

fn cluster() -> ClusterId {
    ClusterId::new("arn:aws:ecs:eu-west-1:123456789012:cluster/media")
}

fn service_id() -> ServiceId {
    cluster().service("image-resize")
}

fn task_id(id: &str) -> TaskId {
    TaskId::new(format!("arn:aws:ecs:eu-west-1:123456789012:task/media/{id}"))
}

fn definition_id(revision: u32) -> DefinitionId {
    DefinitionId::new(format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/img-resize:{revision}"))
}

/// A time of the day of the story.
#[expect(clippy::unwrap_used, reason = "the times that a test writes are times")]
fn at(clock: &str) -> DateTime<Utc> {
    format!("2026-11-20T{clock}Z").parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("14:07:40")
}

fn text(text: &str) -> Text {
    text.into()
}

fn container(name: &str, exit: Option<i32>, reason: Option<&str>) -> Container {
    Container {
        name: text(name),
        image: Some(text(&format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/{name}:2.14.0"))),
        digest: Some(text("sha256:3f9d2177aa")),
        state: TaskState::Stopped,
        health: Health::Unknown,
        exit_code: exit,
        reason: reason.map(text),
        runtime_id: None,
        cpu: Some(text("0")),
        memory: (name == "app").then(|| text("1024")),
        memory_reservation: None,
        exec_agent: None,
    }
}

/// A task that was killed for its memory.
fn stopped(id: &str, at_clock: &str) -> Task {
    Task {
        id: task_id(id),
        cluster: cluster(),
        group: Some(text("service:image-resize")),
        definition: Some(definition_id(31)),
        started_by: Some(text("ecs-svc/0031")),
        state: TaskState::Stopped,
        desired: TaskState::Stopped,
        health: Health::Unknown,
        times: TaskTimes {
            created: Some(at("13:27:04")),
            connected: Some(at("13:27:08")),
            pull_started: Some(at("13:27:09")),
            pull_stopped: Some(at("13:27:13")),
            started: Some(at("13:27:14")),
            stopping: Some(at("13:58:31")),
            execution_stopped: Some(at("13:58:32")),
            stopped: Some(at(at_clock)),
        },
        stop_code: Some(text("EssentialContainerExited")),
        stopped_reason: Some(text("Essential container in task exited")),
        launch_type: Some(text("FARGATE")),
        capacity_provider: Some(text("FARGATE_SPOT")),
        platform_version: Some(text("1.4.0")),
        platform_family: Some(text("Linux")),
        architecture: Some(text("ARM64")),
        zone: Some(text("eu-west-1b")),
        cpu: Some(text("512")),
        memory: Some(text("2048")),
        ephemeral_storage: Some(20),
        exec: true,
        connectivity: Some(text("CONNECTED")),
        instance: None,
        interface: Some(Interface {
            id: Some(text("eni-0a1b")),
            subnet: Some(text("subnet-b")),
            private_ip: Some(text("10.0.2.17")),
            status: Some(text("DELETED")),
        }),
        containers: vec![
            container("app", Some(137), Some("OutOfMemoryError: Container killed due to memory usage")),
            container("envoy", Some(0), None),
        ],
    }
}

/// A task that runs well.
fn running(id: &str) -> Task {
    let mut task = stopped(id, "13:58:33");
    task.state = TaskState::Running;
    task.desired = TaskState::Running;
    task.health = Health::Healthy;
    task.times = TaskTimes { stopping: None, execution_stopped: None, stopped: None, ..task.times };
    task.stop_code = None;
    task.stopped_reason = None;
    task.interface =
        task.interface.map(|interface| Interface { status: Some(text("ATTACHED")), ..interface });
    for container in &mut task.containers {
        container.state = TaskState::Running;
        container.exit_code = None;
        container.reason = None;
        container.exec_agent = Some(text("RUNNING"));
    }
    task
}

fn definition(revision: u32) -> TaskDefinition {
    let app = ContainerDefinition {
        name: text("app"),
        image: Some(text(&format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:2.{revision}.0"))),
        essential: true,
        cpu: Some(0),
        memory: Some(1024),
        memory_reservation: None,
        ports: vec![Port { container: 8080, protocol: text("tcp"), name: Some(text("http")) }],
        environment: vec![text("LOG_LEVEL"), text("QUEUE")],
        secrets: if revision > 30 { Vec::new() } else { vec![text("DB_URL")] },
        logs: Some(LogDestination {
            driver: text("awslogs"),
            group: Some(text("/ecs/media")),
            region: Some(text("eu-west-1")),
            prefix: Some(text("app")),
            ..LogDestination::default()
        }),
        router: None,
        health_check: Some(HealthCheck {
            command: text("CMD-SHELL curl -fs localhost:8080/healthz"),
            interval: Some(30),
            timeout: Some(5),
            retries: Some(3),
            start_period: Some(60),
        }),
        stop_timeout: Some(30),
        depends_on: vec![text("envoy (HEALTHY)")],
    };
    let envoy = ContainerDefinition {
        name: text("envoy"),
        essential: false,
        memory: None,
        ports: Vec::new(),
        environment: Vec::new(),
        secrets: Vec::new(),
        logs: None,
        router: None,
        health_check: None,
        stop_timeout: None,
        depends_on: Vec::new(),
        ..app.clone()
    };
    TaskDefinition {
        id: definition_id(revision),
        status: Some(text("ACTIVE")),
        cpu: Some(text("512")),
        memory: Some(text("2048")),
        architecture: Some(text("ARM64")),
        ephemeral_storage: None,
        execution_role: Some(text("arn:aws:iam::123456789012:role/pull")),
        task_role: None,
        registered_at: Some(at("13:20:00")),
        registered_by: Some(text("arn:aws:sts::123456789012:assumed-role/ci/deploy")),
        containers: vec![app, envoy],
    }
}

fn rollout(revision: u32, status: &str, running: u32) -> Rollout {
    Rollout {
        id: text(&format!("ecs-svc/00{revision}")),
        status: text(status),
        definition: Some(definition_id(revision)),
        desired: 4,
        running,
        pending: 1,
        failed: 2,
        state: Some(RolloutState::InProgress),
        reason: Some(text("ECS deployment ecs-svc/0031 in progress.")),
        created: Some(at("13:26:50")),
        updated: Some(at("14:00:00")),
    }
}

fn service() -> Service {
    let event =
        |id: &str, clock, message: &str| Event { id: text(id), at: at(clock), message: text(message) };
    Service {
        id: service_id(),
        context: CONTEXT,
        cluster: cluster(),
        name: text("image-resize"),
        status: text("ACTIVE"),
        desired: 4,
        running: 3,
        pending: 1,
        controller: Controller::Ecs,
        definition: Some(definition_id(31)),
        launch_type: None,
        capacity: vec![
            CapacityShare { provider: text("FARGATE"), base: 1, weight: 1 },
            CapacityShare { provider: text("FARGATE_SPOT"), base: 0, weight: 3 },
        ],
        platform_version: Some(text("LATEST")),
        scheduling: Some(text("REPLICA")),
        rules: DeploymentRules {
            strategy: Some(text("ROLLING")),
            minimum_healthy_percent: Some(0),
            maximum_percent: Some(150),
            breaker: false,
            breaker_rolls_back: false,
            alarms: vec![text("resize-5xx")],
            alarms_on: true,
            alarms_roll_back: false,
            bake_minutes: None,
            canary: None,
            linear: None,
            hooks: Vec::new(),
        },
        rollouts: vec![rollout(31, "PRIMARY", 3)],
        deployment: None,
        events: vec![
            event("e2", "13:59:00", "(service image-resize) has started 1 tasks: (task c2d9)."),
            event(
                "e1",
                "13:50:00",
                "(service image-resize) was unable to place a task. Reason: Capacity is unavailable at this time.",
            ),
        ],
        created: Some(at("08:00:00")),
        created_by: Some(text("arn:aws:iam::123456789012:role/terraform")),
        network: Some(Network {
            subnets: vec![text("subnet-a"), text("subnet-b")],
            security_groups: vec![text("sg-web")],
            public_ip: Some(false),
        }),
        load_balancers: vec![LoadBalancer {
            target_group: Some(text(
                "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/tg-img/0f3c",
            )),
            container: Some(text("app")),
            port: Some(8080),
            advanced: None,
        }],
        grace_seconds: Some(60),
        exec: true,
        task_sets: Vec::new(),
        stack: None,
        protect: None,
        untagged: false,
    }
}

fn answered(subject: Subject) -> Observation {
    Observation::Answered { topic: Topic::new(CONTEXT, subject) }
}

fn facts() -> Vec<Observation> {
    vec![
        Observation::Clusters {
            context: CONTEXT,
            clusters: vec![Cluster {
                id: cluster(),
                context: CONTEXT,
                name: text("media"),
                status: text("ACTIVE"),
                services: 2,
                running: 3,
                pending: 1,
                instances: 0,
                capacity_providers: vec![text("FARGATE"), text("FARGATE_SPOT")],
                insights: Some(text("enabled")),
                namespace: None,
                protect: None,
                untagged: false,
            }],
        },
        Observation::Roster {
            context: CONTEXT,
            cluster: cluster(),
            services: vec![service_id(), cluster().service("thumbs")],
        },
        Observation::Services { services: vec![service()], missing: Vec::new() },
        Observation::Definition { definition: Box::new(definition(31)) },
        Observation::Definition { definition: Box::new(definition(30)) },
        Observation::Tasks {
            tasks: vec![
                stopped("4e10aa", "13:58:33"),
                stopped("19ccaa", "13:41:00"),
                other(),
                running("c2d9aa"),
            ],
            missing: Vec::new(),
        },
        answered(Subject::StoppedTasks(cluster())),
        Observation::Deployments {
            service: service_id(),
            deployments: vec![ServiceDeployment {
                id: DeploymentId::new(
                    "arn:aws:ecs:eu-west-1:123456789012:service-deployment/media/image-resize/d1",
                ),
                service: service_id(),
                status: DeploymentStatus::InProgress,
                status_reason: None,
                stage: Some(text("SCALE_UP")),
                hooks: Vec::new(),
                breaker: Some(Breaker { status: text("DISABLED"), failures: 2, threshold: 3 }),
                alarms: None,
                rollback: None,
                sources: Vec::new(),
                target: None,
                created: Some(at("13:26:50")),
                started: Some(at("13:26:55")),
                updated: None,
                finished: None,
                stopped: None,
                rules: None,
            }],
        },
    ]
}

/// A stop with another cause, within the hour.
fn other() -> Task {
    let mut task = stopped("77abaa", "13:30:00");
    task.stop_code = Some(text("UserInitiated"));
    task.stopped_reason = Some(text("drill"));
    task.containers.truncate(0);
    task
}

fn model_of(facts: Vec<Observation>) -> Model {
    let info = ContextInfo {
        id: CONTEXT,
        profile: Some("prod".to_owned()),
        region: "eu-west-1".to_owned(),
        endpoint: None,
        demo: false,
    };
    let mut model = Model::new(Settings::default(), vec![info], Size::new(120, 36), now());
    let mut fleet = Fleet::default();
    for fact in facts {
        fleet.apply(now(), fact);
    }
    let touched = fleet.take_touched();
    model.triage.renew(&fleet, touched, now());
    model.fleet = Arc::new(fleet);
    model
}

#[expect(clippy::unwrap_used, reason = "these screens are texts")]
fn told(model: &Model, screen: &Screen) -> String {
    document(model, screen).unwrap().text()
}

fn task_screen(id: &str) -> Screen {
    Screen::Task(cluster(), task_id(id))
}

fn failure(kind: FailureKind, operation: &str, message: &str) -> Failure {
    Failure { kind, operation: text(operation), code: None, message: text(message), request_id: None }
}

#[test]
fn a_stopped_task_says_why_and_what_happened() {
    assert_snapshot!(told(&model_of(facts()), &task_screen("4e10aa")), @"
    STOPPED 9m ago, ran 31m18s

    What happened
    13:27:04  CREATED   by the service scheduler, rev 31, FARGATE_SPOT, eu-west-1b
    13:27:09  PULL      took 4s
    13:27:14  RUNNING   10s after it was created
    13:58:31  STOPPING  app exit 137: out of memory, limit 1024 MiB
    13:58:32  ENDED     its containers ended, ran 31m18s
    13:58:33  STOPPED   EssentialContainerExited

    Why
    app exit 137: out of memory, limit 1024 MiB
    Check first      the memory chart; a higher limit, or a leak
    Stop code        EssentialContainerExited
    AWS says         Essential container in task exited
    AWS on app       OutOfMemoryError: Container killed due to memory usage

    Same ending in the last hour
    4e10, 19cc (2 of 3 stops)

    Containers
    NAME   ESSENTIAL  STATE    EXIT  MEANING  REASON            LIMITS    IMAGE
    app    yes        STOPPED  137   SIGKILL  OutOfMemoryError  1024 MiB  app:2.14.0@3f9d21
    envoy  no         STOPPED  0     clean    -                 -         envoy:2.14.0@3f9d21

    app
      Ports          8080/tcp (http)
      Logs           awslogs, group /ecs/media, prefix app, region eu-west-1
      Health check   CMD-SHELL curl -fs localhost:8080/healthz
                     every 30 s, timeout 5 s, 3 retries, failures of the first 60 s do not count
      Depends on     envoy (HEALTHY)
      Stop timeout   30 s between SIGTERM and SIGKILL

    envoy
      Logs           no log driver
      Health check   none defined

    x shows the names of variables and secrets

    Network
    Interface        eni-0a1b (DELETED)
    Subnet           subnet-b
    Private IP       10.0.2.17
    Public IP        no
    Security groups  sg-web
    Zone             eu-west-1b

    Runs on
    Capacity         FARGATE_SPOT
    Platform         Linux 1.4.0
    Architecture     ARM64
    Size             0.5 vCPU 2 GB
    Storage          20 GiB ephemeral
    Exec             on; agent: app not known, envoy not known
    Connectivity     CONNECTED since 13:27:08

    Roles
    Execution role   arn:aws:iam::123456789012:role/pull
    Task role        none

    Task
    ARN              arn:aws:ecs:eu-west-1:123456789012:task/media/4e10aa
    Definition       img-resize:31
    Group            service:image-resize
    Started by       ecs-svc/0031
    ");
}

#[test]
fn a_running_task_says_where_it_runs() {
    assert_snapshot!(told(&model_of(facts()), &task_screen("c2d9aa")), @"
    RUNNING for 40m, healthy

    What happened
    13:27:04  CREATED  by the service scheduler, rev 31, FARGATE_SPOT, eu-west-1b
    13:27:09  PULL     took 4s
    13:27:14  RUNNING  10s after it was created, up for 40m26s

    Containers
    NAME   ESSENTIAL  STATE    LIMITS    IMAGE
    app    yes        RUNNING  1024 MiB  app:2.14.0@3f9d21
    envoy  no         RUNNING  -         envoy:2.14.0@3f9d21

    app
      Ports          8080/tcp (http)
      Logs           awslogs, group /ecs/media, prefix app, region eu-west-1
      Health check   CMD-SHELL curl -fs localhost:8080/healthz
                     every 30 s, timeout 5 s, 3 retries, failures of the first 60 s do not count
      Depends on     envoy (HEALTHY)
      Stop timeout   30 s between SIGTERM and SIGKILL

    envoy
      Logs           no log driver
      Health check   none defined

    x shows the names of variables and secrets

    Network
    Interface        eni-0a1b (ATTACHED)
    Subnet           subnet-b
    Private IP       10.0.2.17
    Public IP        no
    Security groups  sg-web
    Zone             eu-west-1b

    Runs on
    Capacity         FARGATE_SPOT
    Platform         Linux 1.4.0
    Architecture     ARM64
    Size             0.5 vCPU 2 GB
    Storage          20 GiB ephemeral
    Exec             on; agent: app RUNNING, envoy RUNNING
    Connectivity     CONNECTED since 13:27:08

    Roles
    Execution role   arn:aws:iam::123456789012:role/pull
    Task role        none

    Task
    ARN              arn:aws:ecs:eu-west-1:123456789012:task/media/c2d9aa
    Definition       img-resize:31
    Group            service:image-resize
    Started by       ecs-svc/0031
    ");
}

#[test]
fn names_are_shown_on_request() {
    let mut model = model_of(facts());
    let screen = task_screen("4e10aa");
    let before = told(&model, &screen);
    assert!(before.contains("x shows the names of variables and secrets"), "{before}");
    assert!(!before.contains("LOG_LEVEL"));
    model.views.insert(screen.clone(), View { names: true, ..View::of(&screen) });
    let after = told(&model, &screen);
    assert!(after.contains("  Variables      LOG_LEVEL, QUEUE\n"), "{after}");
    assert!(after.contains("  Secrets        none\n"), "{after}");
    assert!(!after.contains("shows the names"));
}

#[test]
fn a_task_without_its_definition_and_service_guesses_nothing() {
    let mut task = stopped("4e10aa", "13:58:33");
    task.group = Some(text("family:batch"));
    task.started_by = None;
    task.times = TaskTimes { created: Some(at("13:27:04")), ..TaskTimes::default() };
    task.interface = None;
    task.zone = None;
    let mut facts = facts();
    facts.truncate(1);
    facts.push(Observation::Tasks { tasks: vec![task], missing: Vec::new() });
    assert_snapshot!(told(&model_of(facts), &task_screen("4e10aa")), @"
    STOPPED

    What happened
    13:27:04  CREATED  starter not known, rev 31, FARGATE_SPOT

    Why
    app exit 137: out of memory, limit 1024 MiB
    Check first      the memory chart; a higher limit, or a leak
    Stop code        EssentialContainerExited
    AWS says         Essential container in task exited
    AWS on app       OutOfMemoryError: Container killed due to memory usage

    Containers
    NAME   ESSENTIAL  STATE    EXIT  MEANING  REASON            LIMITS    IMAGE
    app    not known  STOPPED  137   SIGKILL  OutOfMemoryError  1024 MiB  app:2.14.0@3f9d21
    envoy  not known  STOPPED  0     clean    -                 -         envoy:2.14.0@3f9d21
    Task definition img-resize:31 is not known yet.

    Network
    Interface        not known
    Subnet           not known
    Private IP       not known
    Public IP        not known
    Security groups  not known
    Zone             not known

    Runs on
    Capacity         FARGATE_SPOT
    Platform         Linux 1.4.0
    Architecture     ARM64
    Size             0.5 vCPU 2 GB
    Storage          20 GiB ephemeral
    Exec             on; agent: app not known, envoy not known
    Connectivity     CONNECTED

    Roles
    Execution role   not known
    Task role        not known

    Task
    ARN              arn:aws:ecs:eu-west-1:123456789012:task/media/4e10aa
    Definition       img-resize:31
    Group            family:batch
    ");
}

#[test]
fn a_task_on_its_way_says_what_it_waits_for() {
    let mut task = running("aaaa11");
    task.state = TaskState::Pending;
    task.health = Health::Unknown;
    task.times = TaskTimes {
        created: Some(at("14:00:40")),
        pull_started: Some(at("14:01:00")),
        ..TaskTimes::default()
    };
    let model = model_of(vec![Observation::Tasks { tasks: vec![task], missing: Vec::new() }]);
    let told = told(&model, &task_screen("aaaa11"));
    assert!(told.starts_with("PENDING for 7m: pulling images, starting containers\n"), "{told}");
    assert!(told.contains("14:01:00  PULL     under way for 6m40s\n"), "{told}");
}

#[rstest]
#[case::nobody_asked(None, "Asking AWS for task 4e10 ...")]
#[case::answered(
    Some(answered(Subject::Task(cluster(), task_id("4e10aa")))),
    "AWS does not know task 4e10 any more."
)]
#[case::denied(
    Some(Observation::Failed {
        topic: Topic::new(CONTEXT, Subject::Task(cluster(), task_id("4e10aa"))),
        failure: failure(FailureKind::Denied { action: Some(text("ecs:DescribeTasks")) }, "DescribeTasks", ""),
        retry_at: None,
    }),
    "task 4e10: no permission ecs:DescribeTasks. ctrl-r tries now."
)]
#[case::throttled(
    Some(Observation::Failed {
        topic: Topic::new(CONTEXT, Subject::Task(cluster(), task_id("4e10aa"))),
        failure: failure(FailureKind::Throttled, "DescribeTasks", ""),
        retry_at: Some(now() + TimeDelta::seconds(8)),
    }),
    "task 4e10: AWS is limiting DescribeTasks. Next try in 8s."
)]
fn what_is_not_there_says_why(#[case] fact: Option<Observation>, #[case] expected: &str) {
    let told = told(&model_of(fact.into_iter().collect()), &task_screen("4e10aa"));
    assert_eq!(told.lines().next(), Some(expected));
}

#[test]
fn a_service_says_what_a_deployment_may_do() {
    let screen = Screen::Describe(Target::Service(cluster(), service_id()));
    assert_snapshot!(told(&model_of(facts()), &screen), @"
    State
    FAILING for 17m: 3/4 run: no place for a task: Capacity is unavailable at this time
    Status           ACTIVE
    Tasks            3 running, 1 pending, 4 desired
    Seen             14:07:40
    Cost             $0.008/h, $5.96/mo (list price estimate, 2026-10; Spot at 35% of the list price; without 2 tasks not described yet)
    Cost per task    unknown: tasks run on several capacity providers

    Deployments
    STATUS   REVISION       STATE        RUNNING  PENDING  DESIRED  FAILED  BEGAN
    PRIMARY  img-resize:31  IN_PROGRESS  3        1        4        2       13:26:50 (40m ago)
    img-resize:31: ECS deployment ecs-svc/0031 in progress.
    FAILED counts tasks that never ran or failed health checks; usually a task that runs sets it back to 0.

    Rules of a deployment
    Kind             rolling
    Minimum 0 %      healthy: old tasks may stop before new ones are healthy
    Maximum 150 %    up to 6 tasks while it is under way
    Breaker          off: however many tasks fail, the deployment goes on
    Alarms           on: resize-5xx

    Autoscaling
    Asking AWS for autoscaling of image-resize ...

    Capacity
    Providers        FARGATE weight 1, base 1
                     FARGATE_SPOT weight 3
    Platform         LATEST

    Network
    Subnets          subnet-a, subnet-b
    Security groups  sg-web
    Public IP        no

    Load balancers
    tg-img > app:8080
    Grace period     failed health checks of a task's first 60 s do not count

    Task definition
    Name             img-resize:31
    Registered       2026-11-20 13:20:00 UTC, 47m ago
    Registered by    arn:aws:sts::123456789012:assumed-role/ci/deploy
    Size             0.5 vCPU 2 GB
    Architecture     ARM64
    Containers       app: app:2.31.0
                     envoy: app:2.31.0, not essential

    Changes 30 > 31
    app image app:2.30.0 > app:2.31.0
    app secret DB_URL removed
    envoy image app:2.30.0 > app:2.31.0

    Service deployments
    BEGAN     STATUS       STAGE     TOOK           BREAKER
    13:26:55  in progress  SCALE_UP  40m45s so far  off

    Newest events
    13:59:00  has started 1 tasks: (task c2d9).
    13:50:00  was unable to place a task. Reason: Capacity is unavailable at this time.

    Service
    ARN              arn:aws:ecs:eu-west-1:123456789012:service/media/image-resize
    Cluster          arn:aws:ecs:eu-west-1:123456789012:cluster/media
    Created          2026-11-20 08:00:00 UTC, 6h ago
    Created by       arn:aws:iam::123456789012:role/terraform
    Scheduling       REPLICA
    Exec             on for new tasks
    ");
}

#[rstest]
#[case(Some(100), "healthy: no old task stops before a new one is healthy")]
#[case(Some(50), "healthy: at least 2 of 4 tasks stay up")]
#[case(Some(30), "healthy: at least 2 of 4 tasks stay up")]
fn limits_are_told_in_tasks(#[case] minimum: Option<u32>, #[case] expected: &str) {
    let mut service = service();
    service.rules.minimum_healthy_percent = minimum;
    let model = model_of(vec![Observation::Services { services: vec![service], missing: Vec::new() }]);
    let told = told(&model, &Screen::Describe(Target::Service(cluster(), service_id())));
    assert!(told.contains(expected), "{told}");
}

#[test]
fn the_breaker_says_what_it_guards() {
    for (strategy, breaker, rolls_back, expected) in [
        ("ROLLING", true, true, "on, rolls back: counts tasks that never run"),
        ("ROLLING", true, false, "on, fails the deployment, does not roll back: counts"),
        ("CANARY", true, true, "guards rolling deployments only"),
    ] {
        let mut service = service();
        service.rules = DeploymentRules {
            strategy: Some(text(strategy)),
            breaker,
            breaker_rolls_back: rolls_back,
            ..DeploymentRules::default()
        };
        let model = model_of(vec![Observation::Services { services: vec![service], missing: Vec::new() }]);
        let told = told(&model, &Screen::Describe(Target::Service(cluster(), service_id())));
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains("Minimum"), "what AWS did not say is left out: {told}");
    }
}

#[test]
fn a_cluster_names_the_services_that_are_not_well() {
    assert_snapshot!(told(&model_of(facts()), &Screen::Describe(Target::Cluster(cluster()))), @"
    Cluster
    Name             media
    Status           ACTIVE
    Holds            2 services, 3 tasks running, 1 pending
    EC2 instances    none registered
    Capacity         FARGATE, FARGATE_SPOT
    Insights         enabled: figures per service and task definition
    Cost             $0.008/h, $5.96/mo (list price estimate, 2026-10; Spot at 35% of the list price; without 2 tasks not described yet)
    ARN              arn:aws:ecs:eu-west-1:123456789012:cluster/media

    Services
    1 failing
    1 of 2 were not looked at yet.
    FAIL  image-resize  3/4  3/4 run: no place for a task: Capacity is unavailable at this time
    ");
}

#[test]
fn a_definition_is_compared_with_the_one_before() {
    assert_snapshot!(told(&model_of(facts()), &Screen::Describe(Target::Definition(definition_id(31)))), @"
    Task definition
    Name             img-resize:31
    Status           ACTIVE
    Registered       2026-11-20 13:20:00 UTC, 47m ago
    Registered by    arn:aws:sts::123456789012:assumed-role/ci/deploy
    Size             0.5 vCPU 2 GB
    Architecture     ARM64
    ARN              arn:aws:ecs:eu-west-1:123456789012:task-definition/img-resize:31

    Changes 30 > 31
    app image app:2.30.0 > app:2.31.0
    app secret DB_URL removed
    envoy image app:2.30.0 > app:2.31.0

    Roles
    Execution role   arn:aws:iam::123456789012:role/pull
    Task role        none

    Containers
    NAME   ESSENTIAL  LIMITS    IMAGE
    app    yes        1024 MiB  app:2.31.0
    envoy  no         -         app:2.31.0

    app
      Ports          8080/tcp (http)
      Logs           awslogs, group /ecs/media, prefix app, region eu-west-1
      Health check   CMD-SHELL curl -fs localhost:8080/healthz
                     every 30 s, timeout 5 s, 3 retries, failures of the first 60 s do not count
      Depends on     envoy (HEALTHY)
      Stop timeout   30 s between SIGTERM and SIGKILL

    envoy
      Logs           no log driver
      Health check   none defined

    x shows the names of variables and secrets
    ");
    let gone = vec![Observation::DefinitionGone { id: definition_id(7) }];
    assert_eq!(
        told(&model_of(gone), &Screen::Describe(Target::Definition(definition_id(7)))),
        "Task definition img-resize:7 cannot be had: it was deleted.\n"
    );
}

#[test]
fn json_is_shown_as_it_came() {
    let target = Target::Cluster(cluster());
    let screen = Screen::Json(target.clone());
    assert_eq!(told(&model_of(Vec::new()), &screen), "Asking AWS for cluster media ...\n");
    let fact = Observation::Raw { target, json: text("{\n  \"status\": \"ACTIVE\"\n}") };
    assert_eq!(told(&model_of(vec![fact]), &screen), "{\n  \"status\": \"ACTIVE\"\n}\n");
}

#[test]
fn requests_say_what_they_cost() {
    let denied = Observation::Failed {
        topic: Topic::new(CONTEXT, Subject::Clusters),
        failure: failure(FailureKind::Throttled, "ListClusters", ""),
        retry_at: Some(now() + TimeDelta::seconds(20)),
    };
    let mut model = model_of(vec![answered(Subject::Services), denied]);
    model.now = now() + TimeDelta::seconds(12);
    let used = |bucket, refused| BucketUse {
        bucket,
        allowed: 2.5,
        sent: 48,
        refused,
        sent_total: 3_210,
        refused_total: u64::from(refused),
        waiting: refused,
        refused_at: (refused > 0).then(now),
    };
    let buckets = vec![used(Bucket::ClusterRead, 2), used(Bucket::TaskRead, 0)];
    model.budgets.insert(CONTEXT, Budget { context: CONTEXT, buckets, in_flight: 1 });
    assert_snapshot!(told(&model, &Screen::Requests), @"
    prod in eu-west-1
    BUCKET        LAST MIN  ALLOWED      REFUSED  WAITING  IN ALL             LAST REFUSAL
    cluster read  48        2.5 of 20/s  2        2        3,210 (2 refused)  14:07:40
    task read     48        2.5 of 20/s  0        0        3,210              -
    1 call under way

    In the way
    clusters, answered never
      since 14:07:40: AWS is limiting ListClusters. Next try in 8s.

    Answers
    WHAT      ANSWERED
    services  12s ago

    How calls are shared
    AWS limits calls per account and Region, in buckets that everything in the account shares.
    fargate-top takes at most 25 % of what a bucket refills (rate in the settings).
    After AWS refused a call it takes less, and goes back to its share step by step.
    ");
}

#[test]
fn contexts_say_whose_credentials_are_used() {
    let identity = Identity {
        account: text("123456789012"),
        arn: text("arn:aws:sts::123456789012:assumed-role/oncall/me"),
    };
    let facts = vec![Observation::Identity { context: CONTEXT, identity }, answered(Subject::Identity)];
    assert_snapshot!(told(&model_of(facts), &Screen::Contexts), @"
    prod in eu-west-1
    Profile          prod
    Region           eu-west-1
    Account          123456789012
    Caller           arn:aws:sts::123456789012:assumed-role/oncall/me
    Endpoint         AWS's own
    Credentials      accepted by AWS 0s ago
    ");
    let expired = Observation::Failed {
        topic: Topic::new(CONTEXT, Subject::Identity),
        failure: failure(FailureKind::Expired, "GetCallerIdentity", "the SSO session ended"),
        retry_at: None,
    };
    let told = told(&model_of(vec![expired]), &Screen::Contexts);
    assert!(told.contains("Account          not known\n"), "{told}");
    assert!(
        told.contains("since 14:07:40: credentials expired (GetCallerIdentity: the SSO session ended)"),
        "{told}"
    );
}

#[test]
fn messages_are_listed_newest_first() {
    let mut model = model_of(Vec::new());
    assert_eq!(told(&model, &Screen::Messages), "No messages yet.\n");
    model.notices.say(at("14:00:00"), Level::Info, "copied image-resize");
    model.notices.say(at("14:05:00"), Level::Error, "no permission\u{1b}[31m");
    assert_snapshot!(told(&model, &Screen::Messages), @"
    TIME      LEVEL  MESSAGE
    14:05:00  error  no permission·[31m
    14:00:00  info   copied image-resize
    ");
}

#[test]
fn aliases_list_every_word_of_the_palette() {
    let told = told(&model_of(Vec::new()), &Screen::Aliases);
    let clusters = told.lines().find(|line| line.starts_with("clusters "));
    assert!(
        clusters.is_some_and(|line| line.contains("cl cluster ns") && line.contains("Show the clusters.")),
        "{told}"
    );
    assert!(!told.contains("force-panic"));
}

#[test]
fn lists_are_no_documents() {
    let model = model_of(Vec::new());
    for screen in [Screen::Fleet, Screen::Clusters, Screen::AllTasks, Screen::Services(cluster())] {
        assert_eq!(document(&model, &screen), None);
    }
}
