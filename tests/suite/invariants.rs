//! Invariants: whatever happens in whatever order, the model stays valid.

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use fargate_top::app::message::{Input, Message, Report};
use fargate_top::app::model::Model;
use fargate_top::app::screen::Screen;
use fargate_top::app::subscription::{interest, subscriptions};
use fargate_top::app::update;
use fargate_top::app::views::Content;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::{Observation, TaskScope};
use fargate_top::fleet::service::Service;
use fargate_top::fleet::task::{Task, TaskState};
use fargate_top::fleet::topic::{Failure, FailureKind, Subject, Target, Topic};
use proptest::prelude::*;

use crate::support::desk::Desk;
use crate::support::fixture::*;

const CLUSTERS: [&str; 3] = ["a", "b", "c"];

fn path() -> impl Strategy<Value = String> {
    (0..CLUSTERS.len(), 0..4_u8).prop_map(|(cluster, name)| format!("{}/s{name}", CLUSTERS[cluster]))
}

fn any_service() -> impl Strategy<Value = Service> {
    (path(), 0..4_u32, 0..4_u32, 0..3_i64, any::<bool>()).prop_map(
        |(path, desired, running, minutes, active)| {
            let mut service = service(&path, desired);
            service.running = running;
            service.events.insert(0, event(minutes, "was unable to place a task. Reason: none."));
            if !active {
                service.status = "INACTIVE".into();
            }
            service
        },
    )
}

fn any_task() -> impl Strategy<Value = Task> {
    (path(), 0..8_u8, proptest::option::of(0..140_i32), 0..90_i64).prop_map(|(path, id, exit, minutes)| {
        let id = format!("t{id:03}");
        match exit {
            Some(exit) => stopped(&path, &id, minutes, Some(exit)),
            None => Task {
                state: if minutes > 45 { TaskState::Pending } else { TaskState::Running },
                ..task(&path, &id)
            },
        }
    })
}

fn observation() -> impl Strategy<Value = Observation> {
    let context = ContextId(0);
    prop_oneof![
        proptest::sample::subsequence(CLUSTERS.to_vec(), 0..=3).prop_map(move |names| {
            Observation::Clusters { context, clusters: names.into_iter().map(cluster).collect() }
        }),
        (0..3_usize, proptest::collection::btree_set(0..4_u8, 0..4)).prop_map(move |(cluster, names)| {
            let cluster = CLUSTERS[cluster];
            let services = names.into_iter().map(|name| service_id(&format!("{cluster}/s{name}"))).collect();
            Observation::Roster { context, cluster: cluster_id(cluster), services }
        }),
        (proptest::collection::vec(any_service(), 0..4), proptest::collection::vec(path(), 0..2)).prop_map(
            |(services, missing)| Observation::Services {
                services,
                missing: missing.iter().map(|path| service_id(path)).collect()
            }
        ),
        (proptest::collection::vec(any_task(), 0..5), path(), 0..8_u8).prop_map(|(tasks, path, id)| {
            let missing = vec![task(&path, &format!("t{id:03}")).id];
            Observation::Tasks { tasks, missing }
        }),
        (0..3_usize).prop_map(|cluster| Observation::TaskList {
            scope: TaskScope::Cluster(cluster_id(CLUSTERS[cluster])),
            stopped: true,
            tasks: Vec::new()
        }),
        path().prop_map(move |path| Observation::Remembered { context, services: vec![service_id(&path)] }),
        path().prop_map(|path| {
            let name = path.split_once('/').unwrap().1;
            Observation::Definition { definition: Box::new(definition(&format!("{name}:7"))) }
        }),
        (path(), any::<u8>()).prop_map(move |(path, kind)| {
            let (cluster, _) = path.split_once('/').unwrap();
            let kinds = [
                FailureKind::Throttled,
                FailureKind::Expired,
                FailureKind::Network,
                FailureKind::Denied { action: None },
            ];
            let kind = kinds[usize::from(kind) % kinds.len()].clone();
            let failure =
                Failure { kind, operation: "X".into(), code: None, message: "no".into(), request_id: None };
            let topic = Topic::new(context, Subject::ServiceTasks(cluster_id(cluster), service_id(&path)));
            Observation::Failed { topic, failure, retry_at: None }
        }),
        path().prop_map(|path| {
            let (cluster, _) = path.split_once('/').unwrap();
            let target = Target::Service(cluster_id(cluster), service_id(&path));
            Observation::Raw { target, json: "{\n}".into() }
        }),
    ]
}

