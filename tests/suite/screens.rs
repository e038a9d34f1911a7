//! What each screen looks like, at each size, with and without colours and Unicode.

use std::collections::BTreeSet;
use std::sync::Arc;

use fargate_top::app::budget::{BucketUse, Budget};
use fargate_top::app::logs::opened;
use fargate_top::app::message::{Input, Message};
use fargate_top::app::notice::Level;
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::app::update;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::bucket::Bucket;
use fargate_top::fleet::id::ServiceId;
use fargate_top::fleet::log::origin::Origin;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::topic::{FailureKind, Subject, Target, Topic};
use fargate_top::view::theme::{Background, Depth, Theme, ThemeChoice};
use proptest::prelude::*;
use ratatui::buffer::Cell;
use ratatui::layout::Size;
use rstest::rstest;
use unicode_width::UnicodeWidthStr;

use crate::support::desk::Desk;
use crate::support::fixture::{ago, cluster, cluster_id, definition_id, now, service, service_id, task_id};
use crate::support::incident::{self, CONTEXT, failed};
use crate::support::screen::{
    ascii_desk, assert_picture, assert_styles, desk, lines, new_desk, picture, picture_on,
};

/// The sizes that every screen is pictured at.
const WIDE: (u16, u16) = (120, 36);
const CLASSIC: (u16, u16) = (80, 24);
const SMALLEST: (u16, u16) = (60, 15);
const ALL: [(u16, u16); 3] = [WIDE, CLASSIC, SMALLEST];

fn service_screen(path: &str) -> Screen {
    let cluster = path.split('/').next().unwrap_or_default();
    Screen::Service(cluster_id(cluster), service_id(path))
}

fn id(cluster: &str, short: &str) -> fargate_top::fleet::id::TaskId {
    task_id(cluster, &format!("{short}{}", "0".repeat(28)))
}

/// Every screen with its name, and what lies over one after some keys.
fn views() -> Vec<(&'static str, Screen, &'static str)> {
    let cart = || (cluster_id("payments"), service_id("payments/cart-api"));
    let failing = || (cluster_id("payments"), service_id("payments/checkout-api"));
    let of_cart = || Target::Service(cart().0, cart().1);
    let killed = || (cluster_id("media"), id("media", "4e10"));
    let of = |(cluster, service)| Screen::Service(cluster, service);
    vec![
        ("fleet", Screen::Fleet, ""),
        ("fleet-filter-empty", Screen::Fleet, "/"),
        ("fleet-filter-typed", Screen::Fleet, "/ api"),
        ("fleet-palette", Screen::Fleet, ":"),
        ("fleet-palette-typed", Screen::Fleet, ": api"),
        ("fleet-help", Screen::Fleet, "?"),
        ("clusters", Screen::Clusters, ""),
        ("services", Screen::Services(cluster_id("payments")), ""),
        ("service", of(cart()), ""),
        ("service-failing", of(failing()), ""),
        ("service-deploying", service_screen("core/auth-api"), ""),
        ("tasks", Screen::ServiceTasks(cluster_id("media"), service_id("media/image-resize")), ""),
        ("tasks-of-cluster", Screen::ClusterTasks(cluster_id("core")), ""),
        ("tasks-of-all", Screen::AllTasks, ""),
        ("task", Screen::Task(killed().0, killed().1), ""),
        ("task-running", Screen::Task(cluster_id("payments"), id("payments", "a41c")), ""),
        ("events", Screen::Events(failing().0, failing().1), ""),
        ("deployments", Screen::Deployments(failing().0, failing().1), ""),
        ("describe", Screen::Describe(of_cart()), ""),
        ("describe-task", Screen::Describe(Target::Task(killed().0, killed().1)), ""),
        ("describe-cluster", Screen::Describe(Target::Cluster(cluster_id("payments"))), ""),
        ("describe-definition", Screen::Describe(Target::Definition(definition_id("checkout-api:419"))), ""),
        ("json", Screen::Json(of_cart()), "/ cart enter"),
        ("aliases", Screen::Aliases, ""),
        ("messages", Screen::Messages, ""),
        ("requests", Screen::Requests, ""),
        ("contexts", Screen::Contexts, ""),
        ("operations", Screen::Operations, ""),
        ("approvals", Screen::Approvals, ""),
        ("logs", Screen::Logs(Origin::Service(failing().0, failing().1)), ""),
        ("logs-line", Screen::LogLine(crate::support::lines::origin()), ""),
        ("blue-green-none", Screen::Shift(cart().0, cart().1), ""),
    ]
}

