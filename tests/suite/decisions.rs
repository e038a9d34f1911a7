//! Decisions: keys and facts in, rows, screens, notices and effects out.

use chrono::TimeDelta;
use fargate_top::app::command::Command;
use fargate_top::app::effect::Effect;
use fargate_top::app::freshness::{Freshness, of_screen};
use fargate_top::app::message::Message;
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::app::subscription::{Cadence, interest, subscriptions};
use fargate_top::app::update;
use fargate_top::app::update::availability::{Availability, availability};
use fargate_top::app::views::Content;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::topic::{Failure, FailureKind, Subject, Target, Topic};
use pretty_assertions::assert_eq;
use ratatui::layout::Size;

use crate::support::desk::Desk;
use crate::support::fixture::*;
use crate::support::incident::failed;

/// A failing service with two dead tasks, one short of tasks, and forty healthy ones.
fn incident() -> Fleet {
    let mut failing = service("payments/checkout", 3);
    failing.running = 0;
    failing.events.insert(0, event(6, "has started 3 tasks: (task 1)."));
    let mut short = service("search/search", 8);
    short.running = 5;
    short.events.insert(0, event(9, "has stopped 3 running tasks: (task 1)."));
    let mut services = vec![failing, short];
    services.extend((0..40).map(|n| service(&format!("core/ok-{n:02}"), 2)));
    let tasks = vec![
        stopped("payments/checkout", "dea1", 1, Some(1)),
        stopped("payments/checkout", "dea2", 3, Some(1)),
        task("core/ok-07", "a7a7"),
    ];
    fleet(services, tasks, Vec::new())
}

#[test]
fn the_worst_stands_first_and_healthy_ones_fill_the_page() {
    let desk = Desk::new(incident());
    let services = desk.services();
    assert_eq!(&services[..3], ["checkout", "search", "ok-00"]);
    assert!(services.len() < 42, "healthy services beyond the page are hidden");
    let Content::Services(rows) = &desk.model.view().content else { panic!() };
    assert_eq!(rows.hidden + services.len(), 42);
}

#[test]
fn all_services_are_one_key_away() {
    let mut desk = Desk::new(incident());
    desk.press("ctrl-z");
    assert_eq!(desk.services().len(), 42);
}

#[test]
fn enter_and_esc_lead_to_the_dead_task_and_back() {
    let mut desk = Desk::new(incident());
    desk.press("enter");
    assert!(matches!(desk.model.screen(), Screen::Service(_, id) if id.name() == "checkout"));
    desk.press("enter");
    assert!(matches!(desk.model.screen(), Screen::Task(_, id) if id.short() == "dea1"));
    desk.press("esc esc");
    assert_eq!((desk.model.screen(), desk.selected().as_str()), (&Screen::Fleet, "checkout"));
}

#[test]
fn esc_does_one_thing_at_a_time_and_never_quits() {
    let mut desk = Desk::new(incident());
    desk.press("space / o k enter");
    assert_eq!((desk.services().len(), desk.model.view().marked()), (40, 1));
    desk.press("esc");
    assert_eq!((desk.services()[0].as_str(), desk.model.view().marked()), ("checkout", 1));
    desk.press("esc");
    assert_eq!(desk.model.view().marked(), 0);
    desk.press("esc esc q");
    assert_eq!((desk.model.screen(), desk.effects.len()), (&Screen::Fleet, 0));
}

#[test]
fn a_filter_narrows_while_it_is_typed_and_esc_takes_it_back() {
    let mut desk = Desk::new(incident());
    desk.press("/ search");
    assert_eq!(desk.services(), ["search"]);
    desk.press("esc");
    assert_eq!(desk.services()[0], "checkout");
    desk.press("/ !ok- enter");
    assert_eq!(desk.services(), ["checkout", "search"]);
    desk.press("ctrl-u / cluster:core enter");
    assert_eq!(desk.services().len(), 40);
    desk.press("esc / -").write("f ckt").press("enter");
    assert_eq!(desk.services(), ["checkout"]);
}

#[test]
fn the_selection_stays_on_its_service_when_rows_move() {
    let mut desk = Desk::new(incident());
    desk.press("j j");
    assert_eq!(desk.selected(), "ok-00");
    let mut worse = service("core/ok-39", 2);
    worse.running = 0;
    worse.events.insert(0, event(4, "has stopped 2 running tasks: (task 1)."));
    desk.learn(Observation::Services { services: vec![worse], missing: Vec::new() });
    desk.pass(180);
    assert_eq!((desk.services()[0].as_str(), desk.selected().as_str()), ("ok-39", "ok-00"));
    desk.press("N");
    assert_eq!(desk.selected(), "ok-00");
}

