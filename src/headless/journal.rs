//! `journal`: what was changed with this program on this machine, by whom, and what came of it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::format;
use crate::fleet::id::tail;
use crate::journal::{Contents, Entry, Fact, Kind, Line, Trail, trails};

/// Which part of the journal is wanted; all of it without a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub since: Option<DateTime<Utc>>,
    pub profile: Option<String>,
    pub region: Option<String>,
    /// A cluster by its name or ARN.
    pub cluster: Option<String>,
    /// A service by its name or ARN.
    pub service: Option<String>,
}

impl Wanted {
    fn time(&self, at: Option<DateTime<Utc>>) -> bool {
        at.zip(self.since).is_none_or(|(at, since)| at >= since)
    }

    /// It is about what was asked for.
    fn thing(&self, entry: &Entry) -> bool {
        let same = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        let arns = || entry.targets.iter().chain(&entry.service);
        let cluster = |name: &String| arns().any(|arn| arn == name || cluster_of(arn) == Some(name));
        let service = |name: &String| arns().any(|arn| arn == name || service_of(arn) == Some(name));
        same(&self.profile, &entry.profile)
            && same(&self.region, &entry.region)
            && self.cluster.as_ref().is_none_or(cluster)
            && self.service.as_ref().is_none_or(service)
    }

    /// Something narrower than a time was asked for, so that a line which is not understood is not it.
    fn is_narrow(&self) -> bool {
        *self != Self { since: self.since, ..Self::default() }
    }

    fn strange(&self, line: &Line) -> bool {
        line.entry.is_none() && !self.is_narrow() && self.time(line.at)
    }
}

/// The moment that lies so far back; `None` where no calendar reaches.
pub fn before(now: DateTime<Utc>, back: Duration) -> Option<DateTime<Utc>> {
    now.checked_sub_signed(TimeDelta::from_std(back).ok()?)
}

/// The lines as they stand in the files, one JSON object each.
pub fn json(contents: &Contents, wanted: &Wanted) -> String {
    let mut text = String::new();
    for line in &contents.lines {
        let known = |entry: &Entry| wanted.time(line.at) && wanted.thing(entry);
        if line.entry.as_ref().map_or_else(|| wanted.strange(line), known) {
            text.push_str(&line.text);
            text.push('\n');
        }
    }
    text
}

/// One line per operation, the newest last; then what a newer version wrote, as it is.
pub fn text(contents: &Contents, wanted: &Wanted, utc: bool) -> String {
    let mut trails = trails(contents.entries());
    trails.retain(|trail| wanted.time(Some(trail.telling().at)) && wanted.thing(trail.attempt()));
    let strange: Vec<&Line> = contents.lines.iter().filter(|line| wanted.strange(line)).collect();
    let mut lines = table(&trails, utc);
    lines.extend(strange.iter().map(|line| format!("written by a newer version: {}", line.text)));
    if lines.is_empty() {
        lines.push(nothing(wanted, utc));
    }
    let mut text = String::new();
    for line in lines {
        // What AWS said and people typed may contain anything; a terminal must not obey it.
        text.push_str(&format::plain(line.trim_end()));
        text.push('\n');
    }
    text
}

/// What of the journal could not be read, one sentence each.
pub fn damage(contents: &Contents) -> Vec<String> {
    let damage = &contents.damage;
    let files = damage.files.iter().map(|(path, why)| format!("not read: {}: {why}", path.display()));
    let lines = match damage.lines {
        0 => None,
        1 => Some("1 damaged line was skipped".to_owned()),
        count => Some(format!("{count} damaged lines were skipped")),
    };
    files.chain(lines).collect()
}

fn nothing(wanted: &Wanted, utc: bool) -> String {
    let since = wanted.since.map(|since| format!(" since {}", format::full(since, utc))).unwrap_or_default();
    let such = if wanted.is_narrow() { " of this kind" } else { "" };
    format!("No changes{such} are recorded on this machine{since}.")
}

