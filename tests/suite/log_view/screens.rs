//! What the log view looks like: following, paused, searched, filtered, at each size, with and without colours.

use fargate_top::app::logs::choices::{Form, Hue, TimeForm};
use fargate_top::app::logs::prompt::{Prompt, Purpose};
use fargate_top::app::logs::told::Told;
use fargate_top::app::message::Message;
use fargate_top::app::model::Overlay;
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::{Glyphs, Settings};
use fargate_top::app::text_input::TextInput;
use fargate_top::app::update;
use fargate_top::fleet::definition::LogDestination;
use fargate_top::fleet::log::Event;
use fargate_top::fleet::log::buffer::Limits;
use fargate_top::fleet::log::marks::Condition;
use fargate_top::fleet::log::origin::Origin;
use fargate_top::fleet::log::pattern::Pattern;
use fargate_top::fleet::log::rules::Kind;
use fargate_top::fleet::observation::Observation;
use fargate_top::view::theme::{Background, Depth, Theme, ThemeChoice};
use proptest::prelude::*;
use ratatui::layout::Size;
use rstest::rstest;

use crate::support::desk::Desk;
use crate::support::fixture::{ago, cluster_id, container_definition, definition, now, service_id};
use crate::support::lines::{destination, fleet, line, opened, story, told};
use crate::support::screen::{assert_picture, assert_styles, lines, picture};
use crate::support::shifts::{LEDGER, native_canary_step_two};

const ALL: [(u16, u16); 4] = [(120, 36), (80, 24), (60, 15), (200, 60)];

fn matching(text: &str) -> Condition {
    Condition::Matches(Pattern::new(text).unwrap())
}

/// Lines that come while somebody looks elsewhere.
fn more(count: i64) -> Vec<Event> {
    (0..count).map(|n| line("77f1", "app", 100 - n, 200, &format!("INFO  GET /api/carts/{n} 200"))).collect()
}

fn paused(width: u16, height: u16) -> Desk {
    let mut desk = told(width, height);
    desk.press("k k k").lines(more(85));
    desk
}

#[test]
fn following() {
    for (width, height) in ALL {
        assert_picture("logs-following", &told(width, height).model);
    }
}

#[test]
fn paused_and_resumed() {
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        let desk = paused(width, height);
        assert_picture("logs-paused", &desk.model);
        let mut desk = told(width, height);
        desk.press("k k k").lines(more(5)).press("G");
        assert_picture("logs-divider", &desk.model);
    }
}

#[test]
fn searched() {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut desk = told(width, height);
        desk.choose(|view| view.search.set("timeout"));
        assert_picture("logs-searching", &desk.model);
        let prompt = |text: &str, mistake: Option<&str>| {
            let mut input = TextInput::default();
            input.set(text);
            let mistake = mistake.map(ToOwned::to_owned);
            Prompt { purpose: Purpose::Search, input, before: String::new(), mistake }
        };
        desk.model.overlay = Some(Overlay::Lines(prompt("timeout", None)));
        assert_picture("logs-prompt", &desk.model);
        let mistake =
            "not a regular expression: unclosed group; put ' in front to search for the text itself";
        desk.model.overlay = Some(Overlay::Lines(prompt("timeout(", Some(mistake))));
        assert_picture("logs-prompt-mistake", &desk.model);
        desk.model.overlay = Some(Overlay::Lines(Prompt { purpose: Purpose::Time, ..prompt("", None) }));
        assert_picture("logs-prompt-time", &desk.model);
    }
}

#[test]
fn filtered_with_lines_around() {
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        let mut desk = told(width, height);
        desk.choose(|view| {
            view.rules.add(Kind::Keep, matching("timeout"));
            view.rules.add(Kind::Hide, matching("'GET /api"));
            view.rules.add(Kind::Hide, matching("upstream"));
            view.rules.turn(2, false);
            view.rules.set_context(2);
        });
        assert_picture("logs-filtered", &desk.model);
        desk.press("tab j");
        assert_picture("logs-rules", &desk.model);
        desk.press("x");
    }
}

#[rstest]
#[case("raw", Form::Raw)]
#[case("compact", Form::Compact)]
#[case("columns", Form::Columns)]
fn json(#[case] name: &str, #[case] form: Form) {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut desk = told(width, height);
        desk.choose(|view| view.choices.form = form);
        assert_picture(&format!("logs-json-{name}"), &desk.model);
        if width == 120 {
            assert_styles(&format!("logs-json-{name}"), &desk.model, &Theme::default());
        }
    }
}

#[rstest]
#[case("off", TimeForm::Off)]
#[case("delta", TimeForm::Delta)]
#[case("age", TimeForm::Age)]
fn times(#[case] name: &str, #[case] time: TimeForm) {
    let mut desk = told(80, 24);
    desk.choose(|view| view.choices.time = time);
    assert_picture(&format!("logs-time-{name}"), &desk.model);
}