/// A dashboard in the middle of the incident that has asked and said something before.
fn busy(mut desk: Desk, screen: &Screen, keys: &str) -> Desk {
    let target = Target::Service(cluster_id("payments"), service_id("payments/cart-api"));
    let json = "{\n  \"serviceName\": \"cart-api\",\n  \"desiredCount\": 10,\n  \"enableExecuteCommand\": true,\n  \"role\": null,\n  \"taskDefinition\": \"arn:aws:ecs:eu-west-1:123456789012:task-definition/cart-api:77\"\n}";
    desk.learn(Observation::Raw { target, json: json.into() });
    let running = Subject::Task(cluster_id("payments"), id("payments", "a41c"));
    desk.learn(Observation::Answered { topic: Topic::new(CONTEXT, running) });
    let used = |bucket, refused| BucketUse {
        bucket,
        allowed: 2.5,
        sent: 48,
        refused,
        sent_total: 3_210,
        refused_total: u64::from(refused),
        waiting: refused,
        refused_at: (refused > 0).then(|| ago(20)),
    };
    let buckets = vec![used(Bucket::ServiceRead, 2), used(Bucket::TaskRead, 0)];
    desk.model.budgets.insert(CONTEXT, Budget { context: CONTEXT, buckets, in_flight: 1 });
    let said = [
        (Level::Info, "copied the name of the service"),
        (Level::Error, "could not write to /tmp/fleet.txt: no space left on device"),
        (Level::Warning, "no service is called `chekout` here; this is the fleet"),
    ];
    for (level, text) in said {
        desk.model.notices.say(ago(300), level, text);
    }
    desk.model.notices.mark_read();
    if let Screen::LogLine(of) = screen {
        desk.at(&Screen::Logs(of.clone()));
        update::logs::arrive(&mut desk.model);
        let json =
            r#"{"level":"error","msg":"payment failed","order":4711,"items":[{"sku":"a-1"}],"ok":false}"#;
        desk.lines(vec![crate::support::lines::line("9f3c", "app", 4_000, 200, json)]);
        let view = desk.log();
        view.opened = opened::open(view);
    }
    let mut desk = desk.open(screen);
    if matches!(screen, Screen::Logs(_)) {
        update::logs::arrive(&mut desk.model);
    }
    if !keys.is_empty() {
        desk.press(keys);
    }
    desk
}

/// The place of a screen among all kinds; a new kind does not compile here before it has one.
fn kind(screen: &Screen) -> usize {
    match screen {
        Screen::Fleet => 0,
        Screen::Clusters => 1,
        Screen::Services(_) => 2,
        Screen::Service(..) => 3,
        Screen::AllTasks => 4,
        Screen::ClusterTasks(_) => 5,
        Screen::ServiceTasks(..) => 6,
        Screen::Task(..) => 7,
        Screen::Events(..) => 8,
        Screen::Describe(_) => 9,
        Screen::Json(_) => 10,
        Screen::Aliases => 11,
        Screen::Messages => 12,
        Screen::Requests => 13,
        Screen::Contexts => 14,
        Screen::Operations => 15,
        Screen::Deployments(..) => 16,
        Screen::Approvals => 17,
        Screen::Shift(..) => 18,
        Screen::Logs(_) => 19,
        Screen::LogLine(_) => 20,
    }
}

#[test]
fn every_kind_of_screen_is_among_the_views() {
    let shown: BTreeSet<usize> = views().iter().map(|(_, screen, _)| kind(screen)).collect();
    assert!(shown.into_iter().eq(0..=20));
}

/// Every screen as it opens.
#[rstest]
#[case(WIDE)]
#[case(CLASSIC)]
#[case(SMALLEST)]
fn each_screen(#[case] (width, height): (u16, u16)) {
    for (name, screen, keys) in views() {
        assert_picture(name, &busy(desk(width, height), &screen, keys).model);
    }
}

