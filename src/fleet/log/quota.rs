//! How often CloudWatch Logs lets an account filter in a Region.

/// Calls to FilterLogEvents that a Region allows per second, for the whole account; increases are not known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LogsQuota {
    /// 5 per second.
    Narrow,
    /// 10 per second.
    #[default]
    Usual,
    /// 25 per second.
    Wide,
}

/// Regions with the narrow quota, as far as AWS documents them.
const NARROW: &[&str] =
    &["af-south-1", "ap-east-1", "ap-northeast-3", "eu-central-1", "eu-north-1", "eu-south-1", "me-south-1"];

impl LogsQuota {
    pub fn of(region: &str) -> Self {
        match region {
            "us-east-1" => Self::Wide,
            narrow if NARROW.contains(&narrow) => Self::Narrow,
            _ => Self::Usual,
        }
    }

    pub fn per_second(self) -> f64 {
        match self {
            Self::Narrow => 5.0,
            Self::Usual => 10.0,
            Self::Wide => 25.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_differ() {
        let allowed = |region| LogsQuota::of(region).per_second();
        let of = ["eu-central-1", "eu-west-1", "us-east-1", "xx-new-1"].map(allowed);
        assert_eq!(of.map(|rate| format!("{rate}")), ["5", "10", "25", "10"]);
    }
}
