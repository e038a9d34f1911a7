//! Search and rules give what a reader would find line by line, in whatever slices they work.

use std::collections::BTreeSet;

use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::ansi;
use fargate_top::fleet::log::bits::Bits;
use fargate_top::fleet::log::buffer::{Arrival, Limits, LogBuffer};
use fargate_top::fleet::log::histogram::Histogram;
use fargate_top::fleet::log::level::{Level, level};
use fargate_top::fleet::log::marks::{Condition, Marks};
use fargate_top::fleet::log::pattern::Pattern;
use fargate_top::fleet::log::patterns::Patterns;
use fargate_top::fleet::log::rules::{Kind, Rules};
use fargate_top::fleet::log::search::Search;
use fargate_top::fleet::log::streams::StreamId;
use fargate_top::fleet::log::trace;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::sample::select;

use super::{buffer, event};

const PATTERNS: [&str; 22] = [
    "error", "Error", "'a.b", "a.b", "^a", "b$", "^$", "a[^x]*b", r"\s+", "a*", r"\Aa", r"b\z", "(?s)a.b",
    "é", r"\bab\b", "(?i)AB", "[^a]", "a|^b", r"\S", "", "ab", "É",
];

/// Pieces of lines that the patterns meet inside, at the ends and over the ends.
fn line() -> impl Strategy<Value = String> {
    let words =
        ["a", "b", "ab", "a.b", "axb", " ", "error", "Error", "é", "\x1b[31m", "\x1b[0m", "\n", "x", ""];
    proptest::collection::vec(select(words.to_vec()), 0..6).prop_map(|words| words.concat())
}

fn page(lines: &[String], first: i64) -> Vec<Event> {
    let numbered = lines.iter().zip(first..);
    numbered
        .map(|(line, at)| {
            event(if at % 2 == 0 { "app/1" } else { "app/2" }, at * 7 % 90, &at.to_string(), line)
        })
        .collect()
}

/// Does the work in slices of this size; fails when it never ends.
fn finish(buffer: &LogBuffer, mut advance: impl FnMut(&LogBuffer) -> bool) {
    let slices = (0..100_000).find(|_| advance(buffer));
    assert!(slices.is_some(), "the slices never end");
}

fn set(bits: &Bits) -> BTreeSet<usize> {
    bits.iter().collect()
}

