//! How a story says what auto scaling may do with a service.

use std::sync::Arc;

use serde::Deserialize;

use super::super::Millis;
use super::super::world::scaling::{self, Policy, Scheduled, Suspended, Target};
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
    // Its metric has figures at whole minutes before and after the start.
    let first = world.now + (start - world.now).rem_euclid(60_000);
    scaling::add(world, key, target, first);
}
