//! The shapes of requests and answers, and how they are refused.

use fargate_top::simulation::{Fault, FaultEffect};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::support::{Caller, START, list, one_service, opened, text, told};
use super::logs_request;

fn calm() -> Caller {
    one_service(
        "tasks = 2, load-balancer = false, sidecars = [], logs = { rate = 2, style = \"json\", retention = 7 }",
    )
}

#[test]
fn groups_streams_and_events_have_their_members() {
    let caller = calm();
    let groups = caller.logs("DescribeLogGroups", &json!({"logGroupNamePrefix": "/ecs/"}));
    assert_eq!(list(&groups["logGroups"]).len(), 1);
    let group = &groups["logGroups"][0];
    let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/s";
    assert_eq!(
        [&group["logGroupName"], &group["logGroupArn"], &group["logGroupClass"], &group["retentionInDays"]],
        [&json!("/ecs/s"), &json!(arn), &json!("STANDARD"), &json!(7)]
    );
    assert_eq!(text(&group["arn"]), format!("{arn}:*"));
    assert!(group["creationTime"].as_i64().unwrap() < START);

    let streams = caller.logs("DescribeLogStreams", &json!({"logGroupIdentifier": arn}));
    assert_eq!(list(&streams["logStreams"]).len(), 2);
    let stream = &streams["logStreams"][0];
    let task = text(&caller.tasks("c", "s", "RUNNING")[0]["taskArn"]).rsplit('/').next().unwrap().to_owned();
    let names: Vec<_> =
        list(&streams["logStreams"]).iter().map(|stream| text(&stream["logStreamName"])).collect();
    assert!(names.contains(&&*format!("ecs/app/{task}")), "{names:?}");
    let (first, last) =
        (stream["firstEventTimestamp"].as_i64().unwrap(), stream["lastEventTimestamp"].as_i64().unwrap());
    assert!(first < last && last < START);
    assert_eq!(text(&stream["arn"]), format!("{arn}:log-stream:{}", names[0]));

    let body =
        json!({"logGroupName": "/ecs/s", "logStreamNamePrefix": "ecs/app/", "startTime": START - 60_000});
    let page = caller.logs("FilterLogEvents", &body);
    let event = &page["events"][0];
    assert_eq!(text(&event["eventId"]).len(), 56);
    assert!(names.contains(&text(&event["logStreamName"])));
    assert!(event["ingestionTime"].as_i64().unwrap() > event["timestamp"].as_i64().unwrap());
    let line: serde_json::Value = serde_json::from_str(text(&event["message"])).unwrap();
    assert_eq!(line["service"], "s");
    assert_eq!(page["searchedLogStreams"], json!([]));
}

#[test]
fn streams_are_ordered_by_name_or_time() {
    let caller = calm();
    let names = |body: serde_json::Value| {
        let answer = caller.logs("DescribeLogStreams", &body);
        let names =
            list(&answer["logStreams"]).iter().map(|stream| text(&stream["logStreamName"]).to_owned());
        names.collect::<Vec<_>>()
    };
    let up = names(json!({"logGroupName": "/ecs/s"}));
    let mut down = names(json!({"logGroupName": "/ecs/s", "descending": true}));
    down.reverse();
    assert_eq!(up, down);
    assert!(up.is_sorted());
    let by_time = json!({"logGroupName": "/ecs/s", "orderBy": "LastEventTime", "descending": true});
    assert_eq!(names(by_time.clone()).len(), 2);
    let page = caller.logs("DescribeLogStreams", &json!({"logGroupName": "/ecs/s", "limit": 1}));
    assert!(page["nextToken"].is_string());
    let mut refused = by_time;
    refused["logStreamNamePrefix"] = json!("ecs");
    assert_eq!(caller.logs_refused("DescribeLogStreams", &refused).0, "InvalidParameterException");
}

