//! Older lines: asked for where they are wanted, and gone to once they are there.

use chrono::{DateTime, Utc};

use super::{ask, room, steps};
use crate::app::format;
use crate::app::logs::going::Going;
use crate::app::logs::jump::Goal;
use crate::app::logs::rows::Room;
use crate::app::logs::{LogView, sift};
use crate::app::model::Model;
use crate::app::notice::Level;
use crate::app::update::navigate;
use crate::fleet::Fleet;
use crate::fleet::deployment::ServiceDeployment;
use crate::fleet::id::ServiceId;
use crate::fleet::log::origin::Origin;

/// Shows only lines from a time on, and goes to the first of them.
pub fn range(model: &mut Model, from: i64) {
    let Some(view) = model.view_mut().lines_mut() else { return };
    view.history.from = Some(from);
    view.sift.spoil();
    go_to(model, from);
}

/// Shows the lines of all times that are there.
pub fn all(view: &mut LogView) {
    if view.history.from.take().is_some() {
        view.sift.spoil();
    }
}

/// Goes to the first line from a time on, as soon as everything since then was read.
pub fn go_to(model: &mut Model, at: i64) {
    let now = model.now;
    let (room, utc) = (room(model), model.utc);
    let Some(view) = model.view_mut().lines_mut() else { return };
    if view.history.from.is_some_and(|from| at < from) {
        all(view);
    }
    let is_there = at >= view.history.loaded;
    if is_there || !view.buffer.has_room() {
        let text = (!is_there).then(|| ask::full(view));
        arrive_at(view, now, room, at);
        if let Some(text) = text {
            model.notices.say(now, Level::Warning, text);
        }
        return;
    }
    view.history.ask_from(at);
    view.going = Some(Going::Time(at));
    let since = DateTime::from_timestamp_millis(at).unwrap_or_default();
    let text = format!("reading lines from {} on", format::moment(since, now, utc));
    model.notices.say(now, Level::Info, text);
}

/// Jumps to a time, or to when something happened.
pub fn jump(model: &mut Model, goal: Goal) {
    let service = navigate::service(model).map(|(_, service)| service);
    let found = match goal {
        Goal::At(at) => Ok(at),
        Goal::Deploy => service
            .as_ref()
            .and_then(|service| deployed(&model.fleet, service))
            .ok_or("no deployment of this service is known"),
        Goal::Stop => stopped(model).ok_or("no task that stopped is known"),
        Goal::Alarm => service
            .as_ref()
            .and_then(|service| alarmed(model, service))
            .ok_or("no alarm of this service has changed, as far as is known"),
    };
    match found {
        Ok(at) => go_to(model, at),
        Err(reason) => model.notices.say(model.now, Level::Info, reason),
    }
}

/// Goes on with what was asked for, as far as it is there now.
pub fn go_on(model: &mut Model) {
    let now = model.now;
    let room = room(model);
    let Some(view) = model.view_mut().lines_mut() else { return };
    match view.going {
        Some(Going::Time(at)) if view.history.loaded <= at || view.history.missing().is_none() => {
            arrive_at(view, now, room, at);
        }
        Some(Going::Match) => {
            let is_over = view.sift.hits.complete;
            if view.sift.hits.lines.next(0).is_some() {
                view.going = None;
                steps::to_match(model);
            } else if is_over {
                view.going = None;
                let written = view.search.pattern().map(|pattern| pattern.written().to_owned());
                let text = format!("no line matches `{}`", written.unwrap_or_default());
                model.notices.say(now, Level::Info, text);
            }
        }
        Some(Going::Time(_)) | None => {}
    }
}

/// What older lines became of a full buffer: those that did not fit were not kept.
pub fn arrived(view: &mut LogView) -> Option<String> {
    if view.buffer.has_room() {
        return None;
    }
    let wanted = view.history.loaded;
    view.history.stop();
    if let Some(oldest) = view.buffer.line(0) {
        view.history.dropped(oldest.at);
    }
    (view.history.loaded > wanted).then(|| ask::full(view))
}

fn arrive_at(view: &mut LogView, now: DateTime<Utc>, room: Room, at: i64) {
    view.going = None;
    sift::look(view);
    let visible = &view.sift.visible;
    let first = view.buffer.at_or_after(at);
    if let Some(line) = visible.next(first).or_else(|| visible.previous(first)) {
        steps::stand_at(view, now, room, line);
    }
}

fn deployed(fleet: &Fleet, service: &ServiceId) -> Option<i64> {
    let known = fleet.deployments(service).into_iter().flat_map(|all| all.iter());
    let began = known.filter_map(ServiceDeployment::began).max();
    // The service tells it as well, before its deployments were listed.
    let rollouts = || fleet.service(service)?.rollouts.iter().filter_map(|rollout| rollout.created).max();
    began.or_else(rollouts).map(|at| at.timestamp_millis())
}

fn stopped(model: &Model) -> Option<i64> {
    let view = model.view().lines()?;
    let of = match (&view.of, navigate::service(model)) {
        (Origin::Task(..), _) | (_, None) => view.of.clone(),
        (_, Some((cluster, service))) => Origin::Service(cluster, service),
    };
    let tasks = of.tasks(&model.fleet).into_iter();
    tasks
        .filter_map(|task| task.times.stopped.or(task.times.execution_stopped))
        .max()
        .map(|at| at.timestamp_millis())
}

fn alarmed(model: &Model, service: &ServiceId) -> Option<i64> {
    let context = model.context_of(model.screen());
    let known = model.fleet.service(service)?;
    let since = known.rules.alarms.iter().filter_map(|name| model.fleet.alarm(context, name)?.since);
    since.max().map(|at| at.timestamp_millis())
}
