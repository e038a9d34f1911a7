//! Checks of tasks and targets: that green is whole, healthy in every zone, and stays up.

use std::collections::BTreeSet;

use super::side::Case;
use super::{Check, CheckKind, Finding};
use crate::app::format;
use crate::fleet::ending::Weight;
use crate::fleet::id::Text;
use crate::fleet::shift::{Phase, Side};

pub(super) fn running(case: &Case<'_>) -> Check {
    let counts = |side: Option<&Side>| {
        side.map_or_else(|| "-".to_owned(), |side| format!("{} / {}", side.running, side.desired))
    };
    let check = Check::new(CheckKind::Tasks, "tasks running / desired")
        .sides(counts(case.blue()), counts(case.green()));
    let Some(green) = case.green() else { return check.not_checked("green is not there yet") };
    let comes_up = matches!(case.shift.phase, Phase::Starting | Phase::Preparing);
    if !is_whole(green) {
        let finding = if comes_up { Finding::Info } else { Finding::Look };
        return check.says(finding, format!("green: {} of {} run", green.running, green.desired));
    }
    if let Some(blue) = case.blue().filter(|blue| blue.running < blue.desired) {
        return check.says(Finding::Look, format!("blue: {} of {} run", blue.running, blue.desired));
    }
    let youngest = case.running(case.green()).filter_map(|task| task.times.started).max();
    let reading = youngest.map_or_else(
        || "green is whole".to_owned(),
        |youngest| format!("green steady for {}", format::age(case.for_long(youngest))),
    );
    check.says(Finding::Ok, reading)
}

/// Every task that is asked for runs, and none is on its way.
pub(super) fn is_whole(side: &Side) -> bool {
    side.desired > 0 && side.running >= side.desired && side.pending == 0
}

/// How many tasks of each side are healthy targets, and in which zones; `None` without a load balancer.
pub(super) fn targets(case: &Case<'_>) -> Option<Check> {
    let balanced = case.service.is_some_and(|service| !service.load_balancers.is_empty());
    if !balanced && !case.shift.moves_traffic() {
        return None;
    }
    let check = Check::new(CheckKind::Targets, "healthy targets");
    let (blue, green) = (count(case, case.blue()), count(case, case.green()));
    let cell = |count: Option<&Count>, side: Option<&Side>| {
        let group = side.and_then(|side| side.target_group.as_ref()).map_or("", |key| key.name());
        count.map_or_else(
            || "-".to_owned(),
            |count| format!("{} / {}  {group}", count.healthy, count.of).trim_end().to_owned(),
        )
    };
    let check = check.sides(cell(blue.as_ref(), case.blue()), cell(green.as_ref(), case.green()));
    let Some(green) = green else { return Some(check.not_checked("no health yet")) };
    let finding = match case.shift.phase {
        Phase::Starting | Phase::Preparing => Finding::Info,
        _ => Finding::Look,
    };
    let mut zones = blue.map_or_else(BTreeSet::new, |blue| blue.zones);
    zones.extend(subnet_zones(case));
    let missing: Vec<&str> = zones.difference(&green.zones).map(|zone| &**zone).collect();
    // Two tasks cannot be in three zones.
    let can = case.green().is_some_and(|side| side.desired as usize >= zones.len());
    let check = if green.of == 0 {
        check.says(finding, "green has no target")
    } else if green.healthy < green.of {
        let bad = green.of - green.healthy;
        check.says(finding, format!("{bad} of {} of green are not healthy{}", green.of, green.why))
    } else if can && !missing.is_empty() {
        check.says(finding, format!("green has none in {}", missing.join(", ")))
    } else if zones.is_empty() {
        check.says(Finding::Ok, "")
    } else {
        let covered = zones.intersection(&green.zones).count().max(green.zones.len());
        check.says(Finding::Ok, format!("green in {}", format::count(covered, "zone")))
    };
    Some(check.aged(case.stale_health()))
}

/// The zones of the service's subnets, as far as its own tasks tell which subnet is where.
fn subnet_zones(case: &Case<'_>) -> impl Iterator<Item = Text> {
    let subnets = case.service.and_then(|service| service.network.as_ref()).map(|network| &network.subnets);
    let tasks = case.running(case.blue()).chain(case.running(case.green()));
    tasks.filter_map(move |task| {
        let subnet = task.interface.as_ref()?.subnet.as_ref()?;
        subnets?.contains(subnet).then(|| task.zone.clone())?
    })
}

struct Count {
    healthy: usize,
    of: usize,
    zones: BTreeSet<Text>,
    /// ` (Target.Timeout)`, where a target says why.
    why: String,
}

/// By the tasks of the side where they are known, else by what stands in its group; `None` when nobody asked.
fn count<'a>(case: &Case<'a>, side: Option<&'a Side>) -> Option<Count> {
    let targets = case.targets(side)?;
    let mut tasks = case.running(side).peekable();
    let mut count = Count { healthy: 0, of: 0, zones: BTreeSet::new(), why: String::new() };
    let mut put = |target: Option<&crate::fleet::balancer::Target>, zone: Option<&Text>| {
        count.of += 1;
        match target {
            Some(target) if Case::is_healthy(target) => {
                count.healthy += 1;
                count.zones.extend(zone.or(target.zone.as_ref()).cloned());
            }
            Some(target) => {
                let why = target.reason.as_deref().unwrap_or_else(|| target.state.as_str());
                count.why = format!(" ({why})");
            }
            None => " (not registered)".clone_into(&mut count.why),
        }
    };
    if tasks.peek().is_some() {
        tasks.for_each(|task| put(case.target_of(task, targets), task.zone.as_ref()));
    } else {
        for target in targets {
            put(Some(target), target.zone.as_ref());
        }
    }
    Some(count)
}

/// Tasks that ended for a reason of their own since the deployment began.
pub(super) fn stops(case: &Case<'_>) -> Check {
    let check = Check::new(CheckKind::Stops, "task stops since start");
    let Some(began) = case.shift.began else { return check.not_checked("its begin is not known") };
    let of = |side| {
        let ended = case.tasks(side).filter(move |known| {
            let since = known.task.since().is_some_and(|since| since >= began);
            known.task.has_ended() && since
        });
        let faults = ended.filter_map(|known| known.ending.as_deref());
        faults.filter(|ending| ending.weight > Weight::Normal).collect::<Vec<_>>()
    };
    // Tasks run, and none of them is known: nobody looked.
    let unseen =
        case.green().is_none_or(|green| green.running > 0) && case.tasks(case.green()).next().is_none();
    if unseen {
        return check.not_checked("no tasks yet");
    }
    let (blue, green) = (of(case.blue()), of(case.green()));
    let check = check.sides(blue.len().to_string(), green.len().to_string());
    match green.first() {
        Some(ending) => check.says(Finding::Look, format!("green: a task {}", ending.verb)),
        None => check.says(Finding::Ok, ""),
    }
}
