//! Why what a pane would show is not there: the sentence that stands in its place.

use super::format;
use super::model::Model;
use super::screen::Screen;
use crate::fleet::id::{ClusterId, ContextId, ServiceId};
use crate::fleet::topic::{Freshness, Subject, Topic, Trouble};

/// What keeps a subject from being shown: nothing of it ever arrived, or nobody else says that it arrives no more.
pub fn trouble(model: &Model, context: ContextId, subject: Subject) -> Option<&Trouble> {
    lasting(model.fleet.freshness(&Topic::new(context, subject))?)
}

/// The same for the tasks of a service that stopped: the lists of its cluster name them too.
pub fn of_stops<'m>(
    model: &'m Model,
    context: ContextId,
    cluster: &ClusterId,
    service: &ServiceId,
) -> Option<&'m Trouble> {
    let both =
        [Subject::ServiceTasks(cluster.clone(), service.clone()), Subject::StoppedTasks(cluster.clone())];
    let both = both.map(|subject| model.fleet.freshness(&Topic::new(context, subject)));
    let both = || both.into_iter().flatten();
    if both().any(|freshness| freshness.answered.is_some() && lasting(freshness).is_none()) {
        return None;
    }
    both().find_map(lasting)
}

/// What the shown list or text lacks, the longest lacking first.
pub fn of_screen(model: &Model) -> Vec<(&Topic, &Trouble)> {
    let screen = model.screen();
    let troubles = model.fleet.troubles().filter(|(topic, _)| {
        rests_on(model, screen, &topic.subject) && model.fleet.freshness(topic).and_then(lasting).is_some()
    });
    let mut lacking: Vec<_> = troubles.collect();
    lacking.sort_by_key(|(topic, trouble)| (trouble.since, *topic));
    lacking
}

/// The same as one sentence for a line of its own.
pub fn line(model: &Model) -> Option<String> {
    let lacking = of_screen(model);
    let (topic, trouble) = lacking.first()?;
    let more = if lacking.len() > 1 { format!(" ({} more)", lacking.len() - 1) } else { String::new() };
    Some(format!("{}: {}{more}", named(model, &topic.subject), trouble.failure))
}

/// What is missing, in the words of its own screen; of services the clusters whose lists are missing, where they are few.
pub fn named(model: &Model, subject: &Subject) -> String {
    match subject {
        Subject::Services => services(model),
        Subject::ServiceTasks(..) => "tasks".to_owned(),
        Subject::Service(..) => "events".to_owned(),
        Subject::Deployments(..) => "deployments".to_owned(),
        other => other.to_string(),
    }
}

fn services(model: &Model) -> String {
    let is_unlisted = |id: &ClusterId| model.fleet.roster(id).is_none();
    let shown = model.screen().cluster().filter(|id| is_unlisted(id));
    let unlisted = model
        .fleet
        .clusters()
        .filter(|cluster| is_unlisted(&cluster.id) && shown.is_none_or(|shown| *shown == cluster.id));
    let unlisted: Vec<&str> = unlisted.map(|cluster| &*cluster.name).collect();
    match unlisted.as_slice() {
        [] => "services".to_owned(),
        [_] | [_, _] | [_, _, _] => format!("services of {}", unlisted.join(", ")),
        many => format!("services of {}", format::count(many.len(), "cluster")),
    }
}

/// A trouble that its pane has to tell.
fn lasting(freshness: &Freshness) -> Option<&Trouble> {
    let trouble = freshness.trouble.as_ref()?;
    // Old facts stay where they are while the message line tells why they do not get younger.
    (freshness.answered.is_none() || trouble.failure.kind.is_told_in_its_place()).then_some(trouble)
}

/// Whether the list of this screen is made of a subject.
fn rests_on(model: &Model, screen: &Screen, subject: &Subject) -> bool {
    match (screen, subject) {
        // One topic for all clusters: this one may be complete while another one is refused.
        (Screen::Services(id), Subject::Services) => {
            model.fleet.roster(id).is_none_or(|listed| model.triage.counts_in(id).total() < listed)
        }
        (Screen::Fleet, Subject::Services)
        | (Screen::Fleet | Screen::Services(_) | Screen::Clusters | Screen::AllTasks, Subject::Clusters) => {
            true
        }
        (Screen::AllTasks, Subject::ClusterTasks(id) | Subject::StoppedTasks(id)) => {
            model.scope.as_ref().is_none_or(|scope| scope == id)
        }
        (Screen::ClusterTasks(shown), Subject::ClusterTasks(id) | Subject::StoppedTasks(id)) => shown == id,
        (Screen::Service(_, shown) | Screen::ServiceTasks(_, shown), Subject::ServiceTasks(_, id))
        | (Screen::Deployments(_, shown), Subject::Deployments(_, id))
        | (
            Screen::Events(_, shown),
            Subject::ServiceTasks(_, id) | Subject::Service(_, id) | Subject::Deployments(_, id),
        ) => shown == id,
        _ => false,
    }
}