/// Where there is more room than most have.
#[rstest]
#[case("fleet", Screen::Fleet, "")]
#[case("fleet-help", Screen::Fleet, "?")]
#[case("service", service_screen("payments/cart-api"), "")]
#[case("tasks-of-all", Screen::AllTasks, "")]
#[case("events", Screen::Events(cluster_id("payments"), service_id("payments/checkout-api")), "")]
fn with_much_room(#[case] name: &str, #[case] screen: Screen, #[case] keys: &str) {
    assert_picture(name, &busy(desk(200, 60), &screen, keys).model);
}

/// The fleet after some keys.
#[rstest]
#[case("all", "ctrl-z", &[WIDE])]
#[case("marked", "j j space j j", &[WIDE])]
#[case("wide", "ctrl-w", &[WIDE])]
#[case("sorted", "shift-right shift-right shift-right O", &[WIDE, CLASSIC])]
#[case("no-header", "ctrl-e", &[CLASSIC])]
#[case("scoped", ": clusters enter j u", &[WIDE])]
#[case("filter-kept", "/ api enter", &ALL)]
#[case("filter-nothing", "/ zzz enter", &ALL)]
#[case("palette-not-now", ": clear", &[CLASSIC, SMALLEST])]
#[case("palette-nothing", ": zzz", &[CLASSIC, SMALLEST])]
#[case("help-narrowed", "? sort", &ALL)]
fn the_fleet_after(#[case] name: &str, #[case] keys: &str, #[case] sizes: &[(u16, u16)]) {
    for (width, height) in sizes {
        let mut desk = desk(*width, *height);
        desk.press(keys);
        assert_picture(&format!("fleet-{name}"), &desk.model);
    }
}

/// Facts as they arrive: first nothing, then names, then descriptions.
#[rstest]
#[case("nothing", 0)]
#[case("clusters", 2)]
#[case("names", 8)]
#[case("half", 18)]
fn loading(#[case] name: &str, #[case] facts: usize) {
    for (width, height) in ALL {
        let mut desk = new_desk(width, height);
        for fact in incident::facts().into_iter().take(facts) {
            desk.learn(fact);
        }
        assert_picture(&format!("loading-{name}"), &desk.model);
    }
}

#[test]
fn remembered_services_are_marked_until_they_are_checked() {
    let mut desk = new_desk(80, 24);
    let services = ["core/mail-worker", "media/image-resize"].map(service_id).to_vec();
    desk.learn(Observation::Remembered { context: CONTEXT, services });
    assert_picture("remembered", &desk.model);
}

#[rstest]
#[case("clusters", Screen::Clusters)]
#[case("fleet", Screen::Fleet)]
fn an_account_without_clusters(#[case] name: &str, #[case] screen: Screen) {
    for (width, height) in [CLASSIC, SMALLEST] {
        let mut desk = new_desk(width, height);
        desk.learn(Observation::Clusters { context: CONTEXT, clusters: Vec::new() });
        for subject in [Subject::Clusters, Subject::Services] {
            desk.learn(Observation::Answered { topic: Topic::new(CONTEXT, subject) });
        }
        assert_picture(&format!("no-clusters-{name}"), &desk.open(&screen).model);
    }
}

#[test]
fn a_cluster_without_services() {
    let mut desk = new_desk(80, 24);
    let id = cluster_id("media");
    desk.learn(Observation::Clusters { context: CONTEXT, clusters: vec![cluster("media")] });
    desk.learn(Observation::Roster { context: CONTEXT, cluster: id.clone(), services: Vec::new() });
    for subject in [Subject::Services, Subject::ClusterTasks(id.clone()), Subject::StoppedTasks(id.clone())] {
        desk.learn(Observation::Answered { topic: Topic::new(CONTEXT, subject) });
    }
    let desk = desk.open(&Screen::Services(id.clone()));
    assert_picture("no-services", &desk.model);
    assert_picture("no-tasks", &desk.open(&Screen::ClusterTasks(id)).model);
}

