//! The way of a message into the circle: stamped with its time, and waiting for room when the reader is behind.

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::clock::Clock;
use crate::app::message::Message;
use crate::fleet::observation::Observation;

/// Where messages of the runtime go; cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbox {
    sender: mpsc::Sender<(DateTime<Utc>, Message)>,
    clock: Clock,
}

impl Outbox {
    pub fn new(sender: mpsc::Sender<(DateTime<Utc>, Message)>, clock: Clock) -> Self {
        Self { sender, clock }
    }

    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Tells a fact; waits for room, so that nobody asks AWS faster than the answers are taken in.
    pub async fn observe(&self, observation: Observation) {
        let stamped = (self.clock.now(), Message::Observed(observation));
        // Nobody reads any more when the program ends; then nothing needs to be told.
        let _ = self.sender.send(stamped).await;
    }

    /// Tells what must not be lost, such as what became of a change; waits for room.
    pub async fn tell(&self, message: Message) {
        let _ = self.sender.send((self.clock.now(), message)).await;
    }

    /// Tells something that the next message of its kind replaces; `false` when there is no room for it now.
    pub fn mention(&self, message: Message) -> bool {
        self.sender.try_send((self.clock.now(), message)).is_ok()
    }
}
