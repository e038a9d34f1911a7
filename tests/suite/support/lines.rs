//! A service whose tasks write log lines, and lines as a tail tells them.

use fargate_top::app::logs::LogView;
use fargate_top::app::logs::told::Told;
use fargate_top::app::message::Message;
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::app::update;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::definition::LogDestination;
use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::origin::Origin;
use fargate_top::fleet::service::Service;
use ratatui::layout::Size;

use super::desk::Desk;
use super::fixture::{self, cluster_id, container_definition, definition, now, rollout, service_id};

/// The service.
pub const CHECKOUT: &str = "payments/checkout-api";
/// Its tasks that run, by the beginnings of their ids.
pub const RUNNING: [&str; 5] = ["e819", "77f1", "b2e7", "03aa", "c4d0"];
/// Its task that died four minutes ago.
pub const DEAD: &str = "9f3c";

pub fn origin() -> Origin {
    Origin::Service(cluster_id("payments"), service_id(CHECKOUT))
}

/// Where a container's lines go.
pub fn destination() -> LogDestination {
    LogDestination {
        driver: "awslogs".into(),
        group: Some("/ecs/checkout".into()),
        region: Some("eu-west-1".into()),
        prefix: Some("ecs".into()),
        mode: Some("blocking".into()),
        buffer: None,
        output: None,
        url: None,
    }
}

fn service() -> Service {
    let mut service = fixture::service(CHECKOUT, 5);
    service.rollouts = vec![
        fargate_top::fleet::service::Rollout {
            created: Some(fixture::ago(255)),
            ..rollout("ecs-svc/7008", "checkout-api:8", 5)
        },
        rollout("ecs-svc/7007", "checkout-api:7", 0),
    ];
    service
}

/// A service with five tasks of two containers each, and a task that ended.
pub fn fleet() -> Fleet {
    let mut tasks: Vec<_> = RUNNING.iter().map(|id| fixture::task(CHECKOUT, id)).collect();
    tasks.push(fixture::stopped(CHECKOUT, DEAD, 4, Some(1)));
    let mut known = definition("checkout-api:7");
    known.containers = ["app", "envoy"].map(container_definition).to_vec();
    for container in &mut known.containers {
        container.logs = Some(destination());
    }
    fixture::fleet(vec![service()], tasks, vec![known])
}

/// A line that a container wrote so many milliseconds ago, and that CloudWatch took in after some more.
pub fn line(task: &str, container: &str, ago: i64, took: i64, message: &str) -> Event {
    let at = now().timestamp_millis() - ago;
    Event {
        group: "/ecs/checkout".into(),
        stream: format!("ecs/{container}/{task}{}", "0".repeat(28)).into(),
        at,
        ingested: at + took,
        id: None,
        message: message.into(),
    }
}

/// What the containers write in the minutes before now: a start, requests, a failing dependency, a trace.
pub fn story() -> Vec<Event> {
    let mut events = Vec::new();
    let dead = |ago, message: &str| line(DEAD, "app", ago, 300, message);
    events.push(dead(252_000, "INFO  starting checkout 91aa"));
    events.push(dead(241_120, "panic: DB_URL is not set"));
    events.push(dead(241_110, "goroutine 1 [running]:"));
    events.push(dead(241_100, "main.main()"));
    events.push(dead(241_090, "\t/app/main.go:41 +0x1d"));
    for second in 0..200_i64 {
        let ago = 230_000 - second * 1_150;
        let task = RUNNING[usize::try_from(second).unwrap() % RUNNING.len()];
        let text = match second % 9 {
            0 => format!(
                r#"{{"level":"info","msg":"order placed","order":{},"ms":{},"user":"u-{}"}}"#,
                4000 + second,
                12 + second % 40,
                second % 7
            ),
            4 if second > 90 => format!("ERROR payment gateway timeout after {} ms", 2_000 + second),
            5 if second > 90 => format!(
                r#"{{"level":"warn","msg":"retrying","order":{},"ms":{},"user":"u-{}","ok":false}}"#,
                4000 + second,
                2_000 + second,
                second % 7
            ),
            _ => format!("INFO  GET /api/carts/{} 200 in {} ms", 100 + second, 3 + second % 30),
        };
        events.push(line(task, "app", ago, 250, &text));
        if second % 12 == 6 {
            events.push(line(
                task,
                "envoy",
                ago - 40,
                400,
                "[warning] upstream connect error: connection refused",
            ));
        }
    }
    events
}

/// A dashboard that looks at the lines of the service, of which none arrived yet.
pub fn opened(fleet: Fleet, settings: Settings, width: u16, height: u16) -> Desk {
    let mut desk = Desk::with(fleet, settings, Size::new(width, height));
    desk.at(&Screen::Logs(origin()));
    update::logs::arrive(&mut desk.model);
    desk.settle();
    desk
}

/// The same with the lines of the story, all of them read.
pub fn told(width: u16, height: u16) -> Desk {
    let mut desk = opened(fleet(), Settings::default(), width, height);
    desk.lines(story());
    desk
}

impl Desk {
    /// Lines arrive.
    pub fn lines(&mut self, events: Vec<Event>) -> &mut Self {
        let settled = now().timestamp_millis();
        self.tail(Told::Lines { events, settled, stuck: Vec::new() })
    }

    /// The tail tells something.
    pub fn tail(&mut self, told: Told) -> &mut Self {
        self.take(Message::Lines { of: origin(), told });
        // What is counted in the background is counted to its end.
        for _ in 0..4 {
            self.settle();
        }
        self
    }

    /// The shown log view.
    pub fn log(&mut self) -> &mut LogView {
        self.model.view_mut().lines_mut().unwrap()
    }

    /// Changes how lines are shown, as a key would.
    pub fn choose(&mut self, change: impl FnOnce(&mut LogView)) -> &mut Self {
        let view = self.log();
        change(view);
        let choices = view.choices.clone();
        view.sift.choose(&choices);
        let shown = view.legend.shown(choices.side);
        view.sift.set_streams(shown);
        view.sift.spoil();
        self.settle();
        self
    }
}
