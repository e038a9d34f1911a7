//! Application Auto Scaling: which services it may scale, within which bounds, and what it did (AWS.md §5.2).

mod activity;
mod tracking;

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::Millis;
use super::agenda::Happening;
use super::alarm::AlarmState;
use super::service::ServiceStatus;
use super::{ServiceKey, World};

pub use self::activity::{Activity, Outcome, check_fulfilment};
pub use self::tracking::look;

/// A metric has one figure a minute.
const MINUTE: Millis = 60_000;

/// Which scaling is suspended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suspended {
    pub scale_in: bool,
    pub scale_out: bool,
    pub scheduled: bool,
}

/// A scalable target: the desired count of one service.
#[derive(Clone, Debug)]
pub struct Target {
    pub min: u32,
    pub max: u32,
    pub suspended: Suspended,
    pub created: Millis,
    pub policies: Vec<Policy>,
    pub scheduled: Vec<Scheduled>,
    /// Newest first.
    pub activities: VecDeque<Activity>,
    /// The CPU utilization of the last minutes, in tenths of a percent, newest first.
    points: VecDeque<u32>,
    /// When the metric is looked at next.
    due: Millis,
    /// When a policy last scaled in or out.
    acted: Option<Millis>,
    /// The reason for not scaling that was recorded since an alarm last went off.
    refused: Option<&'static str>,
}

impl Target {
    pub fn new(min: u32, max: u32, created: Millis) -> Self {
        Self {
            min,
            max,
            suspended: Suspended::default(),
            created,
            policies: Vec::new(),
            scheduled: Vec::new(),
            activities: VecDeque::new(),
            points: VecDeque::new(),
            due: created,
            acted: None,
            refused: None,
        }
    }
}

impl Target {
    /// The state of one of a policy's alarms by the figures of the last minutes.
    pub fn alarm_state(&self, policy: &Policy, side: Side) -> AlarmState {
        let count = if side == Side::High { tracking::HIGH_POINTS } else { tracking::LOW_POINTS };
        let crosses = |point: &u32| match side {
            Side::High => *point > policy.target * 10,
            Side::Low => *point < policy.target * 9,
        };
        match self.points.len() {
            0 => AlarmState::InsufficientData,
            have if have >= count && self.points.iter().take(count).all(crosses) => AlarmState::Alarm,
            _ => AlarmState::Ok,
        }
    }
}

/// A target tracking policy on the average CPU utilization.
#[derive(Clone, Debug)]
pub struct Policy {
    pub name: Arc<str>,
    /// Percent.
    pub target: u32,
    /// Seconds.
    pub scale_out_cooldown: u32,
    pub scale_in_cooldown: u32,
    pub scale_in_disabled: bool,
    pub created: Millis,
}

/// The two alarms that a target tracking policy makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    High,
    Low,
}

impl Side {
    pub fn word(self) -> &'static str {
        match self {
            Self::High => "AlarmHigh",
            Self::Low => "AlarmLow",
        }
    }
}

/// An action that happens once at a time.
#[derive(Clone, Debug)]
pub struct Scheduled {
    pub name: Arc<str>,
    pub at: Millis,
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub created: Millis,
    pub done: bool,
}

/// `service/<cluster>/<service>`.
pub fn resource(world: &World, key: ServiceKey) -> String {
    let Some(service) = world.service(key) else { return String::new() };
    let cluster = world.cluster(service.cluster).map_or("", |cluster| &*cluster.name);
    format!("service/{cluster}/{}", service.name)
}

/// The name of a policy's alarm, with the UUID that it gets.
pub fn alarm(world: &World, key: ServiceKey, policy: &Policy, side: Side) -> String {
    use super::super::name::{Purpose, number_of, uuid};
    let number = number_of(&policy.name) ^ u64::from(key.0) ^ ((side as u64) << 32);
    let id = uuid(world.seed, Purpose::Alarm, number);
    format!("TargetTracking-{}-{}-{id}", resource(world, key), side.word())
}

/// Adds a target whose metric is looked at each minute from `first` on.
pub fn add(world: &mut World, key: ServiceKey, target: Target, first: Millis) {
    for action in &target.scheduled {
        world.agenda.add(action.at, Happening::Scheduled(key));
    }
    world.scaling.insert(key, Target { due: first, ..target });
    world.agenda.add(first, Happening::Metric(key));
}

/// Changes a target or adds it, and brings the desired count within its bounds, even if nothing changed.
pub fn register(
    world: &mut World,
    key: ServiceKey,
    bounds: (Option<u32>, Option<u32>),
    suspended: impl FnOnce(Suspended) -> Suspended,
) {
    let now = world.now;
    if !world.scaling.contains_key(&key) {
        let target = Target::new(bounds.0.unwrap_or(0), bounds.1.unwrap_or(0), now);
        add(world, key, target, now + MINUTE);
    }
    let Some(target) = world.scaling.get_mut(&key) else { return };
    target.min = bounds.0.unwrap_or(target.min);
    target.max = bounds.1.unwrap_or(target.max);
    target.suspended = suspended(target.suspended);
    clamp(world, key);
}

fn clamp(world: &mut World, key: ServiceKey) {
    let Some(target) = world.scaling.get(&key) else { return };
    let (min, max) = (target.min, target.max);
    let Some(service) = world.service(key).filter(|found| found.status == ServiceStatus::Active) else {
        return;
    };
    if service.desired < min {
        activity::scale(world, key, min, format!("minimum capacity was set to {min}"));
    } else if service.desired > max {
        activity::scale(world, key, max, format!("maximum capacity was set to {max}"));
    }
}

/// Carries out the scheduled actions whose time has come, unless they are suspended.
pub fn run_scheduled(world: &mut World, key: ServiceKey) {
    let now = world.now;
    let Some(target) = world.scaling.get_mut(&key) else { return };
    let due = |action: &&mut Scheduled| !action.done && action.at <= now;
    let Some(action) = target.scheduled.iter_mut().find(due) else { return };
    action.done = true;
    if target.suspended.scheduled {
        return;
    }
    let (name, min, max) = (Arc::clone(&action.name), action.min, action.max);
    target.min = min.unwrap_or(target.min);
    target.max = max.unwrap_or(target.max);
    let bounds = match (min, max) {
        (Some(min), Some(max)) => format!("min capacity to {min} and max capacity to {max}"),
        (Some(min), None) => format!("min capacity to {min}"),
        (None, Some(max)) => format!("max capacity to {max}"),
        (None, None) => return,
    };
    activity::note(
        world,
        key,
        Activity {
            number: 0,
            started: now,
            ended: None,
            cause: format!("scheduled action name {name} was triggered").into(),
            outcome: Outcome::Bounds(bounds.into()),
        },
    );
    clamp(world, key);
}
