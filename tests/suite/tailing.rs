//! The tail against a pretended log group that delays, reorders, repeats and pages as it likes: each event once.

use std::collections::{BTreeMap, BTreeSet};

use fargate_top::aws::ecs::Page;
use fargate_top::aws::logs::{Asked, Streams};
use fargate_top::fleet::id::TaskId;
use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::source::Source;
use fargate_top::fleet::topic::{Failure, FailureKind};
use fargate_top::runtime::tail::plan::{Call, Plan, Step, Terms};
use proptest::prelude::*;

const START: i64 = 1_800_000_000_000;
/// How long lines are written, and how long the tail goes on after that.
const WRITTEN: i64 = 90_000;
const AFTER: i64 = 300_000;

#[derive(Debug, Clone)]
struct Line {
    stream: usize,
    at: i64,
    delay: i64,
}

/// What a run is made of.
#[derive(Debug, Clone)]
struct Story {
    lines: Vec<Line>,
    /// When each stream is learnt of, and when its task stops.
    tasks: Vec<(i64, Option<i64>)>,
    page: usize,
    chance: u64,
    /// One of so many requests fails.
    failing: u64,
    /// Pages may be empty, or begin with the last event of the page before.
    is_odd: bool,
    lifted: bool,
    back: i64,
}

struct World {
    events: Vec<(i64, Event)>,
    story: Story,
    chance: u64,
    calls: Vec<i64>,
}

impl World {
    fn roll(&mut self, of: u64) -> u64 {
        self.chance =
            self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % of
    }

    fn answer(&mut self, now: i64, call: &Call) -> Result<Page<Event>, Failure> {
        self.calls.push(now);
        if self.story.failing > 0 && self.roll(self.story.failing) == 0 {
            let kinds = [FailureKind::Throttled, FailureKind::Network, FailureKind::Timeout];
            let kind = kinds[usize::try_from(self.roll(3)).unwrap()].clone();
            return Err(failure(kind));
        }
        let Asked { streams, from, to, .. } = &call.asked;
        let visible: BTreeSet<&str> =
            self.events.iter().filter(|(seen, _)| *seen <= now).map(|(_, event)| &*event.stream).collect();
        if let Streams::Named(names) = streams {
            assert!(names.len() <= 100);
            if names.iter().any(|name| !visible.contains(&**name)) {
                return Err(failure(FailureKind::Missing));
            }
        }
        let is_asked = |event: &Event| match streams {
            Streams::Named(names) => names.contains(&event.stream),
            Streams::Beginning(prefix) => event.stream.starts_with(&**prefix),
        };
        let mut found: Vec<Event> = self
            .events
            .iter()
            .filter(|(seen, event)| {
                *seen <= now && is_asked(event) && event.at >= *from && to.is_none_or(|to| event.at <= to)
            })
            .map(|(_, event)| event.clone())
            .collect();
        let key = |event: &Event| (event.at, event.ingested, event.id.clone());
        found.sort_by_key(key);
        let after: Option<(i64, i64, String)> = call.token.as_ref().map(|token| {
            let mut parts = token.splitn(4, ' ').skip(1);
            let mut number = || parts.next().unwrap().parse::<i64>().unwrap();
            (number(), number(), parts.next().unwrap().to_owned())
        });
        if let Some(after) = &after {
            let is_after = |event: &Event| {
                (event.at, event.ingested, event.id.as_deref().unwrap())
                    > (after.0, after.1, after.2.as_str())
            };
            // Now and then the last event of the page before comes again.
            let again = self.story.is_odd && self.roll(3) == 0;
            let last = found.iter().rposition(|event| !is_after(event)).filter(|_| again);
            let skipped = found.iter().filter(|event| !is_after(event)).count();
            found.drain(..last.unwrap_or(skipped));
        }
        let salt = self.roll(1_000_000);
        let token = |key: &(i64, i64, String)| Some(format!("{salt} {} {} {}", key.0, key.1, key.2));
        if self.story.is_odd && self.roll(4) == 0 && !found.is_empty() {
            let place = after.unwrap_or((i64::MIN, 0, String::new()));
            return Ok(Page { items: Vec::new(), next: token(&place) });
        }
        let whole = found.len() <= self.story.page + 1;
        found.truncate(self.story.page + 1);
        let next =
            found.last().filter(|_| !whole || (self.story.is_odd && self.story.page.is_multiple_of(5)));
        let next = next.filter(|_| found.len() > 1).map(|event| {
            let key = key(event);
            (key.0, key.1, key.2.unwrap().to_string())
        });
        Ok(Page { items: found, next: next.and_then(|key| token(&key)) })
    }
}

