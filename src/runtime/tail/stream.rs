//! The streams of one log group that are followed: which exist, since when they are wanted, and when they are done.

use std::collections::{BTreeMap, BTreeSet};

use super::sweep::{OVERLAP, Target};
use crate::aws::logs::{STREAMS_AT_ONCE, Streams};
use crate::fleet::id::Text;

/// How far before a task was created its lines may be dated: clocks differ.
const SKEW: i64 = 60_000;
/// A stream that is this young is looked for with every look; an older one that never came, with the deep ones.
const YOUNG: i64 = 120_000;

/// What is known of a stream's existence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Existence {
    /// It was never asked for by name.
    Untried,
    /// It is there.
    Proven,
    /// It is not there yet, which is normal until its container writes.
    Awaited,
}

#[derive(Debug)]
struct Stream {
    existence: Existence,
    /// Events from here on are wanted.
    from: i64,
    /// When it was added.
    joined: i64,
    /// When its task stopped or was no longer wanted.
    ended: Option<i64>,
}

/// The streams of a group, by name.
#[derive(Debug, Default)]
pub(super) struct Roll {
    streams: BTreeMap<Text, Stream>,
    /// Streams that are not asked for any more, and when that was decided.
    gone: BTreeMap<Text, i64>,
}

impl Roll {
    pub(super) fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// All of them.
    pub(super) fn names(&self) -> BTreeSet<Text> {
        self.streams.keys().cloned().collect()
    }

    /// Whether an event of this stream and time is wanted.
    pub(super) fn wants(&self, name: &str, at: i64) -> bool {
        self.streams.get(name).is_some_and(|stream| stream.from <= at)
    }

    /// Adds a stream, or learns that its task stopped; the time from which it has to be read when it is new.
    pub(super) fn want(
        &mut self,
        name: &Text,
        since: i64,
        begins: Option<i64>,
        ended: Option<i64>,
        now: i64,
    ) -> Option<i64> {
        if let Some(known) = self.streams.get_mut(name) {
            known.ended = ended;
            return None;
        }
        let from = begins.map_or(since, |begins| since.max(begins - SKEW));
        // It was read until it was given up: a task that stays stopped is not read again and again.
        let from = self.gone.get(name).map_or(from, |gone| from.max(*gone));
        if ended.is_some_and(|ended| ended + OVERLAP <= from) {
            return None;
        }
        let stream = Stream { existence: Existence::Untried, from, joined: now, ended };
        self.streams.insert(name.clone(), stream);
        Some(from)
    }

    /// Streams that nobody wants any more end now; their last words are waited for.
    pub(super) fn keep(&mut self, now: i64, is_wanted: impl Fn(&Text) -> bool) {
        for (name, stream) in &mut self.streams {
            if !is_wanted(name) {
                stream.ended.get_or_insert(now);
            }
        }
    }

    /// These, or all, were read up to this time: those that ended a minute before have nothing more to say.
    pub(super) fn retire(&mut self, read: i64, only: Option<&BTreeSet<Text>>) {
        let gone = &mut self.gone;
        self.streams.retain(|name, stream| {
            let is_done = stream.ended.is_some_and(|ended| ended + OVERLAP <= read)
                && only.is_none_or(|only| only.contains(name));
            if is_done {
                gone.insert(name.clone(), read);
            }
            !is_done
        });
    }

    /// What to ask for so that these streams are read, each once.
    pub(super) fn targets(&self, kind: Which<'_>, now: i64) -> Vec<Target> {
        let mut named: BTreeMap<bool, Vec<(&Text, &Stream)>> = BTreeMap::new();
        let mut awaited: BTreeMap<&str, Vec<(&Text, &Stream)>> = BTreeMap::new();
        for (name, stream) in &self.streams {
            let is_meant = match kind {
                Which::These(names) => names.contains(name),
                Which::Quick => stream.existence != Existence::Awaited || now - stream.joined < YOUNG,
                Which::All => true,
            };
            match stream.existence {
                _ if !is_meant => {}
                Existence::Awaited => awaited.entry(folder(name)).or_default().push((name, stream)),
                // One that may not exist would fail the request for all the others.
                existence => named.entry(existence == Existence::Untried).or_default().push((name, stream)),
            }
        }
        let from = |streams: &[(&Text, &Stream)]| streams.iter().map(|(_, stream)| stream.from).min();
        let chunks = named.values().flat_map(|all| all.chunks(STREAMS_AT_ONCE)).map(|chunk| {
            let names = chunk.iter().map(|(name, _)| Text::clone(name)).collect();
            (Streams::Named(names), from(chunk))
        });
        let beginnings = awaited.into_iter().map(|(folder, all)| {
            let beginning = match all.as_slice() {
                [(one, _)] => Text::clone(one),
                _ => folder.into(),
            };
            (Streams::Beginning(beginning), from(&all))
        });
        let targets = chunks.chain(beginnings);
        targets.map(|(streams, from)| Target { streams, from: from.unwrap_or(now) }).collect()
    }

