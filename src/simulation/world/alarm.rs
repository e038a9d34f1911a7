//! CloudWatch alarms: what state each of them is in, and what their changes do to deployments.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::super::Millis;
use super::agenda::{AlarmKey, Happening};
use super::{World, codedeploy, deploy};

/// `StateValue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmState {
    Ok,
    Alarm,
    InsufficientData,
}

impl AlarmState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }
}

/// An alarm, named by its name alone: the account has one Region.
#[derive(Clone, Debug)]
pub struct Alarm {
    pub name: Arc<str>,
    pub state: AlarmState,
    /// When it came into its state.
    pub changed: Millis,
    /// A composite alarm has a rule in place of a metric. Its state is told, not worked out.
    pub rule: Option<Arc<str>>,
    /// Changes to come, in the order of time.
    planned: VecDeque<(Millis, AlarmState)>,
}

/// All alarms. A name that a service watches need not be here: such an alarm does not exist.
#[derive(Debug, Default)]
pub struct Alarms {
    all: Vec<Alarm>,
    by_name: BTreeMap<Arc<str>, AlarmKey>,
}

impl Alarms {
    pub fn named(&self, name: &str) -> Option<&Alarm> {
        self.get(*self.by_name.get(name)?)
    }

    /// By name, as DescribeAlarms lists them.
    pub fn iter(&self) -> impl Iterator<Item = &Alarm> {
        self.by_name.values().filter_map(|key| self.get(*key))
    }

    pub fn is_firing(&self, name: &str) -> bool {
        self.named(name).is_some_and(|alarm| alarm.state == AlarmState::Alarm)
    }

    fn get(&self, key: AlarmKey) -> Option<&Alarm> {
        self.all.get(usize::try_from(key.0).ok()?)
    }

    fn get_mut(&mut self, key: AlarmKey) -> Option<&mut Alarm> {
        self.all.get_mut(usize::try_from(key.0).ok()?)
    }

    /// Makes an alarm a composite one.
    pub fn rule(&mut self, key: AlarmKey, rule: Option<&str>) {
        if let Some(alarm) = self.get_mut(key) {
            alarm.rule = rule.map(Arc::from);
        }
    }

    /// Makes an alarm, or puts one that exists into a state; nobody hears of it.
    pub fn put(&mut self, name: &Arc<str>, state: AlarmState, at: Millis) -> AlarmKey {
        if let Some(key) = self.by_name.get(name).copied() {
            if let Some(alarm) = self.get_mut(key).filter(|alarm| alarm.state != state) {
                (alarm.state, alarm.changed) = (state, at);
            }
            return key;
        }
        let key = AlarmKey(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        let planned = VecDeque::new();
        self.all.push(Alarm { name: Arc::clone(name), state, changed: at, rule: None, planned });
        self.by_name.insert(Arc::clone(name), key);
        key
    }
}

/// Has an alarm change at a time to come; changes of one alarm are planned in the order of time.
pub fn plan(world: &mut World, key: AlarmKey, at: Millis, state: AlarmState) {
    if let Some(alarm) = world.alarms.get_mut(key) {
        alarm.planned.push_back((at, state));
        world.agenda.add(at, Happening::Alarm(key));
    }
}

/// The change that is due.
pub fn change(world: &mut World, key: AlarmKey) {
    let Some(alarm) = world.alarms.get_mut(key) else { return };
    let Some((_, state)) = alarm.planned.pop_front() else { return };
    let name = Arc::clone(&alarm.name);
    turn(world, &name, state);
}

/// Puts an alarm into a state now; deployments that it watches over hear of ALARM.
pub fn turn(world: &mut World, name: &Arc<str>, state: AlarmState) {
    let now = world.now;
    world.alarms.put(name, state, now);
    if state != AlarmState::Alarm {
        return;
    }
    let watched = |service: &&super::service::Service| {
        let alarms = service.settings.alarms.as_deref();
        alarms.is_some_and(|alarms| alarms.names.contains(name))
    };
    let keys: Vec<_> = world.services.iter().filter(watched).map(|service| service.key).collect();
    for key in keys {
        deploy::sound_alarm(world, key, name);
    }
    codedeploy::sound_alarm(world, name);
}