fn failure(kind: FailureKind) -> Failure {
    Failure { kind, operation: "FilterLogEvents".into(), code: None, message: "no".into(), request_id: None }
}

/// The stream of a task; every third is of another container.
fn source(of: usize, ended: Option<i64>) -> Source {
    let task = TaskId::new(format!("arn:aws:ecs:eu-west-1:1:task/web/{of:04}"));
    let container = if of.is_multiple_of(3) { "envoy" } else { "app" };
    Source {
        region: "eu-central-1".into(),
        group: "/ecs/web".into(),
        stream: format!("web/{container}/{of:04}").into(),
        container: container.into(),
        task,
        begins: None,
        ended,
    }
}

struct Told {
    /// Each event that was given, with the time of that.
    events: Vec<(i64, Event)>,
    calls: Vec<i64>,
}

fn run(story: &Story) -> Told {
    let events = story.lines.iter().enumerate().map(|(number, line)| {
        let source = source(line.stream, None);
        let at = START + line.at;
        let event = Event {
            group: source.group,
            stream: source.stream,
            at,
            ingested: at + line.delay / 2,
            id: Some(format!("{number:06}").into()),
            message: "equal".into(),
        };
        (at + line.delay, event)
    });
    let mut world =
        World { events: events.collect(), chance: story.chance, story: story.clone(), calls: Vec::new() };
    let mut plan = Plan::new(Terms { since: START - story.back, until: None, lifted: story.lifted });
    let mut now = START;
    let mut told = Vec::new();
    let mut pending: Vec<(i64, u64, Result<Page<Event>, Failure>)> = Vec::new();
    let mut learnt = 0;
    let sources = |now: i64| -> Vec<Source> {
        let known = story.tasks.iter().enumerate().filter(|(_, (since, _))| START + since <= now);
        known
            .map(|(of, (_, ended))| source(of, ended.map(|end| START + end).filter(|end| *end <= now)))
            .collect()
    };
    let end = START + WRITTEN + AFTER;
    while now < end {
        if learnt <= now {
            plan.follow(now, &sources(now));
            learnt = now + 3_000;
        }
        match plan.next(now) {
            Step::Ask(call) => {
                let answer = world.answer(now, &call);
                let latency = 5 + i64::try_from(world.roll(300)).unwrap();
                pending.push((now + latency, call.number, answer));
            }
            Step::Wait(wake) => {
                let wake = wake.unwrap_or(i64::MAX);
                assert!(wake > now, "it waits for what was");
                let answered = pending.iter().map(|(at, ..)| *at).min().unwrap_or(i64::MAX);
                now = wake.min(answered).min(learnt).min(end);
                pending.sort_by_key(|(at, ..)| *at);
                while pending.first().is_some_and(|(at, ..)| *at <= now) {
                    let (_, number, answer) = pending.remove(0);
                    match answer {
                        Ok(page) => {
                            told.extend(
                                plan.answered(now, number, page).into_iter().map(|event| (now, event)),
                            );
                        }
                        Err(failure) => drop(plan.failed(now, number, failure)),
                    }
                }
            }
            Step::Done => panic!("it follows"),
        }
    }
    Told { events: told, calls: world.calls }
}

