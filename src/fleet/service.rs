//! A service with its rollouts, its rules for deployments and its newest events.

use chrono::{DateTime, Utc};

use super::codedeploy::CodeDeployId;
use super::event::Event;
use super::id::{ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, Text};
use super::percent::Percent;

/// Events kept of a service that nobody has open.
pub const EVENTS_AT_REST: usize = 10;
/// Events that AWS gives of a service, and that are kept of one that is open.
pub const EVENTS_OPEN: usize = 100;

/// Who carries out deployments (`deploymentController.type`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Controller {
    #[default]
    Ecs,
    CodeDeploy,
    External,
    Other(Text),
}

impl Controller {
    pub fn parse(word: &str) -> Self {
        match word {
            "ECS" => Self::Ecs,
            "CODE_DEPLOY" => Self::CodeDeploy,
            "EXTERNAL" => Self::External,
            other => Self::Other(other.into()),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Ecs => "ECS",
            Self::CodeDeploy => "CODE_DEPLOY",
            Self::External => "EXTERNAL",
            Self::Other(word) => word,
        }
    }
}

/// How far a rollout is (`rolloutState`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RolloutState {
    InProgress,
    Completed,
    Failed,
    Other(Text),
}

impl RolloutState {
    pub fn parse(word: &str) -> Self {
        match word {
            "IN_PROGRESS" => Self::InProgress,
            "COMPLETED" => Self::Completed,
            "FAILED" => Self::Failed,
            other => Self::Other(other.into()),
        }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Other(word) => word,
        }
    }
}

/// One entry of a service's `deployments[]`: a revision with its share of the tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollout {
    /// `ecs-svc/DIGITS`; the tasks of this rollout carry it as `startedBy`.
    pub id: Text,
    /// `PRIMARY`, `ACTIVE` or `INACTIVE`.
    pub status: Text,
    pub definition: Option<DefinitionId>,
    pub desired: u32,
    pub running: u32,
    pub pending: u32,
    /// Tasks that did not reach RUNNING or failed health checks in a row; a task that runs sets it to 0.
    pub failed: u32,
    pub state: Option<RolloutState>,
    pub reason: Option<Text>,
    pub created: Option<DateTime<Utc>>,
    pub updated: Option<DateTime<Utc>>,
}

impl Rollout {
    pub fn is_primary(&self) -> bool {
        &*self.status == "PRIMARY"
    }
}

/// What a deployment may do and what guards it (`deploymentConfiguration`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "switches that the API has one by one")]
pub struct DeploymentRules {
    /// `ROLLING`, `BLUE_GREEN`, `LINEAR`, `CANARY`.
    pub strategy: Option<Text>,
    pub minimum_healthy_percent: Option<u32>,
    pub maximum_percent: Option<u32>,
    /// The circuit breaker is on, and rolls back.
    pub breaker: bool,
    pub breaker_rolls_back: bool,
    pub alarms: Vec<Text>,
    pub alarms_on: bool,
    pub alarms_roll_back: bool,
    /// Minutes for which blue is kept after the traffic moved (`bakeTimeInMinutes`).
    pub bake_minutes: Option<u32>,
    /// The first share of a canary and the minutes after it.
    pub canary: Option<(Percent, u32)>,
    /// The share of each step and the minutes after it.
    pub linear: Option<(Percent, u32)>,
    pub hooks: Vec<HookRule>,
}

/// A lifecycle hook that deployments of the service will come to (`lifecycleHooks`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookRule {
    /// `AWS_LAMBDA` or `PAUSE`; `None` where AWS tells the stages only.
    pub kind: Option<Text>,
    /// The function of a Lambda hook.
    pub target: Option<Text>,
    pub stages: Vec<Text>,
    /// Minutes after which it acts by itself, and how: `CONTINUE` or `ROLLBACK`.
    pub timeout: Option<(u32, Text)>,
}

/// One task set of a CODE_DEPLOY or EXTERNAL service (`taskSets`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSet {
    /// `ecs-svc/DIGITS`; its tasks carry it as `startedBy`.
    pub id: Text,
    /// CodeDeploy's deployment id, or whatever an external controller keeps there.
    pub external_id: Option<Text>,
    /// `PRIMARY`, `ACTIVE`, `DRAINING`.
    pub status: Text,
    pub definition: Option<DefinitionId>,
    pub desired: u32,
    pub running: u32,
    pub pending: u32,
    pub target_groups: Vec<Text>,
    /// `STEADY_STATE` or `STABILIZING`.
    pub stability: Option<Text>,
    pub created: Option<DateTime<Utc>>,
}

/// One line of a capacity provider strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityShare {
    pub provider: Text,
    pub base: u32,
    pub weight: u32,
}

/// Where a service listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    pub target_group: Option<Text>,
    pub container: Option<Text>,
    pub port: Option<u32>,
    /// What blue/green needs (`advancedConfiguration`).
    pub advanced: Option<AdvancedBalancing>,
}

