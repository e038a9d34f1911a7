//! The deployments of a service: in words, as a list, and as what a person sees of them.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use fargate_top::app::difference;
use fargate_top::app::failures::failures;
use fargate_top::app::progress::{self, Typical};
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::{Glyphs, Settings};
use fargate_top::app::subscription::{Cadence, subscriptions};
use fargate_top::app::update;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use fargate_top::fleet::topic::{FailureKind, Subject};
use fargate_top::fleet::verdict::Severity;
use fargate_top::view::theme::Theme;
use pretty_assertions::assert_eq;
use ratatui::layout::Size;
use rstest::rstest;

use crate::support::deploys::*;
use crate::support::desk::Desk;
use crate::support::fixture::{ago, cluster_id, minutes_ago, now, service_id};
use crate::support::incident::failed;
use crate::support::screen::{assert_picture, assert_styles, lines, picture};

const ALL: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 15)];

fn screen() -> Screen {
    Screen::Deployments(cluster_id("core"), service_id(PATH))
}

fn desk(fleet: Fleet, (width, height): (u16, u16)) -> Desk {
    Desk::with(fleet, Settings::default(), Size::new(width, height)).open(&screen())
}

#[rstest]
#[case("in-progress", in_progress(), "")]
#[case("stuck", stuck(), "")]
#[case("rolled-back", rolled_back(), "")]
#[case("held", held(), "")]
#[case("calm", calm(), "")]
#[case("replaced", calm(), "j j")]
#[case("code-deploy", code_deploy(), "")]
fn pictures(#[case] name: &str, #[case] fleet: Fleet, #[case] keys: &str) {
    for size in ALL {
        let mut desk = desk(fleet.clone(), size);
        if !keys.is_empty() {
            desk.press(keys);
        }
        assert_picture(&format!("deployments-{name}"), &desk.model);
    }
}

#[test]
fn beside_each_other_where_there_is_room() {
    let desk = desk(rolled_back(), (200, 60));
    assert_picture("deployments-rolled-back", &desk.model);
}

#[test]
fn without_unicode() {
    let settings = Settings { glyphs: Glyphs::Ascii, ..Settings::default() };
    for (width, height) in ALL {
        let desk = Desk::with(in_progress(), settings.clone(), Size::new(width, height));
        let desk = desk.open(&screen());
        assert_picture("ascii-deployments-in-progress", &desk.model);
        for line in lines(&picture(&desk.model, &Theme::default())) {
            assert!(line.is_ascii(), "{line}");
        }
    }
}

#[test]
fn in_colours() {
    assert_styles("deployments-stuck", &desk(stuck(), (120, 36)).model, &Theme::default());
}

#[test]
fn what_may_not_be_read_is_named_in_its_place() {
    let service = crate::support::fixture::service(PATH, 6);
    let fleet = crate::support::fixture::fleet(vec![service], Vec::new(), Vec::new());
    let mut desk = Desk::with(fleet, Settings::default(), Size::new(80, 24)).open(&screen());
    assert_picture("deployments-loading", &desk.model);
    let subject = Subject::Deployments(cluster_id("core"), service_id(PATH));
    let denied = FailureKind::Denied { action: Some("ecs:ListServiceDeployments".into()) };
    desk.learn(failed(subject, denied, "ListServiceDeployments", "no"));
    assert_picture("deployments-denied", &desk.model);
}

/// A deployment that began twenty minutes ago and ended after some seconds.
fn with(status: DeploymentStatus, change: impl FnOnce(&mut ServiceDeployment)) -> ServiceDeployment {
    let mut deployment = deployment("AAAA", 20, "88f3", "c01e");
    if status.is_final() {
        deployment = ended(deployment, status, 240);
    } else {
        deployment.status = status;
    }
    change(&mut deployment);
    deployment
}

