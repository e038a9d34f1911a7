//! Whole objects: a member that an adapter forgets is found here, not on a screen.

use chrono::DateTime;
use fargate_top::aws::ecs::EventDepth;
use fargate_top::fleet::cluster::Cluster;
use fargate_top::fleet::definition::{
    ContainerDefinition, HealthCheck, LogDestination, Port, TaskDefinition,
};
use fargate_top::fleet::event::Event;
use fargate_top::fleet::id::{ContextId, DefinitionId, DeploymentId, TaskId};
use fargate_top::fleet::service::{
    CapacityShare, Controller, DeploymentRules, LoadBalancer, Network, Rollout, RolloutState, Service,
    TaskSet,
};
use fargate_top::fleet::task::{Container, Health, Interface, Task, TaskState, TaskTimes};
use pretty_assertions::assert_eq;

use super::canned::canned;
use super::{ACCOUNT, at, calm, cluster, service};

#[tokio::test(start_paused = true)]
async fn a_cluster() {
    let aws = canned(&[(
        "DescribeClusters",
        200,
        r#"{"clusters":[{"clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/shop","clusterName":"shop","status":"ACTIVE",
            "registeredContainerInstancesCount":3,"runningTasksCount":41,"pendingTasksCount":2,"activeServicesCount":9,
            "statistics":[],"tags":[{"key":"fargate-top:protect"}],"settings":[{"name":"containerInsights","value":"enhanced"}],
            "capacityProviders":["FARGATE","FARGATE_SPOT"],"defaultCapacityProviderStrategy":[],
            "serviceConnectDefaults":{"namespace":"arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1"}}],"failures":[]}"#,
    )])
    .await;
    let found = aws.ecs.describe_clusters(&[cluster("shop")]).await.unwrap();
    let expected = Cluster {
        id: cluster("shop"),
        context: ContextId(0),
        name: "shop".into(),
        status: "ACTIVE".into(),
        services: 9,
        running: 41,
        pending: 2,
        instances: 3,
        capacity_providers: vec!["FARGATE".into(), "FARGATE_SPOT".into()],
        insights: Some("enhanced".into()),
        namespace: Some("arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1".into()),
        protect: Some("".into()),
        untagged: false,
    };
    assert_eq!(found, [expected]);
}

const SERVICE: &str = r#"{"services":[{"serviceArn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/cart","serviceName":"cart",
  "clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/shop",
  "loadBalancers":[{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/cart/1","containerName":"app","containerPort":8080}],
  "status":"ACTIVE","desiredCount":4,"runningCount":3,"pendingCount":1,"launchType":"FARGATE",
  "capacityProviderStrategy":[{"capacityProvider":"FARGATE_SPOT","weight":3,"base":1}],
  "platformVersion":"LATEST","platformFamily":"Linux","taskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:42",
  "deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true,"rollback":true},"maximumPercent":150,"minimumHealthyPercent":75,
     "alarms":{"alarmNames":["cart-5xx"],"enable":true,"rollback":false},"strategy":"ROLLING"},
  "taskSets":[{"id":"ecs-svc/9","externalId":"d-7KX2","status":"PRIMARY","taskDefinition":"app:7",
    "computedDesiredCount":3,"runningCount":2,"pendingCount":1,"loadBalancers":[{"targetGroupArn":"arn:tg/9"}],
    "stabilityStatus":"STABILIZING","createdAt":11}],
  "deployments":[{"id":"ecs-svc/2","status":"PRIMARY","taskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:42",
      "desiredCount":4,"pendingCount":1,"runningCount":2,"failedTasks":5,"createdAt":1795254000.25,"updatedAt":1795254060,
      "rolloutState":"IN_PROGRESS","rolloutStateReason":"ECS deployment ecs-svc/2 in progress."},
     {"id":"ecs-svc/1","status":"ACTIVE","taskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:41",
      "desiredCount":1,"pendingCount":0,"runningCount":1,"failedTasks":0,"createdAt":1795167600,"updatedAt":1795167900,
      "rolloutState":"SOMETHING_NEW"}],
  "events":[{"id":"e2","createdAt":1795254030,"message":"(service cart) has started 1 tasks: (task 1)."},
     {"id":"e3","createdAt":1795254060,"message":"(service cart) is unable to consistently start tasks successfully."},
     {"id":"e1","createdAt":1795254000,"message":"(service cart) has begun draining connections on 1 tasks."},
     {"id":"e0","message":"without a time"}],
  "createdAt":1790000000,"currentServiceDeployment":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d1",
  "networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1","subnet-2"],"securityGroups":["sg-1"],"assignPublicIp":"DISABLED"}},
  "healthCheckGracePeriodSeconds":30,"schedulingStrategy":"REPLICA","deploymentController":{"type":"ECS"},
  "createdBy":"arn:aws:iam::123456789012:role/ci","enableExecuteCommand":true,
  "tags":[{"key":"team","value":"shop"},{"key":"aws:cloudformation:stack-name","value":"shop-prod"},{"key":"fargate-top:protect","value":"yes"}],"someMemberThatAwsAddsNextYear":{"a":[1]}}],
 "failures":[{"arn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/ghost","reason":"MISSING"},
   {"arn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/odd","reason":"SOMETHING_ELSE"}]}"#;

