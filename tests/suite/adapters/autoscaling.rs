//! Whole objects of Application Auto Scaling, from answers in AWS's shape.

use fargate_top::fleet::scaling::{
    ActivityStatus, Number, PolicyKind, ResourceId, ScalableTarget, ScalingActivity, ScalingPolicy,
    ScheduledAction, Suspension,
};
use fargate_top::fleet::topic::FailureKind;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::canned::{canned, recorded};
use super::{at, cluster, service};

fn cart() -> ResourceId {
    ResourceId::of(&cluster("shop"), &service("shop", "cart"))
}

const TARGETS: &str = r#"{"ScalableTargets":[{"ServiceNamespace":"ecs","ResourceId":"service/shop/cart",
  "ScalableDimension":"ecs:service:DesiredCount","MinCapacity":4,"MaxCapacity":10,"RoleARN":"arn:aws:iam::123456789012:role/x",
  "CreationTime":1795254000.125,"SuspendedState":{"DynamicScalingInSuspended":true,"DynamicScalingOutSuspended":false,"ScheduledScalingSuspended":true},
  "ScalableTargetARN":"arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/1"},
 {"ServiceNamespace":"ecs","ResourceId":"service/shop/web","ScalableDimension":"ecs:service:DesiredCount","MinCapacity":0,"MaxCapacity":2,
  "RoleARN":"r","CreationTime":1795254000}]}"#;

#[tokio::test(start_paused = true)]
async fn scalable_targets() {
    let (aws, requests) = recorded(&[("DescribeScalableTargets", 200, TARGETS)]).await;
    let web = ResourceId::of(&cluster("shop"), &service("shop", "web"));
    let found = aws.autoscaling.scalable_targets(&[cart(), web.clone()]).await.unwrap();
    let suspended = Suspension { scale_in: true, scale_out: false, scheduled: true };
    let first = ScalableTarget {
        min: 4,
        max: 10,
        suspension: suspended,
        created: Some(at("2026-11-21T09:40:00.125Z")),
    };
    let second = ScalableTarget {
        min: 0,
        max: 2,
        suspension: Suspension::default(),
        created: Some(at("2026-11-21T09:40:00Z")),
    };
    assert!(!suspended.is_none() && !suspended.is_all() && second.suspension.is_none());
    assert_eq!(found, [(cart(), first), (web, second)]);
    let asked = requests.try_recv().unwrap();
    assert_eq!(asked.target, "AnyScaleFrontendService.DescribeScalableTargets");
    let body = json!({"ServiceNamespace": "ecs", "ResourceIds": ["service/shop/cart", "service/shop/web"],
        "ScalableDimension": "ecs:service:DesiredCount"});
    assert_eq!(asked.body, body);
}

const POLICIES: &str = r#"{"NextToken":"more","ScalingPolicies":[
 {"PolicyARN":"p1","PolicyName":"cpu","ServiceNamespace":"ecs","ResourceId":"service/shop/cart","ScalableDimension":"ecs:service:DesiredCount",
  "PolicyType":"TargetTrackingScaling","CreationTime":1795254000,
  "TargetTrackingScalingPolicyConfiguration":{"TargetValue":60.5,"DisableScaleIn":true,
    "PredefinedMetricSpecification":{"PredefinedMetricType":"ECSServiceAverageCPUUtilization"}},
  "Alarms":[{"AlarmName":"cpu-high","AlarmARN":"a1"},{"AlarmName":"cpu-low","AlarmARN":"a2"}]},
 {"PolicyARN":"p2","PolicyName":"queue","ServiceNamespace":"ecs","ResourceId":"service/shop/cart","ScalableDimension":"ecs:service:DesiredCount",
  "PolicyType":"TargetTrackingScaling","CreationTime":1795254000,
  "TargetTrackingScalingPolicyConfiguration":{"TargetValue":100,
    "CustomizedMetricSpecification":{"MetricName":"Backlog","Namespace":"Shop","Statistic":"Average"}}},
 {"PolicyARN":"p3","PolicyName":"math","ServiceNamespace":"ecs","ResourceId":"service/shop/cart","ScalableDimension":"ecs:service:DesiredCount",
  "PolicyType":"TargetTrackingScaling","CreationTime":1795254000,
  "TargetTrackingScalingPolicyConfiguration":{"TargetValue":1,"CustomizedMetricSpecification":{"Metrics":[{"Id":"m1"}]}}},
 {"PolicyARN":"p4","PolicyName":"steps","ServiceNamespace":"ecs","ResourceId":"service/shop/cart","ScalableDimension":"ecs:service:DesiredCount",
  "PolicyType":"StepScaling","CreationTime":1795254000,"StepScalingPolicyConfiguration":{"AdjustmentType":"ChangeInCapacity"}},
 {"PolicyARN":"p5","PolicyName":"forecast","ServiceNamespace":"ecs","ResourceId":"service/shop/cart","ScalableDimension":"ecs:service:DesiredCount",
  "PolicyType":"PredictiveScaling","CreationTime":1795254000},
 {"PolicyARN":"p6","PolicyName":"odd","ServiceNamespace":"ecs","ResourceId":"service/shop/cart","ScalableDimension":"ecs:service:DesiredCount",
  "PolicyType":"NextYears","CreationTime":1795254000}]}"#;

