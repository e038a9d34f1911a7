//! CloudWatch Logs, as far as somebody who reads logs needs it (AWS.md §4).

mod filter;
mod get;
mod groups;
mod pattern;
mod put;
mod streams;
pub mod tail;
mod token;

use super::super::wire::Refusal;
use super::super::wire::input::Input;
use super::super::world::World;
use super::super::world::logs::{self, Group};
use super::Asked;

/// The name of the service in IAM actions and ARNs.
pub const NAME: &str = "logs";

/// Its name in `x-amz-target`.
pub const TARGET: &str = "Logs_20140328";

/// As much as a page of events holds: an event counts its message and 26 bytes more, as when it is put.
const PAGE_BYTES: usize = 1 << 20;
const EVENT_BYTES: usize = 26;

pub fn perform(world: &mut World, asked: &Asked) -> Result<String, Refusal> {
    let input = Input::new(&asked.body);
    let region = region(world, asked);
    match asked.operation.as_str() {
        "DescribeLogGroups" => groups::describe(world, &region, input),
        "DescribeLogStreams" => streams::describe(world, &region, input),
        "GetLogEvents" => get::events(world, &region, input),
        "FilterLogEvents" => filter::events(world, &region, input),
        "CreateLogGroup" => put::group(world, &region, input),
        "CreateLogStream" => put::stream(world, &region, input),
        "PutLogEvents" => put::events(world, &region, input),
        _ => Err(super::unknown(asked)),
    }
}

/// The Region that a request was signed for.
fn region(world: &World, asked: &Asked) -> String {
    asked.region.clone().unwrap_or_else(|| world.place.region.to_string())
}

/// Guess: the words of most of them; the code is that of the service.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::parameter(message)
}

fn missing_group() -> Refusal {
    Refusal::new("ResourceNotFoundException", "The specified log group does not exist.")
}

fn missing_stream() -> Refusal {
    Refusal::new("ResourceNotFoundException", "The specified log stream does not exist.")
}

/// The group that a request names, by `logGroupName` or by `logGroupIdentifier`, which may be an ARN.
fn group(world: &World, region: &str, input: Input<'_>) -> Result<Group, Refusal> {
    let name = match (input.text("logGroupName")?, input.text("logGroupIdentifier")?) {
        (Some(_), Some(_)) => {
            return Err(invalid("LogGroupName and LogGroupIdentifier cannot be given together."));
        }
        (Some(name), None) => name,
        (None, Some(identifier)) => group_name(identifier),
        (None, None) => return Err(invalid("Either logGroupName or logGroupIdentifier has to be given.")),
    };
    logs::group(world, region, name).ok_or_else(missing_group)
}

/// The name in an ARN of a group; a name is returned as it is.
fn group_name(identifier: &str) -> &str {
    match identifier.split_once(":log-group:") {
        Some((_, name)) => name.strip_suffix(":*").unwrap_or(name),
        None => identifier,
    }
}

/// The resource that IAM names when it denies an operation on a group.
pub fn resource(world: &World, asked: &Asked) -> String {
    let text = |key: &str| asked.body.get(key).and_then(serde_json::Value::as_str);
    let listed = asked.body.get("logGroupIdentifiers").and_then(|list| list.get(0)?.as_str());
    let name = text("logGroupName").or(text("logGroupIdentifier")).or(listed).map_or("", group_name);
    let region = region(world, asked);
    let stream = if asked.operation == "StartLiveTail" { "" } else { ":log-stream:" };
    format!("arn:aws:logs:{region}:{}:log-group:{name}{stream}", world.place.account)
}
