//! The shift of a service that CodeDeploy deploys to.

mod phase;
mod task_sets;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::ladder::{self, Next};
use super::{Guards, Outcome, Phase, Shift, ShiftId, Step, StepState, guards};
use crate::fleet::Fleet;
use crate::fleet::codedeploy::{
    CodeDeployId, CodeDeployStatus, CodeDeployment, DeploymentGroup, EcsTarget, LifecycleEvent, ReadyAction,
    WeightedTaskSet,
};
use crate::fleet::id::Text;
use crate::fleet::percent::Percent;
use crate::fleet::service::Service;

/// CodeDeploy records a way back as a deployment of its own, with this creator.
const ROLLBACK: &str = "codeDeployRollback";

/// The events of a deployment to ECS, in their order.
const EVENTS: [&str; 8] = [
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
];

/// The deployment under way, else the one that began last.
pub(super) fn current(fleet: &Fleet, service: &Service) -> Option<Shift> {
    let known = candidates(fleet, service);
    let newest = |open: bool| {
        let known = known.iter().filter(|known| !open || !known.status.is_final());
        known.max_by_key(|known| (known.created, known.id.clone()))
    };
    let chosen = newest(true).or_else(|| newest(false))?;
    Some(derive(fleet, service, original(fleet, chosen)))
}

pub(super) fn of(fleet: &Fleet, service: &Service, id: &CodeDeployId) -> Option<Shift> {
    Some(derive(fleet, service, original(fleet, fleet.codedeployment(id)?)))
}

/// All deployments of the service's group; a way back stands with the deployment that it undid.
pub(super) fn all(fleet: &Fleet, service: &Service) -> Vec<Shift> {
    let mut known = candidates(fleet, service);
    if let Some(group) = fleet.group_of(service) {
        known.extend(fleet.codedeployments().filter(|known| known.group.as_ref() == Some(&group.id)));
    }
    let mut known: Vec<&Arc<CodeDeployment>> =
        known.into_iter().map(|known| original(fleet, known)).collect();
    known.sort_by(|a, b| a.id.cmp(&b.id));
    known.dedup_by(|a, b| a.id == b.id);
    known.into_iter().map(|known| derive(fleet, service, known)).collect()
}

/// Those that the task sets name, and the one that the group tried last: before green is there no task set names it.
fn candidates<'a>(fleet: &'a Fleet, service: &Service) -> Vec<&'a Arc<CodeDeployment>> {
    let sets = service.task_sets.iter().filter_map(|set| set.external_id.as_deref());
    let named = sets.filter_map(CodeDeployId::of_task_set);
    let tried = fleet.group_of(service).and_then(|group| group.last_attempted.clone());
    named.chain(tried).filter_map(|id| fleet.codedeployment(&id)).collect()
}

/// What a way back undoes, as far as it is known; else the deployment itself.
fn original<'a>(fleet: &'a Fleet, known: &'a Arc<CodeDeployment>) -> &'a Arc<CodeDeployment> {
    let undone = known.rolls_back.as_ref().filter(|_| known.creator.as_deref() == Some(ROLLBACK));
    undone.and_then(|id| fleet.codedeployment(id)).unwrap_or(known)
}

/// One deployment with what belongs to it.
struct Case<'a> {
    fleet: &'a Fleet,
    service: &'a Service,
    deployment: &'a CodeDeployment,
    group: Option<&'a DeploymentGroup>,
    target: Option<&'a EcsTarget>,
    /// The deployment that undoes it.
    undoing: Option<&'a CodeDeployment>,
}

fn derive(fleet: &Fleet, service: &Service, deployment: &CodeDeployment) -> Shift {
    let own = deployment.group.as_ref().and_then(|id| fleet.deployment_group(id));
    let case = Case {
        fleet,
        service,
        deployment,
        group: own.or_else(|| fleet.group_of(service)).map(|group| &**group),
        target: fleet.codedeploy_target(&deployment.id).map(|target| &**target),
        undoing: undoing_of(fleet, deployment),
    };
    case.shift()
}

/// The way back that it names, or that names it.
fn undoing_of<'a>(fleet: &'a Fleet, deployment: &CodeDeployment) -> Option<&'a CodeDeployment> {
    let named = deployment.rolled_back_by.as_ref().and_then(|id| fleet.codedeployment(id));
    let naming = || fleet.codedeployments().find(|other| other.rolls_back.as_ref() == Some(&deployment.id));
    named.or_else(naming).map(|undoing| &**undoing)
}

