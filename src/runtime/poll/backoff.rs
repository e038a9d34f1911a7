//! How long a poller waits after a failure.

use std::time::Duration;

use crate::app::subscription::Cadence;
use crate::fleet::topic::FailureKind;

/// The longest pause for what may pass by itself.
const LONGEST: Duration = Duration::from_mins(1);
/// The pause for what does not pass by itself: a permission that is missing, an operation that does not exist.
pub const SLOW: Duration = Duration::from_mins(10);
/// What a subject that is asked once starts from.
const ONCE: Duration = Duration::from_secs(2);

/// Pauses that double with each failure in a row.
#[derive(Debug)]
pub struct Backoff {
    base: Duration,
    failures: u32,
}

impl Backoff {
    pub fn new(cadence: Cadence) -> Self {
        let base = match cadence {
            Cadence::Once => ONCE,
            Cadence::Seconds(seconds) => Duration::from_secs(u64::from(seconds.max(1))),
        };
        Self { base, failures: 0 }
    }

    /// An answer came.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// The pause after one more failure of this kind; chance moves it by a quarter, so that pollers do not march in step.
    pub fn after(&mut self, kind: &FailureKind) -> Duration {
        self.failures += if *kind == FailureKind::Throttled { 2 } else { 1 };
        match kind {
            FailureKind::Denied { .. } | FailureKind::Unsupported => SLOW,
            _ => {
                let doubled = self.base.saturating_mul(2u32.saturating_pow(self.failures - 1));
                doubled.min(LONGEST).mul_f64(0.75 + fastrand::f64() / 4.0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_throttling_lengthens_them() {
        fastrand::seed(7);
        let mut backoff = Backoff::new(Cadence::Seconds(5));
        let mut pauses = |kind: FailureKind| backoff.after(&kind).as_secs_f64();
        for (low, high) in [(3.75, 5.0), (7.5, 10.0), (15.0, 20.0), (30.0, 40.0), (45.0, 60.0), (45.0, 60.0)]
        {
            let pause = pauses(FailureKind::Network);
            assert!((low..=high).contains(&pause), "{pause} in {low}..{high}");
        }
        backoff.reset();
        assert!(backoff.after(&FailureKind::Throttled) >= Duration::from_millis(7500));
        assert_eq!(backoff.after(&FailureKind::Denied { action: None }), SLOW);
    }
}
