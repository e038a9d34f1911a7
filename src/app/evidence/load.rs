//! Checks of what moves while a person decides: autoscaling, and what the load balancer really does.

use super::side::Case;
use super::{Check, CheckKind, Finding};
use crate::fleet::percent::Percent;
use crate::fleet::shift::{ShiftId, Side};

/// Half a percent is what whole weights leave open.
const TOLERANCE: u16 = 5;

pub(super) fn scaling(case: &Case<'_>) -> Check {
    let row = Check::new(CheckKind::Scaling, "scaling while you wait");
    let Some(scaling) = case.fleet.scaling(&case.shift.service) else {
        return row.not_checked("autoscaling was not asked");
    };
    let Some(target) = &scaling.target else { return row.says(Finding::Info, "nothing scales it") };
    let reading = match case.shift.id {
        ShiftId::Ecs(_) => "scale-in is off during deployments",
        ShiftId::CodeDeploy(_) => "scaling during the shift can fail the deployment",
    };
    row.sides(format!("min {}, max {}", target.min, target.max), "same").says(Finding::Info, reading)
}

/// How the live weights stand to those that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weights {
    AsAsked,
    Differ { asked: Percent, live: Percent },
    NotKnown,
}

/// `None` where no such traffic is moved.
pub(super) fn compare(asked: Option<Percent>, live: Option<Percent>) -> Option<Weights> {
    Some(match (asked?, live) {
        (_, None) => Weights::NotKnown,
        (asked, Some(live)) if asked.tenths().abs_diff(live.tenths()) <= TOLERANCE => Weights::AsAsked,
        (asked, Some(live)) => Weights::Differ { asked, live },
    })
}

/// Production, and test traffic where there is any.
pub(super) fn weights(case: &Case<'_>) -> Vec<Check> {
    let production = |side: &Side| (side.production_asked, side.production_live);
    let test = |side: &Side| (side.test_asked, side.test_live);
    [row(case, "live weights", production), row(case, "live test weights", test)]
        .into_iter()
        .flatten()
        .collect()
}

fn row(
    case: &Case<'_>,
    name: &'static str,
    of: impl Fn(&Side) -> (Option<Percent>, Option<Percent>),
) -> Option<Check> {
    let (asked, live) = of(case.green()?);
    let cell = |side: Option<&Side>| {
        let live = side.and_then(|side| of(side).1);
        live.map_or_else(|| "-".to_owned(), |live| live.to_string())
    };
    let check = Check::new(CheckKind::Weights, name).sides(cell(case.blue()), cell(case.green()));
    let check = match compare(asked, live)? {
        Weights::NotKnown => check.not_checked("the listener was not asked"),
        Weights::AsAsked => check.says(Finding::Ok, "as asked"),
        Weights::Differ { asked, live } => {
            check.says(Finding::Look, format!("the listener sends green {live}, asked {asked}"))
        }
    };
    Some(check.aged(case.stale_weights()))
}
