//! Log streams of tasks: which container writes where, and from when to when.

use std::sync::Arc;

use serde_json::Value;

use super::super::super::Millis;
use super::super::super::name::{self, Purpose, hex32};
use super::super::World;
use super::super::definition::{Body, Definition, DefinitionKey, Role};
use super::super::task::{Fate, Owner, Task};
use super::setup::{Driver, Setup};

/// Where a container of a definition writes.
#[derive(Clone, Debug)]
pub struct Output {
    pub group: String,
    /// `None` is the Region of the cluster.
    pub region: Option<String>,
    /// What stands before the task's id in the stream's name.
    pub prefix: String,
    pub container: String,
    pub role: Role,
    /// Its lines go through the log router.
    pub routed: bool,
}

/// How the last lines of a container read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing was written: it was killed, or it had nothing to say.
    Silent,
    /// It stopped because it was asked to.
    Asked,
    /// It could not start without this variable.
    Missing(Arc<str>),
    /// It ended by itself with this exit code.
    Exited(i32),
}

/// What one container of one task writes.
#[derive(Clone, Debug)]
pub struct Stream {
    pub name: String,
    /// Tells streams of a group apart.
    pub number: u64,
    pub seed: u64,
    pub service: Arc<str>,
    pub role: Role,
    pub setup: Arc<Setup>,
    pub begins: Millis,
    pub signalled: Option<Millis>,
    pub ends: Option<Millis>,
    /// Since when it answers health checks wrongly.
    pub ill: Option<Millis>,
    pub end: End,
    /// The variable that it waits for all its short life.
    pub doomed: Option<Arc<str>>,
    pub balanced: bool,
    pub checked: bool,
    /// It was run by hand and does its work once.
    pub alone: bool,
}

/// What a definition says of logs, or the newest definition of its family that says it in our way.
pub fn setup(world: &World, definition: &Definition) -> Arc<Setup> {
    if let Some(recipe) = definition.recipe() {
        return Arc::clone(&recipe.logs);
    }
    let family = world.families.get(&definition.family).into_iter().flatten().rev();
    let known = family.filter_map(|key| world.definition(*key)?.recipe());
    let known = known.map(|recipe| Arc::clone(&recipe.logs)).next();
    known.unwrap_or_else(|| Arc::new(Setup::usual(&definition.family, world.seed)))
}

/// Where the containers of a definition write in CloudWatch Logs.
pub fn outputs(definition: &Definition) -> Vec<Output> {
    match &definition.body {
        Body::Recipe(recipe) => {
            let region = recipe.logs.region.as_deref().map(str::to_owned);
            let output = |role: Role| {
                let routed = role == Role::App && recipe.log_router;
                let here = match recipe.logs.driver {
                    _ if role != Role::App => true,
                    driver => driver == Driver::CloudWatch,
                };
                here.then(|| Output {
                    group: format!("/ecs/{}", definition.family),
                    region: region.clone(),
                    // The tag that FireLens gives the lines of a container follows the router's prefix.
                    prefix: if routed {
                        "app/app-firelens-".to_owned()
                    } else {
                        format!("ecs/{}/", role.name())
                    },
                    container: role.name().to_owned(),
                    role,
                    routed,
                })
            };
            recipe.roles().filter_map(output).collect()
        }
        Body::Given(body) => {
            let list = body.get("containerDefinitions").and_then(Value::as_array);
            list.into_iter().flatten().filter_map(given_output).collect()
        }
    }
}

