//! What passes between the decision and the gate: the approval that goes with an action, and what the gate answers.

use chrono::{DateTime, Utc};

use super::Change;
use super::seen::Difference;
use crate::fleet::codedeploy::CodeDeployId;
use crate::fleet::id::{DeploymentId, Text};
use crate::fleet::service::Service;
use crate::fleet::topic::Failure;

/// What a person allowed beyond the action itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Approval {
    /// Until when the scope of the action is unlocked, if a person unlocked it.
    pub unlocked_until: Option<DateTime<Utc>>,
    /// Send although nothing could be checked; only for what cannot mean anything else.
    pub unchecked: bool,
    /// Send although the journal cannot be written; only for a way back.
    pub unjournalled: bool,
}

/// Who asks, and the tags that protect the target. Whose account and profile it is, the gate knows by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub caller: Option<String>,
    pub cluster_tag: Option<String>,
    pub service_tag: Option<String>,
}

/// The rollout that a deployment began, as the answer to it described the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub id: Text,
    /// By AWS's clock: whatever is compared with it needs nothing of ours.
    pub created: Option<DateTime<Utc>>,
}

impl Begun {
    /// What this change began, by the service in its answer.
    pub fn by(change: &Change, service: &Service) -> Option<Self> {
        let primary = service.primary()?;
        let is_its_own = match change {
            Change::Redeploy { .. } => true,
            Change::Deploy { definition, .. } => primary.definition.as_ref() == Some(definition),
            _ => false,
        };
        is_its_own.then(|| Self { id: primary.id.clone(), created: primary.created })
    }
}

/// What AWS took on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acceptance {
    pub request_id: Option<Text>,
    /// The service deployment that the answer named.
    pub deployment: Option<DeploymentId>,
    /// The deployment of CodeDeploy that it made.
    pub release: Option<CodeDeployId>,
    /// The rollout that it began.
    pub rollout: Option<Begun>,
    /// No answer is known: it may never have been done, or never even have left.
    pub unanswered: bool,
    /// The answer was lost, and a look showed that it was done all the same.
    pub by_look: bool,
    /// The first answer was lost and a look showed that nothing had been done, so it was sent a second time.
    pub repeated: bool,
}

/// How an action passed the gate, or did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passage {
    /// Nothing was sent: read-only, protected, or no longer possible; a whole sentence.
    Refused(String),
    /// Nothing was sent: what the person had seen is no longer so.
    Drifted(Vec<Difference>),
    /// Nothing was sent: looking again failed.
    NotChecked(Failure),
    /// Nothing was sent: the attempt could not be recorded; the sentence says why.
    NotJournalled(String),
    /// Somebody or something else decided it first: a result, and no error. The sentence tells what became of it.
    Overtaken {
        sentence: String,
        /// A request had left, and AWS did not do it.
        sent: bool,
    },
    Accepted(Acceptance),
    /// AWS did not do it, in its own words.
    Rejected(Failure),
    /// It was sent, no answer came, and a look did not tell.
    Unclear(Failure),
}

impl Passage {
    /// A request that changes something left.
    pub fn was_sent(&self) -> bool {
        match self {
            Self::Accepted(_) | Self::Rejected(_) | Self::Unclear(_) => true,
            Self::Overtaken { sent, .. } => *sent,
            Self::Refused(_) | Self::Drifted(_) | Self::NotChecked(_) | Self::NotJournalled(_) => false,
        }
    }
}

/// AWS's refusal whole: its message, the permission that is missing, and the request for AWS's support.
pub fn refusal(failure: &Failure) -> String {
    use crate::fleet::topic::FailureKind;
    let missing = match &failure.kind {
        FailureKind::Denied { action: Some(action) } => format!("the permission {action} is missing; "),
        _ => String::new(),
    };
    let code = failure.code.as_ref().map_or_else(String::new, |code| format!("{code}: "));
    let request = failure.request_id.as_ref().map_or_else(String::new, |id| format!(" (request {id})"));
    format!("{missing}{}: {code}{}{request}", failure.operation, failure.message)
}
