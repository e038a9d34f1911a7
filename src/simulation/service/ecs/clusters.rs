//! ListClusters and DescribeClusters.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json::{self, Object};
use super::super::super::wire::page::Page;
use super::super::super::world::World;
use super::super::super::world::cluster::Cluster;

pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let page = Page::read(input, 100, &["ListClusters"])?;
    let active = world.clusters.iter().filter(|cluster| cluster.active);
    let cut = page.cut(active.map(|cluster| (u64::from(cluster.key.0), cluster)));
    Ok(json::document(|o| {
        let arns = cut
            .items
            .iter()
            .map(|cluster| world.place.ecs(format_args!("cluster/{}", cluster.name)).to_string());
        o.texts("clusterArns", arns);
        cut.token(o);
    }))
}

/// What `include` adds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras {
    statistics: bool,
    settings: bool,
    tags: bool,
}

pub fn describe(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let mut names = input.texts("clusters")?;
    if names.is_empty() {
        names.push("default");
    }
    super::within("Clusters", names.len(), 100)?;
    let extras = Extras {
        statistics: super::includes(input, "STATISTICS")?,
        settings: super::includes(input, "SETTINGS")?,
        tags: super::includes(input, "TAGS")?,
    };
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for name in names.iter().map(|reference| super::cluster_name(Some(reference))) {
        match world.cluster_named(name) {
            Some(cluster) => found.push(cluster),
            None => missing.push(world.place.ecs(format_args!("cluster/{name}")).to_string()),
        }
    }
    Ok(json::document(|o| {
        o.objects("clusters", found, |o, cluster| write(o, world, cluster, extras));
        super::failures(o, missing);
    }))
}

pub fn write(o: &mut Object<'_>, world: &World, cluster: &Cluster, extras: Extras) {
    o.text("clusterArn", world.place.ecs(format_args!("cluster/{}", cluster.name)))
        .text("clusterName", &cluster.name)
        .text("status", if cluster.active { "ACTIVE" } else { "INACTIVE" })
        .number("registeredContainerInstancesCount", 0)
        .number("runningTasksCount", cluster.running)
        .number("pendingTasksCount", cluster.pending)
        .number("activeServicesCount", cluster.active_services);
    let statistics = [
        ("runningEC2TasksCount", 0),
        ("runningFargateTasksCount", cluster.running),
        ("pendingEC2TasksCount", 0),
        ("pendingFargateTasksCount", cluster.pending),
        ("activeEC2ServiceCount", 0),
        ("activeFargateServiceCount", cluster.active_services),
        ("drainingEC2ServiceCount", 0),
        ("drainingFargateServiceCount", 0),
    ];
    o.pairs("statistics", ("name", "value"), statistics.into_iter().filter(|_| extras.statistics));
    let tags = cluster.tags.iter().map(|(key, value)| (key, value));
    o.pairs("tags", ("key", "value"), tags.filter(|_| extras.tags));
    let settings = [("containerInsights", cluster.insights)];
    o.pairs("settings", ("name", "value"), settings.into_iter().filter(|_| extras.settings));
    o.texts("capacityProviders", ["FARGATE", "FARGATE_SPOT"]).none("defaultCapacityProviderStrategy");
}
