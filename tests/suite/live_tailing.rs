//! Tails of the simulated CloudWatch Logs into a buffer, polled and live: counted against what containers wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use fargate_top::app::settings::Settings;
use fargate_top::fleet::id::TaskId;
use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::buffer::{Arrival, Limits, LogBuffer};
use fargate_top::fleet::log::source::Source;
use fargate_top::runtime::poll::ask::Ask;
use fargate_top::runtime::tail::news::News;
use fargate_top::runtime::tail::plan::Terms;
use fargate_top::runtime::tail::{drive, live};
use fargate_top::simulation::{Fault, FaultEffect, Simulation, Written};
use pretty_assertions::assert_eq;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::support::fixture::now;
use crate::support::story::Story;

const MANY: Limits = Limits { lines: 1_000_000, bytes: 1 << 30 };

/// A tail under way, and what it told.
struct Tail {
    simulation: Simulation,
    ask: Ask,
    group: &'static str,
    sources: watch::Sender<Arc<Vec<Source>>>,
    inbox: mpsc::Receiver<News>,
    buffer: LogBuffer,
    /// One that holds no more than is usual.
    ring: LogBuffer,
    told: Vec<Event>,
    /// All but events, with the seconds since the beginning.
    news: Vec<(i64, News)>,
    _hands: JoinSet<()>,
    _folder: Arc<TempDir>,
}

fn source(group: &str, stream: &str) -> Source {
    let task = stream.rsplit('/').next().unwrap();
    Source {
        region: "eu-west-1".into(),
        group: group.into(),
        stream: stream.into(),
        container: "app".into(),
        task: TaskId::new(format!("arn:aws:ecs:eu-west-1:123456789012:task/edge/{task}")),
        begins: None,
        ended: None,
    }
}

impl Tail {
    /// Begins so many seconds after the story, with the lines of a minute before.
    async fn begin(simulation: Simulation, group: &'static str, is_live: bool, after: u64) -> Self {
        Self::of(simulation, group, is_live, after, usize::MAX).await
    }

    async fn of(
        simulation: Simulation,
        group: &'static str,
        is_live: bool,
        after: u64,
        streams: usize,
    ) -> Self {
        let Story { ask, folder, .. } = Story::of(simulation.clone(), Settings::default()).await;
        tokio::time::sleep(Duration::from_secs(after)).await;
        let (sources, known) = watch::channel(Arc::new(Vec::new()));
        let (sender, inbox) = mpsc::channel(16);
        let mut hands = JoinSet::new();
        let since = ask.now().timestamp_millis() - 60_000;
        simulation.forget_calls();
        let tail = Self {
            simulation,
            ask: ask.clone(),
            group,
            sources,
            inbox,
            buffer: LogBuffer::new(MANY),
            ring: LogBuffer::new(Limits::default()),
            told: Vec::new(),
            news: Vec::new(),
            _folder: folder,
            _hands: JoinSet::new(),
        };
        tail.know(streams);
        if is_live {
            hands.spawn(live::drive::run(ask, since, known, sender));
        } else {
            let terms = Terms { since, until: None, lifted: false };
            hands.spawn(drive::run(ask, terms, known, sender));
        }
        Self { _hands: hands, ..tail }
    }

    /// So many of the streams of the group are known from now on.
    fn know(&self, streams: usize) {
        let found: BTreeSet<String> =
            self.written(start() - 60_000).into_iter().map(|written| written.stream).collect();
        let known = found.iter().take(streams).map(|stream| source(self.group, stream)).collect();
        self.sources.send_replace(Arc::new(known));
    }

    fn now(&self) -> i64 {
        self.ask.now().timestamp_millis()
    }

    fn written(&self, from: i64) -> Vec<Written> {
        self.simulation.written(self.now(), self.group, from, i64::MAX)
    }

    /// Takes what is told for so many seconds.
    async fn pass(&mut self, seconds: u64) -> &mut Self {
        let end = Instant::now() + Duration::from_secs(seconds);
        loop {
            tokio::select! {
                biased;
                news = self.inbox.recv() => match news.expect("it follows") {
                    News::Events { events, .. } => {
                        self.buffer.append(&events, Arrival::Live);
                        self.ring.append(&events, Arrival::Live);
                        self.told.extend(events);
                    }
                    other => {
                        let second = (self.now() - now().timestamp_millis()) / 1_000;
                        self.news.push((second, other));
                    }
                },
                () = sleep_until(end) => return self,
            }
        }
    }

