//! `ledger`, which ECS shifts as a canary of 10 % with a hook before each step, and `mailer`, which nothing balances.

use fargate_top::fleet::Fleet;
use fargate_top::fleet::alarm::AlarmState;
use fargate_top::fleet::deployment::{Alarms, DeploymentStatus, Hook, RevisionTasks, ServiceDeployment};
use fargate_top::fleet::id::{DeploymentId, RevisionId};
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::percent::Percent;
use fargate_top::fleet::revision::ServiceRevision;
use fargate_top::fleet::service::{DeploymentRules, HookRule, RolloutState, Service};

use super::{Balance, alarm, balanced, crew, definition, rule_id, scaling, traffic};
use crate::support::fixture::{self, ago, definition_id, minutes_ago, now, service_id};

/// The service behind a load balancer.
pub const LEDGER: &str = "payments/ledger";
/// The service that works off a queue.
pub const MAILER: &str = "payments/mailer";

/// A service revision by the last four characters of its id.
fn revision_id(path: &str, end: &str) -> RevisionId {
    RevisionId::new(format!(
        "arn:aws:ecs:eu-west-1:123456789012:service-revision/{path}/498030646637357{end}"
    ))
}

/// A canary of 10 % for ten minutes, which alarms guard and a person lets pass before each step.
fn canary() -> DeploymentRules {
    DeploymentRules {
        strategy: Some("CANARY".into()),
        minimum_healthy_percent: Some(100),
        maximum_percent: Some(200),
        alarms: vec!["ledger-5xx".into(), "ledger-lag".into()],
        alarms_on: true,
        alarms_roll_back: true,
        bake_minutes: Some(30),
        canary: Some((Percent::new(10.0), 10)),
        hooks: vec![rule("PAUSE", "PRE_PRODUCTION_TRAFFIC_SHIFT", "CONTINUE")],
        ..DeploymentRules::default()
    }
}

/// A rule that lets a hook wait for half an hour.
fn rule(kind: &str, stage: &str, silence: &str) -> HookRule {
    HookRule {
        kind: Some(kind.into()),
        target: None,
        stages: vec![stage.into()],
        timeout: Some((30, silence.into())),
    }
}

/// A hook that runs out in so many seconds.
pub fn hook(id: &str, kind: &str, status: &str, seconds: i64, silence: &str) -> Hook {
    let function = "arn:aws:lambda:eu-west-1:123456789012:function:ledger-smoke";
    Hook {
        id: id.into(),
        kind: kind.into(),
        target: (kind == "AWS_LAMBDA").then(|| function.into()),
        status: status.into(),
        expires: Some(ago(-seconds)),
        timeout_action: Some(silence.into()),
    }
}

/// A deployment of a service under way for so many minutes, at a stage, with green's share of production.
pub fn native(path: &str, minutes: i64, stage: &str, share: Option<f64>) -> ServiceDeployment {
    let tasks = |end: &str, production: Option<Percent>, test: Option<Percent>| RevisionTasks {
        revision: revision_id(path, end),
        requested: 4,
        running: 4,
        pending: 0,
        production,
        test,
    };
    let production = share.map(Percent::new);
    let test = production.map(|_| Percent::ALL);
    let began = minutes_ago(minutes);
    ServiceDeployment {
        id: DeploymentId::new(format!(
            "arn:aws:ecs:eu-west-1:123456789012:service-deployment/{path}/NCWGC2ZRekrU1bQwT7xk"
        )),
        service: service_id(path),
        status: DeploymentStatus::InProgress,
        status_reason: None,
        stage: Some(stage.into()),
        hooks: Vec::new(),
        breaker: None,
        alarms: None,
        rollback: None,
        rules: Some(canary()),
        sources: vec![tasks("77ab", production.map(Percent::rest), test.map(Percent::rest))],
        target: Some(tasks("c01e", production, test)),
        created: Some(began),
        started: Some(began),
        updated: Some(ago(500)),
        finished: None,
        stopped: None,
    }
}

pub fn with_hooks(mut deployment: ServiceDeployment, hooks: Vec<Hook>) -> ServiceDeployment {
    deployment.hooks = hooks;
    deployment
}

fn service(path: &str) -> Service {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut service = fixture::service(path, 4);
    service.rules = canary();
    service.definition = Some(definition_id(&format!("{name}:59")));
    let mut new = fixture::rollout("5959", &format!("{name}:59"), 4);
    new.state = Some(RolloutState::InProgress);
    new.created = Some(minutes_ago(41));
    let mut old = fixture::rollout("5858", &format!("{name}:58"), 4);
    old.status = "ACTIVE".into();
    service.rollouts = vec![new, old];
    service.running = 8;
    service
}

fn revision(path: &str, end: &str, number: u32) -> ServiceRevision {
    let name = path.rsplit('/').next().unwrap_or_default();
    ServiceRevision {
        id: revision_id(path, end),
        service: service_id(path),
        definition: Some(definition_id(&format!("{name}:{number}"))),
        images: Vec::new(),
        launch_type: Some("FARGATE".into()),
        capacity: Vec::new(),
        platform_version: Some("1.4.0".into()),
        platform_family: Some("Linux".into()),
        network: None,
        load_balancers: Vec::new(),
        created: Some(minutes_ago(41)),
    }
}

