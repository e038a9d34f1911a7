//! Hooks: who answers them, what happens if nobody does, and what is said about answers that come wrong.

use fargate_top::simulation::{Fault, FaultEffect};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::support::{Caller, list, one_service, text};
use super::*;

const EACH_STEP: &str = "strategy = \"canary\", step = 10, step-bake = \"1m\", hooks = [{ stages = [\"PRE_PRODUCTION_TRAFFIC_SHIFT\"] }]";

#[test]
fn each_traffic_step_has_a_hook_of_its_own() {
    let mut caller = shifting(EACH_STEP);
    deploy(&mut caller);
    let first = waiting(&mut caller);
    assert!(first.starts_with("ecs-pause-") && first.len() == "ecs-pause-".len() + 43, "{first}");
    let detail = newest(&caller)["lifecycleHookDetails"][0].clone();
    assert_eq!((&detail["targetType"], &detail["timeoutAction"]), (&json!("PAUSE"), &json!("ROLLBACK")));
    assert!(detail.get("targetArn").is_none());
    caller.pass(3600);
    assert_eq!(
        (stage(&caller).as_str(), asked(&caller)[0].clone()),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", json!(0.0))
    );
    answer(&caller, &first, None);
    reach(&mut caller, "PRODUCTION_TRAFFIC_SHIFT");
    assert_eq!(asked(&caller)[0], json!(10.0));
    let second = waiting(&mut caller);
    assert_ne!(first, second);
    assert_eq!(stage(&caller), "PRE_PRODUCTION_TRAFFIC_SHIFT");
    // The first id is worth nothing any more.
    let old = answering(&caller, &first, Some("CONTINUE"));
    assert_eq!(caller.refused("ContinueServiceDeployment", &old), "ClientException");
    answer(&caller, &second, Some("CONTINUE"));
    reach(&mut caller, "PRODUCTION_TRAFFIC_SHIFT");
    assert_eq!(asked(&caller)[0], json!(100.0));
    reach_status(&mut caller, "SUCCESSFUL");
}

#[test]
fn all_hooks_of_a_stage_have_to_be_answered() {
    let pause = "{ stages = [\"POST_SCALE_UP\"] }";
    let mut caller = shifting(&format!("strategy = \"blue-green\", hooks = [{pause}, {pause}]"));
    deploy(&mut caller);
    waiting(&mut caller);
    let both = hooks(&caller);
    assert_eq!(statuses(&caller), ["AWAITING_ACTION"; 2]);
    answer(&caller, &both[1].0, None);
    caller.pass(120);
    assert_eq!(statuses(&caller), ["AWAITING_ACTION", "SUCCEEDED"]);
    let again = answering(&caller, &both[1].0, None);
    assert_eq!(caller.refused("ContinueServiceDeployment", &again), "ClientException");
    answer(&caller, &both[0].0, None);
    reach(&mut caller, "TEST_TRAFFIC_SHIFT");
    assert!(hooks(&caller).is_empty());
}

#[test]
fn one_rollback_takes_everything_back() {
    let pause = "{ stages = [\"POST_TEST_TRAFFIC_SHIFT\"] }";
    let mut caller = shifting(&format!("strategy = \"blue-green\", hooks = [{pause}, {pause}]"));
    let blue = caller.service("c", "s")["deployments"][0]["id"].clone();
    deploy(&mut caller);
    waiting(&mut caller);
    let both = hooks(&caller);
    answer(&caller, &both[0].0, Some("CONTINUE"));
    answer(&caller, &both[1].0, Some("ROLLBACK"));
    assert_eq!(newest(&caller)["status"], "ROLLBACK_REQUESTED");
    reach_status(&mut caller, "ROLLBACK_IN_PROGRESS");
    assert_eq!((asked(&caller), live(&caller)), ([json!(0.0), json!(0.0)], ["0".into(), "0".into()]));
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
    let service = caller.service("c", "s");
    assert_eq!((list(&service["deployments"]).len(), &service["deployments"][0]["id"]), (1, &blue));
    assert!(text(&newest(&caller)["rollback"]["reason"]).contains("answered with ROLLBACK"));
}

#[test]
fn time_runs_out_in_both_ways() {
    let hook = |action: &str| {
        format!(
            "strategy = \"blue-green\", \
             hooks = [{{ stages = [\"POST_SCALE_UP\"], timeout = \"10m\", on-timeout = \"{action}\" }}]"
        )
    };
    let expires = |caller: &Caller| newest(caller)["lifecycleHookDetails"][0]["expiresAt"].as_f64().unwrap();
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our century")]
    let now = |caller: &Caller| caller.now as f64 / 1000.0;

    let mut caller = shifting(&hook("rollback"));
    deploy(&mut caller);
    waiting(&mut caller);
    let end = expires(&caller);
    assert!((end - now(&caller) - 600.0).abs() < 2.0);
    caller.until("rollback", 602, |caller| newest(caller)["status"] == "ROLLBACK_IN_PROGRESS");
    assert!((now(&caller) - end).abs() < 2.0);
    assert_eq!(statuses(&caller), ["TIMED_OUT"]);
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
    assert!(text(&newest(&caller)["statusReason"]).contains("timed out"));

    let mut caller = shifting(&hook("continue"));
    deploy(&mut caller);
    let late = waiting(&mut caller);
    assert_eq!(newest(&caller)["lifecycleHookDetails"][0]["timeoutAction"], "CONTINUE");
    caller.pass(602);
    let body = answering(&caller, &late, Some("ROLLBACK"));
    assert_eq!(caller.refused("ContinueServiceDeployment", &body), "ClientException");
    reach_status(&mut caller, "SUCCESSFUL");
}

