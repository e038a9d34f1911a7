//! What the screen needs from AWS, as data: standing wishes with their cadence, and which rows come first.

mod dialog;
mod in_flight;
mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

pub use self::in_flight::{InFlight, balancing};
use super::action::Change;
use super::action::needs;
use super::action::operation::Operation;
use super::action::shift::Waiting;
use super::model::{Model, Overlay};
use super::progress::definition_of;
use super::screen::Screen;
use super::views::Content;
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::{ClusterId, ContextId, DefinitionId, ServiceId, TaskId};
use crate::fleet::log::source::Source;
use crate::fleet::service::Service;
use crate::fleet::topic::{Subject, Target, Topic};
use crate::fleet::verdict::{Severity, Verdict};

/// How often a topic is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    /// Once; again only when somebody asks or it failed.
    Once,
    /// Every so many seconds.
    Seconds(u32),
}

/// A standing wish. A changed cadence is another wish: its poller starts anew and looks at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subscription {
    pub topic: Topic,
    pub cadence: Cadence,
}

/// What the pollers that take things in turn should look at, and what of it first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interest {
    /// Rows on the screen: every 5 s, one request per second in all.
    pub visible: BTreeSet<ServiceId>,
    /// Deploying or failing: every 2 s.
    pub urgent: BTreeSet<ServiceId>,
    /// What `Subject::InFlight` and `Subject::Alarms` ask for.
    pub in_flight: BTreeMap<ContextId, InFlight>,
    /// The streams that `Subject::Lines` and `Subject::OlderLines` read.
    pub sources: Arc<Vec<Source>>,
}

/// Running tasks in all up to which every cluster's tasks are watched; beyond it only those of open views.
const TASKS_WATCHED: u32 = 2_500;
/// Seconds after which the services on the screen are asked again.
pub const SERVICES_CADENCE: u32 = 5;
/// Seconds after which the clusters are asked again.
pub const CLUSTERS_CADENCE: u32 = 30;
/// Seconds after which autoscaling and the protection of tasks are asked again: people change them, seldom.
const SCALING_CADENCE: u32 = 30;
/// Seconds after which a deployment in flight may be looked at again; how many there are decides when it is.
const IN_FLIGHT_CADENCE: u32 = 5;
/// Seconds after which alarms are asked again: ECS itself drinks from the same small quota.
const ALARMS_CADENCE: u32 = 10;
/// How long tasks wait for the services of a fleet that takes longer to load.
const SERVICES_FIRST: TimeDelta = TimeDelta::seconds(1);
/// Services in trouble whose tasks and definitions are looked at without being asked for.
const TROUBLED_WATCHED: usize = 10;
/// Services in trouble that are described every two seconds.
const URGENT: usize = 30;

/// What the screen, the verdicts and the header need now.
pub fn subscriptions(model: &Model) -> BTreeSet<Subscription> {
    let mut wanted = Wanted::new(model);
    for context in &model.contexts {
        wanted.every(300, context.id, Subject::Identity);
        wanted.every(CLUSTERS_CADENCE, context.id, Subject::Clusters);
        wanted.every(SERVICES_CADENCE, context.id, Subject::Services);
    }
    for (context, work) in in_flight::in_flight(model) {
        wanted.every(IN_FLIGHT_CADENCE, context, Subject::InFlight);
        if !work.alarms.is_empty() {
            wanted.every(ALARMS_CADENCE, context, Subject::Alarms);
        }
    }
    // Services first: lists of tasks are long answers, and nobody misses them in the first moment.
    let services_first = !model.loaded && model.now - model.started < SERVICES_FIRST;
    let clusters = model.fleet.clusters().filter(|_| !services_first);
    let tasks: u32 = model.fleet.clusters().map(|cluster| cluster.running + cluster.pending).sum();
    for cluster in clusters {
        wanted.every(60, cluster.context, Subject::StoppedTasks(cluster.id.clone()));
        let open = matches!(model.screen(), Screen::AllTasks);
        if tasks <= TASKS_WATCHED || open {
            wanted.every(60, cluster.context, Subject::ClusterTasks(cluster.id.clone()));
        }
    }
    for (service, verdict) in worst(model).take(TROUBLED_WATCHED) {
        wanted.troubled(service, verdict.severity);
    }
    wanted.screen(model.screen());
    if let Some(Overlay::Dialog(dialog)) = &model.overlay {
        wanted.dialog(&dialog.ask);
    }
    model.operations.open().for_each(|operation| wanted.operation(operation));
    for operation in model.operations.iter().filter(|operation| operation.asks_who()) {
        if let Some(service) = operation.service() {
            let cluster = operation.action.change.cluster().clone();
            wanted.every(5, operation.action.context, Subject::Scaling(cluster, service.clone()));
        }
    }
    wanted.gathered().collect()
}

/// What only the shown screen needs.
pub fn of_screen(model: &Model) -> Vec<Subscription> {
    of(model, model.screen())
}

