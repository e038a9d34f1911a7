//! The verdict on a service: how bad it is and why, in one sentence, from what ECS tells.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::ending::{Cause, Ending, Weight, ending, target_group_name};
use super::event::{Event, EventKind};
use super::service::{Rollout, RolloutState, Service};
use super::task::{Health, Task};
use super::{Fleet, KnownService};

/// How bad it is, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Severity {
    Fail,
    Degraded,
    Waiting,
    Deploying,
    /// Known from a list or an earlier session, not looked at yet.
    Unknown,
    Ok,
}

impl Severity {
    /// Four letters, as in the STATE column.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "FAIL",
            Self::Degraded => "DEGR",
            Self::Waiting => "WAIT",
            Self::Deploying => "DEPL",
            Self::Unknown => "?",
            Self::Ok => "OK",
        }
    }

    /// The whole word, as in a title.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "FAILING",
            Self::Degraded => "DEGRADED",
            Self::Waiting => "WAITING",
            Self::Deploying => "DEPLOYING",
            Self::Unknown => "NOT CHECKED",
            Self::Ok => "OK",
        }
    }

    /// Somebody should look at it.
    pub fn needs_attention(self) -> bool {
        matches!(self, Self::Fail | Self::Degraded | Self::Waiting | Self::Deploying)
    }
}

/// Where the next look most likely helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// The service with its tasks.
    Open,
    /// Its events.
    Events,
    /// Its description.
    Describe,
}

/// How bad, why, since when, and where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub severity: Severity,
    /// Empty for a service that is as asked.
    pub why: String,
    pub since: Option<DateTime<Utc>>,
    pub look: Look,
    /// When time alone may change the verdict.
    pub review_at: Option<DateTime<Utc>>,
}

/// How far back repeated endings count.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How long a warning in the events counts as news.
const NEWS: TimeDelta = TimeDelta::minutes(5);
const SHORT: TimeDelta = TimeDelta::minutes(2);
const LONG: TimeDelta = TimeDelta::minutes(5);
/// How long ECS waits before it counts a task without health checks as healthy.
const HEALTHY_AFTER: TimeDelta = TimeDelta::seconds(40);

