//! Sending what was confirmed, and watching it to its end.

use std::collections::BTreeMap;
use std::future::Future;

use tokio::time::Instant;

use super::{Errand, shown};
use crate::app::action::dialog::Dialog;
use crate::app::action::gate::{Approval, Passage};
use crate::app::action::operation::{OperationId, State};
use crate::app::action::preview::NO_REASON;
use crate::app::format;
use crate::app::model::Overlay;
use crate::app::update;
use crate::fleet::deployment::DeploymentStatus;
use crate::fleet::id::DeploymentId;
use crate::headless::voice::{Exit, Stop, safe};

/// What the gate said of each change.
pub(super) type Passed = Vec<(OperationId, Passage)>;

impl Errand<'_> {
    /// Sends it through the gate; where that could not look or write, `--unchecked` and `--unjournalled` say go on.
    pub(super) async fn send(&mut self, dialog: &Dialog) -> Result<Passed, Stop> {
        let mut approval = Approval::default();
        loop {
            let passed = self.pass(dialog, approval).await?;
            let more = passed.iter().find_map(|(_, passage)| {
                let wanted = match passage {
                    Passage::NotChecked(_) => self.terms.unchecked,
                    Passage::NotJournalled(_) => self.terms.unjournalled,
                    _ => false,
                };
                update::anyway(dialog, passage).filter(|_| wanted)
            });
            let Some(more) = more else { return Ok(passed) };
            let next = Approval {
                unchecked: approval.unchecked || more.unchecked,
                unjournalled: approval.unjournalled || more.unjournalled,
                ..approval
            };
            if next == approval {
                return Ok(passed);
            }
            approval = next;
        }
    }

    async fn pass(&mut self, dialog: &Dialog, approval: Approval) -> Result<Passed, Stop> {
        let answered = self.watch.session.answer(Box::new(dialog.clone()), approval);
        answered.map_err(|off| {
            let how = if off == NO_REASON { "; --reason says why" } else { "" };
            Stop::not_sent(format!("nothing was sent: {off}{how}"))
        })?;
        let waiting = match &self.watch.model().overlay {
            Some(Overlay::Dialog(dialog)) => dialog.waiting.clone(),
            _ => Vec::new(),
        };
        if waiting.is_empty() {
            return Err(Stop::not_sent("nothing was sent: the target is not described yet"));
        }
        let mut passed = Passed::new();
        for id in waiting {
            while !self.watch.passages.contains_key(&id) && self.watch.next(None).await {}
            passed.extend(self.watch.passages.remove(&id).map(|passage| (id, passage)));
        }
        self.watch.session.model.overlay = None;
        Ok(passed)
    }

    /// Says what the gate said, and with `--wait` what becomes of it.
    pub(super) async fn follow(
        &mut self,
        passed: &Passed,
        leave: impl Future<Output = ()>,
    ) -> Result<Exit, Stop> {
        let mut exit = Exit::Done;
        let mut sent = Vec::new();
        for (id, passage) in passed {
            exit = exit.and(self.report(id, passage));
            if matches!(passage, Passage::Accepted(_) | Passage::Unclear(_)) {
                sent.push(id.clone());
            }
        }
        if self.terms.wait.is_none() || sent.is_empty() {
            return Ok(exit);
        }
        Ok(exit.and(self.see_through(&sent, leave).await))
    }

    fn report(&mut self, id: &OperationId, passage: &Passage) -> Exit {
        let Some(operation) = self.watch.model().operations.get(id) else { return Exit::Unclear };
        let change = operation.action.change.clone();
        let told = change.told();
        // What is watched is told with its states.
        let is_watched =
            self.terms.wait.is_some() && matches!(passage, Passage::Accepted(_) | Passage::Unclear(_));
        if self.terms.json && !is_watched {
            let line = shown::state_json(operation, self.watch.model().now).to_string();
            self.voice.say(&line);
        }
        let why = update::not_sent(passage);
        match passage {
            Passage::Accepted(acceptance) => {
                if !self.terms.json {
                    let request = acceptance.request_id.as_deref();
                    let request = request.map_or_else(String::new, |request| format!(", request {request}"));
                    self.say(&format!("requested: {told} (operation {}{request})", id.0));
                }
                Exit::Done
            }
            Passage::Unclear(_) => {
                self.voice
                    .complain(&safe(&format!("{told}: {why}; `fargate-top ops` looks what became of it")));
                // With `--wait` AWS's state tells.
                if self.terms.wait.is_some() { Exit::Done } else { Exit::Unclear }
            }
            Passage::Rejected(_) => {
                self.voice.complain(&safe(&format!("{told}: AWS refused: {why}")));
                Exit::Failed
            }
            Passage::Overtaken { .. } => {
                self.voice.complain(&safe(&format!("{told}: {why}")));
                Exit::NotSent
            }
            Passage::Drifted(differences) => {
                let all: Vec<String> = differences
                    .iter()
                    .map(|one| format!("{} {} > {}", one.aspect.name(), one.then, one.now))
                    .collect();
                self.voice.complain(&safe(&format!("{told}: {why}: {}", all.join(", "))));
                Exit::NotSent
            }
            Passage::Refused(_) | Passage::NotChecked(_) | Passage::NotJournalled(_) => {
                let anyway = match passage {
                    Passage::NotChecked(_) if change.is_unmistakable() => {
                        "; --unchecked sends it all the same"
                    }
                    Passage::NotJournalled(_) if change.is_way_back() => {
                        "; --unjournalled sends it all the same"
                    }
                    _ => "",
                };
                self.voice.complain(&safe(&format!("{told}: nothing was sent: {why}{anyway}")));
                Exit::NotSent
            }
        }
    }

    /// Says each change of state until all have ended.
    async fn see_through(&mut self, ids: &[OperationId], leave: impl Future<Output = ()>) -> Exit {
        let end = self.terms.wait.map(|wait| Instant::now() + wait);
        let mut told: BTreeMap<OperationId, State> = BTreeMap::new();
        let mut leave = std::pin::pin!(leave);
        loop {
            self.tell(ids, &mut told);
            let model = self.watch.model();
            let states: Vec<State> =
                ids.iter().filter_map(|id| Some(model.operations.get(id)?.state.clone())).collect();
            if !states.iter().any(State::is_open) {
                return states.iter().map(ended).fold(Exit::Done, Exit::and);
            }
            let went_on = tokio::select! {
                biased;
                () = &mut leave => return self.left("you left"),
                came = self.watch.next(end) => came,
            };
            if !went_on {
                return self.gave_up();
            }
        }
    }

    fn tell(&mut self, ids: &[OperationId], told: &mut BTreeMap<OperationId, State>) {
        let model = self.watch.model();
        let (now, utc) = (model.now, model.utc);
        let mut lines = Vec::new();
        for operation in ids.iter().filter_map(|id| model.operations.get(id)) {
            if told.get(&operation.id) != Some(&operation.state) {
                told.insert(operation.id.clone(), operation.state.clone());
                lines.push(if self.terms.json {
                    shown::state_json(operation, now).to_string()
                } else {
                    safe(&shown::state(operation, now, utc))
                });
            }
        }
        for line in lines {
            self.voice.say(&line);
        }
    }

    /// Watches a way back that was begun elsewhere.
    pub(super) async fn see_out(
        &mut self,
        deployment: &DeploymentId,
        leave: impl Future<Output = ()>,
    ) -> Result<Exit, Stop> {
        let end = self.terms.wait.map(|wait| Instant::now() + wait);
        let mut leave = std::pin::pin!(leave);
        loop {
            let known = self.watch.model().fleet.deployment(deployment);
            if let Some(known) = known.filter(|known| known.status.is_final()) {
                let done = known.status == DeploymentStatus::RollbackSuccessful;
                let sentence = format!("deployment {}: {}", deployment.name(), known.status.as_str());
                self.say(&sentence);
                return Ok(if done { Exit::Done } else { Exit::Failed });
            }
            let went_on = tokio::select! {
                biased;
                () = &mut leave => return Ok(self.left("you left")),
                came = self.watch.next(end) => came,
            };
            if !went_on {
                return Ok(self.gave_up());
            }
        }
    }

    fn gave_up(&mut self) -> Exit {
        let wait =
            self.terms.wait.and_then(|wait| chrono::TimeDelta::from_std(wait).ok()).unwrap_or_default();
        self.left(&format!("gave up waiting after {}", format::span(wait)))
    }

    fn left(&mut self, how: &str) -> Exit {
        self.voice.complain(&format!("{how}; it goes on at AWS, and `fargate-top ops` tells how it stands"));
        Exit::Unclear
    }
}

fn ended(state: &State) -> Exit {
    match state {
        State::Done(_) => Exit::Done,
        State::Failed(_) | State::Replaced(_) => Exit::Failed,
        // A lost race is no approval.
        State::NotSent(_) | State::Overtaken(_) => Exit::NotSent,
        State::Asked | State::Settling(_) | State::TimedOut(_) => Exit::Unclear,
    }
}
