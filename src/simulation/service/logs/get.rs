//! GetLogEvents: the events of one stream, from either end, with tokens in both directions.

use std::fmt::Write;

use super::super::super::Millis;
use super::super::super::name;
use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::world::World;
use super::super::super::world::logs::walk::{self, Key, Question};
use super::{EVENT_BYTES, PAGE_BYTES, filter, invalid, missing_stream, token};

pub fn events(world: &World, region: &str, input: Input<'_>) -> Result<String, Refusal> {
    let group = super::group(world, region, input)?;
    let Some(stream) = input.text("logStreamName")? else {
        return Err(invalid("logStreamName has to be given."));
    };
    let mut writers = walk::writers(world, &group);
    writers.retain(|writer| *writer.name == *stream && writer.created(world.now).is_some());
    if writers.is_empty() {
        return Err(missing_stream());
    }
    let (start, end) = (input.whole("startTime")?, input.whole("endTime")?);
    let limit = filter::limit(input)?;
    let question = name::number_of(&format!("{region} {} {stream} {start:?} {end:?}", group.name));
    let token = input.text("nextToken")?;
    // A token says the direction; without one it is that of the request.
    let (forward, after) = match token.and_then(|token| token.split_once('/')) {
        _ if token.is_none() => (input.flag("startFromHead")?.unwrap_or(false), None),
        Some((side @ ("f" | "b"), rest)) => {
            let (place, _) = token::open(rest, question).ok_or_else(wrong_token)?;
            (side == "f", Some(place))
        }
        _ => return Err(wrong_token()),
    };
    let from = start.unwrap_or(0).max(group.kept_since(world.now));
    // Here the end does not belong to the range.
    let to = end.map_or(Millis::MAX, |end| end - 1);
    let asked = Question { from, to, forward, after, ingested: (Millis::MIN, world.now), tireless: false };
    let (mut events, mut bytes) = (Vec::new(), 0);
    let way = walk::walk(&writers, asked, |event| {
        let size = event.message.len() + EVENT_BYTES;
        if events.len() == limit || (!events.is_empty() && bytes + size > PAGE_BYTES) {
            return false;
        }
        bytes += size;
        events.push((event.key, event.message.to_owned()));
        true
    });
    if !forward {
        events.reverse();
    }
    // An empty page that is not the end leads on; at the end the token stays as it is.
    let standing = match way {
        walk::Way::Stopped(place) => place,
        walk::Way::End => {
            after.unwrap_or_else(|| Key::edge(if forward { from } else { to.min(world.now) }, !forward))
        }
    };
    let first = events.first().map_or(standing, |(key, _)| *key);
    let last = events.last().map_or(standing, |(key, _)| *key);
    let mut out = String::with_capacity(64 * 1024);
    out.push_str("{\"events\":[");
    for (place, (key, message)) in events.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        json::append(&mut out, |o| {
            o.number("timestamp", key.at).text("message", message).number("ingestionTime", key.ingested);
        });
    }
    let (forward, backward) = (token::seal(last, false, question), token::seal(first, false, question));
    let _ = write!(out, "],\"nextForwardToken\":\"f/{forward}\",\"nextBackwardToken\":\"b/{backward}\"}}");
    Ok(out)
}

fn wrong_token() -> Refusal {
    invalid("The specified nextToken is invalid.")
}
