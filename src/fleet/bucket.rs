//! The throttle buckets of AWS: which calls share one, and how much it holds.

use super::log::quota::LogsQuota;

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
    /// Reads of CodeDeploy; AWS publishes no numbers. The guess leaves us 2 per second: one for all deployments in
    /// flight, one for what is open.
    CodeDeploy,
    /// ContinueDeployment, StopDeployment, CreateDeployment; AWS publishes no numbers, and 4 per second is a guess.
    CodeDeployModify,
    /// Descriptions of Elastic Load Balancing: all its calls share one bucket of the account.
    Balancing,
    /// DescribeAlarms, with which ECS and CodeDeploy themselves watch over deployments: a quota that is used up can
    /// keep a rollback from happening.
    Alarms,
    /// GetMetricData; AWS documents ten times as much.
    Metrics,
    /// FilterLogEvents, by what the Region allows. Regions that allow the same share ours.
    LogsFilter(LogsQuota),
    /// DescribeLogGroups.
    LogsGroups,
    /// StartLiveTail.
    LogsTail,
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
            Self::CodeDeploy => "codedeploy",
            Self::CodeDeployModify => "codedeploy modify",
            Self::Balancing => "load balancing",
            Self::Alarms => "alarms",
            Self::Metrics => "metrics",
            Self::LogsFilter(LogsQuota::Narrow) => "log events (5/s)",
            Self::LogsFilter(LogsQuota::Usual) => "log events",
            Self::LogsFilter(LogsQuota::Wide) => "log events (25/s)",
            Self::LogsGroups => "log groups",
            Self::LogsTail => "live tail",
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
            | Self::DeploymentModify
            | Self::Metrics => 50.0,
            Self::Balancing => 40.0,
            Self::Identity
            | Self::Autoscaling
            | Self::CodeDeploy
            | Self::CodeDeployModify
            | Self::LogsGroups => 10.0,
            Self::Alarms => 9.0,
            // No burst is documented: what a second allows may come at once.
            Self::LogsFilter(quota) => quota.per_second(),
            Self::LogsTail => 5.0,
        }
    }

    /// Calls per second that AWS refills.
    pub fn refill(self) -> f64 {
        match self {
            Self::Identity | Self::CodeDeployModify => 4.0,
            Self::ServiceModify | Self::DeploymentModify | Self::Autoscaling | Self::LogsTail => 5.0,
            Self::CodeDeploy => 8.0,
            Self::Alarms => 9.0,
            Self::Balancing | Self::LogsGroups => 10.0,
            Self::ClusterRead
            | Self::ServiceRead
            | Self::TaskRead
            | Self::DefinitionRead
            | Self::DeploymentRead
            | Self::RevisionRead => 20.0,
            Self::TaskModify => 40.0,
            Self::Metrics => 50.0,
            Self::TaskProtection => 80.0,
            Self::LogsFilter(quota) => quota.per_second(),
        }
    }

    /// Calls per second that are never exceeded, whatever share is ours and wherever the endpoint is: one by one, and
    /// none for a while after a refusal.
    pub fn ceiling(self) -> Option<f64> {
        (self == Self::Alarms).then_some(1.0)
    }
}