fn stories() -> impl Strategy<Value = Story> {
    let tasks = prop::collection::vec((0..40_000i64, prop::option::of(50_000..WRITTEN)), 1..7);
    (tasks, 4..40usize, any::<u64>(), prop_oneof![Just(0u64), Just(9)], prop_oneof![Just(0i64), Just(30_000)])
        .prop_flat_map(|(mut tasks, page, chance, failing, back)| {
            tasks[0].0 = 0;
            let line = (0..tasks.len(), -20_000..WRITTEN, prop_oneof![0..3_000i64, 0..59_900i64]);
            let line = line.prop_map(|(stream, at, delay)| Line { stream, at: at / 50 * 50, delay });
            (prop::collection::vec(line, 0..400), Just(tasks), Just((page, chance, failing, back)))
        })
        .prop_map(|(mut lines, tasks, (page, chance, failing, back))| {
            // A task that stopped writes no more.
            lines.retain(|line| tasks[line.stream].1.is_none_or(|ended| line.at <= ended));
            Story { lines, tasks, page, chance, failing, is_odd: true, lifted: true, back }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_event_is_given_once(story in stories()) {
        let told = run(&story);
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for (_, event) in &told.events {
            *count.entry(event.id.as_ref().unwrap().to_string()).or_default() += 1;
        }
        let expected: BTreeMap<String, usize> = story
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.at >= -story.back)
            .map(|(number, _)| (format!("{number:06}"), 1))
            .collect();
        prop_assert_eq!(count, expected);
    }
}

/// Lines every 100 ms of one stream, a second late.
fn steady(tasks: usize) -> Story {
    let lines = (0..WRITTEN / 100).map(|n| Line {
        stream: usize::try_from(n).unwrap() % tasks,
        at: n * 100,
        delay: 1_000,
    });
    Story {
        lines: lines.collect(),
        tasks: vec![(0, None); tasks],
        page: 10_000,
        chance: 7,
        failing: 0,
        is_odd: false,
        lifted: false,
        back: 1_000,
    }
}

#[test]
fn a_steady_tail_asks_about_once_a_second_and_an_idle_one_less() {
    let told = run(&steady(3));
    let within =
        |from: i64, to: i64| told.calls.iter().filter(|at| (START + from..START + to).contains(*at)).count();
    let busy = within(10_000, 70_000);
    assert!((60..=72).contains(&busy), "{busy} calls in a minute");
    let idle = within(WRITTEN + 30_000, WRITTEN + 90_000);
    assert!((12..=25).contains(&idle), "{idle} calls in an idle minute");
    let mut ages: Vec<i64> = told.events.iter().map(|(now, event)| now - event.at - 1_000).collect();
    ages.sort_unstable();
    let median = ages[ages.len() / 2];
    assert!(median <= 800, "given {median} ms after it could be seen");
}

#[test]
fn many_streams_stay_within_a_fifth_of_the_quota() {
    let told = run(&steady(450));
    let from = START + 20_000;
    let calls = told.calls.iter().filter(|at| (from..from + 60_000).contains(*at)).count();
    assert!(calls <= 62, "{calls} calls in a minute where a second allows 5 to all");
    assert_eq!(told.events.len(), steady(450).lines.len());
}

#[test]
fn a_history_is_read_once_to_its_end() {
    let story = steady(2);
    let mut world =
        World { events: Vec::new(), chance: 1, story: Story { page: 10, ..story }, calls: Vec::new() };
    for n in 0..95 {
        let source = source(n % 2, None);
        let at = START + i64::try_from(n).unwrap();
        let id = Some(format!("{n:06}").into());
        let event =
            Event { group: source.group, stream: source.stream, at, ingested: at, id, message: "m".into() };
        world.events.push((at, event));
    }
    let until = START + 1_000;
    let mut plan = Plan::new(Terms { since: START + 5, until: Some(until), lifted: false });
    plan.follow(until, &[source(0, None), source(1, None), source(2, None)]);
    let mut told = Vec::new();
    let mut settled = i64::MIN;
    loop {
        match plan.next(until) {
            Step::Ask(call) => match world.answer(until, &call) {
                Ok(page) => {
                    told.extend(plan.answered(until, call.number, page));
                    assert!(plan.settled() >= settled);
                    settled = plan.settled();
                }
                Err(failure) => drop(plan.failed(until, call.number, failure)),
            },
            Step::Wait(wake) => panic!("it waits until {wake:?}"),
            Step::Done => break,
        }
    }
    assert_eq!((told.len(), settled, plan.given_up()), (90, i64::MAX, 0));
}