impl Case<'_> {
    fn shift(&self) -> Shift {
        let deployment = self.deployment;
        let config = deployment.config.as_ref().or(self.group.and_then(|group| group.config.as_ref()));
        let routing = config.and_then(|config| self.fleet.routing(config));
        let strategy = ladder::routing(routing, config.map(|config| &**config));
        let rungs = ladder::rungs(&strategy);
        let (blue, green) = self.sides();
        let outcome = self.outcome();
        let turns_back = self.turns_back();
        let phase = match (&outcome, turns_back) {
            (Some(_), _) => Phase::Ended,
            (None, true) => Phase::RollingBack,
            (None, false) => self.phase(),
        };
        let hold = (outcome.is_none() && !turns_back).then(|| self.hold(&rungs)).flatten();
        let next = match (&outcome, &hold) {
            (Some(_), _) => Next::Never,
            _ if turns_back => Next::Never,
            (None, Some(_)) => Next::Held,
            (None, None) if self.is("AllowTraffic", "InProgress") => Next::Moves,
            (None, None) => Next::Waits,
        };
        let asked = green.as_ref().and_then(|side| side.production_asked);
        let asked = if outcome == Some(Outcome::Succeeded) { Some(Percent::ALL) } else { asked };
        let live = green.as_ref().and_then(|side| side.production_live);
        Shift {
            id: ShiftId::CodeDeploy(deployment.id.clone()),
            context: self.service.context,
            cluster: self.service.cluster.clone(),
            service: self.service.id.clone(),
            strategy,
            blue_until: (phase == Phase::BlueKept).then(|| self.blue_until()).flatten(),
            phase,
            status: deployment.status.as_str().into(),
            steps: self.steps(hold.is_some()),
            traffic: ladder::steps(&rungs, asked.unwrap_or_default(), live, next),
            green_since: self.green_since(asked, &rungs),
            hold,
            guards: self.guards(),
            reason: self.reason(),
            began: deployment.started.or(deployment.created),
            ended: self.ended().filter(|_| outcome.is_some()),
            outcome,
            blue,
            green,
        }
    }

    fn event(&self, name: &str) -> Option<&LifecycleEvent> {
        self.target?.event(name)
    }

    fn is(&self, name: &str, status: &str) -> bool {
        self.event(name).is_some_and(|event| &*event.status == status)
    }

    /// It is over, and nothing stood in the way.
    fn passed(&self, name: &str) -> bool {
        self.is(name, "Succeeded") || self.is(name, "Skipped")
    }

    fn pending(&self, name: &str) -> bool {
        self.event(name).is_none_or(|event| &*event.status == "Pending")
    }

    /// What the deployment itself says of its waits counts before what its group says today.
    fn ready_action(&self) -> Option<&ReadyAction> {
        let of_group = || self.group.and_then(|group| group.rules.ready.as_ref());
        self.deployment.rules.ready.as_ref().or_else(of_group)
    }

    fn blue_kept_minutes(&self) -> Option<u32> {
        let of_group = || self.group.and_then(|group| group.rules.blue_kept_minutes);
        self.deployment.rules.blue_kept_minutes.or_else(of_group)
    }

    fn set(&self, label: &str) -> Option<&WeightedTaskSet> {
        self.target?.task_sets.iter().find(|set| &*set.label == label)
    }

    /// It is a way back itself, of a deployment that is not known, or it is being undone.
    fn turns_back(&self) -> bool {
        let itself = self.deployment.creator.as_deref() == Some(ROLLBACK);
        let undone = self.deployment.rolled_back_by.is_some() || self.undoing.is_some();
        itself || undone
    }

    fn steps(&self, held: bool) -> Vec<Step> {
        let Some(target) = self.target else {
            let over = self.deployment.status.is_final();
            let state = if over { StepState::Skipped } else { StepState::Next };
            let step =
                |name: &str| Step { stage: name.into(), state, started: None, ended: None, message: None };
            return EVENTS.iter().map(|name| step(name)).collect();
        };
        let over = self.deployment.status.is_final();
        let step = |event: &LifecycleEvent| Step {
            stage: event.name.clone(),
            state: match &*event.status {
                "Pending" if held && &*event.name == "BeforeAllowTraffic" => StepState::Held,
                "Pending" if over => StepState::Skipped,
                "Pending" => StepState::Next,
                "InProgress" => StepState::Now,
                "Succeeded" => StepState::Done,
                "Failed" => StepState::Failed,
                "Skipped" => StepState::Skipped,
                _ => StepState::Unknown,
            },
            started: event.started,
            ended: event.ended,
            message: event.message.clone(),
        };
        target.events.iter().map(step).collect()
    }

    fn guards(&self) -> Guards {
        let Some(group) = self.group else {
            return Guards { blue_kept_minutes: self.blue_kept_minutes(), ..Guards::default() };
        };
        let rollback = &self.deployment.rollback_rules;
        let on_alarm = rollback.events.iter().any(|event| &**event == "DEPLOYMENT_STOP_ON_ALARM");
        let context = self.service.context;
        let names = group.alarms.names.iter();
        Guards {
            known: true,
            alarms_on: group.alarms.enabled,
            alarms_roll_back: rollback.enabled && on_alarm,
            // CodeDeploy ignores none: one that fires at the start stops the deployment.
            alarms: names.map(|name| guards::guard(self.fleet, context, name, None)).collect(),
            breaker: None,
            ignores_poll_failure: group.alarms.ignores_poll_failure,
            blue_kept_minutes: self.blue_kept_minutes(),
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        if !self.deployment.status.is_final() {
            return None;
        }
        let ended = |undoing: &CodeDeployment| match undoing.status {
            CodeDeployStatus::Succeeded => Some(Outcome::RolledBack),
            CodeDeployStatus::Failed | CodeDeployStatus::Stopped => Some(Outcome::Failed),
            _ => None,
        };
        if self.deployment.creator.as_deref() == Some(ROLLBACK) {
            return ended(self.deployment);
        }
        match (self.undoing, &self.deployment.rolled_back_by) {
            (Some(undoing), _) => return ended(undoing),
            // It is named and was not asked for yet: it is on its way as far as anybody knows.
            (None, Some(id)) if !self.fleet.is_codedeployment_known(id) => return None,
            _ => {}
        }
        Some(match self.deployment.status {
            CodeDeployStatus::Succeeded => Outcome::Succeeded,
            CodeDeployStatus::Stopped => Outcome::Stopped,
            _ => Outcome::Failed,
        })
    }

    fn ended(&self) -> Option<DateTime<Utc>> {
        let undone = self.undoing.and_then(|undoing| undoing.completed);
        undone.or(self.deployment.completed)
    }

    fn reason(&self) -> Option<Text> {
        let (code, sentence) = self.deployment.error.as_ref()?;
        Some(if sentence.is_empty() { code.clone() } else { sentence.clone() })
    }
}
