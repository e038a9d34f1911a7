//! How many services each cluster has, and how many requests describe them all.

use std::collections::HashMap;

use crate::aws::ecs::SERVICES_AT_ONCE;
use crate::fleet::id::ClusterId;

/// The requests of a whole pass, for services of one cluster share them.
#[derive(Debug, Default)]
pub struct Census {
    sizes: HashMap<ClusterId, usize>,
    requests: usize,
}

impl Census {
    pub fn enter(&mut self, cluster: &ClusterId) {
        self.change(cluster, |size| size + 1);
    }

    pub fn leave(&mut self, cluster: &ClusterId) {
        self.change(cluster, |size| size.saturating_sub(1));
    }

    pub fn requests(&self) -> usize {
        self.requests
    }

    fn change(&mut self, cluster: &ClusterId, change: impl FnOnce(usize) -> usize) {
        let size = self.sizes.entry(cluster.clone()).or_default();
        self.requests -= size.div_ceil(SERVICES_AT_ONCE);
        *size = change(*size);
        self.requests += size.div_ceil(SERVICES_AT_ONCE);
    }
}