    /// These are there: a request that named them was answered, or an event came.
    pub(super) fn prove<'n>(&mut self, names: impl IntoIterator<Item = &'n Text>) {
        self.set(names, Existence::Proven);
    }

    /// One of these is not there.
    pub(super) fn doubt<'n>(&mut self, names: impl IntoIterator<Item = &'n Text>) {
        self.set(names, Existence::Awaited);
    }

    fn set<'n>(&mut self, names: impl IntoIterator<Item = &'n Text>, existence: Existence) {
        for name in names {
            if let Some(stream) = self.streams.get_mut(name) {
                stream.existence = existence;
            }
        }
    }
}

/// Which streams a sweep reads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which<'a> {
    These(&'a BTreeSet<Text>),
    /// Those that are there or may appear any moment.
    Quick,
    All,
}

/// `prefix/container/` of a stream.
fn folder(stream: &str) -> &str {
    stream.rsplit_once('/').map_or(stream, |(folder, _)| stream.get(..=folder.len()).unwrap_or(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roll(names: &[&str]) -> Roll {
        let mut roll = Roll::default();
        for name in names {
            roll.want(&Text::from(*name), 1_000_000, None, None, 2_000_000);
        }
        roll
    }

    fn asked(roll: &Roll, which: Which<'_>) -> Vec<String> {
        let targets = roll.targets(which, 2_000_000);
        let show = |target: &Target| match &target.streams {
            Streams::Named(names) => names.join("+"),
            Streams::Beginning(prefix) => format!("{prefix}*"),
        };
        targets.iter().map(show).collect()
    }

    #[test]
    fn streams_that_may_be_missing_are_not_named_with_others() {
        let names = ["p/app/1", "p/app/2", "p/app/3", "p/envoy/1", "p/init/1"].map(Text::from);
        let mut roll = roll(&names.iter().map(|name| &**name).collect::<Vec<_>>());
        assert_eq!(asked(&roll, Which::All), ["p/app/1+p/app/2+p/app/3+p/envoy/1+p/init/1"]);
        let [one, two, three, envoy, init] = names;
        roll.prove([&one]);
        assert_eq!(asked(&roll, Which::All), ["p/app/1", "p/app/2+p/app/3+p/envoy/1+p/init/1"]);
        roll.doubt([&two, &three, &init]);
        assert_eq!(asked(&roll, Which::All), ["p/app/1", "p/envoy/1", "p/app/*", "p/init/1*"]);
        assert_eq!(asked(&roll, Which::These(&[envoy, three].into())), ["p/envoy/1", "p/app/3*"]);
        let later: Vec<Target> = roll.targets(Which::Quick, 2_000_000 + YOUNG);
        assert_eq!(later.len(), 2, "who did not come within two minutes is waited for in the deep sweeps");
    }

    #[test]
    fn many_streams_go_by_hundreds() {
        let names: Vec<String> = (0..250).map(|n| format!("p/app/{n:03}")).collect();
        let roll = roll(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let sizes: Vec<usize> = roll
            .targets(Which::All, 0)
            .iter()
            .map(|t| match &t.streams {
                Streams::Named(names) => names.len(),
                Streams::Beginning(_) => 0,
            })
            .collect();
        assert_eq!(sizes, [100, 100, 50]);
    }

    #[test]
    fn a_stopped_task_is_read_for_a_minute_more_and_then_left() {
        let mut roll = roll(&["a", "b"]);
        let a = Text::from("a");
        assert_eq!(roll.want(&a, 1_000_000, None, Some(2_010_000), 2_020_000), None);
        roll.retire(2_010_000 + OVERLAP - 1, None);
        assert!(roll.wants("a", 1_000_000) && !roll.wants("a", 999_999));
        roll.retire(2_010_000 + OVERLAP, Some(&["b".into()].into()));
        assert!(roll.wants("a", 1_000_000), "it was not read");
        roll.retire(2_010_000 + OVERLAP, None);
        assert!(!roll.wants("a", 1_000_000) && roll.wants("b", 1_000_000));
        assert_eq!(roll.want(&a, 1_000_000, None, Some(2_010_000), 2_100_000), None, "it has ended for good");
        let from = roll.want(&a, 1_000_000, None, None, 2_100_000);
        assert_eq!(from, Some(2_010_000 + OVERLAP), "it came back: only what is new is read");
        roll.keep(2_200_000, |name| &**name != "b");
        roll.retire(2_200_000 + OVERLAP, None);
        assert!(!roll.wants("b", 2_000_000));
    }
}
