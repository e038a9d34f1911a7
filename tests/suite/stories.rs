//! Stories: keys in, rows out, requests counted, on the simulated AWS through the real SDK.

use std::collections::BTreeMap;

use fargate_top::app::freshness::{self, Freshness};
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::fleet::verdict::Severity;
use fargate_top::simulation::{Disturbance, Fault, FaultEffect, Shape, Simulation};

use crate::support::fixture::now;
use crate::support::story::Story;

#[tokio::test(start_paused = true)]
async fn first_load_shows_every_service_with_the_broken_ones_on_top() {
    let mut story = Story::begin("incident").await;
    story.pass(2.0).await;
    assert!(story.model().loaded);
    let fleet = &story.model().fleet;
    assert_eq!(fleet.services_listed(), Some(fleet.service_count()));
    story.pass(5.0).await;
    let severity = |name: &str| story.verdict(name).map(|verdict| verdict.severity);
    for name in ["checkout-api", "mail-worker", "image-resize", "auth-api", "search-api", "report-builder"] {
        assert!(severity(name).is_some_and(|s| s <= Severity::Degraded), "{name}: {:?}", story.verdict(name));
    }
    let severities: Vec<Severity> = story
        .rows()
        .iter()
        .map(|id| story.model().triage.verdict(id).map_or(Severity::Unknown, |verdict| verdict.severity))
        .collect();
    assert!(severities.is_sorted(), "{severities:?}");
}

