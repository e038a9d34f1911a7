//! CodeDeploy for ECS: deployment groups, and their deployments from the first hook to the end of the old task set.

mod appspec;
mod config;
mod deployment;
mod ending;
mod moves;
mod past;
mod sides;
mod start;
mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::Millis;
use super::super::name::{self, Purpose};
use super::agenda::DeploymentKey;
use super::definition::Recipe;
use super::trouble::Kind;
use super::{ServiceKey, World};

pub use self::appspec::read as read_appspec;
pub use self::config::{Config, PREDEFINED, Routing, named as config_named};
pub use self::deployment::{Creator, Deployment, EventStatus, Lifecycle, Status};
pub use self::ending::{ask_stop, sound_alarm};
pub use self::past::{retell, settle};
pub use self::sides::{Label, Side, sides};
pub use self::start::{Refused, Wanted, begin, run_planned};
pub use self::steps::{Hold, continue_on, step};

/// When deployments go back by themselves: `autoRollbackConfiguration`.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AutoRollback {
    pub enabled: bool,
    pub on_failure: bool,
    pub on_alarm: bool,
    pub on_request: bool,
}

impl AutoRollback {
    /// The words of `events[]`.
    pub fn events(self) -> impl Iterator<Item = &'static str> {
        let events = [
            (self.on_failure, "DEPLOYMENT_FAILURE"),
            (self.on_alarm, "DEPLOYMENT_STOP_ON_ALARM"),
            (self.on_request, "DEPLOYMENT_STOP_ON_REQUEST"),
        ];
        events.into_iter().filter_map(|(chosen, word)| chosen.then_some(word))
    }
}

/// `alarmConfiguration`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    pub enabled: bool,
    pub ignores_poll_failure: bool,
    pub alarms: Vec<Arc<str>>,
}

/// What a Lambda function does that a hook calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Succeeds,
    Fails,
    /// It never answers, up to the hour that CodeDeploy waits.
    Hangs,
}

/// A Lambda function at a lifecycle event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    pub event: Lifecycle,
    pub function: Arc<str>,
    pub outcome: Outcome,
    pub takes: Millis,
}

/// A deployment group, which belongs to one service.
#[derive(Clone, Debug)]
pub struct Group {
    pub application: Arc<str>,
    pub name: Arc<str>,
    pub created: Millis,
    pub config: Config,
    /// Minutes for which it waits for a person before the traffic is rerouted; `None`: it goes on by itself.
    pub ready: Option<u32>,
    /// Minutes for which the old task set is kept.
    pub termination: u32,
    pub rollback: AutoRollback,
    pub guard: Guard,
    /// What new revisions of a story have as hooks.
    pub hooks: Vec<Hook>,
}

/// A deployment that a story begins.
#[derive(Clone, Debug)]
pub struct Plan {
    pub service: ServiceKey,
    pub config: Option<Config>,
    pub registered_by: Option<Arc<str>>,
    /// What is wrong with its task set.
    pub trouble: Option<Kind>,
    /// Somebody lets it go on so long after it began to wait.
    pub answered: Option<Millis>,
    pub hooks: Option<Vec<Hook>>,
    /// Changes of environment variables.
    pub variables: Vec<(Arc<str>, Arc<str>)>,
}

/// Everything that CodeDeploy knows.
#[derive(Debug, Default)]
pub struct CodeDeploy {
    pub groups: BTreeMap<ServiceKey, Group>,
    deployments: Vec<Deployment>,
    pub planned: Vec<Plan>,
    by_id: BTreeMap<Arc<str>, DeploymentKey>,
}

impl CodeDeploy {
    pub fn deployment(&self, key: DeploymentKey) -> Option<&Deployment> {
        self.deployments.get(usize::try_from(key.0).ok()?)
    }

    fn deployment_mut(&mut self, key: DeploymentKey) -> Option<&mut Deployment> {
        self.deployments.get_mut(usize::try_from(key.0).ok()?)
    }

    pub fn with_id(&self, id: &str) -> Option<&Deployment> {
        self.deployment(*self.by_id.get(id)?)
    }

    /// All deployments in the order in which they were created.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Deployment> {
        self.deployments.iter().filter(|deployment| !deployment.forgotten)
    }

    /// The deployments of a service, newest first.
    pub fn of(&self, key: ServiceKey) -> impl Iterator<Item = &Deployment> {
        self.all().rev().filter(move |deployment| deployment.service == key)
    }

    /// The one that is not over; a group has one at a time.
    pub fn active(&self, key: ServiceKey) -> Option<&Deployment> {
        self.of(key).find(|deployment| !deployment.status.is_over())
    }

    pub fn last_successful(&self, key: ServiceKey) -> Option<&Deployment> {
        self.of(key).find(|deployment| deployment.status == Status::Succeeded)
    }

    /// The group with these names.
    pub fn group(&self, application: &str, name: &str) -> Option<(ServiceKey, &Group)> {
        let same = |group: &Group| &*group.application == application && &*group.name == name;
        self.groups.iter().find(|(_, group)| same(group)).map(|(key, group)| (*key, group))
    }

    /// As if it had never deployed a service.
    pub fn forget(&mut self, key: ServiceKey) {
        for deployment in self.deployments.iter_mut().filter(|deployment| deployment.service == key) {
            deployment.forgotten = true;
            self.by_id.remove(&deployment.id);
        }
    }

    fn add(&mut self, mut deployment: Deployment) -> DeploymentKey {
        let key = DeploymentKey(u32::try_from(self.deployments.len()).unwrap_or(u32::MAX));
        deployment.key = key;
        self.by_id.insert(Arc::clone(&deployment.id), key);
        self.deployments.push(deployment);
        key
    }
}

/// `d-` and nine capitals or digits.
fn id(world: &World, number: u64) -> Arc<str> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = name::derive(world.seed, Purpose::History, number);
    let letter =
        |place: u32| usize::try_from((bits >> (place * 5)) & 31).ok().and_then(|at| ALPHABET.get(at));
    let letters = (0..9).map(|place| char::from(*letter(place).unwrap_or(&b'A')));
    "d-".chars().chain(letters).collect::<String>().into()
}

/// Changes a recipe's variables, or adds them.
fn with_variables(recipe: &mut Recipe, changes: &[(Arc<str>, Arc<str>)]) {
    let kept =
        recipe.variables.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    recipe.variables = kept.cloned().chain(changes.iter().cloned()).collect();
}
