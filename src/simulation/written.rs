//! What the pretended containers wrote: the truth that tests count readers of logs against.

use super::world::logs::walk::{self, Question};
use super::world::{World, logs};
use super::{Millis, Simulation};

/// An event of a log group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Written {
    pub timestamp: Millis,
    /// When CloudWatch Logs has it. An event that was sent twice is there twice.
    pub ingested: Millis,
    pub stream: String,
    pub event_id: String,
    pub message: String,
}

impl Simulation {
    /// All events of a group of the story's Region with timestamps from `from` up to and including `to`, whether they
    /// have come by `now` or not; in the order in which FilterLogEvents gives them. Nothing after `now` is known yet.
    pub fn written(&self, now: Millis, group: &str, from: Millis, to: Millis) -> Vec<Written> {
        self.with(|state| {
            state.advance(now);
            all(&state.world, group, from, to.min(now))
        })
    }
}

fn all(world: &World, group: &str, from: Millis, to: Millis) -> Vec<Written> {
    let Some(group) = logs::group(world, &world.place.region, group) else { return Vec::new() };
    let writers = walk::writers(world, &group);
    let question = Question {
        from: from.max(group.kept_since(world.now)),
        to,
        forward: true,
        after: None,
        ingested: (Millis::MIN, Millis::MAX),
        tireless: true,
    };
    let mut written = Vec::new();
    walk::walk(&writers, question, |event| {
        written.push(Written {
            timestamp: event.key.at,
            ingested: event.key.ingested,
            stream: event.stream.to_owned(),
            event_id: event.key.event_id().to_string(),
            message: event.message.to_owned(),
        });
        true
    });
    written
}
