//! The small moves of which the steps and the ends of deployments are made.

use super::super::super::Millis;
use super::super::agenda::{DeploymentKey, Happening};
use super::super::{ServiceKey, World};
use super::Deployment;

/// Has the next step come at a time.
pub fn later(world: &mut World, key: DeploymentKey, at: Millis) {
    if let Some(deployment) = world.codedeploy.deployment_mut(key) {
        deployment.due = Some(at);
        world.agenda.add(at, Happening::CodeDeploy(key));
    }
}

/// Changes a deployment, which is told as its last update.
pub fn change(world: &mut World, key: DeploymentKey, change: impl FnOnce(&mut Deployment)) {
    let now = world.now;
    if let Some(deployment) = world.codedeploy.deployment_mut(key) {
        change(deployment);
        deployment.updated = now;
    }
}

/// Makes a task set PRIMARY, which is the first one of a service.
pub fn put_first(world: &mut World, key: ServiceKey, number: u64) {
    let now = world.now;
    let Some(service) = world.service_mut(key) else { return };
    if let Some(place) = service.deployments.iter().position(|set| set.number == number) {
        let mut set = service.deployments.remove(place);
        set.updated = now;
        service.deployments.insert(0, set);
    }
}
