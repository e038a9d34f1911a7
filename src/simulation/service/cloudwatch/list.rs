//! ListMetrics: which metrics there are.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::wire::page::{Page, Style};
use super::super::super::world::World;
use super::super::super::world::balancer::find;
use super::super::super::world::metric::{GroupMeasure, Series, ServiceMeasure};
use super::missing;
use super::series::{BALANCERS, SERVICES, dimensions};

/// A page has at most that many, and the size cannot be chosen.
const PAGE: usize = 500;

pub fn metrics(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let (namespace, name) = (input.text("Namespace")?, input.text("MetricName")?);
    let mut wanted = Vec::new();
    for filter in input.objects("Dimensions")? {
        let key = filter.text("Name")?.ok_or_else(|| missing("Name"))?;
        wanted.push((key, filter.text("Value")?));
    }
    let question = format!("{namespace:?} {name:?} {wanted:?}");
    let page =
        Page::styled(input, Style::CloudWatch { default: PAGE, most: PAGE }, &["ListMetrics", &question])?;
    let all = every(world).filter(|(space, measure, _)| {
        namespace.is_none_or(|namespace| namespace == *space) && name.is_none_or(|name| name == *measure)
    });
    let found = all.filter_map(|(space, measure, series)| {
        let dimensions = dimensions(world, series)?;
        let fits = wanted.iter().all(|(key, value)| {
            dimensions.iter().any(|(name, is)| name == key && value.is_none_or(|value| value == is))
        });
        fits.then_some((space, measure, dimensions))
    });
    let cut = page.cut((0..).zip(found));
    Ok(json::document(|o| {
        o.objects("Metrics", &cut.items, |o, (namespace, measure, dimensions)| {
            o.text("Namespace", namespace).text("MetricName", measure).pairs(
                "Dimensions",
                ("Name", "Value"),
                dimensions.iter().map(|(name, value)| (name, value)),
            );
        });
        cut.token(o);
    }))
}

fn every(world: &World) -> impl Iterator<Item = (&'static str, &'static str, Series)> {
    let groups = find::groups(world).flat_map(|(service, slot)| {
        GroupMeasure::ALL.map(|(name, measure)| (BALANCERS, name, Series::Group { service, slot, measure }))
    });
    let services = world.services.iter().flat_map(|service| {
        let service = service.key;
        ServiceMeasure::ALL.map(|(name, measure)| (SERVICES, name, Series::Service { service, measure }))
    });
    groups.chain(services)
}
