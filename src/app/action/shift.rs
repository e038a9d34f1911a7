//! What answers to blue/green deployments name: what waits, and what a new deployment of CodeDeploy is made of.

use crate::fleet::Fleet;
use crate::fleet::codedeploy::{CodeDeployId, GroupId};
use crate::fleet::id::{DefinitionId, DeploymentId, ServiceId, Text};
use crate::fleet::shift::{self, Hold, HoldKind, Shift, ShiftId};

/// The blue/green deployment of a service.
pub fn shift_of(fleet: &Fleet, service: &ServiceId) -> Option<Shift> {
    shift::shift(fleet, fleet.service(service)?)
}

/// What waits for an answer, by all that the request has to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// A pause hook of ECS.
    Hook { deployment: DeploymentId, hook: Text },
    /// CodeDeploy, before it moves production traffic.
    Ready(CodeDeployId),
}

impl Waiting {
    /// What waits for a person in this shift; a function is no person.
    pub fn of(shift: &Shift) -> Option<Self> {
        let hold: &Hold = shift.hold.as_ref()?;
        match (&hold.kind, &shift.id) {
            (HoldKind::Pause(hook), ShiftId::Ecs(deployment)) => {
                Some(Self::Hook { deployment: deployment.clone(), hook: hook.id.clone() })
            }
            (HoldKind::Ready, ShiftId::CodeDeploy(id)) => Some(Self::Ready(id.clone())),
            _ => None,
        }
    }

    /// The deployment: an ARN of ECS, or CodeDeploy's id.
    pub fn deployment(&self) -> &str {
        match self {
            Self::Hook { deployment, .. } => deployment.as_str(),
            Self::Ready(id) => id.as_str(),
        }
    }
}

/// A new deployment of CodeDeploy (`CreateDeployment`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub group: GroupId,
    /// What it brings; `None` where only the file in S3 tells.
    pub definition: Option<DefinitionId>,
    pub spec: Spec,
    /// The deployment configuration; `None` takes the group's own.
    pub config: Option<Text>,
    /// The group's alarms do not stop this one (`overrideAlarmConfiguration`).
    pub ignores_alarms: bool,
    /// It goes back to what ran before.
    pub back: bool,
}

/// Where the AppSpec comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// The AppSpec itself, JSON or YAML.
    Content(Text),
    S3 {
        bucket: Text,
        key: Text,
    },
}

impl Release {
    pub fn definition_name(&self) -> &str {
        self.definition.as_ref().map_or("the revision in S3", |definition| definition.name())
    }
}
