//! One press of a key with its modifiers, and how it is written in configuration, help and hints.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::app::mistake::nearest;

/// A key pressed together with ctrl, alt or shift.
///
/// There is one value for each thing a terminal can tell apart, so that equality is all a look-up needs:
/// a capital letter *is* shift with the letter (`J`, never `shift-j`), ctrl ignores case, and combinations that
/// arrive as another key are that key (`ctrl-i` is `tab`, `ctrl-m` is `enter`, `ctrl-[` is `esc`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chord {
    key: Key,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Character(char),
    Function(u8),
    Named(Named),
}

/// The keys that are written by name; the space bar is the character, written `space`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr, VariantNames,
)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
enum Named {
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

const SPACE: &str = "space";

impl Chord {
    /// The one form of a combination, or `None` if no terminal reports it as a key of ours.
    fn canonical(key: Key, ctrl: bool, alt: bool, shift: bool) -> Option<Self> {
        let Key::Character(character) = key else {
            return Some(Self { key, ctrl, alt, shift });
        };
        if character.is_control() || (character.is_whitespace() && character != ' ') {
            return None;
        }
        if !ctrl {
            let character = if shift { capital(character).unwrap_or(character) } else { character };
            return Some(Self { key: Key::Character(character), ctrl, alt, shift: false });
        }
        if shift {
            // Few terminals report it, and those use ctrl-shift-c to copy: it must not become ctrl-c.
            return None;
        }
        let (key, ctrl) = match character.to_ascii_lowercase() {
            'i' => (Key::Named(Named::Tab), false),
            'm' => (Key::Named(Named::Enter), false),
            '[' => (Key::Named(Named::Esc), false),
            // A terminal sends one control code for each of these, and crossterm names it by the digit.
            '2' | '@' => (Key::Character(' '), true),
            '4' => (Key::Character('\\'), true),
            '5' => (Key::Character(']'), true),
            '6' => (Key::Character('^'), true),
            '7' | '/' => (Key::Character('_'), true),
            other => (Key::Character(other), true),
        };
        Some(Self { key, ctrl, alt, shift: false })
    }

    /// What a terminal reported, if it is a press or a repeat of a key that commands may use.
    pub fn from_event(event: KeyEvent) -> Option<Self> {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        if event.kind == KeyEventKind::Release || !known.contains(event.modifiers) {
            return None;
        }
        let key = match event.code {
            KeyCode::Char(character) => Key::Character(character),
            KeyCode::F(number) => Key::Function(number),
            KeyCode::Enter => Key::Named(Named::Enter),
            KeyCode::Esc => Key::Named(Named::Esc),
            KeyCode::Tab | KeyCode::BackTab => Key::Named(Named::Tab),
            KeyCode::Backspace => Key::Named(Named::Backspace),
            KeyCode::Delete => Key::Named(Named::Delete),
            KeyCode::Insert => Key::Named(Named::Insert),
            KeyCode::Up => Key::Named(Named::Up),
            KeyCode::Down => Key::Named(Named::Down),
            KeyCode::Left => Key::Named(Named::Left),
            KeyCode::Right => Key::Named(Named::Right),
            KeyCode::Home => Key::Named(Named::Home),
            KeyCode::End => Key::Named(Named::End),
            KeyCode::PageUp => Key::Named(Named::PageUp),
            KeyCode::PageDown => Key::Named(Named::PageDown),
            _ => return None,
        };
        Self::canonical(
            key,
            event.modifiers.contains(KeyModifiers::CONTROL),
            event.modifiers.contains(KeyModifiers::ALT),
            event.modifiers.contains(KeyModifiers::SHIFT) || event.code == KeyCode::BackTab,
        )
    }
}

/// The capital of a letter, if it is another single character.
fn capital(character: char) -> Option<char> {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(capital), None) if capital != character => Some(capital),
        _ => None,
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (pressed, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if pressed {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Character(' ') => f.write_str(SPACE),
            Key::Character(character) => write!(f, "{character}"),
            Key::Function(number) => write!(f, "f{number}"),
            Key::Named(named) => f.write_str(named.into()),
        }
    }
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, ChordError> {
        let error = || ChordError(text.to_owned());
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = text;
        while let Some((prefix, tail)) = rest.split_once('-')
            && !prefix.is_empty()
            && !tail.is_empty()
        {
            let modifier = match prefix.to_ascii_lowercase().as_str() {
                "ctrl" => &mut ctrl,
                "alt" => &mut alt,
                "shift" => &mut shift,
                _ => return Err(error()),
            };
            *modifier = true;
            rest = tail;
        }
        let key = key_named(rest).ok_or_else(error)?;
        if let Key::Character(character) = key
            && shift
            && capital(character).is_none()
        {
            return Err(error());
        }
        Self::canonical(key, ctrl, alt, shift).ok_or_else(error)
    }
}

fn key_named(name: &str) -> Option<Key> {
    let mut characters = name.chars();
    if let (Some(character), None) = (characters.next(), characters.next()) {
        return Some(Key::Character(character));
    }
    if name.eq_ignore_ascii_case(SPACE) {
        return Some(Key::Character(' '));
    }
    if let Ok(named) = name.parse() {
        return Some(Key::Named(named));
    }
    let number = name.strip_prefix(['f', 'F'])?.parse().ok()?;
    (1..=24).contains(&number).then_some(Key::Function(number))
}

impl TryFrom<String> for Chord {
    type Error = ChordError;

    fn try_from(text: String) -> Result<Self, ChordError> {
        text.parse()
    }
}

impl From<Chord> for String {
    fn from(chord: Chord) -> Self {
        chord.to_string()
    }
}

/// A text that names no key; it prints as a sentence that says what does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChordError(String);

