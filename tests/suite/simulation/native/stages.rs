//! The stages in their order, the traffic of each of them, and what is left at the end.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::support::{Caller, list, one_service, text};
use super::*;

const SHIFTED: [&str; 10] = [
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
];

/// The stages that a deployment goes through up to its end.
fn journey(caller: &mut Caller) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..3600 {
        let deployment = newest(caller);
        if deployment["status"] != "IN_PROGRESS" {
            assert_eq!(deployment["status"], "SUCCESSFUL");
            return seen;
        }
        let stage = text(&deployment["lifecycleStage"]).to_owned();
        if seen.last() != Some(&stage) {
            seen.push(stage);
        }
        caller.pass(1);
    }
    panic!("no end: {seen:?}");
}

#[test]
fn blue_green_goes_through_its_stages_in_order() {
    let mut caller = shifting("strategy = \"blue-green\", bake = \"2m\"");
    let before = caller.service("c", "s");
    deploy(&mut caller);
    assert_eq!(journey(&mut caller), SHIFTED);
    let after = caller.service("c", "s");
    assert_eq!(list(&after["deployments"]).len(), 1);
    assert_ne!(after["deployments"][0]["id"], before["deployments"][0]["id"]);
    assert_eq!(
        (&after["runningCount"], &after["deployments"][0]["rolloutState"]),
        (&json!(2), &json!("COMPLETED"))
    );
    assert!(after.get("currentServiceDeployment").is_none());
    let ended = newest(&caller);
    assert!(ended.get("lifecycleStage").is_none() && ended["finishedAt"].is_number());
    // What is configured stays; only what serves has changed.
    assert_eq!(after["loadBalancers"], before["loadBalancers"]);
    let groups = &after["loadBalancers"][0];
    let green = group_of(&caller, &ended["targetServiceRevision"]["arn"]);
    assert_eq!(groups["advancedConfiguration"]["alternateTargetGroupArn"], json!(green));
    assert_eq!(live(&caller), ["100", "100"]);
    assert_eq!(caller.states(&green), ["healthy", "healthy"]);
    assert!(caller.states(text(&groups["targetGroupArn"])).is_empty());
    // The next one goes the other way.
    deploy(&mut caller);
    assert_eq!(journey(&mut caller), SHIFTED);
    let back = group_of(&caller, &newest(&caller)["targetServiceRevision"]["arn"]);
    assert_eq!(json!(back), groups["targetGroupArn"]);
}

#[test]
fn both_sides_run_until_blue_is_cleaned_up() {
    let mut caller = shifting("strategy = \"blue-green\", bake = \"3m\"");
    deploy(&mut caller);
    assert_eq!((stage(&caller).as_str(), sides(&caller)), ("PRE_SCALE_UP", (0, 2)));
    let counts = |caller: &Caller| {
        let deployment = newest(caller);
        let count = |side: &Value| side["requestedTaskCount"].as_u64().unwrap();
        (count(&deployment["targetServiceRevision"]), count(&deployment["sourceServiceRevisions"][0]))
    };
    assert_eq!(counts(&caller), (0, 2));
    reach(&mut caller, "POST_SCALE_UP");
    assert_eq!((counts(&caller), sides(&caller)), ((2, 2), (2, 2)));
    let service = caller.service("c", "s");
    let states = |place: usize| {
        let deployment = &service["deployments"][place];
        (deployment["status"].clone(), deployment["rolloutState"].clone(), deployment["desiredCount"].clone())
    };
    assert_eq!(states(0), (json!("PRIMARY"), json!("IN_PROGRESS"), json!(2)));
    assert_eq!(states(1), (json!("ACTIVE"), json!("COMPLETED"), json!(2)));
    assert_eq!(service["runningCount"], 4);
    assert_eq!(service["currentServiceDeployment"], newest(&caller)["serviceDeploymentArn"]);
    // Scaling reaches both.
    caller.update(&json!({"desiredCount": 3}));
    caller.until("both are scaled", 60, |caller| sides(caller) == (3, 3));
    reach(&mut caller, "BAKE_TIME");
    caller.pass(170);
    assert_eq!((stage(&caller).as_str(), sides(&caller)), ("BAKE_TIME", (3, 3)));
    reach(&mut caller, "CLEAN_UP");
    caller.until("blue leaves", 10, |caller| sides(caller) == (3, 0));
    reach_status(&mut caller, "SUCCESSFUL");
    assert_eq!(asked(&caller), [json!(100.0), json!(100.0)]);
}

