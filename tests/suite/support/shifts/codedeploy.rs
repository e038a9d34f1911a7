//! `orders-api`, which CodeDeploy deploys to as a canary of 10 % for five minutes.

use chrono::{DateTime, Utc};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::alarm::AlarmState;
use fargate_top::fleet::codedeploy::{
    AlarmRules, AutoRollback, BlueGreenRules, CodeDeployId, CodeDeployStatus, CodeDeployment,
    DeploymentGroup, EcsTarget, GroupId, LifecycleEvent, ReadyAction, Revision, Routing, WeightedTaskSet,
};
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::percent::Percent;
use fargate_top::fleet::service::{Controller, LoadBalancer, Service, TaskSet};

use super::{Balance, alarm, crew, definition, listener_id, scaling, target_group_id, traffic};
use crate::support::fixture::{self, ago, definition_id, minutes_ago, now};

/// The service.
pub const ORDERS: &str = "payments/orders-api";
const CANARY: &str = "CodeDeployDefault.ECSCanary10Percent5Minutes";

fn group_id() -> GroupId {
    GroupId { application: "AppECS-payments-orders-api".into(), name: "DgpECS-payments-orders-api".into() }
}

/// Its deployment group: it waits an hour for a person, keeps blue for an hour, and rolls back by itself.
fn group() -> DeploymentGroup {
    let texts = |words: &[&str]| words.iter().map(|word| (*word).into()).collect();
    DeploymentGroup {
        id: group_id(),
        context: ContextId(0),
        services: vec![("payments".into(), "orders-api".into())],
        config: Some(CANARY.into()),
        rules: rules(),
        rollback: auto_rollback(),
        alarms: AlarmRules {
            enabled: true,
            ignores_poll_failure: false,
            names: texts(&["orders-5xx", "orders-p95"]),
        },
        target_groups: texts(&["tg-orders-b", "tg-orders-g"]),
        production: Some(listener_id(443)),
        test: Some(listener_id(8443)),
        last_attempted: Some(CodeDeployId::new("d-7KX2ABCDE")),
        last_successful: Some(CodeDeployId::new("d-6HH1ZYXWV")),
    }
}

fn rules() -> BlueGreenRules {
    BlueGreenRules { ready: Some(ReadyAction::Stop { minutes: 60 }), blue_kept_minutes: Some(60) }
}

fn auto_rollback() -> AutoRollback {
    let events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
    AutoRollback { enabled: true, events: events.map(Into::into).to_vec() }
}

/// A deployment of the group that began so many seconds ago.
pub fn orders(id: &str, status: CodeDeployStatus, seconds: i64) -> CodeDeployment {
    let revision = |number: u32| {
        Revision {
        content: Some(
            format!(
                "{{\"TaskDefinition\":\"orders-api:{number}\",\"Hooks\":[{{\"AfterAllowTestTraffic\":\"check\"}},\
                 {{\"AfterAllowTraffic\":\"check\"}}]}}"
            )
            .into(),
        ),
        sha256: None,
        s3: None,
        definition: Some(definition_id(&format!("orders-api:{number}"))),
    }
    };
    CodeDeployment {
        id: CodeDeployId::new(id),
        context: ContextId(0),
        group: Some(group_id()),
        config: Some(CANARY.into()),
        status,
        creator: Some("user".into()),
        description: None,
        rules: rules(),
        rollback_rules: auto_rollback(),
        error: None,
        rolled_back_by: None,
        rolls_back: None,
        revision: Some(revision(211)),
        previous: Some(revision(210)),
        created: Some(ago(seconds + 2)),
        started: Some(ago(seconds)),
        completed: None,
    }
}

/// A lifecycle event by its status, with when it began and ended in seconds before now; 0 is not yet.
fn event(name: &str, status: &str, began: i64, ended: i64) -> LifecycleEvent {
    let time = |seconds: i64| -> Option<DateTime<Utc>> { (seconds > 0).then(|| ago(seconds)) };
    LifecycleEvent {
        name: name.into(),
        status: status.into(),
        started: time(began),
        ended: time(ended),
        message: None,
    }
}

/// A task set with its share of production.
fn set(label: &str, weight: f64) -> WeightedTaskSet {
    let (id, group, status) = match label {
        "Blue" => ("ecs-svc/210", "tg-orders-b", "PRIMARY"),
        _ => ("ecs-svc/211", "tg-orders-g", "ACTIVE"),
    };
    WeightedTaskSet {
        id: id.into(),
        label: label.into(),
        status: status.into(),
        weight: Percent::new(weight),
        desired: 12,
        pending: 0,
        running: 12,
        target_group: Some(group.into()),
    }
}

/// The ECS target of `d-7KX2ABCDE` whose first events are these, the others pending, and green's share.
pub fn target(done: &[(&str, &str)], weight: f64) -> EcsTarget {
    // Began and ended so many seconds ago.
    let times = [
        ("BeforeInstall", 780, 778),
        ("Install", 778, 561),
        ("AfterInstall", 561, 560),
        ("AllowTestTraffic", 560, 558),
        ("AfterAllowTestTraffic", 557, 526),
        ("BeforeAllowTraffic", 400, 380),
        ("AllowTraffic", 370, 60),
        ("AfterAllowTraffic", 60, 50),
    ];
    let events = times.map(|(name, began, ended)| {
        match done.iter().find(|(done, _)| *done == name).map(|(_, status)| *status) {
            None | Some("Pending") => event(name, "Pending", 0, 0),
            Some("InProgress") => event(name, "InProgress", began, 0),
            Some(status) => event(name, status, began, ended),
        }
    });
    EcsTarget {
        deployment: CodeDeployId::new("d-7KX2ABCDE"),
        status: "InProgress".into(),
        events: events.to_vec(),
        task_sets: vec![set("Blue", 100.0 - weight), set("Green", weight)],
        updated: Some(now()),
    }
}

