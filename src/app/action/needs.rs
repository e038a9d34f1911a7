//! What has to be known of a blue/green deployment while somebody decides about it, or waits for its end.

use std::collections::BTreeSet;

use super::shift::shift_of;
use crate::fleet::Fleet;
use crate::fleet::balancer::{RouteId, TargetGroupId, TargetGroupKey};
use crate::fleet::codedeploy::CodeDeployId;
use crate::fleet::id::Text;
use crate::fleet::service::{Controller, Service};
use crate::fleet::shift::{Shift, ShiftId, Side};
use crate::fleet::topic::Subject;

/// Seconds after which it is asked again; `None` when one answer is enough.
pub type Cadence = Option<u32>;

const ONCE: Cadence = None;
/// How often a deployment is looked at, and what its traffic meets.
const DEPLOYMENT: Cadence = Some(2);
const TRAFFIC: Cadence = Some(10);
/// CloudWatch counts whole minutes, and alarms are asked seldom enough to leave AWS its own look at them.
const MINUTES: Cadence = Some(60);

/// The deployment itself, with what stands behind it.
pub fn deployment(fleet: &Fleet, service: &Service) -> Vec<(Cadence, Subject)> {
    match service.controller {
        Controller::CodeDeploy => of_codedeploy(fleet, service),
        _ => match shift_of(fleet, &service.id).map(|shift| shift.id) {
            Some(ShiftId::Ecs(id)) => vec![(DEPLOYMENT, Subject::Deployment(id))],
            _ => Vec::new(),
        },
    }
}

/// What speaks for it and against it: targets, weights, alarms and requests of both sides.
pub fn evidence(fleet: &Fleet, service: &Service) -> Vec<(Cadence, Subject)> {
    let Some(shift) = shift_of(fleet, &service.id) else { return Vec::new() };
    let keys = target_groups(service, &shift);
    let mut subjects = Vec::new();
    if !shift.is_over() && !shift.guards.alarms.is_empty() {
        subjects.push((MINUTES, Subject::Alarms));
    }
    let unknown: Vec<TargetGroupKey> =
        keys.iter().filter(|key| !fleet.is_target_group_known(key)).cloned().collect();
    if !unknown.is_empty() {
        subjects.push((ONCE, Subject::TargetGroups(unknown)));
    }
    let groups: Vec<_> = keys.iter().filter_map(|key| Some(fleet.target_group(key)?.id.clone())).collect();
    subjects.extend(groups.iter().map(|id| (TRAFFIC, Subject::TargetHealth(id.clone()))));
    if !groups.is_empty() && !shift.is_over() {
        subjects.push((MINUTES, Subject::Traffic(groups)));
    }
    let routes = routes(fleet, service);
    if !routes.is_empty() {
        subjects.push((TRAFFIC, Subject::Routes(routes)));
    }
    let definition = |side: &Option<Side>| side.as_ref().and_then(|side| side.definition.clone());
    let definitions = [definition(&shift.green), definition(&shift.blue)].into_iter().flatten();
    let unknown = definitions.filter(|id| !fleet.is_definition_known(id));
    subjects.extend(unknown.map(|id| (ONCE, Subject::Definition(id))));
    subjects
}

fn of_codedeploy(fleet: &Fleet, service: &Service) -> Vec<(Cadence, Subject)> {
    let mut ids: BTreeSet<CodeDeployId> = service
        .task_sets
        .iter()
        .filter_map(|set| CodeDeployId::of_task_set(set.external_id.as_deref()?))
        .collect();
    let mut subjects = Vec::new();
    let mut configs: BTreeSet<Text> = BTreeSet::new();
    if let Some(group) = fleet.group_of(service) {
        ids.extend(group.last_attempted.clone());
        ids.extend(group.last_successful.clone());
        configs.extend(group.config.clone());
    }
    let undoing: Vec<_> =
        ids.iter().filter_map(|id| fleet.codedeployment(id)?.rolled_back_by.clone()).collect();
    ids.extend(undoing);
    for id in ids {
        let known = fleet.codedeployment(&id);
        configs.extend(known.and_then(|known| known.config.clone()));
        if let Some(group) = known.and_then(|known| known.group.clone()) {
            let subject = (MINUTES, Subject::DeploymentGroup(group));
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        // What has ended does not change any more.
        if known.is_none_or(|known| !known.status.is_final()) {
            let (cluster, service) = (service.cluster.clone(), service.id.clone());
            subjects.push((DEPLOYMENT, Subject::CodeDeployment(id, cluster, service)));
        }
    }
    let unknown = configs.into_iter().filter(|config| fleet.routing(config).is_none());
    subjects.extend(unknown.map(|config| (ONCE, Subject::Routing(config))));
    subjects
}

/// Those of both sides. Of a deployment by ECS both of the service, whichever side they are placed on: whose is which
/// is told by the targets that stand in them.
fn target_groups(service: &Service, shift: &Shift) -> Vec<TargetGroupKey> {
    let sides = shift.blue.iter().chain(&shift.green);
    let mut keys: Vec<TargetGroupKey> = sides.filter_map(|side| side.target_group.clone()).collect();
    if service.controller != Controller::CodeDeploy {
        let advanced = service.load_balancers.iter().filter_map(|balancer| {
            let alternate = balancer.advanced.as_ref()?.alternate.as_ref()?;
            Some([balancer.target_group.as_ref()?, alternate])
        });
        keys.extend(advanced.flatten().map(|arn| TargetGroupKey::Id(TargetGroupId::new(arn.clone()))));
    }
    keys.sort();
    keys.dedup();
    keys
}

/// The listeners and rules of production and test.
pub fn routes(fleet: &Fleet, service: &Service) -> Vec<RouteId> {
    if service.controller == Controller::CodeDeploy {
        let group = fleet.group_of(service);
        return group
            .into_iter()
            .flat_map(|group| [&group.production, &group.test])
            .flatten()
            .cloned()
            .collect();
    }
    let advanced = service.load_balancers.iter().filter_map(|balancer| balancer.advanced.as_ref());
    let arns = advanced.flat_map(|advanced| [&advanced.production, &advanced.test]).flatten();
    arns.map(|arn| RouteId(arn.clone())).collect()
}
