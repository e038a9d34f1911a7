//! What the screen needs from AWS, as data: standing wishes with their cadence, and which rows come first.

use std::collections::BTreeSet;

use crate::fleet::id::ServiceId;
use crate::fleet::topic::Topic;

/// How often a topic is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    /// Once; again only when somebody asks or it failed.
    Once,
    /// Every so many seconds.
    Seconds(u32),
}

/// A standing wish. A changed cadence is another wish: its poller starts anew and looks at once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subscription {
    pub topic: Topic,
    pub cadence: Cadence,
}

/// Which services come first when all of them are described in turn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interest {
    /// Rows on the screen: every 5 s, one request per second in all.
    pub visible: BTreeSet<ServiceId>,
    /// Deploying or failing: every 2 s.
    pub urgent: BTreeSet<ServiceId>,
}
