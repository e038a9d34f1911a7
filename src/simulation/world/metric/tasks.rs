//! CPU and memory of a service's tasks, in percent of what they reserve.

use super::super::super::Millis;
use super::super::super::name;
use super::super::service::Service;
use super::super::task::TaskState;
use super::super::{ServiceKey, World};
use super::{Figures, ServiceMeasure, chance};

/// There are points while at least one task runs (AWS.md §3.2).
pub fn minute(world: &World, key: ServiceKey, measure: ServiceMeasure, at: Millis) -> Option<Figures> {
    let service = world.service(key)?;
    let running = running(world, service, at);
    if running == 0 {
        return None;
    }
    let of = name::number_of(&service.name);
    let usual = |place: u32| 25.0 + f64::from(u8::try_from((of >> place) & 31).unwrap_or_default());
    let average = match measure {
        ServiceMeasure::Cpu => match service.load.as_ref().and_then(|load| load.cpu(at, running)) {
            Some(tenths) => f64::from(tenths) / 10.0,
            None => usual(7) + 6.0 * chance(world, of ^ 5, at),
        },
        ServiceMeasure::Memory => usual(19) + 12.0 + 2.0 * chance(world, of ^ 6, at),
    };
    // One sample of each task, spread a little around the average.
    let samples = f64::from(running);
    Some(Figures {
        samples,
        sum: average * samples,
        minimum: average * 0.85,
        maximum: (average * 1.2).min(100.0),
        median: average,
    })
}

/// Tasks that ran at a moment, as far back as tasks are remembered.
fn running(world: &World, service: &Service, at: Millis) -> u32 {
    let ran = |task: &super::super::task::Task| {
        task.times.started.is_some_and(|started| started <= at + super::MINUTE)
            && task.times.stopping.is_none_or(|stopping| stopping > at)
            && task.state >= TaskState::Running
    };
    let tasks = service.tasks.iter().filter_map(|key| world.task(*key));
    u32::try_from(tasks.filter(|task| ran(task)).count()).unwrap_or(u32::MAX)
}
