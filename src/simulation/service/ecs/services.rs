//! ListServices and DescribeServices.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::wire::page::Page;
use super::super::super::world::World;
use super::super::super::world::service::ServiceStatus;
use super::super::super::world::task::Capacity;
use super::write_service;

pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let launch_type = input.text("launchType")?;
    let strategy = input.text("schedulingStrategy")?.unwrap_or("REPLICA");
    let managed = input.text("resourceManagementType")?.unwrap_or("CUSTOMER");
    let question = ["ListServices", &*cluster.name, launch_type.unwrap_or_default(), strategy, managed];
    let page = Page::read(input, 10, &question)?;
    let services = cluster.services.iter().filter_map(|key| world.service(*key)).filter(|service| {
        let by_launch_type = match launch_type {
            None => true,
            Some("FARGATE") => service.settings.capacity == Capacity::LaunchType,
            Some(_) => false,
        };
        // There are no Express services, which ECS manages, and Fargate has no daemons.
        let kind = strategy == "REPLICA" && managed == "CUSTOMER";
        by_launch_type && kind && service.status != ServiceStatus::Inactive
    });
    let cut = page.cut(services.map(|service| (u64::from(service.key.0), service)));
    Ok(json::document(|o| {
        let arns =
            cut.items.iter().map(|service| write_service::arn(world, cluster, &service.name).to_string());
        o.texts("serviceArns", arns);
        cut.token(o);
    }))
}

pub fn describe(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let references = input.texts("services")?;
    super::within("Services", references.len(), 10)?;
    let tags = super::includes(input, "TAGS")?;
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for reference in references {
        let name = super::name_in(cluster, "service", reference)?;
        match world.service_named(cluster.key, name) {
            Some(service) => found.push(service),
            None => missing.push(write_service::arn(world, cluster, name).to_string()),
        }
    }
    Ok(json::document(|o| {
        o.objects("services", found, |o, service| write_service::write(o, world, service, tags));
        super::failures(o, missing);
    }))
}
