//! Stack traces of errors, as three languages write them.

use std::fmt::Write;

use super::super::stream::Stream;

const CAUSES: [&str; 5] = [
    "connection reset by peer",
    "deadline of 2000ms exceeded",
    "upstream answered 503",
    "duplicate key value violates unique constraint",
    "pool exhausted after 5000ms",
];

/// What went wrong, in a few words.
pub fn cause(seed: u64) -> &'static str {
    let place = usize::try_from((seed >> 44) % 5).unwrap_or_default();
    CAUSES.get(place).copied().unwrap_or("unknown error")
}

/// How many lines a trace has below its error.
pub fn lines(seed: u64) -> u8 {
    4 + u8::try_from((seed >> 50) % 6).unwrap_or_default()
}

/// A line of the trace, from 0. A service is written in one language.
pub fn line(stream: &Stream, seed: u64, line: u8, out: &mut String) {
    let number = 20 + (seed >> 8) % 300 + u64::from(line) * 17;
    let subject = stream.service.split('-').next().unwrap_or("item");
    let python = stream.service.len().is_multiple_of(2);
    let part = match line % 4 {
        0 => ("pool", "acquire"),
        1 => ("handler", "handle"),
        2 => ("service", "load"),
        _ => ("client", "call"),
    };
    let last = line + 1 == lines(seed);
    let _ = match (python, line) {
        (true, 0) => write!(out, "Traceback (most recent call last):"),
        (true, _) if last => write!(out, "{subject}.errors.UpstreamError: {}", cause(seed)),
        (true, _) => write!(out, "  File \"/app/{subject}/{}.py\", line {number}, in {}", part.0, part.1),
        (false, 0) => write!(out, "java.lang.IllegalStateException: {}", cause(seed)),
        (false, _) if last => write!(out, "\t... {} more", 20 + number % 30),
        (false, _) => write!(out, "\tat com.example.{subject}.{}.{}(Source.java:{number})", part.0, part.1),
    };
}
