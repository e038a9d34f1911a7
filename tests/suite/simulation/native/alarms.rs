//! Alarms that watch over a deployment: they take it back, unless they were firing before it began.

use fargate_top::simulation::Disturbance;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::support::{Caller, text};
use super::*;

fn turn(caller: &Caller, alarm: &str, state: &str) {
    caller.disturb(Disturbance::TurnAlarm { alarm: alarm.into(), state: state.into() });
}

fn guarded() -> Caller {
    shifting("strategy = \"blue-green\", bake = \"10m\", alarms = [\"errors\", \"latency\"]")
}

#[test]
fn an_alarm_takes_the_deployment_back_while_it_shifts_and_bakes() {
    for at in ["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME"] {
        let mut caller = guarded();
        deploy(&mut caller);
        assert_eq!(newest(&caller)["alarms"]["status"], "MONITORING");
        reach(&mut caller, at);
        turn(&caller, "latency", "ALARM");
        caller.pass(1);
        let deployment = newest(&caller);
        assert_eq!(deployment["status"], "ROLLBACK_IN_PROGRESS", "{at}");
        let alarms = json!({"status": "TRIGGERED", "alarmNames": ["errors", "latency"],
                            "triggeredAlarmNames": ["latency"]});
        assert_eq!(deployment["alarms"], alarms);
        assert_eq!((asked(&caller)[0].clone(), live(&caller)[0].as_str()), (json!(0.0), "0"));
        reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
        assert!(text(&newest(&caller)["statusReason"]).contains("active alarms"));
    }
}

#[test]
fn an_alarm_before_any_traffic_acts_when_traffic_comes() {
    let mut caller = guarded();
    deploy(&mut caller);
    turn(&caller, "errors", "ALARM");
    reach(&mut caller, "POST_SCALE_UP");
    assert_eq!(newest(&caller)["status"], "IN_PROGRESS");
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
}

#[test]
fn an_alarm_that_was_firing_at_the_start_is_ignored_throughout() {
    let mut caller = guarded();
    turn(&caller, "errors", "ALARM");
    deploy(&mut caller);
    reach(&mut caller, "PRODUCTION_TRAFFIC_SHIFT");
    turn(&caller, "errors", "OK");
    caller.pass(2);
    turn(&caller, "errors", "ALARM");
    reach(&mut caller, "BAKE_TIME");
    assert_eq!(newest(&caller)["status"], "IN_PROGRESS");
    // The other one still guards.
    turn(&caller, "latency", "ALARM");
    reach_status(&mut caller, "ROLLBACK_SUCCESSFUL");
    assert_eq!(newest(&caller)["alarms"]["triggeredAlarmNames"], json!(["latency"]));
}
