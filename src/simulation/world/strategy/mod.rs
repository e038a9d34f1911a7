//! How ECS deploys a service: all at once behind a second target group, in traffic steps, or task by task.

mod stage;

use std::sync::Arc;

use super::super::Millis;

pub use self::stage::Stage;

const MINUTE: Millis = 60_000;

/// All of the traffic, in tenths of a percent.
pub const ALL: u32 = 1_000;

/// `strategy`, with what belongs to it. Percentages are tenths of a percent, times are minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Rolling,
    BlueGreen,
    Canary {
        percent: u32,
        bake: u32,
    },
    Linear {
        percent: u32,
        bake: u32,
    },
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Rolling => "ROLLING",
            Self::BlueGreen => "BLUE_GREEN",
            Self::Canary { .. } => "CANARY",
            Self::Linear { .. } => "LINEAR",
        }
    }
}

/// What happens if nobody answers a hook in time, and what an answer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookAction {
    Continue,
    Rollback,
}

impl HookAction {
    pub fn word(self) -> &'static str {
        match self {
            Self::Continue => "CONTINUE",
            Self::Rollback => "ROLLBACK",
        }
    }
}

/// How a Lambda function that is called as a hook ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LambdaEnd {
    Succeeds,
    Fails,
    /// It says IN_PROGRESS over and over.
    Hangs,
}

/// What a hook does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookTarget {
    Pause,
    Lambda { arn: Arc<str>, role: Option<Arc<str>>, end: LambdaEnd },
}

impl HookTarget {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pause => "PAUSE",
            Self::Lambda { .. } => "AWS_LAMBDA",
        }
    }

    /// A function that ends as its name says: `…-fails` and `…-hangs` do so, every other one succeeds.
    pub fn lambda(arn: &str, role: Option<&str>) -> Self {
        let end = match arn {
            _ if arn.ends_with("-fails") => LambdaEnd::Fails,
            _ if arn.ends_with("-hangs") => LambdaEnd::Hangs,
            _ => LambdaEnd::Succeeds,
        };
        Self::Lambda { arn: arn.into(), role: role.map(Arc::from), end }
    }
}

/// An entry of `lifecycleHooks[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    pub target: HookTarget,
    pub stages: Vec<Stage>,
    /// Minutes.
    pub timeout: u32,
    pub action: HookAction,
}

impl Hook {
    /// Minutes that AWS waits if nothing is said.
    pub const USUAL_TIMEOUT: u32 = 1_440;
}

/// The part of `deploymentConfiguration` that tells how traffic moves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strategy {
    pub kind: Kind,
    /// Minutes for which blue is kept after all traffic went to green.
    pub bake: u32,
    pub hooks: Vec<Hook>,
}

/// One step of production traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Green's share after it, in tenths of a percent.
    pub weight: u32,
    /// How long to wait after it, in milliseconds.
    pub bake: Millis,
}

impl Strategy {
    /// Whether green runs beside blue and traffic moves from one to the other.
    pub fn shifts(&self) -> bool {
        self.kind != Kind::Rolling
    }

    /// The steps of production traffic; the last one is all of it and is followed by no wait of its own.
    pub fn steps(&self) -> Vec<Step> {
        let wait = |minutes: u32| Millis::from(minutes) * MINUTE;
        let mut steps = match self.kind {
            Kind::Rolling | Kind::BlueGreen => Vec::new(),
            Kind::Canary { percent, bake } => vec![Step { weight: percent, bake: wait(bake) }],
            Kind::Linear { percent, bake } => {
                let step = usize::try_from(percent.max(1)).unwrap_or(1);
                (percent..ALL).step_by(step).map(|weight| Step { weight, bake: wait(bake) }).collect()
            }
        };
        steps.retain(|step| step.weight < ALL);
        steps.push(Step { weight: ALL, bake: 0 });
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_strategy_ends_with_all_of_the_traffic() {
        let weights = |kind| -> Vec<u32> {
            Strategy { kind, ..Strategy::default() }.steps().iter().map(|step| step.weight).collect()
        };
        assert_eq!(weights(Kind::BlueGreen), [1_000]);
        assert_eq!(weights(Kind::Canary { percent: 100, bake: 10 }), [100, 1_000]);
        assert_eq!(weights(Kind::Linear { percent: 300, bake: 6 }), [300, 600, 900, 1_000]);
        assert_eq!(weights(Kind::Linear { percent: 250, bake: 6 }), [250, 500, 750, 1_000]);
        assert_eq!(weights(Kind::Linear { percent: 1_000, bake: 6 }), [1_000]);
    }
}
