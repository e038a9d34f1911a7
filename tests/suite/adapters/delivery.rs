//! The pollers of one blue/green deployment against the pretended AWS: what a look costs and what is known after it.

use std::time::Duration;

use chrono::TimeDelta;
use fargate_top::app::subscription::Cadence;
use fargate_top::aws::Aws;
use fargate_top::aws::ecs::EventDepth;
use fargate_top::fleet::balancer::{RouteId, TargetGroupId, TargetGroupKey};
use fargate_top::fleet::codedeploy::{CodeDeployId, CodeDeployStatus, GroupId, Routing};
use fargate_top::fleet::id::{ClusterId, DeploymentId, ServiceId};
use fargate_top::fleet::percent::Percent;
use fargate_top::fleet::service::Service;
use fargate_top::fleet::topic::{Failure, FailureKind, Subject};
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::requests::Rate;
use fargate_top::simulation::Simulation;
use pretty_assertions::assert_eq;

use super::canned::{Sent, recorded};
use super::watch::Watch;
use super::{aws_at, cluster, service, start};

const SECOND: Duration = Duration::from_secs(1);

/// A story, what it is asked through, and its clock.
async fn story(name: &str) -> (Simulation, Aws, Clock) {
    let clock = Clock::starting_at(start());
    let simulation = Simulation::story(name, clock.millis()).unwrap();
    let aws = aws_at(&simulation, clock).await;
    (simulation, aws, clock)
}

async fn described(aws: &Aws, cluster: &ClusterId, id: &ServiceId) -> Service {
    let ids = std::slice::from_ref(id);
    aws.ecs.describe_services(cluster, ids, EventDepth::Newest(1)).await.unwrap().found.remove(0)
}

