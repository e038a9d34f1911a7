//! Thirty deployments over ten clusters: how soon the inbox knows them all, and what it costs to keep it so.

use std::collections::BTreeMap;

use fargate_top::simulation::{Call, Simulation};

use super::scene::{Scene, open, start};
use crate::support::story::Story;

/// Ten clusters; fifteen deployments of ECS and fifteen of CodeDeploy that all wait for a person.
fn world() -> Simulation {
    let service = |cluster: usize, place: usize| {
        let common = "tasks = 1, revision = 7, load-balancer = true, health-check = false, sidecars = []";
        let kind = if (cluster * 3 + place).is_multiple_of(2) {
            "behaviour = \"rolling\", since = \"12m\", strategy = \"canary\", step = 10, step-bake = \"1m\", \
             hooks = [{ stages = [\"PRE_PRODUCTION_TRAFFIC_SHIFT\"], timeout = \"4h\" }]"
        } else {
            "code-deploy = { config = \"Team.ECSCanary10Percent5Minutes\", ready = \"4h\", \
             deployments = [{ since = \"12m\" }] }"
        };
        format!("{{ name = \"s{cluster}{place}\", {common}, {kind} }}")
    };
    let cluster = |number: usize| {
        let services: Vec<String> = (0..3).map(|place| service(number, place)).collect();
        format!("[[cluster]]\nname = \"c{number}\"\nservices = [{}]", services.join(", "))
    };
    let clusters: Vec<String> = (0..10).map(cluster).collect();
    let text = format!("title = \"thirty\"\n{}\n", clusters.join("\n"));
    Simulation::from_toml(&text, start()).unwrap()
}

/// How many requests of each operation that is about deployments.
fn of_deployments(calls: &[Call]) -> BTreeMap<(String, String), usize> {
    let mut count = BTreeMap::new();
    for call in calls {
        let is_ecs = call.service == "ecs" && call.operation.contains("ServiceDeployment");
        if is_ecs || call.service == "codedeploy" {
            *count.entry((call.service.clone(), call.operation.clone())).or_insert(0) += 1;
        }
    }
    count
}

fn of(count: &BTreeMap<(String, String), usize>, service: &str) -> usize {
    count.iter().filter(|((of, _), _)| of == service).map(|(_, many)| many).sum()
}

#[tokio::test(start_paused = true)]
async fn thirty_are_known_in_time_and_cost_little() {
    let mut story = Story::of(world(), open()).await;
    story.press(": approvals enter").pass(39.0).await;
    let complete = story.model().shifts.holding().len();
    assert_eq!(complete, 30);
    let mut scene = Scene::in_story(story).await;
    scene.shows(&["30 wait for you", "30 in flight"]);
    let seconds = 60;
    scene.calls();
    scene.pass(f64::from(seconds)).await;
    let calls = scene.calls();
    let count = of_deployments(&calls);
    let most = usize::try_from(seconds).unwrap() + 1;
    assert!((1..=most).contains(&of(&count, "ecs")), "{count:?}");
    assert!((1..=most).contains(&of(&count, "codedeploy")), "{count:?}");
    // No listing of applications and groups; of deployments only what has begun, now and then.
    let lists = count.iter().filter(|((_, operation), _)| operation.starts_with("List"));
    let lists: Vec<_> = lists.map(|((_, operation), many)| (operation.as_str(), *many)).collect();
    assert!(lists.iter().all(|(operation, many)| *operation == "ListDeployments" && *many <= 6), "{lists:?}");
    // No second of them is dearer than the other.
    for service in ["ecs", "codedeploy"] {
        let mut seconds: BTreeMap<i64, usize> = BTreeMap::new();
        for call in calls.iter().filter(|call| of(&of_deployments(std::slice::from_ref(call)), service) == 1)
        {
            *seconds.entry(call.at / 1_000).or_default() += 1;
        }
        assert!(seconds.values().all(|many| *many <= 2), "{service} {seconds:?}");
    }
}
