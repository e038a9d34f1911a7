//! Whole numbers in as few bits as their range needs: the columns of a sealed segment.

/// Numbers that do not change any more. A column of equal numbers takes no room at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    /// The smallest of them; what is stored is the distance from it.
    base: i64,
    /// 0 to 64.
    bits: u32,
    words: Box<[u64]>,
}

impl Packed {
    pub fn new(values: impl Iterator<Item = i64> + Clone) -> Self {
        let (mut least, mut most, mut count) = (i64::MAX, i64::MIN, 0_usize);
        for value in values.clone() {
            (least, most, count) = (least.min(value), most.max(value), count + 1);
        }
        let bits = if count == 0 { 0 } else { u64::BITS - distance(most, least).leading_zeros() };
        if bits == 0 {
            return Self { base: least, bits, words: Box::default() };
        }
        let mut words = Vec::with_capacity((count * bits as usize).div_ceil(64));
        let (mut word, mut filled) = (0_u64, 0);
        for value in values {
            let value = distance(value, least);
            word |= value << filled;
            filled += bits;
            if filled >= u64::BITS {
                words.push(word);
                filled -= u64::BITS;
                // What did not fit opens the next word.
                word = if filled == 0 { 0 } else { value >> (bits - filled) };
            }
        }
        if filled > 0 {
            words.push(word);
        }
        Self { base: least, bits, words: words.into_boxed_slice() }
    }

    /// The number at this place; the smallest one where there is no such place.
    pub fn get(&self, place: usize) -> i64 {
        if self.bits == 0 {
            return self.base;
        }
        let bit = place * self.bits as usize;
        let (at, shift) = (bit / 64, u32::try_from(bit % 64).unwrap_or(0));
        let word = |at: usize| self.words.get(at).copied().unwrap_or(0);
        let mut value = word(at) >> shift;
        if shift + self.bits > u64::BITS {
            value |= word(at + 1) << (u64::BITS - shift);
        }
        self.base.wrapping_add((value & (u64::MAX >> (u64::BITS - self.bits))).cast_signed())
    }

    /// Bytes on the heap.
    pub fn heap(&self) -> usize {
        self.words.len() * size_of::<u64>()
    }
}

/// How far a number lies above a smaller one; any two fit.
fn distance(value: i64, from: i64) -> u64 {
    value.wrapping_sub(from).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Packed;

    proptest! {
        #[test]
        fn what_goes_in_comes_out(values in proptest::collection::vec(any::<i64>(), 0..200), right in 0..64_u32) {
            let values: Vec<i64> = values.iter().map(|value| value >> right).collect();
            let packed = Packed::new(values.iter().copied());
            let back: Vec<i64> = (0..values.len()).map(|place| packed.get(place)).collect();
            prop_assert_eq!(back, values);
        }
    }

    #[test]
    fn equal_numbers_take_no_room() {
        assert_eq!(Packed::new([7, 7, 7].into_iter()).heap(), 0);
        assert_eq!(Packed::new((0..64).map(|value| value % 2)).heap(), 8);
    }
}
