//! What a person sees who opens the logs of a service.

use std::collections::BTreeSet;

use fargate_top::app::logs::LogView;
use fargate_top::app::settings::Settings;
use fargate_top::fleet::log::buffer::Limits;
use fargate_top::simulation::{Simulation, Written};
use fargate_top::view::theme::Theme;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::fixture::now;
use crate::support::screen::{lines, picture};
use crate::support::story::Story;

/// The screen as text.
fn screen(story: &Story) -> String {
    lines(&picture(story.model(), &Theme::default())).join("\n")
}

fn view(story: &Story) -> &LogView {
    story.model().view().lines().expect("a log view")
}

/// The lines that a view holds: time, ingestion, stream and message.
type Held = (i64, i64, String, String);

fn held(story: &Story) -> Vec<Held> {
    let buffer = &view(story).buffer;
    let line = |line: fargate_top::fleet::log::line::Line<'_>| {
        let stream = buffer.stream(line.stream).unwrap().1.to_string();
        (line.at, line.ingested, stream, line.text.to_owned())
    };
    buffer.lines(0..buffer.len()).map(line).collect()
}

fn written(story: &Story, group: &str, from: i64) -> Vec<Held> {
    let all = story.simulation.written(story.millis(), group, from, story.millis());
    let event = |event: Written| (event.timestamp, event.ingested, event.stream, event.message);
    let mut all: Vec<Held> = all.into_iter().map(event).collect();
    all.sort();
    all
}

/// The view of a service in the story `flood`, opened as it begins.
async fn flooded(service: &str, limits: Limits) -> Story {
    let simulation = Simulation::story("flood", now().timestamp_millis()).unwrap();
    let mut story = Story::of(simulation, Settings { lines: limits, ..Settings::default() }).await;
    story.pass(3.0).await.press("ctrl-z");
    story.go_to(service).await.press("l");
    story
}

