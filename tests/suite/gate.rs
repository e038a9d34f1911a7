//! The gate itself, called directly: what it refuses though a caller asks for it, and what it does when answers are lost.

mod blue_green;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use fargate_top::app::action::gate::{Approval, Passage, Standing};
use fargate_top::app::action::operation::OperationId;
use fargate_top::app::action::seen::Seen;
use fargate_top::app::action::{Action, Change};
use fargate_top::app::protection::{self, Protection};
use fargate_top::aws::ecs::EventDepth;
use fargate_top::aws::{self, Aws, Credentials, SharedHttpClient};
use fargate_top::fleet::id::{ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, TaskId};
use fargate_top::fleet::scaling::{ResourceId, Suspension};
use fargate_top::fleet::service::Service;
use fargate_top::journal::{Journal, Kind, read};
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::gate::resume::{Place, unfinished};
use fargate_top::runtime::gate::{Door, Gate, Person, Rules};
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::poll::ask::Ask;
use fargate_top::runtime::requests::{Priority, Rate, Requests};
use fargate_top::runtime::session::ROOM;
use fargate_top::simulation::{Call, Connector, Disturbance, Fault, FaultEffect, Simulation};
use rstest::rstest;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::support::fixture::now;

const CONTEXT: ContextId = ContextId(0);

/// A gate on the simulated AWS, with nobody else around.
struct Rig {
    gate: Gate,
    aws: Aws,
    simulation: Simulation,
    clock: Clock,
    folder: Arc<TempDir>,
    /// Facts that nobody reads.
    _facts: mpsc::Receiver<(DateTime<Utc>, fargate_top::app::message::Message)>,
}

fn open() -> Rules {
    let protection =
        Protection { guarded: protection::Rules::default(), locked: protection::Rules::default() };
    Rules { read_only: false, protection }
}

impl Rig {
    async fn of(story: &str, rules: Rules) -> Self {
        Self::at_rate(story, rules, Rate::Lifted).await
    }

    async fn at_rate(story: &str, rules: Rules, rate: Rate) -> Self {
        let simulation = Simulation::story(story, now().timestamp_millis()).unwrap();
        let clock = Clock::starting_at(now());
        let connector = Connector::new(simulation.clone(), move || clock.millis());
        let options = aws::Options {
            region: Some("eu-west-1".to_owned()),
            http_client: Some(SharedHttpClient::new(connector)),
            time_source: Some(aws::time_source(move || clock.system_time())),
            credentials: Some(Credentials::new("x", "x", None, None, "story")),
            ..aws::Options::default()
        };
        let aws = Aws::connect(CONTEXT, options).await.unwrap();
        let (sender, facts) = mpsc::channel(ROOM);
        let outbox = Outbox::new(sender, clock);
        let requests = Requests::start(CONTEXT, rate, outbox.clone());
        let door = Door {
            aws: aws.clone(),
            requests: requests.clone(),
            ask: Ask::new(aws.clone(), requests, outbox).at(Priority::User),
            profile: Some("acme-prod".to_owned()),
            region: "eu-west-1".to_owned(),
            endpoint: Some("http://localhost:5000".to_owned()),
        };
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let journal = Some(Journal::open(folder.path()));
        let gate = Gate::new(rules, [(CONTEXT, door)].into(), journal, Person::default(), clock);
        Self { gate, aws, simulation, clock, folder, _facts: facts }
    }

    async fn pass(&self, change: Change, seen: Seen, approval: Approval) -> Passage {
        let action = Action { context: CONTEXT, change, seen, reason: None };
        self.gate.pass(&OperationId("op-1".to_owned()), &action, &standing(), approval).await
    }

    async fn service(&self, cluster: &str, name: &str) -> Service {
        let (cluster, ids) = (self::cluster(cluster), [service(cluster, name)]);
        let described = self.aws.ecs.describe_services(&cluster, &ids, EventDepth::Newest(0)).await;
        described.unwrap().found.remove(0)
    }

    async fn task(&self, cluster: &str, name: &str) -> TaskId {
        let cluster = self::cluster(cluster);
        self.aws.ecs.list_tasks(&cluster, Some(name), false, None).await.unwrap().items.remove(0)
    }

