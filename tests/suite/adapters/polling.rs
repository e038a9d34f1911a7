//! Pollers, sweep, scheduler and SDK together against a pretended AWS, on a paused clock.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use fargate_top::app::message::Message;
use fargate_top::app::subscription::{Cadence, Interest, Subscription};
use fargate_top::fleet::Fleet;
use fargate_top::fleet::id::{ContextId, DefinitionId, ServiceId};
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::topic::{FailureKind, Subject, Topic};
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::pollers::{Pollers, Source};
use fargate_top::runtime::requests::{Rate, Requests, USUAL_SHARE};
use fargate_top::simulation::{Call, Fault, FaultEffect, FaultId, Shape, Simulation};
use pretty_assertions::assert_eq;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::{aws_at, cluster, service, start};

const CONTEXT: ContextId = ContextId(0);

/// Everything below the screen, with a fleet that takes in what is learnt.
struct Engine {
    simulation: Simulation,
    pollers: Pollers,
    inbox: mpsc::Receiver<(DateTime<Utc>, Message)>,
    fleet: Fleet,
    log: Vec<(DateTime<Utc>, Observation)>,
}

fn topic(subject: Subject) -> Topic {
    Topic::new(CONTEXT, subject)
}

impl Engine {
    async fn new(simulation: Simulation, clock: Clock, remembered: Vec<ServiceId>) -> Self {
        let (sender, inbox) = mpsc::channel(64);
        let outbox = Outbox::new(sender, clock);
        let requests = Requests::start(CONTEXT, Rate::Share(USUAL_SHARE), outbox.clone());
        let source = Source { aws: aws_at(&simulation, clock).await, requests, remembered };
        let pollers = Pollers::new(BTreeMap::from([(CONTEXT, source)]), &outbox);
        Self { simulation, pollers, inbox, fleet: Fleet::default(), log: Vec::new() }
    }

    async fn calm() -> Self {
        let clock = Clock::starting_at(start());
        Self::new(Simulation::story("calm", clock.millis()).unwrap(), clock, Vec::new()).await
    }

    async fn generated(clusters: usize, services: usize, remembered: Vec<ServiceId>) -> Self {
        let clock = Clock::starting_at(start());
        let shape = Shape { clusters, services, tasks: services * 5, seed: 5 };
        Self::new(Simulation::generate(&shape, clock.millis()), clock, remembered).await
    }

    fn want(&mut self, subjects: &[(Subject, Cadence)]) {
        let wanted = subjects
            .iter()
            .map(|(subject, cadence)| Subscription { topic: topic(subject.clone()), cadence: *cadence });
        self.pollers.set(&wanted.collect());
    }

    /// Takes in what is learnt within this time.
    async fn pass(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Ok(Some((at, message))) = timeout_at(end, self.inbox.recv()).await {
            if let Message::Observed(observation) = message {
                self.log.push((at, observation.clone()));
                self.fleet.apply(at, observation);
            }
        }
    }

    /// Milliseconds from the start to the first fact of this kind.
    fn first(&self, is: impl Fn(&Observation) -> bool) -> Option<i64> {
        let (at, _) = self.log.iter().find(|(_, observation)| is(observation))?;
        Some((*at - start()).num_milliseconds())
    }

    fn answers(&self, subject: &Subject) -> Vec<i64> {
        let answered = self.log.iter().filter(|(_, observation)| {
            matches!(observation, Observation::Answered { topic } if topic.subject == *subject)
        });
        answered.map(|(at, _)| (*at - start()).num_milliseconds()).collect()
    }

    fn calls(&self, operation: &str) -> Vec<Call> {
        self.simulation.calls().into_iter().filter(|call| call.operation == operation).collect()
    }

    fn inject(&self, effect: FaultEffect) -> FaultId {
        self.simulation.inject(Fault::new(effect))
    }
}

fn is_answered(observation: &Observation, subject: &Subject) -> bool {
    matches!(observation, Observation::Answered { topic } if topic.subject == *subject)
}

