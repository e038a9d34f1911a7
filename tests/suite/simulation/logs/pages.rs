//! Pages of events: complete, in order, within their limits, the same each time.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::super::support::{Caller, START, list, one_service, story, text};
use super::{all, distinct};

const FLOOD: &str = "/ecs/pixel-gateway";

/// The flood when all of it has come.
fn flooded() -> Caller {
    let mut caller = story("flood");
    caller.pass(80);
    caller
}

#[test]
fn a_minute_of_two_thousand_lines_a_second_is_paged_to_the_end() {
    let caller = flooded();
    let (from, to) = (START, START + 60_000);
    let truth = caller.simulation.written(caller.now, FLOOD, from, to);
    let twice = truth.len() - 120_000;
    assert!((1_000..5_000).contains(&twice), "{twice} events were sent twice");
    let body = json!({"logGroupName": FLOOD, "startTime": from, "endTime": to});
    let (events, sizes) = caller.filtered(&body);
    let ids = all(&events, "eventId");
    assert_eq!(distinct(&ids).len(), truth.len());
    assert!(ids.iter().zip(&truth).all(|(id, written)| *id == written.event_id));
    assert_eq!(text(&events[777]["message"]), truth[777].message);
    assert!(sizes.iter().all(|size| *size <= 10_000) && sizes.len() > 12, "{sizes:?}");
    assert!(sizes.contains(&0), "some page is empty: {sizes:?}");
    let streams = distinct(&all(&events, "logStreamName")).len();
    assert_eq!(streams, 40);
}

#[test]
fn lines_come_late_out_of_order_and_at_the_same_moment() {
    let caller = flooded();
    let truth = caller.simulation.written(caller.now, FLOOD, START, START + 60_000);
    let delays: Vec<_> = truth.iter().map(|event| event.ingested - event.timestamp).collect();
    assert!(delays.iter().all(|delay| (1_000..=12_500).contains(delay)));
    assert!(delays.iter().any(|delay| *delay > 9_000));
    let late = truth.windows(2).filter(|pair| pair[0].ingested > pair[1].ingested).count();
    assert!(late > 10_000, "{late}");
    let same = truth.windows(2).filter(|pair| pair[0].timestamp == pair[1].timestamp).count();
    assert!(same > 10_000, "{same}");
    // What came by a moment is what an earlier question found.
    let earlier = Caller { simulation: story("flood").simulation, now: START + 30_000 };
    let (events, _) = earlier.filtered(&json!({"logGroupName": FLOOD, "startTime": START}));
    let ids: Vec<_> =
        truth.iter().filter(|event| event.ingested <= START + 30_000).map(|event| &*event.event_id).collect();
    assert_eq!(all(&events, "eventId"), ids);
}

#[test]
fn newest_first_is_the_same_the_other_way_round() {
    let caller = flooded();
    let mut body = json!({"logGroupName": FLOOD, "startTime": START + 10_000, "endTime": START + 20_000});
    let (mut oldest_first, _) = caller.filtered(&body);
    body["startFromHead"] = json!(false);
    let (newest_first, sizes) = caller.filtered(&body);
    oldest_first.reverse();
    assert!(oldest_first == newest_first && sizes.len() > 2);
}

#[test]
fn tokens_are_stable_and_good_for_one_question() {
    let caller = flooded();
    let mut body = json!({"logGroupName": FLOOD, "startTime": START, "limit": 50});
    let first = caller.logs("FilterLogEvents", &body);
    assert_eq!(list(&first["events"]).len(), 50);
    body["nextToken"] = first["nextToken"].clone();
    let second = caller.logs("FilterLogEvents", &body);
    assert_eq!(second, caller.logs("FilterLogEvents", &body));
    body["startTime"] = json!(START + 1);
    assert_eq!(caller.logs_refused("FilterLogEvents", &body).0, "InvalidParameterException");
    body["nextToken"] = json!("made-up");
    assert_eq!(caller.logs_refused("FilterLogEvents", &body).0, "InvalidParameterException");
}

#[test]
fn both_ends_of_the_range_belong_to_it() {
    let caller = flooded();
    let truth = caller.simulation.written(caller.now, FLOOD, START + 5_000, START + 6_000);
    let (first, last) = (truth[0].timestamp, truth[truth.len() - 1].timestamp);
    let body = json!({"logGroupName": FLOOD, "startTime": first, "endTime": last});
    assert_eq!(caller.filtered(&body).0.len(), truth.len());
    let inside = json!({"logGroupName": FLOOD, "startTime": first + 1, "endTime": last - 1});
    let fewer = truth.iter().filter(|event| event.timestamp > first && event.timestamp < last).count();
    assert_eq!(caller.filtered(&inside).0.len(), fewer);
}

