//! From tasks and their definitions to the log streams that hold their lines, and what cannot be read.

use std::collections::BTreeSet;
use std::fmt;

use crate::fleet::definition::{ContainerDefinition, LogDestination, TaskDefinition};
use crate::fleet::id::{TaskId, Text, region};
use crate::fleet::task::Task;

/// One log stream: the lines of one container of one task.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The Region of the group, which may be another than the task's.
    pub region: Text,
    pub group: Text,
    pub stream: Text,
    pub container: Text,
    pub task: TaskId,
    /// When the task was created, milliseconds since 1970.
    pub begins: Option<i64>,
    /// When the task stopped, milliseconds since 1970.
    pub ended: Option<i64>,
}

/// What a person must know about lines that are not shown, or that may be missing; `Display` is the sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remark {
    /// The container has no log configuration.
    Nowhere { container: Text },
    /// A driver that does not write to CloudWatch Logs.
    Elsewhere { container: Text, driver: Text, url: Option<Text> },
    /// FireLens routes the lines to an output that is not read here.
    Routed { container: Text, output: Option<Text>, router: Option<Text> },
    /// FireLens writes to CloudWatch Logs; stream names are its own, and the usual ones are tried.
    Tried { container: Text, group: Text },
    /// `awslogs` without a group.
    NoGroup { container: Text },
    /// `awslogs` without a prefix: the name of the stream is not known.
    NoPrefix { container: Text },
    /// Lines may be lost in the task itself.
    NonBlocking { containers: Vec<Text>, buffer: Option<Text>, by_default: bool },
    /// The task definition is not known, so neither are the streams.
    Unknown { definition: Text },
}

/// Where the lines of some tasks are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// Each stream once, in order.
    pub readable: Vec<Source>,
    /// Each sentence once.
    pub remarks: Vec<Remark>,
}

/// The streams of these tasks. A task without its definition is remarked upon.
pub fn of<'a>(tasks: impl IntoIterator<Item = (&'a Task, Option<&'a TaskDefinition>)>) -> Sources {
    let (mut readable, mut remarks) = (BTreeSet::new(), BTreeSet::new());
    let mut lossy: [(BTreeSet<Text>, Option<Text>); 2] = Default::default();
    for (task, definition) in tasks {
        let Some(definition) = definition else {
            let name = task.definition.as_ref().map_or_else(|| task.id.name().into(), |id| id.name().into());
            remarks.insert(Remark::Unknown { definition: name });
            continue;
        };
        for container in &definition.containers {
            match stream(task, definition, container) {
                Ok((source, remark)) => {
                    readable.insert(source);
                    remarks.extend(remark);
                }
                Err(remark) => {
                    remarks.insert(remark);
                    continue;
                }
            }
            let Some(logs) = &container.logs else { continue };
            let by_default = match logs.mode.as_deref() {
                Some("non-blocking") => false,
                None => true,
                Some(_) => continue,
            };
            let [explicit, default] = &mut lossy;
            let (containers, buffer) = if by_default { default } else { explicit };
            containers.insert(container.name.clone());
            *buffer = buffer.take().or_else(|| logs.buffer.clone());
        }
    }
    for (by_default, (containers, buffer)) in [false, true].into_iter().zip(lossy) {
        // Almost every container has the default: it is news only to somebody who gave it a buffer.
        if !containers.is_empty() && (!by_default || buffer.is_some()) {
            let containers = containers.into_iter().collect();
            remarks.insert(Remark::NonBlocking { containers, buffer, by_default });
        }
    }
    Sources { readable: readable.into_iter().collect(), remarks: remarks.into_iter().collect() }
}

/// The stream of one container, or why there is none.
fn stream(
    task: &Task,
    definition: &TaskDefinition,
    container: &ContainerDefinition,
) -> Result<(Source, Option<Remark>), Remark> {
    let name = &container.name;
    let Some(logs) = &container.logs else { return Err(Remark::Nowhere { container: name.clone() }) };
    match &*logs.driver {
        "awslogs" => {
            let group = logs.group.as_ref().ok_or_else(|| Remark::NoGroup { container: name.clone() })?;
            let prefix = logs.prefix.as_ref().ok_or_else(|| Remark::NoPrefix { container: name.clone() })?;
            let stream = format!("{prefix}/{name}/{}", task.id.name());
            Ok((source(task, container, logs, group, stream), None))
        }
        "awsfirelens" => {
            let cloudwatch = matches!(logs.output.as_deref(), Some("cloudwatch" | "cloudwatch_logs"));
            // A name that is made from each record cannot be known here.
            let plain = |name: &&Text| !name.contains('$');
            match (logs.group.as_ref().filter(plain), logs.prefix.as_ref().filter(plain)) {
                (Some(group), Some(prefix)) if cloudwatch => {
                    let stream = format!("{prefix}{name}-firelens-{}", task.id.name());
                    let tried = Remark::Tried { container: name.clone(), group: group.clone() };
                    Ok((source(task, container, logs, group, stream), Some(tried)))
                }
                _ => {
                    let mut routers = definition.containers.iter().filter(|other| other.router.is_some());
                    let router = routers.next().map(|router| router.name.clone());
                    Err(Remark::Routed { container: name.clone(), output: logs.output.clone(), router })
                }
            }
        }
        _ => Err(Remark::Elsewhere {
            container: name.clone(),
            driver: logs.driver.clone(),
            url: logs.url.clone(),
        }),
    }
}

