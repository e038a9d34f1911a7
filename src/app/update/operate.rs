//! From a wish to change something to a dialog, from a confirmed dialog to operations, and on to their end.

use chrono::TimeDelta;

use super::navigate;
use super::subject::{ask, renew};
use crate::app::action::ask::Ask;
use crate::app::action::dialog::{Dialog, Stage};
use crate::app::action::gate::{Approval, Passage, refusal};
use crate::app::action::needs;
use crate::app::action::operation::{Ended, OperationId, State, UNDO};
use crate::app::action::seen::Difference;
use crate::app::action::settle::{is_moved, moved_by, settled};
use crate::app::action::{Action, Change, preview};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::lock;
use crate::app::model::{Model, Overlay};
use crate::app::notice::Level;
use crate::app::protection::LockState;
use crate::app::text_input::TextInput;
use crate::app::views::Content;
use crate::fleet::id::ContextId;
use crate::fleet::topic::{Subject, Topic};

/// How long autoscaling's own record is waited for before the count's change is told without it.
const RECORD_ARRIVES: TimeDelta = TimeDelta::seconds(30);

/// Said of a change whose answer did not come.
const LOST: &str = "sent, no answer; AWS's state will tell";

/// Opens the dialog of a command, or says why there is none.
pub fn open(model: &mut Model, command: Command) -> Vec<Effect> {
    if command == Command::Unlock {
        return unlock(model);
    }
    match ask(model, command) {
        Ok(ask) => ask_about(model, ask),
        Err(reason) => {
            model.notices.say(model.now, Level::Info, reason);
            Vec::new()
        }
    }
}

/// Opens a dialog.
pub fn ask_about(model: &mut Model, ask: Ask) -> Vec<Effect> {
    let effects = refresh(model, &ask);
    let mut dialog = Dialog::new(ask, model.now);
    look(model, &mut dialog, true);
    model.overlay = Some(Overlay::Dialog(Box::new(dialog)));
    effects
}

/// What stands between the person and the service under the cursor, else the screen.
pub fn lock_here(model: &Model) -> (ContextId, LockState) {
    match navigate::service(model) {
        Some((cluster, id)) => {
            let context = model
                .fleet
                .cluster(&cluster)
                .map_or_else(|| model.context_of(model.screen()), |cluster| cluster.context);
            (context, lock::state(model, context, &cluster, Some(&id)))
        }
        None => (model.context_of(model.screen()), lock::shown(model)),
    }
}

/// ctrl-x: opens a guarded scope, or locks an open one again.
fn unlock(model: &mut Model) -> Vec<Effect> {
    let (context, state) = lock_here(model);
    if let LockState::Guarded { .. } = state {
        return ask_about(model, Ask::Unlock { context });
    }
    if let Some(place) = lock::place(model, context) {
        model.unlocks.lock(&place);
    }
    let name = lock::place_name(model, context);
    model.notices.say(model.now, Level::Info, format!("locked again: {name}"));
    Vec::new()
}

/// Takes down what a dialog shows of its targets: it becomes the precondition. What changed under an open dialog is
/// said, and keys that were on their way do not count for it.
pub fn look(model: &Model, dialog: &mut Dialog, by_key: bool) {
    if dialog.stage != Stage::Asking {
        return;
    }
    renew(model, dialog);
    let changes = dialog.ask.changes(&model.fleet).unwrap_or_default();
    let seen = preview::seen(model, &changes);
    // A service that joined the list, or left it, without a key is news as well.
    let mut is_news = !by_key && changes != dialog.listed;
    for (target, now) in &seen {
        let Some(then) = dialog.seen.get(target) else { continue };
        for difference in then.differences(now) {
            is_news = true;
            let same =
                |(of, known): &&mut (String, Difference)| of == target && known.aspect == difference.aspect;
            match dialog.changed.iter_mut().find(same) {
                Some((_, known)) => known.now = difference.now,
                None => dialog.changed.push((target.clone(), difference)),
            }
        }
    }
    dialog.changed.retain(|(_, difference)| difference.then != difference.now);
    is_news |= has_new_concern(model, dialog, &changes);
    if is_news {
        dialog.repaint();
    }
    dialog.listed = changes;
    dialog.seen.extend(seen);
}

/// Something speaks against a yes that did not when the dialog was opened: a reason that was given before does not
/// cover it.
fn has_new_concern(model: &Model, dialog: &mut Dialog, changes: &[Change]) -> bool {
    let now = preview::concerns(model, changes);
    let Some(known) = &mut dialog.concerns else {
        dialog.concerns = Some(now);
        return false;
    };
    let new: Vec<String> = now.into_iter().filter(|concern| known.insert(concern.clone())).collect();
    if new.is_empty() {
        return false;
    }
    dialog.reason = TextInput::default();
    dialog.news.extend(new);
    true
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
        topics.push(Topic::new(context, Subject::Deployments(cluster, id.clone())));
        if let Some(service) = model.fleet.service(&id) {
            let needs = needs::deployment(&model.fleet, service).into_iter();
            let needs = needs.chain(needs::evidence(&model.fleet, service));
            topics.extend(needs.map(|(_, subject)| Topic::new(context, subject)));
        }
    }
    if topics.is_empty() { Vec::new() } else { vec![Effect::Refresh(topics)] }
}

