//! Which events were told, where some sources name them and others do not: equal ones are counted, not guessed.
//!
//! FilterLogEvents gives each event an id, and a live tail gives none. What both give of an event is its stream, its two
//! times and its message; genuine events may agree in all of that. Each source gives all of them that it can see, so
//! there are as many as the source that gave most.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;

use crate::fleet::log::Event;
use crate::fleet::map::{Hasher, Map};

/// Events that are forgotten together, milliseconds.
const BIN: i64 = 1_000;

/// How often events that look the same were told, and by whom.
#[derive(Debug, Default)]
struct Twins {
    told: u32,
    /// Those with ids; each id counts once.
    named: u32,
    /// By the two sessions that gave some last: when one is renewed, both give what comes.
    live: [(u64, u32); 2],
}

/// The events of one log group that were told.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    hasher: Hasher,
    /// By the second of their time, so that the old ones are forgotten at once.
    bins: BTreeMap<i64, Map<u64, Twins>>,
}

impl Ledger {
    /// Notes an event whose id was not there before; `true` when it has to be told.
    pub(crate) fn is_new_named(&mut self, event: &Event) -> bool {
        let twins = self.twins(event);
        twins.named += 1;
        twins.tell(twins.named)
    }

    /// Notes an event of a session, which gives each event once; `true` when it has to be told.
    pub(crate) fn is_new_live(&mut self, session: u64, event: &Event) -> bool {
        let twins = self.twins(event);
        // Sessions are numbered from 1 on, so an empty place is the oldest.
        let [one, two] = &mut twins.live;
        let place = match (one.0 == session, two.0 == session) {
            (true, _) => one,
            (_, true) => two,
            _ => {
                let oldest = if one.0 <= two.0 { one } else { two };
                *oldest = (session, 0);
                oldest
            }
        };
        place.1 += 1;
        let count = place.1;
        twins.tell(count)
    }

    /// Forgets events whose time is before this, milliseconds since 1970: no source gives them again.
    pub(crate) fn forget_before(&mut self, at: i64) {
        let kept = self.bins.split_off(&at.div_euclid(BIN));
        self.bins = kept;
    }

    fn twins(&mut self, event: &Event) -> &mut Twins {
        let looks = (event.at, event.ingested, &event.stream, &event.message);
        let hash = self.hasher.hash_one(looks);
        self.bins.entry(event.at.div_euclid(BIN)).or_default().entry(hash).or_default()
    }
}

impl Twins {
    /// A source gave so many of them.
    fn tell(&mut self, count: u32) -> bool {
        let is_new = count > self.told;
        self.told = self.told.max(count);
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: i64, message: &str) -> Event {
        Event { group: "g".into(), stream: "s".into(), at, ingested: at, id: None, message: message.into() }
    }

    #[test]
    fn there_are_as_many_as_the_source_that_gave_most() {
        let mut ledger = Ledger::default();
        let same = event(5, "a");
        assert!(ledger.is_new_named(&same), "history gives it");
        assert!(!ledger.is_new_live(1, &same), "and the session");
        assert!(ledger.is_new_live(1, &same), "the session gives a second one");
        assert!(
            !ledger.is_new_live(2, &same) && !ledger.is_new_live(2, &same),
            "the next session gives both"
        );
        assert!(!ledger.is_new_named(&same), "history gives the second one");
        assert!(ledger.is_new_named(&same), "and a third one");
        assert!(!ledger.is_new_live(2, &same));
        assert!(!ledger.is_new_live(3, &same), "a third session takes the place of the first");
        assert!(ledger.is_new_live(2, &same), "the fourth of the second session");
        assert!(ledger.is_new_live(1, &event(5, "b")) && ledger.is_new_live(1, &event(6, "a")));
        let late = Event { ingested: 9, ..event(5, "a") };
        assert!(ledger.is_new_live(1, &late));
        ledger.forget_before(1_000);
        assert!(ledger.is_new_named(&same), "it was forgotten");
    }
}
