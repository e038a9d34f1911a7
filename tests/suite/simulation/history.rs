//! What a service remembers of its deployments, and what the incident has for every change.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{Caller, list, one_service, story, text, told};
use fargate_top::simulation::Simulation;

fn took(record: &Value) -> f64 {
    record["finishedAt"].as_f64().unwrap() - record["startedAt"].as_f64().unwrap()
}

#[test]
fn the_past_has_deployments_revisions_and_definitions() {
    let caller = one_service("tasks = 3, revision = 40, history = 5, load-balancer = true");
    let records = caller.deployments("c", "s");
    let statuses: Vec<_> = records.iter().map(|record| text(&record["status"])).collect();
    let s = "SUCCESSFUL";
    assert_eq!(statuses, [s, s, s, s, s, "ROLLBACK_SUCCESSFUL", s], "five besides the one that runs");
    let created: Vec<_> = records.iter().map(|record| record["createdAt"].as_f64().unwrap()).collect();
    assert!(created.windows(2).all(|pair| pair[0] - pair[1] > 3600.0), "{created:?}");
    let durations: BTreeSet<_> = records.iter().map(|record| took(record).to_bits()).collect();
    assert_eq!(durations.len(), records.len());
    assert!(records.iter().all(|record| (60.0..300.0).contains(&took(record))));
    // Each began where the one before it had ended.
    for (place, pair) in records.windows(2).enumerate() {
        let before = if pair[1]["status"] == s {
            &pair[1]["targetServiceRevision"]["arn"]
        } else {
            &pair[1]["rollback"]["serviceRevisionArn"]
        };
        assert_eq!(&pair[0]["sourceServiceRevisions"][0]["arn"], before, "{place}");
    }
    let arns: Vec<_> = records.iter().map(|record| &record["targetServiceRevision"]["arn"]).collect();
    let answer = caller.ask("DescribeServiceRevisions", &json!({"serviceRevisionArns": arns}));
    let revisions = list(&answer["serviceRevisions"]);
    let ends: Vec<_> =
        revisions.iter().map(|one| text(&one["taskDefinition"]).rsplit(':').next().unwrap()).collect();
    assert_eq!(ends, ["40", "39", "38", "37", "36", "35", "34"]);
    let digests: BTreeSet<_> =
        revisions.iter().map(|one| one["containerImages"][0]["imageDigest"].to_string()).collect();
    assert_eq!(digests.len(), 7);
    assert!(revisions.iter().all(|one| one.get("resolvedConfiguration").is_some()));
    let oldest = caller.ask("DescribeTaskDefinition", &json!({"taskDefinition": "s:34"}));
    assert_eq!(oldest["taskDefinition"]["status"], "ACTIVE");
    let service = caller.service("c", "s");
    assert!(service["createdAt"].as_f64() < created.last().copied());
}

#[test]
fn a_revision_of_the_past_can_be_deployed_again() {
    let mut caller = one_service("tasks = 2, revision = 40, history = 4");
    caller.update(&json!({"taskDefinition": "s:38"}));
    caller.until("deployed", 300, |caller| caller.deployments("c", "s")[0]["status"] == "SUCCESSFUL");
    assert!(text(&caller.service("c", "s")["taskDefinition"]).ends_with(":38"));
}

#[test]
fn a_history_needs_room_below_its_revision() {
    let error = |members: &str| {
        let text = format!(
            "title = \"t\"\n[[cluster]]\nname = \"c\"\nservices = [{{ name = \"s\", tasks = 1, {members} }}]"
        );
        Simulation::from_toml(&text, super::support::START).unwrap_err().to_string()
    };
    assert!(error("revision = 5, history = 4").contains("a higher `revision`"));
    assert!(error("controller = \"code-deploy\", behaviour = \"rolling\"").contains("ECS carries out"));
    assert!(error("scaling = { min = 4, max = 3 }").contains("above its `max`"));
    assert!(error("scaling = { min = 1, max = 3, colour = 1 }").contains("unknown field `colour`"));
    let tight = told(
        "title = \"t\"\n[[cluster]]\nname = \"c\"\nservices = [{ name = \"s\", tasks = 1, revision = 6, history = 4 }]",
    );
    assert_eq!(tight.deployments("c", "s").len(), 6);
}

fn tags(caller: &Caller, cluster: &str, service: &str) -> Vec<Value> {
    let body = json!({"cluster": cluster, "services": [service], "include": ["TAGS"]});
    list(&caller.ask("DescribeServices", &body)["services"][0]["tags"]).to_vec()
}

