//! ListTasks and DescribeTasks.

use super::super::super::wire::Refusal;
use super::super::super::wire::input::Input;
use super::super::super::wire::json;
use super::super::super::wire::page::Page;
use super::super::super::world::World;
use super::super::super::world::cluster::Cluster;
use super::super::super::world::task::{Owner, Task, TaskKey};
use super::write_task;

/// The filters of ListTasks.
#[derive(Debug)]
struct Filter<'a> {
    family: Option<&'a str>,
    started_by: Option<&'a str>,
    launch_type: Option<&'a str>,
}

impl Filter<'_> {
    fn admits(&self, world: &World, task: &Task) -> bool {
        let of_family =
            |family| world.definition(task.definition).is_some_and(|found| &*found.family == family);
        let by = |starter: &str| match &task.owner {
            Owner::Service { deployment, .. } => starter == format!("ecs-svc/{deployment}"),
            Owner::Alone { started_by, .. } => started_by.as_deref() == Some(starter),
        };
        self.family.is_none_or(of_family)
            && self.started_by.is_none_or(by)
            && self.launch_type.is_none_or(|kind| kind == "FARGATE")
    }
}

pub fn list(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let status = input.text("desiredStatus")?.unwrap_or("RUNNING");
    let filter = Filter {
        family: input.text("family")?,
        started_by: input.text("startedBy")?,
        launch_type: input.text("launchType")?,
    };
    let service = input.text("serviceName")?;
    if filter.started_by.is_some() && (service.is_some() || filter.family.is_some()) {
        // AWS.md §1.1: it must be the only filter. Guess: the words.
        return Err(Refusal::parameter("startedBy cannot be combined with other filters."));
    }
    let text = Option::unwrap_or_default;
    let question = [
        "ListTasks",
        &*cluster.name,
        status,
        text(service),
        text(filter.family),
        text(filter.started_by),
        text(filter.launch_type),
    ];
    let page = Page::read(input, 100, &question)?;
    let wanted = match status {
        "RUNNING" => Some(true),
        "STOPPED" => Some(false),
        "PENDING" => None,
        // Guess: the words.
        _ => return Err(Refusal::parameter("desiredStatus should be one of [RUNNING,PENDING,STOPPED]")),
    };
    let keys: Box<dyn Iterator<Item = TaskKey>> = match (wanted, service) {
        // No task ever has the desired status PENDING.
        (None, _) => Box::new(std::iter::empty()),
        (Some(wanted), Some(reference)) => {
            let service = super::service(world, cluster, reference)?;
            let tasks = service.tasks.iter().copied();
            Box::new(tasks.filter(move |key| world.task(*key).is_some_and(|task| task.is_wanted() == wanted)))
        }
        (Some(wanted), None) => from_cluster(cluster, wanted, page),
    };
    let tasks = keys.filter_map(|key| world.task(key)).filter(|task| filter.admits(world, task));
    let cut = page.cut(tasks.map(|task| (u64::from(task.key.0), task)));
    Ok(json::document(|o| {
        o.texts("taskArns", cut.items.iter().map(|task| write_task::arn(world, task).to_string()));
        cut.token(o);
    }))
}

/// The tasks of a cluster from where the page begins.
fn from_cluster(cluster: &Cluster, wanted: bool, page: Page) -> Box<dyn Iterator<Item = TaskKey> + '_> {
    let set = if wanted { &cluster.wanted } else { &cluster.unwanted };
    match page.after().and_then(|after| u32::try_from(after).ok()) {
        Some(after) => Box::new(set.range(TaskKey(after)..).copied()),
        None => Box::new(set.iter().copied()),
    }
}

pub fn describe(world: &World, input: Input<'_>) -> Result<String, Refusal> {
    let cluster = super::cluster(world, input)?;
    let references = input.texts("tasks")?;
    super::within("Tasks", references.len(), 100)?;
    let tags = super::includes(input, "TAGS")?;
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for reference in references {
        let id = task_id(cluster, reference)?;
        match world.task_with_id(id).filter(|task| task.cluster == cluster.key) {
            Some(task) => found.push(task),
            None => {
                missing.push(world.place.ecs(format_args!("task/{}/{id:032x}", cluster.name)).to_string());
            }
        }
    }
    Ok(json::document(|o| {
        o.objects("tasks", found, |o, task| write_task::write(o, world, task, tags));
        super::failures(o, missing);
    }))
}

/// The id in a reference to a task. The sentence is AWS's.
pub fn task_id(cluster: &Cluster, reference: &str) -> Result<u128, Refusal> {
    let name = super::name_in(cluster, "task", reference)?;
    if name.len() != 32 && name.len() != 36 {
        return Err(Refusal::parameter("taskId length should be one of [32,36]"));
    }
    u128::from_str_radix(&name.replace('-', ""), 16)
        // Guess: the words.
        .map_err(|_| Refusal::parameter(format!("Invalid taskId: {name}")))
}