fn definition(revision: u32) -> DefinitionId {
    DefinitionId::new(format!("{ACCOUNT}:task-definition/cart:{revision}"))
}

fn cart() -> Service {
    Service {
        id: service("shop", "cart"),
        context: ContextId(0),
        cluster: cluster("shop"),
        name: "cart".into(),
        status: "ACTIVE".into(),
        desired: 4,
        running: 3,
        pending: 1,
        controller: Controller::Ecs,
        definition: Some(definition(42)),
        launch_type: Some("FARGATE".into()),
        capacity: vec![CapacityShare { provider: "FARGATE_SPOT".into(), base: 1, weight: 3 }],
        platform_version: Some("LATEST".into()),
        scheduling: Some("REPLICA".into()),
        rules: rules(),
        rollouts: rollouts(),
        deployment: Some(DeploymentId::new(format!("{ACCOUNT}:service-deployment/shop/cart/d1"))),
        events: vec![
            event(
                "e3",
                "2026-11-21T09:41:00Z",
                "(service cart) is unable to consistently start tasks successfully.",
            ),
            event("e2", "2026-11-21T09:40:30Z", "(service cart) has started 1 tasks: (task 1)."),
            event("e1", "2026-11-21T09:40:00Z", "(service cart) has begun draining connections on 1 tasks."),
        ],
        created: Some(at("2026-09-21T14:13:20Z")),
        created_by: Some("arn:aws:iam::123456789012:role/ci".into()),
        network: Some(Network {
            subnets: vec!["subnet-1".into(), "subnet-2".into()],
            security_groups: vec!["sg-1".into()],
            public_ip: Some(false),
        }),
        load_balancers: vec![LoadBalancer {
            target_group: Some(
                "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/cart/1".into(),
            ),
            container: Some("app".into()),
            port: Some(8080),
            advanced: None,
        }],
        grace_seconds: Some(30),
        exec: true,
        task_sets: vec![TaskSet {
            id: "ecs-svc/9".into(),
            external_id: Some("d-7KX2".into()),
            status: "PRIMARY".into(),
            definition: Some(DefinitionId::new("app:7")),
            desired: 3,
            running: 2,
            pending: 1,
            target_groups: vec!["arn:tg/9".into()],
            stability: Some("STABILIZING".into()),
            created: DateTime::from_timestamp(11, 0),
        }],
        stack: Some("shop-prod".into()),
        protect: Some("yes".into()),
        untagged: false,
    }
}

fn rules() -> DeploymentRules {
    DeploymentRules {
        strategy: Some("ROLLING".into()),
        minimum_healthy_percent: Some(75),
        maximum_percent: Some(150),
        breaker: true,
        breaker_rolls_back: true,
        alarms: vec!["cart-5xx".into()],
        alarms_on: true,
        alarms_roll_back: false,
        bake_minutes: None,
        canary: None,
        linear: None,
        hooks: Vec::new(),
    }
}

fn rollouts() -> Vec<Rollout> {
    vec![
        Rollout {
            id: "ecs-svc/2".into(),
            status: "PRIMARY".into(),
            definition: Some(definition(42)),
            desired: 4,
            running: 2,
            pending: 1,
            failed: 5,
            state: Some(RolloutState::InProgress),
            reason: Some("ECS deployment ecs-svc/2 in progress.".into()),
            created: Some(at("2026-11-21T09:40:00.250Z")),
            updated: Some(at("2026-11-21T09:41:00Z")),
        },
        Rollout {
            id: "ecs-svc/1".into(),
            status: "ACTIVE".into(),
            definition: Some(definition(41)),
            desired: 1,
            running: 1,
            pending: 0,
            failed: 0,
            state: Some(RolloutState::Other("SOMETHING_NEW".into())),
            reason: None,
            created: Some(at("2026-11-20T09:40:00Z")),
            updated: Some(at("2026-11-20T09:45:00Z")),
        },
    ]
}

