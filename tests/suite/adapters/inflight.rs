//! The pollers of deployments in flight and of their alarms, on a paused clock: what they ask, how often, and what they learn.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use fargate_top::app::subscription::{Cadence, InFlight};
use fargate_top::aws::Aws;
use fargate_top::fleet::codedeploy::{CodeDeployId, GroupId};
use fargate_top::fleet::id::DeploymentId;
use fargate_top::fleet::topic::{FailureKind, Subject, Topic};
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::requests::{Rate, USUAL_SHARE};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::canned::{Sent, answering};
use super::watch::{CONTEXT, Watch};
use super::wire::cbor;
use super::{ACCOUNT, cluster, service, start};

/// What somebody switched on.
#[derive(Debug, Clone, Default)]
struct Switches {
    ended: Arc<AtomicBool>,
    denied: Arc<AtomicBool>,
    expired: Arc<AtomicBool>,
    throttled: Arc<AtomicBool>,
}

fn on(switch: &AtomicBool) -> bool {
    switch.load(Ordering::SeqCst)
}

fn refusal(code: &str, message: &str) -> (u16, Vec<u8>) {
    (400, json!({"__type": code, "message": message}).to_string().into_bytes())
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// An AWS that has every deployment that it is asked for, but none whose name has `gone` in it.
async fn crowd(switches: Switches) -> (Aws, Receiver<Sent>) {
    answering(move |operation, asked| {
        if on(&switches.expired) {
            let code = "ExpiredTokenException";
            let form = format!("<ErrorResponse><Error><Code>{code}</Code><Message>expired</Message></Error></ErrorResponse>");
            return match operation {
                "GetCallerIdentity" => (403, form.into_bytes()),
                "DescribeAlarms" => (403, cbor(&json!({"__type": code}))),
                _ => refusal(code, "The security token included in the request is expired"),
            };
        }
        let answer = match operation {
            "GetCallerIdentity" => {
                let identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/a</Arn>\
                                <Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
                return (200, identity.as_bytes().to_vec());
            }
            "DescribeServiceDeployments" => {
                let status = if on(&switches.ended) { "SUCCESSFUL" } else { "IN_PROGRESS" };
                let deployment = |arn: String| {
                    let service = arn.replace("service-deployment", "service");
                    let service = service.rsplit_once('/').unwrap().0.to_owned();
                    json!({"serviceDeploymentArn": arn, "serviceArn": service, "status": status})
                };
                let arns = texts(&asked["serviceDeploymentArns"]).into_iter();
                json!({"serviceDeployments": arns.map(deployment).collect::<Vec<_>>()})
            }
            _ if on(&switches.denied) => {
                return refusal(
                    "AccessDeniedException",
                    &format!("User: u is not authorized to perform: codedeploy:{operation} on resource: *"),
                );
            }
            "BatchGetDeployments" => {
                let ids = texts(&asked["deploymentIds"]);
                if ids.iter().any(|id| id.contains("gone")) {
                    return refusal("DeploymentDoesNotExistException", "The deployment d-gone could not be found");
                }
                let status = if on(&switches.ended) { "Succeeded" } else { "InProgress" };
                let ids = ids.into_iter();
                json!({"deploymentsInfo": ids.map(|id| json!({"deploymentId": id, "status": status})).collect::<Vec<_>>()})
            }
            "BatchGetDeploymentTargets" => json!({"deploymentTargets": [{"ecsTarget": {"status": "InProgress"}}]}),
            "BatchGetDeploymentGroups" => {
                let names = texts(&asked["deploymentGroupNames"]).into_iter();
                json!({"deploymentGroupsInfo": names.map(|name| json!({"deploymentGroupName": name})).collect::<Vec<_>>()})
            }
            "GetDeploymentConfig" => {
                json!({"deploymentConfigInfo": {"trafficRoutingConfig": {"type": "AllAtOnce"}}})
            }
            "DescribeAlarms" if on(&switches.throttled) => {
                return (400, cbor(&json!({"__type": "com.amazonaws.cloudwatch#ThrottlingException"})));
            }
            "DescribeAlarms" => {
                let names = texts(&asked["AlarmNames"]).into_iter().filter(|name| !name.contains("gone"));
                let alarms = names.map(|name| json!({"AlarmName": name, "StateValue": "OK"}));
                return (200, cbor(&json!({"MetricAlarms": alarms.collect::<Vec<_>>()})));
            }
            other => panic!("{other}"),
        };
        (200, answer.to_string().into_bytes())
    })
    .await
}

fn ecs(n: usize) -> DeploymentId {
    DeploymentId::new(format!("{ACCOUNT}:service-deployment/c{}/native-{n}/d{n}", n % 10))
}

fn delivery(n: usize) -> CodeDeployId {
    CodeDeployId::new(format!("d-{n:09}"))
}

fn group(n: usize) -> GroupId {
    GroupId { application: format!("AppECS-{n}").into(), name: "blue-green".into() }
}

/// So many deployments of each kind over ten clusters, each of CodeDeploy in an application of its own.
fn in_flight(of_ecs: usize, of_codedeploy: usize) -> InFlight {
    let home = |n: usize| {
        let home = format!("c{}", n % 10);
        (cluster(&home), service(&home, &format!("s{n}")))
    };
    InFlight {
        ecs: (0..of_ecs).map(ecs).collect(),
        codedeploy: (0..of_codedeploy).map(|n| (delivery(n), home(n))).collect(),
        groups: (0..of_codedeploy).map(group).collect(),
        routings: ["CodeDeployDefault.ECSAllAtOnce".into(), "custom".into()].into(),
        alarms: BTreeSet::new(),
        newcomers: false,
    }
}

fn watch(aws: Aws) -> Watch {
    Watch::new(aws, Rate::Share(USUAL_SHARE), Clock::starting_at(start()))
}

const SUBJECT: (Subject, Cadence) = (Subject::InFlight, Cadence::Seconds(5));
const ALARMS: (Subject, Cadence) = (Subject::Alarms, Cadence::Seconds(10));

fn is_ecs(sent: &Sent) -> bool {
    sent.operation() == "DescribeServiceDeployments"
}

/// The most requests within one second.
fn busiest<'s>(sent: impl Iterator<Item = &'s Sent>) -> usize {
    let mut seconds: BTreeMap<u64, usize> = BTreeMap::new();
    let times: Vec<_> = sent.map(|sent| sent.at).collect();
    for at in &times {
        *seconds.entry((*at - times[0]).as_secs()).or_default() += 1;
    }
    seconds.into_values().max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn thirty_in_flight_are_known_within_forty_seconds_and_cost_two_requests_per_second() {
    let (aws, requests) = crowd(Switches::default()).await;
    let mut watch = watch(aws);
    watch.in_flight(in_flight(15, 15));
    watch.want(&[SUBJECT]);
    watch.pass(Duration::from_secs(40)).await;
    assert!(watch.answers(&Subject::InFlight)[0] <= 36, "{:?}", watch.answers(&Subject::InFlight));
    for n in 0..15 {
        assert!(watch.fleet.codedeployment(&delivery(n)).is_some());
        assert!(watch.fleet.codedeploy_target(&delivery(n)).is_some());
        assert!(watch.fleet.deployment_group(&group(n)).is_some());
    }
    let described = |n: usize| {
        let home = format!("c{}", n % 10);
        watch.fleet.deployments(&service(&home, &format!("native-{n}"))).map(|all| all.len())
    };
    assert!((0..15).all(|n| described(n) == Some(1)));
    drop(requests.try_iter().collect::<Vec<_>>());
    watch.pass(Duration::from_mins(2)).await;
    let steady: Vec<Sent> = requests.try_iter().collect();
    let (of_ecs, of_codedeploy): (Vec<&Sent>, Vec<&Sent>) = steady.iter().partition(|sent| is_ecs(sent));
    assert!(of_ecs.len() <= 25 && of_codedeploy.len() <= 121, "{} {}", of_ecs.len(), of_codedeploy.len());
    assert!(busiest(of_ecs.into_iter()) <= 1 && busiest(of_codedeploy.into_iter()) <= 1);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_gone_loses_nothing_and_is_not_asked_for_again() {
    let (aws, requests) = crowd(Switches::default()).await;
    let mut watch = watch(aws);
    let gone = CodeDeployId::new("d-gone");
    let mut wanted = in_flight(0, 2);
    wanted.codedeploy.insert(gone.clone(), (cluster("shop"), service("shop", "cart")));
    watch.in_flight(wanted);
    watch.want(&[SUBJECT]);
    watch.pass(Duration::from_secs(30)).await;
    assert!(
        watch.fleet.codedeployment(&delivery(0)).is_some()
            && watch.fleet.codedeployment(&delivery(1)).is_some()
    );
    assert!(watch.fleet.is_codedeployment_known(&gone) && watch.fleet.codedeployment(&gone).is_none());
    assert_eq!((watch.failures(), watch.trouble(&Subject::InFlight)), (Vec::new(), None));
    assert!(!watch.answers(&Subject::InFlight).is_empty());
    let asked = requests.try_iter().filter(|sent| sent.body.to_string().contains("d-gone")).count();
    assert_eq!(asked, 2, "together, then by itself");
}

#[tokio::test(start_paused = true)]
async fn what_ended_is_asked_for_once_more_and_never_again() {
    let switches = Switches::default();
    let (aws, requests) = crowd(switches.clone()).await;
    let mut watch = watch(aws);
    watch.in_flight(InFlight { groups: BTreeSet::new(), ..in_flight(1, 1) });
    watch.want(&[SUBJECT]);
    watch.pass(Duration::from_secs(20)).await;
    switches.ended.store(true, Ordering::SeqCst);
    watch.pass(Duration::from_secs(20)).await;
    drop(requests.try_iter().collect::<Vec<_>>());
    watch.pass(Duration::from_mins(10)).await;
    assert_eq!(requests.try_iter().count(), 0);
    let ended = watch.fleet.codedeployment(&delivery(0)).unwrap();
    assert!(ended.status.is_final());
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_told_once_and_ecs_goes_on() {
    let switches = Switches::default();
    switches.denied.store(true, Ordering::SeqCst);
    let (aws, requests) = crowd(switches.clone()).await;
    let mut watch = watch(aws);
    watch.in_flight(InFlight { groups: BTreeSet::new(), routings: BTreeSet::new(), ..in_flight(1, 1) });
    watch.want(&[SUBJECT]);
    watch.pass(Duration::from_mins(5)).await;
    assert_eq!(watch.failures().len(), 1);
    let trouble = watch.trouble(&Subject::InFlight).unwrap();
    let action = Some("codedeploy:BatchGetDeployments".into());
    assert_eq!((trouble.failure.kind, trouble.retry_at), (FailureKind::Denied { action }, None));
    let sent: Vec<Sent> = requests.try_iter().collect();
    assert_eq!(sent.iter().filter(|sent| !is_ecs(sent)).count(), 1);
    assert!(sent.iter().filter(|sent| is_ecs(sent)).count() >= 50);
    switches.denied.store(false, Ordering::SeqCst);
    watch.pollers.refresh([&Topic::new(CONTEXT, Subject::InFlight)]);
    watch.pass(Duration::from_secs(2)).await;
    assert_eq!(watch.trouble(&Subject::InFlight), None);
    assert!(watch.fleet.codedeploy_target(&delivery(0)).is_some());
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_stop_both_pollers_and_new_ones_start_them() {
    let switches = Switches::default();
    let (aws, requests) = crowd(switches.clone()).await;
    let mut watch = watch(aws);
    watch.in_flight(InFlight { alarms: ["a".into()].into(), ..in_flight(1, 1) });
    watch.want(&[SUBJECT, ALARMS]);
    watch.pass(Duration::from_secs(11)).await;
    switches.expired.store(true, Ordering::SeqCst);
    watch.pass(Duration::from_secs(12)).await;
    drop(requests.try_iter().collect::<Vec<_>>());
    watch.pass(Duration::from_secs(30)).await;
    assert!(requests.try_iter().all(|sent| sent.operation() == "GetCallerIdentity"));
    switches.expired.store(false, Ordering::SeqCst);
    watch.pass(Duration::from_secs(20)).await;
    for subject in [Subject::InFlight, Subject::Alarms, Subject::Identity] {
        assert_eq!(watch.trouble(&subject), None, "{subject}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_in_flight_is_known_at_once_and_asks_nothing() {
    let (aws, requests) = crowd(Switches::default()).await;
    let mut watch = watch(aws);
    watch.want(&[SUBJECT, ALARMS]);
    watch.pass(Duration::from_mins(1)).await;
    // Whoever waits for alarms waits for their names first.
    assert_eq!((watch.answers(&Subject::InFlight), watch.answers(&Subject::Alarms)), (vec![0], vec![]));
    assert_eq!(requests.try_iter().count(), 0);
}

fn alarms(count: usize) -> InFlight {
    let names = (0..count).map(|n| format!("alarm-{n}").into());
    InFlight { alarms: names.chain(["gone".into()]).collect(), ..InFlight::default() }
}

#[tokio::test(start_paused = true)]
async fn alarms_are_asked_for_together_every_ten_seconds() {
    let (aws, requests) = crowd(Switches::default()).await;
    let mut watch = Watch::new(aws, Rate::Lifted, Clock::starting_at(start()));
    watch.in_flight(alarms(5));
    watch.want(&[ALARMS]);
    watch.pass(Duration::from_secs(35)).await;
    assert_eq!(watch.answers(&Subject::Alarms), [0, 10, 20, 30]);
    assert_eq!(requests.try_iter().count(), 4);
    assert!(watch.fleet.alarm(CONTEXT, "alarm-0").is_some());
    assert_eq!(watch.fleet.alarm(CONTEXT, "gone"), None);
    // New ones are asked for at once, a hundred at a time, one request per second even on this machine.
    watch.in_flight(alarms(250));
    watch.pass(Duration::from_secs(5)).await;
    let sent: Vec<Sent> = requests.try_iter().collect();
    assert_eq!(sent.len(), 3);
    assert!(sent.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_secs(1)));
    assert!(watch.fleet.alarm(CONTEXT, "alarm-249").is_some());
}

#[tokio::test(start_paused = true)]
async fn refused_alarms_are_left_alone_for_a_minute_whoever_asks() {
    let switches = Switches::default();
    let (aws, requests) = crowd(switches.clone()).await;
    let mut watch = Watch::new(aws, Rate::Lifted, Clock::starting_at(start()));
    watch.in_flight(alarms(5));
    watch.want(&[ALARMS]);
    watch.pass(Duration::from_secs(15)).await;
    switches.throttled.store(true, Ordering::SeqCst);
    watch.pass(Duration::from_secs(6)).await;
    assert_eq!(requests.try_iter().count(), 3, "the third was refused and is not repeated");
    let trouble = watch.trouble(&Subject::Alarms).unwrap();
    assert_eq!(
        (trouble.failure.kind, trouble.retry_at),
        (FailureKind::Throttled, Some(start() + Duration::from_secs(80)))
    );
    watch.pollers.refresh([&Topic::new(CONTEXT, Subject::Alarms)]);
    watch.in_flight(alarms(6));
    watch.pass(Duration::from_secs(58)).await;
    assert_eq!(requests.try_iter().count(), 0);
    switches.throttled.store(false, Ordering::SeqCst);
    watch.pass(Duration::from_secs(5)).await;
    assert_eq!((requests.try_iter().count(), watch.trouble(&Subject::Alarms)), (1, None));
}
