//! StopServiceDeployment at each stage: traffic returns at once, and green goes.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::support::{Caller, list};
use super::*;

const STAGES: [&str; 9] = [
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
];

#[test]
fn a_deployment_can_be_taken_back_at_every_stage() {
    for stopped_at in STAGES {
        let mut caller = shifting("strategy = \"blue-green\", bake = \"5m\"");
        let before = caller.service("c", "s");
        let old: Vec<_> =
            caller.tasks("c", "s", "RUNNING").iter().map(|task| task["taskArn"].clone()).collect();
        deploy(&mut caller);
        reach(&mut caller, stopped_at);
        stop(&caller);
        assert_eq!(newest(&caller)["status"], "ROLLBACK_REQUESTED", "{stopped_at}");
        reach_status(&mut caller, "ROLLBACK_IN_PROGRESS");
        assert_eq!(asked(&caller), [json!(0.0), json!(0.0)], "{stopped_at}");
        assert_eq!(live(&caller), ["0", "0"], "{stopped_at}");
        let back = caller.service("c", "s");
        assert_eq!(back["deployments"][0]["id"], before["deployments"][0]["id"], "{stopped_at}");
        reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
        let deployment = newest(&caller);
        let blue = &deployment["sourceServiceRevisions"][0];
        assert_eq!(deployment["rollback"]["serviceRevisionArn"], blue["arn"]);
        assert_eq!(blue["requestedProductionTrafficWeight"], json!(100.0));
        let after = caller.service("c", "s");
        assert_eq!(list(&after["deployments"]).len(), 1, "{stopped_at}");
        assert_eq!(after["deployments"][0]["rolloutState"], "COMPLETED");
        assert_eq!(after["taskDefinition"], before["taskDefinition"]);
        // The tasks of before never stopped serving.
        let left: Vec<_> =
            caller.tasks("c", "s", "RUNNING").iter().map(|task| task["taskArn"].clone()).collect();
        assert_eq!(left, old, "{stopped_at}");
        caller.until("steady", 120, |caller| {
            caller.events("c", "s")[0].ends_with("has reached a steady state.")
        });
    }
}

#[test]
fn while_blue_is_removed_it_is_too_late() {
    let mut caller = shifting("strategy = \"blue-green\", bake = \"1m\"");
    deploy(&mut caller);
    reach(&mut caller, "CLEAN_UP");
    stop(&caller);
    assert_eq!(newest(&caller)["status"], "ROLLBACK_REQUESTED");
    reach_status(&mut caller, "SUCCESSFUL");
    assert_eq!(live(&caller), ["100", "100"]);
}

#[test]
fn a_deployment_that_has_not_begun_is_taken_back_too() {
    let mut caller = shifting("strategy = \"blue-green\"");
    caller.update(&json!({"forceNewDeployment": true}));
    assert_eq!(newest(&caller)["status"], "PENDING");
    stop(&caller);
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
    let service = caller.service("c", "s");
    assert_eq!((list(&service["deployments"]).len(), &service["runningCount"]), (1, &json!(2)));
    deploy(&mut caller);
    reach_status(&mut caller, "SUCCESSFUL");
}

#[test]
fn green_that_never_gets_well_waits_to_be_taken_back() {
    let mut caller: Caller = shifting("strategy = \"blue-green\", breaker = \"rollback\"");
    caller.disturb(fargate_top::simulation::Disturbance::Break {
        cluster: "c".into(),
        service: "s".into(),
        behaviour: "entry-point-missing".into(),
    });
    // The circuit breaker is for rolling deployments.
    caller.pass(1200);
    assert_eq!(
        (newest(&caller)["status"].clone(), stage(&caller).as_str()),
        (json!("IN_PROGRESS"), "SCALE_UP")
    );
    stop(&caller);
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
    assert_eq!(caller.service("c", "s")["runningCount"], 2);
}
