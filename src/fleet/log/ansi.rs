//! Escape sequences of containers: colours become styles, everything else that is not text goes.

use std::borrow::Cow;

/// A colour as a container asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paint {
    /// One of the terminal's own colours: 0 to 15 with a name, 16 to 255 by number.
    Indexed(u8),
    /// Red, green, blue.
    True(u8, u8, u8),
}

/// How a container wants a piece of text to look (SGR).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one attribute of SGR")]
pub struct Style {
    pub foreground: Option<Paint>,
    pub background: Option<Paint>,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underlined: bool,
    pub reversed: bool,
    pub crossed_out: bool,
}

/// Printable text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    pub text: Cow<'a, str>,
    pub style: Style,
}

/// Splits a text into printable pieces with their styles.
///
/// A tab becomes a space up to the next multiple of eight characters of its piece's text; line feeds become spaces;
/// all other control characters go, and so do the invisible characters that turn the direction of writing.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut style = Style::default();
    let mut rest = text;
    let mut column = 0;
    while !rest.is_empty() {
        let end = rest.find(is_control).unwrap_or(rest.len());
        let (plain, from) = rest.split_at(end);
        if !plain.is_empty() {
            column += plain.chars().count();
            add(&mut pieces, Cow::Borrowed(plain), style);
        }
        let mut letters = from.chars();
        match letters.next() {
            Some('\t') => {
                let spaces = 8 - column % 8;
                column += spaces;
                add(&mut pieces, Cow::Owned(" ".repeat(spaces)), style);
                rest = letters.as_str();
            }
            Some('\n') => {
                column += 1;
                add(&mut pieces, Cow::Borrowed(" "), style);
                rest = letters.as_str();
            }
            Some('\x1b' | '\u{80}'..='\u{9f}') => rest = sequence(from, &mut style),
            Some(_) => rest = letters.as_str(),
            None => break,
        }
    }
    pieces
}

/// The printable text without styles; borrowed where nothing has to go.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let pieces = pieces(text);
    Cow::Owned(pieces.iter().map(|piece| &*piece.text).collect())
}

/// The text of a line as it is searched: without sequences, borrowed where it has none.
pub(super) fn plain_line(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\x1b', text.as_bytes()).is_none() { Cow::Borrowed(text) } else { plain(text) }
}

fn add<'a>(pieces: &mut Vec<Piece<'a>>, text: Cow<'a, str>, style: Style) {
    match pieces.last_mut() {
        Some(last) if last.style == style => last.text.to_mut().push_str(&text),
        _ => pieces.push(Piece { text, style }),
    }
}

/// Not to be shown as it is.
fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Reads one sequence from its first character and returns what follows it.
///
/// One that never ends takes no more than itself can mean: text after a broken sequence is still shown.
fn sequence<'a>(text: &'a str, style: &mut Style) -> &'a str {
    let mut letters = text.chars();
    let kind = match letters.next() {
        Some('\x1b') => {
            let mut after = letters.clone();
            let kind = after.next();
            match kind {
                Some('[' | ']' | 'P' | 'X' | '^' | '_') => letters = after,
                // Two or three bytes: a character set and the like.
                Some(' '..='/') => {
                    let skipped = after.as_str().trim_start_matches(|letter| (' '..='/').contains(&letter));
                    let mut after = skipped.chars();
                    if !after.next().is_some_and(|letter| ('0'..='~').contains(&letter)) {
                        return skipped;
                    }
                    return after.as_str();
                }
                Some('0'..='~') => return after.as_str(),
                _ => return letters.as_str(),
            }
            kind
        }
        Some('\u{9b}') => Some('['),
        Some('\u{9d}') => Some(']'),
        Some('\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}') => Some('P'),
        _ => None,
    };
    match kind {
        Some('[') => control_sequence(letters.as_str(), style),
        Some(_) => control_string(letters.as_str()),
        None => letters.as_str(),
    }
}

/// CSI: parameters, intermediates, one final character. Only `m` has a meaning for us.
fn control_sequence<'a>(text: &'a str, style: &mut Style) -> &'a str {
    let end = text.find(|letter: char| !(' '..='?').contains(&letter)).unwrap_or(text.len());
    let (parameters, rest) = text.split_at(end);
    let mut letters = rest.chars();
    match letters.next() {
        Some('m') => {
            restyle(parameters, style);
            letters.as_str()
        }
        Some('@'..='~') => letters.as_str(),
        // Broken off.
        _ => rest,
    }
}

