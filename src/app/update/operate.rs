//! From a wish to change something to a dialog, from a confirmed dialog to operations, and on to their end.

use chrono::TimeDelta;

use super::navigate;
use crate::app::action::ask::{Ask, Candidate, SUSPENSIONS, ways_back};
use crate::app::action::dialog::{Dialog, Stage};
use crate::app::action::gate::{Approval, Passage, refusal};
use crate::app::action::operation::{Ended, Operation, OperationId, State, UNDO};
use crate::app::action::settle::{count_before, is_moved, moved_by, settled};
use crate::app::action::{Action, Change, preview};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::lock;
use crate::app::model::{Model, Overlay};
use crate::app::notice::Level;
use crate::app::screen::Screen;
use crate::app::text_input::TextInput;
use crate::app::views::Content;
use crate::fleet::id::{ClusterId, ServiceId, TaskId};
use crate::fleet::service::Controller;
use crate::fleet::topic::{Subject, Topic};

/// How long autoscaling's own record is waited for before the count's change is told without it.
const RECORD_ARRIVES: TimeDelta = TimeDelta::seconds(30);

/// Opens the dialog of a command, or says why there is none.
pub fn open(model: &mut Model, command: Command) -> Vec<Effect> {
    let ask = match command {
        Command::Scale => scale(model),
        Command::Redeploy => one(model).map(|(cluster, service)| Ask::Redeploy { cluster, service }),
        Command::Deploy => deploy(model),
        Command::StopTask => stop(model),
        Command::RollBack => roll_back(model),
        Command::Range => range(model),
        Command::Suspend => suspend(model),
        Command::Undo => undo(model),
        _ => unlock(model),
    };
    match ask {
        Ok(ask) => ask_about(model, ask),
        Err(reason) => {
            model.notices.say(model.now, Level::Info, reason);
            Vec::new()
        }
    }
}

fn ask_about(model: &mut Model, ask: Ask) -> Vec<Effect> {
    let effects = refresh(model, &ask);
    let mut dialog = Dialog::new(ask, model.now);
    look(model, &mut dialog);
    model.overlay = Some(Overlay::Dialog(Box::new(dialog)));
    effects
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
    let now = service.definition.as_ref();
    let mut revisions: Vec<Candidate> = ways_back(&model.fleet, service);
    // The newer ones are not known by their deployments; the one above is the usual wish.
    if let Some(next) = now.and_then(crate::fleet::id::DefinitionId::after) {
        revisions.insert(0, Candidate { definition: next, proof: None });
    }
    Ok(Ask::Deploy { cluster, service: id, revisions, chosen: 0, back: false })
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
        Controller::CodeDeploy => {
            return Err("CodeDeploy controls this service: roll back its deployment there".to_owned());
        }
        _ => return Err("an external controller runs this service: roll back there".to_owned()),
    }
    let known = model.fleet.deployments(&id);
    let running = known.and_then(|all| all.iter().find(|deployment| !deployment.status.is_final()));
    if let Some(running) = running {
        return Ok(Ask::RollBack { cluster, service: id, deployment: running.id.clone() });
    }
    if let Some(deployment) = service.deployment.clone() {
        return Ok(Ask::RollBack { cluster, service: id, deployment });
    }
    let revisions = ways_back(&model.fleet, service);
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
            let running = model.fleet.deployments(service)?.iter().find(|known| !known.status.is_final())?;
            Some(Ask::RollBack {
                cluster: cluster.clone(),
                service: service.clone(),
                deployment: running.id.clone(),
            })
        }
        _ => None,
    };
    let mut found = lately.filter_map(way_back);
    found.next().ok_or_else(|| "nothing of the last hour can be undone".to_owned())
}

/// ctrl-x: opens a guarded scope, or locks an open one again.
fn unlock(model: &mut Model) -> Result<Ask, String> {
    use crate::app::protection::LockState;
    let context = model.context_of(model.screen());
    match lock::shown(model) {
        LockState::Guarded { .. } => Ok(Ask::Unlock { context }),
        LockState::Opened { .. } => {
            if let Some(place) = lock::place(model, context) {
                model.unlocks.lock(&place);
            }
            Err(format!("locked again: {}", lock::place_name(model, context)))
        }
        LockState::Free => Err("nothing is guarded here".to_owned()),
        state => Err(state.refusal().unwrap_or_default()),
    }
}

