//! Before another revision is deployed: forward to a chosen one, back to one that ran, or back out of a deployment.

use super::lines::Lines;
use super::redeploy::{duration, guards, pace, replaced};
use super::{Part, warning};
use crate::app::action::Change;
use crate::app::action::ask::{Candidate, brought};
use crate::app::action::dialog::Field;
use crate::app::document::Line;
use crate::app::format;
use crate::fleet::id::{DefinitionId, DeploymentId, ServiceId, tail};
use crate::fleet::revision::ServiceRevision;
use crate::fleet::service::Service;
use crate::fleet::shift::ShiftId;

/// Candidates shown around the chosen one.
const SHOWN: usize = 4;

pub(super) fn preview(
    lines: &mut Lines<'_>,
    id: &ServiceId,
    revisions: &[Candidate],
    chosen: usize,
    back: bool,
) -> (String, String) {
    let deploying = lines.service(id).is_some_and(Service::is_deploying);
    let title = match (back, deploying) {
        (true, false) => format!("Roll back {}: no deployment running", id.name()),
        (true, true) => format!("Roll back {}", id.name()),
        (false, _) => format!("Deploy {}", id.name()),
    };
    lines.say("now", lines.counts(id));
    let Some(service) = lines.service(id) else { return (title, "deploy".to_owned()) };
    let from = chosen.saturating_sub(SHOWN / 2);
    let items = revisions.iter().enumerate().skip(from).take(SHOWN);
    let items = items.map(|(_, candidate)| told(lines, candidate)).collect();
    lines.parts.push(Part::Choices { label: "target", field: Field::Choice, items, chosen: chosen - from });
    let Some(candidate) = revisions.get(chosen) else {
        lines.warn("no other revision is known: its deployments are not known yet, or there were none");
        return (title, "deploy".to_owned());
    };
    difference(lines, service.definition.as_ref(), &candidate.definition);
    if back {
        digests(lines, candidate);
        lines.say(
            "stays",
            "network, capacity provider, load balancer and deployment settings stay as they are now",
        );
    }
    if candidate.proof.is_none() {
        lines.warn("no deployment of it is known: it may never have run");
    }
    if deploying {
        lines.warn("a deployment is in progress: this one stops it and takes its place");
    }
    let mut effect = vec![Line::plain(format!(
        "a new deployment of {}: {}.",
        candidate.definition.name(),
        replaced(service)
    ))];
    effect.extend(pace(service));
    lines.all("effect", effect);
    lines.say("time", duration(lines, service));
    guards(lines, service);
    lines.say("checks", "image and secrets: not checked; its roles are passed (iam:PassRole)");
    let verb = if back { "roll back to" } else { "deploy" };
    (title, format!("{verb} {}", candidate.definition.name()))
}

fn told(lines: &Lines<'_>, candidate: &Candidate) -> String {
    let fleet = &lines.model.fleet;
    let Some(proof) = &candidate.proof else {
        return format!("{}  not known to have run", candidate.definition.name());
    };
    let known = of_ecs(proof).and_then(|id| fleet.deployment(id));
    let when = known
        .and_then(crate::fleet::deployment::ServiceDeployment::ended)
        .map_or_else(String::new, |at| format!(" {} ago", format::age(lines.model.now - at)));
    let status = known.map_or("successful", |deployment| deployment.status.as_str());
    format!("{}  {status}{when}", candidate.definition.name())
}

fn of_ecs(proof: &ShiftId) -> Option<&DeploymentId> {
    match proof {
        ShiftId::Ecs(id) => Some(id),
        ShiftId::CodeDeploy(_) => None,
    }
}

/// What differs by meaning; values are never shown.
pub(super) fn difference(lines: &mut Lines<'_>, now: Option<&DefinitionId>, to: &DefinitionId) {
    let fleet = &lines.model.fleet;
    let (Some(now), Some(target)) = (now.and_then(|id| fleet.definition(id)), fleet.definition(to)) else {
        lines.say("changes", format!("{} is not described yet", to.name()));
        return;
    };
    if target.status.as_deref().is_some_and(|status| status != "ACTIVE") {
        let status = target.status.as_deref().unwrap_or_default().to_owned();
        lines.warn(format!("{} is {status}: AWS may refuse to deploy it", to.name()));
    }
    let changes = target.changes_since(now);
    if changes.is_empty() {
        lines.say("changes", "nothing in the task definition");
    } else {
        lines.all("changes", changes.into_iter().map(Line::plain).collect());
    }
}

