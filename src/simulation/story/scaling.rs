//! How a story says what auto scaling may do with a service.

use std::sync::Arc;

use serde::Deserialize;

use super::super::Millis;
use super::super::world::scaling::{self, Activity, Outcome, Policy, Scheduled, Side, Suspended, Target};
use super::super::world::{ServiceKey, World};
use super::span::Span;

/// `scaling = { min = 4, max = 10, cpu = 60 }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScalingStory {
    pub min: u32,
    pub max: u32,
    /// The CPU utilization that target tracking aims at, in percent; without it there is no policy.
    pub cpu: Option<u32>,
    #[serde(default)]
    pub scale_in_disabled: bool,
    #[serde(default)]
    pub suspended: Vec<Suspension>,
    #[serde(default)]
    pub scheduled: Vec<ScheduledStory>,
    /// How many activities are remembered from before the story.
    #[serde(default)]
    pub past: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suspension {
    In,
    Out,
    Scheduled,
}

/// An action that changes the bounds once, some time after the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScheduledStory {
    pub name: String,
    pub after: Span,
    pub min: Option<u32>,
    pub max: Option<u32>,
}

/// Registers the target as it has stood since the service was made.
pub fn register(world: &mut World, key: ServiceKey, story: &ScalingStory, start: Millis) {
    let Some(service) = world.service(key) else { return };
    let created = service.created + 3 * 60_000;
    let name: Arc<str> = format!("{}-cpu", service.name).into();
    let policy = story.cpu.map(|target| Policy {
        name,
        target,
        scale_out_cooldown: 60,
        scale_in_cooldown: 300,
        scale_in_disabled: story.scale_in_disabled,
        created: created + 2_000,
    });
    let suspends = |what| story.suspended.contains(&what);
    let scheduled = story.scheduled.iter().map(|action| Scheduled {
        name: action.name.as_str().into(),
        at: start + action.after.0,
        min: action.min,
        max: action.max,
        created: created + 4_000,
        done: false,
    });
    let mut target = Target::new(story.min, story.max, created);
    target.policies = policy.into_iter().collect();
    target.scheduled = scheduled.collect();
    target.suspended = Suspended {
        scale_in: suspends(Suspension::In),
        scale_out: suspends(Suspension::Out),
        scheduled: suspends(Suspension::Scheduled),
    };
    remember(world, key, &mut target, story.past);
    // Its metric has figures at whole minutes before and after the start.
    let first = world.now + (start - world.now).rem_euclid(60_000);
    scaling::add(world, key, target, first);
}

/// Activities of the hours before: out to the count of now, and in and out before that.
fn remember(world: &World, key: ServiceKey, target: &mut Target, count: u32) {
    let (Some(service), Some(policy)) = (world.service(key), target.policies.first().cloned()) else {
        return;
    };
    let (now, desired) = (world.now, service.desired);
    let fewer = desired.saturating_sub(2).max(target.min);
    for place in 0..count {
        let (side, reached) = if place % 2 == 0 { (Side::High, desired) } else { (Side::Low, fewer) };
        let alarm = scaling::alarm(world, key, &policy, side);
        let started = now - Millis::from(place) * 97 * 60_000 - 143 * 60_000;
        target.activities.push_back(Activity {
            number: (u64::from(key.0) << 40) | (u64::from(place) << 32) | 1,
            started,
            ended: Some(started + 52_000 + Millis::from(place) * 7_000),
            cause: format!("monitor alarm {alarm} in state ALARM triggered policy {}", policy.name).into(),
            outcome: Outcome::Successful(reached),
        });
    }
}
