//! Evidence as tables: what is known of both sides, and the reading that must come of it.

use std::fmt::Write as _;

use fargate_top::app::evidence::{
    Check, CheckKind, Evidence, Finding, Preflight, Verdict, evidence, needs_reason, preflight, same_hold,
    too_old,
};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::alarm::AlarmState;
use fargate_top::fleet::balancer::TargetState;
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::shift::{Shift, shift};
use fargate_top::fleet::topic::{Failure, FailureKind, Subject, Topic};
use fargate_top::fleet::traffic::Traffic;
use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::fixture::{now, service_id, stopped};
use crate::support::shifts::*;

fn shift_in(fleet: &Fleet, path: &str) -> Shift {
    shift(fleet, &fleet.known_service(&service_id(path)).unwrap().service).unwrap()
}

fn of(fleet: &Fleet, path: &str) -> Evidence {
    evidence(fleet, &shift_in(fleet, path), now(), true)
}

fn check(fleet: &Fleet, path: &str, kind: CheckKind) -> Check {
    of(fleet, path).checks.into_iter().find(|check| check.kind == kind).unwrap()
}

fn before(fleet: &Fleet, path: &str) -> Vec<Preflight> {
    preflight(fleet, &shift_in(fleet, path), None, now(), true)
}

/// The conditions that are not met.
fn failing(fleet: &Fleet, path: &str) -> Vec<String> {
    let failing = before(fleet, path).into_iter().filter(|condition| condition.verdict == Verdict::Fails);
    failing.map(|condition| format!("{}: {}", condition.name, condition.sentence)).collect()
}

fn table(evidence: &Evidence) -> String {
    let mut text = format!("since {}\n", evidence.since.unwrap().format("%H:%M:%S"));
    for Check { name, blue, green, reading, finding, .. } in &evidence.checks {
        let sign = match finding {
            Finding::Ok => '+',
            Finding::Look => '!',
            Finding::NotChecked => '?',
            Finding::Info => '.',
        };
        writeln!(text, "{sign} {name} | {blue} | {green} | {reading}").unwrap();
    }
    text + &evidence.score().to_string()
}

