//! Alarms and counted requests of CloudWatch, from answers in its binary shape.

use fargate_top::aws::cloudwatch::{Count, Counted, Points};
use fargate_top::fleet::alarm::{Alarm, AlarmState};
use fargate_top::fleet::topic::FailureKind;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::at;
use super::canned::recorded_bytes;
use super::wire::cbor;

#[tokio::test(start_paused = true)]
async fn alarms_of_all_kinds() {
    let answer = cbor(&json!({
        "MetricAlarms": [
            {"AlarmName": "cart-5xx", "StateValue": "ALARM", "StateReason": "Threshold Crossed",
             "StateUpdatedTimestamp": {"seconds": 1_795_254_060}, "StateTransitionedTimestamp": {"seconds": 1_795_254_000}},
            {"AlarmName": "cart-p95", "StateValue": "INSUFFICIENT_DATA", "StateReason": "",
             "StateUpdatedTimestamp": {"seconds": 1_795_254_060}}],
        "CompositeAlarms": [{"AlarmName": "cart-all", "StateValue": "OK"}],
        "LogAlarms": [{"AlarmName": "cart-log", "StateValue": "NEXT_YEARS"}],
        "NextToken": "more"
    }));
    let (aws, requests) = recorded_bytes(vec![("DescribeAlarms", 200, answer)]).await;
    let names = ["cart-5xx", "cart-p95", "cart-all", "cart-log", "gone"].map(Into::into);
    let page = aws.cloudwatch.describe_alarms(&names, None).await.unwrap();
    let alarm = |name: &str, state| Alarm { name: name.into(), state, reason: None, since: None };
    let expected = [
        Alarm {
            reason: Some("Threshold Crossed".into()),
            since: Some(at("2026-11-21T09:40:00Z")),
            ..alarm("cart-5xx", AlarmState::Alarm)
        },
        Alarm { since: Some(at("2026-11-21T09:41:00Z")), ..alarm("cart-p95", AlarmState::InsufficientData) },
        alarm("cart-all", AlarmState::Ok),
        alarm("cart-log", AlarmState::Other("NEXT_YEARS".into())),
    ];
    assert_eq!((page.items.as_slice(), page.next.as_deref()), (&expected[..], Some("more")));
    let asked = requests.try_recv().unwrap();
    assert!(asked.target.ends_with("/service/GraniteServiceVersion20100801/operation/DescribeAlarms"));
    let body = json!({"AlarmNames": ["cart-5xx", "cart-p95", "cart-all", "cart-log", "gone"],
        "AlarmTypes": ["MetricAlarm", "CompositeAlarm", "LogAlarm"], "MaxRecords": 100});
    assert_eq!(asked.body, body);
}

#[tokio::test(start_paused = true)]
async fn requests_are_counted_by_target_group() {
    let answer = cbor(&json!({"MetricDataResults": [
        {"Id": "q1", "StatusCode": "Complete", "Timestamps": [{"seconds": 1_795_254_000}, {"seconds": 1_795_254_060}], "Values": [0.25, 0.5]},
        {"Id": "odd", "Timestamps": [{"seconds": 1_795_254_000}], "Values": [1.0]},
        {"Id": "q0", "StatusCode": "Complete", "Timestamps": [], "Values": []}]}));
    let (aws, requests) = recorded_bytes(vec![("GetMetricData", 200, answer)]).await;
    let count = |counted| Count {
        balancer: "app/shop/50dc".into(),
        group: "targetgroup/cart-blue/73e2".into(),
        counted,
    };
    let counts = [Counted::Errors, Counted::P95].map(count);
    let (start, end) = (at("2026-11-21T09:40:00Z"), at("2026-11-21T09:42:00Z"));
    let page = aws.cloudwatch.get_metric_data(&counts, start, end, None).await.unwrap();
    let expected = [
        Points { of: 1, points: vec![(start, 0.25), (at("2026-11-21T09:41:00Z"), 0.5)], complete: true },
        Points { of: 0, points: Vec::new(), complete: true },
    ];
    assert_eq!((page.items.as_slice(), page.next), (&expected[..], None));
    let query = |id: &str, metric: &str, stat: &str| {
        json!({"Id": id, "ReturnData": true, "MetricStat": {"Period": 60, "Stat": stat,
            "Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": [
                {"Name": "LoadBalancer", "Value": "app/shop/50dc"}, {"Name": "TargetGroup", "Value": "targetgroup/cart-blue/73e2"}]}}})
    };
    let body = json!({
        "MetricDataQueries": [
            query("q0", "HTTPCode_Target_5XX_Count", "Sum"),
            query("q1", "TargetResponseTime", "p95")],
        "StartTime": {"seconds": 1_795_254_000}, "EndTime": {"seconds": 1_795_254_120}, "ScanBy": "TimestampAscending"});
    assert_eq!(requests.try_recv().unwrap().body, body);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_the_rate_is_known_in_this_protocol_too() {
    let answer =
        cbor(&json!({"__type": "com.amazonaws.cloudwatch#ThrottlingException", "message": "Rate exceeded"}));
    let (aws, _requests) = recorded_bytes(vec![("DescribeAlarms", 400, answer)]).await;
    let failure = aws.cloudwatch.describe_alarms(&["a".into()], None).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Throttled, "{failure:?}");
}
