//! How often the steady tail may ask: at most twice a second, and never more than a fifth of the Region's quota.

use crate::fleet::log::quota::LogsQuota;

/// The share of the Region's quota that a steady tail uses: people on call share it.
const SHARE: f64 = 0.2;
/// Calls per second at most, whatever the Region allows.
const MOST: f64 = 2.0;
/// What may be saved up, in milliseconds of waiting.
const SAVED: f64 = 1_000.0;

/// Lets steady calls through one by one. What is behind does not wait here: the scheduler bounds it.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Milliseconds between two calls.
    between: f64,
    /// When the next call may go, milliseconds since 1970.
    next: f64,
}

impl Pace {
    /// For a Region with this quota; `lifted` where nobody shares it.
    pub fn of(quota: LogsQuota, lifted: bool) -> Self {
        let rate = (quota.per_second() * SHARE).min(MOST);
        Self { between: if lifted { 0.0 } else { 1_000.0 / rate }, next: 0.0 }
    }

    /// Takes one call, or tells when it may go.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "times of this age of the world"
    )]
    pub(super) fn take(&mut self, now: i64) -> Result<(), i64> {
        let at = now as f64;
        if self.next > at {
            return Err(self.next.ceil() as i64);
        }
        self.next = self.next.max(at - SAVED) + self.between;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(quota: LogsQuota, lifted: bool, millis: i64) -> usize {
        let mut pace = Pace::of(quota, lifted);
        (1_000_000..1_000_000 + millis).filter(|now| pace.take(*now).is_ok()).count()
    }

    #[test]
    fn a_steady_tail_takes_a_fifth_of_the_quota_and_two_calls_a_second_at_most() {
        assert_eq!(within(LogsQuota::Narrow, false, 10_000), 11);
        assert_eq!(within(LogsQuota::Usual, false, 10_000), 22);
        assert_eq!(within(LogsQuota::Wide, false, 10_000), 22);
        assert_eq!(within(LogsQuota::Usual, true, 1_000), 1_000);
    }
}
