//! Changes to AWS as data: what is to be changed, what was seen when it was planned, and what became of it.

pub mod appspec;
pub mod ask;
pub mod candidate;
pub mod command_line;
pub mod dialog;
pub mod gate;
pub mod needs;
pub mod operation;
pub mod preview;
pub mod release;
pub mod risk;
pub mod seen;
pub mod settle;
pub mod shift;
pub mod verb;

use self::seen::{Aspect, Difference, Seen};
use self::shift::{Release, Waiting};
pub use self::verb::Verb;
use crate::fleet::codedeploy::CodeDeployId;
use crate::fleet::id::{self, ClusterId, ContextId, DefinitionId, DeploymentId, ServiceId, TaskId, Text};
use crate::fleet::percent::Percent;
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
    /// Says yes to a deployment that waits for a person.
    Continue {
        cluster: ClusterId,
        service: ServiceId,
        waiting: Waiting,
        /// The share of production that this answer authorises in the end; `None` where it moves none.
        to: Option<Percent>,
    },
    /// Says no at a pause hook of ECS: everything goes back.
    Refuse {
        cluster: ClusterId,
        service: ServiceId,
        deployment: DeploymentId,
        hook: Text,
    },
    /// Stops a deployment of CodeDeploy; `back` when its traffic returns to blue, else it stays where it is.
    StopShift {
        cluster: ClusterId,
        service: ServiceId,
        deployment: CodeDeployId,
        back: bool,
    },
    /// Ends the time for which CodeDeploy keeps blue.
    RemoveBlue {
        cluster: ClusterId,
        service: ServiceId,
        deployment: CodeDeployId,
    },
    /// A new deployment of CodeDeploy.
    Release {
        cluster: ClusterId,
        service: ServiceId,
        release: Box<Release>,
    },
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
            Self::Continue { .. } => Verb::Continue,
            Self::Refuse { .. } => Verb::Refuse,
            Self::StopShift { back: true, .. } => Verb::StopShift,
            Self::StopShift { back: false, .. } => Verb::StopOnly,
            Self::RemoveBlue { .. } => Verb::RemoveBlue,
            Self::Release { .. } => Verb::Release,
        }
    }

    /// The IAM action that it needs.
    pub fn permission(&self) -> &'static str {
        match self {
            Self::Scale { .. } | Self::Redeploy { .. } | Self::Deploy { .. } => "ecs:UpdateService",
            Self::StopTask { .. } => "ecs:StopTask",
            Self::RollBack { .. } => "ecs:StopServiceDeployment",
            Self::Range { .. } | Self::Suspend { .. } => "application-autoscaling:RegisterScalableTarget",
            Self::Continue { waiting: Waiting::Hook { .. }, .. } | Self::Refuse { .. } => {
                "ecs:ContinueServiceDeployment"
            }
            Self::Continue { waiting: Waiting::Ready(_), .. } | Self::RemoveBlue { .. } => {
                "codedeploy:ContinueDeployment"
            }
            Self::StopShift { .. } => "codedeploy:StopDeployment",
            Self::Release { .. } => "codedeploy:CreateDeployment",
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
            | Self::Suspend { cluster, .. }
            | Self::Continue { cluster, .. }
            | Self::Refuse { cluster, .. }
            | Self::StopShift { cluster, .. }
            | Self::RemoveBlue { cluster, .. }
            | Self::Release { cluster, .. } => cluster,
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
            | Self::Suspend { service, .. }
            | Self::Continue { service, .. }
            | Self::Refuse { service, .. }
            | Self::StopShift { service, .. }
            | Self::RemoveBlue { service, .. }
            | Self::Release { service, .. } => Some(service),
            Self::StopTask { service, .. } => service.as_ref(),
        }
    }

    /// What is changed: its ARN, or CodeDeploy's id of a deployment.
    pub fn target(&self) -> &str {
        match self {
            Self::StopTask { task, .. } => task.as_str(),
            Self::RollBack { deployment, .. } | Self::Refuse { deployment, .. } => deployment.as_str(),
            Self::Continue { waiting, .. } => waiting.deployment(),
            Self::StopShift { deployment, .. } | Self::RemoveBlue { deployment, .. } => deployment.as_str(),
            other => other.service().map_or("", ServiceId::as_str),
        }
    }

    /// The account that the target is in, by its ARN.
    pub fn account(&self) -> Option<&str> {
        id::account(self.target()).or_else(|| id::account(self.cluster().as_str()))
    }

    /// It answers a deployment that goes on by itself: somebody else or the time may have answered it first.
    pub fn is_answer(&self) -> bool {
        matches!(
            self,
            Self::Continue { .. } | Self::Refuse { .. } | Self::StopShift { .. } | Self::RemoveBlue { .. }
        )
    }

    /// A way back is never dearer than a way forward: it may be sent unchecked and unjournalled.
    pub fn is_way_back(&self) -> bool {
        match self {
            Self::RollBack { .. } | Self::Refuse { .. } => true,
            Self::Deploy { back, .. } | Self::StopShift { back, .. } => *back,
            Self::Release { release, .. } => release.back,
            _ => false,
        }
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
            Self::RollBack { .. } | Self::Refuse { .. } | Self::StopShift { back: true, .. } => {
                differences.clear();
            }
            Self::Release { release, .. } if release.back => {
                differences.retain(|difference| difference.aspect == Aspect::Deployment);
            }
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
            Self::Continue { to: Some(to), .. } => format!("continue {name} to {to}"),
            Self::Continue { to: None, .. } => format!("continue {name}"),
            Self::Refuse { .. } => format!("refuse {name} and roll back"),
            Self::StopShift { back: true, .. } => format!("stop and roll back {name}"),
            Self::StopShift { .. } => format!("stop {name} without rolling back"),
            Self::RemoveBlue { .. } => format!("remove blue of {name}"),
            Self::Release { release, .. } => {
                let verb = if release.back { "roll back" } else { "deploy" };
                format!("{verb} {name} to {} through CodeDeploy", release.definition_name())
            }
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