#[test]
fn a_service_that_is_gone_stays_as_gone_until_the_cursor_moves() {
    let mut desk = Desk::new(incident());
    desk.press("j");
    let gone = service_id("search/search");
    desk.learn(Observation::Services { services: Vec::new(), missing: vec![gone.clone()] });
    assert_eq!(desk.selected(), "search");
    assert!(desk.model.fleet.is_departed(&gone));
    desk.press("j");
    assert!(!desk.services().contains(&"search".to_owned()));
    assert_eq!(desk.selected(), "ok-00");
}

#[test]
fn before_the_load_is_over_the_cursor_follows_the_worst() {
    let mut desk = Desk::new(Fleet::default());
    let context = ContextId(0);
    desk.learn(Observation::Clusters { context, clusters: vec![cluster("core")] });
    desk.learn(Observation::Services { services: vec![service("core/b", 1)], missing: Vec::new() });
    assert_eq!(desk.selected(), "b");
    let mut bad = service("core/z", 1);
    bad.running = 0;
    bad.events.insert(0, event(9, "has stopped 1 running tasks: (task 1)."));
    desk.learn(Observation::Services { services: vec![bad], missing: Vec::new() });
    assert_eq!(desk.selected(), "z");
    let services = vec![service_id("core/b"), service_id("core/z")];
    desk.learn(Observation::Roster { context, cluster: cluster_id("core"), services });
    assert!(desk.model.loaded);
}

#[test]
fn rows_of_the_last_session_are_marked_until_checked() {
    let mut desk = Desk::new(Fleet::default());
    let services = vec![service_id("core/a")];
    desk.learn(Observation::Remembered { context: ContextId(0), services });
    assert_eq!(desk.services(), ["a"]);
    assert!(desk.model.fleet.is_remembered(&service_id("core/a")));
    desk.learn(Observation::Services { services: vec![service("core/a", 1)], missing: Vec::new() });
    assert!(!desk.model.fleet.is_remembered(&service_id("core/a")));
}

#[test]
fn the_palette_goes_to_views_and_resources() {
    let mut desk = Desk::new(incident());
    desk.press(": clusters enter");
    assert_eq!(desk.model.screen(), &Screen::Clusters);
    desk.press(": ckt enter");
    assert!(matches!(desk.model.screen(), Screen::Service(_, id) if id.name() == "checkout"));
    desk.press(":").write("svc core").press("enter");
    assert!(matches!(desk.model.screen(), Screen::Services(id) if id.name() == "core"));
    desk.press(":").write("ev payments/checkout").press("enter");
    assert!(matches!(desk.model.screen(), Screen::Events(_, id) if id.name() == "checkout"));
    desk.press(": nonsense-without-match enter");
    assert_eq!(desk.notice(), "nothing is called `nonsense-without-match`; ctrl-a lists the words");
    desk.press(": q enter");
    assert_eq!(desk.effects, [Effect::Quit]);
}

#[test]
fn a_command_that_is_not_possible_says_why() {
    let mut desk = Desk::new(incident());
    desk.press(": clusters enter : events enter");
    assert_eq!(desk.notice(), "events: no service under the cursor");
    desk.press("1");
    assert!(desk.notice().contains("name clusters under `favourites`"), "{}", desk.notice());
}

#[test]
fn favourites_and_the_scope_narrow_the_fleet_to_a_cluster() {
    let settings = Settings { favourites: vec!["search".to_owned()], ..Settings::default() };
    let mut desk = Desk::with(incident(), settings, Size::new(120, 36));
    desk.press("1");
    assert_eq!(desk.services(), ["search"]);
    desk.press("0");
    assert_eq!(desk.services()[0], "checkout");
    desk.press(": clusters enter j u");
    assert_eq!(desk.model.screen(), &Screen::Fleet);
    assert!(desk.model.scope.is_some());
    desk.press("esc");
    assert!(desk.model.scope.is_none());
}

#[test]
fn a_service_named_at_the_start_is_opened_when_it_is_known() {
    let settings = Settings { service: Some("search".to_owned()), ..Settings::default() };
    let desk = Desk::with(incident(), settings, Size::new(80, 24));
    assert!(matches!(desk.model.screen(), Screen::Service(_, id) if id.name() == "search"));
    let settings = Settings { service: Some("nowhere".to_owned()), ..Settings::default() };
    let desk = Desk::with(incident(), settings, Size::new(80, 24));
    assert_eq!(desk.notice(), "no service is called `nowhere` here; this is the fleet");
}