#[test]
fn a_calm_fleet() {
    let fleet = crate::support::fixture::fleet(
        vec![service("core/api", 2), service("core/web", 3)],
        Vec::new(),
        Vec::new(),
    );
    let mut desk = Desk::with(fleet, Settings::default(), Size::new(80, 24));
    desk.learn(Observation::Answered { topic: Topic::new(CONTEXT, Subject::Services) });
    assert_picture("calm", &desk.model);
}

/// What stands in the way.
#[rstest]
#[case("throttled", FailureKind::Throttled, "ListTasks", "Rate exceeded", false)]
#[case("denied", FailureKind::Denied { action: Some("ecs:ListTasks".into()) }, "ListTasks", "no", false)]
#[case("offline", FailureKind::Network, "ListTasks", "connection refused", false)]
#[case(
    "expired",
    FailureKind::Expired,
    "DescribeServices",
    "The security token included in the request is expired",
    true
)]
fn in_the_way(
    #[case] name: &str,
    #[case] kind: FailureKind,
    #[case] operation: &str,
    #[case] message: &str,
    #[case] styled: bool,
) {
    for (width, height) in ALL {
        let mut desk = desk(width, height);
        desk.learn(failed(Subject::Services, kind.clone(), operation, message));
        desk.pass(200);
        assert_picture(name, &desk.model);
        if styled && width == WIDE.0 {
            assert_styles(name, &desk.model, &Theme::default());
        }
    }
}

/// Facts that stay away although the others are there, and the panes that they would be in.
fn kept_away() -> Vec<Observation> {
    let (cluster, service) = (cluster_id("payments"), service_id("payments/cart-api"));
    let unsupported = |subject, operation| failed(subject, FailureKind::Unsupported, operation, "");
    let denied = |subject, operation: &str| {
        let action = Some(format!("ecs:{operation}").into());
        failed(subject, FailureKind::Denied { action }, operation, "no")
    };
    let deployments = Subject::Deployments(cluster.clone(), service.clone());
    let mut facts = incident::facts();
    let kept = |subject: &Subject| match subject {
        Subject::Deployments(..) | Subject::StoppedTasks(_) | Subject::ServiceTasks(..) => false,
        Subject::ClusterTasks(id) => id.name() != "media",
        _ => true,
    };
    facts.retain(|fact| match fact {
        Observation::Answered { topic } => kept(&topic.subject),
        Observation::Deployments { .. } | Observation::Definition { .. } => false,
        _ => true,
    });
    facts.push(unsupported(deployments, "ListServiceDeployments"));
    facts.push(denied(Subject::ServiceTasks(cluster.clone(), service), "ListTasks"));
    facts.push(denied(Subject::StoppedTasks(cluster), "ListTasks"));
    facts.push(denied(Subject::ClusterTasks(cluster_id("media")), "ListTasks"));
    facts.push(unsupported(Subject::Definition(definition_id("cart-api:77")), "DescribeTaskDefinition"));
    facts.push(denied(Subject::Raw(target()), "DescribeServices"));
    facts
}

fn target() -> Target {
    Target::Service(cluster_id("payments"), service_id("payments/cart-api"))
}

/// Each pane says what keeps its facts away where they would stand.
#[rstest]
#[case("service", service_screen("payments/cart-api"), &[WIDE, CLASSIC, SMALLEST])]
#[case("tasks", Screen::ServiceTasks(cluster_id("payments"), service_id("payments/cart-api")), &[CLASSIC])]
#[case("tasks-of-all", Screen::AllTasks, &[WIDE, CLASSIC])]
#[case("events", Screen::Events(cluster_id("payments"), service_id("payments/cart-api")), &[WIDE, CLASSIC])]
#[case("describe", Screen::Describe(target()), &[(120, 80)])]
#[case("json", Screen::Json(target()), &[CLASSIC])]
fn what_keeps_facts_away(#[case] name: &str, #[case] screen: Screen, #[case] sizes: &[(u16, u16)]) {
    for (width, height) in sizes {
        let mut desk = new_desk(*width, *height);
        for fact in kept_away() {
            desk.learn(fact);
        }
        assert_picture(&format!("kept-away-{name}"), &desk.open(&screen).model);
    }
}