#[test]
fn a_green_that_is_ready_has_everything_for_it_that_can_be_known() {
    insta::assert_snapshot!(table(&of(&codedeploy_waiting(), ORDERS)), @r#"
    since 13:50:22
    + tasks running / desired | 12 / 12 | 12 / 12 | green steady for 10m
    + healthy targets | 12 / 12  tg-orders-b | 12 / 12  tg-orders-g | green in 3 zones
    + task stops since start | 0 | 0 | 
    . requests per minute | 4,210 | 151 | no production traffic on green yet
    + test requests, 5xx | - | 1,204, 0 errors | over 8 minutes
    ? log errors per minute | - | - | not checked: needs logs
    ? CPU, memory | - | - | not checked: needs task metrics
    + hooks | - | AfterAllowTestTraffic ok | took 31s
    . scaling while you wait | min 8, max 40 | same | scaling during the shift can fail the deployment
    + alarms that guard this | orders-5xx OK, orders-p95 OK |  | roll back by themselves if they fire
    + live weights | 100% | 0% | as asked
    + live test weights | 0% | 100% | as asked
    8 ok, 0 look, 2 not checked
    "#);
}

#[test]
fn a_worse_green_is_told_with_its_sample() {
    insta::assert_snapshot!(table(&of(&native_canary_step_two(), LEDGER)), @r#"
    since 13:45:02
    + tasks running / desired | 4 / 4 | 4 / 4 | green steady for 36m
    + healthy targets | 4 / 4  tg-ledger-b | 4 / 4  tg-ledger-g | green in 3 zones
    + task stops since start | 0 | 0 | 
    + requests per minute | 4,210 | 466 | green gets 10% as asked
    ! 5xx per 1000 | 0.2 | 2.0 | 9x blue, 16 errors in 7,922: look first
    + latency p95 | 212 ms | 205 ms | 
    ? log errors per minute | - | - | not checked: needs logs
    ? CPU, memory | - | - | not checked: needs task metrics
    . hooks | - | 0 of 1 answered | this one waits for you
    . scaling while you wait | min 8, max 40 | same | scale-in is off during deployments
    + alarms that guard this | ledger-5xx OK, ledger-lag OK |  | roll back by themselves if they fire
    + live weights | 90% | 10% | as asked
    + live test weights | 0% | 100% | as asked
    8 ok, 1 look, 2 not checked
    "#);
}

#[test]
fn a_queue_worker_has_no_figures_and_works_on_live_input() {
    insta::assert_snapshot!(table(&of(&queue_worker(), MAILER)), @r#"
    since 13:27:22
    + tasks running / desired | 4 / 4 | 4 / 4 | green steady for 36m
    + task stops since start | 0 | 0 | 
    . live input | - | - | green has worked on live input since 13:27; rolling back does not undo it
    ? requests, 5xx, latency | - | - | not checked: no load balancer, no request figures
    ? log errors per minute | - | - | not checked: needs logs
    ? CPU, memory | - | - | not checked: needs task metrics
    . hooks | - | 0 of 1 answered | this one waits for you
    . scaling while you wait | min 8, max 40 | same | scale-in is off during deployments
    . alarms that guard this |  |  | no alarm guards this
    2 ok, 0 look, 3 not checked
    "#);
}

#[test]
fn blue_that_is_kept_gets_nothing() {
    insta::assert_snapshot!(table(&of(&codedeploy_blue_kept(), ORDERS)), @r#"
    since 14:02:22
    + tasks running / desired | 12 / 12 | 12 / 12 | green steady for 10m
    + healthy targets | 12 / 12  tg-orders-b | 12 / 12  tg-orders-g | green in 3 zones
    + task stops since start | 0 | 0 | 
    ? requests per minute | - | - | not checked: no request was counted
    ? 5xx per 1000 | - | - | not checked: no request was counted
    ? latency p95 | - | - | not checked: no request was counted
    ? log errors per minute | - | - | not checked: needs logs
    ? CPU, memory | - | - | not checked: needs task metrics
    + hooks | - | AfterAllowTraffic ok | took 10s
    . scaling while you wait | min 8, max 40 | same | scaling during the shift can fail the deployment
    + alarms that guard this | orders-5xx OK, orders-p95 OK |  | roll back by themselves if they fire
    + live weights | 0% | 100% | as asked
    + live test weights | 0% | 100% | as asked
    7 ok, 0 look, 5 not checked
    "#);
}

/// Tells the health of green's targets of `ledger` anew.
fn green_targets(change: impl Fn(usize, &mut fargate_top::fleet::balancer::Target) -> bool) -> Fleet {
    let mut fleet = native_canary_step_two();
    let mut all = targets(&crew(LEDGER, "ecs-svc/5959", "ledger:59", 59, (4, 36)));
    let mut place = 0;
    all.retain_mut(|target| {
        place += 1;
        change(place, target)
    });
    fleet.apply(now(), Observation::TargetHealth { group: target_group_id("tg-ledger-g"), targets: all });
    fleet
}

#[test]
fn every_task_of_green_has_to_be_a_healthy_target_in_every_zone() {
    let sick = green_targets(|place, target| {
        if place == 2 {
            target.state = TargetState::Unhealthy;
            target.reason = Some("Target.Timeout".into());
        }
        true
    });
    let lost = green_targets(|place, _| place != 4);
    let wrong_port = green_targets(|place, target| {
        target.port = Some(if place == 1 { 9090 } else { 8080 });
        true
    });
    for (fleet, green, reading) in [
        (&sick, "3 / 4  tg-ledger-g", "1 of 4 of green are not healthy (Target.Timeout)"),
        (&lost, "3 / 4  tg-ledger-g", "1 of 4 of green are not healthy (not registered)"),
        (&wrong_port, "3 / 4  tg-ledger-g", "1 of 4 of green are not healthy (not registered)"),
    ] {
        let check = check(fleet, LEDGER, CheckKind::Targets);
        assert_eq!((check.green.as_str(), check.reading.as_str()), (green, reading));
        assert_eq!(check.finding, Finding::Look);
        let failing = failing(fleet, LEDGER);
        assert!(failing.contains(&format!("green healthy in every zone: {reading}")), "{failing:?}");
    }
}

#[test]
fn a_zone_without_a_healthy_task_of_green_is_named() {
    let mut fleet = native_canary_step_two();
    let mut green = crew(LEDGER, "ecs-svc/5959", "ledger:59", 59, (4, 36));
    for task in &mut green {
        task.zone = Some("eu-west-1a".into());
        if let Some(interface) = &mut task.interface {
            interface.subnet = Some("subnet-only-a".into());
        }
    }
    fleet.apply(now(), Observation::Tasks { tasks: green, missing: Vec::new() });
    let check = check(&fleet, LEDGER, CheckKind::Targets);
    assert_eq!(
        (check.finding, check.reading.as_str()),
        (Finding::Look, "green has none in eu-west-1b, eu-west-1c")
    );
}

/// `ledger` where green was counted like this over twenty minutes.
fn counted(requests: f64, errors: f64, p95: f64) -> Fleet {
    let mut fleet = native_canary_step_two();
    let green = traffic(20, requests, move |_| errors, p95);
    fleet.apply(now(), Observation::Traffic { group: target_group_id("tg-ledger-g"), traffic: green });
    fleet
}

#[rstest]
#[case::more_often_and_often_enough(466.0, 1.0, Finding::Look, "10x blue, 17 errors in 7,922: look first")]
#[case::more_often_by_chance(466.0, 0.5, Finding::Ok, "9 errors in 7,922")]
#[case::as_often(4_660.0, 1.0, Finding::Ok, "17 errors in 79,220")]
#[case::too_few(2.0, 0.1, Finding::Info, "few requests: 2 errors in 34")]
fn errors_count_where_they_are_three_times_as_often_and_more_than_ten(
    #[case] requests: f64,
    #[case] errors: f64,
    #[case] finding: Finding,
    #[case] reading: &str,
) {
    let check = check(&counted(requests, errors, 0.2), LEDGER, CheckKind::Errors);
    assert_eq!((check.finding, check.reading.as_str()), (finding, reading));
}

#[rstest]
#[case(0.205, 466.0, Finding::Ok, "")]
#[case(0.32, 466.0, Finding::Ok, "1.5x blue")]
#[case(0.848, 466.0, Finding::Look, "4.0x blue over 7,922 requests")]
#[case(0.848, 0.5, Finding::Info, "few requests: 9")]
fn green_may_be_slower_but_not_three_times_as_slow(
    #[case] p95: f64,
    #[case] requests: f64,
    #[case] finding: Finding,
    #[case] reading: &str,
) {
    let check = check(&counted(requests, 0.0, p95), LEDGER, CheckKind::Latency);
    assert_eq!((check.finding, check.reading.as_str()), (finding, reading));
}

/// `ledger` where green was counted like this over twenty minutes, and blue not at all.
fn all_on_green(requests: f64, errors: f64) -> Fleet {
    let mut fleet = native_canary_step_two();
    let group = |name| target_group_id(name);
    let green = traffic(20, requests, move |_| errors, 0.2);
    fleet.apply(now(), Observation::Traffic { group: group("tg-ledger-g"), traffic: green });
    fleet.apply(now(), Observation::Traffic { group: group("tg-ledger-b"), traffic: Traffic::default() });
    fleet
}

#[rstest]
#[case::many(100.0, 40.0, Finding::Look, "40% of green's requests fail, 680 errors in 1,700: look first")]
#[case::below_one_percent(10_000.0, 40.0, Finding::Ok, "680 errors in 170,000")]
#[case::by_chance(20.0, 0.5, Finding::Ok, "9 errors in 340")]
fn green_alone_is_judged_by_itself(
    #[case] requests: f64,
    #[case] errors: f64,
    #[case] finding: Finding,
    #[case] reading: &str,
) {
    let fleet = all_on_green(requests, errors);
    let told = check(&fleet, LEDGER, CheckKind::Errors);
    assert_eq!((told.finding, told.reading.as_str()), (finding, reading));
    let told = check(&fleet, LEDGER, CheckKind::Latency);
    assert_eq!((told.finding, told.green.as_str()), (Finding::Info, "200 ms"));
}

#[test]
fn without_figures_nothing_is_ok() {
    let mut fleet = native_canary_step_two();
    let none = Observation::Traffic { group: target_group_id("tg-ledger-g"), traffic: Traffic::default() };
    fleet.apply(now(), none);
    let look = check(&fleet, LEDGER, CheckKind::Requests);
    assert_eq!((look.finding, look.reading.as_str()), (Finding::Look, "green gets no requests, asked 10%"));
    for kind in [CheckKind::Errors, CheckKind::Latency] {
        assert_eq!(check(&fleet, LEDGER, kind).finding, Finding::NotChecked);
    }
    // A Network Load Balancer counts no requests.
    let (key, group) = target_group("tg-ledger-g");
    let group = group.map(|mut group| {
        group.balancers = vec!["arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/front/50dc".into()];
        group
    });
    fleet.apply(now(), Observation::TargetGroups { found: vec![(key, group)] });
    let check = check(&fleet, LEDGER, CheckKind::Requests);
    assert_eq!(check.reading, "not checked: this load balancer counts no requests");
}

#[test]
fn a_task_of_green_that_died_is_told() {
    let mut fleet = native_canary_step_two();
    let mut dead = stopped(LEDGER, "dead", 5, Some(1));
    dead.started_by = Some("ecs-svc/5959".into());
    fleet.apply(now(), Observation::Tasks { tasks: vec![dead], missing: Vec::new() });
    let check = check(&fleet, LEDGER, CheckKind::Stops);
    assert_eq!((check.green.as_str(), check.reading.as_str()), ("1", "green: a task exited 1"));
    assert_eq!(check.finding, Finding::Look);
}

#[test]
fn weights_that_somebody_else_set_are_no_evidence_for_the_step() {
    let mut fleet = native_canary_step_two();
    let weights = [("tg-ledger-b", 60), ("tg-ledger-g", 40)];
    fleet.apply(now(), Observation::Routes { found: vec![route(rule_id("prod"), 443, &weights)] });
    let told = check(&fleet, LEDGER, CheckKind::Weights);
    assert_eq!(
        (told.finding, told.reading.as_str()),
        (Finding::Look, "the listener sends green 40%, asked 10%")
    );
    assert!(needs_reason(&before(&fleet, LEDGER)));
    fleet.apply(now(), Observation::Routes { found: vec![(rule_id("prod"), None)] });
    assert_eq!(check(&fleet, LEDGER, CheckKind::Weights).finding, Finding::NotChecked);
}

#[rstest]
#[case::it_fires(AlarmState::Alarm, 5, Finding::Look, "in ALARM: ledger-5xx", Verdict::Fails)]
#[case::it_fired_before(
    AlarmState::Alarm,
    90,
    Finding::Look,
    "NOT guarding, in ALARM since before: ledger-5xx",
    Verdict::Fails
)]
#[case::it_sees_nothing(
    AlarmState::InsufficientData,
    5,
    Finding::Look,
    "without data: ledger-5xx",
    Verdict::Fails
)]
#[case::it_guards(AlarmState::Ok, 90, Finding::Ok, "roll back by themselves if they fire", Verdict::Ok)]
#[case::it_may_have_fired_at_the_start(
    AlarmState::Ok,
    5,
    Finding::NotChecked,
    "not checked: ledger-5xx was not OK at 13:22, may be ignored for this deployment",
    Verdict::NotChecked
)]
fn an_alarm_counts_only_where_it_guards(
    #[case] state: AlarmState,
    #[case] minutes: i64,
    #[case] finding: Finding,
    #[case] reading: &str,
    #[case] verdict: Verdict,
) {
    let mut fleet = native_canary_step_two();
    let alarms = vec![alarm("ledger-5xx", state, minutes)];
    fleet.apply(now(), Observation::Alarms { context: ContextId(0), alarms, missing: Vec::new() });
    let check = check(&fleet, LEDGER, CheckKind::Alarms);
    assert_eq!((check.finding, check.reading.as_str(), check.green.as_str()), (finding, reading, ""));
    let condition = before(&fleet, LEDGER).into_iter().find(|condition| condition.name == "alarms").unwrap();
    assert_eq!(condition.verdict, verdict, "{}", condition.sentence);
}

