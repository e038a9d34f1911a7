//! What each key does in a log view, on lines that are told.

use std::sync::Arc;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use fargate_top::app::effect::Effect;
use fargate_top::app::logs::LogView;
use fargate_top::app::logs::choices::{Form, Hue, TimeForm};
use fargate_top::app::logs::prompt::Purpose;
use fargate_top::app::logs::rows::{Row, window};
use fargate_top::app::logs::told::Told;
use fargate_top::app::message::{Input, Message};
use fargate_top::app::model::Overlay;
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::{Settings, Slash, Tailing};
use fargate_top::app::update::logs::room;
use fargate_top::app::views::Focus;
use fargate_top::fleet::definition::LogDestination;
use fargate_top::fleet::id::Text;
use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::buffer::Limits;
use fargate_top::fleet::log::level::Level;
use fargate_top::fleet::log::origin::Origin;
use fargate_top::fleet::log::rules::Kind;
use fargate_top::fleet::topic::{Means, Subject};
use pretty_assertions::assert_eq;
use ratatui::layout::Size;

use crate::support::desk::Desk;
use crate::support::fixture::*;

pub const SERVICE: &str = "core/checkout";
const GROUP: &str = "/ecs/checkout";

pub fn of() -> Origin {
    Origin::Service(cluster_id("core"), service_id(SERVICE))
}

/// A desk before the logs of a service with two tasks.
pub fn desk_with(settings: Settings) -> Desk {
    let mut definition = definition("checkout:7");
    definition.containers[0].logs = Some(LogDestination {
        driver: "awslogs".into(),
        group: Some(GROUP.into()),
        prefix: Some("ecs".into()),
        ..LogDestination::default()
    });
    let tasks = vec![task(SERVICE, "9f3c"), task(SERVICE, "b2e7")];
    let fleet = fleet(vec![service(SERVICE, 2)], tasks, vec![definition]);
    let mut desk = Desk::with(fleet, settings, Size::new(120, 36));
    desk.model.fleet = Arc::clone(&desk.model.fleet);
    desk.press("0 g");
    desk.model.view_mut().problems_only = false;
    desk.settle();
    let screen = Screen::Service(cluster_id("core"), service_id(SERVICE));
    fargate_top::app::update::logs::arrive(&mut desk.model);
    desk.model.history.open(screen);
    desk
}

/// A desk with the logs of the service open, and these lines, a second apart up to now.
pub fn desk(lines: &[&str]) -> Desk {
    let mut desk = open(desk_with(Settings::default()));
    tell(&mut desk, lines);
    desk
}

pub fn open(mut desk: Desk) -> Desk {
    desk.model.history.open(Screen::Logs(of()));
    fargate_top::app::update::logs::arrive(&mut desk.model);
    desk.settle();
    desk
}

/// Milliseconds of the newest line.
pub fn end() -> i64 {
    now().timestamp_millis()
}

pub fn event(at: i64, task: &str, message: &str) -> Event {
    let stream = format!("ecs/app/{}", task_id("core", &format!("{task}{}", "0".repeat(28))).name());
    Event {
        group: GROUP.into(),
        stream: stream.into(),
        at,
        ingested: at + 120,
        id: Some(Text::from(format!("{at}-{task}-{message}"))),
        message: message.into(),
    }
}

/// Lines a second apart, the last one now, of the two tasks in turn.
pub fn tell(desk: &mut Desk, lines: &[&str]) {
    let before = 1000 * i64::try_from(lines.len()).unwrap() - 1000;
    let events = lines.iter().zip(0..).map(|(text, number)| {
        event(end() - before + 1000 * number, if number % 2 == 0 { "9f3c" } else { "b2e7" }, text)
    });
    tell_events(desk, events.collect());
}

pub fn tell_events(desk: &mut Desk, events: Vec<Event>) {
    told(desk, Told::Lines { events, settled: end(), stuck: Vec::new() });
}

pub fn told(desk: &mut Desk, told: Told) {
    desk.take(Message::Lines { of: of(), told });
    desk.settle();
}

pub fn view(desk: &Desk) -> &LogView {
    desk.model.views[&Screen::Logs(of())].lines().unwrap()
}

