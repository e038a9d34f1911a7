//! The subject of a dialog: what a command would change, by what is under the cursor and what is known.

use super::blue_green;
use super::navigate;
use crate::app::action::Change;
use crate::app::action::ask::{Ask, Candidate, SUSPENSIONS, candidates};
use crate::app::action::dialog::Dialog;
use crate::app::action::operation::{Operation, UNDO};
use crate::app::action::release::{self, Choice, Purpose};
use crate::app::action::settle::{count_before, own};
use crate::app::action::shift::shift_of;
use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::text_input::TextInput;
use crate::app::views::Content;
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::{ClusterId, ServiceId, TaskId};
use crate::fleet::service::Controller;
use crate::fleet::shift::Shift;

/// What the dialog of a command would ask about, or why there is none.
pub fn ask(model: &Model, command: Command) -> Result<Ask, String> {
    match command {
        Command::Scale => scale(model),
        Command::Redeploy => {
            one(model).map(|(cluster, service)| blue_green::redeploy(model, cluster, service))
        }
        Command::Deploy => deploy(model),
        Command::StopTask => stop(model),
        Command::RollBack => roll_back(model),
        Command::Approve => {
            one(model).and_then(|(cluster, service)| blue_green::approval(model, cluster, service))
        }
        Command::RemoveBlue => {
            one(model).and_then(|(cluster, service)| blue_green::remove_blue(model, cluster, service))
        }
        Command::StopOnly => {
            one(model).and_then(|(cluster, service)| blue_green::stop_only(model, cluster, service))
        }
        Command::Range => range(model),
        Command::Suspend => suspend(model),
        Command::Undo => undo(model),
        _ => Ok(Ask::Unlock { context: model.context_of(model.screen()) }),
    }
}

/// The service under the cursor or on the screen.
fn one(model: &Model) -> Result<(ClusterId, ServiceId), String> {
    navigate::service(model).ok_or_else(|| "no service under the cursor".to_owned())
}

fn scale(model: &Model) -> Result<Ask, String> {
    let marked: Vec<(ClusterId, ServiceId)> = match &model.view().content {
        Content::Services(rows) => {
            let marks = rows.listing.marks().iter();
            let known = marks.filter_map(|id| Some((model.fleet.service(id)?.cluster.clone(), id.clone())));
            known.collect()
        }
        _ => Vec::new(),
    };
    let services = if marked.is_empty() { vec![one(model)?] } else { marked };
    let count = match services.as_slice() {
        [(_, id)] => model.fleet.service(id).map_or_else(String::new, |service| service.desired.to_string()),
        // Several services change by the same, and never to an implicit count.
        _ => String::new(),
    };
    Ok(Ask::Scale { services, count: TextInput::new(&count) })
}

fn deploy(model: &Model) -> Result<Ask, String> {
    let (cluster, id) = one(model)?;
    let service = model.fleet.service(&id).ok_or("the service is not described yet")?;
    if service.controller == Controller::CodeDeploy {
        let choice = Choice::new(&model.fleet, service, Purpose::Deploy);
        return Ok(Ask::Release { cluster, service: id, choice });
    }
    let revisions = candidates(&model.fleet, service, false);
    Ok(Ask::Deploy { cluster, service: id, revisions, chosen: 0, back: false })
}

/// Brings the subject of a dialog in line with what became known since it was opened.
pub fn renew(model: &Model, dialog: &mut Dialog) {
    let target = |id: &ServiceId| model.fleet.scaling(id).and_then(|scaling| scaling.target.as_ref());
    match &mut dialog.ask {
        Ask::Deploy { service, revisions, chosen, back, .. } => {
            let Some(service) = model.fleet.service(service) else { return };
            let known = candidates(&model.fleet, service, *back);
            if known == *revisions {
                return;
            }
            let before = revisions.get(*chosen).map(|candidate| candidate.definition.clone());
            *chosen = known.iter().position(|it| Some(&it.definition) == before.as_ref()).unwrap_or(0);
            *revisions = known;
            if revisions.get(*chosen).map(|candidate| &candidate.definition) != before.as_ref() {
                dialog.repaint();
            }
        }
        Ask::Release { service, choice, .. } => {
            let Some(service) = model.fleet.service(service) else { return };
            let before = choice.candidate().cloned();
            choice.revisions = release::candidates(&model.fleet, service, choice.purpose);
            let same =
                |it: &Candidate| before.as_ref().is_some_and(|known| known.definition == it.definition);
            choice.chosen = choice.revisions.iter().position(same).unwrap_or(0);
            if choice.candidate().map(|now| &now.definition) != before.as_ref().map(|then| &then.definition) {
                dialog.repaint();
            }
        }
        Ask::Range { service, min, max, .. } if min.text().is_empty() && max.text().is_empty() => {
            if let Some(target) = target(service) {
                min.set(&target.min.to_string());
                max.set(&target.max.to_string());
            }
        }
        _ => {}
    }
}

