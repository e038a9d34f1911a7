//! One event as a line of text or of JSON that a terminal shows and does not obey.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use super::order::Line;
use crate::app::format;
use crate::fleet::id::Text;
use crate::fleet::log::source::Source;

/// Which container of which task writes to a stream, by group and stream.
pub type Writers = BTreeMap<(Text, Text), Source>;

/// `2026-11-21T10:00:00.120Z app/9f3c message`; further lines of the message are indented.
pub fn text(line: &Line, writers: &Writers) -> String {
    let event = &line.event;
    let writer = writers.get(&(event.group.clone(), event.stream.clone()));
    let who = writer.map_or_else(
        || event.stream.to_string(),
        |writer| format!("{}/{}", writer.container, writer.task.short()),
    );
    let late = if line.is_late { "~" } else { "" };
    let mut text = format!("{late}{} {} ", stamp(event.at), format::plain(&who));
    for (number, part) in event.message.trim_end().lines().enumerate() {
        if number > 0 {
            text.push_str("\n    ");
        }
        text.push_str(&format::plain(&without_sequences(part)));
    }
    text
}

/// One object with everything, and `late` only where it is true.
pub fn json(line: &Line, writers: &Writers) -> String {
    let event = &line.event;
    let writer = writers.get(&(event.group.clone(), event.stream.clone()));
    let mut object = Map::new();
    let mut put = |name: &str, value: Option<&str>| {
        object.insert(name.to_owned(), value.map_or(Value::Null, Value::from));
    };
    put("timestamp", Some(&stamp(event.at)));
    put("message", Some(&event.message));
    put("group", Some(&event.group));
    put("stream", Some(&event.stream));
    put("container", writer.map(|writer| &*writer.container));
    put("task", writer.map(|writer| writer.task.name()));
    put("event_id", event.id.as_deref());
    if line.is_late {
        object.insert("late".to_owned(), Value::Bool(true));
    }
    escaped(&Value::Object(object).to_string())
}

fn stamp(at: i64) -> String {
    let time: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// JSON allows control characters above ASCII to stand as they are; a terminal may obey them.
fn escaped(json: &str) -> String {
    let is_unsafe =
        |c: char| !c.is_ascii() && format::plain(c.encode_utf8(&mut [0; 4])) != *c.encode_utf8(&mut [0; 4]);
    if !json.chars().any(|c| c == '\u{7f}' || is_unsafe(c)) {
        return json.to_owned();
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if c == '\u{7f}' || is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text
}

/// The text without colours and whatever else begins with ESC: what is left of a sequence is noise.
fn without_sequences(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            // CSI: parameters, then one letter.
            Some('[') => {
                rest.by_ref().find(|c| matches!(c, '\u{40}'..='\u{7e}'));
            }
            // Strings: to BEL or to ESC and a backslash.
            Some(']' | 'P' | 'X' | '^' | '_') => {
                while let Some(c) = rest.next() {
                    if c == '\u{7}' {
                        break;
                    }
                    if c == '\u{1b}' {
                        rest.next();
                        break;
                    }
                }
            }
            // Two characters, or an intermediate one before the second.
            Some('\u{20}'..='\u{2f}') => {
                rest.next();
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::id::TaskId;
    use crate::fleet::log::Event;

    fn line(message: &str, is_late: bool) -> (Line, Writers) {
        let event = Event {
            group: "/ecs/cart".into(),
            stream: "cart/app/9f3c0000".into(),
            at: 1_795_255_200_120,
            ingested: 1_795_255_201_000,
            id: Some("3711".into()),
            message: message.into(),
        };
        let writer = Source {
            region: "eu-west-1".into(),
            group: event.group.clone(),
            stream: event.stream.clone(),
            container: "app".into(),
            task: TaskId::new("arn:aws:ecs:eu-west-1:1:task/web/9f3c0000"),
            begins: None,
            ended: None,
        };
        let writers = [((event.group.clone(), event.stream.clone()), writer)].into();
        (Line { event, is_late }, writers)
    }

    #[test]
    fn a_line_says_when_who_and_what() {
        let (of, writers) = line("panic: no route\n  at main.rs:1\n", false);
        assert_eq!(
            text(&of, &writers),
            "2026-11-21T10:00:00.120Z app/9f3c panic: no route\n      at main.rs:1"
        );
        let (of, writers) = line("x", true);
        assert_eq!(text(&of, &writers), "~2026-11-21T10:00:00.120Z app/9f3c x");
        assert_eq!(
            json(&of, &writers),
            r#"{"timestamp":"2026-11-21T10:00:00.120Z","message":"x","group":"/ecs/cart","stream":"cart/app/9f3c0000","container":"app","task":"9f3c0000","event_id":"3711","late":true}"#
        );
        let (of, _) = line("x", false);
        assert_eq!(text(&of, &Writers::new()), "2026-11-21T10:00:00.120Z cart/app/9f3c0000 x");
        assert!(!json(&of, &Writers::new()).contains("late"));
    }

    #[test]
    fn a_terminal_obeys_nothing_and_json_loses_nothing() {
        for (wild, shown) in [
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("a\u{1b}]0;title\u{7}b\u{1b}]52;c;eA==\u{1b}\\c", "abc"),
            ("a\rb\u{8}\u{9b}31m\u{7f}", "a·b··31m·"),
            ("a\u{202e}b\u{1b}", "ab"),
            ("\u{1b}(0q\u{1b}7", "q"),
        ] {
            let (of, writers) = line(wild, false);
            let said = text(&of, &writers);
            assert_eq!(said.split_once("9f3c ").unwrap().1, shown, "{wild:?}");
            let said = json(&of, &writers);
            assert!(!said.chars().any(|c| c.is_control() || c == '\u{202e}'), "{said:?}");
            let back: Value = serde_json::from_str(&said).unwrap();
            assert_eq!(back["message"], wild);
        }
    }
}
