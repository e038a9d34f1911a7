//! How the containers of a service write logs: what its task definition says of it, and what it writes.

use std::sync::Arc;

use super::super::super::Millis;
use super::super::super::name::{self, Purpose};

/// Where the lines of an application go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Driver {
    /// To CloudWatch Logs; through FireLens if there is a log router.
    #[default]
    CloudWatch,
    /// Through FireLens to Datadog; it needs a log router.
    Datadog,
    Splunk,
    /// The definition says nothing of logs.
    Nowhere,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    Json,
    Plain,
    /// One line for each request, as web servers write them.
    Access,
}

/// How many of a thousand lines have a level; the rest are `info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    pub error: u32,
    pub warn: u32,
    pub debug: u32,
}

/// A service's way to write logs.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    pub driver: Driver,
    /// `awslogs-region`, if it is another one than the cluster's.
    pub region: Option<Arc<str>>,
    /// The option `mode` is `blocking`.
    pub blocking: bool,
    /// The lines of a stack trace are one event.
    pub multiline: bool,
    pub style: Style,
    /// Levels are coloured, as if a person watched.
    pub colours: bool,
    /// Lines of each task in a thousand seconds.
    pub rate: u32,
    pub levels: Levels,
    /// Now and then more is written for a while.
    pub bursts: bool,
    /// Some errors have stack traces.
    pub traces: bool,
    /// Health checks are written down.
    pub checks: bool,
    /// How long it takes until CloudWatch Logs has a line, at least and at most.
    pub delay: (Millis, Millis),
    /// How many of a thousand batches are sent twice.
    pub doubled: u32,
    /// Lines are written from the first moment up to before the second only.
    pub window: Option<(Millis, Millis)>,
}

impl Setup {
    /// What a service does of which nothing is told: varied, and always the same for the same name and seed.
    pub fn usual(service: &str, seed: u64) -> Self {
        let number = name::derive(seed, Purpose::Log, name::number_of(service));
        let bits = |shift: u32, size: u64| (number >> shift) % size;
        let one_in = |shift: u32, size: u64| bits(shift, size) == 0;
        let web = ["web", "front", "proxy", "landing", "blog", "gateway"];
        let style = match bits(0, 8) {
            _ if web.iter().any(|word| service.contains(word)) => Style::Access,
            0..=4 => Style::Json,
            _ => Style::Plain,
        };
        let rate = 200 + 37 * u32::try_from(bits(4, 60)).unwrap_or_default();
        Self {
            driver: Driver::CloudWatch,
            region: None,
            blocking: !one_in(11, 3),
            multiline: one_in(14, 2),
            style,
            colours: style == Style::Plain && one_in(17, 3),
            rate,
            levels: Levels {
                error: u32::try_from(2 + bits(20, 12)).unwrap_or_default(),
                warn: u32::try_from(10 + bits(25, 40)).unwrap_or_default(),
                debug: if one_in(31, 5) { 300 } else { 0 },
            },
            bursts: true,
            traces: true,
            checks: style != Style::Json || one_in(34, 2),
            delay: (1_000, 10_000),
            doubled: 4,
            window: None,
        }
    }
}

/// What is told of a log group. Those of which nothing is told are as their names say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupTold {
    /// Somebody deleted it.
    pub deleted: bool,
    pub infrequent: bool,
    /// Days.
    pub retention: Option<u32>,
}
