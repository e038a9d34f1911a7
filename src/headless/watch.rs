//! A session without a terminal: it asks AWS about a few things only, and takes in what comes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::app::action::gate::Passage;
use crate::app::action::operation::OperationId;
use crate::app::message::Message;
use crate::app::model::{Model, Start};
use crate::app::screen::Screen;
use crate::app::subscription::{self, Cadence, Subscription};
use crate::fleet::topic::{Subject, Topic};
use crate::runtime::session::Session;

/// How long the first look at what is to be changed may take.
pub const LOOK: Duration = Duration::from_secs(20);
/// How often what was learnt may name something else.
const ROUNDS: usize = 6;
/// Seconds between two looks at the clusters, whose tags protect.
const CLUSTERS: u32 = 30;
/// Seconds between two looks at what tells how a change is going.
const OFTEN: u32 = 5;
/// Facts taken in before what follows from them is looked at.
const BATCH: usize = 64;

/// A session with what it is to know.
pub struct Watch {
    pub session: Session,
    /// What it looks at, as a person would with these screens.
    screens: BTreeSet<Screen>,
    /// What it needs to know besides, once or again and again.
    besides: BTreeMap<Topic, Cadence>,
    /// What the gate said so far.
    pub passages: BTreeMap<OperationId, Passage>,
}

impl Watch {
    pub fn new(mut session: Session) -> Self {
        // Where a screen begins is no matter here.
        session.model.start = Start::default();
        Self { session, screens: BTreeSet::new(), besides: BTreeMap::new(), passages: BTreeMap::new() }
    }

    pub fn model(&self) -> &Model {
        &self.session.model
    }

    pub fn show(&mut self, screen: Screen) {
        self.screens.insert(screen);
    }

    pub fn ask_for(&mut self, topic: Topic) {
        self.besides.insert(topic, Cadence::Once);
    }

    pub fn keep_asking(&mut self, topic: Topic, cadence: Cadence) {
        self.besides.insert(topic, cadence);
    }

    /// Waits until everything that is wanted was answered or refused, or time is over.
    pub async fn look(&mut self) {
        let end = Instant::now() + LOOK;
        self.session.want(self.wanted());
        self.session.attend();
        while !self.has_looked() && self.next(Some(end)).await {}
    }

    /// The same, as often as what was learnt names something else to ask about: a deployment its group, the group
    /// its target groups, these their targets.
    pub async fn look_on(&mut self) {
        for _ in 0..ROUNDS {
            let before = self.wanted();
            self.look().await;
            if self.wanted() == before {
                return;
            }
        }
    }

    /// Takes in what comes next; `false` when time was over before something came.
    pub async fn next(&mut self, end: Option<Instant>) -> bool {
        let over = async {
            match end {
                Some(end) => sleep_until(end).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            fact = self.session.facts.recv() => match fact {
                Some((at, message)) => self.take(at, message),
                None => return false,
            },
            () = over => return false,
        }
        for _ in 1..BATCH {
            let Ok((at, message)) = self.session.facts.try_recv() else { break };
            self.take(at, message);
        }
        // What is for a terminal finds none.
        let _ = self.session.settle();
        self.session.want(self.wanted());
        self.session.attend();
        true
    }

    fn take(&mut self, at: chrono::DateTime<chrono::Utc>, message: Message) {
        if let Message::Passed { operation, passage } = &message {
            self.passages.insert(operation.clone(), passage.clone());
        }
        // What is for a terminal finds none.
        self.session.take(at, message);
    }

    /// What stands in the way of a subject, or nothing.
    pub fn trouble(&self, subject: &Subject) -> Option<String> {
        let mut troubles = self.model().fleet.troubles();
        let found = troubles.find(|(topic, _)| topic.subject == *subject);
        found.map(|(_, trouble)| trouble.failure.to_string())
    }

    /// This was asked and answered.
    pub fn is_answered(&self, subject: &Subject) -> bool {
        self.model()
            .fleet
            .topics()
            .any(|(topic, fresh)| topic.subject == *subject && fresh.answered.is_some())
    }

    fn has_looked(&self) -> bool {
        let fleet = &self.model().fleet;
        self.wanted().iter().all(|wish| {
            let known = fleet.freshness(&wish.topic);
            known.is_some_and(|known| known.answered.is_some() || known.trouble.is_some())
        })
    }

    fn wanted(&self) -> BTreeSet<Subscription> {
        let model = self.model();
        let mut wanted: BTreeMap<Topic, Cadence> = BTreeMap::new();
        let mut wish = |topic: Topic, cadence: Cadence| {
            // One topic has one poller: the shorter cadence is the one that counts.
            let known = wanted.entry(topic).or_insert(cadence);
            *known = (*known).min(cadence);
        };
        for context in &model.contexts {
            wish(Topic::new(context.id, Subject::Identity), Cadence::Seconds(300));
            wish(Topic::new(context.id, Subject::Clusters), Cadence::Seconds(CLUSTERS));
        }
        let is_waiting = model.operations.open().next().is_some();
        for screen in &self.screens {
            for Subscription { topic, cadence } in subscription::of(model, screen) {
                let often =
                    is_waiting && matches!(topic.subject, Subject::Deployments(..) | Subject::Scaling(..));
                wish(topic, if often { Cadence::Seconds(OFTEN) } else { cadence });
            }
        }
        // What a screen asks for ends with a deployment; an operation wants to see that end.
        for Subscription { topic, cadence } in subscription::of_operations(model) {
            wish(topic, cadence);
        }
        for (topic, cadence) in &self.besides {
            let known = match &topic.subject {
                Subject::Definition(id) => model.fleet.is_definition_known(id),
                _ => false,
            };
            if !known {
                wish(topic.clone(), *cadence);
            }
        }
        wanted.into_iter().map(|(topic, cadence)| Subscription { topic, cadence }).collect()
    }
}