/// What one screen needs, shown or not.
pub fn of(model: &Model, screen: &Screen) -> Vec<Subscription> {
    let mut wanted = Wanted::new(model);
    wanted.screen(screen);
    wanted.gathered().collect()
}

/// What the open operations wait for.
pub fn of_operations(model: &Model) -> Vec<Subscription> {
    let mut wanted = Wanted::new(model);
    model.operations.open().for_each(|operation| wanted.operation(operation));
    wanted.gathered().collect()
}

/// What is looked at in turn, and what of it first.
pub fn interest(model: &Model) -> Interest {
    let mut interest = Interest { visible: services_shown(model).cloned().collect(), ..Interest::default() };
    interest.in_flight = in_flight::in_flight(model);
    interest.sources = lines::sources(model);
    interest.urgent.extend(worst(model).take(URGENT).map(|(service, _)| service.id.clone()));
    interest
}

/// The services on the screen.
pub fn services_shown(model: &Model) -> impl Iterator<Item = &ServiceId> {
    let rows = match &model.view().content {
        Content::Services(rows) => rows.listing.window(model.page()),
        _ => &[],
    };
    rows.iter().chain(model.screen().service())
}

/// Services in trouble, the worst first.
fn worst(model: &Model) -> impl Iterator<Item = (&Service, &Verdict)> {
    let problems = model.triage.problems();
    problems.filter_map(|(id, verdict)| Some((&*model.fleet.known_service(id)?.service, verdict)))
}

/// The wishes gathered so far.
struct Wanted<'a> {
    model: &'a Model,
    cadences: BTreeMap<Topic, Cadence>,
}

impl<'a> Wanted<'a> {
    fn new(model: &'a Model) -> Self {
        Self { model, cadences: BTreeMap::new() }
    }

    fn gathered(self) -> impl Iterator<Item = Subscription> {
        self.cadences.into_iter().map(|(topic, cadence)| Subscription { topic, cadence })
    }

    fn every(&mut self, seconds: u32, context: ContextId, subject: Subject) {
        let cadence = Cadence::Seconds(seconds);
        // One topic has one poller: the shorter cadence is the one that counts.
        let known = self.cadences.entry(Topic::new(context, subject)).or_insert(cadence);
        *known = (*known).min(cadence);
    }

    fn once(&mut self, context: ContextId, subject: Subject) {
        self.cadences.entry(Topic::new(context, subject)).or_insert(Cadence::Once);
    }

    /// Definitions are asked for until they are there: they never change.
    fn definition(&mut self, context: ContextId, id: Option<DefinitionId>) {
        if let Some(id) = id.filter(|id| !self.model.fleet.is_definition_known(id)) {
            self.once(context, Subject::Definition(id));
        }
    }

    /// Why is it so: its tasks, and what the newest revision changed.
    fn troubled(&mut self, service: &Service, severity: Severity) {
        let (cluster, id) = (service.cluster.clone(), service.id.clone());
        let seconds = if severity == Severity::Deploying { 10 } else { 20 };
        self.every(seconds, service.context, Subject::ServiceTasks(cluster, id));
        self.definition(service.context, service.definition.clone());
        self.definition(service.context, service.previous_definition());
    }

    fn screen(&mut self, screen: &Screen) {
        let context = self.model.context_of(screen);
        match screen {
            Screen::Service(cluster, id) => {
                self.service(context, cluster, id);
                self.balancing(context, id);
            }
            Screen::ServiceTasks(cluster, id) | Screen::Events(cluster, id) => {
                self.service(context, cluster, id);
            }
            Screen::Logs(of) | Screen::LogLine(of) => self.lines(context, of),
            Screen::Shift(cluster, id) => {
                self.service(context, cluster, id);
                self.blue_green(context, id, true);
                self.history(context, id);
            }
            Screen::Deployments(cluster, id) => {
                self.service(context, cluster, id);
                self.blue_green(context, id, false);
                self.history(context, id);
                self.compared(context, id);
            }
            Screen::ClusterTasks(cluster) => {
                self.every(5, context, Subject::ClusterTasks(cluster.clone()));
                self.every(15, context, Subject::StoppedTasks(cluster.clone()));
            }
            Screen::Task(cluster, id) => self.task(context, cluster, id),
            Screen::Describe(target) => match target {
                Target::Service(cluster, id) => self.service(context, cluster, id),
                Target::Task(cluster, id) => self.task(context, cluster, id),
                Target::Definition(id) => {
                    self.definition(context, Some(id.clone()));
                    // What it changed is told against the one before.
                    self.definition(context, id.before());
                }
                Target::Cluster(_) => {}
            },
            Screen::Json(target) => self.once(context, Subject::Raw(target.clone())),
            _ => {}
        }
    }

    /// What a blue/green deployment of a service needs; with the evidence where somebody decides about it.
    fn blue_green(&mut self, context: ContextId, id: &ServiceId, decides: bool) {
        let fleet = &self.model.fleet;
        let Some(service) = fleet.service(id) else { return };
        let evidence = if decides { needs::evidence(fleet, service) } else { Vec::new() };
        for (cadence, subject) in needs::deployment(fleet, service).into_iter().chain(evidence) {
            match cadence {
                None => self.once(context, subject),
                Some(seconds) => self.every(seconds, context, subject),
            }
        }
    }