fn event(id: &str, time: &str, message: &str) -> Event {
    Event { id: id.into(), at: at(time), message: message.into() }
}

#[tokio::test(start_paused = true)]
async fn a_service() {
    let aws = canned(&[("DescribeServices", 200, SERVICE)]).await;
    let ids = [service("shop", "cart")];
    let described = aws.ecs.describe_services(&cluster("shop"), &ids, EventDepth::All).await.unwrap();
    assert_eq!(described.found, [cart()]);
    assert_eq!(described.missing, [service("shop", "ghost")], "another reason does not mean gone");
    let newest = aws.ecs.describe_services(&cluster("shop"), &ids, EventDepth::Newest(2)).await.unwrap();
    assert_eq!(newest.found[0].events, cart().events[..2], "the newest, whatever their order");
}

const TASKS: &str = r#"{"tasks":[{"attachments":[{"id":"a","type":"ElasticNetworkInterface","status":"ATTACHED","details":[
      {"name":"subnetId","value":"subnet-1"},{"name":"networkInterfaceId","value":"eni-1"},{"name":"macAddress","value":"02:00"},
      {"name":"privateIPv4Address","value":"10.0.0.7"}]}],
    "attributes":[{"name":"ecs.cpu-architecture","value":"arm64"}],"availabilityZone":"eu-west-1b","capacityProviderName":"FARGATE_SPOT",
    "clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/shop","connectivity":"CONNECTED","connectivityAt":1795254010,
    "containerInstanceArn":"arn:aws:ecs:eu-west-1:123456789012:container-instance/shop/i",
    "containers":[{"name":"app","image":"registry/cart:42","imageDigest":"sha256:ab","runtimeId":"r-1","lastStatus":"RUNNING","healthStatus":"HEALTHY",
      "managedAgents":[{"name":"ExecuteCommandAgent","lastStatus":"RUNNING"}],"cpu":"256","memory":"512","memoryReservation":"128"}],
    "cpu":"512","createdAt":1795254000,"desiredStatus":"RUNNING","enableExecuteCommand":true,"group":"service:cart","healthStatus":"HEALTHY",
    "lastStatus":"RUNNING","launchType":"FARGATE","memory":"1024","overrides":{"containerOverrides":[{"environment":[{"name":"A","value":"secret"}]}]},
    "platformVersion":"1.4.0","platformFamily":"Linux","pullStartedAt":1795254011,"pullStoppedAt":1795254012,"startedAt":1795254013,
    "startedBy":"ecs-svc/2","taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/shop/11",
    "taskDefinitionArn":"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:42","version":4,"ephemeralStorage":{"sizeInGiB":21}},
  {"clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/shop","connectivity":"DISCONNECTED",
    "containers":[{"name":"app","image":"registry/cart:42","lastStatus":"STOPPED","exitCode":137,"reason":"OutOfMemoryError: killed","healthStatus":"UNKNOWN"},
      {"name":"never-started","lastStatus":"STOPPED"}],
    "createdAt":1795254000,"startedAt":1795254013,"desiredStatus":"STOPPED","group":"family:cart","lastStatus":"STOPPED",
    "stopCode":"EssentialContainerExited","stoppedReason":"Essential container in task exited",
    "stoppingAt":1795254100,"executionStoppedAt":1795254101,"stoppedAt":1795254120,
    "taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/shop/12","fargateEphemeralStorage":{"sizeInGiB":20}}],
 "failures":[{"arn":"arn:aws:ecs:eu-west-1:123456789012:task/shop/13","reason":"MISSING"}]}"#;