/// OSC, DCS and the like: a text up to BEL or ST. Without an end only the opening goes.
fn control_string(text: &str) -> &str {
    let end = text.find(['\x07', '\x1b', '\u{9c}']);
    let Some((_, rest)) = end.and_then(|end| text.split_at_checked(end)) else { return text };
    let mut letters = rest.chars();
    match letters.next() {
        Some('\x1b') => rest.strip_prefix("\x1b\\").unwrap_or(rest),
        _ => letters.as_str(),
    }
}

/// SGR. Unknown numbers change nothing.
fn restyle(parameters: &str, style: &mut Style) {
    let mut numbers = parameters
        .split([';', ':'])
        .map(|number| if number.is_empty() { Some(0) } else { number.parse::<u16>().ok() });
    while let Some(number) = numbers.next() {
        let Some(number) = number else { continue };
        match number {
            0 => *style = Style::default(),
            1 => style.bold = true,
            2 => style.dim = true,
            3 => style.italic = true,
            4 | 21 => style.underlined = true,
            7 => style.reversed = true,
            9 => style.crossed_out = true,
            22 => (style.bold, style.dim) = (false, false),
            23 => style.italic = false,
            24 => style.underlined = false,
            27 => style.reversed = false,
            29 => style.crossed_out = false,
            30..=37 => style.foreground = indexed(number - 30),
            38 => style.foreground = paint(&mut numbers).or(style.foreground),
            39 => style.foreground = None,
            40..=47 => style.background = indexed(number - 40),
            48 => style.background = paint(&mut numbers).or(style.background),
            49 => style.background = None,
            90..=97 => style.foreground = indexed(number - 90 + 8),
            100..=107 => style.background = indexed(number - 100 + 8),
            _ => {}
        }
    }
}

fn indexed(number: u16) -> Option<Paint> {
    u8::try_from(number).ok().map(Paint::Indexed)
}

/// What follows 38 and 48: `5;n` or `2;r;g;b`.
fn paint(numbers: &mut impl Iterator<Item = Option<u16>>) -> Option<Paint> {
    let mut byte = || numbers.next().flatten().and_then(|number| u8::try_from(number).ok());
    match byte()? {
        5 => byte().map(Paint::Indexed),
        2 => Some(Paint::True(byte()?, byte()?, byte()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Paint, Style, pieces, plain};

    #[test]
    fn colours_become_styles() {
        let found = pieces("a \x1b[1;31mred\x1b[0m \x1b[38;5;208mfar\x1b[48;2;1;2;3mtrue\x1b[m.");
        let told: Vec<(&str, Style)> = found.iter().map(|piece| (&*piece.text, piece.style)).collect();
        let red = Style { foreground: Some(Paint::Indexed(1)), bold: true, ..Style::default() };
        let far = Style { foreground: Some(Paint::Indexed(208)), ..Style::default() };
        let both = Style { background: Some(Paint::True(1, 2, 3)), ..far };
        let none = Style::default();
        assert_eq!(
            told,
            [("a ", none), ("red", red), (" ", none), ("far", far), ("true", both), (".", none)]
        );
    }

    #[test]
    fn every_other_sequence_goes() {
        for (text, shown) in [
            ("\x1b]0;title\x07text", "text"),
            ("\x1b]52;c;Zm9v\x1b\\text", "text"),
            ("\u{9b}2Jtext", "text"),
            ("\u{9d}0;title\u{9c}text", "text"),
            ("\x1b[2J\x1b[1;1Htext", "text"),
            ("\x1bPq#0\x1b\\text", "text"),
            ("\x1b(Btext\x1bc", "text"),
            ("10%\r50%\r100%", "10%50%100%"),
            ("a\tb", "a       b"),
            ("one\ntwo", "one two"),
            ("abc\u{202e}fed", "abcfed"),
            // Never ended: the text is still seen.
            ("\x1b]0;title and text", "0;title and text"),
            ("\x1b[31", ""),
            ("\x1b", ""),
        ] {
            assert_eq!(plain(text), shown, "{text:?}");
        }
    }

    fn is_printable(text: &str) -> bool {
        text.chars().all(|letter| !letter.is_control())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn only_printable_text_comes_out(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(is_printable(&plain(&String::from_utf8_lossy(&bytes))));
        }

        /// Bytes that mean something to a terminal, in any order.
        #[test]
        fn nor_does_anything_that_terminals_read(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "\x1b", "[", "]", "P", "\\", "\x07", "\u{9b}", "\u{9c}", "\u{9d}", "m", "31", ";", "0", "c",
                    "\r", "\n", "\t", "\x08", "\x7f", "a", "(", "é", "\u{202e}", ":", "38", "5", "2",
                ]),
                0..60,
            ),
        ) {
            let text = words.concat();
            let found = plain(&text);
            prop_assert!(is_printable(&found));
            prop_assert_eq!(plain(&found), &*found);
        }
    }
}
