//! How quickly a million log lines are taken in, what they cost in memory, and how long a search over them takes.

#![expect(clippy::print_stdout, reason = "what a line costs is no time that divan could tell")]

use std::cell::Cell;
use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use fargate_top::fleet::id::Text;
use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::buffer::{Arrival, Limits, LogBuffer};
use fargate_top::fleet::log::marks::Condition;
use fargate_top::fleet::log::marks::SLICE;
use fargate_top::fleet::log::pattern::Pattern;
use fargate_top::fleet::log::rules::{Kind, Rules};
use fargate_top::fleet::log::search::Search;

const LINES: usize = 1_000_000;
/// Bytes of a message.
const LENGTH: usize = 108;
/// Events of one page.
const PAGE: usize = 10_000;
const STREAMS: usize = 40;

fn main() {
    let buffer = filled(&events(true));
    let hundredths = buffer.overhead() * 100 / LINES;
    println!(
        "{LINES} lines of {LENGTH} bytes with ids: {}.{:02} bytes per line over the text",
        hundredths / 100,
        hundredths % 100
    );
    drop(buffer);
    divan::main();
}

/// Lines of 40 streams in order of their times, 2000 in a second, with what makes each its own; the last one alone
/// says `needle 42`.
fn events(named: bool) -> Vec<Event> {
    let streams: Vec<Text> = (0..STREAMS).map(|number| format!("app/app/{number:032x}").into()).collect();
    let group: Text = "/ecs/checkout".into();
    (0..LINES)
        .zip(streams.iter().cycle())
        .map(|(number, stream)| {
            let at = 1_790_000_000_000 + i64::try_from(number / 2).unwrap_or(0);
            let end = if number + 1 == LINES { "needle 42" } else { "all is well" };
            let text = format!(
                "INFO request {number:08} GET /api/carts/{:06} 200 in {:04} ms; {end}",
                number * 7919 % 999_983,
                number * 31 % 5000
            );
            Event {
                group: Arc::clone(&group),
                stream: Arc::clone(stream),
                at,
                ingested: at + 200 + i64::try_from(number * 7919 % 3000).unwrap_or(0),
                id: named.then(|| format!("{number:056}").into()),
                message: format!("{text:.<LENGTH$}").into(),
            }
        })
        .collect()
}

fn empty() -> LogBuffer {
    LogBuffer::new(Limits { lines: 2 * LINES, bytes: 1 << 30 })
}

fn filled(events: &[Event]) -> LogBuffer {
    let mut buffer = empty();
    for page in events.chunks(PAGE) {
        buffer.append(page, Arrival::Live);
    }
    buffer
}

/// In order, as a page of history comes.
#[divan::bench(args = [false, true], sample_count = 10, sample_size = 1)]
fn ingest(bencher: Bencher<'_, '_>, ids: bool) {
    let mut events = events(ids);
    events.sort_by_key(|event| (event.at, event.ingested));
    bencher.counter(ItemsCount::new(LINES)).with_inputs(empty).bench_local_refs(|buffer| {
        for page in events.chunks(PAGE) {
            buffer.append(black_box(page), Arrival::Live);
        }
    });
}

/// The same in pages of 200, each of them upside down, as the tails of many streams come.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn ingest_out_of_order(bencher: Bencher<'_, '_>) {
    let mut events = events(true);
    events.chunks_mut(200).for_each(<[Event]>::reverse);
    bencher.counter(ItemsCount::new(LINES)).with_inputs(empty).bench_local_refs(|buffer| {
        for page in events.chunks(200) {
            buffer.append(black_box(page), Arrival::Live);
        }
    });
}

/// Everything comes a second time, as a sweep does.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn ingest_again(bencher: Bencher<'_, '_>) {
    let events = events(true);
    let buffer = filled(&events);
    bencher.counter(ItemsCount::new(LINES)).with_inputs(|| buffer.clone()).bench_local_refs(|buffer| {
        for page in events.chunks(PAGE) {
            buffer.append(black_box(page), Arrival::Live);
        }
    });
}

/// From the oldest line to the first hit, which is the newest one, in slices.
#[divan::bench(args = ["needle 42", "'NEEDLE", r"needle \d+", "Needle 42", r"(needle|pin) 4\d"], sample_count = 20, sample_size = 1)]
fn search(bencher: Bencher<'_, '_>, written: &str) {
    let buffer = filled(&events(true));
    bencher.bench_local(|| {
        let mut search = Search::default();
        search.set(written);
        while !search.advance(&buffer, 0, SLICE) {}
        black_box(search.hits(&buffer, None).next(0))
    });
}

/// One slice of the slowest pattern: what a key waits for at most.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn slice(bencher: Bencher<'_, '_>) {
    let buffer = filled(&events(true));
    let search = Cell::new(None);
    bencher.bench_local(|| {
        let mut running: Search = search.take().unwrap_or_else(|| {
            let mut search = Search::default();
            search.set(r"[a-z]+ \d+ [^;]*; (pin|nail)");
            search
        });
        let done = running.advance(&buffer, 0, SLICE);
        search.set((!done).then_some(running));
    });
}

/// What three keep rules show, when all lines are known.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn shown_by_three_rules(bencher: Bencher<'_, '_>) {
    let buffer = filled(&events(true));
    let mut rules = Rules::default();
    for written in ["needle", "/carts/00", "in 00"] {
        if let Ok(pattern) = Pattern::new(written) {
            rules.add(Kind::Keep, Condition::Matches(pattern));
        }
    }
    rules.set_context(3);
    while !rules.advance(&buffer, 0, SLICE) {}
    bencher.bench_local(|| black_box(rules.shown(&buffer)).hidden);
}