fn asked(simulation: &Simulation) -> Vec<String> {
    simulation.calls().into_iter().map(|call| call.operation.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_deployment_of_codedeploy_is_known_with_its_target_group_and_routes() {
    let (simulation, aws, clock) = story("blue-green").await;
    let (shop, web) = (cluster("shop"), service("shop", "checkout-web"));
    let sets = described(&aws, &shop, &web).await.task_sets;
    let id =
        sets.iter().rev().find_map(|set| CodeDeployId::of_task_set(set.external_id.as_deref()?)).unwrap();
    let mut watch = Watch::new(aws, Rate::Lifted, clock);
    simulation.forget_calls();
    let subject = Subject::CodeDeployment(id.clone(), shop.clone(), web.clone());
    watch.want(&[(subject.clone(), Cadence::Seconds(2))]);
    watch.pass(SECOND).await;
    assert_eq!(asked(&simulation), ["BatchGetDeployments", "BatchGetDeploymentTargets"]);
    let deployment = watch.fleet.codedeployment(&id).unwrap().clone();
    assert_eq!(deployment.status, CodeDeployStatus::Ready);
    let target = watch.fleet.codedeploy_target(&id).unwrap().clone();
    let weights: Vec<_> = target.task_sets.iter().map(|set| (&*set.label, set.weight)).collect();
    assert_eq!(weights, [("Blue", Percent::ALL), ("Green", Percent::NONE)]);
    let definition = deployment.revision.as_ref().and_then(|revision| revision.definition.clone());
    assert_eq!(definition.as_ref().map(|id| id.family().to_owned()).as_deref(), Some("checkout-web"));

    let group = deployment.group.clone().unwrap();
    let config = deployment.config.clone().unwrap();
    watch.want(&[
        (Subject::DeploymentGroup(group.clone()), Cadence::Seconds(60)),
        (Subject::Routing(config.clone()), Cadence::Once),
    ]);
    watch.pass(SECOND).await;
    let group = watch.fleet.deployment_group(&group).unwrap().clone();
    assert_eq!((group.last_attempted.as_ref(), group.target_groups.len()), (Some(&id), 2));
    assert!(!matches!(watch.fleet.routing(&config), None | Some(Routing::Other(_))));

    let keys = group.target_groups.iter().cloned().map(TargetGroupKey::Name);
    let keys: Vec<_> = keys.chain([TargetGroupKey::Name("gone".into())]).collect();
    let routes: Vec<RouteId> = [group.production.clone(), group.test.clone()].into_iter().flatten().collect();
    watch.want(&[
        (Subject::TargetGroups(keys.clone()), Cadence::Once),
        (Subject::Routes(routes.clone()), Cadence::Seconds(5)),
    ]);
    watch.pass(SECOND).await;
    let known: Vec<TargetGroupId> =
        keys.iter().filter_map(|key| Some(watch.fleet.target_group(key)?.id.clone())).collect();
    assert_eq!(known.len(), 2, "the one that is gone loses nothing");
    assert!(watch.fleet.is_target_group_known(&keys[2]));
    let production = watch.fleet.route(&routes[0]).unwrap();
    let share = |group: &TargetGroupId, partner| production.share(group, Some(partner));
    assert_eq!(
        (share(&known[0], &known[1]), share(&known[1], &known[0])),
        (Some(Percent::ALL), Some(Percent::NONE))
    );

    watch.want(&[
        (Subject::TargetHealth(known[0].clone()), Cadence::Seconds(5)),
        (Subject::Traffic(known.clone()), Cadence::Seconds(60)),
    ]);
    watch.pass(SECOND).await;
    assert!(!watch.fleet.target_health(&known[0]).unwrap().is_empty());
    let traffic = watch.fleet.traffic(&known[0]).unwrap();
    assert_eq!(traffic.minutes.len(), 60);
    assert!(traffic.since(start() - TimeDelta::minutes(30)).is_some(), "{traffic:?}");
    assert_eq!(watch.failures(), Vec::<&Failure>::new());
}

#[tokio::test(start_paused = true)]
async fn a_deployment_of_ecs_is_known_by_itself_with_the_weights_of_its_rules() {
    let (simulation, aws, clock) = story("canary").await;
    let (shop, api) = (cluster("shop"), service("shop", "checkout-api"));
    let known = described(&aws, &shop, &api).await;
    let id = known.deployment.clone().unwrap();
    let advanced = known.load_balancers[0].advanced.clone().unwrap();
    let routes: Vec<RouteId> =
        [advanced.production, advanced.test].into_iter().flatten().map(RouteId::new).collect();
    let groups = [known.load_balancers[0].target_group.clone(), advanced.alternate];
    let groups: Vec<TargetGroupId> = groups.into_iter().flatten().map(TargetGroupId::new).collect();
    let mut watch = Watch::new(aws, Rate::Lifted, clock);
    simulation.forget_calls();
    watch.want(&[
        (Subject::Deployment(id.clone()), Cadence::Seconds(2)),
        (Subject::Routes(routes.clone()), Cadence::Seconds(5)),
    ]);
    watch.pass(SECOND).await;
    let mut calls = asked(&simulation);
    calls.sort();
    assert_eq!(calls, ["DescribeRules", "DescribeServiceDeployments"], "both rules in one request");
    let deployment = &watch.fleet.deployments(&api).unwrap()[0];
    assert_eq!(deployment.target.as_ref().and_then(|target| target.production), Some(Percent::new(10.0)));
    let route = watch.fleet.route(&routes[0]).unwrap();
    assert_eq!(route.share(&groups[1], Some(&groups[0])), Some(Percent::new(10.0)));
    watch.want(&[(Subject::Traffic(groups.clone()), Cadence::Seconds(60))]);
    watch.pass(SECOND).await;
    let rate = |group: &TargetGroupId| {
        let figures = watch.fleet.traffic(group).unwrap().since(start() - TimeDelta::minutes(15));
        figures.unwrap().errors_per_thousand().unwrap()
    };
    assert!(rate(&groups[1]) > 4.0 * rate(&groups[0]), "{} {}", rate(&groups[1]), rate(&groups[0]));
}

const QUEUED: &str = r#"{"deploymentsInfo":[{"deploymentId":"d-1","status":"Queued"}]}"#;
const STOPPED: &str = r#"{"deploymentsInfo":[{"deploymentId":"d-1","status":"Stopped","rollbackInfo":{"rollbackDeploymentId":"d-2"}}]}"#;
const BOTH: &str = r#"{"deploymentsInfo":[{"deploymentId":"d-1","status":"Stopped","rollbackInfo":{"rollbackDeploymentId":"d-2"}},
  {"deploymentId":"d-2","status":"Succeeded","rollbackInfo":{"rollbackTriggeringDeploymentId":"d-1"}}]}"#;