fn given_output(container: &Value) -> Option<Output> {
    let name = container.get("name").and_then(Value::as_str).unwrap_or("app");
    let logs = container.get("logConfiguration")?;
    let option = |key: &str| logs.get("options")?.get(key)?.as_str().map(str::to_owned);
    let text = |key: &str| logs.get(key).and_then(Value::as_str);
    let role = match name {
        "envoy" => Role::Envoy,
        "log_router" => Role::LogRouter,
        _ => Role::App,
    };
    let (group, region, prefix, routed) = match text("logDriver")? {
        "awslogs" => {
            let prefix = format!("{}/{name}/", option("awslogs-stream-prefix")?);
            (option("awslogs-group")?, option("awslogs-region"), prefix, false)
        }
        "awsfirelens" if option("Name")?.starts_with("cloudwatch") => {
            let prefix = format!("{}{name}-firelens-", option("log_stream_prefix").unwrap_or_default());
            (option("log_group_name")?, option("region"), prefix, true)
        }
        _ => return None,
    };
    Some(Output { group, region, prefix, container: name.to_owned(), role, routed })
}

/// Whether a definition may write to a group: cheaper than making its outputs.
pub fn may_write(definition: &Definition, group: &str) -> bool {
    match &definition.body {
        Body::Recipe(_) => group.strip_prefix("/ecs/") == Some(&*definition.family),
        Body::Given(_) => outputs(definition).iter().any(|output| output.group == group),
    }
}

/// The stream of a task's container, if the container has ever run.
pub fn of_task(world: &World, task: &Task, output: &Output, setup: &Arc<Setup>) -> Option<Stream> {
    let begins = task.times.started?;
    let name = format!("{}{}", output.prefix, hex32(task.id));
    let definition = world.definition(task.definition)?;
    let (service, alone) = match &task.owner {
        Owner::Service { service, .. } => (world.service(*service), false),
        Owner::Alone { .. } => (None, true),
    };
    let app = output.role == Role::App;
    let mut ends = task.times.execution_stopped;
    // What the router does not pass on is lost.
    if let Some(lost) = task.lost_sidecar.filter(|_| output.routed || output.role == Role::LogRouter) {
        ends = Some(ends.map_or(lost, |ends| ends.min(lost)));
    }
    let doomed = match task.fate {
        Fate::Exits { code, .. } if code != 0 && app && !alone => {
            Some(missing(world, task.definition).unwrap_or_else(|| Arc::from("DB_URL")))
        }
        _ => None,
    };
    let end = match task.ending.as_deref() {
        _ if task.lost_sidecar.is_some() && (output.routed || !app) => End::Silent,
        Some(ending) if ending.exited() && app => match (ending.exit, &doomed) {
            (Some(137) | None, _) => End::Silent,
            (Some(_), Some(missing)) => End::Missing(Arc::clone(missing)),
            (Some(code), None) => End::Exited(code),
        },
        Some(ending) if !ending.exited() => End::Asked,
        _ => End::Silent,
    };
    Some(Stream {
        number: name::number_of(&name),
        seed: name::derive(task.seed() ^ world.seed, Purpose::Log, name::number_of(&output.container)),
        name,
        service: service.map_or_else(|| Arc::clone(&definition.family), |service| Arc::clone(&service.name)),
        role: output.role,
        setup: Arc::clone(setup),
        begins,
        signalled: task.times.signalled,
        ends,
        ill: task.ill.filter(|_| app),
        end,
        doomed,
        balanced: service.is_some_and(|service| service.settings.balanced) && definition.port().is_some(),
        checked: definition.has_health_check(),
        alone,
    })
}

/// A variable or secret that the revision before had and this one lost.
fn missing(world: &World, key: DefinitionKey) -> Option<Arc<str>> {
    let definition = world.definition(key)?;
    let family = world.families.get(&definition.family)?;
    let place = family.iter().position(|other| *other == key)?;
    let names = |recipe: &super::super::definition::Recipe| -> Vec<Arc<str>> {
        let variables = recipe.variables.iter().map(|(name, _)| name);
        recipe.secrets.iter().chain(variables).cloned().collect()
    };
    let before = names(world.definition(*family.get(place.checked_sub(1)?)?)?.recipe()?);
    let now = names(definition.recipe()?);
    before.into_iter().find(|name| !now.contains(name))
}
