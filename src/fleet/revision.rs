//! A service revision: what a service was made of at one time, with the code it really ran.

use chrono::{DateTime, Utc};

use super::id::{DefinitionId, RevisionId, ServiceId, Text};
use super::service::{CapacityShare, LoadBalancer, Network};

/// One service revision (`DescribeServiceRevisions`); it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRevision {
    pub id: RevisionId,
    pub service: ServiceId,
    pub definition: Option<DefinitionId>,
    pub images: Vec<RevisionImage>,
    pub launch_type: Option<Text>,
    pub capacity: Vec<CapacityShare>,
    pub platform_version: Option<Text>,
    pub platform_family: Option<Text>,
    pub network: Option<Network>,
    pub load_balancers: Vec<LoadBalancer>,
    pub created: Option<DateTime<Utc>>,
}

/// The image that a container of the revision runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionImage {
    pub container: Text,
    /// As the task definition names it.
    pub image: Text,
    /// `sha256:…`, the code behind the name when the revision was deployed; `None` when ECS did not resolve it.
    pub digest: Option<Text>,
}
