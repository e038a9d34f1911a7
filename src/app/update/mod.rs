//! The only writer: one message into the model, and what is wanted of the outside.

pub mod availability;
mod blue_green;
mod dialog;
mod input;
pub mod logs;
mod narrow;
mod navigate;
mod operate;
mod perform;
mod sort;
mod subject;
mod text;
mod warn;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use ratatui::layout::Size;

use super::effect::Effect;
use super::message::{Input, Message, Report};
use super::model::{Model, Overlay};
use super::notice::Level;
use super::rows::{self, Reason};
use super::{condition, freshness, layout, lock, subscription};
use crate::fleet::map::Set;
use crate::fleet::observation::Observation;
use crate::fleet::topic::{FailureKind, Subject, Topic};

pub use self::blue_green::{approval, redeploy};
pub use self::dialog::{answer, anyway};
pub use self::operate::{look, not_sent};
pub use self::subject::way_back;

/// How long the other lists are waited for where one is refused.
const OTHERS_ARRIVE: TimeDelta = TimeDelta::seconds(10);

/// Takes in one message that arrived `at` this time. Rows follow with `settle`, once for a batch.
pub fn update(model: &mut Model, at: DateTime<Utc>, message: Message) -> Vec<Effect> {
    model.now = model.now.max(at);
    match message {
        Message::Input(Input::Resize(width, height)) => {
            model.size = Size::new(width, height);
            if let Some(Overlay::Dialog(dialog)) = &mut model.overlay {
                dialog.repaint();
            }
            renew_rows(model, Reason::Facts);
            vec![Effect::Redraw]
        }
        Message::Input(input) => {
            changed(model);
            logs::look(model);
            input::take(model, input)
        }
        Message::Observed(observation) => {
            observed(model, observation);
            Vec::new()
        }
        Message::Lines { of, told } => {
            if logs::told(model, &of, told) {
                changed(model);
            }
            Vec::new()
        }
        Message::Idle => {
            logs::idle(model);
            changed(model);
            Vec::new()
        }
        Message::Budget(budget) => {
            if *model.screen() == super::screen::Screen::Requests {
                changed(model);
            }
            model.budgets.insert(budget.context, budget);
            Vec::new()
        }
        Message::Reported(report) => {
            let (level, text) = match report {
                Report::Done(text) => (Level::Info, text),
                Report::Failed(text) => (Level::Error, text),
            };
            model.notices.say(model.now, level, text);
            changed(model);
            Vec::new()
        }
        Message::Passed { operation, passage } => {
            operate::passed(model, &operation, passage);
            changed(model);
            Vec::new()
        }
        Message::Painted => {
            // On a terminal that is too small nothing of it is seen.
            if let Some(Overlay::Dialog(dialog)) = &mut model.overlay
                && !layout::is_too_small(model.size)
            {
                dialog.painted.get_or_insert(model.now);
            }
            Vec::new()
        }
        Message::Tick => {
            changed(model);
            Vec::new()
        }
    }
}

fn observed(model: &mut Model, observation: Observation) {
    // An answer that confirms changes no row, but the age that the header tells.
    let stale = match &observation {
        Observation::Answered { topic } => model.screen().shows(&topic.subject) && freshness::is_stale(model),
        _ => false,
    };
    Arc::make_mut(&mut model.fleet).apply(model.now, observation);
    if stale {
        changed(model);
    }
}

/// Brings what is derived in line with the facts: verdicts, the rows of the shown screen, what became of changes.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    let known = model.fleet.version();
    logs::renew(model, known != model.settled);
    let touched =
        if known == model.settled { Set::default() } else { Arc::make_mut(&mut model.fleet).take_touched() };
    if known != model.settled || model.shifts.has_stale(model.now) {
        let shifted = model.shifts.renew(&model.fleet, &touched, model.now);
        if shifted {
            changed(model);
        }
    }
    let mut effects = warn::warn(model);
    if !effects.is_empty() {
        changed(model);
    }
    let judged = model.triage.renew(&model.fleet, touched, model.now);
    let loaded = !model.loaded && is_loaded(model);
    if !judged && known == model.settled && !loaded {
        effects.extend(operate::follow(model));
        return effects;
    }
    model.settled = known;
    start_at_cluster(model);
    if loaded {
        model.loaded = true;
        start_at_service(model);
    }
    renew_rows(model, Reason::Facts);
    effects.extend(operate::follow(model));
    effects
}

