//! From an endpoint on this machine into a buffer: events per second, CPU per event, calls, and the age of the newest
//! line, polled and by live tail. The simulation is another process (`fargate-top simulate`), so its work is not ours.
//!
//! `LOGS_TAIL_LIFTED` and `LOGS_TAIL_AGES` give the seconds of both parts (20 and 30).

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "it prints figures, and ends where it cannot")]
#![expect(clippy::disallowed_methods, reason = "it measures time, and is told how long by the environment")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fargate_top::aws::{Aws, Credentials, Options};
use fargate_top::fleet::id::{ContextId, TaskId};
use fargate_top::fleet::log::buffer::{Arrival, Limits, LogBuffer};
use fargate_top::fleet::log::source::Source;
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::poll::ask::Ask;
use fargate_top::runtime::requests::{Rate, Requests};
use fargate_top::runtime::tail::news::News;
use fargate_top::runtime::tail::plan::Terms;
use fargate_top::runtime::tail::{drive, live};
use tokio::sync::{mpsc, watch};

/// Ends the simulation with the bench.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &std::path::Path) -> (Server, String) {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fargate-top"));
    command.env_clear().env("HOME", folder).args(["simulate", "--story", "flood", "--listen", &address]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut String::new()).unwrap();
    (Server(child), format!("http://{address}"))
}

/// Seconds of CPU that this process has used, from Linux's own count of hundredths.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let rest = text.rsplit(')').next().unwrap_or_default();
    let of = |place| rest.split_whitespace().nth(place).and_then(|n: &str| n.parse::<f64>().ok());
    (of(11).unwrap_or(0.0) + of(12).unwrap_or(0.0)) / 100.0
}

fn seconds(name: &str, usual: u64) -> Duration {
    let given = std::env::var(name).ok().and_then(|text| text.parse().ok());
    Duration::from_secs(given.unwrap_or(usual))
}

async fn connect(endpoint: &str, rate: Rate) -> Ask {
    let clock = Clock::wall();
    let options = Options {
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some(endpoint.to_owned()),
        credentials: Some(Credentials::new("x", "x", None, None, "bench")),
        ..Options::default()
    };
    let aws = Aws::connect(ContextId(0), options).await.unwrap();
    let (sender, mut facts) = mpsc::channel(64);
    tokio::spawn(async move { while facts.recv().await.is_some() {} });
    let outbox = Outbox::new(sender, clock);
    let requests = Requests::start(ContextId(0), rate, outbox.clone());
    Ask::new(aws, requests, outbox)
}

/// The streams of a group that wrote within the last minute.
async fn streams(ask: &Ask, group: &str) -> Vec<Source> {
    use fargate_top::aws::logs::{Asked, Streams};
    let asked = Asked {
        group: group.into(),
        streams: Streams::Beginning("ecs/".into()),
        from: ask.now().timestamp_millis() - 60_000,
        to: None,
    };
    let mut found = std::collections::BTreeSet::new();
    let mut token = None;
    loop {
        let page = ask.filter_log_events(&ask.logs("eu-west-1"), &asked, token).await.unwrap();
        found.extend(page.items.into_iter().map(|event| event.stream));
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    let source = |stream: fargate_top::fleet::id::Text| Source {
        region: "eu-west-1".into(),
        group: group.into(),
        container: "app".into(),
        task: TaskId::new(format!(
            "arn:aws:ecs:eu-west-1:123456789012:task/edge/{}",
            stream.rsplit('/').next().unwrap_or_default()
        )),
        stream,
        begins: None,
        ended: None,
    };
    found.into_iter().map(source).collect()
}

/// Follows a group for a time; what came, and the ages of the newest line 20 times a second, milliseconds.
async fn follow(ask: &Ask, group: &str, is_live: bool, lifted: bool, time: Duration) -> (usize, Vec<i64>) {
    let (_sources, known) = watch::channel(Arc::new(streams(ask, group).await));
    let (sender, mut news) = mpsc::channel(16);
    let since = ask.now().timestamp_millis() - 60_000;
    let tail = if is_live {
        tokio::spawn(live::drive::run(ask.clone(), since, known, sender))
    } else {
        tokio::spawn(drive::run(ask.clone(), Terms { since, until: None, lifted }, known, sender))
    };
    let mut buffer = LogBuffer::new(Limits { lines: 10_000_000, bytes: 2 << 30 });
    let mut newest = i64::MIN;
    let mut ages = Vec::new();
    let end = Instant::now() + time;
    let steady = Instant::now() + time / 3;
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    while Instant::now() < end {
        tokio::select! {
            Some(told) = news.recv() => {
                if let News::Events { events, .. } = told {
                    // The age that matters is since CloudWatch had it: nobody can show a line before.
                    newest = events.iter().map(|event| event.ingested).max().unwrap_or(newest).max(newest);
                    buffer.append(&events, Arrival::Live);
                }
            }
            _ = tick.tick() => {
                if newest > i64::MIN && Instant::now() > steady {
                    ages.push(ask.now().timestamp_millis() - newest);
                }
            }
        }
    }
    tail.abort();
    ages.sort_unstable();
    (buffer.len(), ages)
}

/// Everything of the last minutes once more, page after page.
async fn lifted(endpoint: &str, time: Duration) {
    let ask = connect(endpoint, Rate::Lifted).await;
    let known = Arc::new(streams(&ask, "/ecs/pixel-gateway").await);
    let (mut events, mut pages) = (0, 0_u32);
    let (began, spent) = (Instant::now(), cpu());
    while began.elapsed() < time {
        let now = ask.now().timestamp_millis();
        let terms = Terms { since: now - 600_000, until: Some(now), lifted: true };
        let (_sources, known) = watch::channel(Arc::clone(&known));
        let (sender, mut news) = mpsc::channel(16);
        let tail = tokio::spawn(drive::run(ask.clone(), terms, known, sender));
        let mut buffer = LogBuffer::new(Limits { lines: 10_000_000, bytes: 2 << 30 });
        while let Some(told) = news.recv().await {
            if let News::Events { events, .. } = told {
                buffer.append(&events, Arrival::Live);
                pages += 1;
            }
        }
        tail.await.unwrap();
        events += buffer.len();
    }
    let (elapsed, spent) = (began.elapsed().as_secs_f64(), cpu() - spent);
    let count = f64::from(u32::try_from(events).unwrap());
    println!(
        "lifted: {events} events in {elapsed:.1} s: {:.0} events/s received and stored, {:.2} µs of CPU each, {:.1} calls/s",
        count / elapsed,
        spent * 1_000_000.0 / count,
        f64::from(pages) / elapsed
    );
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (_server, endpoint) = serve(folder.path());
    runtime.block_on(async {
        let time = seconds("LOGS_TAIL_AGES", 30);
        // The flood begins with the server and lasts a minute: 320 lines a second within the normal limit.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let ask = connect(&endpoint, Rate::Share(0.25)).await;
        let both = tokio::join!(
            follow(&ask, "/ecs/beacon-api", false, false, time),
            follow(&ask, "/ecs/beacon-api", true, false, time),
        );
        for (name, (events, ages)) in [("polled", both.0), ("live", both.1)] {
            let of = |part: usize| ages.get(ages.len() * part / 10).copied().unwrap_or(-1);
            println!("{name}: {events} events; age of the newest line {} ms median, {} ms p90", of(5), of(9));
        }
        lifted(&endpoint, seconds("LOGS_TAIL_LIFTED", 20)).await;
    });
}