/// The person confirmed what the dialog lists: each change becomes an operation and goes to the gate.
pub fn confirm(model: &mut Model, mut dialog: Box<Dialog>, approval: Approval) -> Vec<Effect> {
    if let Ask::Unlock { context } = &dialog.ask {
        unlock_place(model, *context);
        return Vec::new();
    }
    let changes: Vec<Change> = dialog
        .listed
        .iter()
        .filter(|it| !dialog.accepted.iter().any(|done| done == it.target()))
        .cloned()
        .collect();
    let context = preview::context(model, &dialog.ask);
    if preview::unlocks_inside(model, &dialog.ask, &changes)
        && lock::fits(model, context, dialog.unlock.text())
    {
        unlock_place(model, context);
    }
    // Without a look there is nothing to compare with: only what cannot mean anything else goes on.
    let is_seen = |change: &Change| dialog.seen.contains_key(change.target()) || change.is_unmistakable();
    if changes.is_empty() || !changes.iter().all(is_seen) {
        let text = "nothing was sent: the target is not described yet";
        model.notices.say(model.now, Level::Warning, text);
        model.overlay = Some(Overlay::Dialog(dialog));
        return Vec::new();
    }
    dialog.approval = approval;
    let mut effects = Vec::new();
    for change in changes {
        let context = model.fleet.cluster(change.cluster()).map_or(context, |cluster| cluster.context);
        let approval = Approval { unlocked_until: lock::unlocked_until(model, context), ..approval };
        let seen = dialog.seen.get(change.target()).cloned().unwrap_or_default();
        let standing = lock::standing(model, context, change.cluster(), change.service());
        let action = Action { context, change, seen, reason: dialog.given_reason() };
        let operation = model.operations.begin(action.clone(), model.now);
        dialog.waiting.push(operation.clone());
        effects.push(Effect::Perform { operation, action: Box::new(action), standing, approval });
    }
    dialog.stage = Stage::Waiting;
    model.overlay = Some(Overlay::Dialog(dialog));
    effects
}

/// Opens the account and Region of a context for a while.
fn unlock_place(model: &mut Model, context: ContextId) {
    let name = lock::place_name(model, context);
    let (level, text) = match lock::place(model, context) {
        Some(place) => {
            model.unlocks.unlock(place, model.now);
            (Level::Info, format!("unlocked for 15 minutes: {name}"))
        }
        None => (Level::Warning, format!("not unlocked: it is not known yet which account {name} is")),
    };
    model.notices.say(model.now, level, text);
}

/// What the gate said of one change.
pub fn passed(model: &mut Model, id: &OperationId, passage: Passage) {
    let now = model.now;
    let Some(operation) = model.operations.get_mut(id) else { return };
    operation.pass(now, &passage);
    let (number, told) = (operation.number, operation.action.change.told());
    let target = operation.action.change.target().to_owned();
    let accepted = matches!(passage, Passage::Accepted(_) | Passage::Unclear(_));
    let lost = matches!(passage, Passage::Unclear(_));
    let waiting = match &mut model.overlay {
        Some(Overlay::Dialog(dialog)) if dialog.waiting.contains(id) => Some(dialog),
        _ => None,
    };
    let Some(dialog) = waiting else {
        let (level, text) = if lost {
            (Level::Warning, format!("{told} (operation {number}): {LOST}"))
        } else if accepted {
            (Level::Info, format!("requested: {told} (operation {number})"))
        } else {
            let level = if matches!(passage, Passage::Overtaken { .. }) { Level::Info } else { Level::Error };
            (level, format!("{told}: {}", not_sent(&passage)))
        };
        model.notices.say(now, level, text);
        return;
    };
    dialog.waiting.retain(|waiting| waiting != id);
    if accepted {
        dialog.passed += 1;
        dialog.accepted.push(target);
    } else {
        dialog.stage =
            Stage::Answered { passage, passed: dialog.passed, of: dialog.passed + dialog.waiting.len() + 1 };
        dialog.repaint();
        return;
    }
    if dialog.waiting.is_empty() && dialog.stage == Stage::Waiting {
        let passed = dialog.passed;
        model.overlay = None;
        let text = if lost {
            format!("{told} (operation {number}, ctrl-o): {LOST}")
        } else if passed == 1 {
            format!("requested: {told} (operation {number}, ctrl-o)")
        } else {
            format!("requested: {passed} changes (ctrl-o)")
        };
        model.notices.say(now, if lost { Level::Warning } else { Level::Info }, text);
        if let Content::Services(_) | Content::Tasks(_) = model.view().content {
            model.view_mut().clear_marks();
        }
    }
}

/// Why a change was not sent, or not taken, in one sentence.
pub fn not_sent(passage: &Passage) -> String {
    match passage {
        Passage::Refused(why) | Passage::NotJournalled(why) => why.clone(),
        Passage::Overtaken { sentence, .. } => sentence.clone(),
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
        look(model, &mut dialog, false);
        model.overlay = Some(Overlay::Dialog(dialog));
    }
    let now = model.now;
    let mut effects = Vec::new();
    let mut news = Vec::new();
    let newer = model.operations.replacements();
    for operation in model.operations.iter_mut() {
        if operation.accepted.is_some() && operation.state.is_open() {
            let what = settled(&model.fleet, operation, newer.get(&operation.id).copied(), now);
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
        let level =
            if matches!(state, State::Failed(_) | State::TimedOut(_)) { Level::Error } else { Level::Info };
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
        if !is_newest || !is_done || operation.after.is_some() {
            continue;
        }
        if !is_moved(fleet, operation) {
            operation.moved = None;
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
