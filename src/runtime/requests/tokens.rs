//! The token bucket that we keep beside one of AWS's: how many calls we allow ourselves, and how that shrinks and grows.

use std::time::Duration;

use tokio::time::Instant;

use crate::fleet::bucket::Bucket;

/// How much of AWS's rate is ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// This share of what AWS refills, `0.25` for a quarter.
    Share(f64),
    /// As fast as answers come: nobody shares the bucket of an endpoint on this machine.
    Lifted,
}

/// The share that leaves others enough of a bucket that all tools of the account drink from.
pub const USUAL_SHARE: f64 = 0.25;
/// How much of AWS's burst may be spent at once.
const BURST: f64 = 0.6;
/// However often AWS refuses, this part of the rate stays: a fleet is still loaded in a minute, and we notice when
/// there is more.
const SLOWEST: f64 = 1.0 / 8.0;
/// Refusals that come together tell the same news once.
const ONE_WAVE: Duration = Duration::from_secs(1);
/// How long it takes from half the rate back to the whole one, and at most after many refusals.
const RECOVERY: Duration = Duration::from_mins(1);
const LONGEST_RECOVERY: Duration = Duration::from_mins(10);

/// How long a bucket with a ceiling is left alone after a refusal.
const LEFT_ALONE: Duration = Duration::from_mins(1);

/// Tokens of one bucket. Time is given to it, so that tests need no clock.
#[derive(Debug)]
pub(super) struct Tokens {
    rate: Option<Refill>,
}

#[derive(Debug)]
struct Refill {
    /// Tokens per second when nothing slows us down.
    nominal: f64,
    burst: f64,
    level: f64,
    /// The part of the nominal rate in use, between `SLOWEST` and 1.
    pace: f64,
    /// When `level` and `pace` were last brought up to date.
    at: Instant,
    refused: Option<Instant>,
    recovery: Duration,
    /// No token before this, where the bucket is left alone after a refusal.
    closed: Option<Instant>,
    left_alone: bool,
}

impl Tokens {
    pub(super) fn new(bucket: Bucket, rate: Rate, now: Instant) -> Self {
        let ceiling = bucket.ceiling();
        let (burst, nominal) = match (rate, ceiling) {
            (Rate::Lifted, None) => return Self { rate: None },
            (Rate::Lifted, Some(ceiling)) => (1.0, ceiling),
            (Rate::Share(share), _) => {
                let nominal = bucket.refill() * share.clamp(0.01, 1.0);
                let burst = (bucket.capacity() * BURST).max(1.0);
                ceiling.map_or((burst, nominal), |ceiling| (1.0, nominal.min(ceiling)))
            }
        };
        let refill = Refill {
            nominal,
            burst,
            level: burst,
            pace: 1.0,
            at: now,
            refused: None,
            recovery: RECOVERY,
            closed: None,
            left_alone: ceiling.is_some(),
        };
        Self { rate: Some(refill) }
    }

    /// Tokens that may be spent at once.
    pub(super) fn burst(&self) -> f64 {
        self.rate.as_ref().map_or(f64::INFINITY, |refill| refill.burst)
    }

    /// Calls per second that are allowed at present.
    pub(super) fn allowed(&mut self, now: Instant) -> f64 {
        let Some(refill) = &mut self.rate else { return f64::INFINITY };
        refill.catch_up(now);
        refill.nominal * refill.pace
    }

    /// Takes a token if `reserve` would be left, or its part at a slower pace; else tells when there may be one.
    pub(super) fn take(&mut self, now: Instant, reserve: f64) -> Result<(), Instant> {
        let Some(refill) = &mut self.rate else { return Ok(()) };
        refill.catch_up(now);
        if let Some(closed) = refill.closed.filter(|closed| *closed > now) {
            return Err(closed);
        }
        let lacking = 1.0 + reserve * refill.pace - refill.level;
        // What is lacking after waiting for it is rounding.
        if lacking <= 1e-6 {
            refill.level -= 1.0;
            return Ok(());
        }
        Err(now + Duration::from_secs_f64(lacking / (refill.nominal * refill.pace)))
    }

    /// A token that was taken and not used.
    pub(super) fn give_back(&mut self) {
        if let Some(refill) = &mut self.rate {
            refill.level = (refill.level + 1.0).min(refill.burst);
        }
    }

