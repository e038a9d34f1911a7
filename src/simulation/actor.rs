//! Somebody else who works in the same account: changes behind the back of whoever looks.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::Millis;
use super::name::hex32;
use super::service::{self, Asked};
use super::wire::{Protocol, Refusal};
use super::world::World;

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
    /// So many of the newest tasks of a service are stopped.
    StopTasks { cluster: String, service: String, count: usize },
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

/// Does what others do. What AWS refuses them does not happen, and nobody hears of it.
pub fn perform(world: &mut World, deed: Deed) {
    match deed {
        Deed::Ask { service, operation, body } => {
            let _ = ask(world, service, operation, body);
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
    let asked = Asked { protocol: Protocol::Json, service, operation, body, garbled: None };
    service::perform(world, &asked, "another")
}
