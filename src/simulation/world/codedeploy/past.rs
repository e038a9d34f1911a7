//! The deployments of a group from before the world began.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::definition::DefinitionKey;
use super::super::{ServiceKey, World};
use super::deployment::Phase;
use super::{
    AutoRollback, Config, EventStatus, Group, Guard, Lifecycle, PREDEFINED, Routing, Status, appspec, start,
};

/// How long a deployment of the past took to bring up its task set. Guess.
const INSTALLS: Millis = 95_000;

/// Makes the group of a service and a deployment that succeeded for each definition it has run, oldest first. The last
/// one made the task set that runs.
pub fn settle(world: &mut World, key: ServiceKey, ran: &[(DefinitionKey, Millis)]) {
    let Some(service) = world.service(key) else { return };
    let cluster = world.cluster(service.cluster).map_or("", |cluster| &*cluster.name);
    let name = |prefix: &str| -> Arc<str> { format!("{prefix}-{cluster}-{}", service.name).into() };
    let group = Group {
        // The names that the console gives.
        application: name("AppECS"),
        name: name("DgpECS"),
        created: service.created + 60_000,
        config: Config { name: PREDEFINED[0].into(), routing: Routing::AllAtOnce },
        ready: None,
        termination: 5,
        rollback: AutoRollback { enabled: true, on_failure: true, on_alarm: true, on_request: true },
        guard: Guard::default(),
        hooks: Vec::new(),
    };
    world.codedeploy.groups.insert(key, group);
    tell(world, key, ran);
}

/// Tells the past of a group again, as the group is now.
pub fn retell(world: &mut World, key: ServiceKey) {
    let past = world.codedeploy.of(key).map(|deployment| (deployment.definition, deployment.created));
    let mut ran: Vec<_> = past.collect();
    ran.reverse();
    world.codedeploy.forget(key);
    tell(world, key, &ran);
}

fn tell(world: &mut World, key: ServiceKey, ran: &[(DefinitionKey, Millis)]) {
    let Some(group) = world.codedeploy.groups.get(&key).cloned() else { return };
    // The numbers are its own, so that those of other services do not depend on it.
    let Some((set, slot)) =
        world.service(key).and_then(|service| service.primary()).map(|set| (set.number, set.slot))
    else {
        return;
    };
    for (age, (definition, at)) in (0..ran.len()).rev().zip(ran) {
        let number = set.wrapping_sub(u64::try_from(age).unwrap_or_default());
        let content = appspec::write(world, *definition, &group.hooks).into();
        let mut deployment = start::blank(world, number, key, *definition, content);
        deployment.config = group.config.clone();
        (deployment.rollback, deployment.guard) = (group.rollback, group.guard.clone());
        (deployment.ready, deployment.termination) = (group.ready, group.termination);
        let mut clock = at + 4_000;
        deployment.started = Some(clock);
        for event in &mut deployment.events {
            let takes = match event.name {
                Lifecycle::Install => INSTALLS,
                Lifecycle::AllowTraffic => group.config.routing.whole() + 5_000,
                _ => 2_000,
            };
            (event.started, event.ended) = (Some(clock), Some(clock + takes));
            event.status = EventStatus::Succeeded;
            clock += takes;
        }
        let completed = clock + Millis::from(group.termination) * 60_000;
        (deployment.created, deployment.completed, deployment.updated) = (*at, Some(completed), completed);
        (deployment.status, deployment.phase) = (Status::Succeeded, Phase::Over);
        (deployment.share, deployment.promoted) = (100, true);
        // The task set before is gone, and of those that it made only the last one is left.
        deployment.blue = (0, slot.other());
        deployment.green = (age == 0).then_some(set);
        let id = Arc::clone(&deployment.id);
        world.codedeploy.add(deployment);
        if age == 0
            && let Some(set) = world.service_mut(key).and_then(|service| service.primary_mut())
        {
            set.external = Some(id);
        }
    }
}
