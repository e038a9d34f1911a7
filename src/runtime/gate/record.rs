//! The gate's lines in the journal: the attempt before anything leaves, what came of it, and its end.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::task::spawn_blocking;

use super::{Door, Person, kind};
use crate::app::action::command_line::command_line;
use crate::app::action::gate::{Passage, Standing, refusal};
use crate::app::action::operation::{Ended, OperationId, State};
use crate::app::action::shift::{Spec, Waiting};
use crate::app::action::{Action, Change};
use crate::fleet::id::ClusterId;
use crate::journal::entry::Facts;
use crate::journal::{Change as Drift, Entry, Fact, Journal, Kind};
use crate::runtime::clock::Clock;

/// The name of the parameter that tells the cluster, so that a later session can go on watching.
pub(super) const CLUSTER: &str = "cluster";

/// The names of what AWS called the rollout that began, and of when it was created by AWS's clock.
pub(super) const ROLLOUT: &str = "rollout";
pub(super) const ROLLOUT_CREATED: &str = "rollout-created";

/// The name of what CodeDeploy called the deployment that it made.
pub(super) const RELEASE: &str = "release";

/// The names of what an answer to a blue/green deployment and a new one of CodeDeploy are made of.
pub(super) const HOOK: &str = "hook";
pub(super) const TO: &str = "to";
pub(super) const APPLICATION: &str = "application";
pub(super) const GROUP: &str = "group";
pub(super) const CONFIG: &str = "config";
pub(super) const APPSPEC: &str = "appspec";
pub(super) const BUCKET: &str = "bucket";
pub(super) const KEY: &str = "key";
pub(super) const IGNORES_ALARMS: &str = "ignores-alarms";

/// Writes lines, each on disk when its method returns.
#[derive(Debug)]
pub(super) struct Recorder {
    journal: Option<Arc<Journal>>,
    person: Person,
    clock: Clock,
}

/// What all lines of one passage have in common.
#[derive(Debug, Clone)]
pub(super) struct Line(Entry);

impl Recorder {
    pub(super) fn new(journal: Option<Journal>, person: Person, clock: Clock) -> Self {
        Self { journal: journal.map(Arc::new), person, clock }
    }

    /// The line about an action, with everything but its kind.
    pub(super) fn line(
        &self,
        operation: &OperationId,
        action: &Action,
        standing: Option<&Standing>,
        door: &Door,
    ) -> Line {
        let change = &action.change;
        Line(Entry {
            at: self.clock.now(),
            operation: operation.0.clone(),
            kind: Kind::Attempt,
            action: change.verb().to_string(),
            targets: vec![change.target().to_owned()],
            service: change.service().map(ToString::to_string),
            user: self.person.user.clone(),
            host: self.person.host.clone(),
            caller: standing.and_then(|standing| standing.caller.clone()),
            account: change.account().map(str::to_owned),
            region: Some(door.region.clone()),
            profile: door.profile.clone(),
            endpoint: door.endpoint.clone(),
            parameters: parameters(change),
            before: action
                .seen
                .iter()
                .map(|(aspect, value)| (aspect.name().to_owned(), fact(value)))
                .collect(),
            reason: action.reason.clone(),
            command: Some(command_line(change, action.reason.as_deref())),
            ..Entry::default()
        })
    }

    /// The attempt, on disk before the request leaves. The error is a sentence.
    pub(super) async fn attempt(&self, line: &Line, checked: bool) -> Result<(), String> {
        self.append(Entry { checked, at: self.clock.now(), ..line.0.clone() }).await
    }

    /// What came of it. An attempt that cannot get its outcome is on disk at least.
    pub(super) async fn outcome(&self, line: &Line, passage: &Passage) {
        let now = self.clock.now();
        let mut entry = Entry { duration_ms: since(line.0.at, now), ..line.0.follow(now, kind(passage)) };
        // Nothing was attempted: this is the only line, so it says what was wanted.
        if !passage.was_sent() {
            entry.parameters.clone_from(&line.0.parameters);
            entry.before.clone_from(&line.0.before);
            entry.reason.clone_from(&line.0.reason);
        }
        match passage {
            Passage::Accepted(acceptance) => {
                entry.request_id = acceptance.request_id.as_ref().map(ToString::to_string);
                if acceptance.by_look {
                    entry.result = Some("the answer was lost; a look shows that it was done".to_owned());
                }
                if let Some(deployment) = &acceptance.deployment {
                    entry.parameters.insert("deployment".to_owned(), deployment.as_str().into());
                }
                if let Some(release) = &acceptance.release {
                    entry.parameters.insert(RELEASE.to_owned(), release.as_str().into());
                }
                if let Some(rollout) = &acceptance.rollout {
                    entry.parameters.insert(ROLLOUT.to_owned(), (&*rollout.id).into());
                    let created = rollout.created.map(|at| at.to_rfc3339().into());
                    entry.parameters.extend(created.map(|at| (ROLLOUT_CREATED.to_owned(), at)));
                }
            }
            Passage::Rejected(failure) | Passage::Unclear(failure) => {
                entry.request_id = failure.request_id.as_ref().map(ToString::to_string);
                entry.result = Some(refusal(failure));
            }
            Passage::NotChecked(failure) => entry.result = Some(format!("could not look again: {failure}")),
            Passage::Refused(why) | Passage::NotJournalled(why) => entry.result = Some(why.clone()),
            Passage::Overtaken { sentence, .. } => entry.result = Some(sentence.clone()),
            Passage::Drifted(differences) => {
                let drift = |difference: &crate::app::action::seen::Difference| {
                    let change =
                        Drift { seen: Some(fact(&difference.then)), now: Some(fact(&difference.now)) };
                    (difference.aspect.name().to_owned(), change)
                };
                entry.drift = differences.iter().map(drift).collect();
            }
        }
        // The person has been told what happened; a line that finds no room is no reason to tell them otherwise.
        if let Err(sentence) = self.append(entry).await {
            tracing::warn!(%sentence, "an outcome is not in the journal");
        }
    }