fn running() -> Task {
    Task {
        id: TaskId::new(format!("{ACCOUNT}:task/shop/11")),
        cluster: cluster("shop"),
        group: Some("service:cart".into()),
        definition: Some(definition(42)),
        started_by: Some("ecs-svc/2".into()),
        state: TaskState::Running,
        desired: TaskState::Running,
        health: Health::Healthy,
        times: TaskTimes {
            created: Some(at("2026-11-21T09:40:00Z")),
            connected: Some(at("2026-11-21T09:40:10Z")),
            pull_started: Some(at("2026-11-21T09:40:11Z")),
            pull_stopped: Some(at("2026-11-21T09:40:12Z")),
            started: Some(at("2026-11-21T09:40:13Z")),
            ..TaskTimes::default()
        },
        stop_code: None,
        stopped_reason: None,
        launch_type: Some("FARGATE".into()),
        capacity_provider: Some("FARGATE_SPOT".into()),
        platform_version: Some("1.4.0".into()),
        platform_family: Some("Linux".into()),
        architecture: Some("arm64".into()),
        zone: Some("eu-west-1b".into()),
        cpu: Some("512".into()),
        memory: Some("1024".into()),
        ephemeral_storage: Some(21),
        exec: true,
        connectivity: Some("CONNECTED".into()),
        instance: Some(format!("{ACCOUNT}:container-instance/shop/i").into()),
        interface: Some(Interface {
            id: Some("eni-1".into()),
            subnet: Some("subnet-1".into()),
            private_ip: Some("10.0.0.7".into()),
            status: Some("ATTACHED".into()),
        }),
        containers: vec![Container {
            name: "app".into(),
            image: Some("registry/cart:42".into()),
            digest: Some("sha256:ab".into()),
            state: TaskState::Running,
            health: Health::Healthy,
            exit_code: None,
            reason: None,
            runtime_id: Some("r-1".into()),
            cpu: Some("256".into()),
            memory: Some("512".into()),
            memory_reservation: Some("128".into()),
            exec_agent: Some("RUNNING".into()),
        }],
    }
}

fn stopped() -> Task {
    let container = Container {
        name: "app".into(),
        image: Some("registry/cart:42".into()),
        digest: None,
        state: TaskState::Stopped,
        health: Health::Unknown,
        exit_code: Some(137),
        reason: Some("OutOfMemoryError: killed".into()),
        runtime_id: None,
        cpu: None,
        memory: None,
        memory_reservation: None,
        exec_agent: None,
    };
    let never_started = Container {
        name: "never-started".into(),
        image: None,
        exit_code: None,
        reason: None,
        ..container.clone()
    };
    Task {
        id: TaskId::new(format!("{ACCOUNT}:task/shop/12")),
        group: Some("family:cart".into()),
        definition: None,
        started_by: None,
        state: TaskState::Stopped,
        desired: TaskState::Stopped,
        health: Health::Unknown,
        times: TaskTimes {
            created: Some(at("2026-11-21T09:40:00Z")),
            started: Some(at("2026-11-21T09:40:13Z")),
            stopping: Some(at("2026-11-21T09:41:40Z")),
            execution_stopped: Some(at("2026-11-21T09:41:41Z")),
            stopped: Some(at("2026-11-21T09:42:00Z")),
            ..TaskTimes::default()
        },
        stop_code: Some("EssentialContainerExited".into()),
        stopped_reason: Some("Essential container in task exited".into()),
        launch_type: None,
        capacity_provider: None,
        platform_version: None,
        platform_family: None,
        architecture: None,
        zone: None,
        cpu: None,
        memory: None,
        ephemeral_storage: Some(20),
        exec: false,
        connectivity: Some("DISCONNECTED".into()),
        instance: None,
        interface: None,
        containers: vec![container, never_started],
        ..running()
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_running_and_stopped() {
    let aws = canned(&[("DescribeTasks", 200, TASKS)]).await;
    let described = aws.ecs.describe_tasks(&cluster("shop"), &[]).await.unwrap();
    assert_eq!(described.found, [running(), stopped()]);
    assert_eq!(described.missing, [TaskId::new(format!("{ACCOUNT}:task/shop/13"))]);
    let (first, second) = (&described.found[0], &described.found[1]);
    let shared = |a: &str, b: &str| std::ptr::eq(a, b);
    assert!(shared(first.cluster.as_str(), second.cluster.as_str()), "repeated text is kept once");
}

const DEFINITION: &str = r#"{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:42","family":"cart","revision":42,
      "status":"ACTIVE","cpu":"512","memory":"1024","runtimePlatform":{"cpuArchitecture":"ARM64","operatingSystemFamily":"LINUX"},
      "ephemeralStorage":{"sizeInGiB":30},"executionRoleArn":"arn:role/exec","taskRoleArn":"arn:role/task",
      "registeredAt":1795254000,"registeredBy":"arn:aws:iam::123456789012:role/ci",
      "containerDefinitions":[{"name":"app","image":"registry/cart:42","cpu":256,"memory":512,"memoryReservation":128,"essential":true,
        "portMappings":[{"containerPort":8080,"protocol":"tcp","name":"http"},{"containerPortRange":"9000-9010"}],
        "environment":[{"name":"LOG_LEVEL","value":"debug"}],"secrets":[{"name":"DB_URL","valueFrom":"arn:secret"}],
        "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/cart","awslogs-region":"eu-west-1","awslogs-stream-prefix":"app","mode":"non-blocking"}},
        "healthCheck":{"command":["CMD-SHELL","curl -f localhost"],"interval":10,"timeout":5,"retries":3,"startPeriod":20},
        "stopTimeout":30,"dependsOn":[{"containerName":"envoy","condition":"HEALTHY"}]},
       {"name":"envoy"},{"name":"side","essential":false,"cpu":0}]}}"#;

