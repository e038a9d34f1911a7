//! A cluster, with the counts that AWS keeps for it.

use super::id::{ClusterId, ContextId, Text};

/// One ECS cluster (`DescribeClusters`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    pub id: ClusterId,
    pub context: ContextId,
    pub name: Text,
    /// `ACTIVE`, `PROVISIONING`, `DEPROVISIONING`, `FAILED`, `INACTIVE`, or what AWS adds.
    pub status: Text,
    pub services: u32,
    pub running: u32,
    pub pending: u32,
    /// EC2 instances that registered; 0 on a cluster that only uses Fargate.
    pub instances: u32,
    pub capacity_providers: Vec<Text>,
    /// The `containerInsights` setting: `disabled`, `enabled` or `enhanced`; `None` when AWS did not say.
    pub insights: Option<Text>,
    /// Cloud Map namespace of Service Connect (`serviceConnectDefaults.namespace`).
    pub namespace: Option<Text>,
    /// The tag `fargate-top:protect`.
    pub protect: Option<Text>,
    /// It was described without its tags: what was known of them stays.
    pub untagged: bool,
}
