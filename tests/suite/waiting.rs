//! Deployments that wait: what their services say, in which order they stand, and when a person is called.

use chrono::TimeDelta;
use fargate_top::app::effect::Effect;
use fargate_top::app::settings::{Notify, Settings};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::codedeploy::{CodeDeployId, CodeDeployStatus};
use fargate_top::fleet::deployment::DeploymentStatus;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::shift::Outcome;
use fargate_top::fleet::verdict::{Look, Severity};
use pretty_assertions::assert_eq;
use ratatui::layout::Size;
use rstest::rstest;

use crate::support::desk::Desk;
use crate::support::fixture::{ago, now, service_id, triage};
use crate::support::shifts::*;

fn says(mut fleet: Fleet, path: &str) -> (Severity, String) {
    let verdict = triage(&mut fleet).verdict(&service_id(path)).cloned().unwrap();
    (verdict.severity, verdict.why)
}

#[rstest]
#[case(codedeploy_waiting(), ORDERS, "auto-STOPS in ~51m: approve 0% > 10% > 100%")]
#[case(native_canary_step_two(), LEDGER, "auto-ROLLS BACK in 21m: approve 10% > 100%")]
#[case(native_silence_continues(), LEDGER, "SILENCE MEANS YES in 21m: approve 10% > 100%")]
#[case(queue_worker(), MAILER, "auto-ROLLS BACK in 18m: approve at POST_SCALE_UP")]
#[case(
    lambda_hangs(),
    LEDGER,
    "function ledger-smoke silent for 24m at POST_TEST_TRAFFIC_SHIFT: auto-ROLLS BACK in 6m"
)]
fn a_hold_is_a_wait(#[case] fleet: Fleet, #[case] path: &str, #[case] why: &str) {
    assert_eq!(says(fleet, path), (Severity::Waiting, why.to_owned()));
}

#[rstest]
#[case("SCALE_UP", 0.0, "rev 58 > 59: preparing green 4 of 4")]
#[case("POST_TEST_TRAFFIC_SHIFT", 0.0, "rev 58 > 59: testing green")]
#[case("PRODUCTION_TRAFFIC_SHIFT", 10.0, "rev 58 > 59: shifting, 10% of 100% on green")]
#[case("BAKE_TIME", 100.0, "rev 58 > 59: all on green, instant return ends in ~21m")]
#[case("CLEAN_UP", 100.0, "rev 58 > 59: removing blue")]
#[case("MESH_WARM_UP", 0.0, "rev 58 > 59: MESH_WARM_UP")]
fn a_shift_on_its_way_tells_its_phase(#[case] stage: &str, #[case] share: f64, #[case] why: &str) {
    let fleet = ledger(vec![native(LEDGER, 41, stage, Some(share))], 0.0);
    assert_eq!(says(fleet, LEDGER), (Severity::Deploying, why.to_owned()));
}

#[test]
fn blue_that_is_kept_is_no_wait() {
    let why = "rev 210 > 211: all on green, instant return ends in ~59m";
    assert_eq!(says(codedeploy_blue_kept(), ORDERS), (Severity::Deploying, why.to_owned()));
}

#[test]
fn a_function_that_has_just_begun_is_no_wait() {
    let deployment = native(LEDGER, 41, "POST_TEST_TRAFFIC_SHIFT", Some(0.0));
    let mut young = with_hooks(deployment, vec![hook("x", "AWS_LAMBDA", "IN_PROGRESS", 1_700, "ROLLBACK")]);
    young.updated = Some(ago(60));
    let (severity, why) = says(ledger(vec![young], 0.0), LEDGER);
    assert_eq!((severity, why.as_str()), (Severity::Deploying, "rev 58 > 59: testing green"));
}

#[rstest]
#[case(CodeDeployStatus::InProgress, "rolling back to rev 210 by CodeDeploy")]
#[case(CodeDeployStatus::Succeeded, "last deploy was rolled back to rev 210 by CodeDeploy")]
fn a_way_back_is_degraded(#[case] status: CodeDeployStatus, #[case] why: &str) {
    let mut stopped = orders("d-7KX2ABCDE", CodeDeployStatus::Stopped, 780);
    stopped.rolled_back_by = Some(CodeDeployId::new("d-8BACKWARD"));
    let mut fleet = in_phase(stopped, Some(target(&[], 0.0)));
    rolled_back_by(&mut fleet, status);
    assert_eq!(says(fleet, ORDERS), (Severity::Degraded, why.to_owned()));
}

#[test]
fn a_stop_that_leaves_traffic_on_both_sides_fails() {
    let mut stopped = orders("d-7KX2ABCDE", CodeDeployStatus::Stopped, 780);
    stopped.completed = Some(ago(40));
    let fleet = in_phase(stopped, Some(target(&[("AllowTraffic", "InProgress")], 10.0)));
    let why = "CodeDeploy deployment was stopped with green at 10%";
    assert_eq!(says(fleet, ORDERS), (Severity::Fail, why.to_owned()));
}

#[test]
fn the_sentence_counts_the_minutes_without_a_new_fact() {
    let mut desk = Desk::new(native_silence_continues());
    let verdict = |desk: &Desk| desk.model.triage.verdict(&service_id(LEDGER)).cloned().unwrap();
    assert_eq!(verdict(&desk).look, Look::Shift);
    desk.pass(41);
    assert!(verdict(&desk).why.contains("in 20m:"), "{}", verdict(&desk).why);
}

