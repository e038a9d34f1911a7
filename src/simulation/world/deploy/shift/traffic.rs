//! Which weights a deployment asks for, and the listener rules that follow a moment later.

use super::super::super::super::Millis;
use super::super::super::balancer::{self, Slot, Traffic, Weights};
use super::super::super::shift::Shift;
use super::super::super::strategy::{ALL, Stage};
use super::super::super::{ServiceKey, World};
use super::{LAG, SHIFTING};

/// Asks for the weights of the stage that begins.
pub fn begin(shift: &mut Shift, now: Millis) {
    let step = shift.steps.get(shift.step).copied();
    let wait = match (shift.stage, step) {
        (Stage::TestTrafficShift, _) if shift.test.is_some() => {
            shift.test = Some(ALL);
            0
        }
        (Stage::ProductionTrafficShift, Some(step)) if shift.production.is_some() => {
            shift.production = Some(step.weight);
            step.bake
        }
        _ => return,
    };
    shift.moves = Some(now + LAG);
    shift.due = Some(now + SHIFTING + wait);
}

/// Brings the live weights to those that are asked for.
pub fn follow(world: &mut World, key: ServiceKey) {
    super::with(world, key, |shift| shift.moves = None);
    let Some(service) = world.service(key) else { return };
    let Some(shift) = service.shift() else { return };
    let (production, test) = (shift.production, shift.test);
    let slot =
        |number| service.deployments.iter().find(|found| found.number == number).map(|found| found.slot);
    // A side that has gone is the one that the other is not.
    let Some(green) = slot(shift.green).or_else(|| slot(shift.blue).map(Slot::other)) else { return };
    for (traffic, asked) in [(Traffic::Production, production), (Traffic::Test, test)] {
        if let Some(asked) = asked {
            balancer::shift(world, key, traffic, weights(green, asked));
        }
    }
}

/// Weights for a share in tenths of a percent; whole percents are written as such.
fn weights(green: Slot, share: u32) -> Weights {
    if share.is_multiple_of(10) {
        return Weights::share(green, u16::try_from(share / 10).unwrap_or(100));
    }
    let green_share = u16::try_from(share).unwrap_or(999);
    let rest = 1_000_u16.saturating_sub(green_share);
    match green {
        Slot::First => Weights { first: green_share, second: rest },
        Slot::Second => Weights { first: rest, second: green_share },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_of_a_percent_keep_their_share() {
        assert_eq!(weights(Slot::Second, 100), Weights { first: 90, second: 10 });
        assert_eq!(weights(Slot::First, 5), Weights { first: 5, second: 995 });
        assert_eq!(weights(Slot::Second, ALL), Weights { first: 0, second: 100 });
    }
}
