//! A CloudWatch alarm, as far as it guards a deployment.

use chrono::{DateTime, Utc};

use super::id::Text;

/// How an alarm stands (`StateValue`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AlarmState {
    Ok,
    Alarm,
    InsufficientData,
    Other(Text),
}

impl AlarmState {
    pub fn parse(word: &str) -> Self {
        match word {
            "OK" => Self::Ok,
            "ALARM" => Self::Alarm,
            "INSUFFICIENT_DATA" => Self::InsufficientData,
            other => Self::Other(other.into()),
        }
    }

    /// The word that people read.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "no data",
            Self::Other(word) => word,
        }
    }
}

/// One alarm (`DescribeAlarms`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    pub name: Text,
    pub state: AlarmState,
    /// `StateReason`, in CloudWatch's words.
    pub reason: Option<Text>,
    /// Since when it is in this state (`StateTransitionedTimestamp`, else `StateUpdatedTimestamp`).
    pub since: Option<DateTime<Utc>>,
}