/// The texts of the lines on the screen.
pub fn shown(desk: &Desk) -> Vec<String> {
    let view = view(desk);
    let text = |row: &Row| match row {
        Row::Line { index, held, .. } => {
            let buffer = if *held { view.place.held.as_ref().unwrap() } else { &view.buffer };
            Some(buffer.line(*index).unwrap().text.to_owned())
        }
        Row::Gap(lines) => Some(format!("-- {lines}")),
        Row::Divider(lines) => Some(format!("== {lines}")),
        Row::Dropped(lines) => Some(format!("xx {lines}")),
        Row::Beginning | Row::Ended(_) => None,
    };
    window(view, room(&desk.model)).rows.iter().filter_map(text).collect()
}

/// The text of the line under the cursor; `LIVE` while following.
pub fn at(desk: &Desk) -> String {
    let view = view(desk);
    if view.is_following() {
        return "LIVE".to_owned();
    }
    let (buffer, index) = view.find(&view.at().unwrap()).unwrap();
    buffer.line(index).unwrap().text.to_owned()
}

fn prompt(desk: &Desk) -> (Purpose, String, Option<String>) {
    match &desk.model.overlay {
        Some(Overlay::Lines(prompt)) => {
            (prompt.purpose, prompt.input.text().to_owned(), prompt.mistake.clone())
        }
        other => panic!("no prompt: {other:?}"),
    }
}

fn copied(desk: &Desk) -> (String, String) {
    match desk.effects.last() {
        Some(Effect::Copy { text, what }) => (text.clone(), what.clone()),
        other => panic!("nothing was copied: {other:?}"),
    }
}

const SIX: [&str; 6] = ["alpha one", "beta", "alpha two", "ERROR gamma", "delta", "alpha three"];

#[test]
fn a_search_follows_what_is_typed_and_enter_goes_to_a_match() {
    let mut desk = desk(&SIX);
    desk.press("/").write("alph").settle();
    assert_eq!(prompt(&desk), (Purpose::Search, "alph".to_owned(), None));
    assert_eq!(view(&desk).sift.hits.lines.count(), 3);
    assert_eq!(shown(&desk).len(), 6, "nothing is hidden");
    // Who follows is at the newest line: that is the next match.
    desk.press("enter").settle();
    assert_eq!(at(&desk), "alpha three");
    desk.press("n").settle();
    assert_eq!(
        (at(&desk).as_str(), desk.notice().as_str()),
        ("alpha one", "that was the newest match: this is the oldest")
    );
    desk.press("n").settle();
    assert_eq!(at(&desk), "alpha two");
    desk.press("N N").settle();
    assert_eq!(
        (at(&desk).as_str(), desk.notice().as_str()),
        ("alpha three", "that was the oldest match: this is the newest")
    );
    desk.press("N").settle();
    let view = view(&desk);
    let place = view.buffer.find(&view.at().unwrap()).unwrap();
    assert_eq!(view.sift.hits.counter(place), (2, 3));
}

#[test]
fn esc_in_the_prompt_brings_the_search_before_back() {
    let mut desk = desk(&SIX);
    desk.press("/").write("alpha").press("enter /").write("beta").settle();
    assert_eq!(view(&desk).search.pattern().unwrap().written(), "beta");
    desk.press("esc").settle();
    assert_eq!(view(&desk).search.pattern().unwrap().written(), "alpha");
    // Nothing typed repeats the search.
    desk.press("k / enter").settle();
    assert_eq!(view(&desk).search.pattern().unwrap().written(), "alpha");
    // Above the last match it goes on at the next one below.
    desk.press("g /").write("alpha").press("enter").settle();
    assert_eq!(at(&desk), "alpha one");
}

#[test]
fn a_bad_expression_leaves_the_last_good_one() {
    let mut desk = desk(&SIX);
    desk.press("/").write("alpha (").settle();
    let (_, _, mistake) = prompt(&desk);
    assert!(mistake.unwrap().starts_with("not a regular expression"), "{:?}", desk.model.overlay);
    assert_eq!(view(&desk).search.pattern().unwrap().written(), "alpha ");
    // It cannot be entered, and nothing is lost.
    desk.press("enter").settle();
    assert_eq!(prompt(&desk).1, "alpha (");
    desk.press("esc &").write("[").press("enter").settle();
    assert!(prompt(&desk).2.is_some());
    desk.press("esc").settle();
    assert_eq!(view(&desk).rules.iter().len(), 0);
}