#[test]
fn a_cluster_named_at_the_start_is_the_scope_and_narrows_the_service() {
    let settings = Settings { cluster: Some("search".to_owned()), ..Settings::default() };
    let mut desk = Desk::with(incident(), settings, Size::new(80, 24));
    assert_eq!(desk.services(), ["search"]);
    desk.press("0");
    assert_eq!(desk.services()[0], "checkout");
    let settings = Settings { cluster: Some("nowhere".to_owned()), ..Settings::default() };
    let desk = Desk::with(incident(), settings, Size::new(80, 24));
    assert_eq!(desk.notice(), "no cluster is called `nowhere` here; these are all clusters");
}

#[test]
fn sorting_by_a_column_turns_round_with_the_same_key() {
    let mut desk = Desk::new(incident());
    desk.press("ctrl-z N");
    assert_eq!(desk.services()[0], "checkout");
    desk.press("g N");
    assert_eq!(desk.services()[0], "search");
    desk.press("S");
    assert_eq!(desk.services()[0], "checkout");
}

#[test]
fn what_is_asked_follows_the_screen() {
    let mut desk = Desk::new(incident());
    let subject = Subject::ServiceTasks(cluster_id("core"), service_id("core/ok-07"));
    let asked = |desk: &Desk| {
        let topic = Topic::new(ContextId(0), subject.clone());
        subscriptions(&desk.model)
            .into_iter()
            .find(|wanted| wanted.topic == topic)
            .map(|wanted| wanted.cadence)
    };
    assert_eq!(asked(&desk), None);
    desk.press("/ ok-07 enter enter");
    assert_eq!(asked(&desk), Some(Cadence::Seconds(5)));
    assert!(interest(&desk.model).visible.contains(&service_id("core/ok-07")));
    desk.press("esc");
    assert_eq!(asked(&desk), None);
}

#[test]
fn trouble_is_looked_into_without_being_asked() {
    let desk = Desk::new(incident());
    let all = subscriptions(&desk.model);
    for subject in [
        Subject::ServiceTasks(cluster_id("payments"), service_id("payments/checkout")),
        Subject::Definition(definition_id("checkout:7")),
        Subject::Definition(definition_id("checkout:6")),
    ] {
        assert!(all.iter().any(|wanted| wanted.topic.subject == subject), "{subject}");
    }
    assert!(interest(&desk.model).urgent.contains(&service_id("payments/checkout")));
}

#[test]
fn a_definition_is_asked_for_with_the_one_that_it_is_compared_with() {
    let mut desk = Desk::new(incident());
    let shown = definition_id("cart:7");
    desk = desk.open(&Screen::Describe(Target::Definition(shown.clone())));
    let asked = |desk: &Desk| -> Vec<String> {
        let all = subscriptions(&desk.model).into_iter();
        all.filter_map(|wanted| match wanted.topic.subject {
            Subject::Definition(id) if id.family() == "cart" => Some(id.name().to_owned()),
            _ => None,
        })
        .collect()
    };
    assert_eq!(asked(&desk), ["cart:6", "cart:7"]);
    desk.learn(Observation::Definition { definition: Box::new(definition("cart:7")) });
    assert_eq!(asked(&desk), ["cart:6"]);
    desk.learn(Observation::DefinitionGone { id: definition_id("cart:6") });
    assert_eq!(asked(&desk), Vec::<String>::new());
}

#[test]
fn refresh_asks_what_the_screen_shows_and_what_failed() {
    let mut desk = Desk::new(incident());
    let context = ContextId(0);
    let failure = Failure {
        kind: FailureKind::Denied { action: Some("ecs:ListTasks".into()) },
        operation: "ListTasks".into(),
        code: Some("AccessDeniedException".into()),
        message: "not authorized".into(),
        request_id: None,
    };
    let topic = Topic::new(context, Subject::StoppedTasks(cluster_id("core")));
    desk.learn(Observation::Failed { topic: topic.clone(), failure, retry_at: None });
    desk.press("ctrl-r");
    let [Effect::Refresh(topics)] = desk.effects.as_slice() else { panic!("{:?}", desk.effects) };
    assert!(
        topics.contains(&topic) && topics.contains(&Topic::new(context, Subject::Services)),
        "{topics:?}"
    );
}

