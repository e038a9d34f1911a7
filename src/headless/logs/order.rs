//! Brings lines into the order of time before they are written, because a pipe cannot go back.

use std::collections::{BTreeMap, VecDeque};

use crate::fleet::id::Text;
use crate::fleet::log::Event;

/// How long a line is held back so that an older one can come before it, milliseconds.
pub const HELD: i64 = 1_500;

/// By time, then by when CloudWatch took it in, then by stream, then as they came.
type Key = (i64, i64, Text, u64);

/// Lines that wait for their turn.
#[derive(Debug, Default)]
pub struct Hold {
    waiting: BTreeMap<Key, Event>,
    /// When lines came, the oldest first.
    came: VecDeque<(i64, Key)>,
    number: u64,
    /// The time of the last line that went.
    gone: Option<i64>,
}

/// A line whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub event: Event,
    /// A newer one went before it.
    pub is_late: bool,
}

impl Hold {
    /// Takes in what came at `now`; what is late already goes at once. Times are milliseconds since 1970.
    pub fn take(&mut self, now: i64, events: Vec<Event>) -> Vec<Line> {
        let mut late = Vec::new();
        for event in events {
            if self.gone.is_some_and(|gone| event.at < gone) {
                late.push(Line { event, is_late: true });
                continue;
            }
            self.number += 1;
            let key = (event.at, event.ingested, event.stream.clone(), self.number);
            self.came.push_back((now, key.clone()));
            self.waiting.insert(key, event);
        }
        late
    }

    /// Lines before `settled`: nothing older can come.
    pub fn before(&mut self, settled: i64) -> Vec<Line> {
        let rest = self.waiting.split_off(&(settled, i64::MIN, Text::from(""), 0));
        let ready = std::mem::replace(&mut self.waiting, rest);
        self.go(ready)
    }

    /// Lines that waited long enough, with all that are older than one of them.
    pub fn ripe(&mut self, now: i64) -> Vec<Line> {
        let mut last: Option<Key> = None;
        while let Some((_, key)) = self.came.pop_front_if(|(came, _)| *came + HELD <= now) {
            last = last.max(Some(key));
        }
        let Some(last) = last else { return Vec::new() };
        let (at, ingested, stream, number) = last;
        let rest = self.waiting.split_off(&(at, ingested, stream, number + 1));
        let ready = std::mem::replace(&mut self.waiting, rest);
        self.go(ready)
    }

    /// When the next line is ripe.
    pub fn next(&mut self) -> Option<i64> {
        // What went with others needs no time of its own.
        while self.came.front().is_some_and(|(_, key)| !self.waiting.contains_key(key)) {
            self.came.pop_front();
        }
        self.came.front().map(|(came, _)| came + HELD)
    }

    fn go(&mut self, ready: BTreeMap<Key, Event>) -> Vec<Line> {
        if let Some(((at, ..), _)) = ready.last_key_value() {
            self.gone = self.gone.max(Some(*at));
        }
        ready.into_values().map(|event| Line { event, is_late: false }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: i64, message: &str) -> Event {
        Event { group: "g".into(), stream: "s".into(), at, ingested: at, id: None, message: message.into() }
    }

    fn said(lines: Vec<Line>) -> Vec<String> {
        let said = lines
            .into_iter()
            .map(|line| format!("{}{}", line.event.message, if line.is_late { "~" } else { "" }));
        said.collect()
    }

    #[test]
    fn a_line_waits_for_older_ones_and_later_ones_are_late() {
        let mut hold = Hold::default();
        assert!(hold.take(10_000, vec![event(9_000, "b"), event(9_500, "d")]).is_empty());
        assert!(hold.take(11_000, vec![event(8_000, "a"), event(9_200, "c"), event(9_900, "e")]).is_empty());
        assert_eq!(hold.next(), Some(11_500));
        assert!(hold.ripe(11_499).is_empty());
        assert_eq!(said(hold.ripe(11_500)), ["a", "b", "c", "d"]);
        assert_eq!(hold.next(), Some(12_500));
        assert_eq!(said(hold.take(12_000, vec![event(9_400, "x"), event(9_500, "d2")])), ["x~"]);
        assert_eq!(said(hold.ripe(12_500)), ["d2", "e"]);
        assert_eq!(hold.next(), None);
    }

    #[test]
    fn what_is_settled_goes_at_once() {
        let mut hold = Hold::default();
        hold.take(10_000, vec![event(3, "c"), event(1, "a"), event(2, "b")]);
        assert_eq!(said(hold.before(3)), ["a", "b"]);
        assert_eq!(said(hold.before(i64::MAX)), ["c"]);
    }
}
