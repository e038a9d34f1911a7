//! Changes to AWS as data: what is to be changed, what was seen when it was planned, and what became of it.

pub mod ask;
pub mod command_line;
pub mod dialog;
pub mod gate;
pub mod operation;
pub mod preview;
pub mod risk;
pub mod seen;
pub mod settle;

use serde::{Deserialize, Serialize};

use self::seen::{Aspect, Difference, Seen};
use crate::fleet::id::{self, ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, TaskId};
use crate::fleet::scaling::Suspension;

/// One request that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Only the count is sent.
    Scale {
        cluster: ClusterId,
        service: ServiceId,
        desired: u32,
    },
    Redeploy {
        cluster: ClusterId,
        service: ServiceId,
    },
    /// Another revision; `back` when it is one that ran before.
    Deploy {
        cluster: ClusterId,
        service: ServiceId,
        definition: DefinitionId,
        back: bool,
    },
    StopTask {
        cluster: ClusterId,
        service: Option<ServiceId>,
        task: TaskId,
    },
    /// Stops a deployment that runs and goes back to what was before it.
    RollBack {
        cluster: ClusterId,
        service: ServiceId,
        deployment: DeploymentId,
    },
    /// The range in which autoscaling moves the count.
    Range {
        cluster: ClusterId,
        service: ServiceId,
        min: u32,
        max: u32,
    },
    Suspend {
        cluster: ClusterId,
        service: ServiceId,
        suspension: Suspension,
    },
}

/// The kinds of change, by the word that the journal and the command line have for them.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    Scale,
    Redeploy,
    Deploy,
    StopTask,
    RollBack,
    Range,
    Suspend,
}

impl Verb {
    /// The letter that confirms it, always with shift, and never the key that opens its dialog.
    pub fn letter(self) -> char {
        match self {
            Self::Scale => 'S',
            Self::Redeploy => 'R',
            Self::Deploy => 'C',
            Self::StopTask => 'D',
            Self::RollBack => 'B',
            Self::Range => 'L',
            Self::Suspend => 'P',
        }
    }

    /// The newer of two such changes of one service leaves nothing of the older.
    pub fn is_of_one_kind_with(self, other: Self) -> bool {
        let deploys = |verb| matches!(verb, Self::Redeploy | Self::Deploy);
        match self {
            Self::Scale | Self::Range | Self::Suspend => self == other,
            Self::Redeploy | Self::Deploy => deploys(other),
            Self::StopTask | Self::RollBack => false,
        }
    }

    /// The IAM action that it needs.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Scale | Self::Redeploy | Self::Deploy => "ecs:UpdateService",
            Self::StopTask => "ecs:StopTask",
            Self::RollBack => "ecs:StopServiceDeployment",
            Self::Range | Self::Suspend => "application-autoscaling:RegisterScalableTarget",
        }
    }
}

impl Change {
    pub fn verb(&self) -> Verb {
        match self {
            Self::Scale { .. } => Verb::Scale,
            Self::Redeploy { .. } => Verb::Redeploy,
            Self::Deploy { .. } => Verb::Deploy,
            Self::StopTask { .. } => Verb::StopTask,
            Self::RollBack { .. } => Verb::RollBack,
            Self::Range { .. } => Verb::Range,
            Self::Suspend { .. } => Verb::Suspend,
        }
    }

    /// The letter that confirms it: a way back has the same one whatever it takes.
    pub fn letter(&self) -> char {
        if self.is_way_back() { Verb::RollBack.letter() } else { self.verb().letter() }
    }

    pub fn cluster(&self) -> &ClusterId {
        match self {
            Self::Scale { cluster, .. }
            | Self::Redeploy { cluster, .. }
            | Self::Deploy { cluster, .. }
            | Self::StopTask { cluster, .. }
            | Self::RollBack { cluster, .. }
            | Self::Range { cluster, .. }
            | Self::Suspend { cluster, .. } => cluster,
        }
    }

    /// The service that notices it; `None` for a task that belongs to none.
    pub fn service(&self) -> Option<&ServiceId> {
        match self {
            Self::Scale { service, .. }
            | Self::Redeploy { service, .. }
            | Self::Deploy { service, .. }
            | Self::RollBack { service, .. }
            | Self::Range { service, .. }
            | Self::Suspend { service, .. } => Some(service),
            Self::StopTask { service, .. } => service.as_ref(),
        }
    }

    /// The ARN of what is changed.
    pub fn target(&self) -> &str {
        match self {
            Self::StopTask { task, .. } => task.as_str(),
            Self::RollBack { deployment, .. } => deployment.as_str(),
            other => other.service().map_or("", ServiceId::as_str),
        }
    }

    /// The account that the target is in, by its ARN.
    pub fn account(&self) -> Option<&str> {
        id::account(self.target()).or_else(|| id::account(self.cluster().as_str()))
    }

    /// A way back is never dearer than a way forward: it may be sent unchecked and unjournalled.
    pub fn is_way_back(&self) -> bool {
        matches!(self, Self::RollBack { .. } | Self::Deploy { back: true, .. })
    }

    /// It names by a whole id what shall be, so it may be sent although nothing could be checked.
    pub fn is_unmistakable(&self) -> bool {
        self.is_way_back()
    }

    /// What has changed since it was decided, as far as that holds it back. A way back minds only what it leaves.
    pub fn differences(&self, then: &Seen, now: &Seen) -> Vec<Difference> {
        let mut differences = then.differences(now);
        match self {
            // The id names one deployment; whether that still runs is asked by itself.
            Self::RollBack { .. } => differences.clear(),
            Self::Deploy { back: true, .. } => differences
                .retain(|difference| matches!(difference.aspect, Aspect::Definition | Aspect::Deployment)),
            _ => {}
        }
        differences
    }

    /// What people call it: `scale cart-api to 14`.
    pub fn told(&self) -> String {
        let name = self.service().map_or("", ServiceId::name);
        match self {
            Self::Scale { desired, .. } => format!("scale {name} to {desired}"),
            Self::Redeploy { .. } => format!("redeploy {name}"),
            Self::Deploy { definition, back, .. } => {
                let verb = if *back { "roll back" } else { "deploy" };
                format!("{verb} {name} to {}", definition.name())
            }
            Self::StopTask { task, service: Some(_), .. } => format!("stop task {} of {name}", task.short()),
            Self::StopTask { task, .. } => format!("stop task {}", task.short()),
            Self::RollBack { .. } => format!("roll back {name}"),
            Self::Range { min, max, .. } => format!("autoscale {name} between {min} and {max}"),
            Self::Suspend { suspension, .. } if suspension.is_none() => {
                format!("resume autoscaling of {name}")
            }
            Self::Suspend { .. } => format!("suspend autoscaling of {name}"),
        }
    }
}

/// One change as a person confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub context: ContextId,
    pub change: Change,
    /// What the person saw when they decided; the gate looks again and sends nothing when it is no longer so.
    pub seen: Seen,
    pub reason: Option<String>,
}
