//! The ladder of a shift: at which shares of production green rests on its way up, and on which of them it stands.

use super::{StepState, Strategy, TrafficStep};
use crate::fleet::codedeploy::Routing;
use crate::fleet::percent::Percent;
use crate::fleet::service::DeploymentRules;

/// The strategy that ECS was told; a word without its numbers is kept as a word.
pub(super) fn strategy(word: Option<&str>, rules: &DeploymentRules) -> Strategy {
    match (word, rules.canary, rules.linear) {
        (Some("BLUE_GREEN"), ..) => Strategy::AllAtOnce,
        (Some("CANARY"), Some((percent, minutes)), _) => Strategy::Canary { percent, minutes },
        (Some("LINEAR"), _, Some((percent, minutes))) => Strategy::Linear { percent, minutes },
        (None | Some("ROLLING"), ..) => Strategy::Rolling,
        (Some(other), ..) => Strategy::Other(other.into()),
    }
}

/// The strategy that a deployment configuration of CodeDeploy means; without its numbers its name is all there is.
pub(super) fn routing(routing: Option<&Routing>, config: Option<&str>) -> Strategy {
    match routing {
        Some(Routing::AllAtOnce) => Strategy::AllAtOnce,
        Some(Routing::Canary { percent, minutes }) => {
            Strategy::Canary { percent: *percent, minutes: *minutes }
        }
        Some(Routing::Linear { percent, minutes }) => {
            Strategy::Linear { percent: *percent, minutes: *minutes }
        }
        Some(Routing::Other(word)) => Strategy::Other(word.clone()),
        None => Strategy::Other(config.unwrap_or("not known").into()),
    }
}

/// Green's share after each move of production traffic; the last is all of it.
pub(super) fn rungs(strategy: &Strategy) -> Vec<Percent> {
    match strategy {
        Strategy::Rolling => Vec::new(),
        Strategy::Canary { percent, .. } if *percent > Percent::NONE && *percent < Percent::ALL => {
            vec![*percent, Percent::ALL]
        }
        Strategy::Linear { percent, .. } if *percent > Percent::NONE => {
            let mut rungs = vec![*percent];
            let mut green = *percent;
            while green < Percent::ALL {
                green = green.plus(*percent);
                rungs.push(green);
            }
            rungs
        }
        _ => vec![Percent::ALL],
    }
}

/// How the next rung that green has not reached stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Time or an earlier step is waited for.
    Waits,
    /// An answer is waited for.
    Held,
    /// The listener is being changed.
    Moves,
    /// It will not come any more.
    Never,
}

/// The rungs with how each stands, where green was asked to have this share and the load balancer gives it that one.
pub(super) fn steps(
    rungs: &[Percent],
    asked: Percent,
    live: Option<Percent>,
    next: Next,
) -> Vec<TrafficStep> {
    let mut ahead = false;
    let mut state = |green: Percent| {
        if green <= asked {
            // It was asked for, and the load balancer is on its way there.
            let behind = live.is_some_and(|live| live < green) && next == Next::Moves;
            return if behind { StepState::Now } else { StepState::Done };
        }
        let first = !std::mem::replace(&mut ahead, true);
        match next {
            Next::Never => StepState::Skipped,
            Next::Held if first => StepState::Held,
            Next::Moves if first && asked == Percent::NONE => StepState::Now,
            _ => StepState::Next,
        }
    };
    rungs.iter().map(|green| TrafficStep { green: *green, state: state(*green) }).collect()
}
