//! The streams of a buffer: a small number for each, and their order.

use crate::fleet::id::Text;
use crate::fleet::map::Map;

/// A stream of one buffer, in the order of appearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u32);

/// Streams never leave: a view sees some hundreds in its life.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams {
    /// Group and stream.
    names: Vec<(Text, Text)>,
    /// Their places in the order of their names, so that lines of the same instant are compared by numbers.
    ranks: Vec<u32>,
    /// By the stream's name alone, because groups rarely share one.
    known: Map<Text, Vec<u32>>,
}

impl Streams {
    pub fn find(&self, group: &str, stream: &str) -> Option<u32> {
        let same = self.known.get(stream)?;
        same.iter().copied().find(|number| self.name(*number).is_some_and(|(known, _)| **known == *group))
    }

    pub fn add(&mut self, group: &Text, stream: &Text) -> u32 {
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push((Text::clone(group), Text::clone(stream)));
        self.known.entry(Text::clone(stream)).or_default().push(number);
        let mut order: Vec<(&(Text, Text), u32)> = self.names.iter().zip(0..).collect();
        order.sort_unstable();
        let mut ranks = vec![0; order.len()];
        for ((_, number), rank) in order.into_iter().zip(0..) {
            if let Some(place) = ranks.get_mut(number as usize) {
                *place = rank;
            }
        }
        self.ranks = ranks;
        number
    }

    pub fn name(&self, number: u32) -> Option<&(Text, Text)> {
        self.names.get(number as usize)
    }

    pub fn rank(&self, number: u32) -> u32 {
        self.ranks.get(number as usize).copied().unwrap_or(u32::MAX)
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }
}