#[test]
fn an_alarm_without_an_answer_is_not_checked() {
    let mut fleet = native_canary_step_two();
    let missing = vec!["ledger-lag".into()];
    fleet.apply(now(), Observation::Alarms { context: ContextId(0), alarms: Vec::new(), missing });
    let check = check(&fleet, LEDGER, CheckKind::Alarms);
    assert_eq!((check.finding, check.reading.as_str()), (Finding::NotChecked, "not checked: ledger-lag"));
}

#[test]
fn what_is_too_old_is_not_checked_and_keeps_the_way_forward_shut() {
    let mut fleet = native_canary_step_two();
    let ago = |seconds| now() - chrono::TimeDelta::seconds(seconds);
    let topic = |subject| Topic::new(ContextId(0), subject);
    let health = || topic(Subject::TargetHealth(target_group_id("tg-ledger-g")));
    let told = |fleet: &Fleet, kind| {
        let check = check(fleet, LEDGER, kind);
        (check.finding, check.reading)
    };
    fleet.apply(ago(20), Observation::Answered { topic: health() });
    assert_eq!(told(&fleet, CheckKind::Targets).0, Finding::Ok);
    assert_eq!(too_old(&fleet, &shift_in(&fleet, LEDGER), now()), None);

    fleet.apply(ago(40), Observation::Answered { topic: health() });
    let failure = Failure {
        kind: FailureKind::Throttled,
        operation: "DescribeTargetHealth".into(),
        code: None,
        message: "Rate exceeded".into(),
        request_id: None,
    };
    fleet.apply(ago(20), Observation::Failed { topic: health(), failure, retry_at: None });
    fleet.apply(ago(100), Observation::Answered { topic: topic(Subject::Alarms) });
    let groups = vec![target_group_id("tg-ledger-b"), target_group_id("tg-ledger-g")];
    fleet.apply(ago(200), Observation::Answered { topic: topic(Subject::Traffic(groups)) });
    let old = "last seen 40s ago: AWS is limiting DescribeTargetHealth";
    assert_eq!(told(&fleet, CheckKind::Targets), (Finding::NotChecked, format!("not checked: {old}")));
    let reading = "not checked: last seen 1m ago".to_owned();
    assert_eq!(told(&fleet, CheckKind::Alarms), (Finding::NotChecked, reading));
    assert_eq!(told(&fleet, CheckKind::Requests).0, Finding::NotChecked);
    // What was bad stays bad.
    let errors = "9x blue, 16 errors in 7,922: look first; last seen 3m ago".to_owned();
    assert_eq!(told(&fleet, CheckKind::Errors), (Finding::Look, errors));
    assert_eq!(too_old(&fleet, &shift_in(&fleet, LEDGER), now()).as_deref(), Some(old));
}

