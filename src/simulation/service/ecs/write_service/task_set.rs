//! A task set: what services of CodeDeploy have in place of deployments.

use super::super::super::super::wire::json::Object;
use super::super::super::super::world::World;
use super::super::super::super::world::balancer::names;
use super::super::super::super::world::service::{Deployment, Service};
use super::super::super::super::world::settings::Controller;

/// An entry of `taskSets[]`.
pub fn write(o: &mut Object<'_>, world: &World, service: &Service, set: &Deployment, primary: bool) {
    let settings = &*service.settings;
    let Some(cluster) = world.cluster(service.cluster) else { return };
    let counts = super::counts(world, service, Some(set.number));
    // Both sides of a deployment have all tasks; other controllers have one task set.
    let kept = !set.draining && (primary || settings.controller == Controller::CodeDeploy);
    let wanted = if kept { service.desired } else { 0 };
    let id = format!("ecs-svc/{}", set.number);
    let path = format!("task-set/{}/{}/{id}", cluster.name, service.name);
    o.text("id", &id)
        .text("taskSetArn", world.place.ecs(path))
        .text("serviceArn", super::arn(world, cluster, &service.name))
        .text("clusterArn", world.place.ecs(format_args!("cluster/{}", cluster.name)));
    // Guess: the first task set of a service, which CodeDeploy did not make, has neither.
    if let Some(external) = &set.external {
        o.text("startedBy", "CODE_DEPLOY").text("externalId", external);
    }
    let status = if primary { "PRIMARY" } else { "ACTIVE" };
    o.text("status", if set.draining { "DRAINING" } else { status });
    let definition = world.definition(set.definition);
    if let Some(definition) = definition {
        o.text("taskDefinition", world.place.ecs(definition.resource()));
    }
    o.number("computedDesiredCount", wanted)
        .number("pendingCount", counts.pending)
        .number("runningCount", counts.running)
        .time("createdAt", set.created)
        .time("updatedAt", set.updated);
    super::capacity(o, settings.capacity);
    o.text("platformVersion", "1.4.0").text("platformFamily", "Linux");
    super::network(o, world, service, settings);
    let group = names::group_arn(world, service.key, set.slot);
    super::balanced(o, group, definition, |_| {});
    o.none("serviceRegistries").object("scale", |o| {
        o.number("value", if set.draining { "0.0" } else { "100.0" }).text("unit", "PERCENT");
    });
    let steady = counts.running == wanted && counts.pending == 0 && all_ready(world, service, set);
    o.text("stabilityStatus", if steady { "STEADY_STATE" } else { "STABILIZING" })
        .time("stabilityStatusAt", if steady { set.steady.unwrap_or(set.updated) } else { set.updated })
        .none("tags");
}

fn all_ready(world: &World, service: &Service, set: &Deployment) -> bool {
    let tasks = service.tasks.iter().filter_map(|key| world.task(*key)).filter(|task| task.is_wanted());
    tasks.filter(|task| task.belongs_to(set.number)).all(|task| task.ready)
}
