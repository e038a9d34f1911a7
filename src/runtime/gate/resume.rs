//! Operations that an earlier session began: known again from the journal, so that they are watched to their end.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::record::{
    APPLICATION, APPSPEC, BUCKET, CLUSTER, CONFIG, GROUP, HOOK, IGNORES_ALARMS, KEY, RELEASE, ROLLOUT,
    ROLLOUT_CREATED, TO,
};
use crate::app::action::gate::{Acceptance, Begun};
use crate::app::action::operation::{Operation, OperationId, State, Step};
use crate::app::action::seen::{Aspect, Seen};
use crate::app::action::shift::{Release, Spec, Waiting};
use crate::app::action::{Action, Change, Verb};
use crate::app::model::ContextInfo;
use crate::fleet::codedeploy::{CodeDeployId, GroupId};
use crate::fleet::id::{ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, TaskId, account};
use crate::fleet::percent::Percent;
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

impl<'a> Place<'a> {
    /// Where this context is.
    pub fn of(info: &'a ContextInfo, account: Option<&'a str>) -> Self {
        Self {
            profile: info.profile.as_deref(),
            region: &info.region,
            endpoint: info.endpoint.as_deref(),
            account,
        }
    }

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
    let release = accepted.and_then(|line| text(line, RELEASE)).map(CodeDeployId::new);
    let rollout = accepted.and_then(|line| rollout(line));
    let request_id = trail.request_id().map(Into::into);
    // Without an answer it may have been done all the same, or never have left: AWS's state tells.
    let unanswered = accepted.is_none();
    let at = accepted.map_or(first.at, |line| line.at);
    let acceptance =
        Acceptance { request_id, deployment, release, rollout, unanswered, ..Acceptance::default() };
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
        Verb::Continue => {
            let waiting = match text(entry, HOOK) {
                Some(hook) => {
                    Waiting::Hook { deployment: DeploymentId::new(target.as_str()), hook: hook.into() }
                }
                None => Waiting::Ready(CodeDeployId::new(target.as_str())),
            };
            Change::Continue { cluster, service: service?, waiting, to: percent(entry) }
        }
        Verb::Refuse => Change::Refuse {
            cluster,
            service: service?,
            deployment: DeploymentId::new(target.as_str()),
            hook: text(entry, HOOK)?.into(),
        },
        verb @ (Verb::StopShift | Verb::StopOnly) => Change::StopShift {
            cluster,
            service: service?,
            deployment: CodeDeployId::new(target.as_str()),
            back: verb == Verb::StopShift,
        },
        Verb::RemoveBlue => {
            Change::RemoveBlue { cluster, service: service?, deployment: CodeDeployId::new(target.as_str()) }
        }
        Verb::Release => Change::Release { cluster, service: service?, release: Box::new(release(entry)?) },
    })
}

fn release(entry: &Entry) -> Option<Release> {
    let spec = match text(entry, APPSPEC) {
        Some(content) => Spec::Content(content.into()),
        None => Spec::S3 { bucket: text(entry, BUCKET)?.into(), key: text(entry, KEY)?.into() },
    };
    let group = GroupId { application: text(entry, APPLICATION)?.into(), name: text(entry, GROUP)?.into() };
    Some(Release {
        group,
        definition: text(entry, "definition").map(DefinitionId::new),
        spec,
        config: text(entry, CONFIG).map(Into::into),
        ignores_alarms: flag(entry, IGNORES_ALARMS),
        back: flag(entry, "back"),
    })
}

fn percent(entry: &Entry) -> Option<Percent> {
    text(entry, TO)?.trim_end_matches('%').parse().ok().map(Percent::new)
}

/// What was so before, as far as this version knows its words.
fn seen(entry: &Entry) -> Seen {
    let aspect = |name: &String| name.parse::<Aspect>().ok();
    entry.before.iter().filter_map(|(name, fact)| Some((aspect(name)?, fact.to_string()))).collect()
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
