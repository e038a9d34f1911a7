//! FilterLogEvents: the events of many streams of a group in the order of time, page by page (AWS.md §4.2).

use std::fmt::Write;

use super::super::super::Millis;
use super::super::super::name::{self, Purpose};
use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::World;
use super::super::super::world::logs::Group;
use super::super::super::world::logs::walk::{self, Key, Question, Way, Writer};
use super::pattern::Pattern;
use super::{EVENT_BYTES, PAGE_BYTES, invalid, missing_stream, token};

/// As many events as a page has.
pub const MOST_EVENTS: usize = 10_000;
/// As many streams as a request may name.
pub const MOST_STREAMS: usize = 100;
/// Newest first is for events from 2024 on.
const NEWEST_FIRST_SINCE: Millis = 1_704_067_200_000;
/// One of so many tokens leads to an empty page first.
const EMPTY: u64 = 9;

pub fn events(world: &World, region: &str, input: Input<'_>) -> Result<String, Refusal> {
    let group = super::group(world, region, input)?;
    let names = input.texts("logStreamNames")?;
    let prefix = input.text("logStreamNamePrefix")?;
    let writers = chosen(world, &group, &names, prefix)?;
    let (start, end) = (input.whole("startTime")?, input.whole("endTime")?);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(invalid("End time must not be less than start time."));
    }
    let forward = input.flag("startFromHead")?.unwrap_or(true);
    if !forward && start.is_none_or(|start| start < NEWEST_FIRST_SINCE) {
        return Err(invalid("startFromHead = false needs a startTime of 2024-01-01T00:00:00Z or later."));
    }
    let pattern = input.text("filterPattern")?.unwrap_or_default();
    let limit = limit(input)?;
    let question = name::number_of(&format!(
        "{region} {} {names:?} {prefix:?} {start:?} {end:?} {forward} {pattern}",
        group.name
    ));
    let pattern = Pattern::read(pattern)?;
    let after = match input.text("nextToken")? {
        None => None,
        Some(given) => {
            Some(token::open(given, question).ok_or_else(|| invalid("The specified nextToken is invalid."))?)
        }
    };
    let mut out = String::with_capacity(64 * 1024);
    out.push_str("{\"events\":[");
    let next = match after {
        // Empty pages with a token are normal.
        Some((place, false)) if is_empty(place, question) => Some(token::seal(place, true, question)),
        _ => {
            let asked = Question {
                from: start.unwrap_or(0).max(group.kept_since(world.now)),
                to: end.unwrap_or(Millis::MAX),
                forward,
                after: after.map(|(place, _)| place),
                ingested: (Millis::MIN, world.now),
                tireless: false,
            };
            match page(&writers, asked, &pattern, limit, &mut out) {
                (Way::Stopped(place), _) => Some(token::seal(place, false, question)),
                // Not even the end is known to be the end at times.
                (Way::End, Some(last)) if is_empty(last, question) => Some(token::seal(last, true, question)),
                (Way::End, _) => None,
            }
        }
    };
    out.push_str("],\"searchedLogStreams\":[]");
    if let Some(next) = next {
        let _ = write!(out, ",\"nextToken\":\"{next}\"");
    }
    out.push('}');
    Ok(out)
}

/// Writes the events of a page; the last one, too, if it is not empty.
fn page(
    writers: &[Writer<'_>],
    asked: Question,
    pattern: &Pattern,
    limit: usize,
    out: &mut String,
) -> (Way, Option<Key>) {
    let (mut count, mut bytes, mut last) = (0, 0, None);
    let way = walk::walk(writers, asked, |event| {
        if !pattern.matches(event.message) {
            return true;
        }
        let size = event.message.len() + EVENT_BYTES;
        if count == limit || (count > 0 && bytes + size > PAGE_BYTES) {
            return false;
        }
        (count, bytes, last) = (count + 1, bytes + size, Some(event.key));
        if count > 1 {
            out.push(',');
        }
        json::append(out, |o| {
            o.text("logStreamName", event.stream)
                .number("timestamp", event.key.at)
                .text("message", event.message)
                .number("ingestionTime", event.key.ingested)
                .text("eventId", event.key.event_id());
        });
        true
    });
    (way, last)
}

fn is_empty(place: Key, question: u64) -> bool {
    let number = name::derive(question, Purpose::Request, place.stream ^ place.at.unsigned_abs());
    number.is_multiple_of(EMPTY)
}

/// How many events a page may have, from 1 to 10,000.
pub fn limit(input: Input<'_>) -> Result<usize, Refusal> {
    match input.whole("limit")?.map(usize::try_from) {
        None => Ok(MOST_EVENTS),
        Some(Ok(limit)) if (1..=MOST_EVENTS).contains(&limit) => Ok(limit),
        Some(_) => Err(invalid(format!("The limit must be between 1 and {MOST_EVENTS}."))),
    }
}

/// The streams that are asked for, which have to exist.
fn chosen<'w>(
    world: &'w World,
    group: &Group,
    names: &[&str],
    prefix: Option<&str>,
) -> Result<Vec<Writer<'w>>, Refusal> {
    if names.len() > MOST_STREAMS {
        return Err(invalid(format!("logStreamNames can have at most {MOST_STREAMS} members.")));
    }
    if !names.is_empty() && prefix.is_some() {
        return Err(invalid("logStreamNames and logStreamNamePrefix cannot be given together."));
    }
    let mut writers = walk::writers(world, group);
    writers.retain(|writer| {
        (names.is_empty() || names.contains(&&*writer.name))
            && prefix.is_none_or(|prefix| writer.name.starts_with(prefix))
            && writer.created(world.now).is_some()
    });
    let known = |name: &str| writers.iter().any(|writer| *writer.name == *name);
    if names.iter().all(|name| known(name)) { Ok(writers) } else { Err(missing_stream()) }
}
