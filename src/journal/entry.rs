//! One line of the journal of our own changes: who wanted what of which thing, and what came of it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What a line reports of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Kind {
    /// It is about to be sent. This line is on disk before the request leaves.
    #[default]
    Attempt,
    /// The gate sent nothing: read-only, protected, not permitted.
    Refused,
    /// The gate sent nothing, because what it is about had changed.
    Drifted,
    /// AWS answered that it does not do it.
    Rejected,
    /// It was sent and no answer came: AWS may have done it or not.
    Unclear,
    /// AWS took it on; that is not its end.
    Accepted,
    /// AWS shows that it is done.
    Done,
    /// AWS shows that it came to nothing.
    Failed,
    /// It did not come to an end in its time, and is not watched any longer.
    TimedOut,
    /// Another change took its place.
    Replaced,
    /// Its person stopped watching.
    Dropped,
    /// A word of a newer version.
    Other(String),
}

/// The kinds with the names that they have in the file.
const KINDS: [(Kind, &str); 11] = [
    (Kind::Attempt, "attempt"),
    (Kind::Refused, "refused"),
    (Kind::Drifted, "drifted"),
    (Kind::Rejected, "rejected"),
    (Kind::Unclear, "unclear"),
    (Kind::Accepted, "accepted"),
    (Kind::Done, "done"),
    (Kind::Failed, "failed"),
    (Kind::TimedOut, "timed-out"),
    (Kind::Replaced, "replaced"),
    (Kind::Dropped, "dropped"),
];

impl Kind {
    /// Its name in the file.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            known => KINDS.iter().find(|(kind, _)| kind == known).map_or("", |(_, name)| name),
        }
    }

    /// Nothing follows for this operation, unless it is attempted again.
    pub fn is_end(&self) -> bool {
        match self {
            Self::Attempt | Self::Unclear | Self::Accepted | Self::Other(_) => false,
            Self::Refused
            | Self::Drifted
            | Self::Rejected
            | Self::Done
            | Self::Failed
            | Self::TimedOut
            | Self::Replaced
            | Self::Dropped => true,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let known = KINDS.into_iter().find(|(_, name)| *name == word).map(|(kind, _)| kind);
        Ok(known.unwrap_or(Self::Other(word)))
    }
}

/// A value that was sent or seen. It is a count, a name or an id, never the value of an environment variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<Fact>),
    /// What a newer version wrote.
    Other(serde_json::Value),
}

/// Values by their names, such as `desired`.
pub type Facts = BTreeMap<String, Fact>;

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(true) => f.write_str("on"),
            Self::Flag(false) => f.write_str("off"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(facts) => {
                for (place, fact) in facts.iter().enumerate() {
                    let comma = if place > 0 { "," } else { "" };
                    write!(f, "{comma}{fact}")?;
                }
                Ok(())
            }
            Self::Other(value) => write!(f, "{value}"),
        }
    }
}

impl From<bool> for Fact {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u32> for Fact {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Fact>> From<Vec<T>> for Fact {
    fn from(facts: Vec<T>) -> Self {
        Self::List(facts.into_iter().map(Into::into).collect())
    }
}

/// A value that was not any more what a person had seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub seen: Option<Fact>,
    pub now: Option<Fact>,
}

/// One line. Every line says by itself whose change of what it is about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Entry {
    pub at: DateTime<Utc>,
    /// What all lines of one operation have in common; no other session uses the same name.
    pub operation: String,
    pub kind: Kind,
    /// `scale`, `redeploy`, `stop-task` …
    #[serde(default)]
    pub action: String,
    /// The ARNs of what is changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// The ARN of the service that the targets belong to, where they are not the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The person's name on this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The ARN that AWS knows the person by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The endpoint that took AWS's own place, such as an emulator's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What was asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: Facts,
    /// What was so before, by the same names where it is what the parameters change.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: Facts,
    /// What had changed between preview and confirmation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub drift: BTreeMap<String, Change>,
    /// It was described again right before it was sent.
    #[serde(default)]
    pub checked: bool,
    /// Why the person wanted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The command of the AWS CLI that would do the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// AWS's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What came of it, in words: ours or AWS's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Of the request where AWS answered; from the attempt on where the operation ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

impl Entry {
    /// A later line of the same operation: the same people and things, and nothing yet of what came of it.
    #[must_use]
    pub fn follow(&self, at: DateTime<Utc>, kind: Kind) -> Self {
        Self {
            at,
            kind,
            parameters: Facts::new(),
            before: Facts::new(),
            drift: BTreeMap::new(),
            reason: None,
            command: None,
            request_id: None,
            result: None,
            duration_ms: None,
            ..self.clone()
        }
    }

    /// With its time in whole milliseconds, as the file has it.
    #[must_use]
    pub(super) fn rounded(&self) -> Self {
        Self { at: self.at.trunc_subsecs(3), ..self.clone() }
    }

    pub fn duration(&self) -> Option<TimeDelta> {
        Some(TimeDelta::milliseconds(i64::try_from(self.duration_ms?).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_keep_their_names_and_strange_ones_are_kept() {
        for (kind, name) in KINDS {
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("{name:?}"));
            assert_eq!(serde_json::from_str::<Kind>(&json).unwrap(), kind);
        }
        let strange: Kind = serde_json::from_str("\"paused\"").unwrap();
        assert_eq!((strange.as_str(), strange.is_end()), ("paused", false));
    }

    #[test]
    fn facts_come_back_as_they_were() {
        let facts = [
            Fact::from(true),
            Fact::from(14_u32),
            Fact::from("auth:88"),
            Fact::from(vec!["a", "b"]),
            Fact::Other(serde_json::json!({"deep": [1.5, null]})),
        ];
        for fact in facts {
            let json = serde_json::to_string(&fact).unwrap();
            assert_eq!(serde_json::from_str::<Fact>(&json).unwrap(), fact);
        }
        assert_eq!(Fact::from(vec![1_u32, 2]).to_string(), "1,2");
    }
}