const NO_TARGET: &str = r#"{"__type":"DeploymentNotStartedException","message":"not started"}"#;

fn of_cart(id: &str) -> Subject {
    Subject::CodeDeployment(CodeDeployId::new(id), cluster("shop"), service("shop", "cart"))
}

fn operations(sent: impl Iterator<Item = Sent>) -> Vec<String> {
    sent.map(|sent| sent.operation().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_waits_for_its_start_has_no_target_and_that_is_no_trouble() {
    let (aws, requests) = recorded(&[("BatchGetDeployments", 200, QUEUED)]).await;
    let mut watch = Watch::new(aws, Rate::Lifted, Clock::starting_at(start()));
    watch.want(&[(of_cart("d-1"), Cadence::Seconds(2))]);
    watch.pass(SECOND).await;
    assert_eq!(operations(requests.try_iter()), ["BatchGetDeployments"]);
    assert_eq!((watch.answers(&of_cart("d-1")), watch.failures().len()), (vec![0], 0));
}

#[tokio::test(start_paused = true)]
async fn the_deployment_that_rolls_it_back_is_followed_until_both_are_over() {
    let (aws, requests) = recorded(&[
        (r#"BatchGetDeployments "d-1","d-2""#, 200, BOTH),
        (
            "BatchGetDeployments d-2",
            200,
            r#"{"deploymentsInfo":[{"deploymentId":"d-2","status":"InProgress"}]}"#,
        ),
        ("BatchGetDeployments d-1", 200, STOPPED),
        ("BatchGetDeploymentTargets", 400, NO_TARGET),
    ])
    .await;
    let mut watch = Watch::new(aws, Rate::Lifted, Clock::starting_at(start()));
    watch.want(&[(of_cart("d-1"), Cadence::Seconds(2))]);
    watch.pass(SECOND).await;
    let look = ["BatchGetDeployments", "BatchGetDeployments", "BatchGetDeploymentTargets"];
    assert_eq!(operations(requests.try_iter()), look);
    watch.pass(Duration::from_secs(10)).await;
    assert_eq!(operations(requests.try_iter()), ["BatchGetDeployments", "BatchGetDeploymentTargets"]);
    let rollback = watch.fleet.codedeployment(&CodeDeployId::new("d-2")).unwrap();
    assert_eq!((rollback.status.clone(), watch.failures().len()), (CodeDeployStatus::Succeeded, 0));
}

#[tokio::test(start_paused = true)]
async fn what_aws_does_not_have_is_told_as_missing() {
    let gone = r#"{"__type":"DeploymentDoesNotExistException","message":"gone"}"#;
    let (aws, _requests) = recorded(&[
        ("BatchGetDeployments", 400, gone),
        (
            "BatchGetDeploymentGroups",
            400,
            r#"{"__type":"ApplicationDoesNotExistException","message":"gone"}"#,
        ),
        ("DescribeServiceDeployments", 200, r#"{"serviceDeployments":[],"failures":[{"reason":"MISSING"}]}"#),
    ])
    .await;
    let mut watch = Watch::new(aws, Rate::Lifted, Clock::starting_at(start()));
    let group = GroupId { application: "a".into(), name: "g".into() };
    let deployment = Subject::Deployment(DeploymentId::new("arn:d/1"));
    watch.want(&[
        (of_cart("d-1"), Cadence::Seconds(5)),
        (Subject::DeploymentGroup(group.clone()), Cadence::Seconds(60)),
        (deployment.clone(), Cadence::Seconds(5)),
    ]);
    watch.pass(SECOND).await;
    let id = CodeDeployId::new("d-1");
    assert!(watch.fleet.is_codedeployment_known(&id) && watch.fleet.codedeployment(&id).is_none());
    assert!(watch.fleet.deployment_group(&group).is_none());
    assert_eq!(watch.trouble(&deployment).unwrap().failure.kind, FailureKind::Missing);
    assert_eq!(watch.failures().len(), 1);
}
