//! How a command without a screen speaks: results on one way, complaints on another, and a number at its end.

use crate::app::format;

/// Takes lines as they come.
pub trait Voice {
    /// A line of the result.
    fn say(&mut self, line: &str);
    /// What went wrong, as a sentence.
    fn complain(&mut self, sentence: &str);
}

/// Standard output and standard error.
#[derive(Debug)]
pub struct Streams;

impl Voice for Streams {
    fn say(&mut self, line: &str) {
        print(&format!("{line}\n"));
    }

    #[expect(clippy::print_stderr, reason = "there is no screen to say it on")]
    fn complain(&mut self, sentence: &str) {
        eprintln!("fargate-top: {sentence}");
    }
}

/// Writes to standard output; a reader that went away is no error.
pub fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Text that a terminal shows and does not obey, whatever AWS or a person wrote.
pub fn safe(text: &str) -> String {
    text.lines().map(|line| format::plain(line.trim_end())).collect::<Vec<_>>().join("\n")
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; without `--wait`, accepted.
    Done,
    /// AWS refused, or it came to nothing.
    Failed,
    /// What was typed makes no sense, or AWS could not be asked: nothing was begun.
    NotStarted,
    /// Nothing was sent: not confirmed, protected, changed meanwhile, not checked, not recorded.
    NotSent,
    /// It was sent, and its end is not known.
    Unclear,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::NotStarted => 2,
            Self::NotSent => 3,
            Self::Unclear => 4,
        }
    }

    /// Of several changes the worst news counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        [Self::Failed, Self::NotSent, Self::Unclear, Self::NotStarted]
            .into_iter()
            .find(|exit| [self, other].contains(exit))
            .unwrap_or(Self::Done)
    }
}

/// A command cannot go on: how it ends, and the sentence that says why.
#[derive(Debug)]
pub struct Stop {
    pub exit: Exit,
    pub sentence: String,
}

impl Stop {
    pub fn not_started(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::NotStarted, sentence: sentence.into() }
    }

    pub fn not_sent(sentence: impl Into<String>) -> Self {
        Self { exit: Exit::NotSent, sentence: sentence.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_changes_the_worst_counts() {
        for (one, other, both) in [
            (Exit::Done, Exit::Done, Exit::Done),
            (Exit::Done, Exit::Unclear, Exit::Unclear),
            (Exit::NotSent, Exit::Unclear, Exit::NotSent),
            (Exit::NotSent, Exit::Failed, Exit::Failed),
        ] {
            assert_eq!((one.and(other), other.and(one)), (both, both));
        }
    }

    #[test]
    fn a_terminal_obeys_nothing() {
        assert_eq!(safe("a \n\u{1b}[31mb"), "a\n·[31mb");
    }
}