/// A rule looks at the case and speaks, or leaves it to the next one.
type Rule = fn(&Case<'_>) -> Option<Verdict>;

/// Worst first; the first that speaks wins (UX.md §5.1, as far as ECS's own answers reach).
const RULES: &[Rule] = &[
    deployment_crash_loops,
    nothing_runs,
    deployment_failed,
    starts_keep_failing,
    short_of_tasks,
    tasks_unhealthy,
    targets_unhealthy,
    sidecar_stopped,
    rolled_back,
    same_ending_repeats,
    tasks_stuck,
    placement_fails,
    draining,
    deploying,
];

/// Judges one service at a given time.
pub fn judge(fleet: &Fleet, known: &KnownService, now: DateTime<Utc>) -> Verdict {
    let case = Case::new(fleet, known, now);
    let mut verdict = RULES.iter().find_map(|rule| rule(&case)).unwrap_or_else(|| case.fine());
    verdict.review_at = case.review_at();
    verdict
}

/// The facts about one service, gathered once for all rules.
struct Case<'a> {
    service: &'a Service,
    fleet: &'a Fleet,
    short_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    alive: Vec<&'a Task>,
    /// Tasks that stopped, with why, newest first.
    stops: Vec<(&'a Task, DateTime<Utc>, Ending)>,
}

impl<'a> Case<'a> {
    fn new(fleet: &'a Fleet, known: &'a KnownService, now: DateTime<Utc>) -> Self {
        let service = &*known.service;
        let (mut alive, mut stops) = (Vec::new(), Vec::new());
        for task in fleet.tasks_of(&service.cluster, &service.name) {
            let definition = task.definition.as_ref().and_then(|id| fleet.definition(id));
            match ending(task, definition.map(AsRef::as_ref)) {
                Some(ending) if task.state.is_stopped() => {
                    stops.push((&**task, task.since().unwrap_or(now), ending));
                }
                _ => alive.push(&**task),
            }
        }
        stops.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
        alive.sort_by(|a, b| a.id.cmp(&b.id));
        Self { service, fleet, short_since: known.short_since, now, alive, stops }
    }

    fn say(&self, severity: Severity, why: String, since: Option<DateTime<Utc>>, look: Look) -> Verdict {
        let since = since.map(|since| since.min(self.now));
        Verdict { severity, why, since, look, review_at: None }
    }

    fn fine(&self) -> Verdict {
        let why = if self.service.desired == 0 { "scaled to 0".to_owned() } else { String::new() };
        self.say(Severity::Ok, why, None, Look::Open)
    }

    /// The next moment at which a threshold of time passes.
    fn review_at(&self) -> Option<DateTime<Utc>> {
        let shortage = self.short_since.into_iter().flat_map(|since| [since + SHORT, since + LONG]);
        let stops = self.stops.iter().map(|(_, at, _)| *at + WINDOW);
        let stuck =
            self.alive.iter().filter(|task| !task.has_run()).filter_map(|t| t.since()).map(|at| at + LONG);
        let young = self.alive.iter().filter_map(|task| task.times.started).map(|at| at + HEALTHY_AFTER);
        let news = self.service.events.first().map(|event| event.at + NEWS);
        let soonest = shortage.chain(stops).chain(stuck).chain(young).chain(news);
        soonest.filter(|at| *at > self.now).min()
    }

    fn short_for(&self) -> TimeDelta {
        self.short_since.map_or(TimeDelta::zero(), |since| self.now - since)
    }

    fn in_progress(&self) -> Option<&'a Rollout> {
        self.service.primary().filter(|primary| primary.state == Some(RolloutState::InProgress))
    }

    /// Stops that are the service's fault, newest first, of one rollout or of all.
    fn faults<'b>(
        &'b self,
        rollout: Option<&'b Rollout>,
    ) -> impl Iterator<Item = &'b (&'a Task, DateTime<Utc>, Ending)> {
        self.stops.iter().filter(move |(task, _, ending)| {
            let of_rollout = rollout.is_none_or(|rollout| task.started_by.as_deref() == Some(&*rollout.id));
            of_rollout && ending.weight == Weight::Fault
        })
    }

    /// A task that serves: its health check says so, or it has none and ran long enough.
    fn is_healthy(&self, task: &Task) -> bool {
        match task.health {
            Health::Healthy => true,
            Health::Unhealthy | Health::Other(_) => false,
            Health::Unknown => task.times.started.is_some_and(|at| self.now - at >= HEALTHY_AFTER),
        }
    }

    fn placement(&self) -> Option<(&'a Event, &'a str)> {
        let last_good = self.service.events.iter().position(|event| event.kind() == EventKind::Good);
        let mut news = self.service.events.iter().take(last_good.unwrap_or(usize::MAX));
        news.find_map(|event| Some((event, event.placement_reason()?)))
    }

    /// `; rev 419 removed secret DB_URL`, where both revisions are known and something of the kind changed.
    fn suspicion(&self) -> Option<String> {
        let now = self.service.primary()?.definition.as_ref()?;
        let before = self.service.previous_definition()?;
        let changes = self.fleet.definition(now)?.changes_since(self.fleet.definition(&before)?);
        let telling = changes.into_iter().find(|change| change.ends_with(" removed"))?;
        Some(format!("; rev {} {telling}", now.revision()?))
    }
}

/// What most of the stops have in common: how many of how many, and what they did.
struct Common {
    count: usize,
    of: usize,
    cause: Cause,
    verb: String,
    first: DateTime<Utc>,
}

fn common<'a>(stops: impl Iterator<Item = &'a (&'a Task, DateTime<Utc>, Ending)>) -> Option<Common> {
    let mut groups: BTreeMap<&str, (usize, &Ending, DateTime<Utc>)> = BTreeMap::new();
    let mut of = 0;
    for (_, at, ending) in stops {
        of += 1;
        let group = groups.entry(&ending.verb).or_insert((0, ending, *at));
        group.0 += 1;
        group.2 = group.2.min(*at);
    }
    let (count, ending, first) =
        groups.into_values().max_by_key(|(count, _, first)| (*count, std::cmp::Reverse(*first)))?;
    Some(Common { count, of, cause: ending.cause.clone(), verb: ending.verb.clone(), first })
}

/// A deployment is in progress, none of its tasks is healthy, and two or more stopped.
fn deployment_crash_loops(case: &Case<'_>) -> Option<Verdict> {
    let primary = case.in_progress()?;
    let mine = |task: &&&Task| task.started_by.as_deref() == Some(&*primary.id);
    if case.alive.iter().filter(mine).any(|task| case.is_healthy(task)) {
        return None;
    }
    let common = common(case.faults(Some(primary)));
    let failed = common.as_ref().map_or(primary.failed as usize, |common| common.of);
    if failed < 2 || (common.is_none() && primary.running > 0) {
        return None;
    }
    let what = match &common {
        Some(common) => format!("{} of {} new tasks {}", common.count, common.of, common.verb),
        None => format!("{failed} new tasks failed to start"),
    };
    let old: u32 =
        case.service.rollouts.iter().filter(|rollout| !rollout.is_primary()).map(|r| r.running).sum();
    let serves = match old {
        0 if case.service.running == 0 => "nothing serves".to_owned(),
        0 => "no old task is left".to_owned(),
        old => format!("old {old}/{} still serve", case.service.desired),
    };
    let suspicion = case.suspicion().unwrap_or_default();
    let why = format!("deploy crash-loops: {what}{suspicion}; {serves}");
    Some(case.say(Severity::Fail, why, primary.created.or(common.map(|c| c.first)), Look::Open))
}

