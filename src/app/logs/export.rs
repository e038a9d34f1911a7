//! Lines for the clipboard and for files: as text or as JSON, printable, and without secrets unless asked otherwise.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat};

use super::LogView;
use super::prompt::{Extent, Saving};
use super::rows::{Room, Row, window};
use crate::fleet::log::ansi;
use crate::fleet::log::buffer::LogBuffer;
use crate::fleet::log::line::Line;
use crate::fleet::log::mask::Mask;
use crate::fleet::log::trace;

/// The line under the cursor, with what stands folded under it.
pub fn line(view: &LogView) -> Option<String> {
    let (buffer, index) = view.find(&view.at()?)?;
    let mut lines = vec![index];
    // What is held of lines that were dropped has places of its own.
    if view.choices.fold_traces && view.held_at().is_none() {
        let rest = trace::trace(buffer, index);
        lines.extend(rest.into_iter().filter(|line| view.sift.folded.contains(*line)));
    }
    Some(written(view, lines.iter().filter_map(|line| buffer.line(*line)), Saving::default()))
}

/// The marked lines, else those on the screen; with how many they are.
pub fn lines(view: &LogView, room: Room) -> (usize, String) {
    let marked = view.marked();
    if !marked.is_empty() {
        let lines = marked.iter().filter_map(|line| view.buffer.line(*line));
        return (marked.len(), written(view, lines, Saving::default()));
    }
    let shown = window(view, room);
    let lines: Vec<Line<'_>> = shown
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Line { index, held, part: 0 } => {
                let buffer = if *held { view.place.held.as_ref()? } else { &view.buffer };
                buffer.line(*index)
            }
            _ => None,
        })
        .collect();
    (lines.len(), written(view, lines.into_iter(), Saving::default()))
}

/// The lines of a file, and how many they are.
pub fn extent(view: &LogView, extent: Extent, saving: Saving) -> (usize, String) {
    let of = |lines: &mut dyn Iterator<Item = usize>| {
        let mut count = 0;
        let found = lines.filter_map(|line| view.buffer.line(line)).inspect(|_| count += 1);
        let text = written(view, found, saving);
        (count, text)
    };
    match extent {
        Extent::Buffer => of(&mut (0..view.buffer.len())),
        Extent::Shown => of(&mut view.sift.shown.iter()),
        Extent::Marked => of(&mut view.marked().into_iter()),
    }
}

fn written<'a>(view: &LogView, lines: impl Iterator<Item = Line<'a>>, saving: Saving) -> String {
    let mut mask = Mask::default();
    let mut text = String::new();
    for line in lines {
        let message = masked(&mut mask, &line, saving);
        if saving.json {
            json(view, &line, &message, &mut text);
        } else {
            plain(view, &line, &message, &mut text);
        }
        text.push('\n');
    }
    text
}

/// The message without secrets. They are looked for in what is seen: colours may stand in the middle of one.
fn masked<'a>(mask: &mut Mask, line: &Line<'a>, saving: Saving) -> Cow<'a, str> {
    if saving.secrets {
        return line.text.into();
    }
    let seen = printable(line.text);
    let told = mask.line(line.stream, &seen);
    // Text and JSON go out as they are where nothing had to be hidden.
    if *told == *seen { line.text.into() } else { Cow::Owned(told.into_owned()) }
}

/// `2026-11-21T10:00:00.120Z app/9f3c message`; further lines of the message are indented.
fn plain(view: &LogView, line: &Line<'_>, message: &str, text: &mut String) {
    let late = if line.late { "~" } else { "" };
    let who = match view.legend.writer(line.stream) {
        Some(writer) => format!("{}/{}", writer.container, writer.short),
        None => stream(&view.buffer, line).1.to_owned(),
    };
    // Writing to a String cannot fail.
    let _ = write!(text, "{late}{} {} ", stamp(line.at), ansi::plain(&who));
    for (number, part) in message.trim_end().lines().enumerate() {
        if number > 0 {
            text.push_str("\n    ");
        }
        text.push_str(&ansi::plain(part));
    }
}

/// One object with what `fargate-top logs --json` tells, but for the id of the event.
fn json(view: &LogView, line: &Line<'_>, message: &str, text: &mut String) {
    let (group, stream) = stream(&view.buffer, line);
    let writer = view.legend.writer(line.stream);
    let values = [
        ("timestamp", Some(stamp(line.at))),
        ("message", Some(message.to_owned())),
        ("group", Some(group.to_owned())),
        ("stream", Some(stream.to_owned())),
        ("container", writer.map(|writer| writer.container.to_string())),
        ("task", writer.map(|writer| writer.task.name().to_owned())),
    ];
    text.push('{');
    for (number, (name, value)) in values.iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        let value = value.as_ref().map_or_else(|| "null".to_owned(), |value| quoted(value));
        let _ = write!(text, "{comma}\"{name}\":{value}");
    }
    text.push_str(if line.late { ",\"late\":true}" } else { "}" });
}

/// Text as JSON writes it; what a terminal could obey stands as a number.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_ascii() && !letter.is_ascii_control() => out.push(letter),
            letter if ansi::plain(letter.encode_utf8(&mut [0; 4])).is_empty() => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Printable text; the lines of it stay lines.
pub fn printable(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().map(ansi::plain).collect();
    lines.join("\n")
}

fn stream<'a>(buffer: &'a LogBuffer, line: &Line<'_>) -> (&'a str, &'a str) {
    buffer.stream(line.stream).map_or(("", ""), |(group, stream)| (group, stream))
}

fn stamp(at: i64) -> String {
    DateTime::from_timestamp_millis(at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}
