//! What each change sends, and what its acceptance and its refusals become.

use fargate_top::aws::permit::Permit;
use fargate_top::aws::{Accepted, Aws};
use fargate_top::fleet::id::{ClusterId, DefinitionId, DeploymentId, ServiceId, TaskId};
use fargate_top::fleet::scaling::{RangeChange, ResourceId, Suspension};
use fargate_top::fleet::topic::{Failure, FailureKind};
use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::{Value, json};

use super::canned::{REQUEST_ID, canned, recorded};
use super::{ACCOUNT, cluster, service};

const UPDATED: &str = r#"{"service":{"serviceArn":"arn:aws:ecs:eu-west-1:123456789012:service/shop/cart","serviceName":"cart",
  "clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/shop","status":"ACTIVE","desiredCount":14,"runningCount":10,
  "currentServiceDeployment":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d2",
  "events":[{"id":"e","createdAt":1795254000,"message":"(service cart) has reached a steady state."}]}}"#;
const STOPPED: &str =
    r#"{"task":{"taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/shop/11","desiredStatus":"STOPPED"}}"#;
const ROLLED_BACK: &str =
    r#"{"serviceDeploymentArn":"arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/cart/d2"}"#;
const REGISTERED: &str =
    r#"{"scalableTargetARN":"arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/1"}"#;

/// Every change that there is.
#[derive(Debug, Clone, Copy)]
enum Change {
    Scale,
    Redeploy,
    Deploy,
    StopTask,
    RollBack,
    Register(RangeChange),
}

const RANGE: RangeChange = RangeChange { min: Some(0), max: None, suspension: Some(Suspension::ALL) };

fn ids() -> (ClusterId, ServiceId) {
    (cluster("shop"), service("shop", "cart"))
}

fn deployment() -> DeploymentId {
    DeploymentId::new(format!("{ACCOUNT}:service-deployment/shop/cart/d2"))
}

impl Change {
    async fn make(self, aws: &Aws) -> Result<Accepted, Failure> {
        let (shop, cart) = ids();
        let permit = Permit::from_the_gate();
        match self {
            Self::Scale => aws.ecs.scale(permit, &shop, &cart, 14).await,
            Self::Redeploy => aws.ecs.redeploy(permit, &shop, &cart).await,
            Self::Deploy => {
                let definition = DefinitionId::new(format!("{ACCOUNT}:task-definition/cart:41"));
                aws.ecs.deploy(permit, &shop, &cart, &definition).await
            }
            Self::StopTask => {
                let task = TaskId::new(format!("{ACCOUNT}:task/shop/11"));
                aws.ecs.stop_task(permit, &shop, &task, "jane via fargate-top: leaks").await
            }
            Self::RollBack => aws.ecs.roll_back(permit, &deployment()).await,
            Self::Register(change) => {
                aws.autoscaling.register(permit, &ResourceId::of(&shop, &cart), change).await
            }
        }
    }

    fn operation(self) -> &'static str {
        match self {
            Self::Scale | Self::Redeploy | Self::Deploy => "UpdateService",
            Self::StopTask => "StopTask",
            Self::RollBack => "StopServiceDeployment",
            Self::Register(_) => "RegisterScalableTarget",
        }
    }
}

