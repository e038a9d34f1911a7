//! CloudWatch over both of its protocols: alarms, and metrics that follow the traffic.

use aws_smithy_cbor::data::Type;
use aws_smithy_cbor::{Decoder, Encoder};
use aws_smithy_types::DateTime;
use fargate_top::simulation::{Connector, Disturbance, Fault, FaultEffect, Outcome, Request};
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

use super::support::{Caller, START, START_SECONDS, list, one_service, text, told};

const START_SECOND: i64 = START / 1000;

/// The minute in which tests begin.
const MINUTE: i64 = START_SECOND / 60 * 60;

/// A body as CBOR. Whole numbers under `StartTime` and `EndTime` are moments.
fn encode(encoder: &mut Encoder, value: &Value, moment: bool) {
    match value {
        Value::Null => {
            encoder.null();
        }
        Value::Bool(flag) => {
            encoder.boolean(*flag);
        }
        Value::Number(number) => {
            let whole = number.as_i64().unwrap();
            if moment {
                encoder.timestamp(&DateTime::from_secs(whole));
            } else {
                encoder.long(whole);
            }
        }
        Value::String(text) => {
            encoder.str(text);
        }
        Value::Array(items) => {
            encoder.array(items.len());
            for item in items {
                encode(encoder, item, false);
            }
        }
        Value::Object(members) => {
            // As the SDK does it: the number of members is not told.
            encoder.begin_map();
            for (key, member) in members {
                encoder.str(key);
                encode(encoder, member, matches!(key.as_str(), "StartTime" | "EndTime"));
            }
            encoder.end();
        }
    }
}

/// An answer in CBOR; moments become whole seconds under `{"at": …}`, so that their tag is seen.
fn decode(decoder: &mut Decoder<'_>) -> Value {
    match decoder.datatype().unwrap() {
        Type::Bool => decoder.boolean().unwrap().into(),
        Type::Null => {
            decoder.null().unwrap();
            Value::Null
        }
        Type::F64 => decoder.double().unwrap().into(),
        Type::String => decoder.string().unwrap().into(),
        Type::Tag => json!({"at": decoder.timestamp().unwrap().secs()}),
        Type::Array => (0..decoder.list().unwrap().unwrap()).map(|_| decode(decoder)).collect(),
        Type::Map => {
            let mut members = Map::new();
            for _ in 0..decoder.map().unwrap().unwrap() {
                let key = decoder.string().unwrap();
                members.insert(key, decode(decoder));
            }
            Value::Object(members)
        }
        _ => decoder.long().unwrap().into(),
    }
}

fn cbor(operation: &str, body: &Value) -> Request {
    let mut encoder = Encoder::new(Vec::new());
    encode(&mut encoder, body, false);
    http::Request::post(format!("/service/GraniteServiceVersion20100801/operation/{operation}"))
        .header("smithy-protocol", "rpc-v2-cbor")
        .header("content-type", "application/cbor")
        .header("accept", "application/cbor")
        .header("x-amzn-query-mode", "true")
        .body(encoder.into_writer().into())
        .unwrap()
}

/// What the `aws` command line sends.
fn json_request(operation: &str, body: &Value) -> Request {
    http::Request::post("/")
        .header("x-amz-target", format!("GraniteServiceVersion20100801.{operation}"))
        .header("content-type", "application/x-amz-json-1.0")
        .body(body.to_string().into())
        .unwrap()
}

impl Caller {
    fn respond(&self, request: &Request) -> http::Response<bytes::Bytes> {
        match self.simulation.answer(self.now, request).outcome {
            Outcome::Respond(response) => response,
            Outcome::Stream(_) | Outcome::Drop => panic!("no answer"),
        }
    }

    /// An answer in CBOR.
    fn watch(&self, operation: &str, body: &Value) -> Value {
        let response = self.respond(&cbor(operation, body));
        assert_eq!(response.headers()["smithy-protocol"], "rpc-v2-cbor");
        assert_eq!(response.headers()["content-type"], "application/cbor");
        let answer = decode(&mut Decoder::new(response.body()));
        assert_eq!(response.status(), 200, "{operation} {body}: {answer}");
        answer
    }

    /// The type of an error in CBOR and the code that the query protocol had for it.
    fn watch_refused(&self, operation: &str, body: &Value) -> (String, String) {
        let response = self.respond(&cbor(operation, body));
        assert_eq!(response.status(), 400);
        let old = response.headers()["x-amzn-query-error"].to_str().unwrap().to_owned();
        let answer = decode(&mut Decoder::new(response.body()));
        assert!(!text(&answer["message"]).is_empty());
        (text(&answer["__type"]).to_owned(), old)
    }

