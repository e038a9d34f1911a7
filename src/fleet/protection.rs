//! Whether a task is protected from being stopped by scaling in or by a deployment.

use chrono::{DateTime, Utc};

/// The scale-in protection of one task (`GetTaskProtection`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Protection {
    pub enabled: bool,
    /// When it ends by itself.
    pub expires: Option<DateTime<Utc>>,
}

impl Protection {
    /// Whether it holds at this time: an answer may be older than the end it names.
    pub fn holds(self, now: DateTime<Utc>) -> bool {
        self.enabled && self.expires.is_none_or(|end| now < end)
    }
}
