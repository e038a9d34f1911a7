//! ContinueDeployment, StopDeployment and CreateDeployment (AWS.md §2.5).

use std::sync::Arc;

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::World;
use super::super::super::world::codedeploy::{
    self, AutoRollback, Deployment, Guard, Hold, Refused, Status, Wanted,
};
use super::super::super::world::definition::DefinitionKey;
use super::super::super::world::service::ServiceStatus;
use super::super::ecs;
use super::{deployment, group, groups};

/// A deployment that is not over.
fn unfinished<'w>(world: &'w World, input: Input<'_>) -> Result<&'w Deployment, Refusal> {
    let deployment = deployment(world, input)?;
    if !deployment.status.is_over() {
        return Ok(deployment);
    }
    // AWS's words.
    let words = format!("The deployment {} is already completed.", deployment.id);
    Err(Refusal::new("DeploymentAlreadyCompletedException", words))
}

pub fn continue_on(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let deployment = unfinished(world, input)?;
    let (key, id) = (deployment.key, Arc::clone(&deployment.id));
    let hold = match input.text("deploymentWaitType")? {
        // Guess: what is meant when nothing is said.
        None | Some("READY_WAIT") => Hold::Ready,
        Some("TERMINATION_WAIT") => Hold::Termination,
        Some(other) => {
            let words = format!("{other} is no type of wait.");
            return Err(Refusal::new("InvalidDeploymentWaitTypeException", words));
        }
    };
    if codedeploy::continue_on(world, key, hold) {
        return Ok("{}".to_owned());
    }
    let words = match hold {
        Hold::Ready => format!("The deployment {id} is not waiting for its traffic to be rerouted."),
        Hold::Termination => {
            format!("The deployment {id} is not waiting to terminate its original task set.")
        }
    };
    Err(Refusal::new("DeploymentIsNotInReadyStateException", words))
}

pub fn stop(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let key = unfinished(world, input)?.key;
    codedeploy::ask_stop(world, key, input.flag("autoRollbackEnabled")?);
    let over = world.codedeploy.deployment(key).is_some_and(|found| found.status == Status::Stopped);
    Ok(json::document(|o| {
        o.text("status", if over { "Succeeded" } else { "Pending" })
            .text("statusMessage", "The deployment is being stopped.");
    }))
}

/// The words of a list of events as choices.
fn rollback(input: Input<'_>) -> Result<Option<AutoRollback>, Refusal> {
    let Some(given) = input.object("autoRollbackConfiguration")? else { return Ok(None) };
    let mut rollback =
        AutoRollback { enabled: given.flag("enabled")?.unwrap_or(false), ..AutoRollback::default() };
    for event in given.texts("events")? {
        match event {
            "DEPLOYMENT_FAILURE" => rollback.on_failure = true,
            "DEPLOYMENT_STOP_ON_ALARM" => rollback.on_alarm = true,
            "DEPLOYMENT_STOP_ON_REQUEST" => rollback.on_request = true,
            other => {
                let words = format!("{other} is no event of automatic rollbacks.");
                return Err(Refusal::new("InvalidAutoRollbackConfigException", words));
            }
        }
    }
    Ok(Some(rollback))
}

fn guard(input: Input<'_>) -> Result<Option<Guard>, Refusal> {
    let Some(given) = input.object("overrideAlarmConfiguration")? else { return Ok(None) };
    let mut alarms = Vec::new();
    for alarm in given.objects("alarms")? {
        alarms.extend(alarm.text("name")?.map(Arc::from));
    }
    if alarms.len() > 10 {
        let words = "A deployment can have at most 10 alarms.";
        return Err(Refusal::new("AlarmsLimitExceededException", words));
    }
    let enabled = given.flag("enabled")?.unwrap_or(false);
    if enabled && alarms.is_empty() {
        let words = "An alarm configuration that is enabled names alarms.";
        return Err(Refusal::new("InvalidAlarmConfigException", words));
    }
    let ignores_poll_failure = given.flag("ignorePollAlarmFailure")?.unwrap_or(false);
    Ok(Some(Guard { enabled, ignores_poll_failure, alarms }))
}

/// The text of a revision; only AppSpec files in the request itself are there to be read.
fn content(input: Input<'_>) -> Result<&str, Refusal> {
    let required = || Refusal::new("RevisionRequiredException", "A revision is required.");
    let revision = input.object("revision")?.ok_or_else(required)?;
    let member = match revision.text("revisionType")? {
        Some("AppSpecContent") => "appSpecContent",
        Some("String") => "string",
        Some("S3" | "GitHub") => {
            let words = "The simulation has no revisions in S3 or GitHub.";
            return Err(Refusal::new("RevisionDoesNotExistException", words));
        }
        _ => return Err(invalid("The revision has no known type.")),
    };
    let text = revision.object(member)?.map(|inner| inner.text("content")).transpose()?.flatten();
    text.ok_or_else(|| invalid("The revision has no content."))
}

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new("InvalidRevisionException", words)
}

pub fn create(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let (key, found) = group(world, input)?;
    let name = Arc::clone(&found.name);
    let content = content(input)?;
    let spec = codedeploy::read_appspec(content)
        .ok_or_else(|| invalid("The AppSpec file names no task definition."))?;
    let definition = definition(world, &spec.definition)?;
    let config =
        input.text("deploymentConfigName")?.map(|name| groups::find_config(world, name)).transpose()?;
    let (rollback, guard) = (rollback(input)?, guard(input)?);
    let description: Option<Arc<str>> = input.text("description")?.map(Arc::from);
    if world.service(key).is_none_or(|service| service.status != ServiceStatus::Active) {
        let words = "The ECS service of the deployment group is not active.";
        return Err(Refusal::new("InvalidECSServiceException", words));
    }
    let content = content.into();
    let wanted = Wanted { definition, content, hooks: spec.hooks, config, rollback, guard, description };
    match codedeploy::begin(world, key, wanted) {
        Ok(made) => {
            let id = world.codedeploy.deployment(made).map(|made| Arc::clone(&made.id)).unwrap_or_default();
            Ok(json::document(|o| {
                o.text("deploymentId", id);
            }))
        }
        Err(Refused::Active(id)) => {
            // AWS's words.
            let words = format!("The Deployment Group '{name}' already has an active Deployment '{id}'");
            Err(Refusal::new("DeploymentLimitExceededException", words))
        }
        Err(Refused::NoGroup) => {
            let words = format!("No Deployment Group found for name: {name}");
            Err(Refusal::new("DeploymentGroupDoesNotExistException", words))
        }
    }
}

/// Guess: a definition that is not there is refused at once, as part of the revision.
fn definition(world: &World, reference: &str) -> Result<DefinitionKey, Refusal> {
    let found = ecs::definition(world, reference);
    let active = found.and_then(|key| world.definition(key)).is_some_and(|found| found.active);
    found.filter(|_| active).ok_or_else(|| invalid(format!("There is no task definition {reference}.")))
}
