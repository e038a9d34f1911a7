//! Auto scaling that scales: when it acts, by how much, within which bounds, and what keeps it from acting.

use serde_json::{Value, json};

use super::support::{Caller, list, of_s, one_service, text};

/// A service of four tasks whose load is given minute by minute, aiming at 60 %. The first figure is that of the past.
fn scaled(load: &str, more: &str) -> Caller {
    let caller = one_service(&format!(
        "tasks = 4, load-balancer = false, health-check = false, scaling = {{ min = 2, max = 8, cpu = 60 }}, \
         load = [{load}]{more}"
    ));
    assert_eq!(desired(&caller), 4);
    caller
}

fn desired(caller: &Caller) -> u64 {
    caller.service("c", "s")["desiredCount"].as_u64().unwrap()
}

/// Activities, newest first, with those that did nothing.
fn activities(caller: &Caller) -> Vec<Value> {
    let body = json!({"ResourceId": "service/c/s", "IncludeNotScaledActivities": true});
    list(&caller.scaling("DescribeScalingActivities", &body)["ScalingActivities"]).to_vec()
}

fn refusals(caller: &Caller) -> Vec<String> {
    let reasons = activities(caller).iter().map(|one| one["NotScaledReasons"][0].clone()).collect::<Vec<_>>();
    reasons.iter().filter(|one| !one.is_null()).map(|one| text(&one["Code"]).to_owned()).collect()
}

fn register(caller: &Caller, members: &Value) {
    let mut body = json!({"ResourceId": "service/c/s", "ScalableDimension": "ecs:service:DesiredCount"});
    for (key, value) in members.as_object().unwrap() {
        body[key] = value.clone();
    }
    caller.scaling("RegisterScalableTarget", &body);
}

#[test]
fn three_minutes_above_the_target_scale_out_to_what_is_needed() {
    let mut caller = scaled("240, 360", "");
    caller.pass(3 * 60 - 1);
    assert_eq!(desired(&caller), 4, "two figures are not enough");
    caller.pass(2);
    assert_eq!(desired(&caller), 6, "360 / 60");
    let activity = activities(&caller)[0].clone();
    assert_eq!(
        (&activity["StatusCode"], &activity["Description"]),
        (&json!("InProgress"), &json!("Setting desired count to 6."))
    );
    let waiting = "Successfully set desired count to 6. Waiting for change to be fulfilled by ecs.";
    assert_eq!(activity["StatusMessage"], waiting);
    let cause = text(&activity["Cause"]).to_owned();
    let start = "monitor alarm TargetTracking-service/c/s-AlarmHigh-";
    assert!(cause.starts_with(start) && cause.ends_with(" in state ALARM triggered policy s-cpu"), "{cause}");
    assert_eq!(caller.events("c", "s")[0], format!("Message: {waiting} Cause: {cause}"));
    caller.until("fulfilled", 120, |caller| activities(caller)[0]["StatusCode"] == "Successful");
    let activity = activities(&caller)[0].clone();
    let done = "Successfully set desired count to 6. Change successfully fulfilled by ecs.";
    assert_eq!(activity["StatusMessage"], done);
    assert!(activity["EndTime"].as_f64() > activity["StartTime"].as_f64());
    assert!(caller.events("c", "s").contains(&format!("Message: {done} Cause: {cause}")));
    caller.pass(3600);
    assert_eq!((desired(&caller), activities(&caller).len()), (6, 1), "60 % is the target");
}

#[test]
fn fifteen_minutes_below_nine_tenths_scale_in() {
    let mut caller = scaled("240, 150", "");
    caller.pass(15 * 60 - 1);
    assert_eq!(desired(&caller), 4);
    caller.pass(2);
    assert_eq!(desired(&caller), 3, "150 / 60 rounded up");
    assert!(text(&activities(&caller)[0]["Cause"]).contains("-AlarmLow-"));
    // 54 % of four tasks is nine tenths of the target: neither alarm goes off.
    let mut caller = scaled("240, 216", "");
    caller.pass(2 * 3600);
    assert_eq!((desired(&caller), activities(&caller).len()), (4, 0));
}

#[test]
fn the_bounds_hold() {
    let mut caller = scaled("240, 900", "");
    caller.pass(20 * 60);
    assert_eq!(desired(&caller), 8);
    assert_eq!(refusals(&caller), ["AlreadyAtMaxCapacity"]);
    let refused = &activities(&caller)[0];
    assert_eq!(refused["NotScaledReasons"], json!([{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 8}]));
    assert_eq!(
        (&refused["StatusCode"], &refused["Description"]),
        (&json!("Failed"), &json!("Attempting to scale due to alarm triggered"))
    );
    let plain = caller.scaling("DescribeScalingActivities", &json!({"ResourceId": "service/c/s"}));
    assert!(list(&plain["ScalingActivities"]).iter().all(|one| one.get("NotScaledReasons").is_none()));

    let mut caller = scaled("240, 10", "");
    caller.pass(40 * 60);
    assert_eq!(desired(&caller), 2);
    assert_eq!(refusals(&caller), ["AlreadyAtMinCapacity"]);
}

#[test]
fn a_count_above_the_maximum_stays_until_scaling_in_drops_it_to_the_maximum() {
    let mut caller = scaled("240, 440", "");
    caller.pass(10 * 60);
    let scaled_out = desired(&caller);
    caller.update(&json!({"desiredCount": 12}));
    caller.pass(60);
    assert_eq!((scaled_out, desired(&caller)), (8, 12));
    caller.pass(12 * 60);
    assert_eq!(desired(&caller), 12);
    caller.until("dropped", 10 * 60, |caller| desired(caller) != 12);
    assert_eq!(desired(&caller), 8);
    assert_eq!(activities(&caller)[0]["Description"], "Setting desired count to 8.");
}