fn key() -> impl Strategy<Value = KeyEvent> {
    let letters = "jkgGnNAASPOVTYdeyocxuwJq0123456789[]-?:/".chars().collect::<Vec<_>>();
    let named = vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Backspace,
        KeyCode::F(2),
        KeyCode::PageDown,
        KeyCode::PageUp,
    ];
    prop_oneof![
        4 => proptest::sample::select(letters).prop_map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)),
        4 => proptest::sample::select(named.clone()).prop_map(|code| KeyEvent::new(code, KeyModifiers::NONE)),
        2 => proptest::sample::select("arbdefgnotuwz\\ ".chars().collect::<Vec<_>>())
            .prop_map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)),
        1 => proptest::sample::select(named).prop_map(|code| KeyEvent::new(code, KeyModifiers::SHIFT)),
        1 => any::<char>().prop_map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        6 => key().prop_map(|key| Message::Input(Input::Key(key))),
        5 => observation().prop_map(Message::Observed),
        1 => (0..300_u16, 0..90_u16).prop_map(|(width, height)| Message::Input(Input::Resize(width, height))),
        1 => ".{0,12}".prop_map(|text| Message::Input(Input::Paste(text))),
        1 => ".{0,12}".prop_map(|text| Message::Reported(Report::Failed(text))),
        1 => (0..4_u8, 0..200_u16, 0..60_u16).prop_map(|(kind, column, row)| {
            let kinds = [MouseEventKind::ScrollDown, MouseEventKind::ScrollUp, MouseEventKind::Down(MouseButton::Left), MouseEventKind::Moved];
            let kind = kinds[usize::from(kind)];
            Message::Input(Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
        }),
        1 => Just(Message::Tick),
    ]
}

fn check_rows<Id: Clone + Ord + std::fmt::Debug>(listing: &fargate_top::app::listing::Listing<Id>) {
    let rows = listing.rows();
    let unique: BTreeSet<&Id> = rows.iter().collect();
    assert_eq!(unique.len(), rows.len(), "a row stands twice: {rows:?}");
    match listing.selected() {
        Some(id) if !rows.is_empty() => assert_eq!(rows.get(listing.cursor()), Some(id)),
        Some(_) => {}
        None => assert!(rows.is_empty(), "rows without a cursor"),
    }
    assert!(listing.offset() <= rows.len());
}

fn check(model: &Model) {
    match &model.view().content {
        Content::Services(rows) => {
            check_rows(&rows.listing);
            let known: BTreeSet<_> = model
                .fleet
                .services()
                .map(|known| known.service.id.clone())
                .chain(model.fleet.undescribed().map(|(id, _, _)| id.clone()))
                .collect();
            let strangers = rows.listing.rows().iter().filter(|id| !known.contains(*id)).count();
            assert!(strangers <= usize::from(rows.listing.has_left()), "a row that nobody knows");
        }
        Content::Tasks(rows) => check_rows(&rows.listing),
        Content::Clusters(rows) => check_rows(&rows.listing),
        Content::Deployments(rows) => check_rows(&rows.listing),
        Content::Approvals(rows) => check_rows(&rows.listing),
        Content::Entries(listing, _) => check_rows(listing),
        Content::Lines(_) | Content::Text => {}
    }
    assert_eq!(model.history.stack().last(), Some(model.screen()));
    let problems = model.triage.problems().count();
    assert_eq!(problems, model.triage.counts().problems());
    assert_eq!(model.triage.counts().total(), model.fleet.service_count());
    let wanted = subscriptions(model);
    let topics: BTreeSet<_> = wanted.iter().map(|wanted| &wanted.topic).collect();
    assert_eq!(topics.len(), wanted.len(), "one topic, one poller");
    let _ = interest(model);
    assert!(update::next_tick(model) > model.changed);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_messages_in_any_order_leave_a_valid_model(messages in proptest::collection::vec((message(), 0..90_i64, any::<bool>()), 1..60)) {
        let mut desk = Desk::new(Fleet::default());
        for (message, seconds, settles) in messages {
            let at = desk.model.now + chrono::TimeDelta::seconds(seconds);
            update::update(&mut desk.model, at, message);
            if settles {
                desk.settle();
                check(&desk.model);
            }
        }
        desk.settle();
        check(&desk.model);
        // However deep it went, esc leads home and stays there.
        for _ in 0..60 {
            desk.press("esc");
        }
        prop_assert_eq!(desk.model.history.stack().len(), 1);
        let home = desk.model.screen().clone();
        prop_assert!(!matches!(home, Screen::Task(..) | Screen::Service(..)), "{:?}", home);
    }
}
