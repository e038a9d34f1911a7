//! A task definition, and the difference of two by meaning.

use chrono::{DateTime, Utc};

use super::id::{DefinitionId, Text};

/// A port of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    pub container: u32,
    pub protocol: Text,
    pub name: Option<Text>,
}

/// Where a container's lines go (`logConfiguration`). No option that may hold a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogDestination {
    /// `awslogs`, `awsfirelens`, `splunk` …
    pub driver: Text,
    /// `awslogs-group`; of FireLens `log_group_name`.
    pub group: Option<Text>,
    /// `awslogs-region`; of FireLens `region`.
    pub region: Option<Text>,
    /// `awslogs-stream-prefix`; of FireLens `log_stream_prefix`.
    pub prefix: Option<Text>,
    /// `blocking` or `non-blocking`; where it is absent the account's default holds.
    pub mode: Option<Text>,
    /// `max-buffer-size`, such as `25m`: what a non-blocking driver holds back before it drops lines.
    pub buffer: Option<Text>,
    /// The output plugin of FireLens (`Name`).
    pub output: Option<Text>,
    /// `splunk-url`, unless it is kept as a secret.
    pub url: Option<Text>,
}

/// The health check that the container agent runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    pub command: Text,
    /// Seconds.
    pub interval: Option<u32>,
    /// Seconds.
    pub timeout: Option<u32>,
    pub retries: Option<u32>,
    /// Seconds.
    pub start_period: Option<u32>,
}

/// One container of a task definition. Values of environment variables are not kept: only their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerDefinition {
    pub name: Text,
    pub image: Option<Text>,
    pub essential: bool,
    /// CPU units.
    pub cpu: Option<u32>,
    /// Hard limit in MiB.
    pub memory: Option<u32>,
    /// Soft limit in MiB.
    pub memory_reservation: Option<u32>,
    pub ports: Vec<Port>,
    pub environment: Vec<Text>,
    pub secrets: Vec<Text>,
    pub logs: Option<LogDestination>,
    /// `fluentbit` or `fluentd`, where this container routes the lines of the others (`firelensConfiguration`).
    pub router: Option<Text>,
    pub health_check: Option<HealthCheck>,
    /// Seconds between SIGTERM and SIGKILL.
    pub stop_timeout: Option<u32>,
    /// `NAME (CONDITION)` of the containers that must come first.
    pub depends_on: Vec<Text>,
}

/// One revision of a task definition (`DescribeTaskDefinition`); it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDefinition {
    pub id: DefinitionId,
    /// `ACTIVE`, `INACTIVE`, `DELETE_IN_PROGRESS`.
    pub status: Option<Text>,
    /// CPU units.
    pub cpu: Option<Text>,
    /// MiB.
    pub memory: Option<Text>,
    pub architecture: Option<Text>,
    /// GiB.
    pub ephemeral_storage: Option<u32>,
    pub execution_role: Option<Text>,
    pub task_role: Option<Text>,
    pub registered_at: Option<DateTime<Utc>>,
    pub registered_by: Option<Text>,
    pub containers: Vec<ContainerDefinition>,
}

impl TaskDefinition {
    pub fn container(&self, name: &str) -> Option<&ContainerDefinition> {
        self.containers.iter().find(|container| &*container.name == name)
    }

    /// What is different in `self` against an `older` revision, as short phrases, the telling ones first.
    pub fn changes_since(&self, older: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        for container in &self.containers {
            match older.container(&container.name) {
                Some(before) => container.changes_since(before, self.containers.len() > 1, &mut changes),
                None => changes.push(format!("container {} added", container.name)),
            }
        }
        for gone in older.containers.iter().filter(|before| self.container(&before.name).is_none()) {
            changes.push(format!("container {} removed", gone.name));
        }
        value_changed("cpu", older.cpu.as_ref(), self.cpu.as_ref(), &mut changes);
        value_changed("memory", older.memory.as_ref(), self.memory.as_ref(), &mut changes);
        value_changed("architecture", older.architecture.as_ref(), self.architecture.as_ref(), &mut changes);
        value_changed(
            "ephemeral storage",
            older.ephemeral_storage.as_ref(),
            self.ephemeral_storage.as_ref(),
            &mut changes,
        );
        value_changed(
            "execution role",
            older.execution_role.as_ref(),
            self.execution_role.as_ref(),
            &mut changes,
        );
        value_changed("task role", older.task_role.as_ref(), self.task_role.as_ref(), &mut changes);
        changes
    }
}

impl ContainerDefinition {
    fn changes_since(&self, older: &Self, named: bool, changes: &mut Vec<String>) {
        let of = if named { format!("{} ", self.name) } else { String::new() };
        if self.image != older.image {
            let (before, now) = (short_image(older.image.as_deref()), short_image(self.image.as_deref()));
            changes.push(format!("{of}image {before} > {now}"));
        }
        names_changed(&format!("{of}secret"), &older.secrets, &self.secrets, changes);
        names_changed(&format!("{of}variable"), &older.environment, &self.environment, changes);
        for (what, before, now) in [
            ("memory limit", older.memory, self.memory),
            ("soft memory limit", older.memory_reservation, self.memory_reservation),
            ("cpu", older.cpu, self.cpu),
            ("stop timeout", older.stop_timeout, self.stop_timeout),
        ] {
            value_changed(&format!("{of}{what}"), before.as_ref(), now.as_ref(), changes);
        }
        let (before, now) = (older.port_list(), self.port_list());
        value_changed(&format!("{of}ports"), before.as_ref(), now.as_ref(), changes);
        self.logs_changed(older, &of, changes);
        for (what, differs) in [
            ("health check", self.health_check != older.health_check),
            ("essential flag", self.essential != older.essential),
            ("order of start", self.depends_on != older.depends_on),
        ] {
            if differs {
                changes.push(format!("{of}{what} changed"));
            }
        }
    }

