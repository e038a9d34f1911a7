//! When a thing was looked at last, and when it is its turn again.

use crate::runtime::sweep::lane::Moment;

/// The looks at one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// When the last answer came; `None`: never.
    at: Option<Moment>,
    /// It is its turn, however young the last answer is.
    hurried: bool,
    /// It does not change any more.
    done: bool,
}

impl Look {
    /// An answer came; after the `last` one there is nothing more to learn.
    pub fn answered(&mut self, now: Moment, last: bool) {
        *self = Self { at: Some(now), hurried: false, done: last };
    }

    /// Somebody asks for it.
    pub fn hurry(&mut self) {
        self.hurried = true;
    }

    /// It has to be looked at once more, although it seemed to be over.
    pub fn once_more(&mut self) {
        *self = Self { hurried: true, done: false, ..*self };
    }

    pub fn is_new(&self) -> bool {
        self.at.is_none() && !self.done
    }

    pub fn is_done(&self) -> bool {
        self.done
    }

    /// When the last answer came; `None` sorts first.
    pub fn at(&self) -> Option<Moment> {
        self.at
    }

    /// What comes first of several: what is new, what is in a hurry, what is oldest.
    pub fn order(&self) -> Option<Moment> {
        if self.hurried { self.at.map(|_| Moment::ZERO) } else { self.at }
    }

    /// When it is its turn, if things are looked at this often; `None`: never again.
    pub fn due(&self, every: Option<Moment>) -> Option<Moment> {
        match self.at {
            _ if self.done => None,
            Some(at) if !self.hurried => every.map(|every| at + every),
            _ => Some(Moment::ZERO),
        }
    }
}