    fn act(&self, operation: &str, body: serde_json::Value) {
        let service = match operation {
            "ContinueDeployment" | "StopDeployment" | "CreateDeployment" => "codedeploy",
            scalable if scalable.contains("Scalable") => "application-autoscaling",
            _ => "ecs",
        };
        self.simulation.act(self.clock.millis(), service, operation, body).unwrap();
    }

    /// The requests that change something, with their bodies.
    fn sent(&self) -> Vec<Call> {
        let changing = ["Update", "Stop", "Register", "Continue", "Create"];
        let calls = self.simulation.calls().into_iter();
        calls.filter(|call| changing.iter().any(|verb| call.operation.starts_with(verb))).collect()
    }

    fn kinds(&self) -> Vec<Kind> {
        read(self.folder.path(), None).entries().map(|entry| entry.kind.clone()).collect()
    }
}

/// A person of whom nothing is known, and no tag.
fn standing() -> Standing {
    Standing { caller: None, cluster_tag: None, service_tag: None }
}

fn cluster(name: &str) -> ClusterId {
    ClusterId::new(format!("arn:aws:ecs:eu-west-1:123456789012:cluster/{name}"))
}

fn service(cluster: &str, name: &str) -> ServiceId {
    ServiceId::new(format!("arn:aws:ecs:eu-west-1:123456789012:service/{cluster}/{name}"))
}