/// The events that are over when production traffic is to move.
const TESTED: [(&str, &str); 5] = [
    ("BeforeInstall", "Succeeded"),
    ("Install", "Succeeded"),
    ("AfterInstall", "Succeeded"),
    ("AllowTestTraffic", "Succeeded"),
    ("AfterAllowTestTraffic", "Succeeded"),
];

fn task_set(id: &str, external: &str, status: &str, definition: &str) -> TaskSet {
    TaskSet {
        id: id.into(),
        external_id: Some(external.into()),
        status: status.into(),
        definition: Some(definition_id(definition)),
        desired: 12,
        running: 12,
        pending: 0,
        target_groups: Vec::new(),
        stability: Some("STEADY_STATE".into()),
        created: Some(minutes_ago(20)),
    }
}

fn service() -> Service {
    let mut service = fixture::service(ORDERS, 12);
    service.controller = Controller::CodeDeploy;
    service.rules.strategy = None;
    service.rules.breaker = false;
    service.rules.breaker_rolls_back = false;
    service.definition = Some(definition_id("orders-api:210"));
    service.rollouts.clear();
    service.load_balancers = vec![LoadBalancer {
        target_group: Some(target_group_id("tg-orders-b").as_str().into()),
        container: Some("app".into()),
        port: Some(8080),
        advanced: None,
    }];
    service.task_sets = vec![
        task_set("ecs-svc/211", "d-7KX2ABCDE", "ACTIVE", "orders-api:211"),
        task_set("ecs-svc/210", "d-6HH1ZYXWV", "PRIMARY", "orders-api:210"),
    ];
    service
}

/// The fleet with `d-7KX2ABCDE` as these facts tell it.
pub fn in_phase(deployment: CodeDeployment, target: Option<EcsTarget>) -> Fleet {
    let service = service();
    let blue = crew(ORDERS, "ecs-svc/210", "orders-api:210", 40, (12, 4_000));
    let green = crew(ORDERS, "ecs-svc/211", "orders-api:211", 41, (12, 10));
    let tasks = blue.iter().chain(&green).cloned().collect();
    let definitions = vec![definition("orders-api:210"), definition("orders-api:211")];
    let mut fleet = fixture::fleet(vec![service.clone()], tasks, definitions);
    let weight = |label: &str| {
        let sets = target.iter().flat_map(|target| &target.task_sets);
        sets.filter(|set| &*set.label == label).map(|set| u32::from(set.weight.tenths()) / 10).sum::<u32>()
    };
    let production = if target.is_some() {
        (listener_id(443), weight("Blue"), weight("Green"))
    } else {
        (listener_id(443), 100, 0)
    };
    let mut facts = vec![
        Observation::CodeDeployments { deployments: vec![deployment], missing: Vec::new() },
        Observation::DeploymentGroups { groups: vec![group()], missing: Vec::new() },
        Observation::Routing {
            config: CANARY.into(),
            routing: Routing::Canary { percent: Percent::new(10.0), minutes: 5 },
        },
        scaling(&service),
    ];
    facts.extend(target.map(|target| Observation::CodeDeployTarget { target: Box::new(target) }));
    for fact in facts {
        fleet.apply(now(), fact);
    }
    let alarms = ["orders-5xx", "orders-p95"].map(|name| alarm(name, AlarmState::Ok, 3_000));
    let (test, p95) = (traffic(8, 150.5, |_| 0.0, 0.205), 0.212);
    Balance {
        name: "tg-orders",
        blue,
        green,
        production,
        test: (listener_id(8443), 0, 100),
        traffic: (traffic(30, 4_210.0, |_| 1.0, p95), test),
        alarms: alarms.to_vec(),
    }
    .tell(&mut fleet);
    fleet
}

/// Green is ready, and CodeDeploy stops it in ~51m when nobody answers.
pub fn codedeploy_waiting() -> Fleet {
    in_phase(orders("d-7KX2ABCDE", CodeDeployStatus::Ready, 780), Some(target(&TESTED, 0.0)))
}

/// All traffic is on green, and blue is kept for ~59m.
pub fn codedeploy_blue_kept() -> Fleet {
    let shifted = [
        ("BeforeAllowTraffic", "Succeeded"),
        ("AllowTraffic", "Succeeded"),
        ("AfterAllowTraffic", "Succeeded"),
    ];
    let mut target = target(&[&TESTED[..], &shifted].concat(), 100.0);
    target.status = "Succeeded".into();
    in_phase(orders("d-7KX2ABCDE", CodeDeployStatus::InProgress, 780), Some(target))
}

/// The way back that CodeDeploy began from `d-7KX2ABCDE`.
pub fn rolled_back_by(fleet: &mut Fleet, status: CodeDeployStatus) {
    let ended = status.is_final();
    let mut back = orders("d-8BACKWARD", status, 20);
    back.creator = Some("codeDeployRollback".into());
    back.rolls_back = Some(CodeDeployId::new("d-7KX2ABCDE"));
    back.completed = ended.then(|| ago(5));
    fleet.apply(now(), Observation::CodeDeployments { deployments: vec![back], missing: Vec::new() });
}