#[test]
fn a_page_has_at_most_a_megabyte() {
    let caller = one_service("tasks = 0, sidecars = []");
    let group = json!({"logGroupName": "big", "logStreamName": "one"});
    caller.logs("CreateLogGroup", &json!({"logGroupName": "big"}));
    caller.logs("CreateLogStream", &group);
    let event = json!({"timestamp": START, "message": "x".repeat(300_000)});
    for _ in 0..3 {
        let mut body = group.clone();
        body["logEvents"] = json!([event, event]);
        caller.logs("PutLogEvents", &body);
    }
    let (events, sizes) = caller.filtered(&json!({"logGroupName": "big"}));
    assert_eq!(events.len(), 6);
    assert!(sizes.iter().all(|size| *size <= 3), "{sizes:?}");
    assert_eq!(distinct(&all(&events, "eventId")).len(), 6);
}

#[test]
fn a_rare_match_is_found_behind_pages_without_events() {
    let caller =
        one_service("tasks = 3, load-balancer = false, sidecars = [], logs = { rate = 4, retention = 30 }");
    let body = json!({"logGroupName": "/ecs/s", "startTime": START - 9 * 86_400_000, "limit": 100,
                      "filterPattern": "nothing_like_this"});
    let mut tokens = 0;
    let mut asked = body.clone();
    loop {
        let page = caller.logs("FilterLogEvents", &asked);
        assert_eq!(page["events"], json!([]));
        let Some(token) = page.get("nextToken") else { break };
        tokens += 1;
        if tokens == 4 {
            break;
        }
        asked["nextToken"] = token.clone();
    }
    assert_eq!(tokens, 4);
}

/// All pages of a stream in one direction.
fn walked(caller: &Caller, body: &Value, member: &str) -> Vec<Vec<Value>> {
    let (mut pages, mut body) = (Vec::new(), body.clone());
    loop {
        let page = caller.logs("GetLogEvents", &body);
        pages.push(list(&page["events"]).to_vec());
        if body.get("nextToken") == Some(&page[member]) {
            return pages;
        }
        body["nextToken"] = page[member].clone();
    }
}

#[test]
fn a_stream_is_read_from_both_ends() {
    let caller = flooded();
    let truth = caller.simulation.written(caller.now, FLOOD, START, START + 9_999);
    let stream = &truth[0].stream;
    let truth: Vec<_> = truth.iter().filter(|event| event.stream == *stream).collect();
    let mut body = json!({"logGroupName": FLOOD, "logStreamName": stream, "startTime": START, "limit": 100,
                          "endTime": START + 10_000, "startFromHead": true});
    let head: Vec<_> = walked(&caller, &body, "nextForwardToken").concat();
    let messages: Vec<_> = truth.iter().map(|event| event.message.as_str()).collect();
    assert_eq!(all(&head, "message"), messages);
    assert!(head[0].get("eventId").is_none());
    body["startFromHead"] = json!(false);
    let mut pages = walked(&caller, &body, "nextBackwardToken");
    assert_eq!(pages[0].len(), 100);
    pages.reverse();
    assert_eq!(pages.concat(), head);
}

#[test]
fn a_stream_that_is_followed_gives_each_line_once() {
    let mut caller = one_service(
        "tasks = 1, load-balancer = false, sidecars = [], logs = { rate = 3, delay = [\"1s\", \"1s\"], doubled = 0 }",
    );
    let first = caller.logs("DescribeLogStreams", &json!({"logGroupName": "/ecs/s"}));
    let stream = first["logStreams"][0]["logStreamName"].clone();
    let mut body = json!({"logGroupName": "/ecs/s", "logStreamName": stream});
    let page = caller.logs("GetLogEvents", &body);
    body["nextToken"] = page["nextForwardToken"].clone();
    let since = caller.now;
    let mut seen = 0;
    for _ in 0..60 {
        caller.pass(1);
        let page = caller.logs("GetLogEvents", &body);
        seen += list(&page["events"]).len();
        body["nextToken"] = page["nextForwardToken"].clone();
    }
    let truth = caller.simulation.written(caller.now, "/ecs/s", since - 5_000, caller.now);
    let came = |until: i64| move |event: &&fargate_top::simulation::Written| event.ingested <= until;
    assert_eq!(
        seen,
        truth.iter().filter(came(caller.now)).count() - truth.iter().filter(came(since)).count()
    );
    assert!(seen > 100);
}
