//! What speaks for green and what against it, beside blue, over the time for which green has had its present share.

mod age;
mod guards;
mod load;
mod preflight;
mod requests;
mod side;
mod tasks;

use std::fmt;

use chrono::{DateTime, Utc};

pub use self::age::too_old;
pub use self::preflight::{Preflight, Verdict, needs_reason, preflight, same_hold};
use self::side::Case;
use crate::fleet::Fleet;
use crate::fleet::percent::Percent;
use crate::fleet::shift::Shift;

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    Ok,
    /// A person should look before an answer.
    Look,
    /// It could not be checked: that is no word for or against it.
    NotChecked,
    /// Good to know, neither for nor against it.
    Info,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckKind {
    Tasks,
    Targets,
    Stops,
    /// Green works on what it finds, without traffic that could be moved.
    LiveInput,
    Requests,
    TestRequests,
    Errors,
    Latency,
    LogErrors,
    CpuMemory,
    Hooks,
    Scaling,
    /// Alarms have no side: their words stand in `blue`, over both columns.
    Alarms,
    Weights,
}

/// One line of the evidence: both sides, and what it means in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub kind: CheckKind,
    pub name: &'static str,
    pub blue: String,
    pub green: String,
    pub reading: String,
    pub finding: Finding,
}

impl Check {
    fn new(kind: CheckKind, name: &'static str) -> Self {
        let dash = || "-".to_owned();
        Self { kind, name, blue: dash(), green: dash(), reading: String::new(), finding: Finding::Info }
    }

    fn sides(mut self, blue: impl Into<String>, green: impl Into<String>) -> Self {
        (self.blue, self.green) = (blue.into(), green.into());
        self
    }

    fn says(mut self, finding: Finding, reading: impl Into<String>) -> Self {
        (self.finding, self.reading) = (finding, reading.into());
        self
    }

    /// What rests on answers that are too old speaks for nothing any more; what was bad stays so until AWS says other.
    fn aged(self, stale: age::Stale) -> Self {
        match (stale, self.finding) {
            (None, _) | (_, Finding::NotChecked) => self,
            (Some(stale), Finding::Ok) => self.not_checked(&stale),
            (Some(stale), finding) => {
                let reading = [self.reading.as_str(), &stale].into_iter().filter(|text| !text.is_empty());
                let reading = reading.collect::<Vec<_>>().join("; ");
                self.says(finding, reading)
            }
        }
    }

    /// Without its data; `why` says what is missing.
    fn not_checked(self, why: &str) -> Self {
        self.says(Finding::NotChecked, format!("not checked: {why}"))
    }
}

/// All checks in their order, and since when they count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Since green has its present share; before it has one, since the deployment began.
    pub since: Option<DateTime<Utc>>,
    pub checks: Vec<Check>,
}

/// How many checks came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    pub ok: usize,
    pub look: usize,
    pub not_checked: usize,
}

impl Score {
    /// `1 look, 9/14 ok`: what a person should look at first, for a list.
    pub fn brief(&self) -> String {
        let all = self.ok + self.look + self.not_checked;
        let ok = format!("{}/{all} ok", self.ok);
        if self.look > 0 { format!("{} look, {ok}", self.look) } else { ok }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ok, look, not_checked } = self;
        write!(f, "{ok} ok, {look} look, {not_checked} not checked")
    }
}

impl Evidence {
    /// The checks that a person should look at before an answer: they raise the risk of going forward.
    pub fn warnings(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.finding == Finding::Look)
    }

    pub fn score(&self) -> Score {
        let count = |finding| self.checks.iter().filter(|check| check.finding == finding).count();
        Score { ok: count(Finding::Ok), look: count(Finding::Look), not_checked: count(Finding::NotChecked) }
    }
}

/// Gathers the evidence for a shift as it stands now; `utc` is how times of day are written.
pub fn evidence(fleet: &Fleet, shift: &Shift, now: DateTime<Utc>, utc: bool) -> Evidence {
    let case = Case::new(fleet, shift, now, utc);
    let mut checks = vec![tasks::running(&case)];
    checks.extend(tasks::targets(&case));
    checks.push(tasks::stops(&case));
    checks.extend(requests::all(&case));
    checks.push(Check::new(CheckKind::LogErrors, "log errors per minute").not_checked("needs logs"));
    checks.push(Check::new(CheckKind::CpuMemory, "CPU, memory").not_checked("needs task metrics"));
    checks.push(guards::hooks(&case));
    checks.push(load::scaling(&case));
    checks.push(guards::alarms(&case));
    checks.extend(load::weights(&case));
    Evidence { since: case.since(), checks }
}

/// Green has a share of production.
fn has_share(shift: &Shift) -> bool {
    shift.green_share_asked().is_some_and(|share| share > Percent::NONE)
}
