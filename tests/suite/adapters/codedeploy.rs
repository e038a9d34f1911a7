//! Whole objects of CodeDeploy, from answers in AWS's shape.

use fargate_top::fleet::balancer::RouteId;
use fargate_top::fleet::codedeploy::{
    AlarmRules, AutoRollback, BlueGreenRules, CodeDeployId, CodeDeployStatus, CodeDeployment,
    DeploymentGroup, EcsTarget, GroupId, LifecycleEvent, ReadyAction, Revision, Routing, WeightedTaskSet,
};
use fargate_top::fleet::id::{ContextId, DefinitionId};
use fargate_top::fleet::percent::Percent;
use fargate_top::fleet::topic::FailureKind;
use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::json;

use super::canned::{canned, recorded};
use super::{at, cluster, service};

fn group_id() -> GroupId {
    GroupId { application: "AppECS-shop-cart".into(), name: "DgpECS-shop-cart".into() }
}

const DEPLOYMENTS: &str = r#"{"deploymentsInfo":[{
  "applicationName":"AppECS-shop-cart","deploymentGroupName":"DgpECS-shop-cart","deploymentConfigName":"CodeDeployDefault.ECSCanary10Percent5Minutes",
  "deploymentId":"d-7KX2ABCDE","status":"Failed","creator":"user","description":"release 43",
  "previousRevision":{"revisionType":"S3","s3Location":{"bucket":"releases","key":"cart/42.yaml","bundleType":"YAML"}},
  "revision":{"revisionType":"AppSpecContent","appSpecContent":{"sha256":"ab12",
    "content":"{\"version\":0.0,\"Resources\":[{\"TargetService\":{\"Type\":\"AWS::ECS::Service\",\"Properties\":{\"TaskDefinition\":\"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:43\"}}}]}"}},
  "errorInformation":{"code":"ALARM_ACTIVE","message":"One or more alarms have been activated."},
  "createTime":1795254000.5,"startTime":1795254001,"completeTime":1795254300,
  "autoRollbackConfiguration":{"enabled":true,"events":["DEPLOYMENT_FAILURE","NEXT_YEARS_EVENT"]},
  "rollbackInfo":{"rollbackDeploymentId":"d-ROLLBACK1","rollbackMessage":"rolled back"},
  "blueGreenDeploymentConfiguration":{"deploymentReadyOption":{"actionOnTimeout":"STOP_DEPLOYMENT","waitTimeInMinutes":60},
    "terminateBlueInstancesOnDeploymentSuccess":{"action":"TERMINATE","terminationWaitTimeInMinutes":15}},
  "computePlatform":"ECS"},
 {"deploymentId":"d-ROLLBACK1","status":"NextYears","creator":"codeDeployRollback",
  "rollbackInfo":{"rollbackDeploymentId":"","rollbackTriggeringDeploymentId":"d-7KX2ABCDE"},
  "revision":{"revisionType":"String","string":{"content":"TaskDefinition: 'cart:42'","sha256":"cd34"}},
  "blueGreenDeploymentConfiguration":{"deploymentReadyOption":{"actionOnTimeout":"NEXT_YEARS_ACTION"}}},
 {"status":"Ready"}]}"#;

fn failed() -> CodeDeployment {
    let spec = r#"{"version":0.0,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:43"}}}]}"#;
    CodeDeployment {
        id: CodeDeployId::new("d-7KX2ABCDE"),
        context: ContextId(0),
        group: Some(group_id()),
        config: Some("CodeDeployDefault.ECSCanary10Percent5Minutes".into()),
        status: CodeDeployStatus::Failed,
        creator: Some("user".into()),
        description: Some("release 43".into()),
        rules: BlueGreenRules { ready: Some(ReadyAction::Stop { minutes: 60 }), blue_kept_minutes: Some(15) },
        rollback_rules: AutoRollback {
            enabled: true,
            events: vec!["DEPLOYMENT_FAILURE".into(), "NEXT_YEARS_EVENT".into()],
        },
        error: Some(("ALARM_ACTIVE".into(), "One or more alarms have been activated.".into())),
        rolled_back_by: Some(CodeDeployId::new("d-ROLLBACK1")),
        rolls_back: None,
        revision: Some(Revision {
            content: Some(spec.into()),
            sha256: Some("ab12".into()),
            s3: None,
            definition: Some(DefinitionId::new("arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:43")),
        }),
        previous: Some(Revision {
            content: None,
            sha256: None,
            s3: Some(("releases".into(), "cart/42.yaml".into())),
            definition: None,
        }),
        created: Some(at("2026-11-21T09:40:00.5Z")),
        started: Some(at("2026-11-21T09:40:01Z")),
        completed: Some(at("2026-11-21T09:45:00Z")),
    }
}

