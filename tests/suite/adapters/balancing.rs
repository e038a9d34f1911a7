//! Whole objects of Elastic Load Balancing, from answers in AWS's shape.

use fargate_top::fleet::balancer::{
    Forward, Route, RouteId, Target, TargetGroup, TargetGroupId, TargetGroupKey, TargetState,
};
use fargate_top::fleet::topic::FailureKind;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::canned::{canned, recorded};

const GROUPS: &str = "<DescribeTargetGroupsResponse><DescribeTargetGroupsResult><NextMarker>m2</NextMarker><TargetGroups>
  <member><TargetGroupArn>arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/cart-blue/73e2</TargetGroupArn><TargetGroupName>cart-blue</TargetGroupName>
    <Protocol>HTTP</Protocol><Port>8080</Port><HealthCheckPath>/health</HealthCheckPath><HealthCheckPort>traffic-port</HealthCheckPort>
    <Matcher><HttpCode>200-299</HttpCode></Matcher>
    <LoadBalancerArns><member>arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/shop/50dc</member></LoadBalancerArns></member>
  <member><TargetGroupArn>arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/cart-grpc/74e2</TargetGroupArn><Protocol>NEXT_YEARS</Protocol>
    <Matcher><GrpcCode>12</GrpcCode></Matcher></member>
  </TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>";

#[tokio::test(start_paused = true)]
async fn target_groups_by_name_or_by_arn() {
    let (aws, requests) = recorded(&[("DescribeTargetGroups", 200, GROUPS)]).await;
    let names = ["cart-blue", "cart-grpc"].map(|name| TargetGroupKey::Name(name.into()));
    let page = aws.balancing.describe_target_groups(&names, None).await.unwrap();
    let blue = TargetGroup {
        id: TargetGroupId::new("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/cart-blue/73e2"),
        name: "cart-blue".into(),
        protocol: Some("HTTP".into()),
        port: Some(8080),
        health_path: Some("/health".into()),
        health_port: Some("traffic-port".into()),
        matcher: Some("200-299".into()),
        balancers: vec!["arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/shop/50dc".into()],
    };
    let grpc = TargetGroup {
        id: TargetGroupId::new("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/cart-grpc/74e2"),
        name: "cart-grpc".into(),
        protocol: Some("NEXT_YEARS".into()),
        port: None,
        health_path: None,
        health_port: None,
        matcher: Some("12".into()),
        balancers: Vec::new(),
    };
    assert_eq!(blue.balancer_dimension(), Some("app/shop/50dc"));
    assert_eq!((page.items, page.next.as_deref()), (vec![blue.clone(), grpc], Some("m2")));
    let body = json!({"Action": "DescribeTargetGroups", "Version": "2015-12-01", "Names.member.1": "cart-blue", "Names.member.2": "cart-grpc"});
    assert_eq!(requests.try_recv().unwrap().body, body);
    let key = [TargetGroupKey::Id(blue.id)];
    aws.balancing.describe_target_groups(&key, Some("m2".to_owned())).await.unwrap();
    let asked = requests.try_recv().unwrap().body;
    assert_eq!(
        (&asked["TargetGroupArns.member.1"], &asked["Marker"]),
        (&json!("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/cart-blue/73e2"), &json!("m2"))
    );
}

#[tokio::test(start_paused = true)]
async fn the_health_of_targets() {
    let answer = "<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions>
      <member><HealthCheckPort>8080</HealthCheckPort><Target><Id>10.0.1.7</Id><Port>8080</Port><AvailabilityZone>eu-west-1a</AvailabilityZone></Target>
        <TargetHealth><State>healthy</State></TargetHealth></member>
      <member><Target><Id>10.0.2.9</Id><Port>8080</Port></Target>
        <TargetHealth><State>unhealthy</State><Reason>Target.FailedHealthChecks</Reason><Description>Health checks failed</Description></TargetHealth></member>
      <member><Target><Id>10.0.2.10</Id></Target><TargetHealth><State>unhealthy.draining</State></TargetHealth></member>
      </TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>";
    let aws = canned(&[("DescribeTargetHealth", 200, answer)]).await;
    let found = aws.balancing.describe_target_health(&TargetGroupId::new("arn:tg")).await.unwrap();
    let target = |id: &str, port, state| Target {
        id: id.into(),
        port,
        zone: None,
        state,
        reason: None,
        description: None,
    };
    let expected = [
        Target { zone: Some("eu-west-1a".into()), ..target("10.0.1.7", Some(8080), TargetState::Healthy) },
        Target {
            reason: Some("Target.FailedHealthChecks".into()),
            description: Some("Health checks failed".into()),
            ..target("10.0.2.9", Some(8080), TargetState::Unhealthy)
        },
        target("10.0.2.10", None, TargetState::Other("unhealthy.draining".into())),
    ];
    assert_eq!(found, expected);
}