/// Nothing runs although something should.
fn nothing_runs(case: &Case<'_>) -> Option<Verdict> {
    let service = case.service;
    if service.running > 0 || service.desired == 0 {
        return None;
    }
    let common = common(case.faults(None));
    let young = case.short_for() < SHORT && common.is_none() && case.placement().is_none();
    if young {
        return None;
    }
    let why = match (&common, case.placement()) {
        (Some(common), _) => {
            let suspicion = case.suspicion().unwrap_or_default();
            format!("nothing runs: {} of {} tasks {}{suspicion}", common.count, common.of, common.verb)
        }
        (None, Some((_, reason))) => format!("nothing runs: no place for a task: {reason}"),
        (None, None) => format!("nothing runs: 0 of {} tasks", service.desired),
    };
    Some(case.say(Severity::Fail, why, case.short_since, Look::Open))
}

/// The newest deployment failed, nothing rolled it back, and the service is not as asked.
fn deployment_failed(case: &Case<'_>) -> Option<Verdict> {
    let primary = case.service.primary().filter(|primary| primary.state == Some(RolloutState::Failed))?;
    if case.service.running >= case.service.desired {
        return None;
    }
    let name = primary.definition.as_ref().map_or("", |definition| definition.name());
    let reason = primary.reason.as_deref().unwrap_or("no reason given");
    let why = format!("deployment of {name} failed: {reason}");
    Some(case.say(Severity::Fail, why, primary.updated.or(primary.created), Look::Events))
}

/// Fewer tasks than asked for, for five minutes, and new ones fail to start.
fn starts_keep_failing(case: &Case<'_>) -> Option<Verdict> {
    if case.short_for() < LONG {
        return None;
    }
    let never_ran =
        case.stops.iter().filter(|(task, _, ending)| !task.has_run() && ending.weight == Weight::Fault);
    let why = match (common(never_ran), case.placement()) {
        (Some(common), _) if common.count >= 2 => {
            format!(
                "{}/{} run: {} tasks {}",
                case.service.running, case.service.desired, common.count, common.verb
            )
        }
        (_, Some((_, reason))) => {
            format!("{}/{} run: no place for a task: {reason}", case.service.running, case.service.desired)
        }
        _ => return None,
    };
    Some(case.say(Severity::Fail, why, case.short_since, Look::Open))
}

/// Fewer tasks than asked for: for two minutes without a deployment, or below what a deployment may leave.
fn short_of_tasks(case: &Case<'_>) -> Option<Verdict> {
    let service = case.service;
    if service.running >= service.desired {
        return None;
    }
    let deploying = case.in_progress().is_some();
    let minimum = service.rules.minimum_healthy_percent.unwrap_or(100);
    let floor = (u64::from(service.desired) * u64::from(minimum)).div_ceil(100);
    let below_floor = deploying && u64::from(service.running) < floor && case.short_for() >= SHORT;
    let short = !deploying && case.short_for() >= SHORT;
    if !(below_floor || short) {
        return None;
    }
    let recent = case
        .stops
        .iter()
        .filter(|(_, at, ending)| case.now - *at <= WINDOW && ending.weight > Weight::Normal);
    let why = match common(recent) {
        Some(common) => {
            format!(
                "{}/{} run: {} in 15m {}",
                service.running,
                service.desired,
                tasks(common.count),
                common.verb
            )
        }
        None if service.pending > 0 => {
            format!("{}/{} run, {} starting", service.running, service.desired, service.pending)
        }
        None => format!("{}/{} run", service.running, service.desired),
    };
    Some(case.say(Severity::Degraded, why, case.short_since, Look::Open))
}

/// A running task or container fails its health check.
fn tasks_unhealthy(case: &Case<'_>) -> Option<Verdict> {
    let sick: Vec<&&Task> = case.alive.iter().filter(|task| task.health == Health::Unhealthy).collect();
    let first = sick.first()?;
    let container = first.containers.iter().find(|container| container.health == Health::Unhealthy);
    let name = container.map_or_else(String::new, |container| format!(" ({})", container.name));
    let why =
        format!("{} of {} tasks fail their container health check{name}", sick.len(), case.service.desired);
    Some(case.say(Severity::Degraded, why, None, Look::Open))
}