    /// AWS refused for the rate: its bucket is empty, so ours is, and half the pace is tried from here on.
    pub(super) fn refused(&mut self, now: Instant) {
        let Some(refill) = &mut self.rate else { return };
        refill.catch_up(now);
        refill.level = refill.level.min(0.0);
        if refill.left_alone {
            refill.closed = Some(now + LEFT_ALONE);
        }
        if refill.refused.is_some_and(|last| now < last + ONE_WAVE) {
            return;
        }
        // Refused again while recovering: the rate we climb to is not there, so it is approached more slowly.
        let again = refill.refused.is_some_and(|last| now < last + 2 * refill.recovery);
        refill.recovery = if again { (2 * refill.recovery).min(LONGEST_RECOVERY) } else { RECOVERY };
        refill.refused = Some(now);
        refill.pace = (refill.pace / 2.0).max(SLOWEST);
    }
}

impl Refill {
    /// Lets the tokens come and the pace recover that the time since the last look brought.
    fn catch_up(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.level = (self.level + elapsed * self.nominal * self.pace).min(self.burst);
        self.pace = (self.pace + elapsed * 0.5 / self.recovery.as_secs_f64()).min(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spend(tokens: &mut Tokens, now: Instant) -> u32 {
        std::iter::from_fn(|| tokens.take(now, 0.0).ok()).count().try_into().unwrap()
    }

    #[test]
    fn a_burst_is_sixty_percent_and_the_refill_a_quarter() {
        let start = Instant::now();
        let mut tokens = Tokens::new(Bucket::ServiceRead, Rate::Share(0.25), start);
        assert_eq!(spend(&mut tokens, start), 60);
        let next = tokens.take(start, 0.0).unwrap_err();
        assert_eq!(next, start + Duration::from_millis(200));
        assert_eq!(spend(&mut tokens, next), 1);
        assert_eq!(spend(&mut tokens, start + Duration::from_secs(2)), 9);
    }

    #[test]
    fn a_reserve_is_not_touched() {
        let start = Instant::now();
        let mut tokens = Tokens::new(Bucket::ServiceRead, Rate::Share(0.25), start);
        let spent = std::iter::from_fn(|| tokens.take(start, 20.0).ok()).count();
        assert_eq!(spent, 40);
        assert_eq!(spend(&mut tokens, start), 20);
    }

    #[test]
    fn a_wave_of_refusals_halves_once_and_a_minute_heals_it() {
        let start = Instant::now();
        let mut tokens = Tokens::new(Bucket::ServiceRead, Rate::Share(0.25), start);
        for millis in [0, 10, 900] {
            tokens.refused(start + Duration::from_millis(millis));
        }
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!((tokens.allowed(at(1)) - 2.5).abs() < 0.1);
        assert!((tokens.allowed(at(31)) - 3.75).abs() < 0.1);
        assert!((tokens.allowed(at(61)) - 5.0).abs() < 1e-6);
        tokens.refused(at(62));
        assert!(tokens.allowed(at(122)) < 4.0, "the second time it takes twice as long");
    }

    #[test]
    fn a_lifted_rate_never_waits() {
        let start = Instant::now();
        let mut tokens = Tokens::new(Bucket::Identity, Rate::Lifted, start);
        assert!((0..1000).all(|_| tokens.take(start, 100.0).is_ok()));
    }

    #[test]
    fn alarms_are_asked_one_by_one_at_any_rate_and_left_alone_after_a_refusal() {
        for rate in [Rate::Share(0.25), Rate::Share(1.0), Rate::Lifted] {
            let start = Instant::now();
            let at = |millis| start + Duration::from_millis(millis);
            let mut tokens = Tokens::new(Bucket::Alarms, rate, start);
            assert_eq!(spend(&mut tokens, start), 1, "{rate:?}");
            assert_eq!(tokens.take(start, 0.0), Err(at(1_000)));
            assert_eq!(spend(&mut tokens, at(30_000)), 1, "nothing is saved up");
            tokens.refused(at(30_000));
            assert_eq!(tokens.take(at(31_000), 0.0), Err(at(90_000)));
            assert_eq!(tokens.take(at(89_999), 0.0), Err(at(90_000)));
            assert_eq!(tokens.take(at(90_000), 0.0), Ok(()));
        }
    }
}
