//! What stands in the way right now, as sentences for the message line, the gravest first.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::absence;
use super::format;
use super::model::Model;
use crate::fleet::id::ContextId;
use crate::fleet::topic::{FailureKind, Subject, Topic, Trouble};

/// How grave a condition is, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gravity {
    /// Nothing new arrives until a person does something.
    Expired,
    /// Nobody answers.
    Offline,
    Throttled,
    /// One thing may not be looked at.
    Denied,
    /// One thing could not be looked at.
    Partial,
}

/// One condition of one context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub gravity: Gravity,
    pub context: ContextId,
    pub since: DateTime<Utc>,
    pub sentence: String,
}

/// All that is in the way, the gravest first; one condition of a kind per context.
pub fn conditions(model: &Model) -> Vec<Condition> {
    let mut groups: BTreeMap<(Gravity, ContextId), Vec<(&Topic, &Trouble)>> = BTreeMap::new();
    for (topic, trouble) in model.fleet.troubles() {
        let gravity = match trouble.failure.kind {
            FailureKind::Expired | FailureKind::NoCredentials => Gravity::Expired,
            FailureKind::Network | FailureKind::Timeout => Gravity::Offline,
            FailureKind::Throttled => Gravity::Throttled,
            FailureKind::Denied { .. } => Gravity::Denied,
            // What shows the missing facts tells it in their place.
            FailureKind::Unsupported | FailureKind::Missing => continue,
            FailureKind::Refused | FailureKind::Other => Gravity::Partial,
        };
        groups.entry((gravity, topic.context)).or_default().push((topic, trouble));
    }
    let conditions = groups.into_iter().filter_map(|((gravity, context), mut troubles)| {
        // What the shown screen misses is named before what others miss.
        let names = gravity > Gravity::Offline;
        let elsewhere = |topic: &Topic| names && !model.screen().shows(&topic.subject);
        troubles.sort_by_key(|(topic, trouble)| (elsewhere(topic), trouble.since, *topic));
        let (topic, first) = *troubles.first()?;
        let sentence = sentence(model, gravity, context, topic, first, troubles.len());
        Some(Condition { gravity, context, since: first.since, sentence })
    });
    conditions.collect()
}

/// The credentials of this context ended.
pub fn is_expired(model: &Model, context: ContextId) -> bool {
    conditions(model)
        .iter()
        .any(|condition| condition.gravity == Gravity::Expired && condition.context == context)
}

fn sentence(
    model: &Model,
    gravity: Gravity,
    context: ContextId,
    topic: &Topic,
    trouble: &Trouble,
    count: usize,
) -> String {
    let subject = match &topic.subject {
        Subject::Services => absence::named(model, &Subject::Services),
        other => other.to_string(),
    };
    let failure = &trouble.failure;
    let since = format::clock(trouble.since, model.utc);
    let retry = match trouble.retry_at {
        Some(at) if at > model.now => format!("Next try in {}.", format::age(at - model.now)),
        Some(_) => "Trying now.".to_owned(),
        None => "ctrl-r tries now.".to_owned(),
    };
    let more = if count > 1 { format!(" ({} more)", count - 1) } else { String::new() };
    match gravity {
        Gravity::Expired => {
            let profile = model.context(context).and_then(|info| info.profile.as_deref());
            let what = if failure.kind == FailureKind::NoCredentials {
                "No credentials"
            } else {
                "Credentials ended"
            };
            // What to do comes first: on small screens this line is all there is.
            match profile {
                Some(profile) => {
                    format!("Sign in: aws sso login --profile {profile}. {what} at {since}: data frozen.")
                }
                None => format!(
                    "{what} at {since}: data frozen. Renew them outside; they are noticed by themselves."
                ),
            }
        }
        Gravity::Offline => format!(
            "{} unreachable since {since}: {}. Data frozen. {retry}",
            place(model, context),
            failure.message
        ),
        Gravity::Throttled => {
            format!("AWS is limiting {}. Refresh of {subject} slowed{more}. {retry}", failure.operation)
        }
        Gravity::Denied => format!("{failure}: {subject} can't be shown{more}. {retry}"),
        Gravity::Partial => format!("{subject}: {failure}{more}. {retry}"),
    }
}

fn place(model: &Model, context: ContextId) -> String {
    let info = model.context(context);
    match info.and_then(|info| info.endpoint.as_deref()) {
        Some(endpoint) => endpoint.to_owned(),
        None => info.map_or_else(|| "AWS".to_owned(), |info| info.region.clone()),
    }
}
