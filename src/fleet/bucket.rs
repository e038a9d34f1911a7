//! The throttle buckets of AWS: which calls share one, and how much it holds.

/// One throttle bucket, per account and Region, shared with everything else that runs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter, strum::EnumCount)]
pub enum Bucket {
    /// ListClusters, DescribeClusters.
    ClusterRead,
    /// ListServices, DescribeServices.
    ServiceRead,
    /// ListTasks, DescribeTasks.
    TaskRead,
    /// DescribeTaskDefinition, ListTaskDefinitions.
    DefinitionRead,
    /// ListServiceDeployments, DescribeServiceDeployments.
    DeploymentRead,
    /// DescribeServiceRevisions.
    RevisionRead,
    /// STS GetCallerIdentity; AWS documents no bucket, ours is modest.
    Identity,
}

impl Bucket {
    /// What AWS calls it, for the budget view.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClusterRead => "cluster read",
            Self::ServiceRead => "service read",
            Self::TaskRead => "task read",
            Self::DefinitionRead => "task definition read",
            Self::DeploymentRead => "service deployment read",
            Self::RevisionRead => "service revision read",
            Self::Identity => "identity",
        }
    }

    /// Calls that may come at once (AWS's documented burst).
    pub fn capacity(self) -> f64 {
        match self {
            Self::ServiceRead | Self::TaskRead => 100.0,
            Self::ClusterRead | Self::DefinitionRead | Self::DeploymentRead | Self::RevisionRead => 50.0,
            Self::Identity => 10.0,
        }
    }

    /// Calls per second that AWS refills.
    pub fn refill(self) -> f64 {
        match self {
            Self::Identity => 4.0,
            _ => 20.0,
        }
    }
}
