//! The story `blue-green`: what waits, what is kept, what starts and what went back.

use serde_json::{Value, json};

use super::support::{Caller, START_SECONDS, list, story, text};

/// The newest deployment of a service and its target.
fn newest(caller: &Caller, cluster: &str, service: &str) -> (Value, Value) {
    let group = json!({
        "applicationName": format!("AppECS-{cluster}-{service}"),
        "deploymentGroupName": format!("DgpECS-{cluster}-{service}"),
    });
    let id = caller.deploy("ListDeployments", &group)["deployments"][0].clone();
    let deployment = caller.deploy("GetDeployment", &json!({"deploymentId": id}))["deploymentInfo"].clone();
    let body = json!({"deploymentId": id, "targetId": format!("{cluster}:{service}")});
    let target = caller.deploy("GetDeploymentTarget", &body)["deploymentTarget"]["ecsTarget"].clone();
    (deployment, target)
}

fn event<'v>(target: &'v Value, name: &str) -> &'v Value {
    let events = list(&target["lifecycleEvents"]);
    events.iter().find(|event| event["lifecycleEventName"] == name).unwrap()
}

#[test]
fn one_deployment_waits_for_forty_seven_more_minutes() {
    let caller = story("blue-green");
    let (deployment, target) = newest(&caller, "shop", "checkout-web");
    assert_eq!((&deployment["status"], &target["status"]), (&json!("Ready"), &json!("Ready")));
    let tested = event(&target, "AfterAllowTestTraffic");
    let left = tested["endTime"].as_f64().unwrap() + 3600.0 - START_SECONDS;
    assert!((46.5 * 60.0..47.5 * 60.0).contains(&left), "{left}");
    let sides = list(&target["taskSetsInfo"]);
    let of = |place: usize, key: &str| sides[place][key].clone();
    assert_eq!((of(0, "trafficWeight"), of(1, "trafficWeight")), (json!(100.0), json!(0.0)));
    assert_eq!((of(0, "runningCount"), of(1, "runningCount")), (json!(6), json!(6)));
    let definition = caller.ask("DescribeTaskDefinition", &json!({"taskDefinition": "checkout-web:215"}));
    let definition = &definition["taskDefinition"];
    assert!(text(&definition["registeredBy"]).ends_with("assumed-role/release-bot/build-4412"));
    let variables = &definition["containerDefinitions"][0]["environment"];
    assert!(list(variables).contains(&json!({"name": "CACHE_TTL_SECONDS", "value": "300"})), "{variables}");
}

#[test]
fn one_keeps_its_old_tasks_and_one_starts_new_ones() {
    let caller = story("blue-green");
    let (deployment, target) = newest(&caller, "shop", "search-web");
    assert_eq!((&deployment["status"], &target["status"]), (&json!("InProgress"), &json!("Succeeded")));
    let sets = caller.service("shop", "search-web")["taskSets"].clone();
    assert_eq!((&sets[0]["externalId"], &sets[1]["status"]), (&deployment["deploymentId"], &json!("ACTIVE")));
    assert_eq!((&sets[0]["stabilityStatus"], list(&sets).len()), (&json!("STEADY_STATE"), 2));

    let (deployment, target) = newest(&caller, "platform", "ingest-gateway");
    assert_eq!(deployment["deploymentConfigName"], "CodeDeployDefault.ECSAllAtOnce");
    assert_eq!(event(&target, "Install")["status"], "InProgress");
    let green = &caller.service("platform", "ingest-gateway")["taskSets"][1];
    assert_eq!((&green["stabilityStatus"], &green["pendingCount"]), (&json!("STABILIZING"), &json!(4)));
}

#[test]
fn one_went_back_by_itself_and_one_has_never_been_deployed() {
    let caller = story("blue-green");
    let (back, _) = newest(&caller, "identity", "login-web");
    assert_eq!((&back["creator"], &back["status"]), (&json!("codeDeployRollback"), &json!("Succeeded")));
    let failed = back["rollbackInfo"]["rollbackTriggeringDeploymentId"].clone();
    let failed = caller.deploy("GetDeployment", &json!({"deploymentId": failed}))["deploymentInfo"].clone();
    assert_eq!(failed["errorInformation"]["code"], "HOOK_EXECUTION_FAILURE");
    assert_eq!(list(&caller.service("identity", "login-web")["taskSets"]).len(), 1);
    let set = &caller.service("platform", "status-page")["taskSets"][0];
    assert!(set.get("externalId").is_none() && set["status"] == "PRIMARY", "{set}");
}

#[test]
fn every_service_is_well() {
    let caller = story("blue-green");
    let mut names = 0;
    for cluster in list(&caller.ask("ListClusters", &json!({}))["clusterArns"]) {
        let arns = caller.ask("ListServices", &json!({"cluster": cluster, "maxResults": 100}));
        for some in list(&arns["serviceArns"]).chunks(10) {
            let services = caller.ask("DescribeServices", &json!({"cluster": cluster, "services": some}));
            for service in list(&services["services"]) {
                names += 1;
                assert!(service["runningCount"].as_u64() >= service["desiredCount"].as_u64(), "{service}");
            }
        }
    }
    assert_eq!(names, 23);
}
