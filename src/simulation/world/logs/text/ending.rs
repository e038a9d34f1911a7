//! The first and the last words of a container.

use std::fmt::Write;

use super::super::super::super::Millis;
use super::super::super::definition::Role;
use super::super::spark::{Spark, What};
use super::super::stream::{End, Stream};
use super::{Level, frame};

/// How many lines a container starts with; all come within two and a half seconds.
pub fn start_lines(stream: &Stream) -> u8 {
    match stream.role {
        Role::App if stream.setup.window.is_some() => 1,
        Role::App if stream.doomed.is_some() => 5,
        Role::App => 6,
        Role::Envoy => 3,
        Role::LogRouter => 2,
    }
}

/// How many lines a container ends with, all at the moment of its end.
pub fn end_lines(stream: &Stream) -> u8 {
    match (&stream.end, stream.role) {
        (End::Silent, _) => 0,
        (End::Missing(_), _) => 4,
        (End::Exited(_) | End::Asked, _) => 1,
    }
}

/// A line of the start, from 0.
pub fn start(stream: &Stream, spark: &Spark, line: u8, out: &mut String) {
    let mut say = |message: std::fmt::Arguments<'_>| {
        frame::say(out, stream, spark.at, Level::Info, message, format_args!(""));
    };
    let service = &*stream.service;
    match line {
        0 => say(format_args!("starting {service}")),
        1 => say(format_args!("configuration read from the environment")),
        2 => say(format_args!("log level info, {} worker threads", 2 + stream.seed % 7)),
        3 if stream.doomed.is_some() => say(format_args!("connecting to the database")),
        3 => say(format_args!("database pool ready, {} connections", 5 + stream.seed % 16)),
        4 if stream.doomed.is_some() => waiting(stream, spark, out),
        4 => say(format_args!("caches warmed in {}ms", 80 + stream.seed % 400)),
        _ if stream.alone => say(format_args!("run begins")),
        _ => say(format_args!("ready")),
    }
}

/// A doomed start goes on for some seconds.
pub fn waiting(stream: &Stream, spark: &Spark, out: &mut String) {
    let name = stream.doomed.as_deref().unwrap_or("DB_URL");
    let waited = seconds(spark.at - stream.begins);
    let message = format_args!("{name} is not set, waiting for the parameter store ({waited}s)");
    frame::say(out, stream, spark.at, Level::Warn, message, format_args!(""));
}

pub fn signal(stream: &Stream, spark: &Spark, out: &mut String) {
    let message = format_args!("received SIGTERM, finishing {} requests", spark.seed % 14);
    frame::say(out, stream, spark.at, Level::Info, message, format_args!(""));
}

pub fn end(stream: &Stream, spark: &Spark, line: u8, out: &mut String) {
    let mut say = |level: Level, message: std::fmt::Arguments<'_>| {
        frame::say(out, stream, spark.at, level, message, format_args!(""));
    };
    match (&stream.end, line) {
        (End::Missing(name), 0) => {
            say(Level::Error, format_args!("start failed: environment variable {name} is not set"));
        }
        // A panic is written past the logger.
        (End::Missing(_), 1) => out.push_str("thread 'main' panicked at src/config.rs:41:14:"),
        (End::Missing(name), 2) => {
            let _ = write!(out, "{name} must be set: NotPresent");
        }
        (End::Missing(_), _) => {
            out.push_str("note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace");
        }
        (End::Exited(0), _) => say(Level::Info, format_args!("run finished")),
        (End::Exited(code), _) => say(
            Level::Error,
            format_args!(
                "row {} is out of balance, giving up with exit code {code}",
                10_000 + spark.seed % 89_999
            ),
        ),
        (End::Asked | End::Silent, _) => {
            let took = stream.signalled.map_or(0, |signalled| spark.at - signalled);
            say(Level::Info, format_args!("shutdown complete after {}.{}s", took / 1000, took % 1000 / 100));
        }
    }
}

/// What sidecars say besides their work.
pub fn sidecar(stream: &Stream, spark: &Spark, out: &mut String) {
    if stream.role == Role::Envoy {
        out.push('[');
        frame::time(out, spark.at, "-", ' ', '.');
        out.push_str("][1][info][main] ");
        out.push_str(match spark.what {
            What::Start(0) => "initializing epoch 0 (version: 1.31.4)",
            What::Start(1) => "admin address: 127.0.0.1:9901",
            What::Start(_) => "all dependencies initialized. starting workers",
            What::Signal => "caught SIGTERM, draining listeners",
            _ => "exiting",
        });
        return;
    }
    if spark.what == What::Start(0) {
        return out.push_str("Fluent Bit v1.9.10");
    }
    out.push('[');
    frame::time(out, spark.at, "/", ' ', '\0');
    out.push_str(match spark.what {
        What::Start(_) => "] [ info] [engine] started (pid=1)",
        What::Signal => "] [engine] caught signal (SIGTERM)",
        _ => "] [ info] [engine] service has stopped (0 pending tasks)",
    });
}

fn seconds(span: Millis) -> Millis {
    span.max(0) / 1000
}
