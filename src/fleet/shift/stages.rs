//! The stages of a deployment by ECS as steps, and the phase that each of them is.

use super::{Phase, Step, StepState};
use crate::fleet::deployment::RevisionTasks;
use crate::fleet::id::Text;
use crate::fleet::percent::Percent;

pub(super) const PRE_PRODUCTION: &str = "PRE_PRODUCTION_TRAFFIC_SHIFT";
pub(super) const PRODUCTION: &str = "PRODUCTION_TRAFFIC_SHIFT";
pub(super) const BAKE: &str = "BAKE_TIME";

/// In their order.
const STAGES: [&str; 11] = [
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    PRE_PRODUCTION,
    PRODUCTION,
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    BAKE,
    "CLEAN_UP",
];

/// Where a deployment stands that is neither over nor on its way back.
pub(super) fn phase(stage: Option<&str>, green: Option<&RevisionTasks>) -> Phase {
    let moved = green.and_then(|green| green.production).is_some_and(|share| share > Percent::NONE);
    match stage {
        None | Some("RECONCILE_SERVICE" | "PRE_SCALE_UP") => Phase::Starting,
        Some("SCALE_UP" | "POST_SCALE_UP") => Phase::Preparing,
        Some("TEST_TRAFFIC_SHIFT" | "POST_TEST_TRAFFIC_SHIFT") => Phase::Testing,
        Some(PRE_PRODUCTION) if !moved => Phase::BeforeShift,
        Some(PRE_PRODUCTION | PRODUCTION) => Phase::Shifting,
        Some("POST_PRODUCTION_TRAFFIC_SHIFT" | BAKE) => Phase::BlueKept,
        Some("CLEAN_UP") => Phase::CleaningUp,
        Some(other) => Phase::Other(other.into()),
    }
}

/// How the deployment goes, for the steps before and after the one that it is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    Forward,
    Held,
    /// It turns or turned back, or failed.
    Back,
    /// It was stopped where it stood.
    Stopped,
    Done,
}

/// All stages with how each stands; one that AWS added stands where the facts place it.
pub(super) fn steps(stage: Option<&Text>, green: Option<&RevisionTasks>, course: Course) -> Vec<Step> {
    let mut names: Vec<Text> = STAGES.iter().map(|name| Text::from(*name)).collect();
    let at = stage.map(|stage| {
        names.iter().position(|name| name == stage).unwrap_or_else(|| {
            let place = place_of_unknown(green).min(names.len());
            names.insert(place, stage.clone());
            place
        })
    });
    let state = |place: usize| match (course, at) {
        (Course::Done, _) => StepState::Done,
        (_, Some(at)) if place < at => StepState::Done,
        (Course::Forward, Some(at)) if place == at => StepState::Now,
        (Course::Held, Some(at)) if place == at => StepState::Held,
        (Course::Back, Some(at)) if place == at => StepState::Failed,
        (Course::Stopped, Some(at)) if place == at => StepState::Skipped,
        (Course::Back | Course::Stopped, Some(_)) => StepState::Skipped,
        (Course::Back | Course::Stopped, None) => StepState::Unknown,
        (Course::Forward | Course::Held, _) => StepState::Next,
    };
    let step = |(place, name): (usize, Text)| Step {
        stage: name,
        state: state(place),
        started: None,
        ended: None,
        message: None,
    };
    names.into_iter().enumerate().map(step).collect()
}

/// Behind the last stage that has left its mark on green.
fn place_of_unknown(green: Option<&RevisionTasks>) -> usize {
    let Some(green) = green else { return 1 };
    let after = |name: &str| STAGES.iter().position(|stage| *stage == name).map_or(1, |place| place + 1);
    let some = |share: Option<Percent>| share.is_some_and(|share| share > Percent::NONE);
    if green.production == Some(Percent::ALL) {
        after(PRODUCTION)
    } else if some(green.production) {
        after(PRE_PRODUCTION)
    } else if some(green.test) {
        after("TEST_TRAFFIC_SHIFT")
    } else if green.requested > 0 && green.running >= green.requested {
        after("SCALE_UP")
    } else {
        after("RECONCILE_SERVICE")
    }
}
