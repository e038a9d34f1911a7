//! What a load balancer counts for a target group: requests by the weights of each moment, and healthy hosts.

use super::super::super::Millis;
use super::super::super::name;
use super::super::balancer::requests::{self, Leg};
use super::super::balancer::{Slot, Traffic};
use super::super::service::Service;
use super::super::{ServiceKey, World};
use super::{Figures, GroupMeasure, MINUTE, chance};

/// A task that runs is healthy in its target group a little later.
const HEALTHY_AFTER: Millis = 20_000;
/// Tasks are forgotten about an hour after they stopped, so hosts cannot be counted farther back.
const HOSTS_KNOWN: Millis = 60 * MINUTE;

/// What a target group answered in a minute or a part of it.
#[derive(Clone, Copy, Debug, Default)]
struct Answered {
    requests: f64,
    errors: f64,
    /// The sum of the median times of all requests, in milliseconds.
    time: f64,
}

/// `at` is where the minute begins and `end` where it ends, or what is known of it.
pub fn minute(
    world: &World,
    (key, slot): (ServiceKey, Slot),
    measure: GroupMeasure,
    at: Millis,
    end: Millis,
) -> Option<Figures> {
    let service = world.service(key)?;
    if matches!(measure, GroupMeasure::Healthy | GroupMeasure::Unhealthy) {
        // A group that is not used has no hosts and no points.
        let (healthy, others) =
            hosts(world, service, slot, end).filter(|(healthy, others)| healthy + others > 0)?;
        let count = if measure == GroupMeasure::Healthy { healthy } else { others };
        return Some(Figures::one(f64::from(count)));
    }
    // Requests that find nobody are not counted for a target group.
    if hosts(world, service, slot, end).is_some_and(|(healthy, others)| healthy + others == 0) {
        return None;
    }
    let answered = answered(world, service, &requests::legs(world, key), slot, at, end);
    // A count is whole: what is left over is a request in some minutes and none in others.
    let of = name::number_of(&service.name) ^ (u64::from(slot == Slot::Second) << 3);
    let requests = (answered.requests + chance(world, of, at)).floor();
    if requests < 1.0 || answered.requests <= 0.0 {
        return None;
    }
    let errors = (answered.errors + chance(world, of ^ 1, at)).floor().min(requests);
    let figures = match measure {
        GroupMeasure::Good => Figures::events(requests - errors),
        GroupMeasure::Errors => Figures::events(errors),
        GroupMeasure::ResponseTime => {
            let usual = answered.time / answered.requests / 1000.0;
            let median = usual * (0.9 + 0.2 * chance(world, of ^ 2, at));
            Figures {
                samples: requests,
                sum: median * 1.3 * requests,
                minimum: median * 0.3,
                maximum: median * (5.0 + 4.0 * chance(world, of ^ 4, at)),
                median,
            }
        }
        _ => Figures::events(requests),
    };
    // Counts have points where they are not zero only.
    (figures.samples > 0.0).then_some(figures)
}

fn answered(world: &World, service: &Service, legs: &[Leg], slot: Slot, at: Millis, end: Millis) -> Answered {
    let of = name::number_of(&service.name) ^ 64;
    let production =
        requests::rate(world, service.key, Traffic::Production) * (0.92 + 0.16 * chance(world, of, at));
    let tests = requests::rate(world, service.key, Traffic::Test);
    let mut sum = Answered::default();
    let ends = legs.iter().skip(1).map(|next| next.from).chain([Millis::MAX]);
    for (leg, until) in legs.iter().zip(ends) {
        let (from, until) = (leg.from.max(at), until.min(end));
        let Some(definition) = leg.answers(slot).filter(|_| until > from) else { continue };
        let minutes = f64::from(u32::try_from(until - from).unwrap_or_default()) / 60_000.0;
        let (share, tested) = leg.shares(slot);
        let requests = minutes * (production * share + tests * tested);
        let quality = requests::quality(world, definition);
        sum.requests += requests;
        sum.errors += requests * f64::from(quality.errors) / 100_000.0;
        sum.time += requests * f64::from(quality.latency);
    }
    sum
}

/// Healthy and other hosts of a target group at a moment; `None` where that is no longer known.
fn hosts(world: &World, service: &Service, slot: Slot, at: Millis) -> Option<(u32, u32)> {
    if at < world.now - HOSTS_KNOWN {
        return None;
    }
    let (mut healthy, mut others) = (0, 0);
    for task in service.tasks.iter().filter_map(|key| world.task(*key)).filter(|task| task.slot == slot) {
        let Some(started) = task.times.started.filter(|started| *started <= at) else { continue };
        if task.times.stopping.is_some_and(|stopping| stopping <= at) {
            continue;
        }
        if started + HEALTHY_AFTER <= at {
            healthy += 1;
        } else {
            others += 1;
        }
    }
    Some((healthy, others))
}
