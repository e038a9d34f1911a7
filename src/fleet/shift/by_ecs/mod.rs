//! The shift of a service whose deployments ECS carries out itself: blue/green, canary, linear, or rolling with a hook.

mod hold;
mod revisions;
mod time;

use super::ladder::{self, Next};
use super::stages::{self, Course, PRE_PRODUCTION, PRODUCTION};
use super::{GuardStanding, Guards, Hold, Outcome, Phase, Shift, ShiftId, Strategy, guards, sides};
use crate::fleet::Fleet;
use crate::fleet::deployment::{DeploymentStatus, Hook, ServiceDeployment};
use crate::fleet::id::{DeploymentId, Text};
use crate::fleet::percent::Percent;
use crate::fleet::service::{DeploymentRules, Service};

/// The deployment under way, else the one that ended last.
pub(super) fn current(fleet: &Fleet, service: &Service) -> Option<Shift> {
    let known = fleet.deployments(&service.id)?;
    let named = service.deployment.as_ref().and_then(|id| known.iter().find(|known| known.id == *id));
    let open = || newest(known.iter().filter(|known| !known.status.is_final()));
    let deployment = named.filter(|known| !known.status.is_final()).or_else(open);
    derive(fleet, service, deployment.or_else(|| newest(known.iter()))?)
}

pub(super) fn of(fleet: &Fleet, service: &Service, id: &DeploymentId) -> Option<Shift> {
    let known = fleet.deployments(&service.id)?;
    derive(fleet, service, known.iter().find(|known| known.id == *id)?)
}

pub(super) fn all(fleet: &Fleet, service: &Service) -> Vec<Shift> {
    let known = fleet.deployments(&service.id).into_iter().flat_map(|known| known.iter());
    known.filter_map(|known| derive(fleet, service, known)).collect()
}

fn newest<'a>(known: impl Iterator<Item = &'a ServiceDeployment>) -> Option<&'a ServiceDeployment> {
    // Of several that began at one time the first is the newest: the list has the newest first.
    known.reduce(|newest, other| if other.began() > newest.began() { other } else { newest })
}

/// `None` for a plain rolling deployment at which nobody is waited for.
fn derive(fleet: &Fleet, service: &Service, deployment: &ServiceDeployment) -> Option<Shift> {
    let rules = deployment.rules.as_ref().unwrap_or(&service.rules);
    let word = rules.strategy.as_deref().or(service.rules.strategy.as_deref());
    let strategy = ladder::strategy(word, rules);
    let weighted = deployment.target.as_ref().is_some_and(|target| target.production.is_some());
    let waits = || deployment.hooks.iter().any(is_open);
    let shifts = strategy != Strategy::Rolling || weighted || waits();
    shifts.then(|| Case { fleet, service, deployment, rules, strategy }.shift())
}

/// A hook at which the deployment waits, for a person or for a function.
fn is_open(hook: &Hook) -> bool {
    matches!(&*hook.status, "AWAITING_ACTION" | "IN_PROGRESS")
}

/// One deployment with the rules that hold for it.
struct Case<'a> {
    fleet: &'a Fleet,
    service: &'a Service,
    deployment: &'a ServiceDeployment,
    rules: &'a DeploymentRules,
    strategy: Strategy,
}

