//! Faults: each effect, when it strikes, and the record of calls.

use std::time::Duration;

use fargate_top::simulation::{Fault, FaultEffect, Outcome};
use serde_json::{Value, json};

use super::support::{START, list, story, told};

#[test]
fn refusals_have_the_true_code_and_words() {
    let caller = story("calm");
    for (effect, status, code, part) in [
        (FaultEffect::Throttle, 400, "ThrottlingException", "Rate exceeded"),
        (
            FaultEffect::Expired,
            400,
            "ExpiredTokenException",
            "security token included in the request is expired",
        ),
        (
            FaultEffect::Deny,
            400,
            "AccessDeniedException",
            "is not authorized to perform: ecs:ListClusters on resource: *",
        ),
        (FaultEffect::ServerError, 500, "ServerException", ""),
    ] {
        let id = caller.simulation.inject(Fault::new(effect).of("ListClusters"));
        let (got, answer) = caller.try_ask("ListClusters", &json!({}));
        assert_eq!((got, answer["__type"].as_str()), (status, Some(code)));
        assert!(answer["message"].as_str().unwrap().contains(part), "{answer}");
        caller.ask("ListServices", &json!({"cluster": "shop"}));
        caller.simulation.clear(id);
        caller.ask("ListClusters", &json!({}));
    }
}

#[test]
fn connections_are_slow_dropped_or_stalled() {
    let caller = story("calm");
    caller.simulation.inject(Fault::new(FaultEffect::Latency(250)));
    let answer = caller.answer("ListClusters", &json!({}));
    assert!(answer.delay == Duration::from_millis(250) && matches!(answer.outcome, Outcome::Respond(_)));
    caller.simulation.inject(Fault::new(FaultEffect::Stall(5_000)));
    let answer = caller.answer("ListClusters", &json!({}));
    assert!(answer.delay == Duration::from_millis(5_250) && matches!(answer.outcome, Outcome::Drop));
    caller.simulation.clear_all();
    caller.simulation.inject(Fault::new(FaultEffect::Drop));
    assert_eq!(caller.try_ask("ListClusters", &json!({})), (0, Value::Null));
    let outcomes: Vec<_> = caller.simulation.calls().iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, [200, 0, 0]);
}

#[test]
fn members_can_be_left_out_along_a_path() {
    let caller = story("calm");
    let describe = json!({"cluster": "shop", "services": ["cart-api"]});
    caller.simulation.inject(Fault::new(FaultEffect::OmitField("services.deployments.rolloutState".into())));
    let service = &caller.ask("DescribeServices", &describe)["services"][0];
    assert!(
        service["deployments"][0].get("rolloutState").is_none()
            && service["deployments"][0].get("id").is_some()
    );
    caller.simulation.inject(Fault::new(FaultEffect::OmitField("services.deployments".into())));
    assert!(caller.ask("DescribeServices", &describe)["services"][0].get("deployments").is_none());
}

#[test]
fn faults_have_their_time_and_may_hit_each_nth_call() {
    let mut caller = story("calm");
    let mut fault = Fault::new(FaultEffect::Throttle);
    (fault.from, fault.until, fault.every) = (Some(START + 1_000), Some(START + 2_000), Some(3));
    caller.simulation.inject(fault);
    let statuses = |caller: &super::support::Caller| -> Vec<u16> {
        (0..6).map(|_| caller.try_ask("ListClusters", &json!({})).0).collect()
    };
    assert_eq!(statuses(&caller), [200; 6]);
    caller.pass(1);
    assert_eq!(statuses(&caller), [200, 200, 400, 200, 200, 400]);
    caller.pass(1);
    assert_eq!(statuses(&caller), [200; 6]);
}

#[test]
fn a_story_has_faults_and_throttling_of_its_own() {
    let mut caller = told(
        "title = \"t\"\nthrottle = true\n[[cluster]]\nname = \"c\"\n\
         [[fault]]\neffect = \"deny\"\noperation = \"ListTasks\"\ncluster = \"c\"\nafter = \"10s\"\nfor = \"5s\"\n",
    );
    let tasks = json!({"cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/c"});
    caller.ask("ListTasks", &tasks);
    caller.pass(12);
    assert_eq!(caller.refused("ListTasks", &tasks), "AccessDeniedException");
    caller.pass(10);
    caller.ask("ListTasks", &tasks);
    let answered = (0..60).filter(|_| caller.try_ask("ListClusters", &json!({})).0 == 200).count();
    assert_eq!(answered, 50, "the documented burst");
}

#[test]
fn calls_are_recorded_with_their_members() {
    let caller = story("calm");
    caller.ask("ListServices", &json!({"cluster": "shop", "maxResults": 3}));
    let calls = caller.simulation.calls();
    assert_eq!(calls.len(), 1);
    let call = &calls[0];
    assert_eq!(
        (call.at, &*call.service, &*call.operation, call.outcome),
        (START, "ecs", "ListServices", 200)
    );
    assert_eq!(call.body, json!({"cluster": "shop", "maxResults": 3}));
    caller.simulation.forget_calls();
    assert!(list(&json!(caller.simulation.calls().len())).is_empty() && caller.simulation.calls().is_empty());
}