    /// The points of a metric of a target group from so many minutes ago up to now, oldest first.
    pub fn points(&self, group: &str, metric: &str, stat: &str, minutes: i64) -> Vec<(i64, f64)> {
        let end = self.now / 60_000 * 60;
        let body = json!({"MetricDataQueries": [query("m", &self.group_dimensions(group), metric, stat, 60)],
                          "StartTime": end - minutes * 60, "EndTime": end, "ScanBy": "TimestampAscending"});
        let result = self.watch("GetMetricData", &body)["MetricDataResults"][0].clone();
        assert_eq!(result["StatusCode"], "Complete");
        let times = list(&result["Timestamps"]).iter().map(|at| at["at"].as_i64().unwrap());
        times.zip(list(&result["Values"]).iter().map(|value| value.as_f64().unwrap())).collect()
    }

    /// The dimensions of a target group by its ARN.
    fn group_dimensions(&self, group: &str) -> Value {
        let xml = self.elb("DescribeTargetGroups", &[("TargetGroupArns.member.1", group)]);
        let balancer = super::balancer::one(&xml, "LoadBalancerArns");
        let balancer = super::balancer::one(&balancer, "member");
        let tail = |arn: &str, before: &str| arn.split_once(before).unwrap().1.to_owned();
        json!([{"Name": "TargetGroup", "Value": "targetgroup/".to_owned() + &tail(group, ":targetgroup/")},
               {"Name": "LoadBalancer", "Value": tail(&balancer, ":loadbalancer/")}])
    }

    /// The first and the second target group of the service `s`.
    fn pair(&self) -> [String; 2] {
        let balancer = self.service("c", "s")["loadBalancers"][0].clone();
        let second = &balancer["advancedConfiguration"]["alternateTargetGroupArn"];
        [text(&balancer["targetGroupArn"]).to_owned(), text(second).to_owned()]
    }
}

