//! Tags: only the few that say something about changes are kept, and nothing is lost where they may not be read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_ecs::types as sdk;

use super::Ecs;
use crate::fleet::id::Text;
use crate::fleet::topic::{Failure, FailureKind};

/// The stack that manages a service (CloudFormation writes it).
const STACK: &str = "aws:cloudformation:stack-name";
/// What people write to have a service or cluster guarded.
const PROTECT: &str = "fargate-top:protect";

/// Whether descriptions are asked for with tags; all clones of an adapter share it.
#[derive(Debug, Clone)]
pub(super) struct Tagging(Arc<AtomicBool>);

impl Default for Tagging {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl Tagging {
    pub(super) fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Ecs {
    /// Descriptions come with their tags; where not, nobody knows what protects a service.
    pub fn reads_tags(&self) -> bool {
        self.tagging.is_on()
    }

    /// The adapter without tags, for a description that failed with them and may succeed without.
    ///
    /// Whether tags need a permission of their own (`ecs:ListTagsForResource`) is not documented, and some
    /// partitions do not know them in descriptions: a service is worth more than its tags.
    pub fn without_tags(&self, failure: &Failure) -> Option<Self> {
        let about_tags = match &failure.kind {
            FailureKind::Denied { action: Some(action) } => !action.ends_with(&*failure.operation),
            FailureKind::Unsupported | FailureKind::Refused => true,
            _ => false,
        };
        let bare = Tagging(Arc::new(AtomicBool::new(false)));
        (about_tags && self.reads_tags()).then(|| Self { tagging: bare, ..self.clone() })
    }

    /// The same description succeeded without tags: from here on none are asked for, if the failure spoke of them.
    /// One that only happened to pass is no reason not to know what is protected.
    pub fn give_up_tags(&self, failure: &Failure) {
        let words = failure.message.to_ascii_lowercase();
        let about_tags = match &failure.kind {
            FailureKind::Denied { action: Some(action) } => action.contains("Tag"),
            FailureKind::Unsupported | FailureKind::Refused => {
                words.contains("tags") || words.contains("include")
            }
            _ => false,
        };
        if about_tags {
            self.tagging.0.store(false, Ordering::Relaxed);
        }
    }
}

pub(super) fn stack(tags: &[sdk::Tag]) -> Option<Text> {
    value(tags, STACK)
}

pub(super) fn protect(tags: &[sdk::Tag]) -> Option<Text> {
    value(tags, PROTECT)
}

/// A tag may have no value; that it is there says something.
fn value(tags: &[sdk::Tag], key: &str) -> Option<Text> {
    let tag = tags.iter().find(|tag| tag.key() == Some(key))?;
    Some(tag.value().unwrap_or_default().into())
}
