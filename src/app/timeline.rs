//! The timeline of a service: events, task stops and deployments in one order, repeats folded into one entry.

use chrono::{DateTime, Utc};

use crate::app::{format, progress};
use crate::fleet::Fleet;
use crate::fleet::KnownTask;
use crate::fleet::ending::Weight;
use crate::fleet::event::EventKind;
use crate::fleet::id::{ClusterId, ServiceId, TaskId, Text};
use crate::fleet::service::RolloutState;

/// Where an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Lane {
    Deploy,
    Stop,
    Event,
}

impl Lane {
    pub fn word(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Stop => "stop",
            Self::Event => "event",
        }
    }
}

/// How much an entry matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Importance {
    Info,
    Warn,
    Error,
}

impl Importance {
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

/// One line of the timeline, standing for one thing or for several of the same shape in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The id of the newest thing in it.
    pub id: Text,
    /// When the newest of them happened, and the oldest.
    pub at: DateTime<Utc>,
    pub first: DateTime<Utc>,
    pub lane: Lane,
    pub importance: Importance,
    pub text: String,
    pub count: usize,
    /// Its tasks, where it is about tasks that stopped; newest first.
    pub tasks: Vec<TaskId>,
    shape: String,
}

/// What a timeline leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Repeats are one entry.
    pub fold: bool,
    /// Only this lane.
    pub lane: Option<Lane>,
    /// No entries that are as planned.
    pub problems_only: bool,
}

/// All entries of a service, newest first.
pub fn entries(fleet: &Fleet, cluster: &ClusterId, service: &ServiceId, choice: Choice) -> Vec<Entry> {
    let mut all = Vec::new();
    if let Some(service) = fleet.service(service) {
        all.extend(service.events.iter().map(|event| Entry {
            id: event.id.clone(),
            at: event.at,
            first: event.at,
            lane: Lane::Event,
            importance: match event.kind() {
                EventKind::Good | EventKind::Progress | EventKind::Other => Importance::Info,
                EventKind::Warning => Importance::Warn,
                EventKind::Bad => Importance::Error,
            },
            text: event.brief(),
            count: 1,
            tasks: Vec::new(),
            shape: event.shape(),
        }));
        all.extend(service.rollouts.iter().filter_map(|rollout| {
            let at = rollout.created?;
            let name = rollout.definition.as_ref().map_or("?", |definition| definition.name());
            let state = rollout.state.as_ref().map_or("started", |state| state.as_str());
            let reason = rollout.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
            let importance = if rollout.state == Some(RolloutState::Failed) {
                Importance::Error
            } else {
                Importance::Info
            };
            let text = format!("{name} {} {state}{reason}", rollout.status);
            Some(single(rollout.id.clone(), at, Lane::Deploy, importance, text))
        }));
    }
    let deployments = fleet.deployments(service).map_or(&[][..], |known| known.as_slice());
    all.extend(deployments.iter().filter_map(|deployment| {
        let at = deployment.ended().or(deployment.began())?;
        let failed = deployment.rollback.is_some();
        let importance = if failed { Importance::Error } else { Importance::Info };
        let took = match (deployment.began(), deployment.ended()) {
            (Some(start), Some(end)) => format!(" in {}", format::span(end - start)),
            _ => String::new(),
        };
        let reason = progress::reason(deployment);
        let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        let text = format!("service deployment {}{took}{reason}", progress::status(deployment, deployments));
        Some(single(deployment.id.text(), at, Lane::Deploy, importance, text))
    }));
    let name =
        fleet.service(service).map_or_else(|| service.name().to_owned(), |service| service.name.to_string());
    all.extend(fleet.tasks_of(cluster, &name).filter_map(|KnownTask { task, ending, .. }| {
        let at = task.state.is_stopped().then(|| task.since()).flatten()?;
        let ending = ending.as_ref()?;
        let importance = match ending.weight {
            Weight::Normal => Importance::Info,
            Weight::Notable => Importance::Warn,
            Weight::Fault => Importance::Error,
        };
        let ran = task.ran_for().map_or_else(String::new, |ran| format!(" after {}", format::span(ran)));
        let mut entry =
            single(task.id.text(), at, Lane::Stop, importance, format!("{}{ran}", ending.sentence));
        entry.shape.clone_from(&ending.verb);
        entry.tasks.push(task.id.clone());
        Some(entry)
    }));
    all.retain(|entry| {
        choice.lane.is_none_or(|lane| entry.lane == lane)
            && (!choice.problems_only || entry.importance > Importance::Info)
    });
    all.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
    if choice.fold { fold(all) } else { all }
}

fn single(id: Text, at: DateTime<Utc>, lane: Lane, importance: Importance, text: String) -> Entry {
    let shape = text.clone();
    Entry { id, at, first: at, lane, importance, text, count: 1, tasks: Vec::new(), shape }
}

/// Joins neighbours of one lane with the same shape; entries of other lanes in between do not part them.
fn fold(all: Vec<Entry>) -> Vec<Entry> {
    let mut folded: Vec<Entry> = Vec::new();
    for entry in all {
        let last = folded.iter_mut().rev().find(|known| known.lane == entry.lane);
        match last {
            Some(known) if known.shape == entry.shape => {
                known.count += entry.count;
                known.first = known.first.min(entry.first);
                known.tasks.extend(entry.tasks);
            }
            _ => folded.push(entry),
        }
    }
    folded
}

/// How many entries of a lane fall into each of `columns` minutes that end now.
pub fn histogram(entries: &[Entry], lane: Lane, now: DateTime<Utc>, columns: usize) -> Vec<usize> {
    let mut minutes = vec![0; columns];
    for entry in entries.iter().filter(|entry| entry.lane == lane) {
        let age = usize::try_from((now - entry.at).num_minutes()).unwrap_or(0);
        if let Some(slot) = columns.checked_sub(age + 1).and_then(|place| minutes.get_mut(place)) {
            *slot += 1;
        }
    }
    minutes
}