#[tokio::test(start_paused = true)]
async fn the_last_words_of_dead_tasks_are_there_within_two_seconds() {
    let mut story = Story::begin("incident").await;
    story.pass(5.0).await.go_to("checkout-api").await;
    story.press("l").pass(2.0).await;
    let shown = screen(&story);
    assert!(shown.contains("DB_URL must be set: NotPresent"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_deployment_brings_the_lines_of_its_tasks_without_a_key() {
    let mut story = Story::begin("incident").await;
    story.pass(5.0).await.press("ctrl-z");
    story.go_to("cart-api").await.press("l").pass(5.0).await;
    let tasks = |story: &Story| -> BTreeSet<String> {
        view(story).legend.writers().iter().map(|writer| writer.task.name().to_owned()).collect()
    };
    let before = tasks(&story);
    assert!(!before.is_empty() && view(&story).is_following());
    let body = json!({"cluster": "payments", "service": "cart-api", "forceNewDeployment": true});
    story.simulation.act(story.millis(), "ecs", "UpdateService", body).unwrap();
    story.pass(120.0).await;
    let fresh: Vec<String> = tasks(&story).difference(&before).cloned().collect();
    assert!(!fresh.is_empty(), "no task of the new deployment wrote a line");
    let newest = fresh.iter().filter_map(|task| task.get(..4));
    let shown = screen(&story);
    assert!(newest.into_iter().any(|short| shown.contains(short)), "{fresh:?} are not on\n{shown}");
}

#[tokio::test(start_paused = true)]
async fn forty_tasks_with_two_thousand_lines_a_second_are_shown_whole() {
    let limits = Limits { lines: 250_000, bytes: 256 << 20 };
    let mut story = flooded("pixel-gateway", limits).await;
    let since = view(&story).history.since;
    story.pass(100.0).await;
    let (shown, told) = (held(&story), written(&story, "/ecs/pixel-gateway", since));
    assert!(told.len() > 110_000, "{}", told.len());
    assert!(shown.is_sorted_by_key(|line| (line.0, line.1)));
    let mut sorted = shown;
    sorted.sort();
    assert!(sorted == told, "{} shown, {} written", sorted.len(), told.len());
    assert_eq!(view(&story).buffer.dropped(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_dropped_counted_and_said() {
    let mut story = flooded("pixel-gateway", Limits::default()).await;
    let since = view(&story).history.since;
    story.pass(100.0).await;
    let told = written(&story, "/ecs/pixel-gateway", since).len() as u64;
    let buffer = &view(&story).buffer;
    assert_eq!(buffer.len(), 50_000);
    assert_eq!(buffer.len() as u64 + buffer.dropped() + buffer.refused(), told);
    story.press("g");
    let shown = screen(&story);
    let count = fargate_top::app::format::thousands(usize::try_from(view(&story).buffer.dropped()).unwrap());
    assert!(shown.contains(&count), "{count} is not on\n{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_loses_nothing() {
    let limits = Limits { lines: 250_000, bytes: 256 << 20 };
    let mut story = flooded("pixel-gateway", limits).await;
    let since = view(&story).history.since;
    story.pass(10.0).await.press("k k k");
    let (before, at) = (view(&story).buffer.len(), view(&story).at());
    let row = view(&story).place.cursor.map(|cursor| cursor.row);
    story.pass(60.0).await;
    let arrived = view(&story).buffer.len() - before;
    assert!(arrived > 80_000, "{arrived}");
    assert_eq!(view(&story).at(), at, "the cursor stays on its line");
    assert_eq!(view(&story).place.cursor.map(|cursor| cursor.row), row, "and where it is on the screen");
    assert_eq!(view(&story).place.pause.map(|pause| pause.arrived), Some(arrived as u64));
    story.press("G").pass(30.0).await;
    let count = fargate_top::app::format::thousands(arrived);
    assert_eq!(view(&story).place.divider.map(|divider| divider.arrived), Some(arrived as u64), "{count}");
    let mut shown = held(&story);
    shown.sort();
    assert!(shown == written(&story, "/ecs/pixel-gateway", since), "{} shown", shown.len());
}

#[tokio::test(start_paused = true)]
async fn older_lines_come_when_somebody_goes_back_and_each_once() {
    let mut story = Story::begin("incident").await;
    story.pass(5.0).await.press("ctrl-z");
    story.go_to("cart-api").await.press("l").pass(5.0).await;
    let first = view(&story).buffer.line(0).unwrap().at;
    story.press("g k").pass(5.0).await;
    let view = view(&story);
    assert!(view.buffer.line(0).unwrap().at < first, "nothing older arrived");
    assert_eq!(view.history.missing(), None);
    let at: BTreeSet<Held> = held(&story).into_iter().collect();
    assert!(at.len() * 100 > view.buffer.len() * 95, "lines came twice");
}

#[tokio::test(start_paused = true)]
async fn a_view_that_was_left_goes_on_where_it_was() {
    let mut story = flooded("beacon-api", Limits::default()).await;
    let since = view(&story).history.since;
    story.pass(20.0).await.press("esc").pass(15.0).await;
    story.press("l").pass(90.0).await;
    assert!(view(&story).history.since > since, "everything is read again");
    let mut shown = held(&story);
    shown.sort();
    let told = written(&story, "/ecs/beacon-api", since);
    assert!(shown == told, "{} shown, {} written", shown.len(), told.len());
}

#[tokio::test(start_paused = true)]
async fn the_last_words_of_tasks_that_stopped_long_ago_are_there() {
    let mut story = Story::begin("incident").await;
    story.pass(5.0).await.go_to("image-resize").await;
    story.press("p").pass(5.0).await;
    let stopped: Vec<i64> = view(&story)
        .of
        .tasks(&story.model().fleet)
        .into_iter()
        .filter_map(|task| Some(task.times.stopped?.timestamp_millis()))
        .collect();
    let first = *stopped.iter().min().expect("tasks that stopped");
    assert!(first < story.millis() - 11 * 60_000, "the first one stopped within the last minutes");
    let buffer = &view(&story).buffer;
    assert!(buffer.line(0).is_some_and(|line| line.at < first), "no line from before its end");
}
