//! What autoscaling may do to a service: its range, its policies and schedules, and what came of them lately.

use super::super::Page;
use super::super::grid::Grid;
use crate::app::scaling;
use crate::app::table::{Cell, Tone};
use crate::fleet::scaling::{ScalableTarget, ScalingActivity};
use crate::fleet::service::Service;
use crate::fleet::topic::Subject;

/// Activities shown; AWS keeps six weeks of them.
const ACTIVITIES: usize = 5;

pub(super) fn describe(page: &mut Page<'_>, service: &Service) {
    let model = page.model;
    page.section("Autoscaling");
    let Some(known) = model.fleet.scaling(&service.id) else {
        return page.say(page.absence(Subject::Scaling(service.cluster.clone(), service.id.clone())));
    };
    let Some(target) = &known.target else {
        return page.say("Not scaled automatically: a person or a pipeline sets the count.");
    };
    page.field("Range", Some(scaling::range(target)));
    if let Some(suspended) = scaling::suspension(target.suspension) {
        page.say_in(suspended, Tone::Warning);
    }
    let policies = known.policies.iter().map(|policy| {
        let alarms = if policy.alarms.is_empty() {
            String::new()
        } else {
            format!(" by {}", policy.alarms.join(", "))
        };
        format!("{}: {}{alarms}", policy.name, scaling::policy(policy))
    });
    if known.policies.is_empty() {
        page.field("Policies", Some("none"));
    }
    page.fields("Policies", policies);
    page.fields("Schedules", known.scheduled.iter().map(scaling::schedule));
    activities(page, &known.activities, target);
}

fn activities(page: &mut Page<'_>, activities: &[ScalingActivity], target: &ScalableTarget) {
    let mut grid = Grid::without_heads();
    for activity in activities.iter().take(ACTIVITIES) {
        let told = scaling::activity(activity, target, page.model.now);
        let tone = if activity.reasons_not_scaled.is_empty() { Tone::Plain } else { Tone::Warning };
        grid.row([
            Cell::new(page.time(activity.at), Tone::Dim),
            Cell::new(told, tone),
            Cell::plain(activity.cause.to_string()),
        ]);
    }
    if grid.is_empty() {
        page.say("Nothing was scaled within the last six weeks.");
    }
    grid.write(page);
}
