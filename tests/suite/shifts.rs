//! Shifts as tables: what ECS, CodeDeploy, load balancers and alarms say, and the one idea that must come of it.

use chrono::TimeDelta;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::alarm::AlarmState;
use fargate_top::fleet::balancer::TargetGroupKey;
use fargate_top::fleet::codedeploy::{CodeDeployId, CodeDeployStatus, ReadyAction};
use fargate_top::fleet::deployment::{Breaker, DeploymentStatus, Rollback, ServiceDeployment};
use fargate_top::fleet::id::{ContextId, DeploymentId};
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::percent::Percent;
use fargate_top::fleet::service::HookRule;
use fargate_top::fleet::shift::{
    GuardStanding, HoldKind, Outcome, Phase, Shift, ShiftId, Silence, StepState, Strategy, past, shift,
    shift_of,
};
use pretty_assertions::assert_eq;
use rstest::rstest;

use crate::support::fixture::{ago, fleet, minutes_ago, now, service, service_id};
use crate::support::shifts::*;

fn of(fleet: &Fleet, path: &str) -> Option<Shift> {
    shift(fleet, &fleet.known_service(&service_id(path)).unwrap().service)
}

fn ledger_shift(deployment: ServiceDeployment) -> Shift {
    of(&ledger(vec![deployment], 0.0), LEDGER).unwrap()
}

/// `10% done, 100% held`.
fn traffic_of(shift: &Shift) -> String {
    let word = |state: StepState| format!("{state:?}").to_lowercase();
    let steps = shift.traffic.iter().map(|step| format!("{} {}", step.green, word(step.state)));
    steps.collect::<Vec<_>>().join(", ")
}

/// The steps that are neither done nor to come, and what they are.
fn at(shift: &Shift) -> Vec<(&str, StepState)> {
    let steps = shift.steps.iter().filter(|step| !matches!(step.state, StepState::Done | StepState::Next));
    steps.map(|step| (&*step.stage, step.state)).collect()
}

#[rstest]
#[case("RECONCILE_SERVICE", Some(0.0), Phase::Starting, "10% next, 100% next")]
#[case("SCALE_UP", Some(0.0), Phase::Preparing, "10% next, 100% next")]
#[case("POST_TEST_TRAFFIC_SHIFT", Some(0.0), Phase::Testing, "10% next, 100% next")]
#[case("PRE_PRODUCTION_TRAFFIC_SHIFT", Some(0.0), Phase::BeforeShift, "10% next, 100% next")]
#[case("PRODUCTION_TRAFFIC_SHIFT", Some(0.0), Phase::Shifting, "10% now, 100% next")]
#[case("PRODUCTION_TRAFFIC_SHIFT", Some(10.0), Phase::Shifting, "10% done, 100% next")]
#[case("PRE_PRODUCTION_TRAFFIC_SHIFT", Some(10.0), Phase::Shifting, "10% done, 100% next")]
#[case("POST_PRODUCTION_TRAFFIC_SHIFT", Some(100.0), Phase::BlueKept, "10% done, 100% done")]
#[case("BAKE_TIME", Some(100.0), Phase::BlueKept, "10% done, 100% done")]
#[case("CLEAN_UP", Some(100.0), Phase::CleaningUp, "10% done, 100% done")]
fn a_stage_of_ecs_is_a_phase(
    #[case] stage: &str,
    #[case] share: Option<f64>,
    #[case] phase: Phase,
    #[case] traffic: &str,
) {
    let shift = ledger_shift(native(LEDGER, 41, stage, share));
    assert_eq!((shift.phase.clone(), traffic_of(&shift).as_str()), (phase, traffic));
    assert_eq!(at(&shift), [(stage, StepState::Now)]);
    assert_eq!(shift.strategy, Strategy::Canary { percent: Percent::new(10.0), minutes: 10 });
}

