//! When a stream writes: the events of one second.

use super::super::super::Millis;
use super::super::super::name::{Purpose, derive};
use super::super::definition::Role;
use super::setup::Style;
use super::spark::{Spark, What};
use super::stream::Stream;
use super::text;

/// The same event once more.
const COPY: u32 = 1 << 31;
/// Lines of the start begin with the first second; these are their milliseconds after the start.
const START: [Millis; 7] = [40, 180, 181, 420, 900, 1_300, 2_100];
/// When the usual lines begin.
const STARTED: Millis = 2_500;
/// A batch holds the lines of so many milliseconds.
const BATCH: Millis = 100;
/// A batch that is sent twice comes the second time up to so much later.
const AGAIN: Millis = 2_300;

/// The longest that an event of a stream may take.
pub fn slowest(stream: &Stream) -> Millis {
    stream.setup.delay.1 + BATCH + AGAIN
}

/// Adds all events of the second, counted from the epoch, that a stream writes in it.
pub fn second(stream: &Stream, second: i64, out: &mut Vec<Spark>) {
    let from = second * 1000;
    let until = from + 1000;
    if until <= stream.begins || stream.ends.is_some_and(|ends| ends < from) {
        return;
    }
    let index = second.unsigned_abs();
    let random = derive(stream.seed, Purpose::Log, index);
    let first = out.len();
    let delay = delay(stream, second);
    let mut add = |at: Millis, seq: u32, what: What| {
        let inside = at >= from && at < until && at >= stream.begins;
        if inside && stream.ends.is_none_or(|ends| at <= ends) {
            let ingested = (at + BATCH - 1).div_euclid(BATCH) * BATCH + delay;
            out.push(Spark { at, ingested, seq, seed: mix(random, seq), what });
        }
    };
    if stream.begins + STARTED > from {
        for (line, after) in (0..text::start_lines(stream)).zip(START) {
            add(stream.begins + after, u32::from(line), What::Start(line));
        }
    }
    if let Some(signalled) = stream.signalled {
        add(signalled, 930, What::Signal);
    }
    if let Some(ends) = stream.ends {
        for line in 0..text::end_lines(stream) {
            add(ends, 10_000_000 + u32::from(line), What::End(line));
        }
    }
    if stream.doomed.is_some() {
        if (from - stream.begins).div_euclid(1000) % 2 == 1 {
            add(from + offset(random, 0), 920, What::Waiting);
        }
    } else {
        working(stream, second, random, &mut add);
    }
    // The agent sends a batch again if it did not hear that it came.
    if derive(stream.seed, Purpose::LogDelay, !index) % 1000 < u64::from(stream.setup.doubled) {
        let later = 300 + offset(random, 77) * 2;
        for place in first..out.len() {
            let copy = out.get(place).map(|spark| Spark {
                ingested: spark.ingested + later.min(AGAIN),
                seq: spark.seq | COPY,
                ..*spark
            });
            out.extend(copy);
        }
    }
}

/// Between its start and its end.
fn working(stream: &Stream, second: i64, random: u64, add: &mut impl FnMut(Millis, u32, What)) {
    let from = second * 1000;
    let may = |at: Millis| {
        at >= stream.begins + STARTED
            && stream.signalled.is_none_or(|signalled| at < signalled)
            && stream.setup.window.is_none_or(|(begins, ends)| at >= begins && at < ends)
    };
    // The last moment comes once more when two lines share a millisecond.
    let mut last = offset(random, 0);
    for place in 0..due(stream, second, random) {
        let number = mix(random, place + 1);
        if number & 7 != 0 {
            last = offset(number, 1);
        }
        let (at, seq) = (from + last, 1_000 + place * 32);
        if may(at) {
            add(at, seq, What::Usual);
            for line in 0..trace_lines(stream, at, mix(random, seq)) {
                add(at, seq + 1 + u32::from(line), What::Trace(line));
            }
        }
    }
    if stream.role == Role::App && stream.setup.checks && stream.setup.window.is_none() {
        let phase = i64::try_from(stream.seed & 0xFF).unwrap_or_default();
        let at = from + 1 + phase;
        if stream.checked && (second + phase) % 10 == 0 && may(at) {
            add(at, 900, What::Check);
        }
        // Two nodes of the load balancer ask in the same moment.
        if stream.balanced && (second + phase) % 15 == 3 && may(at + 7) {
            add(at + 7, 910, What::Probe);
            add(at + 7, 911, What::Probe);
        }
    }
}

/// How many usual lines a second has.
fn due(stream: &Stream, second: i64, random: u64) -> u32 {
    let rate = match stream.role {
        Role::App => stream.setup.rate,
        Role::Envoy => stream.setup.rate.min(500),
        Role::LogRouter => 20,
    };
    let block = second.div_euclid(16).unsigned_abs();
    let burst = stream.setup.bursts && derive(stream.seed, Purpose::LogBurst, block).is_multiple_of(40);
    let rate = if burst { rate * 6 } else { rate };
    rate / 1000 + u32::from(random % 1000 < u64::from(rate % 1000))
}

/// Lines of a trace that are events of their own.
fn trace_lines(stream: &Stream, at: Millis, seed: u64) -> u8 {
    let apart = !stream.setup.multiline && stream.setup.style == Style::Plain;
    if apart && text::has_trace(stream, at, seed) { text::trace_lines(seed) } else { 0 }
}

/// How long the lines of a second take: most come soon, those of some streams and moments late.
fn delay(stream: &Stream, second: i64) -> Millis {
    let (least, most) = stream.setup.delay;
    let random = derive(stream.seed, Purpose::LogDelay, second.div_euclid(3).unsigned_abs()) & 0xFFFF;
    let share =
        if stream.seed.is_multiple_of(5) { random } else { random * random / 0xFFFF * random / 0xFFFF };
    least + (most - least) * i64::try_from(share).unwrap_or_default() / 0xFFFF
}

/// A millisecond of a second.
fn offset(random: u64, salt: u32) -> Millis {
    i64::try_from(mix(random, salt) % 1000).unwrap_or_default()
}

/// Another number from a random one, quickly.
fn mix(random: u64, salt: u32) -> u64 {
    let mut z = random ^ u64::from(salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
