//! A set of line numbers with one bit for each line.

use std::ops::Range;

/// Lines in or out; those behind the end are out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    pub fn full(len: usize) -> Self {
        let mut bits = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        bits.cut();
        bits
    }

    /// How many lines it speaks of.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Speaks of this many lines from now on; new ones are out.
    pub fn resize(&mut self, len: usize) {
        self.words.resize(len.div_ceil(64), 0);
        self.len = len;
        self.cut();
    }

    pub fn insert(&mut self, line: usize) {
        if line < self.len
            && let Some(word) = self.words.get_mut(line / 64)
        {
            *word |= 1 << (line % 64);
        }
    }

    pub fn contains(&self, line: usize) -> bool {
        self.words.get(line / 64).is_some_and(|word| word >> (line % 64) & 1 == 1)
    }

    /// How many lines are in.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many lines before this one are in.
    pub fn rank(&self, line: usize) -> usize {
        let line = line.min(self.len);
        let whole: usize = self.words.iter().take(line / 64).map(|word| word.count_ones() as usize).sum();
        let part = self.words.get(line / 64).map_or(0, |word| word & ((1 << (line % 64)) - 1));
        whole + part.count_ones() as usize
    }

    /// How many lines from one to another are in; takes no longer than there are lines between them.
    pub fn count_in(&self, range: Range<usize>) -> usize {
        let (start, end) = (range.start.min(self.len), range.end.min(self.len));
        if start >= end {
            return 0;
        }
        let words = self.words.get(start / 64..end.div_ceil(64)).unwrap_or_default();
        let whole: usize = words.iter().map(|word| word.count_ones() as usize).sum();
        let before = words.first().map_or(0, |word| (word & ((1 << (start % 64)) - 1)).count_ones() as usize);
        let behind = match end % 64 {
            0 => 0,
            part => words.last().map_or(0, |word| (word >> part).count_ones() as usize),
        };
        whole - before - behind
    }

    /// The first line from here on that is in.
    pub fn next(&self, from: usize) -> Option<usize> {
        let mut mask = u64::MAX << (from % 64);
        for (place, word) in self.words.iter().enumerate().skip(from / 64) {
            if word & mask != 0 {
                return Some(place * 64 + (word & mask).trailing_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }

    /// The last line before this one that is in.
    pub fn previous(&self, before: usize) -> Option<usize> {
        let before = before.min(self.len);
        let mut mask = (1_u64 << (before % 64)) - 1;
        for place in (0..=before / 64).rev() {
            let word = self.words.get(place).map_or(0, |word| word & mask);
            if word != 0 {
                return Some(place * 64 + 63 - word.leading_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }

    /// Every line that is in, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.next(0), |line| self.next(line + 1))
    }

    pub fn union(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    pub fn intersect(&mut self, other: &Self) {
        let rest = std::iter::repeat(&0);
        self.words.iter_mut().zip(other.words.iter().chain(rest)).for_each(|(word, other)| *word &= other);
    }

    pub fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// Appends lines of another set, from one of its lines to its end.
    pub fn extend(&mut self, other: &Self, from: usize) {
        let added = other.len.saturating_sub(from);
        let (start, shift) = (self.len, self.len % 64);
        self.resize(start + added);
        for number in 0..added.div_ceil(64) {
            let bit = from + number * 64;
            let low = other.words.get(bit / 64).map_or(0, |word| word >> (bit % 64));
            let high = match bit % 64 {
                0 => 0,
                part => other.words.get(bit / 64 + 1).map_or(0, |word| word << (64 - part)),
            };
            let word = low | high;
            let place = start / 64 + number;
            if let Some(to) = self.words.get_mut(place) {
                *to |= word << shift;
            }
            if shift > 0
                && let Some(to) = self.words.get_mut(place + 1)
            {
                *to |= word >> (64 - shift);
            }
        }
        self.cut();
    }

    /// Takes in this many neighbours on both sides of every line that is in.
    pub fn widen(&mut self, by: usize) {
        for _ in 0..by {
            let mut before = 0;
            for place in 0..self.words.len() {
                let after = self.words.get(place + 1).copied().unwrap_or(0);
                if let Some(word) = self.words.get_mut(place) {
                    let old = *word;
                    *word = old | old << 1 | before >> 63 | old >> 1 | after << 63;
                    before = old;
                }
            }
        }
        self.cut();
    }

    /// Clears what lies behind the end.
    fn cut(&mut self) {
        if !self.len.is_multiple_of(64)
            && let Some(word) = self.words.last_mut()
        {
            *word &= (1 << (self.len % 64)) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Bits;

    fn bits(len: usize, lines: &BTreeSet<usize>) -> Bits {
        let mut bits = Bits::new(len);
        for line in lines {
            bits.insert(*line);
        }
        bits
    }

    proptest! {
        #[test]
        fn it_is_a_set(
            lines in proptest::collection::btree_set(0..200_usize, 0..60),
            more in proptest::collection::btree_set(0..150_usize, 0..60),
            at in 0..220_usize, from in 0..150_usize, by in 0..20_usize,
        ) {
            let set = bits(200, &lines);
            prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), lines.clone());
            prop_assert_eq!(set.count(), lines.len());
            prop_assert_eq!(set.rank(at), lines.range(..at).count());
            let to = at + by;
            prop_assert_eq!(set.count_in(at..to), lines.range(at..to).count());
            prop_assert_eq!(set.next(at), lines.range(at..).next().copied());
            prop_assert_eq!(set.previous(at), lines.range(..at).next_back().copied());
            let mut both = set.clone();
            both.extend(&bits(150, &more), from);
            let joined: BTreeSet<usize> =
                lines.iter().copied().chain(more.range(from..).map(|line| line - from + 200)).collect();
            prop_assert_eq!(both.len(), 350 - from);
            prop_assert_eq!(both.iter().collect::<BTreeSet<_>>(), joined);
            let mut wide = set.clone();
            wide.widen(by);
            let expected: BTreeSet<usize> = lines
                .iter()
                .flat_map(|line| line.saturating_sub(by)..=(line + by).min(199))
                .collect();
            prop_assert_eq!(wide.iter().collect::<BTreeSet<_>>(), expected);
        }
    }
}
