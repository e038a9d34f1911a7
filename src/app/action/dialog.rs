//! A dialog: its subject, its fields, what is shown of the target, and what the gate said.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::Change;
use super::ask::{Ask, SUSPENSIONS};
use super::gate::{Approval, Passage};
use super::operation::OperationId;
use super::release::{Purpose, configs};
use super::risk::Risk;
use super::seen::{Difference, Seen};
use crate::app::text_input::TextInput;

/// Keys that come sooner after the dialog was painted were meant for something else.
pub const SETTLING: TimeDelta = TimeDelta::milliseconds(400);
/// The silence before a key that confirms: a held key and pasted text leave none.
pub const SILENCE: TimeDelta = TimeDelta::milliseconds(150);

/// A part of a dialog that takes keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    Count,
    Min,
    Max,
    /// One of several things, walked with up and down.
    Choice,
    /// How a deployment of CodeDeploy moves traffic, walked likewise.
    Config,
    /// Whether alarms stop it, walked likewise.
    Alarms,
    Reason,
    /// The word that proves understanding.
    Word,
    /// The word that opens a guarded scope, asked for inside a way back.
    Unlock,
    /// Cancel has the focus first, so that enter changes nothing.
    Buttons,
}

/// How far a dialog is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Asking,
    /// The gate looks again and sends.
    Waiting,
    /// What the gate said of one change, and how many others went through.
    Answered {
        passage: Passage,
        passed: usize,
        of: usize,
    },
}

/// A question before a change.
#[derive(Debug, Clone)]
pub struct Dialog {
    pub ask: Ask,
    pub reason: TextInput,
    pub word: TextInput,
    pub unlock: TextInput,
    pub focus: Field,
    pub stage: Stage,
    /// What is shown of each target, by its ARN: it becomes the precondition.
    pub seen: BTreeMap<String, Seen>,
    /// The changes that it shows: what is confirmed is this list, and nothing that became of it meanwhile.
    pub listed: Vec<Change>,
    /// Those that AWS took on, by their targets.
    pub accepted: Vec<String>,
    /// What the person allowed beyond the changes themselves, from one answer of the gate to the next.
    pub approval: Approval,
    /// What changed under the dialog since it was opened, by target.
    pub changed: Vec<(String, Difference)>,
    /// What speaks against a yes, as far as it was told; `None` before the first look.
    pub concerns: Option<BTreeSet<String>>,
    /// Those of them that came while it was open.
    pub news: Vec<String>,
    pub opened: DateTime<Utc>,
    /// When it was on the screen for the first time as it is now.
    pub painted: Option<DateTime<Utc>>,
    pub last_key: DateTime<Utc>,
    /// What was sent to the gate and has not come back.
    pub waiting: Vec<OperationId>,
    pub passed: usize,
}

impl Dialog {
    pub fn new(ask: Ask, now: DateTime<Utc>) -> Self {
        Self {
            ask,
            reason: TextInput::default(),
            word: TextInput::default(),
            unlock: TextInput::default(),
            focus: Field::Buttons,
            stage: Stage::Asking,
            seen: BTreeMap::new(),
            listed: Vec::new(),
            accepted: Vec::new(),
            approval: Approval::default(),
            changed: Vec::new(),
            concerns: None,
            news: Vec::new(),
            opened: now,
            painted: None,
            last_key: now,
            waiting: Vec::new(),
            passed: 0,
        }
    }

    /// The fields in the order of tab.
    pub fn fields(&self, risk: Risk, unlocks: bool) -> Vec<Field> {
        let own: &[Field] = match &self.ask {
            Ask::Scale { .. } => &[Field::Count],
            Ask::Range { .. } => &[Field::Min, Field::Max],
            Ask::Deploy { .. } | Ask::Suspend { .. } => &[Field::Choice],
            Ask::Release { choice, .. } => match choice.purpose {
                Purpose::Redeploy => &[],
                Purpose::Deploy => &[Field::Choice],
                Purpose::Back => &[Field::Choice, Field::Config, Field::Alarms],
            },
            Ask::Redeploy { .. }
            | Ask::StopTasks { .. }
            | Ask::RollBack { .. }
            | Ask::Continue { .. }
            | Ask::StopShift { .. }
            | Ask::RemoveBlue { .. }
            | Ask::Unlock { .. } => &[],
        };
        let is_unlock = matches!(self.ask, Ask::Unlock { .. });
        let mut fields = own.to_vec();
        if !is_unlock {
            fields.push(Field::Reason);
        }
        if is_unlock || risk == Risk::High {
            fields.push(Field::Word);
        }
        if unlocks {
            fields.push(Field::Unlock);
        }
        fields.push(Field::Buttons);
        fields
    }

    /// The text that a field holds.
    pub fn text(&mut self, field: Field) -> Option<&mut TextInput> {
        match (field, &mut self.ask) {
            (Field::Count, Ask::Scale { count, .. }) => Some(count),
            (Field::Min, Ask::Range { min, .. }) => Some(min),
            (Field::Max, Ask::Range { max, .. }) => Some(max),
            (Field::Reason, _) => Some(&mut self.reason),
            (Field::Word, _) => Some(&mut self.word),
            (Field::Unlock, _) => Some(&mut self.unlock),
            _ => None,
        }
    }

    /// The same, for reading.
    pub fn shown(&self, field: Field) -> Option<&TextInput> {
        match (field, &self.ask) {
            (Field::Count, Ask::Scale { count, .. }) => Some(count),
            (Field::Min, Ask::Range { min, .. }) => Some(min),
            (Field::Max, Ask::Range { max, .. }) => Some(max),
            (Field::Reason, _) => Some(&self.reason),
            (Field::Word, _) => Some(&self.word),
            (Field::Unlock, _) => Some(&self.unlock),
            _ => None,
        }
    }

    /// Walks the choices of a field.
    pub fn choose(&mut self, field: Field, by: isize) {
        let (chosen, last) = match (&mut self.ask, field) {
            (Ask::Deploy { chosen, revisions, .. }, _) => (chosen, revisions.len().saturating_sub(1)),
            (Ask::Suspend { chosen, .. }, _) => (chosen, SUSPENSIONS.len() - 1),
            (Ask::Release { choice, .. }, Field::Config) => {
                let last = configs(choice.purpose).len().saturating_sub(1);
                (&mut choice.config, last)
            }
            (Ask::Release { choice, .. }, Field::Alarms) => (&mut choice.alarms, 1),
            (Ask::Release { choice, .. }, _) => {
                let last = choice.revisions.len().saturating_sub(1);
                (&mut choice.chosen, last)
            }
            _ => return,
        };
        *chosen = chosen.saturating_add_signed(by).min(last);
    }

    /// What a person wrote as the reason.
    pub fn given_reason(&self) -> Option<String> {
        let reason = self.reason.text().trim();
        (!reason.is_empty()).then(|| reason.to_owned())
    }

    /// It was long enough on the screen to be meant, and the key stands alone.
    pub fn is_meant(&self, at: DateTime<Utc>, last_key: DateTime<Utc>) -> bool {
        self.has_settled(at) && at - last_key >= SILENCE
    }

    /// It was long enough on the screen for keys to be meant for it.
    pub fn has_settled(&self, at: DateTime<Utc>) -> bool {
        self.painted.is_some_and(|painted| at - painted >= SETTLING)
    }

    /// It shows something else from here on: keys that were on their way were not meant for that.
    pub fn repaint(&mut self) {
        self.painted = None;
    }
}
