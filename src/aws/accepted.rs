//! What AWS answered to a change that it took on, which is not yet a change that is done.

use crate::fleet::codedeploy::CodeDeployId;
use crate::fleet::id::{DeploymentId, Text};
use crate::fleet::service::Service;

/// A change that AWS took on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accepted {
    /// What AWS calls the request.
    pub request_id: Option<Text>,
    /// The service deployment that the answer names. After an update it may still be the one before: only what
    /// was created after the request is its doing.
    pub deployment: Option<DeploymentId>,
    /// The deployment of CodeDeploy that was made.
    pub release: Option<CodeDeployId>,
    /// The service as the answer describes it, without its events.
    pub service: Option<Service>,
}