/// Takes down what a dialog shows of its targets: it becomes the precondition. What changed under an open dialog is
/// said, and keys that were on their way do not count for it.
pub fn look(model: &Model, dialog: &mut Dialog) {
    if dialog.stage != Stage::Asking {
        return;
    }
    let changes = dialog.ask.changes(&model.fleet).unwrap_or_default();
    let seen = preview::seen(model, &changes);
    let mut news = Vec::new();
    for (target, now) in &seen {
        if let Some(then) = dialog.seen.get(target) {
            news.extend(then.differences(now));
        }
    }
    if !news.is_empty() {
        dialog.repaint();
        for difference in news {
            match dialog.changed.iter_mut().find(|known| known.aspect == difference.aspect) {
                Some(known) => known.now = difference.now,
                None => dialog.changed.push(difference),
            }
        }
        dialog.changed.retain(|difference| difference.then != difference.now);
    }
    dialog.seen.extend(seen);
}

/// What a dialog needs to know afresh.
pub fn refresh(model: &Model, ask: &Ask) -> Vec<Effect> {
    let context = preview::context(model, ask);
    let services = match ask {
        Ask::Scale { services, .. } => services.clone(),
        other => other.service().map(|(cluster, id)| (cluster.clone(), id.clone())).into_iter().collect(),
    };
    let mut topics = Vec::new();
    for (cluster, id) in services {
        topics.push(Topic::new(context, Subject::Service(cluster.clone(), id.clone())));
        topics.push(Topic::new(context, Subject::Scaling(cluster.clone(), id.clone())));
        topics.push(Topic::new(context, Subject::Deployments(cluster, id)));
    }
    if topics.is_empty() { Vec::new() } else { vec![Effect::Refresh(topics)] }
}

/// The person confirmed: each change becomes an operation and goes to the gate.
pub fn confirm(model: &mut Model, mut dialog: Box<Dialog>, approval: Approval) -> Vec<Effect> {
    if let Ask::Unlock { context } = &dialog.ask {
        if let Some(place) = lock::place(model, *context) {
            model.unlocks.unlock(place, model.now);
            let name = lock::place_name(model, *context);
            model.notices.say(model.now, Level::Info, format!("unlocked for 15 minutes: {name}"));
        }
        return Vec::new();
    }
    let context = preview::context(model, &dialog.ask);
    let approval = Approval { unlocked_until: lock::unlocked_until(model, context), ..approval };
    let mut effects = Vec::new();
    for change in dialog.ask.changes(&model.fleet).unwrap_or_default() {
        let seen = dialog.seen.get(change.target()).cloned();
        // Without a look there is nothing to compare with: only what cannot mean anything else goes on.
        let Some(seen) = seen.or_else(|| change.is_unmistakable().then(Default::default)) else { continue };
        let standing = lock::standing(model, context, change.cluster(), change.service());
        let action = Action { context, change, seen, reason: dialog.given_reason() };
        let operation = model.operations.begin(action.clone(), model.now);
        dialog.waiting.push(operation.clone());
        effects.push(Effect::Perform { operation, action: Box::new(action), standing, approval });
    }
    if effects.is_empty() {
        let text = "nothing was sent: the target is not described yet";
        model.notices.say(model.now, Level::Warning, text);
        model.overlay = Some(Overlay::Dialog(dialog));
        return Vec::new();
    }
    dialog.stage = Stage::Waiting;
    model.overlay = Some(Overlay::Dialog(dialog));
    effects
}