/// A cluster whose services may not be listed is not waited for.
#[test]
fn a_list_that_is_refused() {
    let mut desk = new_desk(80, 24);
    let media = |id: &ServiceId| id.cluster_name() == Some("media");
    for fact in incident::facts() {
        match fact {
            Observation::Roster { cluster, .. } if cluster.name() == "media" => {}
            Observation::Services { mut services, missing } => {
                services.retain(|service| !media(&service.id));
                desk.learn(Observation::Services { services, missing });
            }
            Observation::Answered { topic } if topic.subject == Subject::Services => {}
            fact => drop(desk.learn(fact)),
        }
    }
    let denied = FailureKind::Denied { action: Some("ecs:ListServices".into()) };
    desk.learn(failed(Subject::Services, denied, "ListServices", "no"));
    assert!(!desk.model.loaded);
    desk.pass(11);
    assert!(desk.model.loaded);
    assert_picture("list-refused", &desk.model);
    let other = desk.open(&Screen::Services(cluster_id("media")));
    assert_picture("list-refused-cluster", &other.model);
    let other = other.open(&Screen::Services(cluster_id("core")));
    assert_picture("list-refused-elsewhere", &other.model);
    assert_picture("list-refused-clusters", &other.open(&Screen::Clusters).model);
}

#[test]
fn the_first_question_is_denied() {
    for (width, height) in ALL {
        let mut desk = new_desk(width, height);
        let denied = FailureKind::Denied { action: Some("ecs:ListClusters".into()) };
        desk.learn(failed(Subject::Clusters, denied, "ListClusters", "no"));
        assert_picture("denied-at-first", &desk.model);
    }
}

#[test]
fn several_things_are_in_the_way() {
    let mut desk = desk(80, 24);
    desk.learn(failed(Subject::Services, FailureKind::Throttled, "DescribeServices", "Rate exceeded"));
    desk.learn(failed(Subject::Clusters, FailureKind::Timeout, "ListClusters", "no answer"));
    assert_picture("several-in-the-way", &desk.model);
}

#[test]
fn old_data_tell_their_age() {
    let mut desk = desk(80, 24);
    desk.pass(41);
    assert_picture("old", &desk.model);
}

#[test]
fn a_service_that_went_away_says_so() {
    let mut desk = desk(80, 24);
    desk.press("j");
    desk.learn(Observation::Services { services: Vec::new(), missing: vec![service_id("core/mail-worker")] });
    assert_picture("gone", &desk.model);
    assert_styles("gone", &desk.model, &Theme::default());
    let gone = service_screen("core/mail-worker");
    assert_picture("service-gone", &desk.open(&gone).model);
}

#[test]
fn notices_have_the_message_line() {
    let mut desk = desk(80, 24);
    desk.model.notices.say(now(), Level::Error, "could not write to /tmp/fleet.txt: no space left on device");
    assert_picture("notice", &desk.model);
}

#[test]
fn protected_sessions_say_so() {
    let settings = Settings { read_only: true, mouse: true, utc: true, ..Settings::default() };
    let desk = Desk::with(incident::fleet(), settings, Size::new(120, 36));
    assert_picture("read-only", &desk.model);
}

#[rstest]
#[case(52, 12)]
#[case(20, 4)]
fn too_small(#[case] width: u16, #[case] height: u16) {
    assert_picture("too-small", &desk(width, height).model);
}

#[test]
fn without_unicode() {
    for (width, height) in [CLASSIC, SMALLEST] {
        for (name, screen, keys) in views() {
            let desk = busy(ascii_desk(width, height), &screen, keys);
            assert_picture(&format!("ascii-{name}"), &desk.model);
            for line in lines(&picture(&desk.model, &Theme::default())) {
                assert!(line.is_ascii(), "{name}: {line}");
            }
        }
    }
}

/// Colours are asserted as runs of cells, in one colourful theme and in the one without any.
#[rstest]
#[case("", Theme::default())]
#[case("-mono", mono())]
fn in_colours(#[case] suffix: &str, #[case] theme: Theme) {
    let (width, height) = CLASSIC;
    for (name, screen, keys) in views() {
        let desk = busy(desk(width, height), &screen, keys);
        assert_styles(&format!("{name}{suffix}"), &desk.model, &theme);
    }
}

