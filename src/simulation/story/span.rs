//! Spans of time as stories write them.

use serde::Deserialize;
use serde::de::{self, Deserializer};

use super::super::Millis;

/// A span of time: `45s`, `12m`, `3h` or `2d`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span(pub Millis);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        span(&text).map(Self).ok_or_else(|| {
            de::Error::custom(format!(
                "{text:?} is no span of time; write a whole number with ms, s, m, h or d: 45s"
            ))
        })
    }
}

fn span(text: &str) -> Option<Millis> {
    let unit = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    text.strip_suffix(unit)?.parse::<Millis>().ok()?.checked_mul(millis)
}
