//! A fleet of any size: all steady, and the same for the same seed.

use std::sync::Arc;

use super::Millis;
use super::name::{self, Place, Purpose};
use super::world::World;
use super::world::definition::{Architecture, Recipe};
use super::world::logs::setup::Setup;
use super::world::quality::Quality;
use super::world::settings::{Breaker, Settings};
use super::world::settle::{self, Blueprint};
use super::world::task::Capacity;

/// How large a generated fleet is. The same shape and seed give the same fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub clusters: usize,
    pub services: usize,
    pub tasks: usize,
    pub seed: u64,
}

const SUBJECTS: [&str; 24] = [
    "account",
    "basket",
    "billing",
    "catalog",
    "checkout",
    "coupon",
    "customer",
    "delivery",
    "feed",
    "image",
    "inventory",
    "invoice",
    "ledger",
    "mail",
    "notify",
    "order",
    "payment",
    "price",
    "profile",
    "rating",
    "report",
    "search",
    "session",
    "stock",
];
const KINDS: [&str; 10] =
    ["api", "worker", "sync", "gateway", "export", "import", "stream", "cache", "index", "web"];
const CLUSTERS: [&str; 12] = [
    "payments",
    "core",
    "search",
    "media",
    "web",
    "data",
    "mobile",
    "internal",
    "partners",
    "batch",
    "edge",
    "analytics",
];

/// The recipe and settings that a name gets: varied, and always the same for the same name and seed.
pub fn usual(name: &str, seed: u64) -> (Recipe, Settings) {
    let number = name::derive(seed, Purpose::Template, name::number_of(name));
    let bits = |shift: u32, size: u64| (number >> shift) % size;
    let one_in = |shift: u32, size: u64| bits(shift, size) == 0;
    let (cpu, memory) = [(256, 512), (512, 1024), (512, 2048), (1024, 2048), (1024, 4096), (2048, 4096)]
        .into_iter()
        .nth(usize::try_from(bits(0, 6)).unwrap_or_default())
        .unwrap_or((512, 1024));
    let balanced = !name.contains("worker") && !one_in(3, 4);
    let capacity = match bits(6, 8) {
        0..=3 => Capacity::LaunchType,
        4..=6 => Capacity::OnDemand,
        _ => Capacity::Spot,
    };
    let text = |text: &str| Arc::<str>::from(text);
    let variables = [
        (text("APP_NAME"), text(name)),
        (text("LOG_LEVEL"), text(if one_in(11, 5) { "debug" } else { "info" })),
        (text("API_TOKEN"), format!("tok_live_{:016x}", name::derive(number, Purpose::Secret, 1)).into()),
    ];
    let secrets: Vec<_> = if one_in(14, 3) { vec![] } else { vec![text("DB_URL")] };
    let recipe = Recipe {
        cpu,
        memory,
        architecture: if one_in(17, 2) { Architecture::Arm } else { Architecture::X86 },
        port: balanced.then_some(8080),
        envoy: one_in(20, 4),
        log_router: one_in(23, 5),
        health_check: one_in(26, 2),
        tag: format!("{:07x}", number >> 36).into(),
        variables: variables.into(),
        secrets: secrets.into(),
        quality: Quality::default(),
        logs: Arc::new(Setup::usual(name, seed)),
    };
    let team = ["payments", "platform", "growth", "media"];
    let team = team.into_iter().nth(usize::try_from(bits(29, 4)).unwrap_or_default()).unwrap_or("platform");
    let settings = Settings {
        capacity,
        balanced,
        grace: balanced.then_some(60),
        exec: one_in(31, 3),
        breaker: (!one_in(33, 5)).then_some(Breaker::new(!one_in(35, 4))),
        public_address: one_in(37, 9),
        zone_rebalancing: !one_in(39, 4),
        tags: [(text("team"), text(team)), (text("environment"), text("production"))].into(),
        pull: Millis::try_from(4_000 + bits(41, 8_000)).unwrap_or(6_000),
        ..Settings::default()
    };
    (recipe, settings)
}

/// Builds the fleet as it stands at `start`.
pub fn fleet(shape: &Shape, start: Millis) -> World {
    let place = Place { account: "123456789012".into(), region: "eu-west-1".into() };
    let mut world = World::new(place, shape.seed, start);
    let mut made = 0;
    for (index, size) in sizes(shape.clusters, shape.services).into_iter().enumerate() {
        let cluster = world.add_cluster(nth_name(&CLUSTERS, index).into(), "enhanced");
        for _ in 0..size {
            let name: Arc<str> = service_name(shape.seed, made).into();
            let (recipe, settings) = usual(&name, shape.seed);
            let number = name::derive(shape.seed, Purpose::Revision, name::number_of(&name));
            settle::service(
                &mut world,
                Blueprint {
                    cluster,
                    tasks: u32::try_from(share(shape.tasks, shape.services, made)).unwrap_or(u32::MAX),
                    revision: 2 + u32::try_from(number % 300).unwrap_or_default(),
                    name,
                    recipe,
                    settings: Arc::new(settings),
                    history: 0,
                },
            );
            made += 1;
        }
    }
    world
}

/// How many of `total` fall to the share with this index when they are spread evenly.
fn share(total: usize, shares: usize, index: usize) -> usize {
    let (each, rest) = (total / shares.max(1), total % shares.max(1));
    each + usize::from(index < rest)
}

/// Cluster sizes: multiples of ten, as far as there are ten services for each cluster.
fn sizes(clusters: usize, services: usize) -> Vec<usize> {
    let tens = services / 10;
    if tens < clusters {
        return (0..clusters).map(|index| share(services, clusters, index)).collect();
    }
    let last = clusters.saturating_sub(1);
    let size = |index| share(tens, clusters, index) * 10 + if index == last { services % 10 } else { 0 };
    (0..clusters).map(size).collect()
}

/// The names of a list, then the same names with numbers.
fn nth_name(names: &[&str], index: usize) -> String {
    let name = names.iter().cycle().nth(index).copied().unwrap_or("cluster");
    match index / names.len().max(1) {
        0 => name.to_owned(),
        round => format!("{name}-{}", round + 1),
    }
}

fn service_name(seed: u64, index: usize) -> String {
    let names = SUBJECTS.len() * KINDS.len();
    // A step that has no divisor in common with the number of names visits each of them once.
    let first = usize::try_from(seed % 240).unwrap_or_default();
    let at = (first + index % names * 77) % names;
    let subject = SUBJECTS.get(at / KINDS.len()).copied().unwrap_or("service");
    let kind = KINDS.get(at % KINDS.len()).copied().unwrap_or("api");
    match index / names {
        0 => format!("{subject}-{kind}"),
        round => format!("{subject}-{kind}-{}", round + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_hold_multiples_of_ten_where_they_can() {
        assert_eq!(sizes(5, 200), [40; 5]);
        assert_eq!(sizes(3, 103), [40, 30, 33]);
        assert_eq!(sizes(4, 10), [3, 3, 2, 2]);
        assert_eq!(sizes(0, 10), [] as [usize; 0]);
    }

    #[test]
    fn no_two_services_share_a_name() {
        let names: std::collections::HashSet<_> = (0..1000).map(|index| service_name(7, index)).collect();
        assert_eq!(names.len(), 1000);
    }
}
