//! Who wrote the lines: a name, a letter and a colour for each stream, the same for the whole session.

use std::collections::BTreeSet;

use super::choices::Hue;
use crate::fleet::Fleet;
use crate::fleet::id::{TaskId, Text};
use crate::fleet::log::buffer::LogBuffer;
use crate::fleet::log::source::Source;
use crate::fleet::log::streams::StreamId;
use crate::fleet::map::Map;
use crate::fleet::shift::Shift;

/// Colours that streams share.
pub const COLOURS: u8 = 8;
/// Digits of a task's id, more only where two tasks begin alike.
const DIGITS: usize = 4;

/// One stream: a container of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    pub group: Text,
    pub stream: Text,
    pub container: Text,
    pub task: TaskId,
    /// The beginning of the task's id.
    pub short: String,
    /// `A` to `Z`, then `a` to `z`, then `*`: what stands in the gutter where there are no colours.
    pub letter: char,
    /// One of [`COLOURS`].
    pub colour: u8,
    /// Its side of a blue/green deployment that is under way.
    pub side: Option<Hue>,
    /// Why its task ended, where it did.
    pub ended: Option<String>,
    /// When its task ended, milliseconds since 1970.
    pub ended_at: Option<i64>,
    /// Its lines are shown.
    pub is_on: bool,
}

/// The writers of a view, in order of appearance.
#[derive(Debug, Clone, Default)]
pub struct Legend {
    writers: Vec<Writer>,
    known: Map<(Text, Text), usize>,
    /// By the number of the stream in the buffer.
    streams: Vec<Option<usize>>,
    /// Digits that tell all tasks apart.
    digits: usize,
    /// Writers joined whose sides and ends nobody looked up yet.
    has_new: bool,
}

impl Legend {
    pub fn writers(&self) -> &[Writer] {
        &self.writers
    }

    /// Who wrote a line of this stream.
    pub fn writer(&self, stream: StreamId) -> Option<&Writer> {
        let place = self.place(stream)?;
        self.writers.get(place)
    }

    /// The place of a stream's writer.
    pub fn place(&self, stream: StreamId) -> Option<usize> {
        *self.streams.get(stream.0 as usize)?
    }

    /// Switches a writer on or off.
    pub fn turn(&mut self, writer: usize) {
        if let Some(writer) = self.writers.get_mut(writer) {
            writer.is_on = !writer.is_on;
        }
    }

    /// Shows only one writer; all of them where that is so already.
    pub fn solo(&mut self, writer: usize) {
        let is_alone = self.writers.iter().enumerate().all(|(place, known)| known.is_on == (place == writer));
        for (place, known) in self.writers.iter_mut().enumerate() {
            known.is_on = is_alone || place == writer;
        }
    }

    pub fn turn_all_on(&mut self) {
        self.writers.iter_mut().for_each(|writer| writer.is_on = true);
    }

    /// Writers joined since what is known of their tasks was taken over.
    pub fn has_new(&self) -> bool {
        self.has_new
    }

    /// The streams that are shown; `None` where all are.
    pub fn shown(&self, side: Option<Hue>) -> Option<BTreeSet<StreamId>> {
        let is_shown = |writer: &Writer| writer.is_on && side.is_none_or(|side| writer.side == Some(side));
        if self.writers.iter().all(is_shown) {
            return None;
        }
        let streams = self
            .streams
            .iter()
            .zip(0..)
            .filter(|(place, _)| place.and_then(|place| self.writers.get(place)).is_none_or(is_shown));
        Some(streams.map(|(_, number)| StreamId(number)).collect())
    }

    /// Whether lines of both sides of a deployment are there.
    pub fn has_sides(&self) -> bool {
        [Hue::Blue, Hue::Green].iter().all(|side| self.writers.iter().any(|known| known.side == Some(*side)))
    }

    /// Learns who wrote lines, in the order in which streams appear.
    pub fn meet(&mut self, buffer: &LogBuffer, sources: &[Source]) {
        for stream in buffer.streams() {
            if self.place(stream).is_some() {
                continue;
            }
            let Some((group, name)) = buffer.stream(stream) else { continue };
            let key = (group.clone(), name.clone());
            let place = self.known.get(&key).copied();
            let place = place.or_else(|| {
                let source = sources.iter().find(|source| source.group == key.0 && source.stream == key.1)?;
                Some(self.add(source))
            });
            match self.streams.get_mut(stream.0 as usize) {
                Some(known) => *known = place,
                None => self.streams.push(place),
            }
        }
    }

    /// Takes over what is known of the tasks: sides and ends.
    pub fn renew(&mut self, fleet: &Fleet, shift: Option<&Shift>) {
        self.has_new = false;
        for writer in &mut self.writers {
            let Some(task) = fleet.task(&writer.task) else { continue };
            writer.ended_at = task.times.stopped.map(|at| at.timestamp_millis());
            writer.ended = fleet.ending(&writer.task).map(|ending| ending.sentence.clone());
            let is_of = |side: Option<&crate::fleet::shift::Side>| {
                let started_by = side.and_then(|side| side.started_by.as_ref());
                started_by.is_some() && task.started_by.as_ref() == started_by
            };
            writer.side = match shift.filter(|shift| !shift.is_over()) {
                Some(shift) if is_of(shift.blue.as_ref()) => Some(Hue::Blue),
                Some(shift) if is_of(shift.green.as_ref()) => Some(Hue::Green),
                Some(_) => writer.side,
                None => None,
            };
        }
    }

    fn add(&mut self, source: &Source) -> usize {
        let place = self.writers.len();
        self.has_new = true;
        let uses = |colour: u8| self.writers.iter().filter(|known| known.colour == colour).count();
        let colour = (0..COLOURS).min_by_key(|colour| uses(*colour)).unwrap_or(0);
        self.writers.push(Writer {
            group: source.group.clone(),
            stream: source.stream.clone(),
            container: source.container.clone(),
            task: source.task.clone(),
            short: String::new(),
            letter: letter(place),
            colour,
            side: None,
            ended: None,
            ended_at: source.ended,
            is_on: true,
        });
        self.known.insert((source.group.clone(), source.stream.clone()), place);
        self.name();
        place
    }

    /// Gives each task as many digits as tell all of them apart.
    fn name(&mut self) {
        let tasks: BTreeSet<&str> = self.writers.iter().map(|writer| writer.task.name()).collect();
        let mut digits = self.digits.max(DIGITS);
        let longest = tasks.iter().map(|task| task.len()).max().unwrap_or(DIGITS);
        let differ = |digits: usize| {
            let heads: BTreeSet<&str> = tasks.iter().map(|task| head(task, digits)).collect();
            heads.len() == tasks.len()
        };
        while digits < longest && !differ(digits) {
            digits += 1;
        }
        self.digits = digits;
        for writer in &mut self.writers {
            writer.short = head(writer.task.name(), digits).to_owned();
        }
    }
}

fn head(text: &str, digits: usize) -> &str {
    text.get(..digits).unwrap_or(text)
}

fn letter(place: usize) -> char {
    ('A'..='Z').chain('a'..='z').nth(place).unwrap_or('*')
}
