//! What tests do to the world that no request could do.

use std::sync::Arc;

use super::story::Behaviour;
use super::world::alarm::{self, AlarmState};
use super::world::event::Fact;
use super::world::task::{Ending, StopCode};
use super::world::trouble::{self, Trouble};
use super::world::{ServiceKey, World, deploy, life, scheduler};

/// Something done to the world from outside. Clusters and services are named shortly, tasks by their id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// The service drains its tasks and becomes INACTIVE.
    DeleteService { cluster: String, service: String },
    /// The task stops with this `stopCode`, `stoppedReason` and exit code of its application.
    StopTask { task: String, code: String, reason: String, exit: Option<i32> },
    /// The service gets a trouble of a story: `crash-loop`, `image-missing` and so on.
    Break { cluster: String, service: String, behaviour: String },
    /// Tasks that start from now on are well; what was flawed by its revision is well with that revision.
    Heal { cluster: String, service: String },
    /// The next revision of the service's family is registered and rolled out.
    Deploy { cluster: String, service: String },
    /// A CloudWatch alarm goes to ALARM; a deployment that it watches over fails.
    Alarm { cluster: String, service: String, alarm: String },
    /// A CloudWatch alarm comes into a state: `OK`, `ALARM` or `INSUFFICIENT_DATA`. One that is new is made.
    TurnAlarm { alarm: String, state: String },
    /// The service gets an event with this text after its name.
    Event { cluster: String, service: String, text: String },
}

pub fn apply(world: &mut World, disturbance: Disturbance) -> Result<(), String> {
    match disturbance {
        Disturbance::DeleteService { cluster, service } => {
            let key = find(world, &cluster, &service)?;
            let now = world.now;
            deploy::delete(world, key, now);
        }
        Disturbance::StopTask { task, code, reason, exit } => {
            let id = u128::from_str_radix(&task, 16).map_err(|error| format!("{task}: {error}"))?;
            let key = world.task_with_id(id).ok_or_else(|| format!("no task {task}"))?.key;
            let known = StopCode::ALL.into_iter().find(|known| known.word() == code);
            let code = known.ok_or_else(|| format!("no stop code {code}"))?;
            life::stop(world, key, Ending { code, reason: reason.into(), exit, container_reason: None });
        }
        Disturbance::Break { cluster, service, behaviour } => {
            let key = find(world, &cluster, &service)?;
            let behaviour = Behaviour::named(&behaviour)?;
            let kind = behaviour.trouble().ok_or_else(|| format!("{behaviour:?} is no trouble"))?;
            if let Some(service) = world.service_mut(key) {
                service.trouble = Some(Box::new(Trouble { kind, definition: None, active: false }));
            }
            trouble::begin(world, key);
        }
        Disturbance::Heal { cluster, service } => {
            let key = find(world, &cluster, &service)?;
            let now = world.now;
            if let Some(service) = world.service_mut(key) {
                service.trouble = None;
                service.launch.not_before = now;
            }
            world.wake(key, now);
        }
        Disturbance::Deploy { cluster, service } => {
            let key = find(world, &cluster, &service)?;
            deploy::next_revision(world, key);
        }
        Disturbance::Alarm { cluster, service, alarm } => {
            let key = find(world, &cluster, &service)?;
            let now = world.now;
            world.alarms.put(&Arc::from(alarm.as_str()), AlarmState::Alarm, now);
            deploy::sound_alarm(world, key, &alarm);
        }
        Disturbance::TurnAlarm { alarm, state } => {
            let states = [AlarmState::Ok, AlarmState::Alarm, AlarmState::InsufficientData];
            let known = states.into_iter().find(|known| known.word() == state);
            alarm::turn(world, &Arc::from(alarm), known.ok_or_else(|| format!("no state {state}"))?);
        }
        Disturbance::Event { cluster, service, text } => {
            let key = find(world, &cluster, &service)?;
            scheduler::say(world, Some(key), Fact::Text(Arc::from(text)));
        }
    }
    Ok(())
}

fn find(world: &World, cluster: &str, service: &str) -> Result<ServiceKey, String> {
    let found = world.cluster_named(cluster).ok_or_else(|| format!("no cluster {cluster}"))?;
    let found = world.service_named(found.key, service);
    found.map(|service| service.key).ok_or_else(|| format!("no service {service} in the cluster {cluster}"))
}
