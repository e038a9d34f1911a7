//! DescribeLogStreams: those that have their first event.

use std::cmp::Reverse;

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::World;
use super::super::super::world::logs::walk;
use super::invalid;

pub fn describe(world: &World, region: &str, input: Input<'_>) -> Result<String, Refusal> {
    let group = super::group(world, region, input)?;
    let prefix = input.text("logStreamNamePrefix")?;
    let by_time = match input.text("orderBy")? {
        None | Some("LogStreamName") => false,
        Some("LastEventTime") => true,
        Some(other) => return Err(invalid(format!("The order {other} is not known."))),
    };
    if by_time && prefix.is_some() {
        return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let descending = input.flag("descending")?.unwrap_or(false);
    let question = format!("{region} {} {prefix:?} {by_time} {descending}", group.name);
    let page = Page::styled(input, Style::Logs, &["DescribeLogStreams", &question])?;
    let mut streams: Vec<_> = walk::writers(world, &group)
        .into_iter()
        .filter(|writer| prefix.is_none_or(|prefix| writer.name.starts_with(prefix)))
        .filter_map(|writer| Some((writer.created(world.now)?, writer.span(world.now), writer.name)))
        .collect();
    if by_time {
        streams.sort_by_key(|(_, span, _)| span.map(|span| span.1));
    }
    if descending && by_time {
        streams.sort_by_key(|(_, span, _)| Reverse(span.map(|span| span.1)));
    } else if descending {
        streams.reverse();
    }
    let arn = group.arn(world);
    let cut = page.cut((0..).zip(streams));
    Ok(json::document(|o| {
        o.objects("logStreams", &cut.items, |o, (created, span, name)| {
            o.text("logStreamName", name)
                .number("creationTime", created)
                .number_if("firstEventTimestamp", span.map(|span| span.0))
                .number_if("lastEventTimestamp", span.map(|span| span.1))
                .number_if("lastIngestionTime", span.map(|span| span.1 + 1_000))
                .text("arn", format_args!("{arn}:log-stream:{name}"))
                .number("storedBytes", 0);
        });
        cut.token(o);
    }))
}