    /// The group is what people look for; whatever else differs is named as a whole.
    fn logs_changed(&self, older: &Self, of: &str, changes: &mut Vec<String>) {
        if self.logs == older.logs {
            return;
        }
        let told = changes.len();
        let driver = |of: &Self| of.logs.as_ref().map(|logs| Text::clone(&logs.driver));
        let group = |of: &Self| of.logs.as_ref().and_then(|logs| logs.group.clone());
        value_changed(&format!("{of}log driver"), driver(older).as_ref(), driver(self).as_ref(), changes);
        value_changed(&format!("{of}log group"), group(older).as_ref(), group(self).as_ref(), changes);
        if changes.len() == told {
            changes.push(format!("{of}log configuration changed"));
        }
    }

    /// `8080/tcp (http), 9090/tcp`.
    fn port_list(&self) -> Option<String> {
        let ports = self.ports.iter().map(|port| {
            let name = port.name.as_deref().map_or_else(String::new, |name| format!(" ({name})"));
            format!("{}/{}{name}", port.container, port.protocol)
        });
        let ports: Vec<String> = ports.collect();
        (!ports.is_empty()).then(|| ports.join(", "))
    }
}

/// `NAME:TAG` or `NAME@DIGEST` of an image, without its registry, the digest cut to six characters.
pub fn short_image(image: Option<&str>) -> String {
    let Some(image) = image else { return "-".to_owned() };
    let name = super::id::tail(image);
    match name.split_once("@sha256:") {
        Some((name, digest)) => format!("{name}@{}", digest.get(..6).unwrap_or(digest)),
        None => name.to_owned(),
    }
}

fn names_changed(what: &str, before: &[Text], now: &[Text], changes: &mut Vec<String>) {
    changes.extend(
        before.iter().filter(|name| !now.contains(name)).map(|name| format!("{what} {name} removed")),
    );
    changes
        .extend(now.iter().filter(|name| !before.contains(name)).map(|name| format!("{what} {name} added")));
}

fn value_changed<T: std::fmt::Display + PartialEq>(
    what: &str,
    before: Option<&T>,
    now: Option<&T>,
    changes: &mut Vec<String>,
) {
    if before != now {
        let show = |value: Option<&T>| value.map_or_else(|| "-".to_owned(), ToString::to_string);
        changes.push(format!("{what} {} > {}", show(before), show(now)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container() -> ContainerDefinition {
        ContainerDefinition {
            name: "app".into(),
            image: Some("registry/app:1".into()),
            essential: true,
            cpu: None,
            memory: Some(512),
            memory_reservation: None,
            ports: vec![Port { container: 8080, protocol: "tcp".into(), name: None }],
            environment: vec!["LEVEL".into()],
            secrets: vec!["DB_URL".into()],
            logs: Some(LogDestination {
                driver: "awslogs".into(),
                group: Some("/ecs/app".into()),
                ..LogDestination::default()
            }),
            router: None,
            health_check: None,
            stop_timeout: None,
            depends_on: Vec::new(),
        }
    }

    fn definition(container: ContainerDefinition) -> TaskDefinition {
        TaskDefinition {
            id: DefinitionId::new("task-definition/app:1"),
            status: None,
            cpu: Some("512".into()),
            memory: Some("1024".into()),
            architecture: None,
            ephemeral_storage: None,
            execution_role: None,
            task_role: None,
            registered_at: None,
            registered_by: None,
            containers: vec![container],
        }
    }

    #[test]
    fn a_change_is_said_by_what_it_means() {
        type Change = fn(&mut TaskDefinition, &mut ContainerDefinition);
        let cases: &[(Change, &[&str])] = &[
            (|_, _| (), &[]),
            (|_, c| c.image = Some("registry/app:2".into()), &["image app:1 > app:2"]),
            (|_, c| c.secrets.clear(), &["secret DB_URL removed"]),
            (|_, c| c.environment.push("TRACE".into()), &["variable TRACE added"]),
            (|_, c| c.ports[0].container = 9090, &["ports 8080/tcp > 9090/tcp"]),
            (|_, c| c.ports.clear(), &["ports 8080/tcp > -"]),
            (|_, c| c.stop_timeout = Some(90), &["stop timeout - > 90"]),
            (|_, c| c.logs = None, &["log driver awslogs > -", "log group /ecs/app > -"]),
            (
                |_, c| c.logs.as_mut().into_iter().for_each(|logs| logs.mode = Some("blocking".into())),
                &["log configuration changed"],
            ),
            (|d, _| d.memory = Some("2048".into()), &["memory 1024 > 2048"]),
            (|d, _| d.ephemeral_storage = Some(40), &["ephemeral storage - > 40"]),
        ];
        let before = definition(container());
        for (change, said) in cases {
            let (mut now, mut of) = (definition(container()), container());
            change(&mut now, &mut of);
            now.containers = vec![of];
            assert_eq!(now.changes_since(&before), *said);
        }
    }
}
