//! The rows of the shown screen: gathered from the fleet, filtered and sorted when data or choices change.

use std::cmp::Ordering;

use chrono::TimeDelta;

use super::absence;
use super::evidence::evidence;
use super::filter::Filter;
use super::layout;
use super::model::Model;
use super::scale_in;
use super::screen::Screen;
use super::table::approvals::{ApprovalColumn, ApprovalRow};
use super::table::clusters::{ClusterColumn, ClusterRow};
use super::table::deployments::{DeploymentColumn, DeploymentRow};
use super::table::services::{ServiceColumn, ServiceRow};
use super::table::tasks::{TaskColumn, TaskRow};
use super::table::{Column, Sort};
use super::targets;
use super::timeline::{self, Choice};
use super::views::{Content, Rows, View};
use crate::fleet::balancer::TargetState;
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::{ClusterId, DeploymentId, ServiceId, TaskId};
use crate::fleet::{Fleet, KnownTask};

/// How long the first verdicts take to settle.
const FINDING_OUT: TimeDelta = TimeDelta::seconds(10);

/// Why rows are renewed: new facts keep a row that left under the cursor, a new choice does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Facts,
    Choice,
}

/// Renews the rows of the shown screen.
pub fn renew(model: &mut Model, reason: Reason) {
    let screen = model.screen().clone();
    let mut view = model.views.remove(&screen).unwrap_or_else(|| View::of(&screen));
    let page = model.page();
    let keep_gone = reason == Reason::Facts;
    let View { content, filter, problems_only, fold, lane, .. } = &mut view;
    match content {
        Content::Services(rows) => {
            let order = services(model, &screen, rows, filter, problems_only.then_some(page));
            rows.listing.renew(order, keep_gone);
        }
        Content::Tasks(rows) => {
            let order = tasks(model, &screen, rows, filter, *problems_only);
            rows.listing.renew(order, keep_gone);
        }
        Content::Clusters(rows) => {
            let order = clusters(model, rows, filter);
            rows.listing.renew(order, keep_gone);
        }
        Content::Approvals(rows) => {
            let order = approvals(model, rows, filter);
            rows.listing.renew(order, keep_gone);
        }
        Content::Deployments(rows) => {
            let order = deployments(model, &screen, rows, filter);
            rows.listing.renew(order, keep_gone);
        }
        Content::Entries(listing, entries) => {
            if let (Some(cluster), Some(service)) = (screen.cluster(), screen.service()) {
                let choice = Choice { fold: *fold, lane: *lane, problems_only: *problems_only };
                *entries = timeline::entries(&model.fleet, cluster, service, choice);
                if let Some(needle) = filter.needle() {
                    entries.retain(|entry| entry.text.to_lowercase().contains(needle));
                }
                listing.renew(entries.iter().map(|entry| entry.id.clone()).collect(), keep_gone);
            }
        }
        Content::Lines(_) | Content::Text => {}
    }
    // In the first moments verdicts still sharpen as tasks arrive: until then the cursor stays on the worst row.
    if model.loaded && model.now - model.started > FINDING_OUT {
        view.hold();
    }
    view.reveal(page);
    model.views.insert(screen, view);
}

/// One service as a row.
pub fn service_row<'a>(model: &'a Model, id: &'a ServiceId) -> ServiceRow<'a> {
    ServiceRow {
        id,
        service: model.fleet.service(id).map(AsRef::as_ref),
        verdict: model.triage.verdict(id),
        remembered: model.fleet.is_remembered(id),
        gone: model.fleet.is_departed(id),
        now: model.now,
        keymap: &model.settings.keymap,
    }
}

/// One task as a row.
pub fn task_row<'a>(model: &Model, known: &'a KnownTask) -> TaskRow<'a> {
    let protection = model.fleet.protection(&known.task.id);
    let protected = protection.and_then(|protection| scale_in::told(protection, model.now, model.utc));
    TaskRow::new(&known.task, known.ending.as_deref(), protected, target(model, known), model.now)
}

