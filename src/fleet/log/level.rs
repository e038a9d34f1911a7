//! How bad a line is, from a field of its JSON or from the word it begins with.

use super::ansi;
use super::json::{self, Field};

/// Levels from least to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::Display, strum::EnumIter)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

/// Names of the field that common loggers put the level, the message and the time in.
const LEVEL: [&str; 8] =
    ["level", "lvl", "severity", "log.level", "levelname", "loglevel", "@level", "severity_text"];
const MESSAGE: [&str; 8] = ["message", "msg", "@message", "event", "short_message", "text", "log", "body"];
const TIME: [&str; 9] =
    ["time", "timestamp", "@timestamp", "ts", "@t", "datetime", "asctime", "eventtime", "instant"];

/// What is left of the line may be a word of the message and no level.
const WORDS: usize = 6;
/// What stands between words.
const SPLITS: [char; 10] = ['[', ']', '(', ')', '|', ':', '=', '"', ',', ';'];
/// A level that stands behind these bytes is part of the message.
const NEAR: usize = 96;

/// The fields of a JSON line in the order in which they are shown: time, level, message, then the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'a> {
    pub time: Option<Field<'a>>,
    pub level: Option<Field<'a>>,
    pub message: Option<Field<'a>>,
    pub others: Vec<Field<'a>>,
}

/// Sorts the fields of a JSON line by what they mean; `None` for any other line.
pub fn parts(text: &str) -> Option<Parts<'_>> {
    let mut parts = Parts { time: None, level: None, message: None, others: Vec::new() };
    for field in json::fields(text)? {
        let place =
            [(&mut parts.time, &TIME[..]), (&mut parts.level, &LEVEL), (&mut parts.message, &MESSAGE)]
                .into_iter()
                .find(|(place, names)| place.is_none() && is_one_of(&field.name, names));
        match place {
            Some((place, _)) => *place = Some(field),
            None => parts.others.push(field),
        }
    }
    Some(parts)
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The level of a line, where it says one.
pub fn level(text: &str) -> Option<Level> {
    let start = text.trim_start();
    if start.starts_with('{')
        && let Some(fields) = json::fields(start)
    {
        let field = fields.iter().find(|field| is_one_of(&field.name, &LEVEL));
        return field.and_then(|field| read(&field.value()));
    }
    let near = text.get(..text.floor_char_boundary(NEAR)).unwrap_or(text);
    leading(&ansi::plain(near))
}

/// A level among the first words: `2026-01-01T10:00:00Z [error] …`, `level=warn …`, `ERROR: …`.
fn leading(text: &str) -> Option<Level> {
    let crash =
        ["panic: ", "fatal error: ", "Traceback (most recent call last)", "Exception in thread ", "thread '"];
    if let Some(sign) = crash.iter().find(|sign| text.starts_with(**sign)) {
        return (*sign != "thread '" || text.contains("panicked at")).then_some(Level::Error);
    }
    let is_split = |letter: char| letter.is_whitespace() || SPLITS.contains(&letter);
    let (mut before, mut rest) = ("", text);
    let mut place = 0;
    while place < WORDS && !rest.is_empty() {
        let (word, after) = rest.split_at(rest.find(is_split).unwrap_or(rest.len()));
        // Times and numbers come first in many formats, and are no words.
        if word.starts_with(|letter: char| letter.is_alphabetic() || letter == '<') {
            // In small letters `error` is mostly a word of the message, unless it opens the line or is marked.
            let shouted = !word.contains(|letter: char| letter.is_lowercase());
            let marked = after.starts_with([']', '|']) || before.eq_ignore_ascii_case("level");
            if (shouted || place == 0 || marked)
                && let Some(level) = named(word.trim_matches(['<', '>', '-']))
            {
                return Some(level);
            }
            (before, place) = (word, place + 1);
        }
        rest = after.trim_start_matches(is_split);
    }
    None
}

/// A level by its name, or by the number of pino and bunyan.
fn read(value: &str) -> Option<Level> {
    match value.trim().parse::<u32>() {
        Ok(number) => Some(match number {
            0..=10 => Level::Trace,
            11..=20 => Level::Debug,
            21..=30 => Level::Info,
            31..=40 => Level::Warn,
            41..=50 => Level::Error,
            _ => Level::Fatal,
        }),
        Err(_) => named(value.trim()),
    }
}

fn named(word: &str) -> Option<Level> {
    const NAMES: [(Level, &[&str]); 6] = [
        (Level::Info, &["info", "information", "inf", "notice"]),
        (Level::Error, &["error", "err", "eror", "severe"]),
        (Level::Warn, &["warn", "warning", "wrn"]),
        (Level::Debug, &["debug", "dbg"]),
        (Level::Trace, &["trace", "trc", "verbose"]),
        (Level::Fatal, &["fatal", "critical", "crit", "alert", "emerg", "emergency", "panic"]),
    ];
    if word.len() > 11 {
        return None;
    }
    NAMES.iter().find(|(_, names)| is_one_of(word, names)).map(|(level, _)| *level)
}

#[cfg(test)]
mod tests {
    use super::{Level, level, parts};

    #[test]
    fn levels_are_read() {
        for (text, expected) in [
            (r#"{"level":"warn","msg":"ERROR"}"#, Some(Level::Warn)),
            (r#"{"Severity":"ERROR"}"#, Some(Level::Error)),
            (r#"{"level":50,"msg":"pino"}"#, Some(Level::Error)),
            (r#"{"msg":"no level, error inside"}"#, None),
            ("2026-01-01T10:00:00.123Z ERROR db: gone", Some(Level::Error)),
            ("2026-01-01 10:00:00,123 - app.main - WARNING - slow", Some(Level::Warn)),
            ("[info] ready", Some(Level::Info)),
            ("[2026-01-01 10:00:00] [error] [pid 7] no", Some(Level::Error)),
            ("time=\"2026\" level=warning msg=x", Some(Level::Warn)),
            ("\x1b[32m INFO\x1b[0m started", Some(Level::Info)),
            ("panic: DB_URL is not set", Some(Level::Error)),
            ("thread 'main' panicked at src/main.rs:1", Some(Level::Error)),
            ("thread 'main' started", None),
            ("error: no such file", Some(Level::Error)),
            ("GET /error 200", None),
            ("no error was found", None),
            ("upstream connect error: refused", None),
            ("", None),
        ] {
            assert_eq!(level(text), expected, "{text}");
        }
    }

    #[test]
    fn fields_are_sorted_by_meaning() {
        let parts = parts(r#"{"a":1,"msg":"hi","ts":"t","level":"info","message":"second"}"#).unwrap();
        assert_eq!(parts.message.unwrap().value(), "hi");
        assert_eq!(parts.time.unwrap().value(), "t");
        assert_eq!(parts.level.unwrap().value(), "info");
        let others: Vec<String> = parts.others.iter().map(|field| field.name.to_string()).collect();
        assert_eq!(others, ["a", "message"]);
    }
}
