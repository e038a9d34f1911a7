//! A share of the traffic.

use std::fmt;

/// A share in tenths of a percent, 0 to 1000: AWS allows canaries of 0.1 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(u16);

impl Percent {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(1_000);

    /// Of a number from 0.0 to 100.0; what is outside is moved to the nearest end, and what is no number is nothing.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 1000")]
    pub fn new(percent: f64) -> Self {
        Self((percent.clamp(0.0, 100.0) * 10.0).round() as u16)
    }

    /// The share that `part` is of `whole`; `None` of nothing.
    pub fn of(part: u32, whole: u32) -> Option<Self> {
        (whole > 0).then(|| Self::new(f64::from(part) * 100.0 / f64::from(whole)))
    }

    pub fn tenths(self) -> u16 {
        self.0
    }

    /// What is left of the whole.
    #[must_use]
    pub fn rest(self) -> Self {
        Self(1_000 - self.0)
    }

    /// Both together, at most everything.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self((self.0 + other.0).min(1_000))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 10 {
            0 => write!(f, "{}%", self.0 / 10),
            tenths => write!(f, "{}.{tenths}%", self.0 / 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_without_needless_tenths() {
        for (share, told) in [(0.0, "0%"), (0.5, "0.5%"), (10.0, "10%"), (99.96, "100%"), (140.0, "100%")] {
            assert_eq!(Percent::new(share).to_string(), told);
        }
        assert_eq!(Percent::of(1, 3).map(|share| share.to_string()), Some("33.3%".to_owned()));
        assert_eq!((Percent::of(1, 0), Percent::new(f64::NAN)), (None, Percent::NONE));
        assert_eq!(Percent::new(10.0).rest(), Percent::new(90.0));
    }
}
