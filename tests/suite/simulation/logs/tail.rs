//! Live tails, frame by frame, through both doors.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::{Bytes, BytesMut};
use fargate_top::simulation::{Connector, Fault, FaultEffect, LiveTail, Outcome, Simulation, Tick, serve};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::super::support::{Caller, START, list, one_service, story, text};
use super::logs_request;

const ARN: &str = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/";

/// The kind of each whole message in some bytes and its members; what is left over stays.
fn messages(bytes: &mut BytesMut) -> Vec<(String, Value)> {
    let mut decoder = MessageFrameDecoder::new();
    let mut found = Vec::new();
    while let Ok(DecodedFrame::Complete(message)) = decoder.decode_frame(&mut *bytes) {
        let header = |name: &str| {
            let header = message.headers().iter().find(|header| header.name().as_str() == name)?;
            header.value().as_string().ok().map(|text| text.as_str().to_owned())
        };
        assert_eq!(header(":content-type").unwrap(), "application/json");
        let kind = match header(":message-type").unwrap().as_str() {
            "event" => header(":event-type"),
            _ => header(":exception-type"),
        };
        found.push((kind.unwrap(), serde_json::from_slice(message.payload()).unwrap()));
        decoder = MessageFrameDecoder::new();
    }
    found
}

fn read(bytes: &Bytes) -> Vec<(String, Value)> {
    messages(&mut BytesMut::from(&**bytes))
}

fn start(caller: &Caller, body: &Value) -> LiveTail {
    match caller.simulation.answer(caller.now, &logs_request("StartLiveTail", body)).outcome {
        Outcome::Stream(response) => {
            assert_eq!(response.headers()["content-type"], "application/vnd.amazon.eventstream");
            *response.into_body()
        }
        other => panic!("{other:?}"),
    }
}

fn of(group: &str) -> Value {
    json!({"logGroupIdentifiers": [format!("{ARN}{group}")]})
}