#[test]
fn without_its_group_nobody_knows_what_guards_a_deployment_of_codedeploy() {
    let mut shift = shift_in(&codedeploy_waiting(), ORDERS);
    assert!(shift.guards.known);
    shift.guards = fargate_top::fleet::shift::Guards::default();
    let fleet = codedeploy_waiting();
    let checks = evidence(&fleet, &shift, now(), true).checks;
    let check = checks.into_iter().find(|check| check.kind == CheckKind::Alarms).unwrap();
    let reading = "not checked: the deployment group is not known";
    assert_eq!((check.finding, check.reading.as_str()), (Finding::NotChecked, reading));
    let conditions = preflight(&fleet, &shift, None, now(), true);
    let alarms = conditions.into_iter().find(|condition| condition.name == "alarms").unwrap();
    assert_eq!(alarms.verdict, Verdict::NotChecked);
}

#[test]
fn a_good_green_goes_on_without_a_reason_and_a_worse_one_needs_one() {
    for (fleet, path) in [(codedeploy_waiting(), ORDERS), (native_silence_continues(), LEDGER)] {
        assert_eq!(failing(&fleet, path), Vec::<String>::new());
        assert!(!needs_reason(&before(&fleet, path)));
    }
    let worse = native_canary_step_two();
    assert_eq!(failing(&worse, LEDGER), ["5xx per 1000: 9x blue, 16 errors in 7,922: look first"]);
    assert!(needs_reason(&before(&worse, LEDGER)));
}

