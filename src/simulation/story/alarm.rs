//! How a story says which CloudWatch alarms there are and what becomes of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;

use super::super::Millis;
use super::super::world::World;
use super::super::world::alarm::{self, AlarmState};
use super::span::Span;

/// An alarm. Those that services name and the story does not tell of are OK all the time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AlarmStory {
    pub name: String,
    /// At the start of the story.
    #[serde(default)]
    pub state: AlarmStateStory,
    /// How long before the start it came into that state.
    pub since: Option<Span>,
    #[serde(default)]
    pub changes: Vec<AlarmChange>,
    /// A composite alarm has a rule in place of a metric; its state is told like that of any other.
    pub rule: Option<String>,
}

/// `{ after = "4m", state = "alarm" }`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AlarmChange {
    /// The start.
    pub after: Span,
    pub state: AlarmStateStory,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmStateStory {
    #[default]
    Ok,
    Alarm,
    InsufficientData,
    /// There is no such alarm.
    Missing,
}

impl AlarmStateStory {
    fn state(self) -> Option<AlarmState> {
        match self {
            Self::Ok => Some(AlarmState::Ok),
            Self::Alarm => Some(AlarmState::Alarm),
            Self::InsufficientData => Some(AlarmState::InsufficientData),
            Self::Missing => None,
        }
    }
}

/// Makes the alarms of a story as they are before it begins; `named` are those that its services name.
pub fn make<'a>(
    world: &mut World,
    alarms: &[AlarmStory],
    named: impl Iterator<Item = &'a str>,
    start: Millis,
) {
    let told: BTreeSet<_> = alarms.iter().map(|alarm| alarm.name.as_str()).collect();
    let long_ago = world.now - 3 * 86_400_000;
    for name in named.filter(|name| !told.contains(name)) {
        world.alarms.put(&Arc::from(name), AlarmState::Ok, long_ago);
    }
    for told in alarms {
        let Some(state) = told.state.state() else { continue };
        let name: Arc<str> = told.name.as_str().into();
        // One that is not OK was so before, unless it has always been.
        let first = if told.since.is_some() { AlarmState::Ok } else { state };
        let key = world.alarms.put(&name, first, long_ago);
        world.alarms.rule(key, told.rule.as_deref());
        if let Some(since) = told.since {
            alarm::plan(world, key, start - since.0, state);
        }
        for change in &told.changes {
            if let Some(state) = change.state.state() {
                alarm::plan(world, key, start + change.after.0, state);
            }
        }
    }
}
