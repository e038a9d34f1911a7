//! GetTaskProtection and UpdateTaskProtection.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json::{self, Object};
use super::super::super::world::cluster::Cluster;
use super::super::super::world::task::{Owner, Task, TaskKey};
use super::super::super::world::{ServiceKey, World};
use super::{tasks, write_task};

/// Minutes: the usual protection and the longest.
const USUAL: i64 = 120;
const LONGEST: i64 = 2_880;

/// A task that was asked for and has no protection to speak of.
#[derive(Debug)]
struct Failure {
    arn: String,
    reason: &'static str,
}

pub fn get(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let (found, failures) = find(world, input, 100)?;
    Ok(answer(world, &found, &failures))
}

pub fn update(world: &mut World, input: Input<'_>) -> Result<String, Refusal> {
    let enabled = input
        .flag("protectionEnabled")?
        .ok_or_else(|| Refusal::parameter("protectionEnabled must be specified."))?;
    let minutes = input.whole("expiresInMinutes")?.unwrap_or(USUAL);
    if !(1..=LONGEST).contains(&minutes) {
        // Guess: the words; the limits are the documentation's.
        return Err(Refusal::parameter("expiresInMinutes must be between 1 and 2880."));
    }
    let (found, mut failures) = find(world, input, 10)?;
    let (blocked, free): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(task, service)| enabled && blocks_deployment(world, *task, *service));
    for (task, _) in blocked {
        let arn = world.task(task).map(|task| write_task::arn(world, task).to_string()).unwrap_or_default();
        failures.push(Failure { arn, reason: "DEPLOYMENT_BLOCKED" });
    }
    let until = enabled.then(|| world.now + minutes * 60_000);
    for (task, _) in &free {
        world.change(*task, |task| task.protected_until = until);
    }
    Ok(answer(world, &free, &failures))
}

/// The tasks of services that were asked for, and the failures.
type Found = (Vec<(TaskKey, ServiceKey)>, Vec<Failure>);

/// Tasks of services by reference; others and those that have stopped are failures.
fn find(world: &World, input: Input<'_>, limit: usize) -> Result<Found, Refusal> {
    let cluster: &Cluster = super::cluster(world, input)?;
    let references = input.texts("tasks")?;
    super::within("Tasks", references.len(), limit)?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for reference in references {
        let id = tasks::task_id(cluster, reference)?;
        let arn = world.place.ecs(format_args!("task/{}/{id:032x}", cluster.name)).to_string();
        match world.task_with_id(id).filter(|task| task.cluster == cluster.key) {
            None => failures.push(Failure { arn, reason: "MISSING" }),
            Some(Task { key, owner: Owner::Service { service, .. }, ending: None, .. }) => {
                found.push((*key, *service));
            }
            Some(_) => failures.push(Failure { arn, reason: "TASK_NOT_VALID" }),
        }
    }
    Ok((found, failures))
}

/// Protection is not given while other protected tasks of the service hold up a deployment. Guess: exactly when.
fn blocks_deployment(world: &World, task: TaskKey, service: ServiceKey) -> bool {
    let Some(service) = world.service(service).filter(|service| service.deploying()) else { return false };
    let primary = service.primary().map(|primary| primary.number);
    service.tasks.iter().filter(|other| **other != task).filter_map(|key| world.task(*key)).any(|other| {
        let old = !matches!(other.owner, Owner::Service { deployment, .. } if Some(deployment) == primary);
        old && other.is_wanted() && other.is_protected(world.now)
    })
}

fn answer(world: &World, found: &[(TaskKey, ServiceKey)], failures: &[Failure]) -> String {
    json::document(|o| {
        let tasks = found.iter().filter_map(|(key, _)| world.task(*key));
        o.objects("protectedTasks", tasks, |o, task| write(o, world, task));
        o.objects("failures", failures, |o, failure| {
            o.text("arn", &failure.arn).text("reason", failure.reason);
        });
    })
}

fn write(o: &mut Object<'_>, world: &World, task: &Task) {
    let until = task.protected_until.filter(|until| world.now < *until);
    o.text("taskArn", write_task::arn(world, task))
        .flag("protectionEnabled", until.is_some())
        .time_if("expirationDate", until);
}
