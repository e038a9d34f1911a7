//! Whole service deployments, service revisions and task protections, from answers in AWS's shape.

use fargate_top::fleet::deployment::{
    Alarms, Breaker, DeploymentStatus, Hook, RevisionTasks, Rollback, ServiceDeployment,
};
use fargate_top::fleet::id::{DefinitionId, DeploymentId, RevisionId, ServiceId, TaskId};
use fargate_top::fleet::percent::Percent;
use fargate_top::fleet::protection::Protection;
use fargate_top::fleet::revision::{RevisionImage, ServiceRevision};
use fargate_top::fleet::service::{CapacityShare, DeploymentRules, HookRule, LoadBalancer, Network};
use pretty_assertions::assert_eq;

use super::canned::canned;
use super::{ACCOUNT, at, cluster, service};

fn deployment(id: &str) -> DeploymentId {
    DeploymentId::new(format!("{ACCOUNT}:service-deployment/shop/cart/{id}"))
}

fn revision(id: &str) -> RevisionId {
    RevisionId::new(format!("{ACCOUNT}:service-revision/shop/cart/{id}"))
}

const DEPLOYMENT: &str = r#"{"serviceDeployments":[{
  "serviceDeploymentArn":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d1",
  "serviceArn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/cart","clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/shop",
  "createdAt":1795254000,"startedAt":1795254001,"finishedAt":1795254300,"stoppedAt":1795254299,"updatedAt":1795254301,
  "sourceServiceRevisions":[
    {"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/1","requestedTaskCount":4,"runningTaskCount":3,"pendingTaskCount":1},
    {"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/0","requestedTaskCount":0,"runningTaskCount":1,"pendingTaskCount":0},
    {"requestedTaskCount":7}],
  "targetServiceRevision":{"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/2","requestedTaskCount":4,"runningTaskCount":1,
    "pendingTaskCount":2,"requestedProductionTrafficWeight":10.5,"requestedTestTrafficWeight":100.0},
  "deploymentConfiguration":{"strategy":"CANARY","bakeTimeInMinutes":15,"minimumHealthyPercent":100,"maximumPercent":200,
    "canaryConfiguration":{"canaryPercent":0.5},"linearConfiguration":{"stepBakeTimeInMinutes":3},
    "alarms":{"enable":true,"rollback":true,"alarmNames":["cart-5xx"]},
    "lifecycleHooks":[
      {"targetType":"PAUSE","lifecycleStages":["PRE_PRODUCTION_TRAFFIC_SHIFT","NEXT_YEARS_STAGE"],"timeoutConfiguration":{"timeoutInMinutes":30,"action":"CONTINUE"}},
      {"hookTargetArn":"arn:aws:lambda:eu-west-1:123456789012:function:check","lifecycleStages":["POST_SCALE_UP"],"timeoutConfiguration":{}}]},
  "status":"ROLLBACK_IN_PROGRESS","statusReason":"too many failures","lifecycleStage":"PRE_PRODUCTION_TRAFFIC_SHIFT",
  "lifecycleHookDetails":[
    {"hookId":"ecs-pause-1","targetType":"PAUSE","status":"AWAITING_ACTION","expiresAt":1795340400,"timeoutAction":"ROLLBACK"},
    {"hookId":"h2","targetType":"AWS_LAMBDA","targetArn":"arn:aws:lambda:eu-west-1:123456789012:function:check","status":"IN_PROGRESS"},
    {"status":"SUCCEEDED"}],
  "rollback":{"reason":"circuit breaker","startedAt":1795254200,"serviceRevisionArn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/1"},
  "deploymentCircuitBreaker":{"status":"TRIGGERED","failureCount":5,"threshold":3},
  "alarms":{"status":"MONITORING","alarmNames":["cart-5xx","cart-p95"],"triggeredAlarmNames":["cart-5xx"]}}],"failures":[]}"#;

