//! CloudWatch: each method is exactly one request about alarms or about what load balancers counted.

mod traffic;

use aws_sdk_cloudwatch::types as sdk;
use aws_smithy_types::DateTime as SdkTime;
use chrono::{DateTime, Utc};

use super::ecs::Page;
use super::error::failure;
use super::lazy::Lazy;
use super::text::time;
use crate::fleet::alarm::{Alarm, AlarmState};
use crate::fleet::id::Text;
use crate::fleet::topic::Failure;

pub use self::traffic::{COUNTS_AT_ONCE, Count, Counted, Points};

/// Alarms that one DescribeAlarms may name.
pub const ALARMS_AT_ONCE: usize = 100;
/// All kinds there are: a request that names none gives metric alarms only.
const KINDS: [sdk::AlarmType; 3] =
    [sdk::AlarmType::MetricAlarm, sdk::AlarmType::CompositeAlarm, sdk::AlarmType::LogAlarm];

/// The adapter of CloudWatch in one context; cheap to clone.
#[derive(Debug, Clone)]
pub struct CloudWatch {
    client: Lazy<aws_sdk_cloudwatch::Client>,
}

impl CloudWatch {
    pub(super) fn new(client: Lazy<aws_sdk_cloudwatch::Client>) -> Self {
        Self { client }
    }

    /// `aws cloudwatch describe-alarms --alarm-types MetricAlarm CompositeAlarm LogAlarm --alarm-names …` (at most 100)
    ///
    /// Names that no alarm has are left out.
    pub async fn describe_alarms(
        &self,
        names: &[Text],
        token: Option<String>,
    ) -> Result<Page<Alarm>, Failure> {
        let names = names.iter().map(|name| name.as_ref().to_owned()).collect();
        let request = self.client.get().describe_alarms().set_alarm_names(Some(names));
        let request = request.set_alarm_types(Some(KINDS.to_vec())).max_records(100).set_next_token(token);
        let answer = request.send().await.map_err(|error| failure("DescribeAlarms", &error))?;
        let of_metrics = answer.metric_alarms().iter().map(|from| {
            let since = from.state_transitioned_timestamp().or(from.state_updated_timestamp());
            alarm(from.alarm_name(), from.state_value(), from.state_reason(), since)
        });
        let composite = answer.composite_alarms().iter().map(|from| {
            let since = from.state_transitioned_timestamp().or(from.state_updated_timestamp());
            alarm(from.alarm_name(), from.state_value(), from.state_reason(), since)
        });
        let of_logs = answer.log_alarms().iter().map(|from| {
            let since = from.state_transitioned_timestamp().or(from.state_updated_timestamp());
            alarm(from.alarm_name(), from.state_value(), from.state_reason(), since)
        });
        let items = of_metrics.chain(composite).chain(of_logs).flatten().collect();
        Ok(Page { items, next: answer.next_token })
    }

    /// `aws cloudwatch get-metric-data --metric-data-queries … --start-time … --end-time …` (at most 500 counts)
    ///
    /// Minute by minute, `end` left out; both should be whole minutes. AWS bills each count that is asked for.
    pub async fn get_metric_data(
        &self,
        counts: &[Count],
        start: DateTime<Utc>,
        end: DateTime<Utc>,
        token: Option<String>,
    ) -> Result<Page<Points>, Failure> {
        let queries = counts.iter().enumerate().map(|(at, count)| traffic::query(at, count)).collect();
        let at = |time: DateTime<Utc>| SdkTime::from_secs(time.timestamp());
        let request = self.client.get().get_metric_data().set_metric_data_queries(Some(queries));
        let request = request.start_time(at(start)).end_time(at(end)).set_next_token(token);
        let request = request.scan_by(sdk::ScanBy::TimestampAscending);
        let answer = request.send().await.map_err(|error| failure("GetMetricData", &error))?;
        let items = answer.metric_data_results().iter().filter_map(traffic::points).collect();
        Ok(Page { items, next: answer.next_token })
    }
}

fn alarm(
    name: Option<&str>,
    state: Option<&sdk::StateValue>,
    reason: Option<&str>,
    since: Option<&SdkTime>,
) -> Option<Alarm> {
    Some(Alarm {
        name: name?.into(),
        state: AlarmState::parse(state.map_or("", sdk::StateValue::as_str)),
        reason: reason.filter(|reason| !reason.is_empty()).map(Text::from),
        since: time(since),
    })
}
