//! Generated fleets: the same for the same seed, and cheap even when they are large.

use fargate_top::simulation::{Shape, Simulation};
use serde_json::json;

use super::support::{Caller, START, list};

fn fleet(services: usize, tasks: usize, seed: u64) -> Caller {
    let shape = Shape { clusters: 5, services, tasks, seed };
    Caller { simulation: Simulation::generate(&shape, START), now: START }
}

#[test]
fn a_seed_decides_everything() {
    let look = |seed| {
        let caller = fleet(50, 100, seed);
        let names = caller.ask("ListServices", &json!({"cluster": "media"}))["serviceArns"].clone();
        caller.ask("DescribeServices", &json!({"cluster": "media", "services": names, "include": ["TAGS"]}))
    };
    assert_eq!(look(4), look(4));
    assert_ne!(look(4), look(5));
}

#[test]
fn its_services_are_steady_and_have_few_events() {
    let mut caller = fleet(50, 120, 9);
    let body = json!({"cluster": "core"});
    let names = caller.ask("ListServices", &body)["serviceArns"].clone();
    let describe = json!({"cluster": "core", "services": names});
    let before = caller.ask("DescribeServices", &describe);
    for service in list(&before["services"]) {
        assert_eq!(service["runningCount"], service["desiredCount"]);
        assert_eq!(list(&service["events"]).len(), 3);
        assert!(service["events"][0]["message"].as_str().unwrap().ends_with("has reached a steady state."));
    }
    caller.pass(7 * 24 * 3600);
    assert_eq!(caller.ask("DescribeServices", &describe), before);
}

#[test]
fn ten_thousand_services_can_be_paged_through() {
    let caller = fleet(10_000, 50_000, 1);
    let mut body = json!({"cluster": "web", "maxResults": 100});
    let mut count = 0;
    loop {
        let page = caller.ask("ListTasks", &body);
        count += list(&page["taskArns"]).len();
        match page.get("nextToken") {
            Some(token) => body["nextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(count, 10_000);
}