#[rstest]
#[case::tasks_run(0.0, 0.0, 3)]
#[case::it_is_tested(0.0, 100.0, 5)]
#[case::it_has_a_share(10.0, 100.0, 7)]
#[case::it_has_all(100.0, 100.0, 8)]
fn an_unknown_stage_stands_where_the_facts_place_it(
    #[case] production: f64,
    #[case] test: f64,
    #[case] place: usize,
) {
    let mut deployment = native(LEDGER, 41, "MESH_WARM_UP", Some(production));
    if let Some(target) = &mut deployment.target {
        target.test = Some(Percent::new(test));
    }
    let pause = hook("ecs-pause-1", "PAUSE", "AWAITING_ACTION", 60, "ROLLBACK");
    let shift = ledger_shift(with_hooks(deployment, vec![pause]));
    assert_eq!(shift.phase, Phase::Other("MESH_WARM_UP".into()));
    assert_eq!(&*shift.steps[place].stage, "MESH_WARM_UP");
    let hold = shift.hold.expect("a pause is a pause wherever it is");
    assert_eq!((hold.moves, hold.answered), (Vec::new(), (0, 1)));
}

#[test]
fn a_hook_before_the_shift_is_one_step_of_the_ladder() {
    let shift = of(&native_canary_step_two(), LEDGER).unwrap();
    assert_eq!(traffic_of(&shift), "10% done, 100% held");
    assert_eq!(at(&shift), [("PRE_PRODUCTION_TRAFFIC_SHIFT", StepState::Held)]);
    let hold = shift.hold.as_ref().unwrap();
    assert_eq!((hold.moves.as_slice(), hold.authorises()), (&[Percent::ALL][..], Some(Percent::ALL)));
    assert!(matches!(&hold.kind, HoldKind::Pause(hook) if &*hook.id == "ecs-pause-e7tK9G"));
    let deadline = hold.deadline.unwrap();
    assert_eq!((deadline.at, deadline.exact), (ago(-21 * 60 - 40), true));
    assert_eq!((hold.since, &hold.silence), (Some(ago(8 * 60 + 20)), &Silence::RollsBack));
    assert_eq!(shift.green_since, Some(ago(18 * 60 + 20)), "ten minutes of rest before the hook came up");
    assert!(shift.holds() && !shift.silence_means_yes());
    let (blue, green) = (shift.blue.as_ref().unwrap(), shift.green.as_ref().unwrap());
    assert_eq!(green.target_group, Some(TargetGroupKey::Id(target_group_id("tg-ledger-g"))));
    assert_eq!(
        (green.production_asked, green.production_live, blue.production_live),
        (Some(Percent::new(10.0)), Some(Percent::new(10.0)), Some(Percent::new(90.0)))
    );
    assert_eq!((green.test_live, blue.test_live), (Some(Percent::ALL), Some(Percent::NONE)));
    assert_eq!(
        (blue.started_by.as_deref(), green.started_by.as_deref()),
        (Some("ecs-svc/5858"), Some("ecs-svc/5959"))
    );
    assert!(of(&native_silence_continues(), LEDGER).unwrap().silence_means_yes());
}

#[rstest]
#[case("CONTINUE", Silence::Continues)]
#[case("ROLLBACK", Silence::RollsBack)]
#[case("ESCALATE", Silence::Other("ESCALATE".into()))]
fn silence_is_told_by_the_hook(#[case] word: &str, #[case] silence: Silence) {
    let deployment = native(LEDGER, 41, "POST_TEST_TRAFFIC_SHIFT", Some(0.0));
    let hook = hook("ecs-pause-1", "PAUSE", "AWAITING_ACTION", 60, word);
    let hold = ledger_shift(with_hooks(deployment, vec![hook])).hold.unwrap();
    assert_eq!((hold.silence, hold.moves), (silence, Vec::new()));
}

#[test]
fn of_two_hooks_the_first_to_run_out_is_answered_next() {
    let deployment = || {
        let mut deployment = native(LEDGER, 41, "PRE_PRODUCTION_TRAFFIC_SHIFT", Some(0.0));
        if let Some(rules) = &mut deployment.rules {
            let rule = rules.hooks[0].clone();
            rules.hooks.push(HookRule { timeout: Some((90, "ROLLBACK".into())), ..rule });
        }
        deployment
    };
    let hooks = |first: &str| {
        vec![
            hook("ecs-pause-b", "PAUSE", "AWAITING_ACTION", 3_600, "ROLLBACK"),
            hook("ecs-pause-a", "PAUSE", first, 600, "CONTINUE"),
        ]
    };
    let hold = ledger_shift(with_hooks(deployment(), hooks("AWAITING_ACTION"))).hold.unwrap();
    assert!(matches!(&hold.kind, HoldKind::Pause(hook) if &*hook.id == "ecs-pause-a"));
    assert_eq!((hold.answered, hold.moves.len()), ((0, 2), 1));
    let hold = ledger_shift(with_hooks(deployment(), hooks("SUCCEEDED"))).hold.unwrap();
    assert!(matches!(&hold.kind, HoldKind::Pause(hook) if &*hook.id == "ecs-pause-b"));
    assert_eq!(hold.answered, (1, 2));
}