#[test]
fn a_count_below_the_minimum_stays_until_scaling_out_lifts_it() {
    let mut caller = scaled("240, 100", "");
    caller.update(&json!({"desiredCount": 1}));
    caller.pass(60);
    assert_eq!(desired(&caller), 1);
    caller.until("lifted", 10 * 60, |caller| desired(caller) != 1);
    assert_eq!(desired(&caller), 2);
    // A load that one task can carry lifts nothing.
    let mut caller = scaled("240, 40", "");
    caller.update(&json!({"desiredCount": 1}));
    caller.pass(2 * 3600);
    assert_eq!(desired(&caller), 1);
}

#[test]
fn at_zero_there_is_no_cpu_and_nothing_happens() {
    let mut caller = scaled("240, 360", "");
    caller.update(&json!({"desiredCount": 0}));
    caller.pass(4 * 3600);
    assert_eq!((desired(&caller), activities(&caller).len()), (0, 0));
    register(&caller, &json!({}));
    assert_eq!(desired(&caller), 2, "registering acts, even without a change");
    caller.until("goes on from there", 20 * 60, |caller| desired(caller) == 6);
}

#[test]
fn a_deployment_disables_scaling_in_but_not_scaling_out() {
    let slow = ", pull = \"40m\"";
    let mut caller = scaled("240, 100", slow);
    caller.update(&json!({"forceNewDeployment": true}));
    caller.pass(30 * 60);
    assert_eq!(
        (desired(&caller), refusals(&caller)),
        (4, vec!["TargetServicePutResourceAsUnscalable".to_owned()])
    );
    caller.until("scaled in", 60 * 60, |caller| desired(caller) == 2);
    assert_eq!(caller.deployments("c", "s")[0]["status"], "SUCCESSFUL");

    let mut caller = scaled("240, 360", slow);
    caller.update(&json!({"forceNewDeployment": true}));
    caller.pass(4 * 60);
    assert_eq!(
        (desired(&caller), caller.deployments("c", "s")[0]["status"].clone()),
        (6, json!("IN_PROGRESS"))
    );
}

#[test]
fn it_starts_from_the_tasks_that_run() {
    // Six are desired and four run at 80 %: 320 / 60 asks for six, which are on their way.
    let mut caller = scaled("240, 320", ", room = 4");
    caller.update(&json!({"desiredCount": 6}));
    caller.pass(60 * 60);
    assert_eq!((desired(&caller), activities(&caller).len()), (6, 0));
}

#[test]
fn what_is_suspended_does_not_happen() {
    let mut caller = scaled("240, 360", "");
    register(&caller, &json!({"SuspendedState": {"DynamicScalingOutSuspended": true}}));
    caller.pass(3600);
    assert_eq!((desired(&caller), activities(&caller).len()), (4, 0));
    register(&caller, &json!({"SuspendedState": {"DynamicScalingOutSuspended": false}}));
    caller.pass(61);
    assert_eq!(desired(&caller), 6);

    let mut caller = scaled("240, 60", "");
    register(&caller, &json!({"SuspendedState": {"DynamicScalingInSuspended": true}}));
    caller.pass(3600);
    assert_eq!((desired(&caller), activities(&caller).len()), (4, 0));
}

#[test]
fn a_change_by_another_overrides_an_activity() {
    let mut caller = scaled("240, 360", "");
    caller.until("scaled out", 300, |caller| desired(caller) == 6);
    caller.update(&json!({"desiredCount": 7}));
    caller.pass(11);
    let activity = &activities(&caller)[0];
    assert_eq!(
        (&activity["StatusCode"], &activity["StatusMessage"]),
        (
            &json!("Overridden"),
            &json!("Successfully set desired count to 6. Found it was later changed to 7.")
        )
    );
    // One that finds no room is given up.
    let mut caller = scaled("240, 360", ", room = 5");
    caller.pass(45 * 60);
    assert_eq!(activities(&caller).last().unwrap()["StatusCode"], "Unfulfilled");
}

#[test]
fn scheduled_actions_change_the_bounds() {
    let scaling = "scaling = { min = 2, max = 8, scheduled = [{ name = \"evening\", after = \"30m\", min = 5, max = 6 }] }";
    let mut caller = one_service(&format!("tasks = 4, {scaling}"));
    let actions = caller.scaling("DescribeScheduledActions", &json!({"ResourceId": "service/c/s"}));
    let action = &actions["ScheduledActions"][0];
    assert_eq!(
        (&action["Schedule"], &action["ScalableTargetAction"]),
        (&json!("at(2026-09-21T14:43:20)"), &json!({"MinCapacity": 5, "MaxCapacity": 6}))
    );
    caller.pass(29 * 60);
    assert_eq!(desired(&caller), 4);
    caller.pass(61);
    assert_eq!(desired(&caller), 5);
    let told: Vec<_> = activities(&caller).iter().map(|one| text(&one["Cause"]).to_owned()).collect();
    assert_eq!(told, ["minimum capacity was set to 5", "scheduled action name evening was triggered"]);

    let mut caller = one_service(&format!("tasks = 4, {scaling}"));
    register(&caller, &json!({"SuspendedState": {"ScheduledScalingSuspended": true}}));
    caller.pass(3600);
    assert_eq!(desired(&caller), 4);
}

#[test]
fn a_deleted_service_is_no_longer_scaled() {
    let mut caller = scaled("240, 900", "");
    caller.ask("DeleteService", &of_s(&json!({"force": true})));
    caller.pass(3600);
    assert_eq!((desired(&caller), caller.service("c", "s")["status"].clone()), (0, json!("INACTIVE")));
}
