//! The blue/green deployment that a dialog is about, counted over the same minutes as in the cockpit.

use crate::app::action::shift::shift_of;
use crate::app::model::Model;
use crate::fleet::id::ServiceId;
use crate::fleet::shift::Shift;

/// The blue/green deployment of a service as the fleet knows it, with the time since which its share was seen.
pub(super) fn shift_now(model: &Model, id: &ServiceId) -> Option<Shift> {
    let shift = shift_of(&model.fleet, id)?;
    let seen = model.shifts.get(id).filter(|seen| {
        seen.id == shift.id
            && seen.hold == shift.hold
            && seen.green_share_asked() == shift.green_share_asked()
    });
    let green_since = seen.map_or(shift.green_since, |seen| seen.green_since);
    Some(Shift { green_since, ..shift })
}
