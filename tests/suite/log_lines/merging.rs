//! Lines arrive in any order, twice and in pages; the buffer holds each of them once, in order, up to its limits.

use std::collections::BTreeMap;

use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::buffer::{Arrival, Limits, LogBuffer};
use proptest::prelude::*;

use super::{buffer, event, texts};

const STREAMS: [&str; 4] = ["app/b", "app/a", "envoy/c", "app/0"];

/// What makes an event different from another one, in the order of the view.
type Row = (i64, i64, String, String);

fn row(event: &Event) -> Row {
    (event.at, event.ingested, event.stream.to_string(), event.message.to_string())
}

fn rows(buffer: &LogBuffer) -> Vec<Row> {
    let lines = buffer.lines(0..buffer.len());
    lines
        .map(|line| {
            let stream = buffer.stream(line.stream).unwrap().1.to_string();
            (line.at, line.ingested, stream, line.text.to_owned())
        })
        .collect()
}

/// Events with few times and few messages, so that many are alike; the id is all that tells some apart.
fn events(named: bool) -> impl Strategy<Value = Vec<Event>> {
    let one = (0..40_i64, 0..3_i64, 0..STREAMS.len(), 0..3_usize, 1..60_usize);
    proptest::collection::vec(one, 1..120).prop_map(move |all| {
        let numbered = all.into_iter().zip(0..);
        numbered
            .map(|((at, lag, stream, word, length), number)| Event {
                group: "/ecs/app".into(),
                stream: STREAMS[stream].into(),
                at: at * 500,
                ingested: at * 500 + lag * 100,
                id: named.then(|| format!("{number:056}").into()),
                message: ["ready", "GET /", ""][word].repeat(length).into(),
            })
            .collect()
    })
}

/// The order of arrival as numbers of events, some of them more than once, and the sizes of the pages.
fn deliveries(named: bool) -> impl Strategy<Value = (Vec<Event>, Vec<usize>, Vec<usize>)> {
    events(named).prop_flat_map(|events| {
        let order: Vec<usize> = (0..events.len()).collect();
        let again = proptest::collection::vec(0..events.len(), 0..60);
        let order =
            (Just(order).prop_shuffle(), again, any::<bool>()).prop_map(|(mut order, again, sorted)| {
                if sorted {
                    order.sort_unstable();
                }
                order.extend(again);
                order
            });
        (Just(events), order, proptest::collection::vec(1..40_usize, 1..8))
    })
}

