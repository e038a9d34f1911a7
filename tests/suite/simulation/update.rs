//! UpdateService: which changes take a deployment, which are refused, and in which words.

use fargate_top::simulation::{Fault, FaultEffect, Outcome};
use serde_json::{Value, json};

use super::support::{Caller, list, of_s, one_service, request, text};

fn deployment(caller: &Caller) -> Value {
    caller.service("c", "s")["deployments"][0]["id"].clone()
}

#[test]
fn exactly_these_changes_take_a_deployment() {
    let network = json!({"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}});
    for (members, deploys) in [
        (json!({"desiredCount": 5}), false),
        (json!({"deploymentConfiguration": {"maximumPercent": 150, "minimumHealthyPercent": 50}}), false),
        (json!({"availabilityZoneRebalancing": "DISABLED"}), false),
        (json!({"enableExecuteCommand": true}), false),
        (json!({"enableECSManagedTags": false, "propagateTags": "NONE"}), false),
        (json!({"healthCheckGracePeriodSeconds": 90}), false),
        (json!({"placementConstraints": [], "placementStrategy": []}), false),
        (json!({"forceNewDeployment": false}), false),
        (json!({"taskDefinition": "s:9"}), false),
        (json!({"taskDefinition": "s"}), false),
        (json!({"taskDefinition": "s:8"}), true),
        (json!({"taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/s:8"}), true),
        (json!({"forceNewDeployment": true}), true),
        (json!({"networkConfiguration": network}), true),
        (json!({"platformVersion": "1.4.0"}), true),
        (json!({"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}), true),
        (
            json!({"loadBalancers": [{"targetGroupArn": "x", "containerName": "app", "containerPort": 80}]}),
            true,
        ),
        (json!({"serviceRegistries": []}), true),
        (json!({"serviceConnectConfiguration": {"enabled": false}}), true),
        (json!({"volumeConfigurations": []}), true),
        (json!({"vpcLatticeConfigurations": []}), true),
    ] {
        let caller =
            one_service("tasks = 2, revision = 9, load-balancer = false, capacity = \"launch-type\"");
        let before = deployment(&caller);
        caller.update(&members);
        assert_eq!(deployment(&caller) != before, deploys, "{members}");
    }
}

#[test]
fn what_was_changed_is_described() {
    let mut caller = one_service("tasks = 2, revision = 9, load-balancer = false");
    let breaker = json!({
        "enable": true,
        "rollback": false,
        "resetOnHealthyTask": false,
        "thresholdConfiguration": {"type": "COUNT", "value": 7},
    });
    let alarms = json!({"alarmNames": ["errors"], "rollback": true, "enable": true});
    let service = caller.update(&json!({
        "desiredCount": 3,
        "taskDefinition": "s:8",
        "enableExecuteCommand": true,
        "healthCheckGracePeriodSeconds": 45,
        "propagateTags": "NONE",
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        "networkConfiguration": {
            "awsvpcConfiguration":
                {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "ENABLED"}
        },
        "deploymentConfiguration": {"deploymentCircuitBreaker": breaker, "alarms": alarms, "maximumPercent": 150},
    }));
    let configuration = &service["deploymentConfiguration"];
    assert_eq!((&configuration["deploymentCircuitBreaker"], &configuration["alarms"]), (&breaker, &alarms));
    assert_eq!(
        (&configuration["maximumPercent"], &configuration["minimumHealthyPercent"]),
        (&json!(150), &json!(100))
    );
    assert_eq!((&service["desiredCount"], &service["enableExecuteCommand"]), (&json!(3), &json!(true)));
    assert_eq!(
        (&service["healthCheckGracePeriodSeconds"], &service["propagateTags"]),
        (&json!(45), &json!("NONE"))
    );
    assert!(text(&service["taskDefinition"]).ends_with(":8") && service.get("launchType").is_none());
    let network = json!({"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "ENABLED"});
    assert_eq!(service["networkConfiguration"]["awsvpcConfiguration"], network);
    caller.pass(5);
    let record = &caller.deployments("c", "s")[0];
    assert_eq!(
        record["alarms"],
        json!({"status": "MONITORING", "alarmNames": ["errors"], "triggeredAlarmNames": []})
    );
    assert_eq!(
        record["deploymentCircuitBreaker"],
        json!({"status": "MONITORING", "failureCount": 0, "threshold": 7})
    );
    let revisions = [&record["sourceServiceRevisions"][0]["arn"], &record["targetServiceRevision"]["arn"]];
    let answer = caller.ask("DescribeServiceRevisions", &json!({"serviceRevisionArns": revisions}));
    let [old, new] = list(&answer["serviceRevisions"]) else { panic!("{answer}") };
    assert_eq!(new["networkConfiguration"]["awsvpcConfiguration"], network);
    assert_ne!(old["networkConfiguration"], new["networkConfiguration"], "a revision keeps what it recorded");
    assert_eq!(new["capacityProviderStrategy"][0]["capacityProvider"], "FARGATE_SPOT");
    assert_eq!(new["platformVersion"], "1.4.0");
    assert!(text(&new["containerImages"][0]["imageDigest"]).starts_with("sha256:"));
    assert_ne!(old["containerImages"][0]["imageDigest"], new["containerImages"][0]["imageDigest"]);
}

#[test]
fn a_bare_family_is_its_newest_active_revision() {
    let caller = one_service("tasks = 1, revision = 9");
    let containers = json!([{"name": "app", "image": "s:new"}]);
    caller.ask("RegisterTaskDefinition", &json!({"family": "s", "containerDefinitions": containers}));
    let gone = caller.ask("DeregisterTaskDefinition", &json!({"taskDefinition": "s:10"}));
    assert_eq!(gone["taskDefinition"]["status"], "INACTIVE");
    let refused = caller.refusal("UpdateService", &of_s(&json!({"taskDefinition": "s:10"})));
    assert_eq!(refused, ("ClientException".to_owned(), "TaskDefinition is inactive".to_owned()));
    caller.update(&json!({"taskDefinition": "s:8"}));
    assert!(text(&caller.update(&json!({"taskDefinition": "s"}))["taskDefinition"]).ends_with("s:9"));
}

#[test]
fn other_controllers_refuse_what_they_deploy_themselves() {
    let caller = one_service("tasks = 2, revision = 9, controller = \"code-deploy\"");
    let advice = "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.";
    for (members, what) in [
        (json!({"forceNewDeployment": true}), "Cannot force a new deployment"),
        (json!({"taskDefinition": "s:8"}), "Unable to update task definition"),
        (
            json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["a"]}}}),
            "Unable to update network parameters",
        ),
    ] {
        let (code, message) = caller.refusal("UpdateService", &of_s(&members));
        assert_eq!((&*code, &*message), ("InvalidParameterException", &*format!("{what} {advice}")));
    }
    let service = caller.update(&json!({"desiredCount": 3, "forceNewDeployment": false}));
    assert_eq!((&service["desiredCount"], &service["deployments"]), (&json!(3), &json!([])));

    let caller = one_service("tasks = 2, controller = \"external\"");
    for members in
        [json!({"forceNewDeployment": true}), json!({"deploymentConfiguration": {"maximumPercent": 150}})]
    {
        let (code, message) = caller.refusal("UpdateService", &of_s(&members));
        assert!(code == "InvalidParameterException" && message.contains("EXTERNAL"), "{message}");
    }
    caller.update(&json!({"desiredCount": 1}));
}

#[test]
fn a_service_of_codedeploy_has_task_sets() {
    let mut caller = one_service("tasks = 2, load-balancer = true, controller = \"code-deploy\"");
    caller.update(&json!({"desiredCount": 3}));
    caller.until("three run", 120, |caller| caller.service("c", "s")["runningCount"] == 3);
    let service = caller.service("c", "s");
    assert_eq!(service["deploymentController"]["type"], "CODE_DEPLOY");
    assert!(service.get("currentServiceDeployment").is_none());
    let [set] = list(&service["taskSets"]) else { panic!("{service}") };
    assert_eq!((&set["status"], &set["startedBy"]), (&json!("PRIMARY"), &json!("CODE_DEPLOY")));
    assert_eq!((&set["runningCount"], &set["computedDesiredCount"]), (&json!(3), &json!(3)));
    assert!(text(&set["externalId"]).starts_with("d-") && text(&set["externalId"]).len() == 11);
    assert!(caller.tasks("c", "s", "RUNNING").iter().all(|task| task["startedBy"] == set["id"]));
    assert!(caller.deployments("c", "s").is_empty());
}

#[test]
fn errors_are_the_typed_ones() {
    let mut caller = one_service("tasks = 1");
    for (body, error) in [
        (json!({"cluster": "gone", "service": "s"}), "ClusterNotFoundException"),
        (json!({"cluster": "c", "service": "gone"}), "ServiceNotFoundException"),
        (json!({"cluster": "c"}), "InvalidParameterException"),
        (of_s(&json!({"desiredCount": -1})), "InvalidParameterException"),
        (of_s(&json!({"platformVersion": "9.9.9"})), "PlatformUnknownException"),
        (of_s(&json!({"taskDefinition": "gone"})), "ClientException"),
        (of_s(&json!({"deploymentConfiguration": {"maximumPercent": 50}})), "InvalidParameterException"),
    ] {
        assert_eq!(caller.refused("UpdateService", &body), error, "{body}");
    }
    caller.ask("DeleteService", &of_s(&json!({"force": true})));
    assert_eq!(caller.refused("UpdateService", &of_s(&json!({}))), "ServiceNotActiveException");
    caller.pass(300);
    assert_eq!(caller.refused("UpdateService", &of_s(&json!({}))), "ServiceNotActiveException");
}

#[test]
fn a_denial_names_the_action_and_the_resource() {
    let caller = one_service("tasks = 1");
    let task = text(&caller.tasks("c", "s", "RUNNING")[0]["taskArn"]).to_owned();
    let id = task.rsplit('/').next().unwrap();
    let deployment = caller.deployments("c", "s")[0]["serviceDeploymentArn"].clone();
    let arn = "arn:aws:ecs:eu-west-1:123456789012";
    for (operation, body, resource) in [
        ("UpdateService", of_s(&json!({"desiredCount": 2})), format!("{arn}:service/c/s")),
        (
            "DescribeServices",
            json!({"cluster": format!("{arn}:cluster/c"), "services": ["s"]}),
            format!("{arn}:service/c/s"),
        ),
        ("StopTask", json!({"cluster": "c", "task": id}), task.clone()),
        (
            "UpdateTaskProtection",
            json!({"cluster": "c", "tasks": [id], "protectionEnabled": true}),
            task.clone(),
        ),
        ("StopServiceDeployment", json!({"serviceDeploymentArn": deployment}), text(&deployment).to_owned()),
        ("ListServices", json!({"cluster": "c"}), "*".to_owned()),
    ] {
        let fault = caller.simulation.inject(Fault::new(FaultEffect::Deny).of(operation));
        let (code, message) = caller.refusal(operation, &body);
        let action = format!("ecs:{operation}");
        assert_eq!(code, "AccessDeniedException");
        assert_eq!(
            message,
            format!(
                "User: arn:aws:sts::123456789012:assumed-role/operator/demo is not authorized to perform: {action} on \
                 resource: {resource} because no identity-based policy allows the {action} action"
            )
        );
        caller.simulation.clear(fault);
    }
    assert_eq!(caller.service("c", "s")["desiredCount"], 1, "nothing happened");
}

#[test]
fn answers_and_refusals_carry_a_request_id() {
    let caller = one_service("tasks = 1");
    let mut ids = Vec::new();
    for members in [json!({"desiredCount": 2}), json!({"desiredCount": -2})] {
        let answer = caller.simulation.answer(caller.now, &request("UpdateService", &of_s(&members)));
        let Outcome::Respond(response) = answer.outcome else { panic!("{answer:?}") };
        ids.push(response.headers()["x-amzn-requestid"].to_str().unwrap().to_owned());
    }
    assert!(ids.iter().all(|id| id.len() == 36) && ids[0] != ids[1], "{ids:?}");
}
