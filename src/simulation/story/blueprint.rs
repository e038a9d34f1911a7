//! What a service of a story is made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::generate;
use super::super::world::ClusterKey;
use super::super::world::settings::{Alarms, Breaker, Controller, Settings};
use super::super::world::settle::Blueprint;
use super::super::world::strategy::Strategy;
use super::super::world::task::Capacity;
use super::file::{BreakerStory, CapacityStory, ServiceStory, Sidecar};
use super::shifting;

/// Whether a service is behind a load balancer, if that is said: CodeDeploy needs one.
fn balanced(story: &ServiceStory) -> Option<bool> {
    let told = story.load_balancer.map(|balancer| balancer.kind().is_some());
    told.or(story.code_deploy.as_ref().map(|_| true))
}

/// What a story says of a service, on top of what its name gives it.
pub fn blueprint(cluster: ClusterKey, story: &ServiceStory, seed: u64, strategy: Strategy) -> Blueprint {
    let (mut recipe, mut settings) = generate::usual(&story.name, seed);
    settings.strategy = strategy;
    recipe.quality = shifting::quality(story);
    if let Some(size) = story.size {
        (recipe.cpu, recipe.memory) = size;
    }
    if let Some(architecture) = story.architecture {
        recipe.architecture = architecture.into();
    }
    if let Some(sidecars) = &story.sidecars {
        recipe.envoy = sidecars.contains(&Sidecar::Envoy);
        recipe.log_router = sidecars.contains(&Sidecar::LogRouter);
    }
    recipe.health_check = story.health_check.unwrap_or(recipe.health_check);
    if let Some(variables) = &story.variables {
        recipe.variables =
            variables.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect();
    }
    if let Some(secrets) = &story.secrets {
        recipe.secrets = secrets.iter().map(|name| name.as_str().into()).collect();
    }
    if let Some(balanced) = balanced(story) {
        settings.balanced = balanced;
        recipe.port = balanced.then_some(8080);
        settings.grace = balanced.then_some(60);
    }
    if let Some(capacity) = story.capacity {
        settings.capacity = match capacity {
            CapacityStory::LaunchType => Capacity::LaunchType,
            CapacityStory::OnDemand => Capacity::OnDemand,
            CapacityStory::Spot => Capacity::Spot,
        };
    }
    if let Some(breaker) = story.breaker {
        settings.breaker = match breaker {
            BreakerStory::Off => None,
            BreakerStory::On => Some(Breaker::new(false)),
            BreakerStory::Rollback => Some(Breaker::new(true)),
        };
    }
    change_settings(&mut settings, story);
    Blueprint {
        cluster,
        name: story.name.as_str().into(),
        tasks: story.tasks,
        revision: story
            .revision
            .unwrap_or(2 + u32::from(recipe.tag.as_bytes().first().copied().unwrap_or(9))),
        recipe,
        settings: Arc::new(settings),
        history: story.history,
    }
}

fn change_settings(settings: &mut Settings, story: &ServiceStory) {
    settings.exec = story.exec.unwrap_or(settings.exec);
    settings.minimum_percent = story.minimum_percent.unwrap_or(settings.minimum_percent);
    settings.maximum_percent = story.maximum_percent.unwrap_or(settings.maximum_percent);
    settings.pull = story.pull.map_or(settings.pull, |span| span.0);
    settings.controller = story.controller.map_or(settings.controller, Into::into);
    if story.code_deploy.is_some() {
        settings.controller = Controller::CodeDeploy;
    }
    settings.tags = with_tags(&settings.tags, &story.tags);
    // Those of CodeDeploy are its deployment group's.
    let alarms = story.alarms.as_ref().filter(|_| settings.controller == Controller::Ecs);
    settings.alarms = alarms.map(|names| {
        let names = names.iter().map(|name| name.as_str().into()).collect();
        Arc::new(Alarms { names, enabled: true, rollback: true })
    });
}

/// Tags with others that are added or take their place.
pub fn with_tags(
    usual: &[(Arc<str>, Arc<str>)],
    told: &BTreeMap<String, String>,
) -> Arc<[(Arc<str>, Arc<str>)]> {
    let kept = usual.iter().filter(|(key, _)| !told.contains_key(&**key)).cloned();
    kept.chain(told.iter().map(|(key, value)| (key.as_str().into(), value.as_str().into()))).collect()
}