/// What is wrong with a task as a target; asked for where the tasks of one service are shown.
fn target(model: &Model, known: &KnownTask) -> Option<String> {
    let Screen::Service(..) = model.screen() else { return None };
    let service = model.fleet.service(model.screen().service()?)?;
    let target = targets::of_task(&model.fleet, service, &known.task)?;
    matches!(target.state, TargetState::Unhealthy | TargetState::Unavailable).then(|| targets::why(target))
}

/// One deployment of the shown service as a row.
pub fn deployment_row<'a>(model: &'a Model, id: &DeploymentId) -> Option<DeploymentRow<'a>> {
    let all = model.fleet.deployments(model.screen().service()?)?;
    let deployment = all.iter().find(|deployment| deployment.id == *id)?;
    Some(as_row(model, deployment, all))
}

fn as_row<'a>(
    model: &'a Model,
    deployment: &'a ServiceDeployment,
    all: &'a [ServiceDeployment],
) -> DeploymentRow<'a> {
    let brief = layout::width(model.size) == layout::Width::Small;
    DeploymentRow { deployment, all, fleet: &model.fleet, now: model.now, utc: model.utc, brief }
}

/// One blue/green deployment as a row of the inbox.
pub fn approval_row<'a>(model: &'a Model, id: &'a ServiceId) -> Option<ApprovalRow<'a>> {
    let shift = model.shifts.get(id)?;
    let evidence = evidence(&model.fleet, shift, model.now, model.utc);
    Some(ApprovalRow {
        service: id,
        shift,
        looks: evidence.warnings().next().is_some(),
        evidence: evidence.score().brief(),
        now: model.now,
        utc: model.utc,
    })
}

/// One cluster as a row.
pub fn cluster_row<'a>(model: &'a Model, id: &ClusterId) -> Option<ClusterRow<'a>> {
    let cluster = model.fleet.cluster(id)?;
    Some(ClusterRow { cluster, counts: model.triage.counts_in(id), listed: model.fleet.roster(id) })
}

/// `room` is the height of the page when only problems are asked for: healthy services fill its free lines.
fn services(
    model: &Model,
    screen: &Screen,
    rows: &mut Rows<ServiceId, ServiceColumn>,
    filter: &Filter,
    room: Option<usize>,
) -> Vec<ServiceId> {
    let only = screen.cluster().or(model.scope.as_ref());
    let known = model.fleet.services().filter(|known| only.is_none_or(|only| known.service.cluster == *only));
    let mut all: Vec<ServiceRow<'_>> = known
        .map(|known| ServiceRow {
            id: &known.service.id,
            service: Some(&known.service),
            verdict: model.triage.verdict(&known.service.id),
            remembered: false,
            gone: false,
            now: model.now,
            keymap: &model.settings.keymap,
        })
        .collect();
    let names = model
        .fleet
        .undescribed()
        .filter(|(id, _, _)| only.is_none_or(|only| id.as_str().starts_with(only.service("").as_str())));
    all.extend(names.map(|(id, _, remembered)| ServiceRow {
        id,
        service: None,
        verdict: None,
        remembered,
        gone: false,
        now: model.now,
        keymap: &model.settings.keymap,
    }));
    rows.total = all.len();
    let mut tester = filter.tester();
    if !filter.is_empty() {
        all.retain(|row| tester.lets_through(row));
    }
    let attention = |row: &ServiceRow<'_>| row.severity().needs_attention();
    let room = room.filter(|_| filter.is_empty());
    let order = by(rows.sort);
    match room {
        // Problems stay above healthy services whatever they are sorted by.
        Some(_) => all.sort_by(|a, b| attention(b).cmp(&attention(a)).then_with(|| order(a, b))),
        None => all.sort_by(order),
    }
    let shown = room.map_or(all.len(), |room| {
        let problems = all.iter().take_while(|row| attention(row)).count();
        // The line that counts the hidden ones takes one row, the one that tells what is missing another.
        let below = 1 + usize::from(!absence::of_screen(model).is_empty());
        problems.max(room.saturating_sub(below)).min(all.len())
    });
    rows.hidden = all.len() - shown;
    all.into_iter().take(shown).map(|row| row.id.clone()).collect()
}

