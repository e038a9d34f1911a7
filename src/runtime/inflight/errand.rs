//! One request about deployments in flight.

use std::collections::BTreeSet;

use crate::fleet::codedeploy::CodeDeployId;
use crate::fleet::id::{ClusterId, DeploymentId, ServiceId, Text};

/// What one request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// DescribeServiceDeployments.
    Ecs(Vec<DeploymentId>),
    /// BatchGetDeployments.
    Deployments(Vec<CodeDeployId>),
    /// BatchGetDeploymentTargets of one deployment.
    Target(CodeDeployId, ClusterId, ServiceId),
    /// BatchGetDeploymentGroups of one application.
    Groups(Text, Vec<Text>),
    /// GetDeploymentConfig.
    Routing(Text),
    /// ListDeployments of what has begun, and a BatchGetDeployments of those that are not among these.
    Begun(BTreeSet<CodeDeployId>),
}

/// The operation of a request: one may be denied while the others are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Ecs,
    Deployments,
    Target,
    Groups,
    Routing,
    Begun,
}

/// Who is asked; each has a pace of its own, and one request on its way at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Lane {
    Ecs,
    CodeDeploy,
}

impl Errand {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Ecs(_) => Kind::Ecs,
            Self::Deployments(_) => Kind::Deployments,
            Self::Target(..) => Kind::Target,
            Self::Groups(..) => Kind::Groups,
            Self::Routing(_) => Kind::Routing,
            Self::Begun(_) => Kind::Begun,
        }
    }

    pub fn lane(&self) -> Lane {
        self.kind().lane()
    }
}

impl Kind {
    pub fn lane(self) -> Lane {
        match self {
            Self::Ecs => Lane::Ecs,
            Self::Deployments | Self::Target | Self::Groups | Self::Routing | Self::Begun => Lane::CodeDeploy,
        }
    }
}
