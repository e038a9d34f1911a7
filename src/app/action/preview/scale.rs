//! Before the count of one or several services is changed.

use super::WARNING;
use super::lines::Lines;
use crate::app::action::dialog::Field;
use crate::app::action::shift::shift_of;
use crate::app::action::{Change, risk};
use crate::app::bill;
use crate::app::cost::Cost;
use crate::app::document::Line;
use crate::app::format;
use crate::fleet::Fleet;
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::scaling::Scaling;
use crate::fleet::service::{Controller, Service};

pub(super) fn preview(
    lines: &mut Lines<'_>,
    services: &[(ClusterId, ServiceId)],
    changes: &[Change],
) -> (String, String) {
    let hint = "up/down by 1 · type a number · +4 or -2 also work";
    if let [(cluster, id)] = services {
        lines.say("now", lines.counts(id));
        lines.say("limits", lines.limits(id));
        lines.field("new", Field::Count, hint);
        lines.space();
        let to = count_of(changes, id);
        if let (Some(service), Some(to)) = (lines.service(id), to) {
            one(lines, cluster, service, to);
            return (format!("Scale {}", service.name), format!("scale {} > {to}", service.desired));
        }
        return (format!("Scale {}", id.name()), "scale".to_owned());
    }
    lines.field("new", Field::Count, hint);
    lines.space();
    let rows = services.iter().map(|(_, id)| {
        let Some(service) = lines.service(id) else {
            return Line::plain(format!("{}: not described yet", id.name()));
        };
        match count_of(changes, id) {
            Some(to) => Line::plain(format!("{:<24} {:>5} > {to}", service.name, service.desired)),
            None => Line::plain(format!("{:<24} {:>5} stays", service.name, service.desired)),
        }
    });
    let rows: Vec<Line> = rows.collect();
    lines.all("each", rows);
    for (_, id) in services {
        if let (Some(service), Some(to)) = (lines.service(id), count_of(changes, id)) {
            let scaling = lines.model.fleet.scaling(id).map(AsRef::as_ref);
            let warnings = warnings(&lines.model.fleet, service, scaling, to);
            lines.parts.extend(warnings.into_iter().map(|text| super::Part::Text {
                label: WARNING,
                lines: vec![Line::plain(format!("{}: {text}", service.name))],
            }));
        }
    }
    let label = format!("scale {}", format::count(changes.len(), "service"));
    (format!("Scale {} services", services.len()), label)
}

fn count_of(changes: &[Change], id: &ServiceId) -> Option<u32> {
    changes.iter().find_map(|change| match change {
        Change::Scale { service, desired, .. } if service == id => Some(*desired),
        _ => None,
    })
}

fn one(lines: &mut Lines<'_>, cluster: &ClusterId, service: &Service, to: u32) {
    let from = service.desired;
    let mut effect = Vec::new();
    let percent = |by: u32| {
        if from == 0 { String::new() } else { format!("{}% capacity", u64::from(by) * 100 / u64::from(from)) }
    };
    if to > from {
        effect.push(Line::plain(format!(
            "starts {} ({}). No deployment starts.",
            format::count((to - from) as usize, "task"),
            lines.shape(service)
        )));
        if from > 0 {
            effect.push(Line::plain(format!("+{}. CPU estimate: not known.", percent(to - from))));
        }
    } else if to == 0 {
        effect.push(Line::plain(format!(
            "STOPS THE SERVICE: {} get SIGTERM, then SIGKILL after their stop timeout.",
            format::count(service.running as usize, "task")
        )));
        for balancer in &service.load_balancers {
            if let Some(group) = &balancer.target_group {
                let name = crate::fleet::ending::target_group_name(group);
                effect.push(Line::plain(format!("{name} has no target left: clients get HTTP 503.")));
            }
        }
    } else {
        effect.push(Line::plain(format!(
            "stops {}; ECS chooses which. -{}. CPU estimate: not known.",
            format::count((from - to) as usize, "task"),
            percent(from - to)
        )));
        let kept = protected(lines, cluster, service);
        if !kept.is_empty() {
            effect.push(Line::plain(format!("protected, so not stopped: {}", kept.join(", "))));
        }
    }
    lines.all("effect", effect);
    lines.say("cost", cost(lines, service, to));
    let scaling = lines.model.fleet.scaling(&service.id).map(AsRef::as_ref);
    for text in warnings(&lines.model.fleet, service, scaling, to) {
        lines.warn(text);
    }
    let left = risk::healthy(&lines.model.fleet, cluster, &service.id).count();
    if to < from && left < to as usize {
        lines.warn(format!("only {left} of the running tasks are healthy now"));
    }
}