#[test]
fn weights_are_asked_for_and_the_rules_follow() {
    let mut caller = shifting("strategy = \"blue-green\", bake = \"1m\"");
    deploy(&mut caller);
    reach(&mut caller, "POST_SCALE_UP");
    assert_eq!((asked(&caller), live(&caller)), ([json!(0.0), json!(0.0)], ["0".into(), "0".into()]));
    reach(&mut caller, "TEST_TRAFFIC_SHIFT");
    assert_eq!((asked(&caller), live(&caller)), ([json!(0.0), json!(100.0)], ["0".into(), "0".into()]));
    reach(&mut caller, "POST_TEST_TRAFFIC_SHIFT");
    assert_eq!(live(&caller), ["0", "100"]);
    reach(&mut caller, "PRODUCTION_TRAFFIC_SHIFT");
    assert_eq!((asked(&caller), live(&caller)), ([json!(100.0), json!(100.0)], ["0".into(), "100".into()]));
    caller.pass(5);
    assert_eq!(live(&caller), ["100", "100"]);
    let blue = newest(&caller)["sourceServiceRevisions"][0].clone();
    assert_eq!(blue["requestedProductionTrafficWeight"], json!(0.0));
}

#[test]
fn a_canary_waits_between_its_two_steps() {
    let mut caller = shifting("strategy = \"canary\", step = 2.5, step-bake = \"4m\", bake = \"1m\"");
    deploy(&mut caller);
    reach(&mut caller, "PRODUCTION_TRAFFIC_SHIFT");
    let configuration = newest(&caller)["deploymentConfiguration"].clone();
    assert_eq!(configuration["strategy"], "CANARY");
    let canary = json!({"canaryPercent": 2.5, "canaryBakeTimeInMinutes": 4});
    assert_eq!(
        (&configuration["canaryConfiguration"], &configuration["bakeTimeInMinutes"]),
        (&canary, &json!(1))
    );
    assert_eq!(asked(&caller)[0], json!(2.5));
    caller.pass(230);
    assert_eq!((stage(&caller).as_str(), live(&caller)[0].as_str()), ("PRODUCTION_TRAFFIC_SHIFT", "25"));
    reach(&mut caller, "PRE_PRODUCTION_TRAFFIC_SHIFT");
    assert_eq!(asked(&caller)[0], json!(2.5));
    reach(&mut caller, "PRODUCTION_TRAFFIC_SHIFT");
    assert_eq!(asked(&caller)[0], json!(100.0));
    reach_status(&mut caller, "SUCCESSFUL");
}

#[test]
fn a_linear_deployment_takes_equal_steps() {
    let mut caller = shifting("strategy = \"linear\", step = 40, step-bake = \"1m\", bake = \"1m\"");
    deploy(&mut caller);
    let mut shares = Vec::new();
    for _ in 0..1200 {
        let share = asked(&caller)[0].clone();
        if shares.last() != Some(&share) {
            shares.push(share);
        }
        caller.pass(1);
    }
    assert_eq!(shares, [json!(0.0), json!(40.0), json!(80.0), json!(100.0)]);
}

