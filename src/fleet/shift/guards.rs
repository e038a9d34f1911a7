//! Whether the alarms that were named as guards really guard.

use chrono::{DateTime, Utc};

use super::{Guard, GuardStanding};
use crate::fleet::Fleet;
use crate::fleet::alarm::AlarmState;
use crate::fleet::id::{ContextId, Text};

/// How an alarm stands as a guard. `ignored_since_before`: what was in ALARM by then is ignored; `None` where nothing
/// is ignored.
pub(super) fn guard(
    fleet: &Fleet,
    context: ContextId,
    name: &Text,
    ignored_since_before: Option<DateTime<Utc>>,
) -> Guard {
    let standing = match fleet.alarm(context, name) {
        None => GuardStanding::NotChecked,
        Some(alarm) => match &alarm.state {
            AlarmState::Ok => {
                // What it was when the deployment began is not known any more.
                let after = ignored_since_before.zip(alarm.since).is_some_and(|(began, since)| since > began);
                if after { GuardStanding::MayBeIgnored } else { GuardStanding::Guards }
            }
            AlarmState::InsufficientData => GuardStanding::NoData,
            AlarmState::Other(word) => GuardStanding::Other(word.clone()),
            AlarmState::Alarm => {
                let before =
                    ignored_since_before.zip(alarm.since).is_some_and(|(began, since)| since <= began);
                if before { GuardStanding::IgnoredFromTheStart } else { GuardStanding::Fires }
            }
        },
    };
    Guard { alarm: name.clone(), standing }
}
