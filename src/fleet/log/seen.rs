//! Which events were given already: overlapping reads return the same event many times.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use super::Event;
use crate::fleet::map::{Hasher, Set};

/// Ids that are forgotten together, milliseconds.
const BIN: i64 = 1_000;

/// The events of one log group that were given, each by eight bytes.
#[derive(Debug, Default)]
pub struct Seen {
    hasher: Hasher,
    /// By the second of their time, so that the old ones are forgotten at once.
    bins: BTreeMap<i64, Set<u64>>,
}

impl Seen {
    /// Notes an event; `false` when it was there before.
    ///
    /// Within a second two ids are taken for one only if 64 bits of hash agree.
    pub fn is_new(&mut self, event: &Event) -> bool {
        let mut hash = self.hasher.build_hasher();
        event.at.hash(&mut hash);
        match &event.id {
            Some(id) => id.hash(&mut hash),
            None => (&event.stream, event.ingested, &event.message).hash(&mut hash),
        }
        self.bins.entry(event.at.div_euclid(BIN)).or_default().insert(hash.finish())
    }

    /// Forgets events whose time is before this: nobody will ask for them again.
    pub fn forget_before(&mut self, at: i64) {
        let kept = self.bins.split_off(&at.div_euclid(BIN));
        self.bins = kept;
    }

    pub fn len(&self) -> usize {
        self.bins.values().map(Set::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_new_once() {
        let event = |at, id: Option<&str>, message: &str| Event {
            group: "g".into(),
            stream: "s".into(),
            at,
            ingested: at,
            id: id.map(Into::into),
            message: message.into(),
        };
        let mut seen = Seen::default();
        assert!(seen.is_new(&event(1_500, Some("1"), "a")));
        assert!(!seen.is_new(&event(1_500, Some("1"), "a")));
        assert!(seen.is_new(&event(1_500, Some("2"), "a")), "equal lines with ids of their own are two");
        assert!(seen.is_new(&event(1_500, None, "b")));
        assert!(!seen.is_new(&event(1_500, None, "b")));
        assert!(seen.is_new(&event(-1, Some("1"), "a")));
        assert_eq!(seen.len(), 4);
        seen.forget_before(1_000);
        assert_eq!(seen.len(), 3);
        assert!(!seen.is_new(&event(1_500, Some("2"), "a")));
    }
}