impl fmt::Display for ChordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.0;
        let last = text.rsplit('-').next().unwrap_or_default();
        if let Some(name) = nearest(last, Named::VARIANTS.iter().copied().chain([SPACE]))
            && !name.eq_ignore_ascii_case(last)
        {
            return write!(f, "`{text}` is not a key; did you mean `{name}`?");
        }
        if text.starts_with("shift-") {
            return write!(f, "`{text}` is not a key a terminal reports; write the character that it types");
        }
        write!(
            f,
            "`{text}` is not a key; write a character such as j, J or ?, or a name such as enter, f2,"
        )?;
        f.write_str(" shift-left or ctrl-r")
    }
}

impl std::error::Error for ChordError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn a_capital_letter_is_shift_and_the_letter() {
        let capital: Chord = "J".parse().unwrap();
        assert_eq!("shift-j".parse(), Ok(capital));
        for reported in [
            event(KeyCode::Char('J'), KeyModifiers::SHIFT),
            event(KeyCode::Char('J'), KeyModifiers::NONE),
            event(KeyCode::Char('j'), KeyModifiers::SHIFT),
        ] {
            assert_eq!(Chord::from_event(reported), Some(capital));
        }
        assert_eq!(capital.to_string(), "J");
    }

    #[test]
    fn reads_what_terminals_report() {
        for (code, modifiers, text) in [
            (KeyCode::Char('4'), KeyModifiers::CONTROL, "ctrl-\\"),
            (KeyCode::Char(' '), KeyModifiers::CONTROL, "ctrl-space"),
            (KeyCode::Char(' '), KeyModifiers::NONE, "space"),
            (KeyCode::Char('R'), KeyModifiers::CONTROL, "ctrl-r"),
            (KeyCode::Char('-'), KeyModifiers::CONTROL, "ctrl--"),
            (KeyCode::Char('-'), KeyModifiers::NONE, "-"),
            (KeyCode::Char('?'), KeyModifiers::SHIFT, "?"),
            (KeyCode::BackTab, KeyModifiers::SHIFT, "shift-tab"),
            (KeyCode::BackTab, KeyModifiers::NONE, "shift-tab"),
            (KeyCode::Left, KeyModifiers::SHIFT, "shift-left"),
            (KeyCode::F(2), KeyModifiers::NONE, "f2"),
            (KeyCode::Char('x'), KeyModifiers::ALT, "alt-x"),
            (KeyCode::Char('i'), KeyModifiers::CONTROL, "tab"),
        ] {
            let chord = Chord::from_event(event(code, modifiers)).unwrap();
            assert_eq!(chord.to_string(), text);
            assert_eq!(text.parse(), Ok(chord));
        }
    }

    #[test]
    fn ignores_releases_and_keys_of_the_window_manager() {
        let mut release = event(KeyCode::Char('j'), KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        assert_eq!(Chord::from_event(release), None);
        release.kind = KeyEventKind::Repeat;
        assert!(Chord::from_event(release).is_some());
        assert_eq!(Chord::from_event(event(KeyCode::Char('j'), KeyModifiers::SUPER)), None);
        assert_eq!(Chord::from_event(event(KeyCode::CapsLock, KeyModifiers::NONE)), None);
    }

    #[test]
    fn copying_in_the_terminal_is_never_ctrl_c() {
        let copy = KeyModifiers::CONTROL | KeyModifiers::SHIFT;
        assert_eq!(Chord::from_event(event(KeyCode::Char('c'), copy)), None);
        assert_eq!(Chord::from_event(event(KeyCode::Char('C'), copy)), None);
        assert!("ctrl-shift-c".parse::<Chord>().is_err());
    }

    #[test]
    fn says_what_a_key_is() {
        let sentence = |text: &str| text.parse::<Chord>().unwrap_err().to_string();
        assert_eq!(sentence("ctrl-entr"), "`ctrl-entr` is not a key; did you mean `enter`?");
        assert!(sentence("shift-1").contains("write the character that it types"));
        for text in ["", "ctrl+r", "ctrl-", "super-x", "f0", "f25", "jj"] {
            assert!(sentence(text).starts_with(&format!("`{text}` is not a key")), "{text}");
        }
    }

    #[test]
    fn serializes_as_its_text() {
        #[derive(Serialize, Deserialize, PartialEq, Debug)]
        struct Keys {
            keys: Vec<Chord>,
        }
        let text = "keys = [\"ctrl-r\", \"J\"]\n";
        let keys: Keys = toml::from_str(text).unwrap();
        assert_eq!(toml::to_string(&keys).unwrap(), text);
        assert!(toml::from_str::<Keys>("keys = [\"hyper-r\"]").is_err());
    }

    fn codes() -> impl Strategy<Value = KeyCode> {
        use KeyCode::{
            BackTab, Backspace, Delete, Down, End, Enter, Esc, Home, Insert, Left, PageDown, PageUp, Right,
            Tab, Up,
        };
        let named = [
            BackTab, Backspace, Delete, Down, End, Enter, Esc, Home, Insert, Left, PageDown, PageUp, Right,
            Tab, Up,
        ];
        prop_oneof![
            any::<char>().prop_map(KeyCode::Char),
            proptest::char::range(' ', '~').prop_map(KeyCode::Char),
            (1..=24u8).prop_map(KeyCode::F),
            proptest::sample::select(named.to_vec()),
        ]
    }

    proptest! {
        #[test]
        fn text_and_chord_say_the_same(code in codes(), bits in 0..8u8) {
            let modifiers = KeyModifiers::from_bits_truncate(bits);
            if let Some(chord) = Chord::from_event(event(code, modifiers)) {
                let text = chord.to_string();
                prop_assert_eq!(text.parse(), Ok(chord), "{}", text);
            }
        }
    }
}
