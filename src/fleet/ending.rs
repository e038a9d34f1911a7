//! Why a task stopped: its stop code, reasons and exit codes as one sentence, and what to check first.

use super::definition::{TaskDefinition, short_image};
use super::id::tail;
use super::task::{Container, Task};

/// How bad an ending is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// As planned: scaled in, replaced, stopped by somebody.
    Normal,
    /// Not the service's fault, and worth knowing.
    Notable,
    /// Something is wrong with the service.
    Fault,
}

/// Endings of one kind, for counting them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    OutOfMemory,
    CannotPull,
    CannotPrepare,
    Network,
    NoCapacity,
    Runtime,
    LoadBalancerHealth,
    ContainerHealth,
    Spot,
    Maintenance,
    Host,
    SlowStop,
    Exit(i32),
    Finished,
    Replaced,
    Person,
    Unknown,
}

/// Why a task stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub cause: Cause,
    pub weight: Weight,
    /// Short, for a row: `app exit 137: out of memory, limit 1024 MiB`.
    pub sentence: String,
    /// For many tasks at once: `exited 1`, `ran out of memory`.
    pub verb: String,
    /// What to look at first.
    pub check: Option<&'static str>,
}

/// A fragment of AWS's text in lower case, and what it means for the sentence and for the next look.
type Fragment = (&'static str, &'static str, &'static str);

const PULL: &[Fragment] = &[
    (
        "pull access denied",
        "no permission, or no such repository",
        "ecr:BatchGetImage and ecr:GetAuthorizationToken of the execution role; the image's name",
    ),
    ("toomanyrequests", "registry rate limit", "registry credentials or a pull-through cache"),
    ("pull rate limit", "registry rate limit", "registry credentials or a pull-through cache"),
    ("no space left on device", "no space left", "a larger ephemeralStorage"),
    ("no match for platform", "wrong architecture", "runtimePlatform.cpuArchitecture against the image"),
    ("exec format error", "wrong architecture", "runtimePlatform.cpuArchitecture against the image"),
    (
        "i/o timeout",
        "no route to the registry",
        "public IP or NAT, VPC endpoints ecr.api, ecr.dkr and S3, security groups",
    ),
    (
        "request canceled while waiting",
        "no route to the registry",
        "public IP or NAT, VPC endpoints ecr.api, ecr.dkr and S3, security groups",
    ),
    (
        "dial tcp",
        "no route to the registry",
        "public IP or NAT, VPC endpoints ecr.api, ecr.dkr and S3, security groups",
    ),
    (
        "connection issue",
        "no route to the registry",
        "public IP or NAT, VPC endpoints ecr.api, ecr.dkr and S3, security groups",
    ),
    (
        "context canceled",
        "no route to the registry",
        "public IP or NAT, VPC endpoints ecr.api, ecr.dkr and S3, security groups",
    ),
    ("not found", "not found", "the tag or digest in the repository; a lifecycle policy may have deleted it"),
    (
        "failed to resolve ref",
        "not found",
        "the tag or digest in the repository; a lifecycle policy may have deleted it",
    ),
    (
        "manifest unknown",
        "not found",
        "the tag or digest in the repository; a lifecycle policy may have deleted it",
    ),
    (
        "check whether the image exists",
        "not found",
        "the tag or digest in the repository; a lifecycle policy may have deleted it",
    ),
    ("permission", "no permission", "ecr:BatchGetImage and ecr:GetAuthorizationToken of the execution role"),
];

const PREPARE: &[Fragment] = &[
    (
        "accessdenied",
        "cannot get a secret: no permission",
        "the execution role's policy for the secret and its key",
    ),
    (
        "access denied",
        "cannot get a secret: no permission",
        "the execution role's policy for the secret and its key",
    ),
    (
        "resourcenotfoundexception",
        "cannot get a secret: not found",
        "secrets[].valueFrom: ARN, Region, JSON key",
    ),
    ("unable to retrieve secret", "cannot get a secret", "secrets[].valueFrom: ARN, Region, JSON key"),
    (
        "failed to download env files",
        "cannot get an environment file",
        "environmentFiles[] and the way to S3",
    ),
    ("log group", "log group missing", "awslogs-group exists, or awslogs-create-group"),
    ("logging driver", "log driver failed", "awslogs-group, the way to CloudWatch Logs"),
    ("logger args", "log driver failed", "awslogs-group, the way to CloudWatch Logs"),
    ("efs", "EFS mount failed", "port 2049 in the security group, access point, IAM"),
    (
        "unable to pull secrets or registry auth",
        "cannot reach a secret or the registry",
        "NAT or VPC endpoints for the host in the text; assignPublicIp in a public subnet",
    ),
];

/// Hosts in AWS's text, and the service that cannot be reached.
const HOSTS: &[(&str, &str)] = &[
    ("secretsmanager", "secretsmanager"),
    ("api.ecr", "api.ecr"),
    ("dkr.ecr", "dkr.ecr"),
    ("ssm", "ssm"),
    ("kms", "kms"),
    ("logs.", "logs"),
    ("s3", "s3"),
];

/// Why `task` stopped, or is stopping; `None` for a task that runs. `definition` tells limits and essential flags.
pub fn ending(task: &Task, definition: Option<&TaskDefinition>) -> Option<Ending> {
    if !task.has_ended() {
        return None;
    }
    let culprit = culprit(task, definition);
    let reason = task.stopped_reason.as_deref().unwrap_or_default();
    let text = {
        let container = culprit.and_then(|container| container.reason.as_deref()).unwrap_or_default();
        format!("{reason}\n{container}").to_ascii_lowercase()
    };
    let code = task.stop_code.as_deref().unwrap_or_default();
    Some(
        by_code(code)
            .or_else(|| out_of_memory(&text, task, culprit, definition))
            .or_else(|| by_text(&text, reason, culprit))
            .or_else(|| by_person(code, reason))
            .or_else(|| culprit.and_then(|container| by_exit(container, task, definition)))
            .unwrap_or_else(|| unknown(code, reason)),
    )
}

/// The container whose end ended the task: an essential one that failed, else any that failed, else the first.
fn culprit<'a>(task: &'a Task, definition: Option<&TaskDefinition>) -> Option<&'a Container> {
    let essential = |container: &&Container| {
        definition.and_then(|d| d.container(&container.name)).is_none_or(|definition| definition.essential)
    };
    let failed = |container: &&Container| {
        container.reason.is_some() || container.exit_code.is_some_and(|code| code != 0 && code != 143)
    };
    let all = &task.containers;
    all.iter()
        .find(|c| essential(c) && c.reason.as_deref().is_some_and(|r| r.starts_with("OutOfMemory")))
        .or_else(|| all.iter().find(|c| essential(c) && failed(c)))
        .or_else(|| all.iter().find(failed))
        .or_else(|| all.iter().find(essential))
        .or_else(|| all.first())
}

