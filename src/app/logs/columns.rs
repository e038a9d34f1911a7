//! The columns in front of a message: how wide each is on this screen.

use super::choices::TimeForm;
use crate::app::layout::{Width, width};
use crate::app::model::Model;

/// The longest name of a container that is shown in full.
const CONTAINER: u16 = 12;

/// Cells of each column without the gap behind it; 0 for one that is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// Bookmark, lateness, cursor.
    pub gutter: u16,
    /// The letter of the stream, or of its side.
    pub letter: u16,
    pub time: u16,
    pub container: u16,
    pub task: u16,
    pub level: u16,
    /// What is left for the message.
    pub message: u16,
}

impl Columns {
    /// Cells in front of the first column.
    pub fn start(&self) -> u16 {
        self.gutter + self.letter + 1
    }

    /// Cells in front of the message.
    pub fn front(&self) -> u16 {
        let columns = [self.time, self.container, self.task, self.level].into_iter();
        self.start() + columns.filter(|cells| *cells > 0).map(|cells| cells + 1).sum::<u16>()
    }
}

/// The columns of the shown log view.
pub fn columns(model: &Model) -> Columns {
    let room = model.regions().table.width;
    let Some(view) = model.view().lines() else { return Columns::default() };
    let small = width(model.size) == Width::Small;
    let writers = view.legend.writers();
    let longest = |of: fn(&super::legend::Writer) -> usize| {
        writers.iter().map(of).max().and_then(|cells| u16::try_from(cells).ok()).unwrap_or(0)
    };
    let containers: std::collections::BTreeSet<&str> =
        writers.iter().map(|writer| &*writer.container).collect();
    let time = match view.choices.time {
        TimeForm::Off => 0,
        TimeForm::Millis if small => 8,
        TimeForm::Millis => 12,
        TimeForm::Seconds => 8,
        TimeForm::Delta => 7,
        TimeForm::Age => 4,
    };
    let container = match (containers.len() > 1 || !small, small) {
        (false, _) => 0,
        (true, small) => {
            longest(|writer| writer.container.chars().count()).min(if small { 6 } else { CONTAINER }).max(4)
        }
    };
    let columns = Columns {
        gutter: 1,
        letter: 1,
        time,
        container,
        task: longest(|writer| writer.short.chars().count()).max(4),
        level: 5,
        message: 0,
    };
    Columns { message: room.saturating_sub(columns.front()).max(1), ..columns }
}
