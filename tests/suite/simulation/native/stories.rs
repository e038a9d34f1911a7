//! The embedded stories: each stands at its point when it begins, and goes on as its file says.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::super::support::{Caller, START, list, story, text};

fn newest(caller: &Caller, service: (&str, &str)) -> Value {
    caller.deployments(service.0, service.1)[0].clone()
}

/// Status, stage and the statuses of the hooks.
fn point(caller: &Caller, service: (&str, &str)) -> (String, String, Vec<String>) {
    let deployment = newest(caller, service);
    let hooks = list(&deployment["lifecycleHookDetails"]).iter().map(|hook| text(&hook["status"]).to_owned());
    (text(&deployment["status"]).to_owned(), text(&deployment["lifecycleStage"]).to_owned(), hooks.collect())
}

fn stands(status: &str, stage: &str, hooks: &[&str]) -> (String, String, Vec<String>) {
    (status.to_owned(), stage.to_owned(), hooks.iter().map(|hook| (*hook).to_owned()).collect())
}

/// Minutes until the first hook's time is over.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of our century")]
fn minutes_left(caller: &Caller, service: (&str, &str)) -> f64 {
    let hook = newest(caller, service)["lifecycleHookDetails"][0].clone();
    (hook["expiresAt"].as_f64().unwrap() - START as f64 / 1000.0) / 60.0
}

fn share(caller: &Caller, service: (&str, &str)) -> Value {
    newest(caller, service)["targetServiceRevision"]["requestedProductionTrafficWeight"].clone()
}

#[test]
fn the_canary_waits_at_its_second_step_with_green_worse() {
    let mut caller = story("canary");
    let checkout = ("shop", "checkout-api");
    let waits = stands("IN_PROGRESS", "PRE_PRODUCTION_TRAFFIC_SHIFT", &["AWAITING_ACTION"]);
    assert_eq!((point(&caller, checkout), share(&caller, checkout)), (waits, json!(10.0)));
    let groups = caller.service("shop", "checkout-api")["loadBalancers"][0].clone();
    let blue = text(&groups["targetGroupArn"]).to_owned();
    let green = text(&groups["advancedConfiguration"]["alternateTargetGroupArn"]).to_owned();
    let total = |group: &str, metric: &str| -> f64 {
        caller.points(group, metric, "Sum", 17).iter().map(|(_, value)| value).sum()
    };
    let rate = |group: &str| total(group, "HTTPCode_Target_5XX_Count") / total(group, "RequestCount");
    assert!(total(&green, "HTTPCode_Target_5XX_Count") > 10.0);
    let worse = rate(&green) / rate(&blue);
    assert!((7.0..=11.0).contains(&worse), "{worse}");
    let worker = ("core", "invoice-worker");
    assert_eq!(point(&caller, worker), stands("IN_PROGRESS", "POST_SCALE_UP", &["AWAITING_ACTION"]));
    assert_eq!(
        (caller.service("core", "invoice-worker")["runningCount"].clone(), share(&caller, worker)),
        (json!(6), json!(null))
    );
    // Whoever says yes gets all of it.
    let deployment = newest(&caller, checkout);
    let body = json!({"serviceDeploymentArn": deployment["serviceDeploymentArn"],
                      "hookId": deployment["lifecycleHookDetails"][0]["hookId"], "action": "CONTINUE"});
    caller.ask("ContinueServiceDeployment", &body);
    caller.pass(30);
    assert_eq!(share(&caller, checkout), json!(100.0));
}

#[test]
fn silence_is_yes_in_one_place_and_no_in_another() {
    let mut caller = story("silence");
    let (search, payout) = (("search", "search-api"), ("payments", "payout-api"));
    let left = minutes_left(&caller, search);
    assert!((20.0..22.0).contains(&left), "{left}");
    assert_eq!(newest(&caller, search)["lifecycleHookDetails"][0]["timeoutAction"], "CONTINUE");
    let left = minutes_left(&caller, payout);
    assert!((3.5..4.5).contains(&left), "{left}");
    assert_eq!(point(&caller, payout).1, "POST_TEST_TRAFFIC_SHIFT");
    caller.pass(6 * 60);
    assert_eq!(newest(&caller, payout)["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(share(&caller, search), json!(0.0));
    caller.pass(16 * 60);
    assert_eq!(share(&caller, search), json!(5.0));
}

#[test]
fn a_function_hangs_and_nothing_waits_for_a_person() {
    let mut caller = story("stuck");
    let upload = ("media", "upload-api");
    let hangs = stands("IN_PROGRESS", "POST_TEST_TRAFFIC_SHIFT", &["IN_PROGRESS"]);
    assert_eq!(point(&caller, upload), hangs);
    caller.pass(3600);
    assert_eq!(point(&caller, upload), hangs);
}

#[test]
fn one_alarm_guards_and_the_other_does_not() {
    let mut caller = story("alarm");
    let (orders, catalog) = (("shop", "orders-api"), ("shop", "catalog-api"));
    let waits = stands("IN_PROGRESS", "PRE_PRODUCTION_TRAFFIC_SHIFT", &["AWAITING_ACTION"]);
    assert_eq!(point(&caller, orders), waits);
    assert_eq!(newest(&caller, orders)["alarms"]["triggeredAlarmNames"], json!([]));
    assert_eq!(point(&caller, catalog).0, "IN_PROGRESS");
    let shifted = share(&caller, catalog).as_f64().unwrap();
    assert!((20.0..=60.0).contains(&shifted), "{shifted}");
    caller.pass(119);
    assert_eq!(point(&caller, catalog).0, "IN_PROGRESS");
    caller.pass(2);
    assert_eq!(point(&caller, catalog).0, "ROLLBACK_IN_PROGRESS");
    assert_eq!(share(&caller, catalog), json!(0.0));
    caller.pass(120);
    assert_eq!(point(&caller, catalog).0, "ROLLBACK_SUCCESSFUL");
    assert_eq!(point(&caller, orders), waits);
}

#[test]
fn they_are_the_same_each_time() {
    for name in ["canary", "silence", "stuck", "alarm"] {
        let all = |steps: i64| {
            let mut caller = story(name);
            for _ in 0..steps {
                caller.pass(1800 / steps);
                caller.ask("ListClusters", &json!({}));
            }
            let clusters = caller.ask("ListClusters", &json!({}))["clusterArns"].clone();
            let services = list(&clusters).iter().map(|cluster| {
                let names = caller.ask("ListServices", &json!({"cluster": cluster, "maxResults": 100}));
                caller.ask("DescribeServices", &json!({"cluster": cluster, "services": names["serviceArns"]}))
            });
            services.collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(600), "{name}");
    }
}
