//! The clusters of a context with their counts, and the directory by which the sweep learns of them.

use std::collections::BTreeMap;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::ask::Ask;
use super::joined;
use crate::aws::ecs::CLUSTERS_AT_ONCE;
use crate::fleet::cluster::Cluster;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::observation::Observation;
use crate::fleet::topic::Failure;

/// What the poller of the clusters learnt last, for the sweep: so the clusters are listed once for both.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Somebody keeps this directory; else the sweep has to list the clusters itself.
    pub kept: bool,
    /// All clusters, as soon as their names are known.
    pub clusters: Option<Vec<ClusterId>>,
    /// `activeServicesCount` of each cluster, a moment later.
    pub services: BTreeMap<ClusterId, u32>,
    /// Why the last look gave nothing.
    pub failure: Option<Failure>,
}

/// One look at all clusters: each page is described while the next one is listed.
pub async fn look(ask: &Ask, directory: &watch::Sender<Directory>) -> Result<(), Failure> {
    let looked = list_and_describe(ask, directory).await;
    let failure = looked.as_ref().err().cloned();
    directory.send_modify(|directory| directory.failure = failure);
    let clusters = looked?;
    ask.observe(Observation::Clusters { context: ask.context(), clusters }).await;
    Ok(())
}

async fn list_and_describe(ask: &Ask, directory: &watch::Sender<Directory>) -> Result<Vec<Cluster>, Failure> {
    let mut descriptions = JoinSet::new();
    let mut names = Vec::new();
    let mut token = None;
    loop {
        let page = ask.list_clusters(token).await?;
        for ids in page.items.chunks(CLUSTERS_AT_ONCE) {
            let (ask, ids) = (ask.clone(), ids.to_vec());
            descriptions.spawn(async move { ask.describe_clusters(&ids).await });
        }
        names.extend(page.items);
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    directory.send_modify(|directory| directory.clusters = Some(names));
    let mut clusters: Vec<Cluster> = Vec::new();
    while let Some(described) = joined(&mut descriptions).await {
        clusters.extend(described?);
    }
    clusters.sort_by(|a, b| a.id.cmp(&b.id));
    let services = clusters.iter().map(|cluster| (cluster.id.clone(), cluster.services)).collect();
    directory.send_modify(|directory| directory.services = services);
    Ok(clusters)
}

/// The cluster of a service; ARNs from before 2018 do not name it.
pub fn home(service: &ServiceId) -> Option<ClusterId> {
    let (stem, path) = service.as_str().split_once(":service/")?;
    let (cluster, _) = path.split_once('/')?;
    Some(ClusterId::new(format!("{stem}:cluster/{cluster}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_names_its_cluster_unless_it_is_old() {
        let home = |arn: &str| home(&ServiceId::new(arn)).map(|cluster| cluster.as_str().to_owned());
        let new = home("arn:aws:ecs:eu-west-1:1:service/payments/checkout");
        assert_eq!(new.as_deref(), Some("arn:aws:ecs:eu-west-1:1:cluster/payments"));
        assert_eq!(home("arn:aws:ecs:eu-west-1:1:service/checkout"), None);
    }
}