/// What a tail says in one tick that goes on.
fn said(tail: &mut LiveTail, now: i64) -> Vec<(String, Value)> {
    match tail.tick(now, 0) {
        Tick::Goes(frames) => read(&frames),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_begins_with_its_session_and_tells_each_line_once() {
    let mut caller = story("flood");
    let mut body = of("beacon-api");
    body["logStreamNamePrefixes"] = json!(["ecs/app/"]);
    let mut tail = start(&caller, &body);
    let opening = read(&tail.opening());
    assert_eq!(
        opening.iter().map(|(kind, _)| &**kind).collect::<Vec<_>>(),
        ["initial-response", "sessionStart"]
    );
    assert_eq!(opening[1].1["logGroupIdentifiers"], body["logGroupIdentifiers"]);
    assert_eq!(opening[1].1["logStreamNamePrefixes"], json!(["ecs/app/"]));
    assert!(opening[1].1["sessionId"].is_string());
    let mut heard = Vec::new();
    for _ in 0..70 {
        caller.pass(1);
        let updates = said(&mut tail, caller.now);
        assert_eq!(updates.len(), 1);
        let (kind, update) = &updates[0];
        assert_eq!((&**kind, &update["sessionMetadata"]), ("sessionUpdate", &json!({"sampled": false})));
        heard.extend(list(&update["sessionResults"]).iter().cloned());
    }
    let truth = caller.simulation.written(caller.now, "/ecs/beacon-api", START, caller.now);
    let mut truth: Vec<_> = truth
        .iter()
        .filter(|event| event.ingested > START && event.ingested <= caller.now)
        .map(|event| (event.timestamp, event.ingested, &*event.stream, &*event.message))
        .collect();
    let whole = |value: &Value| value.as_i64().unwrap();
    let mut heard: Vec<_> = heard
        .iter()
        .map(|event| {
            assert_eq!(text(&event["logGroupIdentifier"]), format!("{ARN}beacon-api"));
            (
                whole(&event["timestamp"]),
                whole(&event["ingestionTime"]),
                text(&event["logStreamName"]),
                text(&event["message"]),
            )
        })
        .collect();
    truth.sort_unstable();
    heard.sort_unstable();
    assert!(heard.len() > 19_200 && heard == truth, "{} {}", heard.len(), truth.len());
}

#[test]
fn more_than_five_hundred_a_second_are_sampled() {
    let mut caller = story("flood");
    let mut tail = start(&caller, &of("pixel-gateway"));
    caller.pass(20);
    said(&mut tail, caller.now);
    caller.pass(1);
    let updates = said(&mut tail, caller.now);
    let (_, update) = &updates[0];
    assert_eq!(update["sessionMetadata"]["sampled"], true);
    assert_eq!(list(&update["sessionResults"]).len(), 500);
    let mut filtered = of("pixel-gateway");
    filtered["logEventFilterPattern"] = json!("ERROR");
    let mut tail = start(&caller, &filtered);
    caller.pass(1);
    let update = &said(&mut tail, caller.now)[0].1;
    assert_eq!(update["sessionMetadata"]["sampled"], false);
    let found = list(&update["sessionResults"]);
    assert!(!found.is_empty() && found.iter().all(|event| text(&event["message"]).contains("ERROR")));
}

#[test]
fn a_slow_reader_loses_the_oldest() {
    let mut caller = story("flood");
    let mut tail = start(&caller, &of("beacon-api"));
    caller.pass(40);
    let Tick::Goes(frames) = tail.tick(caller.now, 39) else { panic!() };
    let updates = read(&frames);
    assert_eq!(updates.len(), 10);
    let first = updates.iter().flat_map(|(_, update)| list(&update["sessionResults"]));
    let oldest = first.map(|event| event["ingestionTime"].as_i64().unwrap()).min().unwrap();
    assert!(oldest > START + 30_000, "{oldest}");
}

#[test]
fn it_ends_after_three_hours_or_by_a_fault() {
    let mut caller = one_service("tasks = 1, sidecars = []");
    let mut tail = start(&caller, &of("s"));
    caller.pass(3 * 60 * 60);
    let Tick::Ends(frames) = tail.tick(caller.now, 0) else { panic!() };
    assert_eq!(read(&frames)[0].0, "SessionTimeoutException");
    let mut tail = start(&caller, &of("s"));
    let mut cut = start(&caller, &of("s"));
    caller.simulation.inject(Fault::new(FaultEffect::EndStream));
    let Tick::Ends(frames) = tail.tick(caller.now + 1_000, 0) else { panic!() };
    assert_eq!(read(&frames)[0].0, "SessionStreamingException");
    caller.simulation.clear_all();
    caller.simulation.inject(Fault::new(FaultEffect::CutStream));
    assert_eq!(cut.tick(caller.now + 1_000, 0), Tick::Cut);
}

#[test]
fn wrong_sessions_are_refused() {
    let caller = one_service("tasks = 1, sidecars = [], logs = { class = \"infrequent-access\" }");
    caller.logs("CreateLogGroup", &json!({"logGroupName": "g"}));
    let arn = ARN.replace("/ecs/", "g");
    let with = |more: Value| {
        let mut body = json!({"logGroupIdentifiers": [arn]});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    for (body, code) in [
        (json!({}), "InvalidParameterException"),
        (json!({"logGroupIdentifiers": ["g"]}), "InvalidParameterException"),
        (json!({"logGroupIdentifiers": [format!("{arn}:*")]}), "InvalidParameterException"),
        (json!({"logGroupIdentifiers": [format!("{arn}2")]}), "ResourceNotFoundException"),
        (of("s"), "InvalidOperationException"),
        (with(json!({"logStreamNames": ["a"], "logStreamNamePrefixes": ["b"]})), "InvalidParameterException"),
        (json!({"logGroupIdentifiers": [arn, arn], "logStreamNames": ["a"]}), "InvalidParameterException"),
        (with(json!({"logEventFilterPattern": "a-b"})), "InvalidParameterException"),
    ] {
        assert_eq!(caller.logs_refused("StartLiveTail", &body).0, code, "{body}");
    }
    let mut open: Vec<_> = (0..15).map(|_| start(&caller, &with(json!({})))).collect();
    assert_eq!(caller.logs_refused("StartLiveTail", &with(json!({}))).0, "LimitExceededException");
    open.pop();
    start(&caller, &with(json!({})));
}

/// A simulation whose clock goes with tokio's.
fn clocked(name: &str) -> (Simulation, impl Fn() -> i64 + Send + Sync + Clone + 'static) {
    let begun = tokio::time::Instant::now();
    let clock = move || START + i64::try_from(begun.elapsed().as_millis()).unwrap();
    (Simulation::story(name, START).unwrap(), clock)
}

#[tokio::test(start_paused = true)]
async fn the_connector_streams() {
    let (simulation, clock) = clocked("flood");
    let connector = Connector::new(simulation, clock);
    let request = logs_request("StartLiveTail", &of("beacon-api"));
    let response = connector.call(HttpRequest::try_from(request.map(SdkBody::from)).unwrap()).await.unwrap();
    assert_eq!(response.headers().get("content-type").unwrap(), "application/vnd.amazon.eventstream");
    let mut body = ByteStream::new(response.into_body());
    let mut kinds = Vec::new();
    let before = tokio::time::Instant::now();
    while kinds.len() < 22 {
        let bytes = body.try_next().await.unwrap().unwrap();
        kinds.extend(read(&bytes).into_iter().map(|(kind, _)| kind));
    }
    assert_eq!(kinds[..3], ["initial-response", "sessionStart", "sessionUpdate"]);
    assert_eq!(before.elapsed().as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_an_error_and_the_end() {
    let (simulation, clock) = clocked("flood");
    let connector = Connector::new(simulation.clone(), clock);
    let request = logs_request("StartLiveTail", &of("beacon-api"));
    let response = connector.call(HttpRequest::try_from(request.map(SdkBody::from)).unwrap()).await.unwrap();
    let mut body = ByteStream::new(response.into_body());
    assert!(body.try_next().await.unwrap().is_some());
    simulation.inject(Fault::new(FaultEffect::CutStream));
    assert!(body.try_next().await.is_err());
    assert!(body.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn loopback_streams_chunk_by_chunk() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let simulation = Simulation::story("flood", START).unwrap();
    // A clock that is ten seconds on at each look.
    let now = Arc::new(AtomicI64::new(START));
    let clock = move || now.fetch_add(10_000, Ordering::Relaxed);
    let server = tokio::spawn(serve(listener, simulation.clone(), clock));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = of("beacon-api").to_string();
    // The SDK puts this prefix before any endpoint.
    let head = format!(
        "POST / HTTP/1.1\r\nhost: stream-127.0.0.1:{}\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amz-target: Logs_20140328.StartLiveTail\r\ncontent-length: {}\r\n\r\n{body}",
        address.port(),
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut heard, mut some) = (Vec::new(), [0; 4_096]);
    let contains = |heard: &[u8], word: &[u8]| heard.windows(word.len()).any(|window| window == word);
    tokio::time::timeout(Duration::from_secs(20), async {
        while !contains(&heard, b"sessionResults") {
            let count = stream.read(&mut some).await.unwrap();
            assert!(count > 0);
            heard.extend_from_slice(&some[..count]);
        }
    })
    .await
    .unwrap();
    assert!(contains(&heard, b"transfer-encoding: chunked"));
    assert!(contains(&heard, b"sessionStart") && contains(&heard, b"initial-response"));
    drop(stream);
    server.abort();
}