#[rstest]
#[case::enough(8, Verdict::Ok, "1204 requests in 8 minutes")]
#[case::too_little(2, Verdict::Fails, "301 requests in 2 minutes")]
#[case::none(0, Verdict::Fails, "no test traffic")]
fn green_has_to_be_tried_before_it_gets_its_first_share(
    #[case] minutes: i64,
    #[case] verdict: Verdict,
    #[case] sentence: &str,
) {
    let mut fleet = codedeploy_waiting();
    let tests = traffic(minutes, 150.5, |_| 0.0, 0.2);
    fleet.apply(now(), Observation::Traffic { group: target_group_id("tg-orders-g"), traffic: tests });
    let mut conditions = before(&fleet, ORDERS);
    conditions.retain(|condition| condition.name == "test traffic");
    let name = "test traffic";
    assert_eq!(conditions, [Preflight { name, sentence: sentence.to_owned(), verdict }]);
}

#[test]
fn another_hook_is_another_question() {
    let asked = shift_in(&native_canary_step_two(), LEDGER);
    let hooks = vec![hook("ecs-pause-other", "PAUSE", "AWAITING_ACTION", 900, "ROLLBACK")];
    let fleet =
        ledger(vec![with_hooks(native(LEDGER, 41, "PRE_PRODUCTION_TRAFFIC_SHIFT", Some(10.0)), hooks)], 0.0);
    let now_waiting = shift_in(&fleet, LEDGER);
    assert!(same_hold(&asked, &asked) && !same_hold(&asked, &now_waiting));
    let conditions = preflight(&fleet, &now_waiting, Some(&asked), now(), true);
    assert_eq!(conditions[0].verdict, Verdict::Fails);
}
