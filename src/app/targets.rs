//! The health of a service's targets behind its load balancers, joined to its tasks by address and port.

use crate::fleet::Fleet;
use crate::fleet::balancer::{RouteId, Target, TargetGroup, TargetGroupId, TargetGroupKey, TargetState};
use crate::fleet::service::{LoadBalancer, Service};
use crate::fleet::task::Task;

/// How the targets of one group stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupHealth {
    pub healthy: usize,
    /// Without those that are being taken out.
    pub all: usize,
    /// The reason that most of the unwell ones have, in AWS's words.
    pub reason: Option<String>,
}

/// The health of a group; `None` when it was not asked for.
pub fn group(fleet: &Fleet, id: &TargetGroupId) -> Option<GroupHealth> {
    let targets = fleet.target_health(id)?;
    let in_use = || targets.iter().filter(|target| target.state != TargetState::Draining);
    let unwell =
        in_use().find(|target| matches!(target.state, TargetState::Unhealthy | TargetState::Unavailable));
    Some(GroupHealth {
        healthy: in_use().filter(|target| target.state == TargetState::Healthy).count(),
        all: in_use().count(),
        reason: unwell.map(why),
    })
}

/// `health checks fail with code 503 (Target.ResponseCodeMismatch)`, as far as AWS says.
pub fn why(target: &Target) -> String {
    let state = target.state.as_str();
    match (&target.description, &target.reason) {
        (Some(description), Some(reason)) => format!("{state}: {description} ({reason})"),
        (Some(text), None) | (None, Some(text)) => format!("{state}: {text}"),
        (None, None) => state.to_owned(),
    }
}

/// What is told of one load balancer of a service: `tg-cart 10 of 10 targets healthy`.
pub fn told(fleet: &Fleet, balancer: &LoadBalancer) -> Option<String> {
    let advanced = balancer.advanced.as_ref();
    let alternate = advanced.and_then(|advanced| advanced.alternate.as_ref());
    let parts: Vec<String> = balancer
        .target_group
        .iter()
        .chain(alternate)
        .filter_map(|arn| {
            let id = TargetGroupId::new(arn.clone());
            let health = group(fleet, &id)?;
            let why = health.reason.map_or_else(String::new, |why| format!(", {why}"));
            Some(format!("{} {} of {} targets healthy{why}", id.name(), health.healthy, health.all))
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Where the listener or rule of a service sends production traffic: `:443 sends 90% to tg-a, 10% to tg-b`.
pub fn route(fleet: &Fleet, id: &RouteId) -> Option<String> {
    let route = fleet.route(id)?;
    let forward = route.forwards.iter().find(|forward| !forward.weights.is_empty())?;
    let shares: Vec<String> = forward
        .weights
        .iter()
        .filter_map(|(group, weight)| {
            let share = route.share(group, None).filter(|_| *weight > 0)?;
            Some(format!("{share} to {}", group.name()))
        })
        .collect();
    let port = route.port.map_or_else(|| "its rule".to_owned(), |port| format!(":{port}"));
    (!shares.is_empty()).then(|| format!("{port} sends {}", shares.join(", ")))
}

/// The target that a task is, in any of its service's groups; the one that is not well first.
pub fn of_task<'f>(fleet: &'f Fleet, service: &Service, task: &Task) -> Option<&'f Target> {
    let ip = task.interface.as_ref()?.private_ip.as_deref()?;
    let groups = super::subscription::balancing(fleet, service).0;
    let ids = groups.iter().filter_map(|key: &TargetGroupKey| match key {
        TargetGroupKey::Id(id) => Some(id.clone()),
        TargetGroupKey::Name(_) => {
            fleet.target_group(key).map(|known: &std::sync::Arc<TargetGroup>| known.id.clone())
        }
    });
    let mut found: Option<&Target> = None;
    for id in ids {
        let targets = fleet.target_health(&id).into_iter().flat_map(|targets| targets.iter());
        for target in targets.filter(|target| *target.id == *ip) {
            if found.is_none_or(|known| known.state == TargetState::Healthy) {
                found = Some(target);
            }
        }
    }
    found
}
