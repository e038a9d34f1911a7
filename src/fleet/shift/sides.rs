//! The two sides of a shift at the load balancer: which target group serves which, and what is sent there now.

use super::Side;
use crate::fleet::Fleet;
use crate::fleet::balancer::{Route, RouteId, TargetGroupId, TargetGroupKey};
use crate::fleet::id::Text;
use crate::fleet::percent::Percent;
use crate::fleet::service::{AdvancedBalancing, Service};

/// Gives both sides of a deployment by ECS their target groups, as far as something tells which is whose. The weights
/// do not: they are what is to be checked.
pub(super) fn place(fleet: &Fleet, service: &Service, blue: Option<&mut Side>, green: Option<&mut Side>) {
    let Some((first, advanced)) = pair(service) else { return };
    let Some(second) = advanced.alternate.as_ref() else { return };
    let (first, second) = (TargetGroupId::new(first.clone()), TargetGroupId::new(second.clone()));
    let (seen_blue, seen_green) = (blue.as_deref(), green.as_deref());
    let green_is_second = by_revisions(fleet, seen_blue, seen_green, &first)
        .or_else(|| by_targets(fleet, service, seen_blue, seen_green, (&first, &second)));
    let Some(green_is_second) = green_is_second else { return };
    let (of_blue, of_green) = if green_is_second { (first, second) } else { (second, first) };
    if let Some(side) = blue {
        side.target_group = Some(TargetGroupKey::Id(of_blue));
    }
    if let Some(side) = green {
        side.target_group = Some(TargetGroupKey::Id(of_green));
    }
}

/// The first load balancer with two target groups.
pub(super) fn pair(service: &Service) -> Option<(&Text, &AdvancedBalancing)> {
    service
        .load_balancers
        .iter()
        .find_map(|balancer| Some((balancer.target_group.as_ref()?, balancer.advanced.as_ref()?)))
}

/// The revisions tell it, where theirs differ.
fn by_revisions(
    fleet: &Fleet,
    blue: Option<&Side>,
    green: Option<&Side>,
    first: &TargetGroupId,
) -> Option<bool> {
    let group = |side: Option<&Side>| {
        let revision = fleet.revision(side?.revision.as_ref()?)?;
        revision.load_balancers.iter().find_map(|balancer| balancer.target_group.clone())
    };
    let (blue, green) = (group(blue)?, group(green)?);
    (blue != green).then(|| *blue == *first.as_str())
}

/// The addresses of green's tasks stand in the one, or those of blue's in the other.
fn by_targets(
    fleet: &Fleet,
    service: &Service,
    blue: Option<&Side>,
    green: Option<&Side>,
    (first, second): (&TargetGroupId, &TargetGroupId),
) -> Option<bool> {
    let stands_in = |side: Option<&Side>, group: &TargetGroupId| {
        let Some(started_by) = side.and_then(|side| side.started_by.as_ref()) else { return false };
        let Some(targets) = fleet.target_health(group) else { return false };
        let mut own = fleet.tasks_of(&service.cluster, &service.name).map(|known| &known.task);
        own.any(|task| {
            let ip = task.interface.as_ref().and_then(|interface| interface.private_ip.as_ref());
            task.started_by.as_ref() == Some(started_by)
                && ip.is_some_and(|ip| targets.iter().any(|target| target.id == *ip))
        })
    };
    if stands_in(green, second) || stands_in(blue, first) {
        return Some(true);
    }
    (stands_in(green, first) || stands_in(blue, second)).then_some(false)
}

/// What a route sends to each side now, blue first.
pub(super) fn live(
    fleet: &Fleet,
    route: Option<&RouteId>,
    blue: Option<&Side>,
    green: Option<&Side>,
) -> (Option<Percent>, Option<Percent>) {
    let Some(route) = route.and_then(|id| fleet.route(id)) else { return (None, None) };
    let of = |side: Option<&Side>| find(fleet, route, side?.target_group.as_ref()?);
    let (of_blue, of_green) = (of(blue), of(green));
    match (of_blue, of_green) {
        (Some(blue), Some(green)) => (route.share(&blue, Some(&green)), route.share(&green, Some(&blue))),
        // A group that is named nowhere gets nothing of what the other one does not get.
        (Some(blue), None) => {
            let share = route.share(&blue, None);
            (
                share,
                share.map(Percent::rest).filter(|_| green.is_some_and(|side| side.target_group.is_some())),
            )
        }
        (None, Some(green)) => {
            let share = route.share(&green, None);
            (share.map(Percent::rest).filter(|_| blue.is_some_and(|side| side.target_group.is_some())), share)
        }
        (None, None) => (None, None),
    }
}

/// The id behind a key: CodeDeploy gives names, which the route's own ids end with.
fn find(fleet: &Fleet, route: &Route, key: &TargetGroupKey) -> Option<TargetGroupId> {
    match key {
        TargetGroupKey::Id(id) => Some(id.clone()),
        TargetGroupKey::Name(name) => {
            let known = fleet.target_group(key).map(|group| group.id.clone());
            known.or_else(|| {
                let mut ids = route.forwards.iter().flat_map(|forward| &forward.weights).map(|(id, _)| id);
                ids.find(|id| *id.name() == **name).cloned()
            })
        }
    }
}
