//! What was written through the API: groups, streams and events.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::super::Millis;

/// A group that was created, or one of tasks that somebody else wrote to as well.
#[derive(Clone, Debug, Default)]
pub struct PutGroup {
    /// CreateLogGroup made it.
    pub made: bool,
    pub created: Millis,
    pub infrequent: bool,
    pub streams: BTreeMap<Arc<str>, PutStream>,
}

#[derive(Clone, Debug, Default)]
pub struct PutStream {
    pub created: Millis,
    /// In the order of their timestamps, then in that in which they came.
    pub events: Vec<PutEvent>,
    given: u32,
}

#[derive(Clone, Debug)]
pub struct PutEvent {
    pub at: Millis,
    pub ingested: Millis,
    /// Its place among all that came to the stream.
    pub number: u32,
    pub message: Arc<str>,
}

impl PutStream {
    pub fn new(created: Millis) -> Self {
        Self { created, ..Self::default() }
    }

    /// The timestamp of the first event from a moment on, or of the last one up to it.
    pub fn nearest(&self, at: Millis, forward: bool) -> Option<Millis> {
        let place = self.events.partition_point(|event| if forward { event.at < at } else { event.at <= at });
        let place = if forward { place } else { place.checked_sub(1)? };
        self.events.get(place).map(|event| event.at)
    }

    pub fn add(&mut self, at: Millis, ingested: Millis, message: &str) {
        self.given += 1;
        let event = PutEvent { at, ingested, number: self.given, message: message.into() };
        let place = self.events.partition_point(|other| other.at <= at);
        self.events.insert(place, event);
    }

    /// The events of the second that begins at a moment.
    pub fn second(&self, from: Millis) -> &[PutEvent] {
        let first = self.events.partition_point(|event| event.at < from);
        let behind = self.events.partition_point(|event| event.at < from + 1000);
        self.events.get(first..behind).unwrap_or_default()
    }
}
