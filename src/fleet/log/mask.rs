//! Secrets in log lines: shapes that are known to be keys, tokens and passwords are put out of sight.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::streams::StreamId;

/// What stands for a secret.
pub const STARS: &str = "****";

/// Keys, tokens and passwords by their shape; the group `secret` is put out of sight.
///
/// A shape that cannot be compiled would be left out; a test finds that all are there.
static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let shapes = [
        // Access key ids of AWS; the four letters tell of which kind.
        r"\b(?:AKIA|ASIA)(?P<secret>[A-Z0-9]{16})\b",
        // The password of a URL.
        r#"(?i)[a-z][a-z0-9+.-]{0,31}://[^\s/:@"'<>]*:(?P<secret>[^\s/"'<>]+)@"#,
        // JSON Web Tokens.
        r"\beyJ(?P<secret>[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]+)?)",
        r"(?i)\bbearer\s+(?P<secret>[A-Za-z0-9._~+/-]{8,}=*)",
        r#"(?i)\bauthorization\\?["']?\s*[:=]\s*\\?["']?(?:basic|digest|token|negotiate|aws4-hmac-sha256)\s+(?P<secret>[^"'\\]+)"#,
        // Tokens of GitHub and Slack.
        r"\b(?:gh[pousr]_|github_pat_|xox[abeprs]-)(?P<secret>[A-Za-z0-9_-]{16,})",
        // `DB_PASSWORD=…`, `"token": "…"`, `secret_key: …`.
        concat!(
            r"(?i)(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|secret[_-]?key|access[_-]?key",
            r"|private[_-]?key|client[_-]?secret|session[_-]?key|x-amz-signature|x-amz-credential)",
            r#"\\?["']?\s*(?:=>|[:=])\s*"#,
            r#"(?:\\"(?P<escaped>[^"\\]+)|"(?P<double>(?:[^"\\]|\\.)+)|'(?P<single>[^']+)"#,
            r#"|(?P<secret>[^\s,;&"'\\{}\[\]()<>]+))"#,
        ),
    ];
    shapes.iter().filter_map(|shape| Regex::new(shape).ok()).collect()
});

/// Words that stand where a secret could, and are none.
const HARMLESS: [&str; 9] =
    ["null", "none", "nil", "true", "false", "undefined", "****", "[redacted]", "redacted"];

/// Puts secrets out of sight, line by line: a private key goes over many.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    /// Streams whose last line was within a private key.
    within: BTreeSet<StreamId>,
}

impl Mask {
    /// The next line of a stream without its secrets; borrowed where it has none.
    pub fn line<'a>(&mut self, stream: StreamId, text: &'a str) -> Cow<'a, str> {
        if self.within.contains(&stream) {
            if is_end(text) || !is_of_a_key(text) {
                self.within.remove(&stream);
            }
            if is_end(text) {
                return behind_key(text);
            }
            if is_of_a_key(text) {
                return Cow::Borrowed(STARS);
            }
        }
        if text.contains("PRIVATE KEY-----") && last_is_begin(text) {
            self.within.insert(stream);
        }
        mask(text)
    }
}

/// A text without the secrets that it shows by their shape; borrowed where it has none.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = keys(text);
    for shape in SHAPES.iter() {
        if let Cow::Owned(changed) = shape.replace_all(&masked, hide)
            && changed != masked
        {
            masked = Cow::Owned(changed);
        }
    }
    masked
}

/// What was found with stars for its secret.
fn hide(found: &Captures<'_>) -> String {
    let whole = found.get(0).map_or("", |whole| whole.as_str());
    let start = found.get(0).map_or(0, |whole| whole.start());
    let secret = ["secret", "escaped", "double", "single"].iter().find_map(|name| found.name(name));
    let Some(secret) = secret.filter(|secret| !is_harmless(secret.as_str())) else {
        return whole.to_owned();
    };
    let before = whole.get(..secret.start() - start).unwrap_or_default();
    let behind = whole.get(secret.end() - start..).unwrap_or_default();
    format!("{before}{STARS}{behind}")
}

fn is_harmless(value: &str) -> bool {
    HARMLESS.iter().any(|word| word.eq_ignore_ascii_case(value)) || value.chars().all(|letter| letter == '*')
}

/// Private keys within one text, to their end or that of the text.
fn keys(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut rest = text;
    while let Some(begin) = begin(rest) {
        let (head, key) = rest.split_at(begin);
        masked.push_str(head);
        masked.push_str(STARS);
        rest = key.find("-----END ").and_then(|end| key.get(end..)).unwrap_or_default();
    }
    if masked.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(masked + rest) }
}

/// Where behind its first words a private key begins.
fn begin(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("-----BEGIN ")) {
        let start = from + at;
        let words = text.get(start + 11..)?;
        let end = words.find("-----")?;
        if words.get(..end)?.ends_with("PRIVATE KEY") {
            return Some(start + 11 + end + 5);
        }
        from = start + 11;
    }
    None
}

/// The last key that is named begins here, and does not end.
fn last_is_begin(text: &str) -> bool {
    text.rfind("-----BEGIN ") > text.rfind("-----END ")
}

