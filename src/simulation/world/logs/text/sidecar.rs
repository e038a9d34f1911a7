//! What the sidecars write while they work.

use std::fmt::Write;

use super::super::spark::Spark;
use super::super::stream::Stream;
use super::frame;

/// A request that passed the proxy.
pub fn envoy(stream: &Stream, spark: &Spark, out: &mut String) {
    let subject = stream.service.split('-').next().unwrap_or("item");
    let random = spark.seed;
    out.push('[');
    frame::time(out, spark.at, "-", 'T', '.');
    let _ = write!(
        out,
        "Z] \"GET /v1/{subject}/{} HTTP/1.1\" {} - 0 {} {} {} \"-\" \"-\" \"{:08x}\" \"127.0.0.1:8080\"",
        10_000 + (random >> 12) % 89_999,
        if random.is_multiple_of(250) { 503 } else { 200 },
        random % 20_000,
        1 + (random >> 30) % 80,
        1 + (random >> 36) % 60,
        random >> 32,
    );
}

/// The log router's own notes.
pub fn router(spark: &Spark, out: &mut String) {
    out.push('[');
    frame::time(out, spark.at, "/", ' ', '\0');
    let _ = if spark.seed.is_multiple_of(9) {
        write!(
            out,
            "] [ warn] [engine] failed to flush chunk, retry in {} seconds",
            5 + (spark.seed >> 8) % 9
        )
    } else {
        write!(out, "] [ info] [output] {} records sent", 20 + (spark.seed >> 8) % 900)
    };
}
