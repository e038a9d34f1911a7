//! Pollers with a fleet that takes in what they learn, on a paused clock.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use fargate_top::app::message::Message;
use fargate_top::app::subscription::{Cadence, InFlight, Interest, Subscription};
use fargate_top::aws::Aws;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::topic::{Failure, Subject, Topic, Trouble};
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::pollers::{Pollers, Source};
use fargate_top::runtime::requests::{Rate, Requests};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::start;

pub const CONTEXT: ContextId = ContextId(0);

pub struct Watch {
    pub pollers: Pollers,
    pub fleet: Fleet,
    pub log: Vec<(DateTime<Utc>, Observation)>,
    inbox: mpsc::Receiver<(DateTime<Utc>, Message)>,
}

impl Watch {
    pub fn new(aws: Aws, rate: Rate, clock: Clock) -> Self {
        let (sender, inbox) = mpsc::channel(64);
        let outbox = Outbox::new(sender, clock);
        let requests = Requests::start(CONTEXT, rate, outbox.clone());
        let source = Source { aws, requests, remembered: Vec::new() };
        let pollers = Pollers::new(BTreeMap::from([(CONTEXT, source)]), &outbox);
        Self { pollers, fleet: Fleet::default(), log: Vec::new(), inbox }
    }

    pub fn want(&mut self, subjects: &[(Subject, Cadence)]) {
        let topic = |subject: &Subject| Topic::new(CONTEXT, subject.clone());
        let wanted = subjects.iter();
        let wanted =
            wanted.map(|(subject, cadence)| Subscription { topic: topic(subject), cadence: *cadence });
        self.pollers.set(&wanted.collect());
    }

    pub fn in_flight(&self, in_flight: InFlight) {
        let in_flight = BTreeMap::from([(CONTEXT, in_flight)]);
        self.pollers.interest(Interest { in_flight, ..Interest::default() });
    }

    /// Takes in what is learnt within this time.
    pub async fn pass(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Ok(Some((at, message))) = timeout_at(end, self.inbox.recv()).await {
            if let Message::Observed(observation) = message {
                self.log.push((at, observation.clone()));
                self.fleet.apply(at, observation);
            }
        }
    }

    pub fn trouble(&self, subject: &Subject) -> Option<Trouble> {
        self.fleet.freshness(&Topic::new(CONTEXT, subject.clone()))?.trouble.clone()
    }

    /// Seconds from the start to each whole answer.
    pub fn answers(&self, subject: &Subject) -> Vec<i64> {
        let answered = self.log.iter().filter(|(_, observation)| {
            matches!(observation, Observation::Answered { topic } if topic.subject == *subject)
        });
        answered.map(|(at, _)| (*at - start()).num_seconds()).collect()
    }

    pub fn failures(&self) -> Vec<&Failure> {
        let failures = self.log.iter().filter_map(|(_, observation)| match observation {
            Observation::Failed { failure, .. } => Some(failure),
            _ => None,
        });
        failures.collect()
    }
}
