//! Who moved the desired count away from what a scaling asked for.

use chrono::{DateTime, Utc};

use super::CLOCKS;
use crate::app::action::Change;
use crate::app::action::operation::Operation;
use crate::fleet::Fleet;
use crate::fleet::scaling::{ActivityStatus, ScalingActivity};
use crate::fleet::service::Service;

/// Whether autoscaling or somebody else moved the count away from what a scaling asked for.
pub fn is_moved(fleet: &Fleet, operation: &Operation) -> bool {
    let Change::Scale { service, desired, .. } = &operation.action.change else { return false };
    fleet.known_service(service).is_some_and(|known| known.service.desired != *desired)
}

/// Who moved it; `None` until autoscaling's record tells, or has been `waited` for long enough.
pub fn moved_by(fleet: &Fleet, operation: &Operation, waited: bool) -> Option<String> {
    let service = fleet.service(operation.service()?)?;
    let since = operation.asked - CLOCKS;
    let told = autoscaled(fleet, service, since);
    told.or_else(|| waited.then(|| moved(fleet, service, since)))
}

/// Who moved the desired count, as far as autoscaling's record tells.
pub(super) fn moved(fleet: &Fleet, service: &Service, since: DateTime<Utc>) -> String {
    autoscaled(fleet, service, since).unwrap_or_else(|| {
        format!("desired is {} now: autoscaling or somebody else changed it", service.desired)
    })
}

pub(super) fn autoscaled(fleet: &Fleet, service: &Service, since: DateTime<Utc>) -> Option<String> {
    let activities = fleet.scaling(&service.id).map(|scaling| scaling.activities.as_slice());
    let done = |activity: &&ScalingActivity| {
        activity.at >= since
            && activity.status == ActivityStatus::Successful
            && activity.reasons_not_scaled.is_empty()
            && names(&activity.description, service.desired)
    };
    let activity = activities.into_iter().flatten().find(done)?;
    let described = activity.description.trim_end_matches('.');
    Some(format!("autoscaling set desired to {}: {described} ({})", service.desired, activity.cause))
}

/// `Setting desired count to 12.` names 12, and neither 1 nor 2.
pub(super) fn names(text: &str, number: u32) -> bool {
    text.split(|letter: char| !letter.is_ascii_digit()).any(|word| word.parse() == Ok(number))
}
