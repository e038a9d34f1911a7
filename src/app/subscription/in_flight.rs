//! The deployments in flight, by context, and the load balancers of the service that is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::Wanted;
use crate::app::action::ask::Ask;
use crate::app::model::{Model, Overlay};
use crate::fleet::Fleet;
use crate::fleet::balancer::{RouteId, TargetGroupKey};
use crate::fleet::codedeploy::{CodeDeployId, CodeDeployment, GroupId};
use crate::fleet::id::{ClusterId, ContextId, DeploymentId, ServiceId, Text};
use crate::fleet::service::{Controller, Service};
use crate::fleet::shift::ShiftId;
use crate::fleet::topic::Subject;

/// The deployments of a context that are under way, and what has to be known to judge them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InFlight {
    pub ecs: BTreeSet<DeploymentId>,
    /// The cluster and the service name the ECS target.
    pub codedeploy: BTreeMap<CodeDeployId, (ClusterId, ServiceId)>,
    pub groups: BTreeSet<GroupId>,
    /// Deployment configurations of CodeDeploy, by their names.
    pub routings: BTreeSet<Text>,
    pub alarms: BTreeSet<Text>,
    /// CodeDeploy deploys services here: what has begun is looked for before a task set names it.
    pub newcomers: bool,
}

/// Seconds between two looks at targets and listeners while somebody has their service open.
const BALANCING: u32 = 5;

/// What is looked at in turn.
pub(super) fn in_flight(model: &Model) -> BTreeMap<ContextId, InFlight> {
    let fleet = &model.fleet;
    let mut all: BTreeMap<ContextId, InFlight> = BTreeMap::new();
    for service in fleet.delivered() {
        let work = all.entry(service.context).or_default();
        work.ecs.extend(service.deployment.clone());
        work.newcomers |= service.controller == Controller::CodeDeploy;
        let place = (service.cluster.clone(), service.id.clone());
        for id in codedeployments(fleet, service) {
            let known = fleet.codedeployment(&id);
            if known.is_some_and(|known| !known.is_in_flight(model.now)) {
                continue;
            }
            let config = known.and_then(|known| known.config.clone());
            work.routings.extend(config.filter(|config| fleet.routing(config).is_none()));
            work.codedeploy.insert(id, place.clone());
        }
    }
    // The group of a deployment that has begun names the service, where no task set does yet.
    for known in fleet.codedeployments().filter(|known| known.is_in_flight(model.now)) {
        all.entry(known.context).or_default().groups.extend(known.group.clone());
    }
    for shift in model.shifts.in_flight() {
        let work = all.entry(shift.context).or_default();
        // A service names its deployment only while it runs; how it ended the deployment itself has to tell.
        if let ShiftId::Ecs(id) = &shift.id {
            work.ecs.insert(id.clone());
        }
        work.alarms.extend(shift.guards.alarms.iter().map(|guard| guard.alarm.clone()));
    }
    // Before a new deployment of CodeDeploy a person has to see which alarms would stop it.
    if let Some(Overlay::Dialog(dialog)) = &model.overlay
        && let Ask::Release { service, .. } = &dialog.ask
        && let Some(group) = fleet.service(service).and_then(|service| fleet.group_of(service))
    {
        let names = group.alarms.names.iter().filter(|_| group.alarms.enabled).cloned();
        all.entry(group.context).or_default().alarms.extend(names);
    }
    all.retain(|_, work| *work != InFlight::default());
    all
}

/// Those of its task sets, the one that its group tried last, and the ones that roll these back.
fn codedeployments(fleet: &Fleet, service: &Service) -> Vec<CodeDeployId> {
    let mut all: Vec<CodeDeployId> = service.codedeployments().collect();
    let attempted = fleet.group_of(service).and_then(|group| group.last_attempted.clone());
    all.extend(attempted.filter(|id| !all.contains(id)));
    let back = |id: &CodeDeployId| {
        fleet
            .codedeployment(id)
            .and_then(|known: &std::sync::Arc<CodeDeployment>| known.rolled_back_by.clone())
    };
    let rollbacks: Vec<CodeDeployId> = all.iter().filter_map(back).collect();
    for id in rollbacks {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    all
}

/// The target groups and routes of a service, as far as they are known.
pub fn balancing(fleet: &Fleet, service: &Service) -> (Vec<TargetGroupKey>, Vec<RouteId>) {
    let (mut groups, mut routes) = (Vec::new(), Vec::new());
    for balancer in &service.load_balancers {
        let advanced = balancer.advanced.as_ref();
        let alternate = advanced.and_then(|advanced| advanced.alternate.clone());
        let arns = balancer.target_group.iter().cloned().chain(alternate);
        groups.extend(arns.map(|arn| TargetGroupKey::Id(crate::fleet::balancer::TargetGroupId::new(arn))));
        let rules = advanced.into_iter().flat_map(|advanced| [&advanced.production, &advanced.test]);
        routes.extend(rules.flatten().map(|arn| RouteId::new(arn.clone())));
    }
    for arn in service.task_sets.iter().flat_map(|set| &set.target_groups) {
        groups.push(TargetGroupKey::Id(crate::fleet::balancer::TargetGroupId::new(arn.clone())));
    }
    if let Some(group) = fleet.group_of(service) {
        groups.extend(group.target_groups.iter().cloned().map(TargetGroupKey::Name));
        routes.extend(group.production.iter().chain(&group.test).cloned());
    }
    groups.sort();
    groups.dedup();
    routes.sort();
    routes.dedup();
    (groups, routes)
}

impl Wanted<'_> {
    /// The load balancer's side of a service; with what each target group answered.
    pub(super) fn balancing(&mut self, context: ContextId, id: &ServiceId) {
        let fleet = &self.model.fleet;
        let Some(service) = fleet.service(id) else { return };
        let (groups, routes) = balancing(fleet, service);
        let unknown: Vec<TargetGroupKey> =
            groups.iter().filter(|key| !fleet.is_target_group_known(key)).cloned().collect();
        let mut known: Vec<_> = groups.iter().filter_map(|key| fleet.target_group(key)).collect();
        known.sort_by(|a, b| a.id.cmp(&b.id));
        known.dedup_by(|a, b| a.id == b.id);
        let ids: Vec<_> = known.iter().map(|group| group.id.clone()).collect();
        if !unknown.is_empty() {
            self.once(context, Subject::TargetGroups(unknown));
        }
        for group in ids {
            self.every(BALANCING, context, Subject::TargetHealth(group));
        }
        if !routes.is_empty() {
            self.every(BALANCING, context, Subject::Routes(routes));
        }
    }
}
