//! How long a frame takes, and what leads to it, with 1,000 services and 10,000 tasks.

#[path = "../suite/support/fixture.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "it belongs to the tests, which use more of it")]
mod fixture;

#[expect(
    clippy::disallowed_types,
    reason = "what prepares an input and what is measured share one model"
)]
use std::cell::RefCell;
use std::sync::Arc;

use chrono::TimeDelta;
use divan::{Bencher, black_box};
use fargate_top::app::filter::Filter;
use fargate_top::app::listing::Step;
use fargate_top::app::logs::told::Told;
use fargate_top::app::message::Message;
use fargate_top::app::model::{ContextInfo, Model};
use fargate_top::app::rows::{self, Reason};
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::app::update::{self, update};
use fargate_top::app::views::Content;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::definition::LogDestination;
use fargate_top::fleet::id::{ContextId, Text};
use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::buffer::Limits;
use fargate_top::fleet::log::marks::Condition;
use fargate_top::fleet::log::origin::Origin;
use fargate_top::fleet::log::pattern::Pattern;
use fargate_top::fleet::log::rules::Kind;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::service::Service;
use fargate_top::fleet::task::{Health, Task};
use fargate_top::view;
use fargate_top::view::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

fn main() {
    divan::main();
}

const SIZES: [(u16, u16); 2] = [(120, 36), (200, 60)];
const CLUSTERS: usize = 10;
const SERVICES: usize = 100;
const TASKS: usize = 10;

fn path(cluster: usize, service: usize) -> String {
    format!("cluster-{cluster}/service-number-{service}")
}

/// A tenth of the services lacks a task; a twentieth of the tasks has stopped.
fn services() -> Vec<Service> {
    let all = (0..CLUSTERS).flat_map(|cluster| (0..SERVICES).map(move |service| (cluster, service)));
    all.map(|(cluster, service)| {
        let mut known = fixture::service(&path(cluster, service), 10);
        known.running -= u32::from(service % 10 == 0);
        known
    })
    .collect()
}

/// Ten tasks of each service. They share their words, as the tasks of one answer do.
fn tasks() -> Vec<Task> {
    let service = |number: usize| {
        let path = path(number / SERVICES, number % SERVICES);
        let running = fixture::task(&path, "");
        let stopped = fixture::stopped(&path, "", 7, Some(1));
        (0..TASKS).map(move |place| {
            let number = number * TASKS + place;
            let mut task = if number.is_multiple_of(20) { stopped.clone() } else { running.clone() };
            task.id = fixture::task_id(task.cluster.name(), &format!("{number:032x}"));
            task.times.started = task
                .times
                .started
                .map(|at| at - TimeDelta::seconds((number * 7 % 3600).try_into().unwrap_or(0)));
            if let Some(interface) = &mut task.interface {
                interface.id = Some(format!("eni-{number:017x}").into());
                interface.private_ip = Some(format!("10.0.{}.{}", number / 256, number % 256).into());
            }
            task
        })
    };
    (0..CLUSTERS * SERVICES).flat_map(service).collect()
}

fn fleet() -> Fleet {
    fixture::fleet(services(), tasks(), Vec::new())
}

fn context() -> ContextInfo {
    ContextInfo {
        id: ContextId(0),
        profile: Some("acme-prod".to_owned()),
        region: "eu-west-1".to_owned(),
        endpoint: None,
        demo: false,
    }
}

fn model((width, height): (u16, u16), screen: &Screen) -> Model {
    let mut model =
        Model::new(Settings::default(), vec![context()], Size::new(width, height), fixture::now());
    model.fleet = Arc::new(fleet());
    update::settle(&mut model);
    model.history.jump(screen.path(&model.fleet));
    model.view_mut().problems_only = false;
    rows::renew(&mut model, Reason::Choice);
    model
}

/// Draws frame after frame, the cursor one row further down each time.
fn draw(bencher: Bencher<'_, '_>, size: (u16, u16), screen: &Screen) {
    let mut model = model(size, screen);
    let theme = Theme::default();
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    bencher.bench_local(|| {
        let page = model.page();
        let view = model.view_mut();
        view.go(Step::By(1));
        view.reveal(page);
        terminal.draw(|frame| view::draw(black_box(&model), &theme, frame)).unwrap();
    });
}

#[divan::bench(args = SIZES)]
fn frame_of_the_fleet(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    draw(bencher, size, &Screen::Fleet);
}

#[divan::bench(args = SIZES)]
fn frame_of_all_tasks(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    draw(bencher, size, &Screen::AllTasks);
}

#[divan::bench(args = SIZES)]
fn frame_of_a_service(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    let id = fixture::service_id(&path(3, 30));
    draw(bencher, size, &Screen::Service(fixture::cluster_id("cluster-3"), id));
}

/// The answers of a refresh, a hundred tasks each as DescribeTasks gives them, with something new about each task.
fn answers(sick: bool) -> Vec<Message> {
    let mut tasks = tasks();
    for task in &mut tasks {
        task.health = if sick { Health::Unhealthy } else { Health::Healthy };
    }
    let answer =
        |tasks: &[Task]| Message::Observed(Observation::Tasks { tasks: tasks.to_vec(), missing: Vec::new() });
    tasks.chunks(100).map(answer).collect()
}

