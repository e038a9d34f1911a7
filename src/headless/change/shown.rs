//! What a change says before it and on its way, as text and as JSON lines.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::app::action::Change;
use crate::app::action::command_line::{command_line, quoted};
use crate::app::action::dialog::{Dialog, Field};
use crate::app::action::operation::Operation;
use crate::app::action::preview::{Part, Preview, preview, word};
use crate::app::document::Line;
use crate::app::format;
use crate::app::model::Model;
use crate::fleet::id::ServiceId;

/// The width of the labels.
const LABELS: usize = 9;

/// A preview, and how to confirm it.
pub struct Shown {
    preview: Preview,
    reason: Option<String>,
    commands: Vec<String>,
    /// What `--yes` takes.
    pub word: String,
    pub what: &'static str,
}

impl Shown {
    pub fn new(model: &Model, dialog: &Dialog, changes: &[Change]) -> Self {
        let word = word(model, &dialog.ask, changes);
        // What stands in the way besides the confirmation.
        let mut answered = dialog.clone();
        answered.word.set(&word.word);
        let reason = dialog.given_reason();
        Self {
            preview: preview(model, &answered),
            commands: changes.iter().map(|change| command_line(change, reason.as_deref())).collect(),
            reason,
            word: word.word,
            what: word.what,
        }
    }

    pub fn text(&self) -> String {
        let Preview { title, place, parts, risk, button, .. } = &self.preview;
        let mut text = format!("{title}\n{:<LABELS$}{place}\n", "where");
        for part in parts {
            match part {
                Part::Text { label, lines } => {
                    for (number, line) in lines.iter().enumerate() {
                        let label = if number == 0 { label } else { "" };
                        let _ = writeln!(text, "{label:<LABELS$}{}", line.text());
                    }
                }
                Part::Choices { label, items, chosen, .. } => {
                    for (number, item) in items.iter().enumerate() {
                        let label = if number == 0 { label } else { "" };
                        let mark = if number == *chosen { ">" } else { " " };
                        let _ = writeln!(text, "{label:<LABELS$}{mark} {item}");
                    }
                }
                Part::Field { label, field: Field::Reason, .. } => {
                    if let Some(reason) = &self.reason {
                        let _ = writeln!(text, "{label:<LABELS$}{reason}");
                    }
                }
                Part::Field { .. } | Part::Space => {}
            }
        }
        if let Some(off) = &button.off {
            let _ = writeln!(text, "{:<LABELS$}{off}", "off");
        }
        let _ = write!(text, "{:<LABELS$}{}", "risk", risk.word());
        text
    }

    pub fn json(&self) -> Value {
        let Preview { title, place, parts, risk, button, .. } = &self.preview;
        let texts = parts.iter().filter_map(|part| match part {
            Part::Text { label, lines } => {
                Some(json!({"label": label, "lines": lines.iter().map(Line::text).collect::<Vec<_>>()}))
            }
            _ => None,
        });
        json!({
            "event": "preview", "title": title, "place": place, "risk": risk.word(), "off": button.off,
            "confirm": self.word, "commands": self.commands, "parts": texts.collect::<Vec<_>>(),
        })
    }
}

/// `14:03:22 scale cart-api to 14: settling: starting: 11 of 14 run`
pub fn state(operation: &Operation, at: DateTime<Utc>, utc: bool) -> String {
    let state = &operation.state;
    format!(
        "{} {}: {}: {}",
        format::clock(at, utc),
        operation.action.change.told(),
        state.word(),
        state.sentence()
    )
}

/// The same for programs.
pub fn state_json(operation: &Operation, at: DateTime<Utc>) -> Value {
    let change = &operation.action.change;
    let request = operation.accepted.as_ref().and_then(|(_, acceptance)| acceptance.request_id.as_deref());
    json!({
        "event": "state",
        "at": at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "operation": operation.id.0,
        "action": change.verb().to_string(),
        "target": change.target(),
        "service": change.service().map(ServiceId::as_str),
        "state": operation.state.word(),
        "sentence": operation.state.sentence(),
        "request_id": request,
    })
}

/// The typed command with what confirms it, to be copied.
pub fn again(typed: &[String], yes: &str, unlock: Option<&str>) -> String {
    let mut words = vec!["fargate-top".to_owned()];
    let mut skip = false;
    for word in typed {
        if std::mem::take(&mut skip) || word == "--dry-run" {
            continue;
        }
        let given =
            |flag: &str| word == flag || word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('='));
        if given("--yes") || (unlock.is_some() && given("--unlock")) {
            skip = !word.contains('=');
            continue;
        }
        words.push(quoted(word));
    }
    for (flag, value) in [("--unlock", unlock), ("--yes", Some(yes))] {
        if let Some(value) = value {
            words.extend([flag.to_owned(), quoted(value)]);
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_repeated_with_its_confirmation() {
        for (typed, unlock, expected) in [
            ("scale web/cart -2", None, "fargate-top scale web/cart -2 --yes cart"),
            ("scale cart 4 --dry-run", None, "fargate-top scale cart 4 --yes cart"),
            ("--yes x scale cart 4 --unlock p", None, "fargate-top scale cart 4 --unlock p --yes cart"),
            ("scale cart 4 --yes=x --unlock q", Some("p"), "fargate-top scale cart 4 --unlock p --yes cart"),
        ] {
            let typed: Vec<String> = typed.split(' ').map(str::to_owned).collect();
            assert_eq!(again(&typed, "cart", unlock), expected);
        }
    }
}
