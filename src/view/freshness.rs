//! How old what is on the screen is, as the header tells it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::condition::{Gravity, conditions};
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::views::Content;
use crate::fleet::id::{ClusterId, ContextId};
use crate::fleet::topic::{Subject, Target};

/// What the header says about the age of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing to say.
    Fresh,
    /// Not all of it has arrived for the first time.
    Loading,
    /// The oldest part of what is shown.
    Old(TimeDelta),
    /// Nothing new arrives since then.
    Frozen(DateTime<Utc>),
}

/// How often rows on the screen are asked for, and lists of clusters.
const ROWS: TimeDelta = TimeDelta::seconds(5);
const CLUSTERS: TimeDelta = TimeDelta::seconds(30);

/// Facts older than twice their cadence have an age; younger ones are as they should be.
pub fn freshness(model: &Model) -> Freshness {
    if let Some(since) = frozen_since(model) {
        return Freshness::Frozen(since);
    }
    let (oldest, cadence) = match model.screen() {
        Screen::Clusters => (oldest_clusters(model), CLUSTERS),
        screen => (oldest(model, screen), ROWS),
    };
    match oldest {
        Age::Unknown if !model.loaded => Freshness::Loading,
        Age::Missing => Freshness::Loading,
        Age::Since(at) if model.now - at > cadence * 2 => Freshness::Old(model.now - at),
        Age::Unknown | Age::Since(_) if !model.loaded && matches!(model.screen(), Screen::Fleet) => {
            Freshness::Loading
        }
        Age::Unknown | Age::Since(_) => Freshness::Fresh,
    }
}

/// Since when nothing arrives for the shown screen: credentials ended, or nobody answers.
pub fn frozen_since(model: &Model) -> Option<DateTime<Utc>> {
    let context = model.screen().context(&model.fleet);
    let conditions = conditions(model);
    let stops = conditions.iter().find(|condition| {
        condition.gravity <= Gravity::Offline && context.is_none_or(|context| context == condition.context)
    });
    stops.map(|condition| condition.since)
}

enum Age {
    /// There is nothing to be asked for.
    Unknown,
    /// It was never answered.
    Missing,
    Since(DateTime<Utc>),
}

fn oldest(model: &Model, screen: &Screen) -> Age {
    let fleet = &model.fleet;
    let context = model.context_of(screen);
    let answered = |subject: Subject| fleet.answered(context, subject).map_or(Age::Missing, Age::Since);
    match screen {
        Screen::Fleet | Screen::Services(_) => oldest_services(model),
        Screen::Service(cluster, service) => older(
            answered(Subject::Service(service.clone())),
            answered(Subject::ServiceTasks(cluster.clone(), service.clone())),
        ),
        Screen::ServiceTasks(cluster, service) => {
            answered(Subject::ServiceTasks(cluster.clone(), service.clone()))
        }
        Screen::ClusterTasks(cluster) => answered(Subject::ClusterTasks(cluster.clone())),
        Screen::AllTasks => oldest_task_lists(model),
        Screen::Task(cluster, task) => answered(Subject::Task(cluster.clone(), task.clone())),
        Screen::Events(_, service) => answered(Subject::Service(service.clone())),
        Screen::Describe(Target::Service(_, service)) => answered(Subject::Service(service.clone())),
        Screen::Describe(Target::Task(cluster, task)) => {
            answered(Subject::Task(cluster.clone(), task.clone()))
        }
        _ => Age::Unknown,
    }
}

/// Services are described in turn, those on the screen most often: their own age is that of the screen.
fn oldest_services(model: &Model) -> Age {
    let Content::Services(rows) = &model.view().content else { return Age::Unknown };
    let known =
        rows.listing.window(model.page()).iter().filter_map(|id| Some(model.fleet.known_service(id)?.seen));
    known.min().map_or(Age::Unknown, Age::Since)
}

fn oldest_clusters(model: &Model) -> Age {
    let answers = model.contexts.iter().map(|context| model.fleet.answered(context.id, Subject::Clusters));
    oldest_of(answers)
}

fn oldest_task_lists(model: &Model) -> Age {
    let asked = |id: &ClusterId, context: ContextId| {
        model.fleet.answered(context, Subject::ClusterTasks(id.clone()))
    };
    let clusters = model.fleet.clusters().filter(|c| model.scope.as_ref().is_none_or(|scope| *scope == c.id));
    oldest_of(clusters.map(|cluster| asked(&cluster.id, cluster.context)))
}

fn oldest_of(answers: impl Iterator<Item = Option<DateTime<Utc>>>) -> Age {
    answers
        .map(|at| at.map_or(Age::Missing, Age::Since))
        .reduce(older)
        .unwrap_or(Age::Unknown)
}

fn older(a: Age, b: Age) -> Age {
    match (a, b) {
        (Age::Missing, _) | (_, Age::Missing) => Age::Missing,
        (Age::Since(a), Age::Since(b)) => Age::Since(a.min(b)),
        (Age::Unknown, other) | (other, Age::Unknown) => other,
    }
}
