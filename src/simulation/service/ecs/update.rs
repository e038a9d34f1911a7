//! UpdateService: what it changes, which changes take a deployment, and whom it refuses (AWS.md §1.5).

use std::sync::Arc;

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::balancer;
use super::super::super::world::definition::DefinitionKey;
use super::super::super::world::settings::Controller;
use super::super::super::world::{World, deploy};
use super::{settings, write_service};

/// Members that take a deployment whatever they say. The simulation does not keep what they say.
const ALWAYS_DEPLOY: [&str; 4] =
    ["serviceRegistries", "serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"];

/// Members that only the ECS controller takes, and what AWS calls them when it refuses. The first two and the last
/// are AWS's words; the others are guesses.
const ECS_ONLY: [(&str, &str); 10] = [
    ("taskDefinition", "Unable to update task definition"),
    ("networkConfiguration", "Unable to update network parameters"),
    ("platformVersion", "Unable to update platform version"),
    ("capacityProviderStrategy", "Unable to update capacity provider strategy"),
    ("loadBalancers", "Unable to update load balancers"),
    ("serviceRegistries", "Unable to update service registries"),
    ("serviceConnectConfiguration", "Unable to update service connect configuration"),
    ("volumeConfigurations", "Unable to update volume configurations"),
    ("vpcLatticeConfigurations", "Unable to update VPC Lattice configurations"),
    ("forceNewDeployment", "Cannot force a new deployment"),
];

pub fn service(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let reference = input.required("service", "Service")?;
    let service = super::active_service(world, cluster, reference)?;
    let key = service.key;
    accepts(service.settings.controller, input)?;
    let before = Arc::clone(&service.settings);
    let after = settings::read(&before, input)?;
    // Guess: the words. A pair of target groups cannot be given here, only told by a story.
    let paired = balancer::routing(world, key).is_some_and(|routing| routing.paired);
    if after.strategy.shifts() && after.balanced && !paired {
        return Err(Refusal::parameter(
            "The deployment strategy needs advancedConfiguration with an alternate target group.",
        ));
    }
    let desired = match input.whole("desiredCount")? {
        None => service.desired,
        // Guess: the words, and the quota of 5,000 tasks for each service as the limit.
        Some(count) => u32::try_from(count)
            .ok()
            .filter(|count| *count <= 5_000)
            .ok_or_else(|| Refusal::parameter("desiredCount must be between 0 and 5000."))?,
    };
    let asked = input.text("taskDefinition")?.map(|reference| definition(world, reference)).transpose()?;
    let current = service.primary().map(|primary| primary.definition);
    // The definition that runs already changes nothing.
    let deploys = input.flag("forceNewDeployment")?.unwrap_or(false)
        || before.needs_deployment(&after)
        || (asked.is_some() && asked != current)
        || ALWAYS_DEPLOY.iter().any(|member| input.get(member).is_some());
    if let Some(service) = world.service_mut(key) {
        service.settings = Arc::new(after);
    }
    world.set_desired(key, desired);
    if let Some(definition) = asked.or(current).filter(|_| deploys) {
        deploy::begin(world, key, definition);
    }
    Ok(json::document(|o| {
        o.object("service", |o| {
            if let Some(service) = world.service(key) {
                write_service::write(o, world, service, true);
            }
        });
    }))
}

/// CodeDeploy and external controllers deploy in their own ways. AWS refuses some members even if they would change
/// nothing; so does this.
fn accepts(controller: Controller, input: Input<'_>) -> Result<(), Refusal> {
    let advice = match controller {
        Controller::Ecs => return Ok(()),
        Controller::CodeDeploy => {
            "a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment."
        }
        // Guess: the words.
        Controller::External => {
            "an EXTERNAL deployment controller. Use a task set to trigger a new deployment."
        }
    };
    let external = ("deploymentConfiguration", "Unable to update deployment configuration");
    let more = (controller == Controller::External).then_some(external);
    for (member, what) in ECS_ONLY.into_iter().chain(more) {
        let given = match member {
            "forceNewDeployment" => input.flag(member)? == Some(true),
            _ => input.get(member).is_some(),
        };
        if given {
            return Err(Refusal::parameter(format!("{what} on services with {advice}")));
        }
    }
    Ok(())
}

/// The revision that a service is asked to run; a bare family is its newest active one.
fn definition(world: &World, reference: &str) -> Result<DefinitionKey, Refusal> {
    let key =
        super::definition(world, reference).ok_or_else(|| Refusal::client("TaskDefinition not found."))?;
    let active = world.definition(key).is_some_and(|found| found.active);
    if active { Ok(key) } else { Err(Refusal::client("TaskDefinition is inactive")) }
}
