//! CodeDeploy: its operations by name, and how requests refer to applications, groups and deployments.

mod act;
mod applications;
mod deployments;
mod groups;
mod targets;
mod write;

use super::super::wire::Refusal;
use super::super::wire::input::Input;
use super::super::world::codedeploy::{Deployment, Group};
use super::super::world::{ServiceKey, World};
use super::Asked;

/// The name of the service in IAM actions and ARNs.
pub const NAME: &str = "codedeploy";

/// Its name in `x-amz-target`.
pub const TARGET: &str = "CodeDeploy_20141006";

pub fn perform(world: &mut World, asked: &Asked) -> Result<String, Refusal> {
    let input = Input::new(&asked.body);
    match asked.operation.as_str() {
        "ListApplications" => applications::list(world, input),
        "GetApplication" => applications::get(world, input),
        "BatchGetApplications" => applications::batch(world, input),
        "ListDeploymentGroups" => groups::list(world, input),
        "GetDeploymentGroup" => groups::get(world, input),
        "BatchGetDeploymentGroups" => groups::batch(world, input),
        "GetDeploymentConfig" => groups::config(world, input),
        "ListDeploymentConfigs" => groups::list_configs(world, input),
        "ListDeployments" => deployments::list(world, input),
        "GetDeployment" => deployments::get(world, input),
        "BatchGetDeployments" => deployments::batch(world, input),
        "ListDeploymentTargets" => targets::list(world, input),
        "GetDeploymentTarget" => targets::get(world, input),
        "BatchGetDeploymentTargets" => targets::batch(world, input),
        "ContinueDeployment" => act::continue_on(world, input),
        "StopDeployment" => act::stop(world, input),
        "CreateDeployment" => act::create(world, input),
        _ => Err(super::unknown(asked)),
    }
}

// The codes are the service model's; the words are guesses where nothing else is said.

/// The deployment whose id a request gives.
fn deployment<'w>(world: &'w World, input: Input<'_>) -> Result<&'w Deployment, Refusal> {
    let id = input.text("deploymentId")?.filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Refusal::new("DeploymentIdRequiredException", "Deployment id is required."))?;
    by_id(world, id)
}

fn by_id<'w>(world: &'w World, id: &str) -> Result<&'w Deployment, Refusal> {
    let letter = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit();
    let formed = id.strip_prefix("d-").is_some_and(|rest| rest.len() == 9 && rest.bytes().all(letter));
    if !formed {
        let words = format!("The deployment id {id} has the wrong form.");
        return Err(Refusal::new("InvalidDeploymentIdException", words));
    }
    world.codedeploy.with_id(id).ok_or_else(|| {
        // AWS's words.
        let words = format!("The deployment {id} could not be found");
        Refusal::new("DeploymentDoesNotExistException", words)
    })
}

/// The application that a request names.
fn application<'a>(world: &World, input: Input<'a>) -> Result<&'a str, Refusal> {
    let name = input.text("applicationName")?.filter(|name| !name.is_empty());
    let name = name
        .ok_or_else(|| Refusal::new("ApplicationNameRequiredException", "Application name is required."))?;
    exists(world, name)?;
    Ok(name)
}

fn exists(world: &World, application: &str) -> Result<(), Refusal> {
    if world.codedeploy.groups.values().any(|group| &*group.application == application) {
        return Ok(());
    }
    // AWS's words.
    let words = format!("No application found for name: {application}");
    Err(Refusal::new("ApplicationDoesNotExistException", words))
}

/// The group that a request names by its application and its own name.
fn group<'w>(world: &'w World, input: Input<'_>) -> Result<(ServiceKey, &'w Group), Refusal> {
    let application = application(world, input)?;
    let name = input.text("deploymentGroupName")?.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| {
        Refusal::new("DeploymentGroupNameRequiredException", "Deployment group name is required.")
    })?;
    world.codedeploy.group(application, name).ok_or_else(|| {
        // AWS's words.
        let words = format!("No Deployment Group found for name: {name}");
        Refusal::new("DeploymentGroupDoesNotExistException", words)
    })
}

/// Refuses more than a batch may have.
fn within(count: usize, most: usize) -> Result<(), Refusal> {
    if count <= most {
        return Ok(());
    }
    let words = format!("The maximum number of names or ids in a batch is {most}.");
    Err(Refusal::new("BatchLimitExceededException", words))
}