/// The code that the revision ran, and whether the same name may mean other code now.
fn digests(lines: &mut Lines<'_>, candidate: &Candidate) {
    let fleet = &lines.model.fleet;
    let proof = candidate.proof.as_ref().and_then(of_ecs).and_then(|id| fleet.deployment(id));
    let revision = proof.and_then(brought).and_then(|revision| fleet.revision(revision));
    let Some(revision): Option<&ServiceRevision> = revision.map(AsRef::as_ref) else { return };
    let images = revision.images.iter().map(|image| {
        let digest = image
            .digest
            .as_deref()
            .map_or_else(|| "not recorded".to_owned(), |digest| digest.chars().take(18).collect());
        let line = format!("{} ran {digest}", crate::fleet::definition::short_image(Some(&image.image)));
        if image.image.contains("@sha256:") {
            Line::plain(line)
        } else {
            warning(format!("{line}; given by tag, it may pull another image (not checked)"))
        }
    });
    lines.all("image", images.collect());
}

/// Before a deployment that runs is stopped and undone.
pub(super) fn running(
    lines: &mut Lines<'_>,
    id: &ServiceId,
    deployment: &DeploymentId,
    changes: &[Change],
) -> (String, String) {
    let title = format!("Roll back {}: deployment in progress", id.name());
    let fleet = &lines.model.fleet;
    let Some(known) = fleet.deployment(deployment) else {
        lines.say("running", format!("deployment {}, not described yet", tail(deployment.as_str())));
        lines.say(
            "effect",
            "ECS stops it (StopServiceDeployment, ROLLBACK) and goes back to what was before.",
        );
        return (title, "stop and roll back".to_owned());
    };
    let name = |tasks: &crate::fleet::deployment::RevisionTasks| {
        let definition = fleet.revision(&tasks.revision).and_then(|revision| revision.definition.clone());
        definition
            .map_or_else(|| tasks.revision.short().to_owned(), |definition| definition.name().to_owned())
    };
    let from = known.sources.first().map(&name);
    let to = known.target.as_ref().map(&name);
    let took =
        known.began().map_or_else(String::new, |at| format!(" for {}", format::span(lines.model.now - at)));
    let healthy = known
        .target
        .as_ref()
        .map_or_else(String::new, |target| format!(", {} of {} new run", target.running, target.requested));
    let way = match (&from, &to) {
        (Some(from), Some(to)) => format!("{from} > {to}"),
        (None, Some(to)) => to.clone(),
        _ => String::new(),
    };
    let id = tail(deployment.as_str());
    lines.say("running", format!("deployment {}  {way}  {}{took}{healthy}", id, known.status.as_str()));
    let back = from.clone().unwrap_or_else(|| "what was before".to_owned());
    let old: u32 = known.sources.iter().map(|source| source.running).sum();
    let hook = changes.iter().find_map(|change| match change {
        Change::Refuse { hook, .. } => Some(hook),
        _ => None,
    });
    let how = match hook {
        Some(hook) => {
            lines.say("hook", format!("{hook} waits: it is answered with ROLLBACK"));
            "ECS rolls it back (ContinueServiceDeployment, ROLLBACK)"
        }
        None => "ECS stops it (StopServiceDeployment, ROLLBACK)",
    };
    let mut effect = vec![Line::plain(format!(
        "{how} and goes back to {back}. New tasks drain; {}.",
        match old {
            0 => "no old task runs any more, so they start anew".to_owned(),
            1 => "1 old task still runs".to_owned(),
            old => format!("{old} old tasks still run"),
        }
    ))];
    effect.push(Line::plain("It goes on by itself once requested, also without auto-rollback configured."));
    if from.is_none() {
        effect.push(warning("no source revision is recorded: there may be nothing to go back to"));
    }
    lines.all("effect", effect);
    lines.say("time", "not known");
    let verb = if hook.is_some() { "refuse and roll back" } else { "stop and roll back" };
    (title, format!("{verb} to {back}"))
}
