//! The target of a deployment: ListDeploymentTargets, GetDeploymentTarget and BatchGetDeploymentTargets.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json::{self, Object};
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::World;
use super::super::super::world::balancer::names;
use super::super::super::world::codedeploy::{Deployment, EventStatus, Label, Side, sides};
use super::deployment;

/// `<cluster>:<service>`.
fn id(world: &World, deployment: &Deployment) -> String {
    let service = world.service(deployment.service);
    let cluster = service.and_then(|service| world.cluster(service.cluster));
    format!(
        "{}:{}",
        cluster.map_or("", |cluster| &*cluster.name),
        service.map_or("", |service| &*service.name)
    )
}

/// A deployment that has a target, which is one that has started.
fn started<'w>(world: &'w World, input: Input<'_>) -> Result<&'w Deployment, Refusal> {
    let deployment = deployment(world, input)?;
    if deployment.started.is_some() {
        return Ok(deployment);
    }
    let words = format!("The deployment {} has not started yet.", deployment.id);
    Err(Refusal::new("DeploymentNotStartedException", words))
}

fn check(world: &World, deployment: &Deployment, target: &str) -> Result<(), Refusal> {
    let known = id(world, deployment);
    if target == known {
        return Ok(());
    }
    if !target.contains(':') {
        let words = format!("The target id {target} has the wrong form.");
        return Err(Refusal::new("InvalidDeploymentTargetIdException", words));
    }
    let words = format!("The deployment {} has no target {target}.", deployment.id);
    Err(Refusal::new("DeploymentTargetDoesNotExistException", words))
}

fn required() -> Refusal {
    Refusal::new("DeploymentTargetIdRequiredException", "Deployment target id is required.")
}

pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let deployment = started(world, input)?;
    let page = Page::styled(input, Style::CodeDeploy, &["ListDeploymentTargets", &deployment.id])?;
    let statuses = match input.object("targetFilters")? {
        Some(filters) => filters.texts("TargetStatus")?,
        None => Vec::new(),
    };
    let chosen = statuses.is_empty() || statuses.contains(&deployment.target_status());
    let cut = page.cut((0..).zip(chosen.then(|| id(world, deployment))));
    Ok(json::document(|o| {
        o.texts("targetIds", &cut.items);
        cut.token(o);
    }))
}

pub fn get(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let deployment = started(world, input)?;
    let target = input.text("targetId")?.filter(|id| !id.is_empty()).ok_or_else(required)?;
    check(world, deployment, target)?;
    Ok(json::document(|o| {
        o.object("deploymentTarget", |o| write(o, world, deployment));
    }))
}

pub fn batch(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let deployment = started(world, input)?;
    let targets = input.texts("targetIds")?;
    if targets.is_empty() {
        return Err(required());
    }
    if targets.len() > 25 {
        let words = "At most 25 targets can be asked for.";
        return Err(Refusal::new("DeploymentTargetListSizeExceededException", words));
    }
    targets.iter().try_for_each(|target| check(world, deployment, target))?;
    Ok(json::document(|o| {
        o.objects("deploymentTargets", targets, |o, _| write(o, world, deployment));
    }))
}

fn write(o: &mut Object<'_>, world: &World, deployment: &Deployment) {
    let id = id(world, deployment);
    let path = id.replacen(':', "/", 1);
    o.text("deploymentTargetType", "ECSTarget").object("ecsTarget", |o| {
        o.text("deploymentId", &deployment.id)
            .text("targetId", &id)
            .text("targetArn", world.place.ecs(format_args!("service/{path}")))
            .time("lastUpdatedAt", deployment.updated)
            .objects("lifecycleEvents", &deployment.events, |o, event| {
                o.text("lifecycleEventName", event.name.word())
                    .time_if("startTime", event.started)
                    .time_if("endTime", event.ended)
                    .text("status", event.status.word());
                if let Some((code, message)) = &event.diagnostics {
                    let script = deployment.hook(event.name).map_or("", |hook| &*hook.function);
                    o.object("diagnostics", |o| {
                        o.text("errorCode", code).text("scriptName", script).text("message", message);
                    });
                } else if event.status == EventStatus::Succeeded && deployment.hook(event.name).is_some() {
                    o.object("diagnostics", |o| {
                        o.text("errorCode", "Success").text("message", "");
                    });
                }
            })
            .text("status", deployment.target_status())
            .objects("taskSetsInfo", sides(world, deployment), |o, side| {
                task_set(o, world, deployment, side);
            });
    });
}

fn task_set(o: &mut Object<'_>, world: &World, deployment: &Deployment, side: Side) {
    // The wire name is misspelt (AWS.md §2.2).
    o.text("identifer", format_args!("ecs-svc/{}", side.number))
        .number("desiredCount", side.desired)
        .number("pendingCount", side.pending)
        .number("runningCount", side.running)
        .text("status", side.status.word())
        .number("trafficWeight", format_args!("{}.0", side.weight));
    if let Some(name) = names::group_name(world, deployment.service, side.slot) {
        o.object("targetGroup", |o| {
            o.text("name", name);
        });
    }
    o.text("taskSetLabel", if side.label == Label::Blue { "Blue" } else { "Green" });
}
