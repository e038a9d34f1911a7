//! Places: what is seen is what the page, the cursor, the mouse and a search mean.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use fargate_top::app::message::{Input, Message};
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::Settings;
use fargate_top::fleet::observation::Observation;
use fargate_top::fleet::topic::{FailureKind, Subject, Target};
use fargate_top::view::theme::Theme;
use pretty_assertions::assert_eq;
use ratatui::buffer::Cell;
use ratatui::layout::Size;
use rstest::rstest;

use crate::support::desk::Desk;
use crate::support::fixture::*;
use crate::support::incident::{self, failed};
use crate::support::screen::{lines, picture};

fn seen(desk: &Desk) -> Vec<String> {
    lines(&picture(&desk.model, &Theme::default()))
}

/// The line with the cursor's sign, and what stands on it.
fn cursor_line(desk: &Desk) -> (u16, String) {
    let found = seen(desk).into_iter().enumerate().find(|(_, line)| line.contains('▸'));
    let (row, line) = found.expect("no cursor is seen");
    (u16::try_from(row).unwrap(), line)
}

/// The line names the selected service, as far as there is room for long names.
fn names(line: &str, desk: &Desk) -> bool {
    let name: String = desk.selected().chars().take(7).collect();
    !name.is_empty() && line.contains(&name)
}

fn click(desk: &mut Desk, row: u16) {
    let kind = MouseEventKind::Down(MouseButton::Left);
    let mouse = MouseEvent { kind, column: 20, row, modifiers: KeyModifiers::NONE };
    desk.take(Message::Input(Input::Mouse(mouse)));
}

/// The fleet with everything in it, and the credentials ended.
fn expired(width: u16, height: u16) -> Desk {
    let mut desk = Desk::with(incident::fleet(), Settings::default(), Size::new(width, height));
    desk.learn(failed(Subject::Services, FailureKind::Expired, "DescribeServices", "The token is expired"));
    desk.press("ctrl-z");
    desk
}

#[rstest]
#[case(120, 36)]
#[case(80, 24)]
#[case(60, 15)]
#[case(200, 60)]
#[case(160, 29)]
fn under_the_banner_the_cursor_and_the_mouse_mean_the_row_that_is_seen(
    #[case] width: u16,
    #[case] height: u16,
) {
    let mut desk = expired(width, height);
    let (first, _) = cursor_line(&desk);
    let rows = u16::try_from(desk.model.page()).unwrap();
    let mut lowest = first;
    for _ in 0..60 {
        desk.press("j");
        let (row, line) = cursor_line(&desk);
        assert!(names(&line, &desk), "{line} is not {}", desk.selected());
        lowest = lowest.max(row);
    }
    assert_eq!(lowest - first + 1, rows.min(41), "a page is what is seen of the list");
    // Halfway scrolled, a click selects the row that stands there.
    desk.press("g ctrl-f ctrl-f j");
    let (row, _) = cursor_line(&desk);
    for other in [row - 1, row - 2] {
        let line = seen(&desk).swap_remove(usize::from(other));
        click(&mut desk, other);
        assert!(names(&line, &desk), "{line} is not {}", desk.selected());
        assert_eq!(cursor_line(&desk).0, other);
    }
}

#[test]
fn a_click_on_the_banner_selects_nothing() {
    let mut desk = expired(80, 24);
    desk.press("j j");
    let before = desk.selected();
    for row in 2..8 {
        click(&mut desk, row);
        assert_eq!((desk.selected(), desk.model.screen()), (before.clone(), &Screen::Fleet), "line {row}");
    }
}

#[test]
fn problems_and_the_count_of_the_others_fit_under_the_banner() {
    let mut desk = expired(80, 24);
    desk.press("ctrl-z");
    let hidden = seen(&desk).into_iter().find(|line| line.contains("ok and hidden"));
    let shown = desk.services().len();
    assert!(hidden.is_none() == (shown >= desk.model.page()), "{shown} rows, {hidden:?}");
    desk.press("G");
    assert!(names(&cursor_line(&desk).1, &desk));
}

#[test]
fn the_cursor_stays_in_view_when_the_banner_comes_or_the_header_goes() {
    let mut desk = Desk::with(incident::fleet(), Settings::default(), Size::new(80, 24));
    desk.press("ctrl-z").press(&["j"; 13].join(" "));
    desk.learn(failed(Subject::Services, FailureKind::Expired, "DescribeServices", "The token is expired"));
    let (row, line) = cursor_line(&desk);
    assert!(names(&line, &desk));
    click(&mut desk, row - 1);
    assert_eq!(cursor_line(&desk).0, row - 1);
    for _ in 0..2 {
        desk.press("G ctrl-e");
        let (row, _) = cursor_line(&desk);
        let line = seen(&desk).swap_remove(usize::from(row - 1));
        click(&mut desk, row - 1);
        assert!(names(&line, &desk), "{line} is not {}", desk.selected());
    }
}

/// A dashboard that shows these lines as the JSON of a service.
fn reading(json: &str, width: u16, height: u16) -> Desk {
    let target = Target::Service(cluster_id("payments"), service_id("payments/cart-api"));
    let mut desk = Desk::with(incident::fleet(), Settings::default(), Size::new(width, height));
    desk.learn(Observation::Raw { target: target.clone(), json: json.into() });
    let mut desk = desk.open(&Screen::Json(target));
    if !desk.model.wraps() {
        desk.press("w");
    }
    desk
}

