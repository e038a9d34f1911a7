//! CloudWatch Logs: what containers write is worked out when somebody asks, so that nobody pays for unread lines.
//!
//! Every second of a stream is a function of the seed, the task and the second. Only what is put through the API is
//! stored.

pub mod put;
pub mod setup;
mod spark;
mod sparks;
pub mod stream;
mod text;
pub mod walk;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::super::Millis;
use super::super::name::{self, Purpose};
use super::World;
use super::definition::DefinitionKey;
use super::task::Task;

use self::put::PutGroup;
use self::setup::GroupTold;
use self::stream::Stream;

const DAY: Millis = 86_400_000;

/// So many tasks of a definition have streams after ECS forgot them, the newest ones.
const KEPT_TASKS: usize = 400;

/// A Region and the name of a group in it.
pub type GroupKey = (Arc<str>, Arc<str>);

/// What CloudWatch Logs keeps.
#[derive(Debug, Default)]
pub struct Logs {
    /// Tasks that ECS no longer knows.
    gone: BTreeMap<DefinitionKey, VecDeque<Task>>,
    pub told: BTreeMap<Arc<str>, GroupTold>,
    pub put: BTreeMap<GroupKey, PutGroup>,
}

impl Logs {
    /// Keeps what is needed to write the lines of a task again.
    pub fn remember(&mut self, task: Task) {
        if task.times.started.is_none() {
            return;
        }
        let tasks = self.gone.entry(task.definition).or_default();
        if tasks.len() == KEPT_TASKS {
            tasks.pop_front();
        }
        tasks.push_back(task);
    }
}

/// A log group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub region: Arc<str>,
    pub name: Arc<str>,
    pub created: Millis,
    pub infrequent: bool,
    /// Days.
    pub retention: Option<u32>,
}

impl Group {
    /// The ARN without `:*`.
    pub fn arn(&self, world: &World) -> String {
        format!("arn:aws:logs:{}:{}:log-group:{}", self.region, world.place.account, self.name)
    }

    /// Events before this moment are gone.
    pub fn kept_since(&self, now: Millis) -> Millis {
        self.retention.map_or(Millis::MIN, |days| now - Millis::from(days) * DAY)
    }
}

/// The group with a name in a Region, if there is one.
pub fn group(world: &World, region: &str, name: &str) -> Option<Group> {
    let put = world.logs.put.get(&(Arc::from(region), Arc::from(name)));
    if let Some(put) = put.filter(|put| put.made) {
        return Some(Group {
            region: region.into(),
            name: name.into(),
            created: put.created,
            infrequent: put.infrequent,
            retention: None,
        });
    }
    let told = world.logs.told.get(name).cloned().unwrap_or_default();
    let mut writers = writers(world, region, name).into_iter().filter_map(|key| world.definition(key));
    let first = writers.next().filter(|_| !told.deleted)?;
    let number = name::derive(world.seed, Purpose::Log, name::number_of(name));
    let usual = [None, Some(7), Some(14), Some(30), Some(30), Some(90)];
    let usual = usual.into_iter().nth(usize::try_from(number % 6).unwrap_or_default()).flatten();
    Some(Group {
        region: region.into(),
        name: name.into(),
        created: first.registered - DAY,
        infrequent: told.infrequent,
        retention: told.retention.or(usual),
    })
}

/// The names of all groups of a Region, in order.
pub fn group_names(world: &World, region: &str) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        world.definitions.iter().fold(BTreeSet::new(), |mut names, definition| {
            let here = stream::outputs(definition).into_iter().filter(|output| is_in(world, output, region));
            names.extend(here.map(|output| output.group));
            names
        });
    names.retain(|name| !world.logs.told.get(name.as_str()).is_some_and(|told| told.deleted));
    let made = world.logs.put.iter().filter(|((of, _), put)| put.made && **of == *region);
    names.extend(made.map(|((_, name), _)| name.to_string()));
    names
}

/// The definitions that write to a group.
fn writers(world: &World, region: &str, group: &str) -> Vec<DefinitionKey> {
    let writes = |key: &DefinitionKey| {
        world.definition(*key).is_some_and(|definition| {
            stream::may_write(definition, group)
                && stream::outputs(definition)
                    .iter()
                    .any(|output| output.group == group && is_in(world, output, region))
        })
    };
    (0..world.definitions.len())
        .filter_map(|place| u32::try_from(place).ok())
        .map(DefinitionKey)
        .filter(writes)
        .collect()
}

fn is_in(world: &World, output: &stream::Output, region: &str) -> bool {
    output.region.as_deref().unwrap_or(&world.place.region) == region
}

/// The streams that tasks write to a group, in the order of their names; those of a young task are among them.
pub fn streams(world: &World, group: &Group) -> Vec<Stream> {
    let writers: BTreeSet<_> = writers(world, &group.region, &group.name).into_iter().collect();
    if writers.is_empty() {
        return Vec::new();
    }
    let mut streams = Vec::new();
    let mut add = |task: &Task| {
        let Some(definition) = world.definition(task.definition) else { return };
        let setup = stream::setup(world, definition);
        let outputs = stream::outputs(definition).into_iter();
        let outputs =
            outputs.filter(|output| *output.group == *group.name && is_in(world, output, &group.region));
        streams.extend(outputs.filter_map(|output| stream::of_task(world, task, &output, &setup)));
    };
    for key in &writers {
        world.logs.gone.get(key).into_iter().flatten().for_each(&mut add);
    }
    world.tasks.values().filter(|task| writers.contains(&task.definition)).for_each(&mut add);
    streams.sort_by(|a, b| a.name.cmp(&b.name));
    streams
}
