//! The gate: the one place that sends changes, after it judged protection, looked again and recorded the attempt.

mod recheck;
mod record;
pub mod resume;
mod send;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time;

use self::recheck::Found;
use self::record::Recorder;
use super::clock::Clock;
use super::poll::ask::Ask;
use super::requests::Requests;
use crate::app::action::Action;
use crate::app::action::gate::{Acceptance, Approval, Begun, Passage, Standing};
use crate::app::action::operation::{Ended, OperationId};
use crate::app::protection::{Protection, Subject, lock_state};
use crate::aws::Aws;
use crate::aws::permit::Permit;
use crate::fleet::id::ContextId;
use crate::fleet::topic::{Failure, FailureKind};
use crate::journal::{Journal, Kind};

/// How long the look before sending may take: a person waits for it.
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
        let passage = inner.judge_and_send(door, action, standing, approval, &line).await;
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

impl Inner {
    async fn judge_and_send(
        &self,
        door: &Door,
        action: &Action,
        standing: &Standing,
        approval: Approval,
        line: &record::Line,
    ) -> Passage {
        if let Some(refusal) = self.refusal(standing, approval) {
            return Passage::Refused(refusal);
        }
        let skips = approval.unchecked && action.change.is_unmistakable();
        let checked = if skips {
            None
        } else {
            match self.look_again(door, action).await {
                Err(failure) => return Passage::NotChecked(failure),
                Ok(Found::Gone(what)) => return Passage::Refused(format!("{what} is gone")),
                Ok(Found::There { seen, protect }) => {
                    // A tag that was set since the last look counts as well.
                    let standing = Standing {
                        service_tag: protect.or_else(|| standing.service_tag.clone()),
                        ..standing.clone()
                    };
                    if let Some(refusal) = self.refusal(&standing, approval) {
                        return Passage::Refused(refusal);
                    }
                    let differences = action.seen.differences(&seen);
                    if !differences.is_empty() {
                        return Passage::Drifted(differences);
                    }
                    Some(seen)
                }
            }
        };
        if let Err(sentence) = self.recorder.attempt(line, checked.is_some()).await
            && !(approval.unjournalled && action.change.is_way_back())
        {
            return Passage::NotJournalled(sentence);
        }
        self.send(door, action).await
    }

    async fn look_again(&self, door: &Door, action: &Action) -> Result<Found, Failure> {
        let look = recheck::recheck(&door.ask, &action.change);
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

    /// Why nothing may be sent here, by rules and unlocks.
    fn refusal(&self, standing: &Standing, approval: Approval) -> Option<String> {
        let level = self.rules.protection.level(&Subject {
            account: standing.account.as_deref(),
            profile: &standing.profile,
            caller: standing.caller.as_deref(),
            cluster_tag: standing.cluster_tag.as_deref(),
            service_tag: standing.service_tag.as_deref(),
        });
        let now = self.clock.now();
        let unlocked = approval.unlocked_until.filter(|until| *until > now);
        lock_state(self.rules.read_only, &level, unlocked).refusal()
    }

    /// Sends it. Where the answer was lost, a look tells whether it was done; only what provably was not is sent again,
    /// and once.
    async fn send(&self, door: &Door, action: &Action) -> Passage {
        let mut lost: Option<Failure> = None;
        loop {
            let reason = self.recorder.signed(action.reason.as_deref());
            // Each request needs a permit of its own.
            let sent = send::send(door, Permit::from_the_gate(), &action.change, &reason).await;
            let failure = match sent {
                Ok(accepted) => {
                    let service = accepted.service.as_ref();
                    return Passage::Accepted(Acceptance {
                        request_id: accepted.request_id,
                        deployment: accepted.deployment,
                        rollout: service.and_then(|service| Begun::by(&action.change, service)),
                        unanswered: false,
                        by_look: false,
                        repeated: lost.is_some(),
                    });
                }
                Err(failure) if !failure.may_have_acted() => return Passage::Rejected(failure),
                Err(failure) => failure,
            };
            match recheck::was_done(&door.ask, action).await {
                Ok(true) => {
                    let repeated = lost.is_some();
                    return Passage::Accepted(Acceptance {
                        by_look: true,
                        repeated,
                        ..Acceptance::default()
                    });
                }
                Ok(false) if lost.is_none() => lost = Some(failure),
                Ok(false) => return Passage::Rejected(failure),
                Err(_) => return Passage::Unclear(failure),
            }
        }
    }
}

/// The kind of a journal line for what the gate said.
fn kind(passage: &Passage) -> Kind {
    match passage {
        Passage::Refused(_) | Passage::NotChecked(_) | Passage::NotJournalled(_) => Kind::Refused,
        Passage::Drifted(_) => Kind::Drifted,
        Passage::Accepted(_) => Kind::Accepted,
        Passage::Rejected(_) => Kind::Rejected,
        Passage::Unclear(_) => Kind::Unclear,
    }
}