#[divan::bench]
#[expect(clippy::disallowed_types, reason = "see its import")]
fn applying_a_refresh_of_all_tasks(bencher: Bencher<'_, '_>) {
    let model = RefCell::new(model(SIZES[0], &Screen::AllTasks));
    let mut sick = false;
    bencher
        .with_inputs(|| {
            update::settle(&mut model.borrow_mut());
            sick = !sick;
            answers(sick)
        })
        .bench_local_values(|answers| {
            for answer in answers {
                update(&mut model.borrow_mut(), fixture::now(), answer);
            }
        });
}

/// What follows from it: verdicts on all services and the order of all rows.
#[divan::bench]
#[expect(clippy::disallowed_types, reason = "see its import")]
fn settling_after_a_refresh_of_all_tasks(bencher: Bencher<'_, '_>) {
    let model = RefCell::new(model(SIZES[0], &Screen::AllTasks));
    let mut sick = false;
    bencher
        .with_inputs(|| {
            sick = !sick;
            for answer in answers(sick) {
                update(&mut model.borrow_mut(), fixture::now(), answer);
            }
        })
        .bench_local_values(|()| update::settle(&mut model.borrow_mut()));
}

#[divan::bench]
fn sorting_all_tasks(bencher: Bencher<'_, '_>) {
    let mut model = model(SIZES[0], &Screen::AllTasks);
    bencher.bench_local(|| {
        if let Content::Tasks(rows) = &mut model.view_mut().content {
            rows.sort.reversed = !rows.sort.reversed;
        }
        rows::renew(&mut model, Reason::Choice);
    });
}

#[divan::bench]
fn filtering_all_tasks(bencher: Bencher<'_, '_>) {
    let mut model = model(SIZES[0], &Screen::AllTasks);
    model.view_mut().filter = Filter::parse("number-42", &[]);
    bencher.bench_local(|| rows::renew(&mut model, Reason::Choice));
}

/// Tasks that write.
const WRITERS: usize = 40;

/// A log view that holds so many lines of 108 bytes, with three rules that keep some of them.
fn log_view((width, height): (u16, u16), lines: usize) -> Model {
    let path = path(3, 30);
    let service = fixture::service(&path, 40);
    let tasks = (0..WRITERS).map(|number| {
        let mut task = fixture::task(&path, "");
        task.id = fixture::task_id("cluster-3", &format!("{number:04x}{number:028x}"));
        task
    });
    let mut definition = fixture::definition("service-number-30:7");
    for container in &mut definition.containers {
        container.logs = Some(LogDestination {
            driver: "awslogs".into(),
            group: Some("/ecs/checkout".into()),
            region: Some("eu-west-1".into()),
            prefix: Some("ecs".into()),
            mode: Some("blocking".into()),
            buffer: None,
            output: None,
            url: None,
        });
    }
    let limits = Limits { lines: 2 * lines, bytes: 1 << 30 };
    let settings = Settings { lines: limits, ..Settings::default() };
    let mut model = Model::new(settings, vec![context()], Size::new(width, height), fixture::now());
    model.fleet = Arc::new(fixture::fleet(vec![service], tasks.collect(), vec![definition]));
    let of = Origin::Service(fixture::cluster_id("cluster-3"), fixture::service_id(&path));
    model.history.jump(vec![Screen::Logs(of.clone())]);
    rows::renew(&mut model, Reason::Choice);
    update::logs::arrive(&mut model);
    update::settle(&mut model);
    let now = fixture::now().timestamp_millis();
    let group: Text = "/ecs/checkout".into();
    let streams: Vec<Text> =
        (0..WRITERS).map(|number| format!("ecs/app/{number:04x}{number:028x}").into()).collect();
    for page in 0..lines.div_ceil(10_000) {
        let events = (page * 10_000..((page + 1) * 10_000).min(lines)).zip(streams.iter().cycle());
        let events = events.map(|(number, stream)| {
            let level = if number % 50 == 0 { "ERROR" } else { "INFO " };
            let at = now - i64::try_from((lines - number) / 2).unwrap_or(0);
            let text =
                format!("{level} request {number:08} GET /api/carts/{:06} 200", number * 7919 % 999_983);
            Event {
                group: Arc::clone(&group),
                stream: Arc::clone(stream),
                at,
                ingested: at + 200,
                id: None,
                message: format!("{text:.<108}").into(),
            }
        });
        let told = Told::Lines { events: events.collect(), settled: now, stuck: Vec::new() };
        update(&mut model, fixture::now(), Message::Lines { of: of.clone(), told });
    }
    if let Some(view) = model.view_mut().lines_mut() {
        for pattern in ["carts/.*7", "ERROR", "request 0+42"].into_iter().flat_map(Pattern::new) {
            view.rules.add(Kind::Keep, Condition::Matches(pattern));
        }
        view.rules.set_context(2);
        view.search.set("carts/0");
        view.sift.spoil();
    }
    update::settle(&mut model);
    while update::has_work(&model) {
        update(&mut model, fixture::now(), Message::Idle);
    }
    model
}

/// One frame of log lines with three keep rules, their context, and a search.
#[divan::bench(args = [50_000, 1_000_000])]
fn frame_of_log_lines(bencher: Bencher<'_, '_>, lines: usize) {
    let model = log_view(SIZES[1], lines);
    let theme = Theme::default();
    let mut terminal = Terminal::new(TestBackend::new(SIZES[1].0, SIZES[1].1)).unwrap();
    bencher.bench_local(|| {
        terminal.draw(|frame| view::draw(black_box(&model), &theme, frame)).unwrap();
    });
}