/// The lines of the text that are seen, without frame and furniture.
fn text_seen(desk: &Desk) -> Vec<String> {
    let table = desk.model.regions().table;
    let all = seen(desk);
    let rows = all.iter().skip(usize::from(table.y)).take(usize::from(table.height));
    rows.map(|line| line.trim_matches(['│', ' ']).to_owned()).collect()
}

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 15)];

#[test]
fn the_end_of_a_wrapped_text_can_be_reached_and_left() {
    let long: Vec<String> = (0..40).map(|n| format!("line {n} {}", "many words ".repeat(n))).collect();
    for (width, height) in SIZES {
        let mut desk = reading(&(long.join("\n") + "\nthe end"), width, height);
        desk.press("G");
        let bottom = text_seen(&desk);
        assert_eq!(bottom.last().map(String::as_str), Some("the end"), "{width}x{height}");
        desk.press("j j");
        assert_eq!(text_seen(&desk), bottom);
        desk.press("k");
        let above = text_seen(&desk);
        assert_eq!(above[1..], bottom[..bottom.len() - 1], "one line up is one line up");
        desk.press("g");
        let mut read = text_seen(&desk);
        for _ in 0..60 {
            desk.press("ctrl-d");
            read.extend(text_seen(&desk));
        }
        for n in 0..40 {
            let at = read
                .iter()
                .position(|line| line.starts_with(&format!("line {n} ")) || *line == format!("line {n}"));
            assert!(at.is_some(), "line {n} was never seen at {width}x{height}");
        }
    }
}

#[test]
fn one_line_that_is_longer_than_the_screen_is_read_to_its_end() {
    for (width, height) in SIZES {
        let mut desk = reading(&format!("\"{} the end\"", "x".repeat(9_000)), width, height);
        desk.press("G");
        assert!(text_seen(&desk).last().unwrap().ends_with("the end\""));
        desk.press("ctrl-b g");
        assert!(text_seen(&desk)[0].starts_with("\"xx"));
    }
}

#[test]
fn a_search_goes_to_each_match_in_a_wrapped_text_and_round() {
    let filler = "filler words ".repeat(80);
    let text = format!("{filler} Needle one {filler} needle two {filler}\nshort\nneedle three\nneedle four");
    for (width, height) in SIZES {
        let mut desk = reading(&text, width, height);
        desk.press("/ needle enter");
        let mut tops = Vec::new();
        for word in ["one", "two", "three", "four", "one"] {
            let shown = text_seen(&desk).join(" ");
            assert!(
                shown.to_lowercase().contains(&format!("needle {word}")),
                "{word} at {width}x{height}: {shown}"
            );
            tops.push(text_seen(&desk));
            desk.press("n");
        }
        assert_eq!(tops[0], tops[4]);
        // That was the second one again; backwards the first and the last.
        desk.press("N N");
        assert!(text_seen(&desk).join(" ").contains("needle four"));
    }
}

#[test]
fn a_match_that_is_broken_over_two_lines_is_found_and_shown() {
    let text = format!("{} needle in hay {}", "stack ".repeat(200), "stack ".repeat(200));
    for pad in 0..60 {
        let mut desk = reading(&format!("{}{text}", "x".repeat(pad)), 60, 15);
        desk.press("/").write("needle in hay").press("enter");
        let top = text_seen(&desk)[..2].join(" ");
        assert!(top.contains("needle in hay"), "{pad}: {top}");
        let marked = Theme::default().style(fargate_top::view::theme::Role::Match);
        let shown = picture(&desk.model, &Theme::default());
        let cells = shown.content.iter().filter(|cell| cell.style().patch(marked) == cell.style());
        let letters: String = cells.map(Cell::symbol).filter(|symbol| *symbol != " ").collect();
        assert_eq!(letters, "needleinhay", "{pad}");
    }
}

#[test]
fn matches_on_the_last_page_are_walked_through() {
    let text: String = (0..100).map(|n| if n > 90 && n % 2 == 0 { "hit\n" } else { "miss\n" }).collect();
    let mut desk = reading(&format!("hit\n{text}"), 80, 24);
    desk.press("/ hit enter n");
    let last = text_seen(&desk);
    assert!(last.contains(&"hit".to_owned()) && last[0] != "hit");
    desk.press("n n n");
    assert_eq!(text_seen(&desk), last, "the matches of the last page follow each other");
    desk.press("n");
    assert_eq!(text_seen(&desk)[0], "hit", "then the first one comes again");
}

#[test]
fn wrapping_and_resizing_keep_the_line_at_the_top() {
    let lines: Vec<String> = (0..200).map(|n| format!("{n:03} {}", "words and words ".repeat(8))).collect();
    let text = lines.join("\n");
    let mut desk = reading(&text, 80, 24);
    desk.press("w").press(&["j"; 50].join(" "));
    assert!(text_seen(&desk)[0].starts_with("050 "), "{:?}", text_seen(&desk)[0]);
    desk.press("w");
    assert!(text_seen(&desk)[0].starts_with("050 "));
    desk.take(Message::Input(Input::Resize(120, 36)));
    assert!(text_seen(&desk)[0].starts_with("050 "));
    desk.take(Message::Input(Input::Resize(60, 15)));
    assert!(text_seen(&desk)[0].starts_with("050 "));
    desk.press("w");
    assert!(text_seen(&desk)[0].starts_with("050 "));
}
