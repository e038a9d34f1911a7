//! What a service was asked to be and does not change by itself.

use std::sync::Arc;

use super::super::Millis;
use super::strategy::Strategy;
use super::task::Capacity;

/// Who carries out a service's deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    Ecs,
    CodeDeploy,
    External,
}

impl Controller {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ecs => "ECS",
            Self::CodeDeploy => "CODE_DEPLOY",
            Self::External => "EXTERNAL",
        }
    }
}

/// How many failures in a row are too many (AWS.md §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    BoundedPercent(u32),
    UnboundedPercent(u32),
    Count(u32),
}

impl Threshold {
    pub fn word(self) -> &'static str {
        match self {
            Self::BoundedPercent(_) => "BOUNDED_PERCENT",
            Self::UnboundedPercent(_) => "UNBOUNDED_PERCENT",
            Self::Count(_) => "COUNT",
        }
    }

    pub fn value(self) -> u32 {
        match self {
            Self::BoundedPercent(value) | Self::UnboundedPercent(value) | Self::Count(value) => value,
        }
    }

    /// The number of failures for a desired count.
    pub fn of(self, desired: u32) -> u32 {
        let share = |percent: u32| desired.saturating_mul(percent).div_ceil(100);
        match self {
            Self::BoundedPercent(percent) => share(percent).clamp(3, 200),
            // Guess: a share of nothing is still one failure.
            Self::UnboundedPercent(percent) => share(percent).max(1),
            Self::Count(count) => count.max(1),
        }
    }
}

/// Circuit breaker of a service's deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breaker {
    pub rollback: bool,
    /// A task that is well sets the count to zero.
    pub resets: bool,
    pub threshold: Threshold,
}

impl Breaker {
    pub fn new(rollback: bool) -> Self {
        Self { rollback, resets: true, threshold: Threshold::BoundedPercent(50) }
    }
}

/// CloudWatch alarms that watch over a service's deployments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarms {
    pub names: Vec<Arc<str>>,
    pub enabled: bool,
    pub rollback: bool,
}

/// Subnets and security groups that were given; those that were not are the account's and the service's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    pub subnets: Vec<Arc<str>>,
    pub groups: Vec<Arc<str>>,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Clone, Debug)]
pub struct Settings {
    pub controller: Controller,
    pub capacity: Capacity,
    /// `LATEST` or a number.
    pub platform: &'static str,
    /// Behind a load balancer, at the definition's port.
    pub balanced: bool,
    pub network: Option<Arc<Network>>,
    pub public_address: bool,
    /// Seconds.
    pub grace: Option<u32>,
    pub exec: bool,
    pub breaker: Option<Breaker>,
    pub alarms: Option<Arc<Alarms>>,
    pub strategy: Strategy,
    pub minimum_percent: u32,
    pub maximum_percent: u32,
    pub zone_rebalancing: bool,
    pub managed_tags: bool,
    pub propagated: &'static str,
    pub tags: Arc<[(Arc<str>, Arc<str>)]>,
    /// How long its image takes to pull.
    pub pull: Millis,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            controller: Controller::Ecs,
            capacity: Capacity::LaunchType,
            platform: "LATEST",
            balanced: false,
            network: None,
            public_address: false,
            grace: None,
            exec: false,
            breaker: Some(Breaker::new(true)),
            alarms: None,
            strategy: Strategy::default(),
            minimum_percent: 100,
            maximum_percent: 200,
            zone_rebalancing: true,
            managed_tags: true,
            propagated: "SERVICE",
            tags: Arc::new([]),
            pull: 6_000,
        }
    }
}

impl Settings {
    /// Whether a change from here to there takes a deployment: what a service revision records (AWS.md §1.5).
    pub fn needs_deployment(&self, after: &Self) -> bool {
        self.capacity != after.capacity
            || self.platform != after.platform
            || self.balanced != after.balanced
            || self.network != after.network
            || self.public_address != after.public_address
    }

    /// These settings with what a service revision of before recorded.
    #[must_use]
    pub fn deployed_as(&self, revision: &Self) -> Self {
        Self {
            capacity: revision.capacity,
            platform: revision.platform,
            balanced: revision.balanced,
            network: revision.network.clone(),
            public_address: revision.public_address,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_half_the_tasks_within_bounds() {
        let usual = Breaker::new(false).threshold;
        assert_eq!([0, 4, 6, 7, 9, 399, 401, 5_000].map(|n| usual.of(n)), [3, 3, 3, 4, 5, 200, 200, 200]);
        assert_eq!(Threshold::UnboundedPercent(10).of(4), 1);
        assert_eq!(Threshold::Count(7).of(4), 7);
    }
}
