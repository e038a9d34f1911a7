//! Tokens of pages of events: a place that means nothing to the caller and is good for one question only.

use std::fmt::Write;

use super::super::super::name::{Purpose, derive};
use super::super::super::world::logs::walk::Key;

/// A place, and whether the page after it was empty although more follows.
pub fn seal(place: Key, again: bool, question: u64) -> String {
    let key = derive(question, Purpose::Request, 1);
    let last = (u64::from(place.seq) << 1) | u64::from(again);
    let words = [bits(place.at), bits(place.ingested), place.stream, last];
    let mut token = String::with_capacity(80);
    for (index, word) in (0_u32..).zip(words) {
        let _ = write!(token, "{:016x}", word ^ key.rotate_left(index * 7));
    }
    let check = words.iter().fold(key, |sum, word| derive(sum, Purpose::Request, *word));
    let _ = write!(token, "{check:016x}");
    token
}

/// The place of a token, if it was given for this question.
pub fn open(token: &str, question: u64) -> Option<(Key, bool)> {
    let key = derive(question, Purpose::Request, 1);
    let word = |index: usize| {
        let text = token.get(index * 16..index * 16 + 16)?;
        let turn = u32::try_from(index).ok()? * 7;
        Some(u64::from_str_radix(text, 16).ok()? ^ key.rotate_left(turn))
    };
    let last = word(3)?;
    let place = Key {
        at: word(0)?.cast_signed(),
        ingested: word(1)?.cast_signed(),
        stream: word(2)?,
        seq: u32::try_from(last >> 1).ok()?,
    };
    let again = last & 1 == 1;
    (seal(place, again, question) == token).then_some((place, again))
}

fn bits(at: i64) -> u64 {
    at.cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_question_only() {
        for place in [
            Key { at: 1_790_000_000_000, ingested: 1_790_000_001_000, stream: u64::MAX - 3, seq: 1 << 31 },
            Key::edge(5, true),
            Key::edge(-5, false),
        ] {
            let token = seal(place, true, 9);
            assert_eq!(open(&token, 9), Some((place, true)));
            assert_eq!(open(&token, 8), None);
            assert_eq!(open(&token.replace('0', "1"), 9), None);
        }
        assert_eq!(open("", 9), None);
    }
}
