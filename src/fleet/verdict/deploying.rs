//! Rules for services that change as planned.

use super::case::Case;
use super::{Look, Severity, Verdict};
use crate::fleet::id::DefinitionId;
use crate::fleet::service::Rollout;

/// The service is being deleted.
pub(super) fn draining(case: &Case<'_>) -> Option<Verdict> {
    (&*case.service.status != "ACTIVE").then(|| {
        let why = format!("{}: {} tasks still run", case.service.status, case.service.running);
        case.say(Severity::Deploying, why, None, Look::Open)
    })
}

/// A change is on its way and nothing speaks against it.
pub(super) fn deploying(case: &Case<'_>) -> Option<Verdict> {
    let service = case.service;
    let primary = service.primary()?;
    let started = primary.created;
    let revision = |rollout: &Rollout| rollout.definition.as_ref().and_then(DefinitionId::revision);
    let now = revision(primary).map_or_else(|| "?".to_owned(), |revision| revision.to_string());
    let Some(old) = service.outgoing() else {
        if case.in_progress().is_some() {
            let why = format!("rev {now}: {} of {} tasks running", primary.running, primary.desired);
            return Some(case.say(Severity::Deploying, why, started, Look::Open));
        }
        let scaling = service.running != service.desired || service.pending > 0;
        return scaling.then(|| {
            let (direction, count) = if service.running > service.desired {
                ("in", service.running)
            } else {
                ("out", service.running)
            };
            let why = format!("scaling {direction}: {count} of {} tasks running", service.desired);
            case.say(Severity::Deploying, why, case.short_since, Look::Open)
        });
    };
    let before = revision(old).map_or_else(|| "?".to_owned(), |revision| revision.to_string());
    let change = if before == now { format!("rev {now} again") } else { format!("rev {before} > {now}") };
    let progress = if primary.running >= primary.desired && old.running > 0 {
        format!("draining {} old {}", old.running, if old.running == 1 { "task" } else { "tasks" })
    } else {
        format!("{} of {} new tasks running", primary.running, primary.desired)
    };
    Some(case.say(Severity::Deploying, format!("{change}: {progress}"), started, Look::Open))
}