/// What the gate said of one change.
pub fn passed(model: &mut Model, id: &OperationId, passage: Passage) {
    let now = model.now;
    let Some(operation) = model.operations.get_mut(id) else { return };
    operation.pass(now, &passage);
    let (number, told) = (operation.number, operation.action.change.told());
    let accepted = matches!(passage, Passage::Accepted(_) | Passage::Unclear(_));
    let waiting = match &mut model.overlay {
        Some(Overlay::Dialog(dialog)) if dialog.waiting.contains(id) => Some(dialog),
        _ => None,
    };
    let Some(dialog) = waiting else {
        let (level, text) = if accepted {
            (Level::Info, format!("requested: {told} (operation {number})"))
        } else {
            (Level::Error, format!("{told}: {}", not_sent(&passage)))
        };
        model.notices.say(now, level, text);
        return;
    };
    dialog.waiting.retain(|waiting| waiting != id);
    if accepted {
        dialog.passed += 1;
    } else {
        dialog.stage =
            Stage::Answered { passage, passed: dialog.passed, of: dialog.passed + dialog.waiting.len() + 1 };
        dialog.repaint();
        return;
    }
    if dialog.waiting.is_empty() && dialog.stage == Stage::Waiting {
        let passed = dialog.passed;
        model.overlay = None;
        let text = if passed == 1 {
            format!("requested: {told} (operation {number}, ctrl-o)")
        } else {
            format!("requested: {passed} changes (ctrl-o)")
        };
        model.notices.say(now, Level::Info, text);
        if let Content::Services(_) | Content::Tasks(_) = model.view().content {
            model.view_mut().clear_marks();
        }
    }
}

/// Why a change was not sent, or not taken, in one sentence.
pub fn not_sent(passage: &Passage) -> String {
    match passage {
        Passage::Refused(why) | Passage::NotJournalled(why) => why.clone(),
        Passage::Drifted(_) => "things changed while you were deciding; nothing was sent".to_owned(),
        Passage::NotChecked(failure) => format!("could not look again, so nothing was sent: {failure}"),
        Passage::Rejected(failure) => refusal(failure),
        Passage::Accepted(_) => "accepted".to_owned(),
        Passage::Unclear(failure) => format!("sent, no answer: {failure}"),
    }
}

/// Asks of each open operation whether AWS shows its end, and of the shown dialog whether its target changed.
pub fn follow(model: &mut Model) -> Vec<Effect> {
    if matches!(model.overlay, Some(Overlay::Dialog(_)))
        && let Some(Overlay::Dialog(mut dialog)) = model.overlay.take()
    {
        look(model, &mut dialog);
        model.overlay = Some(Overlay::Dialog(dialog));
    }
    let now = model.now;
    let mut effects = Vec::new();
    let mut news = Vec::new();
    for operation in model.operations.iter_mut() {
        if operation.accepted.is_some() && operation.state.is_open() {
            let what = settled(&model.fleet, operation, now);
            if operation.settle(now, what) {
                news.push((operation.state.clone(), operation.number, operation.action.change.told()));
                let ended = Ended {
                    action: operation.action.clone(),
                    asked: operation.asked,
                    state: operation.state.clone(),
                };
                effects.push(Effect::Record { operation: operation.id.clone(), ended: Box::new(ended) });
            }
        }
    }
    pulled_back(model);
    for (state, number, told) in news {
        let level = if matches!(state, State::Failed(_)) { Level::Error } else { Level::Info };
        let text = format!("{}: {told} (operation {number}): {}", state.word(), state.sentence());
        model.notices.say(now, level, text);
        model.version += 1;
    }
    effects
}

/// A scaling that is done and was moved away from by autoscaling says so, once.
fn pulled_back(model: &mut Model) {
    let now = model.now;
    let Model { operations, fleet, .. } = model;
    let mut told = Vec::new();
    let newest: std::collections::BTreeMap<_, _> =
        operations.iter().filter_map(|o| Some((o.service()?.clone(), o.number))).collect();
    for operation in operations.iter_mut() {
        let is_newest = operation.service().and_then(|id| newest.get(id)) == Some(&operation.number);
        let is_done = matches!(operation.state, State::Done(_)) && now - operation.asked < UNDO;
        if !is_newest || !is_done || operation.after.is_some() || !is_moved(fleet, operation) {
            continue;
        }
        let since = *operation.moved.get_or_insert(now);
        if let Some(after) = moved_by(fleet, operation, now - since > RECORD_ARRIVES) {
            operation.note(now, after.clone());
            told.push(format!(
                "{} (operation {}): {after}",
                operation.action.change.told(),
                operation.number
            ));
            operation.after = Some(after);
        }
    }
    for text in told {
        model.notices.say(now, Level::Warning, text);
        model.version += 1;
    }
}