#[test]
fn rules_keep_and_hide_and_esc_takes_them_back_one_by_one() {
    let mut desk = desk(&SIX);
    desk.press("&").write("alpha").press("enter").settle();
    assert_eq!(shown(&desk), ["alpha one", "alpha two", "alpha three"]);
    desk.press("!").write("two").press("enter").settle();
    assert_eq!(shown(&desk), ["alpha one", "alpha three"]);
    assert_eq!(view(&desk).sift.hidden, 4);
    desk.press("& enter").settle();
    assert_eq!(view(&desk).rules.iter().len(), 2, "nothing typed changes nothing");
    desk.press("/").write("one").press("enter m").settle();
    assert_eq!(at(&desk), "alpha one");
    desk.press("esc").settle();
    assert!(view(&desk).search.pattern().is_none());
    desk.press("esc").settle();
    assert_eq!(shown(&desk), ["alpha one", "alpha two", "alpha three"]);
    desk.press("esc").settle();
    assert_eq!(shown(&desk).len(), 6);
    assert_eq!(view(&desk).bookmarks.len(), 1, "a mark hides nothing");
    desk.press("esc").settle();
    assert_eq!(desk.model.screen(), &Screen::Service(cluster_id("core"), service_id(SERVICE)));
}

#[test]
fn ctrl_t_turns_a_search_into_a_rule_and_slash_remembers_it() {
    let mut desk = desk(&SIX);
    desk.press("/").write("alpha").press("ctrl-t").settle();
    assert_eq!(prompt(&desk), (Purpose::Keep, "alpha".to_owned(), None));
    assert!(view(&desk).search.pattern().is_none(), "it is no search any more");
    desk.press("ctrl-t enter").settle();
    assert_eq!(shown(&desk), ["beta", "ERROR gamma", "delta"]);
    desk.press("/").settle();
    assert_eq!(prompt(&desk).0, Purpose::Hide);
    desk.press("ctrl-t").settle();
    assert_eq!(prompt(&desk).0, Purpose::Search);
    desk.press("esc");
    let mut desk = open(desk_with(Settings { slash: Slash::Filter, ..Settings::default() }));
    tell(&mut desk, &SIX);
    desk.press("/").write("beta").press("enter").settle();
    assert_eq!(shown(&desk), ["beta"]);
}

#[test]
fn pasted_text_is_searched_and_ctrl_c_leaves_it() {
    let mut desk = desk(&SIX);
    desk.press("/");
    desk.take(Message::Input(Input::Paste("alpha t".to_owned())));
    desk.settle();
    assert_eq!(view(&desk).sift.hits.lines.count(), 2);
    desk.press("ctrl-c").settle();
    assert!(desk.model.overlay.is_none() && view(&desk).search.pattern().is_none());
}

#[test]
fn context_stands_around_kept_lines() {
    let mut desk = desk(&SIX);
    desk.press("+").settle();
    assert_eq!(desk.notice(), "more context: context stands around lines that are kept: & keeps some");
    desk.press("&").write("gamma").press("enter +").settle();
    assert_eq!(shown(&desk), ["alpha two", "ERROR gamma", "delta"]);
    desk.press("-").settle();
    assert_eq!(shown(&desk), ["ERROR gamma"]);
    desk.press("-").settle();
    assert_eq!(desk.notice(), "less context: no context is shown");
    (0..25).for_each(|_| desk.press("=").settle());
    assert_eq!(view(&desk).rules.context(), 20);
}

#[test]
fn errors_and_marks_are_walked() {
    let mut desk = desk(&["ERROR one", "two", "WARN three", "ERROR four", "five"]);
    desk.press("e").settle();
    assert_eq!(at(&desk), "ERROR four");
    desk.press("E").settle();
    assert_eq!(at(&desk), "ERROR one");
    desk.press("E").settle();
    assert_eq!(at(&desk), "ERROR four");
    desk.press("u").settle();
    assert_eq!(desk.notice(), "next mark: nothing is marked: m marks a line");
    desk.press("m j space k k space").settle();
    desk.press("s u").settle();
    assert_eq!(at(&desk), "five");
    desk.press("U").settle();
    assert_eq!(at(&desk), "ERROR four");
    desk.press("m").settle();
    assert_eq!(view(&desk).bookmarks.len(), 2, "a second time takes the mark away");
    desk.press("!").write("five|WARN").press("enter u").settle();
    assert_eq!(desk.notice(), "next mark: the marked lines are hidden");
    desk.press("!").write("ERROR").press("enter e").settle();
    assert_eq!(desk.notice(), "error: there is no error among the lines that are shown");
}

