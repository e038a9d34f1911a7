//! A writer of JSON that goes straight to text, because an answer of a hundred tasks must cost well under a millisecond.

use std::fmt::{self, Display, Write};

use super::super::Millis;

/// One JSON object being written. Members appear in the order they are written.
#[derive(Debug)]
pub struct Object<'a> {
    out: &'a mut String,
    empty: bool,
}

/// Writes a whole document, an object, with the members that `fill` gives it.
pub fn document(fill: impl FnOnce(&mut Object<'_>)) -> String {
    let mut out = String::with_capacity(16 * 1024);
    object(&mut out, fill);
    out
}

/// Writes an object behind text that is there already.
pub fn append(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
    object(out, fill);
}

fn object(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
    out.push('{');
    fill(&mut Object { out, empty: true });
    out.push('}');
}

/// Passes text on with what JSON forbids in strings escaped.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if !text.bytes().any(|byte| matches!(byte, 0..=0x1F | b'"' | b'\\')) {
            self.0.push_str(text);
            return Ok(());
        }
        // Text between two letters that are escaped is passed on whole: log lines in JSON have many quotes.
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            if !matches!(byte, 0..=0x1F | b'"' | b'\\') {
                continue;
            }
            self.0.push_str(text.get(from..at).unwrap_or_default());
            from = at + 1;
            match byte {
                b'"' => self.0.push_str("\\\""),
                b'\\' => self.0.push_str("\\\\"),
                b'\n' => self.0.push_str("\\n"),
                _ => write!(self.0, "\\u{byte:04x}")?,
            }
        }
        self.0.push_str(text.get(from..).unwrap_or_default());
        Ok(())
    }
}

/// Writing to a `String` cannot fail; a failing `Display` would only shorten the value.
fn text(out: &mut String, value: impl Display) {
    out.push('"');
    let _ = write!(Escaped(out), "{value}");
    out.push('"');
}

impl Object<'_> {
    fn key(&mut self, key: &str) {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    pub fn text(&mut self, key: &str, value: impl Display) -> &mut Self {
        self.key(key);
        text(self.out, value);
        self
    }

    pub fn text_if(&mut self, key: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.text(key, value);
        }
        self
    }

    /// Any number; floating ones must be finite.
    pub fn number(&mut self, key: &str, value: impl Display) -> &mut Self {
        self.key(key);
        let _ = write!(self.out, "{value}");
        self
    }

    pub fn number_if(&mut self, key: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.number(key, value);
        }
        self
    }

    pub fn flag(&mut self, key: &str, value: bool) -> &mut Self {
        self.number(key, value)
    }

    /// A moment as awsJson 1.1 writes it: seconds since the epoch with a fraction of milliseconds.
    pub fn time(&mut self, key: &str, at: Millis) -> &mut Self {
        self.number(key, format_args!("{}.{:03}", at.div_euclid(1000), at.rem_euclid(1000)))
    }

    pub fn time_if(&mut self, key: &str, at: Option<Millis>) -> &mut Self {
        if let Some(at) = at {
            self.time(key, at);
        }
        self
    }

    pub fn texts<T: Display>(&mut self, key: &str, values: impl IntoIterator<Item = T>) -> &mut Self {
        self.key(key);
        self.list(values, |out, value| text(out, value))
    }

    /// A list of numbers, with the rules of [`Self::number`].
    pub fn numbers<T: Display>(&mut self, key: &str, values: impl IntoIterator<Item = T>) -> &mut Self {
        self.key(key);
        self.list(values, |out, value| {
            let _ = write!(out, "{value}");
        })
    }

    pub fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        self.key(key);
        object(self.out, fill);
        self
    }

    pub fn objects<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Object<'_>, T),
    ) -> &mut Self {
        self.key(key);
        self.list(items, |out, item| object(out, |members| fill(members, item)))
    }

    /// A list without members, which AWS often sends where nothing is set.
    pub fn none(&mut self, key: &str) -> &mut Self {
        self.key(key);
        self.out.push_str("[]");
        self
    }

    /// A value that is kept as it was received.
    pub fn value(&mut self, key: &str, value: &serde_json::Value) -> &mut Self {
        self.number(key, value)
    }

    /// `[{"name": …, "value": …}]`, AWS's way to write a map; the words differ from place to place.
    pub fn pairs<K: Display, V: Display>(
        &mut self,
        key: &str,
        words: (&str, &str),
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> &mut Self {
        self.objects(key, pairs, |object, (name, value)| {
            object.text(words.0, name).text(words.1, value);
        })
    }

    fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut String, T),
    ) -> &mut Self {
        self.out.push('[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            write(self.out, item);
        }
        self.out.push(']');
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_and_times_keep_their_milliseconds() {
        let written = document(|o| {
            o.text("a", "say \"hi\"\n\u{1}\\").time("t", 1_790_000_000_007).time_if("u", None).none("n");
        });
        assert_eq!(written, r#"{"a":"say \"hi\"\n\u0001\\","t":1790000000.007,"n":[]}"#);
        assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok());
    }
}
