//! What is learnt of the services of the incident that somebody looks at: deployments, revisions, autoscaling, protection.

use fargate_top::fleet::deployment::{Breaker, DeploymentStatus, RevisionTasks, ServiceDeployment};
use fargate_top::fleet::id::{DeploymentId, RevisionId, ServiceId, TaskId};
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::protection::Protection;
use fargate_top::fleet::revision::{RevisionImage, ServiceRevision};
use fargate_top::fleet::scaling::{
    ActivityStatus, Number, PolicyKind, ScalableTarget, Scaling, ScalingActivity, ScalingPolicy,
    ScheduledAction, Suspension,
};

use super::ago;
use crate::support::fixture::{cluster_id, definition_id, now, service_id, task_id};

fn revision_id(service: &str, end: &str) -> RevisionId {
    RevisionId::new(format!("service-revision/payments/{service}/498030646637357{end}"))
}

pub fn facts() -> Vec<Observation> {
    let checkout = "checkout-api";
    let mut newest = deployment(checkout, "d2", DeploymentStatus::InProgress, 5, None);
    let counts = |end: &str, requested, pending| RevisionTasks {
        revision: revision_id(checkout, end),
        requested,
        running: 0,
        pending,
        production: None,
        test: None,
    };
    newest.target = Some(counts("c01e", 6, 2));
    newest.sources = vec![counts("77ab", 0, 0)];
    let revisions =
        vec![revision(checkout, "c01e", 419, "app:91aa"), revision(checkout, "77ab", 418, "app:7d1e")];
    let cart = vec![deployment("cart-api", "d1", DeploymentStatus::Successful, 2900, Some(2896))];
    vec![
        Observation::Deployments { service: service_id("payments/checkout-api"), deployments: vec![newest] },
        Observation::Revisions { revisions, missing: Vec::new() },
        Observation::Deployments { service: service_id("payments/cart-api"), deployments: cart },
        Observation::Scaling { service: service_id("payments/cart-api"), scaling: at_its_maximum() },
        Observation::Scaling { service: service_id("payments/checkout-api"), scaling: Scaling::default() },
        Observation::Protection {
            tasks: vec![
                (task("77d0"), Protection { enabled: true, expires: Some(ago(-17, 0)) }),
                (task("12aa"), Protection { enabled: true, expires: Some(ago(-17, 0)) }),
                (task("3c3c"), Protection { enabled: false, expires: None }),
                (task("a41c"), Protection { enabled: false, expires: None }),
            ],
        },
    ]
}

fn task(short: &str) -> TaskId {
    task_id(cluster_id("payments").name(), &format!("{short}{}", "0".repeat(28)))
}

fn at_its_maximum() -> Scaling {
    let activity = |id: &str, minutes, description: &str, reasons: &[&str]| ScalingActivity {
        id: id.into(),
        at: ago(minutes, 0),
        ended: Some(ago(minutes, -20)),
        status: ActivityStatus::Successful,
        description: description.into(),
        cause: "monitor alarm TargetTracking-cart-AlarmHigh in state ALARM triggered policy cpu60".into(),
        message: None,
        reasons_not_scaled: reasons.iter().map(|reason| (*reason).into()).collect(),
    };
    Scaling {
        target: Some(ScalableTarget {
            min: 4,
            max: 10,
            suspension: Suspension::default(),
            created: Some(ago(90_000, 0)),
        }),
        policies: vec![ScalingPolicy {
            name: "cpu60".into(),
            kind: PolicyKind::TargetTracking {
                metric: "ECSServiceAverageCPUUtilization".into(),
                target: Number(60.0),
                scale_in_disabled: false,
            },
            alarms: vec!["TargetTracking-cart-AlarmHigh".into()],
        }],
        activities: vec![
            activity("a2", 2, "Attempting to scale due to alarm triggered", &["AlreadyAtMaxCapacity"]),
            activity("a1", 11, "Setting desired count to 10.", &[]),
        ],
        scheduled: vec![ScheduledAction {
            name: "morning".into(),
            schedule: "cron(0 8 ? * MON-FRI *)".into(),
            timezone: Some("Europe/Berlin".into()),
            min: Some(6),
            max: None,
        }],
    }
}

fn revision(service: &str, end: &str, definition: u32, image: &str) -> ServiceRevision {
    ServiceRevision {
        id: revision_id(service, end),
        service: service_id(&format!("payments/{service}")),
        definition: Some(definition_id(&format!("{service}:{definition}"))),
        images: vec![RevisionImage { container: "app".into(), image: image.into(), digest: None }],
        launch_type: Some("FARGATE".into()),
        capacity: Vec::new(),
        platform_version: Some("1.4.0".into()),
        platform_family: Some("Linux".into()),
        network: None,
        load_balancers: Vec::new(),
        created: Some(ago(5, 0)),
    }
}

fn deployment(
    service: &str,
    id: &str,
    status: DeploymentStatus,
    started: i64,
    finished: Option<i64>,
) -> ServiceDeployment {
    ServiceDeployment {
        id: DeploymentId::new(format!("service-deployment/payments/{service}/{id}")),
        service: service_id(&format!("payments/{service}")),
        status,
        status_reason: None,
        stage: None,
        hooks: Vec::new(),
        breaker: Some(Breaker { status: "DISABLED".into(), failures: 0, threshold: 0 }),
        alarms: None,
        rollback: None,
        sources: Vec::new(),
        target: None,
        created: Some(ago(started, 0)),
        started: Some(ago(started, 0)),
        updated: None,
        finished: finished.map(|minutes| ago(minutes, 0)),
        stopped: None,
        rules: None,
    }
}

/// The same with this text wherever AWS or a person writes one.
pub fn facts_saying(service: &ServiceId, text: &str) -> Vec<Observation> {
    let mut deployment = deployment("checkout-api", text, DeploymentStatus::Other(text.into()), 5, None);
    deployment.status_reason = Some(text.into());
    deployment.stage = Some(text.into());
    let names = || vec![text.into()];
    deployment.alarms = Some(fargate_top::fleet::deployment::Alarms {
        status: text.into(),
        names: names(),
        triggered: names(),
    });
    let counts = |end: &str| RevisionTasks {
        revision: revision_id("checkout-api", end),
        requested: u32::MAX,
        running: 1,
        pending: 0,
        production: None,
        test: None,
    };
    deployment.target = Some(counts(text));
    deployment.sources = vec![counts("77ab")];
    let mut scaling = at_its_maximum();
    for policy in &mut scaling.policies {
        (policy.name, policy.kind) = (text.into(), PolicyKind::Other(text.into()));
    }
    for activity in &mut scaling.activities {
        (activity.description, activity.cause) = (text.into(), text.into());
        activity.reasons_not_scaled = names();
    }
    let mut revision = revision("checkout-api", text, 419, text);
    revision.platform_family = Some(text.into());
    let seen = Protection { enabled: true, expires: Some(now()) };
    vec![
        Observation::Deployments { service: service.clone(), deployments: vec![deployment] },
        Observation::Revisions { revisions: vec![revision], missing: Vec::new() },
        Observation::Scaling { service: service.clone(), scaling },
        Observation::Protection { tasks: vec![(task("9f3c"), seen)] },
    ]
}
