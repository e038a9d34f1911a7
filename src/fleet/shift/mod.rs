//! A blue/green deployment as one idea, whether CodeDeploy or ECS itself carries it out.

mod by_codedeploy;
mod by_ecs;
mod guards;
mod ladder;
mod sides;
mod stages;

use chrono::{DateTime, Utc};

use super::Fleet;
use super::balancer::TargetGroupKey;
use super::codedeploy::CodeDeployId;
use super::deployment::Hook;
use super::id::{ClusterId, ContextId, DefinitionId, DeploymentId, RevisionId, ServiceId, Text};
use super::percent::Percent;
use super::service::{Controller, Service};

/// The shift of a service: the one under way, else the one that ended last; `None` where there is none.
pub fn shift(fleet: &Fleet, service: &Service) -> Option<Shift> {
    match service.controller {
        Controller::CodeDeploy => by_codedeploy::current(fleet, service),
        _ => by_ecs::current(fleet, service),
    }
}

/// One shift of a service by its id, also one that another took the place of.
pub fn shift_of(fleet: &Fleet, service: &Service, id: &ShiftId) -> Option<Shift> {
    match id {
        ShiftId::CodeDeploy(id) => by_codedeploy::of(fleet, service, id),
        ShiftId::Ecs(id) => by_ecs::of(fleet, service, id),
    }
}

/// Every shift of a service that is known, the newest first.
pub fn past(fleet: &Fleet, service: &Service) -> Vec<Shift> {
    let mut shifts = match service.controller {
        Controller::CodeDeploy => by_codedeploy::all(fleet, service),
        _ => by_ecs::all(fleet, service),
    };
    shifts.sort_by(|a, b| b.began.cmp(&a.began).then_with(|| b.id.cmp(&a.id)));
    shifts
}

/// What tells one shift from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShiftId {
    Ecs(DeploymentId),
    CodeDeploy(CodeDeployId),
}

impl ShiftId {
    /// The id as AWS writes it: an ARN for ECS, `d-…` for CodeDeploy.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ecs(id) => id.as_str(),
            Self::CodeDeploy(id) => id.as_str(),
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Ecs(id) => id.name(),
            Self::CodeDeploy(id) => id.as_str(),
        }
    }

    /// Who carries it out.
    pub fn provider(&self) -> &'static str {
        match self {
            Self::Ecs(_) => "ECS",
            Self::CodeDeploy(_) => "CodeDeploy",
        }
    }
}

/// How the traffic is moved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// `BLUE_GREEN`, `AllAtOnce`.
    AllAtOnce,
    Canary {
        percent: Percent,
        minutes: u32,
    },
    Linear {
        percent: Percent,
        minutes: u32,
    },
    /// `ROLLING` with a hook at which a person is waited for.
    Rolling,
    /// Not known, or a word that AWS added.
    Other(Text),
}

/// Where it stands, whoever carries it out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Asked for, nothing of green is there.
    Starting,
    /// Green's tasks come up.
    Preparing,
    /// Test traffic goes to green.
    Testing,
    /// Everything that comes before production traffic is moved.
    BeforeShift,
    /// Production traffic moves, or rests at a step.
    Shifting,
    /// All traffic is on green, and blue is still there: going back is instant.
    BlueKept,
    /// Blue is being removed.
    CleaningUp,
    RollingBack,
    Ended,
    /// A stage that AWS added, by its text.
    Other(Text),
}

/// One of the two sides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Side {
    /// The service revision, where ECS carries it out.
    pub revision: Option<RevisionId>,
    pub definition: Option<DefinitionId>,
    /// `startedBy` of its tasks: the task set of CodeDeploy, the rollout of ECS.
    pub started_by: Option<Text>,
    pub desired: u32,
    pub running: u32,
    pub pending: u32,
    pub target_group: Option<TargetGroupKey>,
    /// What the deployment asked for; `None` where it moves no such traffic.
    pub production_asked: Option<Percent>,
    pub test_asked: Option<Percent>,
    /// What the load balancer does now; `None` until it was asked, or where there is none.
    pub production_live: Option<Percent>,
    pub test_live: Option<Percent>,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    Done,
    /// It is under way.
    Now,
    /// It is where somebody or something is waited for.
    Held,
    Next,
    Failed,
    Skipped,
    Unknown,
}

/// One step on the way, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// AWS's word for the stage or event: `SCALE_UP`, `AfterAllowTestTraffic`.
    pub stage: Text,
    pub state: StepState,
    pub started: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// What went wrong there, in AWS's words.
    pub message: Option<Text>,
}

/// One move of production traffic to green: where it stands after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficStep {
    pub green: Percent,
    pub state: StepState,
}

/// When something happens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deadline {
    pub at: DateTime<Utc>,
    /// AWS named the time; else it is worked out, and may be off by a minute.
    pub exact: bool,
}

