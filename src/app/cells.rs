//! How many cells a text takes on a terminal, and where in them something stands.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The cells that a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
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

/// The text with blanks behind it, so that it takes at least `room` cells.
pub fn padded(text: &str, room: usize) -> String {
    format!("{text}{}", " ".repeat(room.saturating_sub(width(text))))
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
    fn matches_are_counted_in_cells() {
        assert_eq!(matches("日本 Foo foo", "foo"), [(5, 3), (9, 3)]);
        assert_eq!(matches("İfoo", "foo"), []);
        assert_eq!(matches("foo", ""), []);
    }

    #[test]
    fn columns_line_up_whatever_they_hold() {
        assert_eq!([padded("ab", 4), padded("日本", 4), padded("日本語", 4)], ["ab  ", "日本", "日本語"]);
    }
}
