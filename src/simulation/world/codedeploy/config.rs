//! Deployment configurations: how the traffic is shifted over time.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::World;

/// The configurations that every account has.
pub const PREDEFINED: [&str; 5] = [
    "CodeDeployDefault.ECSAllAtOnce",
    "CodeDeployDefault.ECSCanary10Percent5Minutes",
    "CodeDeployDefault.ECSCanary10Percent15Minutes",
    "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
    "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
];

/// `trafficRoutingConfig`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    AllAtOnce,
    /// A share, and after so many minutes the rest.
    Canary {
        percent: u16,
        minutes: u32,
    },
    /// The same share again each so many minutes.
    Linear {
        percent: u16,
        minutes: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub name: Arc<str>,
    pub routing: Routing,
}

impl Config {
    /// A configuration by its name, from which its figures are read: `….ECSCanary10Percent5Minutes`. Names of one's own
    /// may begin with anything.
    pub fn read(name: &str) -> Option<Self> {
        let (_, kind) = name.rsplit_once(".ECS")?;
        let figures = |rest: &str, between: &str| {
            let (percent, minutes) = rest.strip_suffix("Minutes")?.split_once(between)?;
            let percent = percent.parse::<u16>().ok().filter(|percent| (1..100).contains(percent))?;
            Some((percent, minutes.parse().ok()?))
        };
        let routing = if kind == "AllAtOnce" {
            Routing::AllAtOnce
        } else if let Some(rest) = kind.strip_prefix("Canary") {
            let (percent, minutes) = figures(rest, "Percent")?;
            Routing::Canary { percent, minutes }
        } else {
            let (percent, minutes) = figures(kind.strip_prefix("Linear")?, "PercentEvery")?;
            Routing::Linear { percent, minutes }
        };
        Some(Self { name: name.into(), routing })
    }
}

impl Routing {
    /// What the new task set gets at first.
    pub fn first(self) -> u16 {
        match self {
            Self::AllAtOnce => 100,
            Self::Canary { percent, .. } | Self::Linear { percent, .. } => percent,
        }
    }

    /// What it gets after it had `share`.
    pub fn next(self, share: u16) -> u16 {
        match self {
            Self::AllAtOnce | Self::Canary { .. } => 100,
            Self::Linear { percent, .. } => (share + percent).min(100),
        }
    }

    /// How long it takes from the first share to all.
    pub fn whole(self) -> Millis {
        let (mut share, mut took) = (self.first(), 0);
        while share < 100 {
            share = self.next(share);
            took += self.interval();
        }
        took
    }

    /// How long each share lasts.
    pub fn interval(self) -> Millis {
        match self {
            Self::AllAtOnce => 0,
            Self::Canary { minutes, .. } | Self::Linear { minutes, .. } => Millis::from(minutes) * 60_000,
        }
    }
}

/// A configuration that exists: a predefined one, or one that a group or deployment uses.
pub fn named(world: &World, name: &str) -> Option<Config> {
    if PREDEFINED.contains(&name) {
        return Config::read(name);
    }
    let groups = world.codedeploy.groups.values().map(|group| &group.config);
    let used = world.codedeploy.all().map(|deployment| &deployment.config);
    groups.chain(used).find(|config| &*config.name == name).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_names() {
        let routing = |name: &str| Config::read(name).map(|config| config.routing);
        let canary = routing("CodeDeployDefault.ECSCanary10Percent15Minutes");
        assert_eq!(canary, Some(Routing::Canary { percent: 10, minutes: 15 }));
        let linear = routing("Team.ECSLinear25PercentEvery2Minutes");
        assert_eq!(linear, Some(Routing::Linear { percent: 25, minutes: 2 }));
        assert_eq!(PREDEFINED.map(|name| routing(name).is_some()), [true; 5]);
        assert_eq!(routing("Team.ECSCanary0Percent5Minutes"), None);
    }

    #[test]
    fn shares_grow_to_all() {
        assert_eq!(Routing::Linear { percent: 40, minutes: 1 }.whole(), 120_000);
        assert_eq!(Routing::AllAtOnce.whole(), 0);
        let linear = Routing::Linear { percent: 40, minutes: 1 };
        assert_eq!([linear.first(), linear.next(40), linear.next(80)], [40, 80, 100]);
        assert_eq!(Routing::Canary { percent: 10, minutes: 5 }.next(10), 100);
    }
}
