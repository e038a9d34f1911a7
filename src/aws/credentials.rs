//! Credentials that outlive the first look: keys in a file are read again, and what was asked for is not asked twice.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_credential_types::provider::{Result, future};
use aws_sdk_ecs::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::time::SharedTimeSource;

/// Keys of a file count as valid for this long, then the file is read again (the SDK does so 10 s before the end).
const KEYS_LAST: Duration = Duration::from_secs(30);

/// The keys that stand in a profile. Many tools renew a session by writing new keys there; the SDK alone would use
/// the old ones until the program ends.
#[derive(Debug)]
pub(super) struct FromFile {
    profile: Option<String>,
    now: SharedTimeSource,
}

impl FromFile {
    pub(super) fn new(profile: Option<String>, now: SharedTimeSource) -> Self {
        Self { profile, now }
    }

    async fn read(&self) -> Result {
        let mut builder = ProfileFileCredentialsProvider::builder();
        if let Some(profile) = &self.profile {
            builder = builder.profile_name(profile);
        }
        let mut credentials = builder.build().provide_credentials().await?;
        if credentials.expiry().is_none() {
            *credentials.expiry_mut() = Some(self.now.now() + KEYS_LAST);
        }
        Ok(credentials)
    }
}

impl ProvideCredentials for FromFile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.read())
    }
}

/// Hands out the credentials that were asked for at the start, then leaves it to the provider they came from.
#[derive(Debug)]
pub(super) struct Seeded {
    first: Credentials,
    spent: AtomicBool,
    provider: SharedCredentialsProvider,
}

impl Seeded {
    pub(super) fn new(first: Credentials, provider: SharedCredentialsProvider) -> Self {
        Self { first, spent: AtomicBool::new(false), provider }
    }
}

impl ProvideCredentials for Seeded {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        if self.spent.swap(true, Ordering::Relaxed) {
            return self.provider.provide_credentials();
        }
        future::ProvideCredentials::ready(Ok(self.first.clone()))
    }
}