/// There are lines that nobody looked at yet: with [`Message::Idle`] some of them are.
pub fn has_work(model: &Model) -> bool {
    model.view().lines().is_some_and(|view| view.sift.has_work() || view.bands.has_work())
}

/// The picture is another one from now on.
fn changed(model: &mut Model) {
    model.version += 1;
    model.changed = model.now;
}

fn renew_rows(model: &mut Model, reason: Reason) {
    rows::renew(model, reason);
    changed(model);
}

/// Every list arrived and everything it names was described; what is refused for good is not waited for.
fn is_loaded(model: &Model) -> bool {
    if !is_refused(model) {
        return model.fleet.services_listed().is_some() && model.fleet.undescribed().next().is_none();
    }
    let mut clusters = model.fleet.clusters().peekable();
    clusters.peek().is_some()
        && clusters.all(|cluster| {
            let described = model.triage.counts_in(&cluster.id).total();
            described == 0 || model.fleet.roster(&cluster.id).is_some_and(|listed| described >= listed)
        })
}

/// Services are refused for good, and those that are not had the time to arrive.
fn is_refused(model: &Model) -> bool {
    let troubles = model.contexts.iter().filter_map(|context| {
        let topic = Topic::new(context.id, Subject::Services);
        model.fleet.freshness(&topic)?.trouble.as_ref()
    });
    let mut lasting = troubles.filter(|trouble| {
        matches!(trouble.failure.kind, FailureKind::Denied { .. } | FailureKind::Unsupported)
    });
    lasting.any(|trouble| model.now - trouble.since > OTHERS_ARRIVE)
}

/// Narrows the fleet to the cluster that the command line or the configuration names, once the clusters are known.
fn start_at_cluster(model: &mut Model) {
    let context = model.contexts.first().and_then(|context| model.fleet.context(context.id));
    if !context.is_some_and(|context| context.clusters_listed) {
        return;
    }
    let Some(wanted) = model.start.cluster.take() else { return };
    let found =
        model.fleet.clusters().find(|cluster| *cluster.name == *wanted || cluster.id.as_str() == wanted);
    model.scope = found.map(|cluster| cluster.id.clone());
    if model.scope.is_none() {
        let text = format!("no cluster is called `{wanted}` here; these are all clusters");
        model.notices.say(model.now, Level::Warning, text);
    }
}

/// Opens the service that the command line or the configuration names, once it is known where it is.
fn start_at_service(model: &mut Model) {
    let Some(wanted) = model.start.service.take() else { return };
    if model.history.stack().len() == 1 {
        navigate::open_service_named(model, &wanted);
    }
}

/// When the screen changes by time alone: a notice ends, an age is shown in seconds, the clock turns a minute. It is
/// counted from the last change, so that answers that change nothing do not put it off.
pub fn next_tick(model: &Model) -> DateTime<Utc> {
    let now = model.changed;
    let minute =
        now + TimeDelta::milliseconds(60_000 - i64::from(now.second() * 1000 + now.nanosecond() / 1_000_000));
    let second = now + TimeDelta::seconds(1);
    let lock = lock::shown(model).next_change(now);
    let soonest = [model.notices.ends_at(now), model.triage.next_review(), model.shifts.next_end(), lock];
    let mut at = soonest.into_iter().flatten().filter(|at| *at > now).fold(minute, DateTime::min);
    if shows_seconds(model) {
        at = at.min(second);
    }
    at
}

/// Something on the screen counts in seconds.
fn shows_seconds(model: &Model) -> bool {
    let young =
        |since: Option<DateTime<Utc>>| since.is_some_and(|since| model.now - since < TimeDelta::seconds(61));
    // A dialog tells how old what it shows is, and an open operation what it waits for.
    matches!(model.overlay, Some(Overlay::Dialog(_)))
        || model.operations.open().next().is_some()
        || !model.loaded
        || !condition::conditions(model).is_empty()
        || freshness::is_stale(model)
        || subscription::services_shown(model)
            .filter_map(|id| model.triage.verdict(id))
            .any(|verdict| verdict.severity.needs_attention() && young(verdict.since))
        || freshness::shows_young_task(model)
        || counts_a_deployment(model)
}

/// How long the deployment under the cursor is under way stands there to the second.
fn counts_a_deployment(model: &Model) -> bool {
    let shown = model.screen().service().zip(model.view().selected_deployment());
    shown.is_some_and(|(service, id)| {
        let known = model.fleet.deployments(service).into_iter().flat_map(|known| known.iter());
        known.filter(|deployment| deployment.id == *id).any(|deployment| !deployment.status.is_final())
    })
}
