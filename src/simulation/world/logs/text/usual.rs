//! What an application says while it works: requests, jobs and what goes wrong with them.

use std::fmt::Write;

use super::super::super::super::name::Purpose;
use super::super::super::super::name::derive;
use super::super::setup::Style;
use super::super::spark::Spark;
use super::super::stream::Stream;
use super::{Level, frame, has_trace, trace};

const PATHS: [&str; 8] =
    ["", "/search", "/items", "/items/{id}", "/{id}", "/{id}/status", "/recent", "/batch"];
const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8)",
    "okhttp/4.12.0",
    "python-requests/2.32.3",
];

/// What a line is about, from its seed.
struct About {
    id: u64,
    /// Milliseconds.
    took: u64,
    trace: u64,
    pick: u64,
}

impl About {
    fn of(seed: u64) -> Self {
        let rest = derive(seed, Purpose::Log, 1);
        // Most are quick, a few take long.
        let spread = rest & 0x3F;
        Self { id: 10_000 + rest % 89_999, took: 2 + spread * spread / 12, trace: rest, pick: rest >> 32 }
    }
}

/// What the service deals with: the first word of its name.
fn subject(stream: &Stream) -> &str {
    stream.service.split('-').next().unwrap_or("item")
}

pub fn write(stream: &Stream, spark: &Spark, out: &mut String) {
    let level = Level::of(stream, spark.at, spark.seed);
    let about = About::of(spark.seed);
    if stream.setup.style == Style::Access {
        return access(stream, spark, &about, level, out);
    }
    let (subject, id, took) = (subject(stream), about.id, about.took);
    let traced = has_trace(stream, spark.at, spark.seed);
    let status = match level {
        Level::Error if about.pick.is_multiple_of(2) => 500,
        Level::Error => 502,
        Level::Warn if about.pick.is_multiple_of(3) => 429,
        _ => 200,
    };
    let took = if level == Level::Warn { took + 800 } else { took };
    if stream.setup.style == Style::Json {
        json(stream, spark, &about, (level, status, took), traced, out);
        return;
    }
    let mut say = |message: std::fmt::Arguments<'_>| {
        frame::say(out, stream, spark.at, level, message, format_args!(""));
    };
    match (level, about.pick % 6) {
        (Level::Debug, 0..3) => say(format_args!("cache hit {subject}:{id}")),
        (Level::Debug, _) => say(format_args!("select {subject} where id = {id} took {took}ms")),
        (Level::Info, 0) => say(format_args!("stored {subject} {id} in {took}ms")),
        (Level::Info, 1) => say(format_args!("{subject} {id} loaded from cache")),
        (Level::Info, 2) => {
            say(format_args!("published event {subject}.updated id={id} partition={}", id % 12));
        }
        (Level::Info, 3) => say(format_args!("job {id} done in {took}ms, {} left in queue", about.pick % 40)),
        (Level::Info, _) => say(format_args!("GET /v1/{subject}/{id} {status} {took}ms")),
        (Level::Warn, 0..3) => say(format_args!("slow query on {subject}: {took}ms (limit 500ms)")),
        (Level::Warn, _) => say(format_args!("retrying {subject} {id}, attempt {} of 5", 2 + about.pick % 3)),
        (Level::Error, _) => say(format_args!("{subject} {id} failed: {}", trace::cause(spark.seed))),
    }
    if traced && stream.setup.multiline {
        for line in 0..trace::lines(spark.seed) {
            out.push('\n');
            trace::line(stream, spark.seed, line, out);
        }
    }
}