#[tokio::test(start_paused = true)]
async fn deployments() {
    let (aws, requests) = recorded(&[("BatchGetDeployments", 200, DEPLOYMENTS)]).await;
    let ids = ["d-7KX2ABCDE", "d-ROLLBACK1"].map(CodeDeployId::new);
    let found = aws.codedeploy.batch_get_deployments(&ids).await.unwrap();
    let rollback = CodeDeployment {
        id: CodeDeployId::new("d-ROLLBACK1"),
        context: ContextId(0),
        group: None,
        config: None,
        status: CodeDeployStatus::Other("NextYears".into()),
        creator: Some("codeDeployRollback".into()),
        description: None,
        rules: BlueGreenRules {
            ready: Some(ReadyAction::Other("NEXT_YEARS_ACTION".into())),
            blue_kept_minutes: None,
        },
        rollback_rules: AutoRollback::default(),
        error: None,
        rolled_back_by: None,
        rolls_back: Some(CodeDeployId::new("d-7KX2ABCDE")),
        revision: Some(Revision {
            content: Some("TaskDefinition: 'cart:42'".into()),
            sha256: Some("cd34".into()),
            s3: None,
            definition: Some(DefinitionId::new("cart:42")),
        }),
        previous: None,
        created: None,
        started: None,
        completed: None,
    };
    assert_eq!(found, [failed(), rollback], "one without an id is left out");
    let asked = requests.try_recv().unwrap();
    assert_eq!(asked.target, "CodeDeploy_20141006.BatchGetDeployments");
    assert_eq!(asked.body, json!({"deploymentIds": ["d-7KX2ABCDE", "d-ROLLBACK1"]}));
}

const TARGET: &str = r#"{"deploymentTargets":[{"deploymentTargetType":"ECSTarget","ecsTarget":{
  "deploymentId":"d-7KX2ABCDE","targetId":"shop:cart","status":"InProgress","lastUpdatedAt":1795254120,
  "lifecycleEvents":[
    {"lifecycleEventName":"AllowTraffic","status":"Pending"},
    {"lifecycleEventName":"Install","status":"Succeeded","startTime":1795254002,"endTime":1795254062.25,
     "diagnostics":{"errorCode":"Success","scriptName":"","message":"Succeeded","logTail":""}},
    {"lifecycleEventName":"NextYearsEvent","status":"NextYears"},
    {"lifecycleEventName":"BeforeInstall","status":"Failed","diagnostics":{"errorCode":"ScriptFailed","message":"no such table","logTail":"line 7\n"}}],
  "taskSetsInfo":[
    {"identifer":"ecs-svc/11","desiredCount":4,"pendingCount":0,"runningCount":4,"status":"PRIMARY","trafficWeight":90.0,
     "targetGroup":{"name":"cart-blue"},"taskSetLabel":"Blue"},
    {"identifer":"ecs-svc/12","desiredCount":4,"pendingCount":1,"runningCount":3,"status":"ACTIVE","trafficWeight":10.0,
     "targetGroup":{"name":"cart-green"},"taskSetLabel":"NextYears"}]}}]}"#;

