//! Filter patterns: terms and phrases, alternatives, exclusions, and conditions on the members of JSON.
//!
//! Patterns for columns (`[…]`) and regular expressions (`%…%`) are refused.

mod json;

use super::super::super::wire::Refusal;
use super::invalid;

/// A pattern that was understood. Case matters, as it does in CloudWatch Logs.
#[derive(Debug)]
pub enum Pattern {
    /// Guess: a term is found within words, too.
    Terms {
        all: Vec<String>,
        any: Vec<String>,
        none: Vec<String>,
    },
    Json(json::Condition),
}

impl Pattern {
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.chars().count() > 1024 {
            return Err(invalid("A filter pattern has at most 1,024 letters."));
        }
        if let Some(rest) = text.strip_prefix('{') {
            let inside = rest.strip_suffix('}').and_then(json::read);
            return inside.map(Self::Json).ok_or_else(wrong);
        }
        if text.starts_with(['[', '%']) {
            return Err(invalid("The simulation has no patterns for columns and no regular expressions."));
        }
        terms(text)
    }

    pub fn matches(&self, message: &str) -> bool {
        match self {
            Self::Terms { all, any, none } => {
                // Alternatives count only where they stand alone.
                let alone = all.is_empty() && none.is_empty();
                all.iter().all(|term| message.contains(term))
                    && !none.iter().any(|term| message.contains(term))
                    && (!alone || any.is_empty() || any.iter().any(|term| message.contains(term)))
            }
            Self::Json(condition) => {
                // Most lines of other services are not worth an attempt.
                message.starts_with('{')
                    && serde_json::from_str(message).is_ok_and(|value| condition.holds(&value))
            }
        }
    }
}

fn wrong() -> Refusal {
    invalid("Invalid filter pattern")
}

/// Terms without quotes have letters, digits and underscores only.
fn terms(text: &str) -> Result<Pattern, Refusal> {
    let (mut all, mut any, mut none) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = text;
    while !rest.is_empty() {
        let list = match rest.chars().next() {
            Some('?') => &mut any,
            Some('-') => &mut none,
            _ => &mut all,
        };
        let body = rest.strip_prefix(['?', '-']).unwrap_or(rest);
        let (term, behind) = if let Some(quoted) = body.strip_prefix('"') {
            let (term, behind) = quoted.split_once('"').ok_or_else(wrong)?;
            (term, behind)
        } else {
            let end = body.find(char::is_whitespace).unwrap_or(body.len());
            let (term, behind) = body.split_at_checked(end).unwrap_or((body, ""));
            if !term.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
                return Err(wrong());
            }
            (term, behind)
        };
        if term.is_empty() {
            return Err(wrong());
        }
        list.push(term.to_owned());
        rest = behind.trim_start();
    }
    Ok(Pattern::Terms { all, any, none })
}
