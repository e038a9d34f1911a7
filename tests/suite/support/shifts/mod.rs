//! Blue/green deployments to look at, of both providers, with everything that load balancers and alarms say of them.

pub mod codedeploy;
pub mod native;

use chrono::{DateTime, TimeDelta, Utc};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::alarm::{Alarm, AlarmState};
use fargate_top::fleet::balancer::{
    Forward, Route, RouteId, Target, TargetGroup, TargetGroupId, TargetGroupKey, TargetState,
};
use fargate_top::fleet::definition::{Port, TaskDefinition};
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::scaling::{ScalableTarget, Scaling, Suspension};
use fargate_top::fleet::service::{AdvancedBalancing, LoadBalancer, Service};
use fargate_top::fleet::task::Task;
use fargate_top::fleet::traffic::{Minute, Traffic};

pub use self::codedeploy::{
    ORDERS, codedeploy_blue_kept, codedeploy_waiting, in_phase, orders, rolled_back_by, target,
};
pub use self::native::{
    LEDGER, MAILER, hook, lambda_hangs, ledger, native, native_canary_step_two, native_silence_continues,
    queue_worker, with_hooks,
};
use super::fixture::{self, ago, definition_id, minutes_ago, now};

const BALANCER: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

/// Where tasks of both sides run, in turn.
const ZONES: [&str; 3] = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];

pub fn target_group_id(name: &str) -> TargetGroupId {
    TargetGroupId::new(format!("{BALANCER}:targetgroup/{name}/73e2d6bc24d8a067"))
}

/// A rule of the load balancer.
pub fn rule_id(name: &str) -> RouteId {
    RouteId::new(format!("{BALANCER}:listener-rule/app/front/50dc6c495c0c9188/f2f7dc8efc522ab2/{name}"))
}

/// A listener of the load balancer, by its port.
pub fn listener_id(port: u32) -> RouteId {
    RouteId::new(format!("{BALANCER}:listener/app/front/50dc6c495c0c9188/{port:016}"))
}

/// A group behind an Application Load Balancer, found under its name and its ARN.
pub fn target_group(name: &str) -> (TargetGroupKey, Option<TargetGroup>) {
    let group = TargetGroup {
        id: target_group_id(name),
        name: name.into(),
        protocol: Some("HTTP".into()),
        port: Some(8080),
        health_path: Some("/health".into()),
        health_port: Some("traffic-port".into()),
        matcher: Some("200".into()),
        balancers: vec![format!("{BALANCER}:loadbalancer/app/front/50dc6c495c0c9188").into()],
    };
    (TargetGroupKey::Name(name.into()), Some(group))
}

/// A route that sends so many parts to each of these groups.
pub fn route(id: RouteId, port: u32, weights: &[(&str, u32)]) -> (RouteId, Option<Route>) {
    let weights = weights.iter().map(|(name, weight)| (target_group_id(name), *weight)).collect();
    let forwards = vec![Forward { rule: None, weights }];
    let route = Route { id: id.clone(), port: Some(port), protocol: Some("HTTPS".into()), forwards };
    (id, Some(route))
}

pub fn alarm(name: &str, state: AlarmState, minutes: i64) -> Alarm {
    Alarm { name: name.into(), state, reason: None, since: Some(minutes_ago(minutes)) }
}

/// The load balancer of a service that ECS shifts: `NAME-b` and `NAME-g`, the rules `prod` and `test`.
pub fn balanced(service: &mut Service, name: &str) {
    service.load_balancers = vec![LoadBalancer {
        target_group: Some(target_group_id(&format!("{name}-b")).as_str().into()),
        container: Some("app".into()),
        port: Some(8080),
        advanced: Some(AdvancedBalancing {
            alternate: Some(target_group_id(&format!("{name}-g")).as_str().into()),
            production: Some(rule_id("prod").as_str().into()),
            test: Some(rule_id("test").as_str().into()),
        }),
    }];
}