#[tokio::test(start_paused = true)]
async fn a_task_definition() {
    let aws = canned(&[("DescribeTaskDefinition", 200, DEFINITION)]).await;
    let plain = |name: &str, essential| ContainerDefinition {
        name: name.into(),
        image: None,
        essential,
        cpu: None,
        memory: None,
        memory_reservation: None,
        ports: Vec::new(),
        environment: Vec::new(),
        secrets: Vec::new(),
        logs: None,
        router: None,
        health_check: None,
        stop_timeout: None,
        depends_on: Vec::new(),
    };
    let expected = TaskDefinition {
        id: definition(42),
        status: Some("ACTIVE".into()),
        cpu: Some("512".into()),
        memory: Some("1024".into()),
        architecture: Some("ARM64".into()),
        ephemeral_storage: Some(30),
        execution_role: Some("arn:role/exec".into()),
        task_role: Some("arn:role/task".into()),
        registered_at: Some(at("2026-11-21T09:40:00Z")),
        registered_by: Some("arn:aws:iam::123456789012:role/ci".into()),
        containers: vec![
            ContainerDefinition {
                name: "app".into(),
                image: Some("registry/cart:42".into()),
                essential: true,
                cpu: Some(256),
                memory: Some(512),
                memory_reservation: Some(128),
                ports: vec![Port { container: 8080, protocol: "tcp".into(), name: Some("http".into()) }],
                environment: vec!["LOG_LEVEL".into()],
                secrets: vec!["DB_URL".into()],
                logs: Some(LogDestination {
                    driver: "awslogs".into(),
                    group: Some("/ecs/cart".into()),
                    region: Some("eu-west-1".into()),
                    prefix: Some("app".into()),
                    mode: Some("non-blocking".into()),
                    ..LogDestination::default()
                }),
                router: None,
                health_check: Some(HealthCheck {
                    command: "CMD-SHELL curl -f localhost".into(),
                    interval: Some(10),
                    timeout: Some(5),
                    retries: Some(3),
                    start_period: Some(20),
                }),
                stop_timeout: Some(30),
                depends_on: vec!["envoy (HEALTHY)".into()],
            },
            plain("envoy", true),
            plain("side", false),
        ],
    };
    assert_eq!(aws.ecs.describe_task_definition(&definition(42)).await.unwrap(), expected);
}

/// The pretended AWS leaves no member of a calm service empty that the real one would fill.
#[tokio::test(start_paused = true)]
async fn a_simulated_service_and_its_tasks_are_whole() {
    let (_, aws) = calm().await;
    let shop = cluster("shop");
    let ids = [service("shop", "cart-api")];
    let found = aws.ecs.describe_services(&shop, &ids, EventDepth::All).await.unwrap().found;
    let cart = &found[0];
    assert_eq!(
        (&*cart.name, cart.desired, cart.running, cart.pending, cart.exec),
        ("cart-api", 3, 3, 0, true)
    );
    assert_eq!(cart.definition, Some(DefinitionId::new(format!("{ACCOUNT}:task-definition/cart-api:77"))));
    assert_eq!((cart.rollouts.len(), cart.is_steady(), cart.is_active()), (1, true, true));
    assert!(
        cart.network.is_some()
            && cart.created.is_some()
            && cart.created_by.is_some()
            && !cart.events.is_empty()
    );
    let ids = aws.ecs.list_tasks(&shop, Some("cart-api"), false, None).await.unwrap().items;
    for task in aws.ecs.describe_tasks(&shop, &ids).await.unwrap().found {
        assert_eq!(
            task.started_by,
            Some(cart.rollouts[0].id.clone()),
            "tasks name the rollout that started them"
        );
        let interface = task.interface.as_ref().unwrap();
        assert!(interface.private_ip.is_some() && task.times.started.is_some() && task.zone.is_some());
        assert!(
            task.containers
                .iter()
                .all(|container| container.digest.is_some() && container.runtime_id.is_some())
        );
    }
}
