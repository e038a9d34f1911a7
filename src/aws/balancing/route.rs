//! Listeners and rules of the SDK as the fleet keeps them: where they send traffic, with which weights.

use aws_sdk_elasticloadbalancingv2::types as sdk;

use crate::aws::text::{count, number};
use crate::fleet::balancer::{Forward, Route, RouteId, TargetGroupId};
use crate::fleet::id::Text;

/// A listener with its default actions; `None` when the answer does not name its ARN.
pub(super) fn listener(from: &sdk::Listener) -> Option<Route> {
    Some(Route {
        id: RouteId::new(from.listener_arn()?),
        port: number(from.port()),
        protocol: from.protocol().map(|protocol| protocol.as_str().into()),
        forwards: forwards(None, from.default_actions()),
    })
}

/// A rule by itself; `None` when the answer does not name its ARN.
pub(super) fn rule(from: &sdk::Rule) -> Option<Route> {
    let arn = from.rule_arn()?;
    let forwards = forwards(Some(arn), from.actions());
    Some(Route { id: RouteId::new(arn), port: None, protocol: None, forwards })
}

/// What the rules of a listener forward, in the order in which they are tried; without the default rule.
pub(super) fn forwards_in_order(rules: &[sdk::Rule]) -> Vec<Forward> {
    let mut rules: Vec<&sdk::Rule> = rules.iter().filter(|rule| rule.is_default() != Some(true)).collect();
    rules.sort_by_key(|rule| rule.priority().and_then(|text| text.parse().ok()).unwrap_or(u32::MAX));
    rules.into_iter().flat_map(|rule| forwards(rule.rule_arn(), rule.actions())).collect()
}

/// The actions that forward; others redirect, answer by themselves, or ask who it is.
fn forwards(rule: Option<&str>, actions: &[sdk::Action]) -> Vec<Forward> {
    let forward = |action: &sdk::Action| {
        let weights = match action.forward_config() {
            Some(config) => config.target_groups().iter().filter_map(weight).collect(),
            // The short form has one group, which gets everything.
            None => vec![(TargetGroupId::new(action.target_group_arn()?), 1)],
        };
        Some(Forward { rule: rule.map(Text::from), weights })
    };
    actions.iter().filter_map(forward).collect()
}

/// A single group may come without its weight, and gets everything.
fn weight(from: &sdk::TargetGroupTuple) -> Option<(TargetGroupId, u32)> {
    Some((TargetGroupId::new(from.target_group_arn()?), from.weight().map_or(1, count)))
}