fn json(
    stream: &Stream,
    spark: &Spark,
    about: &About,
    (level, status, took): (Level, u32, u64),
    traced: bool,
    out: &mut String,
) {
    let (subject, id) = (subject(stream), about.id);
    let (high, low) = (about.trace, spark.seed);
    let mut say = |message: std::fmt::Arguments<'_>| {
        if level == Level::Debug {
            return frame::say(
                out,
                stream,
                spark.at,
                level,
                message,
                format_args!(",\"duration_ms\":{took},\"rows\":{}", about.pick % 30),
            );
        }
        let fields = format_args!(
            ",\"method\":\"{}\",\"path\":\"/v1/{subject}/{id}\",\"status\":{status},\"duration_ms\":{took},\
             \"trace_id\":\"{high:016x}{low:016x}\"",
            if about.pick.is_multiple_of(4) { "POST" } else { "GET" }
        );
        frame::say(out, stream, spark.at, level, message, fields);
    };
    match level {
        Level::Debug => say(format_args!("query finished")),
        Level::Info => say(format_args!("request completed")),
        Level::Warn if status == 429 => say(format_args!("rate limit reached for client {}", id % 500)),
        Level::Warn => say(format_args!("slow request")),
        Level::Error => say(format_args!("request failed: {}", trace::cause(spark.seed))),
    }
    if traced {
        out.pop();
        out.push_str(",\"stack\":\"");
        for line in 0..trace::lines(spark.seed) {
            if line > 0 {
                out.push_str("\\n");
            }
            let from = out.len();
            trace::line(stream, spark.seed, line, out);
            // Indentation by tabs and quotes are escaped in JSON.
            let text = out.split_off(from).replace('\t', "\\t").replace('"', "\\\"");
            out.push_str(&text);
        }
        out.push_str("\"}");
    }
}

/// `10.0.3.7 - - [time] "GET /path HTTP/1.1" 200 5123 "-" "agent" 0.012`
fn access(stream: &Stream, spark: &Spark, about: &About, level: Level, out: &mut String) {
    if level == Level::Error && about.pick.is_multiple_of(2) {
        let message = format_args!(
            "*{} upstream timed out (110: Connection timed out) while reading response header from upstream",
            about.id
        );
        return frame::say(out, stream, spark.at, level, message, format_args!(""));
    }
    let status = match (level, about.pick % 20) {
        (Level::Error, _) => 502,
        (Level::Warn, 0..10) => 404,
        (Level::Warn, _) => 499,
        (_, 0..3) => 304,
        _ => 200,
    };
    let pick = |size: usize| usize::try_from(about.pick).unwrap_or_default() % size;
    let path = PATHS.get(pick(PATHS.len())).unwrap_or(&"");
    let agent = AGENTS.get(pick(AGENTS.len())).unwrap_or(&"-");
    let subject = subject(stream);
    let _ = write!(out, "10.0.{}.{} - - [", about.trace % 48, 4 + (about.trace >> 8) % 250);
    frame::web_time(out, spark.at);
    let _ = write!(out, "] \"GET /{subject}");
    match path.split_once("{id}") {
        Some((before, behind)) => {
            let _ = write!(out, "{before}{}{behind}", about.id);
        }
        None => out.push_str(path),
    }
    let _ = write!(
        out,
        " HTTP/1.1\" {status} {} \"-\" \"{agent}\" {}.{:03}",
        if status == 304 { 0 } else { about.id % 30_000 },
        about.took / 1000,
        about.took % 1000
    );
}

/// The container's own health check.
pub fn check(stream: &Stream, spark: &Spark, out: &mut String) {
    request(stream, spark, "127.0.0.1", "/healthz", "curl/8.5.0", out);
}

/// A node of the load balancer asks.
pub fn probe(stream: &Stream, spark: &Spark, out: &mut String) {
    let address = if spark.seed.is_multiple_of(2) { "10.0.0.31" } else { "10.0.16.87" };
    request(stream, spark, address, "/healthz", "ELB-HealthChecker/2.0", out);
}

fn request(stream: &Stream, spark: &Spark, address: &str, path: &str, agent: &str, out: &mut String) {
    let ill = stream.ill.is_some_and(|since| spark.at >= since);
    let (status, level) = if ill { (503, Level::Warn) } else { (200, Level::Info) };
    match stream.setup.style {
        Style::Access => {
            let _ = write!(out, "{address} - - [");
            frame::web_time(out, spark.at);
            let _ = write!(out, "] \"GET {path} HTTP/1.1\" {status} 2 \"-\" \"{agent}\" 0.001");
        }
        Style::Json => {
            let fields = format_args!(
                ",\"method\":\"GET\",\"path\":\"{path}\",\"status\":{status},\"duration_ms\":1,\"agent\":\"{agent}\""
            );
            frame::say(out, stream, spark.at, level, format_args!("health check"), fields);
        }
        Style::Plain => {
            let message = format_args!("{address} \"GET {path}\" {status} 1ms \"{agent}\"");
            frame::say(out, stream, spark.at, level, message, format_args!(""));
        }
    }
}