#[test]
fn copying_takes_the_name_or_the_row() {
    let mut desk = Desk::new(incident());
    desk.press("c Y o");
    let texts: Vec<&str> = desk
        .effects
        .iter()
        .map(|effect| match effect {
            Effect::Copy { text, .. } => text.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts[0], "checkout");
    assert!(texts[1].starts_with("FAIL\tcheckout\tpayments\t0/3\t7"), "{}", texts[1]);
    assert!(
        texts[2].starts_with(
            "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/payments/services/checkout"
        )
    );
}

#[test]
fn the_way_back_and_forth_is_kept() {
    let mut desk = Desk::new(incident());
    desk.press("d");
    assert!(matches!(desk.model.screen(), Screen::Describe(Target::Service(..))));
    desk.press("[");
    assert_eq!(desk.model.screen(), &Screen::Fleet);
    desk.press("]");
    assert!(matches!(desk.model.screen(), Screen::Describe(_)));
    desk.press("-");
    assert_eq!(desk.model.screen(), &Screen::Fleet);
}

#[test]
fn an_answer_that_changes_nothing_changes_no_picture() {
    let mut desk = Desk::new(incident());
    let before = desk.model.version;
    desk.learn(Observation::Services { services: vec![service("core/ok-07", 2)], missing: Vec::new() });
    assert_eq!(desk.model.version, before);
}

#[test]
fn answers_that_change_nothing_do_not_put_off_what_time_alone_changes() {
    let mut desk = Desk::new(Fleet::default());
    desk.pass(1);
    let planned = update::next_tick(&desk.model);
    assert_eq!(planned - desk.model.now, TimeDelta::seconds(1), "the first load counts seconds");
    let later = desk.model.now + TimeDelta::milliseconds(900);
    let fact = Observation::Services { services: Vec::new(), missing: Vec::new() };
    update::update(&mut desk.model, later, Message::Observed(fact));
    desk.settle();
    assert_eq!(update::next_tick(&desk.model), planned);
}

#[test]
fn the_screen_of_a_task_is_its_description_and_shows_names() {
    let mut desk = Desk::new(incident());
    desk.press("enter d");
    assert!(matches!(desk.model.screen(), Screen::Task(_, id) if id.short() == "dea1"));
    desk.press("x");
    assert!(desk.model.view().names);
    desk.press("d");
    assert_eq!(desk.notice(), "describe: this is its description");
    desk.press("y y");
    assert_eq!(desk.notice(), "JSON: this is its JSON");
    desk.press("d");
    assert!(matches!(desk.model.screen(), Screen::Task(..)));
}

#[test]
fn an_answer_makes_an_old_screen_young_at_once() {
    let mut desk = Desk::new(incident());
    let topic = Topic::new(ContextId(0), Subject::Services);
    desk.learn(Observation::Answered { topic: topic.clone() });
    desk.pass(60);
    let before = desk.model.version;
    desk.learn(Observation::Answered { topic: topic.clone() });
    assert!(desk.model.version > before, "the header told its age");
    let before = desk.model.version;
    desk.learn(Observation::Answered { topic });
    assert_eq!(desk.model.version, before);
}

fn denied(subject: Subject, operation: &str) -> Observation {
    let action = format!("ecs:{operation}");
    failed(subject, FailureKind::Denied { action: Some(action.as_str().into()) }, operation, "no")
}

#[test]
fn what_was_denied_before_anything_arrived_is_not_loading() {
    use Freshness::{Live, Loading, Refused};
    let mut desk = Desk::new(Fleet::default());
    for screen in [Screen::Fleet, Screen::Clusters, Screen::AllTasks] {
        assert_eq!(of_screen(&Desk::new(Fleet::default()).open(&screen).model), Loading, "{screen:?}");
    }
    desk.learn(denied(Subject::Clusters, "ListClusters"));
    let refused = Refused("ListClusters".into());
    for screen in [Screen::Fleet, Screen::Clusters, Screen::AllTasks] {
        assert_eq!(of_screen(&desk.at(&screen).model), refused, "{screen:?}");
    }
    // The services tell the same once they are asked.
    desk.learn(denied(Subject::Services, "ListClusters"));
    assert_eq!(of_screen(&desk.at(&Screen::Fleet).model), refused);
    // An answer is an answer, and one that is only late is on its way.
    desk.learn(Observation::Clusters { context: ContextId(0), clusters: vec![cluster("core")] });
    for subject in [Subject::Clusters, Subject::Services] {
        desk.learn(Observation::Answered { topic: Topic::new(ContextId(0), subject) });
    }
    assert_eq!(of_screen(&desk.model), Live);
    let mut desk = Desk::new(Fleet::default());
    desk.learn(failed(Subject::Clusters, FailureKind::Throttled, "ListClusters", "slow down"));
    assert_eq!(of_screen(&desk.model), Loading);
    let mut desk = Desk::new(incident());
    let (cluster, task) = (cluster_id("core"), task_id("core", "a7a7"));
    desk.learn(denied(Subject::Task(cluster.clone(), task.clone()), "DescribeTasks"));
    assert_eq!(of_screen(&desk.at(&Screen::Task(cluster, task)).model), Refused("DescribeTasks".into()));
}

/// Commands that need something under the cursor, or something to choose from.
const NEEDY: [Command; 6] = [
    Command::Mark,
    Command::MarkRange,
    Command::ClearMarks,
    Command::ProblemsOnly,
    Command::NextMatch,
    Command::AllClusters,
];

#[test]
fn an_empty_list_offers_nothing_that_cannot_be_done() {
    let events = Screen::Events(cluster_id("core"), service_id("core/x"));
    for screen in [Screen::Fleet, Screen::Clusters, Screen::AllTasks] {
        let desk = Desk::new(Fleet::default()).open(&screen);
        for command in NEEDY {
            let ready = availability(&desk.model, command) == Availability::Ready;
            assert!(!ready, "{command} on {screen:?}");
        }
    }
    let desk = Desk::new(Fleet::default()).open(&events);
    for command in [Command::Fold, Command::Lanes, Command::ProblemsOnly, Command::NextMatch] {
        assert_ne!(availability(&desk.model, command), Availability::Ready, "{command}");
    }
}

#[test]
fn what_a_choice_hid_can_be_shown_again() {
    let mut desk = Desk::new(fleet(vec![service("core/a", 1)], Vec::new(), Vec::new()));
    desk.press("/ zzz enter");
    assert!(desk.services().is_empty());
    for command in [Command::Filter, Command::ClearFilter] {
        assert_eq!(availability(&desk.model, command), Availability::Ready, "{command}");
    }
    assert_ne!(availability(&desk.model, Command::Mark), Availability::Ready);
    desk.press("esc / a enter space");
    assert_eq!(availability(&desk.model, Command::ClearMarks), Availability::Ready);
    // A task list that shows problems only has none here.
    let mut desk = Desk::new(fleet(vec![service("core/a", 1)], vec![task("core/a", "a1a1")], Vec::new()));
    desk.press(": tasks enter ctrl-z");
    assert_eq!(desk.model.view().position(), Some((0, 0)));
    assert_eq!(availability(&desk.model, Command::ProblemsOnly), Availability::Ready);
    let screen = Screen::Events(cluster_id("core"), service_id("core/a"));
    let mut desk = Desk::new(fleet(vec![service("core/a", 1)], Vec::new(), Vec::new())).open(&screen);
    desk.press("tab tab");
    assert_eq!(desk.model.view().position(), Some((0, 0)), "no stops");
    assert_eq!(availability(&desk.model, Command::Lanes), Availability::Ready);
}

#[test]
fn a_text_does_not_offer_itself() {
    let target = Target::Service(cluster_id("payments"), service_id("payments/checkout"));
    let offers = |screen: Screen, command| {
        availability(&Desk::new(incident()).open(&screen).model, command) == Availability::Ready
    };
    assert!(!offers(Screen::Describe(target.clone()), Command::Describe));
    assert!(offers(Screen::Describe(target.clone()), Command::Json));
    assert!(!offers(Screen::Json(target.clone()), Command::Json));
    assert!(offers(Screen::Json(target), Command::Describe));
    assert!(!offers(Screen::Messages, Command::AllClusters));
    assert!(offers(Screen::Services(cluster_id("core")), Command::AllClusters));
}

#[test]
fn the_owner_is_always_one_level_above_what_is_shown() {
    let mut desk = Desk::new(incident());
    desk.press("enter J");
    assert_eq!(desk.model.screen(), &Screen::Services(cluster_id("payments")));
    desk.press("J");
    assert_eq!(desk.model.screen(), &Screen::Clusters);
    desk.at(&Screen::ClusterTasks(cluster_id("core"))).press("J");
    assert!(matches!(desk.model.screen(), Screen::Service(_, id) if id.name() == "ok-07"));
}
