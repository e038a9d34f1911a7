//! What CloudWatch counted of the requests that reached a target group.

use chrono::{DateTime, Utc};

/// One minute of a target group behind an Application Load Balancer (`GetMetricData`).
///
/// A figure that CloudWatch has no point for is `None`: where nothing is counted, nothing is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Minute {
    /// When it begins.
    pub at: DateTime<Utc>,
    /// `RequestCount`, Sum.
    pub requests: Option<f64>,
    /// `HTTPCode_Target_5XX_Count`, Sum; without a point there was none, if there were requests.
    pub errors: Option<f64>,
    /// `TargetResponseTime`, p95, in seconds.
    pub p95: Option<f64>,
}

/// The minutes that were asked for, oldest first; the newest is complete.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traffic {
    pub minutes: Vec<Minute>,
    /// CloudWatch did not answer in full for the requests (`StatusCode` other than `Complete`): what has no point is
    /// not known.
    pub requests_missing: bool,
    /// The same for the errors: a minute without a point may have had some.
    pub errors_missing: bool,
}

/// What a span of minutes comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    pub requests: f64,
    /// `None` where CloudWatch did not tell of all minutes.
    pub errors: Option<f64>,
    /// The mean of the minutes' p95, each counted by its requests, in seconds.
    pub p95: Option<f64>,
    /// Minutes with at least one request.
    pub minutes: u32,
}

impl Eq for Traffic {}

impl Traffic {
    /// The minutes that begin at `since` or later, together; `None` when none of them counted a request, or none told.
    pub fn since(&self, since: DateTime<Utc>) -> Option<Figures> {
        let span = self.minutes.iter().filter(|minute| minute.at >= since);
        let mut figures = Figures { requests: 0.0, errors: Some(0.0), p95: None, minutes: 0 };
        let (mut timed, mut sum) = (0.0, 0.0);
        for minute in span {
            let Some(requests) = minute.requests.filter(|requests| *requests > 0.0) else { continue };
            figures.minutes += 1;
            figures.requests += requests;
            let errors = minute.errors.or_else(|| (!self.errors_missing).then_some(0.0));
            figures.errors = figures.errors.zip(errors).map(|(sum, errors)| sum + errors);
            if let Some(p95) = minute.p95 {
                timed += requests;
                sum += p95 * requests;
            }
        }
        figures.p95 = (timed > 0.0).then(|| sum / timed);
        (figures.minutes > 0).then_some(figures)
    }
}

impl Figures {
    /// Requests per minute, over the minutes that had any.
    pub fn rate(&self) -> f64 {
        self.requests / f64::from(self.minutes.max(1))
    }

    /// Errors per thousand requests; `None` where they are not known.
    pub fn errors_per_thousand(&self) -> Option<f64> {
        Some(self.errors? * 1_000.0 / self.requests)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn only_minutes_with_requests_count() {
        let start = DateTime::<Utc>::default();
        let minute = |n: i64, requests, errors, p95| Minute {
            at: start + TimeDelta::minutes(n),
            requests,
            errors,
            p95,
        };
        let traffic = Traffic {
            minutes: vec![
                minute(0, Some(1_000.0), Some(50.0), Some(9.0)),
                minute(1, Some(300.0), Some(3.0), Some(0.2)),
                minute(2, None, None, None),
                minute(3, Some(100.0), None, Some(0.4)),
            ],
            ..Traffic::default()
        };
        let figures = traffic.since(start + TimeDelta::minutes(1)).expect("requests");
        assert_eq!((figures.requests, figures.errors, figures.minutes), (400.0, Some(3.0), 2));
        assert!((figures.p95.unwrap_or_default() - 0.25).abs() < 1e-9);
        assert!(
            (figures.rate() - 200.0).abs() < 1e-9
                && (figures.errors_per_thousand().unwrap_or_default() - 7.5).abs() < 1e-9
        );
        assert_eq!(traffic.since(start + TimeDelta::minutes(4)), None);
        let unanswered = Traffic { errors_missing: true, ..traffic };
        let errors = |minute| unanswered.since(start + TimeDelta::minutes(minute)).and_then(|it| it.errors);
        assert_eq!((errors(1), errors(3)), (None, None));
    }
}
