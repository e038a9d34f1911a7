//! CodeDeploy: deployments from their creation to their end, and what each request of them is refused with.

use fargate_top::simulation::{Disturbance, Fault, FaultEffect};
use serde_json::{Value, json};

use super::balancer::all;
use super::support::{Caller, list, opened, request_to, text, told};

const CANARY: &str =
    "config = \"CodeDeployDefault.ECSCanary10Percent5Minutes\", ready = \"20m\", termination = \"10m\"";

/// One service `s` in `c` behind a load balancer that CodeDeploy deploys.
fn service(code_deploy: &str) -> Caller {
    told(&format!(
        "title = \"t\"\n[[cluster]]\nname = \"c\"\nservices = [{{ name = \"s\", tasks = 2, revision = 9, load-balancer = \
         true, health-check = false, alarms = [\"errors\"], code-deploy = {{ {code_deploy} }} }}]\n"
    ))
}

const GROUP: (&str, &str) = ("AppECS-c-s", "DgpECS-c-s");

fn of_group(members: &Value) -> Value {
    let mut body = json!({"applicationName": GROUP.0, "deploymentGroupName": GROUP.1});
    for (key, value) in members.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

fn revision(definition: &str) -> Value {
    let content = format!(
        "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        \
         TaskDefinition: {definition}\n"
    );
    json!({"revisionType": "AppSpecContent", "appSpecContent": {"content": content}})
}

impl Caller {
    pub fn try_deploy(&self, operation: &str, body: &Value) -> (u16, Value) {
        opened(self.simulation.answer(self.now, &request_to("CodeDeploy_20141006", operation, body)))
    }

    pub fn deploy(&self, operation: &str, body: &Value) -> Value {
        let (status, answer) = self.try_deploy(operation, body);
        assert_eq!(status, 200, "{operation} {body}: {answer}");
        answer
    }

    fn deploy_refusal(&self, operation: &str, body: &Value) -> String {
        let (status, answer) = self.try_deploy(operation, body);
        assert_eq!(status, 400, "{operation} {body}: {answer}");
        text(&answer["__type"]).to_owned()
    }

    fn deployment(&self, id: &str) -> Value {
        self.deploy("GetDeployment", &json!({"deploymentId": id}))["deploymentInfo"].clone()
    }

    fn status(&self, id: &str) -> String {
        text(&self.deployment(id)["status"]).to_owned()
    }

    fn target(&self, id: &str) -> Value {
        let body = json!({"deploymentId": id, "targetIds": ["c:s"]});
        self.deploy("BatchGetDeploymentTargets", &body)["deploymentTargets"][0]["ecsTarget"].clone()
    }

    fn event(&self, id: &str, name: &str) -> String {
        let target = self.target(id);
        let event = list(&target["lifecycleEvents"]).iter().find(|it| it["lifecycleEventName"] == name);
        event.map(|event| text(&event["status"]).to_owned()).unwrap_or_default()
    }

    /// Label, status and weight of the task sets of a deployment.
    fn sides(&self, id: &str) -> Vec<(String, String, i64)> {
        let target = self.target(id);
        let side = |side: &Value| {
            let word = |key: &str| text(&side[key]).to_owned();
            #[expect(clippy::cast_possible_truncation, reason = "whole percents")]
            let weight = side["trafficWeight"].as_f64().unwrap() as i64;
            (word("taskSetLabel"), word("status"), weight)
        };
        list(&target["taskSetsInfo"]).iter().map(side).collect()
    }

    /// The weights of production and test traffic as the listeners of the service have them.
    fn live(&self) -> Vec<Vec<String>> {
        let balancers = self.elb("DescribeLoadBalancers", &[]);
        let arns = all(&balancers, "LoadBalancerArn");
        let listeners = self.elb("DescribeListeners", &[("LoadBalancerArn", &arns[0])]);
        all(&listeners, "ForwardConfig").iter().map(|forward| all(forward, "Weight")).collect()
    }

    fn create(&self, members: &Value) -> String {
        let mut body = of_group(members);
        if body.get("revision").is_none() {
            body["revision"] = revision("s:8");
        }
        text(&self.deploy("CreateDeployment", &body)["deploymentId"]).to_owned()
    }

    fn go_on(&self, id: &str, wait: &str) {
        self.deploy("ContinueDeployment", &json!({"deploymentId": id, "deploymentWaitType": wait}));
    }

    fn until_status(&mut self, id: &str, status: &str, seconds: i64) {
        self.until(status, seconds, |caller| caller.status(id) == status);
    }

    fn info(&self) -> Value {
        self.deploy("GetDeploymentGroup", &of_group(&json!({})))["deploymentGroupInfo"].clone()
    }

    /// Lets an alarm change its state.
    fn turn(&self, alarm: &str, state: &str) {
        self.disturb(Disturbance::TurnAlarm { alarm: alarm.into(), state: state.into() });
    }
}

#[test]
fn a_canary_lives_from_its_creation_to_the_end_of_blue() {
    let mut caller = service(CANARY);
    let blue = caller.service("c", "s")["taskSets"][0].clone();
    let id = caller.create(&json!({"description": "back to 8"}));
    assert_eq!(caller.status(&id), "Created");
    let body = json!({"deploymentId": id, "targetIds": ["c:s"]});
    assert_eq!(caller.deploy_refusal("BatchGetDeploymentTargets", &body), "DeploymentNotStartedException");
    caller.until_status(&id, "Queued", 10);
    caller.until_status(&id, "InProgress", 10);
    caller.until("green is made", 10, |caller| list(&caller.service("c", "s")["taskSets"]).len() == 2);
    let service = caller.service("c", "s");
    let green = &service["taskSets"][1];
    assert_eq!((&green["externalId"], &green["startedBy"]), (&json!(id), &json!("CODE_DEPLOY")));
    assert_eq!((&green["status"], &green["stabilityStatus"]), (&json!("ACTIVE"), &json!("STABILIZING")));
    assert_eq!(green["computedDesiredCount"], 2);
    assert_ne!(green["loadBalancers"], blue["loadBalancers"]);
    assert!(text(&green["taskDefinition"]).ends_with("task-definition/s:8"));
    assert_eq!((&service["deployments"], &service["taskDefinition"]), (&json!([]), &blue["taskDefinition"]));

    caller.until_status(&id, "Ready", 200);
    assert_eq!(
        (caller.event(&id, "AfterAllowTestTraffic"), caller.event(&id, "AllowTraffic")),
        ("Succeeded".into(), "Pending".into())
    );
    assert_eq!(caller.live(), [["100", "0"], ["0", "100"]]);
    let side = |label: &str, status: &str, weight| (label.to_owned(), status.to_owned(), weight);
    assert_eq!(caller.sides(&id), [side("Blue", "PRIMARY", 100), side("Green", "ACTIVE", 0)]);
    let target = caller.target(&id);
    assert!(target["taskSetsInfo"][1].get("identifer").is_some(), "the wire name is misspelt: {target}");
    assert_eq!(target["taskSetsInfo"][1]["targetGroup"]["name"], "tg-s-2");
    let body = json!({"deploymentId": id, "deploymentWaitType": "TERMINATION_WAIT"});
    assert_eq!(caller.deploy_refusal("ContinueDeployment", &body), "DeploymentIsNotInReadyStateException");

    caller.go_on(&id, "READY_WAIT");
    assert_eq!(caller.status(&id), "InProgress");
    let body = json!({"deploymentId": id, "deploymentWaitType": "READY_WAIT"});
    assert_eq!(caller.deploy_refusal("ContinueDeployment", &body), "DeploymentIsNotInReadyStateException");
    caller.until("a tenth is shifted", 20, |caller| caller.live()[0] == ["90", "10"]);
    let began = caller.now;
    caller.until("all is shifted", 400, |caller| caller.live()[0] == ["0", "100"]);
    assert_eq!((caller.now - began) / 1000, 300);
    caller.until("the target is done", 30, |caller| caller.target(&id)["status"] == "Succeeded");
    assert_eq!(caller.status(&id), "InProgress", "the old task set is still there");
    assert_eq!(caller.sides(&id), [side("Blue", "ACTIVE", 0), side("Green", "PRIMARY", 100)]);
    let body = json!({"deploymentId": id, "deploymentWaitType": "READY_WAIT"});
    assert_eq!(caller.deploy_refusal("ContinueDeployment", &body), "DeploymentIsNotInReadyStateException");

    let began = caller.now;
    caller.until_status(&id, "Succeeded", 700);
    assert!((595..=601).contains(&((caller.now - began) / 1000)));
    caller.until("blue drains", 10, |caller| {
        list(&caller.service("c", "s")["taskSets"]).iter().any(|set| set["status"] == "DRAINING")
    });
    caller.until("blue is gone", 60, |caller| list(&caller.service("c", "s")["taskSets"]).len() == 1);
    let service = caller.service("c", "s");
    assert_eq!((&service["taskSets"][0]["externalId"], &service["runningCount"]), (&json!(id), &json!(2)));
    assert_eq!(service["taskSets"][0]["stabilityStatus"], "STEADY_STATE");
    let info = caller.info();
    assert_eq!(
        (&info["lastAttemptedDeployment"]["deploymentId"], &info["lastSuccessfulDeployment"]["status"]),
        (&json!(id), &json!("Succeeded"))
    );
    let over = json!({"deploymentId": id});
    assert_eq!(caller.deploy_refusal("ContinueDeployment", &over), "DeploymentAlreadyCompletedException");
    assert_eq!(caller.deploy_refusal("StopDeployment", &over), "DeploymentAlreadyCompletedException");
}

#[test]
fn the_old_task_set_goes_at_once_when_it_is_asked_for() {
    let mut caller = service("termination = \"60m\"");
    let id = caller.create(&json!({}));
    caller.until("the target is done", 200, |caller| {
        caller.deployment(&id)["startTime"].is_f64() && caller.target(&id)["status"] == "Succeeded"
    });
    caller.go_on(&id, "TERMINATION_WAIT");
    caller.until_status(&id, "Succeeded", 3);
    caller.until("blue is gone", 60, |caller| list(&caller.service("c", "s")["taskSets"]).len() == 1);
}

#[test]
fn silence_stops_a_deployment_that_waits() {
    let mut caller = service(CANARY);
    let id = caller.create(&json!({}));
    caller.until_status(&id, "Ready", 200);
    let began = caller.now;
    caller.until_status(&id, "Stopped", 1300);
    assert!((1198..=1201).contains(&((caller.now - began) / 1000)));
    let stopped = caller.deployment(&id);
    assert_eq!(stopped["errorInformation"]["code"], "TIMEOUT");
    assert!(stopped.get("rollbackInfo").is_none());
    assert_eq!(caller.live()[0], ["100", "0"]);
}

#[test]
fn a_linear_shift_grows_step_by_step() {
    let mut caller = service("config = \"Team.ECSLinear40PercentEvery2Minutes\", test-listener = false");
    let id = caller.create(&json!({}));
    for share in [["60", "40"], ["20", "80"], ["0", "100"]] {
        caller.until("a step", 200, |caller| caller.live() == [share]);
    }
    assert_eq!(caller.event(&id, "AllowTestTraffic"), "", "without a test listener there is no test traffic");
    let config = json!({"deploymentConfigName": "Team.ECSLinear40PercentEvery2Minutes"});
    let config = caller.deploy("GetDeploymentConfig", &config)["deploymentConfigInfo"].clone();
    assert_eq!(
        config["trafficRoutingConfig"]["timeBasedLinear"],
        json!({"linearPercentage": 40, "linearInterval": 2})
    );
}

#[test]
fn a_hook_that_fails_brings_the_traffic_back() {
    let hook = |outcome: &str| {
        format!(
            "hooks = [{{ event = \"after-allow-traffic\", function = \"checks\", outcome = \"{outcome}\" }}]"
        )
    };
    let mut caller = service(&hook("fails"));
    let spec = json!({"Resources": [{"TargetService": {"Properties": {"TaskDefinition": "s:8"}}}], "Hooks": [{"AfterAllowTraffic": "checks"}]});
    let given = json!({"revision": {"revisionType": "AppSpecContent", "appSpecContent": {"content": spec.to_string()}}});
    let id = caller.create(&given);
    caller.until_status(&id, "Failed", 300);
    let failed = caller.deployment(&id);
    assert_eq!(failed["errorInformation"]["code"], "HOOK_EXECUTION_FAILURE");
    assert_eq!(caller.event(&id, "AfterAllowTraffic"), "Failed");
    let back = text(&failed["rollbackInfo"]["rollbackDeploymentId"]).to_owned();
    caller.until_status(&back, "Succeeded", 20);
    let rollback = caller.deployment(&back);
    assert_eq!(
        (&rollback["creator"], &rollback["rollbackInfo"]["rollbackTriggeringDeploymentId"]),
        (&json!("codeDeployRollback"), &json!(id))
    );
    assert_eq!(rollback["revision"], failed["previousRevision"]);
    assert_eq!(caller.live(), [["100", "0"], ["100", "0"]]);
    caller.until("green is gone", 60, |caller| list(&caller.service("c", "s")["taskSets"]).len() == 1);
    assert!(text(&caller.service("c", "s")["taskDefinition"]).ends_with("s:9"));
    let info = caller.info();
    assert_eq!(info["lastAttemptedDeployment"]["deploymentId"], json!(back));

    let mut caller = service(&format!("{}, rollback = []", hook("hangs")));
    let id = caller.create(&given);
    caller.until("the hook runs", 300, |caller| {
        caller.deployment(&id)["startTime"].is_f64() && caller.event(&id, "AfterAllowTraffic") == "InProgress"
    });
    caller.pass(3500);
    assert_eq!(caller.status(&id), "InProgress");
    caller.until_status(&id, "Failed", 101);
    assert!(caller.deployment(&id).get("rollbackInfo").is_none());
    assert_eq!(caller.live()[0], ["0", "100"], "without a rollback everything stays");
}

#[test]
fn an_alarm_stops_a_deployment_and_brings_the_traffic_back() {
    let mut caller = service(CANARY);
    let id = caller.create(&json!({}));
    caller.until_status(&id, "Ready", 200);
    caller.go_on(&id, "READY_WAIT");
    caller.until("a tenth is shifted", 20, |caller| caller.live()[0] == ["90", "10"]);
    caller.turn("errors", "ALARM");
    let stopped = caller.deployment(&id);
    assert_eq!(
        (&stopped["status"], &stopped["errorInformation"]["code"]),
        (&json!("Stopped"), &json!("ALARM_ACTIVE"))
    );
    let back = text(&stopped["rollbackInfo"]["rollbackDeploymentId"]).to_owned();
    caller.until_status(&back, "Succeeded", 20);
    assert_eq!(caller.live()[0], ["100", "0"]);

    let late = caller.create(&json!({}));
    caller.until_status(&late, "Stopped", 20);
    assert_eq!(
        caller.deployment(&late)["errorInformation"]["code"],
        "ALARM_ACTIVE",
        "the alarm still stands"
    );
    let over = json!({"overrideAlarmConfiguration": {"enabled": false, "alarms": []}});
    let forced = caller.create(&over);
    caller.until_status(&forced, "Ready", 200);
    assert_eq!(caller.deployment(&forced)["overrideAlarmConfiguration"]["enabled"], false);
}

#[test]
fn a_stop_goes_back_or_leaves_the_traffic_split() {
    let mut caller = service(CANARY);
    let split = |caller: &mut Caller| {
        let id = caller.create(&json!({}));
        caller.until_status(&id, "Ready", 200);
        caller.go_on(&id, "READY_WAIT");
        caller.until("a tenth is shifted", 20, |caller| caller.live()[0] == ["90", "10"]);
        id
    };
    let id = split(&mut caller);
    let answer = caller.deploy("StopDeployment", &json!({"deploymentId": id, "autoRollbackEnabled": true}));
    assert_eq!(answer["status"], "Pending");
    caller.until_status(&id, "Stopped", 5);
    let back = text(&caller.deployment(&id)["rollbackInfo"]["rollbackDeploymentId"]).to_owned();
    assert_eq!(
        caller.deploy_refusal("CreateDeployment", &of_group(&json!({"revision": revision("s:8")}))),
        "DeploymentLimitExceededException"
    );
    caller.until_status(&back, "Succeeded", 20);
    assert_eq!(caller.live(), [["100", "0"], ["100", "0"]]);
    caller.until("green is gone", 60, |caller| list(&caller.service("c", "s")["taskSets"]).len() == 1);

    let id = split(&mut caller);
    caller.deploy("StopDeployment", &json!({"deploymentId": id, "autoRollbackEnabled": false}));
    caller.until_status(&id, "Stopped", 5);
    caller.pass(900);
    assert_eq!(caller.live(), [["90", "10"], ["0", "100"]]);
    assert!(caller.deployment(&id).get("rollbackInfo").is_none());
    let info = caller.info();
    assert_eq!(
        (&info["lastAttemptedDeployment"]["deploymentId"], &info["lastAttemptedDeployment"]["status"]),
        (&json!(id), &json!("Stopped"))
    );
    assert_eq!(list(&caller.service("c", "s")["taskSets"]).len(), 2);
}

#[test]
fn a_rollback_during_the_termination_wait_needs_no_new_tasks() {
    let mut caller = service("termination = \"60m\"");
    let id = caller.create(&json!({}));
    caller.until("the target is done", 200, |caller| {
        caller.deployment(&id)["startTime"].is_f64() && caller.target(&id)["status"] == "Succeeded"
    });
    let old = caller.service("c", "s")["taskSets"][1]["id"].clone();
    caller.deploy("StopDeployment", &json!({"deploymentId": id, "autoRollbackEnabled": true}));
    caller.until("traffic is back", 10, |caller| caller.live()[0] == ["100", "0"]);
    let service = caller.service("c", "s");
    assert_eq!((&service["taskSets"][0]["id"], &service["taskSets"][0]["status"]), (&old, &json!("PRIMARY")));
}

#[test]
fn scaling_changes_both_task_sets() {
    let mut caller = service(CANARY);
    let id = caller.create(&json!({}));
    caller.until_status(&id, "Ready", 200);
    caller.update(&json!({"desiredCount": 3}));
    caller.until("both have three", 120, |caller| {
        list(&caller.service("c", "s")["taskSets"]).iter().all(|set| set["runningCount"] == 3)
    });
    assert_eq!(caller.target(&id)["taskSetsInfo"][0]["desiredCount"], 3);
}

#[test]
fn scaling_that_finds_no_room_fails_the_shift() {
    let mut caller = told(
        "title = \"t\"\n[[cluster]]\nname = \"c\"\nservices = [{ name = \"s\", tasks = 2, revision = 9, room = 4, \
         health-check = false, code-deploy = { config = \"CodeDeployDefault.ECSCanary10Percent15Minutes\" } }]\n",
    );
    let id = caller.create(&json!({}));
    caller.until("a tenth is shifted", 200, |caller| caller.live()[0] == ["90", "10"]);
    caller.update(&json!({"desiredCount": 4}));
    caller.pass(240);
    assert_eq!(caller.status(&id), "InProgress");
    caller.until_status(&id, "Failed", 120);
    assert_eq!(caller.deployment(&id)["errorInformation"]["code"], "ECS_UPDATE_ERROR");
    caller.until("traffic is back", 10, |caller| caller.live()[0] == ["100", "0"]);
}

#[test]
fn somebody_else_answers_and_stops() {
    let text = |acts: &str| {
        format!(
            "title = \"t\"\n[[cluster]]\nname = \"c\"\nservices = [{{ name = \"s\", tasks = 2, revision = 9, \
             health-check = false, code-deploy = {{ {CANARY}, deployments = [{{ since = \"5m\", registered-by = \
             \"assumed-role/dev/jana\" }}] }} }}]\n[[actor]]\nservice = \"c/s\"\nafter = \"10s\"\n{acts}\n"
        )
    };
    let active = |caller: &Caller| {
        let found =
            caller.deploy("ListDeployments", &json!({"includeOnlyStatuses": ["Ready", "InProgress"]}));
        found["deployments"][0].as_str().unwrap().to_owned()
    };
    let mut caller = told(&text("continue = \"ready\""));
    let id = active(&caller);
    assert_eq!(caller.status(&id), "Ready");
    let definition = caller.ask("DescribeTaskDefinition", &json!({"taskDefinition": "s"}));
    let by = &definition["taskDefinition"]["registeredBy"];
    assert_eq!(by, "arn:aws:sts::123456789012:assumed-role/dev/jana");
    caller.pass(12);
    assert_eq!(
        (caller.status(&id), caller.event(&id, "AllowTraffic")),
        ("InProgress".into(), "InProgress".into())
    );

    let mut caller = told(&text("stop = \"only\""));
    let id = active(&caller);
    caller.pass(15);
    assert_eq!(caller.status(&id), "Stopped");
    assert!(caller.deployment(&id).get("rollbackInfo").is_none());
}

#[test]
fn green_that_never_settles_fails_after_an_hour() {
    let mut caller = service("deployments = [{ after = \"10s\", behaviour = \"crash-loop\" }]");
    caller.pass(20);
    let all = caller.deploy("ListDeployments", &of_group(&json!({"includeOnlyStatuses": ["InProgress"]})));
    let id = text(&all["deployments"][0]).to_owned();
    caller.pass(1800);
    assert_eq!(caller.event(&id, "Install"), "InProgress");
    assert_eq!(caller.live(), [["100", "0"], ["100", "0"]]);
    caller.until_status(&id, "Failed", 2000);
    assert_eq!(caller.deployment(&id)["errorInformation"]["code"], "ECS_UPDATE_ERROR");
}

#[test]
fn the_first_task_set_of_a_service_has_no_deployment() {
    let mut caller = service("fresh = true");
    let set = caller.service("c", "s")["taskSets"][0].clone();
    assert!(set.get("externalId").is_none() && set["status"] == "PRIMARY", "{set}");
    assert!(caller.info().get("lastAttemptedDeployment").is_none());
    assert_eq!(caller.deploy("ListDeployments", &of_group(&json!({})))["deployments"], json!([]));
    let id = caller.create(&json!({}));
    caller.until_status(&id, "InProgress", 10);
    assert!(caller.deployment(&id).get("previousRevision").is_none());
}

#[test]
fn applications_and_groups_are_found_from_above() {
    let caller = service("ready = \"20m\", rollback = [\"failure\", \"alarm\"]");
    assert_eq!(caller.deploy("ListApplications", &json!({}))["applications"], json!([GROUP.0]));
    let applications = caller.deploy("BatchGetApplications", &json!({"applicationNames": [GROUP.0]}));
    assert_eq!(applications["applicationsInfo"][0]["computePlatform"], "ECS");
    let groups = caller.deploy("ListDeploymentGroups", &json!({"applicationName": GROUP.0}));
    assert_eq!(groups["deploymentGroups"], json!([GROUP.1]));
    let body = json!({"applicationName": GROUP.0, "deploymentGroupNames": [GROUP.1, "gone"]});
    let batch = caller.deploy("BatchGetDeploymentGroups", &body);
    assert!(text(&batch["errorMessage"]).contains("gone"));
    let info = &batch["deploymentGroupsInfo"][0];
    assert_eq!(info["ecsServices"], json!([{"serviceName": "s", "clusterName": "c"}]));
    let ready = &info["blueGreenDeploymentConfiguration"]["deploymentReadyOption"];
    assert_eq!(ready, &json!({"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": 20}));
    assert_eq!(
        info["autoRollbackConfiguration"]["events"],
        json!(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"])
    );
    assert_eq!(info["alarmConfiguration"]["alarms"], json!([{"name": "errors"}]));
    let pair = &info["loadBalancerInfo"]["targetGroupPairInfoList"][0];
    assert_eq!(pair["targetGroups"], json!([{"name": "tg-s"}, {"name": "tg-s-2"}]));
    for (route, port) in [("prodTrafficRoute", "443"), ("testTrafficRoute", "8443")] {
        let arn = text(&pair[route]["listenerArns"][0]);
        assert_eq!(all(&caller.elb("DescribeListeners", &[("ListenerArns.member.1", arn)]), "Port"), [port]);
    }
    let last = text(&info["lastSuccessfulDeployment"]["deploymentId"]).to_owned();
    assert_eq!(caller.service("c", "s")["taskSets"][0]["externalId"], json!(last));
    let many = caller.deploy("BatchGetDeployments", &json!({"deploymentIds": [last, "d-AAAAAAAAA"]}));
    assert_eq!(list(&many["deploymentsInfo"]).len(), 1);
}

#[test]
fn every_refusal_has_its_code() {
    let caller = service("");
    let gone = "d-AAAAAAAAA";
    let cases = [
        ("GetDeployment", json!({}), "DeploymentIdRequiredException"),
        ("GetDeployment", json!({"deploymentId": "nonsense"}), "InvalidDeploymentIdException"),
        ("GetDeployment", json!({"deploymentId": gone}), "DeploymentDoesNotExistException"),
        ("ContinueDeployment", json!({"deploymentId": gone}), "DeploymentDoesNotExistException"),
        ("StopDeployment", json!({"deploymentId": gone}), "DeploymentDoesNotExistException"),
        ("BatchGetDeployments", json!({"deploymentIds": vec![gone; 26]}), "BatchLimitExceededException"),
        ("GetDeploymentGroup", json!({}), "ApplicationNameRequiredException"),
        ("GetDeploymentGroup", json!({"applicationName": "x"}), "ApplicationDoesNotExistException"),
        ("GetDeploymentGroup", json!({"applicationName": GROUP.0}), "DeploymentGroupNameRequiredException"),
        (
            "GetDeploymentGroup",
            json!({"applicationName": GROUP.0, "deploymentGroupName": "x"}),
            "DeploymentGroupDoesNotExistException",
        ),
        (
            "GetDeploymentConfig",
            json!({"deploymentConfigName": "x"}),
            "DeploymentConfigDoesNotExistException",
        ),
        ("ListDeployments", json!({"deploymentGroupName": "x"}), "ApplicationNameRequiredException"),
        ("ListDeployments", json!({"includeOnlyStatuses": ["Sad"]}), "InvalidDeploymentStatusException"),
        ("CreateDeployment", of_group(&json!({})), "RevisionRequiredException"),
        ("CreateDeployment", of_group(&json!({"revision": revision("gone:1")})), "InvalidRevisionException"),
        (
            "CreateDeployment",
            of_group(&json!({"revision": {"revisionType": "S3", "s3Location": {}}})),
            "RevisionDoesNotExistException",
        ),
        ("DeleteApplication", json!({}), "UnknownOperationException"),
    ];
    for (operation, body, code) in cases {
        assert_eq!(caller.deploy_refusal(operation, &body), code, "{operation} {body}");
    }
    let id = caller.create(&json!({}));
    let body = json!({"deploymentId": id, "deploymentWaitType": "TEA_BREAK"});
    assert_eq!(caller.deploy_refusal("ContinueDeployment", &body), "InvalidDeploymentWaitTypeException");
    let second = of_group(&json!({"revision": revision("s:8")}));
    assert_eq!(caller.deploy_refusal("CreateDeployment", &second), "DeploymentLimitExceededException");
}

#[test]
fn denial_names_the_deployment_group() {
    let caller = service("");
    let mut fault = Fault::new(FaultEffect::Deny).of("ContinueDeployment");
    fault.matches.service = Some("codedeploy".to_owned());
    caller.simulation.inject(fault);
    let id = caller.create(&json!({}));
    let (status, answer) = caller.try_deploy("ContinueDeployment", &json!({"deploymentId": id}));
    assert_eq!((status, &answer["__type"]), (400, &json!("AccessDeniedException")));
    let words = text(&answer["message"]);
    assert!(words.contains("deploymentgroup:AppECS-c-s/DgpECS-c-s"), "{words}");
}
