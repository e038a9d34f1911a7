//! The line that is open: all of its text, kept although the buffer may drop it.

use super::LogView;
use crate::fleet::log::json::{self, Field};
use crate::fleet::log::line::LineId;
use crate::fleet::log::trace;

/// One line with what goes on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub line: LineId,
    /// It came more than 1.5 s behind the newest line.
    pub late: bool,
    /// The message as it was written, then the lines of its trace.
    pub text: Vec<String>,
    /// Which of its fields is picked.
    pub picked: usize,
}

impl Opened {
    /// The fields of the line, where it is JSON.
    pub fn fields(&self) -> Vec<Field<'_>> {
        self.text.first().and_then(|text| json::fields(text)).unwrap_or_default()
    }

    /// The picked one of them.
    pub fn field(&self) -> Option<Field<'_>> {
        self.fields().into_iter().nth(self.picked)
    }
}

/// Opens the line under the cursor, else the newest one.
pub fn open(view: &LogView) -> Option<Opened> {
    let line = view.at()?;
    let (buffer, index) = view.find(&line)?;
    let rest = trace::trace(buffer, index);
    let late = buffer.line(index)?.late;
    let lines = std::iter::once(index).chain(rest).filter_map(|index| buffer.line(index));
    Some(Opened { line, late, text: lines.map(|line| line.text.to_owned()).collect(), picked: 0 })
}