fn is_end(text: &str) -> bool {
    text.contains("-----END ")
}

fn behind_key(text: &str) -> Cow<'_, str> {
    let end = text.find("-----END ").and_then(|end| text.get(end..)).unwrap_or_default();
    if end.len() == text.len() { mask(text) } else { Cow::Owned(format!("{STARS}{}", mask(end))) }
}

/// Letters of a key and what may stand in its head.
fn is_of_a_key(text: &str) -> bool {
    let text = text.trim();
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=');
    text.chars().all(is_letter) || text.starts_with("Proc-Type:") || text.starts_with("DEK-Info:")
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::{Mask, SHAPES, mask};
    use crate::fleet::log::streams::StreamId;

    #[test]
    fn secrets_go() {
        assert_eq!(SHAPES.len(), 7);
        for (text, expected) in [
            ("id AKIAIOSFODNN7EXAMPLE.", "id AKIA****."),
            (
                "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                "aws_secret_access_key = ****",
            ),
            ("AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjE next", "AWS_SESSION_TOKEN=**** next"),
            ("Authorization: Bearer abcdef123456.xyz", "Authorization: Bearer ****"),
            (r#"{"authorization":"Basic dXNlcjpwYXNz"}"#, r#"{"authorization":"Basic ****"}"#),
            ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl ok", "jwt eyJ**** ok"),
            ("postgres://app:hunter2@db:5432/x", "postgres://app:****@db:5432/x"),
            ("redis://:p@ss@cache", "redis://:****@cache"),
            ("password=hunter2, user=ana", "password=****, user=ana"),
            ("DB_PASSWORD: 'two words' end", "DB_PASSWORD: '****' end"),
            (r#"{"db":{"password":"a\"b","user":"ana"}}"#, r#"{"db":{"password":"****","user":"ana"}}"#),
            (r#"{"apiKey": "k-123", "n": 1}"#, r#"{"apiKey": "****", "n": 1}"#),
            (r#"body={\"token\":\"abc\",\"n\":1}"#, r#"body={\"token\":\"****\",\"n\":1}"#),
            ("GET /x?token=abc&user=ana", "GET /x?token=****&user=ana"),
            ("GET /x?X-Amz-Signature=0a1b&y=1", "GET /x?X-Amz-Signature=****&y=1"),
            ("push with ghp_0123456789abcdef0123456789abcdef0123", "push with ghp_****"),
            ("secret => abc", "secret => ****"),
            (
                "k -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- z",
                "k -----BEGIN RSA PRIVATE KEY-----****-----END RSA PRIVATE KEY----- z",
            ),
        ] {
            assert_eq!(mask(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "GET https://example.com:8080/path@v2 200",
            "user@example.com logged in",
            "the password was changed",
            "max_tokens=512 tokens: 80",
            r#"{"token":null,"password":""}"#,
            "password=**** token=true",
            "commit 3f9d21aa3f9d21aa3f9d21aa3f9d21aa3f9d21aa",
            "AKIASHORT bearer of news",
            "-----BEGIN CERTIFICATE-----",
            "secretary: ana",
        ] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text}: {}", mask(text));
        }
    }

    #[test]
    fn a_private_key_goes_over_many_lines_of_its_stream() {
        let mut all = Mask::default();
        let (one, other) = (StreamId(0), StreamId(1));
        let told: Vec<String> = [
            (one, "-----BEGIN PRIVATE KEY-----"),
            (one, "MIIEvQIBADANBg+/="),
            (other, "MIIEvQIBADANBg"),
            (one, "AAAA"),
            (one, "-----END PRIVATE KEY-----"),
            (one, "BBBB"),
            (other, "-----BEGIN EC PRIVATE KEY-----"),
            (other, "a sentence ends it"),
            (other, "CCCC"),
        ]
        .into_iter()
        .map(|(stream, text)| all.line(stream, text).into_owned())
        .collect();
        assert_eq!(
            told,
            [
                "-----BEGIN PRIVATE KEY-----****",
                "****",
                "MIIEvQIBADANBg",
                "****",
                "-----END PRIVATE KEY-----",
                "BBBB",
                "-----BEGIN EC PRIVATE KEY-----****",
                "a sentence ends it",
                "CCCC",
            ]
        );
    }

    #[test]
    fn long_lines_take_time_by_their_length_alone() {
        for part in [
            "password",
            "a://b:",
            "eyJa.",
            "-----BEGIN ",
            "-----BEGIN X PRIVATE KEY-----",
            "token=\\\"",
            "=:\"'",
        ] {
            let text = part.repeat(400_000 / part.len());
            // Were it to take time by the square of the length, this would last for hours.
            let _ = mask(&text);
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in r#"(?s)(.{0,20}(password|token|-----BEGIN A PRIVATE KEY-----|-----END |://|eyJ|[:="'@\\])){0,12}"#) {
            let once = mask(&text).into_owned();
            let _ = Mask::default().line(StreamId(0), &once);
        }
    }
}
