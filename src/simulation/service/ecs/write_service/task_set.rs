//! A task set: what services of CodeDeploy have in place of deployments.

use super::super::super::super::name::{self, Purpose};
use super::super::super::super::wire::json::Object;
use super::super::super::super::world::World;
use super::super::super::super::world::service::{Deployment, Service};
use super::super::super::super::world::settings::Controller;

/// An entry of `taskSets[]`.
pub fn write(o: &mut Object<'_>, world: &World, service: &Service, set: &Deployment, primary: bool) {
    let settings = &*service.settings;
    let Some(cluster) = world.cluster(service.cluster) else { return };
    let counts = super::counts(world, service, Some(set.number));
    let wanted = if primary { service.desired } else { 0 };
    let id = format!("ecs-svc/{}", set.number);
    let path = format!("task-set/{}/{}/{id}", cluster.name, service.name);
    o.text("id", &id)
        .text("taskSetArn", world.place.ecs(path))
        .text("serviceArn", super::arn(world, cluster, &service.name))
        .text("clusterArn", world.place.ecs(format_args!("cluster/{}", cluster.name)));
    if settings.controller == Controller::CodeDeploy {
        o.text("startedBy", "CODE_DEPLOY").text("externalId", deployment_id(world, set.number));
    }
    o.text("status", if primary { "PRIMARY" } else { "ACTIVE" });
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
    super::load_balancers(o, world, service, definition);
    o.none("serviceRegistries").object("scale", |o| {
        o.number("value", "100.0").text("unit", "PERCENT");
    });
    let steady = counts.running == wanted && counts.pending == 0;
    o.text("stabilityStatus", if steady { "STEADY_STATE" } else { "STABILIZING" })
        .time("stabilityStatusAt", if steady { set.updated } else { world.now })
        .none("tags");
}

/// `d-` and nine capitals or digits, the shape of CodeDeploy's deployment ids.
fn deployment_id(world: &World, number: u64) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = name::derive(world.seed, Purpose::History, number);
    let letter =
        |place: u32| usize::try_from((bits >> (place * 5)) & 31).ok().and_then(|at| ALPHABET.get(at));
    (0..9).fold("d-".to_owned(), |id, place| id + &char::from(*letter(place).unwrap_or(&b'A')).to_string())
}