fn make(cause: Cause, weight: Weight, sentence: impl Into<String>, verb: impl Into<String>) -> Ending {
    Ending { cause, weight, sentence: sentence.into(), verb: verb.into(), check: None }
}

impl Ending {
    fn check(mut self, check: &'static str) -> Self {
        self.check = Some(check);
        self
    }
}

/// Stop codes that say all there is to say.
fn by_code(code: &str) -> Option<Ending> {
    Some(match code {
        "SpotInterruption" => make(
            Cause::Spot,
            Weight::Notable,
            "Spot interruption: capacity reclaimed",
            "were interrupted (Spot)",
        )
        .check("base and weights of the capacity provider strategy"),
        "TerminationNotice" => make(
            Cause::Maintenance,
            Weight::Notable,
            "stopped for maintenance at AWS",
            "stopped for maintenance",
        )
        .check("fargateTaskRetirementWaitPeriod; force a deployment at a convenient time"),
        "InfrastructureHealth" => make(
            Cause::Host,
            Weight::Notable,
            "host problem at AWS, task replaced",
            "had a host problem at AWS",
        ),
        _ => return None,
    })
}

fn out_of_memory(
    text: &str,
    task: &Task,
    culprit: Option<&Container>,
    definition: Option<&TaskDefinition>,
) -> Option<Ending> {
    if !text.contains("outofmemory") {
        return None;
    }
    let limit = memory_limit(task, culprit, definition);
    let name = culprit.map_or("a container", |container| &*container.name);
    let exit =
        culprit.and_then(|container| container.exit_code).map_or_else(String::new, |c| format!(" exit {c}"));
    let limit = limit.map_or_else(String::new, |limit| format!(", {limit}"));
    Some(
        make(
            Cause::OutOfMemory,
            Weight::Fault,
            format!("{name}{exit}: out of memory{limit}"),
            format!(
                "ran out of memory{}",
                limit.replacen(", ", " (", 1) + if limit.is_empty() { "" } else { ")" }
            ),
        )
        .check("the memory chart; a higher limit, or a leak"),
    )
}

