//! Small conversions that every answer needs: shared text, times and counts.

use std::collections::HashSet;

use aws_smithy_types::DateTime as SdkTime;
use chrono::{DateTime, Utc};

use crate::fleet::id::Text;

/// Repeated text of one answer, kept once: a hundred tasks of a cluster share the ARN of that cluster.
#[derive(Debug, Default)]
pub(super) struct Interner {
    known: HashSet<Text>,
}

impl Interner {
    /// The shared text with these words.
    pub(super) fn text(&mut self, words: &str) -> Text {
        if let Some(known) = self.known.get(words) {
            return Text::clone(known);
        }
        let text = Text::from(words);
        self.known.insert(Text::clone(&text));
        text
    }

    /// The shared text, where there is any.
    pub(super) fn maybe(&mut self, words: Option<&str>) -> Option<Text> {
        words.map(|words| self.text(words))
    }

    pub(super) fn texts(&mut self, words: &[String]) -> Vec<Text> {
        words.iter().map(|word| self.text(word)).collect()
    }
}

/// The time as `chrono` has it; a time that lies beyond its calendar is left out.
pub(super) fn time(time: Option<&SdkTime>) -> Option<DateTime<Utc>> {
    let time = time?;
    DateTime::from_timestamp(time.secs(), time.subsec_nanos())
}

/// A count: the API's integers have a sign, what they count has none.
pub(super) fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// A number that may be absent.
pub(super) fn number(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}
