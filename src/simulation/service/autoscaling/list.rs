//! DescribeScalableTargets, DescribeScalingPolicies, DescribeScalingActivities and DescribeScheduledActions.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json::{self, Object};
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::scaling::{Activity, Outcome, Target};
use super::super::super::world::{ServiceKey, World};
use super::{about_ecs, dimension, service_of, write};

/// The targets that a request is about.
fn chosen<'w>(
    world: &'w World,
    input: Input<'_>,
    resources: Option<&[&str]>,
) -> Result<Vec<(ServiceKey, &'w Target)>, Refusal> {
    if !about_ecs(input)? || !dimension(input, resources.is_some())? {
        return Ok(Vec::new());
    }
    Ok(match resources {
        None => world.scaling.iter().map(|(key, target)| (*key, target)).collect(),
        Some(resources) => {
            let mut keys: Vec<_> = resources.iter().filter_map(|name| service_of(world, name)).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().filter_map(|key| Some((key, world.scaling.get(&key)?))).collect()
        }
    })
}

fn page(operation: &str, input: Input<'_>, most: usize) -> Result<Page, Refusal> {
    let filter = input.get("ResourceId").or(input.get("ResourceIds")).map(ToString::to_string);
    Page::styled(input, Style::AutoScaling { most }, &[operation, &filter.unwrap_or_default()])
}

/// A page of a list under its name.
fn answer<T>(
    member: &str,
    page: Page,
    items: impl IntoIterator<Item = T>,
    write: impl FnMut(&mut Object<'_>, T),
) -> String {
    let mut cut = page.cut((0..).zip(items));
    let items = std::mem::take(&mut cut.items);
    json::document(|o| {
        o.objects(member, items, write);
        cut.token(o);
    })
}

pub fn targets(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let names = input.texts("ResourceIds")?;
    let found = chosen(world, input, (!names.is_empty()).then_some(names.as_slice()))?;
    let page = page("DescribeScalableTargets", input, 50)?;
    Ok(answer("ScalableTargets", page, found, |o, (key, target)| write::target(o, world, key, target)))
}

/// The one resource of a request, if it names one.
fn of_one<'w>(world: &'w World, input: Input<'_>) -> Result<Vec<(ServiceKey, &'w Target)>, Refusal> {
    let name = input.text("ResourceId")?;
    chosen(world, input, name.as_ref().map(std::slice::from_ref))
}

pub fn policies(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let names = input.texts("PolicyNames")?;
    let found = of_one(world, input)?;
    let policies = found.iter().flat_map(|(key, target)| target.policies.iter().map(|policy| (*key, policy)));
    let policies = policies.filter(|(_, policy)| names.is_empty() || names.contains(&&*policy.name));
    let page = page("DescribeScalingPolicies", input, 10)?;
    Ok(answer("ScalingPolicies", page, policies, |o, (key, policy)| write::policy(o, world, key, policy)))
}

/// Newest first. What was not scaled is told only if it is asked for.
pub fn activities(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let all = input.flag("IncludeNotScaledActivities")?.unwrap_or(false);
    let found = of_one(world, input)?;
    let told = |activity: &Activity| all || !matches!(activity.outcome, Outcome::NotScaled(..));
    let mut activities: Vec<_> = found
        .iter()
        .flat_map(|(key, target)| target.activities.iter().map(|activity| (*key, activity)))
        .filter(|(_, activity)| told(activity))
        .collect();
    activities.sort_by_key(|(_, activity)| std::cmp::Reverse((activity.started, activity.number)));
    let page = page("DescribeScalingActivities", input, 50)?;
    Ok(answer("ScalingActivities", page, activities, |o, (key, activity)| {
        write::activity(o, world, key, activity);
    }))
}

pub fn scheduled(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let names = input.texts("ScheduledActionNames")?;
    let found = of_one(world, input)?;
    let actions = found.iter().flat_map(|(key, target)| target.scheduled.iter().map(|action| (*key, action)));
    let actions = actions.filter(|(_, action)| names.is_empty() || names.contains(&&*action.name));
    let page = page("DescribeScheduledActions", input, 50)?;
    Ok(answer("ScheduledActions", page, actions, |o, (key, action)| write::scheduled(o, world, key, action)))
}
