//! Service deployments and revisions: the history of a service that outlives its `deployments[]` by 90 days.

use std::sync::Arc;

use super::super::Millis;
use super::definition::DefinitionKey;
use super::settings::Settings;
use super::shift::{HookEnd, Shift};

/// `status` of a service deployment (AWS.md §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordStatus {
    Pending,
    InProgress,
    StopRequested,
    Stopped,
    Successful,
    RollbackRequested,
    RollbackInProgress,
    RollbackSuccessful,
    RollbackFailed,
}

impl RecordStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::StopRequested => "STOP_REQUESTED",
            Self::Stopped => "STOPPED",
            Self::Successful => "SUCCESSFUL",
            Self::RollbackRequested => "ROLLBACK_REQUESTED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
            Self::RollbackFailed => "ROLLBACK_FAILED",
        }
    }

    pub fn is_over(self) -> bool {
        matches!(self, Self::Stopped | Self::Successful | Self::RollbackSuccessful | Self::RollbackFailed)
    }
}

/// What made a deployment fail or go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Its tasks failed to start.
    Breaker,
    /// One of its alarms, by name.
    Alarm(Arc<str>),
    /// StopServiceDeployment.
    Person,
    /// A lifecycle hook.
    Hook(HookEnd),
}

/// A service deployment.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id in the ARN is made from this number, which is its deployment's.
    pub number: u64,
    pub created: Millis,
    pub started: Option<Millis>,
    pub updated: Millis,
    pub finished: Option<Millis>,
    /// When it was asked to stop, or failed without a way back.
    pub stopped: Option<Millis>,
    pub status: RecordStatus,
    /// When it leaves a state in which something was requested.
    pub due: Option<Millis>,
    /// The revisions that ran before, newest first.
    pub sources: Vec<u64>,
    pub target: u64,
    pub failures: u32,
    pub threshold: u32,
    pub cause: Option<Cause>,
    /// When it was rolled back and to which revision.
    pub rollback: Option<(Millis, u64)>,
    /// Alarms that were firing when it began: they are ignored for the whole of it (AWS.md §3.4).
    pub ignored: Vec<Arc<str>>,
    /// How far it is, if it shifts traffic and has begun.
    pub shift: Option<Box<Shift>>,
}

impl Record {
    /// Moves on at a time.
    pub fn turn(&mut self, status: RecordStatus, now: Millis) {
        self.status = status;
        self.updated = now;
        self.due = None;
        if status.is_over() {
            self.finished = Some(now);
        }
    }

    /// The revision that this deployment left running, if it ended well.
    pub fn left_running(&self) -> Option<u64> {
        match self.status {
            RecordStatus::Successful => Some(self.target),
            RecordStatus::RollbackSuccessful => self.rollback.map(|(_, revision)| revision),
            _ => None,
        }
    }
}

/// A service revision: what a deployment brings.
#[derive(Clone, Debug)]
pub struct Revision {
    pub number: u64,
    pub definition: DefinitionKey,
    pub created: Millis,
    /// The settings at that time.
    pub settings: Arc<Settings>,
}