/// Tasks of one side in three zones in turn, which run for so many minutes; `net` is the third number of their
/// addresses.
pub fn crew(
    path: &str,
    started_by: &str,
    definition: &str,
    net: u32,
    (count, minutes): (u32, i64),
) -> Vec<Task> {
    let zones = ZONES.iter().cycle();
    let tasks = (1..=count).zip(zones).map(|(n, zone)| {
        let mut task = fixture::task(path, &format!("{net:02}{n:02}"));
        task.started_by = Some(started_by.into());
        task.definition = Some(definition_id(definition));
        task.zone = Some((*zone).into());
        task.times.created = Some(minutes_ago(minutes + 1));
        task.times.started = Some(minutes_ago(minutes));
        if let Some(interface) = &mut task.interface {
            interface.private_ip = Some(format!("10.0.{net}.{n}").into());
        }
        task
    });
    tasks.collect()
}

/// The targets that these tasks are, all healthy.
pub fn targets(tasks: &[Task]) -> Vec<Target> {
    let target = |task: &Task| Target {
        id: task.interface.as_ref().and_then(|interface| interface.private_ip.clone()).unwrap_or("-".into()),
        port: Some(8080),
        zone: task.zone.clone(),
        state: TargetState::Healthy,
        reason: None,
        description: None,
    };
    tasks.iter().map(target).collect()
}

/// So many minutes of counted requests up to now: requests and errors of each minute, and p95 in seconds.
pub fn traffic(minutes: i64, requests: f64, errors: impl Fn(i64) -> f64, p95: f64) -> Traffic {
    let start = DateTime::<Utc>::from_timestamp(now().timestamp() / 60 * 60, 0).unwrap_or_default();
    let minute = |n: i64| Minute {
        at: start - TimeDelta::minutes(minutes - n),
        requests: Some(requests),
        errors: Some(errors(n)).filter(|errors| *errors > 0.0),
        p95: Some(p95),
    };
    Traffic { minutes: (0..minutes).map(minute).collect(), ..Traffic::default() }
}

/// A definition whose container listens on 8080.
pub fn definition(name: &str) -> TaskDefinition {
    let mut definition = fixture::definition(name);
    for container in &mut definition.containers {
        container.ports = vec![Port { container: 8080, protocol: "tcp".into(), name: None }];
    }
    definition
}

/// Autoscaling from 8 to 40 tasks.
pub fn scaling(service: &Service) -> Observation {
    let target =
        ScalableTarget { min: 8, max: 40, suspension: Suspension::default(), created: Some(ago(9_000_000)) };
    let scaling = Scaling { target: Some(target), ..Scaling::default() };
    Observation::Scaling { service: service.id.clone(), scaling }
}

/// What the load balancer, its figures and the alarms say of two sides `NAME-b` and `NAME-g`.
pub struct Balance {
    pub name: &'static str,
    pub blue: Vec<Task>,
    pub green: Vec<Task>,
    /// Parts for blue and green.
    pub production: (RouteId, u32, u32),
    pub test: (RouteId, u32, u32),
    pub traffic: (Traffic, Traffic),
    pub alarms: Vec<Alarm>,
}

impl Balance {
    pub fn tell(self, fleet: &mut Fleet) {
        let (blue, green) = (format!("{}-b", self.name), format!("{}-g", self.name));
        let weighted = |(id, b, g): (RouteId, u32, u32), port| route(id, port, &[(&blue, b), (&green, g)]);
        let routes = vec![weighted(self.production, 443), weighted(self.test, 8443)];
        let facts = [
            Observation::TargetGroups { found: vec![target_group(&blue), target_group(&green)] },
            Observation::TargetHealth { group: target_group_id(&blue), targets: targets(&self.blue) },
            Observation::TargetHealth { group: target_group_id(&green), targets: targets(&self.green) },
            Observation::Routes { found: routes },
            Observation::Alarms { context: ContextId(0), alarms: self.alarms, missing: Vec::new() },
            Observation::Traffic { group: target_group_id(&blue), traffic: self.traffic.0 },
            Observation::Traffic { group: target_group_id(&green), traffic: self.traffic.1 },
        ];
        for fact in facts {
            fleet.apply(now(), fact);
        }
    }
}