#[test]
fn a_linear_shift_has_a_step_for_each_share() {
    let mut deployment = native(LEDGER, 41, "PRE_PRODUCTION_TRAFFIC_SHIFT", Some(60.0));
    if let Some(rules) = &mut deployment.rules {
        rules.strategy = Some("LINEAR".into());
        rules.linear = Some((Percent::new(30.0), 5));
    }
    let hook = hook("ecs-pause-3", "PAUSE", "AWAITING_ACTION", 60, "ROLLBACK");
    let shift = ledger_shift(with_hooks(deployment, vec![hook]));
    assert_eq!(traffic_of(&shift), "30% done, 60% done, 90% held, 100% next");
    assert_eq!(shift.hold.unwrap().moves, [Percent::new(90.0)]);
}

#[test]
fn a_function_is_waited_for_and_no_person_can_answer() {
    let shift = of(&lambda_hangs(), LEDGER).unwrap();
    let hold = shift.hold.as_ref().unwrap();
    assert!(matches!(&hold.kind, HoldKind::Function(hook) if hook.target.is_some()));
    assert_eq!((hold.since, hold.moves.len()), (Some(minutes_ago(24)), 0));
    assert!(!shift.holds() && !hold.is_for_a_person());
}

#[test]
fn without_a_load_balancer_nothing_moves_and_green_works_from_its_first_task_on() {
    let shift = of(&queue_worker(), MAILER).unwrap();
    assert_eq!((shift.traffic.len(), shift.moves_traffic(), shift.green_share_asked()), (0, false, None));
    assert_eq!(shift.hold.as_ref().unwrap().moves, []);
    assert_eq!(shift.green_since, Some(minutes_ago(36)));
    assert_eq!(shift.green.unwrap().target_group, None);
}

#[rstest]
#[case::alarm_of_before(60, GuardStanding::IgnoredFromTheStart)]
#[case::alarm_of_now(5, GuardStanding::Fires)]
fn an_alarm_of_before_the_start_does_not_guard(#[case] minutes: i64, #[case] standing: GuardStanding) {
    let mut fleet = native_canary_step_two();
    let alarms = vec![alarm("ledger-5xx", AlarmState::Alarm, minutes)];
    let missing = vec!["ledger-lag".into()];
    fleet.apply(now(), Observation::Alarms { context: ContextId(0), alarms, missing });
    let guards = of(&fleet, LEDGER).unwrap().guards;
    let standings: Vec<_> = guards.alarms.iter().map(|guard| guard.standing.clone()).collect();
    assert_eq!(standings, [standing, GuardStanding::NotChecked]);
    assert!(guards.alarms_on && guards.alarms_roll_back);
    assert_eq!((guards.breaker, guards.blue_kept_minutes), (None, Some(30)));
}

#[test]
fn a_hook_of_an_unknown_kind_waits_for_a_person_and_one_of_a_function_does_not() {
    for (kind, for_a_person) in [("SIGNATURE", true), ("AWS_LAMBDA", false)] {
        let hook = hook("ecs-hook-1", kind, "AWAITING_ACTION", 60, "ROLLBACK");
        let deployment = native(LEDGER, 41, "PRE_PRODUCTION_TRAFFIC_SHIFT", Some(10.0));
        let hold = ledger_shift(with_hooks(deployment, vec![hook])).hold.unwrap();
        assert_eq!(hold.is_for_a_person(), for_a_person);
    }
}

#[test]
fn codedeploy_that_is_ready_waits_also_while_its_target_is_not_known() {
    let fleet = in_phase(orders("d-7KX2ABCDE", CodeDeployStatus::Ready, 800), None);
    let hold = of(&fleet, ORDERS).unwrap().hold.unwrap();
    assert_eq!((&hold.kind, hold.since, hold.deadline), (&HoldKind::Ready, None, None));
}

