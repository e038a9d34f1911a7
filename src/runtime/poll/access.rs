//! Whether the credentials of a context are valid: when they end, everybody waits and one task looks out for new ones.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time;
use tokio_util::task::AbortOnDropHandle;

use super::ask::Ask;
use crate::fleet::observation::Observation;
use crate::fleet::topic::{Failure, FailureKind, Subject};

/// How often expired credentials are tried again.
pub const LOOK_OUT: Duration = Duration::from_secs(5);

/// The gate that all pollers of a context pass; cheap to clone.
#[derive(Debug, Clone)]
pub struct Access {
    valid: Arc<watch::Sender<bool>>,
    hurry: Arc<Notify>,
}

/// An open gate.
impl Default for Access {
    fn default() -> Self {
        Self { valid: Arc::new(watch::Sender::new(true)), hurry: Arc::default() }
    }
}

impl Access {
    pub fn is_valid(&self) -> bool {
        *self.valid.borrow()
    }

    /// The credentials ended: everybody waits from here on.
    pub fn lost(&self) {
        self.valid.send_replace(false);
    }

    /// Somebody wants to know at once whether they are valid again.
    pub fn hurry(&self) {
        if !self.is_valid() {
            self.hurry.notify_one();
        }
    }

    /// Waits until the credentials are valid.
    pub async fn valid(&self) {
        // The sender lives in `self`, so this cannot fail before it holds.
        let _ = self.valid.subscribe().wait_for(|valid| *valid).await;
    }

    /// Watches over the gate: while it is shut, STS is asked who we are, which needs no permission.
    pub fn guard(&self, ask: Ask) -> AbortOnDropHandle<()> {
        AbortOnDropHandle::new(tokio::spawn(self.clone().look_out(ask)))
    }

    async fn look_out(self, ask: Ask) {
        let mut changes = self.valid.subscribe();
        loop {
            if changes.wait_for(|valid| !*valid).await.is_err() {
                return;
            }
            // At least this pause, for ECS may refuse what STS accepts.
            let _ = time::timeout(LOOK_OUT, self.hurry.notified()).await;
            match ask.get_caller_identity().await {
                Err(failure) if is_about_credentials(&failure) => {
                    ask.failed(Subject::Identity, failure, Some(LOOK_OUT)).await;
                }
                answer => {
                    // Any other failure tells nothing about the credentials: some networks reach ECS and no STS.
                    self.valid.send_replace(true);
                    if let Ok(identity) = answer {
                        ask.observe(Observation::Identity { context: ask.context(), identity }).await;
                        ask.answered(Subject::Identity).await;
                    }
                }
            }
        }
    }
}

/// The failure says that nobody will be answered until there are new credentials.
pub fn is_about_credentials(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Expired | FailureKind::NoCredentials)
}