impl Case<'_> {
    fn shift(self) -> Shift {
        let deployment = self.deployment;
        let (blue, green) = self.sides();
        let outcome = self.outcome();
        let target = deployment.target.as_ref();
        let stage = deployment.stage.as_ref();
        let phase = match &outcome {
            Some(_) => Phase::Ended,
            None if self.turns_back() => Phase::RollingBack,
            None => stages::phase(stage.map(|stage| &**stage), target),
        };
        let rungs = self.rungs();
        // Only a deployment in progress takes an answer; of a status that is not known AWS judges by itself.
        let open = matches!(deployment.status, DeploymentStatus::InProgress | DeploymentStatus::Other(_));
        let hold = open.then(|| self.hold(&rungs)).flatten();
        let asked = if outcome == Some(Outcome::Succeeded) { Percent::ALL } else { self.asked() };
        let live = green.as_ref().and_then(|side| side.production_live);
        let next = self.next(outcome.as_ref(), hold.as_ref());
        let course = self.course(outcome.as_ref(), hold.is_some());
        Shift {
            id: ShiftId::Ecs(deployment.id.clone()),
            context: self.service.context,
            cluster: self.service.cluster.clone(),
            service: self.service.id.clone(),
            blue_until: (phase == Phase::BlueKept).then(|| self.blue_until()).flatten(),
            phase,
            status: deployment.status.as_str().into(),
            steps: stages::steps(stage, target, course),
            traffic: ladder::steps(&rungs, asked, live, next),
            green_since: self.green_since(green.as_ref(), hold.as_ref()),
            hold,
            guards: self.guards(),
            reason: self.reason(outcome.as_ref()),
            outcome,
            began: deployment.began(),
            ended: deployment.ended(),
            strategy: self.strategy,
            blue,
            green,
        }
    }

    fn turns_back(&self) -> bool {
        let status = &self.deployment.status;
        matches!(status, DeploymentStatus::RollbackRequested | DeploymentStatus::RollbackInProgress)
    }

    /// Green's share of production as ECS asks for it.
    fn asked(&self) -> Percent {
        self.deployment.target.as_ref().and_then(|target| target.production).unwrap_or_default()
    }

    /// Something sends production traffic, so that a share of it can be moved.
    fn moves_traffic(&self) -> bool {
        let routed = sides::pair(self.service).is_some_and(|(_, advanced)| advanced.production.is_some());
        let mut weighted = self.deployment.target.iter().chain(&self.deployment.sources);
        routed || weighted.any(|tasks| tasks.production.is_some())
    }

    fn rungs(&self) -> Vec<Percent> {
        if self.moves_traffic() { ladder::rungs(&self.strategy) } else { Vec::new() }
    }

    fn next(&self, outcome: Option<&Outcome>, hold: Option<&Hold>) -> Next {
        if outcome.is_some() || self.turns_back() {
            return Next::Never;
        }
        if hold.is_some_and(|hold| &*hold.stage == PRE_PRODUCTION) {
            return Next::Held;
        }
        if self.deployment.stage.as_deref() == Some(PRODUCTION) { Next::Moves } else { Next::Waits }
    }

    fn course(&self, outcome: Option<&Outcome>, held: bool) -> Course {
        match outcome {
            Some(Outcome::Succeeded) => Course::Done,
            Some(Outcome::Stopped | Outcome::Replaced(_)) => Course::Stopped,
            Some(_) => Course::Back,
            None if self.turns_back() => Course::Back,
            None if held => Course::Held,
            None => Course::Forward,
        }
    }

    fn guards(&self) -> Guards {
        let alarms = self.deployment.alarms.as_ref();
        let disabled = alarms.is_some_and(|alarms| &*alarms.status == "DISABLED");
        let told = alarms.filter(|alarms| !alarms.names.is_empty()).map(|alarms| &alarms.names);
        let names = told.unwrap_or(&self.rules.alarms);
        let fired = |name: &Text| alarms.is_some_and(|alarms| alarms.triggered.contains(name));
        let guard = |name: &Text| {
            let mut guard = guards::guard(self.fleet, self.service.context, name, self.deployment.began());
            if fired(name) {
                guard.standing = GuardStanding::Fires;
            }
            guard
        };
        Guards {
            known: true,
            alarms_on: (self.rules.alarms_on || told.is_some()) && !disabled,
            alarms_roll_back: self.rules.alarms_roll_back,
            alarms: names.iter().map(guard).collect(),
            breaker: self.deployment.breaker.clone().filter(|_| self.strategy == Strategy::Rolling),
            ignores_poll_failure: false,
            blue_kept_minutes: self.rules.bake_minutes,
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        match &self.deployment.status {
            DeploymentStatus::Successful => Some(Outcome::Succeeded),
            DeploymentStatus::RollbackSuccessful => Some(Outcome::RolledBack),
            DeploymentStatus::RollbackFailed => Some(Outcome::Failed),
            DeploymentStatus::Stopped => {
                let known = self.fleet.deployments(&self.service.id)?;
                let next = self.deployment.replaced_by(known);
                Some(next.map_or(Outcome::Stopped, |next| Outcome::Replaced(next.id.text())))
            }
            _ => None,
        }
    }

    fn reason(&self, outcome: Option<&Outcome>) -> Option<Text> {
        let deployment = self.deployment;
        if outcome == Some(&Outcome::Succeeded) && deployment.rollback.is_some() {
            return Some("the rollback came too late: the deployment had finished before".into());
        }
        if let DeploymentStatus::Other(word) = &deployment.status {
            return Some(format!("ECS calls its status {word}").into());
        }
        deployment.rollback_reason().or(deployment.status_reason.as_ref()).cloned()
    }
}