#[tokio::test(start_paused = true)]
async fn the_target_of_a_deployment() {
    let (aws, requests) = recorded(&[("BatchGetDeploymentTargets", 200, TARGET)]).await;
    let id = CodeDeployId::new("d-7KX2ABCDE");
    let (shop, cart) = (cluster("shop"), service("shop", "cart"));
    let found = aws.codedeploy.batch_get_deployment_targets(&id, &shop, &cart).await.unwrap();
    let event = |name: &str, status: &str| LifecycleEvent {
        name: name.into(),
        status: status.into(),
        started: None,
        ended: None,
        message: None,
    };
    let set =
        |id: &str, label: &str, status: &str, percent: f64, pending: u32, group: &str| WeightedTaskSet {
            id: id.into(),
            label: label.into(),
            status: status.into(),
            weight: Percent::new(percent),
            desired: 4,
            pending,
            running: 4 - pending,
            target_group: Some(group.into()),
        };
    let expected = EcsTarget {
        deployment: id,
        status: "InProgress".into(),
        events: vec![
            LifecycleEvent {
                message: Some("ScriptFailed: no such table: line 7".into()),
                ..event("BeforeInstall", "Failed")
            },
            LifecycleEvent {
                started: Some(at("2026-11-21T09:40:02Z")),
                ended: Some(at("2026-11-21T09:41:02.25Z")),
                ..event("Install", "Succeeded")
            },
            event("NextYearsEvent", "NextYears"),
            event("AllowTraffic", "Pending"),
        ],
        task_sets: vec![
            set("ecs-svc/11", "Blue", "PRIMARY", 90.0, 0, "cart-blue"),
            set("ecs-svc/12", "NextYears", "ACTIVE", 10.0, 1, "cart-green"),
        ],
        updated: Some(at("2026-11-21T09:42:00Z")),
    };
    assert_eq!(found, expected, "in the order of the lifecycle, new events after what they came after");
    let body = json!({"deploymentId": "d-7KX2ABCDE", "targetIds": ["shop:cart"]});
    assert_eq!(requests.try_recv().unwrap().body, body);
}

const GROUPS: &str = r#"{"deploymentGroupsInfo":[{
  "applicationName":"AppECS-shop-cart","deploymentGroupId":"1","deploymentGroupName":"DgpECS-shop-cart","deploymentConfigName":"custom",
  "alarmConfiguration":{"enabled":true,"ignorePollAlarmFailure":true,"alarms":[{"name":"cart-5xx"},{}]},
  "autoRollbackConfiguration":{"enabled":true,"events":["DEPLOYMENT_STOP_ON_ALARM"]},
  "blueGreenDeploymentConfiguration":{"deploymentReadyOption":{"actionOnTimeout":"CONTINUE_DEPLOYMENT"},
    "terminateBlueInstancesOnDeploymentSuccess":{"action":"TERMINATE","terminationWaitTimeInMinutes":5}},
  "loadBalancerInfo":{"targetGroupPairInfoList":[{"targetGroups":[{"name":"cart-blue"},{"name":"cart-green"}],
    "prodTrafficRoute":{"listenerArns":["arn:listener/app/shop/1/80"]},"testTrafficRoute":{"listenerArns":["arn:listener/app/shop/1/8080"]}}]},
  "lastSuccessfulDeployment":{"deploymentId":"d-OLD","status":"Succeeded"},"lastAttemptedDeployment":{"deploymentId":"d-7KX2ABCDE","status":"Ready"},
  "computePlatform":"ECS","ecsServices":[{"serviceName":"cart","clusterName":"shop"},{"serviceName":"half"}]},
 {"deploymentGroupName":"bare"}]}"#;

