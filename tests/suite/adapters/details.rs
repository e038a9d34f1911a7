//! The pollers of what an open service shows, against canned answers: what they ask, how often, and what they learn.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use fargate_top::app::message::Message;
use fargate_top::app::subscription::{Cadence, Subscription};
use fargate_top::aws::Aws;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::cluster::Cluster;
use fargate_top::fleet::id::{ClusterId, ContextId, RevisionId, ServiceId, TaskId};
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::protection::Protection;
use fargate_top::fleet::service::Service;
use fargate_top::fleet::topic::{FailureKind, Subject, Topic};
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::pollers::{Pollers, Source};
use fargate_top::runtime::requests::{Rate, Requests};
use pretty_assertions::assert_eq;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::canned::{Answer, Sent, recorded};
use super::{ACCOUNT, cluster, service, start};
use crate::support::fixture;

const CONTEXT: ContextId = ContextId(0);

/// What is learnt when this subject is watched every five seconds for this time.
async fn watch(aws: Aws, subject: Subject, time: Duration) -> Fleet {
    let clock = Clock::starting_at(start());
    let (sender, mut inbox) = mpsc::channel(64);
    let outbox = Outbox::new(sender, clock);
    let requests = Requests::start(CONTEXT, Rate::Lifted, outbox.clone());
    let source = Source { aws, requests, remembered: Vec::new() };
    let mut pollers = Pollers::new(BTreeMap::from([(CONTEXT, source)]), &outbox);
    let wanted = Subscription { topic: Topic::new(CONTEXT, subject), cadence: Cadence::Seconds(5) };
    pollers.set(&[wanted].into());
    let (mut fleet, end) = (Fleet::default(), Instant::now() + time);
    while let Ok(Some((at, message))) = timeout_at(end, inbox.recv()).await {
        if let Message::Observed(observation) = message {
            fleet.apply(at, observation);
        }
    }
    fleet
}

/// The subject of the service that all answers here are about.
fn of_cart(subject: impl Fn(ClusterId, ServiceId) -> Subject) -> Subject {
    subject(cluster("shop"), service("shop", "cart"))
}

fn operations(requests: &Receiver<Sent>) -> Vec<String> {
    let operations = requests.try_iter().map(|sent| sent.target.rsplit('.').next().unwrap_or("").to_owned());
    operations.collect()
}

const TARGET: &str = r#"{"ScalableTargets":[{"ServiceNamespace":"ecs","ResourceId":"service/shop/cart",
  "ScalableDimension":"ecs:service:DesiredCount","MinCapacity":4,"MaxCapacity":10,"RoleARN":"r","CreationTime":1795254000}]}"#;
const POLICY: &str = r#"{"PolicyARN":"p","PolicyName":"cpu","ServiceNamespace":"ecs","ResourceId":"service/shop/cart",
  "ScalableDimension":"ecs:service:DesiredCount","PolicyType":"StepScaling","CreationTime":1795254000}"#;