#[test]
fn the_bands_have_a_cursor_and_enter_goes_there() {
    for (width, height) in [(120, 36), (80, 24), (200, 60)] {
        let mut desk = told(width, height);
        desk.press("tab tab left left left left");
        assert_picture("logs-bands", &desk.model);
        if width == 120 {
            assert_styles("logs-bands", &desk.model, &Theme::default());
        }
        desk.press("enter");
        assert_picture("logs-bands-there", &desk.model);
    }
}

#[test]
fn the_panel_switches_streams() {
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        let mut desk = told(width, height);
        desk.press("tab j j space").settle();
        assert_picture("logs-panel", &desk.model);
        desk.press("o esc").settle();
        assert_picture("logs-solo", &desk.model);
    }
}

#[test]
fn folded_repeats_and_traces() {
    let mut desk = told(120, 36);
    let repeats =
        (0..20).map(|n| line("b2e7", "envoy", 90 - n, 200, &format!("[warning] no route to 10.0.0.{n}")));
    desk.lines(repeats.collect());
    let late = line("03aa", "app", 3_500, 3_400, "INFO  came by a detour");
    let mut trace = vec![line("03aa", "app", 60, 200, "ERROR order failed"), late];
    trace.extend(
        (0..14).map(|n| line("03aa", "app", 59 - n, 200, &format!("\tat shop.Order.place(Order.java:{n})"))),
    );
    desk.lines(trace);
    desk.choose(|view| view.choices.fold_repeats = true);
    assert_picture("logs-folded", &desk.model);
    desk.choose(|view| {
        view.choices.fold_traces = false;
        view.choices.fold_repeats = false;
    });
    assert_picture("logs-unfolded", &desk.model);
}

/// Lines as they are written by everything but what it should be.
fn hostile() -> Vec<Event> {
    [
        "\x1b[31mred\x1b[0m and \x1b[1;38;5;208;48;2;10;20;30morange on blue\x1b[m",
        "\x1b]0;owned\x07title \x1b]52;c;Zm9v\x07clipboard \x1b[2J\x1b[Hclear",
        "tabs\tand\rreturns\x08\x08 \u{202e}drawkcab\u{202c} \u{9b}31m8 bit",
        "日本語のログ 漢字はふたつの幅 🚀🚀 e\u{301}tude 👩\u{200d}👩\u{200d}👧 family",
        r#"{"level":"error","msg":"json \u001b[31m \u0007 \u202e inside","k\u001b[2J":"v\n2"}"#,
        "",
    ]
    .iter()
    .zip(0..)
    .map(|(text, n)| line("c4d0", "app", 50 - n, 100, text))
    .collect()
}

#[test]
fn wrapped_and_scrolled() {
    for (width, height) in [(120, 36), (80, 24)] {
        let mut desk = told(width, height);
        let long = format!("INFO  {} the end", "日本語 words and words ".repeat(12));
        desk.lines(vec![line("c4d0", "app", 60, 100, &long)]);
        desk.lines(hostile());
        assert_picture("logs-hostile", &desk.model);
        desk.choose(|view| view.choices.right = 24);
        assert_picture("logs-scrolled", &desk.model);
        desk.choose(|view| view.choices.wrap = true);
        assert_picture("logs-wrapped", &desk.model);
        desk.press("k k");
        assert_picture("logs-wrapped-paused", &desk.model);
        if width == 120 {
            assert_styles("logs-wrapped", &desk.model, &Theme::default());
        }
    }
}

#[test]
fn without_colours_and_unicode() {
    let mono = Theme::load(&ThemeChoice::Auto, Depth::Mono, Background::Dark);
    let settings = Settings { glyphs: Glyphs::Ascii, ..Settings::default() };
    for (width, height) in [(120, 36), (80, 24)] {
        let mut desk = opened(fleet(), settings.clone(), width, height);
        desk.lines(story());
        desk.lines(hostile());
        desk.press("k");
        desk.lines(more(3));
        assert_picture("logs-ascii", &desk.model);
        if width == 80 {
            assert_styles("logs-without-colours", &desk.model, &mono);
        }
        let shown = picture(&desk.model, &mono);
        let own = |text: &str| text.is_ascii();
        for (number, row) in lines(&shown).iter().enumerate() {
            assert!(own(row) || row.contains("日本"), "row {number}: {row}");
        }
        for cell in shown.content() {
            assert!(cell.fg == ratatui::style::Color::Reset && cell.bg == ratatui::style::Color::Reset);
        }
    }
}

#[test]
fn the_whole_screen() {
    let mut desk = paused(80, 24);
    desk.press("f");
    assert_picture("logs-full", &desk.model);
}

#[test]
fn what_the_ring_dropped() {
    for (width, height) in [(120, 36), (80, 24)] {
        let settings = Settings { lines: Limits { lines: 60, bytes: 1 << 20 }, ..Settings::default() };
        let mut desk = opened(fleet(), settings, width, height);
        desk.lines(story());
        desk.press("g");
        assert_picture("logs-dropped", &desk.model);
        desk.lines(more(58));
        assert_picture("logs-held", &desk.model);
    }
}