#[rstest]
#[case(AlarmState::Ok, GuardStanding::Guards)]
#[case(AlarmState::InsufficientData, GuardStanding::NoData)]
#[case(AlarmState::Other("SNOOZED".into()), GuardStanding::Other("SNOOZED".into()))]
fn an_alarm_guards_as_it_stands(#[case] state: AlarmState, #[case] standing: GuardStanding) {
    let mut fleet = codedeploy_waiting();
    let alarms = vec![alarm("orders-5xx", state, 9_000)];
    fleet.apply(now(), Observation::Alarms { context: ContextId(0), alarms, missing: Vec::new() });
    assert_eq!(of(&fleet, ORDERS).unwrap().guards.alarms[0].standing, standing);
}

#[test]
fn only_a_rolling_deployment_has_a_breaker_and_is_a_shift_while_somebody_is_waited_for() {
    let mut deployment = native(LEDGER, 9, "POST_SCALE_UP", None);
    deployment.breaker = Some(Breaker { status: "MONITORING".into(), failures: 0, threshold: 3 });
    let rules = deployment.rules.as_mut().unwrap();
    (rules.strategy, rules.canary) = (Some("ROLLING".into()), None);
    let mut plain = service(LEDGER, 4);
    plain.deployment = Some(deployment.id.clone());
    let told = |deployment: ServiceDeployment| {
        let mut fleet = fleet(vec![plain.clone()], Vec::new(), Vec::new());
        let service = deployment.service.clone();
        fleet.apply(now(), Observation::Deployments { service, deployments: vec![deployment] });
        of(&fleet, LEDGER)
    };
    assert_eq!(told(deployment.clone()), None);
    let hook = hook("ecs-pause-1", "PAUSE", "AWAITING_ACTION", 60, "CONTINUE");
    let shift = told(with_hooks(deployment, vec![hook])).unwrap();
    assert_eq!((shift.strategy, shift.traffic.len()), (Strategy::Rolling, 0));
    assert!(shift.guards.breaker.is_some() && shift.hold.unwrap().moves.is_empty());
}

#[rstest]
#[case(DeploymentStatus::Pending, None, "pending")]
#[case(DeploymentStatus::RollbackRequested, None, "rolling back")]
#[case(DeploymentStatus::RollbackInProgress, None, "rolling back")]
#[case(DeploymentStatus::RollbackSuccessful, Some(Outcome::RolledBack), "rolled back")]
#[case(DeploymentStatus::RollbackFailed, Some(Outcome::Failed), "rollback failed")]
#[case(DeploymentStatus::Successful, Some(Outcome::Succeeded), "successful")]
#[case(DeploymentStatus::Stopped, Some(Outcome::Stopped), "stopped")]
#[case(DeploymentStatus::Other("PAUSED".into()), None, "PAUSED")]
fn ecs_tells_how_it_ended(
    #[case] status: DeploymentStatus,
    #[case] outcome: Option<Outcome>,
    #[case] word: &str,
) {
    let back = matches!(status, DeploymentStatus::RollbackRequested | DeploymentStatus::RollbackInProgress);
    let mut deployment = native(LEDGER, 41, "PRODUCTION_TRAFFIC_SHIFT", Some(10.0));
    let is_unknown = matches!(status, DeploymentStatus::Other(_));
    deployment.status = status;
    let hook = hook("ecs-pause-1", "PAUSE", "AWAITING_ACTION", 60, "CONTINUE");
    let shift = ledger_shift(with_hooks(deployment, vec![hook]));
    assert_eq!((&shift.outcome, &*shift.status), (&outcome, word));
    // A deployment in progress takes an answer, and one of which nobody knows how it stands.
    assert_eq!(shift.hold.is_some(), is_unknown);
    assert_eq!(shift.phase == Phase::RollingBack, back);
    if back {
        assert_eq!(traffic_of(&shift), "10% done, 100% skipped");
        assert_eq!(at(&shift)[0], ("PRODUCTION_TRAFFIC_SHIFT", StepState::Failed));
    }
}

