//! CloudWatch Logs: pages of events, failures, another Region, and the live tail through both doors.

use std::time::Duration;

use fargate_top::aws::logs::{Asked, Streams};
use fargate_top::aws::{Aws, Credentials, Options};
use fargate_top::fleet::id::{ContextId, Text};
use fargate_top::fleet::log::Event;
use fargate_top::fleet::topic::FailureKind;
use fargate_top::runtime::clock::Clock;
use fargate_top::simulation::{self, Simulation};
use serde_json::json;

use super::canned::{canned, recorded};
use super::{aws_at, start};

const PAGE: &str = r#"{"events":[
    {"logStreamName":"cart/app/1","timestamp":1795255200120,"message":"one","ingestionTime":1795255201000,"eventId":"39"},
    {"logStreamName":"cart/app/1","timestamp":1795255200121,"message":"two","ingestionTime":1795255201000,"eventId":"40"}],
    "searchedLogStreams":[],"nextToken":"more"}"#;

fn asked(streams: Streams) -> Asked {
    Asked { group: "/ecs/cart".into(), streams, from: 1_795_255_200_000, to: Some(1_795_255_260_000) }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_events_is_asked_for_by_name_or_by_beginning() {
    let (aws, sent) = recorded(&[("FilterLogEvents", 200, PAGE)]).await;
    let named = asked(Streams::Named(vec!["cart/app/1".into(), "cart/app/2".into()]));
    let page = aws.logs.filter_log_events(&named, Some("token".into())).await.unwrap();
    let event = |at, id: &str, message: &str| Event {
        group: "/ecs/cart".into(),
        stream: "cart/app/1".into(),
        at,
        ingested: 1_795_255_201_000,
        id: Some(id.into()),
        message: message.into(),
    };
    assert_eq!(page.items, [event(1_795_255_200_120, "39", "one"), event(1_795_255_200_121, "40", "two")]);
    assert_eq!(page.next.as_deref(), Some("more"));
    let first = sent.recv().unwrap();
    assert_eq!(first.target, "Logs_20140328.FilterLogEvents");
    assert_eq!(
        first.body,
        json!({
            "logGroupName": "/ecs/cart",
            "logStreamNames": ["cart/app/1", "cart/app/2"],
            "startTime": 1_795_255_200_000_i64,
            "endTime": 1_795_255_260_000_i64,
            "nextToken": "token",
            "interleaved": true,
        })
    );
    let beginning = asked(Streams::Beginning("cart/app/".into()));
    aws.logs.in_region("us-east-1").filter_log_events(&beginning, None).await.unwrap();
    let second = sent.recv().unwrap();
    assert_eq!(second.body["logStreamNamePrefix"], "cart/app/");
    assert!(second.body.get("logStreamNames").is_none());
    assert_eq!(aws.logs.in_region("us-east-1").region(), "us-east-1");
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_keeps_its_kind() {
    for (code, kind) in [
        ("ResourceNotFoundException", FailureKind::Missing),
        ("ThrottlingException", FailureKind::Throttled),
        ("InvalidParameterException", FailureKind::Refused),
    ] {
        let body = format!(r#"{{"__type":"{code}","message":"no"}}"#);
        let aws = canned(&[("FilterLogEvents", 400, &body)]).await;
        let failure =
            aws.logs.filter_log_events(&asked(Streams::Beginning("c".into())), None).await.unwrap_err();
        assert_eq!((&*failure.operation, failure.kind), ("FilterLogEvents", kind), "{code}");
    }
    let aws =
        canned(&[("StartLiveTail", 400, r#"{"__type":"LimitExceededException","message":"15"}"#)]).await;
    let failure = aws.logs.start_live_tail(&["arn".into()], &[]).await.unwrap_err();
    assert_eq!((&*failure.operation, failure.kind), ("StartLiveTail", FailureKind::Throttled));
}

fn group() -> Text {
    "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/beacon-api".into()
}

/// The events of some updates.
async fn tail(aws: &Aws, updates: usize) -> Vec<Event> {
    let mut session = aws.logs.start_live_tail(&[group()], &[]).await.unwrap();
    let mut events = Vec::new();
    for _ in 0..updates {
        let update = session.next().await.unwrap().expect("the session goes on");
        assert!(!update.sampled);
        events.extend(update.events);
    }
    events
}

#[tokio::test(start_paused = true)]
async fn a_live_tail_tells_what_comes() {
    let clock = Clock::starting_at(start());
    let simulation = Simulation::story("flood", clock.millis()).unwrap();
    let aws = aws_at(&simulation, clock).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let events = tail(&aws, 5).await;
    assert!(events.len() > 1_000, "{}", events.len());
    let written = simulation.written(clock.millis(), "/ecs/beacon-api", i64::MIN, i64::MAX);
    for event in &events {
        assert_eq!((&*event.group, &event.id), ("/ecs/beacon-api", &None));
        let is_it = |written: &simulation::Written| {
            (written.timestamp, written.ingested, &*written.message, &*written.stream)
                == (event.at, event.ingested, &*event.message, &*event.stream)
        };
        assert!(written.iter().any(is_it), "it was not written: {event:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_tail_works_through_an_endpoint_on_this_machine() {
    let clock = Clock::wall();
    let simulation = Simulation::story("flood", clock.millis()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(simulation::serve(listener, simulation, move || clock.millis()));
    let options = Options {
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some(format!("http://{address}")),
        credentials: Some(Credentials::new("x", "x", None, None, "test")),
        ..Options::default()
    };
    let aws = Aws::connect(ContextId(0), options).await.unwrap();
    let events = tail(&aws, 6).await;
    assert!(events.len() > 100, "{}", events.len());
    server.abort();
}
