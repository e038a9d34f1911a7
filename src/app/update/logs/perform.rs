//! What each command does in a log view.

use chrono::TimeDelta;
use strum::IntoEnumIterator;

use super::typing::open;
use super::{older, out, panes, steps};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::listing::Step;
use crate::app::logs::choices::Hue;
use crate::app::logs::prompt::{Purpose, Saving};
use crate::app::logs::{LogView, opened};
use crate::app::model::Model;
use crate::app::notice;
use crate::app::screen::Screen;
use crate::app::update::navigate;
use crate::app::views::Focus;
use crate::fleet::log::bits::Bits;
use crate::fleet::log::level::Level;
use crate::fleet::log::rules::MOST_CONTEXT;

/// Does a command of the log view; `None` where it is not one.
pub fn perform(model: &mut Model, command: Command) -> Option<Vec<Effect>> {
    if panes::perform(model, command) {
        return Some(Vec::new());
    }
    match command {
        Command::CopyLine => return Some(out::copy_line(model)),
        Command::CopyLines => return Some(out::copy_lines(model)),
        Command::Filter => open(model, model.slash),
        Command::Keep => open(model, Purpose::Keep),
        Command::Hide => open(model, Purpose::Hide),
        Command::JumpToTime => open(model, Purpose::Time),
        Command::OtherRange => open(model, Purpose::Range),
        Command::Save => open(model, Purpose::Save(Saving::default())),
        Command::OpenLine | Command::Open => open_line(model),
        Command::Back => return take_back(model).then(Vec::new),
        Command::LiveTail => turn_live_tail(model),
        _ if moves(model, command) || ranges(model, command) || chooses(model, command)? => {}
        _ => return None,
    }
    Some(Vec::new())
}

fn moves(model: &mut Model, command: Command) -> bool {
    let page = isize::try_from(model.page()).unwrap_or(1).max(1);
    match command {
        Command::Down => steps::go(model, Step::By(1)),
        Command::Up => steps::go(model, Step::By(-1)),
        Command::Top => steps::go(model, Step::Top),
        Command::Bottom => steps::go(model, Step::Bottom),
        Command::PageDown => steps::go(model, Step::By(page)),
        Command::PageUp => steps::go(model, Step::By(-page)),
        Command::HalfPageDown => steps::go(model, Step::By((page / 2).max(1))),
        Command::HalfPageUp => steps::go(model, Step::By(-(page / 2).max(1))),
        Command::NextMatch => matches(model, false),
        Command::PreviousMatch => matches(model, true),
        Command::NextError => steps::seek(model, false, "error", |view| view.sift.errors.clone()),
        Command::PreviousError => steps::seek(model, true, "error", |view| view.sift.errors.clone()),
        Command::NextBookmark => steps::seek(model, false, "mark", bookmarks),
        Command::PreviousBookmark => steps::seek(model, true, "mark", bookmarks),
        _ => return false,
    }
    true
}

fn matches(model: &mut Model, back: bool) {
    let Some(view) = model.view_mut().lines_mut() else { return };
    if view.sift.hits.lines.next(0).is_none() && !view.sift.hits.complete {
        view.going = Some(crate::app::logs::going::Going::Match);
    } else {
        steps::seek(model, back, "match", |view| view.sift.hits.lines.clone());
    }
}

/// The marked lines as a set.
fn bookmarks(view: &LogView) -> Bits {
    let mut lines = Bits::new(view.buffer.len());
    view.marked().into_iter().for_each(|line| lines.insert(line));
    lines
}

fn ranges(model: &mut Model, command: Command) -> bool {
    let span = match command {
        Command::Newest => {
            if let Some(view) = model.view_mut().lines_mut() {
                older::all(view);
                steps::follow(view);
            }
            return true;
        }
        Command::Oldest => {
            if let Some(view) = model.view_mut().lines_mut() {
                older::all(view);
            }
            steps::go(model, Step::Top);
            return true;
        }
        Command::LastMinute => TimeDelta::minutes(1),
        Command::Last5Minutes => TimeDelta::minutes(5),
        Command::Last15Minutes => TimeDelta::minutes(15),
        Command::Last30Minutes => TimeDelta::minutes(30),
        Command::LastHour => TimeDelta::hours(1),
        Command::Last3Hours => TimeDelta::hours(3),
        Command::Last12Hours => TimeDelta::hours(12),
        _ => return false,
    };
    older::range(model, (model.now - span).timestamp_millis());
    true
}

