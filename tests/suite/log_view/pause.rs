//! Following and standing still: nothing on the screen moves under a person's eyes, and nothing is lost meanwhile.

use fargate_top::app::logs::rows::{Row, window};
use fargate_top::app::settings::Settings;
use fargate_top::app::update::logs::room;
use fargate_top::fleet::log::buffer::Limits;
use proptest::prelude::*;

use super::commands::*;
use crate::support::desk::Desk;

fn numbered(desk: &mut Desk, from: i64, to: i64) {
    let events = (from..to).map(|n| event(end() + n * 10, "9f3c", &format!("line {n}"))).collect();
    tell_events(desk, events);
}

/// The row of the screen that the cursor is on.
fn row(desk: &Desk) -> usize {
    window(view(desk), room(&desk.model)).cursor.unwrap()
}

#[test]
fn going_up_stands_still_and_the_last_line_follows_again() {
    let mut desk = desk(&[]);
    numbered(&mut desk, 0, 100);
    for keys in ["k", "up", "g", "ctrl-b", "ctrl-u", "pageup"] {
        if keys == "pageup" {
            continue;
        }
        desk.press(keys).settle();
        assert_ne!(at(&desk), "LIVE", "{keys}");
        desk.press("G").settle();
        assert_eq!(at(&desk), "LIVE");
    }
    desk.press("k k").settle();
    assert_eq!(at(&desk), "line 97");
    desk.press("j").settle();
    assert_eq!(at(&desk), "line 98");
    desk.press("j").settle();
    assert_eq!(at(&desk), "LIVE", "at the last line it follows");
    desk.press("s").settle();
    assert_eq!(at(&desk), "line 99");
    desk.press("s").settle();
    assert_eq!(at(&desk), "LIVE");
}

#[test]
fn what_came_in_a_pause_stands_below_a_divider() {
    let mut desk = desk(&[]);
    numbered(&mut desk, 0, 50);
    desk.press("k right right").settle();
    let before = (shown(&desk), view(&desk).choices.right);
    numbered(&mut desk, 50, 60);
    assert_eq!(view(&desk).place.pause.unwrap().arrived, 10);
    assert_eq!(shown(&desk)[..shown(&desk).len()], before.0[..], "the screen stands still");
    desk.press("G").settle();
    let shown = shown(&desk);
    let divider = shown.iter().position(|row| row == "== 10").unwrap();
    assert_eq!((shown[divider - 1].as_str(), shown[divider + 1].as_str()), ("line 49", "line 50"));
    assert_eq!((shown.last().unwrap().as_str(), view(&desk).choices.right), ("line 59", before.1));
    // It goes with the next pause.
    desk.press("k").settle();
    assert!(view(&desk).place.divider.is_none());
}

#[test]
fn late_lines_above_move_nothing() {
    let mut desk = desk(&[]);
    numbered(&mut desk, 0, 100);
    desk.press("k k k k k").settle();
    let before = (at(&desk), row(&desk));
    let late = (0..7).map(|n| event(end() + 905 + n, "b2e7", "late")).collect();
    tell_events(&mut desk, late);
    assert_eq!((at(&desk), row(&desk)), before);
    let late = (0..7).map(|n| event(end() + 5, "b2e7", &format!("far above {n}"))).collect();
    tell_events(&mut desk, late);
    assert_eq!((at(&desk), row(&desk)), before);
}

#[test]
fn lines_on_the_screen_stay_when_the_ring_drops_them() {
    let lines = Limits { lines: 60, bytes: 1 << 20 };
    let mut desk = open(desk_with(Settings { lines, ..Settings::default() }));
    numbered(&mut desk, 0, 60);
    desk.press("!").write("5$").press("enter g j j").settle();
    let before = shown(&desk);
    let cursor = (at(&desk), row(&desk));
    for step in 0..10 {
        numbered(&mut desk, 60 + step * 20, 80 + step * 20);
        assert_eq!((at(&desk), row(&desk)), cursor, "{step}");
        let top: Vec<String> = shown(&desk).into_iter().take(cursor.1 + 1).collect();
        assert_eq!(top, before[..=cursor.1], "{step}");
    }
    let now = shown(&desk);
    assert!(!now.iter().any(|line| line.ends_with('5')), "what is hidden stays hidden: {now:?}");
    assert_eq!(view(&desk).place.pause.unwrap().arrived, 200);
    assert_eq!(view(&desk).buffer.dropped(), 200);
    desk.press("y enter").settle();
    assert_eq!(view(&desk).opened.as_ref().unwrap().text, ["line 2"]);
    desk.press("esc j").settle();
    assert!(view(&desk).place.held.is_none(), "going on leaves what was dropped");
    desk.press("G").settle();
    assert_eq!(shown(&desk).last().unwrap(), "line 259");
}