#[test]
fn the_incident_has_services_that_are_scaled() {
    let caller = story("incident");
    let answer = caller.scaling("DescribeScalableTargets", &json!({}));
    let bounds = |name: &str| {
        let target =
            list(&answer["ScalableTargets"]).iter().find(|one| text(&one["ResourceId"]).ends_with(name));
        target.map(|one| (one["MinCapacity"].as_u64().unwrap(), one["MaxCapacity"].as_u64().unwrap()))
    };
    assert_eq!((bounds("/cart-api"), bounds("/orders-api")), (Some((4, 10)), Some((8, 20))));
    let policy =
        caller.scaling("DescribeScalingPolicies", &json!({"ResourceId": "service/payments/cart-api"}));
    let target = &policy["ScalingPolicies"][0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"];
    assert_eq!(target, &json!(60.0));
    let past =
        caller.scaling("DescribeScalingActivities", &json!({"ResourceId": "service/payments/cart-api"}));
    let past: Vec<_> = list(&past["ScalingActivities"]).iter().map(|one| text(&one["Description"])).collect();
    assert_eq!(
        (past.len(), past[0], past[1]),
        (5, "Setting desired count to 10.", "Setting desired count to 8.")
    );
}

#[test]
fn in_the_incident_a_count_above_the_maximum_is_pulled_back() {
    let mut caller = story("incident");
    let ask = json!({"cluster": "payments", "service": "cart-api", "desiredCount": 14});
    caller.ask("UpdateService", &ask);
    caller.until("fourteen run", 180, |caller| caller.service("payments", "cart-api")["runningCount"] == 14);
    caller
        .until("pulled back", 20 * 60, |caller| caller.service("payments", "cart-api")["desiredCount"] == 10);
    let said = caller.events("payments", "cart-api");
    assert!(
        said.iter().any(|event| event.starts_with("Message: Successfully set desired count to 10.")),
        "{said:?}"
    );
    // And a count that is too low for the load is lifted.
    caller.ask("UpdateService", &json!({"cluster": "payments", "service": "cart-api", "desiredCount": 5}));
    caller
        .until("scaled out", 20 * 60, |caller| caller.service("payments", "cart-api")["desiredCount"] == 10);
}

#[test]
fn the_incident_has_a_stuck_deployment_that_can_be_rolled_back() {
    let mut caller = story("incident");
    let stuck = caller.deployments("core", "auth-api")[0].clone();
    assert_eq!(stuck["status"], "IN_PROGRESS");
    let breaker = &stuck["deploymentConfiguration"]["deploymentCircuitBreaker"];
    assert_eq!((&breaker["enable"], &breaker["rollback"]), (&json!(true), &json!(false)));
    assert!(stuck["sourceServiceRevisions"][0]["runningTaskCount"].as_u64() >= Some(3));
    let arn = &stuck["serviceDeploymentArn"];
    caller.ask("StopServiceDeployment", &json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"}));
    caller.until("rolled back", 300, |caller| {
        caller.deployments("core", "auth-api")[0]["status"] == "ROLLBACK_SUCCESSFUL"
    });
    let service = caller.service("core", "auth-api");
    assert_eq!((&service["runningCount"], list(&service["deployments"]).len()), (&json!(6), 1));
    assert!(text(&service["taskDefinition"]).ends_with("auth-api:88"));
}

#[test]
fn every_deployment_that_the_incident_broke_has_a_way_back() {
    let mut caller = story("incident");
    for (cluster, name, definition) in
        [("payments", "checkout-api", "checkout-api:418"), ("core", "report-builder", "report-builder:29")]
    {
        let arn = caller.deployments(cluster, name)[0]["serviceDeploymentArn"].clone();
        caller.ask("StopServiceDeployment", &json!({"serviceDeploymentArn": arn}));
        caller.until("rolled back", 400, |caller| {
            caller.deployments(cluster, name)[0]["status"] == "ROLLBACK_SUCCESSFUL"
        });
        let service = caller.service(cluster, name);
        assert!(text(&service["taskDefinition"]).ends_with(definition), "{service}");
        assert_eq!(service["runningCount"], service["desiredCount"]);
    }
}

#[test]
fn the_incident_has_a_stack_a_protected_task_a_past_and_a_service_of_codedeploy() {
    let caller = story("incident");
    let has =
        |cluster, service, key: &str| tags(&caller, cluster, service).iter().any(|tag| tag["key"] == key);
    assert!(has("web", "landing", "aws:cloudformation:stack-name"));
    assert!(has("payments", "ledger", "fargate-top:protect"));
    let tasks = caller.tasks("media", "video-transcode", "RUNNING");
    let arns: Vec<_> = tasks.iter().map(|task| &task["taskArn"]).collect();
    let answer = caller.ask("GetTaskProtection", &json!({"cluster": "media", "tasks": arns}));
    let protected = list(&answer["protectedTasks"]).iter().filter(|task| task["protectionEnabled"] == true);
    assert_eq!(protected.count(), 1);
    let past = caller.deployments("payments", "cart-api");
    assert!(past.iter().filter(|record| record["status"] == "SUCCESSFUL").count() >= 5);
    let force = json!({"cluster": "web", "service": "status-page", "forceNewDeployment": true});
    let (code, message) = caller.refusal("UpdateService", &force);
    assert_eq!(code, "InvalidParameterException");
    assert!(message.starts_with("Cannot force a new deployment on services with a CODE_DEPLOY"), "{message}");
}
