//! What stands around a message: time, level and service, in the style of each service.

use std::fmt::{self, Write};

use super::super::super::super::Millis;
use super::super::super::super::calendar;
use super::super::setup::Style;
use super::super::stream::Stream;
use super::Level;

/// A line with a message in the style of its service. In JSON, `fields` are members as they stand, with a comma before
/// each; elsewhere they are left out.
pub fn say(
    out: &mut String,
    stream: &Stream,
    at: Millis,
    level: Level,
    message: fmt::Arguments<'_>,
    fields: fmt::Arguments<'_>,
) {
    match stream.setup.style {
        Style::Json => {
            out.push_str("{\"time\":\"");
            time(out, at, "-", 'T', '.');
            let word = match level {
                Level::Debug => "debug",
                Level::Info => "info",
                Level::Warn => "warn",
                Level::Error => "error",
            };
            for part in ["Z\",\"level\":\"", word, "\",\"service\":\"", &stream.service, "\",\"msg\":\""] {
                out.push_str(part);
            }
            let _ = out.write_fmt(message);
            out.push('"');
            let _ = out.write_fmt(fields);
            out.push('}');
        }
        Style::Plain => {
            time(out, at, "-", ' ', '.');
            let (colour, word) = match level {
                Level::Debug => ("\u{1b}[36m", "DEBUG"),
                Level::Info => ("\u{1b}[32m", "INFO "),
                Level::Warn => ("\u{1b}[33m", "WARN "),
                Level::Error => ("\u{1b}[1;31m", "ERROR"),
            };
            out.push(' ');
            if stream.setup.colours {
                for part in [colour, word, "\u{1b}[0m"] {
                    out.push_str(part);
                }
            } else {
                out.push_str(word);
            }
            for part in [" [", &stream.service, "] "] {
                out.push_str(part);
            }
            let _ = out.write_fmt(message);
        }
        Style::Access => {
            time(out, at, "/", ' ', '\0');
            let word = match level {
                Level::Debug => "debug",
                Level::Info => "notice",
                Level::Warn => "warn",
                Level::Error => "error",
            };
            let _ = write!(out, " [{word}] 1#1: ");
            let _ = out.write_fmt(message);
        }
    }
}

/// `2026-09-21T14:13:20.007`, with other signs between the parts if need be; without milliseconds if their sign is NUL.
pub fn time(out: &mut String, at: Millis, date: &str, middle: char, fraction: char) {
    let moment = calendar::moment(at);
    digits(out, moment.year, 1000);
    out.push_str(date);
    digits(out, moment.month, 10);
    out.push_str(date);
    digits(out, moment.day, 10);
    out.push(middle);
    digits(out, moment.hour, 10);
    out.push(':');
    digits(out, moment.minute, 10);
    out.push(':');
    digits(out, moment.second, 10);
    if fraction != '\0' {
        out.push(fraction);
        digits(out, moment.millis, 100);
    }
}

/// A number with leading zeros; `place` is that of its first digit. Quicker than the formatter, and lines have many.
fn digits(out: &mut String, number: i64, mut place: i64) {
    while place > 0 {
        out.push(char::from(b'0' + u8::try_from(number / place % 10).unwrap_or_default()));
        place /= 10;
    }
}

/// `21/Sep/2026:14:13:20 +0000`, as web servers write it.
pub fn web_time(out: &mut String, at: Millis) {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let moment = calendar::moment(at);
    let month = usize::try_from(moment.month - 1).ok().and_then(|place| MONTHS.get(place)).unwrap_or(&"Jan");
    digits(out, moment.day, 10);
    out.push('/');
    out.push_str(month);
    out.push('/');
    digits(out, moment.year, 1000);
    for part in [moment.hour, moment.minute, moment.second] {
        out.push(':');
        digits(out, part, 10);
    }
    out.push_str(" +0000");
}
