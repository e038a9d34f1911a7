//! What stands above the rows of a list while the credentials are not valid: what ended, when, and what to do.

use super::document::Line;
use super::format;
use super::table::Tone;
use crate::fleet::Fleet;
use crate::fleet::id::ContextId;
use crate::fleet::topic::FailureKind;

/// The lines of the banner, not broken yet; none without a reason for one. `profile` names that of a context.
pub fn banner<'a>(fleet: &Fleet, profile: impl Fn(ContextId) -> Option<&'a str>, utc: bool) -> Vec<Line> {
    let troubles = fleet.topics().filter_map(|(topic, freshness)| Some((topic, freshness.trouble.as_ref()?)));
    let ended = troubles.filter(|(_, trouble)| {
        matches!(trouble.failure.kind, FailureKind::Expired | FailureKind::NoCredentials)
    });
    let Some((topic, trouble)) = ended.min_by_key(|(topic, trouble)| (topic.context, trouble.since, *topic))
    else {
        return Vec::new();
    };
    let failure = &trouble.failure;
    let since = format::clock(trouble.since, utc);
    let profile = profile(topic.context);
    let whose = profile.map_or_else(String::new, |profile| format!(" of profile {profile}"));
    let what = if failure.kind == FailureKind::NoCredentials {
        format!("No credentials{whose} were found at {since}.")
    } else {
        format!("The credentials{whose} ended at {since}.")
    };
    let login = match profile {
        Some(profile) => format!("aws sso login --profile {profile}"),
        None => "aws sso login".to_owned(),
    };
    vec![
        Line::default().with(what, Tone::Strong).with(" The rows below are what was true then.", Tone::Plain),
        Line::default().with("run in another terminal  ", Tone::Label).with(login, Tone::Key),
        Line::plain("New credentials are noticed by themselves; the view, filters and marks stay."),
        Line::default().with(format!("{}: {}", failure.operation, failure.message), Tone::Dim),
    ]
}