#[tokio::test(start_paused = true)]
async fn groups() {
    let (aws, requests) = recorded(&[("BatchGetDeploymentGroups", 200, GROUPS)]).await;
    let names = ["DgpECS-shop-cart".into(), "bare".into()];
    let found = aws.codedeploy.batch_get_deployment_groups("AppECS-shop-cart", &names).await.unwrap();
    let whole = DeploymentGroup {
        id: group_id(),
        context: ContextId(0),
        services: vec![("shop".into(), "cart".into())],
        config: Some("custom".into()),
        rules: BlueGreenRules { ready: Some(ReadyAction::Continue), blue_kept_minutes: Some(5) },
        rollback: AutoRollback { enabled: true, events: vec!["DEPLOYMENT_STOP_ON_ALARM".into()] },
        alarms: AlarmRules { enabled: true, ignores_poll_failure: true, names: vec!["cart-5xx".into()] },
        target_groups: vec!["cart-blue".into(), "cart-green".into()],
        production: Some(RouteId::new("arn:listener/app/shop/1/80")),
        test: Some(RouteId::new("arn:listener/app/shop/1/8080")),
        last_attempted: Some(CodeDeployId::new("d-7KX2ABCDE")),
        last_successful: Some(CodeDeployId::new("d-OLD")),
    };
    let bare = DeploymentGroup {
        id: GroupId { name: "bare".into(), ..group_id() },
        context: ContextId(0),
        services: Vec::new(),
        config: None,
        rules: BlueGreenRules::default(),
        rollback: AutoRollback::default(),
        alarms: AlarmRules::default(),
        target_groups: Vec::new(),
        production: None,
        test: None,
        last_attempted: None,
        last_successful: None,
    };
    assert_eq!(found, [whole, bare]);
    let body =
        json!({"applicationName": "AppECS-shop-cart", "deploymentGroupNames": ["DgpECS-shop-cart", "bare"]});
    assert_eq!(requests.try_recv().unwrap().body, body);
}

#[rstest]
#[case(r#"{"type":"AllAtOnce"}"#, Routing::AllAtOnce)]
#[case(
    r#"{"type":"TimeBasedCanary","timeBasedCanary":{"canaryPercentage":10,"canaryInterval":5}}"#,
    Routing::Canary { percent: Percent::new(10.0), minutes: 5 }
)]
#[case(
    r#"{"type":"TimeBasedLinear","timeBasedLinear":{"linearPercentage":25,"linearInterval":3}}"#,
    Routing::Linear { percent: Percent::new(25.0), minutes: 3 }
)]
#[case(r#"{"type":"NextYears"}"#, Routing::Other("NextYears".into()))]
#[tokio::test(start_paused = true)]
async fn configurations(#[case] config: &str, #[case] expected: Routing) {
    let body = format!(
        r#"{{"deploymentConfigInfo":{{"deploymentConfigName":"c","computePlatform":"ECS","trafficRoutingConfig":{config}}}}}"#
    );
    let aws = canned(&[("GetDeploymentConfig", 200, &body)]).await;
    assert_eq!(aws.codedeploy.get_deployment_config("c").await.unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn the_deployments_of_a_group_come_in_pages() {
    let page = r#"{"deployments":["d-2","d-1"],"nextToken":"more"}"#;
    let (aws, requests) = recorded(&[("ListDeployments", 200, page)]).await;
    let page = aws.codedeploy.list_deployments(&group_id(), Some("page2".to_owned())).await.unwrap();
    assert_eq!(
        (page.items, page.next.as_deref()),
        (vec![CodeDeployId::new("d-2"), CodeDeployId::new("d-1")], Some("more"))
    );
    let body = json!({"applicationName": "AppECS-shop-cart", "deploymentGroupName": "DgpECS-shop-cart", "nextToken": "page2"});
    assert_eq!(requests.try_recv().unwrap().body, body);
}

#[rstest]
#[case("DeploymentDoesNotExistException", FailureKind::Missing)]
#[case("ApplicationDoesNotExistException", FailureKind::Missing)]
#[case("DeploymentNotStartedException", FailureKind::Refused)]
#[case("ThrottlingException", FailureKind::Throttled)]
#[tokio::test(start_paused = true)]
async fn a_refusal_has_its_kind(#[case] code: &str, #[case] kind: FailureKind) {
    let body = json!({"__type": code, "message": "no"}).to_string();
    let aws = canned(&[("BatchGetDeployments", 400, &body)]).await;
    let failure = aws.codedeploy.batch_get_deployments(&[CodeDeployId::new("d-1")]).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_deref()), (kind, Some(code)));
}
