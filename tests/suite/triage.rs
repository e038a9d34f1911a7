//! `triage --once` against the pretended AWS: what it says, what it asks, and how it exits.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use fargate_top::app::settings::Glyphs;
use fargate_top::aws::{Aws, Credentials, Options, SharedHttpClient, time_source};
use fargate_top::fleet::id::ContextId;
use fargate_top::headless::load::{Loaded, Scope, load};
use fargate_top::headless::triage::Report;
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::poll::ask::Ask;
use fargate_top::runtime::requests::{Rate, Requests, USUAL_SHARE};
use fargate_top::simulation::{Connector, Fault, FaultEffect, Shape, Simulation};
use pretty_assertions::assert_eq;
use serde_json::Value;
use tokio::sync::mpsc;

const CONTEXT: ContextId = ContextId(0);

#[expect(clippy::unwrap_used, reason = "the time that a test writes is a time")]
fn start() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-21T14:03:22Z").unwrap().to_utc()
}

/// Looks once at everything that the simulation holds, as the program does.
#[expect(clippy::unwrap_used, reason = "fixed credentials and a Region are all it takes to connect")]
async fn look(simulation: &Simulation, scope: &Scope) -> (Loaded, Clock) {
    let clock = Clock::starting_at(start());
    let connector = Connector::new(simulation.clone(), move || clock.millis());
    let options = Options {
        region: Some("eu-west-1".to_owned()),
        http_client: Some(SharedHttpClient::new(connector)),
        time_source: Some(time_source(move || clock.system_time())),
        credentials: Some(Credentials::new("key", "secret", None, None, "test")),
        ..Options::default()
    };
    let aws = Aws::connect(CONTEXT, options).await.unwrap();
    let (sender, _receiver) = mpsc::channel(16);
    let outbox = Outbox::new(sender, clock);
    let requests = Requests::start(CONTEXT, Rate::Share(USUAL_SHARE), outbox.clone());
    let loaded = load(vec![Ask::new(aws, requests, outbox)], scope, clock).await;
    (loaded, clock)
}

fn report(loaded: &Loaded) -> Report<'_> {
    Report::new(&loaded.fleet, &loaded.triage, loaded.missing.clone(), start())
}

#[expect(clippy::unwrap_used, reason = "a report that is no JSON fails the test")]
fn json(loaded: &Loaded) -> Value {
    serde_json::from_str(&report(loaded).json()).unwrap()
}

fn fleet(clusters: usize, services: usize, tasks: usize) -> Simulation {
    Simulation::generate(&Shape { clusters, services, tasks, seed: 7 }, start().timestamp_millis())
}

#[tokio::test(start_paused = true)]
async fn a_steady_fleet_is_whole_within_55_requests() {
    let simulation = fleet(5, 200, 1_000);
    let (loaded, _) = look(&simulation, &Scope::default()).await;
    let calls = simulation.calls();
    let mut counts = BTreeMap::new();
    for call in &calls {
        *counts.entry(call.operation.as_str()).or_insert(0) += 1;
    }
    assert!(calls.len() <= 55, "{counts:?}");
    let json = json(&loaded);
    assert_eq!(json["complete"], true);
    assert_eq!(json["counts"]["OK"], 200);
    assert_eq!(json["tasks"]["running"], 1_000);
    let services = json["services"].as_array().unwrap();
    let tasks: usize = services.iter().map(|service| service["tasks"].as_array().unwrap().len()).sum();
    assert_eq!((services.len(), tasks), (200, 1_000));
    assert_eq!(report(&loaded).exit_code(true), 0);
    assert_eq!(
        report(&loaded).text(Glyphs::Unicode),
        "200 ok (not listed)\n5 clusters, 200 services, 1,000 tasks running\n"
    );
}

#[tokio::test(start_paused = true)]
async fn an_incident_is_told_worst_first() {
    let simulation = Simulation::story("incident", start().timestamp_millis()).unwrap();
    let (loaded, _) = look(&simulation, &Scope::default()).await;
    let text = report(&loaded).text(Glyphs::Ascii);
    assert!(text.is_ascii(), "{text}");
    let states: Vec<&str> = text.lines().skip(1).map_while(|line| line.get(2..6)).collect();
    let rank = |state: &&str| ["FAIL", "DEGR", "WAIT", "DEPL"].iter().position(|known| known == state);
    let ranks: Vec<usize> = states.iter().map_while(rank).collect();
    assert!(!ranks.is_empty() && ranks.is_sorted(), "{text}");
    assert_eq!(report(&loaded).exit_code(false), u8::from(ranks.contains(&0)));
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_looked_at_is_named() {
    for (operation, what) in [
        ("ListClusters", "clusters"),
        ("ListServices", "services of cluster "),
        ("DescribeServices", "services "),
        ("ListTasks", "stopped tasks of cluster "),
        ("DescribeTasks", " tasks of cluster "),
    ] {
        let simulation = fleet(2, 12, 24);
        simulation.inject(Fault::new(FaultEffect::Deny).of(operation));
        let (loaded, _) = look(&simulation, &Scope::default()).await;
        let report = report(&loaded);
        assert_eq!((report.is_complete(), report.exit_code(false)), (false, 2), "{operation}");
        let text = report.text(Glyphs::Unicode);
        let named = text.lines().filter(|line| line.starts_with("Not looked at: "));
        let named: Vec<&str> = named.collect();
        assert!(named.iter().any(|line| line.contains(what)), "{text}");
        assert!(named.iter().all(|line| line.contains(&format!("no permission ecs:{operation}"))), "{text}");
        let json = json(&loaded);
        assert_eq!(json["missing"].as_array().map(Vec::len), Some(named.len()));
        if operation == "DescribeServices" {
            assert_eq!(json["services"].as_array().map(Vec::len), Some(12), "names are known");
            assert_eq!(json["services"][0]["verdict"], "UNKNOWN");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_scope_is_looked_at_alone() {
    let simulation = fleet(3, 12, 24);
    let (all, _) = look(&simulation, &Scope::default()).await;
    let all = json(&all);
    let name = all["services"][0]["name"].as_str().unwrap().to_owned();
    let cluster = all["services"][0]["cluster"].as_str().unwrap().to_owned();
    let scope = Scope { cluster: Some(cluster), service: Some(name.clone()) };
    let (one, _) = look(&simulation, &scope).await;
    let one = json(&one);
    assert_eq!(one["services"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["services"][0]["name"], name);
    let (none, _) = look(&simulation, &Scope { cluster: Some("nowhere".to_owned()), service: None }).await;
    assert_eq!(report(&none).exit_code(false), 2);
    assert!(report(&none).text(Glyphs::Ascii).contains("cluster nowhere: there is none of this name"));
}
