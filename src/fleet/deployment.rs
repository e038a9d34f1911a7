//! A service deployment: one change of a service from its start to its end.

use chrono::{DateTime, TimeDelta, Utc};

use super::id::{DeploymentId, RevisionId, ServiceId, Text};
use super::percent::Percent;
use super::service::DeploymentRules;

/// A deployment that another one replaces ends at most this long before that one is created.
const HANDOVER: TimeDelta = TimeDelta::seconds(10);

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

/// The alarms that guard a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarms {
    /// `DISABLED`, `MONITORING`, `MONITORING_COMPLETE`, `TRIGGERED`.
    pub status: Text,
    pub names: Vec<Text>,
    /// Those that went off.
    pub triggered: Vec<Text>,
}

/// The way back that a deployment took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    pub reason: Option<Text>,
    pub started: Option<DateTime<Utc>>,
    /// The revision that it goes back to.
    pub revision: Option<RevisionId>,
}

/// A revision with its share of the tasks during a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionTasks {
    pub revision: RevisionId,
    pub requested: u32,
    pub running: u32,
    pub pending: u32,
    /// The share of production traffic that ECS asks for; `None` where it moves none.
    pub production: Option<Percent>,
    /// The same for test traffic.
    pub test: Option<Percent>,
}

/// A lifecycle hook that the deployment has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub id: Text,
    /// `AWS_LAMBDA` or `PAUSE`.
    pub kind: Text,
    /// The function of a Lambda hook.
    pub target: Option<Text>,
    /// `IN_PROGRESS`, `AWAITING_ACTION`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`.
    pub status: Text,
    pub expires: Option<DateTime<Utc>>,
    /// What silence does: `ROLLBACK` or `CONTINUE`.
    pub timeout_action: Option<Text>,
}

impl Hook {
    /// The deployment stands still until a person answers: of a kind that AWS added too, as only functions answer by
    /// themselves.
    pub fn waits_for_a_person(&self) -> bool {
        &*self.kind != "AWS_LAMBDA" && &*self.status == "AWAITING_ACTION"
    }
}

/// One service deployment (`DescribeServiceDeployments`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDeployment {
    pub id: DeploymentId,
    pub service: ServiceId,
    pub status: DeploymentStatus,
    pub status_reason: Option<Text>,
    /// The stage by its text: AWS adds stages that no generated enum has.
    pub stage: Option<Text>,
    pub hooks: Vec<Hook>,
    pub breaker: Option<Breaker>,
    pub alarms: Option<Alarms>,
    pub rollback: Option<Rollback>,
    /// The rules that hold for it (`deploymentConfiguration`); `None` when AWS did not tell them.
    pub rules: Option<DeploymentRules>,
    /// What ran before; several where an earlier deployment was replaced.
    pub sources: Vec<RevisionTasks>,
    /// What is being deployed.
    pub target: Option<RevisionTasks>,
    pub created: Option<DateTime<Utc>>,
    pub started: Option<DateTime<Utc>>,
    pub updated: Option<DateTime<Utc>>,
    pub finished: Option<DateTime<Utc>>,
    pub stopped: Option<DateTime<Utc>>,
}

impl ServiceDeployment {
    /// When it began; before it starts, when it was asked for.
    pub fn began(&self) -> Option<DateTime<Utc>> {
        self.started.or(self.created)
    }

    /// When it ended: one that was stopped has an end as well, under another name.
    pub fn ended(&self) -> Option<DateTime<Utc>> {
        self.finished.or(self.stopped)
    }

    /// The deployment of its service for which ECS stopped this one: one that was asked for long after its end
    /// replaced nothing.
    pub fn replaced_by<'a>(&self, all: &'a [Self]) -> Option<&'a Self> {
        let stopped = self.ended().or_else(|| self.updated.filter(|_| self.status.is_final()));
        let last = stopped.map(|stopped| stopped + HANDOVER);
        let replaces = |other: &&Self| {
            let in_time = last.is_none_or(|last| other.created.is_some_and(|created| created <= last));
            other.id != self.id && other.created > self.created && in_time
        };
        all.iter().filter(replaces).min_by_key(|other| other.created)
    }

    /// Why it turns back.
    pub fn rollback_reason(&self) -> Option<&Text> {
        self.rollback.as_ref()?.reason.as_ref()
    }

    /// Every revision that the deployment names: what is deployed, what ran before, what it goes back to.
    pub fn revisions(&self) -> impl Iterator<Item = &RevisionId> {
        let counted = self.target.iter().chain(&self.sources).map(|tasks| &tasks.revision);
        counted.chain(self.rollback.iter().filter_map(|rollback| rollback.revision.as_ref()))
    }
}