#[test]
fn a_status_is_said_in_our_words() {
    use DeploymentStatus::*;
    let back =
        |deployment: &mut ServiceDeployment| deployment.rollback = Some(rollback(ago(60), "asked for"));
    let cases: Vec<(ServiceDeployment, &str, Severity)> = vec![
        (with(Pending, |_| ()), "pending", Severity::Deploying),
        (with(InProgress, |_| ()), "in progress", Severity::Deploying),
        (
            with(InProgress, |d| d.hooks = vec![pause("SUCCEEDED", "ROLLBACK")]),
            "in progress",
            Severity::Deploying,
        ),
        (
            with(InProgress, |d| d.hooks = vec![pause("AWAITING_ACTION", "ROLLBACK")]),
            "waits for you",
            Severity::Waiting,
        ),
        (with(StopRequested, |_| ()), "stopping", Severity::Deploying),
        (with(Stopped, |_| ()), "stopped", Severity::Unknown),
        (with(Stopped, |d| d.breaker = Some(breaker("TRIGGERED", 3))), "stopped: breaker", Severity::Fail),
        (
            with(Stopped, |d| d.alarms = Some(alarms("TRIGGERED", &["auth-5xx"]))),
            "stopped: alarm",
            Severity::Fail,
        ),
        (with(Successful, |_| ()), "successful", Severity::Ok),
        (with(Successful, back), "not rolled back", Severity::Degraded),
        (with(RollbackRequested, back), "rolling back", Severity::Degraded),
        (with(RollbackInProgress, back), "rolling back", Severity::Degraded),
        (with(RollbackSuccessful, back), "rolled back", Severity::Degraded),
        (with(RollbackFailed, back), "rollback failed", Severity::Fail),
        (with(Other("NEW_WORD".into()), |_| ()), "NEW_WORD", Severity::Unknown),
    ];
    for (deployment, word, severity) in cases {
        let all = [deployment.clone()];
        let said = (progress::status(&deployment, &all), progress::severity(&deployment));
        assert_eq!(said, (word.to_owned(), severity), "{:?}", deployment.status);
    }
}

#[test]
fn one_that_made_way_names_the_next_one() {
    use DeploymentStatus::*;
    let next = deployment("BBBB", 16, "c01e", "d00d");
    let later = deployment("CCCC", 2, "d00d", "e00e");
    let status = |old: ServiceDeployment| progress::status(&old, &[later.clone(), next.clone(), old.clone()]);
    assert_eq!(status(with(Stopped, |_| ())), "replaced by BBBB");
    assert_eq!(status(with(StopRequested, |_| ())), "yields to BBBB");
    // Nothing began when this one ended: somebody stopped it.
    assert_eq!(status(with(Stopped, |d| d.stopped = Some(minutes_ago(18)))), "replaced by BBBB");
    let early = with(Stopped, |d| (d.stopped, d.finished) = (Some(minutes_ago(18)), Some(minutes_ago(18))));
    assert_eq!(status(early), "stopped");
    // A guard stopped it, whatever began at the same time.
    assert_eq!(status(with(Stopped, |d| d.breaker = Some(breaker("TRIGGERED", 3)))), "stopped: breaker");
    assert_eq!(status(with(Successful, |_| ())), "successful");
}

#[test]
fn the_usual_duration_comes_from_the_last_three_that_went_well() {
    // Seconds of each, then median, least, most and number, then the words.
    type Case = (&'static [i64], Option<(i64, i64, i64, usize)>, &'static str);
    let took = |seconds: &[i64]| -> Vec<ServiceDeployment> {
        seconds.iter().map(|seconds| good("AAAA", 100, "88f3", "c01e", *seconds)).collect()
    };
    let cases: &[Case] = &[
        (&[], None, ""),
        (&[220], Some((220, 220, 220, 1)), "the last one took 3m40s"),
        (&[200, 240], Some((220, 200, 240, 2)), "typical 3m40s (last two 3m20s to 4m00s)"),
        (&[220, 192, 245, 900], Some((220, 192, 245, 3)), "typical 3m40s (last three 3m12s to 4m05s)"),
    ];
    for (spans, expected, words) in cases {
        let typical = progress::typical(&took(spans));
        let expected = expected.map(|(median, min, max, count)| Typical {
            median: TimeDelta::seconds(median),
            min: TimeDelta::seconds(min),
            max: TimeDelta::seconds(max),
            count,
        });
        assert_eq!(typical, expected);
        assert_eq!(typical.map_or_else(String::new, |typical| typical.to_string()), *words);
    }
    // What a person held up, what was rolled back or replaced, and what is under way tells nothing.
    let mut none = [took(&[300]), history().split_off(2)].concat();
    none.truncate(2);
    none[0].hooks = vec![pause("SUCCEEDED", "ROLLBACK")];
    none.push(with(DeploymentStatus::RollbackSuccessful, |_| ()));
    none.push(with(DeploymentStatus::InProgress, |_| ()));
    assert_eq!(progress::typical(&none), None);
}

