//! Both sides of a deployment that shifts traffic: each of them has a count of tasks of its own.

use super::super::service::Service;
use super::super::task::TaskState;
use super::super::{ServiceKey, World};
use super::{Batch, start, stopping, weigh};

/// Brings the tasks of one of a service's deployments to a count. Protected tasks stay while it shrinks.
pub fn keep(world: &mut World, key: ServiceKey, deployment: u64, wanted: u32) {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let weighed = weigh(world, key);
    let own: Vec<_> = weighed.iter().copied().filter(|task| task.set == Some(deployment)).collect();
    let have = own.len();
    if have > wanted {
        return stopping::stop_some(world, key, deployment, &own, have - wanted);
    }
    let found = world.service(key).and_then(|service| {
        service.deployments.iter().find(|found| found.number == deployment).map(|found| found.definition)
    });
    if let Some(definition) = found {
        let (number, all, wanted) = (deployment, weighed.len(), wanted - have);
        start(world, key, &Batch { number, definition, have, all, wanted });
    }
}

/// How many tasks of a deployment are well.
pub fn ready(world: &World, service: &Service, deployment: u64) -> u32 {
    let tasks = service.tasks.iter().filter_map(|key| world.task(*key));
    let own = tasks.filter(|task| task.ready && task.belongs_to(deployment));
    u32::try_from(own.count()).unwrap_or(u32::MAX)
}

/// Whether a deployment still has tasks that serve.
pub fn lingers(world: &World, service: &Service, deployment: u64) -> bool {
    service.tasks.iter().filter_map(|key| world.task(*key)).any(|task| {
        task.belongs_to(deployment) && (task.is_wanted() || task.state <= TaskState::Deactivating)
    })
}
