//! The gate: the one place that sends changes, after it judged protection, looked again and recorded the attempt.

mod look;
mod recheck;
mod record;
pub mod resume;
mod send;
mod shift;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time;

use self::look::{Aftermath, Found, Look};
use self::record::Recorder;
use super::clock::Clock;
use super::poll::ask::Ask;
use super::requests::{Requests, Turn};
use crate::app::action::Action;
use crate::app::action::gate::{Acceptance, Approval, Begun, Passage, Standing, refusal};
use crate::app::action::operation::{Ended, OperationId};
use crate::app::model::ContextInfo;
use crate::app::protection::{Protection, Subject, lock_state};
use crate::aws::Aws;
use crate::aws::permit::Permit;
use crate::fleet::id::ContextId;
use crate::fleet::topic::{Failure, FailureKind};
use crate::journal::{Journal, Kind};

/// How long a look may take: a person waits for it.
const LOOK: Duration = Duration::from_secs(8);

/// What the person settled before the session; nothing in a session changes it.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub read_only: bool,
    pub protection: Protection,
}

/// Who sits at this machine.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub user: Option<String>,
    pub host: Option<String>,
}

/// One context with what changes need of it.
#[derive(Debug, Clone)]
pub struct Door {
    pub aws: Aws,
    pub requests: Requests,
    /// Looks again, before everybody else.
    pub ask: Ask,
    pub profile: Option<String>,
    pub region: String,
    /// The endpoint that replaces AWS's own.
    pub endpoint: Option<String>,
}

impl Door {
    /// The way out of the context that this tells of.
    pub fn of(info: &ContextInfo, aws: &Aws, requests: &Requests, ask: &Ask) -> Self {
        Self {
            aws: aws.clone(),
            requests: requests.clone(),
            ask: ask.clone(),
            profile: info.profile.clone(),
            region: info.region.clone(),
            endpoint: info.endpoint.clone(),
        }
    }
}

/// The way out for changes; cheap to clone.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    rules: Rules,
    doors: BTreeMap<ContextId, Door>,
    recorder: Recorder,
    clock: Clock,
}

impl Gate {
    /// `journal` is `None` where there is no folder for one: then only ways back leave, as "not journalled".
    pub fn new(
        rules: Rules,
        doors: BTreeMap<ContextId, Door>,
        journal: Option<Journal>,
        person: Person,
        clock: Clock,
    ) -> Self {
        let recorder = Recorder::new(journal, person, clock);
        Self(Arc::new(Inner { rules, doors, recorder, clock }))
    }

    /// Lets one change through, or says why not.
    pub async fn pass(
        &self,
        operation: &OperationId,
        action: &Action,
        standing: &Standing,
        approval: Approval,
    ) -> Passage {
        let inner = &*self.0;
        let Some(door) = inner.doors.get(&action.context) else {
            return Passage::Refused("this context is not open".to_owned());
        };
        let line = inner.recorder.line(operation, action, Some(standing), door);
        let case = Case { door, action, approval, line: &line };
        let passage = inner.judge_and_send(&case, standing).await;
        inner.recorder.outcome(&line, &passage).await;
        passage
    }

    /// Records how an operation ended. The error is a sentence.
    pub async fn record_end(&self, operation: &OperationId, ended: &Ended) -> Result<(), String> {
        let inner = &*self.0;
        let Some(door) = inner.doors.get(&ended.action.context) else { return Ok(()) };
        let line = inner.recorder.line(operation, &ended.action, None, door);
        inner.recorder.end(&line, ended).await
    }
}

/// What one passage is about.
struct Case<'a> {
    door: &'a Door,
    action: &'a Action,
    approval: Approval,
    line: &'a record::Line,
}

impl Inner {
    async fn judge_and_send(&self, case: &Case<'_>, standing: &Standing) -> Passage {
        let Case { door, action, approval, .. } = case;
        // Who may not need not wait for a turn.
        if let Some(refusal) = self.refusal(case, standing) {
            return Passage::Refused(refusal);
        }
        // The turn comes first: after a long wait the unlock may have ended, and what was looked at be another.
        let turn = match send::turn(door, &action.change).await {
            Ok(turn) => turn,
            Err(failure) => return Passage::NotChecked(failure),
        };
        if let Some(refusal) = self.refusal(case, standing) {
            return Passage::Refused(refusal);
        }
        let skips = approval.unchecked && action.change.is_unmistakable();
        let mut standing = standing.clone();
        let look = if skips {
            None
        } else {
            match in_time(recheck::recheck(&door.ask, &action.change)).await {
                Err(failure) => return Passage::NotChecked(failure),
                Ok(Found::TooLate(why)) => return Passage::Refused(why),
                Ok(Found::Overtaken(sentence)) => return Passage::Overtaken { sentence, sent: false },
                Ok(Found::There(look)) => {
                    // A tag that was set since the last look counts as well.
                    standing.service_tag = look.protect.clone().or(standing.service_tag);
                    if let Some(refusal) = self.refusal(case, &standing) {
                        return Passage::Refused(refusal);
                    }
                    let differences = action.change.differences(&action.seen, &look.seen);
                    if !differences.is_empty() {
                        return Passage::Drifted(differences);
                    }
                    Some(look)
                }
            }
        };
        if let Err(sentence) = self.attempt(case, look.is_some()).await {
            return Passage::NotJournalled(sentence);
        }
        let failure = match self.send(case, turn).await {
            Ok(acceptance) => return Passage::Accepted(acceptance),
            Err(failure) if !failure.may_have_acted() => return refused(case, failure).await,
            Err(failure) => failure,
        };
        self.after_lost(case, &standing, look.as_ref(), failure).await
    }

