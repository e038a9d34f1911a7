//! A task in words: what happened when, why it stopped, its containers, and where it runs.

use chrono::{DateTime, TimeDelta, Utc};

use super::Page;
use super::definition;
use super::grid::{Grid, NOTHING, or_nothing};
use crate::app::absence;
use crate::app::format;
use crate::app::scale_in;
use crate::app::table::{Cell, Tone};
use crate::fleet::KnownTask;
use crate::fleet::definition::{TaskDefinition, short_image};
use crate::fleet::ending::{Cause, Ending, Weight, exit_meaning};
use crate::fleet::id::{ClusterId, DefinitionId, TaskId};
use crate::fleet::service::Service;
use crate::fleet::task::{Container, Health, Task, TaskState};
use crate::fleet::topic::{Subject, Topic};

/// How long AWS knows a task after its end.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);
/// The longest text of a column that has its full text elsewhere.
const SHORT: usize = 30;

pub(super) fn describe(page: &mut Page<'_>, cluster: &ClusterId, id: &TaskId) {
    let model = page.model;
    let Some(task) = model.fleet.task(id) else {
        page.say(page.absence(Subject::Task(cluster.clone(), id.clone())));
        return page.say_in("AWS forgets a task about an hour after it stopped.", Tone::Dim);
    };
    let definition = task.definition.as_ref().and_then(|id| model.fleet.definition(id)).map(AsRef::as_ref);
    let service = task.service().map(|name| model.fleet.service_named(cluster, name));
    let service = service.and_then(|id| model.fleet.service(&id)).map(AsRef::as_ref);
    let ending = model.fleet.ending(id);
    state(page, task);
    if !task.state.is_stopped() {
        page.say_absence(Subject::Task(cluster.clone(), id.clone()));
    }
    protection(page, task);
    life(page, task, ending.map(AsRef::as_ref));
    if let Some(ending) = ending {
        why(page, task, ending);
        alike(page, task, ending);
    }
    containers(page, task, definition);
    network(page, task, service);
    place(page, task);
    definition::roles(page, definition);
    page.section("Task");
    page.field("ARN", Some(id.as_str()));
    page.field("Definition", task.definition.as_ref().map(DefinitionId::name));
    page.field("Group", task.group.as_deref());
    page.field("Started by", task.started_by.as_deref());
}

/// The state in one line, with how long it lasts.
fn state(page: &mut Page<'_>, task: &Task) {
    let age = task.since().map(|since| page.age(since));
    let ran = task.ran_for().map_or_else(String::new, |ran| format!(", ran {}", format::span(ran)));
    let word = task.state.as_str();
    let (rest, tone) = match &task.state {
        TaskState::Stopped | TaskState::Deleted => {
            let age = age.map_or_else(String::new, |age| format!(" {age} ago"));
            let never =
                if task.stop_code.as_deref() == Some("TaskFailedToStart") { ", never ran" } else { "" };
            (format!("{age}{ran}{never}"), Tone::Strong)
        }
        state => {
            let age = age.map_or_else(String::new, |age| format!(" for {age}"));
            let health = match &task.health {
                Health::Unknown => String::new(),
                health => format!(", {}", health.as_str()),
            };
            let asked = if task.desired.is_stopped() && *state == TaskState::Running {
                ", asked to stop"
            } else {
                ""
            };
            let tone = if task.health == Health::Unhealthy { Tone::Bad } else { Tone::Strong };
            (format!("{age}{health}{asked}{}", step(state)), tone)
        }
    };
    page.say_in(format!("{word}{rest}"), tone);
}

/// Whether scaling in or a deployment may stop it; that is asked of tasks of services that run.
fn protection(page: &mut Page<'_>, task: &Task) {
    let model = page.model;
    let Some(name) = task.service().filter(|_| !task.has_ended()) else { return };
    if let Some(known) = model.fleet.protection(&task.id) {
        let told = scale_in::told(known, model.now, model.utc);
        page.field("Protection", Some(told.unwrap_or_else(|| "none: scaling in may stop it".to_owned())));
        return;
    }
    let service = model.fleet.service_named(&task.cluster, name);
    let topic = Topic::new(page.context, Subject::Protection(task.cluster.clone(), service));
    let trouble = model.fleet.freshness(&topic).and_then(|freshness| freshness.trouble.as_ref());
    page.field("Protection", trouble.map(|trouble| format!("not known: {}", trouble.failure)));
}