pub fn mono() -> Theme {
    Theme::load(&ThemeChoice::Auto, Depth::Mono, Background::Dark)
}

/// What only some keys bring: marks, a kept filter, the focus on the side, the cursor elsewhere.
#[rstest]
#[case("fleet-used", Screen::Fleet, "/ api enter j")]
#[case("service-used", service_screen("payments/checkout-api"), "j")]
#[case(
    "tasks-used",
    Screen::ServiceTasks(cluster_id("media"), service_id("media/image-resize")),
    "space j tab"
)]
#[case("events-used", Screen::Events(cluster_id("payments"), service_id("payments/checkout-api")), "j")]
fn in_colours_after(#[case] name: &str, #[case] screen: Screen, #[case] keys: &str) {
    let desk = busy(desk(120, 36), &screen, keys);
    assert_styles(name, &desk.model, &Theme::default());
    assert_styles(&format!("{name}-mono"), &desk.model, &mono());
}

#[test]
fn a_terminal_that_shrinks_keeps_the_cursor_in_view() {
    let mut desk = desk(120, 36);
    desk.press("ctrl-z G");
    desk.take(Message::Input(Input::Resize(60, 15)));
    assert_picture("shrunk", &desk.model);
}

#[test]
fn a_fleet_is_drawn_from_what_is_known_only() {
    let mut desk = new_desk(80, 24);
    desk.model.fleet = Arc::new(Fleet::default());
    assert_picture("loading-nothing", &desk.model);
}

/// Text as AWS, a colleague or an attacker might write it.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z0-9-]{0,60}",
        Just("\u{1b}[2J\u{1b}]0;x\u{7}\r\n\t".to_owned()),
        Just("日本語のサービス名前がとても長い".to_owned()),
        Just("👩‍👩‍👧‍👦 e\u{301} \u{202e}evil\u{200b}\u{feff}".to_owned()),
    ]
}

fn any_screen() -> impl Strategy<Value = Screen> {
    let (cluster, service) = (cluster_id("payments"), service_id("payments/checkout-api"));
    let target = Target::Service(cluster.clone(), service.clone());
    proptest::sample::select(vec![
        Screen::Fleet,
        Screen::Clusters,
        Screen::AllTasks,
        Screen::Services(cluster.clone()),
        Screen::Service(cluster.clone(), service.clone()),
        Screen::Events(cluster.clone(), service.clone()),
        Screen::Deployments(cluster.clone(), service),
        Screen::Task(cluster, id("payments", "9f3c")),
        Screen::Describe(target.clone()),
        Screen::Json(target),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever is written where: no control character reaches the screen, nothing spills, nothing panics.
    #[test]
    fn any_text_at_any_size(
        text in any_text(),
        screen in any_screen(),
        keys in proptest::sample::select(vec!["", ":", "?", "/", "j space", "ctrl-w", "shift-right O", "tab j"]),
        width in 0..300_u16,
        height in 0..100_u16,
        ascii in any::<bool>(),
    ) {
        let mut desk = if ascii { ascii_desk(width, height) } else { desk(width, height) };
        for fact in incident::facts_saying(&text) {
            desk.learn(fact);
        }
        let mut desk = desk.open(&screen);
        desk.press(keys);
        desk.write(&text);
        desk.model.notices.say(now(), Level::Error, text.as_str());
        picture_on(&desk.model, &Theme::default(), Size::new(height, width));
        let picture = picture(&desk.model, &Theme::default());
        for row in picture.content.chunks(usize::from(width.max(1))) {
            let mut cells = row.iter();
            while let Some(cell) = cells.next() {
                let symbol = cell.symbol();
                prop_assert!(!symbol.chars().any(char::is_control), "{symbol:?}");
                let turns = symbol.contains('\u{202e}');
                prop_assert!(!turns);
                for _ in 1..symbol.width() {
                    let next = cells.next().map(Cell::symbol);
                    prop_assert_eq!(next, Some(" "), "the second half of {:?}", symbol);
                }
            }
        }
    }
}
