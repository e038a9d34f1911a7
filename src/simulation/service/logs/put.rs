//! CreateLogGroup, CreateLogStream and PutLogEvents: what the test of a reader writes.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::world::World;
use super::super::super::world::logs::put::{PutGroup, PutStream};
use super::super::super::world::logs::{self, walk};
use super::{EVENT_BYTES, PAGE_BYTES, invalid, missing_group, missing_stream};

const DAY: Millis = 86_400_000;
/// As many events as one request may have.
const MOST_EVENTS: usize = 10_000;

fn exists(what: &str) -> Refusal {
    Refusal::new("ResourceAlreadyExistsException", format!("The specified log {what} already exists"))
}

fn required<'a>(input: Input<'a>, member: &str) -> Result<&'a str, Refusal> {
    let given = input.text(member)?.filter(|text| !text.is_empty());
    given.ok_or_else(|| invalid(format!("{member} has to be given.")))
}

pub fn group(world: &mut World, region: &str, input: Input<'_>) -> Result<String, Refusal> {
    let name = required(input, "logGroupName")?;
    if logs::group(world, region, name).is_some() {
        return Err(exists("group"));
    }
    let infrequent = input.text("logGroupClass")? == Some("INFREQUENT_ACCESS");
    let group = PutGroup { made: true, created: world.now, infrequent, ..PutGroup::default() };
    world.logs.put.insert((region.into(), name.into()), group);
    Ok("{}".to_owned())
}

pub fn stream(world: &mut World, region: &str, input: Input<'_>) -> Result<String, Refusal> {
    let (group, name) = (required(input, "logGroupName")?, required(input, "logStreamName")?);
    let found = logs::group(world, region, group).ok_or_else(missing_group)?;
    if name.contains([':', '*']) || name.chars().count() > 512 {
        return Err(invalid("The logStreamName has at most 512 letters, without : and *."));
    }
    if walk::writers(world, &found).iter().any(|writer| *writer.name == *name) {
        return Err(exists("stream"));
    }
    let stream = PutStream::new(world.now);
    let group = world.logs.put.entry((region.into(), group.into())).or_default();
    group.streams.insert(Arc::from(name), stream);
    Ok("{}".to_owned())
}

pub fn events(world: &mut World, region: &str, input: Input<'_>) -> Result<String, Refusal> {
    let (group, name) = (required(input, "logGroupName")?, required(input, "logStreamName")?);
    let found = logs::group(world, region, group).ok_or_else(missing_group)?;
    if !walk::writers(world, &found).iter().any(|writer| *writer.name == *name) {
        return Err(missing_stream());
    }
    let mut events = Vec::new();
    for event in input.objects("logEvents")? {
        let at = event.whole("timestamp")?.ok_or_else(|| invalid("An event has a timestamp."))?;
        let message = event.text("message")?.filter(|message| !message.is_empty());
        events.push((at, message.ok_or_else(|| invalid("An event has a message."))?));
    }
    let bytes: usize = events.iter().map(|(_, message)| message.len() + EVENT_BYTES).sum();
    if events.is_empty() || events.len() > MOST_EVENTS || bytes > PAGE_BYTES {
        return Err(invalid("A batch has from 1 to 10,000 events and at most 1,048,576 bytes."));
    }
    if !events.is_sorted_by_key(|(at, _)| *at) {
        return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
    }
    let now = world.now;
    let old = events.iter().take_while(|(at, _)| *at < now - 14 * DAY).count();
    let new = events.iter().position(|(at, _)| *at > now + 2 * 60 * 60_000);
    let group = world.logs.put.entry((region.into(), group.into())).or_default();
    let stream = group.streams.entry(Arc::from(name)).or_insert_with(|| PutStream::new(now));
    for (at, message) in events.iter().take(new.unwrap_or(events.len())).skip(old) {
        stream.add(*at, now, message);
    }
    let rejected = match (old, new) {
        (0, None) => String::new(),
        (0, Some(new)) => format!(",\"rejectedLogEventsInfo\":{{\"tooNewLogEventStartIndex\":{new}}}"),
        (old, None) => format!(",\"rejectedLogEventsInfo\":{{\"tooOldLogEventEndIndex\":{old}}}"),
        (old, Some(new)) => format!(
            ",\"rejectedLogEventsInfo\":{{\"tooOldLogEventEndIndex\":{old},\"tooNewLogEventStartIndex\":{new}}}"
        ),
    };
    // The token means nothing any more.
    Ok(format!("{{\"nextSequenceToken\":\"{:056}\"{rejected}}}", now.unsigned_abs()))
}
