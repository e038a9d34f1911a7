//! Hooks of the stage that a deployment is in: they run side by side, and all of them have to end well.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::strategy::{HookAction, HookTarget, LambdaEnd};

/// How a hook takes a deployment back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookEnd {
    /// It was answered with ROLLBACK.
    Refused,
    /// Its function failed.
    Failed,
    /// Nobody answered it in time.
    TimedOut,
}

/// `status` of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookStatus {
    AwaitingAction,
    InProgress,
    Succeeded,
    Failed,
    TimedOut,
}

impl HookStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::AwaitingAction => "AWAITING_ACTION",
            Self::InProgress => "IN_PROGRESS",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
        }
    }

    pub fn is_open(self) -> bool {
        matches!(self, Self::AwaitingAction | Self::InProgress)
    }
}

/// A hook that was started, with an id of its own for each time that its stage is entered.
#[derive(Clone, Debug)]
pub struct HookRun {
    pub id: Arc<str>,
    pub target: HookTarget,
    pub status: HookStatus,
    pub expires: Millis,
    pub action: HookAction,
    /// When a Lambda function ends by itself.
    pub ends: Option<Millis>,
}

impl HookRun {
    /// When something happens to it by itself.
    pub fn due(&self) -> Option<Millis> {
        let ends = self.ends.map_or(self.expires, |ends| ends.min(self.expires));
        self.status.is_open().then_some(ends)
    }

    /// What is due by now; an end that takes the deployment back is returned.
    pub fn age(&mut self, now: Millis) -> Option<HookEnd> {
        if !self.status.is_open() {
            return None;
        }
        if let HookTarget::Lambda { end, .. } = self.target
            && self.ends.is_some_and(|ends| ends <= now)
        {
            let well = end == LambdaEnd::Succeeds;
            self.status = if well { HookStatus::Succeeded } else { HookStatus::Failed };
            return (!well).then_some(HookEnd::Failed);
        }
        if self.expires <= now {
            self.status = HookStatus::TimedOut;
            return (self.action == HookAction::Rollback).then_some(HookEnd::TimedOut);
        }
        None
    }
}