/// A service with these deployments, the newest first.
fn told(mut service: Service, deployments: Vec<ServiceDeployment>) -> Fleet {
    let path = format!("{}/{}", service.cluster.name(), service.name);
    let name = service.name.clone();
    let open = deployments.iter().find(|deployment| !deployment.status.is_final());
    service.deployment = open.map(|deployment| deployment.id.clone());
    let blue = crew(&path, "ecs-svc/5858", &format!("{name}:58"), 58, (4, 4_000));
    let green = crew(&path, "ecs-svc/5959", &format!("{name}:59"), 59, (4, 36));
    let tasks = blue.into_iter().chain(green).collect();
    let definitions = vec![definition(&format!("{name}:58")), definition(&format!("{name}:59"))];
    let id = service.id.clone();
    let scaling = scaling(&service);
    let mut fleet = fixture::fleet(vec![service], tasks, definitions);
    let revisions = vec![revision(&path, "77ab", 58), revision(&path, "c01e", 59)];
    let facts = [
        Observation::Deployments { service: id, deployments },
        Observation::Revisions { revisions, missing: Vec::new() },
        scaling,
    ];
    for fact in facts {
        fleet.apply(now(), fact);
    }
    fleet
}

/// `ledger` with these deployments; its load balancer does as asked, and green's errors in every ninth minute are so
/// many.
pub fn ledger(deployments: Vec<ServiceDeployment>, errors: f64) -> Fleet {
    let mut service = service(LEDGER);
    balanced(&mut service, "tg-ledger");
    let share = deployments.first().and_then(|newest| newest.target.as_ref()?.production);
    let green_share = share.map_or(0, |share| u32::from(share.tenths()) / 10);
    let mut fleet = told(service, deployments);
    Balance {
        name: "tg-ledger",
        blue: crew(LEDGER, "ecs-svc/5858", "ledger:58", 58, (4, 4_000)),
        green: crew(LEDGER, "ecs-svc/5959", "ledger:59", 59, (4, 36)),
        production: (rule_id("prod"), 100 - green_share, green_share),
        test: (rule_id("test"), 0, 100),
        traffic: (
            traffic(60, 4_210.0, |_| 0.9, 0.212),
            traffic(60, 466.0, move |minute| if minute % 2 == 0 { errors } else { 0.0 }, 0.205),
        ),
        alarms: vec![alarm("ledger-5xx", AlarmState::Ok, 9_000), alarm("ledger-lag", AlarmState::Ok, 9_000)],
    }
    .tell(&mut fleet);
    fleet
}

/// The hook before step two; half an hour after it came up it answers itself.
fn before_step_two(silence: &str) -> ServiceDeployment {
    let mut deployment = native(LEDGER, 41, "PRE_PRODUCTION_TRAFFIC_SHIFT", Some(10.0));
    let names = vec!["ledger-5xx".into(), "ledger-lag".into()];
    deployment.alarms = Some(Alarms { status: "MONITORING".into(), names, triggered: Vec::new() });
    let mut rules = canary();
    rules.hooks = vec![rule("PAUSE", "PRE_PRODUCTION_TRAFFIC_SHIFT", silence)];
    deployment.rules = Some(rules);
    let hook = hook("ecs-pause-e7tK9G", "PAUSE", "AWAITING_ACTION", 21 * 60 + 40, silence);
    with_hooks(deployment, vec![hook])
}

/// Green has 10 % and answers with errors ten times as often as blue; silence rolls back.
pub fn native_canary_step_two() -> Fleet {
    ledger(vec![before_step_two("ROLLBACK")], 2.0)
}

/// The same with a good green, where silence means yes.
pub fn native_silence_continues() -> Fleet {
    ledger(vec![before_step_two("CONTINUE")], 0.0)
}

/// A function that was to test green has not answered for 24 minutes.
pub fn lambda_hangs() -> Fleet {
    let mut deployment = native(LEDGER, 41, "POST_TEST_TRAFFIC_SHIFT", Some(0.0));
    let mut rules = canary();
    rules.hooks.push(rule("AWS_LAMBDA", "POST_TEST_TRAFFIC_SHIFT", "ROLLBACK"));
    deployment.rules = Some(rules);
    let hook = hook("ecs-lambda-9fK2aa", "AWS_LAMBDA", "IN_PROGRESS", 6 * 60, "ROLLBACK");
    ledger(vec![with_hooks(deployment, vec![hook])], 0.0)
}

/// Nothing balances it: green works on live input beside blue, and a person is waited for.
pub fn queue_worker() -> Fleet {
    let mut deployment = native(MAILER, 41, "POST_SCALE_UP", None);
    let rules = DeploymentRules {
        strategy: Some("BLUE_GREEN".into()),
        canary: None,
        alarms: Vec::new(),
        alarms_on: false,
        alarms_roll_back: false,
        hooks: vec![rule("PAUSE", "POST_SCALE_UP", "ROLLBACK")],
        ..canary()
    };
    deployment.rules = Some(rules.clone());
    let hook = hook("ecs-pause-Qw3rTy", "PAUSE", "AWAITING_ACTION", 18 * 60, "ROLLBACK");
    let mut service = service(MAILER);
    service.rules = rules;
    told(service, vec![with_hooks(deployment, vec![hook])])
}