/// Members that nobody asked for would change more than the person confirmed.
#[rstest]
#[case(Change::Scale, json!({"cluster": cluster("shop").as_str(), "service": service("shop", "cart").as_str(), "desiredCount": 14}))]
#[case(
    Change::Redeploy,
    json!({"cluster": cluster("shop").as_str(), "service": service("shop", "cart").as_str(), "forceNewDeployment": true})
)]
#[case(Change::Deploy, json!({
    "cluster": cluster("shop").as_str(), "service": service("shop", "cart").as_str(),
    "taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/cart:41",
}))]
#[case(Change::StopTask, json!({
    "cluster": cluster("shop").as_str(), "task": "arn:aws:ecs:eu-west-1:123456789012:task/shop/11",
    "reason": "jane via fargate-top: leaks",
}))]
#[case(Change::RollBack, json!({"serviceDeploymentArn": deployment().as_str(), "stopType": "ROLLBACK"}))]
#[case(Change::Register(RANGE), json!({
    "ServiceNamespace": "ecs", "ResourceId": "service/shop/cart", "ScalableDimension": "ecs:service:DesiredCount",
    "MinCapacity": 0,
    "SuspendedState": {
        "DynamicScalingInSuspended": true, "DynamicScalingOutSuspended": true, "ScheduledScalingSuspended": true
    },
}))]
#[case(Change::Register(RangeChange { min: Some(2), max: Some(20), suspension: None }), json!({
    "ServiceNamespace": "ecs", "ResourceId": "service/shop/cart", "ScalableDimension": "ecs:service:DesiredCount",
    "MinCapacity": 2, "MaxCapacity": 20,
}))]
#[tokio::test(start_paused = true)]
async fn a_change_is_one_request_that_says_nothing_else(#[case] change: Change, #[case] body: Value) {
    let (aws, requests) = recorded(&[
        ("UpdateService", 200, UPDATED),
        ("StopTask", 200, STOPPED),
        ("StopServiceDeployment", 200, ROLLED_BACK),
        ("RegisterScalableTarget", 200, REGISTERED),
    ])
    .await;
    let accepted = change.make(&aws).await.unwrap();
    assert_eq!(accepted.request_id.as_deref(), Some(REQUEST_ID));
    let requests: Vec<_> = requests.try_iter().collect();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(request.body, body);
    assert!(request.target.ends_with(&format!(".{}", change.operation())), "{}", request.target);
    assert!(request.user_agent.contains("app/fargate-top"), "CloudTrail names us: {}", request.user_agent);
}

#[tokio::test(start_paused = true)]
async fn an_acceptance_names_the_deployment_and_describes_the_service() {
    let aws = canned(&[("UpdateService", 200, UPDATED), ("StopServiceDeployment", 200, ROLLED_BACK)]).await;
    for change in [Change::Redeploy, Change::Deploy] {
        let accepted = change.make(&aws).await.unwrap();
        assert_eq!(accepted.deployment, Some(deployment()));
        let service = accepted.service.unwrap();
        assert_eq!((service.id, service.desired, service.events.len()), (ids().1, 14, 0));
    }
    let scaled = Change::Scale.make(&aws).await.unwrap();
    assert_eq!(scaled.deployment, None, "scaling starts none, and the one that runs is not its doing");
    assert_eq!(scaled.service.map(|service| service.desired), Some(14));
    let back = Change::RollBack.make(&aws).await.unwrap();
    assert_eq!((back.deployment, back.service), (Some(deployment()), None));
}

fn changes() -> impl Iterator<Item = Change> {
    let all = [
        Change::Scale,
        Change::Redeploy,
        Change::Deploy,
        Change::StopTask,
        Change::RollBack,
        Change::Register(RANGE),
    ];
    all.into_iter()
}