fn source(
    task: &Task,
    container: &ContainerDefinition,
    logs: &LogDestination,
    group: &Text,
    stream: String,
) -> Source {
    let own = || region(task.id.as_str()).unwrap_or_default().into();
    Source {
        region: logs.region.clone().unwrap_or_else(own),
        group: group.clone(),
        stream: stream.into(),
        container: container.name.clone(),
        task: task.id.clone(),
        begins: task.times.created.map(|at| at.timestamp_millis()),
        ended: task.times.stopped.map(|at| at.timestamp_millis()),
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere { container } => {
                write!(f, "container {container} has no log configuration: its lines are kept nowhere")
            }
            Self::Elsewhere { container, driver, url } => {
                write!(f, "container {container} logs through {driver}")?;
                if let Some(url) = url {
                    write!(f, " to {url}")?;
                }
                f.write_str(": its lines cannot be read here")
            }
            Self::Routed { container, output, router } => {
                match output {
                    Some(output) => {
                        write!(f, "lines of container {container} are routed by FireLens to {output}")?;
                    }
                    None => write!(f, "lines of container {container} are routed by FireLens")?,
                }
                f.write_str(" and cannot be read here")?;
                router.as_ref().map_or(Ok(()), |router| write!(f, "; {router} is the router"))
            }
            Self::Tried { container, group } => write!(
                f,
                "lines of container {container} are routed by FireLens to log group {group}; its streams of the usual names are read"
            ),
            Self::NoGroup { container } => {
                write!(
                    f,
                    "container {container} names no log group (awslogs-group): its lines cannot be found"
                )
            }
            Self::NoPrefix { container } => write!(
                f,
                "container {container} has no awslogs-stream-prefix: its streams cannot be told from others"
            ),
            Self::NonBlocking { containers, buffer, by_default } => {
                let who = if containers.len() == 1 { "container" } else { "containers" };
                write!(f, "{who} {} ", containers.join(", "))?;
                let verb = if containers.len() == 1 { "logs" } else { "log" };
                write!(f, "{verb} without blocking")?;
                if *by_default {
                    f.write_str(" (the default of ECS)")?;
                }
                f.write_str(": lines that come faster than they are sent are lost in the task")?;
                buffer.as_ref().map_or(Ok(()), |size| write!(f, " once {size} wait"))
            }
            Self::Unknown { definition } => {
                write!(f, "task definition {definition} is not known, so its log streams are not either")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::id::{ClusterId, DefinitionId};
    use crate::fleet::task::{Health, TaskState, TaskTimes};

    fn task(id: &str) -> Task {
        let at = |text: &str| text.parse().ok();
        Task {
            id: TaskId::new(format!("arn:aws:ecs:eu-west-1:1:task/web/{id}")),
            cluster: ClusterId::new("arn:aws:ecs:eu-west-1:1:cluster/web"),
            group: None,
            definition: Some(DefinitionId::new("arn:aws:ecs:eu-west-1:1:task-definition/cart:7")),
            started_by: None,
            state: TaskState::Stopped,
            desired: TaskState::Stopped,
            health: Health::Unknown,
            times: TaskTimes {
                created: at("2026-11-21T10:00:00Z"),
                stopped: at("2026-11-21T10:01:00Z"),
                ..TaskTimes::default()
            },
            stop_code: None,
            stopped_reason: None,
            launch_type: None,
            capacity_provider: None,
            platform_version: None,
            platform_family: None,
            architecture: None,
            zone: None,
            cpu: None,
            memory: None,
            ephemeral_storage: None,
            exec: false,
            connectivity: None,
            instance: None,
            interface: None,
            containers: Vec::new(),
        }
    }

    fn container(name: &str, logs: Option<LogDestination>) -> ContainerDefinition {
        ContainerDefinition {
            name: name.into(),
            image: None,
            essential: true,
            cpu: None,
            memory: None,
            memory_reservation: None,
            ports: Vec::new(),
            environment: Vec::new(),
            secrets: Vec::new(),
            logs,
            router: None,
            health_check: None,
            stop_timeout: None,
            depends_on: Vec::new(),
        }
    }

    fn definition(containers: Vec<ContainerDefinition>) -> TaskDefinition {
        TaskDefinition {
            id: DefinitionId::new("arn:aws:ecs:eu-west-1:1:task-definition/cart:7"),
            status: None,
            cpu: None,
            memory: None,
            architecture: None,
            ephemeral_storage: None,
            execution_role: None,
            task_role: None,
            registered_at: None,
            registered_by: None,
            containers,
        }
    }

    fn awslogs() -> LogDestination {
        LogDestination {
            driver: "awslogs".into(),
            group: Some("/ecs/cart".into()),
            prefix: Some("cart".into()),
            mode: Some("blocking".into()),
            ..LogDestination::default()
        }
    }

    #[test]
    fn a_container_writes_to_the_stream_of_its_prefix_name_and_task() {
        let elsewhere = LogDestination { region: Some("us-east-1".into()), ..awslogs() };
        let cart = definition(vec![container("app", Some(awslogs())), container("envoy", Some(elsewhere))]);
        let (one, two) = (task("0001"), task("0002"));
        let found = of([(&two, Some(&cart)), (&one, Some(&cart)), (&one, Some(&cart))]);
        let shown = found
            .readable
            .iter()
            .map(|source| format!("{} {} {}", source.region, source.group, source.stream));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                "eu-west-1 /ecs/cart cart/app/0001",
                "eu-west-1 /ecs/cart cart/app/0002",
                "us-east-1 /ecs/cart cart/envoy/0001",
                "us-east-1 /ecs/cart cart/envoy/0002",
            ]
        );
        let first = &found.readable[0];
        assert_eq!((first.begins, first.ended), (Some(1_795_255_200_000), Some(1_795_255_260_000)));
        assert_eq!((&*first.container, first.task.name()), ("app", "0001"));
        assert!(found.remarks.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_said_in_a_sentence() {
        type Change = fn(&mut LogDestination);
        let cases: &[(Change, &str)] = &[
            (
                |l| l.group = None,
                "container app names no log group (awslogs-group): its lines cannot be found",
            ),
            (
                |l| l.prefix = None,
                "container app has no awslogs-stream-prefix: its streams cannot be told from others",
            ),
            (
                |l| l.driver = "json-file".into(),
                "container app logs through json-file: its lines cannot be read here",
            ),
            (
                |l| (l.driver, l.url) = ("splunk".into(), Some("https://splunk:8088".into())),
                "container app logs through splunk to https://splunk:8088: its lines cannot be read here",
            ),
            (
                |l| (l.driver, l.output) = ("awsfirelens".into(), Some("datadog".into())),
                "lines of container app are routed by FireLens to datadog and cannot be read here; router is the router",
            ),
            (
                |l| {
                    (l.driver, l.output, l.group) =
                        ("awsfirelens".into(), Some("cloudwatch".into()), Some("/$(x)".into()));
                },
                "lines of container app are routed by FireLens to cloudwatch and cannot be read here; router is the router",
            ),
        ];
        for (change, sentence) in cases {
            let mut logs = awslogs();
            change(&mut logs);
            let mut router = container("router", Some(awslogs()));
            router.router = Some("fluentbit".into());
            let cart = definition(vec![container("app", Some(logs)), router]);
            let found = of([(&task("0001"), Some(&cart)), (&task("0002"), Some(&cart))]);
            let said: Vec<String> = found.remarks.iter().map(ToString::to_string).collect();
            assert_eq!(said, [*sentence]);
            assert_eq!(found.readable.len(), 2, "the router's own lines are read");
        }
        let found =
            of([(&task("0001"), Some(&definition(vec![container("app", None)]))), (&task("0002"), None)]);
        let said: Vec<String> = found.remarks.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "container app has no log configuration: its lines are kept nowhere",
                "task definition cart:7 is not known, so its log streams are not either",
            ]
        );
    }

    #[test]
    fn firelens_to_cloudwatch_is_read_by_its_usual_names() {
        let logs = LogDestination {
            driver: "awsfirelens".into(),
            output: Some("cloudwatch_logs".into()),
            prefix: Some("cart-".into()),
            ..awslogs()
        };
        let found = of([(&task("0001"), Some(&definition(vec![container("app", Some(logs))])))]);
        assert_eq!(&*found.readable[0].stream, "cart-app-firelens-0001");
        assert_eq!(found.remarks, [Remark::Tried { container: "app".into(), group: "/ecs/cart".into() }]);
    }

    #[test]
    fn lossy_containers_are_named_once_for_all_tasks() {
        let lossy = |mode: Option<&str>, buffer: Option<&str>| {
            let (mode, buffer) = (mode.map(Text::from), buffer.map(Text::from));
            Some(LogDestination { mode, buffer, ..awslogs() })
        };
        let cart = definition(vec![
            container("app", lossy(Some("non-blocking"), Some("25m"))),
            container("envoy", lossy(Some("non-blocking"), None)),
            container("init", lossy(None, Some("10m"))),
            container("strict", lossy(Some("blocking"), None)),
        ]);
        let found = of([(&task("0001"), Some(&cart)), (&task("0002"), Some(&cart))]);
        let said: Vec<String> = found.remarks.iter().map(ToString::to_string).collect();
        let usual =
            definition(vec![container("app", lossy(None, None)), container("envoy", lossy(None, None))]);
        assert!(of([(&task("0001"), Some(&usual))]).remarks.is_empty(), "the default is no news");
        assert_eq!(
            said,
            [
                "containers app, envoy log without blocking: lines that come faster than they are sent are lost in the task once 25m wait",
                "container init logs without blocking (the default of ECS): lines that come faster than they are sent are lost in the task once 10m wait",
            ]
        );
    }
}
