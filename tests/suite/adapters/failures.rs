//! Every kind of failure, made by the pretended AWS and read by the real SDK.

use fargate_top::fleet::topic::{Failure, FailureKind};
use fargate_top::simulation::{Fault, FaultEffect};
use pretty_assertions::assert_eq;
use rstest::rstest;

use super::canned::canned;
use super::{calm, cluster};

#[rstest]
#[case(FaultEffect::Throttle, FailureKind::Throttled, Some("ThrottlingException"))]
#[case(FaultEffect::Deny, FailureKind::Denied { action: Some("ecs:ListServices".into()) }, Some("AccessDeniedException"))]
#[case(FaultEffect::Expired, FailureKind::Expired, Some("ExpiredTokenException"))]
#[case(FaultEffect::Drop, FailureKind::Network, None)]
#[case(FaultEffect::ServerError, FailureKind::Other, Some("ServerException"))]
#[case(FaultEffect::Stall(60_000), FailureKind::Timeout, None)]
#[tokio::test(start_paused = true)]
async fn a_fault_becomes_its_kind(
    #[case] effect: FaultEffect,
    #[case] kind: FailureKind,
    #[case] code: Option<&str>,
) {
    let (simulation, aws) = calm().await;
    simulation.inject(Fault::new(effect));
    let failure = aws.ecs.list_services(&cluster("shop"), None).await.unwrap_err();
    assert_eq!(failure.kind, kind, "{failure:?}");
    assert_eq!(failure.code.as_deref(), code);
    assert_eq!(&*failure.operation, "ListServices");
    assert!(!failure.message.is_empty());
    assert_eq!(failure.request_id.is_some(), code.is_some(), "answers carry a request id");
    assert_eq!(simulation.calls().len(), 1, "the SDK itself repeats nothing");
}

#[tokio::test(start_paused = true)]
async fn sts_fails_in_its_own_protocol() {
    let (simulation, aws) = calm().await;
    simulation.inject(Fault::new(FaultEffect::Expired));
    let failure = aws.sts.get_caller_identity().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Expired, "{failure:?}");
}

#[rstest]
#[case(400, r#"{"__type":"UnknownOperationException"}"#, FailureKind::Unsupported)]
#[case(404, "<html>not found</html>", FailureKind::Unsupported)]
#[case(501, r#"{"message":"The list_services action has not been implemented"}"#, FailureKind::Unsupported)]
#[case(502, "<html>bad gateway</html>", FailureKind::Network)]
#[case(
    400,
    r#"{"__type":"com.amazonaws.ecs#ClusterNotFoundException","message":"gone"}"#,
    FailureKind::Missing
)]
#[case(400, r#"{"__type":"UnrecognizedClientException"}"#, FailureKind::Expired)]
#[case(200, "<html>log in to the network first</html>", FailureKind::Network)]
#[case(500, "<!doctype html><title>500 Internal Server Error</title>", FailureKind::Unsupported)]
#[tokio::test(start_paused = true)]
async fn an_odd_endpoint_is_understood(#[case] status: u16, #[case] body: &str, #[case] kind: FailureKind) {
    let aws = canned(&[("ListServices", status, body)]).await;
    let failure: Failure = aws.ecs.list_services(&cluster("shop"), None).await.unwrap_err();
    assert_eq!(failure.kind, kind, "{failure:?}");
}

#[tokio::test(start_paused = true)]
async fn a_definition_that_does_not_exist_says_so_in_words() {
    let (_, aws) = calm().await;
    let id = fargate_top::fleet::id::DefinitionId::new(
        "arn:aws:ecs:eu-west-1:123456789012:task-definition/ghost:1",
    );
    let failure = aws.ecs.describe_task_definition(&id).await.unwrap_err();
    assert!(failure.message.contains("Unable to describe task definition"), "{failure:?}");
}

#[tokio::test(start_paused = true)]
async fn absent_members_fail_nothing() {
    let (simulation, aws) = calm().await;
    for path in [
        "services.deployments",
        "services.events",
        "services.status",
        "services.clusterArn",
        "services.networkConfiguration",
    ] {
        simulation.inject(Fault::new(FaultEffect::OmitField(path.to_owned())));
    }
    let shop = cluster("shop");
    let ids = aws.ecs.list_services(&shop, None).await.unwrap().items;
    let services =
        aws.ecs.describe_services(&shop, &ids, fargate_top::aws::ecs::EventDepth::All).await.unwrap().found;
    assert_eq!(services.len(), ids.len());
    assert!(
        services.iter().all(|service| service.cluster == shop
            && service.rollouts.is_empty()
            && service.status.is_empty())
    );
}
