//! News that wait for whoever shows the lines.
//!
//! Polled ones hold the polling up; those of a session are dropped and counted, because AWS does not wait.

use std::collections::VecDeque;

use crate::fleet::log::Event;
use crate::runtime::tail::news::News;

/// Events that may wait before those of sessions are dropped: more than a minute of what one can tell.
const EVENTS: usize = 40_000;
/// Bytes of their messages, likewise.
const BYTES: usize = 64 * 1024 * 1024;
/// Nothing is polled while this many news or events wait.
const ROOM: usize = 16;
const ROOM_EVENTS: usize = 10_000;

/// The queue, oldest first.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: VecDeque<News>,
    events: usize,
    bytes: usize,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Polling may go on.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < ROOM && self.events < ROOM_EVENTS
    }

    /// Whether these events of a session find room; if not, it is told at their place that they were dropped.
    pub(super) fn takes(&mut self, events: &[Event]) -> bool {
        let is_full = self.events + events.len() > EVENTS || self.bytes + weight(events) > BYTES;
        let dropped = if is_full { events.len() as u64 } else { 0 };
        match self.waiting.back_mut() {
            Some(News::Dropped(before)) => *before += dropped,
            _ if dropped > 0 => self.waiting.push_back(News::Dropped(dropped)),
            _ => {}
        }
        !is_full
    }

    pub(super) fn push(&mut self, news: News) {
        if let News::Events { events, .. } = &news {
            self.events += events.len();
            self.bytes += weight(events);
        }
        self.waiting.push_back(news);
    }

    pub(super) fn pop(&mut self) -> Option<News> {
        let news = self.waiting.pop_front()?;
        if let News::Events { events, .. } = &news {
            self.events = self.events.saturating_sub(events.len());
            self.bytes = self.bytes.saturating_sub(weight(events));
        }
        Some(news)
    }
}

fn weight(events: &[Event]) -> usize {
    events.iter().map(|event| event.message.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_no_room_is_counted_and_told_where_it_is_missing() {
        let event = Event {
            group: "g".into(),
            stream: "s".into(),
            at: 1,
            ingested: 1,
            id: None,
            message: "m".into(),
        };
        let update = vec![event; 500];
        let mut outbox = Outbox::default();
        assert!(outbox.is_empty() && outbox.has_room() && outbox.pop().is_none());
        let mut kept = 0;
        for _ in 0..120 {
            if outbox.takes(&update) {
                outbox.push(News::Events { events: update.clone(), settled: 1, stuck: Vec::new() });
                kept += 1;
            }
        }
        assert_eq!((kept, outbox.has_room()), (EVENTS / 500, false));
        for _ in 0..kept {
            assert!(matches!(outbox.pop(), Some(News::Events { .. })));
        }
        assert_eq!(outbox.pop(), Some(News::Dropped(20_000)));
        assert!(outbox.is_empty() && outbox.takes(&update));
    }
}