/// What is shown and how; tells whether it was such a command.
fn chooses(model: &mut Model, command: Command) -> Option<bool> {
    let now = model.now;
    let room = super::room(model);
    let view = model.view_mut().lines_mut()?;
    let choices = &mut view.choices;
    match command {
        Command::Follow => match view.place.cursor {
            Some(_) => steps::follow(view),
            None => {
                if let Some(line) = steps::place(view) {
                    let row = steps::cursor_row(view, room);
                    steps::stand(view, now, line, row);
                }
            }
        },
        Command::ScrollLeft => choices.right = choices.right.saturating_sub(8),
        Command::ScrollRight => choices.right = (choices.right + 8).min(65_536),
        Command::Wrap => choices.wrap = !choices.wrap,
        Command::TimeForm => choices.time = after(choices.time),
        Command::LineForm => {
            choices.form = after(choices.form);
            // The columns are chosen by the lines that are there now.
            view.fields.clear();
            view.fields_at = None;
        }
        Command::FoldTraces => choices.fold_traces = !choices.fold_traces,
        Command::FoldRepeats => choices.fold_repeats = !choices.fold_repeats,
        Command::LeastLevel => {
            choices.least = worse(choices.least);
            view.sift.choose(choices);
        }
        Command::BlueOrGreen => choices.side = other_side(choices.side),
        Command::AllStreams => {
            choices.side = None;
            view.legend.turn_all_on();
        }
        Command::Solo => {
            let line = view.at().and_then(|line| view.legend.place(line.stream));
            if let Some(writer) = line {
                view.legend.solo(writer);
            }
        }
        Command::Bookmark => mark(view),
        Command::MoreContext | Command::LessContext => {
            let context = view.rules.context();
            let more = command == Command::MoreContext;
            view.rules.set_context(if more {
                (context + 1).min(MOST_CONTEXT)
            } else {
                context.saturating_sub(1)
            });
        }
        _ => return Some(false),
    }
    view.sift.spoil();
    Some(true)
}

/// All lines, then warnings and errors, then errors alone.
fn worse(least: Option<Level>) -> Option<Level> {
    match least {
        None => Some(Level::Warn),
        Some(Level::Warn) => Some(Level::Error),
        Some(_) => None,
    }
}

/// Both sides, then blue, then green.
fn other_side(side: Option<Hue>) -> Option<Hue> {
    match side {
        None => Some(Hue::Blue),
        Some(Hue::Blue) => Some(Hue::Green),
        Some(Hue::Green) => None,
    }
}

/// New lines come by live tail, or by polling again; what that costs is said.
fn turn_live_tail(model: &mut Model) {
    let now = model.now;
    let Some(view) = model.view_mut().lines_mut() else { return };
    view.choices.live = !view.choices.live;
    view.tail.end();
    super::resume(view, now);
    let text = if view.choices.live {
        "live tail: about 0.01 USD a minute by list price behind 1,800 free minutes a month; above 500 lines a second CloudWatch leaves some out"
    } else {
        "live tail is off: lines are asked for again and again, which costs nothing by the minute"
    };
    model.notices.say(now, notice::Level::Info, text);
}

/// The next value, the first one behind the last.
fn after<T: PartialEq + Copy + IntoEnumIterator>(now: T) -> T {
    T::iter().skip_while(|known| *known != now).nth(1).or_else(|| T::iter().next()).unwrap_or(now)
}

/// Marks the line under the cursor, or takes its mark away.
fn mark(view: &mut LogView) {
    let Some(line) = view.at() else { return };
    if let Some(known) = view.bookmarks.iter().position(|known| *known == line) {
        view.bookmarks.remove(known);
    } else {
        view.bookmarks.push(line);
        view.bookmarks.sort_by_key(|line| (line.at, line.ingested, line.stream, line.nth));
    }
}

fn open_line(model: &mut Model) {
    let Screen::Logs(of) = model.screen().clone() else { return };
    let Some(view) = model.view_mut().lines_mut() else { return };
    view.opened = opened::open(view);
    if view.opened.is_some() {
        let screen = Screen::LogLine(of);
        // It is another line than the last one that was open.
        model.views.remove(&screen);
        navigate::open(model, screen);
    }
}

/// Takes back one thing: the search, then the rule that was made last, then what else hides lines, then the whole
/// screen. Marks stay: they hide nothing.
fn take_back(model: &mut Model) -> bool {
    if model.view().focus != Focus::Table {
        return false;
    }
    let Some(view) = model.view_mut().lines_mut() else { return false };
    let rules = view.rules.iter().len();
    if view.search.pattern().is_some() {
        view.search.set("");
    } else if rules > 0 {
        view.rules.remove(rules - 1);
    } else if view.choices.least.take().is_some() {
        view.sift.choose(&view.choices);
    } else if view.choices.side.take().is_some() {
    } else if view.history.from.take().is_some() {
        view.history.stop();
    } else if view.choices.full {
        view.choices.full = false;
    } else {
        return false;
    }
    view.sift.spoil();
    true
}
