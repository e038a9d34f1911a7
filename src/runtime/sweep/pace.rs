//! Even paces of requests with a little room to run ahead: one for each kind of wish, and one for all together.

use super::lane::Moment;
use crate::runtime::requests::Priority;

/// One request per second is for the screen and at most three are for what deploys; together with the sweep there
/// are five, a quarter of what AWS refills.
const VISIBLE: Moment = Moment::from_secs(1);
const URGENT: Moment = Moment::from_millis(333);
const ALL: Moment = Moment::from_millis(200);
/// A pass over all services takes this long, or longer when there are more requests than the pace allows.
const PASS: Moment = Moment::from_secs(5);

/// The paces of a sweep after its first load.
#[derive(Debug)]
pub struct Paces {
    visible: Pace,
    urgent: Pace,
    /// Spreads a pass evenly over its time.
    sweep: Pace,
    all: Pace,
}

impl Default for Paces {
    fn default() -> Self {
        Self {
            visible: Pace::new(VISIBLE, 4),
            urgent: Pace::new(URGENT, 3),
            sweep: Pace::new(PASS, 2),
            all: Pace::new(ALL, 2),
        }
    }
}

impl Paces {
    /// When the next request of this priority may go. What comes first does not wait for what comes last.
    pub fn ready_at(&self, priority: Priority) -> Moment {
        match priority {
            Priority::User => Moment::ZERO,
            Priority::Visible => self.visible.ready_at(),
            Priority::Deploying => self.urgent.ready_at(),
            Priority::Sweep => self.sweep.ready_at().max(self.all.ready_at()),
        }
    }

    /// A request goes, in a pass of so many.
    pub fn take(&mut self, now: Moment, priority: Priority, requests: usize) {
        self.all.take(now);
        match priority {
            Priority::User => {}
            Priority::Visible => self.visible.take(now),
            Priority::Deploying => self.urgent.take(now),
            Priority::Sweep => {
                self.sweep.every = PASS / u32::try_from(requests.max(1)).unwrap_or(u32::MAX);
                self.sweep.take(now);
            }
        }
    }

    /// When a list may be asked for again.
    pub fn list_ready_at(&self) -> Moment {
        self.all.ready_at()
    }

    /// A list is asked for again.
    pub fn take_list(&mut self, now: Moment) {
        self.all.take(now);
    }
}

/// One request per interval, of which `at_once` may follow each other without a pause.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    every: Moment,
    at_once: u32,
    /// When the request after the last one would go at the even pace.
    next: Moment,
}

impl Pace {
    pub fn new(every: Moment, at_once: u32) -> Self {
        Self { every, at_once, next: Moment::ZERO }
    }

    /// When a request may go.
    pub fn ready_at(&self) -> Moment {
        self.next.saturating_sub(self.every * self.at_once.saturating_sub(1))
    }

    /// When a request may go that must not run ahead.
    pub fn even_at(&self) -> Moment {
        self.next
    }

    /// A request goes.
    pub fn take(&mut self, now: Moment) {
        self.next = self.next.max(now) + self.every;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_lets_a_few_run_ahead_and_then_holds_its_interval() {
        let second = Moment::from_secs(1);
        let mut pace = Pace::new(second, 3);
        let mut sent = Vec::new();
        let mut now = 10 * second;
        for _ in 0..5 {
            now = now.max(pace.ready_at());
            pace.take(now);
            sent.push(now.as_secs());
        }
        assert_eq!(sent, [10, 10, 10, 11, 12]);
    }
}