#[test]
fn a_rollback_that_came_too_late_says_so() {
    let mut deployment = native(LEDGER, 41, "CLEAN_UP", Some(100.0));
    deployment.status = DeploymentStatus::Successful;
    deployment.rollback = Some(Rollback { reason: None, started: Some(minutes_ago(1)), revision: None });
    let shift = ledger_shift(deployment);
    assert_eq!(shift.outcome, Some(Outcome::Succeeded));
    assert!(shift.reason.unwrap().contains("too late"));
}

#[test]
fn what_another_took_the_place_of_is_replaced() {
    let mut old = native(LEDGER, 60, "SCALE_UP", Some(0.0));
    old.id = DeploymentId::new(old.id.as_str().replace("NCWG", "OLDO"));
    old.status = DeploymentStatus::Stopped;
    let new = native(LEDGER, 41, "SCALE_UP", Some(0.0));
    let fleet = ledger(vec![new.clone(), old.clone()], 0.0);
    let service = &fleet.known_service(&service_id(LEDGER)).unwrap().service;
    assert_eq!(shift(&fleet, service).unwrap().id, ShiftId::Ecs(new.id.clone()));
    let replaced = shift_of(&fleet, service, &ShiftId::Ecs(old.id)).unwrap();
    assert_eq!(replaced.outcome, Some(Outcome::Replaced(new.id.text())));
    let all: Vec<_> = past(&fleet, service).into_iter().map(|shift| shift.outcome).collect();
    assert_eq!(all, [None, Some(Outcome::Replaced(new.id.text()))]);
}

#[test]
fn the_bake_time_ends_after_its_minutes() {
    let shift = ledger_shift(native(LEDGER, 41, "BAKE_TIME", Some(100.0)));
    let until = shift.blue_until.unwrap();
    assert_eq!((until.at, until.exact), (ago(500) + TimeDelta::minutes(30), false));
}

#[test]
fn the_addresses_of_tasks_tell_which_target_group_is_whose() {
    // The second deployment of a service goes from `…-g` back to `…-b`.
    let mut fleet = ledger(vec![native(LEDGER, 41, "PRODUCTION_TRAFFIC_SHIFT", Some(50.0))], 0.0);
    let health = |name: &str, tasks| Observation::TargetHealth {
        group: target_group_id(name),
        targets: targets(tasks),
    };
    let blue = crew(LEDGER, "ecs-svc/5858", "ledger:58", 58, (4, 4_000));
    let green = crew(LEDGER, "ecs-svc/5959", "ledger:59", 59, (4, 36));
    fleet.apply(now(), health("tg-ledger-g", &blue));
    fleet.apply(now(), health("tg-ledger-b", &green));
    let green = of(&fleet, LEDGER).unwrap().green.unwrap();
    assert_eq!(green.target_group, Some(TargetGroupKey::Id(target_group_id("tg-ledger-b"))));
}

const INSTALLED: [(&str, &str); 3] =
    [("BeforeInstall", "Succeeded"), ("Install", "Succeeded"), ("AfterInstall", "Succeeded")];
const TESTED: [(&str, &str); 2] = [("AllowTestTraffic", "Succeeded"), ("AfterAllowTestTraffic", "Succeeded")];

