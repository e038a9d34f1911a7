//! JSON in a line: found without a parser's cost, and its fields in the order in which they were written.

use std::borrow::Cow;

/// How deep a value may be nested before it counts as text.
const DEEPEST: usize = 64;

/// One field of a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    pub name: Cow<'a, str>,
    /// The value as it was written; text still has its quotes.
    pub raw: &'a str,
}

impl<'a> Field<'a> {
    /// The value for people: text without quotes, everything else as it was written.
    pub fn value(&self) -> Cow<'a, str> {
        unquote(self.raw)
    }
}

/// The fields of a line that is one JSON object; a prefix without a brace is allowed (`INFO {"a":1}`), a rest is not.
pub fn fields(text: &str) -> Option<Vec<Field<'_>>> {
    let text = object(text)?;
    let mut fields = Vec::new();
    let mut reader = Reader { text, at: 0 };
    reader.object(|name, raw| fields.push(Field { name: unquote(name), raw }))?;
    Some(fields)
}

/// The part of a line that is one JSON object, up to its end.
pub fn object(text: &str) -> Option<&str> {
    let text = text.trim_end();
    if !text.ends_with('}') {
        return None;
    }
    let text = text.find('{').and_then(|start| text.get(start..))?;
    let mut reader = Reader { text, at: 0 };
    reader.object(|_, _| {})?;
    (reader.at == text.len()).then_some(text)
}

/// The object of a line in indented lines, two spaces for each depth; `None` where the line has none.
pub fn pretty(text: &str) -> Option<String> {
    let text = object(text)?;
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut letters = text.chars().filter(|letter| !letter.is_control()).peekable();
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(letter) = letters.next() {
        if quoted {
            out.push(letter);
            quoted = letter != '"' || escaped;
            escaped = letter == '\\' && !escaped;
            continue;
        }
        match letter {
            '{' | '[' => {
                while letters.next_if(|next| *next == ' ').is_some() {}
                out.push(letter);
                if let Some(end) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            ' ' => {}
            _ => {
                quoted = letter == '"';
                out.push(letter);
            }
        }
    }
    Some(out)
}

/// Text without its quotes and escapes; anything else as it is.
pub fn unquote(raw: &str) -> Cow<'_, str> {
    let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(raw);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => out.push(escape(&mut letters)),
            Some(other) => out.push(other),
            None => {}
        }
    }
    Cow::Owned(out)
}

/// What stands behind `\u`, with the second half of a pair.
fn escape(letters: &mut std::str::Chars<'_>) -> char {
    let four = |letters: &mut std::str::Chars<'_>| {
        let mut digits = || letters.next().and_then(|letter| letter.to_digit(16));
        Some(digits()? << 12 | digits()? << 8 | digits()? << 4 | digits()?)
    };
    let Some(high) = four(letters) else { return char::REPLACEMENT_CHARACTER };
    if (0xd800..0xdc00).contains(&high) {
        let mut ahead = letters.clone();
        let low =
            (ahead.next() == Some('\\') && ahead.next() == Some('u')).then(|| four(&mut ahead)).flatten();
        if let Some(low) = low.filter(|low| (0xdc00..0xe000).contains(low)) {
            *letters = ahead;
            let pair = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            return char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
    }
    char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Walks over JSON without keeping any of it.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    /// An object with its own fields told; what is nested is only walked over.
    fn object(&mut self, mut field: impl FnMut(&'a str, &'a str)) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            self.space();
            let start = self.at;
            self.string()?;
            let name = self.text.get(start..self.at)?;
            self.take(b':')?;
            self.space();
            let start = self.at;
            self.value()?;
            field(name, self.text.get(start..self.at)?);
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    fn value(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' => self.nested(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'-' | b'0'..=b'9' => {
                while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
                    self.at += 1;
                }
                Some(())
            }
            _ => None,
        }
    }

    /// Objects and lists, by their brackets alone: what stands between them is not questioned.
    fn nested(&mut self) -> Option<()> {
        let mut open = 0_u64;
        let mut depth = 0;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                bracket @ (b'{' | b'[') => {
                    depth += 1;
                    open = open << 1 | u64::from(bracket == b'{');
                    if depth > DEEPEST {
                        return None;
                    }
                }
                bracket @ (b'}' | b']') => {
                    if (open & 1 == 1) != (bracket == b'}') {
                        return None;
                    }
                    depth -= 1;
                    open >>= 1;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            let end = memchr::memchr2(b'"', b'\\', rest)?;
            let escaped = rest.get(end) == Some(&b'\\');
            self.at += end + if escaped { 2 } else { 1 };
            if !escaped {
                return Some(());
            }
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fields, object, pretty};

    fn told(text: &str) -> Option<Vec<String>> {
        let fields = fields(text)?;
        Some(fields.iter().map(|field| format!("{}={}", field.name, field.value())).collect())
    }

    #[test]
    fn fields_are_told_in_their_order() {
        let line = r#"app {"level":"warn","msg":"a \"b\"\n\u00e9\ud83d\ude80","n":-1.5e3,"o":{"p":[1,"}"]},"q":null} "#;
        let expected = ["level=warn", "msg=a \"b\"\né🚀", "n=-1.5e3", "o={\"p\":[1,\"}\"]}", "q=null"];
        assert_eq!(told(line).unwrap(), expected);
        assert_eq!(told("{}"), Some(Vec::new()));
        for text in
            ["{", "{a}", "{\"a\":}", "{\"a\":1", "{\"a\":1]}", "plain", "{\"a\":[}", "{\"a\":1} x", ""]
        {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn an_object_is_told_in_lines() {
        let told = pretty(r#"{"a":{"b":[1, 2],"c":"x, {y}"},"d":[ ]}"#).unwrap();
        let expected = "{\n  \"a\": {\n    \"b\": [\n      1,\n      2\n    ],\n    \"c\": \"x, {y}\"\n  },\n  \"d\": []\n}";
        assert_eq!(told, expected);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in ".*", inner in r#"[{}\[\]":,\\a0 ]*"#) {
            let _ = (fields(&text), pretty(&text), object(&text));
            let wrapped = format!("{{{inner}}}");
            let _ = (fields(&wrapped), pretty(&wrapped));
        }
    }
}
