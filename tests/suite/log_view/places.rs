//! Where `l` and `p` lead, and what log views take in memory together.

use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::app::update::logs;
use fargate_top::fleet::id::ServiceId;
use fargate_top::fleet::log::buffer::Limits;
use fargate_top::fleet::log::origin::Origin;
use fargate_top::fleet::topic::Target;
use pretty_assertions::assert_eq;

use super::commands::{SERVICE, desk_with, end, event};
use crate::support::desk::Desk;
use crate::support::fixture::*;

fn go(desk: &mut Desk, screen: Screen) {
    desk.model.history.jump(vec![Screen::Fleet, screen]);
    let screen = desk.model.screen().clone();
    desk.model.views.entry(screen).or_insert_with_key(fargate_top::app::views::View::of);
    fargate_top::app::rows::renew(&mut desk.model, fargate_top::app::rows::Reason::Facts);
    desk.settle();
}

fn origin(desk: &Desk) -> &Origin {
    match desk.model.screen() {
        Screen::Logs(of) => of,
        other => panic!("not logs: {other:?}; {}", desk.notice()),
    }
}

#[test]
fn logs_are_those_of_what_is_under_the_cursor() {
    let mut desk = desk_with(Settings::default());
    let (cluster, service) = (cluster_id("core"), service_id(SERVICE));
    let of_service = Origin::Service(cluster.clone(), service.clone());
    let stopped = Origin::Stopped(cluster.clone(), service.clone());
    let task = task(SERVICE, "9f3c").id;
    let of_task = Origin::Task(cluster.clone(), task.clone());
    let service_screen = Screen::Service(cluster.clone(), service.clone());
    go(&mut desk, service_screen.clone());
    let under = desk.model.view().selected_task().unwrap().clone();
    desk.press("l").settle();
    assert_eq!(origin(&desk), &Origin::Task(cluster.clone(), under));
    desk.press("esc").settle();
    assert_eq!(desk.model.screen(), &service_screen);
    desk.press("p").settle();
    assert_eq!(origin(&desk), &stopped, "those of the service of the task");
    for (screen, keys, expected) in [
        (Screen::Services(cluster.clone()), "l", &of_service),
        (Screen::Task(cluster.clone(), task.clone()), "l", &of_task),
        (Screen::Task(cluster.clone(), task), "p", &stopped),
        (Screen::Shift(cluster.clone(), service.clone()), "l", &of_service),
        (Screen::Shift(cluster.clone(), service.clone()), "p", &stopped),
        (Screen::Deployments(cluster.clone(), service.clone()), "l", &of_service),
        (Screen::Events(cluster.clone(), service.clone()), "l", &of_service),
    ] {
        go(&mut desk, screen.clone());
        desk.press(keys).settle();
        assert_eq!(origin(&desk), expected, "{keys} on {screen:?}");
    }
}

#[test]
fn where_there_is_no_service_it_is_said() {
    let mut desk = desk_with(Settings::default());
    go(&mut desk, Screen::Messages);
    for (command, sentence) in [
        ("logs", "logs: no service or task under the cursor"),
        ("logs-stopped", "last words: no service or task under the cursor"),
        ("live-tail", "live tail: only in log views: l opens one"),
        ("keep-value", "keep value: only on the screen of a log line"),
    ] {
        desk.press(":").write(command).press("enter").settle();
        assert_eq!(desk.notice(), sentence);
    }
    go(&mut desk, Screen::Describe(Target::Cluster(cluster_id("core"))));
    desk.press(":").write("logs").press("enter").settle();
    assert_eq!(desk.notice(), "logs: logs are those of a service or a task: open the cluster first");
}

#[test]
fn log_views_together_hold_no_more_than_256_mib() {
    let lines = Limits { lines: 1_000_000, bytes: 100 << 20 };
    let mut desk = desk_with(Settings { lines, ..Settings::default() });
    let of = |name: &str| Origin::Service(cluster_id("core"), ServiceId::new(format!("{}{name}", "x/")));
    let open = |desk: &mut Desk, name: &str| {
        desk.model.history.open(Screen::Logs(of(name)));
        logs::arrive(&mut desk.model);
        desk.pass(1);
    };
    let fill = |desk: &mut Desk| {
        let view = desk.model.view_mut().lines_mut().unwrap();
        let text = "x".repeat(1 << 20);
        let events: Vec<_> = (0..80).map(|n| event(end() + n, "9f3c", &text)).collect();
        view.buffer.append(&events, fargate_top::fleet::log::buffer::Arrival::Live);
    };
    let held = |desk: &Desk, name: &str| {
        let view = desk.model.views.get(&Screen::Logs(of(name))).and_then(|view| view.lines());
        view.map_or(0, |view| view.buffer.bytes() >> 20)
    };
    open(&mut desk, "a");
    fill(&mut desk);
    // Nobody goes back to it.
    desk.press("esc").settle();
    open(&mut desk, "b");
    fill(&mut desk);
    assert_eq!((held(&desk, "a"), held(&desk, "b")), (80, 80));
    open(&mut desk, "c");
    assert_eq!((held(&desk, "a"), held(&desk, "b")), (0, 80), "it is forgotten first");
    fill(&mut desk);
    open(&mut desk, "d");
    assert_eq!((held(&desk, "b"), held(&desk, "c")), (0, 80), "then the one that was shown longest ago");
    desk.press("esc esc").settle();
    assert_eq!(desk.model.screen(), &Screen::Logs(of("b")));
    assert_eq!(desk.model.view().lines().unwrap().buffer.len(), 0, "it is read anew");
}