#[test]
fn functions_succeed_fail_and_hang() {
    let with = |ends: &str| {
        shifting(&format!(
            "strategy = \"blue-green\", hooks = [{{ stages = [\"PRE_SCALE_UP\", \"PRODUCTION_TRAFFIC_SHIFT\"], \
             lambda = \"smoke-test\", ends = \"{ends}\", timeout = \"30m\" }}]"
        ))
    };
    let mut caller = with("succeeds");
    deploy(&mut caller);
    let detail = newest(&caller)["lifecycleHookDetails"][0].clone();
    assert_eq!((&detail["targetType"], &detail["status"]), (&json!("AWS_LAMBDA"), &json!("IN_PROGRESS")));
    assert!(text(&detail["targetArn"]).ends_with(":function:smoke-test"));
    let body = answering(&caller, text(&detail["hookId"]), None);
    assert_eq!(caller.refused("ContinueServiceDeployment", &body), "InvalidParameterException");
    reach(&mut caller, "PRODUCTION_TRAFFIC_SHIFT");
    assert_eq!(statuses(&caller), ["IN_PROGRESS"]);
    reach_status(&mut caller, "SUCCESSFUL");

    let mut caller = with("fails");
    deploy(&mut caller);
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
    assert_eq!(statuses(&caller), ["FAILED"]);
    assert!(text(&newest(&caller)["statusReason"]).contains("hook failed"));

    let mut caller = with("hangs");
    deploy(&mut caller);
    caller.pass(1700);
    assert_eq!(
        (stage(&caller).as_str(), statuses(&caller)),
        ("PRE_SCALE_UP", vec!["IN_PROGRESS".to_owned()])
    );
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
    assert_eq!(statuses(&caller), ["TIMED_OUT"]);
}

#[test]
fn answers_that_come_wrong_are_refused_with_typed_errors() {
    let mut caller = shifting(EACH_STEP);
    let before = caller.deployments("c", "s")[0]["serviceDeploymentArn"].clone();
    deploy(&mut caller);
    let hook = waiting(&mut caller);
    let code = |caller: &Caller, body: &Value| caller.refused("ContinueServiceDeployment", body);
    let mut wrong = answering(&caller, &hook, Some("WAIT"));
    assert_eq!(code(&caller, &wrong), "InvalidParameterException");
    wrong = answering(&caller, "ecs-pause-made-up", None);
    assert_eq!(code(&caller, &wrong), "InvalidParameterException");
    wrong = answering(&caller, &hook, None);
    wrong["serviceDeploymentArn"] = json!(text(&wrong["serviceDeploymentArn"]).to_owned() + "x");
    assert_eq!(code(&caller, &wrong), "ServiceDeploymentNotFoundException");
    wrong["serviceDeploymentArn"] = before;
    assert_eq!(code(&caller, &wrong), "ClientException");
    let denied = caller.simulation.inject(Fault::new(FaultEffect::Deny).of("ContinueServiceDeployment"));
    let (code, message) = caller.refusal("ContinueServiceDeployment", &answering(&caller, &hook, None));
    assert_eq!(code, "AccessDeniedException");
    assert!(message.contains("not authorized to perform: ecs:ContinueServiceDeployment"), "{message}");
    caller.simulation.clear(denied);
    stop(&caller);
    let late = answering(&caller, &hook, None);
    assert_eq!(caller.refused("ContinueServiceDeployment", &late), "ClientException");

    let mut rolling = one_service("tasks = 2");
    deploy(&mut rolling);
    let body = answering(&rolling, &hook, None);
    assert_eq!(rolling.refused("ContinueServiceDeployment", &body), "UnsupportedFeatureException");
}

#[test]
fn others_answer_as_well() {
    let mut caller = super::super::support::told(
        "title = \"t\"\n[[cluster]]\nname = \"c\"\nservices = [{ name = \"s\", tasks = 1, strategy = \"blue-green\", \
         behaviour = \"rolling\", since = \"20m\", hooks = [{ stages = [\"POST_SCALE_UP\"] }, \
         { stages = [\"PRE_PRODUCTION_TRAFFIC_SHIFT\"] }] }]\n\
         [[actor]]\nbefore = \"10m\"\nservice = \"c/s\"\ncontinue-hook = 1\n\
         [[actor]]\nafter = \"2m\"\nservice = \"c/s\"\nrollback-hook = 1\n",
    );
    assert_eq!(stage(&caller), "PRE_PRODUCTION_TRAFFIC_SHIFT");
    let hook = waiting(&mut caller);
    caller.pass(121);
    let body = answering(&caller, &hook, None);
    assert_eq!(caller.refused("ContinueServiceDeployment", &body), "ClientException");
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
}
