//! Text into cells: how it is shortened so that it can still be told apart.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

pub use crate::app::cells::{matches, prefix, width};

/// At most `room` cells of a sentence, with `ellipsis` where its end was cut off.
pub fn end<'a>(text: &'a str, room: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= room {
        return text.into();
    }
    let Some(kept) = room.checked_sub(width(ellipsis)) else { return Cow::default() };
    let start = text.get(..prefix(text, kept)).unwrap_or_default();
    format!("{}{ellipsis}", start.trim_end()).into()
}

/// As many of the facts that a text lists as there is room for, the first one in any case.
pub fn facts<'a>(text: &'a str, room: usize, between: &str) -> &'a str {
    let mut text = text;
    while width(text) > room
        && let Some((fewer, _)) = text.rsplit_once(between)
    {
        text = fewer;
    }
    text
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_left_out_whole() {
        let text = "checkout-api · payments · rev 419";
        for (room, shown) in [(33, text), (32, "checkout-api · payments"), (9, "checkout-api")] {
            assert_eq!(facts(text, room, " · "), shown);
        }
    }

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
}