    fn count(&self, operation: &str) -> usize {
        self.simulation.calls().iter().filter(|call| call.operation == operation).count()
    }

    fn sessions(&self) -> Vec<(i64, usize)> {
        let of = |(second, news): &(i64, News)| match news {
            News::Live { sessions, .. } => Some((*second, *sessions)),
            _ => None,
        };
        self.news.iter().filter_map(of).collect()
    }

    /// Whatever else but sessions was told.
    fn others(&self) -> Vec<String> {
        let others = self.news.iter().filter(|(_, news)| !matches!(news, News::Live { .. }));
        others.map(|(_, news)| format!("{news:?}")).collect()
    }

    /// Everything from a time on was told once, and lies in the buffer in its order.
    fn is_complete(&self, from: i64) -> usize {
        let key = |at, ingested, stream: &str, text: &str| (at, ingested, stream.to_owned(), text.to_owned());
        let written = self.written(from);
        let mut truth: BTreeMap<_, i32> = BTreeMap::new();
        for event in &written {
            *truth.entry(key(event.timestamp, event.ingested, &event.stream, &event.message)).or_default() +=
                1;
        }
        let mut told = truth.clone();
        told.clear();
        for event in &self.told {
            *told.entry(key(event.at, event.ingested, &event.stream, &event.message)).or_default() += 1;
        }
        let missing: Vec<_> = truth.iter().filter(|(key, n)| told.get(*key) < Some(n)).take(3).collect();
        let twice: Vec<_> = told.iter().filter(|(key, n)| truth.get(*key) < Some(n)).take(3).collect();
        assert!(
            missing.is_empty() && twice.is_empty(),
            "missing {missing:?}\ntwice {twice:?}\n{} told of {}; {:?}",
            self.told.len(),
            written.len(),
            self.news
        );
        assert_eq!(self.buffer.len(), written.len());
        let lines = self.buffer.lines(0..self.buffer.len()).map(|line| {
            let (_, stream) = self.buffer.stream(line.stream).unwrap();
            key(line.at, line.ingested, stream, line.text)
        });
        let lines: Vec<_> = lines.collect();
        assert!(lines.is_sorted_by_key(|(at, ingested, stream, _)| (*at, *ingested, stream.clone())));
        assert!(lines.iter().all(|line| truth.contains_key(line)));
        written.len()
    }
}

fn flood() -> Simulation {
    Simulation::story("flood", now().timestamp_millis()).unwrap()
}

/// The group `/ecs/s` of so many tasks, each of which writes so many lines a second.
fn writing(tasks: u32, rate: u32, more: &str) -> Simulation {
    let logs = format!(
        "rate = {rate}, style = \"plain\", bursts = false, traces = false, checks = false, delay = [\"1s\", \"6s\"], doubled = 2{more}"
    );
    let text = format!(
        "title = \"s\"\nseed = 3\n[[cluster]]\nname = \"edge\"\nservices = [{{ name = \"s\", tasks = {tasks}, revision = 3, load-balancer = false, sidecars = [], health-check = false, logs = {{ {logs} }} }}]\n"
    );
    Simulation::from_toml(&text, start()).unwrap()
}

const MINUTE: &str = ", for = \"60s\"";

fn start() -> i64 {
    now().timestamp_millis()
}

#[tokio::test(start_paused = true)]
async fn two_thousand_lines_a_second_are_polled_once_and_in_order() {
    let mut tail = Tail::begin(flood(), "/ecs/pixel-gateway", false, 1).await;
    tail.pass(20).await;
    tail.simulation.forget_calls();
    tail.pass(20).await;
    let calls = tail.count("FilterLogEvents");
    assert!(calls <= 50, "{calls} calls in 20 s of the flood");
    tail.pass(60).await;
    let written = tail.is_complete(start() - 60_000);
    assert!(written > 120_000, "{written}");
    tail.simulation.forget_calls();
    tail.pass(60).await;
    let calls = tail.count("FilterLogEvents");
    assert!(calls <= 40, "{calls} calls in an idle minute");
    assert_eq!(tail.others(), Vec::<String>::new());
    let ring = &tail.ring;
    assert_eq!(ring.len(), ring.limits().lines);
    assert_eq!(
        ring.len() as u64 + ring.dropped() + ring.refused(),
        written as u64,
        "what it dropped is counted"
    );
}