#[test]
fn what_is_not_there_is_not_found() {
    let caller = calm();
    let (code, message) = caller.logs_refused("FilterLogEvents", &json!({"logGroupName": "/ecs/none"}));
    assert_eq!((&*code, &*message), ("ResourceNotFoundException", "The specified log group does not exist."));
    for (operation, member) in [("GetLogEvents", json!("none")), ("FilterLogEvents", json!(["none"]))] {
        let name = if member.is_string() { "logStreamName" } else { "logStreamNames" };
        let (code, message) =
            caller.logs_refused(operation, &json!({"logGroupName": "/ecs/s", name: member}));
        assert_eq!(
            (&*code, &*message),
            ("ResourceNotFoundException", "The specified log stream does not exist.")
        );
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let caller = calm();
    let many: Vec<_> = (0..101).map(|number| format!("s{number}")).collect();
    for body in [
        json!({}),
        json!({"logGroupName": "/ecs/s", "logGroupIdentifier": "/ecs/s"}),
        json!({"logGroupName": "/ecs/s", "logStreamNames": many}),
        json!({"logGroupName": "/ecs/s", "logStreamNames": ["a"], "logStreamNamePrefix": "b"}),
        json!({"logGroupName": "/ecs/s", "limit": 10_001}),
        json!({"logGroupName": "/ecs/s", "limit": 0}),
        json!({"logGroupName": "/ecs/s", "startTime": 5, "endTime": 4}),
        json!({"logGroupName": "/ecs/s", "startFromHead": false}),
    ] {
        assert_eq!(caller.logs_refused("FilterLogEvents", &body).0, "InvalidParameterException", "{body}");
    }
}

#[test]
fn lines_can_be_put() {
    let mut caller = calm();
    let stream = json!({"logGroupName": "mine", "logStreamName": "one"});
    assert_eq!(caller.logs_refused("CreateLogStream", &stream).0, "ResourceNotFoundException");
    caller.logs("CreateLogGroup", &json!({"logGroupName": "mine"}));
    let again = caller.logs_refused("CreateLogGroup", &json!({"logGroupName": "mine"}));
    assert_eq!(again.0, "ResourceAlreadyExistsException");
    caller.logs("CreateLogStream", &stream);
    let put = |caller: &Caller, events: serde_json::Value| {
        let mut body = stream.clone();
        body["logEvents"] = events;
        caller.try_logs("PutLogEvents", &body)
    };
    let events =
        json!([{"timestamp": START - 20, "message": "b"}, {"timestamp": START - 10, "message": "c"}]);
    assert_eq!(put(&caller, events.clone()).0, 200);
    caller.pass(5);
    // The same again: another two events.
    assert_eq!(put(&caller, events).0, 200);
    let backwards = json!([{"timestamp": START, "message": "y"}, {"timestamp": START - 1, "message": "x"}]);
    assert_eq!(put(&caller, backwards).0, 400);
    let old = json!([{"timestamp": START - 15 * 86_400_000, "message": "old"}, {"timestamp": START, "message": "d"}]);
    let (_, answer) = put(&caller, old);
    assert_eq!(answer["rejectedLogEventsInfo"], json!({"tooOldLogEventEndIndex": 1}));
    let (events, _) = caller.filtered(&json!({"logGroupName": "mine"}));
    let told: Vec<_> = events.iter().map(|event| text(&event["message"])).collect();
    assert_eq!(told, ["b", "b", "c", "c", "d"]);
    let groups = caller.logs("DescribeLogGroups", &json!({"logGroupNamePattern": "MIN"}));
    assert_eq!(groups["logGroups"][0]["logGroupName"], "mine");
}

#[test]
fn a_request_that_is_signed_for_another_region_finds_the_groups_of_that_region() {
    let caller = one_service("tasks = 1, sidecars = [], logs = { region = \"eu-central-1\" }");
    let definition = caller.ask("DescribeTaskDefinition", &json!({"taskDefinition": "s"}));
    let options = &definition["taskDefinition"]["containerDefinitions"][0]["logConfiguration"]["options"];
    assert_eq!(options["awslogs-region"], "eu-central-1");
    let mut request = logs_request("DescribeLogGroups", &json!({}));
    let (_, here) = opened(caller.simulation.answer(caller.now, &request));
    assert_eq!(here["logGroups"], json!([]));
    let signed = "AWS4-HMAC-SHA256 Credential=x/20260921/eu-central-1/logs/aws4_request, Signature=x";
    request.headers_mut().insert("authorization", signed.parse().unwrap());
    let (_, there) = opened(caller.simulation.answer(caller.now, &request));
    let arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/ecs/s";
    assert_eq!(there["logGroups"][0]["logGroupArn"], arn);
}

#[test]
fn calls_are_throttled_as_documented() {
    let rate = |region: &str, operation: &str, body: &serde_json::Value| {
        let caller = told(&format!(
            "title = \"t\"\nthrottle = true\nregion = \"{region}\"\n[[cluster]]\nname = \"c\"\n\
             services = [{{ name = \"s\", tasks = 1, sidecars = [], logs = {{ rate = 1 }} }}]\n"
        ));
        (0..40).filter(|_| caller.try_logs(operation, body).0 == 200).count()
    };
    let filter = json!({"logGroupName": "/ecs/s", "startTime": START - 1_000});
    assert_eq!(rate("eu-central-1", "FilterLogEvents", &filter), 5);
    assert_eq!(rate("eu-west-1", "FilterLogEvents", &filter), 10);
    assert_eq!(rate("us-east-1", "FilterLogEvents", &filter), 25);
    assert_eq!(rate("eu-west-3", "DescribeLogStreams", &json!({"logGroupName": "/ecs/s"})), 25);
}

#[test]
fn a_denial_names_the_group() {
    let caller = calm();
    caller.simulation.inject(Fault::new(FaultEffect::Deny).of("FilterLogEvents"));
    let (code, message) = caller.logs_refused("FilterLogEvents", &json!({"logGroupName": "/ecs/s"}));
    assert_eq!(code, "AccessDeniedException");
    let resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/s:log-stream:";
    assert!(
        message.contains("logs:FilterLogEvents on resource: ") && message.contains(resource),
        "{message}"
    );
}