#[rstest]
#[case(CodeDeployStatus::InProgress, &[], 0.0, Phase::Starting, "10% next, 100% next")]
#[case(CodeDeployStatus::InProgress, &[("BeforeInstall", "Succeeded"), ("Install", "InProgress")], 0.0, Phase::Preparing, "10% next, 100% next")]
#[case(CodeDeployStatus::InProgress, &INSTALLED, 0.0, Phase::Preparing, "10% next, 100% next")]
#[case(CodeDeployStatus::InProgress, &[INSTALLED[0], INSTALLED[1], INSTALLED[2], ("AllowTestTraffic", "Succeeded"), ("AfterAllowTestTraffic", "InProgress")], 0.0, Phase::Testing, "10% next, 100% next")]
#[case(CodeDeployStatus::Ready, &[INSTALLED[0], INSTALLED[1], INSTALLED[2], TESTED[0], TESTED[1]], 0.0, Phase::BeforeShift, "10% held, 100% next")]
#[case(CodeDeployStatus::InProgress, &[INSTALLED[0], INSTALLED[1], INSTALLED[2], TESTED[0], TESTED[1], ("BeforeAllowTraffic", "Succeeded"), ("AllowTraffic", "InProgress")], 10.0, Phase::Shifting, "10% done, 100% next")]
#[case(CodeDeployStatus::InProgress, &[INSTALLED[0], INSTALLED[1], INSTALLED[2], TESTED[0], TESTED[1], ("BeforeAllowTraffic", "Succeeded"), ("AllowTraffic", "InProgress")], 0.0, Phase::Shifting, "10% now, 100% next")]
#[case(CodeDeployStatus::InProgress, &[INSTALLED[0], INSTALLED[1], INSTALLED[2], TESTED[0], TESTED[1], ("BeforeAllowTraffic", "Skipped"), ("AllowTraffic", "Succeeded"), ("AfterAllowTraffic", "InProgress")], 100.0, Phase::Shifting, "10% done, 100% done")]
#[case(CodeDeployStatus::Other("Simmering".into()), &INSTALLED, 0.0, Phase::Other("Simmering".into()), "10% next, 100% next")]
fn three_facts_tell_the_phase_of_codedeploy(
    #[case] status: CodeDeployStatus,
    #[case] events: &[(&str, &str)],
    #[case] share: f64,
    #[case] phase: Phase,
    #[case] traffic: &str,
) {
    let fleet = in_phase(orders("d-7KX2ABCDE", status, 780), Some(target(events, share)));
    let shift = of(&fleet, ORDERS).unwrap();
    assert_eq!((shift.phase.clone(), traffic_of(&shift).as_str()), (phase, traffic));
    assert_eq!(shift.outcome, None);
}

#[test]
fn codedeploy_waits_once_and_stops_when_nobody_answers() {
    let shift = of(&codedeploy_waiting(), ORDERS).unwrap();
    let hold = shift.hold.as_ref().unwrap();
    assert_eq!(
        (&hold.kind, &hold.silence, &*hold.stage),
        (&HoldKind::Ready, &Silence::Stops, "BeforeAllowTraffic")
    );
    assert_eq!(
        (hold.moves.as_slice(), hold.authorises()),
        (&[Percent::new(10.0), Percent::ALL][..], Some(Percent::ALL))
    );
    let deadline = hold.deadline.unwrap();
    assert_eq!(
        (hold.since, deadline.at, deadline.exact),
        (Some(ago(526)), ago(526) + TimeDelta::minutes(60), false)
    );
    assert_eq!(at(&shift), [("BeforeAllowTraffic", StepState::Held)]);
    let green = shift.green.as_ref().unwrap();
    assert_eq!(green.target_group, Some(TargetGroupKey::Name("tg-orders-g".into())));
    assert_eq!(
        (green.production_asked, green.production_live, green.test_asked, green.test_live),
        (Some(Percent::NONE), Some(Percent::NONE), Some(Percent::ALL), Some(Percent::ALL))
    );
    assert_eq!(green.definition.as_ref().unwrap().name(), "orders-api:211");
    assert_eq!(shift.guards.blue_kept_minutes, Some(60));
    assert!(shift.guards.alarms_on && shift.guards.alarms_roll_back && !shift.guards.ignores_poll_failure);
    assert_eq!(shift.green_since, None);
}

#[rstest]
#[case::it_goes_on_by_itself(Some(ReadyAction::Continue))]
#[case::a_new_word(Some(ReadyAction::Other("ASK_AGAIN".into())))]
fn ready_alone_is_no_hold(#[case] ready: Option<ReadyAction>) {
    let mut deployment = orders("d-7KX2ABCDE", CodeDeployStatus::Ready, 780);
    deployment.rules.ready = ready;
    let events = [INSTALLED[0], INSTALLED[1], INSTALLED[2], TESTED[0], TESTED[1]];
    let shift = of(&in_phase(deployment, Some(target(&events, 0.0))), ORDERS).unwrap();
    assert_eq!((shift.hold, shift.phase), (None, Phase::BeforeShift));
}

