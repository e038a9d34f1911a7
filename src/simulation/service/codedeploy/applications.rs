//! ListApplications, GetApplication and BatchGetApplications.

use super::super::super::name::{self, Purpose};
use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json::{self, Object};
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::World;
use super::{application, exists, within};

pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let page = Page::styled(input, Style::CodeDeploy, &["ListApplications"])?;
    let mut names: Vec<_> = world.codedeploy.groups.values().map(|group| &*group.application).collect();
    names.sort_unstable();
    names.dedup();
    let cut = page.cut((0..).zip(names));
    Ok(json::document(|o| {
        o.texts("applications", &cut.items);
        cut.token(o);
    }))
}

pub fn get(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let name = application(world, input)?;
    Ok(json::document(|o| {
        o.object("application", |o| write(o, world, name));
    }))
}

pub fn batch(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let names = input.texts("applicationNames")?;
    if names.is_empty() {
        return Err(Refusal::new("ApplicationNameRequiredException", "Application name is required."));
    }
    within(names.len(), 100)?;
    names.iter().try_for_each(|name| exists(world, name))?;
    Ok(json::document(|o| {
        o.objects("applicationsInfo", names, |o, name| write(o, world, name));
    }))
}

fn write(o: &mut Object<'_>, world: &World, name: &str) {
    let groups = world.codedeploy.groups.values().filter(|group| &*group.application == name);
    let created = groups.map(|group| group.created).min().unwrap_or(world.now);
    o.text("applicationId", name::uuid(world.seed, Purpose::Policy, name::number_of(name)))
        .text("applicationName", name)
        .time("createTime", created)
        .flag("linkedToGitHub", false)
        .text("computePlatform", "ECS");
}
