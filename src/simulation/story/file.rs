//! The shape of story files, in which unknown words are refused with their line and with what is allowed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::fault::FaultEffect;
use super::super::world::definition::Architecture;
use super::super::world::event::Shortage;
use super::super::world::settings::Controller;
use super::alarm::AlarmStory;
use super::behaviour::Behaviour;
use super::change::ActorStory;
use super::codedeploy::CodeDeployStory;
use super::logs::LogStory;
use super::scaling::ScalingStory;
use super::span::Span;
use super::strategy::{HookStory, QualityStory, StrategyStory};

/// A story file. `assets/stories/incident.toml` explains it for readers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Story {
    pub title: String,
    #[serde(default = "default_seed")]
    pub seed: u64,
    #[serde(default = "default_account")]
    pub account: String,
    #[serde(default = "default_region")]
    pub region: String,
    /// How long the world is played before the story starts.
    #[serde(default = "default_past")]
    pub past: Span,
    /// The documented throttling.
    #[serde(default)]
    pub throttle: bool,
    #[serde(default)]
    pub cluster: Vec<ClusterStory>,
    #[serde(default)]
    pub task: Vec<TaskStory>,
    #[serde(default)]
    pub fault: Vec<FaultStory>,
    #[serde(default)]
    pub actor: Vec<ActorStory>,
    #[serde(default)]
    pub alarm: Vec<AlarmStory>,
}

fn default_seed() -> u64 {
    1
}

fn default_account() -> String {
    "123456789012".to_owned()
}

fn default_region() -> String {
    "eu-west-1".to_owned()
}

fn default_past() -> Span {
    Span(65 * 60_000)
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClusterStory {
    pub name: String,
    #[serde(default)]
    pub insights: Insights,
    #[serde(default)]
    pub services: Vec<ServiceStory>,
    /// More of them, each in a table of its own.
    #[serde(default)]
    pub service: Vec<ServiceStory>,
    /// On top of the usual ones.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The cluster's setting `containerInsights`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Insights {
    Disabled,
    Enabled,
    #[default]
    Enhanced,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceStory {
    pub name: String,
    pub tasks: u32,
    pub revision: Option<u32>,
    pub size: Option<Size>,
    pub architecture: Option<ArchitectureStory>,
    pub capacity: Option<CapacityStory>,
    pub load_balancer: Option<BalancerStory>,
    pub sidecars: Option<Vec<Sidecar>>,
    pub health_check: Option<bool>,
    pub exec: Option<bool>,
    pub breaker: Option<BreakerStory>,
    pub minimum_percent: Option<u32>,
    pub maximum_percent: Option<u32>,
    /// How long the image takes to pull.
    pub pull: Option<Span>,
    pub variables: Option<BTreeMap<String, String>>,
    pub secrets: Option<Vec<String>>,
    pub controller: Option<ControllerStory>,
    /// CodeDeploy is its controller, and deploys it in this way.
    pub code_deploy: Option<CodeDeployStory>,
    /// On top of the usual ones.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// CloudWatch alarms that watch over its deployments and roll them back.
    pub alarms: Option<Vec<String>>,
    /// How many successful deployments it remembers besides the one that runs.
    #[serde(default)]
    pub history: u32,
    /// How many of its tasks are under scale-in protection when the story starts, the newest ones.
    #[serde(default)]
    pub protected: usize,
    pub scaling: Option<ScalingStory>,
    /// The work that comes in: percent of one task's CPU, a figure for each step from the start; the last one stays.
    pub load: Option<Vec<u32>>,
    /// How long each figure of the load lasts.
    pub load_step: Option<Span>,
    /// How ECS deploys it, if not task by task.
    pub strategy: Option<StrategyStory>,
    /// Percent of the traffic in the first step of a canary or in each step of a linear deployment.
    pub step: Option<f64>,
    /// How long to wait after a step, in whole minutes.
    pub step_bake: Option<Span>,
    /// How long blue is kept after all of the traffic went to green, in whole minutes.
    pub bake: Option<Span>,
    #[serde(default)]
    pub hooks: Vec<HookStory>,
    /// Requests that come in a minute, and those of testers while the test listener leads to green.
    pub requests: Option<u32>,
    pub tests: Option<u32>,
    /// Percent of its answers that are errors, and the median time to answer.
    pub errors: Option<f64>,
    pub latency: Option<Span>,
    /// The same of the revision that its behaviour rolls out.
    pub green: Option<QualityStory>,
    /// How it writes logs.
    pub logs: Option<LogStory>,
    /// So many tasks find room, and no more.
    pub room: Option<usize>,
    #[serde(default)]
    pub room_ends: RoomEnds,
    #[serde(default)]
    pub behaviour: Behaviour,
    /// How long before the start the behaviour began.
    pub since: Option<Span>,
    /// How long after the start it begins.
    pub after: Option<Span>,
    /// How often the behaviour repeats, where it does.
    pub every: Option<Span>,
}

/// Whether a service is behind a load balancer, and of which type; `true` is an Application Load Balancer.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "true, false, \"application\" or \"network\"")]
pub enum BalancerStory {
    Any(bool),
    Type(BalancerType),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BalancerType {
    Application,
    Network,
}

impl BalancerStory {
    /// The type, if there is one.
    pub fn kind(self) -> Option<BalancerType> {
        match self {
            Self::Any(balanced) => balanced.then_some(BalancerType::Application),
            Self::Type(kind) => Some(kind),
        }
    }
}

/// CPU units and MiB.
pub type Size = (u32, u32);

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArchitectureStory {
    X86,
    Arm,
}

impl From<ArchitectureStory> for Architecture {
    fn from(story: ArchitectureStory) -> Self {
        match story {
            ArchitectureStory::X86 => Self::X86,
            ArchitectureStory::Arm => Self::Arm,
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CapacityStory {
    LaunchType,
    OnDemand,
    Spot,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControllerStory {
    Ecs,
    CodeDeploy,
    External,
}

impl From<ControllerStory> for Controller {
    fn from(story: ControllerStory) -> Self {
        match story {
            ControllerStory::Ecs => Self::Ecs,
            ControllerStory::CodeDeploy => Self::CodeDeploy,
            ControllerStory::External => Self::External,
        }
    }
}

/// Why there is no room for more tasks.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoomEnds {
    #[default]
    Capacity,
    Quota,
}

impl From<RoomEnds> for Shortage {
    fn from(story: RoomEnds) -> Self {
        match story {
            RoomEnds::Capacity => Self::Capacity,
            RoomEnds::Quota => Self::Cpus,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sidecar {
    Envoy,
    LogRouter,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerStory {
    Off,
    /// Fails the deployment.
    On,
    /// Fails the deployment and goes back.
    Rollback,
}

/// A task without a service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TaskStory {
    pub cluster: String,
    pub name: String,
    pub started_by: Option<String>,
    /// How long before the start it was run.
    pub since: Span,
    /// How long it runs before it ends; for ever if it is not given.
    pub runs: Option<Span>,
    /// The exit code of its application when it ends.
    #[serde(default)]
    pub exit: i32,
}

/// A fault that the story itself has; times count from the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FaultStory {
    pub effect: FaultEffect,
    pub service: Option<String>,
    pub operation: Option<String>,
    pub cluster: Option<String>,
    #[serde(default)]
    pub after: Span,
    pub r#for: Option<Span>,
    pub every: Option<u32>,
}
