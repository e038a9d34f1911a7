//! Others who change things meanwhile: in a story at a time, and in tests at once.

use serde_json::json;

use super::support::{Caller, START, list, text, told};
use fargate_top::simulation::{Fault, FaultEffect, Simulation};

const STORY: &str = "
title = \"two at work\"
[[cluster]]
name = \"c\"
services = [{ name = \"s\", tasks = 4, revision = 9, scaling = { min = 2, max = 8 } }, { name = \"t\", tasks = 2 }]
";

fn with(actors: &str) -> Caller {
    told(&format!("{STORY}{actors}"))
}

fn desired(caller: &Caller) -> u64 {
    caller.service("c", "s")["desiredCount"].as_u64().unwrap()
}

#[test]
fn an_actor_changes_the_count_at_its_time() {
    let mut caller = with("[[actor]]\nafter = \"40s\"\nservice = \"c/s\"\ndesired = 12\n");
    let before = caller.service("c", "s")["deployments"][0]["id"].clone();
    caller.pass(39);
    assert_eq!(desired(&caller), 4);
    caller.pass(1);
    assert_eq!(desired(&caller), 12);
    assert_eq!(caller.service("c", "s")["deployments"][0]["id"], before);
    assert!(
        caller.simulation.calls().iter().all(|call| call.operation != "UpdateService"),
        "it was not our call"
    );
}

#[test]
fn actors_deploy_stop_tasks_and_change_bounds() {
    let mut caller = with(
        "[[actor]]\nafter = \"10s\"\nservice = \"c/s\"\ndefinition = \"s:8\"\n\
         [[actor]]\nafter = \"20s\"\nservice = \"c/t\"\nstop-task = 1\n\
         [[actor]]\nafter = \"30s\"\nservice = \"c/t\"\nredeploy = true\n\
         [[actor]]\nafter = \"15s\"\nservice = \"c/s\"\nmin = 6\nmax = 9\n",
    );
    caller.pass(12);
    assert!(text(&caller.service("c", "s")["taskDefinition"]).ends_with(":8"));
    caller.pass(5);
    assert_eq!(desired(&caller), 6);
    caller.pass(5);
    let stopped = caller.tasks("c", "t", "STOPPED");
    assert_eq!((stopped.len(), &stopped[0]["stopCode"]), (1, &json!("UserInitiated")));
    assert_eq!(caller.deployments("c", "t").len(), 1);
    caller.pass(9);
    assert_eq!(caller.deployments("c", "t").len(), 2);
}

#[test]
fn a_test_acts_at_once_past_faults_and_records() {
    let caller = with("");
    caller.simulation.inject(Fault::new(FaultEffect::Throttle));
    let act = |operation: &str, body| caller.simulation.act(caller.now, "ecs", operation, body);
    let answer = act("UpdateService", json!({"cluster": "c", "service": "s", "desiredCount": 7})).unwrap();
    assert_eq!(answer["service"]["desiredCount"], 7);
    let refused = act("UpdateService", json!({"cluster": "c", "service": "gone"})).unwrap_err();
    assert_eq!(refused, "ServiceNotFoundException: Service not found.");
    assert!(act("UpdateService", json!([])).is_err());
    let body = json!({
        "ServiceNamespace": "ecs",
        "ResourceId": "service/c/s",
        "ScalableDimension": "ecs:service:DesiredCount",
        "MaxCapacity": 5,
    });
    caller.simulation.act(caller.now, "application-autoscaling", "RegisterScalableTarget", body).unwrap();
    assert!(caller.simulation.calls().is_empty());
    caller.simulation.clear_all();
    assert_eq!(desired(&caller), 5);
}

#[test]
fn an_actor_has_to_do_something_somewhere() {
    let error = |actor: &str| {
        let text = format!("{STORY}[[actor]]\nafter = \"1s\"\n{actor}");
        Simulation::from_toml(&text, START).unwrap_err().to_string()
    };
    assert!(error("service = \"c/s\"").contains("an actor does something"));
    assert!(error("service = \"s\"\ndesired = 1").contains("cluster/service"));
    assert!(error("service = \"c/gone\"\ndesired = 1").contains("there is no service \"c/gone\""));
    assert!(error("service = \"c/s\"\ncolour = 1").contains("unknown field `colour`"));
}

#[test]
fn tags_are_told_for_services_and_clusters() {
    let caller = told(
        "title = \"tags\"\n[[cluster]]\nname = \"c\"\ntags = { \"fargate-top:protect\" = \"yes\" }\n\
         services = [{ name = \"s\", tasks = 1, tags = { \"aws:cloudformation:stack-name\" = \"shop\", team = \"x\" } }]\n",
    );
    let body = json!({"cluster": "c", "services": ["s"], "include": ["TAGS"]});
    let service = caller.ask("DescribeServices", &body)["services"][0].clone();
    let value = |tags: &serde_json::Value, key: &str| {
        list(tags).iter().find(|tag| tag["key"] == key).map(|tag| text(&tag["value"]).to_owned())
    };
    assert_eq!(value(&service["tags"], "aws:cloudformation:stack-name").as_deref(), Some("shop"));
    assert_eq!(value(&service["tags"], "team").as_deref(), Some("x"));
    assert_eq!(value(&service["tags"], "environment").as_deref(), Some("production"));
    assert!(caller.service("c", "s").get("tags").is_none());
    let cluster =
        caller.ask("DescribeClusters", &json!({"clusters": ["c"], "include": ["TAGS"]}))["clusters"][0]
            .clone();
    assert_eq!(value(&cluster["tags"], "fargate-top:protect").as_deref(), Some("yes"));
    let plain = caller.ask("DescribeClusters", &json!({"clusters": ["c"]}));
    assert_eq!(plain["clusters"][0]["tags"], json!([]));
}