/// `list price $0.49/h > $0.69/h (list price estimate, May 2026)`
fn cost(lines: &Lines<'_>, service: &Service, to: u32) -> String {
    let task = bill::task(lines.model, service);
    let Cost::Estimate(estimate) = &task else { return task.sentence() };
    let said = std::iter::once(estimate.label()).chain(estimate.notes.iter().cloned());
    let said = said.collect::<Vec<_>>().join("; ");
    let (from, to) = (task.clone().times(service.desired), task.times(to));
    format!("{} > {}, {} > {} ({said})", from.hourly(), to.hourly(), from.monthly(), to.monthly())
}

fn protected(lines: &Lines<'_>, cluster: &ClusterId, service: &Service) -> Vec<String> {
    let fleet = &lines.model.fleet;
    let tasks = fleet.tasks_of(cluster, &service.name).map(|known| &known.task.id);
    let held =
        tasks.filter(|id| fleet.protection(id).is_some_and(|protection| protection.holds(lines.model.now)));
    held.map(|id| id.short().to_owned()).collect()
}

/// What a new count does to CodeDeploy while it deploys (AWS.md §2.6).
fn during_shift(fleet: &Fleet, service: &Service) -> Option<String> {
    if service.controller != Controller::CodeDeploy {
        return None;
    }
    let shift = shift_of(fleet, &service.id);
    let known = shift.as_ref().is_some_and(|shift| !shift.is_over());
    let text = if known {
        "CodeDeploy is deploying: AWS may refuse a new count, and a service that scaling keeps unsteady for 5 \
         minutes while traffic moves makes it stop and fail"
    } else if service.task_sets.len() > 1 || service.is_deploying() {
        "CodeDeploy may be deploying: AWS may refuse a new count until it is done"
    } else {
        return None;
    };
    Some(text.to_owned())
}

/// What autoscaling and deployments will do to the count, in true sentences (AWS.md §5.2).
fn warnings(fleet: &Fleet, service: &Service, scaling: Option<&Scaling>, to: u32) -> Vec<String> {
    let mut warnings = Vec::new();
    warnings.extend(during_shift(fleet, service));
    if let Some(target) = scaling.and_then(|scaling| scaling.target.as_ref()) {
        let acts = scaling.is_some_and(|scaling| !scaling.policies.is_empty());
        if to == 0 {
            warnings.push(
                "at 0 there is no CPU to scale on: it stays 0 until an alarm with data, a scheduled action or \
                 RegisterScalableTarget acts"
                    .to_owned(),
            );
            if target.min > 0 || !target.suspension.is_all() {
                warnings.push(
                    "to hold 0, first set minimum 0 and suspend autoscaling (:range, :suspend)".to_owned(),
                );
            }
        } else if to > target.max {
            warnings.push(match (acts, target.suspension.scale_in) {
                (true, false) => format!(
                    "above autoscaling max {}: the next scale-in pulls it back to {}",
                    target.max, target.max
                ),
                (true, true) => {
                    format!("above autoscaling max {}: it stays while scaling in is suspended", target.max)
                }
                (false, _) => format!("above autoscaling max {}; no policy acts on it", target.max),
            });
        } else if to < target.min {
            warnings.push(match (acts, target.suspension.scale_out) {
                (true, false) => {
                    format!(
                        "below autoscaling min {}: the next scale-out lifts it to {}",
                        target.min, target.min
                    )
                }
                (true, true) => {
                    format!("below autoscaling min {}: it stays while scaling out is suspended", target.min)
                }
                (false, _) => format!("below autoscaling min {}; no policy acts on it", target.min),
            });
        } else if acts && target.suspension.is_none() {
            warnings.push(format!(
                "autoscaling goes on moving the count between {} and {}",
                target.min, target.max
            ));
        }
    }
    if service.is_deploying() {
        match service.controller {
            Controller::CodeDeploy => {}
            _ if scaling.is_some_and(|scaling| scaling.target.is_some()) => warnings.push(
                "a deployment is in progress: autoscaling does not scale in meanwhile, but does scale out"
                    .to_owned(),
            ),
            _ => warnings.push("a deployment is in progress: it goes on with the new count".to_owned()),
        }
    }
    warnings
}
