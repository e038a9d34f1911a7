//! What is learnt of deployments beside ECS's own answers, and how it is found again.

use std::sync::Arc;

use super::alarm::Alarm;
use super::balancer::{Route, RouteId, Target, TargetGroup, TargetGroupId, TargetGroupKey};
use super::codedeploy::{CodeDeployId, CodeDeployment, DeploymentGroup, EcsTarget, GroupId, Routing};
use super::deployment::ServiceDeployment;
use super::id::{ContextId, ServiceId, Text};
use super::service::Service;
use super::traffic::Traffic;
use super::{Delivery, Fleet};

/// Deployments of CodeDeploy kept at least; of more than four per service those that are over are forgotten.
const KEPT: usize = 1_000;
/// Target groups and routes whose state is kept, so that going back to a service shows them at once.
const BALANCED: usize = 512;

impl Fleet {
    /// A deployment of CodeDeploy.
    pub fn codedeployment(&self, id: &CodeDeployId) -> Option<&Arc<CodeDeployment>> {
        self.delivery.codedeployments.get(id)?.as_ref()
    }

    /// All deployments of CodeDeploy that were told, in the order of their ids.
    pub fn codedeployments(&self) -> impl Iterator<Item = &Arc<CodeDeployment>> {
        self.delivery.codedeployments.values().flatten()
    }

    /// It was asked for; CodeDeploy may not have it.
    pub fn is_codedeployment_known(&self, id: &CodeDeployId) -> bool {
        self.delivery.codedeployments.contains_key(id)
    }

    /// The ECS target of a deployment of CodeDeploy; there is none before it starts.
    pub fn codedeploy_target(&self, id: &CodeDeployId) -> Option<&Arc<EcsTarget>> {
        self.delivery.targets.get(id)
    }

    pub fn deployment_group(&self, id: &GroupId) -> Option<&Arc<DeploymentGroup>> {
        self.delivery.groups.get(id)?.as_ref()
    }

    /// It was asked for; CodeDeploy may not have it.
    pub fn is_deployment_group_known(&self, id: &GroupId) -> bool {
        self.delivery.groups.contains_key(id)
    }

    pub fn deployment_groups(&self) -> impl Iterator<Item = &Arc<DeploymentGroup>> {
        self.delivery.groups.values().flatten()
    }

    /// The deployment group that deploys to a service, by the deployments of its task sets or by its own word.
    pub fn group_of(&self, service: &Service) -> Option<&Arc<DeploymentGroup>> {
        let by_task_set = service.task_sets.iter().find_map(|set| {
            let id = CodeDeployId::of_task_set(set.external_id.as_deref()?)?;
            self.deployment_group(self.codedeployment(&id)?.group.as_ref()?)
        });
        by_task_set.or_else(|| {
            let cluster = service.cluster.name();
            self.deployment_groups().find(|group| {
                group.context == service.context
                    && group
                        .services
                        .iter()
                        .any(|(in_cluster, name)| **in_cluster == *cluster && *name == service.name)
            })
        })
    }

    /// How a deployment configuration of CodeDeploy moves traffic.
    pub fn routing(&self, config: &str) -> Option<&Routing> {
        self.delivery.routings.get(config)
    }

    pub fn target_group(&self, key: &TargetGroupKey) -> Option<&Arc<TargetGroup>> {
        self.delivery.target_groups.get(key)?.as_ref()
    }

    /// It was asked for; there may be none of this name.
    pub fn is_target_group_known(&self, key: &TargetGroupKey) -> bool {
        self.delivery.target_groups.contains_key(key)
    }

    /// The targets of a group with their health; `None` when it was not asked for.
    pub fn target_health(&self, id: &TargetGroupId) -> Option<&Arc<Vec<Target>>> {
        self.delivery.healths.get(id)
    }

    pub fn route(&self, id: &RouteId) -> Option<&Arc<Route>> {
        self.delivery.routes.get(id)?.as_ref()
    }

    /// An alarm by its name; `None` also for one that was asked for and has no answer.
    pub fn alarm(&self, context: ContextId, name: &str) -> Option<&Alarm> {
        self.delivery.alarms.get(&(context, Text::from(name)))?.as_ref()
    }

    /// The requests that a target group answered; `None` when they were not asked for.
    pub fn traffic(&self, id: &TargetGroupId) -> Option<&Arc<Traffic>> {
        self.delivery.traffics.get(id)
    }

    /// Keeps the newest first; one that is not there yet is the newest.
    pub(super) fn deployment_arrived(&mut self, deployment: ServiceDeployment) {
        let service = deployment.service.clone();
        let known = Arc::make_mut(self.deployments.entry(service.clone()).or_default());
        match known.iter_mut().find(|known| known.id == deployment.id) {
            Some(known) if *known == deployment => return,
            Some(known) => *known = deployment,
            None => known.insert(0, deployment),
        }
        self.version += 1;
        self.touched.insert(service);
    }