/// Both services that wait and one that shifts, in one fleet.
fn several() -> Fleet {
    let mut fleet = codedeploy_waiting();
    let ledger = native_silence_continues();
    let worker = queue_worker();
    for (from, path) in [(&ledger, LEDGER), (&worker, MAILER)] {
        let id = service_id(path);
        let service = (*from.known_service(&id).unwrap().service).clone();
        let deployments = from.deployments(&id).unwrap().to_vec();
        fleet.apply(now(), Observation::Services { services: vec![service], missing: Vec::new() });
        fleet.apply(now(), Observation::Deployments { service: id, deployments });
    }
    fleet
}

#[test]
fn what_goes_on_by_itself_stands_first_then_what_ends_next() {
    let desk = Desk::new(several());
    let names: Vec<&str> = desk.model.shifts.holding().iter().map(|shift| shift.service.name()).collect();
    assert_eq!(names, ["ledger", "mailer", "orders-api"]);
    let counts = desk.model.shifts.counts();
    assert_eq!((counts.in_flight, counts.holding, counts.silence_means_yes), (3, 3, 1));
}

#[test]
fn one_that_ended_stays_for_a_quarter_of_an_hour() {
    let mut desk = Desk::new(native_canary_step_two());
    let mut done = native(LEDGER, 41, "CLEAN_UP", Some(100.0));
    done.status = DeploymentStatus::Successful;
    done.finished = Some(now());
    desk.learn(Observation::Deployments { service: service_id(LEDGER), deployments: vec![done] });
    let outcome = |desk: &Desk| desk.model.shifts.get(&service_id(LEDGER)).map(|shift| shift.outcome.clone());
    assert_eq!(outcome(&desk), Some(Some(Outcome::Succeeded)));
    assert_eq!(desk.model.shifts.in_flight().count(), 0);
    desk.pass(14 * 60);
    assert!(outcome(&desk).is_some());
    desk.pass(61);
    assert_eq!(outcome(&desk), None);
}

#[test]
fn a_share_that_was_seen_to_change_is_dated_by_that() {
    let told = |stage: &str, share| Observation::Deployments {
        service: service_id(LEDGER),
        deployments: vec![native(LEDGER, 41, stage, Some(share))],
    };
    let mut desk = Desk::new(ledger(vec![native(LEDGER, 41, "SCALE_UP", Some(0.0))], 0.0));
    desk.pass(90).learn(told("PRODUCTION_TRAFFIC_SHIFT", 10.0));
    desk.pass(200).learn(told("PRE_PRODUCTION_TRAFFIC_SHIFT", 10.0));
    let shift = desk.model.shifts.get(&service_id(LEDGER)).unwrap();
    assert_eq!(shift.green_since, Some(now() + TimeDelta::seconds(90)));
}

fn calls(desk: &mut Desk) -> Vec<String> {
    let effects = std::mem::take(&mut desk.effects);
    let call = |effect| if let Effect::Alert { text, by: Notify::Bell } = effect { Some(text) } else { None };
    effects.into_iter().filter_map(call).collect()
}

#[test]
fn a_person_is_called_once_at_each_of_the_moments() {
    let mut desk = Desk::new(native_silence_continues());
    let said = |time: &str| format!("payments/ledger: SILENCE MEANS YES {time}; waits for you: 10% > 100%");
    // 21m40s are left: half an hour before is over already.
    assert_eq!(calls(&mut desk), [said("in 22m")]);
    for (seconds, told) in [
        (690, None),
        (11, Some("in 10m")),
        (60, None),
        (241, Some("in 5m")),
        (239, Some("in 1m")),
        (30, None),
        (100, None),
    ] {
        desk.pass(seconds);
        let expected: Vec<String> = told.iter().map(|told| said(told)).collect();
        assert_eq!(calls(&mut desk), expected, "after {seconds} more");
    }
    let newest = desk.model.notices.all().next().unwrap();
    assert_eq!(newest.text, said("in 1m"));
}

#[test]
fn a_hook_of_the_next_step_is_a_new_wait() {
    let mut desk = Desk::new(native_canary_step_two());
    assert_eq!(calls(&mut desk).len(), 1);
    let next = with_hooks(
        native(LEDGER, 41, "PRE_PRODUCTION_TRAFFIC_SHIFT", Some(10.0)),
        vec![hook("ecs-pause-other", "PAUSE", "AWAITING_ACTION", 7_200, "ROLLBACK")],
    );
    desk.learn(Observation::Deployments { service: service_id(LEDGER), deployments: vec![next] });
    assert_eq!(calls(&mut desk), ["payments/ledger: rolls back in 2h; waits for you: 10% > 100%"]);
}

#[test]
fn nobody_is_called_where_the_settings_say_so_and_the_message_line_still_tells() {
    let settings = Settings { notify: Notify::Off, ..Settings::default() };
    let mut desk = Desk::with(several(), settings, Size::new(120, 36));
    assert_eq!(calls(&mut desk), Vec::<String>::new());
    let told: Vec<_> = desk.model.notices.all().map(|notice| notice.text.clone()).collect();
    assert_eq!(told.len(), 3);
    assert!(told[0].starts_with("payments/ledger: SILENCE"), "{told:?}");
}
