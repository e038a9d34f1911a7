//! The colours of JSON: keys, strings, numbers and literals, line by line.

use ratatui::layout::Rect;

use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;

/// Colours a line of pretty JSON that stands in an area without its first `right` cells.
pub fn colour(canvas: &mut Canvas<'_>, area: Rect, text: &str, right: usize) {
    for (start, part, role) in parts(text) {
        let before = fit::width(text.get(..start).unwrap_or_default());
        let from = before.max(right) - right;
        let to = (before + fit::width(part)).saturating_sub(right).min(usize::from(area.width));
        if let (Ok(from), Ok(to)) = (u16::try_from(from), u16::try_from(to))
            && from < to
        {
            let style = canvas.style(role);
            canvas.restyle(Rect { x: area.x + from, width: to - from, ..area }, style);
        }
    }
}

/// The parts of a line that have a colour: where they start, and what they are.
fn parts(line: &str) -> Vec<(usize, &str, Role)> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, role) = token(rest);
        if let (Some(role), Some(part)) = (role, rest.get(..length)) {
            parts.push((at, part, role));
        }
        at += length.max(1);
    }
    parts
}

/// The length in bytes of what the text begins with, and its role.
fn token(text: &str) -> (usize, Option<Role>) {
    let Some(first) = text.chars().next() else { return (0, None) };
    if first == '"' {
        let length = string(text);
        let rest = text.get(length..).unwrap_or_default().trim_start();
        let role = if rest.starts_with(':') { Role::JsonKey } else { Role::JsonString };
        return (length, Some(role));
    }
    let word = text.find(|c: char| !(c.is_alphanumeric() || "+-._".contains(c))).unwrap_or(text.len());
    match text.get(..word).unwrap_or_default() {
        "" => (first.len_utf8(), None),
        "true" | "false" | "null" => (word, Some(Role::JsonLiteral)),
        number if number.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            (word, Some(Role::JsonNumber))
        }
        _ => (word, None),
    }
}

/// The length of a string with its quotes; one that is cut off ends with the line.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_strings_numbers_and_literals_are_told_apart() {
        use Role::{JsonKey, JsonLiteral, JsonNumber, JsonString};
        for (line, expected) in [
            (r#"  "a\"b": "c: d","#, vec![(r#""a\"b""#, JsonKey), (r#""c: d""#, JsonString)]),
            (r#"  "n": -1.5e3,"#, vec![(r#""n""#, JsonKey), ("-1.5e3", JsonNumber)]),
            ("  true, null", vec![("true", JsonLiteral), ("null", JsonLiteral)]),
            (r#"  "cut off"#, vec![(r#""cut off"#, JsonString)]),
            ("{ é", vec![]),
        ] {
            let found: Vec<_> = parts(line).into_iter().map(|(_, part, role)| (part, role)).collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}