/// What a task waits for in this state.
fn step(state: &TaskState) -> &'static str {
    match state {
        TaskState::Provisioning => ": waiting for its network interface",
        TaskState::Pending => ": pulling images, starting containers",
        TaskState::Activating => ": registering with the load balancer",
        TaskState::Deactivating => ": leaving the load balancer",
        TaskState::Stopping => ": its containers got SIGTERM",
        TaskState::Deprovisioning => ": giving its network interface back",
        _ => "",
    }
}

fn why(page: &mut Page<'_>, task: &Task, ending: &Ending) {
    page.section("Why");
    page.say_in(ending.sentence.clone(), tone(ending.weight));
    page.field("Check first", ending.check);
    page.field("Stop code", task.stop_code.as_deref());
    page.field("AWS says", task.stopped_reason.as_deref());
    for container in &task.containers {
        page.field(&format!("AWS on {}", container.name), container.reason.as_deref());
    }
}

fn tone(weight: Weight) -> Tone {
    match weight {
        Weight::Normal => Tone::Plain,
        Weight::Notable => Tone::Warning,
        Weight::Fault => Tone::Bad,
    }
}

/// The moments of the task's life in their order.
fn life(page: &mut Page<'_>, task: &Task, ending: Option<&Ending>) {
    let times = &task.times;
    let mut steps: Vec<(DateTime<Utc>, &'static str, String, Tone)> = Vec::new();
    let mut step = |at: Option<DateTime<Utc>>, word, text: String, tone| {
        if let Some(at) = at {
            steps.push((at, word, text, tone));
        }
    };
    let gap = |from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>| Some(format::span(to? - from?));
    step(times.created, "CREATED", origin(task), Tone::Plain);
    let pull = match (gap(times.pull_started, times.pull_stopped), task.state.is_starting()) {
        (Some(took), _) => format!("took {took}"),
        (None, true) => gap(times.pull_started, Some(page.model.now))
            .map_or_else(String::new, |age| format!("under way for {age}")),
        (None, false) => "end not known".to_owned(),
    };
    step(times.pull_started, "PULL", pull, Tone::Plain);
    let mut up = Vec::new();
    up.extend(gap(times.created, times.started).map(|after| format!("{after} after it was created")));
    if task.state == TaskState::Running {
        up.extend(gap(times.started, Some(page.model.now)).map(|age| format!("up for {age}")));
    }
    step(times.started, "RUNNING", up.join(", "), Tone::Plain);
    if let Some(ending) = ending {
        // The sentence stands where the end begins.
        let ends = [
            (times.stopping, "STOPPING", String::new()),
            (times.execution_stopped, "ENDED", ran(task)),
            (times.stopped, "STOPPED", task.stop_code.as_deref().unwrap_or_default().to_owned()),
        ];
        let mut sentence = Some(&ending.sentence);
        for (at, word, text) in ends.into_iter().filter(|(at, ..)| at.is_some()) {
            match sentence.take() {
                Some(sentence) if text.is_empty() => step(at, word, sentence.clone(), tone(ending.weight)),
                Some(sentence) => step(at, word, format!("{sentence} ({text})"), tone(ending.weight)),
                None => step(at, word, text, Tone::Plain),
            }
        }
    }
    page.section("What happened");
    steps.sort_by_key(|(at, ..)| *at);
    let mut grid = Grid::without_heads();
    for (at, word, text, tone) in steps {
        grid.row([Cell::new(page.time(at), Tone::Dim), Cell::new(word, Tone::Strong), Cell::new(text, tone)]);
    }
    if grid.is_empty() {
        page.say("AWS gave no times for this task.");
    }
    grid.write(page);
}

/// Who started it, with what, where.
fn origin(task: &Task) -> String {
    let by = match (task.service(), task.started_by.as_deref()) {
        (Some(_), Some(id)) if id.starts_with("ecs-svc/") => "by the service scheduler".to_owned(),
        (_, Some(who)) => format!("by {who}"),
        (_, None) => "starter not known".to_owned(),
    };
    let parts = [
        Some(by),
        task.revision().map(|revision| format!("rev {revision}")),
        task.capacity_provider.as_deref().or(task.launch_type.as_deref()).map(str::to_owned),
        task.zone.as_deref().map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn ran(task: &Task) -> String {
    let ran = task.ran_for().map(|ran| format!(", ran {}", format::span(ran))).unwrap_or_default();
    format!("its containers ended{ran}")
}

/// The other stops of the same service, or of the same group, that ended the same way.
fn alike(page: &mut Page<'_>, task: &Task, ending_here: &Ending) {
    let fleet = &page.model.fleet;
    let now = page.model.now;
    let peers = fleet.tasks_of(&task.cluster, task.service().unwrap_or_default());
    let mut stops: Vec<(DateTime<Utc>, &Task, bool)> = peers
        .filter(|KnownTask { task: peer, .. }| peer.state.is_stopped() && peer.group == task.group)
        .filter_map(|KnownTask { task: peer, ending, .. }| {
            let at = peer.since().filter(|at| now - *at <= REMEMBERED)?;
            let ending = ending.as_ref()?;
            let same = ending.cause == ending_here.cause
                && (ending.cause != Cause::Unknown || ending.sentence == ending_here.sentence);
            Some((at, &**peer, same))
        })
        .collect();
    stops.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let same: Vec<&str> =
        stops.iter().filter(|(_, _, same)| *same).map(|(_, peer, _)| peer.id.short()).collect();
    if stops.is_empty() {
        return;
    }
    let whole =
        [Subject::StoppedTasks(task.cluster.clone())].into_iter().chain(task.service().map(|name| {
            Subject::ServiceTasks(task.cluster.clone(), fleet.service_named(&task.cluster, name))
        }));
    let mut whole = whole.filter_map(|subject| fleet.answered(page.context, subject));
    let seen = if whole.next().is_some() { "" } else { " seen so far; others may be missing" };
    let sentence = format!(
        "{} ({} of {}{seen})",
        if same.is_empty() { "no other".to_owned() } else { same.join(", ") },
        same.len(),
        format::count(stops.len(), "stop"),
    );
    page.section("Same ending in the last hour");
    page.say(sentence);
    let owner = task.service().map(|name| fleet.service_named(&task.cluster, name));
    let lacking = match &owner {
        Some(id) => absence::of_stops(page.model, page.context, &task.cluster, id),
        None => absence::trouble(page.model, page.context, Subject::StoppedTasks(task.cluster.clone())),
    };
    if let Some(trouble) = lacking {
        page.say_in(format!("other stops: {}", trouble.failure), Tone::Warning);
    }
}

fn containers(page: &mut Page<'_>, task: &Task, definition: Option<&TaskDefinition>) {
    page.section("Containers");
    let mut grid =
        Grid::new(["NAME", "ESSENTIAL", "STATE", "EXIT", "MEANING", "HEALTH", "REASON", "LIMITS", "IMAGE"]);
    for container in &task.containers {
        let defined = definition.and_then(|definition| definition.container(&container.name));
        let essential = defined.map_or("not known", |defined| if defined.essential { "yes" } else { "no" });
        let failed = container.exit_code.is_some_and(|code| code != 0 && code != 143);
        let alarm = if failed { Tone::Bad } else { Tone::Plain };
        let health = if container.health == Health::Unhealthy { Tone::Bad } else { Tone::Plain };
        grid.row([
            Cell::plain(container.name.to_string()),
            Cell::plain(essential),
            Cell::plain(container.state.as_str().to_owned()),
            Cell::new(container.exit_code.map_or_else(|| NOTHING.to_owned(), |code| code.to_string()), alarm),
            Cell::plain(container.exit_code.map_or(NOTHING, exit_meaning)),
            Cell::new(container.health.as_str().to_owned(), health),
            or_nothing(container.reason.as_deref().map(first_words)),
            or_nothing(limits(container)),
            Cell::plain(image(container)),
        ]);
    }
    grid.write(page);
    match (definition, &task.definition) {
        (Some(definition), _) => definition::containers(page, definition),
        (None, Some(id)) => definition::absent(page, id),
        (None, None) => {}
    }
}

/// The name of an error, which AWS writes before the first colon.
fn first_words(reason: &str) -> String {
    let words = reason.split(':').next().unwrap_or(reason);
    let short: String = words.chars().take(SHORT).collect();
    if short.len() < words.len() { format!("{short}...") } else { short }
}

fn limits(container: &Container) -> Option<String> {
    let hard = container.memory.as_deref().map(|mib| format!("{mib} MiB"));
    let soft = container.memory_reservation.as_deref().map(|mib| format!("soft {mib} MiB"));
    let cpu = container.cpu.as_deref().filter(|units| *units != "0").map(|units| format!("{units} CPU"));
    let parts: Vec<String> = [hard, soft, cpu].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `app:2.14.0@3f9d21`: what was asked for and what was pulled.
fn image(container: &Container) -> String {
    let name = short_image(container.image.as_deref());
    let digest = container.digest.as_deref().and_then(|digest| digest.strip_prefix("sha256:"));
    match digest.and_then(|digest| digest.get(..6)) {
        Some(digest) if !name.contains('@') => format!("{name}@{digest}"),
        _ => name,
    }
}

fn network(page: &mut Page<'_>, task: &Task, service: Option<&Service>) {
    page.section("Network");
    let interface = task.interface.as_ref();
    let eni = interface.and_then(|interface| {
        let status = interface.status.as_deref().map_or_else(String::new, |status| format!(" ({status})"));
        Some(format!("{}{status}", interface.id.as_deref()?))
    });
    page.asked_field("Interface", eni);
    page.asked_field("Subnet", interface.and_then(|interface| interface.subnet.as_deref()));
    page.asked_field("Private IP", interface.and_then(|interface| interface.private_ip.as_deref()));
    let settings = service.and_then(|service| service.network.as_ref());
    let public = settings.and_then(|network| network.public_ip);
    let public =
        public.map(
            |assigned| {
                if assigned { "yes, as the service asks; ECS does not tell the address" } else { "no" }
            },
        );
    page.asked_field("Public IP", public);
    let groups = settings.map(|network| &network.security_groups).filter(|groups| !groups.is_empty());
    page.asked_field("Security groups", groups.map(|groups| groups.join(", ")));
    page.asked_field("Zone", task.zone.as_deref());
}

fn place(page: &mut Page<'_>, task: &Task) {
    page.section("Runs on");
    page.asked_field("Capacity", task.capacity_provider.as_deref().or(task.launch_type.as_deref()));
    page.field("Instance", task.instance.as_deref());
    let platform = [task.platform_family.as_deref(), task.platform_version.as_deref()];
    let platform: Vec<&str> = platform.into_iter().flatten().collect();
    page.asked_field("Platform", (!platform.is_empty()).then(|| platform.join(" ")));
    page.asked_field("Architecture", task.architecture.as_deref());
    let size = format::size(task.cpu.as_deref(), task.memory.as_deref());
    page.asked_field("Size", (!size.is_empty()).then_some(size));
    page.field("Storage", task.ephemeral_storage.map(|gib| format!("{gib} GiB ephemeral")));
    page.field("Exec", Some(exec(task)));
    let connected = task.times.connected.map(|at| page.time(at));
    let connectivity = task.connectivity.as_deref().map(|word| match (word, connected) {
        ("CONNECTED", Some(at)) => format!("{word} since {at}"),
        (_, Some(at)) => format!("{word}, last connected {at}"),
        (_, None) => word.to_owned(),
    });
    page.field("Connectivity", connectivity);
}

fn exec(task: &Task) -> String {
    if !task.exec {
        return "off".to_owned();
    }
    let agents = task.containers.iter().map(|container| {
        format!("{} {}", container.name, container.exec_agent.as_deref().unwrap_or("not known"))
    });
    format!("on; agent: {}", agents.collect::<Vec<_>>().join(", "))
}
