//! Search in a buffer: the lines that match, the next and the previous one, and which of how many this is.

use super::bits::Bits;
use super::buffer::LogBuffer;
use super::marks::{Condition, Marks};
use super::pattern::Pattern;

/// What is searched for; a pattern that cannot be read leaves the last good one.
#[derive(Debug, Clone, Default)]
pub struct Search {
    marks: Option<Marks>,
    mistake: Option<String>,
}

impl Search {
    /// Looks for something else. Empty text ends the search.
    pub fn set(&mut self, written: &str) {
        self.mistake = None;
        if written.is_empty() || written == "'" {
            self.marks = None;
            return;
        }
        match Pattern::new(written) {
            Ok(pattern) if self.pattern().is_none_or(|known| known.written() != pattern.written()) => {
                self.marks = Some(Marks::new(Condition::Matches(pattern)));
            }
            Ok(_) => {}
            Err(mistake) => self.mistake = Some(mistake),
        }
    }

    /// Looks for lines that meet a condition, as errors do.
    pub fn condition(condition: Condition) -> Self {
        Self { marks: Some(Marks::new(condition)), mistake: None }
    }

    pub fn pattern(&self) -> Option<&Pattern> {
        match self.marks.as_ref()?.condition() {
            Condition::Matches(pattern) => Some(pattern),
            _ => None,
        }
    }

    /// What is wrong with what was typed last, as a sentence.
    pub fn mistake(&self) -> Option<&str> {
        self.mistake.as_deref()
    }

    /// Searches on, from a line to the newest and then back to the oldest; see [`Marks::advance`].
    pub fn advance(&mut self, buffer: &LogBuffer, near: usize, budget: usize) -> bool {
        self.marks.as_mut().is_none_or(|marks| marks.advance(buffer, near, budget))
    }

    /// Every line was searched.
    pub fn is_complete(&self, buffer: &LogBuffer) -> bool {
        self.marks.as_ref().is_none_or(|marks| marks.is_complete(buffer))
    }

    /// What was found so far among the lines that are shown.
    pub fn hits(&self, buffer: &LogBuffer, shown: Option<&Bits>) -> Hits {
        let Some(marks) = &self.marks else { return Hits { lines: Bits::new(buffer.len()), complete: true } };
        let mut lines = marks.lines(buffer);
        if let Some(shown) = shown {
            lines.intersect(shown);
        }
        Hits { lines, complete: marks.is_complete(buffer) }
    }
}

/// The lines that match, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits {
    pub lines: Bits,
    /// Every line was searched.
    pub complete: bool,
}

impl Hits {
    /// The next match behind a line, and whether the search began anew at the top for it.
    pub fn next(&self, line: usize) -> Option<(usize, bool)> {
        let found = self.lines.next(line.saturating_add(1)).map(|found| (found, false));
        found.or_else(|| self.lines.next(0).map(|found| (found, true)))
    }

    /// The last match before a line, and whether the search began anew at the end for it.
    pub fn previous(&self, line: usize) -> Option<(usize, bool)> {
        let found = self.lines.previous(line).map(|found| (found, false));
        found.or_else(|| self.lines.previous(self.lines.len()).map(|found| (found, true)))
    }

    /// Which match a line is, from 1, and how many there are: `3 of 17`. 0 where the line is none and lies before
    /// all of them.
    pub fn counter(&self, line: usize) -> (usize, usize) {
        (self.lines.rank(line.saturating_add(1)), self.lines.count())
    }
}