#[tokio::test(start_paused = true)]
async fn a_service_that_nothing_scales_costs_one_request_and_another_one_shows_all_pages() {
    let (aws, requests) = recorded(&[("DescribeScalableTargets", 200, r#"{"ScalableTargets":[]}"#)]).await;
    let fleet = watch(aws, of_cart(Subject::Scaling), Duration::from_secs(1)).await;
    assert_eq!(operations(&requests), ["DescribeScalableTargets"]);
    assert_eq!(fleet.scaling(&service("shop", "cart")).map(|known| known.target.is_none()), Some(true));

    let (first, last) = (
        format!(r#"{{"ScalingPolicies":[{POLICY}],"NextToken":"page2"}}"#),
        format!(r#"{{"ScalingPolicies":[{POLICY}]}}"#),
    );
    let (aws, requests) = recorded(&[
        ("DescribeScalableTargets", 200, TARGET),
        ("DescribeScalingPolicies page2", 200, &last),
        ("DescribeScalingPolicies", 200, &first),
        ("DescribeScalingActivities", 200, r#"{"ScalingActivities":[]}"#),
        ("DescribeScheduledActions", 200, r#"{"ScheduledActions":[]}"#),
    ])
    .await;
    let fleet = watch(aws, of_cart(Subject::Scaling), Duration::from_secs(1)).await;
    let mut asked = operations(&requests);
    asked.sort();
    let expected = [
        "DescribeScalableTargets",
        "DescribeScalingActivities",
        "DescribeScalingPolicies",
        "DescribeScalingPolicies",
        "DescribeScheduledActions",
    ];
    assert_eq!(asked, expected);
    let scaling = fleet.scaling(&service("shop", "cart")).unwrap();
    let range = scaling.target.as_ref().map(|target| (target.min, target.max));
    assert_eq!((range, scaling.policies.len()), (Some((4, 10)), 2));
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_read_of_autoscaling_is_named() {
    let no = r#"{"__type":"AccessDeniedException","Message":"User: u is not authorized to perform: application-autoscaling:DescribeScheduledActions"}"#;
    let (aws, _requests) = recorded(&[
        ("DescribeScalableTargets", 200, TARGET),
        ("DescribeScalingPolicies", 200, r#"{"ScalingPolicies":[]}"#),
        ("DescribeScalingActivities", 200, r#"{"ScalingActivities":[]}"#),
        ("DescribeScheduledActions", 400, no),
    ])
    .await;
    let fleet = watch(aws, of_cart(Subject::Scaling), Duration::from_secs(1)).await;
    assert_eq!(fleet.scaling(&service("shop", "cart")), None, "half of it would be told as all of it");
    let trouble = fleet.freshness(&Topic::new(CONTEXT, of_cart(Subject::Scaling))).unwrap().trouble.clone();
    let action = Some("application-autoscaling:DescribeScheduledActions".into());
    assert_eq!(trouble.unwrap().failure.kind, FailureKind::Denied { action });
}

const LISTED: &str = r#"{"serviceDeployments":[
  {"serviceDeploymentArn":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d2","status":"IN_PROGRESS","createdAt":1795254000},
  {"serviceDeploymentArn":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d1","status":"SUCCESSFUL","createdAt":1795167600}]}"#;
const DESCRIBED: &str = r#"{"serviceDeployments":[
  {"serviceDeploymentArn":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d2","status":"IN_PROGRESS",
   "sourceServiceRevisions":[{"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/1"}],
   "targetServiceRevision":{"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/2"}},
  {"serviceDeploymentArn":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d1","status":"SUCCESSFUL",
   "sourceServiceRevisions":[{"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/0"}],
   "targetServiceRevision":{"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/1"}}]}"#;
const REVISIONS: &str = r#"{"serviceRevisions":[
  {"serviceRevisionArn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/1","serviceArn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/cart"},
  {"serviceRevisionArn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/2","serviceArn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/cart"}],
  "failures":[{"arn":"arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/cart/0","reason":"MISSING"}]}"#;

fn deployments(status: u16, revisions: &str) -> Vec<Answer<'_>> {
    vec![
        ("ListServiceDeployments", 200, LISTED),
        ("DescribeServiceDeployments", 200, DESCRIBED),
        ("DescribeServiceRevisions", status, revisions),
    ]
}

#[tokio::test(start_paused = true)]
async fn revisions_are_asked_for_once_with_their_deployments() {
    let (aws, requests) = recorded(&deployments(200, REVISIONS)).await;
    let fleet = watch(aws, of_cart(Subject::Deployments), Duration::from_secs(21)).await;
    let asked: Vec<Sent> = requests.try_iter().collect();
    let of =
        |operation: &str| asked.iter().filter(|sent| sent.target.ends_with(operation)).collect::<Vec<_>>();
    assert_eq!(of(".ListServiceDeployments").len(), 5);
    assert_eq!(of(".ListServiceDeployments")[0].body["maxResults"], 20);
    let [revisions] = of(".DescribeServiceRevisions")[..] else { panic!("{asked:?}") };
    let named: Vec<_> = ["0", "1", "2"].map(|id| format!("{ACCOUNT}:service-revision/shop/cart/{id}")).into();
    assert_eq!(revisions.body["serviceRevisionArns"], serde_json::json!(named));
    let ids: Vec<_> = named.iter().map(|arn| RevisionId::new(arn.as_str())).collect();
    let known: Vec<_> =
        ids.iter().map(|id| (fleet.is_revision_known(id), fleet.revision(id).is_some())).collect();
    assert_eq!(known, [(true, false), (true, true), (true, true)], "the oldest one AWS has forgotten");
}

#[tokio::test(start_paused = true)]
async fn without_the_permission_for_revisions_deployments_are_still_there() {
    let no = r#"{"__type":"AccessDeniedException","message":"User: u is not authorized to perform: ecs:DescribeServiceRevisions on resource: *"}"#;
    let (aws, requests) = recorded(&deployments(400, no)).await;
    let fleet = watch(aws, of_cart(Subject::Deployments), Duration::from_mins(9)).await;
    assert_eq!(fleet.deployments(&service("shop", "cart")).unwrap().len(), 2);
    let freshness =
        |subject: Subject| fleet.freshness(&Topic::new(CONTEXT, subject)).cloned().unwrap_or_default();
    assert_eq!(freshness(of_cart(Subject::Deployments)).trouble, None);
    let trouble = freshness(of_cart(Subject::Revisions)).trouble.unwrap();
    assert_eq!(trouble.failure.to_string(), "no permission ecs:DescribeServiceRevisions");
    let asked = operations(&requests).iter().filter(|asked| *asked == "DescribeServiceRevisions").count();
    assert_eq!(asked, 1, "a permission does not come by asking");
}

#[tokio::test(start_paused = true)]
async fn the_protection_of_running_tasks_is_told_by_task() {
    let task = TaskId::new(format!("{ACCOUNT}:task/shop/1"));
    let (aws, requests) = recorded(&[
        ("ListTasks", 200, r#"{"taskArns":["arn:aws:ecs:eu-west-1:123456789012:task/shop/1"]}"#),
        (
            "GetTaskProtection",
            200,
            r#"{"protectedTasks":[{"taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/shop/1","protectionEnabled":true}]}"#,
        ),
    ])
    .await;
    let fleet = watch(aws, of_cart(Subject::Protection), Duration::from_secs(1)).await;
    assert_eq!(fleet.protection(&task), Some(Protection { enabled: true, expires: None }));
    let asked: Vec<Sent> = requests.try_iter().collect();
    assert_eq!(
        (&asked[0].body["serviceName"], &asked[0].body["desiredStatus"]),
        (&"cart".into(), &"RUNNING".into())
    );
    assert_eq!(asked[1].body["tasks"], serde_json::json!([task.as_str()]));
}

#[tokio::test(start_paused = true)]
async fn a_service_is_worth_more_than_its_tags() {
    let no = r#"{"__type":"AccessDeniedException","message":"User: u is not authorized to perform: ecs:ListTagsForResource on resource: cart"}"#;
    let cart = r#"{"services":[{"serviceArn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/cart","serviceName":"cart","status":"ACTIVE",
      "clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/shop"}]}"#;
    let (aws, requests) =
        recorded(&[("DescribeServices TAGS", 400, no), ("DescribeServices", 200, cart)]).await;
    let subject = of_cart(Subject::Service);
    let fleet = watch(aws.clone(), subject.clone(), Duration::from_secs(12)).await;
    assert!(fleet.service(&service("shop", "cart")).is_some());
    assert_eq!(fleet.freshness(&Topic::new(CONTEXT, subject.clone())).unwrap().trouble, None);
    let tags: Vec<bool> = requests.try_iter().map(|sent| sent.body["include"].is_array()).collect();
    assert_eq!(tags, [true, false, false, false], "they were tried once");
    assert!(!aws.ecs.reads_tags());

    // What does not speak of tags is asked for with them again.
    let passing = r#"{"__type":"ClientException","message":"try again"}"#;
    let (aws, _requests) =
        recorded(&[("DescribeServices TAGS", 400, passing), ("DescribeServices", 200, cart)]).await;
    let fleet = watch(aws.clone(), subject.clone(), Duration::from_secs(1)).await;
    assert!(fleet.service(&service("shop", "cart")).is_some_and(|cart| cart.untagged));
    assert!(aws.ecs.reads_tags());

    let denied = r#"{"__type":"AccessDeniedException","message":"User: u is not authorized to perform: ecs:DescribeServices on resource: cart"}"#;
    let (aws, requests) = recorded(&[("DescribeServices", 400, denied)]).await;
    let fleet = watch(aws.clone(), subject.clone(), Duration::from_secs(1)).await;
    assert!(fleet.freshness(&Topic::new(CONTEXT, subject)).unwrap().trouble.is_some());
    assert_eq!((operations(&requests).len(), aws.ecs.reads_tags()), (1, true), "that was not for the tags");
}

#[test]
fn tags_that_were_not_read_stay_as_they_were_known() {
    let described = |protect: Option<&str>, untagged| {
        let mut service = fixture::service("payments/cart-api", 3);
        service.protect = protect.map(Into::into);
        service.stack = protect.map(|_| "shop-prod".into());
        service.untagged = untagged;
        let mut cluster = fixture::cluster("payments");
        cluster.protect = protect.map(Into::into);
        cluster.untagged = untagged;
        (service, cluster)
    };
    let mut fleet = Fleet::default();
    let mut shown = |(service, cluster): (Service, Cluster)| {
        let (id, of) = (service.id.clone(), cluster.id.clone());
        let clusters = vec![cluster];
        fleet.apply(fixture::now(), Observation::Clusters { context: ContextId(0), clusters });
        fleet.apply(fixture::now(), Observation::Services { services: vec![service], missing: Vec::new() });
        let (service, cluster) = (fleet.service(&id).unwrap(), fleet.cluster(&of).unwrap());
        [service.protect.clone(), service.stack.clone(), cluster.protect.clone()].map(|tag| tag.is_some())
    };
    assert_eq!(shown(described(Some("yes"), false)), [true; 3]);
    assert_eq!(shown(described(None, true)), [true; 3], "nobody read them");
    assert_eq!(shown(described(None, false)), [false; 3], "they were taken away");
}
