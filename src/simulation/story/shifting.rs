//! How a service of a story shifts traffic and how well it answers.

use super::super::world::quality::Quality;
use super::super::world::strategy::{ALL, Kind, Strategy};
use super::file::ServiceStory;
use super::strategy::{QualityStory, StrategyStory, minutes, rounded};

/// The strategy of a service; one without is deployed task by task.
pub fn strategy(story: &ServiceStory, account: &str, region: &str) -> Result<Strategy, String> {
    let step = story.step.map(|percent| rounded(percent * 10.0).clamp(1, ALL));
    let bake = minutes(story.step_bake);
    let kind = match story.strategy {
        None if story.hooks.is_empty() => return Ok(Strategy::default()),
        None => return Err("`hooks` need a `strategy`".to_owned()),
        Some(StrategyStory::BlueGreen) => Kind::BlueGreen,
        Some(StrategyStory::Canary) => Kind::Canary { percent: step.unwrap_or(50), bake: bake.unwrap_or(10) },
        Some(StrategyStory::Linear) => Kind::Linear { percent: step.unwrap_or(100), bake: bake.unwrap_or(6) },
    };
    let hooks = story.hooks.iter().map(|hook| hook.read(account, region)).collect::<Result<_, _>>()?;
    Ok(Strategy { kind, bake: minutes(story.bake).unwrap_or(5), hooks })
}

/// How well the revision answers that runs when the story begins.
pub fn quality(story: &ServiceStory) -> Quality {
    QualityStory { errors: story.errors, latency: story.latency }.on(Quality::default())
}