const LISTENERS: &str = "<DescribeListenersResponse><DescribeListenersResult><Listeners>
  <member><ListenerArn>arn:l:listener/app/shop/1/80</ListenerArn><Port>443</Port><Protocol>HTTPS</Protocol><DefaultActions>
    <member><Type>authenticate-oidc</Type></member>
    <member><Type>forward</Type><TargetGroupArn>arn:blue</TargetGroupArn><ForwardConfig><TargetGroups>
      <member><TargetGroupArn>arn:blue</TargetGroupArn><Weight>90</Weight></member>
      <member><TargetGroupArn>arn:green</TargetGroupArn><Weight>10</Weight></member></TargetGroups></ForwardConfig></member></DefaultActions></member>
  <member><ListenerArn>arn:l:listener/net/shop/1/80</ListenerArn><Port>80</Port><Protocol>TCP</Protocol><DefaultActions>
    <member><Type>forward</Type><TargetGroupArn>arn:blue</TargetGroupArn></member></DefaultActions></member>
  </Listeners></DescribeListenersResult></DescribeListenersResponse>";

fn forward(rule: Option<&str>, weights: &[(&str, u32)]) -> Forward {
    let weights = weights.iter().map(|(arn, weight)| (TargetGroupId::new(*arn), *weight)).collect();
    Forward { rule: rule.map(Into::into), weights }
}

#[tokio::test(start_paused = true)]
async fn listeners_forward_by_weight_or_to_one_group() {
    let aws = canned(&[("DescribeListeners", 200, LISTENERS)]).await;
    let ids = ["arn:l:listener/app/shop/1/80", "arn:l:listener/net/shop/1/80"].map(RouteId::new);
    let page = aws.balancing.describe_listeners(&ids, None).await.unwrap();
    let [app, net] = ids;
    let expected = vec![
        Route {
            id: app,
            port: Some(443),
            protocol: Some("HTTPS".into()),
            forwards: vec![forward(None, &[("arn:blue", 90), ("arn:green", 10)])],
        },
        Route {
            id: net,
            port: Some(80),
            protocol: Some("TCP".into()),
            forwards: vec![forward(None, &[("arn:blue", 1)])],
        },
    ];
    assert_eq!((page.items, page.next), (expected, None));
}

const RULES: &str = "<DescribeRulesResponse><DescribeRulesResult><Rules>
  <member><RuleArn>arn:r:listener-rule/app/shop/1/80/d</RuleArn><Priority>default</Priority><IsDefault>true</IsDefault><Actions>
    <member><Type>forward</Type><TargetGroupArn>arn:blue</TargetGroupArn></member></Actions></member>
  <member><RuleArn>arn:r:listener-rule/app/shop/1/80/20</RuleArn><Priority>20</Priority><IsDefault>false</IsDefault><Actions>
    <member><Type>redirect</Type></member></Actions></member>
  <member><RuleArn>arn:r:listener-rule/app/shop/1/80/100</RuleArn><Priority>100</Priority><Actions>
    <member><Type>forward</Type><ForwardConfig><TargetGroups><member><TargetGroupArn>arn:other</TargetGroupArn></member></TargetGroups></ForwardConfig></member></Actions></member>
  <member><RuleArn>arn:r:listener-rule/app/shop/1/80/9</RuleArn><Priority>9</Priority><Actions>
    <member><Type>forward</Type><ForwardConfig><TargetGroups>
      <member><TargetGroupArn>arn:blue</TargetGroupArn><Weight>0</Weight></member>
      <member><TargetGroupArn>arn:green</TargetGroupArn><Weight>999</Weight></member></TargetGroups></ForwardConfig></member></Actions></member>
  </Rules></DescribeRulesResult></DescribeRulesResponse>";

#[tokio::test(start_paused = true)]
async fn rules_are_told_in_the_order_in_which_they_are_tried() {
    let (aws, requests) = recorded(&[("DescribeRules", 200, RULES)]).await;
    let listener = RouteId::new("arn:l:listener/app/shop/1/80");
    let page = aws.balancing.describe_rules_of(&listener, None).await.unwrap();
    let expected = [
        forward(Some("arn:r:listener-rule/app/shop/1/80/9"), &[("arn:blue", 0), ("arn:green", 999)]),
        forward(Some("arn:r:listener-rule/app/shop/1/80/100"), &[("arn:other", 1)]),
    ];
    assert_eq!(page.items, expected);
    assert_eq!(requests.try_recv().unwrap().body["ListenerArn"], "arn:l:listener/app/shop/1/80");

    let rule = RouteId::new("arn:r:listener-rule/app/shop/1/80/20");
    let page = aws.balancing.describe_rules(std::slice::from_ref(&rule), None).await.unwrap();
    assert_eq!(page.items[1], Route { id: rule.clone(), port: None, protocol: None, forwards: Vec::new() });
    assert_eq!(requests.try_recv().unwrap().body["RuleArns.member.1"], rule.as_str());
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_not_there_fails_the_request() {
    let answer = "<ErrorResponse><Error><Type>Sender</Type><Code>TargetGroupNotFound</Code><Message>One or more target groups not found</Message></Error></ErrorResponse>";
    let aws = canned(&[("DescribeTargetGroups", 400, answer)]).await;
    let keys = [TargetGroupKey::Name("gone".into())];
    let failure = aws.balancing.describe_target_groups(&keys, None).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Missing, "{failure:?}");
}