fn definition(name: &str) -> DefinitionId {
    DefinitionId::new(format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/{name}"))
}

/// The seven changes, of the service `ledger`, which carries a tag that guards it.
fn seven(task: TaskId) -> Vec<Change> {
    let (cluster, service) = (cluster("payments"), service("payments", "ledger"));
    let of = || (cluster.clone(), service.clone());
    let deployment = "arn:aws:ecs:eu-west-1:123456789012:service-deployment/payments/ledger/x";
    let ((c1, s1), (c2, s2), (c3, s3), (c4, s4), (c5, s5), (c6, s6), (c7, s7)) =
        (of(), of(), of(), of(), of(), of(), of());
    vec![
        Change::Scale { cluster: c1, service: s1, desired: 5 },
        Change::Redeploy { cluster: c2, service: s2 },
        Change::Deploy { cluster: c3, service: s3, definition: definition("ledger:51"), back: true },
        Change::StopTask { cluster: c4, service: Some(s4), task },
        Change::RollBack { cluster: c5, service: s5, deployment: DeploymentId::new(deployment) },
        Change::Range { cluster: c6, service: s6, min: 1, max: 9 },
        Change::Suspend { cluster: c7, service: s7, suspension: Suspension::ALL },
    ]
}

fn guarded() -> Rules {
    let profiles = vec![protection::Pattern::parse("*prod*").unwrap()];
    let guarded = protection::Rules { profiles, ..protection::Rules::default() };
    Rules { protection: Protection { guarded, ..open().protection }, ..open() }
}

fn locked() -> Rules {
    let accounts = vec!["123456789012".to_owned()];
    let locked = protection::Rules { accounts, ..protection::Rules::default() };
    Rules { protection: Protection { locked, ..open().protection }, ..open() }
}

#[rstest]
#[case::read_only("read-only", Rules { read_only: true, ..open() }, None)]
#[case::guarded("acme-prod", guarded(), None)]
#[case::expired("acme-prod", guarded(), Some(-1))]
#[case::locked("123456789012", locked(), Some(900))]
#[tokio::test(start_paused = true)]
async fn rules_hold_whatever_the_caller_says(
    #[case] word: &str,
    #[case] rules: Rules,
    #[case] unlocked_for: Option<i64>,
) {
    let rig = Rig::of("incident", rules).await;
    let task = rig.task("payments", "ledger").await;
    rig.simulation.forget_calls();
    let unlocked_until = unlocked_for.map(|seconds| rig.clock.now() + chrono::TimeDelta::seconds(seconds));
    // All that a person may allow beyond the action does not open it.
    let approval = Approval { unlocked_until, unchecked: true, unjournalled: true };
    for change in seven(task) {
        let told = change.told();
        let passage = rig.pass(change, Seen::default(), approval).await;
        let Passage::Refused(why) = &passage else { panic!("{told}: {passage:?}") };
        assert!(why.contains(word), "{told}: {why}");
    }
    assert_eq!(rig.simulation.calls(), [], "not even a look is needed");
}

#[tokio::test(start_paused = true)]
async fn a_tag_that_only_the_look_finds_holds_all_but_the_way_back_by_deployment() {
    let rig = Rig::of("incident", open()).await;
    let task = rig.task("payments", "ledger").await;
    for change in seven(task) {
        if matches!(change, Change::RollBack { .. }) {
            continue;
        }
        let told = change.told();
        let passage = rig.pass(change, Seen::default(), Approval::default()).await;
        let Passage::Refused(why) = &passage else { panic!("{told}: {passage:?}") };
        assert!(why.contains("fargate-top:protect = yes"), "{told}: {why}");
    }
    assert_eq!(rig.sent(), []);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_tell_its_tag_is_not_sent() {
    let rig = Rig::of("incident", open()).await;
    let task = rig.task("payments", "ledger").await;
    rig.simulation.inject(Fault::new(FaultEffect::Throttle).of("DescribeServices"));
    for change in seven(task) {
        if change.is_way_back() {
            continue;
        }
        let told = change.told();
        let passage = rig.pass(change, Seen::default(), Approval::default()).await;
        assert!(matches!(passage, Passage::NotChecked(_)), "{told}: {passage:?}");
    }
    assert_eq!(rig.sent(), []);
}

/// A stall of a second, at half of which somebody else does something; then the connection breaks.
async fn lost(rig: &Rig, change: Change, seen: Seen, meanwhile: impl FnOnce()) -> Passage {
    let stall = rig.simulation.inject(Fault::new(FaultEffect::Stall(1000)).of("UpdateService"));
    let others = async {
        sleep(Duration::from_millis(500)).await;
        meanwhile();
    };
    let (passage, ()) = tokio::join!(rig.pass(change, seen, Approval::default()), others);
    rig.simulation.clear(stall);
    passage
}

fn scale(desired: u32) -> Change {
    Change::Scale { cluster: cluster("payments"), service: service("payments", "tax-api"), desired }
}

fn update(with: &serde_json::Value) -> serde_json::Value {
    let mut body = json!({"cluster": "payments", "service": "tax-api"});
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    body
}

#[tokio::test(start_paused = true)]
async fn a_scaling_with_a_lost_answer_is_repeated_only_where_nothing_moved() {
    let rig = Rig::of("incident", open()).await;
    let seen = Seen::service(&rig.service("payments", "tax-api").await);
    let passage = lost(&rig, scale(7), seen.clone(), || {}).await;
    assert!(matches!(passage, Passage::Rejected(_)), "{passage:?}");
    assert_eq!(rig.sent().len(), 2);
    assert_eq!(rig.kinds(), [Kind::Attempt, Kind::Attempt, Kind::Rejected], "each sending has its line");

    rig.simulation.forget_calls();
    let passage =
        lost(&rig, scale(7), seen.clone(), || rig.act("UpdateService", update(&json!({"desiredCount": 5}))))
            .await;
    assert!(matches!(passage, Passage::Unclear(_)), "{passage:?}");
    assert_eq!(rig.sent().len(), 1, "5 is somebody else's count");

    rig.act("UpdateService", update(&json!({"desiredCount": 3})));
    rig.simulation.forget_calls();
    let passage =
        lost(&rig, scale(7), seen, || rig.act("UpdateService", update(&json!({"desiredCount": 7})))).await;
    assert!(matches!(&passage, Passage::Accepted(acceptance) if acceptance.by_look), "{passage:?}");
    assert_eq!(rig.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unlock_that_expired_meanwhile_holds_the_repeat() {
    let rules = guarded();
    let rig = Rig::of("incident", rules).await;
    let seen = Seen::service(&rig.service("payments", "tax-api").await);
    rig.simulation.inject(Fault::new(FaultEffect::Stall(1000)).of("UpdateService"));
    let unlocked_until = Some(rig.clock.now() + chrono::TimeDelta::milliseconds(600));
    let approval = Approval { unlocked_until, ..Approval::default() };
    let passage = rig.pass(scale(7), seen, approval).await;
    assert!(matches!(passage, Passage::Rejected(_)), "{passage:?}");
    assert_eq!(rig.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_redeployment_with_a_lost_answer_is_never_repeated() {
    let rig = Rig::of("incident", open()).await;
    let seen = Seen::service(&rig.service("payments", "tax-api").await);
    let change =
        || Change::Redeploy { cluster: cluster("payments"), service: service("payments", "tax-api") };
    let passage = lost(&rig, change(), seen.clone(), || {}).await;
    assert!(matches!(passage, Passage::Unclear(_)), "{passage:?}");
    assert_eq!(rig.sent().len(), 1);
    rig.simulation.forget_calls();
    // The service does not tell its deployment; its PRIMARY rollout does.
    rig.simulation.inject(Fault::new(FaultEffect::OmitField("services.currentServiceDeployment".to_owned())));
    let passage =
        lost(&rig, change(), seen, || rig.act("UpdateService", update(&json!({"forceNewDeployment": true}))))
            .await;
    assert!(matches!(&passage, Passage::Accepted(acceptance) if acceptance.by_look), "{passage:?}");
    assert_eq!(rig.sent().len(), 1);
}

fn roll_back(deployment: &DeploymentId) -> Change {
    let (cluster, service) = (cluster("core"), service("core", "auth-api"));
    Change::RollBack { cluster, service, deployment: deployment.clone() }
}

#[tokio::test(start_paused = true)]
async fn a_running_deployment_is_rolled_back_whatever_was_seen_and_an_ended_one_never() {
    let rig = Rig::of("incident", open()).await;
    let id = rig.service("core", "auth-api").await.deployment.unwrap();
    let passage = rig.pass(roll_back(&id), Seen::default(), Approval::default()).await;
    assert!(matches!(passage, Passage::Accepted(_)), "{passage:?}");
    assert_eq!(rig.sent().len(), 1);

    let rig = Rig::of("incident", open()).await;
    let (cluster, service) = (cluster("payments"), service("payments", "cart-api"));
    let listed = rig.aws.ecs.list_service_deployments(&cluster, &service, 5).await.unwrap();
    let ids: Vec<DeploymentId> = listed.into_iter().map(|listed| listed.id).collect();
    let described = rig.aws.ecs.describe_service_deployments(&ids).await.unwrap();
    let ended = described.iter().find(|known| known.status.is_final()).unwrap();
    let change = Change::RollBack { cluster, service, deployment: ended.id.clone() };
    let passage = rig.pass(change, Seen::deployment(ended), Approval::default()).await;
    assert_eq!(passage, Passage::Refused("the deployment has ended: successful".to_owned()));
    assert_eq!(rig.sent(), []);
}

#[tokio::test(start_paused = true)]
async fn a_way_back_by_revision_minds_only_revision_and_deployment() {
    let change = || Change::Deploy {
        cluster: cluster("payments"),
        service: service("payments", "tax-api"),
        definition: definition("tax-api:20"),
        back: true,
    };
    // Autoscaling moved the count, and the definition cannot be described.
    let rig = Rig::of("incident", open()).await;
    let seen = Seen::service(&rig.service("payments", "tax-api").await);
    rig.act("UpdateService", update(&json!({"desiredCount": 5})));
    rig.simulation.inject(Fault::new(FaultEffect::Deny).of("DescribeTaskDefinition"));
    let passage = rig.pass(change(), seen.clone(), Approval::default()).await;
    assert!(matches!(passage, Passage::Accepted(_)), "{passage:?}");
    // Somebody else deployed.
    let rig = Rig::of("incident", open()).await;
    let (cluster, service) = ("payments".to_owned(), "tax-api".to_owned());
    rig.simulation.disturb(rig.clock.millis(), Disturbance::Deploy { cluster, service }).unwrap();
    let passage = rig.pass(change(), seen.clone(), Approval::default()).await;
    assert!(matches!(passage, Passage::Drifted(_)), "{passage:?}");
    // Nothing can be looked at, and the person sends it all the same.
    rig.simulation.inject(Fault::new(FaultEffect::Throttle).of("DescribeServices"));
    let approval = Approval { unchecked: true, ..Approval::default() };
    let passage = rig.pass(change(), seen, approval).await;
    assert!(matches!(passage, Passage::Accepted(_)), "{passage:?}");
}

#[tokio::test(start_paused = true)]
async fn a_range_minds_the_count_that_it_would_clamp() {
    let rig = Rig::of("incident", open()).await;
    let (cluster, id) = (cluster("payments"), service("payments", "cart-api"));
    let targets = rig.aws.autoscaling.scalable_targets(&[ResourceId::of(&cluster, &id)]).await.unwrap();
    let target = targets.first().map(|(_, target)| target);
    let desired = rig.service("payments", "cart-api").await.desired;
    let change = || Change::Range { cluster: cluster.clone(), service: id.clone(), min: 2, max: 10 };
    let passage = rig.pass(change(), Seen::target(target, desired + 1), Approval::default()).await;
    let Passage::Drifted(differences) = &passage else { panic!("{passage:?}") };
    assert_eq!(differences.iter().map(|one| one.aspect.name()).collect::<Vec<_>>(), ["desired"]);
    let passage = rig.pass(change(), Seen::target(target, desired), Approval::default()).await;
    assert!(matches!(passage, Passage::Accepted(_)), "{passage:?}");
    let gone = service("payments", "gone");
    let change = Change::Range { cluster, service: gone, min: 2, max: 10 };
    let passage = rig.pass(change, Seen::default(), Approval::default()).await;
    assert_eq!(passage, Passage::Refused("service gone is gone".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn who_waited_for_a_turn_is_judged_and_looked_at_when_it_comes() {
    let rules = guarded();
    let rig = Rig::at_rate("incident", rules, Rate::Share(0.25)).await;
    let seen = Seen::service(&rig.service("payments", "tax-api").await);
    let unlocked_until = Some(rig.clock.now() + chrono::TimeDelta::seconds(30));
    let approval = Approval { unlocked_until, ..Approval::default() };
    // More changes than the bucket has turns within the unlock.
    let mut all = JoinSet::new();
    for number in 0..200 {
        let gate = rig.gate.clone();
        let action = Action { context: CONTEXT, change: scale(3), seen: seen.clone(), reason: None };
        all.spawn(async move {
            gate.pass(&OperationId(format!("op-{number}")), &action, &standing(), approval).await
        });
    }
    let passages = all.join_all().await;
    assert!(passages.iter().any(|passage| matches!(passage, Passage::Accepted(_))));
    assert!(passages.iter().any(|passage| matches!(passage, Passage::Refused(_))), "{:?}", passages.last());
    let late = rig.sent().into_iter().filter(|call| call.at > now().timestamp_millis() + 31_000).count();
    assert_eq!(late, 0);
}

#[tokio::test(start_paused = true)]
async fn an_operation_goes_on_only_in_the_aws_that_it_was_sent_to() {
    let rig = Rig::of("incident", open()).await;
    let seen = Seen::service(&rig.service("payments", "tax-api").await);
    let passage = rig.pass(scale(7), seen, Approval::default()).await;
    assert!(matches!(passage, Passage::Accepted(_)), "{passage:?}");
    let here = Place {
        profile: Some("acme-prod"),
        region: "eu-west-1",
        endpoint: Some("http://localhost:5000"),
        account: Some("123456789012"),
    };
    let count = |place: Place<'_>| unfinished(rig.folder.path(), CONTEXT, &place, rig.clock.now()).len();
    assert_eq!(count(here), 1);
    assert_eq!(count(Place { account: None, ..here }), 1);
    for elsewhere in [
        Place { endpoint: None, ..here },
        Place { endpoint: Some("http://localhost:4566"), ..here },
        Place { account: Some("999999999999"), ..here },
        Place { region: "eu-north-1", ..here },
        Place { profile: None, ..here },
    ] {
        assert_eq!(count(elsewhere), 0, "{elsewhere:?}");
    }
}