fn whole() -> ServiceDeployment {
    ServiceDeployment {
        id: deployment("d1"),
        service: service("shop", "cart"),
        status: DeploymentStatus::RollbackInProgress,
        status_reason: Some("too many failures".into()),
        stage: Some("PRE_PRODUCTION_TRAFFIC_SHIFT".into()),
        hooks: vec![
            Hook {
                id: "ecs-pause-1".into(),
                kind: "PAUSE".into(),
                target: None,
                status: "AWAITING_ACTION".into(),
                expires: Some(at("2026-11-22T09:40:00Z")),
                timeout_action: Some("ROLLBACK".into()),
            },
            Hook {
                id: "h2".into(),
                kind: "AWS_LAMBDA".into(),
                target: Some("arn:aws:lambda:eu-west-1:123456789012:function:check".into()),
                status: "IN_PROGRESS".into(),
                expires: None,
                timeout_action: None,
            },
        ],
        breaker: Some(Breaker { status: "TRIGGERED".into(), failures: 5, threshold: 3 }),
        alarms: Some(Alarms {
            status: "MONITORING".into(),
            names: vec!["cart-5xx".into(), "cart-p95".into()],
            triggered: vec!["cart-5xx".into()],
        }),
        rollback: Some(Rollback {
            reason: Some("circuit breaker".into()),
            started: Some(at("2026-11-21T09:43:20Z")),
            revision: Some(revision("1")),
        }),
        sources: vec![
            RevisionTasks {
                revision: revision("1"),
                requested: 4,
                running: 3,
                pending: 1,
                production: None,
                test: None,
            },
            RevisionTasks {
                revision: revision("0"),
                requested: 0,
                running: 1,
                pending: 0,
                production: None,
                test: None,
            },
        ],
        target: Some(RevisionTasks {
            revision: revision("2"),
            requested: 4,
            running: 1,
            pending: 2,
            production: Some(Percent::new(10.5)),
            test: Some(Percent::ALL),
        }),
        created: Some(at("2026-11-21T09:40:00Z")),
        started: Some(at("2026-11-21T09:40:01Z")),
        updated: Some(at("2026-11-21T09:45:01Z")),
        finished: Some(at("2026-11-21T09:45:00Z")),
        stopped: Some(at("2026-11-21T09:44:59Z")),
        rules: Some(rules()),
    }
}

fn rules() -> DeploymentRules {
    DeploymentRules {
        strategy: Some("CANARY".into()),
        minimum_healthy_percent: Some(100),
        maximum_percent: Some(200),
        alarms: vec!["cart-5xx".into()],
        alarms_on: true,
        alarms_roll_back: true,
        bake_minutes: Some(15),
        canary: Some((Percent::new(0.5), 10)),
        linear: Some((Percent::new(10.0), 3)),
        hooks: vec![
            HookRule {
                kind: Some("PAUSE".into()),
                target: None,
                stages: vec!["PRE_PRODUCTION_TRAFFIC_SHIFT".into(), "NEXT_YEARS_STAGE".into()],
                timeout: Some((30, "CONTINUE".into())),
            },
            HookRule {
                kind: None,
                target: Some("arn:aws:lambda:eu-west-1:123456789012:function:check".into()),
                stages: vec!["POST_SCALE_UP".into()],
                timeout: Some((1_440, "ROLLBACK".into())),
            },
        ],
        ..DeploymentRules::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_deployment() {
    let aws = canned(&[("DescribeServiceDeployments", 200, DEPLOYMENT)]).await;
    let found = aws.ecs.describe_service_deployments(&[deployment("d1")]).await.unwrap();
    assert_eq!(found, [whole()]);
    let waits: Vec<bool> = found[0].hooks.iter().map(Hook::waits_for_a_person).collect();
    assert_eq!(waits, [true, false]);
    let named: Vec<&str> = found[0].revisions().map(RevisionId::name).collect();
    assert_eq!(named, ["2", "1", "0", "1"]);
}

#[tokio::test(start_paused = true)]
async fn deployments_are_listed_newest_first() {
    let brief = r#"{"serviceDeployments":[
      {"serviceDeploymentArn":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d0","status":"SUCCESSFUL","createdAt":1795167600},
      {"serviceDeploymentArn":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d1","status":"IN_PROGRESS","createdAt":1795254000}]}"#;
    let aws = canned(&[("ListServiceDeployments", 200, brief)]).await;
    let listed = aws.ecs.list_service_deployments(&cluster("shop"), &ServiceId::new("s"), 5).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|listed| (listed.id.name(), listed.status.clone())).collect();
    assert_eq!(listed, [("d1", DeploymentStatus::InProgress), ("d0", DeploymentStatus::Successful)]);
}

const REVISION: &str = r#"{"serviceRevisions":[{
  "serviceRevisionArn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/4980306466373577095",
  "serviceArn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/cart","clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/shop",
  "taskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:42","launchType":"FARGATE",
  "capacityProviderStrategy":[{"capacityProvider":"FARGATE_SPOT","weight":3,"base":1}],
  "platformVersion":"1.4.0","platformFamily":"Linux",
  "loadBalancers":[{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/cart/1","containerName":"app","containerPort":8080}],
  "networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"],"securityGroups":["sg-1"],"assignPublicIp":"ENABLED"}},
  "containerImages":[{"containerName":"app","image":"registry/cart:stable","imageDigest":"sha256:77ab"},{"containerName":"envoy","image":"envoy:1"}],
  "guardDutyEnabled":false,"createdAt":1795254000.5}],
 "failures":[{"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/1","reason":"MISSING"}]}"#;