#[test]
fn a_duration_is_compared_with_the_earlier_ones_only() {
    let mut all = vec![deployment("NCWG", 3, "88f3", "c01e")];
    all.extend(history());
    let of = |all: &[ServiceDeployment], place: usize| progress::duration(&all[place], all, now());
    assert_eq!(of(&all, 0), "3m00s so far; typical 3m40s (last three 3m12s to 4m05s)");
    assert_eq!(of(&all, 1), "took 3m40s; typical 4m05s (last three 3m12s to 10m10s)");
    assert_eq!(of(&all, 4), "took 3m12s; the last one took 10m10s");
    all[4].finished = Some(now());
    assert!(of(&all, 4).ends_with("10m10s, longer than that"));
    assert_eq!(of(&all, 5), "took 10m10s; no earlier one that went well to compare with");
    let slow = deployment("SLOW", 60, "88f3", "c01e");
    let all = [vec![slow.clone()], history()].concat();
    assert_eq!(
        progress::duration(&slow, &all, now()),
        "1h00m so far; typical 3m40s (last three 3m12s to 4m05s), longer than each of them"
    );
}

#[test]
fn revisions_are_written_with_the_end_of_their_id() {
    let fleet = in_progress();
    let newest = &fleet.deployments(&service_id(PATH)).unwrap()[0];
    assert_eq!(progress::revisions(&fleet, newest), "auth-api:88@88f3 > auth-api:89@c01e");
    assert_eq!(progress::brief_revisions(&fleet, newest), "88@88f3 > 89@c01e");
    let mut other = newest.clone();
    other.sources.push(tasks("88aa", (1, 1, 0)));
    assert_eq!(progress::brief_revisions(&fleet, &other), "88@88f3 +1 > 89@c01e");
    other.sources.clear();
    assert_eq!(progress::brief_revisions(&fleet, &other), "first 89@c01e");
    other.target = Some(tasks("ffff", (1, 1, 0)));
    assert_eq!(progress::revisions(&fleet, &other), "first ?@ffff");
}

#[test]
fn the_breaker_says_what_it_counts_and_what_it_will_do() {
    use DeploymentStatus::*;
    let fleet = in_progress();
    let service = fleet.service(&service_id(PATH)).unwrap();
    let of = |status: DeploymentStatus, word: &str, failures: u32| {
        let deployment = with(status, |d| d.breaker = Some(breaker(word, failures)));
        progress::breaker(&deployment, Some(service))
    };
    assert_eq!(
        of(InProgress, "MONITORING", 2),
        "2 of 3 failures, then it rolls back; counts tasks that never run or fail health checks, anew when one runs"
    );
    assert_eq!(of(RollbackInProgress, "TRIGGERED", 3), "3 of 3 failures: it opened");
    assert_eq!(of(Successful, "MONITORING_COMPLETE", 0), "0 of 3 failures");
    assert_eq!(of(InProgress, "DISABLED", 0), "off: nothing will undo it");
    assert_eq!(of(Successful, "DISABLED", 0), "was off");
    let watched = with(InProgress, |d| {
        (d.breaker, d.alarms) = (None, Some(alarms("MONITORING", &[])));
    });
    assert_eq!(progress::breaker(&watched, Some(service)), "off: only an alarm can undo it");
    let mut canary = (**service).clone();
    canary.rules.strategy = Some("CANARY".into());
    assert_eq!(progress::breaker(&watched, Some(&canary)), "guards rolling deployments only");
    canary.rules.strategy = Some("ROLLING".into());
    canary.rules.breaker_rolls_back = false;
    let tried = with(InProgress, |d| d.breaker = Some(breaker("MONITORING", 1)));
    assert_eq!(
        progress::breaker(&tried, Some(&canary)),
        "1 of 3 failures, then it stops where it is, nothing rolls back; counts tasks that never run or fail health checks, anew when one runs"
    );
}