#[tokio::test(start_paused = true)]
async fn a_cold_start_is_a_chain_of_three_round_trips_and_few_calls() {
    let mut engine = Engine::generated(5, 200, Vec::new()).await;
    engine.inject(FaultEffect::Latency(40));
    engine.want(&[(Subject::Clusters, Cadence::Seconds(30)), (Subject::Services, Cadence::Seconds(5))]);
    engine.pass(Duration::from_secs(1)).await;
    assert_eq!(engine.first(|o| is_answered(o, &Subject::Services)), Some(120));
    assert_eq!(engine.fleet.service_count(), 200);
    assert_eq!(engine.fleet.services_listed(), Some(200));
    let calls = engine.simulation.calls();
    assert!(calls.len() <= 35, "{} calls", calls.len());
    assert_eq!(engine.calls("ListClusters").len(), 1, "listed once for both");
    assert!(engine.fleet.services().all(|known| known.service.events.len() <= 10));
}

#[tokio::test(start_paused = true)]
async fn a_warm_start_shows_services_after_one_round_trip() {
    let mut cold = Engine::generated(5, 200, Vec::new()).await;
    cold.want(&[(Subject::Services, Cadence::Seconds(5))]);
    cold.pass(Duration::from_secs(1)).await;
    let mut known: Vec<ServiceId> = cold.fleet.services().map(|known| known.service.id.clone()).collect();
    known.push(service("gone", "gone"));

    let mut engine = Engine::generated(5, 200, known.clone()).await;
    engine.inject(FaultEffect::Latency(40));
    engine.want(&[(Subject::Services, Cadence::Seconds(5)), (Subject::Clusters, Cadence::Seconds(30))]);
    engine.pass(Duration::from_millis(45)).await;
    assert!(matches!(&engine.log[0].1, Observation::Remembered { services, .. } if *services == known));
    assert!(engine.fleet.service_count() >= 190, "{}", engine.fleet.service_count());
    engine.pass(Duration::from_secs(2)).await;
    assert_eq!(engine.fleet.service_count(), 200);
    assert_eq!(engine.fleet.undescribed().count(), 0, "the one that is gone is forgotten");
    assert_eq!(engine.fleet.freshness(&topic(Subject::Services)).unwrap().trouble, None);
}

#[tokio::test(start_paused = true)]
async fn the_steady_state_keeps_within_the_share() {
    let mut engine = Engine::generated(5, 200, Vec::new()).await;
    engine.want(&[(Subject::Clusters, Cadence::Seconds(30)), (Subject::Services, Cadence::Seconds(5))]);
    engine.pass(Duration::from_secs(2)).await;
    let visible: BTreeSet<ServiceId> =
        engine.fleet.services().take(30).map(|known| known.service.id.clone()).collect();
    engine.pollers.interest(Interest { visible, urgent: BTreeSet::new(), ..Interest::default() });
    engine.simulation.forget_calls();
    engine.pass(Duration::from_mins(1)).await;
    let calls = engine.simulation.calls();
    assert!(calls.len() <= 60 * 6, "{} calls in a minute", calls.len());
    let mut seconds: BTreeMap<i64, usize> = BTreeMap::new();
    for call in &calls {
        *seconds.entry(call.at / 1000).or_default() += 1;
    }
    assert!(seconds.values().all(|calls| *calls <= 10), "{seconds:?}");
    let now = start() + Duration::from_secs(62);
    let oldest = engine.fleet.services().map(|known| now - known.seen).max().unwrap();
    assert!(oldest.num_milliseconds() <= 6500, "{oldest}");
}

