//! A task definition in words: its size, its roles, and each container with its ports, lines and health check.

use super::Page;
use super::grid::{Grid, or_nothing};
use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::format;
use crate::app::table::{Cell, Tone};
use crate::fleet::definition::{
    ContainerDefinition, HealthCheck, LogDestination, TaskDefinition, short_image,
};
use crate::fleet::id::DefinitionId;
use crate::fleet::topic::{Subject, Topic};

pub(super) fn describe(page: &mut Page<'_>, id: &DefinitionId) {
    let model = page.model;
    let Some(definition) = model.fleet.definition(id) else {
        if model.fleet.is_definition_known(id) {
            return absent(page, id);
        }
        return page.say(page.absence(Subject::Definition(id.clone())));
    };
    page.section("Task definition");
    page.field("Name", Some(id.name()));
    page.field("Status", definition.status.as_deref());
    registered(page, definition);
    size(page, definition);
    page.field("ARN", Some(id.as_str()));
    changes(page, definition, id.before());
    roles(page, Some(definition));
    page.section("Containers");
    let mut grid = Grid::new(["NAME", "ESSENTIAL", "CPU", "LIMITS", "IMAGE"]);
    for container in &definition.containers {
        grid.row([
            Cell::plain(container.name.to_string()),
            Cell::plain(if container.essential { "yes" } else { "no" }),
            or_nothing(container.cpu.filter(|cpu| *cpu > 0).map(|cpu| cpu.to_string())),
            or_nothing(limits(container)),
            Cell::plain(short_image(container.image.as_deref())),
        ]);
    }
    grid.write(page);
    containers(page, definition);
}

/// A definition that a description mentions and that cannot be shown.
pub(super) fn absent(page: &mut Page<'_>, id: &DefinitionId) {
    let subject = Subject::Definition(id.clone());
    let asked = page.model.fleet.freshness(&Topic::new(page.context, subject.clone()));
    let sentence = match asked.and_then(|freshness| freshness.trouble.as_ref()) {
        _ if page.model.fleet.is_definition_known(id) => {
            format!("Task definition {} cannot be had: it was deleted.", id.name())
        }
        Some(_) => page.absence(subject),
        None => format!("Task definition {} is not known yet.", id.name()),
    };
    page.say(sentence);
}

pub(super) fn registered(page: &mut Page<'_>, definition: &TaskDefinition) {
    page.field("Registered", definition.registered_at.map(|at| page.dated(at)));
    page.field("Registered by", definition.registered_by.as_deref());
}

pub(super) fn size(page: &mut Page<'_>, definition: &TaskDefinition) {
    let size = format::size(definition.cpu.as_deref(), definition.memory.as_deref());
    page.field("Size", (!size.is_empty()).then_some(size));
    page.field("Architecture", definition.architecture.as_deref());
    page.field("Storage", definition.ephemeral_storage.map(|gib| format!("{gib} GiB ephemeral")));
}

/// What is different against the revision before.
pub(super) fn changes(page: &mut Page<'_>, definition: &TaskDefinition, before: Option<DefinitionId>) {
    let Some(before) = before else { return };
    let model = page.model;
    let older = before.revision().map_or_else(|| before.name().to_owned(), |number| number.to_string());
    let now = definition.id.revision().map_or_else(String::new, |number| number.to_string());
    page.section(&format!("Changes {older} > {now}"));
    match model.fleet.definition(&before) {
        Some(before) => {
            let changes = definition.changes_since(before);
            if changes.is_empty() {
                page.say(
                    "No difference in images, sizes, roles, ports, health checks, logs or names of variables.",
                );
            }
            for change in changes {
                page.say(change);
            }
        }
        None => absent(page, &before),
    }
}

pub(super) fn roles(page: &mut Page<'_>, definition: Option<&TaskDefinition>) {
    page.section("Roles");
    let role = |role: &Option<crate::fleet::id::Text>| role.as_deref().unwrap_or("none").to_owned();
    page.asked_field("Execution role", definition.map(|definition| role(&definition.execution_role)));
    page.asked_field("Task role", definition.map(|definition| role(&definition.task_role)));
}

/// What the definition says of each container; values of variables are never known.
pub(super) fn containers(page: &mut Page<'_>, definition: &TaskDefinition) {
    let mut unnamed = false;
    for container in &definition.containers {
        page.text.push(Line::default());
        page.say_in(container.name.to_string(), Tone::Strong);
        details(page, container);
        let has_names = !container.environment.is_empty() || !container.secrets.is_empty();
        if page.names {
            let list = |names: &[crate::fleet::id::Text]| match names {
                [] => "none".to_owned(),
                names => names.join(", "),
            };
            page.field("  Variables", Some(list(&container.environment)));
            page.field("  Secrets", Some(list(&container.secrets)));
        } else {
            unnamed |= has_names && page.offers_names;
        }
    }
    if unnamed {
        page.text.push(Line::default());
        let key = page.key(Command::Names);
        let hint = Line::default().with(key, Tone::Key);
        page.text.push(hint.with(" shows the names of variables and secrets", Tone::Plain));
    }
}

fn details(page: &mut Page<'_>, container: &ContainerDefinition) {
    let ports = container.ports.iter().map(|port| {
        let name = port.name.as_deref().map_or_else(String::new, |name| format!(" ({name})"));
        format!("{}/{}{name}", port.container, port.protocol)
    });
    let ports: Vec<String> = ports.collect();
    page.field("  Ports", (!ports.is_empty()).then(|| ports.join(", ")));
    page.field("  Logs", Some(container.logs.as_ref().map_or_else(|| "no log driver".to_owned(), logs)));
    match &container.health_check {
        Some(check) => {
            page.field("  Health check", Some(&*check.command));
            let rhythm = rhythm(check);
            page.field("", (!rhythm.is_empty()).then_some(rhythm));
        }
        None => page.field("  Health check", Some("none defined")),
    }
    page.field("  Depends on", (!container.depends_on.is_empty()).then(|| container.depends_on.join(", ")));
    let timeout = container.stop_timeout.map(|seconds| format!("{seconds} s between SIGTERM and SIGKILL"));
    page.field("  Stop timeout", timeout);
}

fn logs(to: &LogDestination) -> String {
    let part = |name: &str, value: &Option<crate::fleet::id::Text>| {
        value.as_deref().map(|value| format!("{name} {value}"))
    };
    let parts = [
        Some(to.driver.to_string()),
        part("group", &to.group),
        part("prefix", &to.prefix),
        part("region", &to.region),
        part("mode", &to.mode),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn rhythm(check: &HealthCheck) -> String {
    let parts = [
        check.interval.map(|seconds| format!("every {seconds} s")),
        check.timeout.map(|seconds| format!("timeout {seconds} s")),
        check.retries.map(|times| format!("{times} retries")),
        check.start_period.map(|seconds| format!("failures of the first {seconds} s do not count")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `1024 MiB, soft 512 MiB`.
fn limits(container: &ContainerDefinition) -> Option<String> {
    let hard = container.memory.map(|mib| format!("{mib} MiB"));
    let soft = container.memory_reservation.map(|mib| format!("soft {mib} MiB"));
    let parts: Vec<String> = [hard, soft].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
