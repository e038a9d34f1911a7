//! The services of the incident: the ones in trouble, those that deploy, and the calm ones.
#![expect(clippy::indexing_slicing, reason = "every service here has a rollout, every task a container")]

use fargate_top::fleet::event::Event;
use fargate_top::fleet::service::{CapacityShare, LoadBalancer, Rollout, RolloutState, Service};

use super::ago;
use crate::support::fixture::{self, definition_id};

/// A service that runs as asked.
fn service(cluster: &str, name: &str, revision: u32, tasks: u32) -> Service {
    let mut service = fixture::service(&format!("{cluster}/{name}"), tasks);
    service.definition = Some(definition_id(&format!("{name}:{revision}")));
    service.capacity = vec![CapacityShare { provider: "FARGATE".into(), base: 0, weight: 1 }];
    service.rollouts =
        vec![rollout("PRIMARY", name, revision, (tasks, tasks), RolloutState::Completed, 2900)];
    service.events = vec![event(name, 40, 0, "has reached a steady state.")];
    service.load_balancers = vec![LoadBalancer {
        target_group: Some(
            format!("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-{name}/1").into(),
        ),
        container: Some("app".into()),
        port: Some(8080),
        advanced: None,
    }];
    service.grace_seconds = Some(60);
    service
}

/// Running and desired tasks of a revision, and how many minutes ago it was rolled out.
fn rollout(
    status: &str,
    name: &str,
    revision: u32,
    (running, desired): (u32, u32),
    state: RolloutState,
    minutes: i64,
) -> Rollout {
    let mut rollout = fixture::rollout(&format!("{name}-{revision}"), &format!("{name}:{revision}"), desired);
    rollout.status = status.into();
    rollout.running = running;
    rollout.state = Some(state);
    rollout.created = Some(ago(minutes, 10));
    rollout.updated = Some(ago(minutes, 0));
    rollout
}

fn event(service: &str, minutes: i64, seconds: i64, text: &str) -> Event {
    Event {
        id: format!("{service}-{minutes}-{seconds}-{}", text.len()).into(),
        at: ago(minutes, seconds),
        message: format!("(service {service}) {text}").into(),
    }
}

pub fn troubled() -> Vec<Service> {
    let mut checkout = service("payments", "checkout-api", 419, 6);
    checkout.running = 0;
    checkout.pending = 2;
    checkout.rules.breaker = false;
    checkout.rules.breaker_rolls_back = false;
    checkout.rules.minimum_healthy_percent = Some(0);
    checkout.rollouts = vec![
        rollout("PRIMARY", "checkout-api", 419, (0, 6), RolloutState::InProgress, 5),
        rollout("ACTIVE", "checkout-api", 418, (0, 0), RolloutState::Completed, 360),
    ];
    checkout.rollouts[0].failed = 14;
    checkout.rollouts[0].pending = 2;
    checkout.events = vec![
        event("checkout-api", 1, 2, "deployment ecs-svc/7b21: tasks failed to start."),
        event("checkout-api", 3, 42, "deregistered 6 targets in (target-group tg-checkout)"),
        event("checkout-api", 5, 2, "has started 6 tasks: (task 9f3c) (task b2e7)."),
        event("checkout-api", 43, 0, "has reached a steady state."),
    ];

    let mut mail = service("core", "mail-worker", 8, 3);
    mail.running = 1;
    mail.load_balancers.clear();
    mail.events = vec![
        event("mail-worker", 2, 0, "is unable to consistently start tasks successfully."),
        event("mail-worker", 22, 0, "has started 2 tasks: (task 77aa) (task 88bb)."),
        event("mail-worker", 50, 0, "has reached a steady state."),
    ];

    let mut search = service("search", "search-api", 140, 8);
    search.events = [2, 5, 9]
        .map(|minutes| {
            event(
                "search-api",
                minutes,
                0,
                "(port 8080) is unhealthy in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-search/9) due to (reason Health checks failed with these codes: [503]).",
            )
        })
        .to_vec();

    let resize = service("media", "image-resize", 31, 4);
    let mut cart = service("payments", "cart-api", 77, 10);
    cart.rules.alarms = vec!["cart-5xx".into(), "cart-latency".into()];
    cart.rules.alarms_on = true;

    let mut auth = service("core", "auth-api", 89, 6);
    auth.running = 7;
    auth.rollouts = vec![
        rollout("PRIMARY", "auth-api", 89, (3, 6), RolloutState::InProgress, 3),
        rollout("ACTIVE", "auth-api", 88, (4, 4), RolloutState::Completed, 5_000),
    ];
    auth.definition = Some(definition_id("auth-api:89"));
    auth.events = vec![event("auth-api", 3, 0, "has started 3 tasks: (task a) (task b) (task c).")];

    let mut notify = service("core", "notify", 13, 3);
    notify.rollouts = vec![
        rollout("PRIMARY", "notify", 13, (3, 3), RolloutState::InProgress, 6),
        rollout("ACTIVE", "notify", 12, (1, 0), RolloutState::Completed, 4_000),
    ];
    let mut web = service("web", "web-front", 302, 18);
    web.running = 20;
    web.rollouts = vec![
        rollout("PRIMARY", "web-front", 302, (9, 18), RolloutState::InProgress, 2),
        rollout("ACTIVE", "web-front", 301, (11, 11), RolloutState::Completed, 4_000),
    ];
    vec![checkout, mail, search, resize, cart, auth, notify, web]
}

pub fn healthy() -> Vec<Service> {
    let names = [
        ("payments", &["ledger", "orders-api", "invoice-pdf", "fraud-score", "payout-scheduler"][..]),
        ("core", &["session", "profile", "geo", "feature-flags", "cache-warmer", "id-generator"]),
        ("search", &["search-index", "suggest", "crawler"]),
        ("media", &["transcode", "thumbnails", "upload-api"]),
        ("web", &["landing", "help-centre", "status-page", "docs"]),
        ("data", &["etl-orders", "etl-users", "metabase", "kafka-connect", "schema-registry"]),
        ("batch", &["nightly-report", "gdpr-export"]),
        ("edge", &["gateway-eu-west-1-internal-production", "rate-limit", "bot-shield"]),
        ("tools", &["atlantis", "renovate"]),
    ];
    let mut services = Vec::new();
    for (cluster, names) in names {
        for (place, name) in (1..).zip(names) {
            services.push(service(cluster, name, 10 + place * 7, 1 + place % 4));
        }
    }
    services
}
