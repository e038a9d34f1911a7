//! Which lines belong to the line before them: the frames of a stack trace, the rest of a long message.

use super::ansi;
use super::buffer::LogBuffer;

/// More lines than this are not one trace any more.
const LONGEST: usize = 1000;

/// What the next line of a trace begins with when it is not indented.
const OPENINGS: [&str; 9] = [
    "Caused by: ",
    "Suppressed: ",
    "... ",
    "goroutine ",
    "created by ",
    "stack backtrace:",
    "note: run with `RUST_BACKTRACE",
    "at ",
    "} [cause]",
];

/// Whether a line goes on with what the line before it began.
pub fn continues(text: &str) -> bool {
    let indented = text.starts_with([' ', '\t']) && !text.trim_start().is_empty();
    let lone = text.trim_end();
    indented
        || OPENINGS.iter().any(|opening| text.starts_with(opening))
        // `main.main()` and `/app/main.go:12 +0x1d` of Go, braces of what was printed.
        || matches!(lone, "}" | "]" | ")" | "};" | "})")
        || (lone.ends_with(')') && lone.contains('.') && !lone.contains(' ') && lone.contains('('))
}

/// The lines of the same stream that go on with this one, oldest first.
pub fn trace(buffer: &LogBuffer, head: usize) -> Vec<usize> {
    let Some(line) = buffer.line(head) else { return Vec::new() };
    let stream = line.stream;
    let behind = buffer.lines(head + 1..buffer.len()).take(LONGEST * 4);
    let own = behind.filter(|line| line.stream == stream);
    own.take_while(|line| continues(&ansi::plain_line(line.text)))
        .take(LONGEST)
        .map(|line| line.index)
        .collect()
}
