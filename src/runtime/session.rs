//! The circle without a terminal: messages into the model, and what follows from it to the pollers.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::clock::Clock;
use super::pollers::Pollers;
use crate::app::effect::Effect;
use crate::app::message::Message;
use crate::app::model::Model;
use crate::app::subscription::{self, Interest, Subscription};
use crate::app::update;

/// Facts that may wait to be taken in; a poller waits for room.
pub const ROOM: usize = 256;

/// A model with its pollers. One task owns it.
#[derive(Debug)]
pub struct Session {
    pub model: Model,
    pub clock: Clock,
    pub facts: mpsc::Receiver<(DateTime<Utc>, Message)>,
    pollers: Pollers,
    wanted: BTreeSet<Subscription>,
    interest: Interest,
}

impl Session {
    pub fn new(
        model: Model,
        clock: Clock,
        pollers: Pollers,
        facts: mpsc::Receiver<(DateTime<Utc>, Message)>,
    ) -> Self {
        Self { model, clock, facts, pollers, wanted: BTreeSet::new(), interest: Interest::default() }
    }

    /// Takes in one message; a wish to ask AWS at once is carried out here, the others are returned.
    pub fn take(&mut self, at: DateTime<Utc>, message: Message) -> Vec<Effect> {
        let mut effects = update::update(&mut self.model, at, message);
        effects.retain(|effect| match effect {
            Effect::Refresh(topics) => {
                self.pollers.refresh(topics.iter());
                false
            }
            _ => true,
        });
        effects
    }

    /// Takes in the facts that wait, at most `most` of them.
    pub fn take_waiting(&mut self, most: usize) -> Vec<Effect> {
        let mut effects = Vec::new();
        for _ in 0..most {
            let Ok((at, message)) = self.facts.try_recv() else { break };
            effects.extend(self.take(at, message));
        }
        effects
    }

    /// Brings rows and verdicts in line with the facts.
    pub fn settle(&mut self) {
        update::settle(&mut self.model);
    }

    /// Starts, keeps and ends pollers as the model wants them now.
    pub fn follow(&mut self) {
        let wanted = subscription::subscriptions(&self.model);
        if wanted != self.wanted {
            self.pollers.set(&wanted);
            self.wanted = wanted;
        }
        let interest = subscription::interest(&self.model);
        if interest != self.interest {
            self.pollers.interest(interest.clone());
            self.interest = interest;
        }
    }
}