#[tokio::test(start_paused = true)]
async fn a_live_tail_below_its_limit_is_complete() {
    let mut tail = Tail::begin(writing(5, 40, MINUTE), "/ecs/s", true, 15).await;
    tail.pass(20).await;
    tail.simulation.forget_calls();
    tail.pass(60).await;
    assert_eq!(tail.count("FilterLogEvents"), 0, "sessions tell what comes");
    let written = tail.is_complete(start() - 45_000);
    assert!(written > 11_900, "{written}");
    assert_eq!(tail.others(), Vec::<String>::new());
    assert_eq!(tail.sessions(), [(15, 1)]);
    let named = tail.told.iter().filter(|event| event.id.is_some()).count();
    assert!(named > 2_000 && named < 6_000, "{named} were read, the others were told");
}

#[tokio::test(start_paused = true)]
async fn above_its_limit_it_samples_and_says_so() {
    let mut tail = Tail::begin(writing(14, 50, MINUTE), "/ecs/s", true, 1).await;
    tail.pass(90).await;
    let others = tail.others();
    assert_eq!(others.len(), 2, "{others:?}");
    assert!(others[0].contains("Sampled { since: Some("), "{others:?}");
    assert!(others[1].contains("Sampled { since: None"), "{others:?}");
    let sampled = tail.news.iter().filter(|(_, news)| matches!(news, News::Sampled { .. }));
    let seconds: Vec<i64> = sampled.map(|(at, _)| *at).collect();
    assert!((1..8).contains(&seconds[0]) && (62..76).contains(&seconds[1]), "{seconds:?}");
    let written = tail.written(start() - 59_000).into_iter();
    let written: BTreeSet<_> = written
        .map(|written| (written.timestamp, written.ingested, written.stream, written.message))
        .collect();
    let told: BTreeSet<_> = tail
        .told
        .iter()
        .map(|event| (event.at, event.ingested, event.stream.to_string(), event.message.to_string()))
        .collect();
    assert_eq!(told.len(), tail.told.len(), "each once");
    assert!(told.is_subset(&written), "nothing was made up");
    assert!(told.len() > 25_000 && told.len() + 5_000 < written.len(), "{} of {}", told.len(), written.len());
    assert_eq!(tail.buffer.len(), told.len());
}

