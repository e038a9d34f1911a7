//! Metrics as CloudWatch has them: worked out from the world, so that a minute of the past is always the same.

mod balancer;
mod tasks;

use super::super::Millis;
use super::super::name::{self, Purpose};
use super::balancer::Slot;
use super::{ServiceKey, World};

/// Metrics have one figure a minute.
pub const MINUTE: Millis = 60_000;

/// What can be measured of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// A target group of an Application Load Balancer.
    Group {
        service: ServiceKey,
        slot: Slot,
        measure: GroupMeasure,
    },
    Service {
        service: ServiceKey,
        measure: ServiceMeasure,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupMeasure {
    Requests,
    Good,
    Errors,
    ResponseTime,
    Healthy,
    Unhealthy,
}

impl GroupMeasure {
    pub const ALL: [(&'static str, Self); 6] = [
        ("RequestCount", Self::Requests),
        ("HTTPCode_Target_2XX_Count", Self::Good),
        ("HTTPCode_Target_5XX_Count", Self::Errors),
        ("TargetResponseTime", Self::ResponseTime),
        ("HealthyHostCount", Self::Healthy),
        ("UnHealthyHostCount", Self::Unhealthy),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceMeasure {
    Cpu,
    Memory,
}

impl ServiceMeasure {
    pub const ALL: [(&'static str, Self); 2] =
        [("CPUUtilization", Self::Cpu), ("MemoryUtilization", Self::Memory)];
}

/// What CloudWatch keeps of one minute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    pub samples: f64,
    pub sum: f64,
    pub minimum: f64,
    pub maximum: f64,
    /// Half of the samples are below it; the upper percentiles are spread above it.
    pub median: f64,
}

impl Figures {
    /// One sample.
    fn one(value: f64) -> Self {
        Self { samples: 1.0, sum: value, minimum: value, maximum: value, median: value }
    }

    /// So many events, each of which counts one.
    fn events(count: f64) -> Self {
        Self { samples: count, sum: count, minimum: 1.0, maximum: 1.0, median: 1.0 }
    }

    /// Both together; the median is that of all, weighed by their samples, which is near enough.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let samples = self.samples + other.samples;
        let median = (self.median * self.samples + other.median * other.samples) / samples.max(1.0);
        Self {
            samples,
            sum: self.sum + other.sum,
            minimum: self.minimum.min(other.minimum),
            maximum: self.maximum.max(other.maximum),
            median,
        }
    }

    pub fn percentile(self, percent: f64) -> f64 {
        if percent <= 50.0 {
            return self.minimum + (self.median - self.minimum) * percent / 50.0;
        }
        // Response times have a long tail: most of the way to the slowest one is made in the last few percent.
        let share = ((percent - 50.0) / 50.0).powi(4);
        self.median + (self.maximum - self.median) * share
    }
}

/// What is known of the minute that begins at `at`; the one that has not ended yet is known in part. `None` where
/// CloudWatch has no point.
pub fn minute(world: &World, series: Series, at: Millis) -> Option<Figures> {
    let end = (at + MINUTE).min(world.now);
    if end <= at {
        return None;
    }
    match series {
        Series::Group { service, slot, measure } => {
            balancer::minute(world, (service, slot), measure, at, end)
        }
        Series::Service { service, measure } => tasks::minute(world, service, measure, at),
    }
}

/// A number from 0 to 1 that belongs to a minute of something.
fn chance(world: &World, of: u64, at: Millis) -> f64 {
    let minute = u64::try_from(at.div_euclid(MINUTE)).unwrap_or_default();
    let bits = name::derive(world.seed, Purpose::Metric, of ^ minute.rotate_left(20));
    f64::from(u32::try_from(bits >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
