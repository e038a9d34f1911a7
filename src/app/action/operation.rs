//! A change on its way: from the question to what AWS shows in the end.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::gate::{Acceptance, Passage, refusal};
use super::{Action, Verb};
use crate::fleet::id::ServiceId;

/// A name that no other session has for an operation; the journal tells operations apart by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OperationId(pub String);

/// How an operation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// At the gate.
    Asked,
    /// AWS took it on; the sentence says what it waits for.
    Settling(String),
    Done(String),
    Failed(String),
    /// Nothing was sent, and why.
    NotSent(String),
    /// Nothing moved for so long that it is not watched any longer.
    TimedOut(String),
    /// Another change of the same thing took its place.
    Replaced(String),
    /// Somebody else had decided it before: nothing was done by this.
    Overtaken(String),
}

impl State {
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Asked | Self::Settling(_))
    }

    /// One word for lists.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Settling(_) => "settling",
            Self::Done(_) => "done",
            Self::Failed(_) => "failed",
            Self::NotSent(_) => "not sent",
            Self::TimedOut(_) => "timed out",
            Self::Replaced(_) => "replaced",
            Self::Overtaken(_) => "overtaken",
        }
    }

    pub fn sentence(&self) -> &str {
        match self {
            Self::Asked => "looking again before it is sent",
            Self::Settling(text)
            | Self::Done(text)
            | Self::Failed(text)
            | Self::NotSent(text)
            | Self::TimedOut(text)
            | Self::Replaced(text)
            | Self::Overtaken(text) => text,
        }
    }
}

/// How an operation ended, for the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub action: Action,
    pub asked: DateTime<Utc>,
    pub state: State,
}

/// How an accepted change stands by what AWS shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// What it waits for.
    Waiting(String),
    Done(String),
    Failed(String),
    TimedOut(String),
    Replaced(String),
}

/// One moment in the life of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub text: String,
}

/// A change that was asked for and is watched until its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub id: OperationId,
    /// What people call it in this session.
    pub number: u32,
    pub action: Action,
    pub asked: DateTime<Utc>,
    pub accepted: Option<(DateTime<Utc>, Acceptance)>,
    pub state: State,
    pub ended: Option<DateTime<Utc>>,
    pub steps: Vec<Step>,
    /// Since when the count is another one than this scaling asked for.
    pub moved: Option<DateTime<Utc>>,
    /// What happened to it after its end: autoscaling set the count back.
    pub after: Option<String>,
    /// It was begun by an earlier session and is watched on.
    pub resumed: bool,
}

/// So many that ended are kept: the journal has all of them.
const KEPT: usize = 200;

/// How long the way back of a change is offered.
pub const UNDO: TimeDelta = TimeDelta::minutes(60);

impl Operation {
    pub fn new(id: OperationId, number: u32, action: Action, at: DateTime<Utc>) -> Self {
        let steps = vec![Step { at, text: "asked".to_owned() }];
        Self {
            id,
            number,
            action,
            asked: at,
            accepted: None,
            state: State::Asked,
            ended: None,
            steps,
            moved: None,
            after: None,
            resumed: false,
        }
    }

    pub fn verb(&self) -> Verb {
        self.action.change.verb()
    }

    pub fn service(&self) -> Option<&ServiceId> {
        self.action.change.service()
    }

    /// `op 7 scale cart-api to 14: starting: 12 of 14 run`
    pub fn told(&self) -> String {
        format!("op {} {}: {}", self.number, self.action.change.told(), self.state.sentence())
    }

    /// Somebody moved the count, and it is not known yet who.
    pub fn asks_who(&self) -> bool {
        self.moved.is_some() && self.after.is_none()
    }

    /// What the gate said.
    pub fn pass(&mut self, at: DateTime<Utc>, passage: &Passage) {
        let state = match passage {
            Passage::Accepted(acceptance) => {
                let how = if acceptance.by_look {
                    "sent; its answer was lost, a look shows it"
                } else {
                    "accepted"
                };
                let request =
                    acceptance.request_id.as_ref().map_or_else(String::new, |id| format!(", request {id}"));
                let again = if acceptance.repeated { "sent twice, the first was lost undone; " } else { "" };
                self.note(at, format!("{again}{how}{request}"));
                self.accepted = Some((at, acceptance.clone()));
                State::Settling("accepted by AWS".to_owned())
            }
            Passage::Rejected(failure) => State::Failed(format!("AWS refused: {}", refusal(failure))),
            Passage::Unclear(failure) => {
                // It may have been done: AWS's state tells.
                self.note(at, format!("sent, no answer: {failure}"));
                self.accepted = Some((at, Acceptance { unanswered: true, ..Acceptance::default() }));
                State::Settling("sent, no answer; AWS's state will tell".to_owned())
            }
            Passage::Refused(why) | Passage::NotJournalled(why) => State::NotSent(why.clone()),
            Passage::Overtaken { sentence, .. } => State::Overtaken(sentence.clone()),
            Passage::Drifted(_) => State::NotSent("things had changed".to_owned()),
            Passage::NotChecked(failure) => State::NotSent(format!("could not look again: {failure}")),
        };
        self.turn(at, state);
    }