/// The other target group of a load balancer, and what moves traffic between both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvancedBalancing {
    pub alternate: Option<Text>,
    /// A rule of an Application Load Balancer, or a listener of a Network Load Balancer.
    pub production: Option<Text>,
    pub test: Option<Text>,
}

/// The service's `awsvpcConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    pub subnets: Vec<Text>,
    pub security_groups: Vec<Text>,
    /// `assignPublicIp`; `None` when AWS did not say.
    pub public_ip: Option<bool>,
}

/// One ECS service (`DescribeServices`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub id: ServiceId,
    pub context: ContextId,
    pub cluster: ClusterId,
    pub name: Text,
    /// `ACTIVE`, `DRAINING` or `INACTIVE`.
    pub status: Text,
    pub desired: u32,
    pub running: u32,
    pub pending: u32,
    pub controller: Controller,
    pub definition: Option<DefinitionId>,
    pub launch_type: Option<Text>,
    pub capacity: Vec<CapacityShare>,
    pub platform_version: Option<Text>,
    /// `REPLICA` or `DAEMON`.
    pub scheduling: Option<Text>,
    pub rules: DeploymentRules,
    pub rollouts: Vec<Rollout>,
    /// Set while a service deployment runs (`currentServiceDeployment`).
    pub deployment: Option<DeploymentId>,
    /// Newest first; ten of a service at rest, a hundred of one that is open.
    pub events: Vec<Event>,
    pub created: Option<DateTime<Utc>>,
    pub created_by: Option<Text>,
    pub network: Option<Network>,
    pub load_balancers: Vec<LoadBalancer>,
    /// `healthCheckGracePeriodSeconds`.
    pub grace_seconds: Option<u32>,
    pub exec: bool,
    /// Task sets of a CODE_DEPLOY or EXTERNAL service.
    pub task_sets: Vec<TaskSet>,
    /// The tag `aws:cloudformation:stack-name`: the stack that would undo a change with its next update.
    pub stack: Option<Text>,
    /// The tag `fargate-top:protect`.
    pub protect: Option<Text>,
    /// It was described without its tags: what was known of them stays.
    pub untagged: bool,
}

impl Service {
    /// Takes over the tags of what was known before, where this was described without.
    pub fn keep_tags_of(&mut self, known: &Self) {
        if self.untagged {
            self.stack.clone_from(&known.stack);
            self.protect.clone_from(&known.protect);
        }
    }

    pub fn revision(&self) -> Option<u32> {
        self.definition.as_ref()?.revision()
    }

    /// A deployment of ECS is changing it now, or CodeDeploy deploys it.
    pub fn is_delivered(&self) -> bool {
        self.deployment.is_some() || self.controller == Controller::CodeDeploy
    }

    /// The deployments of CodeDeploy that its task sets belong to.
    pub fn codedeployments(&self) -> impl Iterator<Item = CodeDeployId> {
        self.task_sets.iter().filter_map(|set| CodeDeployId::of_task_set(set.external_id.as_deref()?))
    }

    pub fn is_active(&self) -> bool {
        &*self.status != "INACTIVE"
    }

    /// The rollout that ECS works towards.
    pub fn primary(&self) -> Option<&Rollout> {
        self.rollouts.iter().find(|rollout| rollout.is_primary())
    }

    /// The newest rollout that is on its way out.
    pub fn outgoing(&self) -> Option<&Rollout> {
        self.rollouts.iter().find(|rollout| !rollout.is_primary() && rollout.definition.is_some())
    }

    /// A rollout is in progress.
    pub fn is_deploying(&self) -> bool {
        self.primary().is_some_and(|primary| primary.state == Some(RolloutState::InProgress))
            || self.rollouts.len() > 1
    }

    /// As asked, with nothing under way: its counts agree and one completed rollout is all there is.
    pub fn is_steady(&self) -> bool {
        self.running == self.desired
            && self.pending == 0
            && !self.is_deploying()
            && &*self.status == "ACTIVE"
            && !self.primary().is_some_and(|primary| primary.state == Some(RolloutState::Failed))
    }

    /// The definition before the present one: that of the outgoing rollout, else the revision below.
    pub fn previous_definition(&self) -> Option<DefinitionId> {
        let current =
            self.primary().and_then(|primary| primary.definition.as_ref()).or(self.definition.as_ref())?;
        match self.outgoing().and_then(|rollout| rollout.definition.as_ref()) {
            Some(outgoing) if outgoing != current => Some(outgoing.clone()),
            _ => current.before(),
        }
    }

    /// Takes over older events that an answer with fewer of them left out.
    pub fn keep_events_of(&mut self, known: &Self) {
        let Some(oldest) = self.events.last().map(|event| event.at) else { return };
        let missing = known
            .events
            .iter()
            .filter(|event| event.at <= oldest && !self.events.iter().any(|e| e.id == event.id))
            .cloned();
        let room = EVENTS_OPEN.saturating_sub(self.events.len());
        let missing: Vec<Event> = missing.take(room).collect();
        self.events.extend(missing);
    }
}