/// Gives the events out in pages of these sizes, in turn.
fn pages(events: &[Event], order: &[usize], sizes: &[usize]) -> Vec<Vec<Event>> {
    let mut pages = Vec::new();
    let mut rest = order;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (page, later) = rest.split_at((*size).min(rest.len()));
        pages.push(page.iter().map(|number| events[*number].clone()).collect());
        rest = later;
    }
    pages
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_arrival_gives_the_sorted_set((events, order, sizes) in deliveries(true)) {
        let mut buffer = LogBuffer::new(Limits::default());
        for page in pages(&events, &order, &sizes) {
            let before = buffer.len();
            let result = buffer.append(&page, Arrival::Live);
            prop_assert_eq!(result.added + result.duplicates, page.len());
            prop_assert_eq!(buffer.len(), before + result.added);
        }
        let mut expected: Vec<Row> = events.iter().map(row).collect();
        expected.sort();
        // Lines of one stream and instant stay as they came; everything else has one order.
        let mut found = rows(&buffer);
        let key = |row: &Row| (row.0, row.1, row.2.clone());
        prop_assert!(found.is_sorted_by_key(key));
        found.sort();
        prop_assert_eq!(found, expected);
    }

    /// Live tail names no event: of equal ones as many are held as the update that had most of them.
    #[test]
    fn events_without_ids_are_counted((events, order, sizes) in deliveries(false)) {
        let mut buffer = LogBuffer::new(Limits::default());
        let mut most: BTreeMap<Row, usize> = BTreeMap::new();
        for page in pages(&events, &order, &sizes) {
            let mut here: BTreeMap<Row, usize> = BTreeMap::new();
            for event in &page {
                *here.entry(row(event)).or_default() += 1;
            }
            for (row, count) in here {
                let known = most.entry(row).or_default();
                *known = count.max(*known);
            }
            buffer.append(&page, Arrival::Live);
        }
        let expected: Vec<Row> =
            most.into_iter().flat_map(|(row, count)| std::iter::repeat_n(row, count)).collect();
        let mut found = rows(&buffer);
        found.sort();
        prop_assert_eq!(found, expected);
    }

    /// The same events from live tail and from a page are the same lines, whichever came first.
    #[test]
    fn both_sources_make_one_set(
        (events, order, sizes) in deliveries(true), live in proptest::collection::vec(any::<bool>(), 1..20),
    ) {
        let mut buffer = LogBuffer::new(Limits::default());
        for (mut page, live) in pages(&events, &order, &sizes).into_iter().zip(live.iter().cycle()) {
            if *live {
                // An update names each event once.
                page.sort_by(|one, other| one.id.cmp(&other.id));
                page.dedup();
                for event in &mut page {
                    event.id = None;
                }
            }
            buffer.append(&page, Arrival::Live);
        }
        buffer.append(&events, Arrival::Live);
        let mut expected: Vec<Row> = events.iter().map(row).collect();
        expected.sort();
        let mut found = rows(&buffer);
        found.sort();
        prop_assert_eq!(found, expected);
    }

    /// The ring holds the newest lines, and counts the others.
    #[test]
    fn the_ring_holds_the_newest(
        (events, order, sizes) in deliveries(true), lines in 1..50_usize, bytes in 20..4000_usize,
    ) {
        let mut buffer = LogBuffer::new(Limits { lines, bytes });
        let mut added = 0;
        for page in pages(&events, &order, &sizes) {
            let result = buffer.append(&page, Arrival::Live);
            added += result.added as u64;
            prop_assert!(buffer.len() <= lines);
            prop_assert!(buffer.bytes() <= bytes || buffer.len() == 1);
            prop_assert_eq!(buffer.len() as u64, added - buffer.dropped());
            let held: usize = buffer.lines(0..lines).map(|line| line.text.len() + 12).sum();
            prop_assert_eq!(buffer.bytes(), held);
            let names: Vec<_> = (0..buffer.len()).map(|index| buffer.id(index).unwrap()).collect();
            let from = sizes[0].min(names.len());
            let excerpt = buffer.excerpt(from..names.len());
            for (index, name) in names.iter().enumerate() {
                prop_assert_eq!(buffer.find(name), Ok(index));
                if let Some(place) = index.checked_sub(from) {
                    prop_assert_eq!(excerpt.find(name), Ok(place));
                }
            }
            prop_assert_eq!(&rows(&excerpt)[..], &rows(&buffer)[from..]);
        }
        prop_assert!(rows(&buffer).is_sorted_by_key(|row| (row.0, row.1, row.2.clone())));
    }

    /// A cursor stays on its line while others come before it and go.
    #[test]
    fn a_cursor_stays_on_its_line(
        (events, order, sizes) in deliveries(true), lines in 20..80_usize, at in any::<prop::sample::Index>(),
    ) {
        let mut buffer = LogBuffer::new(Limits { lines, ..Limits::default() });
        let mut cursors = Vec::new();
        for page in pages(&events, &order, &sizes) {
            buffer.append(&page, Arrival::Live);
            let index = at.index(buffer.len());
            cursors.push((buffer.id(index).unwrap(), buffer.line(index).unwrap().text.to_owned()));
            for (id, text) in &cursors {
                match buffer.find(id) {
                    Ok(index) => prop_assert_eq!(buffer.line(index).unwrap().text, text),
                    // It was dropped: what is left is newer.
                    Err(index) => prop_assert_eq!(index, 0),
                }
            }
        }
    }
}

