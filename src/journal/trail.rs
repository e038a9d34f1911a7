//! The lines of one operation put together: how far it came, and whether its end is known.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::entry::{Entry, Kind};

/// How far an operation came, as far as the journal tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was to be sent, or was; no answer of AWS is recorded.
    Sent,
    /// AWS took it on; no end is recorded.
    Accepted,
    Ended,
}

/// All lines of one operation, in the order in which they were written; at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Trail<'a> {
    first: &'a Entry,
    /// The line that says how it stands.
    telling: &'a Entry,
    pub lines: Vec<&'a Entry>,
}

impl<'a> Trail<'a> {
    fn of(entry: &'a Entry) -> Self {
        Self { first: entry, telling: entry, lines: vec![entry] }
    }

    fn add(&mut self, entry: &'a Entry) {
        self.lines.push(entry);
        // Two sessions may have watched it: the first end counts, until it is attempted again.
        if !self.telling.kind.is_end() || entry.kind == Kind::Attempt {
            self.telling = entry;
        }
    }

    /// The line that began it, with parameters and reason.
    pub fn attempt(&self) -> &'a Entry {
        self.first
    }

    /// The line that says how it stands: its end, else the newest.
    pub fn telling(&self) -> &'a Entry {
        self.telling
    }

    pub fn standing(&self) -> Standing {
        if self.telling.kind.is_end() {
            return Standing::Ended;
        }
        let accepted = self.lines.iter().any(|entry| entry.kind == Kind::Accepted);
        if accepted { Standing::Accepted } else { Standing::Sent }
    }

    /// AWS's id of the newest request that has one.
    pub fn request_id(&self) -> Option<&'a str> {
        self.lines.iter().rev().find_map(|entry| entry.request_id.as_deref())
    }

    /// From the attempt to the line that says how it stands.
    pub fn took(&self) -> TimeDelta {
        self.telling.duration().unwrap_or(self.telling.at - self.first.at)
    }
}

/// The operations of these lines, in the order in which they began.
pub fn trails<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Trail<'a>> {
    let mut trails: Vec<Trail<'a>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for entry in entries {
        if let Some(trail) = places.get(&*entry.operation).and_then(|place| trails.get_mut(*place)) {
            trail.add(entry);
        } else {
            places.insert(&entry.operation, trails.len());
            trails.push(Trail::of(entry));
        }
    }
    trails
}

/// The operations whose end is not recorded: what a new session goes on watching. One that stands at
/// [`Standing::Sent`] may never have left, or its answer was lost: only AWS's state tells.
pub fn open_operations<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Trail<'a>> {
    trails(entries).into_iter().filter(|trail| trail.standing() != Standing::Ended).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines written as `OPERATION KIND`.
    fn entries(lines: &[&str]) -> Vec<Entry> {
        let entry = |(second, line): (usize, &&str)| {
            let (operation, kind) = line.split_once(' ').unwrap();
            let kind = serde_json::from_value(kind.into()).unwrap();
            let at = chrono::DateTime::from_timestamp(i64::try_from(second).unwrap(), 0).unwrap();
            Entry { at, operation: operation.to_owned(), kind, ..Entry::default() }
        };
        lines.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn an_operation_is_open_until_its_end_is_written() {
        for (lines, standing) in [
            (&["a attempt"][..], Standing::Sent),
            (&["a attempt", "a unclear"], Standing::Sent),
            (&["a attempt", "a accepted"], Standing::Accepted),
            // Its attempt was in a file that is gone.
            (&["a accepted"], Standing::Accepted),
            (&["a attempt", "a accepted", "a paused"], Standing::Accepted),
            (&["a attempt", "a rejected"], Standing::Ended),
            (&["a refused"], Standing::Ended),
            (&["a drifted"], Standing::Ended),
            (&["a attempt", "a accepted", "a done"], Standing::Ended),
            (&["a attempt", "a accepted", "a failed"], Standing::Ended),
            (&["a attempt", "a accepted", "a timed-out"], Standing::Ended),
            (&["a attempt", "a accepted", "a done", "a accepted"], Standing::Ended),
            (&["a attempt", "a rejected", "a attempt"], Standing::Sent),
        ] {
            let entries = entries(lines);
            let trails = trails(&entries);
            assert_eq!((trails.len(), trails[0].standing()), (1, standing), "{lines:?}");
            let open = open_operations(&entries);
            assert_eq!(open.len(), usize::from(standing != Standing::Ended), "{lines:?}");
        }
    }

    #[test]
    fn lines_of_several_operations_are_told_apart() {
        let entries = entries(&["a attempt", "b attempt", "b accepted", "a rejected", "b done", "b failed"]);
        let trails = trails(&entries);
        let told: Vec<_> =
            trails.iter().map(|trail| (trail.lines.len(), trail.telling().kind.as_str())).collect();
        assert_eq!(told, [(2, "rejected"), (4, "done")]);
        assert_eq!(trails[1].took(), TimeDelta::seconds(3));
    }
}
