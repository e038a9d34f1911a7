//! The engine of the log view: what arrives in any order is one sorted set of lines, found, kept and hidden right.

mod filtering;
mod merging;

use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::buffer::{Arrival, Limits, LogBuffer};

/// An event of the group `/ecs/app`.
fn event(stream: &str, at: i64, id: &str, message: &str) -> Event {
    Event {
        group: "/ecs/app".into(),
        stream: stream.into(),
        at,
        ingested: at + 40,
        id: (!id.is_empty()).then(|| id.into()),
        message: message.into(),
    }
}

/// A buffer of lines of one stream, one per millisecond.
fn buffer(lines: &[&str]) -> LogBuffer {
    let mut buffer = LogBuffer::new(Limits::default());
    let events: Vec<Event> =
        lines.iter().zip(0..).map(|(line, at)| event("app/1", at, &format!("e{at}"), line)).collect();
    buffer.append(&events, Arrival::Live);
    buffer
}

fn texts(buffer: &LogBuffer) -> Vec<String> {
    buffer.lines(0..buffer.len()).map(|line| line.text.to_owned()).collect()
}