#[tokio::test(start_paused = true)]
async fn enter_twice_leads_from_the_fleet_to_the_dead_task() {
    let mut story = Story::begin("incident").await;
    story.pass(5.0).await;
    assert_eq!(story.rows().first().map(|id| id.name().to_owned()).as_deref(), Some("checkout-api"));
    story.press("g enter").pass(1.0).await;
    story.press("enter").pass(1.0).await;
    let Screen::Task(_, id) = story.model().screen() else { panic!("{:?}", story.model().screen()) };
    let task = story.model().fleet.task(id).unwrap();
    assert_eq!(task.stopped_reason.as_deref(), Some("Essential container in task exited"));
    story.press("esc esc");
    assert_eq!((story.model().screen(), story.selected().as_str()), (&Screen::Fleet, "checkout-api"));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_reorders_rows_leaves_the_selection_where_it_was() {
    let mut story = Story::begin("calm").await;
    story.pass(3.0).await;
    story.press("ctrl-z j j j");
    let selected = story.selected();
    let victim = story.rows().last().unwrap().clone();
    assert_ne!(victim.name(), selected);
    let (cluster, service) = (victim.cluster_name().unwrap().to_owned(), victim.name().to_owned());
    let crash = Disturbance::Break { cluster, service, behaviour: "crash-loop".to_owned() };
    story.simulation.disturb(story.millis(), crash).unwrap();
    story.pass(300.0).await;
    assert_eq!(story.rows().first(), Some(&victim), "{:?}", story.verdict(victim.name()));
    assert_eq!(story.selected(), selected);
}

#[tokio::test(start_paused = true)]
async fn throttled_for_a_minute_slows_down_keeps_its_rows_and_recovers() {
    let mut story = Story::begin("calm").await;
    story.pass(10.0).await;
    let services = story.model().fleet.service_count();
    let fault = story.simulation.inject(Fault::new(FaultEffect::Throttle));
    story.calls();
    story.pass(60.0).await;
    let calls = story.calls().len();
    assert!(calls < 150, "{calls} calls in a minute in which AWS refused all of them");
    assert_eq!(story.model().fleet.service_count(), services);
    assert!(
        story.conditions().iter().any(|text| text.starts_with("AWS is limiting")),
        "{:?}",
        story.conditions()
    );
    story.simulation.clear(fault);
    story.pass(90.0).await;
    assert_eq!(story.conditions(), Vec::<String>::new());
    assert!(story.oldest().num_seconds() <= 10, "{}", story.oldest());
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_freeze_the_data_until_they_come_back() {
    let mut story = Story::begin("calm").await;
    story.pass(10.0).await;
    let services = story.model().fleet.service_count();
    let fault = story.simulation.inject(Fault::new(FaultEffect::Expired));
    story.pass(60.0).await;
    assert_eq!(story.model().fleet.service_count(), services);
    let sentence = story.conditions().first().cloned().unwrap();
    assert!(sentence.contains("aws sso login --profile acme-prod"), "{sentence}");
    assert!(matches!(freshness::of_screen(story.model()), Freshness::Frozen(_)));
    story.calls();
    story.pass(60.0).await;
    let calls = story.calls();
    assert!(calls.len() <= 30, "{} calls with credentials that are known to have ended", calls.len());
    story.simulation.clear(fault);
    story.pass(15.0).await;
    assert_eq!(story.conditions(), Vec::<String>::new());
    assert!(story.oldest().num_seconds() <= 15, "{}", story.oldest());
}

#[tokio::test(start_paused = true)]
async fn a_lost_network_leaves_the_rows_to_move_in_and_comes_back() {
    let mut story = Story::begin("calm").await;
    story.pass(10.0).await;
    let fault = story.simulation.inject(Fault::new(FaultEffect::Drop));
    story.pass(60.0).await;
    assert!(story.conditions().iter().any(|text| text.contains("unreachable")), "{:?}", story.conditions());
    let first = story.selected();
    story.press("j");
    assert_ne!(story.selected(), first);
    story.simulation.clear(fault);
    story.pass(75.0).await;
    assert_eq!(story.conditions(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_vanishes_while_selected_stays_as_gone() {
    let mut story = Story::begin("calm").await;
    story.pass(5.0).await;
    story.press("ctrl-z j j");
    let id = story.model().view().selected_service().cloned().unwrap();
    let (cluster, service) = (id.cluster_name().unwrap().to_owned(), id.name().to_owned());
    story.simulation.disturb(story.millis(), Disturbance::DeleteService { cluster, service }).unwrap();
    story.pass(300.0).await;
    assert_eq!(story.selected(), id.name());
    assert!(story.model().fleet.is_departed(&id));
    story.press("j");
    assert!(!story.rows().contains(&id));
}

#[tokio::test(start_paused = true)]
async fn a_denied_action_costs_one_pane_and_not_the_others() {
    let mut story = Story::begin("calm").await;
    story.simulation.inject(Fault::new(FaultEffect::Deny).of("ListTasks"));
    story.pass(30.0).await;
    assert!(story.model().loaded);
    assert!(story.conditions()[0].starts_with("no permission ecs:ListTasks"), "{:?}", story.conditions());
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_member_costs_what_it_told_and_nothing_else() {
    let mut story = Story::begin("calm").await;
    story.simulation.inject(Fault::new(FaultEffect::OmitField("services.deployments".to_owned())));
    story.pass(10.0).await;
    assert!(story.model().loaded);
    assert_eq!(story.conditions(), Vec::<String>::new());
}

fn by_operation(story: &mut Story) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in story.calls() {
        *counts.entry(call.operation).or_insert(0) += 1;
    }
    counts
}

#[tokio::test(start_paused = true)]
async fn a_steady_fleet_costs_a_bounded_share_and_stays_young() {
    let shape = Shape { clusters: 5, services: 200, tasks: 1_000, seed: 7 };
    let simulation = Simulation::generate(&shape, now().timestamp_millis());
    let mut story = Story::of(simulation, Settings::default()).await;
    story.pass(15.0).await;
    assert!(story.model().loaded);
    assert_eq!((story.model().fleet.service_count(), story.model().fleet.task_count()), (200, 1_000));
    story.calls();
    for _ in 0..12 {
        story.pass(5.0).await;
        assert!(story.oldest().num_seconds() <= 7, "a service is {} old", story.oldest());
    }
    let counts = by_operation(&mut story);
    let services = counts.get("DescribeServices").copied().unwrap_or(0)
        + counts.get("ListServices").copied().unwrap_or(0);
    assert!(services <= 300, "{counts:?}");
    let tasks =
        counts.get("DescribeTasks").copied().unwrap_or(0) + counts.get("ListTasks").copied().unwrap_or(0);
    assert!(tasks <= 60, "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_large_fleet_is_loaded_within_the_share() {
    let shape = Shape { clusters: 20, services: 2_000, tasks: 10_000, seed: 7 };
    let simulation = Simulation::generate(&shape, now().timestamp_millis());
    let mut story = Story::of(simulation, Settings::default()).await;
    story.pass(10.0).await;
    let visible = story.rows().len();
    assert!(visible > 0, "rows are shown as they arrive");
    story.pass(50.0).await;
    assert_eq!(story.model().fleet.service_count(), 2_000);
    let services: Vec<i64> = story
        .calls()
        .iter()
        .filter(|call| call.operation.ends_with("Services"))
        .map(|call| call.at)
        .collect();
    // A burst of 60 % of the bucket, then a quarter of what AWS refills.
    let bound = 60 + 5 * 60;
    assert!(services.len() <= bound + 1, "{} calls, allowed are {bound}", services.len());
}
