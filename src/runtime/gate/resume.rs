//! Operations that an earlier session began: known again from the journal, so that they are watched to their end.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::record::{CLUSTER, ROLLOUT, ROLLOUT_CREATED};
use crate::app::action::gate::{Acceptance, Begun};
use crate::app::action::operation::{Operation, OperationId, State, Step};
use crate::app::action::seen::{Aspect, Seen};
use crate::app::action::{Action, Change, Verb};
use crate::fleet::id::{ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, TaskId, account};
use crate::fleet::scaling::Suspension;
use crate::journal::{Entry, Fact, Kind, Trail, open_operations, read};

/// What is older is not watched any more: AWS forgets its tasks, and nobody waits for it.
const LATELY: TimeDelta = TimeDelta::hours(6);

/// The AWS that a context is connected to: the same profile and Region may name another one with an endpoint, or after
/// its credentials were exchanged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    pub profile: Option<&'a str>,
    pub region: &'a str,
    pub endpoint: Option<&'a str>,
    /// Where it is known already; nothing is known of it before the first answer of the first session.
    pub account: Option<&'a str>,
}

impl Place<'_> {
    fn has(&self, entry: &Entry) -> bool {
        // What is written of the account comes from the target's ARN; older lines may lack it.
        let account = entry.targets.first().and_then(|target| account(target)).or(entry.account.as_deref());
        entry.profile.as_deref() == self.profile
            && entry.region.as_deref() == Some(self.region)
            && entry.endpoint.as_deref() == self.endpoint
            && self.account.is_none_or(|own| account.is_none_or(|of| of == own))
    }
}

/// The operations of this place without a recorded end.
pub fn unfinished(
    state_folder: &Path,
    context: ContextId,
    place: &Place<'_>,
    now: DateTime<Utc>,
) -> Vec<Operation> {
    let contents = read(state_folder, Some(now - LATELY));
    let open = open_operations(contents.entries());
    let here = open.into_iter().filter(|trail| place.has(trail.attempt()));
    here.filter_map(|trail| operation(context, &trail)).collect()
}

fn operation(context: ContextId, trail: &Trail<'_>) -> Option<Operation> {
    let first = trail.attempt();
    let change = change(first)?;
    let action = Action { context, change, seen: seen(first), reason: first.reason.clone() };
    let mut operation = Operation::new(OperationId(first.operation.clone()), 0, action, first.at);
    let accepted = trail.lines.iter().find(|line| line.kind == Kind::Accepted);
    let deployment = accepted.and_then(|line| text(line, "deployment")).map(DeploymentId::new);
    let rollout = accepted.and_then(|line| rollout(line));
    let request_id = trail.request_id().map(Into::into);
    // Without an answer it may have been done all the same, or never have left: AWS's state tells.
    let unanswered = accepted.is_none();
    let at = accepted.map_or(first.at, |line| line.at);
    let acceptance = Acceptance { request_id, deployment, rollout, unanswered, ..Acceptance::default() };
    operation.accepted = Some((at, acceptance));
    operation.state = State::Settling("watched on from an earlier session".to_owned());
    operation.steps.push(Step { at, text: "watched on from the journal".to_owned() });
    Some(operation)
}

fn rollout(entry: &Entry) -> Option<Begun> {
    let created = text(entry, ROLLOUT_CREATED).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    Some(Begun { id: text(entry, ROLLOUT)?.into(), created: created.map(|at| at.to_utc()) })
}

fn change(entry: &Entry) -> Option<Change> {
    let cluster = ClusterId::new(text(entry, CLUSTER)?);
    let service = entry.service.as_deref().map(ServiceId::new);
    let target = entry.targets.first()?;
    Some(match entry.action.parse::<Verb>().ok()? {
        Verb::Scale => Change::Scale { cluster, service: service?, desired: number(entry, "desired")? },
        Verb::Redeploy => Change::Redeploy { cluster, service: service? },
        Verb::Deploy => Change::Deploy {
            cluster,
            service: service?,
            definition: DefinitionId::new(text(entry, "definition")?),
            back: flag(entry, "back"),
        },
        Verb::StopTask => Change::StopTask { cluster, service, task: TaskId::new(target.as_str()) },
        Verb::RollBack => {
            Change::RollBack { cluster, service: service?, deployment: DeploymentId::new(target.as_str()) }
        }
        Verb::Range => Change::Range {
            cluster,
            service: service?,
            min: number(entry, "min")?,
            max: number(entry, "max")?,
        },
        Verb::Suspend => Change::Suspend {
            cluster,
            service: service?,
            suspension: Suspension {
                scale_in: flag(entry, "scale-in"),
                scale_out: flag(entry, "scale-out"),
                scheduled: flag(entry, "scheduled"),
            },
        },
    })
}

/// Only the count is used after a restart, for the way back.
fn seen(entry: &Entry) -> Seen {
    match entry.before.get(Aspect::Desired.name()) {
        Some(desired) => Seen::from([(Aspect::Desired, desired.to_string())]),
        None => Seen::default(),
    }
}

fn text<'e>(entry: &'e Entry, name: &str) -> Option<&'e str> {
    match entry.parameters.get(name)? {
        Fact::Text(text) => Some(text),
        _ => None,
    }
}

fn number(entry: &Entry, name: &str) -> Option<u32> {
    match entry.parameters.get(name)? {
        Fact::Number(number) => u32::try_from(*number).ok(),
        _ => None,
    }
}

fn flag(entry: &Entry, name: &str) -> bool {
    matches!(entry.parameters.get(name), Some(Fact::Flag(true)))
}