#[tokio::test(start_paused = true)]
async fn scaling_policies() {
    let aws = canned(&[("DescribeScalingPolicies", 200, POLICIES)]).await;
    let page = aws.autoscaling.scaling_policies(&cart(), None).await.unwrap();
    let policy = |name: &str, kind: PolicyKind, alarms: &[&str]| ScalingPolicy {
        name: name.into(),
        kind,
        alarms: alarms.iter().map(|alarm| (*alarm).into()).collect(),
    };
    let tracking = |metric: &str, target: f64, scale_in_disabled: bool| PolicyKind::TargetTracking {
        metric: metric.into(),
        target: Number(target),
        scale_in_disabled,
    };
    let expected = [
        policy("cpu", tracking("ECSServiceAverageCPUUtilization", 60.5, true), &["cpu-high", "cpu-low"]),
        policy("queue", tracking("Shop Backlog", 100.0, false), &[]),
        policy("math", tracking("metric math", 1.0, false), &[]),
        policy("steps", PolicyKind::Step, &[]),
        policy("forecast", PolicyKind::Predictive, &[]),
        policy("odd", PolicyKind::Other("NextYears".into()), &[]),
    ];
    assert_eq!(page.items, expected);
    assert_eq!(page.next.as_deref(), Some("more"));
}

const ACTIVITIES: &str = r#"{"ScalingActivities":[
 {"ActivityId":"a1","ServiceNamespace":"ecs","ResourceId":"service/shop/cart","ScalableDimension":"ecs:service:DesiredCount",
  "Description":"Setting desired count to 10.","Cause":"monitor alarm cpu-high in state ALARM triggered policy cpu","StartTime":1795254000,
  "EndTime":1795254030,"StatusCode":"Successful","StatusMessage":"Successfully set desired count to 10. Change successfully fulfilled by ecs."},
 {"ActivityId":"a2","ServiceNamespace":"ecs","ResourceId":"service/shop/cart","ScalableDimension":"ecs:service:DesiredCount",
  "Description":"Attempting to scale due to alarm triggered","Cause":"monitor alarm cpu-high in state ALARM triggered policy cpu","StartTime":1795254060,
  "StatusCode":"NextYears","NotScaledReasons":[{"Code":"AlreadyAtMaxCapacity","MaxCapacity":10,"CurrentCapacity":10}]}]}"#;

#[tokio::test(start_paused = true)]
async fn scaling_activities_with_those_that_scaled_nothing() {
    let (aws, requests) = recorded(&[("DescribeScalingActivities", 200, ACTIVITIES)]).await;
    let found = aws.autoscaling.scaling_activities(&cart(), 20).await.unwrap();
    let cause = "monitor alarm cpu-high in state ALARM triggered policy cpu";
    let newest = ScalingActivity {
        id: "a2".into(),
        at: at("2026-11-21T09:41:00Z"),
        ended: None,
        status: ActivityStatus::Other("NextYears".into()),
        description: "Attempting to scale due to alarm triggered".into(),
        cause: cause.into(),
        message: None,
        reasons_not_scaled: vec!["AlreadyAtMaxCapacity".into()],
    };
    let oldest = ScalingActivity {
        id: "a1".into(),
        at: at("2026-11-21T09:40:00Z"),
        ended: Some(at("2026-11-21T09:40:30Z")),
        status: ActivityStatus::Successful,
        description: "Setting desired count to 10.".into(),
        cause: cause.into(),
        message: Some("Successfully set desired count to 10. Change successfully fulfilled by ecs.".into()),
        reasons_not_scaled: Vec::new(),
    };
    assert_eq!(found, [newest, oldest], "newest first");
    let body = json!({"ServiceNamespace": "ecs", "ResourceId": "service/shop/cart", "MaxResults": 20,
        "ScalableDimension": "ecs:service:DesiredCount", "IncludeNotScaledActivities": true});
    assert_eq!(requests.try_recv().unwrap().body, body);
}

const SCHEDULED: &str = r#"{"ScheduledActions":[
 {"ScheduledActionName":"night","ScheduledActionARN":"s1","ServiceNamespace":"ecs","ResourceId":"service/shop/cart",
  "ScalableDimension":"ecs:service:DesiredCount","Schedule":"cron(0 22 * * ? *)","Timezone":"Europe/Berlin","CreationTime":1795254000,
  "ScalableTargetAction":{"MinCapacity":1,"MaxCapacity":2}},
 {"ScheduledActionName":"once","ScheduledActionARN":"s2","ServiceNamespace":"ecs","ResourceId":"service/shop/cart",
  "ScalableDimension":"ecs:service:DesiredCount","Schedule":"at(2026-12-24T18:00:00)","CreationTime":1795254000,
  "ScalableTargetAction":{"MinCapacity":0}}]}"#;

#[tokio::test(start_paused = true)]
async fn scheduled_actions() {
    let aws = canned(&[("DescribeScheduledActions", 200, SCHEDULED)]).await;
    let page = aws.autoscaling.scheduled_actions(&cart(), None).await.unwrap();
    let night = ScheduledAction {
        name: "night".into(),
        schedule: "cron(0 22 * * ? *)".into(),
        timezone: Some("Europe/Berlin".into()),
        min: Some(1),
        max: Some(2),
    };
    let once = ScheduledAction {
        name: "once".into(),
        schedule: "at(2026-12-24T18:00:00)".into(),
        timezone: None,
        min: Some(0),
        max: None,
    };
    assert_eq!((page.items, page.next), (vec![night, once], None));
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_the_one_that_autoscaling_names() {
    let body = r#"{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::1:user/a is not authorized to perform: application-autoscaling:DescribeScalableTargets because no identity-based policy allows it"}"#;
    let aws = canned(&[("DescribeScalableTargets", 400, body)]).await;
    let failure = aws.autoscaling.scalable_targets(&[cart()]).await.unwrap_err();
    let action = Some("application-autoscaling:DescribeScalableTargets".into());
    assert_eq!(failure.kind, FailureKind::Denied { action });
}
