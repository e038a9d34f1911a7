//! Somebody else who works in the same account: changes behind the back of whoever looks.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::Millis;
use super::name::hex32;
use super::service::{self, Asked};
use super::wire::{Protocol, Refusal};
use super::world::World;
use super::world::shift::HookStatus;

/// Something that another principal does at a time.
#[derive(Clone, Debug)]
pub struct Act {
    pub at: Millis,
    pub deed: Deed,
}

#[derive(Clone, Debug)]
pub enum Deed {
    /// A request.
    Ask { service: &'static str, operation: &'static str, body: Map<String, Value> },
    /// A request about the deployment of CodeDeploy that is active in a service.
    AskCodeDeploy { cluster: String, service: String, operation: &'static str, members: Map<String, Value> },
    /// So many of the newest tasks of a service are stopped.
    StopTasks { cluster: String, service: String, count: usize },
    /// So many of the hooks are answered that the deployment of a service waits for.
    AnswerHooks { cluster: String, service: String, count: usize, action: &'static str },
}

/// What others are going to do, in the order of time.
#[derive(Debug, Default)]
pub struct Actors(VecDeque<Act>);

impl Actors {
    pub fn new(mut acts: Vec<Act>) -> Self {
        acts.sort_by_key(|act| act.at);
        Self(acts.into())
    }

    /// The next deed that is due.
    pub fn take(&mut self, now: Millis) -> Option<Act> {
        self.0.front().filter(|act| act.at <= now)?;
        self.0.pop_front()
    }
}

/// Plays a world up to `now`, with what others do meanwhile.
pub fn play(world: &mut World, actors: &mut Actors, now: Millis) {
    while let Some(act) = actors.take(now) {
        world.advance(act.at);
        perform(world, act.deed);
    }
    world.advance(now);
}

/// Does what others do. What AWS refuses them does not happen, and nobody hears of it.
pub fn perform(world: &mut World, deed: Deed) {
    match deed {
        Deed::Ask { service, operation, body } => {
            let _ = ask(world, service, operation, body);
        }
        Deed::AnswerHooks { cluster, service, count, action } => {
            let Some((arn, hooks)) = waiting_hooks(world, &cluster, &service) else { return };
            for hook in hooks.into_iter().take(count) {
                let answer = json!({"serviceDeploymentArn": arn, "hookId": hook, "action": action});
                if let Value::Object(body) = answer {
                    let _ = ask(world, "ecs", "ContinueServiceDeployment", body);
                }
            }
        }
        Deed::AskCodeDeploy { cluster, service, operation, mut members } => {
            if let Some(id) = active_deployment(world, &cluster, &service) {
                members.insert("deploymentId".to_owned(), id.into());
                let _ = ask(world, "codedeploy", operation, members);
            }
        }
        Deed::StopTasks { cluster, service, count } => {
            for task in newest_tasks(world, &cluster, &service, count) {
                let reason = "stopped by another";
                if let Value::Object(body) = json!({"cluster": cluster, "task": task, "reason": reason}) {
                    let _ = ask(world, "ecs", "StopTask", body);
                }
            }
        }
    }
}

/// The service deployment of a service that runs, and its hooks that wait for an answer.
fn waiting_hooks(world: &World, cluster: &str, service: &str) -> Option<(String, Vec<String>)> {
    let cluster = world.cluster_named(cluster)?;
    let service = world.service_named(cluster.key, service)?;
    let arn = service::ecs::deployment_arn(world, service)?;
    let hooks = service.shift()?.hooks.iter();
    let waiting = hooks.filter(|hook| hook.status == HookStatus::AwaitingAction);
    Some((arn, waiting.map(|hook| hook.id.to_string()).collect()))
}

/// The id of the deployment of CodeDeploy that is active in a service.
fn active_deployment(world: &World, cluster: &str, service: &str) -> Option<String> {
    let cluster = world.cluster_named(cluster)?;
    let service = world.service_named(cluster.key, service)?;
    world.codedeploy.active(service.key).map(|active| active.id.to_string())
}

/// The ids of the newest tasks that should be running.
fn newest_tasks(world: &World, cluster: &str, service: &str, count: usize) -> Vec<String> {
    let service = world.cluster_named(cluster).and_then(|found| world.service_named(found.key, service));
    let tasks = service.map(|service| service.tasks.as_slice()).unwrap_or_default();
    let wanted = tasks.iter().rev().filter_map(|key| world.task(*key)).filter(|task| task.is_wanted());
    wanted.take(count).map(|task| hex32(task.id).to_string()).collect()
}

/// Carries out a request of another principal, past faults and throttling and without a record of it.
pub fn ask(
    world: &mut World,
    service: &str,
    operation: &str,
    body: Map<String, Value>,
) -> Result<String, Refusal> {
    let (service, operation) = (service.to_owned(), operation.to_owned());
    let asked = Asked { protocol: Protocol::Json, service, operation, region: None, body, garbled: None };
    service::perform(world, &asked, "another")
}