/// `limit N MiB` of the container, else `task limit N MiB`, which all containers share.
pub fn memory_limit(
    task: &Task,
    container: Option<&Container>,
    definition: Option<&TaskDefinition>,
) -> Option<String> {
    let own = container.and_then(|container| {
        let defined = definition.and_then(|d| d.container(&container.name)).and_then(|c| c.memory);
        container.memory.as_deref().and_then(|text| text.parse().ok()).or(defined)
    });
    match own {
        Some(limit) => Some(format!("limit {limit} MiB")),
        None => task.memory.as_deref().map(|limit| format!("task limit {limit} MiB")),
    }
}

/// Reasons for which a task never ran: image, network interface, secrets, log group, volumes.
fn never_started(text: &str, culprit: Option<&Container>) -> Option<Ending> {
    let has = |part: &str| text.contains(part);
    let find = |table: &'static [Fragment]| table.iter().find(|(part, _, _)| text.contains(part));
    if has("cannotpullcontainererror") || has("cannotpullimage") {
        let (why, check) = find(PULL).map_or(("", None), |(_, why, check)| (*why, Some(*check)));
        let image = short_image(culprit.and_then(|container| container.image.as_deref()));
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        let sentence = format!("cannot pull image {image}{why}");
        let verb = format!("could not pull image {image}{why}");
        return Some(Ending { check, ..make(Cause::CannotPull, Weight::Fault, sentence, verb) });
    }
    if has("timeout waiting for network interface") || has("create network interface") {
        let ending = make(Cause::Network, Weight::Fault, "no network interface", "got no network interface");
        return Some(ending.check("free addresses in the subnet, the quota of network interfaces"));
    }
    if has("resourceinitializationerror") {
        let (what, check) =
            find(PREPARE).map_or(("could not be prepared", None), |(_, what, c)| (*what, Some(*c)));
        let host = HOSTS.iter().find(|(part, _)| has(part)).map(|(_, name)| *name);
        let host = match host {
            Some(host) if check.is_some_and(|check| check.starts_with("NAT")) => format!(": {host}"),
            _ => String::new(),
        };
        let sentence = format!("{what}{host}");
        return Some(Ending {
            check,
            ..make(Cause::CannotPrepare, Weight::Fault, sentence.clone(), sentence)
        });
    }
    None
}

/// Reasons that AWS words, matched by fragments because the wording changes.
fn by_text(text: &str, reason: &str, culprit: Option<&Container>) -> Option<Ending> {
    let has = |part: &str| text.contains(part);
    if let Some(ending) = never_started(text, culprit) {
        return Some(ending);
    }
    if has("elb health checks") {
        let group = reason.split("target-group ").nth(1).and_then(|rest| rest.split([')', ' ']).next());
        let group = group.map_or_else(String::new, |arn| format!(" in {}", target_group_name(arn)));
        let sentence = format!("removed: failed load-balancer health checks{group}");
        let ending = make(
            Cause::LoadBalancerHealth,
            Weight::Fault,
            sentence,
            format!("failed load-balancer health checks{group}"),
        );
        return Some(ending.check("path, port and codes of the health check, grace period, security group"));
    }
    if has("container health checks") {
        let ending = make(
            Cause::ContainerHealth,
            Weight::Fault,
            "removed: container health check failed",
            "failed container health checks",
        );
        return Some(ending.check("the check's command exists in the image; startPeriod"));
    }
    if has("scaling activity initiated by") {
        let by = reason.split_once("(deployment ").and_then(|(_, rest)| rest.split(')').next());
        let by = by.map_or_else(String::new, |id| format!(" by deployment {id}"));
        let sentence = format!("scaled in or replaced{by}");
        return Some(make(Cause::Replaced, Weight::Normal, sentence, "were scaled in or replaced"));
    }
    if has("spot task was interrupted") {
        return by_code("SpotInterruption");
    }
    if has("performing maintenance") {
        return by_code("TerminationNotice");
    }
    if has("capacity is unavailable") {
        let ending =
            make(Cause::NoCapacity, Weight::Fault, "no Fargate capacity in the zone", "found no capacity");
        return Some(ending.check("more subnets in other zones"));
    }
    let runtime =
        ["cannotstartcontainererror", "cannotcreatecontainererror", "containerruntime", "cannotcreatevolume"];
    if runtime.iter().any(|part| has(part)) {
        let ending =
            make(Cause::Runtime, Weight::Fault, "the container could not be started", "could not start");
        return Some(ending.check("entryPoint, command, user, volumes"));
    }
    None
}

