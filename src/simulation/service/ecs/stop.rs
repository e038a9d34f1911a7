//! StopTask and StopServiceDeployment.

use std::sync::Arc;

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::task::{Ending, StopCode};
use super::super::super::world::{World, deploy, life};
use super::{deployments, tasks, write_task};

pub fn task(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let id = tasks::task_id(cluster, input.required("task", "Task")?)?;
    let task = world
        .task_with_id(id)
        .filter(|task| task.cluster == cluster.key)
        .ok_or_else(|| Refusal::parameter("The referenced task was not found."))?;
    let key = task.key;
    let reason = Arc::from(input.text("reason")?.unwrap_or("Task stopped by user"));
    let ending = Ending { code: StopCode::UserInitiated, reason, exit: Some(143), container_reason: None };
    life::stop(world, key, ending);
    Ok(json::document(|o| {
        o.object("task", |o| {
            if let Some(task) = world.task(key) {
                write_task::write(o, world, task, false);
            }
        });
    }))
}

/// Legal before the deployment has ended; without effect while it stops or goes back (AWS.md §1.4).
pub fn deployment(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let arn = input.required("serviceDeploymentArn", "ServiceDeploymentArn")?;
    match input.text("stopType")? {
        None | Some("ROLLBACK") => {}
        // The enum has ABORT too, of which the documentation says nothing. Guess: it is refused.
        Some(other) => return Err(Refusal::parameter(format!("Invalid stop type: {other}"))),
    }
    let (service, record) = deployments::find(world, arn)?.ok_or_else(|| {
        // Guess: the words.
        Refusal::new("ServiceDeploymentNotFoundException", "Service deployment not found.")
    })?;
    if record.status.is_over() {
        // Guess: the words; the error is the service model's.
        let text =
            format!("The service deployment is in the state {} and cannot be stopped.", record.status.word());
        return Err(Refusal::new("ConflictException", text));
    }
    let (key, number) = (service.key, record.number);
    deploy::ask_back(world, key, number);
    Ok(json::document(|o| {
        o.text("serviceDeploymentArn", arn);
    }))
}
