//! Conditions on the members of a message in JSON: `{ ($.level = "error") && ($.status >= 500 || $.path = "/v1*") }`.

use serde_json::Value;

/// Nothing that a person writes is nested deeper.
const DEEPEST: u8 = 20;

#[derive(Debug)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Compare { path: Vec<Step>, how: How, with: With },
    Is { path: Vec<Step>, value: Value },
    NotExists { path: Vec<Step> },
}

#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    Member(String),
    Item(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Equal,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A number, or a text in which `*` stands for anything.
#[derive(Debug)]
pub enum With {
    Number(f64),
    Text(String),
}

impl Condition {
    pub fn holds(&self, value: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(value)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(value)),
            Self::Compare { path, how, with } => {
                find(value, path).is_some_and(|found| compare(found, *how, with))
            }
            Self::Is { path, value: wanted } => find(value, path) == Some(wanted),
            Self::NotExists { path } => find(value, path).is_none(),
        }
    }
}

fn find<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Item(place) => value.get(place),
    })
}

fn compare(found: &Value, how: How, with: &With) -> bool {
    match with {
        With::Number(number) => {
            let Some(found) = found.as_f64() else { return false };
            #[expect(clippy::float_cmp, reason = "numbers as they are written")]
            match how {
                How::Equal => found == *number,
                How::Differs => found != *number,
                How::Less => found < *number,
                How::AtMost => found <= *number,
                How::More => found > *number,
                How::AtLeast => found >= *number,
            }
        }
        With::Text(text) => {
            let found = match found {
                Value::String(found) => found.clone(),
                Value::Bool(_) | Value::Number(_) => found.to_string(),
                _ => return false,
            };
            match how {
                How::Equal => like(&found, text),
                How::Differs => !like(&found, text),
                _ => false,
            }
        }
    }
}

/// Whether a text is as a pattern with `*` says.
fn like(text: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let parts: Vec<_> = rest.split('*').collect();
    let Some((last, between)) = parts.split_last() else { return true };
    for part in between.iter().filter(|part| !part.is_empty()) {
        let Some((_, behind)) = text.split_once(part) else { return false };
        text = behind;
    }
    text.ends_with(last)
}

/// Reads what stands between the braces.
pub fn read(text: &str) -> Option<Condition> {
    let mut reader = Reader { rest: text.trim(), depth: 0 };
    let condition = reader.any()?;
    reader.rest.is_empty().then_some(condition)
}

struct Reader<'t> {
    rest: &'t str,
    depth: u8,
}

impl<'t> Reader<'t> {
    /// Takes a sign or a word with the room behind it.
    fn take(&mut self, sign: &str) -> bool {
        let found = self.rest.strip_prefix(sign);
        if let Some(rest) = found {
            self.rest = rest.trim_start();
        }
        found.is_some()
    }

    /// `||` binds less than `&&`.
    fn any(&mut self) -> Option<Condition> {
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        if parts.len() == 1 { parts.pop() } else { Some(Condition::Any(parts)) }
    }

    fn all(&mut self) -> Option<Condition> {
        let mut parts = vec![self.one()?];
        while self.take("&&") {
            parts.push(self.one()?);
        }
        if parts.len() == 1 { parts.pop() } else { Some(Condition::All(parts)) }
    }

    fn one(&mut self) -> Option<Condition> {
        if self.take("(") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return None;
            }
            let inside = self.any()?;
            self.depth -= 1;
            return self.take(")").then_some(inside);
        }
        let path = self.path()?;
        if self.take("NOT") {
            return self.take("EXISTS").then_some(Condition::NotExists { path });
        }
        if self.take("IS") {
            let value = [("NULL", Value::Null), ("TRUE", true.into()), ("FALSE", false.into())];
            let (_, value) = value.into_iter().find(|(word, _)| self.take(word))?;
            return Some(Condition::Is { path, value });
        }
        let signs = [
            ("!=", How::Differs),
            ("<=", How::AtMost),
            (">=", How::AtLeast),
            ("=", How::Equal),
            ("<", How::Less),
            (">", How::More),
        ];
        let (_, how) = signs.into_iter().find(|(sign, _)| self.take(sign))?;
        let with = self.value()?;
        // Texts are equal or not; only numbers are less or more.
        let text = matches!(with, With::Text(_));
        (!text || matches!(how, How::Equal | How::Differs)).then_some(Condition::Compare { path, how, with })
    }

    /// `$.a.b[0]`
    fn path(&mut self) -> Option<Vec<Step>> {
        self.rest = self.rest.strip_prefix('$')?;
        let mut path = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('.') {
                self.rest = rest;
                let name =
                    self.word(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '@'))?;
                path.push(Step::Member(name.to_owned()));
            } else if let Some(rest) = self.rest.strip_prefix('[') {
                let (inside, behind) = rest.split_once(']')?;
                let member = inside.strip_prefix('\'').and_then(|inside| inside.strip_suffix('\''));
                path.push(match member {
                    Some(member) => Step::Member(member.to_owned()),
                    None => Step::Item(inside.trim().parse().ok()?),
                });
                self.rest = behind;
            } else {
                self.rest = self.rest.trim_start();
                return (!path.is_empty()).then_some(path);
            }
        }
    }

    fn word(&mut self, fits: impl Fn(char) -> bool) -> Option<&'t str> {
        let end = self.rest.find(|letter| !fits(letter)).unwrap_or(self.rest.len());
        let (word, behind) = self.rest.split_at_checked(end)?;
        self.rest = behind;
        (!word.is_empty()).then_some(word)
    }

    fn value(&mut self) -> Option<With> {
        let value = if let Some(quoted) = self.rest.strip_prefix('"') {
            let (text, behind) = quoted.split_once('"')?;
            self.rest = behind;
            With::Text(text.to_owned())
        } else {
            let word = self.word(|letter| {
                letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '*' | '/' | '+')
            })?;
            word.parse().map_or_else(|_| With::Text(word.to_owned()), With::Number)
        };
        self.rest = self.rest.trim_start();
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        let yes = [("/v1/cart", "/v1*"), ("abc", "*"), ("abc", "a*c"), ("aXbYc", "a*b*c"), ("abc", "abc")];
        for (text, pattern) in yes {
            assert!(like(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("/v2/cart", "/v1*"), ("ab", "a*c"), ("acb", "a*b*c"), ("abc", "ab")] {
            assert!(!like(text, pattern), "{text} {pattern}");
        }
    }
}