/// Somebody's StopTask; the reason is that person's own text.
fn by_person(code: &str, reason: &str) -> Option<Ending> {
    (code == "UserInitiated").then(|| {
        let sentence = match reason {
            "" | "Task stopped by user" => "stopped by a person or tool".to_owned(),
            reason => format!("stopped by a person or tool: {reason}"),
        };
        make(Cause::Person, Weight::Normal, sentence, "were stopped by a person or tool")
    })
}

fn by_exit(container: &Container, task: &Task, definition: Option<&TaskDefinition>) -> Option<Ending> {
    let code = container.exit_code?;
    let name = &container.name;
    let exited = |what: &str| {
        let sentence = if what.is_empty() {
            format!("{name} exit {code}")
        } else {
            format!("{name} exit {code}: {what}")
        };
        make(Cause::Exit(code), Weight::Fault, sentence, format!("exited {code}"))
    };
    Some(match code {
        0 => make(
            Cause::Finished,
            Weight::Fault,
            format!("{name} exit 0: finished by itself"),
            "finished by themselves (exit 0)",
        )
        .check("a foreground process; the essential flag"),
        137 if stopped_late(container, task, definition) => make(
            Cause::SlowStop,
            Weight::Notable,
            format!("{name} exit 137: did not stop in time after SIGTERM, was killed"),
            "were killed after SIGTERM",
        )
        .check("how the program handles SIGTERM; stopTimeout"),
        137 => exited("killed (SIGKILL), cause not reported").check("the memory chart"),
        143 => make(
            Cause::Exit(143),
            Weight::Normal,
            format!("{name} exit 143: stopped on request (SIGTERM)"),
            "stopped on request",
        ),
        139 => exited("crashed (segmentation fault)").check("native code, libc, architecture"),
        134 => exited("crashed (abort)").check("a failed assertion in the last log lines"),
        132 => exited("crashed (illegal instruction)").check("wrong CPU architecture?"),
        126 => exited("command not executable").check("entry point, architecture, a shell in the image"),
        127 => exited("command not found").check("entry point, architecture, a shell in the image"),
        125 => exited("container runtime refused").check("options and mounts"),
        1 | 2 => exited("application error").check("the last log lines"),
        _ => exited("").check("the last log lines"),
    })
}

/// The gap between the request to stop and the end is the time that SIGTERM leaves (30 s unless set).
fn stopped_late(container: &Container, task: &Task, definition: Option<&TaskDefinition>) -> bool {
    let timeout =
        definition.and_then(|d| d.container(&container.name)).and_then(|c| c.stop_timeout).unwrap_or(30);
    let (Some(asked), Some(ended)) = (task.times.stopping, task.times.execution_stopped) else {
        return false;
    };
    let gap = (ended - asked).num_seconds();
    gap >= i64::from(timeout) - 1
}

fn unknown(code: &str, reason: &str) -> Ending {
    let sentence = match (reason, code) {
        ("", "") => "stopped, reason not known".to_owned(),
        ("", code) => code.to_owned(),
        (reason, _) => reason.to_owned(),
    };
    let failed = code == "TaskFailedToStart" || code == "EssentialContainerExited";
    let weight = if failed { Weight::Fault } else { Weight::Notable };
    let verb = if code == "TaskFailedToStart" { "failed to start" } else { "stopped" };
    make(Cause::Unknown, weight, sentence, verb)
}

/// The name inside `arn:…:targetgroup/NAME/ID`.
pub fn target_group_name(arn: &str) -> &str {
    match arn.split_once("targetgroup/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => tail(arn),
    }
}

/// What an exit code says by itself, for a column.
pub fn exit_meaning(code: i32) -> &'static str {
    match code {
        0 => "clean",
        1 | 2 => "application error",
        125 => "runtime refused",
        126 => "not executable",
        127 => "not found",
        132 => "SIGILL",
        134 => "SIGABRT",
        137 => "SIGKILL",
        139 => "SIGSEGV",
        143 => "SIGTERM",
        _ => "-",
    }
}