/// The load balancer called a target unhealthy lately, and no steady state followed.
fn targets_unhealthy(case: &Case<'_>) -> Option<Verdict> {
    let last_good = case.service.events.iter().position(|event| event.kind() == EventKind::Good);
    let news: Vec<&Event> = case.service.events.iter().take(last_good.unwrap_or(usize::MAX)).collect();
    let unhealthy = |event: &&&Event| event.message.contains("is unhealthy in");
    let newest = news.iter().find(unhealthy)?;
    if case.now - newest.at > WINDOW {
        return None;
    }
    let group = newest.message.split("target-group ").nth(1).and_then(|rest| rest.split(')').next());
    let group = group.map_or_else(String::new, |arn| format!(" in {}", target_group_name(arn)));
    let code = newest.message.split("codes: [").nth(1).and_then(|rest| rest.split(']').next());
    let code = match code {
        Some(code) => format!(" (HTTP {code})"),
        None if newest.message.contains("timed out") => " (timed out)".to_owned(),
        None => String::new(),
    };
    let count = news.iter().filter(unhealthy).count();
    let why = format!(
        "{} unhealthy{group}{code}",
        if count == 1 { "a target is".to_owned() } else { format!("targets are, {count} times,") }
    );
    let oldest = news.iter().rev().find(unhealthy).map(|event| event.at);
    Some(case.say(Severity::Degraded, why, oldest, Look::Events))
}

/// A container stopped in a task that runs on without it.
fn sidecar_stopped(case: &Case<'_>) -> Option<Verdict> {
    let running = case.alive.iter().filter(|task| task.state == super::task::TaskState::Running);
    let dead = |task: &&&Task| task.containers.iter().any(|container| container.state.is_stopped());
    let hit: Vec<&&Task> = running.filter(dead).collect();
    let container = hit.first()?.containers.iter().find(|container| container.state.is_stopped())?;
    let exit = container.exit_code.map_or_else(|| "stopped".to_owned(), |code| format!("exited {code}"));
    let why = format!(
        "{} {exit} in {} of {} tasks, not restarted",
        container.name,
        hit.len(),
        case.service.running
    );
    Some(case.say(Severity::Degraded, why, None, Look::Open))
}

/// The last deployment was rolled back, and no newer one succeeded.
fn rolled_back(case: &Case<'_>) -> Option<Verdict> {
    let primary = case.service.primary()?;
    let reason = primary.reason.as_deref().filter(|reason| reason.contains("rolling back"))?;
    let to = primary.definition.as_ref().map_or("the revision before", |definition| definition.name());
    let by = if reason.contains("circuit breaker") {
        "by the circuit breaker"
    } else if reason.contains("alarm") {
        "by an alarm"
    } else {
        "by ECS"
    };
    let state = if case.in_progress().is_some() { "rolling back" } else { "last deploy was rolled back" };
    let why = format!("{state} to {to} {by}");
    Some(case.say(Severity::Degraded, why, primary.created, Look::Events))
}

/// Out-of-memory kills, or one ending three times in a quarter of an hour.
fn same_ending_repeats(case: &Case<'_>) -> Option<Verdict> {
    let killed = case.stops.iter().filter(|(_, _, ending)| ending.cause == Cause::OutOfMemory);
    if let Some(newest) = killed.clone().next() {
        let recent = killed.clone().filter(|(_, at, _)| case.now - *at <= WINDOW).count();
        let (count, window) = if recent > 0 { (recent, "15m") } else { (killed.clone().count(), "1h") };
        if recent > 0 || count >= 2 {
            let limit =
                newest.2.verb.split_once('(').map_or_else(String::new, |(_, limit)| format!(" ({limit}"));
            let kills = if count == 1 {
                "1 out-of-memory kill".to_owned()
            } else {
                format!("{count} out-of-memory kills")
            };
            let since = killed.map(|(_, at, _)| *at).min();
            return Some(case.say(
                Severity::Degraded,
                format!("{kills} in {window}{limit}"),
                since,
                Look::Open,
            ));
        }
    }
    let recent = case.stops.iter().filter(|(_, at, e)| case.now - *at <= WINDOW && e.weight > Weight::Normal);
    let common = common(recent)
        .filter(|common| common.count >= 3 || (common.cause == Cause::Spot && common.count >= 2))?;
    let why = format!("{} in 15m {}", tasks(common.count), common.verb);
    Some(case.say(Severity::Degraded, why, Some(common.first), Look::Open))
}

