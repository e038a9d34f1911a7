//! What autoscaling may do to a service and did lately, in words.

use chrono::{DateTime, Utc};

use super::absence;
use super::format;
use super::model::Model;
use crate::fleet::Fleet;
use crate::fleet::id::ServiceId;
use crate::fleet::scaling::{
    ActivityStatus, PolicyKind, ScalableTarget, Scaling, ScalingActivity, ScalingPolicy, ScheduledAction,
    Suspension,
};
use crate::fleet::service::Service;
use crate::fleet::topic::Subject;

/// Nothing but a person or a pipeline changes the count.
pub const NONE: &str = "not scaled automatically";

/// What is known as the facts of one line, the range with what it follows first, or why it is not known; `brief` leaves
/// out what the description tells.
pub fn facts(model: &Model, service: &Service, brief: bool) -> Vec<String> {
    let asked = Subject::Scaling(service.cluster.clone(), service.id.clone());
    let trouble = absence::trouble(model, service.context, asked);
    let Some(scaling) = model.fleet.scaling(&service.id) else {
        let why = trouble.map(|trouble| format!("not known: {}", trouble.failure));
        return vec![why.unwrap_or_else(|| "not known yet".to_owned())];
    };
    let mut facts = match &scaling.target {
        Some(target) => scaled(scaling, target, model.now, brief),
        None => vec![NONE.to_owned()],
    };
    facts.extend(trouble.map(|trouble| trouble.failure.to_string()));
    facts
}

fn scaled(scaling: &Scaling, target: &ScalableTarget, now: DateTime<Utc>, brief: bool) -> Vec<String> {
    let mut facts = vec![format!("{}, {}", range(target), follows(&scaling.policies))];
    facts.extend(suspension(target.suspension));
    let told = |newest| if brief { gist(newest, target, now) } else { activity(newest, target, now) };
    facts.extend(scaling.activities.first().map(told));
    facts.extend(match scaling.scheduled.as_slice() {
        [] => None,
        [only] if !brief => Some(format!("schedule {}", only.name)),
        some => Some(format::count(some.len(), "schedule")),
    });
    facts
}

/// The service is scaled by something else than a person.
pub fn matters(fleet: &Fleet, service: &ServiceId) -> bool {
    fleet.scaling(service).is_some_and(|scaling| scaling.target.is_some())
}

/// `min 4 max 10`.
pub fn range(target: &ScalableTarget) -> String {
    format!("min {} max {}", target.min, target.max)
}

/// What the policies follow: `target CPU 60%`.
pub fn follows(policies: &[ScalingPolicy]) -> String {
    if policies.is_empty() {
        return "no policy".to_owned();
    }
    policies.iter().map(policy).collect::<Vec<_>>().join(", ")
}

/// How one policy decides.
pub fn policy(policy: &ScalingPolicy) -> String {
    match &policy.kind {
        PolicyKind::TargetTracking { metric, target, scale_in_disabled } => {
            let only_out = if *scale_in_disabled { " (never scales in)" } else { "" };
            // The forms with a higher resolution follow the same figure.
            let target = match metric.strip_suffix("HighResolution").unwrap_or(metric) {
                "ECSServiceAverageCPUUtilization" => format!("CPU {target}%"),
                "ECSServiceAverageMemoryUtilization" => format!("memory {target}%"),
                "ALBRequestCountPerTarget" => format!("{target} requests per task"),
                metric => format!("{metric} {target}"),
            };
            format!("target {target}{only_out}")
        }
        PolicyKind::Step => "steps by alarms".to_owned(),
        PolicyKind::Predictive => "prediction".to_owned(),
        PolicyKind::Other(kind) => format!("{kind} policy"),
    }
}

/// What stands still; `None` where nothing does.
pub fn suspension(suspension: Suspension) -> Option<String> {
    if suspension.is_none() {
        return None;
    }
    if suspension.is_all() {
        return Some("suspended: nothing scales it".to_owned());
    }
    let parts = [
        (suspension.scale_in, "scale-in"),
        (suspension.scale_out, "scale-out"),
        (suspension.scheduled, "schedules"),
    ];
    let parts: Vec<&str> = parts.into_iter().filter(|(stands, _)| *stands).map(|(_, word)| word).collect();
    Some(format!("{} suspended", parts.join(" and ")))
}

/// What was done last, or why nothing was: `at its maximum of 10: AlreadyAtMaxCapacity, 2m ago`.
pub fn activity(activity: &ScalingActivity, target: &ScalableTarget, now: DateTime<Utc>) -> String {
    let age = format::age(now - activity.at);
    if let Some(code) = activity.reasons_not_scaled.first() {
        return format!("{}: {code}, {age} ago", not_scaled(code, target));
    }
    let what = activity.description.trim_end_matches('.');
    match &activity.status {
        ActivityStatus::Successful => format!("{what}, {age} ago"),
        status @ (ActivityStatus::Pending | ActivityStatus::InProgress) => {
            format!("{what}, {} for {age}", status.as_str())
        }
        status => {
            let message = activity.message.as_deref().map_or_else(String::new, |said| format!(": {said}"));
            format!("{what}, {} {age} ago{message}", status.as_str())
        }
    }
}

