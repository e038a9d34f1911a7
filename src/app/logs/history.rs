//! How far back the lines of a view were read, in milliseconds since 1970.

/// What is read when a view opens: lines of the last ten minutes.
const FIRST: i64 = 10 * 60_000;
/// The longest stretch that is read at once.
const LONGEST: i64 = 6 * 3_600_000;

/// How far back lines were read, and how far they are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// The tail reads from here on.
    pub since: i64,
    /// Everything from here on was read.
    pub loaded: i64,
    /// Everything from here on is wanted; before `loaded` while older lines are on their way.
    pub wanted: i64,
    /// Only lines from here on are shown: a person chose a range.
    pub from: Option<i64>,
    /// How much is read the next time.
    step: i64,
    /// Everything from here on is wanted in the end, stretch by stretch.
    goal: Option<i64>,
}

impl History {
    /// What was written in the minutes before this time, and since.
    pub fn beginning(at: i64) -> Self {
        let since = at.saturating_sub(FIRST);
        Self { since, loaded: since, wanted: since, from: None, step: FIRST, goal: None }
    }

    /// The stretch that is being read.
    pub fn missing(&self) -> Option<(i64, i64)> {
        (self.wanted < self.loaded).then_some((self.wanted, self.loaded))
    }

    /// Asks for lines before those that are there.
    pub fn ask_back(&mut self) {
        if self.missing().is_none() {
            self.wanted = self.loaded.saturating_sub(self.step);
        }
    }

    /// Asks for everything from a time on, the newest stretch first.
    pub fn ask_from(&mut self, at: i64) {
        self.goal = Some(self.goal.map_or(at, |goal| goal.min(at)));
        self.go_on();
    }

    /// What was asked for arrived; an empty stretch makes the next one longer.
    pub fn arrived(&mut self, from: i64, found: bool) {
        self.loaded = self.loaded.min(from);
        self.wanted = self.wanted.min(self.loaded);
        self.step = if found { FIRST } else { (self.step * 2).min(LONGEST) };
        self.go_on();
    }

    /// Nothing older is wanted any more, or to be had.
    pub fn stop(&mut self) {
        (self.wanted, self.goal) = (self.loaded, None);
    }

    /// Asks for the next stretch on the way to the goal.
    fn go_on(&mut self) {
        match self.goal {
            Some(goal) if goal < self.loaded => {
                self.wanted = self.wanted.min(goal.max(self.loaded.saturating_sub(LONGEST)));
            }
            _ => self.goal = None,
        }
    }

    /// Lines before this were dropped, so they are not there any more.
    pub fn dropped(&mut self, oldest: i64) {
        if self.missing().is_none() && oldest > self.loaded {
            (self.loaded, self.wanted, self.goal) = (oldest, oldest, None);
        }
    }

    /// The tail goes on where it was, with what may have come late since then: everything before `read` was told.
    pub fn resume(&mut self, read: Option<i64>, overlap: i64) {
        if let Some(read) = read {
            self.since = self.since.max(read.saturating_sub(overlap));
        }
    }
}
