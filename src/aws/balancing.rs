//! Elastic Load Balancing: each method is exactly one request about target groups, listeners or rules.

mod route;

use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::ecs::Page;
use super::error::failure;
use super::lazy::Lazy;
use super::text::number;
use crate::fleet::balancer::{
    Forward, Route, RouteId, Target, TargetGroup, TargetGroupId, TargetGroupKey, TargetState,
};
use crate::fleet::id::Text;
use crate::fleet::topic::Failure;

/// Target groups, listeners or rules that we name in one request; AWS documents no limit of its own.
pub const AT_ONCE: usize = 20;

/// The adapter of Elastic Load Balancing (version 2) in one context; cheap to clone.
#[derive(Debug, Clone)]
pub struct Balancing {
    client: Lazy<aws_sdk_elasticloadbalancingv2::Client>,
}

impl Balancing {
    pub(super) fn new(client: Lazy<aws_sdk_elasticloadbalancingv2::Client>) -> Self {
        Self { client }
    }

    /// `aws elbv2 describe-target-groups --target-group-arns …` or `--names …`
    ///
    /// AWS takes keys of one kind only, and fails the whole request when it does not have one of them.
    pub async fn describe_target_groups(
        &self,
        keys: &[TargetGroupKey],
        marker: Option<String>,
    ) -> Result<Page<TargetGroup>, Failure> {
        let mut request = self.client.get().describe_target_groups().set_marker(marker);
        for key in keys {
            request = match key {
                TargetGroupKey::Id(id) => request.target_group_arns(id.as_str()),
                TargetGroupKey::Name(name) => request.names(&**name),
            };
        }
        let answer = request.send().await.map_err(|error| failure("DescribeTargetGroups", &error))?;
        let items = answer.target_groups().iter().filter_map(target_group).collect();
        Ok(Page { items, next: answer.next_marker })
    }

    /// `aws elbv2 describe-target-health --target-group-arn …`
    pub async fn describe_target_health(&self, group: &TargetGroupId) -> Result<Vec<Target>, Failure> {
        let request = self.client.get().describe_target_health().target_group_arn(group.as_str());
        let answer = request.send().await.map_err(|error| failure("DescribeTargetHealth", &error))?;
        Ok(answer.target_health_descriptions().iter().filter_map(target).collect())
    }

    /// `aws elbv2 describe-listeners --listener-arns …`
    ///
    /// The routes have their default actions only. AWS fails the whole request when it does not have one of them.
    pub async fn describe_listeners(
        &self,
        ids: &[RouteId],
        marker: Option<String>,
    ) -> Result<Page<Route>, Failure> {
        let arns = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let request = self.client.get().describe_listeners().set_listener_arns(Some(arns));
        let answer = request.set_marker(marker).send().await;
        let answer = answer.map_err(|error| failure("DescribeListeners", &error))?;
        let items = answer.listeners().iter().filter_map(route::listener).collect();
        Ok(Page { items, next: answer.next_marker })
    }

    /// `aws elbv2 describe-rules --listener-arn …`
    ///
    /// The default rule is left out: the listener's default action tells it.
    pub async fn describe_rules_of(
        &self,
        listener: &RouteId,
        marker: Option<String>,
    ) -> Result<Page<Forward>, Failure> {
        let request = self.client.get().describe_rules().listener_arn(listener.as_str());
        let answer = request.set_marker(marker).send().await;
        let answer = answer.map_err(|error| failure("DescribeRules", &error))?;
        let items = route::forwards_in_order(answer.rules());
        Ok(Page { items, next: answer.next_marker })
    }

    /// `aws elbv2 describe-rules --rule-arns …`
    ///
    /// AWS fails the whole request when it does not have one of them.
    pub async fn describe_rules(
        &self,
        ids: &[RouteId],
        marker: Option<String>,
    ) -> Result<Page<Route>, Failure> {
        let arns = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let request = self.client.get().describe_rules().set_rule_arns(Some(arns));
        let answer = request.set_marker(marker).send().await;
        let answer = answer.map_err(|error| failure("DescribeRules", &error))?;
        let items = answer.rules().iter().filter_map(route::rule).collect();
        Ok(Page { items, next: answer.next_marker })
    }
}

fn target_group(from: &sdk::TargetGroup) -> Option<TargetGroup> {
    let id = TargetGroupId::new(from.target_group_arn()?);
    let matcher = from.matcher();
    Some(TargetGroup {
        name: from.target_group_name().unwrap_or_else(|| id.name()).into(),
        protocol: from.protocol().map(|protocol| protocol.as_str().into()),
        port: number(from.port()),
        health_path: from.health_check_path().map(Text::from),
        health_port: from.health_check_port().map(Text::from),
        matcher: matcher.and_then(|matcher| matcher.http_code().or(matcher.grpc_code())).map(Text::from),
        balancers: from.load_balancer_arns().iter().map(|arn| arn.as_str().into()).collect(),
        id,
    })
}

fn target(from: &sdk::TargetHealthDescription) -> Option<Target> {
    let target = from.target()?;
    let health = from.target_health();
    Some(Target {
        id: target.id()?.into(),
        port: number(target.port()),
        zone: target.availability_zone().map(Text::from),
        state: TargetState::parse(
            health.and_then(|health| health.state()).map_or("", |state| state.as_str()),
        ),
        reason: health.and_then(|health| health.reason()).map(|reason| reason.as_str().into()),
        description: health.and_then(sdk::TargetHealth::description).map(Text::from),
    })
}