/// The same pattern asked about one line alone.
fn alone(pattern: &str) -> impl Fn(&str) -> bool {
    let pattern = Pattern::new(pattern).unwrap();
    move |text| pattern.is_match(text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn search_finds_what_each_line_holds(
        lines in proptest::collection::vec(line(), 1..60), written in select(PATTERNS.to_vec()),
        near in 0..70_usize, budget in 1..200_usize,
    ) {
        let mut buffer = LogBuffer::new(Limits::default());
        buffer.append(&page(&lines, 0), Arrival::Live);
        let pattern = Pattern::new(written).unwrap();
        let mut marks = Marks::new(Condition::Matches(pattern));
        finish(&buffer, |buffer| marks.advance(buffer, near, budget));
        // A segment with escape sequences is searched as it is shown, another one as it is.
        let escapes = lines.iter().any(|line| line.contains('\x1b'));
        let is_met = alone(written);
        let expected: BTreeSet<usize> = buffer
            .lines(0..buffer.len())
            .filter(|line| if escapes && line.text.contains('\x1b') { is_met(&ansi::plain(line.text)) } else { is_met(line.text) })
            .map(|line| line.index)
            .collect();
        prop_assert_eq!(set(&marks.lines(&buffer)), expected);
        prop_assert!(marks.is_complete(&buffer));
    }

    /// Lines arrive and go between the slices; in the end the rules show what a naive filter shows.
    #[test]
    fn rules_show_what_a_naive_filter_shows(
        pages in proptest::collection::vec(proptest::collection::vec(line(), 1..25), 1..8),
        keeps in proptest::collection::vec((select(PATTERNS.to_vec()), any::<bool>()), 0..3),
        hides in proptest::collection::vec((select(PATTERNS.to_vec()), any::<bool>()), 0..3),
        context in 0..4_usize, budget in 1..400_usize, limit in 10..90_usize,
    ) {
        let mut buffer = LogBuffer::new(Limits { lines: limit, ..Limits::default() });
        let mut rules = Rules::default();
        rules.set_context(context);
        for (kind, written) in [(Kind::Keep, &keeps), (Kind::Hide, &hides)] {
            for (written, on) in written {
                rules.add(kind, Condition::Matches(Pattern::new(written).unwrap()));
                let rule = rules.iter().len() - 1;
                rules.turn(rule, *on);
            }
        }
        let mut number = 0;
        for lines in &pages {
            buffer.append(&page(lines, number), Arrival::Live);
            number += i64::try_from(lines.len()).unwrap();
            rules.advance(&buffer, buffer.len(), budget);
            let shown = rules.shown(&buffer);
            prop_assert_eq!(shown.lines.len(), buffer.len());
            prop_assert_eq!(shown.hidden + shown.lines.count(), buffer.len());
        }
        finish(&buffer, |buffer| rules.advance(buffer, 0, budget));
        let shown = rules.shown(&buffer);
        let compiled = |rules: &[(&'static str, bool)]| -> Vec<Pattern> {
            rules.iter().filter(|(_, on)| *on).map(|(written, _)| Pattern::new(written).unwrap()).collect()
        };
        let (keeping, hiding) = (compiled(&keeps), compiled(&hides));
        let any = |rules: &[Pattern], text: &str| {
            let text = if text.contains('\x1b') { ansi::plain(text).into_owned() } else { text.to_owned() };
            rules.iter().any(|pattern| pattern.is_match(&text))
        };
        let texts: Vec<String> = super::texts(&buffer);
        let hidden: Vec<bool> = texts.iter().map(|text| any(&hiding, text)).collect();
        let everything = !keeps.iter().any(|(_, on)| *on);
        let kept: Vec<usize> =
            (0..texts.len()).filter(|line| !hidden[*line] && (everything || any(&keeping, &texts[*line]))).collect();
        let expected: BTreeSet<usize> = (0..texts.len())
            .filter(|line| !hidden[*line] && kept.iter().any(|kept| kept.abs_diff(*line) <= context))
            .collect();
        prop_assert_eq!(set(&shown.lines), expected);
        prop_assert!(shown.complete);
    }

    #[test]
    fn the_histogram_counts_every_line(
        pages in proptest::collection::vec(proptest::collection::vec(line(), 1..25), 1..6),
        width in 1..40_i64, limit in 10..90_usize,
    ) {
        let mut buffer = LogBuffer::new(Limits { lines: limit, ..Limits::default() });
        let mut histogram = Histogram::new(width);
        let mut number = 0;
        for lines in &pages {
            buffer.append(&page(lines, number), Arrival::Live);
            number += i64::try_from(lines.len()).unwrap();
            finish(&buffer, |buffer| histogram.advance(buffer, 0, 50));
        }
        let buckets = histogram.buckets(100, 200);
        let lines: u32 = buckets.iter().map(|bucket| bucket.lines).sum();
        let errors: u32 = buckets.iter().map(|bucket| bucket.errors).sum();
        prop_assert_eq!(lines as usize, buffer.len());
        prop_assert_eq!(errors as usize, naive_errors(&buffer));
        prop_assert_eq!(histogram.errors(&buffer).count(), errors as usize);
    }
}

fn naive_errors(buffer: &LogBuffer) -> usize {
    buffer.lines(0..buffer.len()).filter(|line| level(line.text) >= Some(Level::Error)).count()
}

/// Enough lines for several segments, so that hits at their ends count.
#[test]
fn hits_are_found_in_every_segment() {
    let lines: Vec<String> =
        (0..30_000).map(|line| format!("request {line} took {} ms", line * 7919 % 5000)).collect();
    let mut buffer = LogBuffer::new(Limits::default());
    for (page, number) in lines.chunks(997).zip(0..) {
        let events: Vec<Event> = page
            .iter()
            .zip(0..)
            .map(|(line, at)| event("app/1", number * 997 + at, &line.clone(), line))
            .collect();
        buffer.append(&events, Arrival::Live);
    }
    for written in ["took 4999 ms", "'TOOK", r"\b1\d\d ms$", "^request 29999 .*", "[^9]* took 1"] {
        let mut marks = Marks::new(Condition::Matches(Pattern::new(written).unwrap()));
        finish(&buffer, |buffer| marks.advance(buffer, 15_000, 100_000));
        let is_met = alone(written);
        let expected: BTreeSet<usize> = (0..lines.len()).filter(|line| is_met(&lines[*line])).collect();
        assert_eq!(set(&marks.lines(&buffer)), expected, "{written}");
    }
}

#[test]
fn search_counts_and_wraps() {
    let buffer = buffer(&["a timeout", "b", "c Timeout", "d", "timeout e"]);
    let mut search = Search::default();
    search.set("timeout");
    assert!(search.advance(&buffer, 0, 1000));
    let hits = search.hits(&buffer, None);
    assert_eq!((hits.counter(2), hits.complete), ((2, 3), true));
    assert_eq!((hits.next(2), hits.next(4)), (Some((4, false)), Some((0, true))));
    assert_eq!((hits.previous(2), hits.previous(0)), (Some((0, false)), Some((4, true))));
    // A capital is meant as one.
    search.set("Timeout");
    search.advance(&buffer, 0, 1000);
    assert_eq!(set(&search.hits(&buffer, None).lines), [2].into());
    // What cannot be read leaves what was found.
    search.set("Timeout(");
    let mistake = "not a regular expression: unclosed group; put ' in front to search for the text itself";
    assert_eq!(search.mistake(), Some(mistake));
    assert_eq!(set(&search.hits(&buffer, None).lines), [2].into());
    search.set("'Timeout(");
    search.advance(&buffer, 0, 1000);
    assert_eq!((search.mistake(), search.hits(&buffer, None).next(0)), (None, None));
    // Lines that are hidden are no hits.
    search.set("timeout");
    search.advance(&buffer, 0, 1000);
    let mut shown = Bits::full(5);
    shown.subtract(&search.hits(&buffer, None).lines);
    shown.insert(4);
    assert_eq!(set(&search.hits(&buffer, Some(&shown)).lines), [4].into());
}

#[test]
fn rules_say_what_they_hide() {
    let mut lines = buffer(&["INFO a", "ERROR b", "INFO c", "DEBUG d", "WARN e"]);
    lines.append(&[event("envoy/1", 3, "x", "ERROR of envoy")], Arrival::Live);
    let mut rules = Rules::default();
    rules.add(Kind::Keep, Condition::Level(Level::Warn));
    rules.add(Kind::Hide, Condition::Stream([StreamId(1)].into()));
    finish(&lines, |lines| rules.advance(lines, 0, 3));
    let shown = rules.shown(&lines);
    assert_eq!((set(&shown.lines), shown.hidden, shown.by_rule), ([1, 5].into(), 4, vec![3, 1]));
    rules.set_context(1);
    // The line of envoy stands between d and e, and stays hidden.
    assert_eq!(set(&rules.shown(&lines).lines), [0, 1, 2, 5].into());
    rules.turn(0, false);
    assert_eq!(rules.shown(&lines).by_rule, [0, 1]);
    assert_eq!(rules.shown(&lines).hidden, 1);
}

#[test]
fn traces_and_repeats_are_folded_within_their_stream() {
    let mut lines = LogBuffer::new(Limits::default());
    let told = [
        ("app/1", "java.lang.IllegalStateException: no"),
        ("app/2", "ready after 12 ms"),
        ("app/1", "\tat com.acme.Main.run(Main.java:12)"),
        ("app/2", "ready after 9 ms"),
        ("app/1", "Caused by: java.io.IOException"),
        ("app/1", "next"),
        ("app/1", "\tat alone"),
    ];
    let events: Vec<Event> =
        told.iter().zip(0..).map(|((stream, text), at)| event(stream, at, &at.to_string(), text)).collect();
    lines.append(&events, Arrival::Live);
    assert_eq!(trace::trace(&lines, 0), [2, 4]);
    assert_eq!(trace::trace(&lines, 5), [6]);
    for (condition, expected) in [(Condition::Continues, vec![2, 4, 6]), (Condition::Repeats, vec![3])] {
        let mut marks = Marks::new(condition);
        finish(&lines, |lines| marks.advance(lines, 0, 10));
        assert_eq!(marks.lines(&lines).iter().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn shapes_are_counted_as_lines_come_and_go() {
    let mut lines = LogBuffer::new(Limits { lines: 6, ..Limits::default() });
    let mut patterns = Patterns::default();
    for at in 0..9 {
        let text = if at % 3 == 0 {
            format!("panic {at}: no url")
        } else {
            format!("\x1b[32mready\x1b[0m in {at} ms")
        };
        lines.append(&[event("app/1", at, &at.to_string(), &text)], Arrival::Live);
        finish(&lines, |lines| patterns.advance(lines, 20));
    }
    let top = patterns.top(&lines, 5);
    let told: Vec<_> = top.iter().map(|top| (&*top.shape, top.lines, top.first, top.last)).collect();
    assert_eq!(told, [("ready in # ms", 4, 4, 8), ("panic #: no url", 2, 3, 6)]);
    assert_eq!(patterns.top(&lines, 1).len(), 1);
}