    /// How the operation ended.
    pub(super) async fn end(&self, line: &Line, ended: &Ended) -> Result<(), String> {
        let kind = match &ended.state {
            State::Done(_) => Kind::Done,
            State::TimedOut(_) => Kind::TimedOut,
            State::Replaced(_) => Kind::Replaced,
            _ => Kind::Failed,
        };
        let now = self.clock.now();
        self.append(Entry {
            result: Some(ended.state.sentence().to_owned()),
            duration_ms: since(ended.asked, now),
            ..line.0.follow(now, kind)
        })
        .await
    }

    /// The reason that ECS shows to everybody, with who gave it: `jane via fargate-top: leaking memory`.
    pub(super) fn signed(&self, reason: Option<&str>) -> String {
        let who = self.person.user.as_deref().unwrap_or("somebody");
        match reason {
            Some(reason) => format!("{who} via fargate-top: {reason}"),
            None => format!("{who} via fargate-top"),
        }
    }

    async fn append(&self, entry: Entry) -> Result<(), String> {
        let Some(journal) = self.journal.clone() else {
            return Err("the journal cannot be written: there is no home folder for it; set HOME".to_owned());
        };
        // The disk may be slow, and keys must not wait for it.
        let written = spawn_blocking(move || journal.append(&entry)).await;
        match written {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(_) => Err("the journal cannot be written: its task ended".to_owned()),
        }
    }
}

fn since(then: DateTime<Utc>, now: DateTime<Utc>) -> Option<u64> {
    u64::try_from((now - then).num_milliseconds()).ok()
}

/// Counts are numbers in the journal.
fn fact(value: &str) -> Fact {
    value.parse::<i64>().map_or_else(|_| value.into(), Fact::from)
}

/// What was asked for, and enough to know the change again.
fn parameters(change: &Change) -> Facts {
    let mut facts = Facts::new();
    let cluster: &ClusterId = change.cluster();
    facts.insert(CLUSTER.to_owned(), cluster.as_str().into());
    let mut put = |name: &str, fact: Fact| {
        facts.insert(name.to_owned(), fact);
    };
    match change {
        Change::Scale { desired, .. } => {
            put("desired", (*desired).into());
        }
        Change::Deploy { definition, back, .. } => {
            put("definition", definition.as_str().into());
            put("back", (*back).into());
        }
        Change::RollBack { deployment, .. } => {
            put("deployment", deployment.as_str().into());
        }
        Change::Range { min, max, .. } => {
            put("min", (*min).into());
            put("max", (*max).into());
        }
        Change::Suspend { suspension, .. } => {
            put("scale-in", suspension.scale_in.into());
            put("scale-out", suspension.scale_out.into());
            put("scheduled", suspension.scheduled.into());
        }
        Change::Continue { waiting, to, .. } => {
            if let Waiting::Hook { hook, .. } = waiting {
                put(HOOK, (&**hook).into());
            }
            if let Some(to) = to {
                put(TO, to.to_string().into());
            }
        }
        Change::Refuse { hook, .. } => put(HOOK, (&**hook).into()),
        Change::Release { release, .. } => {
            put(APPLICATION, (&*release.group.application).into());
            put(GROUP, (&*release.group.name).into());
            if let Some(definition) = &release.definition {
                put("definition", definition.as_str().into());
            }
            if let Some(config) = &release.config {
                put(CONFIG, (&**config).into());
            }
            put(IGNORES_ALARMS, release.ignores_alarms.into());
            put("back", release.back.into());
            match &release.spec {
                Spec::Content(content) => put(APPSPEC, (&**content).into()),
                Spec::S3 { bucket, key } => {
                    put(BUCKET, (&**bucket).into());
                    put(KEY, (&**key).into());
                }
            }
        }
        Change::Redeploy { .. }
        | Change::StopTask { .. }
        | Change::StopShift { .. }
        | Change::RemoveBlue { .. } => {}
    }
    facts
}
