//! ListTaskDefinitions, ListTaskDefinitionFamilies and DescribeTaskDefinition.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::wire::page::Page;
use super::super::super::world::World;
use super::write_definition;

pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let prefix = input.text("familyPrefix")?.unwrap_or_default();
    let status = input.text("status")?.unwrap_or("ACTIVE");
    let sort = input.text("sort")?.unwrap_or("ASC");
    let page = Page::read(input, 100, &["ListTaskDefinitions", prefix, status, sort])?;
    // Here the prefix is the whole name of a family.
    let families = world.families.iter().filter(|(family, _)| prefix.is_empty() || &***family == prefix);
    let mut found: Vec<_> = families
        .flat_map(|(_, keys)| keys)
        .filter_map(|key| world.definition(*key))
        .filter(|definition| definition.active == (status == "ACTIVE"))
        .collect();
    if sort == "DESC" {
        found.reverse();
    }
    let cut = page.cut((0..).zip(found));
    Ok(json::document(|o| {
        o.texts(
            "taskDefinitionArns",
            cut.items.iter().map(|found| world.place.ecs(found.resource()).to_string()),
        );
        cut.token(o);
    }))
}

pub fn list_families(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let prefix = input.text("familyPrefix")?.unwrap_or_default();
    let status = input.text("status")?.unwrap_or("ALL");
    let page = Page::read(input, 100, &["ListTaskDefinitionFamilies", prefix, status])?;
    let families = world.families.iter().filter(|(family, keys)| {
        let active = keys.iter().filter_map(|key| world.definition(*key)).any(|definition| definition.active);
        family.starts_with(prefix) && (status == "ALL" || (status == "ACTIVE") == active)
    });
    let cut = page.cut((0..).zip(families.map(|(family, _)| family)));
    Ok(json::document(|o| {
        o.texts("families", &cut.items);
        cut.token(o);
    }))
}

pub fn describe(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let reference = input.required("taskDefinition", "Task definition")?;
    let definition = super::definition(world, reference).and_then(|key| world.definition(key));
    let definition = definition.ok_or_else(|| Refusal::client("Unable to describe task definition."))?;
    let tags = super::includes(input, "TAGS")?;
    Ok(json::document(|o| {
        o.object("taskDefinition", |o| write_definition::write(o, world, definition));
        if tags {
            o.pairs("tags", ("key", "value"), [("environment", "production")]);
        }
    }))
}

/// An inactive revision runs on where it runs, and can be described, but no longer deployed.
pub fn deregister(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let reference = input.required("taskDefinition", "Task definition")?;
    let key = super::definition(world, reference).filter(|_| reference.contains(':'));
    let key = key.ok_or_else(|| Refusal::client("The specified task definition does not exist."))?;
    world.deregister(key);
    Ok(json::document(|o| {
        if let Some(definition) = world.definition(key) {
            o.object("taskDefinition", |o| write_definition::write(o, world, definition));
        }
    }))
}
