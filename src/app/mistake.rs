//! A mistake in a file that a person wrote: where it stands, what is wrong, and what was probably meant.

use std::fmt;

/// One thing that is wrong in a configuration, theme or story file.
///
/// It prints as `config.toml:12: unknown key …`, the form that editors and terminals make into a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file's path as the user would write it, or a name such as `default.toml` for an embedded one.
    pub file: String,
    /// The line, counted from 1; `None` when the file as a whole is meant.
    pub line: Option<usize>,
    /// What is wrong and what to do, without a final stop.
    pub sentence: String,
}

impl Mistake {
    /// A mistake at `offset` bytes into `text`.
    pub fn at(file: &str, text: &str, offset: usize, sentence: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: Some(line_at(text, offset)), sentence: sentence.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.sentence),
            None => write!(f, "{}: {}", self.file, self.sentence),
        }
    }
}

impl std::error::Error for Mistake {}

/// All that is wrong with a file, one sentence in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl From<Mistake> for Mistakes {
    fn from(mistake: Mistake) -> Self {
        Self(vec![mistake])
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, mistake) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

/// The line, counted from 1, of the byte at `offset`; the last line when the offset is behind the end.
pub fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Says that `word` is not a known `kind`, with the nearest name that is.
pub fn unknown<'a>(kind: &str, word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(word, known) {
        Some(name) => format!("unknown {kind} `{word}`; did you mean `{name}`?"),
        None => format!("unknown {kind} `{word}`"),
    }
}

/// A parser's message about a name, with the nearest known one or all of them; other messages as they are.
///
/// Serde says "unknown field `x`, expected one of `a`, `b`": true, but long where there are many.
pub fn explained(message: &str) -> String {
    let message = message.trim_end();
    let kind = match message {
        _ if message.starts_with("unknown field `") => "key",
        _ if message.starts_with("unknown variant `") => "value",
        _ => return message.to_owned(),
    };
    let mut names = message.split('`').skip(1).step_by(2);
    let word = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    let sentence = unknown(kind, word, known.iter().copied());
    if sentence.ends_with('?') { sentence } else { format!("{sentence}; allowed are {}", known.join(", ")) }
}

/// The name nearest to `word`, if it is near enough to be a slip: a third of its letters may differ.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|name| (distance(&word, name), name))
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour to turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, letter) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        let mut left = row + 1;
        let mut passed = None;
        for (column, (other, pair)) in b.iter().zip(above.windows(2)).enumerate() {
            let (Some(diagonal), Some(up)) = (pair.first(), pair.last()) else { continue };
            let mut cost = (diagonal + usize::from(letter != *other)).min(up + 1).min(left + 1);
            if previous == Some(*other) && passed == Some(letter) {
                let swapped = column.checked_sub(1).and_then(|at| before.get(at)).map(|cost| cost + 1);
                cost = cost.min(swapped.unwrap_or(cost));
            }
            current.push(cost);
            left = cost;
            passed = Some(*other);
        }
        before = std::mem::replace(&mut above, current);
        previous = Some(letter);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_slip_once() {
        for (a, b, expected) in [
            ("theme", "theme", 0),
            ("theem", "theme", 1),
            ("them", "theme", 1),
            ("", "abc", 3),
            ("abc", "", 3),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn suggests_only_what_is_near() {
        assert_eq!(nearest("refesh", ["refresh", "help"]), Some("refresh"));
        assert_eq!(nearest("Utc", ["utc"]), Some("utc"));
        assert_eq!(nearest("banana", ["utc", "wide"]), None);
    }

    #[test]
    fn shortens_what_a_parser_says_about_names() {
        for (message, expected) in [
            (
                "unknown field `theem`, expected one of `theme`, `utc`",
                "unknown key `theem`; did you mean `theme`?",
            ),
            ("unknown field `x`, expected `utc`\n", "unknown key `x`; allowed are utc"),
            (
                "unknown variant `no`, expected `auto` or `never`",
                "unknown value `no`; allowed are auto, never",
            ),
            ("invalid type", "invalid type"),
        ] {
            assert_eq!(explained(message), expected);
        }
    }

    #[test]
    fn counts_lines_from_one() {
        assert_eq!(line_at("a\nb\nc", 0), 1);
        assert_eq!(line_at("a\nb\nc", 2), 2);
        assert_eq!(line_at("a\nb\nc", 99), 3);
    }
}
