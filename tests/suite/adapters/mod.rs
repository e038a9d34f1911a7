//! The adapters against a pretended AWS: the real SDK on one side, its wire protocols on the other.

mod alarms;
mod autoscaling;
mod balancing;
mod canned;
mod changes;
mod codedeploy;
mod connecting;
mod delivery;
mod deployments;
mod details;
mod failures;
mod inflight;
mod logs;
mod objects;
mod paging;
mod planning;
mod polling;
mod raw;
mod scheduler;
mod watch;
mod wire;

use chrono::{DateTime, Utc};
use fargate_top::aws::{Aws, Credentials, Options, SharedHttpClient, time_source};
use fargate_top::fleet::id::{ClusterId, ContextId, ServiceId};
use fargate_top::runtime::clock::Clock;
use fargate_top::simulation::{Connector, Simulation};

/// What every ARN begins with.
pub const ACCOUNT: &str = "arn:aws:ecs:eu-west-1:123456789012";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// When every test begins.
pub fn start() -> DateTime<Utc> {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

/// The adapters, led to this client.
pub async fn aws_of(client: SharedHttpClient, clock: Clock) -> Aws {
    let options = Options {
        region: Some("eu-west-1".to_owned()),
        http_client: Some(client),
        time_source: Some(time_source(move || clock.system_time())),
        credentials: Some(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test")),
        app_name: Some("fargate-top"),
        ..Options::default()
    };
    Aws::connect(ContextId(0), options).await.unwrap()
}

/// The adapters, led to a simulation that lives by this clock.
pub async fn aws_at(simulation: &Simulation, clock: Clock) -> Aws {
    let connector = Connector::new(simulation.clone(), move || clock.millis());
    aws_of(SharedHttpClient::new(connector), clock).await
}

/// The story `calm` and the adapters that see it.
pub async fn calm() -> (Simulation, Aws) {
    let clock = Clock::starting_at(start());
    let simulation = Simulation::story("calm", clock.millis()).unwrap();
    let aws = aws_at(&simulation, clock).await;
    (simulation, aws)
}

pub fn cluster(name: &str) -> ClusterId {
    ClusterId::new(format!("arn:aws:ecs:eu-west-1:123456789012:cluster/{name}"))
}

pub fn service(cluster: &str, name: &str) -> ServiceId {
    ServiceId::new(format!("arn:aws:ecs:eu-west-1:123456789012:service/{cluster}/{name}"))
}
