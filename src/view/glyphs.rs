//! The characters that the screen is drawn with: box drawing and signs, or nothing but ASCII.

use crate::app::settings::Glyphs;
use crate::fleet::verdict::Severity;

/// One set of characters, each a cell wide; only the sign of a healthy service may take two.
#[derive(Debug)]
pub struct Signs {
    pub horizontal: &'static str,
    pub vertical: &'static str,
    pub top_left: &'static str,
    pub top_right: &'static str,
    pub bottom_left: &'static str,
    pub bottom_right: &'static str,
    pub left_tee: &'static str,
    pub right_tee: &'static str,
    pub top_tee: &'static str,
    pub bottom_tee: &'static str,
    /// Stands for what was cut away.
    pub ellipsis: &'static str,
    /// Parts the facts of a title.
    pub dot: &'static str,
    /// In a lane, a minute in which nothing happened.
    pub quiet: &'static str,
    /// A bar: what is there, and what is missing.
    pub full: &'static str,
    pub empty: &'static str,
    /// Columns of a chart, from the lowest to the highest.
    pub heights: [&'static str; 8],
    pub cursor: &'static str,
    pub mark: &'static str,
    /// A row that only the last session knew.
    pub remembered: &'static str,
    /// Sorted as people look for it, and the other way round.
    pub falling: &'static str,
    pub rising: &'static str,
    severities: [&'static str; 6],
}

/// `▸ ▾ ▴ ✗ ✓ »` are one cell wide everywhere; frames are not in East Asian locales, which get [`ASCII`].
pub static UNICODE: Signs = Signs {
    horizontal: "─",
    vertical: "│",
    top_left: "┌",
    top_right: "┐",
    bottom_left: "└",
    bottom_right: "┘",
    left_tee: "├",
    right_tee: "┤",
    top_tee: "┬",
    bottom_tee: "┴",
    ellipsis: "…",
    dot: "·",
    quiet: "·",
    full: "█",
    empty: "░",
    heights: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    cursor: "▸",
    mark: "*",
    remembered: "~",
    falling: "▾",
    rising: "▴",
    severities: ["✗", "!", "?", "»", "✓", "·"],
};

pub static ASCII: Signs = Signs {
    horizontal: "-",
    vertical: "|",
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    left_tee: "+",
    right_tee: "+",
    top_tee: "+",
    bottom_tee: "+",
    ellipsis: "~",
    dot: "-",
    quiet: ".",
    full: "#",
    empty: ".",
    heights: [".", ".", ":", ":", "+", "+", "#", "#"],
    cursor: ">",
    mark: "*",
    remembered: "~",
    falling: "v",
    rising: "^",
    severities: ["x", "!", "?", ">", "ok", "-"],
};

impl Signs {
    pub fn of(glyphs: Glyphs) -> &'static Self {
        match glyphs {
            Glyphs::Unicode => &UNICODE,
            Glyphs::Ascii => &ASCII,
        }
    }

    /// The sign that stands before a word of state and means the same without colour.
    pub fn severity(&self, severity: Severity) -> &'static str {
        self.severities.get(severity as usize).copied().unwrap_or(self.dot)
    }

    /// ` · ` between two facts.
    pub fn between(&self) -> String {
        format!(" {} ", self.dot)
    }
}