/// The same without AWS's code: `at its maximum of 10, 2m ago`.
fn gist(newest: &ScalingActivity, target: &ScalableTarget, now: DateTime<Utc>) -> String {
    match newest.reasons_not_scaled.first() {
        Some(code) => format!("{}, {} ago", not_scaled(code, target), format::age(now - newest.at)),
        None => activity(newest, target, now),
    }
}

/// What a code of AWS means.
fn not_scaled(code: &str, target: &ScalableTarget) -> String {
    match code {
        "AlreadyAtMaxCapacity" => format!("at its maximum of {}", target.max),
        "AlreadyAtMinCapacity" => format!("at its minimum of {}", target.min),
        "AlreadyAtDesiredCapacity" => "already at the wanted count".to_owned(),
        "AutoScalingAnticipatedFlapping" => "left alone, it would soon be undone".to_owned(),
        "TargetServicePutResourceAsUnscalable" => "ECS does not let it be scaled now".to_owned(),
        _ => "not scaled".to_owned(),
    }
}

/// `morning cron(0 8 ? * MON-FRI *) Europe/Berlin: min 4 max 20`.
pub fn schedule(action: &ScheduledAction) -> String {
    let zone = action.timezone.as_deref().map_or_else(String::new, |zone| format!(" {zone}"));
    let bound = |word: &str, bound: Option<u32>| bound.map(|bound| format!("{word} {bound}"));
    let bounds = [bound("min", action.min), bound("max", action.max)];
    let bounds = bounds.into_iter().flatten().collect::<Vec<_>>().join(" ");
    format!("{} {}{zone}: {bounds}", action.name, action.schedule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::scaling::Number;

    fn target() -> ScalableTarget {
        ScalableTarget { min: 4, max: 10, suspension: Suspension::default(), created: None }
    }

    #[test]
    fn a_policy_is_said_by_what_it_follows() {
        let tracking = |metric: &str, target, scale_in_disabled| PolicyKind::TargetTracking {
            metric: metric.into(),
            target: Number(target),
            scale_in_disabled,
        };
        for (kind, words) in [
            (tracking("ECSServiceAverageCPUUtilization", 60.0, false), "target CPU 60%"),
            (tracking("ECSServiceAverageCPUUtilizationHighResolution", 60.5, false), "target CPU 60.5%"),
            (
                tracking("ECSServiceAverageMemoryUtilization", 75.0, true),
                "target memory 75% (never scales in)",
            ),
            (tracking("ALBRequestCountPerTarget", 1200.0, false), "target 1200 requests per task"),
            (tracking("Acme/Queue Backlog", 5.0, false), "target Acme/Queue Backlog 5"),
            (PolicyKind::Step, "steps by alarms"),
            (PolicyKind::Predictive, "prediction"),
            (PolicyKind::Other("New".into()), "New policy"),
        ] {
            assert_eq!(policy(&ScalingPolicy { name: "p".into(), kind, alarms: Vec::new() }), words);
        }
        assert_eq!(follows(&[]), "no policy");
    }

    #[test]
    fn what_stands_still_is_named() {
        let of = |scale_in, scale_out, scheduled| suspension(Suspension { scale_in, scale_out, scheduled });
        assert_eq!(of(false, false, false), None);
        assert_eq!(of(true, false, false).as_deref(), Some("scale-in suspended"));
        assert_eq!(of(true, true, false).as_deref(), Some("scale-in and scale-out suspended"));
        assert_eq!(of(true, true, true).as_deref(), Some("suspended: nothing scales it"));
    }

    #[test]
    fn an_activity_says_what_came_of_it() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap_or_default();
        let of = |status: &str, code: Option<&str>, message: Option<&str>| {
            let one = ScalingActivity {
                id: "a".into(),
                at: now - chrono::TimeDelta::minutes(2),
                ended: None,
                status: ActivityStatus::parse(status),
                description: "Setting desired count to 12.".into(),
                cause: "an alarm".into(),
                message: message.map(Into::into),
                reasons_not_scaled: code.into_iter().map(Into::into).collect(),
            };
            activity(&one, &target(), now)
        };
        for (status, code, message, words) in [
            ("Successful", None, None, "Setting desired count to 12, 2m ago"),
            ("InProgress", None, None, "Setting desired count to 12, in progress for 2m"),
            (
                "Failed",
                None,
                Some("no permission"),
                "Setting desired count to 12, failed 2m ago: no permission",
            ),
            (
                "Successful",
                Some("AlreadyAtMaxCapacity"),
                None,
                "at its maximum of 10: AlreadyAtMaxCapacity, 2m ago",
            ),
            (
                "Successful",
                Some("AlreadyAtMinCapacity"),
                None,
                "at its minimum of 4: AlreadyAtMinCapacity, 2m ago",
            ),
            ("Successful", Some("SomethingNew"), None, "not scaled: SomethingNew, 2m ago"),
        ] {
            assert_eq!(of(status, code, message), words);
        }
    }

    #[test]
    fn a_schedule_tells_its_zone_and_its_bounds() {
        let action = ScheduledAction {
            name: "morning".into(),
            schedule: "cron(0 8 * * ? *)".into(),
            timezone: Some("Europe/Berlin".into()),
            min: Some(4),
            max: Some(20),
        };
        assert_eq!(schedule(&action), "morning cron(0 8 * * ? *) Europe/Berlin: min 4 max 20");
    }
}
