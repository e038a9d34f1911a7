//! Scaling activities: what auto scaling did or did not do, and in which words it says so.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::agenda::Happening;
use super::super::event::Fact;
use super::super::scheduler;
use super::super::task::TaskState;
use super::super::{ServiceKey, World};

/// AWS keeps six weeks; that many are more than a story makes.
const KEPT: usize = 200;
/// How often auto scaling asks whether what it set has come, and when it gives up. Guess.
const ASKS_EVERY: Millis = 10_000;
const GIVES_UP_AFTER: Millis = 30 * 60_000;

#[derive(Clone, Debug)]
pub struct Activity {
    /// Its UUID is made from this number.
    pub number: u64,
    pub started: Millis,
    pub ended: Option<Millis>,
    pub cause: Arc<str>,
    pub outcome: Outcome,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    /// The desired count was set and has yet to come.
    InProgress(u32),
    Successful(u32),
    /// It was set, and then changed by another.
    Overridden(u32, u32),
    Unfulfilled(u32),
    /// A scheduled action set these bounds.
    Bounds(Arc<str>),
    /// Nothing was done: the code and the capacity that goes with it.
    NotScaled(&'static str, u32),
}

impl Activity {
    pub fn status(&self) -> &'static str {
        match self.outcome {
            Outcome::InProgress(_) => "InProgress",
            Outcome::Successful(_) | Outcome::Bounds(_) => "Successful",
            Outcome::Overridden(..) => "Overridden",
            Outcome::Unfulfilled(_) => "Unfulfilled",
            Outcome::NotScaled(..) => "Failed",
        }
    }

    pub fn description(&self) -> String {
        match &self.outcome {
            Outcome::InProgress(count)
            | Outcome::Successful(count)
            | Outcome::Overridden(count, _)
            | Outcome::Unfulfilled(count) => format!("Setting desired count to {count}."),
            Outcome::Bounds(bounds) => format!("Setting {bounds}"),
            Outcome::NotScaled(..) => "Attempting to scale due to alarm triggered".to_owned(),
        }
    }

    pub fn message(&self) -> Option<String> {
        Some(match &self.outcome {
            Outcome::InProgress(count) => {
                format!(
                    "Successfully set desired count to {count}. Waiting for change to be fulfilled by ecs."
                )
            }
            Outcome::Successful(count) => {
                format!("Successfully set desired count to {count}. Change successfully fulfilled by ecs.")
            }
            Outcome::Overridden(count, found) => {
                format!("Successfully set desired count to {count}. Found it was later changed to {found}.")
            }
            // Guess: the words.
            Outcome::Unfulfilled(count) => {
                format!("Successfully set desired count to {count}. Change was not fulfilled by ecs.")
            }
            Outcome::Bounds(bounds) => format!("Successfully set {bounds}"),
            Outcome::NotScaled(..) => return None,
        })
    }
}

/// Adds an activity under a number of its own.
pub fn note(world: &mut World, key: ServiceKey, activity: Activity) {
    let number = world.number();
    if let Some(target) = world.scaling.get_mut(&key) {
        target.activities.push_front(Activity { number, ..activity });
        target.activities.truncate(KEPT);
    }
}

/// Sets the desired count and follows it to its end.
pub fn scale(world: &mut World, key: ServiceKey, count: u32, cause: String) {
    let now = world.now;
    close(world, key, Some(count));
    world.set_desired(key, count);
    let activity = Activity {
        number: 0,
        started: now,
        ended: None,
        cause: cause.into(),
        outcome: Outcome::InProgress(count),
    };
    tell(world, key, &activity);
    note(world, key, activity);
    world.agenda.add(now + ASKS_EVERY, Happening::Fulfilment(key));
}

fn tell(world: &mut World, key: ServiceKey, activity: &Activity) {
    let text = format!("{} Cause: {}", activity.message().unwrap_or_default(), activity.cause);
    scheduler::say(world, Some(key), Fact::Scaled(text.into()));
}

/// Looks whether the newest activity has come to an end, and looks again if not.
pub fn check_fulfilment(world: &mut World, key: ServiceKey) {
    if close(world, key, None) {
        let again = world.now + ASKS_EVERY;
        world.agenda.add(again, Happening::Fulfilment(key));
    }
}

/// Ends the open activity if its count has come, or is another by now (`set` is about to be it). True if it goes on.
fn close(world: &mut World, key: ServiceKey, set: Option<u32>) -> bool {
    let now = world.now;
    let Some(service) = world.service(key) else { return false };
    let found = set.unwrap_or(service.desired);
    let tasks = service.tasks.iter().filter_map(|key| world.task(*key));
    let (mut running, mut starting) = (0_u32, false);
    for task in tasks.filter(|task| task.is_wanted()) {
        running += u32::from(task.state == TaskState::Running);
        starting |= task.state.is_starting();
    }
    let Some(target) = world.scaling.get_mut(&key) else { return false };
    let is_open = |activity: &&mut Activity| matches!(activity.outcome, Outcome::InProgress(_));
    let Some(open) = target.activities.iter_mut().find(is_open) else { return false };
    let Outcome::InProgress(count) = open.outcome else { return false };
    open.outcome = if found != count {
        Outcome::Overridden(count, found)
    } else if running == count && !starting {
        Outcome::Successful(count)
    } else if now - open.started >= GIVES_UP_AFTER {
        Outcome::Unfulfilled(count)
    } else {
        return true;
    };
    open.ended = Some(now);
    let closed = open.clone();
    tell(world, key, &closed);
    false
}
