//! The shape of story files, in which unknown words are refused with their line and with what is allowed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de;

use super::super::fault::FaultEffect;
use super::super::world::definition::Architecture;
use super::super::world::event::Shortage;
use super::super::world::settings::Controller;
use super::super::world::trouble::Kind;
use super::change::ActorStory;
use super::scaling::ScalingStory;
use super::span::Span;

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
    pub load_balancer: Option<bool>,
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

/// What a service does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    #[default]
    Steady,
    /// Rolls out a healthy new revision, and again after `every`.
    Rolling,
    CrashLoop,
    ImageMissing,
    SecretMissing,
    EntryPointMissing,
    OutOfMemory,
    NoCapacity,
    FailingHealthChecks,
    SpotInterruptions,
    SidecarStopped,
    UnhealthyContainer,
}

impl Behaviour {
    /// The behaviour with a name as stories write it.
    pub fn named(name: &str) -> Result<Self, String> {
        let reader: de::value::StrDeserializer<'_, de::value::Error> =
            de::IntoDeserializer::into_deserializer(name);
        Self::deserialize(reader).map_err(|error| error.to_string())
    }

    /// The trouble of a behaviour with its usual figures.
    pub fn trouble(self) -> Option<Kind> {
        Some(match self {
            Self::Steady | Self::Rolling => return None,
            Self::CrashLoop => Kind::CrashLoop { missing: "DB_URL".into(), exit: 1, after: 11_000 },
            Self::ImageMissing => Kind::ImageMissing { lost: 2 },
            Self::SecretMissing => Kind::SecretMissing { name: "REPORT_SIGNING_KEY".into() },
            Self::EntryPointMissing => Kind::EntryPointMissing,
            Self::OutOfMemory => Kind::OutOfMemory { after: 32 * 60_000 },
            Self::NoCapacity => Kind::NoCapacity { placed: 4, hanging: 1 },
            Self::FailingHealthChecks => Kind::FailingHealthChecks { tasks: 3, after: 45_000 },
            Self::SpotInterruptions => Kind::SpotInterruptions { every: 8 * 60_000 },
            Self::SidecarStopped => Kind::SidecarStopped,
            Self::UnhealthyContainer => Kind::UnhealthyContainer,
        })
    }
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
