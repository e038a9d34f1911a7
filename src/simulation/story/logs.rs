//! How a story says how a service writes logs, on top of what its name gives it.

use std::sync::Arc;

use serde::Deserialize;

use super::super::Millis;
use super::super::world::World;
use super::super::world::logs::setup::{Driver, GroupTold, Setup, Style};
use super::span::Span;

/// `logs = { rate = 2.5, style = "json", levels = { error = 3 } }`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogStory {
    /// Lines of each task in a second.
    pub rate: Option<f64>,
    pub style: Option<StyleStory>,
    pub levels: Option<LevelStory>,
    pub driver: Option<DriverStory>,
    pub group: Option<GroupStory>,
    /// `awslogs-region`.
    pub region: Option<String>,
    pub mode: Option<ModeStory>,
    pub class: Option<ClassStory>,
    /// Days.
    pub retention: Option<u32>,
    pub multiline: Option<bool>,
    pub colours: Option<bool>,
    pub bursts: Option<bool>,
    pub traces: Option<bool>,
    /// Health checks are written down.
    pub checks: Option<bool>,
    /// The least and the most.
    pub delay: Option<(Span, Span)>,
    /// Percent of the batches that are sent twice.
    pub doubled: Option<f64>,
    /// Lines are written from then on after the start, `for` some time, and not otherwise.
    pub after: Option<Span>,
    pub r#for: Option<Span>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StyleStory {
    Json,
    Plain,
    Access,
}

/// Percent of the lines.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LevelStory {
    #[serde(default)]
    pub error: f64,
    #[serde(default)]
    pub warn: f64,
    #[serde(default)]
    pub debug: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriverStory {
    Awslogs,
    /// Through the log router.
    Datadog,
    Splunk,
    None,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupStory {
    /// Somebody deleted it while the tasks ran.
    Deleted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModeStory {
    Blocking,
    NonBlocking,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassStory {
    Standard,
    InfrequentAccess,
}

/// A share of a thousand.
fn thousandths(number: f64, one: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    let rounded = (number * one).round().clamp(0.0, 100_000_000.0) as u32;
    rounded
}

impl LogStory {
    /// What a service does by its name, changed by what is told. `start` is that of the story.
    pub fn on(&self, usual: &Setup, start: Millis) -> Result<Setup, String> {
        let mut setup = usual.clone();
        if let Some(rate) = self.rate {
            setup.rate = thousandths(rate, 1000.0);
        }
        if let Some(style) = self.style {
            setup.style = match style {
                StyleStory::Json => Style::Json,
                StyleStory::Plain => Style::Plain,
                StyleStory::Access => Style::Access,
            };
            setup.colours &= setup.style == Style::Plain;
        }
        if let Some(levels) = self.levels {
            let share = |percent| thousandths(percent, 10.0);
            setup.levels.error = share(levels.error);
            setup.levels.warn = share(levels.warn);
            setup.levels.debug = share(levels.debug);
        }
        setup.driver = match self.driver {
            None => setup.driver,
            Some(DriverStory::Awslogs) => Driver::CloudWatch,
            Some(DriverStory::Datadog) => Driver::Datadog,
            Some(DriverStory::Splunk) => Driver::Splunk,
            Some(DriverStory::None) => Driver::Nowhere,
        };
        if let Some(region) = &self.region {
            setup.region = Some(region.as_str().into());
        }
        setup.blocking = self.mode.map_or(setup.blocking, |mode| mode == ModeStory::Blocking);
        setup.multiline = self.multiline.unwrap_or(setup.multiline);
        setup.colours = self.colours.unwrap_or(setup.colours);
        setup.bursts = self.bursts.unwrap_or(setup.bursts);
        setup.traces = self.traces.unwrap_or(setup.traces);
        setup.checks = self.checks.unwrap_or(setup.checks);
        if let Some((least, most)) = self.delay {
            if least.0 > most.0 {
                return Err("the `delay` of its logs has the least before the most".to_owned());
            }
            setup.delay = (least.0, most.0);
        }
        if let Some(percent) = self.doubled {
            setup.doubled = thousandths(percent, 10.0);
        }
        match (self.after, self.r#for) {
            (None, None) => {}
            (after, Some(span)) => {
                let from = start + after.unwrap_or_default().0;
                setup.window = Some((from, from + span.0));
            }
            (Some(_), None) => return Err("the logs that begin `after` a time last `for` a time".to_owned()),
        }
        Ok(setup)
    }

    /// Makes the log group of a service what is told.
    pub fn tell_group(&self, world: &mut World, service: &str) {
        let told = GroupTold {
            deleted: self.group.is_some(),
            infrequent: self.class == Some(ClassStory::InfrequentAccess),
            retention: self.retention,
        };
        if told != GroupTold::default() {
            world.logs.told.insert(Arc::from(format!("/ecs/{service}")), told);
        }
    }
}
