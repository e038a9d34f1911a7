//! The record of what was asked, so that tests and pictures can say which requests were sent.

use std::collections::VecDeque;

use serde_json::Value;

use super::Millis;

/// One request that was answered or dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub at: Millis,
    /// As in IAM actions: `ecs`, `sts`.
    pub service: String,
    pub operation: String,
    /// The HTTP status, 0 if the connection was dropped.
    pub outcome: u16,
    /// The request's members.
    pub body: Value,
}

/// How many calls are kept.
const KEPT: usize = 20_000;

/// The newest calls, oldest first.
#[derive(Debug, Default)]
pub struct Calls(VecDeque<Call>);

impl Calls {
    pub fn add(&mut self, call: Call) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(call);
    }

    pub fn all(&self) -> Vec<Call> {
        self.0.iter().cloned().collect()
    }
}
