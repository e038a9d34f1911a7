//! What services and clusters cost by list prices, from what is known of their tasks.

use super::cost::{Billed, Cost};
use super::format;
use super::model::Model;
use crate::fleet::KnownTask;
use crate::fleet::id::{ClusterId, ContextId};
use crate::fleet::service::Service;

/// One more task of a service, as its definition describes it.
pub fn task(model: &Model, service: &Service) -> Cost {
    let definition = service.definition.as_ref().and_then(|id| model.fleet.definition(id));
    let Some(definition) = definition else {
        return Cost::Unknown("the task definition is not described yet".to_owned());
    };
    let capacity = match service.capacity.as_slice() {
        [] => service.launch_type.as_deref(),
        [one] => Some(&*one.provider),
        _ => return Cost::Unknown("tasks run on several capacity providers".to_owned()),
    };
    model.settings.prices.task(region(model, service.context), &Billed::of_definition(definition, capacity))
}

/// The tasks of a service that run now.
pub fn service(model: &Model, service: &Service) -> Cost {
    let tasks = model.fleet.tasks_of(&service.cluster, &service.name).filter(|known| runs(known));
    running(model, service.context, &tasks.collect::<Vec<_>>(), service.running)
}

/// All tasks of a cluster that run now.
pub fn cluster(model: &Model, id: &ClusterId) -> Cost {
    let Some(cluster) = model.fleet.cluster(id) else {
        return Cost::Unknown("the cluster is not known".to_owned());
    };
    let tasks = model.fleet.tasks_in(id).filter(|known| runs(known));
    running(model, cluster.context, &tasks.collect::<Vec<_>>(), cluster.running)
}

fn runs(known: &KnownTask) -> bool {
    !known.task.state.is_stopped() && known.task.times.started.is_some()
}

/// What these tasks cost, with a note on those that were not looked at.
fn running(model: &Model, context: ContextId, tasks: &[&KnownTask], count: u32) -> Cost {
    let billed = tasks.iter().map(|known| Billed::of_task(&known.task));
    let cost = model.settings.prices.tasks(region(model, context), billed);
    let missing = (count as usize).saturating_sub(tasks.len());
    match cost {
        _ if tasks.is_empty() && missing > 0 => Cost::Unknown("its tasks are not described yet".to_owned()),
        Cost::Estimate(mut estimate) if missing > 0 => {
            let missing = format::count(missing, "task");
            estimate.notes.push(format!("without {missing} not described yet"));
            Cost::Estimate(estimate)
        }
        cost => cost,
    }
}

fn region(model: &Model, context: ContextId) -> &str {
    model.context(context).map_or("", |info| &info.region)
}