#[test]
fn what_may_be_missing() {
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        let mut desk = told(width, height);
        desk.tail(Told::Session(Some(ago(720))));
        desk.tail(Told::Sampled(Some(ago(240))));
        desk.tail(Told::Missed(1_234));
        desk.tail(Told::Trouble {
            group: "/ecs/checkout".into(),
            sentence: "not allowed to read log group /ecs/envoy: logs:FilterLogEvents is denied".into(),
        });
        assert_picture("logs-missing", &desk.model);
    }
}

#[test]
fn no_lines() {
    for (width, height) in [(120, 36), (60, 15)] {
        let mut desk = opened(fleet(), Settings::default(), width, height);
        assert_picture("logs-empty-reading", &desk.model);
        desk.lines(Vec::new());
        assert_picture("logs-empty", &desk.model);
        desk.tail(Told::Trouble {
            group: "/ecs/checkout".into(),
            sentence: "log group /ecs/checkout does not exist".into(),
        });
        assert_picture("logs-empty-trouble", &desk.model);
        let nobody = crate::support::fixture::fleet(Vec::new(), Vec::new(), Vec::new());
        assert_picture("logs-empty-no-tasks", &opened(nobody, Settings::default(), width, height).model);
        let mut elsewhere = definition("checkout-api:7");
        elsewhere.containers = vec![container_definition("app")];
        let url = Some("https://splunk.example:8088".into());
        elsewhere.containers[0].logs = Some(LogDestination { driver: "splunk".into(), url, ..destination() });
        let mut desk = opened(fleet(), Settings::default(), width, height);
        desk.learn(Observation::Definition { definition: Box::new(elsewhere) });
        assert_picture("logs-empty-elsewhere", &desk.model);
        let mut desk = told(width, height);
        desk.choose(|view| view.rules.add(Kind::Keep, matching("nobody says this")));
        assert_picture("logs-empty-hidden", &desk.model);
        desk.pass(1);
    }
}

#[test]
fn older_lines_are_on_their_way() {
    let mut desk = told(80, 24);
    desk.press("g");
    assert_picture("logs-oldest", &desk.model);
    desk.log().history.ask_back();
    assert_picture("logs-older", &desk.model);
    assert!(desk.model.now >= now());
}

/// Both sides of a deployment write: the side tells more than the stream.
#[test]
fn blue_and_green() {
    for (width, height) in [(120, 36), (80, 24)] {
        let fleet = native_canary_step_two();
        let mut desk = Desk::with(fleet, Settings::default(), Size::new(width, height));
        for (name, image) in [("ledger:58", "app"), ("ledger:59", "app")] {
            let mut known = definition(name);
            known.containers = vec![container_definition(image)];
            known.containers[0].logs = Some(destination());
            desk.learn(Observation::Definition { definition: Box::new(known) });
        }
        let of = Origin::Service(cluster_id("payments"), service_id(LEDGER));
        desk.at(&Screen::Logs(of.clone()));
        update::logs::arrive(&mut desk.model);
        let tasks = ["5801", "5902", "5803", "5904", "5804", "5901"];
        let events = (0..30).zip(tasks.iter().cycle());
        let events =
            events.map(|(n, task)| line(task, "app", 30_000 - n * 900, 200, "INFO  booked an entry"));
        let settled = now().timestamp_millis();
        desk.take(Message::Lines {
            of,
            told: Told::Lines { events: events.collect(), settled, stuck: Vec::new() },
        });
        desk.settle();
        desk.settle();
        assert_picture("logs-sides", &desk.model);
        desk.choose(|view| view.choices.side = Some(Hue::Green));
        assert_picture("logs-green", &desk.model);
    }
}

fn is_printable(symbol: &str) -> bool {
    symbol.chars().all(|letter| {
        !letter.is_control() && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever containers write: nothing but printable text comes to the screen.
    #[test]
    fn only_printable_text_is_shown(
        messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..120), 1..12),
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "\x1b", "[", "]0;", "P", "\\", "\x07", "\u{9b}", "\u{9c}", "m", "31", ";", "2J", "\r", "\n", "\t",
                "\x08", "\x7f", "a", "日", "\u{202e}", "{\"msg\":\"", "\\u001b", "\"}", "e\u{301}", "\u{200d}", "🚀",
            ]),
            0..40,
        ),
        form in proptest::sample::select(vec![Form::Raw, Form::Compact, Form::Columns]),
        wrap in any::<bool>(), right in 0..40_usize,
        (width, height) in (60..130_u16, 15..40_u16),
    ) {
        let mut desk = opened(fleet(), Settings::default(), width, height);
        let texts = messages.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).chain([words.concat()]);
        desk.lines(texts.zip(0..).map(|(text, n)| line("b2e7", "app", 100 - n, 5_000, &text)).collect());
        desk.choose(|view| {
            view.choices.form = form;
            view.choices.wrap = wrap;
            view.choices.right = right;
            view.search.set("a|\\d");
        });
        for keys in ["", "k", "tab"] {
            if !keys.is_empty() {
                desk.press(keys);
            }
            prop_assert_eq!(desk.model.size, Size::new(width, height));
            for cell in picture(&desk.model, &Theme::default()).content() {
                prop_assert!(is_printable(cell.symbol()), "{:?}", cell.symbol());
            }
        }
    }
}
