//! The only caller of "now": the wall clock, or the time of a story that tests can pause.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// Tells the time.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Source);

#[derive(Debug, Clone, Copy)]
enum Source {
    Wall,
    /// This time when tokio's clock showed `origin`; it stands still while tokio's clock is paused.
    Story {
        start: DateTime<Utc>,
        origin: Instant,
    },
}

impl Clock {
    /// The time of the machine.
    pub fn wall() -> Self {
        Self(Source::Wall)
    }

    /// A time that is `start` now and goes on as tokio's does.
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self(Source::Story { start, origin: Instant::now() })
    }

    pub fn now(&self) -> DateTime<Utc> {
        match self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for the time")]
            Source::Wall => Utc::now(),
            // An age that no `TimeDelta` holds is some hundred million years away.
            Source::Story { start, origin } => {
                start + chrono::TimeDelta::from_std(origin.elapsed()).unwrap_or_default()
            }
        }
    }

    /// Milliseconds since 1970.
    pub fn millis(&self) -> i64 {
        self.now().timestamp_millis()
    }

    /// The same, for the signatures of the SDK.
    pub fn system_time(&self) -> SystemTime {
        self.now().into()
    }
}
