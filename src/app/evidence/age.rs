//! How old the answers are that the evidence rests on, and which of them are too old to decide by.

use chrono::{DateTime, TimeDelta, Utc};

use super::side::Case;
use crate::app::action::needs;
use crate::app::format;
use crate::fleet::Fleet;
use crate::fleet::shift::Shift;
use crate::fleet::topic::{FailureKind, Freshness, Subject, Topic, Trouble};

/// Targets and weights change within seconds.
const BALANCING: TimeDelta = TimeDelta::seconds(30);
/// Alarms and counts are asked for once in a minute.
const ALARMS: TimeDelta = TimeDelta::seconds(90);
const TRAFFIC: TimeDelta = TimeDelta::minutes(3);

/// Why an answer is too old, in words; `None` where it is young, or where nothing tells its age.
pub(super) type Stale = Option<String>;

impl Case<'_> {
    /// The older one of both sides counts.
    pub(super) fn stale_health(&self) -> Stale {
        let ids = [self.blue(), self.green()].into_iter().filter_map(|side| self.group_id(side));
        let known = ids.filter(|id| self.fleet.target_health(id).is_some());
        let subjects = known.map(Subject::TargetHealth);
        let told = subjects.filter_map(|subject| {
            let freshness = self.fleet.freshness(&Topic::new(self.shift.context, subject))?;
            Some((freshness.answered?, freshness))
        });
        self.stale(told.min_by_key(|(at, _)| *at), BALANCING)
    }

    pub(super) fn stale_weights(&self) -> Stale {
        let wanted = self.service.map_or_else(Vec::new, |service| needs::routes(self.fleet, service));
        let names = |subject: &Subject| matches!(subject, Subject::Routes(ids) if ids.iter().any(|id| wanted.contains(id)));
        self.stale(self.newest(names), BALANCING)
    }

    pub(super) fn stale_alarms(&self) -> Stale {
        let freshness = self.fleet.freshness(&Topic::new(self.shift.context, Subject::Alarms));
        self.stale(freshness.and_then(|it| Some((it.answered?, it))), ALARMS)
    }

    pub(super) fn stale_traffic(&self) -> Stale {
        let wanted = self.group_id(self.green());
        let names = |subject: &Subject| matches!(subject, Subject::Traffic(ids) if wanted.as_ref().is_some_and(|id| ids.contains(id)));
        self.stale(self.newest(names), TRAFFIC)
    }

    /// The newest answer of those that name the same thing among others.
    fn newest(&self, names: impl Fn(&Subject) -> bool) -> Option<(DateTime<Utc>, &Freshness)> {
        let all = self.fleet.topics().filter(|(topic, _)| topic.context == self.shift.context);
        let own = all.filter(|(topic, _)| names(&topic.subject));
        own.filter_map(|(_, it)| Some((it.answered?, it))).max_by_key(|(at, _)| *at)
    }

    fn stale(&self, told: Option<(DateTime<Utc>, &Freshness)>, limit: TimeDelta) -> Stale {
        let (answered, freshness) = told?;
        let age = self.now - answered;
        if age <= limit {
            return None;
        }
        let why = freshness.trouble.as_ref().map_or_else(String::new, |it| format!(": {}", words(it)));
        Some(format!("last seen {} ago{why}", format::age(age)))
    }
}

/// What is in the way, in a few words.
fn words(trouble: &Trouble) -> String {
    let operation = &trouble.failure.operation;
    match trouble.failure.kind {
        FailureKind::Throttled => format!("AWS is limiting {operation}"),
        FailureKind::Denied { .. } => format!("{operation} is denied"),
        FailureKind::Expired | FailureKind::NoCredentials => "the credentials ended".to_owned(),
        FailureKind::Network => "AWS is not reachable".to_owned(),
        _ => format!("{operation} fails"),
    }
}

/// Why nobody may go forward on what is known of targets and weights: it is older than 30 seconds.
pub fn too_old(fleet: &Fleet, shift: &Shift, now: DateTime<Utc>) -> Option<String> {
    let case = Case::new(fleet, shift, now, true);
    let weighs = case.green().is_some_and(|green| green.production_live.is_some());
    let weights = || weighs.then(|| case.stale_weights()).flatten();
    case.stale_health().or_else(weights)
}
