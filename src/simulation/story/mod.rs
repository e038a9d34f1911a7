//! Stories: TOML files that say which services a world has, what is wrong with them and since when.

use std::fmt;
use std::sync::Arc;

mod alarm;
mod behaviour;
mod blueprint;
mod change;
mod codedeploy;
mod file;
mod logs;
mod scaling;
mod shifting;
mod span;
mod strategy;

pub use self::behaviour::Behaviour;
use self::blueprint::{blueprint, with_tags};
pub use self::file::Story;
use self::file::{BalancerStory, BalancerType, ControllerStory, Insights, ServiceStory, TaskStory};
use super::Millis;
use super::actor::{self, Actors};
use super::fault::{Fault, Faults, Matches};
use super::generate;
use super::name::Place;
use super::world::balancer::{self, Kind, Routing};
use super::world::load::Load;
use super::world::settle;
use super::world::task::{Capacity, Fate, Owner};
use super::world::trouble::Trouble;
use super::world::{ClusterKey, NewTask, World, life};

/// The stories that every binary has.
pub const EMBEDDED: [(&str, &str); 8] = [
    ("alarm", include_str!("../../../assets/stories/alarm.toml")),
    ("blue-green", include_str!("../../../assets/stories/blue-green.toml")),
    ("calm", include_str!("../../../assets/stories/calm.toml")),
    ("canary", include_str!("../../../assets/stories/canary.toml")),
    ("flood", include_str!("../../../assets/stories/flood.toml")),
    ("incident", include_str!("../../../assets/stories/incident.toml")),
    ("silence", include_str!("../../../assets/stories/silence.toml")),
    ("stuck", include_str!("../../../assets/stories/stuck.toml")),
];

/// As many deployments as a service may remember.
const MOST_HISTORY: u32 = 30;

/// How long the tasks that a story protects stay protected after its start.
const PROTECTED_FOR: Millis = 6 * 60 * 60_000;

/// Why a story cannot be told: a sentence for people, with the line where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryError(String);

impl StoryError {
    pub fn unknown(name: &str, known: &[&str]) -> Self {
        Self(format!("there is no story {name:?}; there are {}", known.join(", ")))
    }

    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for StoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StoryError {}

impl Story {
    pub fn read(text: &str) -> Result<Self, StoryError> {
        toml::from_str(text).map_err(|error| StoryError::new(error.to_string().trim_end()))
    }

    /// The faults of the story, with absolute times.
    pub fn faults(&self, start: Millis) -> Result<Faults, StoryError> {
        let mut faults = Faults::default();
        for fault in &self.fault {
            let (service, operation, cluster) =
                (fault.service.clone(), fault.operation.clone(), fault.cluster.clone());
            if fault.every == Some(0) {
                return Err(StoryError::new("a fault's `every` counts calls from 1"));
            }
            let from = start + fault.after.0;
            faults.add(Fault {
                matches: Matches { service, operation, cluster },
                effect: fault.effect.clone(),
                from: Some(from),
                until: fault.r#for.map(|span| from + span.0),
                every: fault.every,
            });
        }
        Ok(faults)
    }

    /// What others are going to do, with absolute times.
    pub fn actors(&self, start: Millis) -> Result<Actors, StoryError> {
        let mut acts = Vec::new();
        for actor in &self.actor {
            let (cluster, service) = actor.place()?;
            let told = self.cluster.iter().find(|told| told.name == cluster).is_some_and(|told| {
                told.service.iter().chain(&told.services).any(|told| told.name == service)
            });
            if !told {
                return Err(StoryError::new(format!("there is no service {:?} for an actor", actor.service)));
            }
            if actor.before.is_some_and(|before| before.0 > self.past.0) {
                return Err(StoryError::new(
                    "an actor's `before` reaches further back than the story's `past`",
                ));
            }
            acts.extend(actor.acts(start)?);
        }
        Ok(Actors::new(acts))
    }

    /// Builds the world before the start and plays it up to there.
    pub fn play(&self, start: Millis) -> Result<World, StoryError> {
        let place = Place { account: self.account.as_str().into(), region: self.region.as_str().into() };
        let mut world = World::new(place, self.seed, start - self.past.0);
        for cluster in &self.cluster {
            if world.cluster_named(&cluster.name).is_some() {
                return Err(StoryError::new(format!("there are two clusters {:?}", cluster.name)));
            }
            let insights = match cluster.insights {
                Insights::Disabled => "disabled",
                Insights::Enabled => "enabled",
                Insights::Enhanced => "enhanced",
            };
            let key = world.add_cluster(cluster.name.as_str().into(), insights);
            if let Some(made) = world.cluster_mut(key) {
                made.tags = with_tags(&made.tags, &cluster.tags);
            }
            for service in cluster.service.iter().chain(&cluster.services) {
                self.add_service(&mut world, key, service, start)?;
            }
        }
        let services =
            self.cluster.iter().flat_map(|cluster| cluster.service.iter().chain(&cluster.services));
        let named = services.flat_map(|service| service.alarms.iter().flatten()).map(String::as_str);
        alarm::make(&mut world, &self.alarm, named, start);
        // Tasks without a service are run when their time comes, so in the order of their times.
        let mut tasks: Vec<_> = self.task.iter().collect();
        tasks.sort_by_key(|task| std::cmp::Reverse(task.since.0));
        let mut others = self.actors(start)?;
        for task in tasks {
            actor::play(&mut world, &mut others, start - task.since.0);
            run_task(&mut world, task)?;
        }
        actor::play(&mut world, &mut others, start);
        Ok(world)
    }

