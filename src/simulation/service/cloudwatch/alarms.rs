//! DescribeAlarms (AWS.md §3.4): a name that does not exist is simply not in the answer.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::World;
use super::super::super::world::alarm::AlarmState;
use super::invalid;
use super::write_alarm::{self, Shown};

/// As many names as one request may have.
const MOST_NAMES: usize = 100;

pub fn describe(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let names = input.texts("AlarmNames")?;
    if names.len() > MOST_NAMES {
        return Err(invalid(format!("AlarmNames can have at most {MOST_NAMES} members.")));
    }
    let prefix = input.text("AlarmNamePrefix")?;
    if prefix.is_some() && !names.is_empty() {
        return Err(invalid("AlarmNames and AlarmNamePrefix cannot be given together."));
    }
    let types = input.texts("AlarmTypes")?;
    if let Some(other) =
        types.iter().find(|kind| !matches!(**kind, "MetricAlarm" | "CompositeAlarm" | "LogAlarm"))
    {
        return Err(invalid(format!("The alarm type {other} is not known.")));
    }
    let state = match input.text("StateValue")? {
        None => None,
        Some("OK") => Some(AlarmState::Ok),
        Some("ALARM") => Some(AlarmState::Alarm),
        Some("INSUFFICIENT_DATA") => Some(AlarmState::InsufficientData),
        Some(other) => return Err(invalid(format!("The state {other} is not known."))),
    };
    // Omitted means metric alarms only.
    let (metric, composite) = match types.as_slice() {
        [] => (true, false),
        some => (some.contains(&"MetricAlarm"), some.contains(&"CompositeAlarm")),
    };
    let question = format!("{names:?} {prefix:?} {types:?} {state:?}");
    let page =
        Page::styled(input, Style::CloudWatch { default: 50, most: 100 }, &["DescribeAlarms", &question])?;
    let all = write_alarm::every(world).filter(|alarm| {
        (names.is_empty() || names.contains(&&*alarm.name))
            && prefix.is_none_or(|prefix| alarm.name.starts_with(prefix))
            && state.is_none_or(|state| alarm.state == state)
            && if alarm.rule.is_some() { composite } else { metric }
    });
    let cut = page.cut((0..).zip(all));
    let of = |composite: bool| {
        cut.items.iter().filter(move |alarm: &&Shown<'_>| alarm.rule.is_some() == composite)
    };
    Ok(json::document(|o| {
        o.objects("MetricAlarms", of(false), |o, alarm| write_alarm::metric(o, world, alarm))
            .objects("CompositeAlarms", of(true), |o, alarm| write_alarm::composite(o, world, alarm))
            .none("LogAlarms");
        cut.token(o);
    }))
}
