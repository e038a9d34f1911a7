//! A service deployment: one change of a service from its start to its end.

use chrono::{DateTime, Utc};

use super::id::{DeploymentId, ServiceId, Text};

/// Where a service deployment stands (`status` of `DescribeServiceDeployments`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DeploymentStatus {
    Pending,
    InProgress,
    StopRequested,
    Stopped,
    Successful,
    RollbackRequested,
    RollbackInProgress,
    RollbackSuccessful,
    RollbackFailed,
    Other(Text),
}

impl DeploymentStatus {
    pub fn parse(word: &str) -> Self {
        match word {
            "PENDING" => Self::Pending,
            "IN_PROGRESS" => Self::InProgress,
            "STOP_REQUESTED" => Self::StopRequested,
            "STOPPED" => Self::Stopped,
            "SUCCESSFUL" => Self::Successful,
            "ROLLBACK_REQUESTED" => Self::RollbackRequested,
            "ROLLBACK_IN_PROGRESS" => Self::RollbackInProgress,
            "ROLLBACK_SUCCESSFUL" => Self::RollbackSuccessful,
            "ROLLBACK_FAILED" => Self::RollbackFailed,
            other => Self::Other(other.into()),
        }
    }

    /// The words people read.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in progress",
            Self::StopRequested => "stopping",
            Self::Stopped => "stopped",
            Self::Successful => "successful",
            Self::RollbackRequested | Self::RollbackInProgress => "rolling back",
            Self::RollbackSuccessful => "rolled back",
            Self::RollbackFailed => "rollback failed",
            Self::Other(word) => word,
        }
    }

    /// It ended, and nothing about it will change.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Stopped | Self::Successful | Self::RollbackSuccessful | Self::RollbackFailed)
    }
}

/// How often tasks failed, and at how many failures the circuit breaker opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaker {
    /// `DISABLED`, `MONITORING`, `MONITORING_COMPLETE`, `TRIGGERED`.
    pub status: Text,
    pub failures: u32,
    pub threshold: u32,
}

/// One service deployment, as far as a rolling deployment shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDeployment {
    pub id: DeploymentId,
    pub service: ServiceId,
    pub status: DeploymentStatus,
    pub status_reason: Option<Text>,
    /// The stage by its text: AWS adds stages that no generated enum has.
    pub stage: Option<Text>,
    pub breaker: Option<Breaker>,
    pub rollback_reason: Option<Text>,
    pub target_revision: Option<Text>,
    pub created: Option<DateTime<Utc>>,
    pub started: Option<DateTime<Utc>>,
    pub finished: Option<DateTime<Utc>>,
}
