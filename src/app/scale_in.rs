//! What keeps a task from being stopped by scaling in or by a deployment, in words.

use chrono::{DateTime, Utc};

use super::format;
use crate::fleet::protection::Protection;

/// `protected from scale-in until 14:20`; `None` for a task that nothing protects.
pub fn told(protection: Protection, now: DateTime<Utc>, utc: bool) -> Option<String> {
    protection.holds(now).then(|| match protection.expires {
        Some(end) => format!("protected from scale-in until {}", format::until(end, now, utc)),
        None => "protected from scale-in".to_owned(),
    })
}