/// Tasks that neither start nor stop.
fn tasks_stuck(case: &Case<'_>) -> Option<Verdict> {
    let is_stuck = |task: &&&Task| {
        let since = if task.state.is_starting() { task.times.created } else { task.times.stopping };
        let moving = task.state.is_starting() || task.state.is_stopping();
        moving && since.is_some_and(|since| case.now - since >= LONG)
    };
    let stuck: Vec<&&Task> = case.alive.iter().filter(is_stuck).collect();
    let first = stuck.first()?;
    let hint = match first.state.as_str() {
        "PROVISIONING" => " (waiting for a network interface)",
        "PENDING" => " (pulling or initialising)",
        "DEACTIVATING" => " (leaving the load balancer)",
        _ => "",
    };
    let since = stuck.iter().filter_map(|task| task.times.stopping.or(task.times.created)).min();
    let old = case.service.outgoing().map_or(0, |rollout| rollout.running);
    let serves =
        if old > 0 { format!("; old {old}/{} still serve", case.service.desired) } else { String::new() };
    let why = format!("{} stuck in {}{hint}{serves}", tasks(stuck.len()), first.state.as_str());
    Some(case.say(Severity::Degraded, why, since, Look::Open))
}

/// ECS finds no place for a task, or no room inside the deployment's percentages.
fn placement_fails(case: &Case<'_>) -> Option<Verdict> {
    if let Some((event, reason)) = case.placement() {
        let deploying = case.in_progress().and_then(|primary| primary.definition.as_ref()?.revision());
        let what =
            deploying.map_or_else(String::new, |revision| format!("deploy of rev {revision} is stuck: "));
        let serves = case.service.outgoing().filter(|old| old.running > 0);
        let serves = serves.map_or_else(String::new, |old| {
            format!("; old {}/{} still serve", old.running, case.service.desired)
        });
        let why = format!("{what}no place for a task: {reason}{serves}");
        return Some(case.say(Severity::Degraded, why, Some(event.at), Look::Events));
    }
    let newest = case.service.events.first()?;
    let no_room = newest.message.contains("was unable to stop or start tasks during a deployment");
    no_room.then(|| {
        let rules = &case.service.rules;
        let percent = |value: Option<u32>| value.map_or_else(|| "?".to_owned(), |value| value.to_string());
        let (low, high) = (percent(rules.minimum_healthy_percent), percent(rules.maximum_percent));
        let why = format!("deploy is stuck: minimum {low}% and maximum {high}% leave no room");
        case.say(Severity::Degraded, why, Some(newest.at), Look::Events)
    })
}

/// The service is being deleted.
fn draining(case: &Case<'_>) -> Option<Verdict> {
    (&*case.service.status != "ACTIVE").then(|| {
        let why = format!("{}: {} tasks still run", case.service.status, case.service.running);
        case.say(Severity::Deploying, why, None, Look::Open)
    })
}

/// A change is on its way and nothing speaks against it.
fn deploying(case: &Case<'_>) -> Option<Verdict> {
    let service = case.service;
    let primary = service.primary()?;
    let started = primary.created;
    let revision =
        |rollout: &Rollout| rollout.definition.as_ref().and_then(super::id::DefinitionId::revision);
    let now = revision(primary).map_or_else(|| "?".to_owned(), |revision| revision.to_string());
    let Some(old) = service.outgoing() else {
        if case.in_progress().is_some() {
            let why = format!("rev {now}: {} of {} tasks running", primary.running, primary.desired);
            return Some(case.say(Severity::Deploying, why, started, Look::Open));
        }
        let scaling = service.running != service.desired || service.pending > 0;
        return scaling.then(|| {
            let (direction, count) = if service.running > service.desired {
                ("in", service.running)
            } else {
                ("out", service.running)
            };
            let why = format!("scaling {direction}: {count} of {} tasks running", service.desired);
            case.say(Severity::Deploying, why, case.short_since, Look::Open)
        });
    };
    let before = revision(old).map_or_else(|| "?".to_owned(), |revision| revision.to_string());
    let change = if before == now { format!("rev {now} again") } else { format!("rev {before} > {now}") };
    let progress = if primary.running >= primary.desired && old.running > 0 {
        format!("draining {} old {}", old.running, if old.running == 1 { "task" } else { "tasks" })
    } else {
        format!("{} of {} new tasks running", primary.running, primary.desired)
    };
    Some(case.say(Severity::Deploying, format!("{change}: {progress}"), started, Look::Open))
}

fn tasks(count: usize) -> String {
    if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") }
}
