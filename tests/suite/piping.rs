//! `logs` against the simulated CloudWatch Logs: what is printed is what was written, each line once and in order.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;

use fargate_top::app::settings::Settings;
use fargate_top::headless::logs::{To, Wanted, logs};
use fargate_top::headless::voice::{Exit, Voice};
use fargate_top::simulation::{Simulation, Written};
use serde_json::Value;

use crate::support::fixture::now;
use crate::support::story::Story;

#[derive(Debug, Default)]
struct Heard(Vec<String>);

impl Voice for Heard {
    fn say(&mut self, line: &str) {
        self.0.push(line.to_owned());
    }

    fn complain(&mut self, sentence: &str) {
        self.0.push(sentence.to_owned());
    }
}

/// What a command printed, what it complained of, and how it ended.
struct Printed {
    lines: Vec<String>,
    heard: Vec<String>,
    exit: Exit,
    simulation: Simulation,
    /// Milliseconds since 1970.
    ended: i64,
}

impl Printed {
    fn json(&self) -> Vec<Value> {
        self.lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn written(&self, group: &str, from: i64) -> Vec<Written> {
        self.simulation.written(self.ended, group, from, self.ended)
    }
}

/// Runs `logs` for so many seconds at most, after some have gone by.
async fn print(story: &str, wanted: Wanted, after: u64, seconds: u64) -> Printed {
    let simulation = Simulation::story(story, now().timestamp_millis()).unwrap();
    let Story { session, ask, folder, .. } = Story::of(simulation.clone(), Settings::default()).await;
    tokio::time::sleep(Duration::from_secs(after)).await;
    let (mut out, mut voice) = (Vec::new(), Heard::default());
    let mut to = To { out: &mut out, voice: &mut voice };
    let leave = tokio::time::sleep(Duration::from_secs(seconds));
    let exit = logs(session, &ask, &wanted, &mut to, leave).await;
    drop(folder);
    let lines = String::from_utf8(out).unwrap().lines().map(str::to_owned).collect();
    Printed { lines, heard: voice.0, exit, simulation, ended: ask.now().timestamp_millis() }
}

fn wanted(service: &str) -> Wanted {
    Wanted { service: service.into(), since: Duration::from_mins(1), json: true, ..Wanted::default() }
}

fn stamp(line: &Value) -> i64 {
    let at: chrono::DateTime<chrono::Utc> = line["timestamp"].as_str().unwrap().parse().unwrap();
    at.timestamp_millis()
}

fn count<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut count = BTreeMap::new();
    for key in keys {
        *count.entry(key).or_default() += 1;
    }
    count
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_followed_without_a_gap() {
    let begin = now().timestamp_millis();
    let printed = print("flood", Wanted { follow: true, ..wanted("beacon-api") }, 0, 160).await;
    assert_eq!(printed.exit, Exit::Done, "{:?}", printed.heard);
    let lines = printed.json();
    let group = lines[0]["group"].as_str().unwrap();
    let written = printed.written(group, begin - 60_000);
    assert!(written.len() > 18_000, "{}", written.len());
    let ids = count(lines.iter().map(|line| line["event_id"].as_str().unwrap().to_owned()));
    let expected = count(written.iter().map(|event| event.event_id.clone()));
    assert!(ids == expected, "{} printed, {} written", ids.len(), expected.len());
    let mut newest = i64::MIN;
    let mut late = 0;
    for line in &lines {
        let at = stamp(line);
        assert_eq!(line.get("late").is_some(), at < newest, "{line}");
        late += usize::from(at < newest);
        newest = newest.max(at);
    }
    assert!(late > 0, "delays up to 6 s are more than what is held back");
    let calls = printed.simulation.calls();
    let filters = calls.iter().filter(|call| call.operation == "FilterLogEvents").count();
    assert!(filters < 330, "{filters} calls in 160 s");
    let tasks: BTreeSet<&str> = lines.iter().map(|line| line["task"].as_str().unwrap()).collect();
    assert_eq!(tasks.len(), 8);
}

#[tokio::test(start_paused = true)]
async fn without_follow_it_ends_in_the_order_of_time() {
    let printed = print("flood", wanted("beacon-api"), 30, 60).await;
    assert_eq!(printed.exit, Exit::Done, "{:?}", printed.heard);
    let lines = printed.json();
    assert!(lines.is_sorted_by_key(stamp));
    assert!(lines.iter().all(|line| line.get("late").is_none()));
    let group = lines[0]["group"].as_str().unwrap();
    let written = printed.written(group, now().timestamp_millis());
    let came: BTreeSet<&str> = written
        .iter()
        .filter(|event| event.ingested < printed.ended - 2_000)
        .map(|event| event.event_id.as_str())
        .collect();
    let ids = count(lines.iter().map(|line| line["event_id"].as_str().unwrap()));
    assert!(ids.values().all(|times| *times == 1));
    assert!(came.iter().all(|id| ids.contains_key(id)), "{} of {}", ids.len(), came.len());
    assert!(came.len() > 5_000, "{}", came.len());
}

#[tokio::test(start_paused = true)]
async fn text_names_container_and_task_and_a_filter_keeps_what_it_matches() {
    let text = Wanted { json: false, grep: Some("level.:.error".into()), ..wanted("beacon-api") };
    let printed = print("flood", text, 20, 60).await;
    assert_eq!(printed.exit, Exit::Done, "{:?}", printed.heard);
    assert!(!printed.lines.is_empty());
    for line in &printed.lines {
        let mut words = line.split(' ');
        assert!(words.next().unwrap().ends_with('Z') && words.next().unwrap().contains('/'), "{line}");
        assert!(line.contains("error"), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_makes_no_sense_is_said() {
    for (service, grep, expected) in [
        ("beacon-api", Some("("), "--grep takes a regular expression"),
        ("beacon-ap", None, "did you mean `edge/beacon-api`?"),
    ] {
        let wanted = Wanted { grep: grep.map(Into::into), ..wanted(service) };
        let printed = print("flood", wanted, 0, 60).await;
        assert_eq!((printed.exit, printed.lines.len()), (Exit::NotStarted, 0));
        assert!(printed.heard.concat().contains(expected), "{:?}", printed.heard);
    }
}

/// Reads a few lines and goes away.
#[derive(Debug)]
struct Head(usize);

impl Write for Head {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_closed_pipe_is_a_clean_end() {
    let simulation = Simulation::story("flood", now().timestamp_millis()).unwrap();
    let Story { session, ask, folder, .. } = Story::of(simulation, Settings::default()).await;
    let mut voice = Heard::default();
    let mut to = To { out: &mut Head(2), voice: &mut voice };
    let wanted = Wanted { follow: true, ..wanted("beacon-api") };
    let leave = async {
        tokio::time::sleep(Duration::from_secs(100)).await;
        panic!("it goes on although nobody reads");
    };
    let exit = logs(session, &ask, &wanted, &mut to, leave).await;
    drop(folder);
    assert_eq!((exit, voice.0), (Exit::Done, Vec::<String>::new()));
}

/// Every service of the incident, with all the drivers that stand in the way: nothing is lost and each reason is said.
#[tokio::test(start_paused = true)]
async fn the_last_words_of_a_crash_loop_are_read() {
    let printed =
        print("incident", Wanted { since: Duration::from_mins(10), ..wanted("checkout-api") }, 5, 60).await;
    assert_eq!(printed.exit, Exit::Done, "{:?}", printed.heard);
    let lines = printed.json();
    assert!(lines.is_sorted_by_key(stamp));
    let streams: BTreeSet<&str> = lines.iter().map(|line| line["stream"].as_str().unwrap()).collect();
    let group = lines[0]["group"].as_str().unwrap();
    let written = printed.written(group, printed.ended - 600_000);
    let came = written.iter().filter(|event| event.ingested < printed.ended - 2_000);
    let came: BTreeSet<&str> =
        came.filter(|event| streams.contains(&*event.stream)).map(|event| &*event.event_id).collect();
    let ids: BTreeSet<&str> = lines.iter().map(|line| line["event_id"].as_str().unwrap()).collect();
    let lost: Vec<_> = came.difference(&ids).collect();
    assert!(lost.is_empty(), "{} lost of {}", lost.len(), came.len());
    assert_eq!(ids.len(), lines.len());
}