#[test]
fn without_a_load_balancer_nothing_is_shifted() {
    let mut caller = one_service("tasks = 2, load-balancer = false, pull = \"4s\", strategy = \"canary\"");
    deploy(&mut caller);
    assert_eq!(asked(&caller), [json!(null), json!(null)]);
    assert_eq!(journey(&mut caller), SHIFTED);
    assert_eq!(caller.service("c", "s")["runningCount"], 2);
    assert!(list(&caller.service("c", "s")["loadBalancers"]).is_empty());
}

#[test]
fn a_new_deployment_replaces_the_one_that_shifts() {
    let mut caller = shifting("strategy = \"blue-green\", bake = \"1m\"");
    let blue = caller.service("c", "s")["deployments"][0]["id"].clone();
    deploy(&mut caller);
    reach(&mut caller, "POST_TEST_TRAFFIC_SHIFT");
    caller.update(&json!({"forceNewDeployment": true}));
    assert_eq!(caller.deployments("c", "s")[1]["status"], "STOP_REQUESTED");
    caller.pass(4);
    let both = caller.deployments("c", "s");
    assert_eq!((&both[0]["status"], &both[1]["status"]), (&json!("IN_PROGRESS"), &json!("STOPPED")));
    assert_eq!(stage(&caller), "RECONCILE_SERVICE");
    assert_eq!(list(&both[0]["sourceServiceRevisions"]).len(), 2);
    assert_eq!((asked(&caller), live(&caller)), ([json!(0.0), json!(0.0)], ["0".into(), "0".into()]));
    reach(&mut caller, "PRE_SCALE_UP");
    let left = caller.service("c", "s")["deployments"].clone();
    assert_eq!((list(&left).len(), &left[1]["id"]), (2, &blue));
    assert_eq!(journey(&mut caller), SHIFTED);
}

#[test]
fn the_strategy_is_changed_over_the_api_and_wrong_ones_are_refused() {
    let mut caller = shifting("strategy = \"blue-green\"");
    let set = |caller: &Caller, configuration: Value| {
        caller.update(&json!({"deploymentConfiguration": configuration}))["deploymentConfiguration"].clone()
    };
    let after = set(
        &caller,
        json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 33.3}, "bakeTimeInMinutes": 1,
               "lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"]}]}),
    );
    assert_eq!(after["linearConfiguration"], json!({"stepPercent": 33.3, "stepBakeTimeInMinutes": 6}));
    let hook = json!({"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"],
                      "timeoutConfiguration": {"timeoutInMinutes": 1440, "action": "ROLLBACK"}});
    assert_eq!(after["lifecycleHooks"], json!([hook]));
    assert!(caller.service("c", "s").get("currentServiceDeployment").is_none());
    deploy(&mut caller);
    waiting(&mut caller);
    for wrong in [
        json!({"strategy": "PURPLE"}),
        json!({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 0.05}}),
        json!({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 2.9}}),
        json!({"strategy": "LINEAR", "linearConfiguration": {"stepBakeTimeInMinutes": 1441}}),
        json!({"strategy": "BLUE_GREEN", "canaryConfiguration": {}}),
        json!({"bakeTimeInMinutes": -1}),
        json!({"lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"]}]}),
        json!({"lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["TEST_TRAFFIC_SHIFT"]}]}),
        json!({"lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["BAKE_TIME"]}]}),
        json!({"lifecycleHooks": [{"lifecycleStages": ["PRE_SCALE_UP"]}]}),
        json!({"lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"],
                                   "timeoutConfiguration": {"timeoutInMinutes": 20161}}]}),
    ] {
        let body = super::super::support::of_s(&json!({"deploymentConfiguration": wrong}));
        assert_eq!(caller.refused("UpdateService", &body), "InvalidParameterException", "{body}");
    }
    let plain = one_service("tasks = 1, load-balancer = true");
    let body = json!({"cluster": "c", "service": "s", "deploymentConfiguration": {"strategy": "CANARY"}});
    assert_eq!(plain.refused("UpdateService", &body), "InvalidParameterException");
}
