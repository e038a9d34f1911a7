//! How a blue/green deployment goes on after it was answered, stopped or begun.

use super::{ATTEMPT, Watch, is_own};
use crate::app::action::operation::Settled;
use crate::app::action::seen::{ALLOW_TRAFFIC, Aspect};
use crate::app::action::shift::{Release, shift_of};
use crate::fleet::codedeploy::{CodeDeployId, CodeDeployStatus, CodeDeployment, EcsTarget};
use crate::fleet::deployment::{DeploymentStatus, ServiceDeployment};
use crate::fleet::id::{DeploymentId, ServiceId, tail};
use crate::fleet::percent::Percent;
use crate::fleet::shift::{self, HoldKind, Shift, ShiftId};
use crate::fleet::topic::Subject;

impl Watch<'_> {
    /// A yes at a pause hook: done when the hook is, and its stage with the last of its hooks.
    pub(super) fn past_hook(&self, id: &ServiceId, deployment: &DeploymentId, hook: &str) -> Settled {
        let known =
            self.fleet.deployments(id).and_then(|all| all.iter().find(|known| known.id == *deployment));
        let Some(known) = known.filter(|_| self.is_looked_at(id, deployment)) else { return self.unseen() };
        let because = known.rollback_reason().or(known.status_reason.as_ref());
        let because = because.map_or_else(String::new, |reason| format!(": {reason}"));
        match &known.status {
            DeploymentStatus::Successful => return Settled::Done("the deployment is successful".to_owned()),
            DeploymentStatus::Stopped => {
                return match self.newer_than(id, known) {
                    Some(newer) => Settled::Replaced(format!("replaced by {}", tail(newer.id.as_str()))),
                    None => Settled::Failed(format!("the deployment stopped{because}")),
                };
            }
            DeploymentStatus::RollbackRequested
            | DeploymentStatus::RollbackInProgress
            | DeploymentStatus::RollbackSuccessful
            | DeploymentStatus::RollbackFailed => {
                return Settled::Failed(format!("{}{because}", known.status.as_str()));
            }
            _ => {}
        }
        self.at_hook(known, hook)
    }

    fn at_hook(&self, known: &ServiceDeployment, hook: &str) -> Settled {
        let own = known.hooks.iter().find(|it| *it.id == *hook);
        let stage = known.stage.as_deref().unwrap_or("not told");
        let share = known.target.as_ref().and_then(|target| target.production);
        let share = share.map_or_else(String::new, |share| format!(", production {share} on green"));
        match own.map(|own| &*own.status) {
            Some("AWAITING_ACTION") => return self.was_never_done().unwrap_or_else(|| self.unseen()),
            Some("FAILED") => return Settled::Failed(format!("{hook} failed")),
            Some("TIMED_OUT") => return Settled::Failed(format!("{hook} timed out before it was answered")),
            _ => {}
        }
        let before = self.operation.action.seen.get(Aspect::Stage);
        let moved = before.is_some_and(|before| before != stage);
        let others = known.hooks.iter().filter(|it| it.waits_for_a_person()).count();
        match (moved, others) {
            (true, 0) => Settled::Done(format!("answered; the deployment is at {stage}{share}")),
            (true, _) => Settled::Done(format!("answered; it waits again at {stage}{share}")),
            (false, 0) => {
                self.patiently(&known.service, known.updated, format!("answered; still at {stage}{share}"))
            }
            (false, _) if self.is_of_next_step(known) => {
                Settled::Done(format!("answered; it waits again at {stage}{share}"))
            }
            (false, 1) => Settled::Done("answered; another hook of this stage waits".to_owned()),
            (false, more) => Settled::Done(format!("answered; {more} other hooks of this stage wait")),
        }
    }

    /// Traffic has moved since: the same stage has come again.
    fn is_of_next_step(&self, known: &ServiceDeployment) -> bool {
        let now = crate::app::action::seen::Seen::hook(known, "");
        let then = self.operation.action.seen.get(Aspect::Traffic);
        then.is_some() && then != now.get(Aspect::Traffic)
    }

    fn is_looked_at(&self, id: &ServiceId, deployment: &DeploymentId) -> bool {
        let cluster = self.operation.action.change.cluster().clone();
        self.is_answered(Subject::Deployment(deployment.clone()))
            || self.is_answered(Subject::Deployments(cluster, id.clone()))
            || self.is_answered(Subject::InFlight)
    }

    /// A deployment of CodeDeploy as an answer after the acceptance tells it.
    fn codedeployment(
        &self,
        service: &ServiceId,
        id: &CodeDeployId,
    ) -> Option<(&CodeDeployment, Option<&EcsTarget>)> {
        let cluster = self.operation.action.change.cluster().clone();
        let fresh = self.is_answered(Subject::CodeDeployment(id.clone(), cluster, service.clone()))
            || self.is_answered(Subject::InFlight);
        let known = self.fleet.codedeployment(id).filter(|_| fresh)?;
        Some((&**known, self.fleet.codedeploy_target(id).map(|target| &**target)))
    }

    /// A yes to CodeDeploy: the weights move as announced, and green has everything in the end.
    pub(super) fn rerouted(&self, id: &ServiceId, deployment: &CodeDeployId) -> Settled {
        let Some((known, target)) = self.codedeployment(id, deployment) else { return self.unseen() };
        if let Some(end) = came_to_nothing(known) {
            return end;
        }
        if known.status == CodeDeployStatus::Succeeded {
            return Settled::Done("all traffic is on green; the deployment has succeeded".to_owned());
        }
        let event = target.and_then(|target| target.event(ALLOW_TRAFFIC)).map(|event| &*event.status);
        match event {
            Some("Succeeded") => Settled::Done("all production traffic is on green; blue is kept".to_owned()),
            Some("Failed") => Settled::Failed("moving production traffic failed".to_owned()),
            Some("InProgress") => {
                let text = self
                    .shift(id, deployment)
                    .map_or_else(|| "traffic moves".to_owned(), |shift| told(&shift));
                self.patiently(id, target.and_then(|target| target.updated), text)
            }
            _ => self.was_never_done().unwrap_or_else(|| self.unseen()),
        }
    }

    /// CodeDeploy was stopped, and its traffic goes back or stays.
    pub(super) fn stopped(&self, id: &ServiceId, deployment: &CodeDeployId, back: bool) -> Settled {
        let Some((known, _)) = self.codedeployment(id, deployment) else { return self.unseen() };
        match &known.status {
            CodeDeployStatus::Succeeded => {
                Settled::Failed("the deployment finished first: nothing was rolled back".to_owned())
            }
            CodeDeployStatus::Failed | CodeDeployStatus::Stopped if back => self.turned_back(id, known),
            CodeDeployStatus::Stopped => {
                let shift = self.shift(id, deployment);
                let share = shift.as_ref().and_then(Shift::green_share_asked);
                let share = share.map_or_else(
                    || "its traffic stays where it is".to_owned(),
                    |share| format!("production stays {share} on green"),
                );
                Settled::Done(format!("stopped; {share}"))
            }
            CodeDeployStatus::Failed => {
                Settled::Failed("the deployment failed before it was stopped".to_owned())
            }
            _ => match self.was_never_done() {
                Some(never) => never,
                None => self.patiently(id, None, "being stopped".to_owned()),
            },
        }
    }

    /// The deployment that undoes another one.
    fn turned_back(&self, id: &ServiceId, known: &CodeDeployment) -> Settled {
        let Some(undoing) = &known.rolled_back_by else {
            if self.now - self.accepted > super::STUCK {
                let text = "stopped, and no rollback deployment came of it: its traffic stays where it is";
                return Settled::Failed(text.to_owned());
            }
            return Settled::Waiting("stopped; waiting for its rollback deployment".to_owned());
        };
        let name = undoing.as_str();
        match self.fleet.codedeployment(undoing).map(|undoing| &undoing.status) {
            Some(CodeDeployStatus::Succeeded) => {
                Settled::Done(format!("rolled back by {name}: all traffic is on blue"))
            }
            Some(CodeDeployStatus::Failed | CodeDeployStatus::Stopped) => {
                Settled::Failed(format!("the rollback deployment {name} came to nothing"))
            }
            _ => self.patiently(id, None, format!("stopped; {name} rolls it back")),
        }
    }

    pub(super) fn blue_removed(&self, id: &ServiceId, deployment: &CodeDeployId) -> Settled {
        let Some((known, _)) = self.codedeployment(id, deployment) else { return self.unseen() };
        if let Some(end) = came_to_nothing(known) {
            return end;
        }
        if known.status == CodeDeployStatus::Succeeded {
            return Settled::Done("blue is removed; the deployment has succeeded".to_owned());
        }
        self.patiently(id, None, "blue is being removed".to_owned())
    }

    /// A new deployment of CodeDeploy.
    pub(super) fn released(&self, id: &ServiceId, release: &Release) -> Settled {
        let Some(own) = self.own_release(id, release) else {
            return self.was_never_done().unwrap_or_else(|| self.unseen());
        };
        if let Some(end) = came_to_nothing(own) {
            return end;
        }
        let name = own.id.as_str();
        if own.status == CodeDeployStatus::Succeeded {
            return Settled::Done(format!("{name} succeeded: {} runs", release.definition_name()));
        }
        let Some(shift) = self.shift(id, &own.id) else {
            return self.patiently(
                id,
                own.started.or(own.created),
                format!("{name} is {}", own.status.as_str()),
            );
        };
        if shift.hold.as_ref().is_some_and(|hold| hold.kind == HoldKind::Ready) {
            return Settled::Waiting(format!("{name} waits for approval: a continues, ctrl-l rolls back"));
        }
        let text = format!("{name}: {}", told(&shift));
        self.patiently(id, own.started.or(own.created), text)
    }

    /// The deployment that a release made: by the id in its answer, else the first of its group since.
    fn own_release(&self, service: &ServiceId, release: &Release) -> Option<&CodeDeployment> {
        if let Some(id) = &self.acceptance.release {
            return self.codedeployment(service, id).map(|(known, _)| known);
        }
        let of_group = self.fleet.codedeployments().filter(|known| {
            known.group.as_ref() == Some(&release.group)
                && known.creator.as_deref() != Some("codeDeployRollback")
                && is_own(known.created, self.operation, self.acceptance, self.since)
        });
        let is_late = self.now - self.operation.asked > ATTEMPT;
        let mut found: Vec<&CodeDeployment> = of_group.map(AsRef::as_ref).collect();
        found.sort_by_key(|known| known.created);
        // One that somebody else made at the same moment is told by what it brings.
        found.retain(|known| {
            let brings = known.revision.as_ref().and_then(|revision| revision.definition.as_ref());
            brings.is_none() || release.definition.is_none() || brings == release.definition.as_ref()
        });
        found.into_iter().next().filter(|_| is_late || !self.acceptance.unanswered)
    }

    fn shift(&self, id: &ServiceId, deployment: &CodeDeployId) -> Option<Shift> {
        let wanted = ShiftId::CodeDeploy(deployment.clone());
        let service = self.fleet.service(id)?;
        shift::shift_of(self.fleet, service, &wanted).or_else(|| shift_of(self.fleet, id))
    }
}

/// It was stopped, failed or is rolled back.
fn came_to_nothing(known: &CodeDeployment) -> Option<Settled> {
    let because = known.error.as_ref().map_or_else(String::new, |(_, sentence)| format!(": {sentence}"));
    if let Some(back) = &known.rolled_back_by {
        return Some(Settled::Failed(format!("{} rolls it back{because}", back.as_str())));
    }
    match known.status {
        CodeDeployStatus::Failed | CodeDeployStatus::Stopped => {
            Some(Settled::Failed(format!("{}{because}", known.status.as_str())))
        }
        _ => None,
    }
}

/// Where its traffic is, and what is next.
fn told(shift: &Shift) -> String {
    let share = shift.green_share_asked().unwrap_or(Percent::NONE);
    let next = shift.traffic.iter().map(|step| step.green).find(|step| *step > share);
    match next {
        Some(next) if share > Percent::NONE => format!("production {share} on green, {next} next"),
        Some(_) => "green comes up, no production traffic yet".to_owned(),
        None => format!("production {share} on green; blue is kept"),
    }
}
