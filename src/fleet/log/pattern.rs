//! What a person looks for: a literal text or a regular expression, with smart case.

use std::ops::Range;

use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};

use super::ansi;
use super::segment::Segment;

/// Matches over the end of a line after which a slice is read line by line.
const STRADDLES: usize = 8;
/// A hit this near to the last one is found by walking over the lines between them.
const NEAR: usize = 2048;

/// A compiled pattern.
///
/// A leading `'` makes the rest literal. Letters match in both cases unless one of them is a capital. `^` and `$` are
/// the ends of each line of a message.
#[derive(Debug, Clone)]
pub struct Pattern {
    written: String,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    Literal(Box<Finder<'static>>),
    /// With whether it may run over many lines at once.
    Regex(Regex, bool),
}

impl Pattern {
    /// The error is one sentence about what is wrong with the regular expression.
    pub fn new(written: &str) -> Result<Self, String> {
        let (text, is_literal) = match written.strip_prefix('\'') {
            Some(text) => (text, true),
            None => (written, regex::escape(written) == written),
        };
        let capital = has_capital(text, is_literal);
        let cased = text.chars().any(char::is_lowercase);
        let matcher = if is_literal && (capital || !cased) {
            Matcher::Literal(Box::new(Finder::new(text).into_owned()))
        } else {
            let expression = if is_literal { regex::escape(text) } else { text.to_owned() };
            let built = RegexBuilder::new(&expression)
                .case_insensitive(!capital)
                .multi_line(true)
                .size_limit(1 << 20)
                .build()
                .map_err(|error| sentence(&error))?;
            Matcher::Regex(built, is_literal || is_the_same_in_one_text(text))
        };
        Ok(Self { written: written.to_owned(), matcher })
    }

    /// Finds JSON lines with this value of a field, given as it was written: with quotes where it is text.
    pub fn field(name: &str, raw: &str) -> Result<Self, String> {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        let end = if raw.ends_with(|letter: char| letter.is_alphanumeric()) { r"\b" } else { "" };
        let expression = format!(r#""{}"\s*:\s*{}{end}"#, regex::escape(&name), regex::escape(raw));
        let written = format!("{name}={}", super::json::unquote(raw));
        Ok(Self { written, ..Self::new(&expression)? })
    }

    /// As it was typed, with the `'` of a literal.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether printable text holds a match.
    pub fn is_match(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Literal(finder) => finder.find(text.as_bytes()).is_some(),
            Matcher::Regex(regex, _) => regex.is_match(text),
        }
    }

    /// All matches in printable text, as bytes, for showing them; empty ones are left out.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        match &self.matcher {
            Matcher::Literal(finder) if !finder.needle().is_empty() => {
                let length = finder.needle().len();
                finder.find_iter(text.as_bytes()).map(|start| start..start + length).collect()
            }
            Matcher::Literal(_) => Vec::new(),
            Matcher::Regex(regex, _) => {
                regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty()).collect()
            }
        }
    }

    /// Tells the lines of a segment that match, from one line on, and returns the line to go on with.
    pub(super) fn scan(
        &self,
        segment: &Segment,
        from: usize,
        budget: usize,
        hit: &mut dyn FnMut(usize),
    ) -> usize {
        let start = segment.span(from).0;
        let last = segment.line_at(start.saturating_add(budget).min(segment.text.len().saturating_sub(1)));
        let mut walk = Walk { segment, line: from, span: segment.span(from) };
        let end = segment.span(last).1;
        let Some(text) = segment.text.get(..end) else { return segment.len() };
        match &self.matcher {
            Matcher::Literal(finder) if !segment.escapes => {
                let mut at = start;
                while let Some(found) = text.as_bytes().get(at..).and_then(|rest| finder.find(rest)) {
                    walk.to(at + found);
                    if at + found + finder.needle().len() > walk.span.1 {
                        // It runs over the end of the line.
                        at += found + 1;
                        continue;
                    }
                    hit(walk.line);
                    at = walk.span.1 + 1;
                }
            }
            Matcher::Regex(regex, true) if !segment.escapes => {
                let (mut at, mut straddles) = (start, 0);
                while at <= end && straddles < STRADDLES {
                    let Some(found) = regex.find_at(text, at) else { return last + 1 };
                    walk.to(found.start());
                    if found.end() <= walk.span.1 {
                        hit(walk.line);
                    } else {
                        straddles += 1;
                        if regex.is_match(walk.text()) {
                            hit(walk.line);
                        }
                    }
                    at = walk.span.1 + 1;
                }
                if at <= end {
                    walk.to(at);
                    self.line_by_line(walk, last, hit);
                }
            }
            _ => self.line_by_line(walk, last, hit),
        }
        last + 1
    }

    fn line_by_line(&self, mut walk: Walk<'_>, last: usize, hit: &mut dyn FnMut(usize)) {
        loop {
            if self.is_match(&ansi::plain_line(walk.text())) {
                hit(walk.line);
            }
            if walk.line >= last {
                return;
            }
            walk.next();
        }
    }
}

/// A line of a segment that moves forward.
struct Walk<'a> {
    segment: &'a Segment,
    line: usize,
    span: (usize, usize),
}

impl<'a> Walk<'a> {
    /// To the line that holds this byte.
    fn to(&mut self, byte: usize) {
        if byte > self.span.1 + NEAR {
            self.line = self.segment.line_at(byte);
            self.span = self.segment.span(self.line);
        }
        while byte > self.span.1 && self.line + 1 < self.segment.len() {
            self.next();
        }
    }

    fn next(&mut self) {
        self.line += 1;
        self.span = self.segment.span_after(self.line, self.span.1);
    }

    fn text(&self) -> &'a str {
        self.segment.text.get(self.span.0..self.span.1).unwrap_or_default()
    }
}

/// A capital that stands for itself: `\S` has none.
fn has_capital(text: &str, is_literal: bool) -> bool {
    let mut escaped = false;
    text.chars().any(|letter| {
        let counts = is_literal || !escaped;
        escaped = letter == '\\' && !escaped;
        counts && letter.is_uppercase()
    })
}

/// Whether many lines in one text give the same matches as each line alone: not where the ends of the text have a
/// meaning, nor with flags that change what a line is.
fn is_the_same_in_one_text(expression: &str) -> bool {
    let ends = ["\\A", "\\z"].iter().any(|end| expression.contains(end));
    let flags = expression.split("(?").skip(1).all(|rest| {
        let named = rest.starts_with(['<', 'P', ':']);
        let end = rest.find([':', ')']).unwrap_or(rest.len());
        named || rest.get(..end).is_some_and(|flags| flags.chars().all(|flag| flag == 'i'))
    });
    !ends && flags
}

/// The last line of the parser's drawing says what is wrong.
fn sentence(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let reason = last.trim().strip_prefix("error: ").unwrap_or(last.trim());
    format!("not a regular expression: {reason}; put ' in front to search for the text itself")
}
