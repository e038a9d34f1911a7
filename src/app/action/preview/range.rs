//! Before the range of autoscaling is changed, or autoscaling is suspended.

use super::Part;
use super::lines::Lines;
use crate::app::action::Change;
use crate::app::action::ask::SUSPENSIONS;
use crate::app::action::dialog::Field;
use crate::app::action::seen::suspended;
use crate::fleet::id::ServiceId;
use crate::fleet::scaling::ScalableTarget;

pub(super) fn preview(lines: &mut Lines<'_>, id: &ServiceId, changes: &[Change]) -> (String, String) {
    let title = format!("Autoscaling range of {}", id.name());
    lines.say("now", lines.counts(id));
    lines.say("limits", lines.limits(id));
    lines.field("min", Field::Min, "up/down by 1 · type a number");
    lines.field("max", Field::Max, "");
    lines.space();
    let Some(Change::Range { min, max, .. }) = changes.first() else {
        return (title, "change the range".to_owned());
    };
    lines.say("effect", clamp(lines, id, *min, *max));
    if *min == 0 {
        lines.warn("at 0 tasks no CPU is measured: a policy on CPU does not start them again");
    }
    if target(lines, id).is_none() {
        lines.warn("autoscaling does not know this service: this registers it, without any policy");
    }
    (title, format!("set the range to {min} to {max}"))
}

/// RegisterScalableTarget clamps the desired count at once (AWS.md §5.2).
fn clamp(lines: &Lines<'_>, id: &ServiceId, min: u32, max: u32) -> String {
    let Some(service) = lines.service(id) else { return "the desired count is not known".to_owned() };
    let clamped = service.desired.clamp(min, max);
    if clamped == service.desired {
        format!("the count stays {}: it is within the range", service.desired)
    } else {
        format!("the count goes from {} to {clamped} AT ONCE: AWS clamps it into the range", service.desired)
    }
}

pub(super) fn suspension(lines: &mut Lines<'_>, id: &ServiceId, chosen: usize) -> (String, String) {
    let title = format!("Suspend autoscaling of {}", id.name());
    lines.say("now", lines.counts(id));
    lines.say("limits", lines.limits(id));
    let items = SUSPENSIONS.iter().map(|suspension| {
        if suspension.is_none() {
            "nothing: autoscaling acts as configured".to_owned()
        } else {
            suspended(*suspension).to_owned()
        }
    });
    lines.parts.push(Part::Choices {
        label: "suspend",
        field: Field::Choice,
        items: items.collect(),
        chosen,
    });
    lines.space();
    if let Some(target) = target(lines, id) {
        lines.say("effect", clamp(lines, id, target.min, target.max));
        let wanted = SUSPENSIONS.get(chosen).copied().unwrap_or_default();
        if wanted.scale_out {
            lines.warn("nothing adds tasks under load until this is taken back");
        }
    }
    let label = match SUSPENSIONS.get(chosen) {
        Some(suspension) if suspension.is_none() => "resume".to_owned(),
        Some(suspension) => format!("suspend {}", suspended(*suspension)),
        None => "suspend".to_owned(),
    };
    (title, label)
}

fn target<'a>(lines: &Lines<'a>, id: &ServiceId) -> Option<&'a ScalableTarget> {
    lines.model.fleet.scaling(id).and_then(|scaling| scaling.target.as_ref())
}
