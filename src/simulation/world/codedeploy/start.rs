//! How deployments begin: by a request, or by the plan of a story.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::agenda::{DeploymentKey, Happening};
use super::super::balancer::{Slot, Traffic, weights};
use super::super::definition::DefinitionKey;
use super::super::deploy;
use super::super::trouble::{self, Trouble};
use super::super::{ServiceKey, World};
use super::deployment::{self, Phase};
use super::{
    AutoRollback, Config, Creator, Deployment, Guard, Hook, Lifecycle, Outcome, Status, appspec, id,
    with_variables,
};

/// How long a Lambda function takes of which nothing is said.
const USUAL_HOOK: Millis = 20_000;

/// A deployment that is asked for. What is not given is the group's.
#[derive(Debug)]
pub struct Wanted {
    pub definition: DefinitionKey,
    pub content: Arc<str>,
    pub hooks: Vec<(Lifecycle, String)>,
    pub config: Option<Config>,
    pub rollback: Option<AutoRollback>,
    pub guard: Option<Guard>,
    pub description: Option<Arc<str>>,
}

/// Why a deployment is not begun.
#[derive(Debug)]
pub enum Refused {
    /// The service has no deployment group.
    NoGroup,
    /// The id of the deployment that is active.
    Active(Arc<str>),
}

/// Begins a deployment, unless the group has one that is active.
pub fn begin(world: &mut World, key: ServiceKey, wanted: Wanted) -> Result<DeploymentKey, Refused> {
    if let Some(active) = world.codedeploy.active(key) {
        return Err(Refused::Active(Arc::clone(&active.id)));
    }
    let group = world.codedeploy.groups.get(&key).cloned().ok_or(Refused::NoGroup)?;
    let known = |event: Lifecycle, function: &str| {
        group.hooks.iter().find(|hook| hook.event == event && &*hook.function == function).cloned()
    };
    let hooks = wanted.hooks.into_iter().map(|(event, function)| {
        known(event, &function).unwrap_or_else(|| Hook {
            event,
            function: function.into(),
            outcome: Outcome::Succeeds,
            takes: USUAL_HOOK,
        })
    });
    let hooks = hooks.collect();
    let number = world.number();
    let mut deployment = blank(world, number, key, wanted.definition, wanted.content);
    deployment.config = wanted.config.unwrap_or(group.config);
    deployment.rollback = wanted.rollback.unwrap_or(group.rollback);
    deployment.guard_overridden = wanted.guard.is_some();
    deployment.guard = wanted.guard.unwrap_or(group.guard);
    deployment.description = wanted.description;
    (deployment.ready, deployment.termination) = (group.ready, group.termination);
    deployment.hooks = hooks;
    let due = world.now + world.between(700..=1_500);
    deployment.due = Some(due);
    let made = world.codedeploy.add(deployment);
    world.agenda.add(due, Happening::CodeDeploy(made));
    Ok(made)
}

/// A deployment of a service that was created now; its id is made from the number.
pub fn blank(
    world: &World,
    number: u64,
    key: ServiceKey,
    definition: DefinitionKey,
    content: Arc<str>,
) -> Deployment {
    let now = world.now;
    let before = world.codedeploy.last_successful(key).map(|last| Arc::clone(&last.content));
    let primary = world.service(key).and_then(|service| service.primary());
    let blue = primary.map_or((0, Slot::First), |primary| (primary.number, primary.slot));
    let tested = weights(world, key, Traffic::Test).is_some();
    Deployment {
        key: DeploymentKey(0),
        id: id(world, number),
        service: key,
        definition,
        content,
        before,
        description: None,
        config: Config { name: super::PREDEFINED[0].into(), routing: super::Routing::AllAtOnce },
        creator: Creator::User,
        status: Status::Created,
        created: now,
        started: None,
        completed: None,
        updated: now,
        error: None,
        rollback: AutoRollback::default(),
        guard: Guard::default(),
        guard_overridden: false,
        rollback_info: None,
        ready: None,
        termination: 0,
        events: deployment::events(tested),
        hooks: Vec::new(),
        phase: Phase::Created,
        due: None,
        stopping: None,
        answered: None,
        blue,
        green: None,
        share: 0,
        next_share: 0,
        unsteady: None,
        promoted: false,
        forgotten: false,
    }
}

/// Begins the deployment that a story planned for now; it does not come about while another one is active.
pub fn run_planned(world: &mut World, place: u32) {
    let plan = usize::try_from(place).ok().and_then(|place| world.codedeploy.planned.get(place));
    let Some(plan) = plan.cloned() else { return };
    let key = plan.service;
    let trouble = plan.trouble.clone();
    let made = deploy::register_next(world, key, |recipe| {
        with_variables(recipe, &plan.variables);
        if let Some(kind) = &trouble {
            trouble::flaw(kind, recipe);
        }
    });
    let Some(definition) = made else { return };
    world.register_as(definition, plan.registered_by);
    let hooks =
        plan.hooks.or_else(|| Some(world.codedeploy.groups.get(&key)?.hooks.clone())).unwrap_or_default();
    let content = appspec::write(world, definition, &hooks).into();
    let wanted = Wanted {
        definition,
        content,
        hooks: Vec::new(),
        config: plan.config,
        rollback: None,
        guard: None,
        description: None,
    };
    let Ok(made) = begin(world, key, wanted) else { return };
    if let Some(deployment) = world.codedeploy.deployment_mut(made) {
        (deployment.hooks, deployment.answered) = (hooks, plan.answered);
    }
    if let Some(service) = world.service_mut(key) {
        service.trouble =
            plan.trouble.map(|kind| Box::new(Trouble { kind, definition: Some(definition), active: true }));
    }
}
