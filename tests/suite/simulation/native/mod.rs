//! ECS's own blue/green, canary and linear deployments, over the wire.

mod alarms;
mod hooks;
mod retreat;
mod stages;
mod stories;

use serde_json::{Value, json};

use super::balancer::all;
use super::support::{Caller, list, one_service, text};

/// Two tasks behind a load balancer, with a strategy and hooks.
fn shifting(members: &str) -> Caller {
    one_service(&format!("tasks = 2, revision = 9, load-balancer = true, pull = \"4s\", {members}"))
}

/// Begins a deployment; a moment later it is IN_PROGRESS.
fn deploy(caller: &mut Caller) {
    caller.update(&json!({"forceNewDeployment": true}));
    caller.pass(4);
}

fn newest(caller: &Caller) -> Value {
    caller.deployments("c", "s")[0].clone()
}

fn stage(caller: &Caller) -> String {
    text(&newest(caller)["lifecycleStage"]).to_owned()
}

fn reach(caller: &mut Caller, wanted: &str) {
    caller.until(wanted, 900, |caller| stage(caller) == wanted);
}

fn reach_status(caller: &mut Caller, wanted: &str) {
    caller.until(wanted, 900, |caller| newest(caller)["status"] == wanted);
}

/// The hooks of the stage: id and status.
fn hooks(caller: &Caller) -> Vec<(String, String)> {
    let of = |hook: &Value| (text(&hook["hookId"]).to_owned(), text(&hook["status"]).to_owned());
    list(&newest(caller)["lifecycleHookDetails"]).iter().map(of).collect()
}

fn statuses(caller: &Caller) -> Vec<String> {
    hooks(caller).into_iter().map(|(_, status)| status).collect()
}

/// Waits for a hook that awaits an answer, and returns its id.
fn waiting(caller: &mut Caller) -> String {
    let waits = |caller: &Caller| hooks(caller).into_iter().find(|(_, status)| status == "AWAITING_ACTION");
    caller.until("a hook waits", 1200, |caller| waits(caller).is_some());
    waits(caller).unwrap().0
}

fn answering(caller: &Caller, hook: &str, action: Option<&str>) -> Value {
    let mut body = json!({"serviceDeploymentArn": newest(caller)["serviceDeploymentArn"], "hookId": hook});
    if let Some(action) = action {
        body["action"] = json!(action);
    }
    body
}

fn answer(caller: &Caller, hook: &str, action: Option<&str>) {
    let body = answering(caller, hook, action);
    let answered = caller.ask("ContinueServiceDeployment", &body);
    assert_eq!(answered["serviceDeploymentArn"], body["serviceDeploymentArn"]);
}

fn stop(caller: &Caller) {
    let arn = newest(caller)["serviceDeploymentArn"].clone();
    caller.ask("StopServiceDeployment", &json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"}));
}

/// Green's share of production and of test traffic as it is asked for.
fn asked(caller: &Caller) -> [Value; 2] {
    let green = newest(caller)["targetServiceRevision"].clone();
    ["requestedProductionTrafficWeight", "requestedTestTrafficWeight"].map(|member| green[member].clone())
}

/// The target group of a revision.
fn group_of(caller: &Caller, revision: &Value) -> String {
    let revisions = caller.ask("DescribeServiceRevisions", &json!({"serviceRevisionArns": [revision]}));
    let resolved = &revisions["serviceRevisions"][0]["resolvedConfiguration"]["loadBalancers"][0];
    assert!(resolved.get("productionListenerRule").is_some(), "{resolved}");
    text(&resolved["targetGroupArn"]).to_owned()
}

/// The live weight of a target group in the production or test rule of the service.
fn weight(caller: &Caller, rule: &str, group: &str) -> String {
    let service = caller.service("c", "s");
    let rule = &service["loadBalancers"][0]["advancedConfiguration"][rule];
    let xml = caller.elb("DescribeRules", &[("RuleArns.member.1", text(rule))]);
    let forward = &all(&xml, "ForwardConfig")[0];
    let place = all(forward, "TargetGroupArn").iter().position(|arn| arn == group).unwrap();
    all(forward, "Weight")[place].clone()
}

/// Green's live share of production and of test traffic.
fn live(caller: &Caller) -> [String; 2] {
    let green = group_of(caller, &newest(caller)["targetServiceRevision"]["arn"]);
    ["productionListenerRule", "testListenerRule"].map(|rule| weight(caller, rule, &green))
}

/// Tasks that should run, of the first and of the second entry of `deployments[]`.
fn sides(caller: &Caller) -> (usize, usize) {
    let deployments = list(&caller.service("c", "s")["deployments"]).to_vec();
    let tasks = caller.tasks("c", "s", "RUNNING");
    let of = |place: usize| {
        let id = deployments.get(place).map(|deployment| &deployment["id"]);
        tasks.iter().filter(|task| Some(&task["startedBy"]) == id).count()
    };
    (of(0), of(1))
}
