//! Which lines of a buffer are shown, which stand folded under others, and which match; kept up in small slices.

use std::collections::BTreeSet;

use super::LogView;
use super::choices::Choices;
use crate::fleet::log::bits::Bits;
use crate::fleet::log::marks::{Condition, Marks, SLICE};
use crate::fleet::log::rules::Kind;
use crate::fleet::log::search::Hits;
use crate::fleet::log::streams::StreamId;

/// What is shown, by the places of lines in the buffer. It is valid for one version of the buffer.
#[derive(Debug, Clone)]
pub struct Sift {
    /// Lines that rules, streams, level and range let through.
    pub shown: Bits,
    /// Those of them that stand as rows of their own.
    pub visible: Bits,
    /// Lines that go on with another one, where traces are folded.
    pub folded: Bits,
    /// Lines that repeat another one, where repeats are folded.
    pub repeated: Bits,
    /// Lines that are not shown.
    pub hidden: usize,
    /// Lines that each rule alone hides.
    pub by_rule: Vec<usize>,
    pub hits: Hits,
    /// Errors, shown or not.
    pub errors: Bits,
    /// Every line was looked at.
    pub complete: bool,
    version: u64,
    stale: bool,
    behind: bool,
    traces: Marks,
    repeats: Marks,
    failures: Marks,
    level: Option<Marks>,
    /// Streams that are shown, where some are not.
    streams: Option<Marks>,
}

impl Default for Sift {
    fn default() -> Self {
        let none = || Bits::new(0);
        Self {
            shown: none(),
            visible: none(),
            folded: none(),
            repeated: none(),
            hidden: 0,
            by_rule: Vec::new(),
            hits: Hits { lines: none(), complete: true },
            errors: none(),
            complete: true,
            version: 0,
            stale: true,
            behind: false,
            traces: Marks::new(Condition::Continues),
            repeats: Marks::new(Condition::Repeats),
            failures: Marks::new(Condition::Level(crate::fleet::log::level::Level::Error)),
            level: None,
            streams: None,
        }
    }
}

impl Sift {
    /// Something else than the lines changed: what is shown has to be found out anew.
    pub fn spoil(&mut self) {
        // Lines may have to be asked anew, and what is found out before that is not the last word.
        (self.stale, self.behind) = (true, true);
    }

    /// There are lines that nobody looked at yet.
    pub fn has_work(&self) -> bool {
        self.behind
    }

    /// Shows only these streams; all of them with `None`.
    pub fn set_streams(&mut self, streams: Option<BTreeSet<StreamId>>) {
        let same = match (&self.streams, &streams) {
            (None, None) => true,
            (Some(marks), Some(wanted)) => {
                matches!(marks.condition(), Condition::Stream(known) if known == wanted)
            }
            _ => false,
        };
        if !same {
            self.streams = streams.map(|streams| Marks::new(Condition::Stream(streams)));
            self.spoil();
        }
    }

    /// Takes over what a person chose.
    pub fn choose(&mut self, choices: &Choices) {
        self.level = choices.least.map(|level| match self.level.take() {
            Some(marks) if matches!(marks.condition(), Condition::Level(known) if *known == level) => marks,
            _ => Marks::new(Condition::Level(level)),
        });
        self.spoil();
    }
}

/// Brings what is shown in line with the lines that are there now, as far as they were looked at.
pub fn renew(view: &mut LogView) {
    let LogView { buffer, rules, search, sift, choices, history, .. } = view;
    if !sift.stale && sift.version == buffer.version() {
        return;
    }
    let told = rules.shown(buffer);
    let mut shown = told.lines;
    for marks in [&sift.level, &sift.streams].into_iter().flatten() {
        shown.intersect(&marks.lines(buffer));
    }
    if let Some(from) = history.from {
        let mut before = Bits::full(buffer.at_or_after(from));
        before.resize(shown.len());
        shown.subtract(&before);
    }
    sift.hits = search.hits(buffer, Some(&shown));
    let mut visible = shown.clone();
    // What a rule keeps, or a search finds, is seen although it belongs to another line.
    let keeps = rules.iter().any(|rule| rule.is_on && rule.kind == Kind::Keep);
    let none = || Bits::new(shown.len());
    sift.folded = if choices.fold_traces && !keeps { sift.traces.lines(buffer) } else { none() };
    sift.repeated = if choices.fold_repeats { sift.repeats.lines(buffer) } else { none() };
    for folded in [&mut sift.folded, &mut sift.repeated] {
        folded.subtract(&sift.hits.lines);
        visible.subtract(folded);
    }
    sift.errors = sift.failures.lines(buffer);
    sift.hidden = buffer.len() - shown.count();
    sift.by_rule = told.by_rule;
    sift.complete = told.complete && sift.hits.complete;
    (sift.shown, sift.visible) = (shown, visible);
    (sift.version, sift.stale) = (buffer.version(), false);
}

/// Looks at some lines after a choice, so that the next key already meets its outcome, or the beginning of it.
pub fn look(view: &mut LogView) {
    work(view);
    renew(view);
}

/// Looks at some lines that nobody looked at yet, from the screen on, for at most 4 ms.
pub fn work(view: &mut LogView) {
    let near = match &view.place.cursor {
        Some(cursor) => view.buffer.find(&cursor.line).unwrap_or_else(|near| near),
        None => view.buffer.len().saturating_sub(1),
    };
    let LogView { buffer, rules, search, sift, choices, .. } = view;
    let (traces, repeats) = (choices.fold_traces, choices.fold_repeats);
    let marks = [
        Some(&mut sift.failures),
        Some(&mut sift.traces).filter(|_| traces),
        Some(&mut sift.repeats).filter(|_| repeats),
        sift.level.as_mut(),
        sift.streams.as_mut(),
    ];
    let mut unfinished: Vec<&mut Marks> =
        marks.into_iter().flatten().filter(|marks| !marks.is_complete(buffer)).collect();
    let both = [rules.is_complete(buffer), search.is_complete(buffer)];
    let waiting = unfinished.len() + both.iter().filter(|complete| !**complete).count();
    // Those that are done leave their time to the others.
    let share = SLICE / waiting.max(1);
    let mut done = rules.advance(buffer, near, share);
    done &= search.advance(buffer, near, share);
    for marks in &mut unfinished {
        done &= marks.advance(buffer, near, share);
    }
    sift.stale |= sift.behind || !done || sift.version != buffer.version();
    sift.behind = !done;
}