#[tokio::test(start_paused = true)]
async fn every_row_arrives_when_each_fourth_call_is_refused() {
    let mut engine = Engine::generated(4, 300, Vec::new()).await;
    engine.simulation.inject(Fault { every: Some(4), ..Fault::new(FaultEffect::Throttle) });
    engine.want(&[(Subject::Services, Cadence::Seconds(5))]);
    engine.pass(Duration::from_mins(2)).await;
    assert_eq!(engine.fleet.service_count(), 300);
    let told = engine.log.iter().filter(|(_, fact)| matches!(fact, Observation::Failed { .. }));
    assert_eq!(told.count(), 0, "the pace is the answer, and nobody needs to know");
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_stop_everybody_and_new_ones_start_everybody() {
    let mut engine = Engine::calm().await;
    let tasks = Subject::ClusterTasks(cluster("shop"));
    engine.want(&[
        (Subject::Clusters, Cadence::Seconds(10)),
        (Subject::Services, Cadence::Seconds(5)),
        (tasks.clone(), Cadence::Seconds(5)),
    ]);
    engine.pass(Duration::from_secs(8)).await;
    let fault = engine.inject(FaultEffect::Expired);
    engine.pass(Duration::from_secs(12)).await;
    let trouble = engine.fleet.freshness(&topic(Subject::Identity)).unwrap().trouble.clone().unwrap();
    assert_eq!(trouble.failure.kind, FailureKind::Expired);
    assert!(trouble.retry_at.is_some());
    engine.simulation.forget_calls();
    engine.pass(Duration::from_secs(20)).await;
    assert!(engine.simulation.calls().iter().all(|call| call.operation == "GetCallerIdentity"));
    assert!((3..=5).contains(&engine.simulation.calls().len()), "one cheap call each 5 s");
    engine.simulation.clear(fault);
    engine.pass(Duration::from_secs(11)).await;
    for subject in [&tasks, &Subject::Services, &Subject::Clusters, &Subject::Identity] {
        assert_eq!(engine.fleet.freshness(&topic(subject.clone())).unwrap().trouble, None, "{subject}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_denied_subject_waits_until_somebody_asks() {
    let mut engine = Engine::calm().await;
    let denied = engine.simulation.inject(Fault::new(FaultEffect::Deny).of("ListTasks"));
    let subject = Subject::ClusterTasks(cluster("shop"));
    engine.want(&[(subject.clone(), Cadence::Seconds(5))]);
    engine.pass(Duration::from_mins(2)).await;
    assert_eq!(engine.calls("ListTasks").len(), 1);
    let trouble = engine.fleet.freshness(&topic(subject.clone())).unwrap().trouble.clone().unwrap();
    assert_eq!(
        (trouble.retry_at, trouble.failure.to_string().as_str()),
        (None, "no permission ecs:ListTasks")
    );
    engine.simulation.clear(denied);
    engine.pollers.refresh([&topic(subject.clone())]);
    engine.pass(Duration::from_secs(1)).await;
    assert_eq!(engine.fleet.freshness(&topic(subject)).unwrap().trouble, None);
}

#[tokio::test(start_paused = true)]
async fn a_lost_network_is_tried_again_ever_more_slowly() {
    fastrand::seed(11);
    let mut engine = Engine::calm().await;
    let lost = engine.inject(FaultEffect::Drop);
    engine.want(&[(Subject::Clusters, Cadence::Seconds(5)), (Subject::Services, Cadence::Seconds(5))]);
    engine.pass(Duration::from_mins(5)).await;
    let looks = engine.calls("ListClusters").len() / 3;
    assert!((7..=12).contains(&looks), "{looks} looks in five minutes");
    assert!(engine.calls("ListServices").is_empty());
    engine.simulation.clear(lost);
    engine.pollers.refresh([&topic(Subject::Clusters)]);
    engine.pass(Duration::from_secs(1)).await;
    assert_eq!(engine.fleet.service_count(), 6);
}

#[tokio::test(start_paused = true)]
async fn settled_tasks_are_listed_and_rarely_described() {
    let mut engine = Engine::generated(1, 100, Vec::new()).await;
    let shop = {
        engine.want(&[(Subject::Clusters, Cadence::Once)]);
        engine.pass(Duration::from_secs(1)).await;
        engine.fleet.clusters().next().unwrap().id.clone()
    };
    engine.simulation.forget_calls();
    engine.want(&[(Subject::ClusterTasks(shop.clone()), Cadence::Seconds(5))]);
    engine.pass(Duration::from_secs(1)).await;
    assert_eq!(engine.fleet.tasks_in(&shop).count(), 500);
    assert_eq!((engine.calls("ListTasks").len(), engine.calls("DescribeTasks").len()), (5, 5));
    engine.simulation.forget_calls();
    engine.pass(Duration::from_secs(25)).await;
    assert_eq!((engine.calls("ListTasks").len(), engine.calls("DescribeTasks").len()), (25, 5));
    let now = start() + Duration::from_secs(27);
    assert!(
        engine.fleet.tasks().all(|task| now - engine.fleet.known_task(&task.task.id).unwrap().seen
            <= chrono::TimeDelta::seconds(26))
    );
}

#[tokio::test(start_paused = true)]
async fn an_open_service_has_its_tasks_events_deployments_and_definition() {
    let mut engine = Engine::calm().await;
    let (shop, cart) = (cluster("shop"), service("shop", "cart-api"));
    engine.want(&[
        (Subject::Service(shop.clone(), cart.clone()), Cadence::Seconds(5)),
        (Subject::ServiceTasks(shop.clone(), cart.clone()), Cadence::Seconds(5)),
        (Subject::Deployments(shop.clone(), cart.clone()), Cadence::Seconds(5)),
        (
            Subject::Definition(DefinitionId::new(
                "arn:aws:ecs:eu-west-1:123456789012:task-definition/ghost:1",
            )),
            Cadence::Once,
        ),
    ]);
    engine.pass(Duration::from_secs(30)).await;
    assert_eq!(engine.fleet.tasks_of(&shop, "cart-api").count(), 3);
    let deployments = engine.fleet.deployments(&cart).unwrap();
    assert!(deployments.iter().all(|deployment| deployment.service == cart));
    let definition = engine.fleet.service(&cart).unwrap().definition.clone().unwrap();
    engine.want(&[(Subject::Definition(definition.clone()), Cadence::Once)]);
    engine.pass(Duration::from_secs(30)).await;
    assert_eq!(engine.calls("DescribeTaskDefinition").len(), 2, "definitions never change");
    assert!(engine.fleet.definition(&definition).is_some());
    assert!(engine.log.iter().any(|(_, fact)| matches!(fact, Observation::DefinitionGone { .. })));
    let calls = engine.calls("DescribeServiceDeployments").len();
    assert!(calls <= 1, "deployments that ended are described once: {calls}");
}

#[tokio::test(start_paused = true)]
async fn a_service_whose_arn_names_no_cluster_is_asked_for_in_its_own() {
    let mut engine = Engine::calm().await;
    let old = ServiceId::new("arn:aws:ecs:eu-west-1:123456789012:service/cart-api");
    let subject = Subject::Service(cluster("shop"), old);
    engine.want(&[(subject.clone(), Cadence::Seconds(5))]);
    engine.pass(Duration::from_secs(1)).await;
    assert_eq!(engine.answers(&subject).len(), 1, "{:?}", engine.log);
    assert_eq!(engine.fleet.service_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_subscription_asks_no_more_and_a_cadence_begins_with_a_look() {
    let mut engine = Engine::calm().await;
    engine.want(&[(Subject::Clusters, Cadence::Seconds(10))]);
    engine.pass(Duration::from_secs(25)).await;
    assert_eq!(engine.answers(&Subject::Clusters), [0, 10_000, 20_000]);
    engine.want(&[(Subject::Clusters, Cadence::Seconds(2))]);
    engine.pass(Duration::from_secs(3)).await;
    assert_eq!(engine.answers(&Subject::Clusters)[3..], [25_000, 27_000]);
    engine.want(&[]);
    engine.pass(Duration::from_mins(1)).await;
    assert_eq!(engine.answers(&Subject::Clusters).len(), 5);
}
