//! How old what is on the screen is, and whether that must be said.

use chrono::{DateTime, TimeDelta, Utc};

use super::condition::{self, Gravity};
use super::model::Model;
use super::screen::Screen;
use super::subscription::{self, CLUSTERS_CADENCE, Cadence, SERVICES_CADENCE, Subscription, subscriptions};
use super::views::Content;
use crate::fleet::id::{ContextId, Text};
use crate::fleet::topic::{FailureKind, Subject, Target, Topic, Trouble};

/// How the shown screen stands to the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing arrived yet.
    Loading,
    /// Nothing arrives: this operation is denied.
    Refused(Text),
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
    if let Some(missing) = without_clusters(model) {
        return missing;
    }
    let mut oldest: Option<(DateTime<Utc>, u32)> = None;
    let mut any = false;
    let mut refused = None;
    for subscription in shown(model) {
        any = true;
        let Cadence::Seconds(cadence) = subscription.cadence else { continue };
        let freshness = model.fleet.freshness(&subscription.topic);
        let Some(answered) = freshness.and_then(|freshness| freshness.answered) else {
            // Never answered and in trouble: the message line says which; else it is on its way.
            let Some(trouble) = freshness.and_then(|freshness| freshness.trouble.as_ref()) else {
                return Freshness::Loading;
            };
            refused = refused.or_else(|| denied(trouble));
            continue;
        };
        if oldest.is_none_or(|(at, _)| answered < at) {
            oldest = Some((answered, cadence));
        }
    }
    match oldest {
        Some((at, cadence)) if model.now - at > TimeDelta::seconds(i64::from(cadence) * 2) => {
            Freshness::Old(at)
        }
        Some(_) => Freshness::Live,
        None => match refused {
            // Where there are rows all the same, their list says what is missing among them.
            Some(operation) if !model.view().holds() => Freshness::Refused(operation),
            // Tasks are asked for a moment after the services.
            _ if !model.loaded && (any || *model.screen() == Screen::AllTasks) => Freshness::Loading,
            _ => Freshness::Live,
        },
    }
}

/// How lists over all clusters stand before the first clusters are known: what they show rests on them.
fn without_clusters(model: &Model) -> Option<Freshness> {
    if !matches!(model.screen(), Screen::Fleet | Screen::Clusters | Screen::AllTasks) {
        return None;
    }
    let contexts = || model.contexts.iter().map(|context| Topic::new(context.id, Subject::Clusters));
    let known = |topic: &Topic| model.fleet.context(topic.context).is_some_and(|known| known.clusters_listed);
    if contexts().any(|topic| known(&topic)) {
        return None;
    }
    let mut troubles = contexts().filter_map(|topic| model.fleet.freshness(&topic)?.trouble.as_ref());
    Some(troubles.find_map(denied).map_or(Freshness::Loading, Freshness::Refused))
}

/// The operation that may not be done.
fn denied(trouble: &Trouble) -> Option<Text> {
    let denied = matches!(trouble.failure.kind, FailureKind::Denied { .. });
    denied.then(|| trouble.failure.operation.clone())
}

/// What the shown screen shows of all that is asked.
fn shown(model: &Model) -> Vec<Subscription> {
    // Lists show one topic of each context; gathering all wishes for each picture would grow with the clusters.
    let everywhere = |subject: Subject, seconds| {
        let of = |context: ContextId| Subscription {
            topic: Topic::new(context, subject.clone()),
            cadence: Cadence::Seconds(seconds),
        };
        model.contexts.iter().map(|context| of(context.id)).collect()
    };
    let all = match model.screen() {
        Screen::Fleet | Screen::Services(_) => return everywhere(Subject::Services, SERVICES_CADENCE),
        Screen::Clusters | Screen::Describe(Target::Cluster(_)) => {
            return everywhere(Subject::Clusters, CLUSTERS_CADENCE);
        }
        Screen::AllTasks => subscriptions(model).into_iter().collect(),
        _ => subscription::of_screen(model),
    };
    all.into_iter().filter(|wanted| model.screen().shows(&wanted.topic.subject)).collect()
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
    // What stands around it on this screen alone, such as its autoscaling, is asked along.
    topics.extend(subscription::of_screen(model).into_iter().map(|wanted| wanted.topic));
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
