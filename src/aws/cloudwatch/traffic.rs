//! What an Application Load Balancer counts of one target group, as CloudWatch is asked for it.

use aws_sdk_cloudwatch::types as sdk;
use chrono::{DateTime, Utc};

use crate::aws::text::time;
use crate::fleet::id::Text;

/// Counts that one GetMetricData may ask for.
pub const COUNTS_AT_ONCE: usize = 500;
const NAMESPACE: &str = "AWS/ApplicationELB";
/// Seconds of one point.
const PERIOD: i32 = 60;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// `RequestCount`, Sum.
    Requests,
    /// `HTTPCode_Target_5XX_Count`, Sum.
    Errors,
    /// `TargetResponseTime`, p95, in seconds.
    P95,
}

impl Counted {
    pub const ALL: [Self; 3] = [Self::Requests, Self::Errors, Self::P95];
}

/// One thing that is counted of one target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// `app/NAME/ID`.
    pub balancer: Text,
    /// `targetgroup/NAME/ID`.
    pub group: Text,
    pub counted: Counted,
}

/// Points of one count on one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// Which of the counts that were asked for.
    pub of: usize,
    /// The minute that each belongs to, and the figure.
    pub points: Vec<(DateTime<Utc>, f64)>,
    /// Up to here all is told (`StatusCode` is `Complete`); of several pages of one count the last one tells.
    pub complete: bool,
}

/// The query for a count; its id tells the place of the count.
pub(super) fn query(at: usize, count: &Count) -> sdk::MetricDataQuery {
    let (name, statistic) = match count.counted {
        Counted::Requests => ("RequestCount", "Sum"),
        Counted::Errors => ("HTTPCode_Target_5XX_Count", "Sum"),
        Counted::P95 => ("TargetResponseTime", "p95"),
    };
    let dimension = |name: &str, value: &str| sdk::Dimension::builder().name(name).value(value).build();
    let metric = sdk::Metric::builder()
        .namespace(NAMESPACE)
        .metric_name(name)
        .dimensions(dimension("LoadBalancer", &count.balancer))
        .dimensions(dimension("TargetGroup", &count.group));
    let stat = sdk::MetricStat::builder().metric(metric.build()).period(PERIOD).stat(statistic);
    sdk::MetricDataQuery::builder().id(format!("q{at}")).metric_stat(stat.build()).return_data(true).build()
}

/// The points of a result; `None` when it does not tell whose they are.
pub(super) fn points(from: &sdk::MetricDataResult) -> Option<Points> {
    let of = from.id()?.strip_prefix('q')?.parse().ok()?;
    let points = from.timestamps().iter().zip(from.values());
    let points = points.filter_map(|(at, value)| Some((time(Some(at))?, *value))).collect();
    let complete = from.status_code().is_none_or(|code| *code == sdk::StatusCode::Complete);
    Some(Points { of, points, complete })
}
