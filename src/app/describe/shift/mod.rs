//! The cockpit of a blue/green deployment: where it stands, the evidence, and what each choice does.

mod checks;
mod choices;
mod steps;
mod traffic;

use super::Page;
use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::evidence::evidence;
use crate::app::hold;
use crate::app::table::Tone;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::shift::{GuardStanding, Shift};
use crate::fleet::topic::Subject;

pub(super) fn cockpit(page: &mut Page<'_>, cluster: &ClusterId, id: &ServiceId) {
    let model = page.model;
    let Some(shift) = model.shifts.get(id) else {
        return nothing(page, cluster, id);
    };
    steps::steps(page, shift);
    traffic::traffic(page, shift);
    let evidence = evidence(&model.fleet, shift, model.now, model.utc);
    checks::checks(page, shift, &evidence);
    choices::choices(page, shift);
    guards(page, shift);
    changes(page, shift);
    earlier(page, id);
}

/// The deployments before this one.
fn earlier(page: &mut Page<'_>, id: &ServiceId) {
    let Some(service) = page.model.fleet.service(id) else { return };
    let lines = crate::app::earlier::lines(page.model, service);
    if lines.len() > 1 {
        section(page, "Blue/green deployments of this service, the newest first");
        for line in lines {
            page.text.push(line);
        }
    }
}

/// Lines are scarce: only what an answer rests on is shown.
fn is_brief(page: &Page<'_>) -> bool {
    page.model.size.height < 30
}

fn nothing(page: &mut Page<'_>, cluster: &ClusterId, id: &ServiceId) {
    page.say(format!("No blue/green deployment of {} is known to be under way.", id.name()));
    page.say_absence(Subject::Service(cluster.clone(), id.clone()));
    page.say_absence(Subject::Deployments(cluster.clone(), id.clone()));
    let past = page.key(Command::Deployments);
    page.say_in(format!("{past} lists its deployments; the inbox of all is :approvals."), Tone::Dim);
    earlier(page, id);
}

/// A heading, with a line above it where there are lines enough.
fn section(page: &mut Page<'_>, title: &str) {
    if is_brief(page) {
        page.text.heading(title);
    } else {
        page.section(title);
    }
}

/// The alarms with what each of them is worth, and the breaker where there is one.
fn guards(page: &mut Page<'_>, shift: &Shift) {
    let guards = &shift.guards;
    // What guards as it should stands in the evidence.
    let all_guard = guards.alarms.iter().all(|guard| guard.standing == GuardStanding::Guards);
    let all_well = guards.known && all_guard && (guards.alarms.is_empty() || guards.alarms_roll_back);
    if all_well && guards.breaker.is_none() {
        return;
    }
    section(page, "Guards");
    if !guards.known {
        page.say_in("not checked: the deployment group is not known.", Tone::Dim);
    }
    for guard in &guards.alarms {
        let (words, tone) = match &guard.standing {
            GuardStanding::Guards => ("OK, guards this deployment".to_owned(), Tone::Plain),
            GuardStanding::Fires => ("in ALARM now".to_owned(), Tone::Bad),
            GuardStanding::IgnoredFromTheStart => (
                "NOT guarding: it was in ALARM when the deployment began, so ECS ignores it".to_owned(),
                Tone::Warning,
            ),
            GuardStanding::MayBeIgnored => {
                ("OK now, but not when the deployment began: ECS may ignore it".to_owned(), Tone::Warning)
            }
            GuardStanding::NoData => ("no data: it cannot guard".to_owned(), Tone::Warning),
            GuardStanding::NotChecked => ("not checked".to_owned(), Tone::Dim),
            GuardStanding::Other(word) => (word.to_string(), Tone::Plain),
        };
        let line = Line::default().with(format!("alarm {}  ", guard.alarm), Tone::Label).with(words, tone);
        page.text.push(line);
    }
    if !guards.alarms.is_empty() && !guards.alarms_roll_back {
        page.say_in("An alarm that fires stops it; nothing rolls back by itself.", Tone::Warning);
    }
    if let Some(breaker) = &guards.breaker {
        page.say(format!(
            "circuit breaker {} of {} failures; it counts tasks that never run, and starts again when one runs",
            breaker.failures, breaker.threshold
        ));
    }
}

/// What differs by meaning between both definitions, and who registered the new one.
fn changes(page: &mut Page<'_>, shift: &Shift) {
    let (blue, green) = hold::sides(shift);
    section(page, &format!("What changes {blue} > {green}"));
    let fleet = &page.model.fleet;
    let definition = |side: Option<&crate::fleet::shift::Side>| {
        side.and_then(|side| side.definition.as_ref()).and_then(|id| fleet.definition(id))
    };
    match (definition(shift.blue.as_ref()), definition(shift.green.as_ref())) {
        (Some(before), Some(after)) if before.id == after.id => {
            page.say("the same task definition; an image given by tag may be other code (not checked)");
        }
        (Some(before), Some(after)) => {
            let changes = after.changes_since(before);
            let text = if changes.is_empty() {
                "nothing in the task definition".to_owned()
            } else {
                changes.join("   ")
            };
            page.say(text);
        }
        _ => page.say_in("the task definitions are not described yet", Tone::Dim),
    }
    let registered = definition(shift.green.as_ref()).and_then(|green| {
        let by = green.registered_by.as_deref()?;
        let at = green.registered_at.map_or_else(String::new, |at| format!(" {}", page.time(at)));
        Some(format!("task definition registered{at} by {by}"))
    });
    let you = fleet.context(shift.context).and_then(|known| known.identity.as_ref());
    let you =
        you.map_or_else(|| "you: not known yet".to_owned(), |identity| format!("you are {}", identity.arn));
    page.say(format!(
        "{}; starter not known",
        registered.unwrap_or_else(|| "who registered it: not known".to_owned())
    ));
    page.say(you);
}
