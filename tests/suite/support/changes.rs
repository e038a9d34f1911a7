//! A dashboard on which something is about to be changed: the incident, with what a dialog asks for.

use chrono::TimeDelta;
use fargate_top::app::effect::Effect;
use fargate_top::app::message::Message;
use fargate_top::app::protection::{Place, Protection as Rules, Rules as Listed};
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::fleet::deployment::{Alarms, Breaker, DeploymentStatus, RevisionTasks, ServiceDeployment};
use fargate_top::fleet::id::{DeploymentId, RevisionId};
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::protection::Protection;
use fargate_top::fleet::revision::{RevisionImage, ServiceRevision};
use fargate_top::fleet::scaling::{Number, PolicyKind, ScalableTarget, Scaling, ScalingPolicy, Suspension};
use fargate_top::fleet::service::Service;
use ratatui::layout::Size;

use super::desk::Desk;
use super::fixture::{cluster_id, definition_id, minutes_ago, now, service_id};
use super::incident;

pub const REQUEST: &str = "7b1e0c52-44c0-4f0e-9d3a-2f6a1b7c8d9e";

pub fn scaling(min: u32, max: u32) -> Scaling {
    Scaling {
        target: Some(ScalableTarget { min, max, suspension: Suspension::default(), created: None }),
        policies: vec![ScalingPolicy {
            name: "cpu".into(),
            kind: PolicyKind::TargetTracking {
                metric: "ECSServiceAverageCPUUtilization".into(),
                target: Number(60.0),
                scale_in_disabled: false,
            },
            alarms: vec!["TargetTracking-cart-AlarmHigh".into()],
        }],
        ..Scaling::default()
    }
}

pub fn deployment_id(name: &str, id: &str) -> DeploymentId {
    DeploymentId::new(format!("arn:aws:ecs:eu-west-1:123456789012:service-deployment/payments/{name}/{id}"))
}

pub fn revision_id(name: &str, id: &str) -> RevisionId {
    RevisionId::new(format!("arn:aws:ecs:eu-west-1:123456789012:service-revision/payments/{name}/{id}"))
}

/// A service revision of `payments/NAME` that runs `NAME:NUMBER`.
pub fn revision(name: &str, number: u32, image: &str) -> ServiceRevision {
    ServiceRevision {
        id: revision_id(name, &format!("90{number}")),
        service: service_id(&format!("payments/{name}")),
        definition: Some(definition_id(&format!("{name}:{number}"))),
        images: vec![RevisionImage {
            container: "app".into(),
            image: image.into(),
            digest: Some(format!("sha256:7d1e{}", "0".repeat(60)).into()),
        }],
        launch_type: None,
        capacity: Vec::new(),
        platform_version: None,
        platform_family: None,
        network: None,
        load_balancers: Vec::new(),
        created: Some(minutes_ago(9_000)),
    }
}

/// A deployment of `payments/NAME` from one revision to another, begun so many minutes ago; it took four minutes.
pub fn deployment(
    name: &str,
    id: &str,
    (from, to): (u32, u32),
    status: DeploymentStatus,
    began: i64,
) -> ServiceDeployment {
    let tasks = |number: u32, requested, running| RevisionTasks {
        revision: revision_id(name, &format!("90{number}")),
        requested,
        running,
        pending: requested - running,
        production: None,
        test: None,
    };
    let (old, new) = if status.is_final() { (0, 6) } else { (3, 3) };
    let ended = status.is_final().then(|| minutes_ago(began - 4));
    ServiceDeployment {
        id: deployment_id(name, id),
        service: service_id(&format!("payments/{name}")),
        status,
        status_reason: None,
        stage: None,
        hooks: Vec::new(),
        breaker: Some(Breaker { status: "MONITORING".into(), failures: 0, threshold: 3 }),
        alarms: Some(Alarms { status: "DISABLED".into(), names: Vec::new(), triggered: Vec::new() }),
        rollback: None,
        sources: vec![tasks(from, old, old)],
        target: Some(tasks(to, 6, new)),
        created: Some(minutes_ago(began)),
        started: Some(minutes_ago(began)),
        updated: None,
        finished: ended,
        stopped: None,
        rules: None,
    }
}

/// The incident, in a scope that nothing guards.
pub fn open_settings() -> Settings {
    Settings {
        protection: Rules { guarded: Listed::default(), locked: Listed::default() },
        ..Settings::default()
    }
}

/// The incident in a guarded scope that a person unlocked.
pub fn desk(width: u16, height: u16) -> Desk {
    let mut desk = desk_with(Settings::default(), width, height);
    desk.unlock();
    desk
}

