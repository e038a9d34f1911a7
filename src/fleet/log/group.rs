//! What a log group is: how long it keeps lines, and which of its ways to read it allows.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::fleet::id::Text;

const DAY: i64 = 24 * 60 * 60 * 1_000;
/// No group keeps lines for less (`retentionInDays` is at least 1): younger ones need no look at the group.
pub const LEAST_KEPT: i64 = DAY;

/// A log group, as DescribeLogGroups tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogGroup {
    pub region: Text,
    pub name: Text,
    /// `STANDARD`, `INFREQUENT_ACCESS`, or what else AWS says; groups of emulators have none.
    pub class: Option<Text>,
    /// `retentionInDays`; for ever without it.
    pub kept_days: Option<u32>,
}

/// Why a group gives less than was wanted; `Display` is the sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// What was wanted lies before what the group keeps.
    Expired {
        region: Text,
        group: Text,
        days: u32,
        /// The oldest time that is kept, milliseconds since 1970.
        from: i64,
    },
    /// A class whose lines neither FilterLogEvents nor StartLiveTail gives.
    Infrequent { region: Text, group: Text },
}

impl LogGroup {
    /// What has to be said to somebody who wants its lines since a time; both are milliseconds since 1970.
    pub fn remark(&self, since: i64, now: i64) -> Option<Remark> {
        let (region, group) = (self.region.clone(), self.name.clone());
        if self.class.as_deref() == Some("INFREQUENT_ACCESS") {
            return Some(Remark::Infrequent { region, group });
        }
        let days = self.kept_days?;
        let from = now - i64::from(days) * DAY;
        (since < from).then_some(Remark::Expired { region, group, days, from })
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { region, group, days, from } => {
                let from: DateTime<Utc> = DateTime::from_timestamp_millis(*from).unwrap_or_default();
                let from = from.to_rfc3339_opts(SecondsFormat::Secs, true);
                let days = if *days == 1 { "1 day".to_owned() } else { format!("{days} days") };
                write!(f, "log group {group} in {region} keeps {days}: what is older than {from} has expired")
            }
            Self::Infrequent { region, group } => write!(
                f,
                "log group {group} in {region} is of the class INFREQUENT_ACCESS, which can be neither read nor followed here: only queries of CloudWatch Logs Insights reach its lines"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_expired_and_what_cannot_be_read_is_said() {
        let now = 1_795_255_200_000;
        let group = |class: &str, kept_days| LogGroup {
            region: "eu-west-1".into(),
            name: "/ecs/cart".into(),
            class: Some(class.into()),
            kept_days,
        };
        let said = |group: LogGroup, since| group.remark(since, now).map(|remark| remark.to_string());
        assert_eq!(said(group("STANDARD", None), 0), None);
        assert_eq!(said(group("STANDARD", Some(7)), now - 7 * DAY), None);
        assert_eq!(
            said(group("STANDARD", Some(7)), now - 7 * DAY - 1).unwrap(),
            "log group /ecs/cart in eu-west-1 keeps 7 days: what is older than 2026-11-14T10:00:00Z has expired"
        );
        assert_eq!(
            said(group("STANDARD", Some(1)), 0).unwrap(),
            "log group /ecs/cart in eu-west-1 keeps 1 day: what is older than 2026-11-20T10:00:00Z has expired"
        );
        assert_eq!(
            said(group("INFREQUENT_ACCESS", Some(1)), now).unwrap(),
            "log group /ecs/cart in eu-west-1 is of the class INFREQUENT_ACCESS, which can be neither read nor followed here: only queries of CloudWatch Logs Insights reach its lines"
        );
    }
}
