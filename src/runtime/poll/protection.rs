//! Which running tasks of a service are protected from being stopped by scaling in or by a deployment.

use super::ask::Ask;
use crate::aws::ecs::PROTECTIONS_AT_ONCE;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::observation::Observation;
use crate::fleet::topic::Failure;

/// One look: the running tasks are listed, a hundred at a time, and each page is asked about.
pub async fn look(ask: &Ask, cluster: &ClusterId, service: &ServiceId) -> Result<(), Failure> {
    let mut token = None;
    loop {
        let page = ask.list_tasks(cluster, Some(service.name()), false, token).await?;
        for ids in page.items.chunks(PROTECTIONS_AT_ONCE) {
            let tasks = ask.task_protection(cluster, ids).await?;
            ask.observe(Observation::Protection { tasks }).await;
        }
        token = page.next;
        if token.is_none() {
            return Ok(());
        }
    }
}