#[rstest]
#[case(CodeDeployStatus::InProgress)]
#[case(CodeDeployStatus::Ready)]
fn blue_is_kept_until_the_termination_wait_is_over(#[case] status: CodeDeployStatus) {
    let mut fleet = codedeploy_blue_kept();
    let deployment = orders("d-7KX2ABCDE", status, 780);
    fleet.apply(now(), Observation::CodeDeployments { deployments: vec![deployment], missing: Vec::new() });
    let shift = of(&fleet, ORDERS).unwrap();
    assert_eq!((&shift.phase, &shift.hold), (&Phase::BlueKept, &None));
    let until = shift.blue_until.unwrap();
    assert_eq!((until.at, until.exact), (ago(50) + TimeDelta::minutes(60), false));
    assert_eq!(shift.green_since, Some(ago(60)));
}

#[test]
fn before_greens_task_set_exists_the_group_names_the_deployment() {
    let mut fleet = in_phase(orders("d-7KX2ABCDE", CodeDeployStatus::Created, 5), None);
    let known = fleet.known_service(&service_id(ORDERS)).unwrap();
    let mut service = (*known.service).clone();
    service.task_sets.remove(0);
    fleet.apply(now(), Observation::Services { services: vec![service], missing: Vec::new() });
    let shift = of(&fleet, ORDERS).unwrap();
    assert_eq!((shift.phase.clone(), shift.id.as_str()), (Phase::Starting, "d-7KX2ABCDE"));
    assert_eq!(shift.blue.unwrap().started_by.as_deref(), Some("ecs-svc/210"));
    assert_eq!(shift.green, None);
    assert!(shift.steps.iter().all(|step| step.state == StepState::Next));
}

#[rstest]
#[case(CodeDeployStatus::Succeeded, Outcome::Succeeded)]
#[case(CodeDeployStatus::Failed, Outcome::Failed)]
#[case(CodeDeployStatus::Stopped, Outcome::Stopped)]
fn codedeploy_tells_how_it_ended(#[case] status: CodeDeployStatus, #[case] outcome: Outcome) {
    let mut deployment = orders("d-7KX2ABCDE", status, 780);
    deployment.completed = Some(ago(30));
    deployment.error = Some(("ALARM_ACTIVE".into(), "One or more alarms have been activated.".into()));
    let shift = of(&in_phase(deployment, Some(target(&INSTALLED, 0.0))), ORDERS).unwrap();
    assert_eq!((shift.outcome, shift.phase, shift.ended), (Some(outcome), Phase::Ended, Some(ago(30))));
    assert_eq!(shift.reason.as_deref(), Some("One or more alarms have been activated."));
}

#[rstest]
#[case(CodeDeployStatus::InProgress, None, Phase::RollingBack)]
#[case(CodeDeployStatus::Succeeded, Some(Outcome::RolledBack), Phase::Ended)]
#[case(CodeDeployStatus::Failed, Some(Outcome::Failed), Phase::Ended)]
fn the_way_back_of_codedeploy_belongs_to_the_deployment_that_it_undoes(
    #[case] status: CodeDeployStatus,
    #[case] outcome: Option<Outcome>,
    #[case] phase: Phase,
) {
    let mut stopped = orders("d-7KX2ABCDE", CodeDeployStatus::Stopped, 780);
    stopped.rolled_back_by = Some(CodeDeployId::new("d-8BACKWARD"));
    let mut fleet = in_phase(stopped, Some(target(&INSTALLED, 0.0)));
    // It is named, and nobody knows more yet.
    assert_eq!(of(&fleet, ORDERS).unwrap().phase, Phase::RollingBack);
    rolled_back_by(&mut fleet, status);
    let shift = of(&fleet, ORDERS).unwrap();
    assert_eq!((shift.id.as_str(), shift.outcome, shift.phase), ("d-7KX2ABCDE", outcome, phase));
}

#[test]
fn a_way_back_of_something_unknown_stands_for_itself() {
    let mut back = orders("d-7KX2ABCDE", CodeDeployStatus::InProgress, 20);
    back.creator = Some("codeDeployRollback".into());
    back.rolls_back = Some(CodeDeployId::new("d-0LONGGONE"));
    let shift = of(&in_phase(back, None), ORDERS).unwrap();
    assert_eq!((shift.phase, shift.outcome), (Phase::RollingBack, None));
}

#[test]
fn a_service_without_any_of_it_has_no_shift() {
    let fleet = fleet(vec![service(LEDGER, 3)], Vec::new(), Vec::new());
    assert_eq!(of(&fleet, LEDGER), None);
}
