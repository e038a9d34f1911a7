//! The autoscaling of a service: its range, and for a service that is scaled its policies, schedules and latest activities.

use super::ask::Ask;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::observation::Observation;
use crate::fleet::scaling::{ResourceId, Scaling, ScalingPolicy, ScheduledAction};
use crate::fleet::topic::Failure;

/// Activities that are looked at; what was left undone counts as well.
const ACTIVITIES: u8 = 20;

/// One look: one request for a service that nothing scales, four for another one.
pub async fn look(ask: &Ask, cluster: &ClusterId, service: &ServiceId) -> Result<(), Failure> {
    let resource = ResourceId::of(cluster, service);
    let targets = ask.scalable_targets(std::slice::from_ref(&resource)).await?;
    let target = targets.into_iter().find_map(|(found, target)| (found == resource).then_some(target));
    let mut scaling = Scaling { target, ..Scaling::default() };
    if scaling.target.is_some() {
        let (policies, scheduled, activities) = tokio::join!(
            policies(ask, &resource),
            scheduled(ask, &resource),
            ask.scaling_activities(&resource, ACTIVITIES)
        );
        scaling = Scaling { policies: policies?, scheduled: scheduled?, activities: activities?, ..scaling };
    }
    ask.observe(Observation::Scaling { service: service.clone(), scaling }).await;
    Ok(())
}

async fn policies(ask: &Ask, resource: &ResourceId) -> Result<Vec<ScalingPolicy>, Failure> {
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let page = ask.scaling_policies(resource, token).await?;
        all.extend(page.items);
        token = page.next;
        if token.is_none() {
            return Ok(all);
        }
    }
}

async fn scheduled(ask: &Ask, resource: &ResourceId) -> Result<Vec<ScheduledAction>, Failure> {
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let page = ask.scheduled_actions(resource, token).await?;
        all.extend(page.items);
        token = page.next;
        if token.is_none() {
            return Ok(all);
        }
    }
}