    pub(super) fn codedeployments_arrived(
        &mut self,
        deployments: Vec<CodeDeployment>,
        missing: Vec<CodeDeployId>,
    ) {
        if self.delivery.codedeployments.len() > KEPT.max(4 * self.services.len()) {
            let is_open = |known: &Option<Arc<CodeDeployment>>| {
                known.as_ref().is_some_and(|known| !known.status.is_final())
            };
            self.delivery.codedeployments.retain(|_, known| is_open(known));
            let Delivery { codedeployments, targets, .. } = &mut self.delivery;
            targets.retain(|id, _| codedeployments.contains_key(id));
        }
        let found = deployments.into_iter().map(|found| (found.id.clone(), Some(Arc::new(found))));
        for (id, found) in found.chain(missing.into_iter().map(|id| (id, None))) {
            let known = &mut self.delivery.codedeployments;
            if known.get(&id) != Some(&found) {
                known.insert(id.clone(), found);
                self.version += 1;
                self.touch_users(&id);
            }
        }
    }

    pub(super) fn codedeploy_target_arrived(&mut self, target: EcsTarget) {
        let id = target.deployment.clone();
        if self.delivery.targets.get(&id).is_none_or(|known| **known != target) {
            self.delivery.targets.insert(id.clone(), Arc::new(target));
            self.version += 1;
            self.touch_users(&id);
        }
    }

    pub(super) fn groups_arrived(&mut self, groups: Vec<DeploymentGroup>, missing: Vec<GroupId>) {
        let found = groups.into_iter().map(|found| (found.id.clone(), Some(Arc::new(found))));
        for (id, found) in found.chain(missing.into_iter().map(|id| (id, None))) {
            if self.delivery.groups.get(&id) == Some(&found) {
                continue;
            }
            self.version += 1;
            let named = found.iter().flat_map(|group| {
                let of = |cluster: &str, name: &str| {
                    self.clusters
                        .values()
                        .filter(|known| known.context == group.context && *known.name == *cluster)
                        .map(|known| self.service_named(&known.id, name))
                        .collect::<Vec<_>>()
                };
                group.services.iter().flat_map(move |(cluster, name)| of(cluster, name))
            });
            let services: Vec<ServiceId> = named.collect();
            self.touched.extend(services);
            self.delivery.groups.insert(id, found);
        }
    }

    pub(super) fn routing_arrived(&mut self, config: Text, routing: Routing) {
        if self.delivery.routings.get(&config) != Some(&routing) {
            self.version += 1;
            self.delivery.routings.insert(config, routing);
        }
    }

    pub(super) fn target_groups_arrived(&mut self, found: Vec<(TargetGroupKey, Option<TargetGroup>)>) {
        for (key, group) in found {
            let group = group.map(Arc::new);
            // One that was asked for by its name is found by its ARN as well.
            let by_id = group.as_ref().map(|group| TargetGroupKey::Id(group.id.clone()));
            for key in by_id.into_iter().chain([key]) {
                if self.delivery.target_groups.get(&key) != Some(&group) {
                    self.version += 1;
                    self.delivery.target_groups.insert(key, group.clone());
                }
            }
        }
    }

    pub(super) fn target_health_arrived(&mut self, group: TargetGroupId, targets: Vec<Target>) {
        if self.delivery.healths.len() > BALANCED {
            self.delivery.healths.clear();
            self.delivery.routes.clear();
            self.delivery.traffics.clear();
        }
        if self.delivery.healths.get(&group).is_none_or(|known| **known != targets) {
            self.version += 1;
            self.delivery.healths.insert(group, Arc::new(targets));
        }
    }

    pub(super) fn routes_arrived(&mut self, found: Vec<(RouteId, Option<Route>)>) {
        for (id, route) in found {
            let route = route.map(Arc::new);
            if self.delivery.routes.get(&id) != Some(&route) {
                self.version += 1;
                self.delivery.routes.insert(id, route);
            }
        }
    }

    pub(super) fn alarms_arrived(&mut self, context: ContextId, alarms: Vec<Alarm>, missing: Vec<Text>) {
        let found = alarms.into_iter().map(|alarm| (alarm.name.clone(), Some(alarm)));
        for (name, alarm) in found.chain(missing.into_iter().map(|name| (name, None))) {
            let key = (context, name);
            if self.delivery.alarms.get(&key) != Some(&alarm) {
                self.version += 1;
                self.delivery.alarms.insert(key, alarm);
            }
        }
    }

    pub(super) fn traffic_arrived(&mut self, group: TargetGroupId, traffic: Traffic) {
        if self.delivery.traffics.get(&group).is_none_or(|known| **known != traffic) {
            self.version += 1;
            self.delivery.traffics.insert(group, Arc::new(traffic));
        }
    }

    /// The services that have a task set of this deployment, and those whose group tried it last: before green is
    /// there no task set names it.
    fn touch_users(&mut self, id: &CodeDeployId) {
        let mut tried =
            self.delivery.groups.values().flatten().filter(|group| group.last_attempted.as_ref() == Some(id));
        let group = tried.next();
        let uses = |service: &Service| {
            let named = service.task_sets.iter().any(|set| set.external_id.as_deref() == Some(id.as_str()));
            let of_group = group.is_some_and(|group| {
                group.context == service.context
                    && group
                        .services
                        .iter()
                        .any(|(cluster, name)| *name == service.name && **cluster == *service.cluster.name())
            });
            named || of_group
        };
        let users = self.services.values().filter(|known| uses(&known.service));
        let users: Vec<ServiceId> = users.map(|known| known.service.id.clone()).collect();
        self.touched.extend(users);
    }
}
