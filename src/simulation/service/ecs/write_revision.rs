//! A service revision as DescribeServiceRevisions shows it.

use super::super::super::name;
use super::super::super::wire::json::Object;
use super::super::super::world::World;
use super::super::super::world::balancer::{self, Slot, Traffic, names};
use super::super::super::world::definition::Definition;
use super::super::super::world::record::Revision;
use super::super::super::world::service::Service;
use super::super::super::world::settings::Controller;
use super::{write_deployment, write_service};

/// An entry of DescribeServiceRevisions.
pub fn write(o: &mut Object<'_>, world: &World, service: &Service, revision: &Revision) {
    o.text("serviceRevisionArn", write_deployment::revision_arn(world, service, revision.number));
    write_deployment::service_arn(o, world, service);
    let definition = world.definition(revision.definition);
    if let Some(definition) = definition {
        o.text("taskDefinition", world.place.ecs(definition.resource()));
    }
    let settings = &*revision.settings;
    write_service::capacity(o, settings.capacity);
    // LATEST is resolved when the revision is made.
    o.text("platformVersion", if settings.platform == "LATEST" { "1.4.0" } else { settings.platform })
        .text("platformFamily", "Linux");
    write_service::load_balancers(o, world, service, definition);
    o.none("serviceRegistries");
    write_service::network(o, world, service, settings);
    let containers = definition.map(Definition::containers).unwrap_or_default();
    o.objects("containerImages", containers, |o, container| {
        let image = container.image(&world.place).to_string();
        o.text("containerName", container.name)
            .text("imageDigest", name::digest(world.seed, name::number_of(&image)))
            .text("image", image);
    });
    o.flag("guardDutyEnabled", false).none("volumeConfigurations").time("createdAt", revision.created);
    let native = settings.controller == Controller::Ecs;
    let paired = native && balancer::routing(world, service.key).is_some_and(|routing| routing.paired);
    // Guess: a revision of the past that no longer runs was behind the group that now is not in use.
    let running = service.deployments.iter().find(|deployment| deployment.revision == revision.number);
    let slot = match (running, service.primary()) {
        (Some(running), _) => running.slot,
        (None, Some(primary)) if paired => primary.slot.other(),
        _ => Slot::First,
    };
    if let Some(group) = names::group_arn(world, service.key, slot).filter(|_| settings.balanced) {
        o.object("resolvedConfiguration", |o| {
            o.objects("loadBalancers", [group], |o, group| {
                let rule = names::route_arn(world, service.key, Traffic::Production).filter(|_| paired);
                o.text("targetGroupArn", group).text_if("productionListenerRule", rule);
            });
        });
    }
}
