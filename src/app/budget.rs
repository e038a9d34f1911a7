//! What our requests cost: calls per throttle bucket, the share in use, and what was refused.

use chrono::{DateTime, Utc};

use crate::fleet::bucket::Bucket;
use crate::fleet::id::ContextId;

/// The requests of one context, bucket by bucket; only buckets that were used.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Budget {
    pub context: ContextId,
    pub buckets: Vec<BucketUse>,
    /// Requests on their way.
    pub in_flight: usize,
}

/// One throttle bucket, as we use it.
#[derive(Debug, Clone, PartialEq)]
pub struct BucketUse {
    pub bucket: Bucket,
    /// Calls per second that we allow ourselves at present, after slowing down.
    pub allowed: f64,
    /// Calls sent within the last 60 seconds.
    pub sent: u32,
    /// Calls that AWS refused for the rate within the last 60 seconds.
    pub refused: u32,
    /// Calls sent and refused since the start.
    pub sent_total: u64,
    pub refused_total: u64,
    /// Requests that wait for their turn.
    pub waiting: u32,
    /// When AWS last refused one.
    pub refused_at: Option<DateTime<Utc>>,
}