#[tokio::test(start_paused = true)]
async fn a_service_revision() {
    let aws = canned(&[("DescribeServiceRevisions", 200, REVISION)]).await;
    let id = revision("4980306466373577095");
    let described = aws.ecs.describe_service_revisions(&[id.clone(), revision("1")]).await.unwrap();
    let expected = ServiceRevision {
        id,
        service: service("shop", "cart"),
        definition: Some(DefinitionId::new(format!("{ACCOUNT}:task-definition/cart:42"))),
        images: vec![
            RevisionImage {
                container: "app".into(),
                image: "registry/cart:stable".into(),
                digest: Some("sha256:77ab".into()),
            },
            RevisionImage { container: "envoy".into(), image: "envoy:1".into(), digest: None },
        ],
        launch_type: Some("FARGATE".into()),
        capacity: vec![CapacityShare { provider: "FARGATE_SPOT".into(), base: 1, weight: 3 }],
        platform_version: Some("1.4.0".into()),
        platform_family: Some("Linux".into()),
        network: Some(Network {
            subnets: vec!["subnet-1".into()],
            security_groups: vec!["sg-1".into()],
            public_ip: Some(true),
        }),
        load_balancers: vec![LoadBalancer {
            target_group: Some(
                "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/cart/1".into(),
            ),
            container: Some("app".into()),
            port: Some(8080),
            advanced: None,
        }],
        created: Some(at("2026-11-21T09:40:00.500Z")),
    };
    assert_eq!(described.found, [expected]);
    assert_eq!(described.found[0].id.short(), "7095");
    assert_eq!(described.missing, [revision("1")]);
}

#[tokio::test(start_paused = true)]
async fn the_protection_of_tasks() {
    let task = |id: &str| TaskId::new(format!("{ACCOUNT}:task/shop/{id}"));
    let body = r#"{"protectedTasks":[
      {"taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/shop/1","protectionEnabled":true,"expirationDate":1795261200},
      {"taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/shop/2","protectionEnabled":false}],
      "failures":[{"arn":"arn:aws:ecs:eu-west-1:123456789012:task/shop/3","reason":"TASK_NOT_VALID"}]}"#;
    let aws = canned(&[("GetTaskProtection", 200, body)]).await;
    let tasks = ["1", "2", "3"].map(task);
    let found = aws.ecs.task_protection(&cluster("shop"), &tasks).await.unwrap();
    let end = at("2026-11-21T11:40:00Z");
    let expected = [
        (task("1"), Protection { enabled: true, expires: Some(end) }),
        (task("2"), Protection { enabled: false, expires: None }),
    ];
    assert_eq!(found, expected);
    let holds = |now: &str| found[0].1.holds(at(now));
    assert_eq!((holds("2026-11-21T11:39:59Z"), holds("2026-11-21T11:40:00Z")), (true, false));
}