#[test]
fn levels_forms_and_times_are_cycled() {
    let mut desk = desk(&["INFO one", "WARN two", "ERROR three", "four"]);
    desk.press("W").settle();
    assert_eq!(
        (view(&desk).choices.least, shown(&desk)),
        (Some(Level::Warn), vec!["WARN two".into(), "ERROR three".into()])
    );
    desk.press("W").settle();
    assert_eq!(shown(&desk), ["ERROR three"]);
    desk.press("W").settle();
    assert_eq!(shown(&desk).len(), 4);
    let forms: Vec<Form> = (0..3)
        .map(|_| {
            desk.press("v").settle();
            view(&desk).choices.form
        })
        .collect();
    assert_eq!(forms, [Form::Columns, Form::Raw, Form::Compact]);
    let times: Vec<TimeForm> = (0..5)
        .map(|_| {
            desk.press("t").settle();
            view(&desk).choices.time
        })
        .collect();
    let all = [TimeForm::Delta, TimeForm::Age, TimeForm::Off, TimeForm::Seconds, TimeForm::Millis];
    assert_eq!(times, all);
    let before = view(&desk).choices.clone();
    desk.press("i f w").settle();
    let choices = &view(&desk).choices;
    assert!(choices.histogram != before.histogram && choices.full && choices.wrap);
    desk.press("right").settle();
    assert_eq!(desk.notice(), "scroll right: long lines are wrapped: w lets them run on");
    desk.press("esc").settle();
    assert!(!view(&desk).choices.full, "esc gives the screen back first");
}

#[test]
fn repeats_and_traces_are_folded_and_unfolded() {
    let mut desk = desk(&["a 1"]);
    let texts = ["ERROR boom", "  at x.y", "  at z.z", "again 1", "again 2", "again 3"];
    let events = texts.iter().zip(1..).map(|(text, n)| event(end() + n, "9f3c", text));
    tell_events(&mut desk, events.collect());
    assert_eq!(shown(&desk), ["a 1", "ERROR boom", "again 1", "again 2", "again 3"]);
    desk.press("d").settle();
    assert_eq!(shown(&desk), ["a 1", "ERROR boom", "again 1"]);
    desk.press("D").settle();
    assert_eq!(shown(&desk), ["a 1", "ERROR boom", "  at x.y", "  at z.z", "again 1"]);
    desk.press("d D k y").settle();
    assert!(copied(&desk).0.ends_with("again 2\n"), "{:?}", copied(&desk));
    desk.press("k k y").settle();
    assert_eq!(copied(&desk).0.lines().count(), 3, "what is folded under a line is copied with it");
}

#[test]
fn streams_are_switched() {
    let mut desk = desk(&SIX);
    desk.press("a").settle();
    assert_eq!(desk.notice(), "all streams: all streams are shown");
    desk.press("B").settle();
    assert!(desk.notice().starts_with("blue/green: no blue/green deployment"), "{}", desk.notice());
    desk.press("k o").settle();
    assert_eq!(shown(&desk), ["alpha one", "alpha two", "delta"]);
    desk.press("o").settle();
    assert_eq!(shown(&desk).len(), 6);
    desk.press("o a").settle();
    assert_eq!(shown(&desk).len(), 6);
    // In the panel the picked stream is meant, and rules come first.
    desk.press("!").write("beta").press("enter").settle();
    desk.model.view_mut().focus = Focus::Side;
    desk.press("enter").settle();
    assert_eq!(shown(&desk).len(), 6, "the rule is off");
    desk.press("j space").settle();
    assert_eq!(shown(&desk), ["beta", "ERROR gamma", "alpha three"]);
    desk.press("j o").settle();
    assert_eq!(shown(&desk).len(), 6, "it was alone already: all are shown again");
    desk.press("o k k enter esc").settle();
    assert_eq!(shown(&desk), ["ERROR gamma", "alpha three"]);
    assert_eq!(desk.model.view().focus, Focus::Table);
}

