//! The verdict on a service: how bad it is and why, in one sentence, from what ECS tells.

mod case;
mod degraded;
mod deploying;
mod failing;
mod shifting;
mod waiting;

use chrono::{DateTime, Utc};

use self::case::Case;
use super::{Fleet, KnownService};

/// How bad it is, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Severity {
    Fail,
    Degraded,
    Waiting,
    Deploying,
    Ok,
    /// Known from a list or an earlier session, not looked at yet: facts come first.
    Unknown,
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
    /// Its blue/green deployment, with the evidence.
    Shift,
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

/// A rule looks at the case and speaks, or leaves it to the next one.
type Rule = fn(&Case<'_>) -> Option<Verdict>;

/// Worst first; the first that speaks wins (UX.md §5.1, as far as ECS's own answers reach).
const RULES: &[Rule] = &[
    failing::deployment_crash_loops,
    failing::nothing_runs,
    failing::deployment_failed,
    failing::starts_keep_failing,
    shifting::left_split,
    waiting::pressing,
    degraded::short_of_tasks,
    degraded::tasks_unhealthy,
    degraded::targets_unhealthy,
    degraded::sidecar_stopped,
    degraded::rolled_back,
    shifting::rolled_back,
    degraded::same_ending_repeats,
    degraded::tasks_stuck,
    degraded::placement_fails,
    waiting::waiting,
    deploying::draining,
    shifting::shifting,
    deploying::deploying,
];

/// Judges one service at a given time.
pub fn judge(fleet: &Fleet, known: &KnownService, now: DateTime<Utc>) -> Verdict {
    let case = Case::new(fleet, known, now);
    let mut verdict = RULES.iter().find_map(|rule| rule(&case)).unwrap_or_else(|| case.fine());
    verdict.review_at = case.review_at();
    verdict
}
