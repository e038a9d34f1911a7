//! The verdict for log lines: whether they are followed, what is searched and hidden, and what may be missing.

use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::format;
use crate::app::layout::{Width, width};
use crate::app::logs::LogView;
use crate::app::logs::place::Pause;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::table::Tone;
use crate::fleet::log::origin::Origin;
use crate::view::fit;
use crate::view::footer::key;
use crate::view::glyphs::Signs;

/// What is told, the most telling first, each in a long and a short form.
struct Fact {
    long: String,
    short: String,
    tone: Tone,
}

impl Fact {
    fn new(long: impl Into<String>, short: impl Into<String>, tone: Tone) -> Self {
        Self { long: long.into(), short: short.into(), tone }
    }
}

pub(super) fn line(signs: &Signs, model: &Model, of: &Origin) -> (Line, Line) {
    let view = model.views.get(&Screen::Logs(of.clone())).and_then(|view| view.lines());
    let Some(view) = view else { return (Line::plain("loading"), Line::default()) };
    let room = usize::from(model.size.width.saturating_sub(2));
    let facts = facts(signs, model, view);
    let joined = |facts: &[Fact], short: bool| {
        let mut line = Line::default();
        for (place, fact) in facts.iter().enumerate() {
            let gap = if place == 0 { "" } else { "  " };
            let text = if short { &fact.short } else { &fact.long };
            line = line.with(gap, Tone::Plain).with(text.clone(), fact.tone);
        }
        line
    };
    let right = right(signs, model, view);
    let small = width(model.size) == Width::Small;
    let long = joined(&facts, false);
    let beside = if small { 0 } else { fit::width(&right.text()) + 2 };
    if fit::width(&long.text()) + beside <= room {
        return (long, right);
    }
    // The last ones go first where even the short forms have no room.
    let mut left = facts.len();
    let mut line = joined(&facts, true);
    while left > 1 && fit::width(&line.text()) > room {
        left -= 1;
        line = joined(facts.get(..left).unwrap_or_default(), true);
    }
    (line, right)
}

fn facts(signs: &Signs, model: &Model, view: &LogView) -> Vec<Fact> {
    let mut facts = vec![stands(signs, model, view)];
    if let Some(pattern) = view.search.pattern() {
        facts.push(searched(view, pattern.written()));
    }
    if view.sift.hidden > 0 {
        let hidden = format!("{} hidden", format::thousands(view.sift.hidden));
        facts.push(Fact::new(hidden.clone(), hidden, Tone::Strong));
    }
    if let Some(since) = view.tail.sampled {
        let since = format::minute(since, model.utc);
        facts.push(Fact::new(format!("SAMPLED since {since}"), "SAMPLED", Tone::Warning));
    }
    if view.tail.missed > 0 {
        let missed = usize::try_from(view.tail.missed).unwrap_or(usize::MAX);
        let text = format!("{} missed", format::thousands(missed));
        facts.push(Fact::new(text.clone(), text, Tone::Bad));
    }
    if !view.tail.troubles.is_empty() {
        facts.push(Fact::new("not all can be read", "! not all read", Tone::Warning));
    }
    if view.buffer.late() > 0 {
        let late = usize::try_from(view.buffer.late()).unwrap_or(usize::MAX);
        let text = format!("{} late", format::thousands(late));
        facts.push(Fact::new(text.clone(), text, Tone::Plain));
    }
    if let Some(since) = view.tail.session {
        let ran = format::age(model.now - since);
        facts.push(Fact::new(format!("live tail for {ran}"), format!("tail {ran}"), Tone::Plain));
    }
    facts
}

/// `LIVE`, or `PAUSED at 14:10:58 · 85 new lines below (G to follow)`.
fn stands(signs: &Signs, model: &Model, view: &LogView) -> Fact {
    let Some(Pause { at, arrived, .. }) = view.place.pause else {
        return match (&view.of, view.tail.settled) {
            (_, None) if view.sources.is_empty() => Fact::new("NO LOG STREAM", "NO STREAM", Tone::Strong),
            (_, None) => Fact::new("LOADING", "LOADING", Tone::Strong),
            (Origin::Task(..) | Origin::Stopped(..), Some(i64::MAX)) if has_ended(view) => {
                Fact::new("ALL READ: the tasks have ended", "ALL READ", Tone::Strong)
            }
            _ => Fact::new("LIVE", "LIVE", Tone::Strong),
        };
    };
    let clock = format::clock(at, model.utc);
    let follow = key(model, Command::Bottom);
    let follow = follow.rsplit(' ').next().unwrap_or("G");
    let arrived = usize::try_from(arrived).unwrap_or(usize::MAX);
    let below = match arrived {
        0 => "no new line".to_owned(),
        lines => format!("{} below", format::count(lines, "new line")),
    };
    let dot = signs.between();
    let oldest = view.buffer.line(0).filter(|_| view.place.held.is_some());
    let oldest = oldest.and_then(|line| chrono::DateTime::from_timestamp_millis(line.at));
    let oldest =
        oldest.map_or_else(String::new, |at| format!("{dot}oldest now {}", format::clock(at, model.utc)));
    Fact::new(
        format!("PAUSED at {clock}{dot}{below} ({follow} to follow){oldest}"),
        format!("PAUSED {clock} +{} new ({follow})", format::thousands(arrived)),
        Tone::Warning,
    )
}

/// No task is left that could write.
fn has_ended(view: &LogView) -> bool {
    view.sources.iter().all(|source| source.ended.is_some())
}

/// `/timeout/ 3 of 17`.
fn searched(view: &LogView, written: &str) -> Fact {
    let at = match &view.place.cursor {
        Some(cursor) => view.buffer.find(&cursor.line).unwrap_or_else(|near| near),
        None => view.buffer.len(),
    };
    let (at, all) = view.sift.hits.counter(at);
    let so_far = if view.sift.hits.complete { "" } else { " so far" };
    let written = fit::end(written, 24, "~");
    let text = match all {
        0 => format!("/{written}/ not found{so_far}"),
        all => format!("/{written}/ {} of {}{so_far}", format::thousands(at), format::thousands(all)),
    };
    Fact::new(text.clone(), text, Tone::Strong)
}

/// How lines are shown.
fn right(signs: &Signs, model: &Model, view: &LogView) -> Line {
    let choices = &view.choices;
    let zone = if model.utc { "UTC" } else { "local" };
    let mut facts = if width(model.size) == Width::Small {
        vec![zone.to_owned(), format!("json {}", choices.form)]
    } else {
        let wrap = if choices.wrap { "on" } else { "off" };
        vec![format!("time {zone}"), format!("wrap {wrap}"), format!("json {}", choices.form)]
    };
    if choices.right > 0 && !choices.wrap {
        facts.push(format!("+{} columns", choices.right));
    }
    if let Some(least) = choices.least {
        facts.insert(0, format!("{least} and worse"));
    }
    if let Some(side) = choices.side {
        facts.insert(0, format!("only {side}"));
    }
    Line::plain(facts.join(&signs.between()))
}
