//! Before CodeDeploy makes a new deployment: the same revision, another one, or one that ran before.

use super::Part;
use super::deploy::difference;
use super::lines::Lines;
use super::redeploy::replaced;
use crate::app::action::appspec::Origin;
use crate::app::action::ask::Candidate;
use crate::app::action::dialog::Field;
use crate::app::action::release::{Choice, Purpose, configs, origin, present, troubling};
use crate::app::document::Line;
use crate::app::format;
use crate::fleet::codedeploy::{DeploymentGroup, ReadyAction, Routing};
use crate::fleet::id::ServiceId;
use crate::fleet::service::Service;
use crate::fleet::shift::ShiftId;

/// Candidates shown around the chosen one.
const SHOWN: usize = 3;

pub(super) fn preview(lines: &mut Lines<'_>, id: &ServiceId, choice: &Choice) -> (String, String) {
    let name = id.name();
    let (title, verb) = match choice.purpose {
        Purpose::Redeploy => (format!("Redeploy through CodeDeploy: {name}"), "new deployment of"),
        Purpose::Deploy => (format!("Deploy through CodeDeploy: {name}"), "new deployment of"),
        Purpose::Back => (format!("Roll back {name}: a new deployment"), "roll back to"),
    };
    lines.say("now", lines.counts(id));
    let Some(service) = lines.service(id) else { return (title, verb.to_owned()) };
    if choice.purpose != Purpose::Redeploy {
        let from = choice.chosen.saturating_sub(SHOWN / 2);
        let items = choice.revisions.iter().skip(from).take(SHOWN);
        let items = items.map(|candidate| told(lines, candidate)).collect();
        let chosen = choice.chosen - from;
        lines.parts.push(Part::Choices { label: "target", field: Field::Choice, items, chosen });
    }
    let Some(candidate) = choice.candidate() else {
        lines.warn("no other revision is known: CodeDeploy has told of no earlier deployment");
        return (title, verb.to_owned());
    };
    let definition = candidate.definition.name();
    let Some(group) = lines.model.fleet.group_of(service).map(AsRef::as_ref) else {
        lines.warn("its deployment group is not known: CodeDeploy has not told it yet");
        return (title, format!("{verb} {definition}"));
    };
    if choice.purpose != Purpose::Redeploy {
        difference(lines, present(service), &candidate.definition);
    }
    if choice.purpose == Purpose::Back {
        how_fast(lines, group, choice);
        alarms(lines, group, choice);
    }
    let mut effect = vec![Line::plain(format!(
        "CodeDeploy makes a new deployment of {definition} (CreateDeployment): {}.",
        replaced(service)
    ))];
    effect.push(Line::plain(match group.rules.ready {
        Some(ReadyAction::Stop { .. }) => {
            "It will WAIT FOR APPROVAL before production traffic moves, as its group says."
        }
        Some(ReadyAction::Continue) => "It asks nobody before production traffic moves.",
        Some(ReadyAction::Other(_)) | None => "Whether it waits for approval is not known.",
    }));
    lines.all("effect", effect);
    if choice.purpose != Purpose::Back {
        lines.say("config", group_config(lines, group));
    }
    appspec(lines, id, choice);
    busy(lines, service);
    lines.say("checks", "image and secrets: not checked");
    (title, format!("{verb} {definition}"))
}

fn told(lines: &Lines<'_>, candidate: &Candidate) -> String {
    let name = candidate.definition.name();
    let Some(ShiftId::CodeDeploy(proof)) = &candidate.proof else {
        return format!("{name}  not known to have run");
    };
    let known = lines.model.fleet.codedeployment(proof);
    let own = known.filter(|known| {
        known
            .revision
            .as_ref()
            .is_some_and(|revision| revision.definition.as_ref() == Some(&candidate.definition))
    });
    match (own.and_then(|own| own.completed), own) {
        (Some(at), _) => {
            format!("{name}  {} succeeded {} ago", proof.as_str(), format::age(lines.model.now - at))
        }
        (None, Some(_)) => format!("{name}  {} succeeded", proof.as_str()),
        (None, None) => format!("{name}  ran before {}", proof.as_str()),
    }
}

/// `ECSCanary10Percent5Minutes: 10%, all after 5 min`
fn group_config(lines: &Lines<'_>, group: &DeploymentGroup) -> String {
    let Some(config) = group.config.as_deref() else { return "the group's own, not known".to_owned() };
    let how = match lines.model.fleet.routing(config) {
        Some(Routing::AllAtOnce) => "all traffic at once".to_owned(),
        Some(Routing::Canary { percent, minutes }) => {
            format!("{percent}, all after {minutes} min")
        }
        Some(Routing::Linear { percent, minutes }) => format!("{percent} every {minutes} min"),
        Some(Routing::Other(word)) => word.to_string(),
        None => "how it moves traffic is not known".to_owned(),
    };
    format!("{}: {how}", short(config))
}

/// CodeDeploy's own configurations without the prefix that they share.
fn short(config: &str) -> &str {
    config.strip_prefix("CodeDeployDefault.").unwrap_or(config)
}

fn how_fast(lines: &mut Lines<'_>, group: &DeploymentGroup, choice: &Choice) {
    let own = format!("group's own, {}", group_config(lines, group));
    let items = configs(choice.purpose).iter().map(|config| match config {
        Some(config) => format!("{}: all traffic at once", short(config)),
        None => own.clone(),
    });
    let items = items.collect();
    lines.parts.push(Part::Choices { label: "config", field: Field::Config, items, chosen: choice.config });
}

/// A guarding alarm that is not OK would stop the way back as well.
fn alarms(lines: &mut Lines<'_>, group: &DeploymentGroup, choice: &Choice) {
    let troubling = troubling(&lines.model.fleet, group);
    if troubling.is_empty() && choice.alarms == 0 {
        let how = if group.alarms.enabled && !group.alarms.names.is_empty() {
            "OK; they guard this deployment as well"
        } else {
            "none guards the group"
        };
        lines.say("alarms", how);
        return;
    }
    let names: Vec<String> = troubling.iter().map(|(name, state)| format!("{name} {state}")).collect();
    let items = vec![
        "guard this deployment as well: a firing one stops it".to_owned(),
        "overridden for this deployment (needs codedeploy:UpdateDeploymentGroup)".to_owned(),
    ];
    lines.parts.push(Part::Choices { label: "alarms", field: Field::Alarms, items, chosen: choice.alarms });
    if !names.is_empty() {
        lines.warn(format!("not OK: {}", names.join(", ")));
    }
}

fn appspec(lines: &mut Lines<'_>, id: &ServiceId, choice: &Choice) {
    match origin(&lines.model.fleet, id, choice) {
        Some(Origin::Earlier) => lines.say("appspec", "the one of an earlier deployment, unchanged"),
        Some(Origin::Adapted) => {
            lines.say("appspec", "the one of an earlier deployment with this task definition in it");
        }
        Some(Origin::Built) => {
            lines.warn(
                "AppSpec built from the service: hook functions that an earlier one named are not in it",
            );
        }
        None => {}
    }
}

/// A group carries out one deployment at a time.
fn busy(lines: &mut Lines<'_>, service: &Service) {
    if service.task_sets.len() > 1 {
        lines.warn("a deployment is in progress: CodeDeploy refuses a second one of the same group");
    }
}