    /// Where the answer was lost, a look tells whether it was done; only what provably was not is sent again, and once.
    async fn after_lost(
        &self,
        case: &Case<'_>,
        standing: &Standing,
        before: Option<&Look>,
        lost: Failure,
    ) -> Passage {
        let Case { door, action, .. } = case;
        let Ok(turn) = send::turn(door, &action.change).await else { return Passage::Unclear(lost) };
        match in_time(recheck::aftermath(&door.ask, action, before)).await {
            Ok(Aftermath::Done) => return by_look(false),
            Ok(Aftermath::Other) | Err(_) => return Passage::Unclear(lost),
            Ok(Aftermath::Untouched) => {}
        }
        // It has to pass like the first one.
        if self.refusal(case, standing).is_some() || self.attempt(case, true).await.is_err() {
            return Passage::Rejected(lost);
        }
        let failure = match self.send(case, turn).await {
            Ok(acceptance) => return Passage::Accepted(Acceptance { repeated: true, ..acceptance }),
            Err(failure) if !failure.may_have_acted() => return Passage::Rejected(failure),
            Err(failure) => failure,
        };
        match in_time(recheck::aftermath(&door.ask, action, before)).await {
            Ok(Aftermath::Done) => by_look(true),
            Ok(Aftermath::Untouched) => Passage::Rejected(failure),
            Ok(Aftermath::Other) | Err(_) => Passage::Unclear(failure),
        }
    }

    /// Why nothing may be sent here, by rules and unlocks.
    fn refusal(&self, case: &Case<'_>, standing: &Standing) -> Option<String> {
        let Case { door, action, approval, .. } = case;
        let level = self.rules.protection.level(&Subject {
            account: action.change.account(),
            profile: door.profile.as_deref().unwrap_or("default"),
            caller: standing.caller.as_deref(),
            cluster_tag: standing.cluster_tag.as_deref(),
            service_tag: standing.service_tag.as_deref(),
        });
        let now = self.clock.now();
        let unlocked = approval.unlocked_until.filter(|until| *until > now);
        lock_state(self.rules.read_only, &level, unlocked).refusal()
    }

    /// The line of an attempt. The error, a sentence, is there only where it holds the change back.
    async fn attempt(&self, case: &Case<'_>, checked: bool) -> Result<(), String> {
        let written = self.recorder.attempt(case.line, checked).await;
        if case.approval.unjournalled && case.action.change.is_way_back() { Ok(()) } else { written }
    }

    async fn send(&self, case: &Case<'_>, turn: Turn) -> Result<Acceptance, Failure> {
        let Case { door, action, .. } = case;
        let reason = self.recorder.signed(action.reason.as_deref());
        // Each request needs a permit of its own.
        let sent = send::send(door, turn, Permit::from_the_gate(), &action.change, &reason).await;
        sent.map(|accepted| Acceptance {
            request_id: accepted.request_id,
            deployment: accepted.deployment,
            release: accepted.release,
            rollout: accepted.service.as_ref().and_then(|service| Begun::by(&action.change, service)),
            ..Acceptance::default()
        })
    }
}

/// The codes with which CodeDeploy says that a deployment has gone on.
const GONE_ON: [&str; 3] = [
    "DeploymentIsNotInReadyStateException",
    "DeploymentAlreadyCompletedException",
    "InvalidDeploymentStatusException",
];

/// AWS said no. An answer to a deployment that has gone on meanwhile is told as what it is; nothing is sent again.
async fn refused(case: &Case<'_>, failure: Failure) -> Passage {
    let change = &case.action.change;
    if change.is_answer() && failure.kind == FailureKind::Refused {
        let look = in_time(recheck::recheck(&case.door.ask, change)).await;
        let sentence = match look {
            Ok(Found::Overtaken(sentence) | Found::TooLate(sentence)) => Some(sentence),
            // What was asked last may be older than what AWS judged by.
            _ => failure
                .code
                .as_deref()
                .filter(|code| GONE_ON.contains(code))
                .map(|_| "it was decided before: the deployment does not wait any more".to_owned()),
        };
        if let Some(sentence) = sentence {
            return Passage::Overtaken {
                sentence: format!("{sentence} ({})", refusal(&failure)),
                sent: true,
            };
        }
    }
    Passage::Rejected(failure)
}

fn by_look(repeated: bool) -> Passage {
    Passage::Accepted(Acceptance { by_look: true, repeated, ..Acceptance::default() })
}

/// A look that a person waits for.
async fn in_time<T>(look: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    time::timeout(LOOK, look).await.unwrap_or_else(|_| {
        Err(Failure {
            kind: FailureKind::Timeout,
            operation: "the look before sending".into(),
            code: None,
            message: "no answer in time".into(),
            request_id: None,
        })
    })
}

/// The kind of a journal line for what the gate said.
fn kind(passage: &Passage) -> Kind {
    match passage {
        Passage::Refused(_) | Passage::NotChecked(_) | Passage::NotJournalled(_) => Kind::Refused,
        Passage::Drifted(_) | Passage::Overtaken { sent: false, .. } => Kind::Drifted,
        Passage::Accepted(_) => Kind::Accepted,
        Passage::Rejected(_) | Passage::Overtaken { .. } => Kind::Rejected,
        Passage::Unclear(_) => Kind::Unclear,
    }
}