#[tokio::test(start_paused = true)]
async fn what_a_short_peak_left_out_is_read() {
    let mut tail = Tail::begin(writing(14, 50, ", for = \"10s\""), "/ecs/s", true, 1).await;
    tail.pass(40).await;
    assert_eq!(tail.others().len(), 2, "{:?}", tail.others());
    assert!(tail.is_complete(start() - 59_000) > 6_500);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_renewed_before_three_hours_without_a_gap() {
    let mut tail = Tail::begin(writing(1, 1, ""), "/ecs/s", true, 1).await;
    tail.pass(174 * 60).await;
    tail.simulation.forget_calls();
    tail.pass(26 * 60).await;
    assert_eq!(tail.count("StartLiveTail"), 1);
    let from = start() - 59_000;
    let end = tail.now() - 10_000;
    let ids = |events: &mut dyn Iterator<Item = (i64, i64, String)>| {
        let mut count: BTreeMap<_, usize> = BTreeMap::new();
        events.for_each(|key| *count.entry(key).or_default() += 1);
        count
    };
    let written = tail.written(from);
    let written = &mut written.into_iter().filter(|event| event.timestamp < end);
    let truth = ids(&mut written.map(|event| (event.timestamp, event.ingested, event.stream)));
    let told = tail.told.iter().filter(|event| event.at < end);
    let told = ids(&mut told.map(|event| (event.at, event.ingested, event.stream.to_string())));
    assert!(truth == told, "{} written, {} told", truth.len(), told.len());
    let sessions: Vec<usize> = tail.sessions().into_iter().map(|(_, sessions)| sessions).collect();
    assert_eq!(sessions, [1, 2, 1], "the new one begins before the old one is left");
    assert_eq!(tail.others(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_a_lost_session_did_not_tell_is_read() {
    for (effect, seconds) in [(FaultEffect::CutStream, 1), (FaultEffect::EndStream, 12)] {
        let mut tail = Tail::begin(writing(4, 20, MINUTE), "/ecs/s", true, 5).await;
        tail.pass(20).await;
        let fault = tail.simulation.inject(Fault::new(effect.clone()));
        tail.pass(seconds).await;
        tail.simulation.clear(fault);
        tail.pass(100).await;
        assert!(tail.is_complete(start() - 55_000) > 4_700);
        assert_eq!(tail.others(), Vec::<String>::new());
        assert!(tail.sessions().iter().any(|(_, sessions)| *sessions == 0), "{:?}", tail.sessions());
        assert_eq!(tail.sessions().last().unwrap().1, 1);
        tail.simulation.forget_calls();
        tail.pass(30).await;
        assert_eq!(tail.count("FilterLogEvents"), 0, "{effect:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_it_is_refused_the_tail_is_polled_and_says_why() {
    let simulation = writing(4, 20, MINUTE);
    simulation.inject(Fault::new(FaultEffect::Deny).of("StartLiveTail"));
    let mut tail = Tail::begin(simulation, "/ecs/s", true, 5).await;
    tail.pass(130).await;
    assert!(tail.is_complete(start() - 55_000) > 4_700);
    assert_eq!(
        tail.others(),
        [r#"FellBack("no permission logs:StartLiveTail for a live tail: log group /ecs/s is polled")"#]
    );
    assert_eq!((tail.count("StartLiveTail"), tail.sessions()), (1, Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn streams_that_come_are_followed_and_read_from_their_beginning() {
    let mut tail = Tail::of(writing(8, 10, MINUTE), "/ecs/s", true, 10, 3).await;
    tail.pass(5).await;
    for streams in [4, 6, 8] {
        tail.know(streams);
        tail.pass(3).await;
    }
    tail.pass(110).await;
    assert!(tail.is_complete(start() - 50_000) > 4_700);
    let opened = tail.count("StartLiveTail");
    assert!((2..=4).contains(&opened), "{opened} sessions");
    assert_eq!(tail.others(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_while_nobody_takes_the_news_for_a_minute() {
    for is_live in [false, true] {
        let mut tail = Tail::begin(writing(4, 40, MINUTE), "/ecs/s", is_live, 2).await;
        tail.pass(3).await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        tail.pass(100).await;
        assert!(tail.is_complete(start() - 58_000) > 9_000);
        assert_eq!(tail.others(), Vec::<String>::new(), "live: {is_live}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_live_tail_drops_and_counts_what_nobody_takes_for_long() {
    let simulation = writing(6, 40, "");
    let mut tail = Tail::begin(simulation, "/ecs/s", true, 1).await;
    tail.pass(20).await;
    tokio::time::sleep(Duration::from_secs(230)).await;
    tail.pass(20).await;
    let dropped: u64 = tail
        .news
        .iter()
        .map(|(_, news)| match news {
            News::Dropped(count) => *count,
            _ => 0,
        })
        .sum();
    let written = tail.written(start() - 59_000);
    let came = written.iter().filter(|event| event.ingested < tail.now() - 2_000).count() as u64;
    let told = tail.told.len() as u64 + dropped;
    assert!(dropped > 5_000, "{dropped}");
    assert!(told >= came && told <= written.len() as u64, "{came} came, {told} told");
}

/// The SDK puts `stream-` before the host of any endpoint, which nothing on this machine answers to.
#[test]
fn a_live_tail_goes_through_an_endpoint_on_this_machine() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let program = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fargate-top"));
        command.env_clear().env("HOME", folder.path()).env("AWS_REGION", "eu-west-1");
        command.env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let port = format!("127.0.0.1:{free}");
    let mut server = program().args(["simulate", "--story", "flood", "--listen", &port]).spawn().unwrap();
    let mut banner = String::new();
    BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut banner).unwrap();
    let endpoint = format!("http://127.0.0.1:{free}");
    let arguments = ["logs", "beacon-api", "--follow", "--live", "--json", "--since", "5s"];
    let mut logs = program().args(arguments).args(["--endpoint-url", &endpoint]).spawn().unwrap();
    let (send, lines) = std::sync::mpsc::channel();
    let out = BufReader::new(logs.stdout.take().unwrap());
    std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    let mut live = 0;
    // Only sessions tell lines without an id.
    while live < 100 {
        let Ok(line) = lines.recv_timeout(Duration::from_mins(1)) else { break };
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        live += usize::from(line["event_id"].is_null());
    }
    for child in [&mut logs, &mut server] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let complaints = std::io::read_to_string(logs.stderr.take().unwrap()).unwrap();
    assert!(live >= 100, "{live} lines came by live tail: {complaints}");
}