#[test]
fn sides_are_chosen_where_there_are_two() {
    let mut desk = desk(&SIX);
    // Sides come of the deployment; here they are set as it would.
    let view_mut = desk.model.view_mut().lines_mut().unwrap();
    view_mut.choices.side = Some(Hue::Green);
    desk.press("B").settle();
    assert_eq!(view(&desk).choices.side, None);
}

#[test]
fn live_tail_says_what_it_costs() {
    let mut desk = desk(&SIX);
    let means = |desk: &Desk| {
        let wanted = fargate_top::app::subscription::of_screen(&desk.model);
        wanted.iter().find_map(|wanted| match &wanted.topic.subject {
            Subject::Lines { by, .. } => Some(*by),
            _ => None,
        })
    };
    assert_eq!(means(&desk), Some(Means::Polling));
    desk.press("L").settle();
    assert_eq!(means(&desk), Some(Means::LiveTail));
    assert!(
        desk.notice().contains("0.01 USD a minute") && desk.notice().contains("1,800"),
        "{}",
        desk.notice()
    );
    desk.press("L").settle();
    assert_eq!(means(&desk), Some(Means::Polling));
    let desk = open(desk_with(Settings { source: Tailing::Live, ..Settings::default() }));
    assert_eq!(means(&desk), Some(Means::LiveTail));
}