pub fn desk_with(settings: Settings, width: u16, height: u16) -> Desk {
    let mut desk = Desk::with(incident::fleet(), settings, Size::new(width, height));
    desk.model.loaded = true;
    desk.learn(Observation::Scaling { service: service_id("payments/cart-api"), scaling: scaling(4, 10) });
    desk.learn(Observation::Scaling {
        service: service_id("payments/checkout-api"),
        scaling: Scaling::default(),
    });
    let revisions = vec![
        revision("cart-api", 77, "app:9.3"),
        revision("cart-api", 76, "app:9.2"),
        revision("checkout-api", 419, "app:91aa"),
        revision("checkout-api", 418, "app:7d1e"),
        revision("checkout-api", 417, "app:7d1e"),
    ];
    desk.learn(Observation::Revisions { revisions, missing: Vec::new() });
    desk.learn(Observation::Deployments {
        service: service_id("payments/cart-api"),
        deployments: vec![
            deployment("cart-api", "NCWGC2ZR", (76, 77), DeploymentStatus::Successful, 2_900),
            deployment("cart-api", "AAWGC2Z0", (75, 76), DeploymentStatus::Successful, 9_000),
        ],
    });
    desk.learn(Observation::Deployments {
        service: service_id("payments/checkout-api"),
        deployments: vec![
            deployment("checkout-api", "D419C2ZR", (418, 419), DeploymentStatus::Successful, 20),
            deployment("checkout-api", "D418C2ZR", (417, 418), DeploymentStatus::Successful, 8_700),
            deployment("checkout-api", "D417C2ZR", (416, 417), DeploymentStatus::Successful, 19_000),
        ],
    });
    let mut definition = super::fixture::definition("cart-api:76");
    definition.ephemeral_storage = Some(21);
    for container in &mut definition.containers {
        container.image = Some("cart:9.2".into());
        container.memory = Some(1024);
        container.secrets.clear();
    }
    desk.learn(Observation::Definition { definition: Box::new(definition) });
    desk
}

impl Desk {
    /// Unlocks the account of the tests.
    pub fn unlock(&mut self) -> &mut Self {
        let place = Place { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
        self.model.unlocks.unlock(place, now() - TimeDelta::minutes(3));
        self
    }

    /// The screen of a service, `cluster/name`, and a command typed there.
    pub fn command(mut self, path: &str, command: &str) -> Self {
        let cluster = path.split('/').next().unwrap_or_default();
        let (cluster, service) = (cluster_id(cluster), service_id(path));
        // Elsewhere it leads to the evidence first.
        let screen = if command == "approve" { Screen::Shift } else { Screen::Service };
        self.at(&screen(cluster, service));
        self.press(&format!(": {command} enter"));
        self.shown()
    }

    /// Keys on the tasks of a service.
    pub fn on_tasks(mut self, path: &str, keys: &str) -> Self {
        let cluster = path.split('/').next().unwrap_or_default();
        self.at(&Screen::ServiceTasks(cluster_id(cluster), service_id(path)));
        self.press(keys);
        self.shown()
    }

    /// The dialog was drawn, and a person looked at it for a second.
    pub fn shown(mut self) -> Self {
        self.look();
        self
    }

    pub fn look(&mut self) -> &mut Self {
        self.take(Message::Painted);
        self.wait(1_000)
    }

    /// Lets milliseconds go by in which nothing happens.
    pub fn wait(&mut self, milliseconds: i64) -> &mut Self {
        self.model.now += TimeDelta::milliseconds(milliseconds);
        self
    }

    /// Changes a service, as if AWS described it anew.
    pub fn describe(&mut self, path: &str, change: impl FnOnce(&mut Service)) -> &mut Self {
        let mut service = (**self.model.fleet.service(&service_id(path)).unwrap()).clone();
        change(&mut service);
        self.learn(Observation::Services { services: vec![service], missing: Vec::new() })
    }

    /// The changes that went to the gate.
    pub fn performed(&self) -> Vec<String> {
        let performed = self.effects.iter().filter_map(|effect| match effect {
            Effect::Perform { action, .. } => Some(action.change.told()),
            _ => None,
        });
        performed.collect()
    }

    /// Confirms with this letter, after a pause, and tells what went to the gate.
    pub fn confirm(&mut self, letter: &str) -> Vec<String> {
        self.wait(300).press(letter);
        self.performed()
    }

    /// Task protection of one task.
    pub fn protect(&mut self, task: fargate_top::fleet::id::TaskId) -> &mut Self {
        let protection = Protection { enabled: true, expires: None };
        self.learn(Observation::Protection { tasks: vec![(task, protection)] })
    }
}
