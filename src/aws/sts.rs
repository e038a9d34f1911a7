//! STS: whose credentials these are.

use crate::fleet::id;
use crate::fleet::observation::Identity;
use crate::fleet::topic::Failure;

use super::error;

/// The adapter of STS; cheap to clone.
#[derive(Debug, Clone)]
pub struct Sts {
    client: aws_sdk_sts::Client,
}

impl Sts {
    pub(super) fn new(client: aws_sdk_sts::Client) -> Self {
        Self { client }
    }

    /// `aws sts get-caller-identity`
    ///
    /// It needs no permission, so it also tells whether the credentials are valid.
    pub async fn get_caller_identity(&self) -> Result<Identity, Failure> {
        const OPERATION: &str = "GetCallerIdentity";
        let answer = self.client.get_caller_identity().send().await;
        let answer = answer.map_err(|error| error::failure(OPERATION, &error))?;
        let arn = answer.arn().unwrap_or_default();
        let account = answer.account().or_else(|| id::account(arn));
        let account = account.ok_or_else(|| error::absent(OPERATION, "the answer names no account"))?;
        Ok(Identity { account: account.into(), arn: arn.into() })
    }
}
