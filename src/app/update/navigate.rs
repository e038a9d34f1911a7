//! From screen to screen: what opens, what stands above, and where names lead.

use crate::app::model::Model;
use crate::app::notice::Level;
use crate::app::rows::{self, Reason};
use crate::app::screen::{Screen, task_owner};
use crate::app::views::{Content, View};
use crate::fleet::id::{ClusterId, ServiceId};
use crate::fleet::log::origin::Origin;
use crate::fleet::topic::Target;

/// Opens a screen from the shown one.
pub fn open(model: &mut Model, screen: Screen) {
    model.history.open(screen);
    arrive(model);
}

/// Goes to a screen by the whole way to it, as if it had been opened step by step.
pub fn jump(model: &mut Model, screen: &Screen) {
    let mut path = screen.path(&model.fleet);
    if path.first() != Some(&Screen::Fleet) && *screen != Screen::Fleet {
        path.insert(0, Screen::Fleet);
    }
    // From the fleet a service is opened without its cluster in between: esc leads back where one came from.
    path.dedup();
    model.history.jump(path);
    arrive(model);
}

/// Makes the rows of a screen that is shown from now on.
pub fn arrive(model: &mut Model) {
    let screen = model.screen().clone();
    model.views.entry(screen).or_insert_with_key(View::of);
    super::logs::arrive(model);
    rows::renew(model, Reason::Facts);
    // Screens that nobody can go back to are forgotten.
    if model.views.len() > 200 {
        let kept: Vec<Screen> = model.history.stack().to_vec();
        model.views.retain(|screen, _| kept.contains(screen));
    }
}

/// Goes up one level; tells whether there was one.
pub fn up(model: &mut Model) -> bool {
    let moved = model.history.up();
    if moved {
        arrive(model);
    }
    moved
}

/// The screen that `enter` leads to.
pub fn opens(model: &Model) -> Option<Screen> {
    let view = model.view();
    if let Some(id) = view.selected_service() {
        if matches!(view.content, Content::Approvals(_)) {
            return Some(Screen::Shift(cluster_of(model, id)?, id.clone()));
        }
        return Some(Screen::Service(cluster_of(model, id)?, id.clone()));
    }
    if let Some(id) = view.selected_task() {
        return Some(Screen::Task(model.fleet.task(id)?.cluster.clone(), id.clone()));
    }
    if let Some(id) = view.selected_cluster() {
        return Some(Screen::Services(id.clone()));
    }
    let task = view.selected_entry()?.tasks.first()?;
    Some(Screen::Task(model.fleet.task(task)?.cluster.clone(), task.clone()))
}

/// The cluster of a service, also of one that is only known by its name.
fn cluster_of(model: &Model, id: &ServiceId) -> Option<ClusterId> {
    if let Some(service) = model.fleet.service(id) {
        return Some(service.cluster.clone());
    }
    let name = id.cluster_name()?;
    let mut clusters = model.fleet.clusters();
    clusters
        .find(|cluster| cluster.id.service(id.name()) == *id && &*cluster.name == name)
        .map(|c| c.id.clone())
}

/// The thing under the cursor, or the one that the screen is about.
pub fn target(model: &Model) -> Option<Target> {
    let view = model.view();
    if let Some(id) = view.selected_service() {
        return Some(Target::Service(cluster_of(model, id)?, id.clone()));
    }
    if let Some(id) = view.selected_task() {
        return Some(Target::Task(model.fleet.task(id)?.cluster.clone(), id.clone()));
    }
    if let Some(id) = view.selected_cluster() {
        return Some(Target::Cluster(id.clone()));
    }
    match model.screen() {
        Screen::Services(cluster) | Screen::ClusterTasks(cluster) => Some(Target::Cluster(cluster.clone())),
        Screen::Service(cluster, id)
        | Screen::ServiceTasks(cluster, id)
        | Screen::Events(cluster, id)
        | Screen::Deployments(cluster, id)
        | Screen::Shift(cluster, id) => Some(Target::Service(cluster.clone(), id.clone())),
        Screen::Task(cluster, id) => Some(Target::Task(cluster.clone(), id.clone())),
        Screen::Describe(target) | Screen::Json(target) => Some(target.clone()),
        Screen::Logs(of) | Screen::LogLine(of) => Some(match of {
            Origin::Service(cluster, id) | Origin::Stopped(cluster, id) => {
                Target::Service(cluster.clone(), id.clone())
            }
            Origin::Task(cluster, id) => Target::Task(cluster.clone(), id.clone()),
        }),
        _ => None,
    }
}

