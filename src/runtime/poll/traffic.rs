//! The requests that target groups answered in the last hour, minute by minute.

use std::collections::BTreeMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use tokio::time::{Duration, Instant};

use super::ask::Ask;
use super::balancing;
use crate::aws::cloudwatch::{COUNTS_AT_ONCE, Count, Counted, Points};
use crate::fleet::balancer::{TargetGroup, TargetGroupId, TargetGroupKey};
use crate::fleet::id::Text;
use crate::fleet::observation::Observation;
use crate::fleet::topic::Failure;
use crate::fleet::traffic::{Minute, Traffic};

/// How far back is looked.
const MINUTES: i64 = 60;
/// How often groups without a load balancer are asked for again: they may get one when traffic is moved.
const GROUPS_AGAIN: Duration = Duration::from_secs(30);

/// What is known of the target groups between two looks. All of them stand behind the same load balancer.
#[derive(Debug)]
pub struct Counting {
    ids: Vec<TargetGroupId>,
    groups: Vec<TargetGroup>,
    asked: Option<Instant>,
}

impl Counting {
    pub fn of(ids: Vec<TargetGroupId>) -> Self {
        Self { ids, groups: Vec::new(), asked: None }
    }

    /// One look. Groups of which CloudWatch counts no requests are not asked about.
    pub async fn look(&mut self, ask: &Ask) -> Result<(), Failure> {
        let lacking =
            self.groups.len() < self.ids.len() || self.groups.iter().any(|group| group.balancers.is_empty());
        if lacking && self.asked.is_none_or(|asked| asked.elapsed() >= GROUPS_AGAIN) {
            let keys: Vec<_> = self.ids.iter().cloned().map(TargetGroupKey::Id).collect();
            self.groups = balancing::target_groups(ask, &keys).await?;
            self.asked = Some(Instant::now());
        }
        // A group that no listener names at present has none, but what it counted stays under that of its partner.
        let Some(balancer) = self.groups.iter().find(|group| group.has_request_metrics()) else {
            return Ok(());
        };
        let Some(shared) = balancer.balancer_dimension().map(Text::from) else { return Ok(()) };
        let counted =
            self.groups.iter().filter(|group| group.has_request_metrics() || group.balancers.is_empty());
        let groups: Vec<(TargetGroupId, Text)> = counted
            .map(|group| {
                (group.id.clone(), group.balancer_dimension().map_or_else(|| shared.clone(), Text::from))
            })
            .collect();
        let (start, end) = span(ask.now());
        for groups in groups.chunks(COUNTS_AT_ONCE / Counted::ALL.len()) {
            let counts: Vec<Count> = groups.iter().flat_map(|(id, balancer)| of(id, balancer)).collect();
            let points = all(ask, &counts, start, end).await?;
            for (id, _) in groups {
                let traffic = traffic(&counts, id, &points, start, end);
                ask.observe(Observation::Traffic { group: id.clone(), traffic }).await;
            }
        }
        Ok(())
    }
}

fn of(id: &TargetGroupId, balancer: &Text) -> impl Iterator<Item = Count> {
    let (balancer, group) = (balancer.clone(), Text::from(id.dimension()));
    Counted::ALL.into_iter().map(move |counted| Count {
        balancer: balancer.clone(),
        group: group.clone(),
        counted,
    })
}

/// The last hour of whole minutes; the one that is not over yet is left out.
fn span(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    (end - TimeDelta::minutes(MINUTES), end)
}

async fn all(
    ask: &Ask,
    counts: &[Count],
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Result<Vec<Points>, Failure> {
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let page = ask.get_metric_data(counts, start, end, token).await?;
        all.extend(page.items);
        token = page.next;
        if token.is_none() {
            return Ok(all);
        }
    }
}

/// The minutes of one group, of all points that were answered.
fn traffic(
    counts: &[Count],
    id: &TargetGroupId,
    points: &[Points],
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Traffic {
    let minute = |at| Minute { at, requests: None, errors: None, p95: None };
    let starts = (0..(end - start).num_minutes()).map(|n| start + TimeDelta::minutes(n));
    let mut minutes: BTreeMap<DateTime<Utc>, Minute> = starts.map(|at| (at, minute(at))).collect();
    let (mut requests_missing, mut errors_missing) = (false, false);
    for part in points {
        let Some(count) = counts.get(part.of).filter(|count| *count.group == *id.dimension()) else {
            continue;
        };
        match count.counted {
            Counted::Requests => requests_missing = !part.complete,
            Counted::Errors => errors_missing = !part.complete,
            Counted::P95 => {}
        }
        for (at, figure) in &part.points {
            let Some(minute) = minutes.get_mut(at) else { continue };
            let place = match count.counted {
                Counted::Requests => &mut minute.requests,
                Counted::Errors => &mut minute.errors,
                Counted::P95 => &mut minute.p95,
            };
            *place = Some(*figure);
        }
    }
    Traffic { minutes: minutes.into_values().collect(), requests_missing, errors_missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minute_that_is_not_over_is_left_out() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (start, end) = span(at("2026-11-21T10:05:59.9Z"));
        assert_eq!((start, end), (at("2026-11-21T09:05:00Z"), at("2026-11-21T10:05:00Z")));
        assert_eq!(span(at("2026-11-21T10:05:00Z")).1, at("2026-11-21T10:05:00Z"));
    }

    #[test]
    fn points_find_their_group_and_their_minute() {
        let id = TargetGroupId::new("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1");
        let end: DateTime<Utc> = "2026-11-21T10:03:00Z".parse().unwrap();
        let start = end - TimeDelta::minutes(3);
        let balancer = Text::from("app/shop/1");
        let other = TargetGroupId::new("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/1");
        let counts: Vec<Count> = [&other, &id].into_iter().flat_map(|id| of(id, &balancer)).collect();
        let points = |of, points| Points { of, points, complete: of != 4 };
        let points = vec![
            points(0, vec![(start, 9.0)]),
            points(3, vec![(start, 100.0), (end, 7.0)]),
            points(3, vec![(start + TimeDelta::minutes(2), 300.0)]),
            points(4, vec![]),
            points(5, vec![(start, 0.25)]),
            points(77, vec![(start, 1.0)]),
        ];
        let minute =
            |n, requests, p95| Minute { at: start + TimeDelta::minutes(n), requests, errors: None, p95 };
        let minutes =
            vec![minute(0, Some(100.0), Some(0.25)), minute(1, None, None), minute(2, Some(300.0), None)];
        assert_eq!(
            traffic(&counts, &id, &points, start, end),
            Traffic { minutes, requests_missing: false, errors_missing: true }
        );
    }
}