/// Enough text for many segments; every page reaches far back into those that are sealed.
#[test]
fn lines_find_their_place_in_old_segments() {
    let line = "x".repeat(700);
    let all: Vec<Event> = (0..6000)
        .zip(STREAMS.into_iter().cycle())
        .map(|(at, stream)| event(stream, at / 3, &at.to_string(), &format!("{at} {line}")))
        .collect();
    let mut buffer = LogBuffer::new(Limits::default());
    for start in 0..7 {
        let page: Vec<Event> = all.iter().skip(start).step_by(7).cloned().collect();
        assert_eq!(buffer.append(&page, Arrival::History).added, page.len());
        assert_eq!(buffer.append(&page, Arrival::History).duplicates, page.len());
    }
    let mut expected: Vec<Row> = all.iter().map(row).collect();
    expected.sort_by(|one, other| (one.0, one.1, &one.2).cmp(&(other.0, other.1, &other.2)));
    assert_eq!(rows(&buffer), expected);
    let backwards: Vec<usize> = buffer.lines(10..5000).rev().map(|line| line.index).collect();
    assert_eq!(backwards, (10..5000).rev().collect::<Vec<_>>());
    assert_eq!(buffer.at_or_after(500), expected.iter().position(|row| row.0 >= 500).unwrap());
    assert_eq!(buffer.line(6000), None);
}

#[test]
fn what_comes_late_is_marked() {
    let mut buffer = LogBuffer::new(Limits::default());
    buffer.append(&[event("app/1", 10_000, "a", "now")], Arrival::Live);
    let page = [event("app/1", 8499, "b", "late"), event("app/1", 8500, "c", "in time")];
    assert_eq!(buffer.append(&page, Arrival::Live).late, 1);
    buffer.append(&[event("app/1", 1, "d", "asked for")], Arrival::History);
    let late: Vec<(String, bool)> =
        buffer.lines(0..9).map(|line| (line.text.to_owned(), line.late)).collect();
    let expected = [("asked for", false), ("late", true), ("in time", false), ("now", false)];
    assert_eq!(late, expected.map(|(text, late)| (text.to_owned(), late)));
    assert_eq!(buffer.late(), 1);
}

#[test]
fn what_was_dropped_comes_back_only_when_asked_for() {
    let mut buffer = LogBuffer::new(Limits { lines: 3, ..Limits::default() });
    let all: Vec<Event> = (0..5).map(|at| event("app/1", at, &at.to_string(), &at.to_string())).collect();
    buffer.append(&all, Arrival::Live);
    assert_eq!((texts(&buffer), buffer.dropped()), (vec!["2".into(), "3".into(), "4".into()], 2));
    let again = buffer.append(&all, Arrival::Live);
    assert_eq!((again.added, again.duplicates, again.refused, buffer.dropped()), (0, 3, 2, 2));
    buffer.set_limits(Limits { lines: 10, ..Limits::default() });
    assert_eq!(buffer.append(&all, Arrival::History).added, 2);
    assert_eq!(texts(&buffer), ["0", "1", "2", "3", "4"]);
}

/// A clone is a picture: what comes later does not reach it.
#[test]
fn a_clone_stays_as_it_is() {
    let mut lines = buffer(&["one", "two"]);
    let picture = lines.clone();
    lines.append(&[event("app/1", 0, "x", "zero"), event("app/1", 9, "y", "three")], Arrival::Live);
    assert_eq!(texts(&picture), ["one", "two"]);
    assert_eq!(texts(&lines), ["one", "zero", "two", "three"]);
}

#[test]
fn a_line_costs_little_beside_its_text() {
    let events: Vec<Event> = (0..200_000_i64)
        .map(|number| {
            let message = format!("{number:>0width$}", width = 96 + usize::try_from(number % 24).unwrap());
            let at = 1_790_000_000_000 + number / 2;
            let mut event = event(&format!("app/{}", number % 40), at, &format!("{number:056}"), &message);
            event.ingested = at + 300 + number * 7919 % 3000;
            event
        })
        .collect();
    let mut sorted = events;
    sorted.sort_by(|one, other| {
        (one.at, one.ingested, &one.stream).cmp(&(other.at, other.ingested, &other.stream))
    });
    let mut buffer = LogBuffer::new(Limits { lines: 1_000_000, bytes: 1 << 30 });
    for page in sorted.chunks(500) {
        buffer.append(page, Arrival::Live);
    }
    assert_eq!(buffer.len(), 200_000);
    assert!(buffer.overhead() <= 12 * 200_000, "{} bytes for 200,000 lines", buffer.overhead());
}
