//! Text to read, as lines of pieces with a meaning: descriptions, JSON, help, reports.

use super::table::Tone;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub tone: Tone,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    pub pieces: Vec<Piece>,
    /// It opens a section.
    pub heading: bool,
    /// It is a row of a table: each piece is a cell, filled up to the width of its column but for the last one, and the
    /// widest of the last cells takes so much.
    pub row: Option<usize>,
}

impl Line {
    pub fn plain(text: impl Into<String>) -> Self {
        Self::default().with(text, Tone::Plain)
    }

    pub fn heading(text: impl Into<String>) -> Self {
        Self { heading: true, ..Self::default().with(text, Tone::Strong) }
    }

    /// A label of fixed width and its value.
    pub fn field(label: &str, value: impl Into<String>) -> Self {
        Self::default().with(format!("{label:<16} "), Tone::Label).with(value, Tone::Plain)
    }

    #[must_use]
    pub fn with(mut self, text: impl Into<String>, tone: Tone) -> Self {
        self.pieces.push(Piece { text: text.into(), tone });
        self
    }

    /// The line without its meanings.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

/// Lines in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    pub lines: Vec<Line>,
}

impl Document {
    pub fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// A heading, parted from what stands before it by an empty line.
    pub fn section(&mut self, title: impl Into<String>) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.heading(title);
    }

    /// A heading right below what stands before it, where lines are scarce.
    pub fn heading(&mut self, title: impl Into<String>) {
        self.lines.push(Line::heading(title));
    }

    /// A labelled value, left out where there is none.
    pub fn field(&mut self, label: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.lines.push(Line::field(label, value));
        }
    }

    /// As plain text, one line each.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(line.text().trim_end());
            text.push('\n');
        }
        text
    }

    /// The numbers of the lines that contain this text, whatever its case.
    pub fn matches(&self, needle: &str) -> Vec<usize> {
        let needle = needle.to_lowercase();
        let lines = self.lines.iter().enumerate();
        let hits =
            lines.filter(|(_, line)| !needle.is_empty() && line.text().to_lowercase().contains(&needle));
        hits.map(|(number, _)| number).collect()
    }
}
