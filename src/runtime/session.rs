//! The circle without a terminal: messages into the model, and what follows from it to the pollers.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time;

use super::clock::Clock;
use super::gate::Gate;
use super::outbox::Outbox;
use super::pollers::Pollers;
use crate::app::action::dialog::Dialog;
use crate::app::action::gate::Approval;
use crate::app::effect::Effect;
use crate::app::message::{Message, Report};
use crate::app::model::Model;
use crate::app::subscription::{self, Interest, Subscription};
use crate::app::update;

/// Facts that may wait to be taken in; a poller waits for room.
pub const ROOM: usize = 256;

/// How long the end of the program waits for changes at the gate.
const PATIENCE: Duration = Duration::from_secs(3);

/// A model with its pollers. One task owns it.
#[derive(Debug)]
pub struct Session {
    pub model: Model,
    pub clock: Clock,
    pub facts: mpsc::Receiver<(DateTime<Utc>, Message)>,
    pollers: Pollers,
    gate: Gate,
    outbox: Outbox,
    /// Changes at the gate, and lines on their way to the journal.
    passing: JoinSet<()>,
    wanted: BTreeSet<Subscription>,
    interest: Interest,
}

impl Session {
    pub fn new(
        model: Model,
        clock: Clock,
        pollers: Pollers,
        gate: Gate,
        outbox: Outbox,
        facts: mpsc::Receiver<(DateTime<Utc>, Message)>,
    ) -> Self {
        Self {
            model,
            clock,
            facts,
            pollers,
            gate,
            outbox,
            passing: JoinSet::new(),
            wanted: BTreeSet::new(),
            interest: Interest::default(),
        }
    }

    /// Takes in one message; a wish to ask AWS at once is carried out here, the others are returned.
    pub fn take(&mut self, at: DateTime<Utc>, message: Message) -> Vec<Effect> {
        let effects = update::update(&mut self.model, at, message);
        self.carry_out(effects)
    }

    /// Confirms a dialog that stood on no screen. The error is a sentence, and nothing was sent.
    pub fn answer(&mut self, dialog: Box<Dialog>, approval: Approval) -> Result<Vec<Effect>, String> {
        let effects = update::answer(&mut self.model, dialog, approval)?;
        Ok(self.carry_out(effects))
    }

    /// Asks, sends and records; what is for the terminal is returned.
    fn carry_out(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        while self.passing.try_join_next().is_some() {}
        let mut rest = Vec::new();
        for effect in effects {
            match effect {
                Effect::Refresh(topics) => self.pollers.refresh(topics.iter()),
                Effect::Perform { operation, action, standing, approval } => {
                    let (gate, outbox) = (self.gate.clone(), self.outbox.clone());
                    self.passing.spawn(async move {
                        let passage = gate.pass(&operation, &action, &standing, approval).await;
                        outbox.tell(Message::Passed { operation, passage }).await;
                    });
                }
                Effect::Record { operation, ended } => {
                    let (gate, outbox) = (self.gate.clone(), self.outbox.clone());
                    self.passing.spawn(async move {
                        if let Err(sentence) = gate.record_end(&operation, &ended).await {
                            outbox.tell(Message::Reported(Report::Failed(sentence))).await;
                        }
                    });
                }
                other => rest.push(other),
            }
        }
        rest
    }

    /// Waits for what is at the gate: a change that was sent gets its line in the journal before the program ends.
    pub async fn finish(&mut self) {
        let all = async { while self.passing.join_next().await.is_some() {} };
        let _ = time::timeout(PATIENCE, all).await;
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

    /// Brings rows and verdicts in line with the facts; what is for the terminal is returned.
    pub fn settle(&mut self) -> Vec<Effect> {
        let effects = update::settle(&mut self.model);
        self.carry_out(effects)
    }

    /// There are lines that nobody looked through yet; [`Message::Idle`] goes on with them.
    pub fn has_work(&self) -> bool {
        update::has_work(&self.model)
    }

    /// Starts, keeps and ends pollers as the model wants them now.
    pub fn follow(&mut self) {
        // First what the pollers are to look at, then those that are to look.
        self.attend();
        self.want(subscription::subscriptions(&self.model));
    }

    /// Tells the pollers of many things which of them count, and which come first.
    pub fn attend(&mut self) {
        let interest = subscription::interest(&self.model);
        if interest != self.interest {
            self.pollers.interest(interest.clone());
            self.interest = interest;
        }
    }

    /// Starts, keeps and ends pollers for these wishes alone: a session without a screen knows what it needs.
    pub fn want(&mut self, wanted: BTreeSet<Subscription>) {
        if wanted != self.wanted {
            self.pollers.set(&wanted);
            self.wanted = wanted;
        }
    }
}
