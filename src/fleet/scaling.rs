//! What Application Auto Scaling may do to a service: its range, its policies, and what they did lately.

use std::fmt;

use chrono::{DateTime, Utc};

use super::id::{ClusterId, ServiceId, Text};

/// What autoscaling calls a service: `service/CLUSTER/NAME`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(Text);

impl ResourceId {
    pub fn new(resource: impl Into<Text>) -> Self {
        Self(resource.into())
    }

    pub fn of(cluster: &ClusterId, service: &ServiceId) -> Self {
        Self(format!("service/{}/{}", cluster.name(), service.name()).into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// All that is known of the autoscaling of one service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scaling {
    /// `None`: autoscaling does not know the service, so nothing scales it.
    pub target: Option<ScalableTarget>,
    pub policies: Vec<ScalingPolicy>,
    /// What was done and what was left undone, newest first; AWS keeps six weeks.
    pub activities: Vec<ScalingActivity>,
    pub scheduled: Vec<ScheduledAction>,
}

/// The range within which autoscaling moves the desired count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalableTarget {
    pub min: u32,
    pub max: u32,
    pub suspension: Suspension,
    pub created: Option<DateTime<Utc>>,
}

/// What autoscaling is told to leave alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Suspension {
    pub scale_in: bool,
    pub scale_out: bool,
    pub scheduled: bool,
}

impl Suspension {
    /// Everything stands still.
    pub const ALL: Self = Self { scale_in: true, scale_out: true, scheduled: true };

    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    pub fn is_all(self) -> bool {
        self == Self::ALL
    }
}

/// A change of the range; what is `None` stays as it is.
///
/// Every such change clamps the desired count into the range, even one that only suspends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RangeChange {
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub suspension: Option<Suspension>,
}

/// A rule by which the desired count follows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingPolicy {
    pub name: Text,
    pub kind: PolicyKind,
    /// The names of the alarms through which the policy acts.
    pub alarms: Vec<Text>,
}

/// How a policy decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyKind {
    TargetTracking {
        /// A predefined metric by its name, a metric of the customer by `NAMESPACE NAME`.
        metric: Text,
        target: Number,
        /// The policy only adds tasks.
        scale_in_disabled: bool,
    },
    Step,
    Predictive,
    Other(Text),
}

/// Something autoscaling did, or looked at and left undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingActivity {
    pub id: Text,
    pub at: DateTime<Utc>,
    pub ended: Option<DateTime<Utc>>,
    pub status: ActivityStatus,
    /// `Setting desired count to 12.`
    pub description: Text,
    /// The alarm or the schedule that asked for it, in AWS's words.
    pub cause: Text,
    /// What came of it, in AWS's words.
    pub message: Option<Text>,
    /// Why nothing was scaled, by AWS's codes: `AlreadyAtMaxCapacity`.
    pub reasons_not_scaled: Vec<Text>,
}

/// How an activity ended, or that it has not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ActivityStatus {
    Pending,
    InProgress,
    Successful,
    Overridden,
    Unfulfilled,
    Failed,
    Other(Text),
}

impl ActivityStatus {
    pub fn parse(word: &str) -> Self {
        match word {
            "Pending" => Self::Pending,
            "InProgress" => Self::InProgress,
            "Successful" => Self::Successful,
            "Overridden" => Self::Overridden,
            "Unfulfilled" => Self::Unfulfilled,
            "Failed" => Self::Failed,
            other => Self::Other(other.into()),
        }
    }

    /// The words people read.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in progress",
            Self::Successful => "successful",
            Self::Overridden => "overridden",
            Self::Unfulfilled => "unfulfilled",
            Self::Failed => "failed",
            Self::Other(word) => word,
        }
    }
}

/// A change of the range at a time of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledAction {
    pub name: Text,
    /// `cron(0 8 ? * MON-FRI *)`, `rate(…)` or `at(…)`.
    pub schedule: Text,
    /// The time zone of the schedule; `None` is UTC.
    pub timezone: Option<Text>,
    pub min: Option<u32>,
    pub max: Option<u32>,
}

/// A number as AWS gave it. Equal is what has the same bits, so that facts can be compared whole.
#[derive(Debug, Clone, Copy)]
pub struct Number(pub f64);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_the_name_that_autoscaling_gives_it() {
        let cluster = ClusterId::new("arn:aws:ecs:eu-west-1:1:cluster/payments");
        for arn in
            ["arn:aws:ecs:eu-west-1:1:service/payments/checkout", "arn:aws:ecs:eu-west-1:1:service/checkout"]
        {
            let resource = ResourceId::of(&cluster, &ServiceId::new(arn));
            assert_eq!(resource.as_str(), "service/payments/checkout", "{arn}");
        }
    }

    #[test]
    fn a_number_is_written_as_people_write_it() {
        let written = [60.0, 0.5, 1200.0].map(|number| Number(number).to_string());
        assert_eq!(written, ["60", "0.5", "1200"]);
    }
}