#[test]
fn a_range_begins_at_its_first_line() {
    let lines: Vec<String> = (0..121).map(|n| format!("line {n}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut desk = desk(&lines);
    desk.press("2").settle();
    assert_eq!((at(&desk).as_str(), shown(&desk)[0].as_str()), ("line 60", "line 60"));
    desk.press("k").settle();
    assert_eq!(desk.notice(), "the range begins here; 0 takes it away");
    desk.press("0").settle();
    assert_eq!((at(&desk).as_str(), view(&desk).history.from), ("LIVE", None));
    desk.press("1").settle();
    assert_eq!(at(&desk), "line 0");
    desk.press("9").write("30s").press("enter").settle();
    assert_eq!(at(&desk), "line 90");
    desk.press("9").write("soon").press("enter").settle();
    assert!(prompt(&desk).2.unwrap().contains("is no range"));
}

#[test]
fn a_range_that_is_not_there_is_read_first() {
    let mut desk = desk(&SIX);
    desk.press("5").settle();
    let from = end() - 30 * 60_000;
    assert_eq!(view(&desk).history.missing(), Some((from, end() - 10 * 60_000)));
    assert_eq!(at(&desk), "LIVE");
    assert!(desk.notice().starts_with("reading lines from "), "{}", desk.notice());
    let old = vec![event(from - 5_000, "9f3c", "too old"), event(from + 5_000, "9f3c", "old")];
    told(&mut desk, Told::Older { events: old });
    assert_eq!(at(&desk), "LIVE", "there may be older ones");
    told(&mut desk, Told::OlderDone { from, given_up: 0 });
    assert_eq!((at(&desk).as_str(), shown(&desk)[0].as_str()), ("old", "old"));
    // At the top of everything older lines are asked for.
    desk.press("0 g").settle();
    assert_eq!(view(&desk).history.missing(), None);
    desk.press("k").settle();
    assert_eq!(view(&desk).history.missing(), Some((from - 10 * 60_000, from)));
}

#[test]
fn a_full_view_says_what_to_set() {
    let lines = Limits { lines: 5, bytes: 1 << 20 };
    let mut desk = open(desk_with(Settings { lines, ..Settings::default() }));
    tell(&mut desk, &SIX);
    desk.press("g k").settle();
    assert_eq!(view(&desk).history.missing(), None);
    let full = "the view is full with 5 lines or 1 MiB; set lines or megabytes of [logs] in the configuration higher for more";
    assert_eq!(desk.notice(), full);
    desk.press("6").settle();
    assert_eq!((at(&desk).as_str(), desk.notice().as_str()), ("beta", full));
}

#[test]
fn older_lines_that_do_not_fit_are_not_taken_for_read() {
    let lines = Limits { lines: 8, bytes: 1 << 20 };
    let mut desk = open(desk_with(Settings { lines, ..Settings::default() }));
    tell(&mut desk, &SIX);
    desk.press("5").settle();
    let from = end() - 30 * 60_000;
    let old = (0..6).map(|n| event(from + 1000 * n, "9f3c", &format!("old {n}"))).collect();
    told(&mut desk, Told::Older { events: old });
    told(&mut desk, Told::OlderDone { from, given_up: 0 });
    assert!(desk.notice().starts_with("the view is full"), "{}", desk.notice());
    assert_eq!(at(&desk), "old 4");
    assert_eq!(view(&desk).history.loaded, from + 4000);
}

#[test]
fn a_time_is_jumped_to() {
    let mut desk = desk(&SIX);
    desk.press("@").write("-4s").press("enter").settle();
    assert_eq!(at(&desk), "beta");
    // Between two lines the later one is meant.
    let text = chrono::DateTime::from_timestamp_millis(end() - 2500).unwrap().to_rfc3339();
    desk.press("@").write(&text).press("enter").settle();
    assert_eq!(at(&desk), "ERROR gamma");
    desk.press("@").write("soonish").press("enter").settle();
    assert!(prompt(&desk).2.unwrap().starts_with("`soonish` is no time: write 14:03"));
    desk.press("esc @").write("-1h").press("enter").settle();
    let from = end() - 3_600_000;
    assert_eq!(view(&desk).history.missing().unwrap().0, from);
    // Moving meanwhile means that one wants to be elsewhere.
    desk.press("j k").settle();
    let was = at(&desk);
    told(&mut desk, Told::OlderDone { from, given_up: 0 });
    assert_eq!(at(&desk), was);
    desk.press("@").write("deploy").press("enter").settle();
    let deployed = desk.model.fleet.service(&service_id(SERVICE)).unwrap().rollouts[0].created.unwrap();
    let (first, loaded) = view(&desk).history.missing().unwrap();
    assert!(first >= deployed.timestamp_millis() && loaded - first == 6 * 3_600_000, "stretch by stretch");
    desk.press("@").write("stop").press("enter").settle();
    assert_eq!(desk.notice(), "no task that stopped is known");
    desk.press("@").write("alarm").press("enter").settle();
    assert_eq!(desk.notice(), "no alarm of this service has changed, as far as is known");
}

#[test]
fn what_is_copied_is_printable_and_without_secrets() {
    let mut desk = desk(&["\u{1b}[31mred\u{1b}[0m \u{1b}]52;c;x\u{7}password=hunter2", "plain"]);
    desk.press("y").settle();
    let (text, what) = copied(&desk);
    assert!(text.ends_with("Z app/b2e7 plain\n"), "{text}");
    assert_eq!(what, "the line");
    desk.press("g y").settle();
    let (text, what) = copied(&desk);
    assert!(text.ends_with("Z app/9f3c red password=****\n"), "{text:?}");
    assert_eq!(what, "the line, without what looks like a secret");
    desk.press("Y").settle();
    assert_eq!(copied(&desk).1, "2 lines, without what looks like a secret");
    desk.press("G m Y").settle();
    assert_eq!((copied(&desk).0.lines().count(), copied(&desk).1.as_str()), (1, "1 marked line"));
}

#[test]
fn lines_are_saved_as_text_or_as_json() {
    let mut desk = desk(&["token=abc \"x\"", "plain", "hidden"]);
    desk.press("!").write("hidden").press("enter ctrl-s").settle();
    let Purpose::Save(saving) = prompt(&desk).0 else { panic!("{:?}", prompt(&desk)) };
    assert!(!saving.json && !saving.secrets);
    desk.press("m").settle();
    assert_eq!(prompt(&desk).2.unwrap(), "nothing is marked: m marks a line");
    let saved = |desk: &Desk| match desk.effects.last() {
        Some(Effect::Save { stem, extension, text }) => (stem.clone(), *extension, text.clone()),
        other => panic!("{other:?}"),
    };
    desk.press("s").settle();
    let (stem, extension, text) = saved(&desk);
    assert_eq!((stem.as_str(), extension, text.lines().count()), ("checkout-logs-shown", "log", 2));
    assert!(text.contains("app/9f3c token=**** \"x\"\n"), "{text}");
    desk.press("ctrl-s j x b").settle();
    let (stem, extension, text) = saved(&desk);
    assert_eq!((stem.as_str(), extension), ("checkout-logs-buffer", "jsonl"));
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["message"], "token=abc \"x\"");
    assert_eq!(lines[0]["group"], GROUP);
    assert_eq!(lines[0]["container"], "app");
    assert!(lines[0]["task"].as_str().unwrap().starts_with("9f3c"), "{}", lines[0]);
    assert!(lines[0]["timestamp"].as_str().unwrap().ends_with('Z'));
    desk.press("ctrl-s esc").settle();
    assert!(desk.model.overlay.is_none());
}

#[test]
fn a_line_opens_with_its_fields_and_a_value_becomes_a_rule() {
    let json = r#"{"level":"error","msg":"no","status":500,"http":{"path":"/pay"},"token":"abc"}"#;
    let other = r#"{"level":"info","msg":"ok","status":5001}"#;
    let mut desk = desk(&["plain", other, json]);
    desk.press("enter").settle();
    assert_eq!(desk.model.screen(), &Screen::LogLine(of()));
    let document = fargate_top::app::describe::document(&desk.model, desk.model.screen()).unwrap();
    insta::assert_snapshot!("a_line_with_fields", document.text());
    desk.press("tab tab").settle();
    desk.press("y").settle();
    assert_eq!(copied(&desk), ("500".to_owned(), "the value of status".to_owned()));
    desk.press("&").settle();
    assert_eq!(desk.notice(), "only lines with status=500 are shown; esc, and esc again takes that back");
    desk.press("shift-tab shift-tab shift-tab c").settle();
    assert_eq!(
        copied(&desk),
        ("****".to_owned(), "the value of token, without what looks like a secret".to_owned())
    );
    desk.press("esc").settle();
    assert_eq!(shown(&desk), [json]);
    assert_eq!(view(&desk).rules.iter().next().unwrap().kind, Kind::Keep);
    desk.press("esc").settle();
    assert_eq!(shown(&desk).len(), 3);
    desk.press("g enter &").settle();
    assert_eq!(desk.notice(), "keep value: this line is no JSON: it has no fields");
    desk.press("y").settle();
    assert_eq!(copied(&desk).0, "plain");
}

#[test]
fn a_line_opens_with_its_whole_trace() {
    let mut desk = desk(&["INFO x"]);
    let texts = ["ERROR boom", "  at x.y", "  at z.z", "next"];
    let events = texts.iter().zip(1..).map(|(text, n)| event(end() + n, "9f3c", text));
    tell_events(&mut desk, events.collect());
    desk.press("k enter").settle();
    let document = fargate_top::app::describe::document(&desk.model, desk.model.screen()).unwrap();
    insta::assert_snapshot!("a_line_with_its_trace", document.text());
}

#[test]
fn fields_stand_in_columns_and_stay_there() {
    let line = |n: i64| format!(r#"{{"level":"info","msg":"paid","status":200,"ms":{n}}}"#);
    let texts = [line(7), line(12)];
    let mut desk = desk(&[&texts[0], &texts[1]]);
    desk.press("v").settle();
    let view_now = view(&desk);
    let first = view_now.buffer.line(0).unwrap();
    let shown = fargate_top::app::logs::line::shown_in(&first, view_now.choices.form, &view_now.fields);
    assert_eq!(shown.text(), "200    7   paid");
    let before = view_now.fields.clone();
    tell_events(&mut desk, vec![event(end() + 1, "9f3c", r#"{"msg":"x","other":1}"#)]);
    assert_eq!(view(&desk).fields, before);
}

#[test]
fn the_mouse_scrolls_and_selects() {
    let lines: Vec<String> = (0..100).map(|n| format!("line {n}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut desk = desk(&lines);
    let mouse = |desk: &mut Desk, kind, row| {
        let mouse = MouseEvent { kind, column: 10, row, modifiers: KeyModifiers::NONE };
        desk.take(Message::Input(Input::Mouse(mouse)));
        desk.settle();
    };
    let last = shown(&desk).last().unwrap().clone();
    mouse(&mut desk, MouseEventKind::ScrollUp, 10);
    assert_eq!((at(&desk).as_str(), shown(&desk).last().unwrap().as_str()), ("line 96", "line 96"));
    mouse(&mut desk, MouseEventKind::ScrollDown, 10);
    assert_eq!((at(&desk), shown(&desk).last().unwrap().clone()), ("LIVE".to_owned(), last));
    let regions = desk.model.regions();
    let top = regions.table.bottom() - u16::try_from(desk.model.page()).unwrap();
    let third = shown(&desk)[2].clone();
    mouse(&mut desk, MouseEventKind::Down(MouseButton::Left), top + 2);
    assert_eq!((at(&desk), shown(&desk)[2].clone()), (third.clone(), third));
    mouse(&mut desk, MouseEventKind::Down(MouseButton::Left), top + 2);
    assert_eq!(desk.model.screen(), &Screen::LogLine(of()));
}

#[test]
fn a_key_that_has_no_meaning_says_why() {
    let mut desk = open(desk_with(Settings::default()));
    for (keys, reason) in [
        ("n", "next: search first: / and a text"),
        ("enter", "open: there is no line"),
        ("y", "copy: there is no line"),
        ("m", "mark: there is no line"),
        ("ctrl-s", "save: there is no line to save"),
        ("e", "error: there is no error among the lines that are shown"),
    ] {
        desk.press(keys).settle();
        assert_eq!(desk.notice(), reason, "{keys}");
    }
    desk.press("/").write("x").press("enter").settle();
    assert_eq!(desk.notice(), "no line matches `x`");
    desk.press("n").settle();
    assert_eq!(desk.notice(), "next: no line that is shown matches `x`");
}

#[test]
fn a_secret_goes_out_masked_whatever_colours_stand_in_it() {
    let mut desk = open(desk_with(Settings::default()));
    for secret in ["\x1b[36mpassword\x1b[0m=hunter2", "password=\x1b[33mhunter2\x1b[0m"] {
        tell_events(&mut desk, vec![event(end(), "9f3c", &format!("login {secret}"))]);
        desk.press("y");
        let (text, _) = copied(&desk);
        assert!(!text.contains("hunter2") && text.contains("password="), "{text}");
        // Nor does it from the screen of the line, where it is seen.
        desk.press("enter Y").settle();
        let (text, _) = copied(&desk);
        assert!(!text.contains("hunter2") && text.contains("login"), "{text}");
        desk.press("ctrl-s");
        let saved = desk.effects.iter().rev().find_map(|effect| match effect {
            Effect::Save { text, .. } => Some(text.clone()),
            _ => None,
        });
        assert!(!saved.unwrap().contains("hunter2"));
        desk.press("esc").settle();
    }
}

#[test]
fn older_lines_that_could_not_be_read_are_not_taken_for_read() {
    let mut desk = open(desk_with(Settings::default()));
    tell(&mut desk, &["a", "b", "c"]);
    let loaded = view(&desk).history.loaded;
    desk.press("g k").settle();
    let (from, _) = view(&desk).history.missing().expect("older lines are wanted");
    told(&mut desk, Told::OlderDone { from, given_up: 1 });
    assert_eq!((view(&desk).history.loaded, view(&desk).history.missing()), (loaded, None));
    assert!(desk.notice().contains("could not be read"), "{}", desk.notice());
}

#[test]
fn a_far_time_is_read_in_stretches_and_following_stops_it() {
    let mut desk = open(desk_with(Settings::default()));
    tell(&mut desk, &["a", "b", "c"]);
    desk.press("@").write("-20h").press("enter").settle();
    let (first, to) = view(&desk).history.missing().expect("older lines are wanted");
    assert!(to - first <= 6 * 3_600_000, "{first} to {to} at once");
    told(&mut desk, Told::OlderDone { from: first, given_up: 0 });
    let (second, next) = view(&desk).history.missing().expect("the next stretch");
    assert_eq!(next, first);
    assert!(second < first);
    desk.press("G").settle();
    assert_eq!(view(&desk).history.missing(), None);
}

#[test]
fn what_only_live_tail_says_ends_with_it() {
    let mut desk = open(desk_with(Settings::default()));
    tell(&mut desk, &["a", "b", "c"]);
    told(&mut desk, Told::Lines { events: Vec::new(), settled: i64::MAX, stuck: Vec::new() });
    let since = view(&desk).history.since;
    desk.press("L").settle();
    assert!(view(&desk).history.since > since, "everything is read again");
    told(&mut desk, Told::Session(Some(now())));
    told(&mut desk, Told::Sampled(Some(now())));
    desk.press("L").settle();
    assert_eq!((view(&desk).tail.session, view(&desk).tail.sampled), (None, None));
}
