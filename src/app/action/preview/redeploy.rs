//! Before all tasks of a service are replaced by new ones of the same revision.

use super::lines::Lines;
use crate::app::document::Line;
use crate::app::format;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::service::Service;

pub(super) fn preview(lines: &mut Lines<'_>, cluster: &ClusterId, id: &ServiceId) -> (String, String) {
    let title = format!("Force new deployment: {}", id.name());
    lines.say("now", lines.counts(id));
    let Some(service) = lines.service(id) else { return (title, "redeploy".to_owned()) };
    if service.is_deploying() {
        lines.warn("a deployment is in progress: this one stops it and takes its place");
    }
    let name = service.definition.as_ref().map_or("-", |definition| definition.name());
    let mut effect = vec![Line::plain(format!("same task definition ({name}), {}.", replaced(service)))];
    effect.extend(pace(service));
    lines.all("effect", effect);
    lines.say("time", duration(lines, service));
    guards(lines, service);
    images(lines, cluster, service);
    (title, format!("redeploy {}", format::count(service.desired as usize, "task")))
}

/// What becomes of the tasks that run.
pub(super) fn replaced(service: &Service) -> String {
    let wanted = format::count(service.desired as usize, "new task");
    match service.running {
        0 => format!("{wanted}; none runs now"),
        1 => format!("{wanted} for the one that runs"),
        running => format!("{wanted} for the {running} that run"),
    }
}

/// What minimum and maximum percent mean for this service.
pub(super) fn pace(service: &Service) -> Vec<Line> {
    let rules = &service.rules;
    let strategy = rules.strategy.as_deref().unwrap_or("ROLLING");
    if strategy != "ROLLING" {
        return vec![Line::plain(format!(
            "strategy {strategy}: it runs all its stages, pauses and bake time."
        ))];
    }
    let minimum = rules.minimum_healthy_percent.unwrap_or(100);
    let maximum = rules.maximum_percent.unwrap_or(200);
    let desired = u64::from(service.desired);
    let extra = (desired * u64::from(maximum) / 100).saturating_sub(desired);
    let kept = (desired * u64::from(minimum)).div_ceil(100);
    let loss = desired.saturating_sub(kept);
    let loss = if loss == 0 {
        "no capacity loss".to_owned()
    } else {
        format!("up to {loss} of {desired} tasks missing")
    };
    vec![Line::plain(format!("min healthy {minimum}%, max {maximum}%: up to {extra} extra tasks, {loss}."))]
}

/// How long it took before.
pub(super) fn duration(lines: &Lines<'_>, service: &Service) -> String {
    let known = lines.model.fleet.deployments(&service.id);
    let took = |deployment: &ServiceDeployment| {
        let fine = deployment.status == DeploymentStatus::Successful;
        fine.then(|| Some(deployment.ended()? - deployment.began()?)).flatten()
    };
    let mut last: Vec<_> = known.into_iter().flat_map(|all| all.iter()).filter_map(took).take(3).collect();
    last.sort();
    match (last.first(), last.get(last.len() / 2), last.last()) {
        (Some(least), _, Some(most)) if last.len() > 1 && least == most => {
            format!("about {}, as the last {}", format::span(*least), last.len())
        }
        (Some(least), Some(middle), Some(most)) if last.len() > 1 => format!(
            "about {} (the last {} took {} to {})",
            format::span(*middle),
            last.len(),
            format::span(*least),
            format::span(*most)
        ),
        (Some(only), ..) => format!("about {} (the last one)", format::span(*only)),
        _ => "not known: no earlier deployment is recorded".to_owned(),
    }
}

/// What watches over a deployment, and what it does not see.
pub(super) fn guards(lines: &mut Lines<'_>, service: &Service) {
    let rules = &service.rules;
    let breaker = match (rules.breaker, rules.breaker_rolls_back) {
        (true, true) => "circuit breaker on, rolls back; it counts only tasks that never reach RUNNING",
        (true, false) => "circuit breaker on without rollback; it counts only tasks that never reach RUNNING",
        (false, _) => "circuit breaker OFF: nothing undoes a bad deployment",
    };
    let mut guards = vec![Line::plain(breaker)];
    if rules.alarms_on && !rules.alarms.is_empty() {
        guards.push(Line::plain(format!("alarms {} (state not known)", rules.alarms.join(", "))));
    }
    lines.all("guard", guards);
}

fn images(lines: &mut Lines<'_>, _cluster: &ClusterId, service: &Service) {
    let definition = service.definition.as_ref().and_then(|id| lines.model.fleet.definition(id));
    let by_tag =
        definition.into_iter().flat_map(|definition| &definition.containers).filter_map(|container| {
            let image = container.image.as_deref()?;
            (!image.contains("@sha256:")).then(|| crate::fleet::definition::short_image(Some(image)))
        });
    let by_tag: Vec<String> = by_tag.collect();
    if !by_tag.is_empty() {
        lines.warn(format!("image given by tag, may be other code (not checked): {}", by_tag.join(", ")));
    }
}
