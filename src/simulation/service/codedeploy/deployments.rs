//! GetDeployment, BatchGetDeployments and ListDeployments.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json::{self, Object};
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::World;
use super::super::super::world::codedeploy::Deployment;
use super::{by_id, deployment, group, within, write};

pub fn get(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let deployment = deployment(world, input)?;
    Ok(json::document(|o| {
        o.object("deploymentInfo", |o| info(o, world, deployment));
    }))
}

/// Deployments that are not there are left out. Guess.
pub fn batch(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let ids = input.texts("deploymentIds")?;
    if ids.is_empty() {
        return Err(Refusal::new("DeploymentIdRequiredException", "Deployment id is required."));
    }
    within(ids.len(), 25)?;
    let mut found = Vec::new();
    for id in ids {
        match by_id(world, id) {
            Ok(deployment) => found.push(deployment),
            Err(refusal) if refusal.code == "DeploymentDoesNotExistException" => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(json::document(|o| {
        o.objects("deploymentsInfo", found, |o, deployment| info(o, world, deployment));
    }))
}

fn info(o: &mut Object<'_>, world: &World, deployment: &Deployment) {
    let Some(group) = world.codedeploy.groups.get(&deployment.service) else { return };
    o.text("applicationName", &group.application)
        .text("deploymentGroupName", &group.name)
        .text("deploymentConfigName", &deployment.config.name)
        .text("deploymentId", &deployment.id);
    if let Some(before) = &deployment.before {
        o.object("previousRevision", |o| write::revision(o, world, before));
    }
    o.object("revision", |o| write::revision(o, world, &deployment.content))
        .text("status", deployment.status.word());
    if let Some((code, message)) = &deployment.error {
        o.object("errorInformation", |o| {
            o.text("code", code).text("message", message);
        });
    }
    o.time("createTime", deployment.created)
        .time_if("startTime", deployment.started)
        .time_if("completeTime", deployment.completed);
    overview(o, deployment);
    o.text_if("description", deployment.description.as_ref())
        .text("creator", deployment.creator.word())
        .flag("ignoreApplicationStopFailures", false);
    write::rollback(o, deployment.rollback);
    o.flag("updateOutdatedInstancesOnly", false);
    if let Some(info) = &deployment.rollback_info {
        o.object("rollbackInfo", |o| {
            o.text_if("rollbackDeploymentId", info.to.as_ref())
                .text_if("rollbackTriggeringDeploymentId", info.from.as_ref())
                .text("rollbackMessage", &info.message);
        });
    }
    write::style(o);
    // It does not turn true for ECS (AWS.md §2.4).
    o.flag("instanceTerminationWaitTimeStarted", false);
    write::blue_green(o, deployment.ready, deployment.termination);
    write::load_balancer(o, world, deployment.service);
    o.text("fileExistsBehavior", "DISALLOW").none("deploymentStatusMessages").text("computePlatform", "ECS");
    if deployment.guard_overridden {
        write::guard(o, "overrideAlarmConfiguration", &deployment.guard);
    }
}

/// There is one target, so one of the figures is 1.
fn overview(o: &mut Object<'_>, deployment: &Deployment) {
    let status = deployment.target_status();
    let words = ["Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"];
    if deployment.started.is_none() {
        return;
    }
    o.object("deploymentOverview", |o| {
        for word in words {
            o.number(word, u8::from(word == status));
        }
    });
}

const STATUSES: [&str; 8] =
    ["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"];

/// Newest first. Application and group are given both or neither (AWS.md §2.1).
pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let only = match (input.get("applicationName"), input.get("deploymentGroupName")) {
        (None, None) => None,
        (None, Some(_)) => {
            let words = "Application name is required.";
            return Err(Refusal::new("ApplicationNameRequiredException", words));
        }
        (Some(_), None) => {
            let words = "Deployment group name is required.";
            return Err(Refusal::new("DeploymentGroupNameRequiredException", words));
        }
        (Some(_), Some(_)) => Some(group(world, input)?.0),
    };
    let statuses = input.texts("includeOnlyStatuses")?;
    if let Some(wrong) = statuses.iter().find(|status| !STATUSES.contains(status)) {
        let words = format!("{wrong} is no status of deployments.");
        return Err(Refusal::new("InvalidDeploymentStatusException", words));
    }
    let (start, end) = match input.object("createTimeRange")? {
        Some(range) => (range.time("start")?, range.time("end")?),
        None => (None, None),
    };
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(Refusal::new("InvalidTimeRangeException", "The time range ends before it starts."));
    }
    let question =
        ["ListDeployments", &format!("{only:?} {start:?} {end:?}"), &statuses.join(" ")].map(str::to_owned);
    let question: Vec<_> = question.iter().map(String::as_str).collect();
    let page = Page::styled(input, Style::CodeDeploy, &question)?;
    let mut found: Vec<_> = world
        .codedeploy
        .all()
        .filter(|deployment| only.is_none_or(|key| key == deployment.service))
        .filter(|deployment| statuses.is_empty() || statuses.contains(&deployment.status.word()))
        .filter(|deployment| start.is_none_or(|start| deployment.created >= start))
        .filter(|deployment| end.is_none_or(|end| deployment.created <= end))
        .collect();
    found.sort_by_key(|deployment| std::cmp::Reverse((deployment.created, deployment.key)));
    let cut = page.cut((0..).zip(found));
    Ok(json::document(|o| {
        o.texts("deployments", cut.items.iter().map(|deployment| &deployment.id));
        cut.token(o);
    }))
}
