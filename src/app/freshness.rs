//! How old what is on the screen is, and whether that must be said.

use chrono::{DateTime, TimeDelta, Utc};

use super::condition::{self, Gravity};
use super::model::Model;
use super::screen::Screen;
use super::subscription::{Cadence, SERVICES_CADENCE, Subscription, subscriptions};
use super::views::Content;
use crate::fleet::id::ContextId;
use crate::fleet::topic::{Subject, Topic};

/// How the shown screen stands to the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing arrived yet.
    Loading,
    /// Younger than twice its cadence: nothing needs to be said.
    Live,
    /// Older than twice its cadence.
    Old(DateTime<Utc>),
    /// It will not get younger before something changes; what is shown is from then.
    Frozen(DateTime<Utc>),
}

/// The age of the shown screen: that of its oldest part.
pub fn of_screen(model: &Model) -> Freshness {
    let context = model.context_of(model.screen());
    let frozen = condition::conditions(model)
        .into_iter()
        .find(|c| c.context == context && matches!(c.gravity, Gravity::Expired | Gravity::Offline));
    if let Some(condition) = frozen {
        return Freshness::Frozen(condition.since);
    }
    let mut oldest: Option<(DateTime<Utc>, u32)> = None;
    let mut any = false;
    for subscription in shown(model) {
        any = true;
        let Cadence::Seconds(cadence) = subscription.cadence else { continue };
        let freshness = model.fleet.freshness(&subscription.topic);
        let Some(answered) = freshness.and_then(|freshness| freshness.answered) else {
            // Never answered and in trouble: the message line says which; else it is on its way.
            if freshness.and_then(|freshness| freshness.trouble.as_ref()).is_some() {
                continue;
            }
            return Freshness::Loading;
        };
        if oldest.is_none_or(|(at, _)| answered < at) {
            oldest = Some((answered, cadence));
        }
    }
    match oldest {
        Some((at, cadence)) if model.now - at > TimeDelta::seconds(i64::from(cadence) * 2) => {
            Freshness::Old(at)
        }
        None if any && !model.loaded => Freshness::Loading,
        _ => Freshness::Live,
    }
}

/// What the shown screen shows of all that is asked.
fn shown(model: &Model) -> Vec<Subscription> {
    // Lists of services show one topic; gathering all wishes for each picture would grow with the clusters.
    if matches!(model.screen(), Screen::Fleet | Screen::Services(_)) {
        let of = |context: ContextId| Subscription {
            topic: Topic::new(context, Subject::Services),
            cadence: Cadence::Seconds(SERVICES_CADENCE),
        };
        return model.contexts.iter().map(|context| of(context.id)).collect();
    }
    let all = subscriptions(model).into_iter();
    all.filter(|wanted| model.screen().shows(&wanted.topic.subject)).collect()
}

pub fn is_stale(model: &Model) -> bool {
    matches!(of_screen(model), Freshness::Old(_) | Freshness::Loading)
}

/// A task on the screen is so young that its age is counted in seconds.
pub fn shows_young_task(model: &Model) -> bool {
    let Content::Tasks(rows) = &model.view().content else { return false };
    let young = |at: Option<DateTime<Utc>>| at.is_some_and(|at| model.now - at < TimeDelta::seconds(61));
    rows.listing
        .window(model.page())
        .iter()
        .filter_map(|id| model.fleet.task(id))
        .any(|task| young(task.times.started.or(task.times.created)) || young(task.times.stopped))
}

/// The topics that the shown screen rests on, for asking them at once.
pub fn shown_topics(model: &Model) -> Vec<Topic> {
    let screen = model.screen();
    let all = subscriptions(model);
    let shown = all.iter().filter(|wanted| screen.shows(&wanted.topic.subject));
    let mut topics: Vec<Topic> = shown.map(|wanted| wanted.topic.clone()).collect();
    // Whatever is in trouble is tried again too: that is what a person means by "now".
    let troubled = all.iter().filter(|wanted| {
        model.fleet.freshness(&wanted.topic).is_some_and(|freshness| freshness.trouble.is_some())
    });
    topics.extend(troubled.map(|wanted| wanted.topic.clone()));
    if let Screen::Json(target) = screen {
        topics.push(Topic::new(model.context_of(screen), Subject::Raw(target.clone())));
    }
    topics.sort();
    topics.dedup();
    topics
}