fn query(id: &str, dimensions: &Value, metric: &str, stat: &str, period: i64) -> Value {
    let metric = json!({"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": dimensions});
    json!({"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, "ReturnData": true})
}

fn sum(points: &[(i64, f64)]) -> f64 {
    points.iter().map(|(_, value)| value).sum()
}

const CANARY: &str = "title = \"t\"\npast = \"40m\"\n[[cluster]]\nname = \"c\"\nservices = [{ name = \"s\", tasks = 2, \
    load-balancer = true, pull = \"4s\", requests = 1000, tests = 20, errors = 0.5, latency = \"80ms\", \
    green = { errors = 5.0, latency = \"240ms\" }, strategy = \"canary\", step = 10, step-bake = \"60m\", \
    behaviour = \"rolling\", since = \"30m\" }]";

#[test]
fn both_protocols_give_the_same_answer() {
    let caller = told(
        "title = \"t\"\n[[alarm]]\nname = \"a\"\n[[alarm]]\nname = \"b\"\nstate = \"alarm\"\nsince = \"5m\"\n\
         [[alarm]]\nname = \"both\"\nrule = \"ALARM(\\\"a\\\") AND ALARM(\\\"b\\\")\"\n[[alarm]]\nname = \"gone\"\n\
         state = \"missing\"\n",
    );
    let names = json!({"AlarmNames": ["a", "b", "both", "gone"]});
    let answer = caller.watch("DescribeAlarms", &names);
    let shown = |answer: &Value, kind: &str| -> Vec<(String, String)> {
        let of =
            |alarm: &Value| (text(&alarm["AlarmName"]).to_owned(), text(&alarm["StateValue"]).to_owned());
        list(&answer[kind]).iter().map(of).collect()
    };
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    // Without types there are no composite alarms, and a name that does not exist is simply not there.
    assert_eq!(shown(&answer, "MetricAlarms"), pairs(&[("a", "OK"), ("b", "ALARM")]));
    assert_eq!(shown(&answer, "CompositeAlarms"), []);
    let firing = &answer["MetricAlarms"][1];
    assert_eq!(firing["StateUpdatedTimestamp"], json!({"at": START_SECOND - 300}));
    assert!(firing["Threshold"].is_f64() && firing["Period"].is_i64(), "{firing}");
    let every = json!({"AlarmTypes": ["MetricAlarm", "CompositeAlarm", "LogAlarm"], "MaxRecords": 2});
    let first = caller.watch("DescribeAlarms", &every);
    assert_eq!(shown(&first, "MetricAlarms").len(), 2);
    let mut second = every.clone();
    second["NextToken"] = first["NextToken"].clone();
    let second = caller.watch("DescribeAlarms", &second);
    assert_eq!(shown(&second, "CompositeAlarms"), pairs(&[("both", "OK")]));
    assert_eq!(second["CompositeAlarms"][0]["AlarmRule"], "ALARM(\"a\") AND ALARM(\"b\")");
    let alarm = caller.watch("DescribeAlarms", &json!({"StateValue": "ALARM"}));
    assert_eq!(shown(&alarm, "MetricAlarms").len(), 1);

    let response = caller.respond(&json_request("DescribeAlarms", &names));
    let plain: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(plain["MetricAlarms"][1]["StateUpdatedTimestamp"].as_f64(), Some(START_SECONDS - 300.0));
    assert_eq!(shown(&plain, "MetricAlarms"), shown(&answer, "MetricAlarms"));
    let calls = caller.simulation.calls();
    assert!(calls.iter().all(|call| call.service == "cloudwatch" && call.operation == "DescribeAlarms"));
    assert_eq!(calls[0].body, names);
}

#[tokio::test]
async fn the_sdk_understands_what_is_sent() {
    use aws_sdk_cloudwatch::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
    use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
    let caller = told(CANARY);
    caller.disturb(Disturbance::TurnAlarm { alarm: "a".into(), state: "ALARM".into() });
    let config = aws_sdk_cloudwatch::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("x", "y", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(Connector::new(caller.simulation.clone(), || START))
        .build();
    let client = aws_sdk_cloudwatch::Client::from_conf(config);
    let alarms = client.describe_alarms().alarm_names("a").alarm_names("b").send().await.unwrap();
    let alarm = &alarms.metric_alarms()[0];
    assert_eq!((alarms.metric_alarms().len(), alarm.alarm_name()), (1, Some("a")));
    assert_eq!(alarm.state_updated_timestamp().unwrap().secs(), START_SECOND);
    assert_eq!((alarm.threshold(), alarm.period()), (Some(90.0), Some(60)));
    let dimensions = caller.group_dimensions(&caller.pair()[1]);
    let dimensions = list(&dimensions)
        .iter()
        .map(|pair| Dimension::builder().name(text(&pair["Name"])).value(text(&pair["Value"])).build());
    let metric = Metric::builder()
        .namespace("AWS/ApplicationELB")
        .metric_name("TargetResponseTime")
        .set_dimensions(Some(dimensions.collect()))
        .build();
    let stat = MetricStat::builder().metric(metric).period(60).stat("p95").build();
    let query = MetricDataQuery::builder().id("m").metric_stat(stat).build();
    let (end, minutes) = (DateTime::from_secs(START_SECOND), DateTime::from_secs(START_SECOND - 600));
    let data = client.get_metric_data().metric_data_queries(query).start_time(minutes).end_time(end);
    let data = data.send().await.unwrap();
    let result = &data.metric_data_results()[0];
    assert_eq!((result.id(), result.values().len(), result.timestamps().len()), (Some("m"), 11, 11));
    let empty = client.get_metric_data().start_time(minutes).end_time(end).send().await.unwrap_err();
    assert_eq!(empty.into_service_error().meta().code(), Some("InvalidParameterValue"));
    caller.simulation.inject(Fault::new(FaultEffect::Throttle));
    let throttled = client.describe_alarms().send().await.unwrap_err();
    assert_eq!(throttled.into_service_error().meta().code(), Some("Throttling"));
}

#[test]
fn what_is_wrong_is_refused_in_cbor() {
    let caller = one_service("tasks = 1, load-balancer = true");
    let many: Vec<_> = (0..101).map(|n| format!("a{n}")).collect();
    let invalid = ("InvalidParameterValueException".to_owned(), "InvalidParameterValue;Sender".to_owned());
    assert_eq!(caller.watch_refused("DescribeAlarms", &json!({"AlarmNames": many})), invalid);
    assert_eq!(caller.watch_refused("DescribeAlarms", &json!({"MaxRecords": 101})), invalid);
    let token = caller.watch_refused("DescribeAlarms", &json!({"NextToken": "made up"}));
    assert_eq!(token, ("InvalidNextToken".into(), "InvalidNextToken;Sender".into()));
    let span = |queries: Value| json!({"MetricDataQueries": queries, "StartTime": 0, "EndTime": 600});
    let none = json!([]);
    let good = query("m1", &none, "RequestCount", "Sum", 60);
    let wrong = |member: &str, value: Value| {
        let mut query = good.clone();
        query[member] = value;
        span(json!([query]))
    };
    for body in [
        span(json!([])),
        span(json!(vec![good.clone(); 501])),
        span(json!([good.clone(), good.clone()])),
        wrong("Id", json!("M1")),
        wrong("Expression", json!("m1 * 2")),
        span(json!([query("m1", &none, "RequestCount", "Middle", 60)])),
        span(json!([query("m1", &none, "RequestCount", "Sum", 61)])),
        json!({"MetricDataQueries": [good.clone()], "StartTime": 600, "EndTime": 600}),
    ] {
        assert_eq!(caller.watch_refused("GetMetricData", &body), invalid, "{body}");
    }
    let unknown = caller.watch_refused("PutDashboard", &json!({}));
    assert_eq!(unknown.0, "UnknownOperationException");
    let throttled = caller.simulation.inject(Fault::new(FaultEffect::Throttle));
    let throttling = caller.watch_refused("DescribeAlarms", &json!({}));
    assert_eq!(throttling, ("ThrottlingException".into(), "Throttling;Sender".into()));
    caller.simulation.clear(throttled);
    caller.simulation.inject(Fault::new(FaultEffect::Deny));
    assert_eq!(caller.watch_refused("DescribeAlarms", &json!({})).0, "AccessDeniedException");
}

#[test]
fn alarms_can_be_asked_for_nine_times_a_second() {
    let mut caller = told("title = \"t\"\nthrottle = true\n");
    let taken = |caller: &Caller| {
        (0..20).filter(|_| caller.respond(&cbor("DescribeAlarms", &json!({}))).status() == 200).count()
    };
    assert_eq!(taken(&caller), 9);
    caller.pass(1);
    assert_eq!(taken(&caller), 9);
}

#[test]
fn requests_follow_the_weights_and_errors_the_revision() {
    let caller = told(CANARY);
    let [blue, green] = caller.pair();
    let (of_blue, of_green) =
        (caller.points(&blue, "RequestCount", "Sum", 20), caller.points(&green, "RequestCount", "Sum", 20));
    assert_eq!((of_blue.len(), of_green.len()), (20, 20));
    // A tenth of a thousand and twenty testers a minute.
    let (blue_sum, green_sum) = (sum(&of_blue), sum(&of_green));
    assert!((blue_sum / 20.0 - 900.0).abs() < 40.0, "{blue_sum}");
    assert!((green_sum / 20.0 - 120.0).abs() < 10.0, "{green_sum}");
    let errors = |group: &str| sum(&caller.points(group, "HTTPCode_Target_5XX_Count", "Sum", 20));
    let rate = |errors: f64, requests: f64| errors / requests * 100.0;
    let (blue_rate, green_rate) = (rate(errors(&blue), blue_sum), rate(errors(&green), green_sum));
    assert!((blue_rate - 0.5).abs() < 0.15 && (green_rate - 5.0).abs() < 1.0, "{blue_rate} {green_rate}");
    let good = |group: &str| sum(&caller.points(group, "HTTPCode_Target_2XX_Count", "Sum", 20));
    assert!((good(&green) + errors(&green) - green_sum).abs() < 0.1);
    let p95 = |group: &str| caller.points(group, "TargetResponseTime", "p95", 20)[10].1;
    let average = |group: &str| caller.points(group, "TargetResponseTime", "Average", 20)[10].1;
    assert!(p95(&green) > 2.0 * p95(&blue) && p95(&blue) > average(&blue), "{} {}", p95(&green), p95(&blue));
    assert_eq!(format!("{:?}", caller.points(&green, "HealthyHostCount", "Minimum", 5)[0].1), "2.0");
    assert!(caller.points(&green, "UnHealthyHostCount", "Maximum", 5).iter().all(|(_, count)| *count == 0.0));
}

#[test]
fn before_a_target_group_had_traffic_there_are_no_points() {
    // Testers come first: green waits for its first step.
    let pause = "hooks = [{ stages = [\"POST_TEST_TRAFFIC_SHIFT\"] }], behaviour";
    let caller = told(&CANARY.replace("behaviour", pause));
    let [blue, green] = caller.pair();
    assert_eq!(caller.points(&blue, "RequestCount", "Sum", 40).len(), 40);
    let points = caller.points(&green, "RequestCount", "Sum", 40);
    assert!(points[0].0 > START_SECOND - 30 * 60, "{points:?}");
    assert!(points.iter().all(|(_, count)| *count <= 21.0), "{points:?}");
}

#[test]
fn minutes_of_the_past_stay_what_they_were() {
    let mut caller = told(CANARY);
    let groups = caller.pair();
    let known = |caller: &Caller, end: i64| -> Vec<(i64, f64)> {
        let both = groups.iter().flat_map(|group| {
            ["RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime"]
                .map(|metric| caller.points(group, metric, "Sum", 60))
        });
        both.flatten().filter(|(at, _)| *at < end && *at >= MINUTE - 1200).collect()
    };
    let before = known(&caller, MINUTE);
    assert!(before.len() > 60);
    let arn = caller.deployments("c", "s")[0]["serviceDeploymentArn"].clone();
    caller.ask("StopServiceDeployment", &json!({"serviceDeploymentArn": arn}));
    caller.pass(1500);
    assert_eq!(known(&caller, MINUTE), before);
    assert!(caller.points(&groups[1], "RequestCount", "Sum", 10).is_empty(), "green is gone");
}

#[test]
fn periods_add_minutes_up_and_the_newest_comes_first() {
    let caller = told(CANARY);
    let [blue, _] = caller.pair();
    let dimensions = caller.group_dimensions(&blue);
    let end = START_SECOND / 300 * 300;
    let ask = |period: i64, scan: &str| {
        let body = json!({"MetricDataQueries": [query("m", &dimensions, "RequestCount", "Sum", period)],
                          "StartTime": end - 600, "EndTime": end, "ScanBy": scan});
        caller.watch("GetMetricData", &body)["MetricDataResults"][0].clone()
    };
    let (fine, coarse) = (ask(60, "TimestampAscending"), ask(300, "TimestampDescending"));
    let numbers =
        |values: &Value| -> Vec<f64> { list(values).iter().map(|value| value.as_f64().unwrap()).collect() };
    assert_eq!(coarse["Timestamps"], json!([{"at": end - 300}, {"at": end - 600}]));
    let minutes = numbers(&fine["Values"]);
    assert_eq!(numbers(&coarse["Values"]), [minutes[5..].iter().sum::<f64>(), minutes[..5].iter().sum()]);
    assert_eq!(list(&fine["Timestamps"]).first(), Some(&json!({"at": end - 600})), "the end is outside");
    // A metric that does not exist has no points, which is no error; neither is a period that is too fine.
    let nothing = query("m", &json!([]), "RequestCount", "Sum", 60);
    let old = query("n", &dimensions, "RequestCount", "Sum", 60);
    let body = json!({"MetricDataQueries": [nothing, old], "StartTime": end - 20 * 86_400, "EndTime": end});
    for result in list(&caller.watch("GetMetricData", &body)["MetricDataResults"]) {
        assert_eq!((&result["Values"], &result["StatusCode"]), (&json!([]), &json!("Complete")));
    }
}

#[test]
fn metrics_are_listed_and_services_have_theirs() {
    let caller = one_service("tasks = 2, load-balancer = true, load = [120]");
    let all = caller.watch("ListMetrics", &json!({}));
    assert_eq!(list(&all["Metrics"]).len(), 8);
    let filter = json!({"Namespace": "AWS/ECS", "Dimensions": [{"Name": "ServiceName", "Value": "s"}]});
    let found = caller.watch("ListMetrics", &filter)["Metrics"].clone();
    assert_eq!(list(&found).len(), 2);
    let stat = json!({"Metric": found[0], "Period": 60, "Stat": "Average"});
    let body = json!({"MetricDataQueries": [{"Id": "cpu", "MetricStat": stat}],
                      "StartTime": START_SECOND - 300, "EndTime": START_SECOND});
    let result = caller.watch("GetMetricData", &body)["MetricDataResults"][0].clone();
    assert_eq!((&result["Label"], &result["Values"][0]), (&json!("CPUUtilization"), &json!(60.0)));
}

#[test]
fn the_alarms_of_target_tracking_are_there() {
    let caller =
        one_service("tasks = 4, scaling = { min = 2, max = 4, cpu = 60 }, load = [360], load-step = \"1m\"");
    let states = |caller: &Caller| -> Vec<String> {
        let answer =
            caller.watch("DescribeAlarms", &json!({"AlarmNamePrefix": "TargetTracking-service/c/s-"}));
        list(&answer["MetricAlarms"]).iter().map(|alarm| text(&alarm["StateValue"]).to_owned()).collect()
    };
    assert_eq!(states(&caller), ["ALARM", "OK"]);
    caller.disturb(Disturbance::TurnAlarm { alarm: "new".into(), state: "INSUFFICIENT_DATA".into() });
    let answer = caller.watch("DescribeAlarms", &json!({"AlarmNames": ["new"]}));
    assert_eq!(answer["MetricAlarms"][0]["StateValue"], "INSUFFICIENT_DATA");
}