/// The service under the cursor, of the task under the cursor, or that the screen is about.
pub fn service(model: &Model) -> Option<(ClusterId, ServiceId)> {
    let of_task = |cluster: &ClusterId, task| match task_owner(&model.fleet, cluster, task) {
        Screen::Service(cluster, service) => Some((cluster, service)),
        _ => None,
    };
    match target(model)? {
        Target::Service(cluster, service) => Some((cluster, service)),
        Target::Task(cluster, task) => of_task(&cluster, &task),
        Target::Cluster(_) | Target::Definition(_) => None,
    }
}

/// Whose log lines are meant: those of the task under the cursor, else of its service.
pub fn origin(model: &Model, stopped: bool) -> Option<Origin> {
    if !stopped && let Some(Target::Task(cluster, task)) = target(model) {
        return Some(Origin::Task(cluster, task));
    }
    let (cluster, service) = service(model)?;
    Some(if stopped { Origin::Stopped(cluster, service) } else { Origin::Service(cluster, service) })
}

/// The cluster of what is under the cursor.
pub fn cluster(model: &Model) -> Option<ClusterId> {
    match target(model)? {
        Target::Cluster(cluster) | Target::Service(cluster, _) | Target::Task(cluster, _) => Some(cluster),
        Target::Definition(_) => None,
    }
}

/// The screen of the owner: a task's service, a service's cluster. Where that is shown already, what owns it in turn.
pub fn owner(model: &Model) -> Option<Screen> {
    let owner = match target(model)? {
        Target::Task(cluster, task) => task_owner(&model.fleet, &cluster, &task),
        Target::Service(cluster, _) => Screen::Services(cluster),
        Target::Cluster(_) => Screen::Clusters,
        Target::Definition(_) => return None,
    };
    Some(match owner {
        Screen::Service(cluster, _) if matches!(model.screen(), Screen::Service(..)) => {
            Screen::Services(cluster)
        }
        Screen::Services(_) if matches!(model.screen(), Screen::Services(_)) => Screen::Clusters,
        owner => owner,
    })
}

/// Shows only the services of one cluster.
pub fn set_scope(model: &mut Model, scope: Option<ClusterId>) {
    model.scope = scope;
    rows::renew(model, Reason::Choice);
}

/// Opens the service that a person named; says so when there is none or there are several.
pub fn open_service_named(model: &mut Model, wanted: &str) {
    let scope = model.scope.clone();
    let matching = model.fleet.services().filter(|known| {
        let service = &known.service;
        let named = &*service.name == wanted || service.id.as_str() == wanted;
        named && scope.as_ref().is_none_or(|scope| service.cluster == *scope)
    });
    let found: Vec<_> =
        matching.map(|known| (known.service.cluster.clone(), known.service.id.clone())).collect();
    match found.as_slice() {
        [(cluster, service)] => {
            let screen = Screen::Service(cluster.clone(), service.clone());
            open(model, screen);
        }
        [] => {
            let text = format!("no service is called `{wanted}` here; this is the fleet");
            model.notices.say(model.now, Level::Warning, text);
        }
        several => {
            let text = format!(
                "{} services are called `{wanted}`: choose one, or start with --cluster",
                several.len()
            );
            model.notices.say(model.now, Level::Warning, text);
            super::narrow::apply(model, &format!("service:{wanted}"));
        }
    }
}
