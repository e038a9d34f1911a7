//! The words of log lines, written only for those who read them.

mod ending;
mod frame;
mod sidecar;
mod trace;
mod usual;

use super::super::super::Millis;
use super::super::definition::Role;
use super::setup::Style;
use super::spark::{Spark, What};
use super::stream::Stream;

pub use self::ending::{end_lines, start_lines};
pub use self::trace::lines as trace_lines;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// More of the lines of a thousand are errors while a task answers health checks wrongly.
const ILL: u32 = 250;

impl Level {
    /// The level of a usual line.
    fn of(stream: &Stream, at: Millis, seed: u64) -> Self {
        let levels = stream.setup.levels;
        let ill = stream.ill.is_some_and(|since| at >= since);
        let error = levels.error + if ill { ILL } else { 0 };
        let number = u32::try_from((seed >> 20) % 1000).unwrap_or_default();
        if number < error {
            Self::Error
        } else if number < error + levels.warn {
            Self::Warn
        } else if number < error + levels.warn + levels.debug {
            Self::Debug
        } else {
            Self::Info
        }
    }
}

/// Whether a usual line is an error with a stack trace.
pub fn has_trace(stream: &Stream, at: Millis, seed: u64) -> bool {
    stream.setup.traces
        && stream.role == Role::App
        && stream.setup.style != Style::Access
        && (seed >> 40).is_multiple_of(3)
        && Level::of(stream, at, seed) == Level::Error
}

/// Writes the message of an event.
pub fn write(stream: &Stream, spark: &Spark, out: &mut String) {
    match (stream.role, spark.what) {
        (Role::Envoy, What::Usual) => sidecar::envoy(stream, spark, out),
        (Role::LogRouter, What::Usual) => sidecar::router(spark, out),
        (Role::Envoy | Role::LogRouter, _) => ending::sidecar(stream, spark, out),
        (Role::App, What::Usual) => usual::write(stream, spark, out),
        (Role::App, What::Trace(line)) => trace::line(stream, spark.seed, line, out),
        (Role::App, What::Check) => usual::check(stream, spark, out),
        (Role::App, What::Probe) => usual::probe(stream, spark, out),
        (Role::App, What::Start(line)) => ending::start(stream, spark, line, out),
        (Role::App, What::Waiting) => ending::waiting(stream, spark, out),
        (Role::App, What::Signal) => ending::signal(stream, spark, out),
        (Role::App, What::End(line)) => ending::end(stream, spark, line, out),
    }
}
