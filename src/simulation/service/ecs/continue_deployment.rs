//! ContinueServiceDeployment: an answer to a hook that waits (AWS.md §1.4).

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::World;
use super::super::super::world::deploy::shift::{self, Unanswered};
use super::super::super::world::strategy::HookAction;
use super::{deployments, strategy};

pub fn answer(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let arn = input.required("serviceDeploymentArn", "ServiceDeploymentArn")?;
    let hook = input.required("hookId", "HookId")?;
    let action = strategy::action_named(input.text("action")?)?.unwrap_or(HookAction::Continue);
    let (service, record) = deployments::find(world, arn)?.ok_or_else(|| {
        // Guess: the words.
        Refusal::new("ServiceDeploymentNotFoundException", "Service deployment not found.")
    })?;
    let (key, number) = (service.key, record.number);
    shift::answer(world, key, number, hook, action).map_err(|why| refusal(why, hook))?;
    Ok(json::document(|o| {
        o.text("serviceDeploymentArn", arn);
    }))
}

/// Guess: which of the modelled errors is whose, and the words.
fn refusal(why: Unanswered, hook: &str) -> Refusal {
    match why {
        Unanswered::NoShift => Refusal::new(
            "UnsupportedFeatureException",
            "The deployment strategy of the service deployment has no lifecycle hooks here.",
        ),
        Unanswered::NotInProgress(status) => Refusal::client(format!(
            "The service deployment is in the state {} and cannot be continued.",
            status.word()
        )),
        Unanswered::NoSuchHook => {
            Refusal::parameter(format!("The service deployment has no lifecycle hook {hook}."))
        }
        Unanswered::NotAPause => {
            Refusal::parameter(format!("The lifecycle hook {hook} is not of the target type PAUSE."))
        }
        Unanswered::NotWaiting(Some(status)) => Refusal::client(format!(
            "The lifecycle hook {hook} is in the status {} and awaits no action.",
            status.word()
        )),
        Unanswered::NotWaiting(None) => Refusal::client(format!(
            "The lifecycle hook {hook} belongs to an earlier stage and awaits no action."
        )),
    }
}
