//! An event as little more than its time, before anybody needs its text.

use super::super::super::Millis;

/// What an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Usual,
    /// A line of the stack trace below a usual one, from 0.
    Trace(u8),
    /// A health check of the container, and one of the load balancer.
    Check,
    Probe,
    /// A line of the start, from 0.
    Start(u8),
    /// It waits for what it will never get.
    Waiting,
    Signal,
    /// One of the last lines, from 0.
    End(u8),
}

#[derive(Clone, Copy, Debug)]
pub struct Spark {
    pub at: Millis,
    pub ingested: Millis,
    /// Its place among all events of the stream's second.
    pub seq: u32,
    /// Its text follows from it.
    pub seed: u64,
    pub what: What,
}
