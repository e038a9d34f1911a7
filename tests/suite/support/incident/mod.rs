//! A small account in the middle of an incident: crash loops, images that are missing, kills, deployments, and calm.
#![expect(clippy::indexing_slicing, reason = "every service here has a rollout, every task a container")]

mod around;
mod services;
mod tasks;

use chrono::{DateTime, TimeDelta, Utc};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::cluster::Cluster;
use fargate_top::fleet::definition::TaskDefinition;
use fargate_top::fleet::event::Event;
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::{Identity, Observation};
use fargate_top::fleet::service::Service;
use fargate_top::fleet::topic::{Failure, FailureKind, Subject, Topic};

use self::services::{healthy, troubled};
use self::tasks::tasks;
use super::fixture::{self, cluster_id, now, service_id};

pub const CONTEXT: ContextId = ContextId(0);
const CLUSTERS: [&str; 9] = ["payments", "core", "search", "media", "web", "data", "batch", "edge", "tools"];

fn ago(minutes: i64, seconds: i64) -> DateTime<Utc> {
    fixture::ago(minutes * 60 + seconds)
}

fn definition(family: &str, revision: u32, image: &str, secrets: &[&str]) -> TaskDefinition {
    let mut definition = fixture::definition(&format!("{family}:{revision}"));
    definition.ephemeral_storage = Some(21);
    for container in &mut definition.containers {
        container.image = Some(image.into());
        container.memory = Some(1024);
        container.secrets = secrets.iter().map(|secret| (*secret).into()).collect();
    }
    definition
}

/// The fleet that knows all of it, every question answered just now.
pub fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    for fact in facts() {
        fleet.apply(now(), fact);
    }
    fleet
}

/// Everything there is to know, in the order in which it would arrive.
pub fn facts() -> Vec<Observation> {
    let mut facts = vec![Observation::Identity {
        context: CONTEXT,
        identity: Identity {
            account: "123456789012".into(),
            arn: "arn:aws:iam::123456789012:role/dev".into(),
        },
    }];
    let troubled = troubled();
    let healthy = healthy();
    let all: Vec<&Service> = troubled.iter().chain(&healthy).collect();
    let clusters = CLUSTERS.map(|name| {
        let of: Vec<_> = all.iter().filter(|service| service.cluster == cluster_id(name)).collect();
        let running = of.iter().map(|service| service.running).sum();
        Cluster { services: of.iter().map(|_| 1).sum(), running, ..fixture::cluster(name) }
    });
    facts.push(Observation::Clusters { context: CONTEXT, clusters: clusters.to_vec() });
    for name in CLUSTERS {
        let of = all.iter().filter(|service| service.cluster == cluster_id(name));
        facts.push(Observation::Roster {
            context: CONTEXT,
            cluster: cluster_id(name),
            services: of.map(|service| service.id.clone()).collect(),
        });
    }
    facts.push(Observation::Tasks { tasks: tasks(), missing: Vec::new() });
    for definition in [
        definition("checkout-api", 418, "app:7d1e", &["DB_URL"]),
        definition("checkout-api", 419, "app:91aa", &[]),
        definition("image-resize", 31, "resize:2.14.0", &[]),
        definition("cart-api", 77, "cart:9.3", &[]),
    ] {
        facts.push(Observation::Definition { definition: Box::new(definition) });
    }
    facts.extend(around::facts());
    facts.push(Observation::Services { services: troubled, missing: Vec::new() });
    facts.push(Observation::Services { services: healthy, missing: Vec::new() });
    facts.extend(answers());
    facts
}

/// Every question of every screen is answered just now.
fn answers() -> Vec<Observation> {
    let mut subjects = vec![Subject::Identity, Subject::Clusters, Subject::Services];
    for name in CLUSTERS {
        subjects.push(Subject::ClusterTasks(cluster_id(name)));
        subjects.push(Subject::StoppedTasks(cluster_id(name)));
    }
    for (cluster, name) in [
        ("payments", "checkout-api"),
        ("payments", "cart-api"),
        ("media", "image-resize"),
        ("core", "auth-api"),
    ] {
        let (cluster, id) = (cluster_id(cluster), service_id(&format!("{cluster}/{name}")));
        subjects.push(Subject::Service(cluster.clone(), id.clone()));
        subjects.push(Subject::ServiceTasks(cluster.clone(), id.clone()));
        subjects.push(Subject::Scaling(cluster.clone(), id.clone()));
        subjects.push(Subject::Protection(cluster.clone(), id.clone()));
        subjects.push(Subject::Deployments(cluster, id));
    }
    let topics = subjects.into_iter().map(|subject| Topic::new(CONTEXT, subject));
    topics.map(|topic| Observation::Answered { topic }).collect()
}

/// The same crash loop with this text wherever AWS or a person writes one.
pub fn facts_saying(text: &str) -> Vec<Observation> {
    let mut service = troubled().swap_remove(0);
    service.name = text.into();
    service.status = text.into();
    service.capacity[0].provider = text.into();
    service.rollouts[0].reason = Some(text.into());
    service.load_balancers[0].container = Some(text.into());
    service.events.insert(0, Event { id: "text".into(), at: ago(0, 1), message: text.into() });
    let mut task = tasks().swap_remove(0);
    task.stopped_reason = Some(text.into());
    task.group = Some(format!("service:{text}").into());
    task.zone = Some(text.into());
    task.containers[0].name = text.into();
    task.containers[0].image = Some(text.into());
    task.containers[0].reason = Some(text.into());
    let target = fargate_top::fleet::topic::Target::Service(service.cluster.clone(), service.id.clone());
    let mut facts = around::facts_saying(&service.id, text);
    facts.extend([
        Observation::Raw { target, json: text.into() },
        Observation::Services { services: vec![service], missing: Vec::new() },
        Observation::Tasks { tasks: vec![task], missing: Vec::new() },
    ]);
    facts
}

/// A question that was not answered, to be asked again in eight seconds.
pub fn failed(subject: Subject, kind: FailureKind, operation: &str, message: &str) -> Observation {
    let failure =
        Failure { kind, operation: operation.into(), code: None, message: message.into(), request_id: None };
    let retry_at = Some(now() + TimeDelta::seconds(8));
    Observation::Failed { topic: Topic::new(CONTEXT, subject), failure, retry_at }
}