const HEADS: [&str; 6] = ["TIME", "WHO", "WHERE", "WHAT", "TARGET", "RESULT"];
/// The columns of person and place. Where they would say the same in every line, they are said once above.
const WHO: usize = 1;
const WHERE: usize = 2;

fn table(trails: &[Trail<'_>], utc: bool) -> Vec<String> {
    let plain = |cell: String| format::plain(&cell).into_owned();
    let rows: Vec<[String; HEADS.len()]> = trails.iter().map(|trail| row(trail, utc).map(plain)).collect();
    let Some(first) = rows.first() else { return Vec::new() };
    let one_person = rows.iter().all(|row| row[WHO] == first[WHO]);
    let one_place = rows.iter().all(|row| row[WHERE] == first[WHERE]);
    let common = match (one_person, one_place) {
        (true, true) => format!("All by {}, in {}.", first[WHO], first[WHERE]),
        (true, false) => format!("All by {}.", first[WHO]),
        (false, true) => format!("All in {}.", first[WHERE]),
        (false, false) => String::new(),
    };
    let heads = HEADS.map(str::to_owned);
    let mut widths = [0; HEADS.len()];
    for row in std::iter::once(&heads).chain(&rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let said = |column| (column == WHO && one_person) || (column == WHERE && one_place);
    let line = |row: &[String; HEADS.len()]| {
        let cells = row.iter().zip(widths).enumerate().filter(|(column, _)| !said(*column));
        cells.map(|(_, (cell, width))| format!("{cell:<width$}")).collect::<Vec<_>>().join("  ")
    };
    let common = Some(common).filter(|common| !common.is_empty());
    common.into_iter().chain(std::iter::once(&heads).chain(&rows).map(line)).collect()
}

fn row(trail: &Trail<'_>, utc: bool) -> [String; HEADS.len()] {
    let attempt = trail.attempt();
    [
        format::full(attempt.at, utc),
        who(attempt),
        place(attempt),
        what(attempt),
        target(attempt),
        result(trail),
    ]
}

/// `alice@laptop as Admin/alice`.
fn who(entry: &Entry) -> String {
    let person = match (&entry.user, &entry.host) {
        (Some(user), Some(host)) => format!("{user}@{host}"),
        (Some(user), None) => user.clone(),
        (None, Some(host)) => format!("somebody@{host}"),
        (None, None) => "somebody".to_owned(),
    };
    match entry.caller.as_deref().map(caller) {
        Some(caller) => format!("{person} as {caller}"),
        None => person,
    }
}

/// The telling part of a caller's ARN: `Admin/alice` of a role and its session, `alice` of a user.
fn caller(arn: &str) -> String {
    let name = arn.rsplit(':').next().unwrap_or(arn);
    let name = name.strip_prefix("assumed-role/").or_else(|| name.strip_prefix("user/")).unwrap_or(name);
    // Roles of IAM Identity Center: `AWSReservedSSO_NAME_DIGITS`.
    match name.strip_prefix("AWSReservedSSO_").and_then(|rest| rest.split_once('/')) {
        Some((role, session)) => {
            let role = role.rsplit_once('_').map_or(role, |(role, _)| role);
            format!("{role}/{session}")
        }
        None => name.to_owned(),
    }
}

/// The profile, else the account, and the Region.
fn place(entry: &Entry) -> String {
    let account = entry.profile.as_deref().or(entry.account.as_deref()).unwrap_or("an unknown account");
    [Some(account), entry.region.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `scale desired 10 > 14`.
pub(super) fn what(entry: &Entry) -> String {
    // The cluster and the deployment stand in the names of the targets.
    let told = |name: &str| !matches!(name, "cluster" | "deployment" | "back");
    let named = |fact: &Fact| match fact {
        Fact::Text(text) => tail(text).to_owned(),
        other => other.to_string(),
    };
    let changes = entry.parameters.iter().filter(|(name, _)| told(name)).map(|(name, now)| {
        let now = named(now);
        match entry.before.get(name).map(named) {
            Some(before) if before != now => format!("{name} {before} > {now}"),
            _ => format!("{name} {now}"),
        }
    });
    std::iter::once(entry.action.clone()).chain(changes).collect::<Vec<_>>().join(" ")
}

/// The first targets, and how many more there are.
pub(super) fn target(entry: &Entry) -> String {
    const SHOWN: usize = 3;
    let mut names: Vec<String> = entry.targets.iter().take(SHOWN).map(|arn| short(arn)).collect();
    if entry.targets.len() > SHOWN {
        names.push(format!("{} more", entry.targets.len() - SHOWN));
    }
    let names = names.join(", ");
    match entry.service.as_deref() {
        // What is told twice is told once: a service of itself, and the deployment, which names its service.
        Some(service) if entry.targets.iter().any(|target| target == service) => names,
        Some(service) if names.starts_with(&short(service)) => names,
        Some(service) => format!("{} {names}", short(service)),
        None => names,
    }
}

/// `payments/cart-api` of a service, `task 4f2a…` of a task; of others what stands behind the account.
fn short(arn: &str) -> String {
    let (kind, names) = parts(arn);
    match (kind, names.as_slice()) {
        ("service", names) => names.join("/"),
        ("cluster", [name]) => format!("cluster {name}"),
        ("task", [.., id]) => format!("task {}", id.get(..8).unwrap_or(id)),
        ("service-deployment", [cluster, service, id]) => format!("{cluster}/{service} deployment {id}"),
        _ => arn.splitn(6, ':').nth(5).unwrap_or(arn).to_owned(),
    }
}

/// How it stands, why, and what was unusual about it.
pub(super) fn result(trail: &Trail<'_>) -> String {
    let entry = trail.telling();
    let took = format::span(trail.took());
    let state = match &entry.kind {
        Kind::Attempt => "no answer recorded, may have been sent".to_owned(),
        Kind::Refused | Kind::Drifted => "not sent".to_owned(),
        Kind::Rejected => "AWS refused".to_owned(),
        Kind::Unclear => "sent, answer lost".to_owned(),
        Kind::Accepted => "accepted, no end recorded".to_owned(),
        Kind::Done => format!("done after {took}"),
        Kind::Failed => format!("failed after {took}"),
        Kind::TimedOut => format!("no end after {took}"),
        Kind::Replaced => format!("replaced after {took}"),
        Kind::Dropped => format!("not watched to its end, {took}"),
        Kind::Other(word) => word.clone(),
    };
    let drift = entry.drift.iter().map(|(name, change)| {
        let shown = |fact: &Option<Fact>| fact.as_ref().map_or_else(|| "-".to_owned(), Fact::to_string);
        format!("{name} was {} and is {}", shown(&change.seen), shown(&change.now))
    });
    let why: Vec<String> = entry.result.iter().cloned().chain(drift).collect();
    let mut text = if why.is_empty() { state } else { format!("{state}: {}", why.join(", ")) };
    let attempt = trail.attempt();
    let was_sent = !matches!(entry.kind, Kind::Refused | Kind::Drifted);
    if was_sent && !attempt.checked {
        text.push_str(" (not rechecked)");
    }
    let reason = attempt.reason.iter().map(|reason| format!("; reason: {reason}"));
    let request = trail.request_id().map(|id| format!("; request {id}"));
    text.extend(reason.chain(request));
    text
}

/// The kind of thing that an ARN names, and the names in it.
fn parts(arn: &str) -> (&str, Vec<&str>) {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    let mut parts = resource.split('/');
    (parts.next().unwrap_or_default(), parts.collect())
}

/// The cluster in the ARN of a cluster or of something in one. Those from before 2018 lack it.
fn cluster_of(arn: &str) -> Option<&str> {
    match (parts(arn).0, parts(arn).1.as_slice()) {
        ("cluster", [name]) | (_, [name, _, ..]) => Some(name),
        _ => None,
    }
}

/// The service in the ARN of a service or of its deployments.
fn service_of(arn: &str) -> Option<&str> {
    match (parts(arn).0, parts(arn).1.as_slice()) {
        ("service", [name]) | ("service" | "service-deployment" | "service-revision", [_, name, ..]) => {
            Some(name)
        }
        _ => None,
    }
}