    fn add_service(
        &self,
        world: &mut World,
        cluster: ClusterKey,
        story: &ServiceStory,
        start: Millis,
    ) -> Result<(), StoryError> {
        let wrong = |text: &str| Err(StoryError::new(format!("service {:?}: {text}", story.name)));
        if world.service_named(cluster, &story.name).is_some() {
            return wrong("its cluster has another service of this name");
        }
        let since = story.since.unwrap_or_default().0;
        if since > self.past.0 {
            return wrong("`since` reaches further back than the story's `past`");
        }
        if story.since.is_some() && story.after.is_some() {
            return wrong("a behaviour began `since` some time or begins `after` some time, not both");
        }
        let by_ecs =
            !matches!(story.controller, Some(ControllerStory::CodeDeploy | ControllerStory::External))
                && story.code_deploy.is_none();
        if !by_ecs && story.behaviour != Behaviour::Steady {
            return wrong("only a service whose deployments ECS carries out has a behaviour");
        }
        let before = settle::definitions_before(story.history);
        if story.history > MOST_HISTORY || story.revision.is_some_and(|revision| revision <= before + 1) {
            return wrong("its `history` needs a higher `revision`, and has at most 30 deployments");
        }
        if story.scaling.as_ref().is_some_and(|scaling| scaling.min > scaling.max) {
            return wrong("the `min` of its scaling is above its `max`");
        }
        let strategy = shifting::strategy(story, &self.account, &self.region);
        let strategy = match strategy {
            Ok(strategy) if strategy.shifts() && !by_ecs => {
                return wrong("a `strategy` is for services whose deployments ECS carries out");
            }
            Ok(strategy) => strategy,
            Err(text) => return wrong(&text),
        };
        let mut blueprint = blueprint(cluster, story, self.seed, strategy);
        if let Some(logs) = &story.logs {
            match logs.on(&blueprint.recipe.logs, start) {
                Ok(setup) => blueprint.recipe.logs = Arc::new(setup),
                Err(text) => return wrong(&text),
            }
            logs.tell_group(world, &story.name);
        }
        let key = settle::service(world, blueprint);
        if let Some(service) = world.service_mut(key) {
            let trouble = story.behaviour.trouble();
            service.trouble = trouble.map(|kind| Box::new(Trouble { kind, definition: None, active: false }));
            if story.behaviour == Behaviour::Rolling {
                service.redeploy_every = story.every.map(|span| span.0);
            }
            let step = story.load_step.map_or(60_000, |span| span.0);
            service.load = story.load.clone().map(|values| Load { from: start, step, values });
            service.requests.usual = story.requests;
            service.requests.tests = story.tests;
            service.green = story.green.map(|green| green.on(shifting::quality(story)));
            service.room = story.room.map(|room| (room, story.room_ends.into()));
        }
        if story.load_balancer.and_then(BalancerStory::kind) == Some(BalancerType::Network) {
            let routing = balancer::routing(world, key).unwrap_or(Routing::USUAL);
            balancer::lead(world, key, Routing { kind: Kind::Network, own: true, ..routing });
        }
        if let Some(told) = &story.code_deploy {
            let alarms = story.alarms.as_deref().unwrap_or_default();
            codedeploy::tell(world, key, told, alarms, (start, self.past.0))
                .map_err(|text| StoryError::new(format!("service {:?}: {text}", story.name)))?;
        }
        settle::protect(world, key, story.protected, start + PROTECTED_FOR);
        if let Some(scaling) = &story.scaling {
            scaling::register(world, key, scaling, start);
        }
        let begins = start - since + story.after.unwrap_or_default().0;
        settle::schedule(world, key, begins, story.behaviour == Behaviour::Rolling);
        Ok(())
    }
}

fn run_task(world: &mut World, story: &TaskStory) -> Result<(), StoryError> {
    let cluster = world.cluster_named(&story.cluster).map(|cluster| cluster.key);
    let cluster =
        cluster.ok_or_else(|| StoryError::new(format!("there is no cluster {:?}", story.cluster)))?;
    let (mut recipe, settings) = generate::usual(&story.name, world.seed);
    (recipe.port, recipe.envoy, recipe.health_check) = (None, false, false);
    let registered = world.now - 30 * 86_400_000;
    let body = super::world::definition::Body::Recipe(recipe);
    let definition = match world.find_definition(&story.name, None) {
        Some(known) => known,
        None => world.add_definition(&Arc::from(story.name.as_str()), 4, registered, body),
    };
    let fate = match story.runs {
        Some(span) => Fate::Exits { after: span.0, code: story.exit },
        None => Fate::Lives,
    };
    let owner = Owner::Alone {
        started_by: story.started_by.as_deref().map(Arc::from),
        group: format!("family:{}", story.name).into(),
    };
    let capacity = Capacity::LaunchType;
    let task = world.add_task(NewTask { cluster, owner, definition, capacity, exec: settings.exec, fate });
    life::begin(world, task);
    Ok(())
}