    /// What AWS shows; tells whether it ended now.
    pub fn settle(&mut self, at: DateTime<Utc>, settled: Settled) -> bool {
        let state = match settled {
            Settled::Waiting(text) => State::Settling(text),
            Settled::Done(text) => State::Done(text),
            Settled::Failed(text) => State::Failed(text),
            Settled::TimedOut(text) => State::TimedOut(text),
            Settled::Replaced(text) => State::Replaced(text),
        };
        self.turn(at, state)
    }

    fn turn(&mut self, at: DateTime<Utc>, state: State) -> bool {
        if self.state == state {
            return false;
        }
        self.state = state;
        // While it waits the sentence changes often: only the stages of its life are steps.
        let ends = !self.state.is_open();
        if ends {
            self.ended = Some(at);
            self.note(at, format!("{}: {}", self.state.word(), self.state.sentence()));
        }
        ends
    }

    pub fn note(&mut self, at: DateTime<Utc>, text: String) {
        if self.steps.last().is_none_or(|step| step.text != text) {
            self.steps.push(Step { at, text });
        }
    }
}

/// All operations of this session, the newest last.
#[derive(Debug, Clone, Default)]
pub struct Operations {
    all: Vec<Operation>,
    /// How many there ever were: numbers are not given twice.
    count: u32,
    /// Tells sessions apart that begin in the same millisecond.
    pub session: u32,
}

impl Operations {
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Operation> + ExactSizeIterator {
        self.all.iter()
    }

    pub fn get(&self, id: &OperationId) -> Option<&Operation> {
        self.all.iter().find(|operation| operation.id == *id)
    }

    pub fn get_mut(&mut self, id: &OperationId) -> Option<&mut Operation> {
        self.all.iter_mut().find(|operation| operation.id == *id)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Operation> {
        self.all.iter_mut()
    }

    /// Operations that are watched.
    pub fn open(&self) -> impl Iterator<Item = &Operation> {
        self.all.iter().filter(|operation| operation.state.is_open())
    }

    /// The numbers of the operations that took over from open ones: newer accepted changes of the same thing.
    pub fn replacements(&self) -> BTreeMap<OperationId, u32> {
        let accepted = |operation: &Operation| operation.accepted.as_ref().map(|(at, _)| *at);
        let newer = |old: &Operation| {
            let takes_over = |new: &&Operation| {
                new.number > old.number
                    && new.accepted.as_ref().is_some_and(|(_, acceptance)| !acceptance.unanswered)
                    && accepted(new) >= accepted(old)
                    && new.service() == old.service()
                    && new.verb().is_of_one_kind_with(old.verb())
            };
            self.all.iter().find(takes_over).map(|new| (old.id.clone(), new.number))
        };
        self.open().filter(|old| old.accepted.is_some()).filter_map(newer).collect()
    }

    /// Begins one; its id is the session's own.
    pub fn begin(&mut self, action: Action, at: DateTime<Utc>) -> OperationId {
        let number = self.next();
        let stamp = at.format("%Y%m%d%H%M%S%3f");
        let id = OperationId(format!("{stamp}-{:x}-{number}", self.session));
        self.all.push(Operation::new(id.clone(), number, action, at));
        id
    }

    /// The number of one more; the oldest that ended make room.
    fn next(&mut self) -> u32 {
        let ended = self.all.iter().filter(|operation| !operation.state.is_open()).count();
        let mut surplus = ended.saturating_sub(KEPT);
        self.all.retain(|operation| {
            let goes = surplus > 0 && !operation.state.is_open();
            surplus -= usize::from(goes);
            !goes
        });
        self.count = self.count.saturating_add(1);
        self.count
    }

    /// Takes over one that an earlier session began.
    pub fn resume(&mut self, mut operation: Operation) {
        if self.get(&operation.id).is_none() {
            operation.number = self.next();
            operation.resumed = true;
            self.all.push(operation);
        }
    }
}
