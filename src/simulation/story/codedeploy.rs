//! How a story says how CodeDeploy deploys a service, and which deployments it carries out.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::super::Millis;
use super::super::world::agenda::Happening;
use super::super::world::balancer::{self, Kind, Routing};
use super::super::world::codedeploy::{
    self, AutoRollback, Config, Guard, Hook, Lifecycle, Outcome, Plan, Routing as Shift,
};
use super::super::world::{ServiceKey, World};
use super::behaviour::Behaviour;
use super::span::Span;

/// `code-deploy = { … }` of a service, which makes CodeDeploy its controller.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodeDeployStory {
    /// A name such as `CodeDeployDefault.ECSCanary10Percent5Minutes`; its figures are read from it, so that
    /// `Team.ECSLinear25PercentEvery2Minutes` is one, too.
    pub config: Option<String>,
    /// How long it waits for a person before traffic is rerouted; without it nobody is waited for.
    pub ready: Option<Span>,
    /// How long the old task set is kept.
    pub termination: Option<Span>,
    /// When it goes back by itself; all three if it is not said.
    pub rollback: Option<Vec<RollbackOn>>,
    #[serde(default = "yes")]
    pub test_listener: bool,
    #[serde(default)]
    pub hooks: Vec<HookStory>,
    /// CodeDeploy has never deployed it: its task set is the one that the service was made with.
    #[serde(default)]
    pub fresh: bool,
    pub application: Option<String>,
    pub group: Option<String>,
    #[serde(default)]
    pub deployments: Vec<DeploymentStory>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollbackOn {
    Failure,
    Alarm,
    Stop,
}

/// A Lambda function at a lifecycle event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HookStory {
    pub event: HookEvent,
    pub function: String,
    #[serde(default)]
    pub outcome: OutcomeStory,
    pub takes: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookEvent {
    BeforeInstall,
    AfterInstall,
    AfterAllowTestTraffic,
    BeforeAllowTraffic,
    AfterAllowTraffic,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeStory {
    #[default]
    Succeeds,
    Fails,
    Hangs,
}

/// A deployment of a new revision.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeploymentStory {
    /// How long before the start it was created.
    pub since: Option<Span>,
    /// How long after the start it is created.
    pub after: Option<Span>,
    pub config: Option<String>,
    /// Who registered the new definition: `assumed-role/<role>/<session>`.
    pub registered_by: Option<String>,
    /// What becomes of the new tasks.
    #[serde(default)]
    pub behaviour: Behaviour,
    /// Somebody lets it go on so long after it began to wait.
    pub answered: Option<Span>,
    /// In place of those of the group.
    pub hooks: Option<Vec<HookStory>>,
    /// Environment variables that the new revision changes or adds.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

impl HookStory {
    fn hook(&self) -> Hook {
        Hook {
            event: match self.event {
                HookEvent::BeforeInstall => Lifecycle::BeforeInstall,
                HookEvent::AfterInstall => Lifecycle::AfterInstall,
                HookEvent::AfterAllowTestTraffic => Lifecycle::AfterAllowTestTraffic,
                HookEvent::BeforeAllowTraffic => Lifecycle::BeforeAllowTraffic,
                HookEvent::AfterAllowTraffic => Lifecycle::AfterAllowTraffic,
            },
            function: self.function.as_str().into(),
            outcome: match self.outcome {
                OutcomeStory::Succeeds => Outcome::Succeeds,
                OutcomeStory::Fails => Outcome::Fails,
                OutcomeStory::Hangs => Outcome::Hangs,
            },
            takes: self.takes.map_or(20_000, |takes| takes.0),
        }
    }
}

fn hooks(told: &[HookStory]) -> Vec<Hook> {
    told.iter().map(HookStory::hook).collect()
}

/// The configuration with a name, for a load balancer of a kind.
fn config(name: &str, kind: Option<Kind>) -> Result<Config, String> {
    let config = Config::read(name).ok_or_else(|| {
        format!(
            "{name:?} is no configuration; one is called like CodeDeployDefault.ECSCanary10Percent5Minutes"
        )
    })?;
    if kind == Some(Kind::Network) && config.routing != Shift::AllAtOnce {
        return Err("behind a Network Load Balancer the traffic is shifted all at once only".to_owned());
    }
    Ok(config)
}

fn minutes(span: Span) -> u32 {
    u32::try_from(span.0 / 60_000).unwrap_or(u32::MAX)
}

/// Gives the group of a settled service what the story says, and plans the deployments; `past` is how far back they
/// may begin.
pub fn tell(
    world: &mut World,
    key: ServiceKey,
    story: &CodeDeployStory,
    alarms: &[String],
    (start, past): (Millis, Millis),
) -> Result<(), String> {
    let routing = balancer::routing(world, key);
    let kind = routing.map(|routing| routing.kind);
    let named = story.config.as_deref().map(|name| config(name, kind)).transpose()?;
    if let Some(routing) = routing.filter(|_| !story.test_listener) {
        balancer::lead(world, key, Routing { test: None, ..routing });
    }
    let Some(group) = world.codedeploy.groups.get_mut(&key) else {
        return Err("CodeDeploy is not its controller".to_owned());
    };
    group.config = named.unwrap_or_else(|| group.config.clone());
    group.ready = story.ready.map(minutes);
    group.termination = story.termination.map_or(group.termination, minutes);
    if let Some(chosen) = &story.rollback {
        let on = |event| chosen.contains(&event);
        group.rollback = AutoRollback {
            enabled: !chosen.is_empty(),
            on_failure: on(RollbackOn::Failure),
            on_alarm: on(RollbackOn::Alarm),
            on_request: on(RollbackOn::Stop),
        };
    }
    let alarms: Vec<Arc<str>> = alarms.iter().map(|name| name.as_str().into()).collect();
    group.guard = Guard { enabled: !alarms.is_empty(), ignores_poll_failure: false, alarms };
    group.hooks = hooks(&story.hooks);
    if let Some(name) = &story.application {
        group.application = name.as_str().into();
    }
    if let Some(name) = &story.group {
        group.name = name.as_str().into();
    }
    codedeploy::retell(world, key);
    if story.fresh {
        world.codedeploy.forget(key);
        if let Some(set) = world.service_mut(key).and_then(|service| service.primary_mut()) {
            set.external = None;
        }
    }
    for told in &story.deployments {
        let at = match (told.since, told.after) {
            (Some(since), None) if since.0 <= past => start - since.0,
            (Some(_), None) => return Err("a deployment began before the story's `past`".to_owned()),
            (None, Some(after)) => start + after.0,
            _ => return Err("a deployment began `since` some time or begins `after` some time".to_owned()),
        };
        let variables = told
            .variables
            .iter()
            .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
            .collect();
        let plan = Plan {
            service: key,
            config: told.config.as_deref().map(|name| config(name, kind)).transpose()?,
            registered_by: told.registered_by.as_deref().map(Arc::from),
            trouble: told.behaviour.trouble(),
            answered: told.answered.map(|span| span.0),
            hooks: told.hooks.as_deref().map(hooks),
            variables,
        };
        let place = u32::try_from(world.codedeploy.planned.len()).unwrap_or(u32::MAX);
        world.codedeploy.planned.push(plan);
        world.agenda.add(at, Happening::Planned(place));
    }
    Ok(())
}