#[test]
fn alarms_are_named_and_their_states_are_not_made_up() {
    use DeploymentStatus::*;
    let of = |status: DeploymentStatus, alarms| progress::alarms(&with(status, |d| d.alarms = Some(alarms)));
    assert_eq!(progress::alarms(&with(InProgress, |d| d.alarms = None)), "not known");
    assert_eq!(of(InProgress, alarms("DISABLED", &[])), "off: no alarm ends it");
    assert_eq!(
        of(InProgress, alarms("MONITORING", &[])),
        "watched: auth-5xx, auth-latency; their states are not known"
    );
    assert_eq!(of(RollbackInProgress, alarms("TRIGGERED", &["auth-5xx"])), "went off: auth-5xx");
    assert_eq!(of(Successful, alarms("MONITORING_COMPLETE", &[])), "none went off: auth-5xx, auth-latency");
}

#[test]
fn a_hook_says_what_silence_does() {
    let said = |hook| progress::hook(&hook, now(), true);
    assert_eq!(
        said(pause("AWAITING_ACTION", "CONTINUE")).as_deref(),
        Some("ecs-pause-e7tK9G waits for a person until 14:24, then it goes on: silence means yes")
    );
    assert_eq!(
        said(pause("AWAITING_ACTION", "ROLLBACK")).as_deref(),
        Some("ecs-pause-e7tK9G waits for a person until 14:24, then it rolls back")
    );
    assert_eq!(said(pause("TIMED_OUT", "ROLLBACK")).as_deref(), Some("ecs-pause-e7tK9G timed out"));
    assert_eq!(said(pause("SUCCEEDED", "ROLLBACK")), None);
}

#[test]
fn who_registered_the_definition_is_not_who_began() {
    let fleet = in_progress();
    let all = fleet.deployments(&service_id(PATH)).unwrap();
    let by = "task definition registered by arn:aws:sts::123456789012:assumed-role/ci/deploy";
    assert_eq!(progress::starter(&fleet, &all[0]), format!("{by}, 1m00s before"));
    assert_eq!(progress::starter(&fleet, &all[1]), "starter not known: the same task definition again");
    assert_eq!(progress::starter(&fleet, &all[3]), "starter not known yet");
}

#[test]
fn new_tasks_that_ended_alike_are_one_failure() {
    let fleet = stuck();
    let service = fleet.service(&service_id(PATH)).unwrap();
    let all = fleet.deployments(&service_id(PATH)).unwrap();
    let told = |deployment| -> Vec<String> {
        failures(&fleet, service, deployment).iter().map(|group| group.told(now())).collect()
    };
    assert_eq!(
        told(&all[0]),
        [
            "5 tasks: app exit 1: application error; last 51de 2m ago",
            "1 task: cannot pull image app:1.4.2 (not found); d0d0 11m ago",
        ]
    );
    assert_eq!(told(&all[1]), [""; 0]);
    // The rollout is gone: its tasks are known by their definition and time.
    let fleet = rolled_back();
    let service = fleet.service(&service_id(PATH)).unwrap();
    let newest = &fleet.deployments(&service_id(PATH)).unwrap()[0];
    let counts: Vec<usize> = failures(&fleet, service, newest).iter().map(|group| group.count).collect();
    assert_eq!(counts.iter().sum::<usize>(), 4, "those that were created before it ended");
}