/// What happens when nobody answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Silence {
    /// It goes on: silence means yes.
    Continues,
    RollsBack,
    /// It is stopped and its traffic stays where it is.
    Stops,
    /// Blue is removed: going back is a new deployment from then on.
    RemovesBlue,
    /// Not known, or a word that AWS added.
    Other(Text),
}

/// What it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldKind {
    /// A pause hook of ECS; only the one to be answered next.
    Pause(Hook),
    /// CodeDeploy waits before it moves production traffic.
    Ready,
    /// A function has to answer; a person cannot.
    Function(Hook),
}

/// A deployment that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub kind: HoldKind,
    /// AWS's word for where it waits: `PRE_PRODUCTION_TRAFFIC_SHIFT`, `BeforeAllowTraffic`.
    pub stage: Text,
    pub since: Option<DateTime<Utc>>,
    pub deadline: Option<Deadline>,
    pub silence: Silence,
    /// How green's production share changes when this one answer is yes, step after step: `10 %`, `100 %` for a
    /// canary of CodeDeploy. Empty where no traffic moves.
    pub moves: Vec<Percent>,
    /// Hooks of this stage that are answered, and how many there are.
    pub answered: (usize, usize),
}

impl Hold {
    /// A person can answer it.
    pub fn is_for_a_person(&self) -> bool {
        !matches!(self.kind, HoldKind::Function(_))
    }

    /// The share of production that this answer authorises in the end; `None` where it moves none.
    pub fn authorises(&self) -> Option<Percent> {
        self.moves.last().copied()
    }
}

/// An alarm that was named as a guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    pub alarm: Text,
    pub standing: GuardStanding,
}

/// Whether an alarm really guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardStanding {
    Guards,
    /// It is in ALARM now.
    Fires,
    /// It was in ALARM when the deployment began, so ECS ignores it for the whole of it.
    IgnoredFromTheStart,
    /// It is OK only since a moment after the deployment began: if it was in ALARM then, ECS ignores it for the
    /// whole of it.
    MayBeIgnored,
    NoData,
    /// A name without an answer, or nobody asked yet.
    NotChecked,
    /// A state that CloudWatch added.
    Other(Text),
}

/// What watches over it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "AWS tells each of them by itself")]
pub struct Guards {
    /// Somebody told what guards it; else nothing is known, which is not the same as no guard.
    pub known: bool,
    /// Alarms are switched on for it, and roll it back by themselves.
    pub alarms_on: bool,
    pub alarms_roll_back: bool,
    pub alarms: Vec<Guard>,
    /// The circuit breaker, which only rolling deployments have.
    pub breaker: Option<super::deployment::Breaker>,
    /// CodeDeploy goes on although CloudWatch could not be asked.
    pub ignores_poll_failure: bool,
    /// Minutes for which all traffic rests on green while blue is kept.
    pub blue_kept_minutes: Option<u32>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Succeeded,
    RolledBack,
    /// It was stopped and nothing was rolled back: its traffic stays where it is.
    Stopped,
    Failed,
    /// Another deployment took its place, by its id.
    Replaced(Text),
    Other(Text),
}

/// A blue/green deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    pub id: ShiftId,
    pub context: ContextId,
    pub cluster: ClusterId,
    pub service: ServiceId,
    pub strategy: Strategy,
    pub phase: Phase,
    /// AWS's own word for the status.
    pub status: Text,
    /// What serves since before.
    pub blue: Option<Side>,
    /// What is to take over.
    pub green: Option<Side>,
    pub steps: Vec<Step>,
    /// How production traffic moves, in order; empty where none does.
    pub traffic: Vec<TrafficStep>,
    /// Since when green has its present share of production.
    pub green_since: Option<DateTime<Utc>>,
    pub hold: Option<Hold>,
    /// When blue is removed by itself, once all traffic is on green.
    pub blue_until: Option<Deadline>,
    pub guards: Guards,
    pub outcome: Option<Outcome>,
    /// Why it ended or turns back, in AWS's words.
    pub reason: Option<Text>,
    pub began: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
}

impl Shift {
    pub fn is_over(&self) -> bool {
        self.outcome.is_some()
    }

    /// It waits until a person answers.
    pub fn holds(&self) -> bool {
        self.hold.as_ref().is_some_and(Hold::is_for_a_person)
    }

    /// Silence means yes: it goes on by itself when nobody answers.
    pub fn silence_means_yes(&self) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.is_for_a_person() && hold.silence == Silence::Continues)
    }

    /// Green's share of production as it was asked for.
    pub fn green_share_asked(&self) -> Option<Percent> {
        self.green.as_ref()?.production_asked
    }

    /// Production traffic can be moved and measured: there is a load balancer or a mesh that does it.
    pub fn moves_traffic(&self) -> bool {
        let moved = |side: &Side| side.production_asked.is_some() || side.target_group.is_some();
        !self.traffic.is_empty() || self.blue.iter().chain(&self.green).any(moved)
    }
}