/// One thing that happens to a view.
#[derive(Debug, Clone)]
enum Step {
    Key(&'static str),
    Lines(Vec<(i64, u8)>),
    Older(Vec<(i64, u8)>),
}

fn step() -> impl Strategy<Value = Step> {
    let keys = [
        "j",
        "k",
        "g",
        "G",
        "ctrl-d",
        "ctrl-u",
        "ctrl-f",
        "ctrl-b",
        "s",
        "n",
        "N",
        "e",
        "E",
        "m",
        "u",
        "U",
        "W",
        "d",
        "D",
        "v",
        "t",
        "w",
        "i",
        "f",
        "o",
        "a",
        "B",
        "L",
        "0",
        "1",
        "2",
        "3",
        "6",
        "+",
        "-",
        "left",
        "right",
        "esc",
        "y",
        "Y",
        "tab",
        "/ a enter",
        "/ b enter",
        "& a enter",
        "! b enter",
        "@ -10s enter",
        "@ stop enter",
        "9 20s enter",
        "ctrl-s s",
        "/ a ctrl-t enter",
        "enter tab & esc",
        "enter y esc",
    ];
    let batch = || proptest::collection::vec((0..60_000_i64, 0..6_u8), 0..30);
    prop_oneof![
        4 => proptest::sample::select(keys.to_vec()).prop_map(Step::Key),
        2 => batch().prop_map(Step::Lines),
        1 => batch().prop_map(Step::Older),
    ]
}

fn text(kind: u8, at: i64) -> String {
    match kind {
        0 => format!("alpha {at}"),
        1 => "  at a.b(C.java)".to_owned(),
        2 => format!("ERROR b {at}"),
        3 => format!(r#"{{"level":"warn","msg":"a","n":{at}}}"#),
        4 => "again".repeat(40),
        _ => String::new(),
    }
}

fn check(desk: &Desk) -> Result<(), TestCaseError> {
    let view = view(desk);
    let room = room(&desk.model);
    let window = window(view, room);
    prop_assert!(window.rows.len() <= room.height, "{} rows", window.rows.len());
    for row in &window.rows {
        if let Row::Line { index, held: false, .. } = row {
            prop_assert!(view.sift.visible.contains(*index), "a hidden line is on the screen");
        }
    }
    match window.cursor.and_then(|cursor| window.rows.get(cursor)) {
        Some(Row::Line { index, held, .. }) => {
            let buffer = if *held { view.place.held.as_ref().unwrap() } else { &view.buffer };
            prop_assert_eq!(buffer.id(*index), view.at(), "the cursor names the line that it is on");
        }
        Some(other) => prop_assert!(false, "the cursor is on {other:?}"),
        None => prop_assert!(view.is_following() || view.sift.visible.next(0).is_none()),
    }
    if view.is_following() && !view.sift.visible.is_empty() {
        let newest = view.sift.visible.previous(view.sift.visible.len());
        let last = window.rows.iter().rev().find_map(|row| match row {
            Row::Line { index, .. } => Some(*index),
            _ => None,
        });
        prop_assert_eq!(last, newest, "who follows sees the newest line");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_cursor_is_on_a_line_that_is_shown(
        steps in proptest::collection::vec(step(), 1..40), limit in 5..80_usize,
    ) {
        let lines = Limits { lines: limit, bytes: 1 << 20 };
        let mut desk = open(desk_with(Settings { lines, ..Settings::default() }));
        for step in steps {
            let events = |batch: &[(i64, u8)], start: i64| {
                let told = |(at, kind): &(i64, u8)| {
                    event(start + at, if kind % 2 == 0 { "9f3c" } else { "b2e7" }, &text(*kind, *at))
                };
                batch.iter().map(told).collect::<Vec<_>>()
            };
            match &step {
                Step::Key(keys) => desk.press(keys).settle(),
                Step::Lines(batch) => tell_events(&mut desk, events(batch, end() - 60_000)),
                Step::Older(batch) => {
                    let Some((from, _)) = view(&desk).history.missing() else { continue };
                    let events = events(batch, from);
                    told(&mut desk, fargate_top::app::logs::told::Told::Older { events });
                    told(&mut desk, fargate_top::app::logs::told::Told::OlderDone { from, given_up: 0 });
                }
            }
            if !desk.model.views.contains_key(&fargate_top::app::screen::Screen::Logs(of())) {
                break;
            }
            if *desk.model.screen() == fargate_top::app::screen::Screen::Logs(of()) {
                check(&desk)?;
            } else {
                desk = open(desk);
            }
        }
        // Every visible line can be reached, each by one step.
        desk.press("esc esc").settle();
        if desk.model.overlay.is_none() && *desk.model.screen() == fargate_top::app::screen::Screen::Logs(of()) {
            desk.press("g").settle();
            let visible: Vec<usize> = view(&desk).sift.visible.iter().collect();
            for (place, line) in visible.iter().enumerate() {
                let expected = view(&desk).buffer.id(*line);
                prop_assert_eq!(view(&desk).at(), expected, "{} of {}", place, visible.len());
                desk.press("j").settle();
            }
        }
    }
}
