//! What a piece of text means, as the role that gives it its look.

use super::theme::Role;
use crate::app::table::Tone;
use crate::app::timeline::Importance;
use crate::fleet::verdict::Severity;

pub fn role(tone: Tone) -> Role {
    match tone {
        Tone::Plain => Role::Value,
        Tone::Dim => Role::Dim,
        Tone::Strong => Role::Heading,
        Tone::Label => Role::Label,
        Tone::Key => Role::Key,
        Tone::Severity(severity) => of_severity(severity),
        Tone::Good => Role::StatusOk,
        Tone::Warning => Role::StatusDegraded,
        Tone::Bad => Role::StatusFail,
    }
}

pub fn of_severity(severity: Severity) -> Role {
    match severity {
        Severity::Fail => Role::StatusFail,
        Severity::Degraded => Role::StatusDegraded,
        Severity::Waiting => Role::StatusWaiting,
        Severity::Deploying => Role::StatusDeploying,
        Severity::Unknown => Role::StatusUnknown,
        Severity::Ok => Role::StatusOk,
    }
}

/// How an entry of a timeline is shown: information is not coloured.
pub fn of_importance(importance: Importance) -> Tone {
    match importance {
        Importance::Info => Tone::Plain,
        Importance::Warn => Tone::Warning,
        Importance::Error => Tone::Bad,
    }
}
