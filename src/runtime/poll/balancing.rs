//! Target groups, the health of their targets, and where listeners and rules send traffic.

use std::future::Future;

use super::ask::Ask;
use crate::aws::balancing::AT_ONCE;
use crate::aws::ecs::Page;
use crate::fleet::balancer::{Forward, Route, RouteId, TargetGroup, TargetGroupId, TargetGroupKey};
use crate::fleet::observation::Observation;
use crate::fleet::topic::{Failure, FailureKind};

/// Target groups by ARN and by name, and which of them are not there.
pub async fn target_groups(ask: &Ask, keys: &[TargetGroupKey]) -> Result<Vec<TargetGroup>, Failure> {
    let by_id = |key: &&TargetGroupKey| matches!(key, TargetGroupKey::Id(_));
    let (ids, names): (Vec<_>, Vec<_>) = keys.iter().partition(by_id);
    let mut groups = Vec::new();
    for kind in [ids, names] {
        let kind: Vec<TargetGroupKey> = kind.into_iter().cloned().collect();
        groups.extend(each(&kind, |keys| all_target_groups(ask, keys)).await?);
    }
    let fits = |key: &TargetGroupKey, group: &TargetGroup| match key {
        TargetGroupKey::Id(id) => group.id == *id,
        TargetGroupKey::Name(name) => group.name == *name,
    };
    let found = keys.iter().map(|key| (key.clone(), groups.iter().find(|group| fits(key, group)).cloned()));
    ask.observe(Observation::TargetGroups { found: found.collect() }).await;
    Ok(groups)
}

/// The targets of a group with their health.
pub async fn target_health(ask: &Ask, group: &TargetGroupId) -> Result<(), Failure> {
    let targets = ask.describe_target_health(group).await?;
    ask.observe(Observation::TargetHealth { group: group.clone(), targets }).await;
    Ok(())
}

/// Rules in one request; listeners in another one, and for each with rules one more.
pub async fn routes(ask: &Ask, ids: &[RouteId]) -> Result<(), Failure> {
    let (rules, listeners): (Vec<RouteId>, Vec<RouteId>) = ids.iter().cloned().partition(RouteId::is_rule);
    let found = each(&rules, |ids| all_rules(ask, ids)).await?;
    tell(ask, &rules, &found).await;
    let mut found = each(&listeners, |ids| all_listeners(ask, ids)).await?;
    for listener in found.iter_mut().filter(|listener| has_rules(&listener.id)) {
        listener.forwards.extend(rules_of(ask, &listener.id).await?);
    }
    tell(ask, &listeners, &found).await;
    Ok(())
}

async fn tell(ask: &Ask, asked: &[RouteId], found: &[Route]) {
    if asked.is_empty() {
        return;
    }
    let route = |id: &RouteId| found.iter().find(|route| route.id == *id).cloned();
    let found = asked.iter().map(|id| (id.clone(), route(id))).collect();
    ask.observe(Observation::Routes { found }).await;
}

/// Only listeners of Application Load Balancers have rules beside their default actions.
fn has_rules(listener: &RouteId) -> bool {
    listener.as_str().contains(":listener/app/")
}

/// Asks for many at once. One that is gone fails the whole request, so then each is asked for by itself.
async fn each<K, T, F>(keys: &[K], ask: impl Fn(Vec<K>) -> F) -> Result<Vec<T>, Failure>
where
    K: Clone,
    F: Future<Output = Result<Vec<T>, Failure>>,
{
    let mut all = Vec::new();
    for keys in keys.chunks(AT_ONCE) {
        match ask(keys.to_vec()).await {
            Ok(found) => all.extend(found),
            Err(failure) if failure.kind != FailureKind::Missing => return Err(failure),
            Err(_) if keys.len() == 1 => {}
            Err(_) => {
                for key in keys {
                    match ask(vec![key.clone()]).await {
                        Ok(found) => all.extend(found),
                        Err(failure) if failure.kind == FailureKind::Missing => {}
                        Err(failure) => return Err(failure),
                    }
                }
            }
        }
    }
    Ok(all)
}

async fn all_target_groups(ask: &Ask, keys: Vec<TargetGroupKey>) -> Result<Vec<TargetGroup>, Failure> {
    pages(|marker| ask.describe_target_groups(&keys, marker)).await
}

async fn all_rules(ask: &Ask, ids: Vec<RouteId>) -> Result<Vec<Route>, Failure> {
    pages(|marker| ask.describe_rules(&ids, marker)).await
}

async fn all_listeners(ask: &Ask, ids: Vec<RouteId>) -> Result<Vec<Route>, Failure> {
    pages(|marker| ask.describe_listeners(&ids, marker)).await
}

async fn rules_of(ask: &Ask, listener: &RouteId) -> Result<Vec<Forward>, Failure> {
    pages(|marker| ask.describe_rules_of(listener, marker)).await
}

/// All pages of a list.
async fn pages<T, F>(page: impl Fn(Option<String>) -> F) -> Result<Vec<T>, Failure>
where
    F: Future<Output = Result<Page<T>, Failure>>,
{
    let (mut all, mut marker) = (Vec::new(), None);
    loop {
        let page = page(marker).await?;
        all.extend(page.items);
        marker = page.next;
        if marker.is_none() {
            return Ok(all);
        }
    }
}
