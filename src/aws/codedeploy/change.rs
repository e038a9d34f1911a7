//! What CodeDeploy can be asked to change: each method is exactly one request and uses up one permit.
//!
//! What means the opposite has a method of its own: the two kinds of waiting share no code that could mix them up.

use aws_sdk_codedeploy::operation::RequestId;
use aws_sdk_codedeploy::types as sdk;

use super::CodeDeploy;
use crate::aws::accepted::Accepted;
use crate::aws::error::change_failure;
use crate::aws::permit::Permit;
use crate::fleet::codedeploy::{CodeDeployId, GroupId};
use crate::fleet::id::Text;
use crate::fleet::topic::Failure;

/// What IAM calls this service in its actions.
const IAM: &str = "codedeploy";

/// A deployment to be made (`CreateDeployment`).
#[derive(Debug, Clone, Copy)]
pub struct NewDeployment<'a> {
    pub group: &'a GroupId,
    pub spec: AppSpec<'a>,
    /// `None` takes the group's own.
    pub config: Option<&'a str>,
    /// Alarms do not stop this one, whatever the group says; needs codedeploy:UpdateDeploymentGroup as well.
    pub ignores_alarms: bool,
    pub description: Option<&'a str>,
}

/// Where the AppSpec comes from.
#[derive(Debug, Clone, Copy)]
pub enum AppSpec<'a> {
    /// JSON or YAML.
    Content(&'a str),
    S3 {
        bucket: &'a str,
        key: &'a str,
    },
}

impl CodeDeploy {
    /// `aws deploy continue-deployment --deployment-id … --deployment-wait-type READY_WAIT`: moves production traffic.
    pub async fn reroute(&self, permit: Permit, id: &CodeDeployId) -> Result<Accepted, Failure> {
        permit.spend();
        let request = self.client.get().continue_deployment().deployment_id(id.as_str());
        let answer = request.deployment_wait_type(sdk::DeploymentWaitType::ReadyWait).send().await;
        let answer = answer.map_err(|error| change_failure(IAM, "ContinueDeployment", &error))?;
        Ok(accepted(answer.request_id()))
    }

    /// `aws deploy continue-deployment --deployment-id … --deployment-wait-type TERMINATION_WAIT`: removes blue.
    pub async fn remove_blue(&self, permit: Permit, id: &CodeDeployId) -> Result<Accepted, Failure> {
        permit.spend();
        let request = self.client.get().continue_deployment().deployment_id(id.as_str());
        let answer = request.deployment_wait_type(sdk::DeploymentWaitType::TerminationWait).send().await;
        let answer = answer.map_err(|error| change_failure(IAM, "ContinueDeployment", &error))?;
        Ok(accepted(answer.request_id()))
    }

    /// `aws deploy stop-deployment --deployment-id … --auto-rollback-enabled` (or `--no-auto-rollback-enabled`)
    ///
    /// Whether it goes back is always sent: without it the group's own rule would decide.
    pub async fn stop(&self, permit: Permit, id: &CodeDeployId, back: bool) -> Result<Accepted, Failure> {
        permit.spend();
        let request =
            self.client.get().stop_deployment().deployment_id(id.as_str()).auto_rollback_enabled(back);
        let answer = request.send().await.map_err(|error| change_failure(IAM, "StopDeployment", &error))?;
        Ok(accepted(answer.request_id()))
    }

    /// `aws deploy create-deployment --application-name … --deployment-group-name … --revision …`
    pub async fn create(&self, permit: Permit, new: NewDeployment<'_>) -> Result<Accepted, Failure> {
        permit.spend();
        let request = self.client.get().create_deployment().application_name(&*new.group.application);
        let request = request.deployment_group_name(&*new.group.name).revision(revision(new.spec));
        let request = request.set_deployment_config_name(new.config.map(str::to_owned));
        let request = request.set_description(new.description.map(str::to_owned));
        let none = sdk::AlarmConfiguration::builder().enabled(false).build();
        let request = request.set_override_alarm_configuration(new.ignores_alarms.then_some(none));
        let answer = request.send().await.map_err(|error| change_failure(IAM, "CreateDeployment", &error))?;
        let release = answer.deployment_id().map(CodeDeployId::new);
        Ok(Accepted { release, ..accepted(answer.request_id()) })
    }
}

fn accepted(request_id: Option<&str>) -> Accepted {
    Accepted { request_id: request_id.map(Text::from), ..Accepted::default() }
}

fn revision(spec: AppSpec<'_>) -> sdk::RevisionLocation {
    let location = sdk::RevisionLocation::builder();
    match spec {
        AppSpec::Content(content) => {
            let content = sdk::AppSpecContent::builder().content(content).build();
            location
                .revision_type(sdk::RevisionLocationType::AppSpecContent)
                .app_spec_content(content)
                .build()
        }
        AppSpec::S3 { bucket, key } => {
            let is_json = key.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"));
            let kind = if is_json { sdk::BundleType::Json } else { sdk::BundleType::Yaml };
            let file = sdk::S3Location::builder().bucket(bucket).key(key).bundle_type(kind).build();
            location.revision_type(sdk::RevisionLocationType::S3).s3_location(file).build()
        }
    }
}