/// The failure that this answer becomes.
async fn refused(change: Change, status: u16, body: &str) -> Failure {
    let failure = change.make(&canned(&[(change.operation(), status, body)]).await).await.unwrap_err();
    assert_eq!(&*failure.operation, change.operation());
    assert_eq!(failure.request_id.as_deref(), Some(REQUEST_ID), "{failure:?}");
    failure
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_named_also_where_the_refusal_does_not_name_it() {
    let silent = r#"{"__type":"AccessDeniedException","message":"no"}"#;
    for change in changes() {
        let service = if matches!(change, Change::Register(_)) { "application-autoscaling" } else { "ecs" };
        let action = Some(format!("{service}:{}", change.operation()).into());
        let failure = refused(change, 400, silent).await;
        assert_eq!(failure.kind, FailureKind::Denied { action }, "{change:?}");
        assert!(!failure.may_have_acted());
    }
    let role = r#"{"__type":"AccessDeniedException","message":"User: arn:aws:iam::1:user/jane is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/cart because no identity-based policy allows the iam:PassRole action"}"#;
    let failure = refused(Change::Deploy, 400, role).await;
    assert_eq!(
        failure.kind,
        FailureKind::Denied { action: Some("iam:PassRole".into()) },
        "it names another one"
    );
}

/// Every error that the models of these calls name, and what it means for what was asked.
#[rstest]
#[case("InvalidParameterException", 400, FailureKind::Refused, false)]
#[case("ClientException", 400, FailureKind::Refused, false)]
#[case("ConflictException", 400, FailureKind::Refused, false)]
#[case("ServiceNotActiveException", 400, FailureKind::Refused, false)]
#[case("PlatformUnknownException", 400, FailureKind::Refused, false)]
#[case("PlatformTaskDefinitionIncompatibilityException", 400, FailureKind::Refused, false)]
#[case("UnsupportedFeatureException", 400, FailureKind::Refused, false)]
#[case("ValidationException", 400, FailureKind::Refused, false)]
#[case("ConcurrentUpdateException", 400, FailureKind::Refused, false)]
#[case("ServiceNotFoundException", 400, FailureKind::Missing, false)]
#[case("ClusterNotFoundException", 400, FailureKind::Missing, false)]
#[case("NamespaceNotFoundException", 400, FailureKind::Missing, false)]
#[case("ServiceDeploymentNotFoundException", 400, FailureKind::Missing, false)]
#[case("ObjectNotFoundException", 400, FailureKind::Missing, false)]
#[case("ThrottlingException", 400, FailureKind::Throttled, false)]
#[case("ExpiredTokenException", 400, FailureKind::Expired, false)]
#[case("UnknownOperationException", 400, FailureKind::Unsupported, false)]
#[case("ServerException", 500, FailureKind::Other, true)]
#[case("InternalServiceException", 500, FailureKind::Other, true)]
#[case("ServiceUnavailable", 503, FailureKind::Network, true)]
#[tokio::test(start_paused = true)]
async fn a_refusal_keeps_the_words_of_aws(
    #[case] code: &str,
    #[case] status: u16,
    #[case] kind: FailureKind,
    #[case] may_have_acted: bool,
) {
    for change in changes() {
        let body = json!({"__type": code, "message": "Cannot force a new deployment."}).to_string();
        let failure = refused(change, status, &body).await;
        assert_eq!(failure.kind, kind, "{change:?}");
        assert_eq!(failure.code.as_deref(), Some(code));
        assert_eq!(&*failure.message, "Cannot force a new deployment.");
        assert_eq!(failure.may_have_acted(), may_have_acted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_quota_of_autoscaling_is_no_limit_of_the_rate() {
    let body = r#"{"__type":"LimitExceededException","message":"too many scalable targets"}"#;
    let failure = refused(Change::Register(RANGE), 400, body).await;
    assert_eq!(failure.kind, FailureKind::Refused);
    let sentence = "RegisterScalableTarget: LimitExceededException: too many scalable targets";
    assert_eq!(failure.to_string(), sentence);
}

/// A page to a read is taken for a missing operation; a change behind it may have been done.
#[rstest]
#[case(500, true)]
#[case(502, true)]
#[case(404, false)]
#[case(501, false)]
#[tokio::test(start_paused = true)]
async fn an_error_page_to_a_change_tells_little(#[case] status: u16, #[case] may_have_acted: bool) {
    for change in changes() {
        let page = "<html><body>Internal Server Error</body></html>";
        let answer = change.make(&canned(&[(change.operation(), status, page)]).await).await;
        let failure = answer.unwrap_err();
        assert_eq!(failure.may_have_acted(), may_have_acted, "{failure:?}");
    }
}