    /// What CodeDeploy deployed before; ECS tells its own with the deployments of the service.
    fn history(&mut self, context: ContextId, id: &ServiceId) {
        let fleet = &self.model.fleet;
        let group = fleet.service(id).and_then(|service| fleet.group_of(service));
        if let Some(group) = group {
            self.every(60, context, Subject::GroupHistory(group.id.clone()));
        }
    }

    fn target(&mut self, cluster: &ClusterId, id: &ServiceId) {
        let context = self.context(cluster);
        self.service(context, cluster, id);
        // Deployments tell what can be gone back to and how long it takes, whether one runs or not.
        self.every(15, context, Subject::Deployments(cluster.clone(), id.clone()));
    }

    /// What an open operation waits for.
    fn operation(&mut self, operation: &Operation) {
        let change = &operation.action.change;
        let (context, cluster) = (operation.action.context, change.cluster().clone());
        if let Change::StopTask { task, .. } = change {
            self.every(2, context, Subject::Task(cluster, task.clone()));
            return;
        }
        let Some(id) = change.service().cloned() else { return };
        match change {
            Change::Range { .. } | Change::Suspend { .. } => {
                self.every(3, context, Subject::Scaling(cluster, id));
            }
            Change::Scale { .. } => {
                self.every(2, context, Subject::Service(cluster.clone(), id.clone()));
                self.every(3, context, Subject::ServiceTasks(cluster.clone(), id.clone()));
                // Only who moved the count is looked up there.
                self.every(10, context, Subject::Scaling(cluster, id));
            }
            _ => {
                self.every(2, context, Subject::Deployments(cluster.clone(), id.clone()));
                self.every(3, context, Subject::Service(cluster.clone(), id.clone()));
                self.every(3, context, Subject::ServiceTasks(cluster.clone(), id.clone()));
                self.blue_green(context, &id, false);
                let made = operation.accepted.as_ref().and_then(|(_, acceptance)| acceptance.release.clone());
                if let Some(made) = made {
                    self.every(2, context, Subject::CodeDeployment(made, cluster.clone(), id.clone()));
                }
                let named = match change {
                    Change::Continue { waiting: Waiting::Ready(id), .. } => Some(id),
                    Change::StopShift { deployment, .. } | Change::RemoveBlue { deployment, .. } => {
                        Some(deployment)
                    }
                    _ => None,
                };
                if let Some(named) = named {
                    self.every(2, context, Subject::CodeDeployment(named.clone(), cluster, id));
                }
            }
        }
    }

    fn context(&self, cluster: &ClusterId) -> ContextId {
        let first = || self.model.contexts.first().map_or(ContextId::default(), |context| context.id);
        self.model.fleet.cluster(cluster).map_or_else(first, |cluster| cluster.context)
    }

    fn service(&mut self, context: ContextId, cluster: &ClusterId, id: &ServiceId) {
        self.every(5, context, Subject::Service(cluster.clone(), id.clone()));
        self.every(5, context, Subject::ServiceTasks(cluster.clone(), id.clone()));
        let Some(service) = self.model.fleet.service(id) else { return };
        let deploying = service.is_deploying();
        let seconds = if deploying { 5 } else { 60 };
        self.every(seconds, context, Subject::Deployments(cluster.clone(), id.clone()));
        // What a change of its count would meet.
        self.every(SCALING_CADENCE, context, Subject::Scaling(cluster.clone(), id.clone()));
        self.every(SCALING_CADENCE, context, Subject::Protection(cluster.clone(), id.clone()));
        self.definition(context, service.definition.clone());
        self.definition(context, service.previous_definition());
    }

    /// The definitions that the deployment under the cursor changes from and to.
    fn compared(&mut self, context: ContextId, id: &ServiceId) {
        let fleet = &self.model.fleet;
        let selected = self.model.view().selected_deployment();
        let deployments = fleet.deployments(id).into_iter().flat_map(|all| all.iter());
        let definitions = deployments
            .filter(|deployment| Some(&deployment.id) == selected)
            .flat_map(ServiceDeployment::revisions)
            .filter_map(|revision| definition_of(fleet, revision).cloned());
        for definition in definitions {
            self.definition(context, Some(definition));
        }
    }

    fn task(&mut self, context: ContextId, cluster: &ClusterId, id: &TaskId) {
        let task = self.model.fleet.task(id);
        // What stopped does not change any more.
        if task.is_none_or(|task| !task.state.is_stopped()) {
            self.every(5, context, Subject::Task(cluster.clone(), id.clone()));
            if let Some(name) = task.and_then(|task| task.service()) {
                let service = self.model.fleet.service_named(cluster, name);
                self.every(SCALING_CADENCE, context, Subject::Protection(cluster.clone(), service));
            }
        }
        self.definition(context, task.and_then(|task| task.definition.clone()));
    }
}
