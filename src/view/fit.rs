//! Text into cells: how wide it is, and how it is shortened so that it can still be told apart.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The cells that a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// At most `room` cells of a sentence, with `ellipsis` where its end was cut off.
pub fn end<'a>(text: &'a str, room: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= room {
        return text.into();
    }
    let Some(kept) = room.checked_sub(width(ellipsis)) else { return Cow::default() };
    let start = text.get(..prefix(text, kept)).unwrap_or_default();
    format!("{}{ellipsis}", start.trim_end()).into()
}

/// At most `room` cells of a name, with `ellipsis` in its middle: start and end tell names apart.
pub fn middle<'a>(text: &'a str, room: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= room {
        return text.into();
    }
    let Some(kept) = room.checked_sub(width(ellipsis)) else { return Cow::default() };
    let head = kept.div_ceil(2);
    let start = text.get(..prefix(text, head)).unwrap_or_default();
    let tail = skip(text, width(text) - (kept - head));
    format!("{start}{ellipsis}{tail}").into()
}

/// What is left of a text behind its first `cells` cells; a wide character on the border goes with them.
pub fn skip(text: &str, cells: usize) -> &str {
    if text.is_ascii() {
        return text.get(cells..).unwrap_or_default();
    }
    let mut passed = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if passed >= cells {
            return text.get(at..).unwrap_or_default();
        }
        passed += width(grapheme);
    }
    ""
}

/// How many bytes of the text fit into `room` cells.
pub fn prefix(text: &str, room: usize) -> usize {
    if text.is_ascii() {
        return room.min(text.len());
    }
    let mut taken = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        taken += width(grapheme);
        if taken > room {
            return at;
        }
    }
    text.len()
}

/// Where `needle`, in lower case, occurs in the text, whatever its case: cells from its start, and how many.
pub fn matches(text: &str, needle: &str) -> Vec<(usize, usize)> {
    let lower = text.to_lowercase();
    // Letters that change their length in lower case are rare; then nothing is highlighted rather than the wrong cells.
    if needle.is_empty() || lower.len() != text.len() {
        return Vec::new();
    }
    let hits = lower.match_indices(needle);
    hits.map(|(at, hit)| (width(lower.get(..at).unwrap_or_default()), width(hit))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_lose_their_end_and_names_their_middle() {
        for (text, room, sentence, name) in [
            ("checkout-api", 12, "checkout-api", "checkout-api"),
            ("checkout-api", 8, "checkou…", "chec…api"),
            ("two words", 5, "two…", "tw…ds"),
            ("日本語の名前", 7, "日本語…", "日…前"),
            ("ab", 1, "…", "…"),
            ("ab", 0, "", ""),
        ] {
            assert_eq!(
                (&*end(text, room, "…"), &*middle(text, room, "…")),
                (sentence, name),
                "{text} {room}"
            );
            assert!(width(&middle(text, room, "…")) <= room);
        }
    }

    #[test]
    fn matches_are_counted_in_cells() {
        assert_eq!(matches("日本 Foo foo", "foo"), [(5, 3), (9, 3)]);
        assert_eq!(matches("İfoo", "foo"), []);
        assert_eq!(matches("foo", ""), []);
    }
}