#[test]
fn two_revisions_differ_by_meaning() {
    let mut fleet = in_progress();
    let between = |fleet: &Fleet, older, newer| {
        let difference = difference::between(fleet, &revision_id(older), &revision_id(newer));
        (difference.changes, difference.gaps)
    };
    let (changes, gaps) = between(&fleet, "88f3", "c01e");
    assert_eq!(
        changes,
        [
            "image auth:4.88 > auth:4.89",
            "secret DB_URL removed",
            "variable FEATURE_LOGIN added",
            "memory 1024 > 2048"
        ]
    );
    assert_eq!(gaps, [""; 0]);
    // The same tag was moved to other code in between.
    assert_eq!(between(&fleet, "88aa", "88f3").0, ["image auth:4.88 is other code: 3f9d21 > 3f9d22"]);
    assert_eq!(between(&fleet, "87d0", "88aa").1, ["task definition auth-api:87 is not known yet"]);
    assert_eq!(between(&fleet, "ffff", "88aa").1, ["service revision ffff: not known yet"]);
    let mut moved = revision("beef", 88, "3f9d22");
    moved.images[0].digest = None;
    moved.launch_type = None;
    moved.capacity = [("FARGATE_SPOT", 3, 0), ("FARGATE", 1, 2)]
        .map(|(provider, weight, base)| fargate_top::fleet::service::CapacityShare {
            provider: provider.into(),
            base,
            weight,
        })
        .to_vec();
    moved.platform_version = Some("1.5.0".into());
    let network = moved.network.as_mut().unwrap();
    network.public_ip = Some(true);
    network.subnets = vec!["subnet-9f9f".into()];
    let observation = fargate_top::fleet::observation::Observation::Revisions {
        revisions: vec![moved],
        missing: Vec::new(),
    };
    fleet.apply(now(), observation);
    let (changes, gaps) = between(&fleet, "88f3", "beef");
    assert_eq!(
        changes,
        [
            "capacity FARGATE > FARGATE_SPOT 3, FARGATE 1 base 2",
            "platform Linux 1.4.0 > Linux 1.5.0",
            "subnet subnet-0a1b removed",
            "subnet subnet-9f9f added",
            "public IP no > yes",
        ]
    );
    assert_eq!(gaps, ["image auth:4.88 given by tag, may be other code (not checked)"]);
}

#[test]
fn the_screen_asks_for_what_it_compares() {
    let mut desk = desk(in_progress(), (120, 36));
    let asked = |desk: &Desk| -> BTreeSet<String> {
        let all = subscriptions(&desk.model).into_iter().map(|wanted| wanted.topic.subject.to_string());
        all.filter(|subject| subject.contains("auth-api")).collect()
    };
    assert!(asked(&desk).contains("deployments of auth-api"));
    assert!(!asked(&desk).contains("task definition auth-api:86"));
    desk.press("j j j");
    let wanted = asked(&desk);
    assert!(wanted.contains("task definition auth-api:86") && wanted.contains("task definition auth-api:87"));
    let deployments = Subject::Deployments(cluster_id("core"), service_id(PATH));
    let cadence = |desk: &Desk| {
        let all = subscriptions(&desk.model);
        all.into_iter().find(|wanted| wanted.topic.subject == deployments).map(|wanted| wanted.cadence)
    };
    assert_eq!(cadence(&desk), Some(Cadence::Seconds(5)));
}

#[test]
fn what_is_under_way_is_counted_to_the_second() {
    let next = |desk: &Desk| update::next_tick(&desk.model) - desk.model.now;
    let mut desk = desk(in_progress(), (120, 36));
    assert_eq!(next(&desk), TimeDelta::seconds(1));
    desk.press("j");
    assert!(next(&desk) > TimeDelta::seconds(1), "what is over stands still");
}

#[test]
fn z_leads_to_the_deployments_from_everywhere_around_a_service() {
    let (cluster, service) = (cluster_id("core"), service_id(PATH));
    let from = [
        Screen::Fleet,
        Screen::Services(cluster.clone()),
        Screen::Service(cluster.clone(), service.clone()),
        Screen::ServiceTasks(cluster.clone(), service.clone()),
        Screen::Events(cluster, service),
    ];
    for from in from {
        let mut desk = Desk::new(stuck()).open(&from);
        desk.press("z");
        assert_eq!(desk.model.screen(), &screen(), "from {from:?}");
        desk.press("esc");
        assert_eq!(desk.model.screen(), &from);
    }
    let mut desk = Desk::new(calm());
    for name in ["deployments", "dep", "revisions", "rev"] {
        desk.press("esc :").write(&format!("{name} {PATH}")).press("enter");
        assert_eq!(desk.model.screen(), &screen(), "{name}");
    }
}

#[test]
fn enter_moves_into_the_details_and_esc_back() {
    let mut desk = desk(stuck(), (60, 15));
    desk.press("enter j j");
    assert_eq!((desk.model.view().side_scroll, desk.model.view().position()), (2, Some((0, 6))));
    desk.press("enter");
    assert_eq!(desk.notice(), "open: nothing to open here");
    desk.press("esc j");
    assert_eq!((desk.model.view().side_scroll, desk.model.view().position()), (0, Some((1, 6))));
    desk.press("space");
    assert_eq!(desk.notice(), "mark: nothing is done with several deployments");
}
