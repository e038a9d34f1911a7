//! DescribeLogGroups.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::World;
use super::super::super::world::logs;
use super::invalid;

pub fn describe(world: &World, region: &str, input: Input<'_>) -> Result<String, Refusal> {
    let prefix = input.text("logGroupNamePrefix")?;
    let part = input.text("logGroupNamePattern")?;
    let class = input.text("logGroupClass")?;
    let identifiers = input.texts("logGroupIdentifiers")?;
    if prefix.is_some() && part.is_some() {
        return Err(invalid("LogGroupNamePrefix and LogGroupNamePattern cannot be given together."));
    }
    if identifiers.len() > 50 {
        return Err(invalid("LogGroupIdentifiers can have at most 50 members."));
    }
    if let Some(other) =
        class.filter(|class| !matches!(*class, "STANDARD" | "INFREQUENT_ACCESS" | "DELIVERY"))
    {
        return Err(invalid(format!("The log group class {other} is not known.")));
    }
    let question = format!("{region} {prefix:?} {part:?} {class:?} {identifiers:?}");
    let page = Page::styled(input, Style::Logs, &["DescribeLogGroups", &question])?;
    let wanted: Vec<_> = identifiers.iter().map(|identifier| super::group_name(identifier)).collect();
    let names = logs::group_names(world, region).into_iter().filter(|name| {
        prefix.is_none_or(|prefix| name.starts_with(prefix))
            && part.is_none_or(|part| name.to_lowercase().contains(&part.to_lowercase()))
            && (wanted.is_empty() || wanted.contains(&name.as_str()))
    });
    let word = |infrequent: bool| if infrequent { "INFREQUENT_ACCESS" } else { "STANDARD" };
    let of_class = |name: &String| match class {
        None => true,
        Some(class) => logs::group(world, region, name).is_some_and(|group| word(group.infrequent) == class),
    };
    let cut = page.cut((0..).zip(names.filter(of_class)));
    let groups = cut.items.iter().filter_map(|name| logs::group(world, region, name));
    Ok(json::document(|o| {
        o.objects("logGroups", groups, |o, group| {
            let arn = group.arn(world);
            o.text("logGroupName", &group.name)
                .number("creationTime", group.created)
                .number_if("retentionInDays", group.retention)
                .number("metricFilterCount", 0)
                .text("arn", format_args!("{arn}:*"))
                .number("storedBytes", 1_000_003 * u64::from(group.retention.unwrap_or(400)))
                .text("logGroupClass", word(group.infrequent))
                .text("logGroupArn", arn);
        });
        cut.token(o);
    }))
}