fn tasks(
    model: &Model,
    screen: &Screen,
    rows: &mut Rows<TaskId, TaskColumn>,
    filter: &Filter,
    problems_only: bool,
) -> Vec<TaskId> {
    let fleet: &Fleet = &model.fleet;
    let mut all: Vec<TaskRow<'_>> = match screen {
        Screen::Service(cluster, service) | Screen::ServiceTasks(cluster, service) => {
            let name = fleet.service(service).map_or_else(|| service.name(), |service| &*service.name);
            fleet.tasks_of(cluster, name).map(|task| task_row(model, task)).collect()
        }
        Screen::ClusterTasks(cluster) => fleet.tasks_in(cluster).map(|task| task_row(model, task)).collect(),
        _ => {
            let scope = model.scope.as_ref();
            let tasks = fleet.tasks().filter(|task| scope.is_none_or(|scope| task.task.cluster == *scope));
            tasks.map(|task| task_row(model, task)).collect()
        }
    };
    rows.total = all.len();
    let mut tester = filter.tester();
    if !filter.is_empty() {
        all.retain(|row| tester.lets_through(row));
    }
    if problems_only {
        all.retain(|row| row.rank <= 2);
    }
    rows.hidden = if problems_only { rows.total.saturating_sub(all.len()) } else { 0 };
    all.sort_unstable_by(by(rows.sort));
    all.into_iter().map(|row| row.task.id.clone()).collect()
}

fn clusters(model: &Model, rows: &mut Rows<ClusterId, ClusterColumn>, filter: &Filter) -> Vec<ClusterId> {
    let mut all: Vec<ClusterRow<'_>> =
        model.fleet.clusters().filter_map(|cluster| cluster_row(model, &cluster.id)).collect();
    rows.total = all.len();
    let mut tester = filter.tester();
    all.retain(|row| tester.lets_through(row));
    all.sort_by(by(rows.sort));
    all.into_iter().map(|row| row.cluster.id.clone()).collect()
}

fn approvals(model: &Model, rows: &mut Rows<ServiceId, ApprovalColumn>, filter: &Filter) -> Vec<ServiceId> {
    let scope = model.scope.as_ref();
    let in_scope = model.shifts.in_flight().filter(|shift| scope.is_none_or(|scope| shift.cluster == *scope));
    let mut all: Vec<ApprovalRow<'_>> =
        in_scope.filter_map(|shift| approval_row(model, &shift.service)).collect();
    rows.total = all.len();
    let mut tester = filter.tester();
    all.retain(|row| tester.lets_through(row));
    all.sort_by(by(rows.sort));
    all.into_iter().map(|row| row.service.clone()).collect()
}

fn deployments(
    model: &Model,
    screen: &Screen,
    rows: &mut Rows<DeploymentId, DeploymentColumn>,
    filter: &Filter,
) -> Vec<DeploymentId> {
    let known = screen.service().and_then(|service| model.fleet.deployments(service));
    let known = known.map_or(&[][..], |known| known.as_slice());
    let mut all: Vec<DeploymentRow<'_>> = known.iter().map(|one| as_row(model, one, known)).collect();
    rows.total = all.len();
    let mut tester = filter.tester();
    all.retain(|row| tester.lets_through(row));
    all.sort_by(by(rows.sort));
    all.into_iter().map(|row| row.deployment.id.clone()).collect()
}

/// The comparison that a sort asks for.
fn by<C: Column>(sort: Sort<C>) -> impl Fn(&C::Row<'_>, &C::Row<'_>) -> Ordering + Copy {
    move |a, b| {
        let order = sort.column.order(a, b);
        if sort.reversed { order.reverse() } else { order }
    }
}