fn stop(model: &Model) -> Result<Ask, String> {
    let place = |id: &TaskId| Some((model.fleet.task(id)?.cluster.clone(), id.clone()));
    let tasks: Vec<(ClusterId, TaskId)> = match (&model.view().content, model.screen()) {
        (_, Screen::Task(cluster, id)) => vec![(cluster.clone(), id.clone())],
        (Content::Tasks(rows), _) if !rows.listing.marks().is_empty() => {
            rows.listing.marks().iter().filter_map(place).collect()
        }
        (Content::Tasks(rows), _) => rows.listing.selected().and_then(place).into_iter().collect(),
        (Content::Services(_), _) => {
            return Err("a service is not deleted here; ctrl-d stops tasks, s scales".to_owned());
        }
        _ => Vec::new(),
    };
    let running =
        |(_, id): &(ClusterId, TaskId)| model.fleet.task(id).is_some_and(|task| !task.state.is_stopped());
    let tasks: Vec<_> = tasks.into_iter().filter(running).collect();
    if tasks.is_empty() {
        Err("no running task under the cursor".to_owned())
    } else {
        Ok(Ask::StopTasks { tasks })
    }
}

fn roll_back(model: &Model) -> Result<Ask, String> {
    let (cluster, id) = one(model)?;
    way_back(model, cluster, id)
}

/// The way back of a service: out of the deployment that runs, else to a revision that ran before.
pub fn way_back(model: &Model, cluster: ClusterId, id: ServiceId) -> Result<Ask, String> {
    let service = model.fleet.service(&id).ok_or("the service is not described yet")?;
    match service.controller {
        Controller::Ecs => {}
        Controller::CodeDeploy => return blue_green::way_back(model, cluster, service),
        _ => return Err("an external controller runs this service: roll back there".to_owned()),
    }
    let known = model.fleet.deployments(&id).into_iter().flat_map(|all| all.iter());
    let open = known.filter(|deployment| !deployment.status.is_final()).max_by_key(|known| known.created);
    let is_rolling_back = |known: &ServiceDeployment| {
        matches!(known.status, DeploymentStatus::RollbackRequested | DeploymentStatus::RollbackInProgress)
    };
    // The service's own word is the fresher one: the list of an earlier visit may be old.
    match (&service.deployment, open) {
        (running, Some(open))
            if running.as_ref().is_none_or(|id| *id == open.id) && is_rolling_back(open) =>
        {
            return Err(format!("{} is rolling back already; ctrl-o watches changes", service.name));
        }
        (Some(running), _) => {
            return Ok(Ask::RollBack { cluster, service: id, deployment: running.clone() });
        }
        (None, Some(open)) if service.is_deploying() => {
            return Ok(Ask::RollBack { cluster, service: id, deployment: open.id.clone() });
        }
        _ => {}
    }
    let revisions = candidates(&model.fleet, service, true);
    Ok(Ask::Deploy { cluster, service: id, revisions, chosen: 0, back: true })
}

fn range(model: &Model) -> Result<Ask, String> {
    let (cluster, service) = one(model)?;
    let target = model.fleet.scaling(&service).and_then(|scaling| scaling.target.as_ref());
    let (min, max) = target
        .map_or((String::new(), String::new()), |target| (target.min.to_string(), target.max.to_string()));
    Ok(Ask::Range { cluster, service, min: TextInput::new(&min), max: TextInput::new(&max) })
}

fn suspend(model: &Model) -> Result<Ask, String> {
    let (cluster, service) = one(model)?;
    let target = model.fleet.scaling(&service).and_then(|scaling| scaling.target.as_ref());
    let is_suspended = target.is_some_and(|target| !target.suspension.is_none());
    let chosen = if is_suspended { SUSPENSIONS.len() - 1 } else { 0 };
    Ok(Ask::Suspend { cluster, service, chosen })
}

/// The way back of the newest change that has one.
fn undo(model: &Model) -> Result<Ask, String> {
    let lately = model.operations.iter().rev().filter(|operation| model.now - operation.asked < UNDO);
    let way_back = |operation: &Operation| match &operation.action.change {
        Change::Scale { cluster, service, .. } if operation.accepted.is_some() => {
            let count = count_before(operation)?;
            let now = model.fleet.service(service)?.desired;
            (now != count).then(|| Ask::Scale {
                services: vec![(cluster.clone(), service.clone())],
                count: TextInput::new(&count.to_string()),
            })
        }
        Change::Redeploy { cluster, service } | Change::Deploy { cluster, service, .. } => {
            // Only what it began itself: what else runs is somebody else's.
            let running = own(&model.fleet, operation).filter(|known| !known.status.is_final())?;
            Some(Ask::RollBack {
                cluster: cluster.clone(),
                service: service.clone(),
                deployment: running.id.clone(),
            })
        }
        // While blue is there, what was continued goes back at once.
        Change::Continue { cluster, service, waiting, .. } if operation.accepted.is_some() => {
            let same = |shift: &Shift| !shift.is_over() && shift.id.as_str() == waiting.deployment();
            shift_of(&model.fleet, service).filter(same)?;
            way_back(model, cluster.clone(), service.clone()).ok()
        }
        Change::Release { cluster, service, .. } => {
            let made = operation.accepted.as_ref()?.1.release.as_ref()?;
            let same = |shift: &Shift| !shift.is_over() && shift.id.as_str() == made.as_str();
            shift_of(&model.fleet, service).filter(same)?;
            way_back(model, cluster.clone(), service.clone()).ok()
        }
        _ => None,
    };
    let mut found = lately.filter_map(way_back);
    found.next().ok_or_else(|| "nothing of the last hour can be undone".to_owned())
}
