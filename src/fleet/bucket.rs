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
    /// GetTaskProtection.
    TaskProtection,
    /// UpdateService.
    ServiceModify,
    /// StopTask.
    TaskModify,
    /// StopServiceDeployment; AWS documents no bucket, so it is taken for as narrow as UpdateService.
    DeploymentModify,
    /// All calls to Application Auto Scaling; AWS documents no rate, and 5 per second is a careful guess.
    Autoscaling,
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
            Self::TaskProtection => "task protection",
            Self::ServiceModify => "service modify",
            Self::TaskModify => "task modify",
            Self::DeploymentModify => "service deployment modify",
            Self::Autoscaling => "autoscaling",
            Self::Identity => "identity",
        }
    }

    /// Calls that may come at once (AWS's documented burst).
    pub fn capacity(self) -> f64 {
        match self {
            Self::TaskProtection => 200.0,
            Self::ServiceRead | Self::TaskRead | Self::TaskModify => 100.0,
            Self::ClusterRead
            | Self::DefinitionRead
            | Self::DeploymentRead
            | Self::RevisionRead
            | Self::ServiceModify
            | Self::DeploymentModify => 50.0,
            Self::Identity | Self::Autoscaling => 10.0,
        }
    }

    /// Calls per second that AWS refills.
    pub fn refill(self) -> f64 {
        match self {
            Self::Identity => 4.0,
            Self::ServiceModify | Self::DeploymentModify | Self::Autoscaling => 5.0,
            Self::ClusterRead
            | Self::ServiceRead
            | Self::TaskRead
            | Self::DefinitionRead
            | Self::DeploymentRead
            | Self::RevisionRead => 20.0,
            Self::TaskModify => 40.0,
            Self::TaskProtection => 80.0,
        }
    }
}
